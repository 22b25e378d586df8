import CMDB
import Notation

/// Turns records into requirements. The house rules behind all of them:
///
/// - What no record calls redundant is not redundant: every target of a list is needed, unless the targets share an HA
///   group, a redundancy group, or the field itself means "any of".
/// - A stand-in that is not in service (planned, failed, offline …) does not count.
/// - Logical relations (dependencies, components, firewalls of a zone) to a machine with an `ha_group` reach the group:
///   any member serves, or as many as the redundancy-group record of that slug asks. Physical ones (runs-on, service
///   parents, pinned VMs, circuits, power) reach that machine.
struct GraphBuilder {
    struct Pending {
        let owner: Int32
        let need: Int32
        let effect: Effect
        let group: String?
        let assumed: Bool
        let members: [Member]
    }

    /// A member on its way into a requirement.
    struct Member {
        let to: ObjectID
        let relation: Relation
        let origin: Origin
    }

    let snapshot: Snapshot
    let tracer: CableTracer
    var ids: [ObjectID] = []
    var index: [ObjectID: Int32] = [:]
    var pending: [Pending] = []
    var notes: [GraphNote] = []
    var coverage = Coverage()
    var network = NetworkLayer()
    /// Machines by `ha_group`, only groups of two or more in service or with a record.
    var haGroups: [String: [ObjectID]] = [:]
    var groupOf: [ObjectID: String] = [:]
    /// Devices that are a source of power: reaching them over the network does not matter to what they feed.
    var sources: Set<ObjectID> = []
    /// Feeds by rack.
    var rackFeeds: [ObjectID: [ObjectID]] = [:]
    /// Devices at which circuits end.
    var circuitDevices: [ObjectID: [ObjectID]] = [:]

