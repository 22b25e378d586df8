import CMDB

/// Who feeds whom, from the grid to the racks.
struct PowerLines {
    struct Line: Hashable {
        let from: ObjectID
        let to: ObjectID
    }

    /// Several feeds or racks drawn as one.
    struct Pile {
        let id: String
        let members: [ObjectID]
    }

    struct Heaps {
        var piles: [Pile] = []
        /// The pile that stands for a node.
        var standIn: [ObjectID: String] = [:]
    }

    /// Everything drawn, in order of kind and key; a grid line is a power panel whose key begins with `grid:`.
    private(set) var nodes: [ObjectID] = []
    /// Sorted.
    private(set) var lines: [Line] = []
    private(set) var above: [ObjectID: [ObjectID]] = [:]
    private var sites: [ObjectID: ObjectID] = [:]
    private var sides: [ObjectID: String] = [:]

    init(_ snapshot: Snapshot, site: ObjectID?) {
        var found: Set<Line> = []
        var known: Set<ObjectID> = []
        let kinds: [Kind] = [.powerPanel, .ups, .generator, .powerFeed, .rack, .coolingUnit]
        // One machine recorded as a device and as a UPS or generator is one box.
        var records: [ObjectID: ObjectID] = [:]
        for unit in snapshot.objects(.ups) + snapshot.objects(.generator) {
            if let device = Snapshot.ids("device", in: unit).first { records[device] = unit.id }
        }
        for object in kinds.flatMap(snapshot.objects) {
            let place = Snapshot.ids("site", in: object).first
            guard site == nil || place == site else { continue }
            known.insert(object.id)
            sites[object.id] = place
            sides[object.id] = object.text("side")
            func feed(_ from: ObjectID) {
                let from = records[from] ?? from
                if from != object.id { found.insert(Line(from: from, to: object.id)) }
            }
            for upstream in Snapshot.ids("fed_by", in: object) { feed(upstream) }
            for upstream in Snapshot.ids("power_panel", in: object) { feed(upstream) }
            for upstream in Snapshot.ids("power_feeds", in: object) { feed(upstream) }
            if object.id.kind == .powerFeed {
                for rack in Snapshot.ids("rack", in: object) { found.insert(Line(from: object.id, to: rack)) }
                // What backs a feed is upstream of its panel when there is one that says so.
                if Snapshot.ids("power_panel", in: object).isEmpty {
                    for backing in Snapshot.ids("backed_by", in: object) { feed(backing) }
                }
            }
            if object.id.kind == .powerPanel, let utility = object.text("utility") {
                let grid = ObjectID(.powerPanel, "grid:" + utility)
                known.insert(grid)
                sites[grid] = sites[grid] ?? place
                found.insert(Line(from: grid, to: object.id))
            }
        }
        for line in found where known.contains(line.to) && line.from.kind == .device && snapshot[line.from] != nil {
            known.insert(line.from)
            sites[line.from] = sites[line.from] ?? sites[line.to]
        }
        found = found.filter { known.contains($0.from) && known.contains($0.to) }
        let joined = Set(found.flatMap { [$0.from, $0.to] })
        // A hall without any power record has no diagram; racks alone do not make one.
        nodes = known.contains { $0.kind != .rack && $0.kind != .coolingUnit } ? known.sorted() : []
        nodes.removeAll { $0.kind == .coolingUnit && !joined.contains($0) }
        lines = found.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
        for line in lines { above[line.to, default: []].append(line.from) }
    }

    static func isGrid(_ id: ObjectID) -> Bool { id.kind == .powerPanel && id.key.hasPrefix("grid:") }

    func gridName(_ id: ObjectID, _ words: Words) -> String {
        Self.isGrid(id) ? String(id.key.dropFirst(5)) : id.key
    }

    func site(of id: ObjectID) -> ObjectID? { sites[id] }

    /// `a` or `b`.
    func side(of id: ObjectID) -> String? { sides[id] }

    /// The highest level of what hangs below, up to the grid; cycles end where they began.
    func levels(_ levels: Levels) -> [ObjectID: Int] {
        var out: [ObjectID: Int] = [:]
        var queue: [(ObjectID, Int)] = nodes.compactMap { id in levels.of(id).map { (id, $0) } }
        while let (id, level) = queue.popLast() {
            guard level > out[id] ?? 0 else { continue }
            out[id] = level
            for upstream in above[id] ?? [] { queue.append((upstream, level)) }
        }
        return out
    }

    /// Feeds with the same source and side, then racks with the same feeds, as one box each, when there are more boxes
    /// than `limit`.
    func heaps(limit: Int) -> Heaps {
        var heaps = Heaps()
        guard nodes.count > limit else { return heaps }
        for kind in [Kind.powerFeed, .rack] {
            let groups = Dictionary(grouping: nodes.filter { $0.kind == kind }) { id in
                ([side(of: id) ?? "", site(of: id)?.key ?? ""]
                    + (above[id] ?? []).map { heaps.standIn[$0] ?? $0.description }.sorted()).joined(
                        separator: "\u{1F}")
            }
            for key in groups.keys.sorted() {
                guard let members = groups[key], members.count > 1 else { continue }
                let pile = Pile(id: "heap/\(members[0])", members: members.sorted())
                heaps.piles.append(pile)
                for member in members { heaps.standIn[member] = pile.id }
            }
        }
        return heaps
    }
}
