import NIOCore
import NIOPosix
import NIOSSL
import Remote
import Synchronization

/// A TCP connection on which we ask and the peer answers, one after the other, within one deadline.
///
/// The peer's part is read by pure functions: they get everything that has come and not been taken yet, and say what of it
/// is the answer.
struct Conversation: Sendable {
    private let channel: any Channel
    private let ear: NIOLoopBound<Ear>
    /// When the whole talk must be over.
    private let alarm: Scheduled<Void>

    /// Talks with `endpoint` as long as `body` does and closes behind it, whatever comes of it.
    /// - Parameter limit: bytes of one answer at most.
    static func hold<Answer: Sendable>(
        _ loops: EndpointLoops, _ endpoint: Endpoint, subject: String, timeout: Duration, limit: Int,
        _ body: (Conversation) async throws -> Answer
    ) async throws -> Answer {
        let address = try Sockets.address(endpoint, subject: subject)
        do {
            try Task.checkCancellation()
            let conversation = try await open(loops, address, timeout: timeout, limit: limit)
            let result: Result<Answer, any Error>
            do {
                result = .success(
                    try await withTaskCancellationHandler {
                        try await body(conversation)
                    } onCancel: {
                        conversation.fail(CancellationError())
                    })
            } catch {
                result = .failure(error)
            }
            conversation.alarm.cancel()
            conversation.channel.close(promise: nil)
            return try result.get()
        } catch let problem as TalkProblem {
            throw RemoteError(problem.code, subject: subject, message: "\(endpoint): \(problem.message)")
        } catch  where meansClosed(error) {
            throw RemoteError(
                .closed, subject: subject, message: "\(endpoint): it closes the connection before it has said its part")
        } catch {
            throw Sockets.remoteError(error, endpoint, subject: subject)
        }
    }

    /// A peer that hangs up at once may be gone before our side has its pipeline together.
    private static func meansClosed(_ error: any Error) -> Bool {
        if error is ChannelPipelineError { return true }
        switch error as? ChannelError {
        case .ioOnClosedChannel, .alreadyClosed, .eof, .inputClosed, .outputClosed: return true
        default: return false
        }
    }

    private static func open(_ loops: EndpointLoops, _ address: SocketAddress, timeout: Duration, limit: Int)
        async throws -> Conversation
    {
        let started = ContinuousClock.now
        // Not looked up in the pipeline afterwards: a peer may have said too much and be gone before that.
        let box = EarBox()
        return try await ClientBootstrap(group: loops.group.next()).connectTimeout(timeout.timeAmount)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let ear = Ear(limit: limit)
                    box.ear.withLock { $0 = NIOLoopBound(ear, eventLoop: channel.eventLoop) }
                    try channel.pipeline.syncOperations.addHandler(ear)
                }
            }
            .connect(to: address)
            .flatMapThrowing { channel in
                guard let bound = box.ear.withLock({ $0 }) else { throw ChannelError.ioOnClosedChannel }
                let left = timeout - started.duration(to: .now)
                let alarm = channel.eventLoop.scheduleTask(in: left.timeAmount) {
                    bound.value.fail(TalkProblem(.timeout, "connected, and its part was not said in time"))
                }
                return Conversation(channel: channel, ear: bound, alarm: alarm)
            }.get()
    }

    private func fail(_ error: any Error) {
        channel.eventLoop.execute { ear.value.fail(error) }
    }

    /// Our side's address, for greetings.
    var localAddress: SocketAddress? { channel.localAddress }

    /// Sends `question` (empty: the peer speaks first) and waits until `read` finds its answer at the front of what came.
    ///
    /// Nothing may have come before it is asked: an answer to no question is somebody else's.
    /// - Parameter read: nil: not yet whole; else the answer and how many bytes it takes. May be called many times.
    func ask<Answer: Sendable>(
        _ question: [UInt8] = [], _ read: @escaping @Sendable ([UInt8]) throws -> (Answer, taken: Int)?
    ) async throws -> Answer {
        let promise = channel.eventLoop.makePromise(of: Answer.self)
        channel.eventLoop.execute {
            let ear = ear.value
            if !question.isEmpty {
                guard ear.isEmpty else {
                    return promise.fail(TalkProblem(.protocolViolation, "it answers before it is asked"))
                }
                channel.writeAndFlush(ByteBuffer(bytes: question), promise: nil)
            }
            ear.listen(
                { bytes in
                    do {
                        guard let (answer, taken) = try read(bytes) else { return nil }
                        promise.succeed(answer)
                        return taken
                    } catch {
                        promise.fail(error)
                        return bytes.count
                    }
                }, failing: { promise.fail($0) })
        }
        return try await promise.futureResult.get()
    }

    /// Says goodbye and waits for any word of the peer, its end or half a second: manners, not a check.
    func farewell(_ words: [UInt8]) async {
        let patience = channel.eventLoop.scheduleTask(in: .milliseconds(500)) {
            ear.value.fail(TalkProblem(.timeout, "it does not say goodbye"))
        }
        _ = try? await ask(words) { bytes -> (Bool, taken: Int)? in bytes.isEmpty ? nil : (true, bytes.count) }
        patience.cancel()
    }

    /// Begins TLS and gives what the one handshake showed. Certificates are taken as they come; nothing is believed here.
    func startTLS(_ context: NIOSSLContext, serverName: String?) async throws -> (
        version: Remote.TLSVersion?, chain: [[UInt8]]
    ) {
        let done = channel.eventLoop.makePromise(of: Void.self)
        let box = ChainBox()
        channel.eventLoop.execute {
            do {
                let ear = ear.value
                // CVE-2011-0411 and its kin: a stranger's plaintext would count as said under TLS.
                guard ear.isEmpty else {
                    throw TalkProblem(.protocolViolation, "it sends bytes in the clear behind its consent to TLS")
                }
                ear.expectTLS { done.completeWith($0) }
                let tls = try NIOSSLClientHandler(
                    context: context, serverHostname: serverName,
                    customVerificationCallback: { certificates, verdict in
                        box.chain.withLock { $0 = certificates.prefix(20).compactMap { try? $0.toDERBytes() } }
                        verdict.succeed(.certificateVerified)
                    })
                try channel.pipeline.syncOperations.addHandler(tls, position: .first)
            } catch {
                done.fail(error)
            }
        }
        try await done.futureResult.get()
        let version = try await channel.nioSSL_tlsVersion().get()
        return (version.map(Self.version), box.chain.withLock { $0 })
    }

    private static func version(_ version: NIOSSL.TLSVersion) -> Remote.TLSVersion {
        switch version {
        case .tlsv1: .tls10
        case .tlsv11: .tls11
        case .tlsv12: .tls12
        case .tlsv13: .tls13
        }
    }
}

/// What a peer did wrong, or the deadline; becomes a ``RemoteError`` where endpoint and subject are known.
struct TalkProblem: Error, Equatable {
    let code: RemoteError.Code
    let message: String
    init(_ code: RemoteError.Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

private final class EarBox: Sendable {
    let ear = Mutex<NIOLoopBound<Ear>?>(nil)
}

private final class ChainBox: Sendable {
    let chain = Mutex<[[UInt8]]>([])
}
