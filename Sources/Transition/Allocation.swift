import Addressing

/// The state of one planning run: who holds which /64 and which blocks.
struct Allocation {
    /// What was decided about a segment.
    enum Verdict {
        case existing(UInt64)
        case given(UInt64)
        case refused(IPv6Plan.State, Prefix?, IPv6Plan.Reason)
    }

    let layout: IPv6Layout
    /// By the upper 64 bits: every /64 that may not be given to someone else.
    private var owner: [UInt64: String] = [:]
    private var retired: [UInt64: IPv6Plan.Retired] = [:]
    /// Prefix and generation each segment had in the plan before; retired ones too, so that they can come back.
    private var before: [String: (number: UInt64, since: Int?)] = [:]
    /// The /64 each segment's inventory names, whether it can have it or not.
    private let claims: [String: UInt64]
    private(set) var verdicts: [String: Verdict] = [:]

    private var siteSlots: [String: Int] = [:]
    private var zoneSlots: [ZoneKey: Int] = [:]
    private var sitesTaken: Set<Int> = []
    private var zonesTaken: [Int: Set<Int>] = [:]
    private var cursors: [ZoneKey: Int] = [:]

    init(layout: IPv6Layout, candidates: [Candidate], previous: IPv6Plan?) {
        self.layout = layout
        let present = Set(candidates.map(\.segment))
        var claims: [String: UInt64] = [:]
        for candidate in candidates {
            guard let prefix = candidate.inventory.flatMap({ try? Prefix($0) }), prefix.isIPv6 else { continue }
            claims[candidate.segment] = IPv6Layout.number(of: prefix)
        }
        self.claims = claims
        for entry in previous?.retired ?? [] {
            let number = IPv6Layout.number(of: entry.ipv6)
            owner[number] = entry.segment
            retired[number] = entry
            before[entry.segment] = (number, entry.since)
        }
        let next = (previous?.generation ?? 0) + 1
        for row in previous?.rows ?? [] where row.state != .conflict {
            guard let prefix = row.ipv6 else { continue }
            let number = IPv6Layout.number(of: prefix)
            owner[number] = row.segment
            before[row.segment] = (number, row.since)
            if !present.contains(row.segment) {
                retired[number] = IPv6Plan.Retired(segment: row.segment, ipv6: prefix, since: next)
            }
        }
    }

    /// Whether someone other than `segment` holds the /64 and does not give it up for another.
    private func isHeld(_ number: UInt64, againstClaimOf segment: String) -> String? {
        guard let other = owner[number], other != segment, retired[number] == nil else { return nil }
        return claims[other] == nil || claims[other] == number ? other : nil
    }

    /// Rule one: what the inventory has stays, if it can be part of the plan.
    mutating func takeExisting(_ candidate: Candidate) {
        guard let text = candidate.inventory else { return }
        func conflict(_ code: IPv6Plan.Reason.Code, _ message: String, _ prefix: Prefix?) -> Verdict {
            .refused(.conflict, prefix, IPv6Plan.Reason(code, message))
        }
        guard let prefix = try? Prefix(text), prefix.isIPv6, prefix.length == 64 else {
            verdicts[candidate.segment] = conflict(
                .notSlash64, "\(text) is not an IPv6 /64 (RFC 7421): correct ipv6_prefix or remove it",
                try? Prefix(text))
            return
        }
        guard layout.parent.contains(prefix) else {
            verdicts[candidate.segment] = conflict(
                .outsideParent,
                "\(prefix) lies outside \(layout.parent): remove ipv6_prefix to have it renumbered, or plan its parent",
                prefix)
            return
        }
        let number = IPv6Layout.number(of: prefix)
        if let other = isHeld(number, againstClaimOf: candidate.segment) {
            verdicts[candidate.segment] = conflict(
                .takenByOther, "\(prefix) belongs to segment/\(other): remove ipv6_prefix from one of them", prefix)
            return
        }
        owner[number] = candidate.segment
        retired[number] = nil
        verdicts[candidate.segment] = .existing(number)
    }

    /// Rule two: what an earlier plan gave stays.
    mutating func keepPrevious(_ candidates: [Candidate]) {
        for candidate in candidates where verdicts[candidate.segment] == nil {
            guard let held = before[candidate.segment], owner[held.number] == candidate.segment,
                retired[held.number] == nil
            else { continue }
            verdicts[candidate.segment] = .given(held.number)
        }
    }

    /// A segment that comes back gets its reserved prefix again, unless its zone has another block now.
    mutating func reviveRetired(_ candidate: Candidate) {
        guard let key = candidate.zoneKey, let held = before[candidate.segment],
            retired[held.number]?.segment == candidate.segment
        else { return }
        let slots = layout.slots(held.number)
        guard siteSlots[key.site] == slots.site, zoneSlots[key] == slots.zone else { return }
        retired[held.number] = nil
        before[candidate.segment] = nil
        verdicts[candidate.segment] = .given(held.number)
    }

