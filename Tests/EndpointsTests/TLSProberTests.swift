import Addressing
import Endpoints
import Foundation
import Remote
import TestSupport
import Testing

@Suite(.tags(.large), .serialized, .timeLimit(.minutes(3))) struct TLSProberTests {
    /// A minute ahead, so that certificates made during the test are valid.
    private static var now: Int64 { Int64(Date().timeIntervalSince1970) + 60 }

    private func inspect(
        _ endpoint: Endpoint, name: String? = "localhost", roots: [String] = [], now: Int64 = TLSProberTests.now,
        timeout: Duration = .seconds(20)
    ) async throws -> TLSReport {
        let loops = EndpointLoops()
        let result: Result<TLSReport, any Error>
        do {
            let prober = try TLSProber(loops, extraRoots: roots, now: { now })
            result = .success(
                try await prober.inspect(endpoint, serverName: name, subject: "device/test", timeout: timeout))
        } catch {
            result = .failure(error)
        }
        await loops.shutdown()
        return try result.get()
    }

    struct Versions: Sendable, CustomTestStringConvertible {
        let options: [String]
        let accepted: [TLSVersion]
        var testDescription: String { options.joined(separator: " ") }
    }

    @Test(
        "every version is found as the server offers it",
        arguments: [
            Versions(options: ["-min_protocol", "TLSv1"], accepted: [.tls10, .tls11, .tls12, .tls13]),
            Versions(options: ["-tls1_2"], accepted: [.tls12]), Versions(options: ["-tls1_3"], accepted: [.tls13]),
            Versions(options: ["-tls1_1"], accepted: [.tls11]),
            Versions(options: ["-min_protocol", "TLSv1.2"], accepted: [.tls12, .tls13]),
        ]) func versions(_ versions: Versions) async throws
    {
        let openssl = try OpenSSL()
        try await openssl.selfSigned("rsa", key: ["rsa:2048"])
        let (server, endpoint) = try await openssl.serve("rsa", versions.options + ["-cipher", "DEFAULT@SECLEVEL=0"])
        defer { server.kill() }
        let report = try await inspect(endpoint)
        #expect(report.accepted == versions.accepted)
        #expect(report.refused == TLSVersion.allCases.filter { !versions.accepted.contains($0) })
    }

    struct Key: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let type: String
        let bits: Int
        let signature: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(
        "a certificate's key, names, times and digests are read as openssl reads them",
        arguments: [
            Key(arguments: ["rsa:1024"], type: "RSA", bits: 1024, signature: "sha256WithRSAEncryption"),
            Key(arguments: ["rsa:2048"], type: "RSA", bits: 2048, signature: "sha256WithRSAEncryption"),
            Key(
                arguments: ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], type: "EC", bits: 384,
                signature: "ecdsa-with-SHA256"),
        ]) func certificates(_ key: Key) async throws
    {
        let openssl = try OpenSSL()
        try await openssl.selfSigned("one", key: key.arguments)
        let (server, endpoint) = try await openssl.serve("one", ["-cipher", "DEFAULT@SECLEVEL=0"])
        defer { server.kill() }
        let report = try await inspect(endpoint)
        let leaf = try #require(report.chain.first)
        #expect(leaf.keyType == key.type)
        #expect(leaf.keyBits == key.bits)
        #expect(leaf.signatureAlgorithm == key.signature)
        #expect(leaf.names == ["localhost", "127.0.0.1"])
        #expect(leaf.serial == (try await openssl.field("one", "-serial")))
        #expect(leaf.notAfter - leaf.notBefore == 30 * 86_400)
        #expect(abs(leaf.notBefore - Self.now) < 3_600)
        #expect(leaf.subject == leaf.issuer)
        #expect(leaf.subject.contains("CN=one"))
        #expect(leaf.subject.contains("O=Lab"))
        #expect(leaf.sha256.utf8.count == 64)
        #expect(report.verificationProblem?.contains("self-signed") == true)
    }

    @Test("a chain is believed with its authority, and every reason not to is named") func trust() async throws {
        let openssl = try OpenSSL()
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test,DNS:*.lab.test")
        let roots = [try openssl.pem("ca")]
        let (server, endpoint) = try await openssl.serve("web", [])
        defer { server.kill() }
        let good = try await inspect(endpoint, name: "web.lab.test", roots: roots)
        #expect(good.verificationProblem == nil)
        #expect(good.chain.count == 1)
        #expect(try await inspect(endpoint, name: "WEB.lab.test.", roots: roots).verificationProblem == nil)
        #expect(try await inspect(endpoint, name: "x.lab.test", roots: roots).verificationProblem == nil)
        #expect(try await inspect(endpoint, name: nil, roots: roots).verificationProblem == nil)
        let wrong = try await inspect(endpoint, name: "a.b.lab.test", roots: roots)
        #expect(wrong.verificationProblem == "the name a.b.lab.test is not in it")
        let unknown = try await inspect(endpoint, name: "web.lab.test")
        #expect(unknown.verificationProblem == "no path to a trusted root")
        let late = try await inspect(endpoint, name: "web.lab.test", roots: roots, now: Self.now + 20 * 86_400)
        #expect(late.verificationProblem == "expired 10 days ago" || late.verificationProblem == "expired 9 days ago")
        let all = try await inspect(endpoint, name: "other.test", now: Self.now + 20 * 86_400)
        #expect(all.verificationProblem?.split(separator: ";").count == 3)
    }

    @Test(
        "an issuer that is not sent is missed, one that is sent is used, over IPv4 and IPv6",
        arguments: ["127.0.0.1", "::1"])
    func intermediates(_ address: String) async throws {
        let openssl = try OpenSSL()
        let isCA = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"]
        try await openssl.signed("mid", days: 100, names: "DNS:mid.lab.test", extensions: isCA)
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test", by: "mid")
        let roots = [try openssl.pem("ca")]
        let (bare, first) = try await openssl.serve("web", [], on: address)
        defer { bare.kill() }
        let incomplete = try await inspect(first, name: "web.lab.test", roots: roots)
        #expect(incomplete.verificationProblem == "no path to a trusted root")
        #expect(incomplete.chain.count == 1)
        let (whole, second) = try await openssl.serve("web", ["-cert_chain", "mid.pem"], on: address)
        defer { whole.kill() }
        let complete = try await inspect(second, name: "web.lab.test", roots: roots)
        #expect(complete.verificationProblem == nil)
        #expect(complete.chain.map(\.subject) == ["CN=web", "CN=mid"])
    }

    @Test("an issuer that has expired before the leaf is named") func expiredIssuer() async throws {
        let openssl = try OpenSSL()
        let isCA = ["basicConstraints=critical,CA:TRUE"]
        try await openssl.signed("mid", days: 5, names: "DNS:mid.lab.test", extensions: isCA)
        try await openssl.signed("web", days: 100, names: "DNS:web.lab.test", by: "mid")
        let (server, endpoint) = try await openssl.serve("web", ["-cert_chain", "mid.pem"])
        defer { server.kill() }
        let report = try await inspect(
            endpoint, name: "web.lab.test", roots: [try openssl.pem("ca")], now: Self.now + 10 * 86_400)
        #expect(report.verificationProblem == "an issuer in its chain has expired")
    }

    @Test("weak keys and signatures are reported as they are") func weak() async throws {
        let openssl = try OpenSSL()
        try await openssl.signed("sha1", days: 10, names: "DNS:web.lab.test", options: ["-sha1"])
        try await openssl.signed("small", days: 10, names: "DNS:web.lab.test", key: ["rsa:1024"])
        for (name, type, bits, signature) in [
            ("sha1", "EC", 256, "ecdsa-with-SHA1"), ("small", "RSA", 1_024, "ecdsa-with-SHA256"),
        ] {
            let (server, endpoint) = try await openssl.serve(name, ["-cipher", "DEFAULT@SECLEVEL=0"])
            defer { server.kill() }
            let report = try await inspect(endpoint, name: "web.lab.test", roots: [try openssl.pem("ca")])
            #expect(report.chain.first?.keyType == type)
            #expect(report.chain.first?.keyBits == bits)
            #expect(report.chain.first?.signatureAlgorithm == signature)
            #expect(report.verificationProblem != nil)
        }
    }

    @Test("a certificate that changes between two probes is seen as the new one") func changed() async throws {
        let openssl = try OpenSSL()
        try await openssl.signed("web", days: 10, names: "DNS:web.lab.test")
        try await openssl.signed("next", days: 20, names: "DNS:web.lab.test")
        let nginx = try await NginxServer(certificate: (try openssl.pem("web"), try openssl.folder.read("web.key")))
        let endpoint = Endpoint(address: try IPAddress("127.0.0.1"), port: nginx.tlsPort)
        #expect(try await inspect(endpoint, name: "web.lab.test").chain.first?.subject == "CN=web")
        try nginx.replaceCertificate(chain: try openssl.pem("next"), key: try openssl.folder.read("next.key"))
        let deadline = ContinuousClock.now + .seconds(30)
        var subject: String?
        while subject != "CN=next", ContinuousClock.now < deadline {
            subject = try? await inspect(endpoint, name: "web.lab.test").chain.first?.subject
        }
        #expect(subject == "CN=next")
    }

    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let manner: HostileTCPServer.Manner
        let code: RemoteError.Code
    }

    @Test(
        "servers that are no TLS servers are named as what they are, within the deadline",
        arguments: [
            Hostile(testDescription: "closes at once", manner: .closes, code: .protocolViolation),
            Hostile(testDescription: "resets", manner: .resets, code: .protocolViolation),
            Hostile(
                testDescription: "an SSH banner", manner: .says(Array("SSH-2.0-OpenSSH_9.2p1\r\n".utf8)),
                code: .protocolViolation),
            Hostile(
                testDescription: "16 KiB of junk",
                manner: .says((0..<16_384).map { UInt8(truncatingIfNeeded: $0 &* 37) }),
                code: .protocolViolation),
            Hostile(
                testDescription: "an alert", manner: .says([21, 3, 1, 0, 2, 2, 70]), code: .protocolViolation),
            Hostile(
                testDescription: "a record that never ends", manner: .says([22, 3, 3, 0x40, 0, 2, 0, 0x3F, 0xF0]),
                code: .timeout),
        ]) func hostile(_ hostile: Hostile) async throws
    {
        let server = try HostileTCPServer(hostile.manner)
        let endpoint = Endpoint(address: try IPAddress("127.0.0.1"), port: server.port)
        let error = await #expect(throws: RemoteError.self) {
            try await inspect(endpoint, timeout: .seconds(2))
        }
        #expect(error?.code == hostile.code)
        #expect(error?.subject == "device/test")
        withExtendedLifetime(server) {}
    }

    @Test("a silent server costs the deadline and no more") func silent() async throws {
        let server = try SilentTCPServer()
        let endpoint = Endpoint(address: try IPAddress("127.0.0.1"), port: server.port)
        let started = ContinuousClock.now
        let error = await #expect(throws: RemoteError.self) {
            try await inspect(endpoint, timeout: .milliseconds(600))
        }
        #expect(error?.code == .timeout)
        #expect(started.duration(to: .now) >= .milliseconds(500))
        withExtendedLifetime(server) {}
    }

    @Test("a closed port is refused, a root that is no certificate is answered") func refused() async throws {
        let endpoint = Endpoint(address: try IPAddress("127.0.0.1"), port: try freeTCPPort())
        let error = await #expect(throws: RemoteError.self) { try await inspect(endpoint) }
        #expect(error?.code == .refused)
        let broken = await #expect(throws: RemoteError.self) {
            try await inspect(endpoint, roots: ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
        }
        #expect(broken?.code == .local)
    }

    @Test("a cancelled probe ends at once and says so") func cancelled() async throws {
        let server = try SilentTCPServer()
        let endpoint = Endpoint(address: try IPAddress("127.0.0.1"), port: server.port)
        let task = Task { try await inspect(endpoint, timeout: .seconds(60)) }
        task.cancel()
        let error = await #expect(throws: RemoteError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        withExtendedLifetime(server) {}
    }
}
