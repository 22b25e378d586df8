extension IPAddress {
    /// The most specific row of the IANA special-purpose registries that holds the address, nil for ordinary ones.
    /// Multicast is not in those registries; see ``isMulticast``.
    public var specialPurpose: SpecialPurposeBlock? { SpecialPurposeBlock.trie.longestMatch(self)?.value }

    /// In `127.0.0.0/8`, or `::1`. Here and below an IPv4-mapped address counts as its IPv4 address, because that is
    /// the host a socket would reach.
    public var isLoopback: Bool {
        switch unmapped {
        case .v4(let address): address.rawValue >> 24 == 127
        case .v6(let address): address.rawValue == 1
        }
    }

    /// `0.0.0.0` or `::`.
    public var isUnspecified: Bool { unmapped.raw == 0 }

    /// In `224.0.0.0/4` or `ff00::/8`.
    public var isMulticast: Bool {
        switch unmapped {
        case .v4(let address): address.rawValue >> 28 == 0xE
        case .v6(let address): address.isMulticast
        }
    }

    /// In `169.254.0.0/16` or `fe80::/10`.
    public var isLinkLocal: Bool {
        switch unmapped {
        case .v4(let address): address.rawValue >> 16 == 0xA9FE
        case .v6(let address): address.rawValue >> 118 == 0xFE80 >> 6
        }
    }

    /// For use inside an organisation: the three blocks of RFC 1918, or `fc00::/7` (RFC 4193). Shared address space
    /// (`100.64.0.0/10`) belongs to carriers and does not count.
    public var isPrivate: Bool {
        switch unmapped {
        case .v4(let address):
            address.rawValue >> 24 == 10 || address.rawValue >> 20 == 0xAC1 || address.rawValue >> 16 == 0xC0A8
        case .v6(let address): address.rawValue >> 121 == 0xFC >> 1
        }
    }

    /// In a block that stands in documents only and must not be configured (RFC 5737, RFC 3849, RFC 9637).
    public var isDocumentation: Bool { unmapped.specialPurpose?.name.hasPrefix("Documentation") ?? false }

    /// `255.255.255.255`.
    public var isLimitedBroadcast: Bool { unmapped == .v4(IPv4Address(rawValue: .max)) }

    /// Whether a packet to the address may leave the administrative domain: what the registries say of it; without a
    /// row, any IPv4 address and IPv6 inside `2000::/3`, the only part given out for global unicast. "Not applicable"
    /// (6to4, Teredo, deprecated blocks) counts as no. Multicast by its scope: RFC 5771 and RFC 2365 for IPv4, scope
    /// `E` for IPv6.
    public var isGloballyReachable: Bool {
        switch unmapped {
        case .v4(let address) where address.rawValue >> 28 == 0xE:
            return address.rawValue >> 8 != 0xE0_0000 && address.rawValue >> 24 != 239
        case .v6(let address) where address.isMulticast:
            return address.rawValue >> 112 & 15 == 0xE
        case .v4(let address):
            guard let block = IPAddress.v4(address).specialPurpose else { return true }
            return block.isGloballyReachable ?? false
        case .v6(let address):
            guard let block = IPAddress.v6(address).specialPurpose else { return address.rawValue >> 125 == 1 }
            return block.isGloballyReachable ?? false
        }
    }
}

extension Prefix {
    /// The most specific registry row that holds the whole block, nil when none does.
    public var specialPurpose: SpecialPurposeBlock? { SpecialPurposeBlock.trie.longestMatch(self)?.value }

    /// The registry rows inside the block, in order: what an address plan over this block would have to leave out.
    public var specialPurposeWithin: [SpecialPurposeBlock] {
        SpecialPurposeBlock.trie.covered(by: self).map(\.value)
    }
}
