import CMDB
import Notation

extension GraphBuilder {
    /// Dependencies, systems, services, zones, circuits.
    mutating func addBusiness() {
        addDependencies()
        let circuits = circuitsByUse()
        for service in snapshot.objects(.service) where InService.test(service) { addService(service, circuits) }
        for system in snapshot.objects(.system) { addSystem(system) }
        for zone in snapshot.objects(.zone) {
            need(zone.id, members("guarded_by", of: zone, .guardedBy).map(logical), count: nil)
        }
        for circuit in snapshot.objects(.circuit) {
            _ = node(circuit.id)
            need(circuit.id, members("provider", of: circuit, .providedBy))
        }
    }

    /// `runs-on` and `depends-on` carry loss; `backed-up-by` takes the backup, `protected-by` the protection.
    /// `connects-to` a system or service is an exchange, which the rest survives; from a machine it is its way to the
    /// network; else it carries loss. Edges of one `from` with one `redundancy_group` are one requirement.
    private mutating func addDependencies() {
        struct Key: Hashable {
            let from: ObjectID
            let group: String
            let effect: Effect
        }
        var grouped: [Key: [Member]] = [:]
        var order: [Key] = []
        for record in snapshot.objects(.dependency) {
            guard let from = Snapshot.ids("from", in: record).first, let to = Snapshot.ids("to", in: record).first,
                let relation = record.text("relation").flatMap(Relation.init(rawValue:)), snapshot[from] != nil,
                snapshot[to] != nil
            else { continue }
            let plain = Member(to: to, relation: relation, origin: Origin(record: record.id, field: "to"))
            let effect = Self.effect(of: relation, from: from.kind, to: to.kind)
            guard let group = record.text("redundancy_group") else {
                need(from, [relation == .runsOn ? plain : logical(plain)], effect: effect)
                continue
            }
            let key = Key(from: from, group: group, effect: effect)
            if grouped[key] == nil { order.append(key) }
            grouped[key, default: []].append(plain)
        }
        for key in order {
            need(key.from, grouped[key] ?? [], count: asked(key.group), effect: key.effect, group: key.group)
        }
    }

    static func effect(of relation: Relation, from: Kind, to: Kind) -> Effect {
        switch relation {
        case .backedUpBy: .backup
        case .protectedBy: .protection
        case .connectsTo:
            if to == .system || to == .service {
                .exchange
            } else if [.device, .virtualMachine, .cluster].contains(from) {
                .unreachable
            } else {
                .down
            }
        default: .down
        }
    }

    /// A system needs its components and services, the zones they stand in, and its site. Components of one HA group
    /// are one need; so are services on machines of one HA group that offer the same protocol and ports.
    private mutating func addSystem(_ system: Object) {
        _ = node(system.id)
        need(system.id, members("components", of: system, .consistsOf).map(logical), count: nil)
        var twins: [String: [Member]] = [:]
        for service in snapshot.referrers(of: system.id, kind: .service, field: "system") where InService.test(service)
        {
            let member = Member(
                to: service.id, relation: .consistsOf, origin: Origin(record: service.id, field: "system"))
            guard let parent = Snapshot.ids("parent", in: service).first, let group = groupOf[parent] else {
                need(system.id, [member])
                continue
            }
            let ports = service["ports"]?.canonical ?? ""
            twins["\(group) \(service.text("protocol") ?? "") \(ports) \(service.text("url") ?? "")", default: []]
                .append(member)
        }
        for (_, members) in twins.sorted(by: { $0.key < $1.key }) { need(system.id, members) }
        var zones = members("zones", of: system, .usesZone)
        for machine in snapshot.machines(of: system) {
            zones += members("zone", of: machine, .usesZone)
        }
        var seen: Set<ObjectID> = []
        need(system.id, zones.filter { seen.insert($0.to).inserted }, count: nil)
        need(system.id, members("site", of: system, .standsIn))
    }

    /// A service needs its machine, is exposed without its firewall, and what faces outwards needs a line.
    private mutating func addService(_ service: Object, _ circuits: [String: [ObjectID: [Object]]]) {
        _ = node(service.id)
        let parents = members("parent", of: service, .hostedOn)
        need(service.id, parents)
        need(service.id, members("waf", of: service, .protectedBy).map(logical), effect: .protection)
        guard let parent = parents.first?.to, let machine = snapshot[parent], let exposure = service.text("exposure"),
            let lines = circuits[exposure], let site = site(of: machine), let here = lines[site], !here.isEmpty
        else { return }
        let groups = Set(here.map { $0.text("redundancy_group") })
        let isGrouped = groups.count == 1 && groups.first != .some(nil)
        let origin = Origin(record: service.id, field: "exposure")
        need(
            service.id, here.map { Member(to: $0.id, relation: .reachedBy, origin: origin) },
            count: isGrouped ? groups.first.flatMap { $0 }.map(asked) ?? 1 : 1,
            group: isGrouped ? groups.first.flatMap { $0 } : nil, assumed: !isGrouped)
    }

    /// Lines by what they serve (`internet`, `tslcd`) and the site they end at.
    private func circuitsByUse() -> [String: [ObjectID: [Object]]] {
        var out: [String: [ObjectID: [Object]]] = [:]
        for circuit in snapshot.objects(.circuit) where InService.test(circuit) {
            guard let type = circuit.text("type"), let site = Snapshot.ids("site", in: circuit).first else { continue }
            if type == "internet" { out["internet", default: [:]][site, default: []].append(circuit) }
            if type.hasPrefix("tslcd") { out["tslcd", default: [:]][site, default: []].append(circuit) }
        }
        return out
    }

    /// Where a machine is; a virtual one is where its cluster is.
    func site(of machine: Object) -> ObjectID? {
        if let site = Snapshot.ids("site", in: machine).first { return site }
        for field in ["cluster", "device"] {
            if let host = snapshot.target(of: field, in: machine), let site = Snapshot.ids("site", in: host).first {
                return site
            }
        }
        return nil
    }

    /// Virtual machines need their cluster and the host they are pinned to; a cluster needs any of its hosts, or as many
    /// as the redundancy-group record with the cluster's slug asks.
    mutating func addMachines() {
        for machine in snapshot.objects(.virtualMachine) {
            _ = node(machine.id)
            need(machine.id, members("cluster", of: machine, .inCluster))
            need(machine.id, members("device", of: machine, .hostedOn))
        }
        for cluster in snapshot.objects(.cluster) {
            _ = node(cluster.id)
            let hosts = snapshot.referrers(of: cluster.id, kind: .device, field: "cluster")
            need(
                cluster.id,
                hosts.map {
                    Member(to: $0.id, relation: .clusterHost, origin: Origin(record: $0.id, field: "cluster"))
                }, count: asked(cluster.id.key))
            if hosts.isEmpty { need(cluster.id, members("site", of: cluster, .standsIn)) }
        }
        for bay in snapshot.objects(.deviceBay) {
            guard let inside = Snapshot.ids("installed_device", in: bay).first, snapshot[inside] != nil else {
                continue
            }
            let origin = Origin(record: bay.id, field: "installed_device")
            need(
                inside,
                Snapshot.ids("device", in: bay).map { Member(to: $0, relation: .installedIn, origin: origin) })
        }
    }
}
