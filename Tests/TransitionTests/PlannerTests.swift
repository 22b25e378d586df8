import Addressing
import CMDB
import Notation
import TestSupport
import Testing

@testable import Transition

@Suite("IPv6 planner", .tags(.small))
struct PlannerTests {
    let parent: Prefix

    init() throws { parent = try Prefix("2001:db8:1000::/44") }

    func inventory(_ segments: [(slug: String, zone: String)]) -> Inventory {
        var inventory = Inventory()
        inventory.addSite("s1")
        inventory.addSite("s2")
        for segment in segments {
            inventory.addSegment(segment.slug, site: String(segment.zone.prefix(2)), zone: segment.zone)
        }
        return inventory
    }

    func row(_ plan: IPv6Plan, _ segment: String) throws -> IPv6Plan.Row {
        try #require(plan.rows.first { $0.segment == segment })
    }

    @Test("a /44 becomes sites at /48, zones at /52 by their type, segments at /64")
    func layoutOfTheProvince() throws {
        var inventory = inventory([("web", "s1-dmz"), ("app", "s1-internal_server"), ("web2", "s2-dmz")])
        inventory.add(.vlan, "v110", ["vid": 110])
        inventory.add(
            .segment, "web",
            ["site": "s1", "zone": "s1-dmz", "vlan": "v110", "ipv4_prefix": "10.20.110.0/24"])
        let plan = try IPv6Planner.plan(inventory.snapshot, parent: parent)
        #expect([plan.layout.siteBits, plan.layout.zoneBits, plan.layout.segmentBits] == [4, 4, 12])
        let web = try row(plan, "web")
        #expect(web.ipv6?.description == "2001:db8:1001:3001::/64")
        #expect(web.vlan == 110 && web.ipv4 == "10.20.110.0/24" && web.state == .new)
        #expect(try row(plan, "web2").ipv6?.description == "2001:db8:1002:3001::/64")
        #expect(try row(plan, "app").ipv6?.description == "2001:db8:1001:4001::/64")
        #expect(plan.counts.asked == 3 && plan.counts.placed == 3 && plan.counts.isComplete)
    }

    @Test("more sites than one hex digit holds with headroom widen the site level")
    func manySites() throws {
        var inventory = Inventory()
        for n in 10..<30 {
            inventory.addSite("s\(n)")
            inventory.addSegment("seg\(n)", site: "s\(n)", zone: "s\(n)-db")
        }
        let plan = try IPv6Planner.plan(inventory.snapshot, parent: parent)
        #expect([plan.layout.siteBits, plan.layout.zoneBits, plan.layout.segmentBits] == [8, 4, 8])
        #expect(plan.counts.isComplete)
    }

    @Test("an empty inventory gives an empty plan that is not complete")
    func empty() throws {
        let plan = try IPv6Planner.plan(Snapshot([]), parent: parent)
        #expect(plan.counts.asked == 0 && !plan.counts.isComplete && plan.rows.isEmpty)
    }

