import Addressing
import DNS
import Foundation
import Remote
import TestSupport
import Testing

/// Zones of the tests; the serial is the first number of the SOA.
enum LabZone {
    static func text(_ zone: String, serial: UInt32, extra: String = "") -> String {
        """
        $ORIGIN \(zone).
        @ 300 SOA ns1 host \(serial) 3600 600 86400 60
        @ 300 NS ns1
        @ 300 MX 10 mail
        ns1 300 A 127.0.0.1
        mail 120 A 192.0.2.25
        www 300 A 192.0.2.7
        www 300 AAAA 2001:db8::7
        alias 60 CNAME www
        7 300 PTR www
        note 300 TXT "v=spf1 -all" "a \\"quoted\\" \\010 text"
        \(extra)

        """
    }
}

@Suite(.tags(.large), .serialized, .timeLimit(.minutes(3))) struct AuthorityTests {
    private func ask(
        _ question: DNSQuestion, _ server: Endpoint, timeout: Duration = .seconds(10)
    ) async throws -> DNSReport {
        let resolver = Resolver()
        let result: Result<DNSReport, any Error>
        do {
            result = .success(try await resolver.ask(question, at: server, subject: "device/ns", timeout: timeout))
        } catch {
            result = .failure(error)
        }
        await resolver.shutdown()
        return try result.get()
    }

    @Test("a real authority's records come in presentation form, over IPv4 and IPv6", arguments: ["127.0.0.1", "::1"])
    func records(_ address: String) async throws {
        let knot = try await KnotServer([
            KnotServer.Zone(name: "plain.test", records: LabZone.text("plain.test", serial: 7))
        ])
        let server = try knot.endpoint(address)
        let expected: [(String, DNSQuestion.RecordType, [String], UInt32)] = [
            ("www.plain.test", .a, ["192.0.2.7"], 300), ("www.plain.test.", .aaaa, ["2001:db8::7"], 300),
            ("plain.test", .mx, ["10 mail.plain.test."], 300), ("plain.test", .ns, ["ns1.plain.test."], 300),
            ("7.plain.test", .ptr, ["www.plain.test."], 300), ("alias.plain.test", .cname, ["www.plain.test."], 60),
            ("alias.plain.test", .a, ["192.0.2.7"], 60),
            ("note.plain.test", .txt, ["\"v=spf1 -all\" \"a \\\"quoted\\\" \\010 text\""], 300),
            ("plain.test", .soa, ["ns1.plain.test. host.plain.test. 7 3600 600 86400 60"], 300),
        ]
        for (name, type, records, ttl) in expected {
            let report = try await ask(DNSQuestion(name, type), server)
            #expect(report.rcode == "NOERROR", "\(name)")
            #expect(report.records == records, "\(name)")
            #expect(report.ttl == ttl, "\(name)")
            #expect(report.authoritative == true && report.security == .unchecked && report.bogusReason == nil)
            #expect(report.serial == (type == .soa ? 7 : nil))
            #expect(report.duration > .zero)
        }
        // No such name, no such type, not its zone: three different things.
        let missing = try await ask(DNSQuestion("nobody.plain.test", .a), server)
        #expect(missing.rcode == "NXDOMAIN" && missing.records == [] && missing.authoritative == true)
        let empty = try await ask(DNSQuestion("mail.plain.test", .aaaa), server)
        #expect(empty.rcode == "NOERROR" && empty.records == [] && empty.ttl == nil)
        let foreign = try await ask(DNSQuestion("www.elsewhere.test", .a), server)
        #expect(foreign.rcode == "REFUSED" && foreign.authoritative == false)
    }

    @Test("a primary and a real secondary: agreement, lag after a change, agreement again") func serials() async throws
    {
        let primary = try await KnotServer([
            KnotServer.Zone(name: "lab.test", records: LabZone.text("lab.test", serial: 7))
        ])
        let secondary = try await KnotServer([KnotServer.Zone(name: "lab.test", primary: primary.port)])
        try await secondary.process.waitForOutput("7")
        let servers = ["primary": try primary.endpoint(), "secondary": try secondary.endpoint("::1")]
        func judge() async throws -> SerialAgreement {
            var answers: [String: SerialAgreement.Answer] = [:]
            for (name, server) in servers {
                answers[name] = SerialAgreement.Answer(try await ask(DNSQuestion("lab.test", .soa), server))
            }
            return SerialAgreement(answers)
        }
        try await secondary.process.wait(until: "has the zone", within: .seconds(20)) {
            try await judge().verdict == .agree
        }
        try await primary.reload("lab.test", LabZone.text("lab.test", serial: 9), serial: 9)
        let apart = try await judge()
        #expect(apart.verdict == .differ)
        #expect(apart.newest == ZoneSerial(9))
        #expect(apart.lagging.map(\.server) == ["secondary"])
        #expect(apart.lagging.first?.behind == 2)
        try await secondary.control("zone-refresh", "lab.test")
        try await secondary.process.wait(until: "catches up", within: .seconds(20)) {
            try await judge().verdict == .agree
        }
        // A server that does not have the zone is lame, not in agreement.
        let other = try await ask(DNSQuestion("other.test", .soa), try primary.endpoint())
        #expect(SerialAgreement(["a": .init(other)]).lame == ["a": "REFUSED"])
    }

    @Test("an answer too long for a datagram is fetched over TCP") func truncated() async throws {
        let many = (0..<200).map { "big 300 TXT \"\(String(repeating: "x", count: 200))\($0)\"" }.joined(
            separator: "\n")
        let knot = try await KnotServer([
            KnotServer.Zone(name: "plain.test", records: LabZone.text("plain.test", serial: 7, extra: many))
        ])
        let report = try await ask(DNSQuestion("big.plain.test", .txt), try knot.endpoint())
        #expect(report.records.count == 200)
    }
}
