import Addressing
import Foundation
import Glibc
import Remote
import TestSupport
import Testing

@testable import Endpoints

@Suite(.tags(.small)) struct GreetingsSMTPWireTests {
    @Test("replies of one and of several lines are read, whole or in pieces") func replies() throws {
        let bytes = Array("250-mail.lab.test\r\n250-SIZE 10240000\r\n250-starttls\r\n250 HELP\r\n".utf8)
        let whole = try #require(try SMTPReply.read(bytes + Array("220 more".utf8)))
        #expect(whole.0.code == 250 && whole.0.lines == ["mail.lab.test", "SIZE 10240000", "starttls", "HELP"])
        #expect(whole.taken == bytes.count)
        for length in 0..<bytes.count { #expect(try SMTPReply.read(Array(bytes[..<length])) == nil, "\(length)") }
        #expect(try SMTPReply.read(Array("220\r\n".utf8))?.0.lines == [""])
        #expect(try SMTPReply.read(Array("220 a\u{1B}[31mb\u{202E}\r\n".utf8))?.0.lines == ["a[31mb"])
        #expect(try SMTPReply.read([0x32, 0x32, 0x30, 0x20, 0xFF, 0x0A])?.0.lines == ["\u{FFFD}"])
    }

    @Test(
        "what is no reply is refused at once",
        arguments: [
            "SSH-2.0-x\r\n", "SSH", "HTTP/1.1 200 OK\r\n", "22 x\r\n", "2200 x\r\n", "250-a\r\n220 b\r\n", "120 x\r\n",
            "\r\n", "999 x\r\n", "220_x\r\n", String(repeating: "2", count: 3_000),
            "220 " + String(repeating: "x", count: 3_000) + "\r\n",
            String(repeating: "250-x\r\n", count: 300),
        ])
    func noReplies(_ text: String) {
        #expect(throws: TalkProblem.self) { try SMTPReply.read(Array(text.utf8)) }
    }
}

@Suite(.tags(.large), .serialized, .timeLimit(.minutes(3))) struct GreetingsSMTPTests {
    private func greet(
        _ endpoint: Endpoint, name: String? = nil, roots: [String] = [], timeout: Duration = .seconds(15)
    ) async throws -> SMTPReport {
        let loops = EndpointLoops()
        let result: Result<SMTPReport, any Error>
        do {
            let soon = Int64(Date().timeIntervalSince1970) + 60
            let prober = try SMTPProber(loops, extraRoots: roots, now: { soon })
            result = .success(
                try await prober.greet(endpoint, serverName: name, subject: "device/mail", timeout: timeout))
        } catch {
            result = .failure(error)
        }
        await loops.shutdown()
        return try result.get()
    }

    /// aiosmtpd, as Debian installs it for its own python3.
    private func aiosmtpd(_ address: String, _ options: [String]) async throws -> (ChildProcess, Endpoint) {
        let port = try freeTCPPort(on: address)
        let server = try ChildProcess(
            "/usr/bin/python3",
            ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", "\(address):\(port)"] + options)
        try await server.waitForTCP(port, on: address)
        return (server, Endpoint(address: try IPAddress(address), port: port))
    }

    @Test("a real server without STARTTLS", arguments: ["127.0.0.1", "::1"]) func plain(_ address: String) async throws
    {
        let (server, endpoint) = try await aiosmtpd(address, [])
        defer { server.kill() }
        let report = try await greet(endpoint)
        #expect(report.banner.contains("Python SMTP"))
        #expect(report.capabilities.contains("8BITMIME") && report.capabilities.contains("HELP"))
        #expect(!report.capabilities.contains("STARTTLS"))
        #expect(report.tls == nil)
        #expect(report.duration > .zero)
    }

    @Test("a real server with STARTTLS: version, chain and whether it is to be believed") func startTLS() async throws {
        let openssl = try OpenSSL()
        try await openssl.signed("mail", days: 20, names: "DNS:mail.lab.test")
        let (server, endpoint) = try await aiosmtpd(
            "127.0.0.1",
            ["--tlscert", openssl.folder.file("mail.pem"), "--tlskey", openssl.folder.file("mail.key")])
        defer { server.kill() }
        let good = try await greet(endpoint, name: "mail.lab.test", roots: [try openssl.pem("ca")])
        #expect(good.capabilities.contains("STARTTLS"))
        let tls = try #require(good.tls)
        #expect(tls.accepted == [.tls13] && tls.refused == [])
        #expect(tls.chain.count == 1 && tls.chain.first?.names == ["mail.lab.test"])
        #expect(tls.verificationProblem == nil)
        let wrong = try await greet(endpoint, name: "other.lab.test")
        #expect(wrong.tls?.verificationProblem?.contains("the name other.lab.test is not in it") == true)
        #expect(wrong.tls?.verificationProblem?.contains("no path to a trusted root") == true)
    }

    private func code(_ turns: [String], timeout: Duration = .seconds(2)) async throws -> RemoteError.Code? {
        let server = try TurnServer(turns)
        let error = await #expect(throws: RemoteError.self, "\(turns)") {
            try await greet(server.endpoint, timeout: timeout)
        }
        #expect(error?.subject == "device/mail")
        withExtendedLifetime(server) {}
        return error?.code
    }

    @Test("greetings and commands that are refused, out of turn or endless have their names") func hostile()
        async throws
    {
        #expect(try await code(["421 busy\r\n"]) == .remote)
        #expect(try await code(["554 no\r\n"]) == .remote)
        #expect(try await code(["250 hello\r\n"]) == .protocolViolation)
        #expect(try await code(["SSH-2.0-OpenSSH\r\n"]) == .protocolViolation)
        #expect(try await code([""]) == .closed)
        #expect(try await code(["220 hi\r\n", ""]) == .closed)
        #expect(try await code(["220 hi\r\n", "421 later\r\n"]) == .remote)
        #expect(try await code(["220 hi\r\n250 x\r\n", "250 x\r\n"]) == .protocolViolation, "it answers unasked")
        #expect(try await code([String(repeating: "220-x\r\n", count: 20_000)]) == .protocolViolation)
        // Behind its consent, before any TLS: what an attacker would have us believe was said under TLS.
        let injected = ["220 hi\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n250 forged\r\n"]
        #expect(try await code(injected) == .protocolViolation)
        #expect(try await code(["220 hi\r\n", "250-x\r\n250 STARTTLS\r\n", "454 not now\r\n"]) == .remote)
        #expect(
            try await code(["220 hi\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n", "no TLS at all"])
                == .protocolViolation)
        #expect(try await code(["220-first\r\n", "220 never"], timeout: .milliseconds(600)) == .timeout)
    }

    @Test("a server that knows no EHLO is still greeted") func old() async throws {
        let server = try TurnServer(["220-old\r\n220 server\r\n", "502 what?\r\n", "221 bye\r\n"])
        let report = try await greet(server.endpoint)
        #expect(report.banner == "old server")
        #expect(report.capabilities == [] && report.tls == nil)
        withExtendedLifetime(server) {}
    }
}

/// Accepts one connection after the other; says its turns, each after something has been said to it, and hangs up.
final class TurnServer: Sendable {
    let endpoint: Endpoint
    private let listener: Int32

    init(_ turns: [String]) throws {
        let port = try freeTCPPort()
        endpoint = Endpoint(address: try IPAddress("127.0.0.1"), port: port)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(listener, 8) == 0 else { throw PeerFailure() }
        Thread.detachNewThread {
            while true {
                let peer = accept(listener, nil, nil)
                guard peer >= 0 else { break }
                var buffer = [UInt8](repeating: 0, count: 4_096)
                for (index, turn) in turns.enumerated() {
                    if index > 0, recv(peer, &buffer, buffer.count, 0) <= 0 { break }
                    let bytes = Array(turn.utf8)
                    if send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL)) < bytes.count { break }
                }
                // Read what else it says, so that our end is an end and no reset.
                if turns.last?.isEmpty == false { _ = recv(peer, &buffer, buffer.count, 0) }
                close(peer)
            }
            // Here and not in deinit: a number closed there may be another server's by the time this thread uses it.
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}
