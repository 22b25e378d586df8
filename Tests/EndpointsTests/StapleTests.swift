import Addressing
import Foundation
import Remote
import TestSupport
import Testing

@testable import Endpoints

@Suite(.tags(.large), .serialized, .timeLimit(.minutes(3))) struct StapleTests {
    /// A minute ahead, so that certificates made during the test are valid.
    private static var now: Int64 { Int64(Date().timeIntervalSince1970) + 60 }

    private func ocsp(
        _ openssl: OpenSSL, _ options: [String], on address: String = "127.0.0.1",
        trusting root: String? = "ca"
    ) async throws -> TLSReport {
        let (server, endpoint) = try await openssl.serve("web", options, on: address)
        defer { server.kill() }
        let loops = EndpointLoops()
        let result: Result<TLSReport, any Error>
        do {
            let prober = try TLSProber(
                loops, extraRoots: try root.map { [try openssl.pem($0)] } ?? [], now: { Self.now })
            result = .success(
                try await prober.inspect(
                    endpoint, serverName: "web.lab.test", subject: "device/test", timeout: .seconds(20)))
        } catch {
            result = .failure(error)
        }
        await loops.shutdown()
        return try result.get()
    }

    @Test(
        "a stapled answer is read as the authority gave it, in TLS 1.2 and 1.3, over IPv4 and IPv6",
        arguments: [OpenSSL.Standing.good, .revoked, .absent], [(["-tls1_2"], "127.0.0.1"), (["-tls1_3"], "::1")])
    func standing(_ standing: OpenSSL.Standing, _ version: (options: [String], address: String)) async throws {
        let openssl = try OpenSSL()
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test")
        try await openssl.answer("web", standing)
        let report = try await ocsp(openssl, version.options + ["-status_file", "web.ocsp"], on: version.address)
        let status = try #require(report.ocsp)
        let expected: OCSPStatus.Status =
            switch standing {
            case .good: .good
            case .revoked: .revoked
            case .absent: .unknown
            }
        #expect(status.status == expected)
        let this = try #require(status.thisUpdate)
        #expect(abs(this - Self.now) < 3_600)
        #expect(status.nextUpdate == this + 7 * 86_400)
        #expect(report.verificationProblem == nil)
    }

    @Test(
        "servers with one group or suite only are read too",
        arguments: [
            ["-tls1_3", "-groups", "P-256"], ["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"],
            ["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"], ["-tls1_2", "-cipher", "ECDHE-RSA-AES256-SHA"],
            ["-tls1_2", "-cipher", "AES128-SHA"], ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"], [],
        ])
    func suites(_ options: [String]) async throws {
        let openssl = try OpenSSL()
        try await openssl.run([
            "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650",
            "-subj", "/CN=Lab RSA CA",
        ])
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test", key: ["rsa:2048"])
        try await openssl.answer("web", .good)
        let report = try await ocsp(openssl, options + ["-status_file", "web.ocsp"])
        #expect(report.ocsp?.status == .good)
    }

    @Test("no answer offered is no answer", arguments: [["-tls1_2"], ["-tls1_3"]])
    func none(_ options: [String]) async throws {
        let openssl = try OpenSSL()
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test")
        let report = try await ocsp(openssl, options)
        #expect(report.ocsp == nil)
        #expect(report.chain.count == 1)
    }

    @Test("an answer about another, by a stranger or by somebody without the right use is unreadable") func lies()
        async throws
    {
        let openssl = try OpenSSL()
        let unreadable = OCSPStatus(status: .unreadable, thisUpdate: nil, nextUpdate: nil)
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test")
        try await openssl.signed("other", days: 10, names: "DNS:other.lab.test")
        try await openssl.answer("other", .good)
        let another = try await ocsp(openssl, ["-tls1_2", "-status_file", "other.ocsp"])
        #expect(another.ocsp == unreadable)
        // A stranger with the authority's name and another key.
        try await openssl.run([
            "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "stranger.key",
            "-out", "stranger.pem", "-days", "30", "-subj", "/CN=Lab CA",
        ])
        try await openssl.answer("web", .good, signer: "stranger")
        let stranger = try await ocsp(openssl, ["-tls1_2", "-status_file", "web.ocsp"])
        #expect(stranger.ocsp == unreadable)
        // Certified by the authority, but not for this.
        try await openssl.answer("web", .good, signer: "other")
        let useless = try await ocsp(openssl, ["-tls1_2", "-status_file", "web.ocsp"])
        #expect(useless.ocsp == unreadable)
        // Nobody knows who signed the certificate: nobody can say whether the answer is right.
        try await openssl.answer("web", .good)
        let rootless = try await ocsp(openssl, ["-tls1_2", "-status_file", "web.ocsp"], trusting: nil)
        #expect(rootless.ocsp == unreadable)
        #expect(rootless.verificationProblem == "no path to a trusted root")
        let whole = try await ocsp(
            openssl, ["-tls1_2", "-status_file", "web.ocsp", "-cert_chain", "ca.pem"], trusting: nil)
        #expect(whole.ocsp?.status == .good)
    }

    @Test("whom the authority has certified for it may answer in its place") func delegated() async throws {
        let openssl = try OpenSSL()
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test")
        try await openssl.signed(
            "responder", days: 10, names: "DNS:ocsp.lab.test", extensions: ["extendedKeyUsage=OCSPSigning"])
        try await openssl.answer("web", .revoked, signer: "responder")
        let report = try await ocsp(openssl, ["-tls1_3", "-status_file", "web.ocsp"])
        #expect(report.ocsp?.status == .revoked)
        try await openssl.answer("web", .good, signer: "responder", options: ["-resp_no_certs"])
        let unproven = try await ocsp(openssl, ["-tls1_3", "-status_file", "web.ocsp"])
        #expect(unproven.ocsp?.status == .unreadable)
    }

    @Test("an answer is read whole or not at all: every cut and 2,000 damages of a real one") func damaged()
        async throws
    {
        let openssl = try OpenSSL()
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test")
        try await openssl.answer("web", .good)
        func der(_ name: String) async throws -> [UInt8] {
            try await openssl.run(["x509", "-in", "\(name).pem", "-outform", "DER", "-out", "\(name).der"])
            return Array(try Data(contentsOf: URL(fileURLWithPath: openssl.folder.file("\(name).der"))))
        }
        let trust = try ChainTrust(extraRoots: [], now: { Self.now })
        let chain = [try await der("web"), try await der("ca")]
        let answer = Array(try Data(contentsOf: URL(fileURLWithPath: openssl.folder.file("web.ocsp"))))
        let issuer = try #require(await trust.issuer(chain))
        let question = OCSPReading.Question(leaf: chain[0], issuer: issuer)
        #expect(OCSPReading.status(answer, question, now: Self.now).status == .good)
        for length in 0..<answer.count {
            #expect(OCSPReading.status(Array(answer[..<length]), question, now: Self.now).status == .unreadable)
        }
        var generator = SeededGenerator("ocsp")
        for _ in 0..<2_000 {
            var broken = answer
            broken[Int.random(in: 0..<broken.count, using: &generator)] ^=
                UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
            // What is not signed (certificates sent along) may be damaged; what is said may not.
            let status = OCSPReading.status(broken, question, now: Self.now).status
            #expect(status == .unreadable || status == .good)
        }
        // RFC 6960 section 2.3: try later.
        #expect(OCSPReading.status([0x30, 3, 0x0A, 1, 3], question, now: Self.now).status == .unreadable)
    }
}

