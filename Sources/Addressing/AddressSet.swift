/// Any set of addresses of both families, kept as sorted ranges that neither overlap nor touch, so that equal sets are
/// equal values. Set operations take time linear in the number of ranges, membership logarithmic.
public struct AddressSet: Hashable, Sendable, CustomStringConvertible, Codable {
    private var v4: [RawRange] = []
    private var v6: [RawRange] = []

    /// The set without addresses.
    public init() {}

    /// The addresses of these prefixes, which may overlap and come in any order.
    public init(_ prefixes: some Sequence<Prefix>) {
        self.init(prefixes.lazy.map { AddressRange($0) })
    }

    /// The same as of any sequence, without its cost per element: this is compiled here, once.
    public init(_ prefixes: [Prefix]) {
        for prefix in prefixes {
            let range = RawRange(low: prefix.raw, high: prefix.lastRaw)
            if prefix.isIPv6 { v6.append(range) } else { v4.append(range) }
        }
        v4 = Self.normalised(v4)
        v6 = Self.normalised(v6)
    }

    /// The same as of any sequence, without its cost per element: this is compiled here, once.
    public init(_ ranges: [AddressRange]) {
        for range in ranges {
            if range.isIPv6 { v6.append(range.raw) } else { v4.append(range.raw) }
        }
        v4 = Self.normalised(v4)
        v6 = Self.normalised(v6)
    }

    /// The addresses of these ranges, which may overlap and come in any order.
    public init(_ ranges: some Sequence<AddressRange>) {
        for range in ranges {
            if range.isIPv6 { v6.append(range.raw) } else { v4.append(range.raw) }
        }
        v4 = Self.normalised(v4)
        v6 = Self.normalised(v6)
    }

    /// These addresses, one by one; zones are dropped.
    public init(_ addresses: some Sequence<IPAddress>) {
        self.init(addresses.lazy.map { AddressRange(raw: RawRange(low: $0.raw, high: $0.raw), isIPv6: $0.isIPv6) })
    }

    private init(v4: [RawRange], v6: [RawRange]) {
        self.v4 = v4
        self.v6 = v6
    }

    /// Whether there is no address in the set.
    public var isEmpty: Bool { v4.isEmpty && v6.isEmpty }

    /// The set as the fewest ranges, IPv4 first.
    public var ranges: [AddressRange] {
        v4.map { AddressRange(raw: $0, isIPv6: false) } + v6.map { AddressRange(raw: $0, isIPv6: true) }
    }

    /// The set as the fewest prefixes, in order, IPv4 first.
    public var prefixes: [Prefix] {
        var found: [Prefix] = []
        for range in v4 { range.appendPrefixes(isIPv6: false, to: &found) }
        for range in v6 { range.appendPrefixes(isIPv6: true, to: &found) }
        return found
    }

    /// The fewest prefixes that hold exactly the same addresses.
    public static func aggregate(_ prefixes: some Sequence<Prefix>) -> [Prefix] { AddressSet(prefixes).prefixes }

    /// How many addresses there are; nil when the number does not fit into 128 bits.
    public var addressCount: UInt128? {
        var total: UInt128 = 0
        for range in v4 + v6 {
            let (size, tooLarge) = (range.high - range.low).addingReportingOverflow(1)
            let (sum, overflow) = total.addingReportingOverflow(size)
            if tooLarge || overflow { return nil }
            total = sum
        }
        return total
    }

    /// Whether the address is in the set; a zone plays no part.
    public func contains(_ address: IPAddress) -> Bool {
        holds(RawRange(low: address.raw, high: address.raw), isIPv6: address.isIPv6)
    }

    /// Whether the whole block is in the set.
    public func contains(_ prefix: Prefix) -> Bool {
        holds(RawRange(low: prefix.raw, high: prefix.lastRaw), isIPv6: prefix.isIPv6)
    }

    /// Whether the block and the set share an address.
    public func overlaps(_ prefix: Prefix) -> Bool {
        let all = prefix.isIPv6 ? v6 : v4
        let place = Self.firstRange(in: all, endingAtOrBehind: prefix.raw)
        return place < all.count && all[place].low <= prefix.lastRaw
    }