    @Test(
        "parents that cannot carry the levels are refused with the reason",
        arguments: [
            ("10.0.0.0/8", "not-ipv6"), ("2001:db8:1000::/45", "not-nibble-aligned"),
            ("2001:db8:1000::/56", "too-long"), ("2001:db8::1/128", "too-long"), ("ff00::/8", "not-usable"),
            ("ff02::/16", "not-usable"), ("fe80::/12", "not-usable"), ("fe80::/64", "not-usable"),
            ("2002:a00::/24", "not-usable"), ("2001::/32", "not-usable"), ("::/0", "not-usable"),
            ("64:ff9b::/48", "not-usable"), ("2000::/4", "not-usable"),
        ])
    func refusedParents(text: String, code: String) throws {
        let parent = try Prefix(text)
        let error = try #require(throws: IPv6PlanError.self) {
            try IPv6Planner.plan(inventory([("web", "s1-dmz")]).snapshot, parent: parent)
        }
        #expect(error.code.description == code)
        #expect(error.message.contains(parent.description))
    }

    @Test(
        "global, documentation and unique local parents are accepted",
        arguments: ["2405:4800::/32", "2001:db8::/32", "3fff::/20", "fd12:3456:789a::/48", "fd00::/8", "2001:db8::/52"])
    func acceptedParents(text: String) throws {
        let plan = try IPv6Planner.plan(inventory([("web", "s1-dmz")]).snapshot, parent: Prefix(text))
        #expect(plan.counts.isComplete)
        #expect(plan.layout.siteLength % 4 == 0 && plan.layout.zoneLength % 4 == 0)
    }

    @Test("what cannot be placed is listed with its cause, and counted")
    func unplaced() throws {
        var inventory = inventory([("web", "s1-dmz")])
        inventory.addSegment("no-site", site: nil)
        inventory.addSegment("lost-site", site: "s9")
        inventory.addSegment("no-zone", zone: nil)
        inventory.addSegment("lost-zone", zone: "nowhere")
        inventory.addSegment("outside", ipv6: "2001:db8:9999::/64")
        inventory.addSegment("wide", ipv6: "2001:db8:1000::/48")
        inventory.addSegment("twin-a", ipv6: "2001:db8:1001:5::/64")
        inventory.addSegment("twin-b", ipv6: "2001:db8:1001:5::/64")
        let plan = try IPv6Planner.plan(inventory.snapshot, parent: parent)
        let codes = plan.rows.compactMap { row in row.reason.map { "\(row.segment) \(row.state) \($0.code)" } }
        #expect(
            codes.sorted() == [
                "lost-site unplaced no-site", "lost-zone unplaced no-zone", "no-site unplaced no-site",
                "no-zone unplaced no-zone", "outside conflict outside-parent", "twin-b conflict taken-by-other",
                "wide conflict not-a-64",
            ])
        #expect(plan.counts.asked == 9 && plan.counts.unplaced == 4 && plan.counts.conflict == 3)
        #expect(plan.counts.existing == 1 && plan.counts.new == 1 && !plan.counts.isComplete)
    }

    @Test("a full level is a cause, not an overflow into the neighbour")
    func levelFull() throws {
        var inventory = Inventory()
        inventory.addSite("s1")
        let small = try Prefix("2001:db8::/52")
        let first = try IPv6Planner.plan(inventory.snapshot, parent: small)
        for n in 10..<30 { inventory.addSegment("seg\(n)") }
        let plan = try IPv6Planner.plan(inventory.snapshot, parent: small, previous: first)
        #expect(plan.counts.new == 15 && plan.counts.unplaced == 5)
        #expect(plan.rows.filter { $0.state == .unplaced }.allSatisfy { $0.reason?.code == .levelFull })
    }

    @Test("an existing prefix keeps its place and its block is never given to another site")
    func existing() throws {
        var inventory = inventory([("b-web", "s2-dmz")])
        inventory.addSegment("a-old", site: "s1", zone: "s1-dmz", ipv6: "2001:db8:1001:3001::/64")
        inventory.addSegment("z-old", site: "s1", zone: "s1-db", ipv6: "2001:db8:1002:1::/64")
        let plan = try IPv6Planner.plan(inventory.snapshot, parent: parent)
        #expect(try row(plan, "a-old").state == .existing)
        #expect(try row(plan, "z-old").state == .existing)
        #expect(try row(plan, "z-old").reason?.code == .outsideZone)
        #expect(try row(plan, "b-web").ipv6?.description == "2001:db8:1003:3001::/64")
    }

    @Test("planning again changes nothing, applying the plan to the inventory moves nothing")
    func idempotent() throws {
        var inventory = inventory([("a", "s1-dmz"), ("b", "s2-db"), ("c", "s1-dmz")])
        let first = try IPv6Planner.plan(inventory.snapshot, parent: parent)
        let second = try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: first)
        #expect(first == second && first.digest == second.digest)
        for row in first.rows {
            let ipv6 = try #require(row.ipv6?.description)
            inventory.addSegment(row.segment, site: row.site, zone: row.zone, ipv6: ipv6)
        }
        let applied = try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: first)
        #expect(applied.rows.map(\.ipv6) == first.rows.map(\.ipv6))
        #expect(applied.rows.allSatisfy { $0.state == .existing } && applied.generation == 1)
    }

    @Test("a removed segment stays reserved, comes back to its prefix, and is released after enough generations")
    func retirement() throws {
        var inventory = inventory([("a", "s1-dmz"), ("b", "s1-dmz")])
        let first = try IPv6Planner.plan(inventory.snapshot, parent: parent)
        let old = try row(first, "a").ipv6
        inventory.remove(.segment, "a")
        inventory.addSegment("new")
        let second = try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: first, keepRetired: 2)
        #expect(second.retired.map(\.ipv6) == [old] && second.generation == 2)
        #expect(try row(second, "new").ipv6 != old)

        var returned = inventory
        returned.addSegment("a")
        let back = try IPv6Planner.plan(returned.snapshot, parent: parent, previous: second, keepRetired: 2)
        #expect(try row(back, "a").ipv6 == old && back.retired.isEmpty && back.generation == 3)

        inventory.addSegment("x3")
        let third = try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: second, keepRetired: 2)
        #expect(third.retired.count == 1)
        inventory.addSegment("x4")
        let fourth = try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: third, keepRetired: 2)
        #expect(fourth.retired.isEmpty)
        inventory.addSegment("x5")
        let fifth = try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: fourth, keepRetired: 2)
        #expect(try row(fifth, "x5").ipv6 == old)
    }

    @Test("a segment renamed, or two that swap prefixes in the inventory, are no conflict")
    func renamedAndSwapped() throws {
        var inventory = inventory([])
        inventory.addSegment("a", ipv6: "2001:db8:1001:3001::/64")
        inventory.addSegment("b", ipv6: "2001:db8:1001:3002::/64")
        let first = try IPv6Planner.plan(inventory.snapshot, parent: parent)
        inventory.addSegment("a", ipv6: "2001:db8:1001:3002::/64")
        inventory.addSegment("b", ipv6: "2001:db8:1001:3001::/64")
        let swapped = try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: first)
        #expect(swapped.counts.existing == 2 && swapped.retired.isEmpty && swapped.generation == 2)
        inventory.remove(.segment, "a")
        inventory.addSegment("renamed", ipv6: "2001:db8:1001:3002::/64")
        let renamed = try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: swapped)
        #expect(renamed.counts.existing == 2 && renamed.retired.isEmpty)
    }

    @Test("a segment that claims what the plan gave to another is the one in conflict")
    func claimOfAssigned() throws {
        var inventory = inventory([("m", "s1-dmz")])
        let first = try IPv6Planner.plan(inventory.snapshot, parent: parent)
        let given = try #require(try row(first, "m").ipv6)
        inventory.addSegment("a", ipv6: given.description)
        let second = try IPv6Planner.plan(inventory.snapshot, parent: parent, previous: first)
        #expect(try row(second, "m").ipv6 == given)
        #expect(try row(second, "a").reason?.code == .takenByOther)
    }

    @Test("a plan under another parent is not continued")
    func otherParent() throws {
        let first = try IPv6Planner.plan(inventory([("a", "s1-dmz")]).snapshot, parent: parent)
        let error = try #require(throws: IPv6PlanError.self) {
            try IPv6Planner.plan(inventory([]).snapshot, parent: Prefix("2001:db8:2000::/44"), previous: first)
        }
        #expect(error.code == .parentChanged)
    }
}
