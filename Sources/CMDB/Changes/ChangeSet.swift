import Notation

extension Change {
    /// The change that takes this one back.
    public var inverse: Change {
        switch self {
        case .create(let object): .delete(object)
        case .update(let before, let after): .update(before: after, after: before)
        case .delete(let object): .create(object)
        }
    }

    /// The object before; nil for a create.
    public var before: Object? {
        switch self {
        case .create: nil
        case .update(let before, _): before
        case .delete(let object): object
        }
    }

    /// The object after; nil for a delete.
    public var after: Object? {
        switch self {
        case .create(let object): object
        case .update(_, let after): after
        case .delete: nil
        }
    }
}

/// Several changes that belong together.
public enum ChangeSet {
    /// What leads from one state to the other, in the order in which it can be applied.
    public static func between(_ before: Snapshot, _ after: Snapshot) -> [Change] {
        var changes: [Change] = []
        for object in after.all {
            guard let old = before[object.id] else {
                changes.append(.create(object))
                continue
            }
            if old.fields != object.fields { changes.append(.update(before: old, after: object)) }
        }
        for object in before.all where after[object.id] == nil { changes.append(.delete(object)) }
        return ordered(changes)
    }

    /// The changes that make of `before` what `wanted` says of the objects it names; nil removes one.
    static func leading(from before: Snapshot, to wanted: [ObjectID: Fields?]) -> [Change] {
        let changes: [Change] = wanted.compactMap { id, fields in
            switch (before[id], fields) {
            case (nil, nil): nil
            case (nil, .some(let fields)): .create(Object(id: id, fields: fields))
            case (.some(let old), nil): .delete(old)
            case (.some(let old), .some(let fields)):
                old.fields == fields ? nil : .update(before: old, after: Object(id: id, fields: fields))
            }
        }
        return ordered(changes)
    }

    /// Creates with what they refer to first, then updates by id, then deletes with what refers to them first.
    public static func ordered(_ changes: [Change]) -> [Change] {
        let creates = changes.compactMap { if case .create(let object) = $0 { object } else { nil } }
        let deletes = changes.compactMap { if case .delete(let object) = $0 { object } else { nil } }
        let updates = changes.filter { if case .update = $0 { true } else { false } }.sorted { $0.id < $1.id }
        return InventoryPlan.inOrderOfReference(creates).map { .create($0) } + updates
            + InventoryPlan.inOrderOfReference(deletes).reversed().map { .delete($0) }
    }

    /// `snapshot` with `changes` made; what they say about the state before is not looked at.
    public static func applied(_ changes: [Change], to snapshot: Snapshot) -> Snapshot {
        snapshot.applying(changes, sequence: snapshot.sequence)
    }
}
