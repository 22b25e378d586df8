import CMDB

/// The security level of what carries systems: the highest of the systems that stand on it.
struct Levels {
    private var byID: [ObjectID: Int] = [:]

    init(_ snapshot: Snapshot) {
        for system in snapshot.objects(.system) {
            guard let level = system.int("security_level") else { continue }
            raise(system.id, level)
            for machine in snapshot.machines(of: system) { raise(machine.id, level) }
            for component in Snapshot.ids("components", in: system) { raise(component, level) }
        }
        for machine in snapshot.objects(.virtualMachine) {
            guard let level = byID[machine.id] else { continue }
            for host in Snapshot.ids("cluster", in: machine) + Snapshot.ids("device", in: machine) {
                raise(host, level)
            }
        }
        for dependency in snapshot.objects(.dependency) where dependency.text("relation") == "runs-on" {
            guard let from = Snapshot.ids("from", in: dependency).first, from.kind == .system,
                let to = Snapshot.ids("to", in: dependency).first, let level = byID[from]
            else { continue }
            raise(to, level)
        }
        for cluster in snapshot.objects(.cluster) {
            guard let level = byID[cluster.id] else { continue }
            for host in Hosts.of(cluster, in: snapshot) { raise(host.id, level) }
        }
        for device in snapshot.objects(.device) {
            guard let level = byID[device.id] else { continue }
            for rack in Snapshot.ids("rack", in: device) { raise(rack, level) }
        }
    }

    private mutating func raise(_ id: ObjectID, _ level: Int) { byID[id] = max(byID[id] ?? 0, level) }

    /// The level, nil when no system with a level stands on it.
    func of(_ id: ObjectID) -> Int? { byID[id] }
}

/// The devices a cluster runs on.
enum Hosts {
    /// By the devices' own word and by dependencies, sorted.
    static func of(_ cluster: Object, in snapshot: Snapshot) -> [Object] {
        var found = Set(snapshot.referrers(of: cluster.id, kind: .device, field: "cluster").map(\.id))
        for dependency in snapshot.referrers(of: cluster.id, kind: .dependency, field: "from")
        where dependency.text("relation") == "runs-on" {
            found.formUnion(Snapshot.ids("to", in: dependency).filter { $0.kind == .device })
        }
        return found.sorted().compactMap { snapshot[$0] }
    }
}
