import CMDB
import Evidence
import Notation
import Probing
import TestSupport
import Testing

@Suite(.tags(.small)) struct DriftTests {
    private static let id = ObjectID(.device, "web-01")

    private static func inventory(_ device: [String: JSONValue] = [:], mtu: JSONValue? = 1500) -> Snapshot {
        var interface: [String: JSONValue] = [
            "device": "device/web-01", "name": "eth0", "enabled": true, "mac_address": "00:1b:54:aa:0f:3c",
        ]
        interface["mtu"] = mtu
        let fields: [String: JSONValue] = [
            "name": "web-01", "platform": "debian", "serial": "ABC", "primary_ip4": "10.0.0.1",
        ]
        return Snapshot([
            Object(id: id, fields: fields.merging(device) { $1 }),
            Object(id: ObjectID(.platform, "debian"), fields: ["os_id": "debian", "version": "12"]),
            Object(id: ObjectID(.interface, "web-01:eth0"), fields: interface),
            Object(
                id: ObjectID(.ipAddress, "10.0.0.1/24"),
                fields: ["address": "10.0.0.1/24", "assigned_object": "web-01:eth0"]),
        ])
    }

    private static func fact(_ name: String, _ value: JSONValue, age: Duration = .zero) -> Fact {
        Fact(
            subject: id, name: name, value: value, observedAt: World.moment + (.zero - age), validFor: .seconds(60),
            source: "x@127.0.0.1:1")
    }

    private static let row: JSONValue = [
        "index": 2, "name": "eth0", "type": 6, "mtu": 1500, "mac": "00:1b:54:aa:0f:3c", "admin_up": true,
    ]
    private static let loopback: JSONValue = ["index": 1, "name": "lo", "type": 24, "mtu": 65536, "admin_up": true]
    private static let addresses: JSONValue = [
        ["address": "10.0.0.1", "if_index": 2, "prefix_length": 24], ["address": "127.0.0.1", "if_index": 1],
        ["address": "fe80::21b:54ff:feaa:f3c", "if_index": 2],
    ]
    private static var facts: [Fact] {
        [
            fact("os.id", "debian"), fact("os.version_id", "12.4"),
            fact("snmp.system", ["sys_name": "WEB-01.langson.test"]), fact("hardware.serial", "abc"),
            fact("snmp.interfaces", [loopback, row]), fact("snmp.addresses", addresses),
        ]
    }

    private static func report(_ changed: [String: JSONValue] = [:], _ snapshot: Snapshot = inventory()) -> DriftReport
    {
        let facts = facts.map { old in changed[old.name].map { fact(old.name, $0) } ?? old }
        return Drift(snapshot).report(facts: facts, at: World.moment)
    }

    @Test("a machine as it is written down differs in nothing, and the denominator says what was looked at") func same()
    {
        let report = Self.report()
        #expect(report.differences == [])
        #expect(report.compared == 11)
        #expect(report.notCompared == [])
        #expect(report.observed == [Self.id] && report.notObserved == [])
        #expect(report.verdict == .inSync)
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fact: String
        let value: JSONValue
        let fields: [String]
    }

    private static func edited(_ name: String, _ value: JSONValue?) -> JSONValue {
        var members = row.object ?? [:]
        members[name] = value
        return [loopback, .object(members)]
    }

    @Test(
        "each difference names its field",
        arguments: [
            Change(testDescription: "os", fact: "os.id", value: "ubuntu", fields: ["platform.os_id"]),
            Change(testDescription: "version", fact: "os.version_id", value: "120", fields: ["platform.version"]),
            Change(testDescription: "name", fact: "snmp.system", value: ["sys_name": "web-02"], fields: ["sys_name"]),
            Change(testDescription: "serial", fact: "hardware.serial", value: "XYZ", fields: ["serial"]),
            Change(
                testDescription: "mtu", fact: "snmp.interfaces", value: edited("mtu", 9000),
                fields: ["interface[eth0].mtu"]),
            Change(
                testDescription: "mac", fact: "snmp.interfaces", value: edited("mac", "00:1b:54:aa:0f:3d"),
                fields: ["interface[eth0].mac_address"]),
            Change(
                testDescription: "down", fact: "snmp.interfaces", value: edited("admin_up", false),
                fields: ["interface[eth0].enabled"]),
            Change(
                testDescription: "missing and unexpected", fact: "snmp.interfaces", value: edited("name", "ens3"),
                fields: ["address[10.0.0.1].interface", "interface[ens3]", "interface[eth0]"]),
            Change(
                testDescription: "ignored ones", fact: "snmp.interfaces",
                value: [loopback, row, ["index": 9, "name": "veth12ab"], ["index": 8, "name": "Loopback7"]], fields: []),
            Change(
                testDescription: "addresses", fact: "snmp.addresses",
                value: [["address": "10.0.0.2", "if_index": 2, "prefix_length": 24]],
                fields: ["address[10.0.0.1]", "address[10.0.0.2]"]),
            Change(
                testDescription: "addresses nobody writes down", fact: "snmp.addresses",
                value: [
                    ["address": "10.0.0.1", "if_index": 2, "type": 1, "prefix_length": 24],
                    ["address": "10.0.0.255", "if_index": 2, "type": 3], ["address": "10.9.9.9", "if_index": 1],
                    ["address": "fe80::1", "if_index": 2], ["address": "febf::1%eth0", "if_index": 2],
                ], fields: []),
            Change(
                testDescription: "what only looks like link-local", fact: "snmp.addresses",
                value: [
                    ["address": "10.0.0.1", "if_index": 2, "prefix_length": 24],
                    ["address": "fec0::1", "if_index": 2, "type": 1],
                ], fields: ["address[fec0::1]"]),
            Change(
                testDescription: "mask", fact: "snmp.addresses",
                value: [["address": "10.0.0.1", "if_index": 2, "prefix_length": 16]],
                fields: ["address[10.0.0.1].prefix_length"]),
        ]) func differs(_ change: Change) throws
    {
        let report = Self.report([change.fact: change.value])
        #expect(report.differences.map(\.field) == change.fields)
        #expect(report.verdict == (change.fields.isEmpty ? .inSync : .differs))
        for difference in report.differences { #expect(difference.factID.hasPrefix("f-")) }
    }

    @Test("what the inventory does not state is not compared, and said so") func unstated() {
        let bare = Snapshot([Object(id: Self.id, fields: ["name": "web-01"])])
        let report = Self.report([:], bare)
        #expect(report.differences == [])
        #expect(report.compared == 1)
        #expect(
            report.notCompared.map(\.field) == [
                "addresses", "interfaces", "platform.os_id", "platform.version", "serial",
            ])
        let loose = Self.report([:], Self.inventory(mtu: nil))
        #expect(loose.compared == 10 && loose.verdict == .inSync)
    }

    @Test("loopback addresses of the inventory are not held against an agent's one") func loopbacks() {
        let lab = Snapshot([
            Object(id: Self.id, fields: ["name": "web-01"]),
            Object(id: ObjectID(.interface, "web-01:lo"), fields: ["device": "device/web-01", "name": "lo"]),
            Object(
                id: ObjectID(.ipAddress, "127.0.10.1/24"),
                fields: ["address": "127.0.10.1/24", "assigned_object": "web-01:lo"]),
        ])
        let report = Self.report(
            ["snmp.interfaces": [Self.loopback], "snmp.addresses": [["address": "127.0.0.1", "if_index": 1]]], lab)
        #expect(report.differences == [])
        #expect(report.notCompared.contains { $0.field == "address[127.0.10.1]" })
    }

    @Test("no facts, expired facts and no machines have words of their own") func nothing() {
        let drift = Drift(Self.inventory())
        let none = drift.report(facts: [], at: World.moment)
        #expect(none.verdict == .nothingCompared && none.notObserved == [Self.id])
        let old = drift.report(facts: [Self.fact("os.id", "ubuntu", age: .seconds(61))], at: World.moment)
        #expect(old.verdict == .nothingCompared && old.compared == 0)
        #expect(Drift(Snapshot([])).report(facts: [], at: World.moment).verdict == .nothingToDo)
        let two = Snapshot(Self.inventory().all + [Object(id: ObjectID(.device, "other"), fields: [:])])
        #expect(Self.report([:], two).verdict == .partial)
        let newer = drift.report(
            facts: [Self.fact("os.id", "ubuntu", age: .seconds(5)), Self.fact("os.id", "debian")], at: World.moment)
        #expect(newer.differences == [])
    }

    @Test("a chassis tells its serial number over SNMP") func entities() {
        let drift = Drift(Self.inventory())
        func differences(_ serial: String) -> [String] {
            drift.report(
                facts: [
                    Self.fact(
                        "snmp.entities", [["class": 9, "serial": "P1"], ["class": 3, "serial": .string(serial)]])
                ],
                at: World.moment
            ).differences.map(\.field)
        }
        #expect(differences("ABC") == [])
        #expect(differences("ABD") == ["serial"])
    }
}
