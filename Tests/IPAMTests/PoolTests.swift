import Addressing
import CMDB
import Notation
import TestSupport
import Testing

@testable import IPAM

@Suite("Free addresses") struct PoolTests {
    private func free(_ inventory: Inventory, _ prefix: String, count: Int = 3) throws -> [String] {
        let pool = try #require(inventory.space.pool(try Prefix(prefix)))
        return inventory.space.freeAddresses(of: pool).first(count).map(\.description)
    }

    private func count(_ inventory: Inventory, _ prefix: String) throws -> UInt128? {
        let pool = try #require(inventory.space.pool(try Prefix(prefix)))
        return inventory.space.freeAddresses(of: pool).addressCount
    }

    @Test(
        "network, broadcast and subnet-router anycast addresses are offered only where they are ordinary",
        arguments: [
            ("10.0.0.0/24", false, "10.0.0.1", 254), ("10.0.0.0/24", true, "10.0.0.0", 256),
            ("10.0.0.0/30", false, "10.0.0.1", 2), ("10.0.0.0/31", false, "10.0.0.0", 2),
            ("10.0.0.7/32", false, "10.0.0.7", 1), ("2001:db8::/120", false, "2001:db8::1", 255),
            ("2001:db8::/120", true, "2001:db8::1", 255), ("2001:db8::/127", false, "2001:db8::", 2),
            ("2001:db8::/128", false, "2001:db8::", 1),
        ] as [(String, Bool, String, Int)])
    func edges(prefix: String, isPool: Bool, first: String, total: Int) throws {
        var inventory = Inventory()
        inventory.prefix(prefix, "active", ["is_pool": .bool(isPool)])
        #expect(try free(inventory, prefix, count: 1) == [first])
        #expect(try count(inventory, prefix) == UInt128(total))
    }

    @Test("gateways, addresses, reserved and populated ranges are never offered") func taken() throws {
        var inventory = Inventory()
        inventory.segment("web", ["ipv4_prefix": "10.0.0.0/24", "gateway4": "10.0.0.1"])
        inventory.address("10.0.0.2/24")
        inventory.range("10.0.0.3/24", "10.0.0.9/24", ["mark_populated": true])
        inventory.range("10.0.0.10/24", "10.0.0.19/24", ["status": "reserved"])
        inventory.range("10.0.0.20/24", "10.0.0.29/24", ["mark_utilized": true])
        inventory.range("10.0.0.30/24", "10.0.0.39/24")
        #expect(try free(inventory, "10.0.0.0/24", count: 2) == ["10.0.0.30", "10.0.0.31"])
        #expect(try count(inventory, "10.0.0.0/24") == 254 - 1 - 1 - 7 - 10 - 10)
    }

    @Test("who names a reserved range is given its addresses, but none of a populated one") func fromRange() throws {
        var inventory = Inventory()
        inventory.prefix("10.0.0.0/24")
        inventory.range("10.0.0.10/24", "10.0.0.12/24", ["status": "reserved"])
        inventory.range("10.0.0.20/24", "10.0.0.29/24", ["mark_populated": true])
        inventory.address("10.0.0.10/24")
        let space = inventory.space
        let reserved = try #require(space.pool(space.ranges[0]))
        #expect(space.freeAddresses(of: reserved).first(9).map(\.description) == ["10.0.0.11", "10.0.0.12"])
        let populated = try #require(space.pool(space.ranges[1]))
        #expect(space.freeAddresses(of: populated).isEmpty)
    }

    @Test("networks inside a container keep their addresses; a part of a network keeps the network's edges")
    func nesting() throws {
        var inventory = Inventory()
        inventory.prefix("10.0.0.0/16", "container")
        inventory.prefix("10.0.0.0/24")
        inventory.segment("b", ["ipv4_prefix": "10.0.1.0/24"])
        #expect(try free(inventory, "10.0.0.0/16", count: 1) == ["10.0.2.0"])
        #expect(try free(inventory, "10.0.0.0/25", count: 1) == ["10.0.0.1"])
        #expect(try free(inventory, "10.0.0.128/25", count: 300).last == "10.0.0.254")
        #expect(inventory.space.pool(try Prefix("10.1.0.0/24")) == nil)
    }

    @Test("a container and a segment of the same size: the segment is the home") func equalNetworks() throws {
        var inventory = Inventory()
        inventory.prefix("10.0.0.0/24", "container")
        inventory.segment("a", ["ipv4_prefix": "10.0.0.0/24", "gateway4": "10.0.0.254"])
        let pool = try #require(inventory.space.pool(try Prefix("10.0.0.0/24")))
        #expect(pool.home.object.id == ObjectID(.segment, "a"))
        #expect(try count(inventory, "10.0.0.0/24") == 253)
        #expect(inventory.space.freeSpace(in: try Prefix("10.0.0.0/24")).isEmpty)
    }

