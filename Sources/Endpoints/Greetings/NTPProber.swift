import Foundation
import NIOCore
import NIOPosix
public import Remote

/// Asks time servers once, as a client that has no association with them (SNTP, RFC 5905 section 14).
///
/// The answer must come from the endpoint asked and repeat the 64 random bits of the request. Our clock is only read.
public struct NTPProber: NTPClient {
    private let loops: EndpointLoops
    private let clock: @Sendable () -> NTPWire.Timestamp

    /// Uses the threads of `loops` and the system's clock.
    public init(_ loops: EndpointLoops) { self.init(loops, clock: Self.systemClock) }

    init(_ loops: EndpointLoops, clock: @escaping @Sendable () -> NTPWire.Timestamp) {
        self.loops = loops
        self.clock = clock
    }

    private static let systemClock: @Sendable () -> NTPWire.Timestamp = {
        // A Double holds the seconds of this century to a quarter of a microsecond.
        let now = Date().timeIntervalSince1970
        let whole = now.rounded(.down)
        return NTPWire.timestamp(seconds: Int64(whole), nanoseconds: Int64((now - whole) * 1e9))
    }

    /// One request, one answer. A server that is not synchronised is a report with stratum 16 or leap 3, not an error;
    /// a kiss-o'-death is an error `remote`, and asking on in the same rhythm is impolite after `RATE`.
    public func query(_ endpoint: Endpoint, subject: String, timeout: Duration) async throws -> NTPReport {
        let address = try Sockets.address(endpoint, subject: subject)
        do {
            try Task.checkCancellation()
            return try await exchange(address, endpoint, subject: subject, timeout: timeout)
        } catch {
            throw Sockets.remoteError(error, endpoint, subject: subject)
        }
    }

    private func exchange(_ address: SocketAddress, _ endpoint: Endpoint, subject: String, timeout: Duration)
        async throws -> NTPReport
    {
        let loop = loops.group.next()
        let done = loop.makePromise(of: NTPReport.self)
        let (clock, handler) = (clock, (subject: subject, endpoint: endpoint))
        let opening = DatagramBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NTPHandler(handler.endpoint, subject: handler.subject, clock: clock, timeout: timeout, done))
                }
            }
            .connect(to: address)
        opening.cascadeFailure(to: done)
        let channel = try? await opening.get()
        let result: Result<NTPReport, any Error>
        do {
            result = .success(
                try await withTaskCancellationHandler {
                    try await done.futureResult.get()
                } onCancel: {
                    done.fail(CancellationError())
                })
        } catch {
            result = .failure(error)
        }
        try? await channel?.close()
        return try result.get()
    }
}

/// Sends the request when its socket is open and waits for the one answer that fits.
private final class NTPHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let endpoint: Endpoint
    private let subject: String
    private let clock: @Sendable () -> NTPWire.Timestamp
    private let timeout: Duration
    private let done: EventLoopPromise<NTPReport>
    private let cookie = NTPWire.Timestamp.random(in: 1 ... .max)
    private var sent: (clock: NTPWire.Timestamp, started: ContinuousClock.Instant)?
    private var deadline: Scheduled<Void>?
    private var strays = 0

    init(
        _ endpoint: Endpoint, subject: String, clock: @escaping @Sendable () -> NTPWire.Timestamp, timeout: Duration,
        _ done: EventLoopPromise<NTPReport>
    ) {
        self.endpoint = endpoint
        self.subject = subject
        self.clock = clock
        self.timeout = timeout
        self.done = done
    }

    private func error(_ code: RemoteError.Code, _ message: String) -> RemoteError {
        RemoteError(code, subject: subject, message: "NTP \(endpoint): \(message)")
    }

    func channelActive(context: ChannelHandlerContext) {
        guard let remote = context.channel.remoteAddress else { return }
        let request = AddressedEnvelope(
            remoteAddress: remote, data: ByteBuffer(bytes: NTPWire.request(cookie: cookie)))
        sent = (clock(), .now)
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout.timeAmount) { [self] in
            let forged = "\(strays) datagrams came, none of which answers the request"
            done.fail(
                strays > 0
                    ? error(.protocolViolation, forged)
                    : error(.timeout, "no answer in time: check address, packet filters and who may ask it"))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let sent else { return }
        let elapsed = sent.started.duration(to: .now) / .seconds(1)
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        switch NTPWire.read(bytes, cookie: cookie) {
        case .stray: strays += 1
        case .kiss(let code):
            let advice = code == "RATE" ? "ask it less often" : "it will not serve us; take another server"
            done.fail(error(.remote, "it answers with a kiss-o'-death, \(code): \(advice)"))
        case .violation(let message): done.fail(error(.protocolViolation, message))
        case .reply(let reply):
            if let report = NTPWire.report(reply, sent: sent.clock, elapsed: elapsed) {
                done.succeed(report)
            } else {
                done.fail(error(.protocolViolation, "it says that it took longer than we waited, or less than no time"))
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { done.fail(error) }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        done.fail(error(.closed, "the socket was closed"))
        context.fireChannelInactive()
    }
}
