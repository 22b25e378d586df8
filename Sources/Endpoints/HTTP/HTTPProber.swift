import Addressing
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
public import Remote
import Synchronization

/// Asks web servers for one page, over HTTP/1.1, and tells where the time went.
///
/// Redirects are not followed and bodies not unpacked; no other encoding is asked for. With TLS the request is sent only
/// after the certificate has been believed.
public struct HTTPProber: HTTPInspector {
    private let loops: EndpointLoops
    private let context: NIOSSLContext
    private let trusts: Trusts

    /// Prepares the contexts.
    /// - Parameters:
    ///   - loops: the threads to use.
    ///   - extraRoots: further certificates to trust besides the system's, PEM texts.
    ///   - now: seconds since 1970, UTC, for the check of validity; nil: the system's clock.
    /// - Throws: ``RemoteError`` with code `local`: a PEM text is none, or the library refuses our settings.
    public init(_ loops: EndpointLoops, extraRoots: [String] = [], now: (@Sendable () -> Int64)? = nil) throws {
        self.loops = loops
        trusts = try Trusts(extraRoots, now ?? { Int64(Date().timeIntervalSince1970) })
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            // Old servers are asked too; what versions they speak is judged by the TLS probe.
            configuration.minimumTLSVersion = .tlsv1
            configuration.cipherSuites = "ALL"
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates([])
            configuration.applicationProtocols = ["http/1.1"]
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw RemoteError(.local, subject: "http", message: "the TLS library refuses our settings: \(error)")
        }
    }

    /// Header fields beyond 256 or 128 KiB are ``RemoteError/Code/tooLarge``; a URL that is none is `unsupported`.
    public func fetch(_ check: HTTPCheck, subject: String, timeout: Duration) async throws -> HTTPReport {
        let target: HTTPTarget
        do {
            target = try HTTPTarget(check.url)
        } catch {
            throw RemoteError(.unsupported, subject: subject, message: error.message)
        }
        let trust = target.isTLS ? try trusts.including(check.additionalRootsPEM, subject: subject) : nil
        let address = try Sockets.address(check.endpoint, subject: subject)
        do {
            return try await exchange(target, trust, address, bodyLimit: check.bodyLimit, timeout: timeout)
        } catch let failure as HTTPFailure {
            throw RemoteError(failure.code, subject: subject, message: "\(check.endpoint): \(failure.message)")
        } catch {
            throw Sockets.remoteError(error, check.endpoint, subject: subject)
        }
    }

    private func exchange(
        _ target: HTTPTarget, _ trust: ChainTrust?, _ address: SocketAddress, bodyLimit: Int, timeout: Duration
    ) async throws -> HTTPReport {
        let loop = loops.group.next()
        let handshaken = loop.makePromise(of: NIODeadline.self)
        let finished = loop.makePromise(of: HTTPAnswer.self)
        // A promise that nobody keeps is an error; keeping one twice is none.
        defer {
            handshaken.fail(CancellationError())
            finished.fail(CancellationError())
        }
        let started = NIODeadline.now()
        let deadline = started + timeout.timeAmount
        let chain = ShownChain()
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(timeout.timeAmount)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
        let (channel, connectedAt) = try await Dial.connect(bootstrap, to: address) { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                if target.isTLS { try pipeline.addHandler(tls(target, chain)) }
                let taste = FirstTaste()
                try pipeline.addHandlers(
                    taste, HTTPRequestEncoder(),
                    ByteToMessageHandler(HTTPResponseDecoder(limitConfiguration: HTTPExchange.limits)),
                    HTTPExchange(
                        handshaken: handshaken, finished: finished, isTLS: target.isTLS, bodyLimit: bodyLimit,
                        deadline: deadline, taste: taste))
            }
        }
        defer { channel.close(promise: nil) }
        return try await withTaskCancellationHandler {
            var handshakeAt: NIODeadline?
            if let trust {
                handshakeAt = try await handshaken.futureResult.get()
                if let problem = await Self.problem(trust, chain.certificates, target.host) {
                    throw HTTPFailure(.authentication, "its certificate is not believed: \(problem)")
                }
            }
            channel.write(HTTPClientRequestPart.head(Self.request(target)), promise: nil)
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            let answer = try await finished.futureResult.get()
            return Self.report(answer, started, connectedAt, handshakeAt)
        } onCancel: {
            handshaken.fail(CancellationError())
            finished.fail(CancellationError())
        }
    }

    private func tls(_ target: HTTPTarget, _ chain: ShownChain) throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(
            context: context, serverHostname: TLSProber.sni(target.host),
            customVerificationCallback: { certificates, verdict in
                // Judged after the handshake, and before anything is sent.
                chain.certificates = certificates.prefix(20).compactMap { try? $0.toDERBytes() }
                verdict.succeed(.certificateVerified)
            })
    }

    private static func problem(_ trust: ChainTrust, _ chain: [[UInt8]], _ host: String) async -> String? {
        let summaries = chain.compactMap { try? CertificateReading.summary($0) }
        guard summaries.count == chain.count else { return "the chain holds a certificate that cannot be read" }
        return await trust.problem(chain, summaries, serverName: host)
    }

    private static func request(_ target: HTTPTarget) -> HTTPRequestHead {
        HTTPRequestHead(
            version: .http1_1, method: .GET, uri: target.path,
            headers: [
                "Host": target.authority, "User-Agent": "hatang", "Accept": "*/*", "Accept-Encoding": "identity",
                "Connection": "close",
            ])
    }

    private static func report(
        _ answer: HTTPAnswer, _ started: NIODeadline, _ connectedAt: NIODeadline, _ handshakeAt: NIODeadline?
    ) -> HTTPReport {
        func took(_ from: NIODeadline, _ to: NIODeadline) -> Duration { .nanoseconds(max(0, (to - from).nanoseconds)) }
        return HTTPReport(
            status: Int(answer.head.status.code), version: "\(answer.head.version)",
            headers: answer.head.headers.map { ($0.name.lowercased(), $0.value) }, body: answer.body,
            bodyBytes: answer.bodyBytes, isComplete: answer.isComplete, connect: took(started, connectedAt),
            tls: handshakeAt.map { took(connectedAt, $0) }, firstByte: took(answer.requestedAt, answer.firstByteAt),
            total: took(started, answer.endedAt))
    }
}

/// The certificates as shown, from the loop to the task.
private final class ShownChain: Sendable {
    private let held = Mutex<[[UInt8]]>([])
    var certificates: [[UInt8]] {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}

/// Trust with the roots of single checks; made once for each set of roots.
private final class Trusts: Sendable {
    private let extraRoots: [String]
    private let now: @Sendable () -> Int64
    private let usual: ChainTrust
    private let others = Mutex<[[UInt8]: ChainTrust]>([:])

    init(_ extraRoots: [String], _ now: @escaping @Sendable () -> Int64) throws(RemoteError) {
        self.extraRoots = extraRoots
        self.now = now
        usual = try ChainTrust(extraRoots: extraRoots, now: now)
    }

    func including(_ pem: [UInt8]?, subject: String) throws(RemoteError) -> ChainTrust {
        guard let pem else { return usual }
        if let known = others.withLock({ $0[pem] }) { return known }
        do {
            let made = try ChainTrust(extraRoots: extraRoots + [String(decoding: pem, as: UTF8.self)], now: now)
            others.withLock {
                // A handful in practice; whoever changes them all the time does not fill our memory.
                if $0.count >= 64 { $0.removeAll() }
                $0[pem] = made
            }
            return made
        } catch {
            throw RemoteError(error.code, subject: subject, message: error.message)
        }
    }
}