@Suite(.tags(.small)) struct StapleReadingTests {
    private func handshake(_ type: Int, _ body: (inout TLSWriter) -> Void) -> [UInt8] {
        var message = TLSWriter()
        message.number(type, 1)
        message.block(3, body)
        return message.output
    }

    private func records(_ bytes: [UInt8], by size: Int) -> [UInt8] {
        stride(from: 0, to: bytes.count, by: size).flatMap { start -> [UInt8] in
            var record = TLSWriter()
            record.bytes([22, 3, 3])
            record.block(2) { $0.bytes(Array(bytes[start..<min(start + size, bytes.count)])) }
            return record.output
        }
    }

    private var serverHello: [UInt8] { handshake(2) { $0.bytes([3, 3] + [UInt8](repeating: 7, count: 35)) } }
    private var certificate: [UInt8] {
        handshake(11) {
            $0.block(3) { list in for one in [[1, 2, 3], [4]] as [[UInt8]] { list.block(3) { $0.bytes(one) } } }
        }
    }
    private var status: [UInt8] {
        handshake(22) {
            $0.number(1, 1); $0.block(3) { $0.bytes([9, 9]) }
        }
    }

    @Test("messages are put together from records of any size", arguments: [1, 2, 3, 7, 16, 10_000])
    func pieces(_ size: Int) throws {
        let flight = records(serverHello + certificate + status + handshake(14) { _ in }, by: size)
        var reading = StapleReading(StapleHello(.tls12, serverName: nil))
        var staple: Staple?
        for byte in flight where staple == nil { staple = try reading.take([byte]) }
        #expect(staple == Staple(chain: [[1, 2, 3], [4]], response: [9, 9]))
        var bare = StapleReading(StapleHello(.tls12, serverName: "a"))
        let none = try bare.take(records(serverHello + certificate + handshake(14) { _ in }, by: size))
        #expect(none == Staple(chain: [[1, 2, 3], [4]], response: nil))
    }

    @Test("what no server says is refused, and nothing is read beyond its end") func refused() throws {
        let hello = StapleHello(.tls12, serverName: "a.lab.test")
        for flight in [
            records(status, by: 99), records(certificate, by: 99), records(serverHello + status, by: 99),
            records(serverHello + certificate + certificate, by: 99), [21, 3, 3, 0, 2, 2, 40],
            Array("HTTP/1.1 400 Bad Request\r\n".utf8), [22, 3, 3, 0xFF, 0xFF],
            records([11, 0xFF, 0xFF, 0xFF], by: 99), records(serverHello + serverHello, by: 99),
            records(serverHello + handshake(11) { $0.bytes([0, 0, 9, 0, 0, 1]) }, by: 99),
        ] {
            var reading = StapleReading(hello)
            #expect(throws: StapleReading.Failure.self) { try reading.take(flight) }
        }
        var endless = StapleReading(hello)
        #expect(throws: StapleReading.Failure.self) {
            while true { _ = try endless.take(records([14, 3, 0, 0], by: 4)) }
        }
        var generator = SeededGenerator("staple")
        let good = records(serverHello + certificate + status, by: 20)
        for version in [TLSVersion.tls12, .tls13] {
            let hello = StapleHello(version, serverName: nil)
            for _ in 0..<3_000 {
                var broken = good
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    broken[Int.random(in: 0..<broken.count, using: &generator)] = .random(
                        in: 0...255, using: &generator)
                }
                var reading = StapleReading(hello)
                _ = try? reading.take(broken)
            }
        }
    }
}
