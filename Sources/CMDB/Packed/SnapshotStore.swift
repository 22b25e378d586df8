import Synchronization

/// What a snapshot holds: one shelf for each kind, and who refers to whom.
final class SnapshotStore: Sendable {
    /// What a later state changes in an earlier one, as long as that is little.
    struct Layer: Sendable {
        let root: SnapshotStore
        /// The object as it is now, nil when it is gone.
        let overlay: [ObjectID: Object?]
        /// References of the objects in `overlay`, by target, in order.
        let edges: [ObjectID: [Snapshot.Reference]]
    }

    let shelves: [Shelf]
    let layer: Layer?
    private let index: Mutex<ReferenceIndex?>
    /// What custom fields point to, by target; made when it is first asked for.
    private let custom = Mutex<[ObjectID: [Snapshot.Reference]]?>(nil)
    private let loadIndex: (@Sendable () -> ReferenceIndex?)?

    init(shelves: [Shelf], layer: Layer? = nil, loadIndex: (@Sendable () -> ReferenceIndex?)? = nil) {
        self.shelves = shelves
        self.layer = layer
        self.loadIndex = loadIndex
        index = Mutex(nil)
    }

    convenience init(_ objects: some Sequence<Object>) {
        var byKind = [[Object]](repeating: [], count: Kind.allCases.count)
        for object in objects { byKind[Int(object.id.kind.rank)].append(object) }
        for i in byKind.indices { Self.order(&byKind[i]) }
        self.init(shelves: byKind.map(Shelf.init))
    }

    /// Sorts by key; of equal ids the last stays.
    private static func order(_ objects: inout [Object]) {
        let isSorted = zip(objects, objects.dropFirst()).allSatisfy { Shape.precedes($0.id.key, $1.id.key) }
        let isPlain = objects.allSatisfy { $0.id.key.utf8.allSatisfy { $0 < 0x80 } }
        if isSorted && isPlain { return }
        let unique = Dictionary(objects.map { ($0.id.key, $0) }, uniquingKeysWith: { $1 })
        objects = unique.values.sorted { Shape.precedes($0.id.key, $1.id.key) }
    }

    func shelf(_ kind: Kind) -> Shelf { shelves[Int(kind.rank)] }
    var count: Int { shelves.reduce(0) { $0 + $1.count } }

    /// A later state: `changes` holds what is new or changed, and nil for what is gone.
    func applying(_ changes: [ObjectID: Object?]) -> SnapshotStore {
        let root = layer?.root ?? self
        let overlay = layer.map { $0.overlay.merging(changes) { $1 } } ?? changes
        if overlay.count > 256, overlay.count > root.count / 4 {
            let stay = root.shelves.lazy.flatMap(\.objects).filter { overlay[$0.id] == nil }
            return SnapshotStore(Array(stay) + overlay.values.compactMap { $0 })
        }
        var shelves = root.shelves
        for (kind, part) in Dictionary(grouping: overlay, by: { $0.key.kind }) {
            let part = Dictionary(uniqueKeysWithValues: part.map { ($0.key, $0.value) })
            shelves[Int(kind.rank)] = root.shelf(kind).replacing(part)
        }
        var edges: [ObjectID: [Snapshot.Reference]] = [:]
        for object in overlay.values.compactMap({ $0 }).sorted(by: { $0.id < $1.id }) {
            for reference in Snapshot.references(of: object) { edges[reference.to, default: []].append(reference) }
        }
        return SnapshotStore(shelves: shelves, layer: Layer(root: root, overlay: overlay, edges: edges))
    }

    // MARK: - References

    var references: ReferenceIndex {
        index.withLock { index in
            if let index { return index }
            let made = loadIndex?() ?? ReferenceIndex(shelves)
            index = made
            return made
        }
    }

    /// Who refers to `id` by a custom field; costs nothing where none is defined.
    func customReferrers(of id: ObjectID) -> [Snapshot.Reference] {
        if shelf(.customField).count == 0 { return [] }
        return custom.withLock { custom in
            if let custom { return custom[id] ?? [] }
            let all = CustomFields.references(shelf(.customField).objects) { shelf($0).objects }
            let made = Dictionary(grouping: all, by: \.to)
            custom = made
            return made[id] ?? []
        }
    }

    func referrers(of id: ObjectID) -> [Snapshot.Reference] {
        guard let layer else { return ownReferrers(of: id) }
        let below = layer.root.ownReferrers(of: id).filter { layer.overlay[$0.from] == nil }
        guard let above = layer.edges[id] else { return below }
        // Both are in order, and no record is in both.
        var out: [Snapshot.Reference] = []
        var next = 0
        for reference in below {
            while next < above.count, above[next].from < reference.from {
                out.append(above[next])
                next += 1
            }
            out.append(reference)
        }
        return out + above[next...]
    }

    private func ownReferrers(of id: ObjectID) -> [Snapshot.Reference] {
        let references = references
        guard let position = shelf(id.kind).position(of: id.key) else { return references.dangling[id] ?? [] }
        return references.range(of: id.kind, position).compactMap { i in
            guard let place = references.place(of: references.sources[i]) else { return nil }
            let objects = shelf(place.kind).objects
            guard place.position < objects.count else { return nil }
            return Snapshot.Reference(
                from: objects[place.position].id, field: references.names[Int(references.fields[i])], to: id)
        }
    }

    func referrers(of id: ObjectID, kind: Kind, field: String) -> [Object] {
        if layer != nil {
            return referrers(of: id).compactMap { reference in
                guard reference.from.kind == kind, reference.field == field else { return nil }
                return shelf(kind)[reference.from.key]
            }
        }
        let references = references
        guard let name = references.names.firstIndex(of: field) else { return [] }
        guard let position = shelf(id.kind).position(of: id.key) else {
            return (references.dangling[id] ?? []).compactMap {
                $0.from.kind == kind && $0.field == field ? shelf(kind)[$0.from.key] : nil
            }
        }
        let range = references.range(of: id.kind, position)
        if range.isEmpty { return [] }
        let (first, last) = (references.starts[Int(kind.rank)], references.starts[Int(kind.rank) + 1])
        let objects = shelf(kind).objects
        return range.compactMap { i in
            let source = references.sources[i]
            guard references.fields[i] == UInt32(name), source >= first, source < last else { return nil }
            let position = Int(source - first)
            return position < objects.count ? objects[position] : nil
        }
    }
}
