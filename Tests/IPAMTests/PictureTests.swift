import Addressing
import CMDB
import Foundation
import Notation
import TestSupport
import Testing

@testable import IPAM

@Suite("Maps, pairs and look-ups") struct PictureTests {
    @Test("a map says of each cell what stands in it") func states() throws {
        var inventory = Inventory()
        inventory.prefix("10.0.0.0/20", "container")
        inventory.prefix("10.0.0.0/24")
        inventory.prefix("10.0.1.0/25")
        inventory.prefix("10.0.2.0/24", "reserved")
        inventory.prefix("10.0.3.0/24", "container")
        inventory.prefix("10.0.4.0/23")
        inventory.prefix("10.0.6.0/24", "container")
        inventory.prefix("10.0.6.0/25")
        inventory.prefix("10.0.6.128/25")
        inventory.prefix("10.0.7.0/24", "container")
        inventory.prefix("10.0.7.0/25")
        inventory.prefix("10.0.8.0/25", "reserved")
        inventory.prefix("10.0.8.128/25", "reserved")
        inventory.prefix("10.0.9.0/24", "reserved", ["reserved_until": "2020-01-01"])
        inventory.address("10.0.10.9/24")
        let map = try inventory.space.map(try Prefix("10.0.0.0/20"), length: 24)
        let expected: [BlockMap.State] = [
            .full, .partial, .reserved, .container, .full, .full, .full, .partial, .reserved, .free, .partial, .free,
            .free, .free, .free, .free,
        ]
        #expect(map.cells.map(\.state) == expected)
        #expect(map.count(.free) == 6)
        #expect(map.cells.map(\.prefix.description).last == "10.0.15.0/24")
        #expect(map.cells[4].network?.prefix.description == "10.0.4.0/23")
        #expect(Set(BlockMap.State.allCases.map(\.symbol)).count == BlockMap.State.allCases.count)
    }

    @Test("a network is drawn by its addresses; cells never exceed 4096 and never the address") func sizes() throws {
        var inventory = Inventory()
        inventory.prefix("10.0.0.0/28")
        inventory.prefix("2001:db8::/44", "container")
        inventory.address("10.0.0.3/28")
        inventory.address("10.0.0.4/28", ["status": "reserved"])
        let small = try inventory.space.map(try Prefix("10.0.0.0/28"))
        #expect(small.length == 32)
        #expect(small.cells.map(\.state)[3...5] == [.full, .reserved, .free])
        #expect(try inventory.space.map(try Prefix("2001:db8::/44")).cells.count == 256)
        #expect(try inventory.space.map(try Prefix("2001:db8::/44"), length: 64).cells.count == 4096)
        #expect(throws: AddressError.self) { try inventory.space.map(try Prefix("2001:db8::/44"), length: 40) }
    }