    /// Keeps the blocks that still hold something, lets sites and zones adopt the blocks their prefixes already lie in,
    /// and notes every slot that is in use by anyone.
    mutating func settleBlocks(_ candidates: [Candidate], previous: IPv6Plan?) {
        for number in owner.keys {
            let slots = layout.slots(number)
            sitesTaken.insert(slots.site)
            zonesTaken[slots.site, default: []].insert(slots.zone)
        }
        for block in previous?.blocks ?? [] {
            let slots = layout.slots(IPv6Layout.number(of: block.prefix))
            guard sitesTaken.contains(slots.site) else { continue }
            if let zone = block.zone {
                guard zonesTaken[slots.site]?.contains(slots.zone) ?? false else { continue }
                zoneSlots[ZoneKey(site: block.site, zone: zone)] = slots.zone
            } else {
                siteSlots[block.site] = slots.site
            }
        }
        var siteOwners = Set(siteSlots.values)
        var zoneOwners = Set(zoneSlots.map { Pair(siteSlots[$0.key.site] ?? -1, $0.value) })
        for candidate in candidates {
            guard let key = candidate.zoneKey, let number = number(of: candidate.segment) else { continue }
            let slots = layout.slots(number)
            if siteSlots[key.site] == nil, siteOwners.insert(slots.site).inserted { siteSlots[key.site] = slots.site }
            guard siteSlots[key.site] == slots.site, zoneSlots[key] == nil,
                zoneOwners.insert(Pair(slots.site, slots.zone)).inserted
            else { continue }
            zoneSlots[key] = slots.zone
        }
    }

    private struct Pair: Hashable {
        let site: Int
        let zone: Int
        init(_ site: Int, _ zone: Int) {
            self.site = site
            self.zone = zone
        }
    }

    /// Rule three: the next free slot.
    mutating func place(_ candidate: Candidate) {
        guard let key = candidate.zoneKey else {
            verdicts[candidate.segment] = .refused(.unplaced, nil, Self.missing(candidate))
            return
        }
        guard let site = siteSlot(of: key.site) else {
            return full(candidate, "the site level under \(layout.parent)", bits: layout.siteBits)
        }
        guard let zone = zoneSlot(of: key, site: site, wish: candidate.zoneWish) else {
            return full(candidate, "the zone level of site/\(key.site)", bits: layout.zoneBits)
        }
        var slot = cursors[key] ?? 1
        let last = IPv6Layout.capacity(bits: layout.segmentBits)
        while slot <= last, owner[layout.number(.init(site: site, zone: zone, segment: slot))] != nil { slot += 1 }
        cursors[key] = slot
        guard slot <= last else {
            return full(candidate, "the block of zone/\(key.zone) at site/\(key.site)", bits: layout.segmentBits)
        }
        let number = layout.number(.init(site: site, zone: zone, segment: slot))
        owner[number] = candidate.segment
        verdicts[candidate.segment] = .given(number)
    }

    private static func missing(_ candidate: Candidate) -> IPv6Plan.Reason {
        let (code, field, value): (IPv6Plan.Reason.Code, String, String?) =
            candidate.siteKnown ? (.noZone, "zone", candidate.zone) : (.noSite, "site", candidate.site)
        guard let value else { return .init(code, "it names no \(field): add \(field): to the segment") }
        return .init(code, "its \(field)/\(value) is not in the inventory: add it or correct \(field):")
    }

    private mutating func full(_ candidate: Candidate, _ level: String, bits: Int) {
        verdicts[candidate.segment] = .refused(
            .unplaced, nil,
            .init(
                .levelFull,
                "\(level) has \(IPv6Layout.capacity(bits: bits)) slots (\(bits) bits), all taken or reserved: plan afresh "
                    + "under a shorter parent, or wait until retired prefixes are released"))
    }

    private mutating func siteSlot(of site: String) -> Int? {
        if let slot = siteSlots[site] { return slot }
        guard let slot = Self.firstFree(sitesTaken, bits: layout.siteBits) else { return nil }
        siteSlots[site] = slot
        sitesTaken.insert(slot)
        return slot
    }

    private mutating func zoneSlot(of key: ZoneKey, site: Int, wish: Int?) -> Int? {
        if let slot = zoneSlots[key] { return slot }
        let taken = zonesTaken[site] ?? []
        var choice = wish.flatMap { taken.contains($0) || $0 > IPv6Layout.capacity(bits: layout.zoneBits) ? nil : $0 }
        choice = choice ?? Self.firstFree(taken, bits: layout.zoneBits, preferFrom: 9)
        guard let slot = choice else { return nil }
        zoneSlots[key] = slot
        zonesTaken[site, default: []].insert(slot)
        return slot
    }

