import CMDB
import Evidence
import Notation
import TestSupport
import Testing

@testable import Probing

@Suite(.tags(.small)) struct DiscoveredDriftTests {
    private static let known = ObjectID(.device, "core-1")
    private static let new = ObjectID(.device, "access-7")

    private static let inventory = Snapshot([
        Object(id: ObjectID(.site, "dc"), fields: ["name": "DC"]),
        Object(id: ObjectID(.prefix, "192.0.2.0/24"), fields: ["prefix": "192.0.2.0/24"]),
        Object(id: ObjectID(.manufacturer, "cisco"), fields: ["name": "Cisco"]),
        Object(
            id: ObjectID(.deviceType, "cisco-c9500"), fields: ["manufacturer": "cisco", "model": "C9500-24Y4C"]),
        Object(
            id: known,
            fields: ["name": "core-1", "device_type": "cisco-c9500", "site": "dc", "serial": "FOC00000001"]),
        Object(
            id: ObjectID(.interface, "core-1:TenGigabitEthernet1/0/1"),
            fields: ["device": "device/core-1", "name": "TenGigabitEthernet1/0/1", "enabled": true]),
        Object(
            id: ObjectID(.interface, "core-1:TenGigabitEthernet1/0/2"),
            fields: ["device": "device/core-1", "name": "TenGigabitEthernet1/0/2", "enabled": true]),
        Object(
            id: ObjectID(.interface, "old:eth0"), fields: ["device": "device/old", "name": "eth0", "enabled": true]),
        Object(
            id: ObjectID(.cable, "c1"),
            fields: [
                "a_terminations": ["interface/core-1:TenGigabitEthernet1/0/2"],
                "b_terminations": ["interface/old:eth0"],
            ]),
    ])

    private static func fact(_ subject: ObjectID, _ name: String, _ value: JSONValue) -> Fact {
        Fact(
            subject: subject, name: name, value: value, observedAt: World.moment, validFor: .seconds(60),
            source: "discover@192.0.2.7:161")
    }

    private static func told(_ value: JSONValue, _ confidence: String = "certain") -> JSONValue {
        ["value": value, "confidence": .string(confidence), "source": "test"]
    }

    private static func facts(site: String? = nil, role: JSONValue? = nil, type: JSONValue = told("WS-C2960X-24TS-L"))
        -> [Fact]
    {
        var device: [String: JSONValue] = [
            "endpoints": ["192.0.2.7"], "name": "access-7",
            "manufacturer": told(["slug": "cisco", "name": "Cisco"]), "model": type, "serial": told("FOC00000007"),
            "platform": told("Cisco IOS"), "os_version": told("15.2(7)E"),
        ]
        device["site"] = site.map { .string($0) }
        device["role"] = role
        return [
            fact(new, "discovery.device", .object(device)), fact(new, "snmp.system", ["sys_name": "access-7"]),
            fact(
                new, "snmp.interfaces",
                [
                    [
                        "index": 1, "name": "GigabitEthernet0/1", "type": 6, "type_slug": "1000base-t", "mtu": 1500,
                        "mac": "00:00:5e:00:53:01", "admin_up": true,
                    ],
                    ["index": 2, "name": "lo", "type": 24],
                ]),
            fact(new, "snmp.addresses", [["address": "192.0.2.7", "if_index": 1, "prefix_length": 24]]),
            fact(
                new, "discovery.neighbours",
                [
                    [
                        "protocol": "lldp", "local_interface": "GigabitEthernet0/1", "system_name": "core-1.example.vn",
                        "port_id": "Te1/0/1",
                    ]
                ]),
        ]
    }

    private func differences(_ facts: [Fact]) -> [Difference] {
        Drift(Self.inventory).report(facts: facts, at: World.moment).differences
    }

    @Test("a machine nobody has written down is one difference, the same as long as it stands there")
    func unknownMachine() throws {
        let report = Drift(Self.inventory).report(facts: Self.facts(), at: World.moment)
        let difference = try #require(report.differences.first { $0.field == "device" })
        #expect(report.unknown == [Self.new] && report.verdict == .differs)
        #expect(difference.expected == .null && difference.observed["model"]?.string == "WS-C2960X-24TS-L")
        let later = Self.facts().map {
            Fact(
                subject: $0.subject, name: $0.name, value: $0.value, observedAt: World.moment + .seconds(30),
                validFor: $0.validFor, source: $0.source)
        }
        let again = Drift(Self.inventory).report(facts: later, at: World.moment + .seconds(40)).differences
        #expect(again.first { $0.field == "device" }?.id == difference.id)
        // A selector over the inventory cannot mean a machine that is not in it.
        let chosen = Drift(Self.inventory).report(
            facts: Self.facts(), machines: Self.inventory.objects(.device), at: World.moment)
        #expect(chosen.unknown.isEmpty)
    }

    @Test("accepting it proposes the machine with everything it refers to, in order") func acceptance() throws {
        let facts = Self.facts(role: Self.told("access-switch"))
        let proposal = DriftAcceptance(differences(facts), facts: facts, snapshot: Self.inventory)
        #expect(proposal.refused.isEmpty, "\(proposal.refused)")
        let created = proposal.changes.map(\.id)
        #expect(
            Set(created) == [
                ObjectID(.deviceType, "cisco-ws-c2960x-24ts-l"), ObjectID(.deviceRole, "access-switch"),
                ObjectID(.platform, "cisco-ios-15-2-7-e"), Self.new,
                ObjectID(.interface, "access-7:GigabitEthernet0/1"),
                ObjectID(.ipAddress, "192.0.2.7/24"),
                ObjectID(.cable, "access-7-gigabitethernet0-1-core-1-tengigabitethernet1-0-1"),
            ])
        let device = try #require(
            proposal.changes.compactMap {
                if case .create(let object) = $0, object.id == Self.new { object } else { nil }
            }
            .first)
        #expect(device.text("primary_ip4") == "192.0.2.7" && device.text("serial") == "FOC00000007")
        #expect(device.text("site") == "dc", "there is only one site")
        let types = try #require(created.firstIndex { $0.kind == .deviceType })
        let machine = try #require(created.firstIndex(of: Self.new))
        #expect(types < machine)
    }

    @Test("what nobody knows is asked for, never made up") func refusals() {
        let two = Snapshot(Self.inventory.all + [Object(id: ObjectID(.site, "dr"), fields: ["name": "DR"])])
        let facts = Self.facts()
        let found = Drift(two).report(facts: facts, at: World.moment).differences.filter { $0.field == "device" }
        let proposal = DriftAcceptance(found, facts: facts, snapshot: two)
        #expect(proposal.changes.allSatisfy { $0.id != Self.new })
        let reason = proposal.refused.first?.reason ?? ""
        #expect(reason.contains("--site") && reason.contains("--role"))
    }

    @Test("a cable that neighbours tell of: missing, right, somewhere else") func cables() throws {
        let missing = try #require(differences(Self.facts()).first { $0.field.hasPrefix("cable") })
        #expect(missing.subject == Self.new && missing.expected == .null)
        #expect(missing.observed.string == "interface/core-1:TenGigabitEthernet1/0/1")
        // Both ends tell the same: one difference.
        let both =
            Self.facts() + [
                Self.fact(
                    Self.known, "discovery.neighbours",
                    [
                        [
                            "protocol": "cdp", "local_interface": "TenGigabitEthernet1/0/1",
                            "chassis_id": "00:00:5e:00:53:01", "port_id": "Gi0/1",
                        ]
                    ])
            ]
        #expect(differences(both).filter { $0.field.hasPrefix("cable") }.count == 1)
        // Recorded somewhere else: shown, and left to a person.
        let elsewhere = [
            Self.fact(
                Self.known, "discovery.neighbours",
                [
                    [
                        "local_interface": "TenGigabitEthernet1/0/2", "system_name": "access-7",
                        "port_id": "GigabitEthernet0/1",
                    ]
                ])
        ]
        let facts = Array(Self.facts().dropLast()) + elsewhere
        let moved = try #require(differences(facts).first { $0.field.hasPrefix("cable") })
        #expect(moved.expected.string == "interface/old:eth0")
        #expect(DriftAcceptance([moved], facts: facts, snapshot: Self.inventory).refused.count == 1)
    }

    @Test("a known machine of another model or serial number differs") func knownMachine() {
        let fact = Self.fact(
            Self.known, "discovery.device",
            ["model": Self.told("C9300-48P"), "serial": Self.told("FOC99999999"), "endpoints": []])
        let fields = differences([fact]).map(\.field)
        #expect(fields == ["device_type", "serial"])
        let guess = Self.fact(
            Self.known, "discovery.device", ["model": Self.told("C9300-48P", "guess"), "endpoints": []])
        #expect(differences([guess]).isEmpty)
    }

    @Test(
        "names of ports as protocols shorten them",
        arguments: [
            ("Gi1/0/1", "GigabitEthernet1/0/1", true), ("XGE0/0/1", "XGigabitEthernet0/0/1", true),
            ("eth0", "ETH0", true), ("Gi1/0/1", "GigabitEthernet1/0/11", false), ("1", "2", false),
            ("Po1", "Port-channel1", true), ("Te1/1", "GigabitEthernet1/1", false),
        ]) func ports(_ a: String, _ b: String, _ same: Bool)
    {
        #expect(PortName.same(a, b) == same && PortName.same(b, a) == same)
    }
}
