import Addressing
import Testing

@Suite("Address space, names, identifiers and registries")
struct SpaceAndNameTests {
    @Test("Sub-prefixes are walked without being stored")
    func subprefixes() throws {
        let site = try Prefix("2001:db8:1000::/44")
        let parts = try site.subprefixes(length: 48)
        #expect(parts.lastIndex == 15)
        #expect(Array(parts).map(\.description).first == "2001:db8:1000::/48")
        #expect(Array(parts).map(\.description).last == "2001:db8:100f::/48")
        #expect(try parts.part(10).description == "2001:db8:100a::/48")
        #expect(parts.index(of: try Prefix("2001:db8:100a:1::/64")) == 10)
        #expect(parts.index(of: try Prefix("2001:db8:2000::/64")) == nil)
        #expect(try Prefix("::/0").subprefixes(length: 128).prefix(2).map(\.description) == ["::/128", "::1/128"])
        #expect(Array(try Prefix("255.255.255.254/31").subprefixes(length: 32)).count == 2)
        let beyond = #expect(throws: AddressError.self) { try parts.part(16) }
        #expect(beyond?.code == .outOfSpace)
        let larger = #expect(throws: AddressError.self) { try site.subprefixes(length: 40) }
        #expect(larger?.code == .lengthOutOfRange)
        #expect(try site.supernet(length: 32).description == "2001:db8::/32")
        #expect(try site.address(at: 1).description == "2001:db8:1000::1")
    }