    /// Whether the other set holds every address of this one.
    public func isSubset(of other: AddressSet) -> Bool {
        v4.allSatisfy { other.holds($0, isIPv6: false) } && v6.allSatisfy { other.holds($0, isIPv6: true) }
    }

    /// The addresses in either set.
    public func union(_ other: AddressSet) -> AddressSet {
        AddressSet(v4: Self.normalised(v4 + other.v4), v6: Self.normalised(v6 + other.v6))
    }

    /// The addresses in both sets.
    public func intersection(_ other: AddressSet) -> AddressSet {
        AddressSet(v4: Self.common(v4, other.v4), v6: Self.common(v6, other.v6))
    }

    /// The addresses of this set that are not in the other.
    public func subtracting(_ other: AddressSet) -> AddressSet {
        AddressSet(v4: Self.difference(v4, other.v4), v6: Self.difference(v6, other.v6))
    }

    /// Adds a block. For many blocks build a set of them and take the union: each call is linear.
    public mutating func insert(_ prefix: Prefix) { self = union(AddressSet(CollectionOfOne(prefix))) }

    /// Takes a block out. For many blocks build a set of them and subtract it: each call is linear.
    public mutating func remove(_ prefix: Prefix) { self = subtracting(AddressSet(CollectionOfOne(prefix))) }

    /// The ranges of one family, for the search of free space.
    func rawRanges(isIPv6: Bool) -> [RawRange] { isIPv6 ? v6 : v4 }

    /// The place of the first range whose end is not before `number`; the count when there is none.
    static func firstRange(in ranges: [RawRange], endingAtOrBehind number: UInt128) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].high < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func holds(_ range: RawRange, isIPv6: Bool) -> Bool {
        let all = isIPv6 ? v6 : v4
        let place = Self.firstRange(in: all, endingAtOrBehind: range.low)
        return place < all.count && all[place].low <= range.low && range.high <= all[place].high
    }

    private static func normalised(_ ranges: [RawRange]) -> [RawRange] {
        var merged: [RawRange] = []
        merged.reserveCapacity(ranges.count)
        // What comes from an index is in order already.
        let isSorted = zip(ranges, ranges.dropFirst()).allSatisfy { $0.low <= $1.low }
        for range in isSorted ? ranges : ranges.sorted(by: { $0.low < $1.low }) {
            if let last = merged.last, range.low <= last.high || range.low - 1 == last.high {
                merged[merged.count - 1].high = max(last.high, range.high)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    private static func common(_ a: [RawRange], _ b: [RawRange]) -> [RawRange] {
        var found: [RawRange] = []
        var (i, j) = (0, 0)
        while i < a.count, j < b.count {
            let low = max(a[i].low, b[j].low)
            let high = min(a[i].high, b[j].high)
            if low <= high { found.append(RawRange(low: low, high: high)) }
            if a[i].high < b[j].high { i += 1 } else { j += 1 }
        }
        return found
    }

    private static func difference(_ a: [RawRange], _ b: [RawRange]) -> [RawRange] {
        var found: [RawRange] = []
        var j = 0
        for range in a {
            var low = range.low
            while j < b.count, b[j].high < low { j += 1 }
            var k = j
            var used = false
            while k < b.count, b[k].low <= range.high {
                if b[k].low > low { found.append(RawRange(low: low, high: b[k].low - 1)) }
                if b[k].high >= range.high {
                    used = true
                    break
                }
                low = b[k].high + 1
                k += 1
            }
            if !used { found.append(RawRange(low: low, high: range.high)) }
            j = k
        }
        return found
    }

    /// The prefixes, separated by commas.
    public var description: String { prefixes.map(\.description).joined(separator: ", ") }

    /// Reads a list of prefixes; they may overlap.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode([Prefix].self))
    }

    /// Writes the fewest prefixes as a list.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(prefixes)
    }
}
