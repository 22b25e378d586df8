import Addressing
import Notation
import Remote
import TestSupport
import Testing

@_spi(Fuzzing) @testable import Discovery

/// The readers on rows no recording has.
@Suite struct ReaderTests {
    static func answers(_ rows: (OID, SNMPValue)...) -> Answers { Answers(rows.map { VarBind($0.0, $0.1) }) }

    @Test(
        "templates keep words and what stands between fixed parts",
        arguments: [
            ("Version {v},", "IOS Version 12.2(50)SE5, x", "12.2(50)SE5"),
            ("Version {v}", "ASA Version 9.8(2)", "9.8(2)"),
            ("^{v} Huawei", "S5720 Huawei VRP", "S5720"), ("({v})", "Switch(S5750C) by", "S5750C"),
            ("version {v}", "VERSION 4.20.7M) running", "4.20.7M"), ("^{v}", "RB750 rest", "RB750"),
        ])
    func templates(template: String, text: String, kept: String) throws {
        #expect(try #require(TextTemplate(template)).captures(in: text) == ["v": kept])
    }

    @Test("templates that do not fit keep nothing", arguments: ["^B{v}", "A {v} C", "x{v}x", "A {v}"])
    func misfits(template: String) throws {
        #expect(try #require(TextTemplate(template)).captures(in: "A ") == nil)
    }

