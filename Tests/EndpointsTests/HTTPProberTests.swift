import Addressing
import Endpoints
import Foundation
import Remote
import TestSupport
import Testing

@Suite(.tags(.large), .serialized, .timeLimit(.minutes(3))) struct HTTPProberTests {
    /// A minute ahead, so that certificates made during the test are valid.
    private static var now: Int64 { Int64(Date().timeIntervalSince1970) + 60 }

    private func fetch(
        _ url: String, _ address: String, _ port: UInt16, limit: Int = 1 << 20, roots: String? = nil,
        now: Int64 = HTTPProberTests.now, timeout: Duration = .seconds(20)
    ) async throws -> HTTPReport {
        let loops = EndpointLoops()
        let check = HTTPCheck(
            url: url, endpoint: Endpoint(address: try IPAddress(address), port: port), bodyLimit: limit,
            additionalRootsPEM: roots.map { Array($0.utf8) })
        let result: Result<HTTPReport, any Error>
        do {
            let prober = try HTTPProber(loops, now: { now })
            result = .success(try await prober.fetch(check, subject: "device/test", timeout: timeout))
        } catch {
            result = .failure(error)
        }
        await loops.shutdown()
        return try result.get()
    }

    private func failure(
        _ url: String, _ address: String, _ port: UInt16, roots: String? = nil, now: Int64 = HTTPProberTests.now,
        timeout: Duration = .seconds(20)
    ) async -> RemoteError? {
        let error = await #expect(throws: RemoteError.self) {
            try await fetch(url, address, port, roots: roots, now: now, timeout: timeout)
        }
        #expect(error?.subject == "device/test")
        return error
    }

    private func value(_ report: HTTPReport, _ name: String) -> String? {
        report.headers.first { $0.name == name }?.value
    }

    @Test("a page comes with its status, fields, body and times, over IPv4 and IPv6", arguments: ["127.0.0.1", "::1"])
    func page(_ address: String) async throws {
        let nginx = try await NginxServer(addresses: ["127.0.0.1", "::1"], pages: ["a.txt": "Xin chào\n"])
        let report = try await fetch("http://nosuch.invalid:8080/a.txt?x=1", address, nginx.port)
        #expect(report.status == 200)
        #expect(report.version == "HTTP/1.1")
        #expect(String(decoding: report.body, as: UTF8.self) == "Xin chào\n")
        #expect(report.bodyBytes == 10)
        #expect(report.isComplete)
        #expect(value(report, "server")?.hasPrefix("nginx") == true)
        #expect(value(report, "content-length") == "10")
        #expect(report.tls == nil)
        #expect(report.connect > .zero && report.firstByte > .zero)
        #expect(report.total >= report.connect + report.firstByte)
        #expect(nginx.accessLog.contains("GET /a.txt?x=1 HTTP/1.1"))
    }

    @Test("the connection goes to the endpoint, names and certificate are the URL's", arguments: ["127.0.0.1", "::1"])
    func secure(_ address: String) async throws {
        let openssl = try OpenSSL()
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test")
        try await openssl.signed("other", days: 10, names: "DNS:other.lab.test")
        let other = openssl.folder.path
        let nginx = try await NginxServer(
            addresses: ["127.0.0.1", "::1"], pages: ["index.html": "default"],
            certificate: (try openssl.pem("web"), try openssl.folder.read("web.key")),
            http: [
                """
                server { listen 127.0.0.1:$TLS ssl; listen [::1]:$TLS ssl; server_name other.lab.test;
                ssl_certificate \(other)/other.pem; ssl_certificate_key \(other)/other.key;
                location / { return 200 "$ssl_server_name $host"; } }
                """
            ])
        let roots = try openssl.pem("ca")
        let report = try await fetch("https://web.lab.test/", address, nginx.tlsPort, roots: roots)
        #expect(report.status == 200)
        #expect(String(decoding: report.body, as: UTF8.self) == "default")
        #expect((report.tls ?? .zero) > .zero)
        #expect(report.total >= report.connect + (report.tls ?? .zero) + report.firstByte)
        // The certificate of other.lab.test is only shown to who asks for it by SNI.
        let named = try await fetch("https://Other.lab.test:8443/", address, nginx.tlsPort, roots: roots)
        #expect(String(decoding: named.body, as: UTF8.self) == "other.lab.test other.lab.test")
    }

    @Test("a certificate that is not believed is named with its reason, and nothing is asked") func believed()
        async throws
    {
        let openssl = try OpenSSL()
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test")
        let nginx = try await NginxServer(
            certificate: (try openssl.pem("web"), try openssl.folder.read("web.key")))
        let roots = try openssl.pem("ca")
        let late = Self.now + 20 * 86_400
        for (url, roots, now, reason) in [
            ("https://web.lab.test/", nil, Self.now, "no path to a trusted root"),
            ("https://x.lab.test/", roots, Self.now, "the name x.lab.test is not in it"),
            ("https://127.0.0.1/", roots, Self.now, "the name 127.0.0.1 is not in it"),
            ("https://web.lab.test/", roots, late, "expired"),
        ] {
            let error = await failure(url, "127.0.0.1", nginx.tlsPort, roots: roots, now: now)
            #expect(error?.code == .authentication)
            #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        }
        #expect(!nginx.accessLog.contains("GET"))
        let broken = await failure("https://web.lab.test/", "127.0.0.1", nginx.tlsPort, roots: "no PEM")
        #expect(broken?.code == .authentication || broken?.code == .local)
    }

    @Test("a certificate that changes between two probes is judged anew") func changed() async throws {
        let openssl = try OpenSSL()
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test")
        try await openssl.signed("late", days: 10, names: "DNS:late.lab.test")
        let nginx = try await NginxServer(
            certificate: (try openssl.pem("web"), try openssl.folder.read("web.key")))
        let roots = try openssl.pem("ca")
        // One prober, as in a running engine.
        let loops = EndpointLoops()
        let prober = try HTTPProber(loops, now: { Self.now })
        let check = HTTPCheck(
            url: "https://web.lab.test/", endpoint: Endpoint(address: try IPAddress("127.0.0.1"), port: nginx.tlsPort),
            additionalRootsPEM: Array(roots.utf8))
        #expect(try await prober.fetch(check, subject: "a", timeout: .seconds(20)).status == 403)
        try nginx.replaceCertificate(chain: try openssl.pem("late"), key: try openssl.folder.read("late.key"))
        let deadline = ContinuousClock.now + .seconds(30)
        var problem: RemoteError?
        while problem == nil, ContinuousClock.now < deadline {
            do { _ = try await prober.fetch(check, subject: "a", timeout: .seconds(20)) } catch let error as RemoteError
            {
                // The old worker may be gone in the middle of a handshake.
                if error.code == .authentication { problem = error }
            }
        }
        #expect(problem?.message.contains("the name web.lab.test is not in it") == true)
        await loops.shutdown()
    }

    @Test("redirects, errors and packed bodies are answers as they are") func asTheyAre() async throws {
        let nginx = try await NginxServer(
            pages: ["big.txt": String(repeating: "0123456789", count: 10_000)],
            server: [
                "location /r { return 301 http://127.0.0.1:1/elsewhere; }", "location /e { return 503; }",
                "location /z { default_type text/plain; add_header Content-Encoding gzip; return 200 packed; }",
                "gzip on; gzip_min_length 1; gzip_types text/plain;",
            ])
        let redirect = try await fetch("http://a/r", "127.0.0.1", nginx.port)
        #expect(redirect.status == 301)
        #expect(value(redirect, "location") == "http://127.0.0.1:1/elsewhere")
        #expect(try await fetch("http://a/e", "127.0.0.1", nginx.port).status == 503)
        #expect(try await fetch("http://a/none", "127.0.0.1", nginx.port).status == 404)
        let packed = try await fetch("http://a/z", "127.0.0.1", nginx.port)
        #expect(packed.body == Array("packed".utf8))
        let big = try await fetch("http://a/big.txt", "127.0.0.1", nginx.port, limit: 10_000)
        #expect(big.body.count == 10_000)
        #expect(big.bodyBytes == 100_000)
        #expect(big.isComplete)
        let huge = try await fetch("http://a/big.txt", "127.0.0.1", nginx.port, limit: 100)
        #expect(huge.body.count == 100)
        #expect(huge.bodyBytes > 1_000)
        #expect(!huge.isComplete)
    }

    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let manner: ScriptedServer.Manner
        let code: RemoteError.Code
        let text: String
    }

    private static let hostiles = [
        Hostile(
            testDescription: "says nothing", manner: .silence, code: .timeout, text: "the request was not answered"),
        Hostile(testDescription: "closes", manner: .says(""), code: .closed, text: "before it answered"),
        Hostile(testDescription: "resets", manner: .resets(""), code: .closed, text: "closed"),
        Hostile(
            testDescription: "garbage", manner: .says("SSH-2.0-OpenSSH_9.2p1\r\n\r\n"), code: .protocolViolation,
            text: "no HTTP/1"),
        Hostile(
            testDescription: "closes in its header", manner: .says("HTTP/1.1 200 OK\r\nA: b\r\n"), code: .closed,
            text: "in the middle of its header"),
        Hostile(
            testDescription: "drips its header", manner: .drips("HTTP/1.1 200 OK\r\nA: ", milliseconds: 20),
            code: .timeout, text: "header did not end"),
        Hostile(
            testDescription: "drips its body",
            manner: .drips("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", milliseconds: 20), code: .timeout,
            text: "(status 200) did not end in time"),
        Hostile(
            testDescription: "endless fields", manner: .floods("HTTP/1.1 200 OK\r\n", "A: b\r\n"), code: .tooLarge,
            text: "header"),
        Hostile(
            testDescription: "an endless field",
            manner: .floods("HTTP/1.1 200 OK\r\nA: ", String(repeating: "a", count: 4_096)), code: .tooLarge,
            text: "header"),
        Hostile(
            testDescription: "an endless status line",
            manner: .floods("HTTP/1.1 200 ", String(repeating: "O", count: 4_096)), code: .tooLarge, text: "header"),
        Hostile(
            testDescription: "endless interim answers", manner: .floods("", "HTTP/1.1 100 Continue\r\n\r\n"),
            code: .tooLarge, text: "header"),
        Hostile(
            testDescription: "another protocol", manner: .says("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
            code: .protocolViolation, text: "101"),
        Hostile(
            testDescription: "a status that is none", manner: .says("HTTP/1.1 999 X\r\n\r\n"),
            code: .protocolViolation, text: "999"),
        Hostile(
            testDescription: "two lengths",
            manner: .says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
            code: .protocolViolation, text: "no HTTP/1"),
    ]

    @Test(
        "bad servers are named as what they are, within the deadline", arguments: hostiles, ["127.0.0.1", "::1"])
    func hostile(_ hostile: Hostile, _ address: String) async throws {
        let server = try ScriptedServer(on: address, hostile.manner)
        let error = await failure("http://a/", address, server.port, timeout: .milliseconds(700))
        #expect(error?.code == hostile.code)
        #expect(error?.message.contains(hostile.text) == true, "\(error?.message ?? "")")
        withExtendedLifetime(server) {}
    }

    @Test(
        "what is cut short is an answer that is not complete",
        arguments: [
            ScriptedServer.Manner.says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
            .resets("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
            .says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
        ]) func cut(_ manner: ScriptedServer.Manner) async throws
    {
        let server = try ScriptedServer(manner)
        let report = try await fetch("http://a/", "127.0.0.1", server.port)
        #expect(report.status == 200)
        #expect(report.body == Array("half".utf8))
        #expect(report.bodyBytes == 4)
        #expect(!report.isComplete)
        withExtendedLifetime(server) {}
    }

    @Test("an endless body ends at ten times the limit; old servers end it by closing") func bodies() async throws {
        let flood = try ScriptedServer(.floods("HTTP/1.1 200 OK\r\n\r\n", String(repeating: "x", count: 4_096)))
        let endless = try await fetch("http://a/", "127.0.0.1", flood.port, limit: 10_000)
        #expect(endless.body.count == 10_000)
        #expect(endless.bodyBytes > 100_000 && endless.bodyBytes < 10_000_000)
        #expect(!endless.isComplete)
        let old = try ScriptedServer(.says("HTTP/1.0 200 OK\r\nX-Á: v\r\n\r\nbody"))
        let invalid = await failure("http://a/", "127.0.0.1", old.port)
        #expect(invalid?.code == .protocolViolation)
        let older = try ScriptedServer(.says("HTTP/1.0 200 OK\r\nX-A: \u{e1}\r\n\r\nbody"))
        let report = try await fetch("http://a:81/p", "127.0.0.1", older.port)
        #expect(report.version == "HTTP/1.0")
        #expect(report.body == Array("body".utf8))
        #expect(report.isComplete)
        let request = try #require(older.requests.first)
        #expect(request.hasPrefix("GET /p HTTP/1.1\r\n"))
        #expect(request.contains("\r\nHost: a:81\r\n"))
        #expect(request.lowercased().contains("\r\nconnection: close\r\n"))
        withExtendedLifetime((flood, old)) {}
    }

    @Test(
        "what does not speak TLS is named as such",
        arguments: [
            Hostile(testDescription: "silence", manner: .silence, code: .timeout, text: "no TLS handshake"),
            Hostile(
                testDescription: "plain HTTP", manner: .says("HTTP/1.1 400 Bad\r\n\r\n"), code: .protocolViolation,
                text: "no TLS"),
            Hostile(
                testDescription: "an alert", manner: .says("\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{28}"),
                code: .protocolViolation, text: "refuses"),
            Hostile(testDescription: "closes", manner: .says(""), code: .closed, text: "closed the connection"),
        ]) func noTLS(_ hostile: Hostile) async throws
    {
        // It speaks at once: a TLS client never sends an empty line.
        let bytes: HostileTCPServer.Manner =
            switch hostile.manner {
            case .says(let text): text.isEmpty ? .closes : .says(Array(text.utf8))
            default: .says([])
            }
        let server = try HostileTCPServer(bytes)
        let error = await failure("https://a/", "127.0.0.1", server.port, timeout: .milliseconds(700))
        #expect(error?.code == hostile.code)
        #expect(error?.message.contains(hostile.text) == true, "\(error?.message ?? "")")
        withExtendedLifetime(server) {}
    }

    @Test("a closed port is refused, a URL that is none is not asked") func refused() async throws {
        let port = try freeTCPPort()
        #expect(await failure("http://a/", "127.0.0.1", port)?.code == .refused)
        let error = await failure("ftp://secret@a/", "127.0.0.1", port)
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("secret") == false)
    }

    @Test("a cancelled probe ends at once, whatever it waits for") func cancelled() async throws {
        let silent = try SilentTCPServer()
        let full = try HostileTCPServer(.full)
        for (url, port) in [("http://a/", silent.port), ("https://a/", silent.port), ("http://a/", full.port)] {
            let task = Task { try await fetch(url, "127.0.0.1", port, timeout: .seconds(100)) }
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            let error = await #expect(throws: RemoteError.self) { try await task.value }
            #expect(error?.code == .cancelled)
        }
        withExtendedLifetime((silent, full)) {}
    }

    @Test("hundreds of probes at once share one thread, and each gets its own page") func many() async throws {
        let pages = Dictionary(uniqueKeysWithValues: (0..<10).map { ("\($0).txt", "page \($0)") })
        let nginx = try await NginxServer(addresses: ["127.0.0.1", "::1"], pages: pages)
        let loops = EndpointLoops()
        let prober = try HTTPProber(loops)
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<300 {
                let endpoint = Endpoint(
                    address: try IPAddress(number % 2 == 0 ? "127.0.0.1" : "::1"), port: nginx.port)
                group.addTask {
                    let check = HTTPCheck(url: "http://lab/\(number % 10).txt", endpoint: endpoint)
                    let report = try await prober.fetch(check, subject: "\(number)", timeout: .seconds(60))
                    return report.body == Array("page \(number % 10)".utf8)
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(right == 300)
        await loops.shutdown()
    }
}
