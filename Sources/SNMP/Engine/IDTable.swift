/// Exchanges by the ids under which their answers come.
///
/// The ids are random numbers already, so their low bits are the place and nothing is hashed; collisions go to the next
/// free place, and a removal moves up what had to step aside.
struct IDTable {
    private var ids: [Int32]
    private var exchanges: [Exchange?]
    private(set) var count = 0

    init() {
        ids = Array(repeating: 0, count: 64)
        exchanges = Array(repeating: nil, count: 64)
    }

    @inline(__always) private var mask: Int { ids.count - 1 }
    @inline(__always) private func home(_ id: Int32) -> Int { Int(UInt32(bitPattern: id)) & mask }

    /// Where `id` stands, or the free place where it would.
    @inline(__always) private func place(of id: Int32) -> Int {
        var place = home(id)
        while exchanges[place] != nil, ids[place] != id { place = (place + 1) & mask }
        return place
    }

    subscript(id: Int32) -> Exchange? {
        get { exchanges[place(of: id)] }
        set {
            guard let newValue else { return remove(id) }
            // At least half stays free, so that a search is short and ends.
            if 2 * (count + 1) > ids.count { grow() }
            let place = place(of: id)
            if exchanges[place] == nil { count += 1 }
            ids[place] = id
            exchanges[place] = newValue
        }
    }

    private mutating func remove(_ id: Int32) {
        var hole = place(of: id)
        guard exchanges[hole] != nil else { return }
        count -= 1
        var next = (hole + 1) & mask
        while exchanges[next] != nil {
            // An entry may move up if its home is not between the hole and where it stands.
            if (next - home(ids[next])) & mask >= (next - hole) & mask {
                ids[hole] = ids[next]
                exchanges[hole] = exchanges[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        exchanges[hole] = nil
    }

    private mutating func grow() {
        let (oldIDs, oldExchanges) = (ids, exchanges)
        ids = Array(repeating: 0, count: 2 * oldIDs.count)
        exchanges = Array(repeating: nil, count: 2 * oldIDs.count)
        for (id, exchange) in zip(oldIDs, oldExchanges) where exchange != nil {
            let place = place(of: id)
            ids[place] = id
            exchanges[place] = exchange
        }
    }

    /// Every exchange once, however many ids it has.
    var values: [Exchange] {
        zip(ids, exchanges).compactMap { id, exchange in exchange?.id == id ? exchange : nil }
    }
}
