import Synchronization

/// The records of one kind, sorted by key; made when they are first asked for.
final class Shelf: Sendable {
    private struct State {
        var objects: [Object]?
        var load: (@Sendable () -> [Object])?
        /// Made when single look-ups have become many.
        var index: [String: UInt32]?
        var lookups = 0

        mutating func all() -> [Object] {
            if let objects { return objects }
            let made = load?() ?? []
            (objects, load) = (made, nil)
            return made
        }
    }

    private let state: Mutex<State>
    private let knownCount: Int?

    /// Takes `objects`, which are sorted by key and unique.
    init(_ objects: [Object]) {
        knownCount = objects.count
        state = Mutex(State(objects: objects))
    }

    /// Will call `load` once, for objects sorted by key and unique.
    init(count: Int?, load: @escaping @Sendable () -> [Object]) {
        knownCount = count
        state = Mutex(State(load: load))
    }

    var count: Int { knownCount ?? objects.count }
    var objects: [Object] { state.withLock { $0.all() } }

    subscript(_ key: String) -> Object? {
        state.withLock { state in Self.position(of: key, &state).map { state.all()[$0] } }
    }

    /// Where the record with `key` stands.
    func position(of key: String) -> Int? { state.withLock { Self.position(of: key, &$0) } }

    private static func position(of key: String, _ state: inout State) -> Int? {
        let objects = state.all()
        if objects.isEmpty { return nil }
        if let index = state.index { return index[key].map(Int.init) }
        state.lookups += 1
        // Not plain ASCII: there may be several ways to compose the same key, which are equal.
        if state.lookups > 32 + objects.count / 8 || key.utf8.contains(where: { $0 >= 0x80 }) {
            var index: [String: UInt32] = [:]
            index.reserveCapacity(objects.count)
            for (i, object) in objects.enumerated() { index[object.id.key] = UInt32(i) }
            state.index = index
            return index[key].map(Int.init)
        }
        var (low, high) = (0, objects.count)
        while low < high {
            let middle = (low + high) / 2
            if Shape.precedes(objects[middle].id.key, key) { low = middle + 1 } else { high = middle }
        }
        return low < objects.count && objects[low].id.key == key ? low : nil
    }

    /// A shelf as this one with some records replaced, added (an object) or taken out (nil).
    func replacing(_ overlay: [ObjectID: Object?]) -> Shelf {
        Shelf(count: nil) { [self] in
            let added = overlay.values.compactMap { $0 }.sorted { $0.id < $1.id }
            var out: [Object] = []
            let below = objects
            out.reserveCapacity(below.count + added.count)
            var next = 0
            for object in below {
                while next < added.count, added[next].id < object.id {
                    out.append(added[next])
                    next += 1
                }
                if overlay[object.id] == nil { out.append(object) }
            }
            out.append(contentsOf: added[next...])
            return out
        }
    }
}