    @Test("VRFs do not see each other's addresses") func vrfs() throws {
        var inventory = Inventory()
        inventory.add(.vrf, "lab", ["slug": "lab", "name": "Lab"])
        inventory.prefix("10.0.0.0/24")
        inventory.prefix("10.0.0.0/24", "active", vrf: "lab")
        inventory.address("10.0.0.1/24", vrf: "lab")
        #expect(try free(inventory, "10.0.0.0/24", count: 1) == ["10.0.0.1"])
        let lab = inventory.book["lab"]
        let pool = try #require(lab.pool(try Prefix("10.0.0.0/24")))
        #expect(lab.freeAddresses(of: pool).first(1).map(\.description) == ["10.0.0.2"])
    }

    @Test("a reservation blocks through its last day, then only if something rests on it") func reservations() throws {
        func inventory(until day: String?, assigned: Bool = false) -> Inventory {
            var inventory = Inventory()
            inventory.device("a")
            inventory.prefix("10.0.0.0/24")
            var fields: [String: JSONValue] = ["status": "reserved"]
            fields["reserved_until"] = day.map { .string($0) }
            if assigned { fields["assigned_object"] = "a:eth0" }
            inventory.address("10.0.0.1/24", fields)
            return inventory
        }
        #expect(try free(inventory(until: "2026-11-21"), "10.0.0.0/24", count: 1) == ["10.0.0.2"])
        #expect(try free(inventory(until: nil), "10.0.0.0/24", count: 1) == ["10.0.0.2"])
        #expect(try free(inventory(until: "2026-11-20"), "10.0.0.0/24", count: 1) == ["10.0.0.1"])
        #expect(try free(inventory(until: "2026-11-20", assigned: true), "10.0.0.0/24", count: 1) == ["10.0.0.2"])
        let states = [nil, "2026-11-21", "2026-11-20"].map { inventory(until: $0).book.reservations().map(\.state) }
        #expect(states == [[.holds], [.holds], [.lapsed]])
        #expect(inventory(until: "2026-11-20", assigned: true).book.reservations().map(\.state) == [.overdue])
    }

    @Test("a reserved block whose day has passed is free again unless something lies in it") func lapsedBlocks() throws
    {
        var inventory = Inventory()
        inventory.prefix("10.0.0.0/16", "container")
        inventory.prefix("10.0.0.0/24", "reserved", ["reserved_until": "2020-01-01"])
        inventory.prefix("10.0.1.0/24", "reserved", ["reserved_until": "2020-01-01"])
        inventory.address("10.0.1.5/24")
        let space = inventory.space
        #expect(space.lapsed == [ObjectID(.prefix, "10.0.0.0/24")])
        let free = space.freeSpace(in: try Prefix("10.0.0.0/16"))
        #expect(try free.next(length: 24) == Prefix("10.0.0.0/24"))
        let displaced = space.displaced(by: AddressRange(try Prefix("10.0.0.0/25")))
        #expect(displaced.map(\.id) == [ObjectID(.prefix, "10.0.0.0/24")])
        #expect(try free.next(length: 24, sparse: 23) == Prefix("10.0.2.0/24"))
    }

    @Test("random networks of 1,024 addresses agree with an address by address reading of the rules")
    func againstEveryAddress() throws {
        var random = SeededGenerator("pools")
        for round in 0..<120 {
            let isIPv6 = round % 3 == 0
            let base = isIPv6 ? "2001:db8::" : "10.0.0."
            let parent = try Prefix(isIPv6 ? "2001:db8::/118" : "10.0.0.0/22")
            func address(_ n: Int) throws -> IPAddress { try parent.address(at: UInt128(n)) }
            var inventory = Inventory()
            inventory.prefix(parent.description, "container")
            // Some of the four /24 (or /120) parts are networks.
            var homes: [Prefix] = []
            for part in try parent.subprefixes(length: parent.length + 2) where Bool.random(using: &random) {
                homes.append(part)
                let isPool = Bool.random(using: &random)
                inventory.prefix(part.description, "active", ["is_pool": .bool(isPool)])
            }
            var blocked: Set<Int> = []
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                let n = Int.random(in: 0..<1024, using: &random)
                if blocked.insert(n).inserted { inventory.address("\(try address(n))/\(parent.length + 2)") }
            }
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let first = Int.random(in: 0..<1000, using: &random)
                let last = first + Int.random(in: 0...23, using: &random)
                let kind = Int.random(in: 0..<3, using: &random)
                let fields: [[String: JSONValue]] = [["mark_populated": true], ["status": "reserved"], [:]]
                inventory.range("\(try address(first))/22", "\(try address(last))/22", fields[kind])
                if kind < 2 { blocked.formUnion(first...last) }
            }
            let space = inventory.space
            for home in homes {
                let network = try #require(space.chain(of: home).last)
                var expected: [IPAddress] = []
                let start = Int(home.first.number - parent.first.number)
                for n in start..<start + 256 where !blocked.contains(n) {
                    if n == start, isIPv6 || !network.isPool { continue }
                    if n == start + 255, !isIPv6, !network.isPool { continue }
                    expected.append(try address(n))
                }
                let pool = try #require(space.pool(home))
                let free = space.freeAddresses(of: pool)
                #expect(free.first(300) == expected, "seed \(random.seed), round \(round), \(home) \(base)")
                #expect(free.addressCount == UInt128(expected.count))
            }
        }
    }
}
