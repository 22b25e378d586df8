/// Exchanges by the ids under which their answers come.
///
/// The ids are random numbers already, so their low bits are the place and nothing is hashed; collisions go to the next
/// free place, and a removal moves up what had to step aside.
struct IDTable<Value: AnyObject> {
    private var ids: [Int32]
    private var values: [Value?]
    private(set) var count = 0

    init() {
        ids = Array(repeating: 0, count: 64)
        values = Array(repeating: nil, count: 64)
    }

    @inline(__always) private var mask: Int { ids.count - 1 }
    @inline(__always) private func home(_ id: Int32) -> Int { Int(UInt32(bitPattern: id)) & mask }

    /// Where `id` stands, or the free place where it would.
    @inline(__always) private func place(of id: Int32) -> Int {
        var place = home(id)
        while values[place] != nil, ids[place] != id { place = (place + 1) & mask }
        return place
    }

    subscript(id: Int32) -> Value? {
        get { values[place(of: id)] }
        set {
            guard let newValue else { return remove(id) }
            // At least half stays free, so that a search is short and ends.
            if 2 * (count + 1) > ids.count { grow() }
            let place = place(of: id)
            if values[place] == nil { count += 1 }
            ids[place] = id
            values[place] = newValue
        }
    }

    private mutating func remove(_ id: Int32) {
        var hole = place(of: id)
        guard values[hole] != nil else { return }
        count -= 1
        var next = (hole + 1) & mask
        while values[next] != nil {
            // An entry may move up if its home is not between the hole and where it stands.
            if (next - home(ids[next])) & mask >= (next - hole) & mask {
                ids[hole] = ids[next]
                values[hole] = values[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        values[hole] = nil
    }

    private mutating func grow() {
        let (oldIDs, oldValues) = (ids, values)
        ids = Array(repeating: 0, count: 2 * oldIDs.count)
        values = Array(repeating: nil, count: 2 * oldIDs.count)
        for (id, value) in zip(oldIDs, oldValues) where value != nil {
            let place = place(of: id)
            ids[place] = id
            values[place] = value
        }
    }

    /// What stands in it, in no order; a value once per id.
    var entries: [(id: Int32, value: Value)] {
        zip(ids, values).compactMap { id, value in value.map { (id, $0) } }
    }
}
