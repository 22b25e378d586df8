import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS
import Remote

/// What came back, before it is a report.
struct HTTPAnswer: Sendable {
    var head: HTTPResponseHead
    var body: [UInt8] = []
    var bodyBytes = 0
    var isComplete = false
    let requestedAt: NIODeadline
    let firstByteAt: NIODeadline
    var endedAt: NIODeadline
}

/// Why nothing usable came back, in words that ask for an endpoint before them.
struct HTTPFailure: Error {
    let code: RemoteError.Code
    let message: String

    init(_ code: RemoteError.Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// Sits behind the HTTP codec and follows one request; knows when what happened.
final class HTTPExchange: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    /// Header fields of more than this, in number or size, are an attack or a mistake.
    static let limits = {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldCount = 256
        limits.maxHeaderFieldSize = 32 << 10
        limits.maxHeaderListSize = 128 << 10
        return limits
    }()

    /// When the TLS handshake was over.
    let handshaken: EventLoopPromise<NIODeadline>
    /// The end of all.
    let finished: EventLoopPromise<HTTPAnswer>
    private let deadline: NIODeadline
    private let bodyLimit: Int
    private let taste: FirstTaste
    private var alarm: Scheduled<Void>?
    private var isTLS: Bool
    private var requestedAt: NIODeadline?
    private var answer: HTTPAnswer?
    private var isOver = false

    init(
        handshaken: EventLoopPromise<NIODeadline>, finished: EventLoopPromise<HTTPAnswer>, isTLS: Bool, bodyLimit: Int,
        deadline: NIODeadline, taste: FirstTaste
    ) {
        self.handshaken = handshaken
        self.finished = finished
        self.isTLS = isTLS
        self.bodyLimit = max(0, bodyLimit)
        self.deadline = deadline
        self.taste = taste
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let loop = context.eventLoop.assumeIsolated()
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        alarm = loop.scheduleTask(deadline: deadline) { [self] in
            fail(HTTPFailure(.timeout, tooLate()), context.value)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        alarm?.cancel()
        alarm = nil
    }

    private func tooLate() -> String {
        if let answer {
            return "the answer (status \(answer.head.status.code)) did not end in time; \(answer.bodyBytes) bytes of "
                + "its body came"
        }
        if requestedAt != nil {
            return taste.at == nil
                ? "connected, and the request was not answered in time"
                : "the answer's header did not end in time"
        }
        return isTLS ? "connected, and no TLS handshake was answered in time" : "no answer in time"
    }

    // MARK: - Events

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event {
            isTLS = false
            handshaken.succeed(.now())
        }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if requestedAt == nil {
            requestedAt = .now()
            taste.isAwaited = true
        }
        context.write(data, promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        guard let requestedAt else {
            return fail(HTTPFailure(.protocolViolation, "it answers before it is asked"), context)
        }
        switch unwrapInboundIn(data) {
        case .head(let head):
            // 101 would be another protocol, which nobody asked for.
            guard answer == nil, (200...599).contains(head.status.code) else {
                let code = head.status.code
                return fail(HTTPFailure(.protocolViolation, "its status \(code) is no answer to a GET"), context)
            }
            taste.isHeaderOver = true
            answer = HTTPAnswer(
                head: head, requestedAt: requestedAt, firstByteAt: taste.at ?? .now(), endedAt: .now())
        case .body(let bytes): take(bytes, context)
        case .end: finish(isComplete: true, context)
        }
    }

    private func take(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard answer != nil else { return }
        let room = bodyLimit - (answer?.body.count ?? 0)
        if room > 0 { answer?.body.append(contentsOf: bytes.readableBytesView.prefix(room)) }
        answer?.bodyBytes += bytes.readableBytes
        let (most, isHuge) = bodyLimit.multipliedReportingOverflow(by: 10)
        if !isHuge, (answer?.bodyBytes ?? 0) > most { finish(isComplete: false, context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        lost(HTTPFailure(.closed, "it closed the connection before it answered"), context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow:
            fail(HTTPFailure(.tooLarge, "its header has more than 128 KiB or 256 fields, or never ends"), context)
        case HTTPParserError.invalidEOFState:
            lost(HTTPFailure(.closed, "it closed the connection in the middle of its header"), context)
        case let error as HTTPParserError:
            fail(HTTPFailure(.protocolViolation, "what it sends is no HTTP/1: \(error)"), context)
        case NIOSSLError.uncleanShutdown:
            // No close_notify: what ends with the connection may be cut off (RFC 8446 section 6.1).
            lost(HTTPFailure(.closed, "it closed the TLS connection without saying so"), context)
        case is NIOSSLError where isTLS: fail(Self.handshake(error), context)
        case is BoringSSLError: fail(HTTPFailure(.protocolViolation, "what it sends is no TLS any more"), context)
        default: lost(error, context)
        }
    }

    private static func handshake(_ error: any Error) -> HTTPFailure {
        switch Handshake.outcome(error) {
        case .garbage:
            HTTPFailure(
                .protocolViolation,
                "what it sends is no TLS: check that the port speaks TLS from the first byte (https), else write http")
        case .refused: HTTPFailure(.protocolViolation, "it refuses the TLS handshake")
        case .closed, .accepted, .timeout: HTTPFailure(.closed, "it closed the connection during the TLS handshake")
        }
    }

    // MARK: - Ends

    /// The connection is gone: with a header in hand that is an answer cut short.
    private func lost(_ error: any Error, _ context: ChannelHandlerContext) {
        if answer != nil { finish(isComplete: false, context) } else { fail(error, context) }
    }

    private func finish(isComplete: Bool, _ context: ChannelHandlerContext) {
        guard !isOver, var answer else { return }
        isOver = true
        alarm?.cancel()
        answer.isComplete = isComplete
        answer.endedAt = .now()
        finished.succeed(answer)
        context.close(promise: nil)
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        isOver = true
        alarm?.cancel()
        handshaken.fail(error)
        finished.fail(error)
        context.close(promise: nil)
    }
}

/// Sits before the HTTP decoder, notes when the first byte of the answer came, and bounds what comes before its body:
/// the decoder itself has no bound for status lines and interim answers.
final class FirstTaste: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    var isAwaited = false
    var isHeaderOver = false
    private(set) var at: NIODeadline?
    private var bytes = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isAwaited, at == nil { at = .now() }
        if !isHeaderOver {
            bytes += unwrapInboundIn(data).readableBytes
            if bytes > 512 << 10 { return context.fireErrorCaught(HTTPParserError.headerOverflow) }
        }
        context.fireChannelRead(data)
    }
}