    @Test("two gaps side by side and open braces are no templates", arguments: ["{a}{b}", "{*}{b}", "{a", ""])
    func unreadable(template: String) { #expect(TextTemplate(template) == nil) }

    @Test(
        "ifSpeed counts unless it is at its end, at 0 or the low half of ifHighSpeed",
        arguments: [
            (1_000_000_000, 1_000, 1_000_000_000), (4_294_967_295, 10_000, 10_000_000_000),
            (1_410_065_408, 10_000, 10_000_000_000), (1_000_000_000, 10_000, 1_000_000_000),
            (0, 40_000, 40_000_000_000),
            (100_000_000, nil, 100_000_000), (4_294_967_295, nil, nil), (0, 0, nil), (nil, 1_000_000_000, nil),
        ] as [(UInt64?, UInt64?, UInt64?)])
    func speeds(low: UInt64?, high: UInt64?, expected: UInt64?) {
        #expect(InterfaceReader.speed(low: low, high: high) == expected)
    }

    @Test(
        "sensor scales and precisions (RFC 3433)",
        arguments: [
            (2_345, 9, 2, 23.45), (3_300, 8, 0, 3.3), (12, 10, 0, 12_000), (42, 9, 0, 42), (7, 99, 0, 7),
            (-55, 9, 1, -5.5),
        ] as [(Int64, Int64, Int64, Double)])
    func scales(raw: Int64, scale: Int64, precision: Int64, expected: Double) {
        #expect(SensorReader.scaled(raw, scale: scale, precision: precision) == expected)
    }

    @Test("masks with holes are no lengths")
    func masks() {
        #expect(AddressReader.maskLength([255, 255, 254, 0]) == 23)
        #expect(AddressReader.maskLength([0, 0, 0, 0]) == 0)
        #expect(AddressReader.maskLength([255, 255, 255, 255]) == 32)
        #expect(AddressReader.maskLength([255, 0, 255, 0]) == nil)
        #expect(AddressReader.maskLength([255]) == nil)
    }

    @Test("IPv6 addresses of both generations, with and without a count in the index")
    func addresses() throws {
        let address: [UInt32] = [0x20, 1, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1]
        let prefix = OID([1, 3, 6, 1, 2, 1, 4, 32, 1, 5, 7, 2, 16] + address + [64])
        let counted = OID(Names.ipAddressEntry.parts + [3, 2, 16] + address)
        let bare = OID(Names.ipv6AddrPfxLength.parts + [8] + address)
        let found = AddressReader.read(
            Self.answers(
                (counted, .integer(7)), (OID(Names.ipAddressEntry.parts + [5, 2, 16] + address), .oid(prefix)),
                (bare, .integer(48))))
        #expect(found[7] == [try InterfaceAddress("2001:db8::1/64")])
        #expect(found[8] == [try InterfaceAddress("2001:db8::1/48")])
    }

    @Test("names that two interfaces share are told apart; without ifName, ifDescr counts")
    func names() {
        let entry = Names.ifEntry
        let ports = InterfaceReader.read(
            Self.answers(
                (entry.appending(2, 1), .octets(Array("eth".utf8))),
                (entry.appending(2, 2), .octets(Array("eth".utf8))),
                (entry.appending(3, 3), .integer(6)), (entry.appending(6, 1), .octets([0, 0, 0, 0, 0, 0])),
                (entry.appending(6, 2), .octets([0, 27, 84, 170, 15, 60]))))
        #expect(ports.map(\.name) == ["eth", "eth #2", "if3"])
        #expect(ports.map { $0.mac?.description } == [nil, "00:1b:54:aa:0f:3c", nil])
    }

    @Test("members of a bundle, VLANs of ports by Q-BRIDGE-MIB")
    func bundlesAndVLANs() {
        let ifType = Names.ifEntry.appending(3)
        let answers = Self.answers(
            (ifType.appending(10), .integer(6)), (ifType.appending(11), .integer(6)),
            (ifType.appending(20), .integer(161)),
            (Names.lagPort.appending(13, 10), .integer(20)), (Names.basePortIfIndex.appending(1), .integer(10)),
            (Names.basePortIfIndex.appending(2), .integer(11)), (Names.pvid.appending(1), .gauge32(5)),
            (Names.pvid.appending(2), .gauge32(1)), (Names.vlanStatic.appending(1, 5), .octets(Array("office".utf8))),
            (Names.vlanStatic.appending(2, 5), .octets([0xC0])), (Names.vlanStatic.appending(4, 5), .octets([0x80])))
        var ports = InterfaceReader.read(answers)
        let vlans = VLANReader.read(answers, into: &ports)
        #expect(ports.map(\.lagParent) == [20, nil, nil])
        #expect(ports.last?.type == "lag")
        #expect(vlans == [DiscoveredVLAN(vid: 5, name: "office")])
        #expect(ports[0].untaggedVLAN == 5 && ports[0].taggedVLANs.isEmpty)
        #expect(ports[1].untaggedVLAN == 1 && ports[1].taggedVLANs == [5])
    }

    @Test("LLDP: subtypes of ids, local port by name, addresses of management")
    func lldp() throws {
        let row: [UInt32] = [0, 3, 1]
        func cell(_ column: UInt32) -> OID { OID(Names.lldpRemote.parts + [column] + row) }
        let managed = OID(Names.lldpRemoteAddress.parts + [3] + row + [1, 4, 10, 0, 0, 9])
        let answers = Self.answers(
            (cell(4), .integer(4)), (cell(5), .octets([0, 27, 84, 170, 15, 60])), (cell(6), .integer(5)),
            (cell(7), .octets(Array("Gi0/24".utf8))), (cell(9), .octets(Array("core".utf8))),
            (cell(12), .octets([0x28])),
            (managed, .integer(2)), (Names.lldpLocalPort.appending(3, 3), .octets(Array("eth2".utf8))),
            (Names.lldpLocalPort.appending(2, 3), .integer(5)))
        var port = DiscoveredInterface(index: 77, name: "eth2")
        port.description = "eth2"
        let found = try #require(NeighbourReader.read(answers, ports: [port]).first)
        #expect(found.localIndex == 77 && found.localInterface == "eth2")
        #expect(found.chassisID == "00:1b:54:aa:0f:3c" && found.portID == "Gi0/24" && found.systemName == "core")
        #expect(found.managementAddresses == [try IPAddress("10.0.0.9")])
        #expect(found.capabilities == ["bridge", "router"])
    }

    @Test("interface types by NetBox's names")
    func types() {
        func slug(_ name: String, _ type: Int, _ speed: UInt64?) -> String {
            var port = DiscoveredInterface(index: 1, name: name)
            port.ifType = type
            port.speed = speed
            return InterfaceType.slug(of: port)
        }
        #expect(slug("GigabitEthernet0/1", 6, 100_000_000) == "1000base-t")
        #expect(slug("Te1/1/1", 6, 10_000_000_000) == "10gbase-x-sfpp")
        #expect(slug("Vlan10", 53, nil) == "virtual")
        #expect(slug("eth0.100", 6, 1_000_000_000) == "virtual")
        #expect(slug("bond0", 6, 1_000_000_000) == "lag")
        #expect(slug("Port-channel1", 53, nil) == "virtual")
        #expect(slug("docker0", 6, nil) == "bridge")
        #expect(slug("fc1/1", 56, 8_000_000_000) == "8gfc-sfpp")
        #expect(slug("e0a", 6, nil) == "other")
    }

    @Test("any answers give a device and no fault")
    func hostile() {
        var random = SeededGenerator("any answers")
        let roots: [OID] = [
            Names.ifEntry, Names.ifXEntry, Names.ipAddrEntry, Names.ipAddressEntry, Names.entity, Names.entitySensor,
            Names.hrStorage, Names.lldpRemote, Names.lldpRemoteAddress, Names.lldp2Remote, Names.cdpCache,
            Names.vlanStatic,
            Names.vlanCurrent, Names.ups, Names.printer, Names.lagPort, Names.ifStackStatus, Names.basePortIfIndex,
            Names.vtpTrunkPort, Names.system[0], Names.ciscoAddressEntry,
        ]
        let identifier = Identifier()
        for _ in 0..<300 {
            var binds = [
                VarBind(
                    Names.sysObjectID,
                    .oid([1, 3, 6, 1, 4, 1, [9, 2011, 318, 25506].randomElement(using: &random) ?? 9]))
            ]
            for _ in 0..<40 {
                var parts = (roots.randomElement(using: &random) ?? Names.ups).parts
                for _ in 0..<Int.random(in: 0...20, using: &random) {
                    parts.append(
                        Bool.random(using: &random)
                            ? UInt32.random(in: 0...20, using: &random)
                            : UInt32.random(in: UInt32.min...UInt32.max, using: &random))
                }
                binds.append(VarBind(OID(parts), Self.value(&random)))
            }
            let device = identifier.identify(binds)
            #expect(device.json.canonical.utf8.allSatisfy { $0 >= 0x20 })
        }
    }

    private static func value(_ random: inout SeededGenerator) -> SNMPValue {
        switch Int.random(in: 0...7, using: &random) {
        case 0: .integer(Int32.random(in: Int32.min...Int32.max, using: &random))
        case 1: .counter64(UInt64.random(in: UInt64.min...UInt64.max, using: &random))
        case 2: .gauge32(UInt32.random(in: UInt32.min...UInt32.max, using: &random))
        case 3:
            .oid(
                OID(
                    (0..<Int.random(in: 0...20, using: &random)).map { _ in
                        UInt32.random(in: UInt32.min...UInt32.max, using: &random)
                    }))
        case 4: .opaque([0x9F, 0x78, 4, 0x7F, 0x80, 0, 0])
        default: .octets((0..<Int.random(in: 0...40, using: &random)).map { _ in .random(in: 0...255, using: &random) })
        }
    }
}