    @Test("random maps agree with the free space: a cell is free when all of it is") func againstFreeSpace() throws {
        var random = SeededGenerator("map")
        for round in 0..<60 {
            var inventory = Inventory()
            let parent = try Prefix("10.0.0.0/16")
            inventory.prefix("10.0.0.0/16", "container")
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                let offset = UInt128.random(in: 0..<65_536, using: &random)
                let block = try Prefix(
                    containing: try parent.address(at: offset), length: Int.random(in: 18...30, using: &random))
                inventory.prefix(block.description, Bool.random(using: &random) ? "active" : "container")
            }
            let space = inventory.space
            let free = AddressSet(space.freeSpace(in: parent).blocks)
            for cell in try space.map(parent).cells {
                #expect(
                    (cell.state == .free) == free.contains(cell.prefix),
                    "seed \(random.seed), round \(round), \(cell.prefix) \(cell.state)")
                if cell.state == .full { #expect(!free.overlaps(cell.prefix)) }
            }
        }
    }

    @Test("the picture is well-formed whatever the records say", .tags(.medium)) func picture() async throws {
        var inventory = Inventory()
        inventory.prefix("10.0.0.0/20", "container")
        inventory.segment("x", ["name": "<script>&\"]]>\u{1}", "ipv4_prefix": "10.0.0.0/24"])
        let svg = try inventory.space.map(try Prefix("10.0.0.0/20"), length: 24)
            .svg(vrf: "a<b", names: [.free: "trống & \"rỗng\""])
        #expect(svg.contains("&lt;script&gt;"))
        let script = "import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.buffer.read())"
        let checked = try await runProcess("python3", ["-I", "-c", script], input: Array(svg.utf8))
        #expect(checked.status == 0, "\(checked.errorText)")
    }

    @Test("segments: which family lacks, which numbers do not speak of each other") func pairs() throws {
        var inventory = Inventory()
        inventory.add(.vlan, "v110", ["slug": "v110", "vid": 110, "name": "A"])
        inventory.segment(
            "a", ["vlan": "v110", "ipv4_prefix": "10.0.110.0/24", "ipv6_prefix": "2001:db8:0:110::/64"])
        inventory.segment("b", ["vlan": "v110", "ipv4_prefix": "10.0.111.0/24", "ipv6_prefix": "2001:db8:0:6e::/64"])
        inventory.segment("c", ["ipv4_prefix": "10.0.112.0/24"])
        inventory.segment("d", ["vlan": "v110", "ipv6_prefix": "2001:db8:0:200::/60"])
        inventory.segment("e", ["ipv4_prefix": "10.0.113.0/24", "ipv6_prefix": "2001:db8:0:7::/64"])
        inventory.segment("f", [:])
        let pairs = SegmentPair.all(inventory.snapshot)
        #expect(pairs.map(\.state) == [.dual, .dual, .ipv4Only, .ipv6Only, .dual, .none])
        #expect(
            pairs.map(\.departures) == [
                [], ["VLAN 110, third octet 111"], [], ["IPv6 /60, not /64 (RFC 7421)"],
                ["third octet 113, IPv6 subnet 7"], [],
            ])
    }

    @Test("an address is known by its networks, range, segment, zone, machine and names, in every routing table")
    func lookUp() throws {
        var inventory = Inventory()
        inventory.add(.vrf, "lab", ["slug": "lab", "name": "Lab"])
        inventory.add(.zone, "dmz", ["slug": "dmz", "name": "DMZ", "zone_type": "dmz"])
        inventory.add(.zone, "db", ["slug": "db", "name": "CSDL", "zone_type": "db"])
        inventory.add(.vlan, "v110", ["slug": "v110", "vid": 110, "name": "A"])
        inventory.prefix("10.0.0.0/16", "container")
        inventory.segment(
            "web", ["ipv4_prefix": "10.0.110.0/24", "zone": "dmz", "vlan": "v110", "gateway4": "10.0.110.1"])
        inventory.range("10.0.110.10/24", "10.0.110.20/24")
        inventory.device("srv", ["zone": "db"])
        inventory.address("10.0.110.11/24", ["assigned_object": "srv:eth0", "dns_name": "Srv.example.vn"])
        inventory.prefix("10.0.110.0/24", "active", vrf: "lab")
        let found = inventory.book.lookUp(try IPAddress("10.0.110.11"))
        #expect(found.map(\.vrf) == ["", "lab"])
        let here = try #require(found.first)
        #expect(here.chain.map(\.prefix.description) == ["10.0.0.0/16", "10.0.110.0/24"])
        #expect(here.segment?.id.key == "web")
        #expect(here.zones.map(\.id.key) == ["dmz", "db"])
        #expect(here.vlan?.int("vid") == 110)
        #expect(here.carriers.map { $0.machine?.id.key } == ["srv"])
        #expect(here.names == ["srv.example.vn"])
        #expect(here.ranges.count == 1)
        #expect(here.isFree == false)
        #expect(found.last?.isFree == true)
        #expect(inventory.book.lookUp(try IPAddress("10.0.110.1"), vrf: "").first?.gatewayOf.map(\.id.key) == ["web"])
        #expect(inventory.book.lookUp(try IPAddress("10.0.9.1")).first?.isFree == true)
        #expect(inventory.book.lookUp(try IPAddress("192.0.2.1")).isEmpty)
    }
}
