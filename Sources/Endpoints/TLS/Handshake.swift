import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Remote
import Synchronization

/// What one handshake came to.
enum HandshakeOutcome: Sendable {
    /// The certificates as sent, DER, leaf first.
    case accepted(chain: [[UInt8]])
    /// The peer said or showed that it does not speak this version.
    case refused
    /// The peer hung up in the middle.
    case closed
    /// The peer said something that is no TLS.
    case garbage
    /// No end within the deadline.
    case timeout
}

/// Tries single versions. Certificates are taken as they come; nothing is believed here and nothing is sent behind the
/// handshake.
struct Handshake: Sendable {
    private let contexts: [Remote.TLSVersion: NIOSSLContext]

    /// - Throws: what NIOSSL says when a context cannot be made.
    init() throws {
        var contexts: [Remote.TLSVersion: NIOSSLContext] = [:]
        for version in Remote.TLSVersion.allCases {
            var configuration = TLSConfiguration.makeClientConfiguration()
            let only: NIOSSL.TLSVersion =
                switch version {
                case .tls10: .tlsv1
                case .tls11: .tlsv11
                case .tls12: .tlsv12
                case .tls13: .tlsv13
                }
            configuration.minimumTLSVersion = only
            configuration.maximumTLSVersion = only
            // We look at servers, weak ones too: every suite the library has.
            configuration.cipherSuites = "ALL"
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates([])
            contexts[version] = try NIOSSLContext(configuration: configuration)
        }
        self.contexts = contexts
    }

    /// Connects and shakes hands once.
    /// - Throws: what the connection itself failed with; after that nothing is thrown but cancellation.
    func attempt(
        _ version: Remote.TLSVersion, _ address: SocketAddress, serverName: String?, group: any EventLoopGroup,
        timeout: Duration
    ) async throws -> HandshakeOutcome {
        guard let context = contexts[version] else { return .refused }
        try Task.checkCancellation()
        let loop = group.next()
        let done = loop.makePromise(of: HandshakeOutcome.self)
        let deadline = loop.scheduleTask(in: timeout.timeAmount) { done.succeed(.timeout) }
        defer { deadline.cancel() }
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(timeout.timeAmount)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
        let channel: any Channel
        do {
            channel = try await Dial.connect(bootstrap, to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let watcher = HandshakeWatcher(done)
                    let tls = try NIOSSLClientHandler(
                        context: context, serverHostname: serverName,
                        customVerificationCallback: { certificates, verdict in
                            watcher.chain = certificates.prefix(20).compactMap { try? $0.toDERBytes() }
                            verdict.succeed(.certificateVerified)
                        })
                    try channel.pipeline.syncOperations.addHandlers([tls, watcher])
                }
            }.channel
        } catch {
            done.succeed(.closed)
            throw error
        }
        let outcome = try await withTaskCancellationHandler {
            try await done.futureResult.get()
        } onCancel: {
            done.fail(CancellationError())
        }
        channel.close(promise: nil)
        return outcome
    }
}

/// Waits behind the TLS handler for the end of the handshake.
private final class HandshakeWatcher: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let done: EventLoopPromise<HandshakeOutcome>
    var chain: [[UInt8]] = []

    init(_ done: EventLoopPromise<HandshakeOutcome>) { self.done = done }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { done.succeed(.accepted(chain: chain)) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        done.succeed(.closed)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.succeed(Handshake.outcome(error))
        context.close(promise: nil)
    }
}

extension Handshake {
    /// What a failure during a handshake means.
    static func outcome(_ error: any Error) -> HandshakeOutcome {
        guard case NIOSSLError.handshakeFailed(let failure) = error else { return .closed }
        switch failure {
        case .sslError(let stack), .unknownError(let stack):
            if stack.contains(.eofDuringHandshake) { return .closed }
            // BoringSSL names the reason at the end of each entry; it offers no other way to tell them apart.
            let text = stack.map(\.description).joined(separator: " ")
            if text.contains("ALERT") || text.contains("UNSUPPORTED_PROTOCOL") || text.contains("HANDSHAKE_FAILURE") {
                return .refused
            }
            return stack.isEmpty ? .closed : .garbage
        case .zeroReturn, .syscallError: return .closed
        default: return .garbage
        }
    }
}
