/// Where a stored prefix keeps its value.
@usableFromInline
struct PrefixSlot: Sendable {
    @usableFromInline let prefix: Prefix
    @usableFromInline let slot: Int
}

/// Slot numbers by prefix, for both families. Not generic, so that it is compiled once, here; ``PrefixTrie`` puts the
/// values beside it.
@usableFromInline
struct PrefixIndex: Sendable {
    private var v4 = PatriciaIndex<UInt32>()
    private var v6 = PatriciaIndex<UInt128>()

    @usableFromInline
    init() {}

    @usableFromInline
    func slot(_ prefix: Prefix) -> Int? {
        let slot =
            prefix.isIPv6
            ? v6.slot(prefix.raw, length: prefix.length) : v4.slot(Self.key(prefix), length: prefix.length)
        return slot.map(Int.init)
    }

    /// The prefix must not be stored yet.
    @usableFromInline
    mutating func insert(_ prefix: Prefix, slot: Int) {
        if prefix.isIPv6 {
            v6.insert(prefix.raw, length: prefix.length, slot: Int32(slot))
        } else {
            v4.insert(Self.key(prefix), length: prefix.length, slot: Int32(slot))
        }
    }

    @usableFromInline
    mutating func remove(_ prefix: Prefix) -> Int? {
        let slot =
            prefix.isIPv6
            ? v6.remove(prefix.raw, length: prefix.length) : v4.remove(Self.key(prefix), length: prefix.length)
        return slot.map(Int.init)
    }

    @usableFromInline
    func longestMatch(_ address: IPAddress) -> PrefixSlot? {
        switch address {
        case .v4(let address): v4.longestMatch(address.rawValue, length: 32).map(Self.found)
        case .v6(let address): v6.longestMatch(address.rawValue, length: 128).map(Self.found)
        }
    }

    @usableFromInline
    func longestMatch(_ prefix: Prefix) -> PrefixSlot? {
        prefix.isIPv6
            ? v6.longestMatch(prefix.raw, length: prefix.length).map(Self.found)
            : v4.longestMatch(Self.key(prefix), length: prefix.length).map(Self.found)
    }

    @usableFromInline
    func covering(_ prefix: Prefix) -> [PrefixSlot] {
        prefix.isIPv6
            ? v6.covering(prefix.raw, length: prefix.length).map(Self.found)
            : v4.covering(Self.key(prefix), length: prefix.length).map(Self.found)
    }

    @usableFromInline
    func covered(by prefix: Prefix) -> [PrefixSlot] {
        prefix.isIPv6
            ? v6.covered(prefix.raw, length: prefix.length).map(Self.found)
            : v4.covered(Self.key(prefix), length: prefix.length).map(Self.found)
    }

    private static func key(_ prefix: Prefix) -> UInt32 { UInt32(truncatingIfNeeded: prefix.raw) }

    private static func found(_ node: PatriciaIndex<UInt32>.Node) -> PrefixSlot {
        PrefixSlot(
            prefix: Prefix(raw: UInt128(node.key), length: Int(node.length), isIPv6: false), slot: Int(node.slot))
    }

    private static func found(_ node: PatriciaIndex<UInt128>.Node) -> PrefixSlot {
        PrefixSlot(prefix: Prefix(raw: node.key, length: Int(node.length), isIPv6: true), slot: Int(node.slot))
    }
}