    init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        tracer = CableTracer(snapshot)
    }

    /// Every paragraph in turn.
    mutating func build() {
        readGroups()
        readSources()
        addBusiness()
        addMachines()
        addPower()
        addPlaces()
        addNetwork()
        addGroups()
    }

    mutating func node(_ id: ObjectID) -> Int32 {
        if let known = index[id] { return known }
        let new = Int32(ids.count)
        ids.append(id)
        index[id] = new
        return new
    }

    /// `owner` needs `count` of `members`; nil means all of them, each on its own.
    mutating func need(
        _ owner: ObjectID, _ members: [Member], count: Int? = 1, effect: Effect = .down, group: String? = nil,
        assumed: Bool = false
    ) {
        guard let count else {
            var seen: Set<ObjectID> = []
            for member in members where seen.insert(member.to).inserted {
                need(owner, [member], effect: effect, group: group)
            }
            return
        }
        var seen: Set<ObjectID> = []
        var all = members.filter { $0.to != owner && seen.insert($0.to).inserted }
        guard !all.isEmpty else { return }
        let idle = all.filter { !isInService($0.to) }
        if idle.count == all.count {
            notes.append(.init(owner: owner, code: .nothingInService, members: idle.map(\.to), asked: count))
        } else if !idle.isEmpty {
            notes.append(.init(owner: owner, code: .notInService, members: idle.map(\.to), asked: count))
            all.removeAll { !isInService($0.to) }
        }
        if count > all.count {
            notes.append(.init(owner: owner, code: .tooFewMembers, members: all.map(\.to), asked: count))
        }
        for member in all { _ = node(member.to) }
        pending.append(
            Pending(
                owner: node(owner), need: Int32(max(1, min(count, all.count))), effect: effect, group: group,
                assumed: assumed && all.count > 1, members: all))
    }

    func isInService(_ id: ObjectID) -> Bool { snapshot[id].map(InService.test) ?? true }

    /// The members of a reference field that exist.
    func members(_ field: String, of object: Object, _ relation: Relation) -> [Member] {
        snapshot.targets(of: field, in: object).map {
            Member(to: $0.id, relation: relation, origin: Origin(record: object.id, field: field))
        }
    }

    /// A logical relation to a machine with stand-ins is one to its group.
    func logical(_ member: Member) -> Member {
        guard let group = groupOf[member.to] else { return member }
        return Member(to: ObjectID(.redundancyGroup, group), relation: member.relation, origin: member.origin)
    }

    /// How many of a group must live: what the redundancy-group record of that slug asks, else one.
    func asked(_ group: String) -> Int {
        guard let record = snapshot[ObjectID(.redundancyGroup, group)] else { return 1 }
        return record.text("mode") == "k-of-n" ? record.int("required") ?? 1 : 1
    }

    /// `count` requirements split by a `redundancy_group` field: units of one group stand in for each other.
    mutating func needByGroup(_ owner: ObjectID, _ members: [Member], effect: Effect = .down) {
        var byGroup: [String: [Member]] = [:]
        for member in members {
            guard let group = snapshot[member.to]?.text("redundancy_group") else {
                need(owner, [member], effect: effect)
                continue
            }
            byGroup[group, default: []].append(member)
        }
        for (group, members) in byGroup.sorted(by: { $0.key < $1.key }) {
            need(owner, members, count: asked(group), effect: effect, group: group)
        }
    }

    // MARK: - Groups

    /// Machines by HA group. A group of one without a record is no group.
    private mutating func readGroups() {
        for kind in [Kind.device, .virtualMachine] {
            for machine in snapshot.objects(kind) {
                guard let group = machine.text("ha_group") else { continue }
                haGroups[group, default: []].append(machine.id)
            }
        }
        haGroups = haGroups.filter { $0.value.count > 1 || snapshot[ObjectID(.redundancyGroup, $0.key)] != nil }
        for (group, machines) in haGroups { for machine in machines { groupOf[machine] = group } }
    }

    /// Devices that are UPS or generators, or stand behind a feed.
    private mutating func readSources() {
        for kind in [Kind.ups, .generator, .coolingUnit] {
            for unit in snapshot.objects(kind) { sources.formUnion(Snapshot.ids("device", in: unit)) }
        }
        for feed in snapshot.objects(.powerFeed) {
            sources.formUnion(Snapshot.ids("backed_by", in: feed).filter { $0.kind == .device })
            if let rack = Snapshot.ids("rack", in: feed).first { rackFeeds[rack, default: []].append(feed.id) }
        }
    }

    /// The groups themselves: each needs so many of its members.
    private mutating func addGroups() {
        for record in snapshot.objects(.redundancyGroup) {
            let own = members("members", of: record, .member)
            let machines = (haGroups[record.id.key] ?? []).map(haMember)
            need(record.id, own + machines, count: asked(record.id.key), group: record.id.key)
        }
        for (group, machines) in haGroups.sorted(by: { $0.key < $1.key }) {
            let id = ObjectID(.redundancyGroup, group)
            guard snapshot[id] == nil else { continue }
            need(id, machines.map(haMember), group: group)
        }
    }

    private func haMember(_ machine: ObjectID) -> Member {
        Member(to: machine, relation: .member, origin: Origin(record: machine, field: "ha_group"))
    }

    // MARK: - Arrays

    /// Sorts what was gathered into arrays.
    func core() -> GraphCore {
        var core = GraphCore()
        core.ids = ids
        core.index = index
        let count = ids.count
        var perOwner = [Int32](repeating: 0, count: count + 1)
        for item in pending { perOwner[Int(item.owner) + 1] += 1 }
        for slot in 0..<count { perOwner[slot + 1] += perOwner[slot] }
        core.firstRequirement = perOwner
        var order = [Int](repeating: 0, count: pending.count)
        var fill = perOwner
        for (position, item) in pending.enumerated() {
            order[Int(fill[Int(item.owner)])] = position
            fill[Int(item.owner)] += 1
        }
        var incoming = [Int32](repeating: 0, count: count + 1)
        for (requirement, position) in order.enumerated() {
            let item = pending[position]
            core.owner.append(item.owner)
            core.need.append(item.need)
            core.effect.append(item.effect)
            core.group.append(item.group)
            core.assumed.append(item.assumed)
            for member in item.members {
                let target = index[member.to] ?? 0
                core.edges.append(
                    SupportEdge(
                        from: ids[Int(item.owner)], to: member.to, relation: member.relation, origin: member.origin,
                        requirement: requirement))
                core.target.append(target)
                core.requirementOf.append(Int32(requirement))
                core.usesNetwork.append(member.relation.usesNetwork && !sources.contains(member.to))
                incoming[Int(target) + 1] += 1
            }
            core.firstEdge.append(Int32(core.edges.count))
        }
        for slot in 0..<count { incoming[slot + 1] += incoming[slot] }
        core.firstIncoming = incoming
        core.incomingEdges = [Int32](repeating: 0, count: core.edges.count)
        for (edge, target) in core.target.enumerated() {
            core.incomingEdges[Int(incoming[Int(target)])] = Int32(edge)
            incoming[Int(target)] += 1
        }
        return core
    }
}
