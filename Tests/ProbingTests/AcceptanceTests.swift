import CMDB
import Evidence
import Notation
import Probing
import TestSupport
import Testing

@Suite(.tags(.small)) struct AcceptanceTests {
    private static let id = ObjectID(.device, "web-01")

    private static let inventory = Snapshot([
        Object(
            id: id, fields: ["name": "web-01", "platform": "debian-12", "serial": "ABC", "primary_ip4": "10.0.0.1"]),
        Object(id: ObjectID(.platform, "debian-12"), fields: ["os_id": "debian", "version": "12"]),
        Object(id: ObjectID(.platform, "debian-13"), fields: ["os_id": "debian", "version": "13"]),
        Object(
            id: ObjectID(.interface, "web-01:eth0"),
            fields: ["device": "device/web-01", "name": "eth0", "enabled": true, "mtu": 1500]),
        Object(
            id: ObjectID(.interface, "web-01:old"), fields: ["device": "device/web-01", "name": "old", "enabled": true]),
        Object(
            id: ObjectID(.ipAddress, "10.0.0.1/24"),
            fields: ["address": "10.0.0.1/24", "assigned_object": "web-01:eth0", "is_primary": true]),
        Object(
            id: ObjectID(.ipAddress, "10.0.0.2/24"),
            fields: ["address": "10.0.0.2/24", "assigned_object": "web-01:eth0"]),
    ])

    private static let facts: [Fact] = [
        fact("os.id", "debian"), fact("os.version_id", "13.1"), fact("hardware.serial", "XYZ"),
        fact("snmp.system", ["sys_name": "web-02"]),
        fact(
            "snmp.interfaces",
            [
                ["index": 2, "name": "eth0", "type": 6, "mtu": 9000, "admin_up": true],
                ["index": 3, "name": "eth1", "type": 6, "mtu": 1500, "mac": "02-00-00-00-00-01", "admin_up": false],
            ]),
        fact(
            "snmp.addresses",
            [
                ["address": "10.0.0.2", "if_index": 2, "prefix_length": 25],
                ["address": "10.0.0.3", "if_index": 3, "prefix_length": 24], ["address": "10.0.0.4", "if_index": 3],
            ]),
    ]

    private static func fact(_ name: String, _ value: JSONValue) -> Fact {
        Fact(
            subject: id, name: name, value: value, observedAt: World.moment, validFor: .seconds(60),
            source: "x@127.0.0.1:1")
    }

    private static var differences: [Difference] {
        Drift(inventory).report(facts: facts, at: World.moment).differences
    }

    /// The inventory with the changes made.
    private static func applied(_ changes: [Change]) -> Snapshot {
        var objects = Dictionary(uniqueKeysWithValues: inventory.all.map { ($0.id, $0) })
        for change in changes {
            switch change {
            case .create(let object), .update(_, let object): objects[object.id] = object
            case .delete(let object): objects[object.id] = nil
            }
        }
        return Snapshot(objects.values)
    }

    @Test("what is accepted differs no more; the rest is refused with its reason") func all() {
        let proposal = DriftAcceptance(Self.differences, facts: Self.facts, snapshot: Self.inventory)
        let after = Self.applied(proposal.changes)
        let left = Drift(after).report(facts: Self.facts, at: World.moment).differences
        #expect(left.map(\.field) == ["address[10.0.0.4]"])
        #expect(proposal.refused.map(\.difference.field) == ["address[10.0.0.4]"])
        #expect(proposal.refused.first?.reason.contains("prefix length") == true)
        #expect(after[Self.id]?.text("platform") == "debian-13" && after[Self.id]?.text("serial") == "XYZ")
        #expect(after[Self.id]?["primary_ip4"] == nil)
        #expect(after[ObjectID(.interface, "web-01:eth1")]?.text("mac_address") == "02:00:00:00:00:01")
        #expect(after[ObjectID(.interface, "web-01:old")] == nil)
        #expect(after[ObjectID(.ipAddress, "10.0.0.1/24")]?["assigned_object"] == nil, "kept as a record")
        #expect(after[ObjectID(.ipAddress, "10.0.0.2/25")]?.text("assigned_object") == "web-01:eth0")
        #expect(proposal.changes.allSatisfy { proposal.grounds[$0.id]?.isEmpty == false })
    }

    @Test("one difference changes only its record, and needs what it stands on") func one() throws {
        let mtu = try #require(Self.differences.first { $0.field == "interface[eth0].mtu" })
        let proposal = DriftAcceptance([mtu], facts: Self.facts, snapshot: Self.inventory)
        #expect(proposal.changes.map(\.id) == [ObjectID(.interface, "web-01:eth0")])
        let address = try #require(Self.differences.first { $0.field == "address[10.0.0.3]" })
        let alone = DriftAcceptance([address], facts: Self.facts, snapshot: Self.inventory)
        #expect(alone.changes.isEmpty && alone.refused.first?.reason.contains("web-01:eth1") == true)
    }

    @Test("ids stay while the difference does, and tell differences apart") func ids() {
        let again = Drift(Self.inventory).report(
            facts: Self.facts.map {
                Fact(
                    subject: $0.subject, name: $0.name, value: $0.value, observedAt: $0.observedAt + .seconds(1),
                    validFor: .seconds(60), source: "other")
            }, at: World.moment)
        #expect(again.differences.map(\.id) == Self.differences.map(\.id))
        #expect(Set(Self.differences.map(\.id)).count == Self.differences.count)
        #expect(Self.differences.allSatisfy { $0.id.hasPrefix("d-") && $0.id.count == 14 })
    }
}
