import Addressing
import Foundation
import Remote
import TestSupport
import Testing

@testable import DNS

/// Validation by libunbound through a real recursive server, with zones signed by a real knotd.
@Suite(.tags(.large), .serialized, .timeLimit(.minutes(5))) struct ValidationTests {
    /// A signed zone, an unsigned one, and the same signed zone as a forger would serve it.
    private struct World {
        let authority, forger: KnotServer
        let anchors: [String]

        init() async throws {
            authority = try await KnotServer([
                KnotServer.Zone(name: "signed.test", records: LabZone.text("signed.test", serial: 7), isSigned: true),
                KnotServer.Zone(name: "plain.test", records: LabZone.text("plain.test", serial: 7)),
            ])
            anchors = try await authority.anchors("signed.test")
            let text = try await authority.signedText("signed.test")
            forger = try await KnotServer([
                KnotServer.Zone(name: "signed.test", records: text.replacing("192.0.2.7", with: "6.6.6.6"))
            ])
        }
    }

    private func resolve(
        _ name: String, _ type: DNSQuestion.RecordType, _ server: Endpoint, anchors: [String],
        timeout: Duration = .seconds(20), at moment: Int64? = nil
    ) async throws -> DNSReport {
        let resolver = Resolver(trustAnchors: try TrustAnchors(anchors), validatingAt: moment)
        let result: Result<DNSReport, any Error>
        do {
            result = .success(
                try await resolver.resolve(
                    DNSQuestion(name, type), through: server, subject: "device/resolver", timeout: timeout))
        } catch {
            result = .failure(error)
        }
        await resolver.shutdown()
        return try result.get()
    }

    @Test("secure, insecure and bogus are told apart, with the reason", arguments: ["127.0.0.1", "::1"])
    func verdicts(_ address: String) async throws {
        let world = try await World()
        #expect(world.anchors.count == 1)
        let good = try await Recursor(["signed.test": world.authority.port, "plain.test": world.authority.port])
        let server = try good.endpoint(address)
        let secure = try await resolve("www.signed.test", .a, server, anchors: world.anchors)
        #expect(secure.security == .secure)
        #expect(secure.records == ["192.0.2.7"])
        #expect(secure.rcode == "NOERROR" && secure.bogusReason == nil && secure.authoritative == nil)
        #expect((1...300).contains(secure.ttl ?? 0))
        let soa = try await resolve("signed.test", .soa, server, anchors: world.anchors)
        #expect(soa.security == .secure && soa.serial == 8, "knotd counts one up when it signs")
        let alias = try await resolve("alias.signed.test", .aaaa, server, anchors: world.anchors)
        #expect(alias.records == ["2001:db8::7"] && alias.security == .secure)
        // What is not there is proven, too.
        let missing = try await resolve("nobody.signed.test", .a, server, anchors: world.anchors)
        #expect(missing.rcode == "NXDOMAIN" && missing.security == .secure && missing.records == [])
        let empty = try await resolve("mail.signed.test", .aaaa, server, anchors: world.anchors)
        #expect(empty.rcode == "NOERROR" && empty.security == .secure && empty.records == [])
        // Below no anchor, and without any anchor.
        let plain = try await resolve("www.plain.test", .a, server, anchors: world.anchors)
        #expect(plain.security == .insecure && plain.records == ["192.0.2.7"])
        #expect(try await resolve("www.signed.test", .a, server, anchors: []).security == .insecure)
        // A key that is not the zone's.
        let wrong = world.anchors.map { String($0.dropLast(4)) + ($0.hasSuffix("0000") ? "1111" : "0000") }
        let distrusted = try await resolve("www.signed.test", .a, server, anchors: wrong)
        #expect(distrusted.security == .bogus)
        #expect(distrusted.bogusReason?.isEmpty == false)
    }

    @Test("a changed record and expired signatures are bogus, whether the server validates itself or not")
    func bogus() async throws {
        let world = try await World()
        let forged = try await Recursor(["signed.test": world.forger.port])
        let report = try await resolve("www.signed.test", .a, try forged.endpoint(), anchors: world.anchors)
        #expect(report.security == .bogus)
        #expect(report.records == ["6.6.6.6"], "what a client that does not validate would believe")
        #expect(report.bogusReason?.contains("www.signed.test") == true)
        let untouched = try await resolve("mail.signed.test", .a, try forged.endpoint(), anchors: world.anchors)
        #expect(untouched.security == .secure)
        let careful = try await Recursor(["signed.test": world.forger.port], validating: world.anchors)
        let refused = try await resolve("www.signed.test", .a, try careful.endpoint(), anchors: world.anchors)
        #expect(refused.rcode == "SERVFAIL" && refused.security == .bogus && refused.records == [])
        // knotd signs for two weeks: what if it slept for a month?
        let honest = try await Recursor(["signed.test": world.authority.port])
        let expired = try await resolve(
            "www.signed.test", .a, try honest.endpoint(), anchors: world.anchors,
            at: Int64(Date().timeIntervalSince1970) + 30 * 86_400)
        #expect(expired.security == .bogus)
        #expect(expired.bogusReason?.contains("expired") == true, "\(expired.bogusReason ?? "")")
    }

    @Test("every question is asked anew: nothing is kept between two cycles") func nothingKept() async throws {
        let knot = try await KnotServer([
            KnotServer.Zone(name: "plain.test", records: LabZone.text("plain.test", serial: 7))
        ])
        let recursor = try await Recursor(["plain.test": knot.port])
        let resolver = Resolver(trustAnchors: try TrustAnchors([]))
        let server = try recursor.endpoint()
        let question = DNSQuestion("www.plain.test", .a)
        #expect(
            try await resolver.resolve(question, through: server, subject: "x", timeout: .seconds(20)).rcode
                == "NOERROR")
        recursor.process.kill()
        let error = await #expect(throws: RemoteError.self) {
            try await resolver.resolve(question, through: server, subject: "x", timeout: .seconds(20))
        }
        #expect(error?.code == .refused)
        await resolver.shutdown()
    }

    @Test("a delegation loop and a CNAME loop end as the server's failure") func loops() async throws {
        let knot = try await KnotServer([
            KnotServer.Zone(
                name: "plain.test",
                records: LabZone.text(
                    "plain.test", serial: 7,
                    extra: """
                        loop 300 NS ns.loop
                        one 300 CNAME two
                        two 300 CNAME one
                        self 300 CNAME self
                        """))
        ])
        let recursor = try await Recursor(["plain.test": knot.port])
        let server = try recursor.endpoint()
        let delegation = try await resolve("www.loop.plain.test", .a, server, anchors: [])
        #expect(delegation.rcode == "SERVFAIL" && delegation.security == .unchecked && delegation.records == [])
        let resolver = Resolver(trustAnchors: try TrustAnchors([]))
        for name in ["one.plain.test", "self.plain.test"] {
            // Servers differ in how far they go round; ours must neither hang nor believe it.
            do {
                let report = try await resolver.resolve(
                    DNSQuestion(name, .a), through: server, subject: "x", timeout: .seconds(20))
                #expect(report.records == [], "\(name)")
            } catch let error as RemoteError {
                #expect(error.code == .protocolViolation, "\(name)")
                #expect(error.message.contains("circle"))
            }
            do {
                let direct = try await resolver.ask(
                    DNSQuestion(name, .a), at: try knot.endpoint(), subject: "x", timeout: .seconds(20))
                #expect(direct.records == [], "\(name)")
            } catch let error as RemoteError {
                #expect(error.code == .protocolViolation && error.message.contains("circle"), "\(name)")
            }
        }
        await resolver.shutdown()
    }

    @Test("many questions at once, some cancelled, one shut down in the middle") func many() async throws {
        let world = try await World()
        let recursor = try await Recursor(["signed.test": world.authority.port])
        let server = try recursor.endpoint()
        let resolver = Resolver(trustAnchors: try TrustAnchors(world.anchors))
        let count = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<150 {
                group.addTask {
                    try await resolver.resolve(
                        DNSQuestion("www.signed.test", .a), through: server, subject: "x", timeout: .seconds(60)
                    ).security == .secure
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(count == 150)
        let silent = try FakeNameServer()
        let endpoint = try silent.endpoint()
        let waiting = Task {
            try await resolver.resolve(
                DNSQuestion("a.test", .a), through: endpoint, subject: "x", timeout: .seconds(600))
        }
        waiting.cancel()
        let cancelled = await #expect(throws: RemoteError.self) { try await waiting.value }
        #expect(cancelled?.code == .cancelled)
        let cut = Task {
            try await resolver.ask(DNSQuestion("a.test", .a), at: endpoint, subject: "x", timeout: .seconds(600))
        }
        await resolver.shutdown()
        let closed = await #expect(throws: RemoteError.self) { try await cut.value }
        #expect(closed?.code == .closed)
        await resolver.shutdown()
        let late = await #expect(throws: RemoteError.self) {
            try await resolver.ask(DNSQuestion("a.test", .a), at: endpoint, subject: "x", timeout: .seconds(5))
        }
        #expect(late?.code == .closed)
    }

    @Test("trust anchors are DS and DNSKEY records, or an error that counts lines") func anchors() throws {
        #expect(TrustAnchors.root.records.count == 2)
        #expect(try TrustAnchors(TrustAnchors.root.records) == .root)
        #expect(
            try TrustAnchors(["; comment", "", "lab.test. 300 IN DS 1 13 2 " + String(repeating: "0A", count: 32)])
                .records.count == 1)
        for bad in [
            "lab.test. IN A 192.0.2.1", "lab.test. IN DS 1 13 2 zz", "DS", "lab.test. IN DS", "x\0y IN DS 1 13 2 00",
        ] {
            let error = #expect(throws: RemoteError.self, "\(bad)") { try TrustAnchors(["", bad]) }
            #expect(error?.message.contains("line 2") == true)
        }
        let folder = try TemporaryFolder("anchors")
        let file = try folder.write(". IN DS 1 13 2 \(String(repeating: "0A", count: 32))\n", to: "root.key")
        #expect(TrustAnchors.system(file: file).records.count == 1)
        #expect(TrustAnchors.system(file: folder.file("none")) == .root)
        #expect(TrustAnchors.system(file: try folder.write("nonsense\n", to: "bad.key")) == .root)
    }
}
