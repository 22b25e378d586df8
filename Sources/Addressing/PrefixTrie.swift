/// Values filed under prefixes of both families, found by longest match.
///
/// Look-up takes as many steps as there are stored or parting prefixes on the way, at most the address width. Copies
/// share storage until one of them is changed, so a snapshot can be handed to readers for nothing. A trie made from all
/// its entries at once lies better in memory than one grown in random order.
public struct PrefixTrie<Value> {
    /// A stored prefix and its value.
    public typealias Entry = (prefix: Prefix, value: Value)

    @usableFromInline var index = PrefixIndex()
    /// By slot; nil where a value was removed.
    @usableFromInline var values: [Value?] = []
    @usableFromInline var freeSlots: [Int] = []

    /// The number of stored prefixes.
    @inlinable public var count: Int { values.count - freeSlots.count }

    /// A trie without entries.
    @inlinable
    public init() {}

    /// A trie of these entries; of two values for one prefix the later stays.
    @inlinable
    public init(_ entries: some Sequence<(Prefix, Value)>) {
        // Sorting is stable, so the later of two values still comes later.
        for (prefix, value) in entries.sorted(by: { $0.0 < $1.0 }) { insert(value, at: prefix) }
    }

    /// Whether nothing is stored.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The value stored at exactly this prefix; setting nil removes it.
    @inlinable
    public subscript(prefix: Prefix) -> Value? {
        get { index.slot(prefix).flatMap { values[$0] } }
        set {
            if let newValue { insert(newValue, at: prefix) } else { removeValue(at: prefix) }
        }
    }

    /// Stores a value and returns the one it replaces.
    @inlinable
    @discardableResult
    public mutating func insert(_ value: Value, at prefix: Prefix) -> Value? {
        if let present = index.slot(prefix) {
            let old = values[present]
            values[present] = value
            return old
        }
        if let slot = freeSlots.popLast() {
            values[slot] = value
            index.insert(prefix, slot: slot)
        } else {
            values.append(value)
            index.insert(prefix, slot: values.count - 1)
        }
        return nil
    }

    /// Removes and returns the value stored at exactly this prefix, nil when there is none.
    @inlinable
    @discardableResult
    public mutating func removeValue(at prefix: Prefix) -> Value? {
        guard let slot = index.remove(prefix) else { return nil }
        let old = values[slot]
        values[slot] = nil
        freeSlots.append(slot)
        return old
    }

    /// The entry with the longest prefix that contains the address; a zone plays no part.
    @inlinable
    public func longestMatch(_ address: IPAddress) -> Entry? { index.longestMatch(address).flatMap(entry) }

    /// The entry with the longest prefix that contains the whole block or equals it.
    @inlinable
    public func longestMatch(_ prefix: Prefix) -> Entry? { index.longestMatch(prefix).flatMap(entry) }

    /// The entries that contain the block or equal it, largest block first.
    @inlinable
    public func covering(_ prefix: Prefix) -> [Entry] { index.covering(prefix).compactMap(entry) }

    /// The entries that contain the address, largest block first.
    public func covering(_ address: IPAddress) -> [Entry] {
        covering(Prefix(raw: address.raw, length: address.width, isIPv6: address.isIPv6))
    }

    /// The entries inside the block or equal to it, in order of prefix.
    @inlinable
    public func covered(by prefix: Prefix) -> [Entry] { index.covered(by: prefix).compactMap(entry) }

    /// Whether any entry shares an address with the block.
    @inlinable
    public func overlaps(_ prefix: Prefix) -> Bool {
        index.longestMatch(prefix) != nil || !index.covered(by: prefix).isEmpty
    }

    /// All entries in order of prefix, IPv4 first.
    public var entries: [Entry] { covered(by: .all(isIPv6: false)) + covered(by: .all(isIPv6: true)) }

    @inlinable
    func entry(_ found: PrefixSlot) -> Entry? {
        guard let value = values[found.slot] else { return nil }
        return (found.prefix, value)
    }
}

extension PrefixTrie: Sendable where Value: Sendable {}

extension PrefixTrie: Equatable where Value: Equatable {
    /// Whether both hold the same prefixes with equal values, however they came to be.
    public static func == (a: PrefixTrie, b: PrefixTrie) -> Bool {
        a.count == b.count && zip(a.entries, b.entries).allSatisfy { $0.prefix == $1.prefix && $0.value == $1.value }
    }
}
