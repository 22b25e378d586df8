/// Which changes concern information systems of a high level: those that four eyes must see.
///
/// A change concerns a system when it touches the system itself, what the system is made of (components, services,
/// their machines), the zones it uses, or a part of those: interfaces and ports of its machines, addresses on them,
/// cables in them, services on its machines, dependencies and allowed flows that begin or end there.
public struct LevelGuard: Sendable {
    /// The lowest level that counts (Decree 85/2016 articles 7-11).
    public let minimumLevel: Int
    private let before: Snapshot
    /// Who is guarded, and by which systems.
    private var guarded: [ObjectID: Set<ObjectID>] = [:]

    /// Fields by which something is a part or an end of what it names.
    private static let belonging: Set<String> = [
        "device", "assigned_object", "parent", "from", "to", "source_zone", "destination_zone", "system",
        "a_terminations", "b_terminations", "object",
    ]

    /// Looks at the systems of both states: a change may lower the very level that guards it.
    public init(minimumLevel: Int, before: Snapshot, changes: [Change]) {
        self.minimumLevel = minimumLevel
        self.before = before
        collect(before)
        // Only systems that the changes themselves write can be guarded anew; their parts are looked up in both.
        for case let after? in changes.map(\.after) where after.id.kind == .system { collect(after, in: before) }
        for case let after? in changes.map(\.after) where after.id.kind == .service {
            for system in Snapshot.ids("system", in: after) where guarded[system] != nil { add(after.id, system) }
        }
    }

    /// The systems of level ``minimumLevel`` and above that `changes` touch, each with the ids of the changes, sorted.
    public func touched(by changes: [Change]) -> [(system: ObjectID, changes: [ObjectID])] {
        let written = Dictionary(changes.compactMap { $0.after.map { ($0.id, $0) } }, uniquingKeysWith: { $1 })
        var out: [ObjectID: Set<ObjectID>] = [:]
        for change in changes {
            var systems: Set<ObjectID> = []
            for object in [change.before, change.after].compactMap({ $0 }) {
                systems.formUnion(concerned(object, written, depth: 0))
            }
            for system in systems { out[system, default: []].insert(change.id) }
        }
        return out.sorted { $0.key < $1.key }.map { (system: $0.key, changes: $0.value.sorted()) }
    }

    private func concerned(_ object: Object, _ written: [ObjectID: Object], depth: Int) -> Set<ObjectID> {
        var systems = guarded[object.id] ?? []
        // Address, interface, machine: parts of parts end there. A note in the journal changes nothing.
        guard depth < 3, object.id.kind != .journalEntry else { return systems }
        for reference in Snapshot.references(of: object) where Self.belonging.contains(reference.field) {
            // A region in a region, a tenant under a tenant: a tree is not a machine.
            if reference.field == "parent", object.id.kind != .service { continue }
            systems.formUnion(guarded[reference.to] ?? [])
            let isPart = Kind.components.contains(reference.to.kind) || reference.to.kind == .service
            guard isPart, let next = written[reference.to] ?? before[reference.to] else { continue }
            systems.formUnion(concerned(next, written, depth: depth + 1))
        }
        return systems
    }

    private mutating func collect(_ snapshot: Snapshot) {
        for system in snapshot.objects(.system) { collect(system, in: snapshot) }
    }

    private mutating func collect(_ system: Object, in snapshot: Snapshot) {
        guard let level = system.int("security_level"), level >= minimumLevel else { return }
        add(system.id, system.id)
        for field in ["components", "zones"] {
            for id in Snapshot.ids(field, in: system) { add(id, system.id) }
        }
        for service in snapshot.referrers(of: system.id, kind: .service, field: "system") { add(service.id, system.id) }
        for machine in snapshot.machines(of: system) { add(machine.id, system.id) }
    }

    private mutating func add(_ id: ObjectID, _ system: ObjectID) { guarded[id, default: []].insert(system) }
}
