import Addressing
import Foundation
import Testing

@Suite("Accepted forms are read exactly and written as RFC 5952 says")
struct AcceptedFormsTests {
    @Test(
        "IPv6 text is read and written back",
        arguments: [
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:0", "::"), ("0:0:0:0:0:0:0:1", "::1"),
            ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"), ("2001:db8::0001", "2001:db8::1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("1:2:3::5:6:7:8", "1:2:3:0:5:6:7:8"),
            ("::ffff:192.0.2.128", "::ffff:192.0.2.128"), ("::FFFF:c000:280", "::ffff:192.0.2.128"),
            ("::192.0.2.1", "::c000:201"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("::1:1.2.3.4", "::1:102:304"),
            ("::ffff:0:1.2.3.4", "::ffff:0:102:304"), ("fe80::1%eth0", "fe80::1%eth0"),
            ("FE80::A%br-lan.100", "fe80::a%br-lan.100"), ("ff02::1%2", "ff02::1%2"), ("::1%lo", "::1%lo"),
            ("0:0:0:1::", "0:0:0:1::"),
            (
                "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
            ),
        ])
    func ipv6(_ text: String, _ canonical: String) throws {
        let address = try IPv6Address(text)
        #expect(address.description == canonical)
        #expect(try IPv6Address(canonical) == address)
        #expect(try IPAddress("x\(text)y".dropFirst().dropLast()) == .v6(address), "substrings are read alike")
    }

    @Test(
        "IPv4 text is read and written back",
        arguments: [
            ("0.0.0.0", 0), ("255.255.255.255", 0xFFFF_FFFF), ("10.20.110.11", 0x0A14_6E0B),
            ("1.0.10.100", 0x0100_0A64),
        ] as [(String, UInt32)])
    func ipv4(_ text: String, _ number: UInt32) throws {
        let address = try IPv4Address(text)
        #expect(address.rawValue == number)
        #expect(address.description == text)
        #expect(IPAddress(bytes: address.bytes) == .v4(address))
    }

    @Test(
        "Hardware addresses are read in four forms",
        arguments: [
            "00:1b:54:aa:0f:3c", "00-1B-54-AA-0F-3C", "001b.54aa.0f3c", "001B54AA0F3C",
        ])
    func hardware(_ text: String) throws {
        #expect(try MACAddress(text).description == "00:1b:54:aa:0f:3c")
    }

    @Test("A prefix knows its bounds, its members and its neighbours")
    func prefix() throws {
        let block = try Prefix("10.20.110.0/24")
        #expect(block.first.description == "10.20.110.0")
        #expect(block.last.description == "10.20.110.255")
        #expect(block.netmask?.description == "255.255.255.0")
        #expect(block.contains(try IPAddress("10.20.110.7")))
        #expect(!block.contains(try IPAddress("10.20.111.0")))
        #expect(!block.contains(try IPAddress("::ffff:10.20.110.7")))
        #expect(block.contains(try Prefix("10.20.110.128/25")))
        #expect(!block.contains(try Prefix("10.20.0.0/16")))
        #expect(block.overlaps(try Prefix("10.20.0.0/16")))
        #expect(!block.overlaps(try Prefix("10.20.111.0/24")))
        #expect(try Prefix("::/0").last.description == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
        #expect(try Prefix("::/0").addressCount == nil)
        #expect(try Prefix("0.0.0.0/0").addressCount == 1 << 32)
        #expect(try Prefix("fe80::/10").contains(try IPAddress("fe80::1%eth0")))
        #expect(try InterfaceAddress("10.20.110.11/24").prefix == block)
        #expect(try InterfaceAddress("fe80::1%eth0/64").description == "fe80::1%eth0/64")
        #expect(try Prefix(containing: try IPAddress("10.20.110.11"), length: 24) == block)
    }

    @Test("Codable writes text and refuses what the parser refuses, with the path and the reason")
    func codable() throws {
        struct Row: Codable, Equatable {
            let host: IPAddress
            let v4: IPv4Address
            let v6: IPv6Address
            let network: Prefix
            let own: InterfaceAddress
            let mac: MACAddress
        }
        let row = Row(
            host: try IPAddress("fe80::1%eth0"), v4: try IPv4Address("10.0.0.1"), v6: try IPv6Address("2001:db8::1"),
            network: try Prefix("10.0.0.0/8"), own: try InterfaceAddress("10.0.0.1/8"),
            mac: try MACAddress("00:1b:54:aa:0f:3c"))
        let data = try JSONEncoder().encode(row)
        #expect(String(decoding: data, as: UTF8.self).contains(#""network":"10.0.0.0\/8""#))
        #expect(try JSONDecoder().decode(Row.self, from: data) == row)
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Prefix].self, from: Data(#"["10.0.0.0/8","10.0.0.1/8"]"#.utf8))
        }
        guard case .dataCorrupted(let context) = error else {
            Issue.record("wrong kind of error: \(String(describing: error))")
            return
        }
        #expect(context.codingPath.last?.intValue == 1)
        #expect((context.underlyingError as? AddressError)?.code == .hostBitsSet)
    }

    @Test("Order: IPv4 first, then by number; a block precedes what it contains")
    func order() throws {
        let hosts = ["::", "10.0.0.10", "10.0.0.9", "fe80::1%b", "fe80::1", "fe80::1%a"].compactMap {
            try? IPAddress($0)
        }
        #expect(
            hosts.sorted().map(\.description) == ["10.0.0.9", "10.0.0.10", "::", "fe80::1", "fe80::1%a", "fe80::1%b"])
        let blocks = ["::/0", "10.0.0.0/9", "10.0.0.0/8", "9.0.0.0/8"].compactMap { try? Prefix($0) }
        #expect(blocks.sorted().map(\.description) == ["9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/9", "::/0"])
    }
}
