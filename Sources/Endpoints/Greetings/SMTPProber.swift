import Addressing
import Foundation
import NIOCore
import NIOSSL
public import Remote

/// One reply of a mail server (RFC 5321 section 4.2), perhaps of several lines.
struct SMTPReply: Equatable, Sendable {
    let code: Int
    /// Without codes and line ends; cleaned.
    let lines: [String]

    /// RFC 5321 section 4.5.3.1.5 allows 512 octets in a line.
    static let lineLimit = 2_000
    static let linesLimit = 200

    /// The whole reply at the front of `bytes`, nil while it is not there.
    static func read(_ bytes: [UInt8]) throws(TalkProblem) -> (SMTPReply, taken: Int)? {
        var lines: [String] = []
        var code: Int?
        var start = 0
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            var line = bytes[start..<end]
            start = end + 1
            if line.last == 0x0D { line = line.dropLast() }
            let digits = line.prefix(3)
            guard line.count <= lineLimit, digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(String(decoding: digits, as: UTF8.self)), (200...599).contains(number),
                line.count == 3 || line[line.startIndex + 3] == 0x20 || line[line.startIndex + 3] == 0x2D
            else { throw TalkProblem(.protocolViolation, "what it sends is no SMTP reply") }
            guard code == nil || code == number else {
                throw TalkProblem(.protocolViolation, "the lines of one reply have different codes")
            }
            code = number
            lines.append(PeerText.line(line.dropFirst(4)))
            guard lines.count <= linesLimit else {
                throw TalkProblem(.protocolViolation, "a reply has more than \(linesLimit) lines")
            }
            if line.count == 3 || line[line.startIndex + 3] == 0x20 {
                return (SMTPReply(code: number, lines: lines), start)
            }
        }
        guard bytes.count - start <= lineLimit else {
            throw TalkProblem(.protocolViolation, "a line is longer than \(lineLimit) bytes")
        }
        // A peer of another protocol is known by its first bytes; waiting for its line's end may be waiting for ever.
        if let first = bytes.dropFirst(start).first, !(0x32...0x35).contains(first) {
            throw TalkProblem(.protocolViolation, "what it sends is no SMTP reply")
        }
        return nil
    }
}

/// Greets mail servers: greeting, EHLO, STARTTLS where it is offered, QUIT. No mail is sent and nobody logs in.
public struct SMTPProber: SMTPInspector {
    private let loops: EndpointLoops
    private let context: NIOSSLContext
    private let trust: ChainTrust

    /// Prepares the TLS side.
    /// - Parameters:
    ///   - loops: the threads to use.
    ///   - extraRoots: further certificates to trust besides the system's, PEM texts.
    ///   - now: seconds since 1970, UTC, for the check of validity; nil: the system's clock.
    /// - Throws: ``RemoteError`` with code `local`: a PEM text is none, or the library refuses our settings.
    public init(_ loops: EndpointLoops, extraRoots: [String] = [], now: (@Sendable () -> Int64)? = nil) throws {
        self.loops = loops
        trust = try ChainTrust(extraRoots: extraRoots, now: now ?? { Int64(Date().timeIntervalSince1970) })
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv1
        // We look at servers, weak ones too: every suite the library has.
        configuration.cipherSuites = "ALL"
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw RemoteError(.local, subject: "smtp", message: "the TLS library refuses our settings: \(error)")
        }
    }

    /// The report's TLS part shows the one handshake after STARTTLS: `accepted` holds the version it came to, and
    /// `refused` nothing, because no other was tried.
    public func greet(_ endpoint: Endpoint, serverName: String?, subject: String, timeout: Duration) async throws
        -> SMTPReport
    {
        let started = ContinuousClock.now
        return try await Conversation.hold(
            loops, endpoint, subject: subject, timeout: timeout, limit: 64 * 1_024
        ) { talk in
            let (greeting, moment) = try await Self.reply(talk)
            guard greeting.code == 220 else {
                throw greeting.code >= 400
                    ? TalkProblem(.remote, "it greets with \(greeting.code): it takes no mail from here now")
                    : TalkProblem(.protocolViolation, "it greets with \(greeting.code) instead of 220")
            }
            let hello = try await Self.reply(talk, "EHLO \(Self.ownName(talk.localAddress))")
            // RFC 5321 section 4.1.4: a server without extensions refuses EHLO; that is an answer, too.
            let capabilities = hello.reply.code == 250 ? hello.reply.lines.dropFirst().map { $0.uppercased() } : []
            guard hello.reply.code == 250 || hello.reply.code >= 500 else {
                throw TalkProblem(.remote, "it answers EHLO with \(hello.reply.code)")
            }
            let tls = capabilities.contains("STARTTLS") ? try await startTLS(talk, serverName: serverName) : nil
            await talk.farewell(Array("QUIT\r\n".utf8))
            return SMTPReport(
                banner: greeting.lines.joined(separator: " "), capabilities: Array(capabilities), tls: tls,
                duration: started.duration(to: moment))
        }
    }

    private func startTLS(_ talk: Conversation, serverName: String?) async throws -> TLSReport {
        let (consent, _) = try await Self.reply(talk, "STARTTLS")
        guard consent.code == 220 else {
            throw TalkProblem(.remote, "it offers STARTTLS and answers it with \(consent.code)")
        }
        let (version, chain) = try await talk.startTLS(context, serverName: TLSProber.sni(serverName))
        let summaries = chain.compactMap { try? CertificateReading.summary($0) }
        let problem =
            summaries.count == chain.count
            ? await trust.problem(chain, summaries, serverName: serverName)
            : "the chain holds a certificate that cannot be read"
        return TLSReport(
            accepted: version.map { [$0] } ?? [], refused: [], chain: summaries, verificationProblem: problem)
    }

    /// The next reply, after `command` where one is given, and when it was there.
    private static func reply(_ talk: Conversation, _ command: String? = nil) async throws -> (
        reply: SMTPReply, moment: ContinuousClock.Instant
    ) {
        try await talk.ask(command.map { Array("\($0)\r\n".utf8) } ?? []) { bytes in
            try SMTPReply.read(bytes).map { (($0.0, .now), $0.taken) }
        }
    }

    /// RFC 5321 section 4.1.3: a client without a name of its own shows its address.
    private static func ownName(_ address: SocketAddress?) -> String {
        guard let text = address?.ipAddress, let own = try? IPAddress(text) else { return "[127.0.0.1]" }
        return own.isIPv6 ? "[IPv6:\(own.withoutZone)]" : "[\(own)]"
    }
}
