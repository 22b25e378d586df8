import CMDB
import Notation

/// The same question answered the slow way: every rule is asked again of every record until nothing changes. Shares no
/// code with the graph; reads records only. Covers what ``RandomPlan`` writes.
struct Naive {
    let snapshot: Snapshot
    var dead: Set<ObjectID> = []
    var cut: Set<ObjectID> = []
    private let exits: Set<ObjectID>

    init(_ snapshot: Snapshot, failed: [ObjectID], pessimistic: Bool) {
        self.snapshot = snapshot
        exits = Self.exits(snapshot)
        dead = Set(failed)
        var before = -1
        while dead.count * 100_000 + cut.count != before {
            before = dead.count * 100_000 + cut.count
            for object in snapshot.all where !stands(object, pessimistic) { dead.insert(object.id) }
            spreadNetwork()
        }
    }

    func live(_ id: ObjectID) -> Bool { !dead.contains(id) }
    func usable(_ id: ObjectID) -> Bool { !dead.contains(id) && !cut.contains(id) }

    private func required(_ group: String) -> Int {
        guard let record = snapshot[ObjectID(.redundancyGroup, group)], record.text("mode") == "k-of-n" else {
            return 1
        }
        return record.int("required") ?? 1
    }

    private func enough(_ members: [ObjectID], _ count: Int, _ test: (ObjectID) -> Bool) -> Bool {
        let members = Set(members)
        return members.isEmpty || members.count(where: test) >= min(count, members.count)
    }

    /// The HA group's machines when it has two or a record, else the machine alone.
    private func logical(_ id: ObjectID) -> Bool {
        guard let group = snapshot[id]?.text("ha_group") else { return usable(id) }
        let machines = machines(group)
        guard machines.count > 1 || snapshot[ObjectID(.redundancyGroup, group)] != nil else { return usable(id) }
        return groupStands(group)
    }

    private func machines(_ group: String) -> [ObjectID] {
        (snapshot.objects(.device) + snapshot.objects(.virtualMachine)).filter { $0.text("ha_group") == group }.map(
            \.id)
    }

    private func groupStands(_ group: String) -> Bool {
        let id = ObjectID(.redundancyGroup, group)
        let own = snapshot[id].map { $0.texts("members").compactMap { ObjectID($0) } } ?? []
        return live(id) && enough(own + machines(group), required(group), usable)
    }

    private func stands(_ object: Object, _ pessimistic: Bool) -> Bool {
        switch object.id.kind {
        case .system:
            guard object.texts("components").compactMap({ ObjectID($0) }).allSatisfy(logical) else { return false }
        case .virtualMachine:
            if let cluster = object.text("cluster"), !usable(ObjectID(.cluster, cluster)) { return false }
            if let host = object.text("device"), !usable(ObjectID(.device, host)) { return false }
        case .cluster:
            let hosts = snapshot.objects(.device).filter { $0.text("cluster") == object.id.key }.map(\.id)
            guard enough(hosts, required(object.id.key), usable) else { return false }
        case .redundancyGroup: return groupStands(object.id.key)
        case .device:
            let supplies = snapshot.objects(.cable).filter {
                $0.texts("a_terminations")[0].hasPrefix("power-port/\(object.id.key):")
            }
            if !supplies.isEmpty {
                let works = supplies.contains { cable in
                    let ends = (cable.texts("a_terminations") + cable.texts("b_terminations")).compactMap {
                        ObjectID($0)
                    }
                    return live(cable.id) && ends.allSatisfy(live)
                }
                guard works else { return false }
            } else if let rack = object.text("rack") {
                let feeds = snapshot[ObjectID(.rack, rack)]?.texts("power_feeds").map { ObjectID(.powerFeed, $0) } ?? []
                guard enough(feeds, pessimistic ? feeds.count : 1, live) else { return false }
            }
            if let rack = object.text("rack"), !live(ObjectID(.rack, rack)) { return false }
        case .powerFeed:
            if let panel = object.text("power_panel"), !live(ObjectID(.powerPanel, panel)) { return false }
        default: break
        }
        return dependenciesStand(object.id)
    }

    private func dependenciesStand(_ id: ObjectID) -> Bool {
        var groups: [String: [ObjectID]] = [:]
        for record in snapshot.objects(.dependency) where record.text("from") == id.description {
            guard let to = record.text("to").flatMap({ ObjectID($0) }), let relation = record.text("relation"),
                relation == "runs-on" || relation == "depends-on"
            else { continue }
            if let group = record.text("redundancy_group") {
                groups[group, default: []].append(to)
            } else if relation == "runs-on" ? !usable(to) : !logical(to) {
                return false
            }
        }
        return groups.allSatisfy { enough($0.value, required($0.key), usable) }
    }

    private func role(_ id: ObjectID) -> String { snapshot[id]?.text("role") ?? "" }

    /// A device that had a way to a core switch when all was well and has none is cut off.
    private mutating func spreadNetwork() {
        let then = reached { _ in true }
        let now = reached { self.live($0) }
        cut.formUnion(then.subtracting(now).subtracting(dead))
    }

    /// The cores, and the switches of parts that have no core.
    private static func exits(_ snapshot: Snapshot) -> Set<ObjectID> {
        var joined: [ObjectID: Set<ObjectID>] = [:]
        for cable in snapshot.objects(.cable) where cable.texts("a_terminations")[0].hasPrefix("interface/") {
            let devices = [cable.texts("a_terminations")[0], cable.texts("b_terminations")[0]].map {
                ObjectID(.device, String($0.dropFirst(10).prefix { $0 != ":" }))
            }
            joined[devices[0], default: []].insert(devices[1])
            joined[devices[1], default: []].insert(devices[0])
        }
        var out: Set<ObjectID> = []
        for start in joined.keys where snapshot[start]?.text("role") != "server" {
            var part: Set<ObjectID> = [start]
            var queue = [start]
            while let here = queue.popLast() {
                for next in joined[here] ?? [] where part.insert(next).inserted { queue.append(next) }
            }
            let isCore = snapshot[start]?.text("role") == "core-switch"
            if isCore || !part.contains(where: { snapshot[$0]?.text("role") == "core-switch" }) { out.insert(start) }
        }
        return out
    }

    private func reached(_ test: (ObjectID) -> Bool) -> Set<ObjectID> {
        var joined: [ObjectID: [ObjectID]] = [:]
        for cable in snapshot.objects(.cable) where test(cable.id) {
            let ends = [cable.texts("a_terminations")[0], cable.texts("b_terminations")[0]]
            guard ends.allSatisfy({ $0.hasPrefix("interface/") }), ends.compactMap({ ObjectID($0) }).allSatisfy(test)
            else {
                continue
            }
            let devices = ends.map { ObjectID(.device, String($0.dropFirst(10).prefix { $0 != ":" })) }
            joined[devices[0], default: []].append(devices[1])
            joined[devices[1], default: []].append(devices[0])
        }
        var seen = Set(exits.filter { test($0) && joined[$0] != nil })
        var queue = Array(seen)
        while let here = queue.popLast() {
            guard role(here).hasSuffix("switch") else { continue }
            for next in joined[here] ?? [] where test(next) && seen.insert(next).inserted { queue.append(next) }
        }
        return seen
    }
}
