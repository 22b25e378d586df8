import Evidence
import Notation
import Probing
import Remote
import Synchronization
import TestSupport
import Testing

/// An agent that counts how it is asked.
final class CountingAgent: SNMPClient {
    private let inner: FakeAgent
    private let log = Mutex<[String]>([])
    init(_ table: [String: SNMPValue]) { inner = FakeAgent(table) }
    var asked: [String] { log.withLock { $0 } }

    func get(_ oids: [OID], from target: SNMPTarget) async throws -> [VarBind] {
        log.withLock { $0.append("get \(oids.count)") }
        return try await inner.get(oids, from: target)
    }
    func walk(_ root: OID, from target: SNMPTarget, limit: Int) async throws -> [VarBind] {
        log.withLock { $0.append("walk") }
        return try await inner.walk(root, from: target, limit: limit)
    }
    func table(_ columns: [OID], from target: SNMPTarget, limit: Int) async throws -> [[VarBind]] {
        log.withLock { $0.append("table \(columns.count)") }
        var out: [[VarBind]] = []
        for column in columns { out.append(try await inner.walk(column, from: target, limit: limit)) }
        return out
    }
}

@Suite(.tags(.small)) struct SNMPTableTests {
    private func definition(_ collect: String) -> String {
        """
        name: room
        kind: snmp
        description: d
        applies_to: device
        interval: 1m
        timeout: 3s
        valid_for: 5m
        collect:
        \(collect)
        """
    }

    private func run(_ collect: String, _ agent: CountingAgent) async throws -> ProbeRunReport {
        let plan = try ProbePlan(
            World.library(definition(collect)), in: World.context([World.device("a", monitoring: World.snmp)]))
        let runner = ProbeRunner(
            ProbeRunner.Adapters(snmp: agent, shell: FakeShell(), tls: FakeTLS(), tcp: FakeTCP()),
            now: { World.moment })
        return await runner.run(plan)
    }

    private static let root = "1.3.6.1.4.1.99998"

    @Test("composed indexes, lookups and decimal scales; one request for scalars, one for each table") func tables()
        async throws
    {
        let collect = """
              scalars:
                - fact: room.system
                  fields:
                    - { field: name, object: sysName, as: text }
                    - { field: up_s, object: SNMPv2-MIB::sysUpTime, as: ticks }
                - fact: room.other
                  fields:
                    - { field: gone, object: gone, oid: \(Self.root).7.0, as: int }
                    - { field: place, object: sysLocation, as: text }
              tables:
                - fact: room.doors
                  index:
                    - { field: room, as: string }
                    - { field: door, as: int, names: { 1: front } }
                  instance: [room, door]
                  columns:
                    - { field: state, object: state, oid: \(Self.root).3.1.2, as: enum, names: { 1: open } }
                    - { field: warmth, metric: room.warmth, object: warmth, oid: \(Self.root).3.1.3, as: int, scale: 0.1, unit: Cel }
                    - { field: missing, object: missing, oid: \(Self.root).3.1.9, as: int }
                  lookups:
                    - { field: owner, object: owner, oid: \(Self.root).4.1.2, as: text, by: [room] }
            """
        func text(_ text: String) -> SNMPValue { .octets(Array(text.utf8)) }
        let agent = CountingAgent([
            "1.3.6.1.2.1.1.5.0": text("unit"), "1.3.6.1.2.1.1.3.0": .timeTicks(200), "1.3.6.1.2.1.1.6.0": text("DC"),
            "\(Self.root).3.1.2.2.97.98.1": .integer(1), "\(Self.root).3.1.2.2.97.98.2": .integer(7),
            "\(Self.root).3.1.3.2.97.98.1": .integer(234), "\(Self.root).3.1.2.9.9": .integer(1),
            "\(Self.root).4.1.2.2.97.98": text("Lan"),
        ])
        let report = try await run(collect, agent)
        #expect(agent.asked == ["get 4", "table 3", "table 1"])
        #expect(report.verdict == .done)
        #expect(
            report.facts.map(\.value) == [
                ["name": "unit", "up_s": 2], ["place": "DC"],
                [
                    ["room": "ab", "door": "front", "state": "open", "warmth": 23.4, "owner": "Lan"],
                    ["room": "ab", "door": 2, "state": 7, "owner": "Lan"],
                ],
            ])
        #expect(report.samples.map(\.instance) == ["ab/front"])
        #expect(report.samples.first?.value == .gauge(23.4))
    }

    struct Reading: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let how: String
        let raw: SNMPValue
        let value: JSONValue?
        init(_ how: String, _ raw: SNMPValue, _ value: JSONValue?, _ note: String = "") {
            testDescription = note.isEmpty ? how : note
            self.how = how
            self.raw = raw
            self.value = value
        }
    }

    @Test(
        "each conversion reads what fits and leaves out what does not",
        arguments: [
            Reading("as: hex", .octets([0, 0x1B, 0xFF]), "001bff"),
            Reading("as: address", .octets([192, 0, 2, 1]), "192.0.2.1"),
            Reading("as: address", .ipAddress([192, 0, 2, 1]), "192.0.2.1"),
            Reading("as: address", .octets([1, 2, 3]), nil, "address of three octets"),
            Reading("as: counter", .counter64(.max), "18446744073709551615"),
            Reading("as: counter", .counter64(5), 5),
            Reading("as: int", .counter64(.max), nil, "int that does not fit"),
            Reading("as: float", .opaque([0x9F, 0x78, 4, 0x41, 0xBC, 0, 0]), 23.5),
            Reading("as: float", .opaque([0x9F, 0x78, 4, 0x7F, 0x80, 0, 0]), nil, "infinite float"),
            Reading("as: number", .octets(Array(" 23.5 ".utf8)), 23.5),
            Reading("as: number", .octets(Array("23 C".utf8)), nil, "number with a unit"),
            Reading("as: bits, names: { 0: lit, 9: hot }", .octets([0x80, 0x40]), ["lit", "hot"]),
            Reading(
                "as: date-and-time", .octets([7, 0xEA, 11, 22, 8, 30, 0, 5, 0x2B, 7, 0]), "2026-11-22T08:30:00.5+07:00"),
            Reading("as: date-and-time", .octets([7, 0xEA, 13, 22, 8, 30, 0, 5]), nil, "month 13"),
            Reading("as: hint, hint: \"1x:\"", .octets([0, 0x1B, 0xFF]), "00:1b:ff"),
            Reading(
                "as: hint, hint: \"2d-1d-1d,1d:1d:1d.1d\"", .octets([7, 0xEA, 11, 2, 8, 3, 0, 5]), "2026-11-2,8:3:0.5"),
            Reading("as: hint, hint: d-2", .integer(-1_234), "-12.34"),
            Reading("as: int, scale: 0.001", .integer(5), 0.005),
            Reading("as: int, scale: 1000", .integer(5), 5_000),
        ]) func conversions(_ reading: Reading) async throws
    {
        let collect = """
              scalars:
                - fact: room.x
                  fields:
                    - { field: x, object: x, oid: \(Self.root).1.0, \(reading.how) }
            """
        let report = try await run(collect, CountingAgent(["\(Self.root).1.0": reading.raw]))
        #expect(report.facts.first?.value["x"] == reading.value)
    }

    @Test("names come from the list, then from MIB files; what is wrong says where and what is near") func names()
        throws
    {
        struct Vendor: ObjectNames {
            func oid(named name: String) throws(InputErrors) -> OID? {
                if name == "broken" {
                    throw InputErrors(
                        Diagnostic(SourcePosition(file: "x.mib", line: 3, column: 1), problem: "p", remedy: "r"))
                }
                return name == "ACME-MIB::acmeTemp" ? [1, 3, 6, 1, 4, 1, 99_998, 5] : nil
            }
            func knownNames() -> [String] { ["acmeTemp"] }
        }
        func library(_ field: String) throws -> ProbeLibrary {
            let collect = "  scalars:\n    - fact: room.x\n      fields:\n        - { field: x, \(field) }"
            return try ProbeLibrary(files: [("room.yaml", definition(collect))], names: Vendor())
        }
        func oid(_ field: String) throws -> String? {
            let known = try library(field)
            guard case .snmp(let collection) = known.probes[0].collection else { return nil }
            return collection.groups[0].fields[0].oid.description
        }
        #expect(try oid("object: sysName, as: text") == "1.3.6.1.2.1.1.5.0")
        #expect(try oid("oid: SNMPv2-MIB::sysName.0, as: text") == "1.3.6.1.2.1.1.5.0")
        #expect(try oid("oid: \"ACME-MIB::acmeTemp\", as: int") == "1.3.6.1.4.1.99998.5.0")
        let cases = [
            ("object: sysNme, as: text", "did you mean \"sysName\"?"),
            ("object: acmeTmp, as: int", "did you mean \"acmeTemp\"?"),
            ("object: broken, as: int", "x.mib:3:1"), ("oid: \"IF-MIB::sysName\", as: text", "no object is called"),
            ("object: x, oid: 1.3.6.1.0, as: enum", "needs names"),
            ("object: x, oid: 1.3.6.1.0, as: hint", "needs hint"),
            ("object: x, oid: 1.3.6.1.0, as: hint, hint: 9z", "is no DISPLAY-HINT"),
            ("object: x, oid: 1.3.6.1.0, as: int, scale: none", "no decimal number"),
        ]
        for (field, says) in cases {
            let errors = try #require(throws: InputErrors.self, "\(field)") { try library(field) }
            #expect(errors.description.contains(says), "\(field): \(errors)")
        }
    }
}
