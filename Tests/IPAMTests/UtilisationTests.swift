import Addressing
import CMDB
import Notation
import TestSupport
import Testing

@testable import IPAM

@Suite("Utilisation") struct UtilisationTests {
    private func percent(_ inventory: Inventory, _ prefix: String) throws -> Double {
        let space = inventory.space
        let index = try #require(space.networks.firstIndex { $0.prefix.description == prefix })
        return space.utilisation(index).percent
    }

    @Test("containers are as full as their networks, which count once however deep they nest") func containers() throws
    {
        var inventory = Inventory()
        inventory.prefix("10.0.0.0/16", "container")
        inventory.prefix("10.0.0.0/18", "container")
        inventory.prefix("10.0.0.0/24")
        inventory.segment("a", ["ipv4_prefix": "10.0.128.0/18"])
        inventory.address("10.0.200.1/16")
        #expect(try percent(inventory, "10.0.0.0/16") == 50)
        #expect(try percent(inventory, "10.0.0.0/18") == 1.5625)
        #expect(try percent(inventory, "10.0.0.0/24") == 0)
    }

    @Test("networks are as full as their addresses; edges do not count in IPv4, except of pools and /31")
    func networks() throws {
        var inventory = Inventory()
        inventory.prefix("10.0.0.0/30")
        inventory.prefix("10.0.1.0/30", "active", ["is_pool": true])
        inventory.prefix("10.0.2.0/31")
        inventory.prefix("2001:db8::/126")
        for text in ["10.0.0.1/30", "10.0.1.1/30", "10.0.2.0/31", "2001:db8::1/126"] { inventory.address(text) }
        // The same address twice counts once.
        inventory.address("10.0.0.1/30", key: "10.0.0.1/30@b", ["role": "vip"])
        #expect(try percent(inventory, "10.0.0.0/30") == 50)
        #expect(try percent(inventory, "10.0.1.0/30") == 25)
        #expect(try percent(inventory, "10.0.2.0/31") == 50)
        #expect(try percent(inventory, "2001:db8::/126") == 25)
    }

    @Test("ranges that are populated or marked full count with all they hold, together with addresses once")
    func ranges() throws {
        var inventory = Inventory()
        inventory.prefix("10.0.0.0/24")
        inventory.range("10.0.0.10/24", "10.0.0.19/24", ["mark_utilized": true])
        inventory.range("10.0.0.15/24", "10.0.0.24/24", ["mark_populated": true])
        inventory.range("10.0.0.100/24", "10.0.0.199/24")
        inventory.address("10.0.0.12/24")
        inventory.address("10.0.0.50/24")
        #expect(try percent(inventory, "10.0.0.0/24") == 16 / 254.0 * 100)
        inventory.prefix("10.0.1.0/24", "active", ["mark_utilized": true])
        inventory.prefix("10.0.2.0/23", "container", ["mark_utilized": true])
        #expect(try percent(inventory, "10.0.1.0/24") == 100)
        #expect(try percent(inventory, "10.0.2.0/23") == 100)
    }

    @Test("IPv6 is exact: one /64 of a /44, one address of a /64, half of ::/0") func exact() throws {
        var inventory = Inventory()
        inventory.prefix("2001:db8:1230::/44", "container")
        inventory.prefix("2001:db8:1230::/64")
        inventory.address("2001:db8:1230::1/64")
        let space = inventory.space
        #expect(space.utilisation(0).used == UInt128(1) << 64)
        #expect(space.utilisation(0).size == UInt128(1) << 84)
        #expect(space.utilisation(1).used == 1)
        #expect(space.utilisation(1).size == UInt128(1) << 64)
        var all = Inventory()
        all.prefix("::/0", "container")
        all.prefix("8000::/1", "container")
        all.prefix("8000::/2", "container")
        #expect(try percent(all, "::/0").rounded() == 50)
        #expect(try percent(all, "8000::/1") == 50)
    }

    @Test("random trees agree with counting addresses one by one") func againstCounting() throws {
        var random = SeededGenerator("utilisation")
        let root = try Prefix("10.0.0.0/22")
        for round in 0..<80 {
            var inventory = Inventory()
            inventory.prefix(root.description, "container")
            var networks: [(prefix: Prefix, status: String)] = [(root, "container")]
            for _ in 0..<Int.random(in: 1...14, using: &random) {
                let length = Int.random(in: 23...31, using: &random)
                let block = try Prefix(
                    containing: try root.address(at: UInt128.random(in: 0..<1024, using: &random)), length: length)
                if networks.contains(where: { $0.prefix == block }) { continue }
                let status = Bool.random(using: &random) ? "container" : "active"
                networks.append((block, status))
                inventory.prefix(block.description, status)
            }
            var used: Set<UInt128> = []
            for _ in 0..<Int.random(in: 0...80, using: &random) {
                let n = UInt128.random(in: 0..<1024, using: &random)
                if used.insert(n).inserted { inventory.address("\(try root.address(at: n))/22") }
            }
            var full: Set<UInt128> = []
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let first = UInt128.random(in: 0..<1000, using: &random)
                let last = first + UInt128.random(in: 0...23, using: &random)
                inventory.range(
                    "\(try root.address(at: first))/22", "\(try root.address(at: last))/22", ["mark_populated": true])
                full.formUnion(first...last)
            }
            for use in inventory.space.utilisations() {
                let block = use.network.prefix
                var count: UInt128 = 0
                for n in UInt128(0)..<1024 where block.contains(try root.address(at: n)) {
                    let address = try root.address(at: n)
                    if use.network.isContainer {
                        let isIn = networks.contains {
                            $0.prefix != block && block.contains($0.prefix) && $0.prefix.contains(address)
                        }
                        if isIn { count += 1 }
                    } else if used.contains(n) || full.contains(n) {
                        count += 1
                    }
                }
                #expect(use.used == min(count, use.size), "seed \(random.seed), round \(round), \(block)")
            }
        }
    }
}
