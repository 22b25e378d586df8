import Addressing
import CMDB
import Evidence
import Notation
import TestSupport
import Testing

@testable import Discovery

@Suite(.tags(.small)) struct ProposalTests {
    private static let inventory = Snapshot([
        Object(
            id: ObjectID(.device, "core-1"),
            fields: ["name": "core-1.example.vn", "serial": "FOC00000001", "primary_ip4": "192.0.2.1"]),
        Object(
            id: ObjectID(.interface, "core-1:eth0"),
            fields: ["device": "device/core-1", "name": "eth0", "mac_address": "00:00:5e:00:53:01"]),
        Object(
            id: ObjectID(.ipAddress, "192.0.2.9/24"),
            fields: ["address": "192.0.2.9/24", "assigned_object": "core-1:eth0"]),
        Object(id: ObjectID(.device, "core-2"), fields: ["name": "core-2", "serial": "FOC00000002"]),
        Object(id: ObjectID(.device, "twin-a"), fields: ["name": "twin"]),
        Object(id: ObjectID(.device, "twin-b"), fields: ["name": "twin"]),
    ])

    private func device(
        _ address: String, name: String? = nil, serial: String? = nil, macs: [String] = []
    ) throws -> DiscoveredDevice {
        var device = DiscoveredDevice()
        device.endpoints = [try IPAddress(address)]
        device.sysName = name.map { Known($0, .certain, source: "test") }
        device.serial = serial.map { Known($0, .certain, source: "test") }
        device.interfaces = try macs.enumerated().map { place, mac in
            var interface = DiscoveredInterface(index: place + 1, name: "p\(place)")
            interface.mac = try MACAddress(mac)
            return interface
        }
        return device
    }

    @Test("which record it is: serial, address, name, MAC") func matches() throws {
        let matcher = InventoryMatcher(Self.inventory)
        let core = ObjectID(.device, "core-1")
        func known(_ device: DiscoveredDevice) -> ObjectID? {
            if case .known(let id, _) = matcher.match(device) { id } else { nil }
        }
        #expect(known(try device("198.51.100.1", serial: "foc00000001")) == core)
        #expect(known(try device("192.0.2.9")) == core)
        #expect(known(try device("198.51.100.1", name: "CORE-1")) == core)
        #expect(known(try device("198.51.100.1", macs: ["00:00:5e:00:53:01"])) == core)
        #expect(matcher.match(try device("198.51.100.1", name: "other")) == .new)
    }

    @Test("replaced under the same address: still that record, so that the serial number differs") func replaced()
        throws
    {
        let match = InventoryMatcher(Self.inventory).match(try device("192.0.2.1", serial: "FOC00000099"))
        #expect(match == .known(ObjectID(.device, "core-1"), by: ["address 192.0.2.1"]))
    }

    @Test("signs that contradict each other decide nothing") func ambiguous() throws {
        let matcher = InventoryMatcher(Self.inventory)
        guard case .ambiguous(let ids, _) = matcher.match(try device("192.0.2.1", serial: "FOC00000002")) else {
            Issue.record("not ambiguous")
            return
        }
        #expect(ids.map(\.key) == ["core-1", "core-2"])
        guard case .ambiguous = matcher.match(try device("198.51.100.1", name: "twin")) else {
            Issue.record("twins are not ambiguous")
            return
        }
    }

    @Test("one machine at two addresses is one machine") func merged() throws {
        let mac = ["00:00:5e:00:53:07"]
        let devices = [
            try device("192.0.2.1", name: "a", macs: mac), try device("192.0.2.2", name: "b", macs: mac),
            try device("192.0.2.3", name: "a", macs: mac), try device("192.0.2.4", serial: "SERIAL1"),
            try device("192.0.2.5", serial: "serial1"), try device("192.0.2.6", serial: "0"),
            try device("192.0.2.7", serial: "0"),
        ]
        let endpoints = DiscoveredDevice.merged(devices).map { $0.endpoints.map(\.description) }
        #expect(
            endpoints == [
                ["192.0.2.1", "192.0.2.3"], ["192.0.2.2"], ["192.0.2.4", "192.0.2.5"], ["192.0.2.6"], ["192.0.2.7"],
            ])
    }

    @Test("slugs of new devices") func slugs() throws {
        func slug(_ device: DiscoveredDevice, _ taken: Set<String> = []) -> String {
            ProposalFacts.slug(device, taken: taken.contains)
        }
        #expect(slug(try device("192.0.2.7", name: "SW-Tầng-2.langson.vn")) == "sw-tang-2")
        #expect(slug(try device("192.0.2.7", name: "localhost")) == "discovered-192-0-2-7")
        #expect(slug(try device("192.0.2.7", name: "core-1"), ["core-1"]) == "core-1-2")
    }

    @Test("facts have the shape that probes give them; what is not told is absent") func facts() throws {
        var device = try device("192.0.2.7", name: "sw", serial: "S1234567", macs: ["00:00:5e:00:53:07"])
        device.interfaces[0].addresses = [try InterfaceAddress("192.0.2.7/24")]
        device.interfaces[0].ifType = 6
        var chassis = DiscoveredEntity(index: 1, entityClass: "chassis")
        chassis.serial = "S1234567"
        device.entities = [chassis, DiscoveredEntity(index: 2, entityClass: "fan")]
        var hints = ProposalFacts.Hints()
        hints.site = "dc"
        let moment = Timestamp(milliseconds: 1_700_000_000_000)
        let facts = ProposalFacts(at: moment, validFor: .seconds(60)).facts(
            device, subject: ObjectID(.device, "sw"), source: "discover@192.0.2.7:161", hints: hints)
        func value(_ name: String) -> JSONValue? { facts.first { $0.name == name }?.value }
        #expect(value("discovery.device")?["site"]?.string == "dc")
        #expect(value("discovery.device")?["serial"]?["value"]?.string == "S1234567")
        #expect(value("snmp.interfaces")?.array?.first?["mac"]?.string == device.interfaces[0].mac?.description)
        #expect(value("snmp.addresses")?.array?.first?["prefix_length"]?.int == 24)
        #expect(value("snmp.entities")?.array?.count == 1, "only parts with a serial number")
        #expect(value("snmp.entities")?.array?.first?["class"]?.int == 3)
        #expect(value("discovery.ups") == nil && value("discovery.sensors") == nil)
        #expect(facts.allSatisfy { $0.observedAt == moment && $0.source == "discover@192.0.2.7:161" })
    }
}
