import Evidence
import Notation
import Probing
import Remote
import TestSupport
import Testing

/// The shipped SNMP probes against scripted agents.
@Suite(.tags(.medium)) struct SNMPCollectorTests {
    private func run(_ name: String, _ agent: FakeAgent) async throws -> ProbeRunReport {
        let context = World.context([World.device("sw", monitoring: World.snmp)])
        let plan = try ProbePlan(World.shipped(), names: [name], in: context)
        return await World.runner(snmp: agent).run(plan)
    }

    private func text(_ text: String) -> SNMPValue { .octets(Array(text.utf8)) }

    @Test("the system group becomes one object, parts without serial number are left out") func system() async throws {
        let report = try await run(
            "snmp-system",
            FakeAgent([
                "1.3.6.1.2.1.1.1.0": text("Linux\u{1B}[2J lab"), "1.3.6.1.2.1.1.2.0": .oid([1, 3, 6, 1, 4, 1, 8072]),
                "1.3.6.1.2.1.1.3.0": .timeTicks(360_099), "1.3.6.1.2.1.1.5.0": text("core-sw-1"),
                "1.3.6.1.2.1.1.6.0": .noSuchObject, "1.3.6.1.2.1.47.1.1.1.1.5.1": .integer(3),
                "1.3.6.1.2.1.47.1.1.1.1.11.1": text("FOC123"), "1.3.6.1.2.1.47.1.1.1.1.5.2": .integer(9),
            ]))
        #expect(report.facts.map(\.name) == ["snmp.system", "snmp.entities", "snmp.version_used"])
        #expect(
            report.facts[0].value == [
                "sys_descr": "Linux[2J lab", "sys_object_id": "1.3.6.1.4.1.8072", "sys_up_time_s": 3600,
                "sys_name": "core-sw-1",
            ])
        #expect(report.facts[1].value == [["index": 1, "class": 3, "serial": "FOC123"]])
        #expect(report.facts[2].value == "v2c")
        #expect(report.samples.first?.value == .gauge(3600))
        #expect(report.verdict == .done)
    }

    @Test("interface columns, old and new, become rows and exact counters") func interfaces() async throws {
        var table: [String: SNMPValue] = [:]
        func column(_ oid: String, _ values: [String: SNMPValue]) {
            for (index, value) in values { table["\(oid).\(index)"] = value }
        }
        column("1.3.6.1.2.1.2.2.1.2", ["1": text("lo"), "2": text("Ethernet2"), "10": text("old")])
        column("1.3.6.1.2.1.31.1.1.1.1", ["1": text("lo"), "2": text("eth0")])
        column("1.3.6.1.2.1.2.2.1.3", ["1": .integer(24), "2": .integer(6)])
        column("1.3.6.1.2.1.2.2.1.5", ["1": .gauge32(10_000_000), "2": .gauge32(.max), "10": .gauge32(64_000)])
        column("1.3.6.1.2.1.31.1.1.1.15", ["1": .gauge32(0), "2": .gauge32(40_000)])
        column("1.3.6.1.2.1.2.2.1.6", ["1": .octets([]), "2": .octets([0, 0x1B, 0x54, 0xAA, 0x0F, 0x3C])])
        column("1.3.6.1.2.1.2.2.1.7", ["1": .integer(1), "2": .integer(2)])
        column("1.3.6.1.2.1.31.1.1.1.6", ["2": .counter64(.max)])
        table["1.3.6.1.2.1.4.34.1.3.1.4.10.0.0.1"] = .integer(2)
        table["1.3.6.1.2.1.4.34.1.5.1.4.10.0.0.1"] = .oid([1, 3, 6, 1, 2, 1, 4, 32, 1, 5, 2, 1, 4, 10, 0, 0, 0, 24])
        table["1.3.6.1.2.1.4.34.1.3.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"] = .integer(2)
        for (last, type): (UInt32, Int32) in [(1, 1), (255, 3)] {
            table["1.3.6.1.2.1.4.34.1.4.1.4.10.0.0.\(last)"] = .integer(type)
        }
        table["1.3.6.1.2.1.4.34.1.3.1.4.10.0.0.255"] = .integer(2)
        table["1.3.6.1.2.1.4.20.1.2.10.0.0.255"] = .integer(2)
        table["1.3.6.1.2.1.4.34.1.3.9.9.9"] = .integer(2)
        table["1.3.6.1.2.1.4.20.1.2.10.0.0.1"] = .integer(7)
        table["1.3.6.1.2.1.4.20.1.2.127.0.0.1"] = .integer(1)
        table["1.3.6.1.2.1.4.20.1.3.127.0.0.1"] = .ipAddress([255, 0, 0, 0])
        let report = try await run("snmp-interfaces", FakeAgent(table))
        #expect(report.facts.map(\.name) == ["snmp.interfaces", "snmp.addresses"])
        #expect(
            report.facts[0].value == [
                ["index": 1, "name": "lo", "type": 24, "speed_bps": 10_000_000, "admin_up": true],
                [
                    "index": 2, "name": "eth0", "type": 6, "speed_bps": 40_000_000_000, "mac": "00:1b:54:aa:0f:3c",
                    "admin_up": false,
                ], ["index": 10, "name": "old", "speed_bps": 64_000],
            ])
        let addresses = try #require(report.facts[1].value.array)
        #expect(
            Set(addresses) == [
                ["address": "10.0.0.1", "if_index": 2, "type": 1, "prefix_length": 24],
                ["address": "2001:db8::1", "if_index": 2],
                ["address": "127.0.0.1", "if_index": 1, "prefix_length": 8],
            ])
        #expect(report.samples.map(\.instance) == ["eth0"])
        #expect(report.samples.first?.value == .counter(.max))
    }

    @Test("a silent agent is unreachable, one that lies is failed") func failures() async throws {
        let silent = RemoteError(.timeout, subject: "device/sw", message: "no answer")
        #expect(try await run("snmp-system", FakeAgent(failure: silent)).verdict == .unreachable)
        let lying = RemoteError(.protocolViolation, subject: "device/sw", message: "names do not increase")
        #expect(try await run("snmp-interfaces", FakeAgent(failure: lying)).verdict == .failed)
    }
}