    @Test("A full block has no free part, and a search in a huge one does not walk it")
    func free() throws {
        let block = try Prefix("10.0.0.0/8")
        #expect(try block.firstFree(length: 24, excluding: AddressSet([block])) == nil)
        #expect(block.firstFreeHost(excluding: AddressSet([block])) == nil)
        let upper = try Prefix("255.255.255.0/24")
        #expect(
            try upper.firstFree(length: 25, excluding: AddressSet(), after: try Prefix("255.255.255.128/25")) == nil)
        let wide = try Prefix("2001:db8::/32")
        let used = AddressSet([try Prefix("2001:db8::/33"), try Prefix("2001:db8:8000::1/128")])
        #expect(try wide.firstFree(length: 64, excluding: used)?.description == "2001:db8:8000:1::/64")
        #expect(
            try Prefix("10.0.0.0/30").firstFreeHost(excluding: AddressSet([try Prefix("10.0.0.1/32")]))?.description
                == "10.0.0.2")
        #expect(try Prefix("10.0.0.0/31").firstFreeHost(excluding: AddressSet())?.description == "10.0.0.0")
    }

    @Test(
        "Nibble boundaries",
        arguments: [
            ("2001:db8::/45", 48, "2001:db8::/44", false), ("2001:db8::/48", 48, "2001:db8::/48", true),
            ("::/0", 0, "::/0", true),
            ("2001:db8:0:ff::/65", 68, "2001:db8:0:ff::/64", false),
        ])
    func nibbles(_ text: String, _ length: Int, _ widened: String, _ aligned: Bool) throws {
        let prefix = try Prefix(text)
        #expect(prefix.nibbleLength == length)
        #expect(prefix.widenedToNibble.description == widened)
        #expect(prefix.isNibbleAligned == aligned)
    }

    @Test(
        "Reverse zones",
        arguments: [
            ("10.20.110.0/24", ["110.20.10.in-addr.arpa"]), ("10.0.0.0/8", ["10.in-addr.arpa"]),
            ("10.20.108.0/23", ["108.20.10.in-addr.arpa", "109.20.10.in-addr.arpa"]), ("0.0.0.0/0", ["in-addr.arpa"]),
            ("10.20.110.128/25", ["128/25.110.20.10.in-addr.arpa"]), ("192.0.2.1/32", ["1.2.0.192.in-addr.arpa"]),
            ("2001:db8::/32", ["8.b.d.0.1.0.0.2.ip6.arpa"]), ("::/0", ["ip6.arpa"]),
            ("2001:db8::/35", ["0.8.b.d.0.1.0.0.2.ip6.arpa", "1.8.b.d.0.1.0.0.2.ip6.arpa"]),
        ])
    func reverseZones(_ text: String, _ zones: [String]) throws {
        #expect(try Prefix(text).reverseZones == zones)
    }

    @Test("The reverse name of RFC 3596 section 2.5")
    func reverseName() throws {
        let name = "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa"
        #expect(try IPAddress("4321:0:1:2:3:4:567:89ab").reverseName == name)
        #expect(try IPAddress("10.20.110.11").reverseName == "11.110.20.10.in-addr.arpa")
        #expect(try IPAddress(reverseName: name + ".").description == "4321:0:1:2:3:4:567:89ab")
    }

    @Test(
        "Names that are not reverse names",
        arguments: [
            "", ".", "arpa", "example.com", "in-addr.arpa.example", "1.2.3.4.5.in-addr.arpa", "256.in-addr.arpa",
            "01.in-addr.arpa", "a.in-addr.arpa", "..in-addr.arpa", "10.ip6.arpa", "g.ip6.arpa", ".ip6.arpa",
            "-1.in-addr.arpa",
            "128/24.1.2.3.in-addr.arpa", "129/25.1.2.3.in-addr.arpa", "128/33.1.2.3.in-addr.arpa",
            "0/25.1.2.in-addr.arpa",
            "\u{661}.in-addr.arpa", "1..ip6.arpa", "ip6.arpa..",
        ])
    func reverseRefused(_ name: String) {
        let error = #expect(throws: AddressError.self) { try Prefix(reverseName: name) }
        #expect(error?.code == .reverseName)
    }

    @Test("A zone name is not the name of one address")
    func reverseOfBlock() {
        let error = #expect(throws: AddressError.self) { try IPAddress(reverseName: "10.in-addr.arpa") }
        #expect(error?.code == .reverseName)
    }

    @Test("Modified EUI-64, solicited-node and group hardware addresses")
    func identifiers() throws {
        let mac = try MACAddress("00:1b:54:aa:0f:3c")
        #expect(mac.modifiedEUI64 == 0x021B_54FF_FEAA_0F3C)
        let address = try IPv6Address(prefix: try Prefix("2001:db8:1::/64"), hardware: mac)
        #expect(address.description == "2001:db8:1:0:21b:54ff:feaa:f3c")
        #expect(address.embeddedHardware == mac)
        #expect(try IPv6Address("2001:db8::1").embeddedHardware == nil)
        #expect(IPv6Address.linkLocal(hardware: mac).description == "fe80::21b:54ff:feaa:f3c")
        #expect(try IPv6Address("4037::01:800:200e:8c6c").solicitedNode.description == "ff02::1:ff0e:8c6c")
        #expect(address.solicitedNode.multicastHardware?.description == "33:33:ff:aa:0f:3c")
        #expect(address.multicastHardware == nil)
        let long = #expect(throws: AddressError.self) {
            try IPv6Address(prefix: try Prefix("2001:db8::/65"), hardware: mac)
        }
        #expect(long?.code == .lengthOutOfRange)
        let old = #expect(throws: AddressError.self) {
            try IPv6Address(prefix: try Prefix("10.0.0.0/8"), hardware: mac)
        }
        #expect(old?.code == .familyMismatch)
    }

    @Test("Every registry row was read, and none contradicts RFC 6890 section 2.2.1")
    func registries() {
        #expect(SpecialPurposeBlock.all.count == 51)
        #expect(SpecialPurposeBlock.all.filter(\.prefix.isIPv6).count == 25)
        for row in SpecialPurposeBlock.all where row.isDestination == false {
            #expect(row.isForwardable == false && row.isGloballyReachable == false, "\(row.prefix)")
        }
        #expect(Set(SpecialPurposeBlock.all.map(\.prefix)).count == 51)
    }

    @Test(
        "Classification",
        arguments: [
            ("10.20.110.11", "Private-Use", false), ("172.31.255.255", "Private-Use", false), ("172.32.0.0", nil, true),
            ("192.168.1.1", "Private-Use", false), ("100.64.0.1", "Shared Address Space", false),
            ("8.8.8.8", nil, true),
            ("127.0.0.1", "Loopback", false), ("0.0.0.0", "\"This host on this network\"", false),
            ("0.1.2.3", "\"This network\"", false), ("192.0.0.9", "Port Control Protocol Anycast", true),
            ("192.0.0.1", "IPv4 Service Continuity Prefix", false), ("192.0.0.200", "IETF Protocol Assignments", false),
            ("203.0.113.7", "Documentation (TEST-NET-3)", false),
            ("192.88.99.1", "Deprecated (6to4 Relay Anycast)", false),
            ("255.255.255.255", "Limited Broadcast", false), ("240.0.0.1", "Reserved", false),
            ("224.0.0.1", nil, false), ("224.0.1.1", nil, true), ("239.1.1.1", nil, false),
            ("::", "Unspecified Address", false), ("::1", "Loopback Address", false),
            ("fe80::1%eth0", "Link-Local Unicast", false),
            ("fd12::1", "Unique-Local", false), ("2001:db8::1", "Documentation", false),
            ("3fff:fff::1", "Documentation", false),
            ("2402:800::1", nil, true), ("2001:200::1", nil, true), ("2001:0:1::1", "TEREDO", false),
            ("2002::1", "6to4", false),
            ("64:ff9b::c000:201", "IPv4-IPv6 Translat.", true), ("4000::1", nil, false), ("ff02::1", nil, false),
            ("ff0e::1", nil, true), ("::ffff:8.8.8.8", "IPv4-mapped Address", true),
            ("::ffff:10.0.0.1", "IPv4-mapped Address", false),
            ("2001:1::3", "DNS-SD Service Registration Protocol Anycast", true),
        ] as [(String, String?, Bool)])
    func classification(_ text: String, _ name: String?, _ reachable: Bool) throws {
        let address = try IPAddress(text)
        #expect(address.specialPurpose?.name == name)
        #expect(address.isGloballyReachable == reachable)
    }

    @Test("Short questions about an address")
    func shortQuestions() throws {
        #expect(try IPAddress("10.0.0.1").isPrivate && IPAddress("fd00::1").isPrivate)
        #expect(try !IPAddress("100.64.0.1").isPrivate && !IPAddress("fe80::1").isPrivate)
        #expect(try IPAddress("127.1.2.3").isLoopback && IPAddress("::ffff:127.0.0.1").isLoopback)
        #expect(try IPAddress("169.254.1.1").isLinkLocal && IPAddress("febf::1").isLinkLocal)
        #expect(try !IPAddress("fec0::1").isLinkLocal)
        #expect(try IPAddress("::ffff:224.0.0.1").isMulticast && IPAddress("ff05::2").isMulticast)
        #expect(try IPAddress("192.0.2.1").isDocumentation && IPAddress("255.255.255.255").isLimitedBroadcast)
        #expect(try IPAddress("::ffff:192.0.2.1").unmapped.description == "192.0.2.1")
        #expect(try IPv4Address("192.0.2.1").mapped.description == "::ffff:192.0.2.1")
        #expect(try Prefix("10.1.0.0/16").specialPurpose?.name == "Private-Use")
        #expect(try Prefix("8.0.0.0/8").specialPurpose == nil)
        #expect(try Prefix("192.0.0.0/16").specialPurposeWithin.count == 8)
        #expect(try InterfaceAddress("10.0.0.0/24").isUsableByHost == false)
        #expect(try InterfaceAddress("10.0.0.255/24").isUsableByHost == false)
        #expect(try InterfaceAddress("10.0.0.255/31").isUsableByHost)
        #expect(try InterfaceAddress("2001:db8::/64").isUsableByHost == false)
        #expect(try InterfaceAddress("2001:db8::ffff:ffff:ffff:ffff/64").isUsableByHost)
        #expect(
            try MACAddress("01:00:5e:00:00:01").isMulticast && MACAddress("02:00:00:00:00:01").isLocallyAdministered)
        #expect(try MACAddress("00:1b:54:aa:0f:3c").oui == 0x00_1B54)
    }

    @Test(
        "Ranges are refused when they make no sense",
        arguments: [
            ("10.0.0.9-10.0.0.1", AddressError.Code.rangeReversed), ("10.0.0.1-::1", .familyMismatch),
            ("10.0.0.1", .separator), ("10.0.0.1-", .empty), ("-10.0.0.1", .empty), ("fe80::1%a-fe80::2%a", .zone),
            ("10.0.0.1 - 10.0.0.2", .unexpectedCharacter),
        ])
    func ranges(_ text: String, _ code: AddressError.Code) {
        let error = #expect(throws: AddressError.self) { try AddressRange(text) }
        #expect(error?.code == code, "\(error?.message ?? "")")
    }
}
