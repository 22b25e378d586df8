import Addressing
import CMDB
import Notation
import TestSupport
import Testing

@testable import Transition

@Suite("IPv6 plan properties", .tags(.small))
struct PlanPropertyTests {
    /// What must hold of every plan, whatever the inventory was.
    func expectSound(_ plan: IPv6Plan, _ inventory: Inventory) {
        let segments = inventory.objects.keys.filter { $0.kind == .segment }.map(\.key).sorted()
        #expect(plan.rows.map(\.segment) == segments)
        let placed = plan.rows.filter { $0.state != .conflict }.compactMap(\.ipv6)
        let all = placed + plan.retired.map(\.ipv6)
        #expect(Set(all).count == all.count, "two segments share a /64")
        #expect(all.allSatisfy { $0.length == 64 && plan.parent.contains($0) })
        #expect([plan.layout.siteLength, plan.layout.zoneLength].allSatisfy { $0 % 4 == 0 })
        let blocks = Dictionary(grouping: plan.blocks) { $0.prefix.length }
        for level in blocks.values { #expect(Set(level.map(\.prefix)).count == level.count, "blocks overlap") }
        for row in plan.rows where row.state == .new {
            let block = plan.blocks.first { $0.site == row.site && $0.zone == row.zone }
            #expect(row.ipv6.map { block?.prefix.contains($0) ?? false } ?? false, "outside its zone's block")
        }
        for row in plan.rows where row.ipv6 == nil || row.state == .conflict { #expect(row.reason != nil) }
        let counts = plan.counts
        #expect(counts.placed + counts.conflict + counts.unplaced == counts.asked)
    }

    @Test("adding segments in any order never moves one that is assigned", arguments: 0..<6)
    func stability(round: Int) throws {
        var random = SeededGenerator("ipv6 stability \(round)")
        let parent = try Prefix(["2001:db8:1000::/44", "fd00:1:2::/48", "2001:db8::/32", "2001:db8::/52"][round % 4])
        var inventory = Inventory()
        let sites = (1...Int.random(in: 1...5, using: &random)).map { "s\($0)" }
        sites.forEach { inventory.addSite($0) }
        var plan: IPv6Plan?
        var held: [String: Prefix] = [:]
        for step in 0..<15 {
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let site = sites.randomElement(using: &random) ?? "s1"
                let type = Inventory.zoneTypes.randomElement(using: &random) ?? "dmz"
                inventory.addSegment(
                    "seg-\(Int.random(in: 0...99_999, using: &random))-\(step)", site: site, zone: "\(site)-\(type)")
            }
            let next = try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: plan)
            expectSound(next, inventory)
            let now = Dictionary(
                uniqueKeysWithValues: next.rows.compactMap { row in row.ipv6.map { (row.segment, $0) } })
            for (segment, prefix) in held { #expect(now[segment] == prefix, "\(segment) moved at step \(step)") }
            #expect(try IPv6Plan(json: JSONValue.parse(next.json.canonical)) == next)
            #expect(try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: next) == next)
            held = now
            plan = next
        }
        #expect(!held.isEmpty)
    }

    @Test("plans stay sound through removals, moves and prefixes set by hand", arguments: 0..<6)
    func churn(round: Int) throws {
        var random = SeededGenerator("ipv6 churn \(round)")
        let parent = try Prefix(["2001:db8:1000::/44", "2001:db8::/52"][round % 2])
        var inventory = Inventory()
        let sites = ["s1", "s2", "s3"]
        sites.forEach { inventory.addSite($0) }
        var plan: IPv6Plan?
        for _ in 0..<25 {
            for _ in 0..<5 {
                let slug = "seg-\(Int.random(in: 0...30, using: &random))"
                let site = sites.randomElement(using: &random) ?? "s1"
                let zone = "\(site)-\(Inventory.zoneTypes.randomElement(using: &random) ?? "dmz")"
                let hand = IPv6Layout.prefix(
                    IPv6Layout.number(of: parent) | UInt64.random(in: 0...0x2_3003, using: &random), length: 64)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: inventory.remove(.segment, slug)
                case 1: inventory.addSegment(slug, site: site, zone: zone, ipv6: hand?.description)
                case 2: inventory.addSegment(slug, site: nil, zone: zone)
                default: inventory.addSegment(slug, site: site, zone: zone)
                }
            }
            let next = try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: plan, keepRetired: 3)
            expectSound(next, inventory)
            #expect(try IPv6Plan(json: JSONValue.parse(next.json.canonical)) == next)
            plan = next
        }
    }

    @Test("a stored plan that contradicts itself is refused")
    func damaged() throws {
        var inventory = Inventory()
        inventory.addSite("s1")
        inventory.addSegment("a")
        inventory.addSegment("b")
        let plan = try IPv6Planner.plan(inventory.snapshot, parent: Prefix("2001:db8:1000::/44"))
        let text = plan.json.canonical
        for (from, to) in [
            ("1001:3002::", "1001:3001::"), ("\"bits\":12", "\"bits\":11"), ("hatang.ipv6-plan/1", "other"),
            ("1001:3002::/64", "9001:3002::/64"), ("\"generation\":1", "\"generation\":0"),
            ("\"segment\":\"b\"", "\"segment\":\"a\""),
        ] {
            let broken = text.replacing(from, with: to)
            #expect(broken != text, "\(from) is not in the plan")
            let error = #expect(throws: IPv6PlanError.self) { try IPv6Plan(json: JSONValue.parse(broken)) }
            #expect(error?.code == .damagedPlan)
        }
    }
}
