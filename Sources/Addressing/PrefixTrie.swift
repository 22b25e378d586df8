/// Values filed under prefixes of both families, found by longest match.
///
/// Look-up takes as many steps as there are stored or parting prefixes on the way, at most the address width. Copies
/// share storage until one of them is changed, so a snapshot can be handed to readers for nothing.
public struct PrefixTrie<Value> {
    /// A stored prefix and its value.
    public typealias Entry = (prefix: Prefix, value: Value)

    private var v4 = PatriciaIndex<UInt32>()
    private var v6 = PatriciaIndex<UInt128>()
    private var values: [Value?] = []
    private var freeSlots: [Int32] = []

    /// The number of stored prefixes.
    public private(set) var count = 0

    /// A trie without entries.
    public init() {}

    /// A trie of these entries; of two values for one prefix the later stays.
    public init(_ entries: some Sequence<(Prefix, Value)>) {
        for (prefix, value) in entries { insert(value, at: prefix) }
    }

    /// Whether nothing is stored.
    public var isEmpty: Bool { count == 0 }

    /// The value stored at exactly this prefix; setting nil removes it.
    public subscript(prefix: Prefix) -> Value? {
        get {
            let slot =
                prefix.isIPv6
                ? v6.slot(prefix.raw, length: prefix.length)
                : v4.slot(UInt32(truncatingIfNeeded: prefix.raw), length: prefix.length)
            return slot.flatMap { $0 < 0 ? nil : values[Int($0)] }
        }
        set {
            if let newValue { insert(newValue, at: prefix) } else { removeValue(at: prefix) }
        }
    }

    /// Stores a value and returns the one it replaces.
    @discardableResult
    public mutating func insert(_ value: Value, at prefix: Prefix) -> Value? {
        let key4 = UInt32(truncatingIfNeeded: prefix.raw)
        let present =
            prefix.isIPv6 ? v6.slot(prefix.raw, length: prefix.length) : v4.slot(key4, length: prefix.length)
        if let present, present >= 0 {
            let old = values[Int(present)]
            values[Int(present)] = value
            return old
        }
        let slot = newSlot(value)
        if prefix.isIPv6 {
            v6.insert(prefix.raw, length: prefix.length, slot: slot)
        } else {
            v4.insert(key4, length: prefix.length, slot: slot)
        }
        count += 1
        return nil
    }

    /// Removes and returns the value stored at exactly this prefix, nil when there is none.
    @discardableResult
    public mutating func removeValue(at prefix: Prefix) -> Value? {
        let slot =
            prefix.isIPv6
            ? v6.remove(prefix.raw, length: prefix.length)
            : v4.remove(UInt32(truncatingIfNeeded: prefix.raw), length: prefix.length)
        guard let slot else { return nil }
        let old = values[Int(slot)]
        values[Int(slot)] = nil
        freeSlots.append(slot)
        count -= 1
        return old
    }

    private mutating func newSlot(_ value: Value) -> Int32 {
        if let slot = freeSlots.popLast() {
            values[Int(slot)] = value
            return slot
        }
        values.append(value)
        return Int32(values.count - 1)
    }

    /// The entry with the longest prefix that contains the address; a zone plays no part.
    public func longestMatch(_ address: IPAddress) -> Entry? {
        switch address {
        case .v4(let address): v4.longestMatch(address.rawValue, length: 32).flatMap(entry)
        case .v6(let address): v6.longestMatch(address.rawValue, length: 128).flatMap(entry)
        }
    }

    /// The entry with the longest prefix that contains the whole block or equals it.
    public func longestMatch(_ prefix: Prefix) -> Entry? {
        prefix.isIPv6
            ? v6.longestMatch(prefix.raw, length: prefix.length).flatMap(entry)
            : v4.longestMatch(UInt32(truncatingIfNeeded: prefix.raw), length: prefix.length).flatMap(entry)
    }

    /// The entries that contain the block or equal it, largest block first.
    public func covering(_ prefix: Prefix) -> [Entry] {
        prefix.isIPv6
            ? v6.covering(prefix.raw, length: prefix.length).compactMap(entry)
            : v4.covering(UInt32(truncatingIfNeeded: prefix.raw), length: prefix.length).compactMap(entry)
    }

    /// The entries that contain the address, largest block first.
    public func covering(_ address: IPAddress) -> [Entry] {
        covering(Prefix(raw: address.raw, length: address.width, isIPv6: address.isIPv6))
    }

    /// The entries inside the block or equal to it, in order of prefix.
    public func covered(by prefix: Prefix) -> [Entry] {
        prefix.isIPv6
            ? v6.covered(prefix.raw, length: prefix.length).compactMap(entry)
            : v4.covered(UInt32(truncatingIfNeeded: prefix.raw), length: prefix.length).compactMap(entry)
    }

    /// Whether any entry shares an address with the block.
    public func overlaps(_ prefix: Prefix) -> Bool {
        longestMatch(prefix) != nil || !covered(by: prefix).isEmpty
    }

    /// All entries in order of prefix, IPv4 first.
    public var entries: [Entry] { covered(by: .all(isIPv6: false)) + covered(by: .all(isIPv6: true)) }

    private func entry(_ node: PatriciaIndex<UInt32>.Node) -> Entry? {
        values[Int(node.slot)].map { (Prefix(raw: UInt128(node.key), length: Int(node.length), isIPv6: false), $0) }
    }

    private func entry(_ node: PatriciaIndex<UInt128>.Node) -> Entry? {
        values[Int(node.slot)].map { (Prefix(raw: node.key, length: Int(node.length), isIPv6: true), $0) }
    }
}

extension PrefixTrie: Sendable where Value: Sendable {}

extension PrefixTrie: Equatable where Value: Equatable {
    /// Whether both hold the same prefixes with equal values, however they came to be.
    public static func == (a: PrefixTrie, b: PrefixTrie) -> Bool {
        a.count == b.count && zip(a.entries, b.entries).allSatisfy { $0.prefix == $1.prefix && $0.value == $1.value }
    }
}