    /// The lowest free slot from `preferFrom` on, else from 1 on.
    private static func firstFree(_ taken: Set<Int>, bits: Int, preferFrom: Int = 1) -> Int? {
        let last = IPv6Layout.capacity(bits: bits)
        func search(_ from: Int) -> Int? {
            var slot = from
            while slot <= last, taken.contains(slot) { slot += 1 }
            return slot <= last ? slot : nil
        }
        return search(preferFrom) ?? (preferFrom > 1 ? search(1) : nil)
    }

    private func number(of segment: String) -> UInt64? {
        switch verdicts[segment] {
        case .existing(let number), .given(let number): number
        default: nil
        }
    }
}

extension Allocation {
    /// Compares with the plan before, counts the generation and writes the rows.
    func finish(_ candidates: [Candidate], previous: IPv6Plan?, keepRetired: Int) -> IPv6Plan {
        var retiring = retired
        var changed = false
        var live: Set<UInt64> = []
        for candidate in candidates {
            guard let number = number(of: candidate.segment) else { continue }
            live.insert(number)
            if before[candidate.segment]?.number != number { changed = true }
        }
        let next = (previous?.generation ?? 0) + 1
        for (segment, held) in before where !live.contains(held.number) && retiring[held.number] == nil {
            guard let prefix = IPv6Layout.prefix(held.number, length: 64) else { continue }
            retiring[held.number] = IPv6Plan.Retired(segment: segment, ipv6: prefix, since: next)
        }
        changed = changed || retiring.values.contains { $0.since == next }
        if previous?.retired.contains(where: { live.contains(IPv6Layout.number(of: $0.ipv6)) }) ?? false {
            changed = true
        }
        let generation = changed ? next : (previous?.generation ?? 1)
        return IPv6Plan(
            layout: layout, generation: generation,
            rows: candidates.map { row($0, generation: generation, previous: previous) }, blocks: blocks(),
            retired: retiring.values.filter { generation - $0.since < keepRetired }.sorted { $0.ipv6 < $1.ipv6 })
    }

    private func row(_ candidate: Candidate, generation: Int, previous: IPv6Plan?) -> IPv6Plan.Row {
        var prefix: Prefix?
        var state = IPv6Plan.State.unplaced
        var since: Int?
        var reason: IPv6Plan.Reason?
        switch verdicts[candidate.segment] {
        case .existing(let number):
            state = .existing
            prefix = IPv6Layout.prefix(number, length: 64)
            if let held = before[candidate.segment], held.number == number { since = held.since }
            reason = remark(candidate, number)
        case .given(let number):
            prefix = IPv6Layout.prefix(number, length: 64)
            reason = remark(candidate, number)
            if let held = before[candidate.segment], held.number == number {
                since = held.since
                state = since == generation && reason == nil ? .new : .kept
            } else {
                since = generation
                state = .new
            }
        case .refused(let verdict, let inventory, let why):
            state = verdict
            prefix = inventory
            reason = why
        case nil: break
        }
        return IPv6Plan.Row(
            segment: candidate.segment, site: candidate.site, zone: candidate.zone, vlan: candidate.vlan,
            ipv4: candidate.ipv4, ipv6: prefix, state: state, since: since, reason: reason)
    }

    /// Says so when a prefix does not lie in the block of its segment's zone: summaries and filters will not cover it.
    private func remark(_ candidate: Candidate, _ number: UInt64) -> IPv6Plan.Reason? {
        guard let key = candidate.zoneKey else { return Self.missing(candidate) }
        let slots = layout.slots(number)
        if siteSlots[key.site] == slots.site, zoneSlots[key] == slots.zone { return nil }
        return IPv6Plan.Reason(
            .outsideZone,
            "lies outside the block of zone/\(key.zone) at site/\(key.site), so filters by block miss it: renumber it by "
                + "hand when it suits")
    }

    private func blocks() -> [IPv6Plan.Block] {
        let sites = siteSlots.sorted { $0.key < $1.key }.compactMap { site, slot in
            layout.prefix(site: slot).map { IPv6Plan.Block(site: site, zone: nil, slot: slot, prefix: $0) }
        }
        let zones = zoneSlots.sorted { ($0.key.site, $0.key.zone) < ($1.key.site, $1.key.zone) }.compactMap {
            key, slot in
            siteSlots[key.site].flatMap { layout.prefix(site: $0, zone: slot) }.map {
                IPv6Plan.Block(site: key.site, zone: key.zone, slot: slot, prefix: $0)
            }
        }
        return sites + zones
    }
}
