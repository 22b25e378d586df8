public import Addressing
public import CMDB

/// Gives every segment of an inventory a /64 under one parent, on levels that end between hex digits.
///
/// Three rules, in this order: what the inventory has stays; what an earlier plan gave stays; what is new takes the next
/// free slot of its zone. A zone takes, where it is free, the slot of its type (`internal` 1, `perimeter` 2 …), so that
/// one filter rule fits every site.
public enum IPv6Planner {
    /// Plans afresh, or continues `previous`.
    ///
    /// - Parameters:
    ///   - snapshot: the inventory; its segments are the denominator of the plan.
    ///   - parent: IPv6, /8 to /52 at a multiple of 4, global unicast, documentation or unique local.
    ///   - previous: the newest plan under the same parent; nil for the first one.
    ///   - keepRetired: how many generations a prefix stays reserved after its segment has gone.
    /// - Throws: ``IPv6PlanError``. A segment that cannot be placed is a row of the plan, not an error.
    public static func plan(
        _ snapshot: Snapshot, parent: Prefix, previous: IPv6Plan? = nil, keepRetired: Int = 8
    ) throws(IPv6PlanError) -> IPv6Plan {
        try ParentRule.check(parent)
        if let previous, previous.parent != parent {
            throw IPv6PlanError(
                .parentChanged,
                "the plan to continue is under \(previous.parent), not \(parent): give that parent, or start a new plan"
            )
        }
        let candidates = snapshot.objects(.segment).map { Candidate($0, snapshot) }
        guard let layout = previous?.layout ?? IPv6Layout.choose(parent: parent, demand: demand(of: candidates)) else {
            throw IPv6PlanError(.tooLong, "\(parent) has no room for three levels: give a shorter one")
        }
        var allocation = Allocation(layout: layout, candidates: candidates, previous: previous)
        for candidate in candidates { allocation.takeExisting(candidate) }
        allocation.keepPrevious(candidates)
        allocation.settleBlocks(candidates, previous: previous)
        for candidate in candidates where allocation.verdicts[candidate.segment] == nil {
            allocation.reviveRetired(candidate)
            if allocation.verdicts[candidate.segment] == nil { allocation.place(candidate) }
        }
        return allocation.finish(candidates, previous: previous, keepRetired: keepRetired)
    }

    private static func demand(of candidates: [Candidate]) -> IPv6Layout.Demand {
        var zones: [String: Set<String>] = [:]
        var segments: [ZoneKey: Int] = [:]
        for candidate in candidates {
            guard let key = candidate.zoneKey else { continue }
            zones[key.site, default: []].insert(key.zone)
            segments[key, default: 0] += 1
        }
        return IPv6Layout.Demand(
            sites: zones.count, zones: zones.values.map(\.count).max() ?? 0, segments: segments.values.max() ?? 0)
    }
}

/// A zone at one site; the same zone at two sites has a block in each.
struct ZoneKey: Hashable {
    let site: String
    let zone: String
}

/// What the planner needs to know about a segment.
struct Candidate {
    let segment: String
    let site: String?
    let zone: String?
    /// Whether site and zone are records of the inventory.
    let siteKnown: Bool
    let zoneKnown: Bool
    /// The slot its zone would like: place of the zone's type in the schema, from 1.
    let zoneWish: Int?
    let vlan: Int?
    let ipv4: String?
    let inventory: String?

    init(_ object: Object, _ snapshot: Snapshot) {
        segment = object.id.key
        site = object.text("site")
        zone = object.text("zone")
        siteKnown = snapshot.target(of: "site", in: object) != nil
        let zone = snapshot.target(of: "zone", in: object)
        zoneKnown = zone != nil
        zoneWish = zone?.text("zone_type").flatMap { Self.zoneTypes.firstIndex(of: $0) }.map { $0 + 1 }
        vlan = snapshot.target(of: "vlan", in: object)?.int("vid")
        ipv4 = object.text("ipv4_prefix")
        inventory = object.text("ipv6_prefix")
    }

    /// Site and zone when both are there.
    var zoneKey: ZoneKey? {
        guard let site, let zone, siteKnown, zoneKnown else { return nil }
        return ZoneKey(site: site, zone: zone)
    }

    private static let zoneTypes: [String] =
        if case .choice(let types)? = Schema.of(.zone).field("zone_type")?.type { types } else { [] }
}
