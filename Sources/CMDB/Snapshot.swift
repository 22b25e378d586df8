import Notation

/// The whole inventory at one moment: immutable, indexed, cheap to copy.
///
/// Readers take a snapshot and are never blocked by writers. Look-ups are O(1), lists come sorted by key.
public struct Snapshot: Sendable {
    /// The ledger sequence number this state belongs to; 0 for an empty inventory.
    public let sequence: Int64
    private let byID: [ObjectID: Object]
    private let byKind: [Kind: [Object]]
    private let back: [ObjectID: [Reference]]

    /// One edge of the reference graph.
    public struct Reference: Hashable, Sendable {
        /// Who refers.
        public let from: ObjectID
        /// By which field.
        public let field: String
        /// To whom.
        public let to: ObjectID
    }

    /// Indexes `objects`; of equal ids the last wins.
    public init(_ objects: some Sequence<Object>, sequence: Int64 = 0) {
        var byID: [ObjectID: Object] = [:]
        for object in objects { byID[object.id] = object }
        var byKind: [Kind: [Object]] = [:]
        for object in byID.values { byKind[object.id.kind, default: []].append(object) }
        for kind in byKind.keys { byKind[kind]?.sort { $0.id < $1.id } }
        var back: [ObjectID: [Reference]] = [:]
        for kind in Kind.allCases {
            for object in byKind[kind] ?? [] {
                for reference in Self.references(of: object) { back[reference.to, default: []].append(reference) }
            }
        }
        self.byID = byID
        self.byKind = byKind
        self.back = back
        self.sequence = sequence
    }

    /// All records.
    public var all: [Object] { Kind.allCases.flatMap { byKind[$0] ?? [] } }
    /// How many records.
    public var count: Int { byID.count }
    /// The record called `id`.
    public subscript(_ id: ObjectID) -> Object? { byID[id] }
    /// The records of `kind`, sorted by key.
    public func objects(_ kind: Kind) -> [Object] { byKind[kind] ?? [] }
    /// Who refers to `id`, in order of kind, key and field.
    public func referrers(of id: ObjectID) -> [Reference] { back[id] ?? [] }
    /// Who of `kind` refers to `id` by `field`.
    public func referrers(of id: ObjectID, kind: Kind, field: String) -> [Object] {
        referrers(of: id).compactMap { $0.from.kind == kind && $0.field == field ? byID[$0.from] : nil }
    }

    /// The record that `field` of `object` points to.
    public func target(of field: String, in object: Object) -> Object? {
        Self.ids(field, in: object).first.flatMap { byID[$0] }
    }

    /// The records that the list `field` of `object` points to; dangling ones are left out.
    public func targets(of field: String, in object: Object) -> [Object] {
        Self.ids(field, in: object).compactMap { byID[$0] }
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
