import Notation

/// The whole inventory at one moment: immutable, indexed, cheap to copy.
///
/// Readers take a snapshot and are never blocked by writers. Lists come sorted by key. What is behind it is made when
/// it is first asked for, kind by kind: who looks at devices pays for devices.
public struct Snapshot: Sendable {
    /// The ledger sequence number this state belongs to; 0 for an empty inventory.
    public let sequence: Int64
    let store: SnapshotStore

    /// One edge of the reference graph.
    public struct Reference: Hashable, Sendable {
        /// Who refers.
        public let from: ObjectID
        /// By which field.
        public let field: String
        /// To whom.
        public let to: ObjectID
    }

    /// Sorts `objects`; of equal ids the last wins.
    public init(_ objects: some Sequence<Object>, sequence: Int64 = 0) {
        self.init(SnapshotStore(objects), sequence: sequence)
    }

    init(_ store: SnapshotStore, sequence: Int64) { (self.store, self.sequence) = (store, sequence) }

    /// The state after `changes`, of which the last counts for each record. Costs what the changes cost, as long as
    /// they are few.
    package func applying(_ changes: [Change], sequence: Int64) -> Snapshot {
        if count == 0 {
            let made = changes.compactMap { if case .create(let object) = $0 { object } else { nil } }
            if made.count == changes.count { return Snapshot(made, sequence: sequence) }
        }
        var overlay: [ObjectID: Object?] = [:]
        overlay.reserveCapacity(changes.count)
        for change in changes {
            switch change {
            case .create(let object), .update(_, let object): overlay.updateValue(object, forKey: object.id)
            case .delete(let object): overlay.updateValue(nil, forKey: object.id)
            }
        }
        return applying(overlay, sequence: sequence)
    }

    /// The state after changes: `changes` holds what is new or changed, and nil for what is gone.
    package func applying(_ changes: [ObjectID: Object?], sequence: Int64) -> Snapshot {
        changes.isEmpty
            ? Snapshot(store, sequence: sequence) : Snapshot(store.applying(changes), sequence: sequence)
    }

    /// All records.
    public var all: [Object] { store.shelves.flatMap(\.objects) }
    /// How many records.
    public var count: Int { store.count }
    /// The record called `id`.
    public subscript(_ id: ObjectID) -> Object? { store.shelf(id.kind)[id.key] }
    /// The records of `kind`, sorted by key.
    public func objects(_ kind: Kind) -> [Object] { store.shelf(kind).objects }
    /// How many records of `kind` there are, without making them.
    public func count(_ kind: Kind) -> Int { store.shelf(kind).count }
    /// Who refers to `id`, in order of kind, key and field.
    public func referrers(of id: ObjectID) -> [Reference] {
        let own = store.referrers(of: id)
        let custom = store.customReferrers(of: id)
        return custom.isEmpty ? own : (own + custom).sorted { ($0.from, $0.field) < ($1.from, $1.field) }
    }
    /// Who of `kind` refers to `id` by `field`.
    public func referrers(of id: ObjectID, kind: Kind, field: String) -> [Object] {
        store.referrers(of: id, kind: kind, field: field)
    }

    /// The record that `field` of `object` points to.
    public func target(of field: String, in object: Object) -> Object? {
        Self.ids(field, in: object).first.flatMap { self[$0] }
    }

    /// The records that the list `field` of `object` points to; dangling ones are left out.
    public func targets(of field: String, in object: Object) -> [Object] {
        Self.ids(field, in: object).compactMap { self[$0] }
    }

    /// The ids a reference field holds, whether they exist or not.
    public static func ids(_ field: String, in object: Object) -> [ObjectID] {
        guard let edge = KindTable.of(object.id.kind).edges.first(where: { $0.field == field }) else { return [] }
        return ids(edge, in: object)
    }

    private static func ids(_ edge: KindTable.Edge, in object: Object) -> [ObjectID] {
        switch object.fields[edge.field] {
        case .string(let text): edge.id(text).map { [$0] } ?? []
        case .array(let values): values.compactMap { $0.string.flatMap(edge.id) }
        default: []
        }
    }

    /// All edges that leave `object`.
    public static func references(of object: Object) -> [Reference] {
        var out: [Reference] = []
        for edge in KindTable.of(object.id.kind).edges where object.fields[edge.field] != nil {
            for id in ids(edge, in: object) { out.append(Reference(from: object.id, field: edge.field, to: id)) }
        }
        return out
    }

    /// Interfaces of a device or virtual machine, by name.
    public func interfaces(of machine: ObjectID) -> [Object] {
        referrers(of: machine, kind: .interface, field: "device")
    }

    /// Addresses on the interfaces of a device or virtual machine.
    public func addresses(of machine: ObjectID) -> [Object] {
        interfaces(of: machine).flatMap { referrers(of: $0.id, kind: .ipAddress, field: "assigned_object") }
    }

    /// Devices and virtual machines a system is made of: its `components`, the parents of its services, and for
    /// clusters their virtual machines are not included (a cluster is shared).
    public func machines(of system: Object) -> [Object] {
        var seen: Set<ObjectID> = []
        var out: [Object] = []
        func add(_ object: Object?) {
            guard let object, object.id.kind == .device || object.id.kind == .virtualMachine else { return }
            if seen.insert(object.id).inserted { out.append(object) }
        }
        for component in targets(of: "components", in: system) {
            if component.id.kind == .service { add(target(of: "parent", in: component)) } else { add(component) }
        }
        for service in referrers(of: system.id, kind: .service, field: "system") {
            add(target(of: "parent", in: service))
        }
        return out.sorted { $0.id < $1.id }
    }
}
