extension MACAddress {
    /// The modified EUI-64 interface identifier: `ff:fe` in the middle and the universal/local bit turned over
    /// (RFC 4291 appendix A). Example: `00:1b:54:aa:0f:3c` gives `021b:54ff:feaa:0f3c`.
    public var modifiedEUI64: UInt64 {
        let high = (rawValue >> 24) << 40
        let low = rawValue & 0xFF_FFFF
        return (high | 0xFF_FE00_0000 | low) ^ 0x0200_0000_0000_0000
    }
}

extension IPv6Address {
    /// The address with that interface identifier in an IPv6 network of length 64 or shorter; bits between the length
    /// and 64 are zero. Fails with code `familyMismatch` or `lengthOutOfRange`.
    public init(prefix: Prefix, interfaceIdentifier: UInt64) throws(AddressError) {
        guard prefix.isIPv6 else {
            throw AddressError(.familyMismatch, "\(prefix) is IPv4; an interface identifier belongs to an IPv6 prefix")
        }
        guard prefix.length <= 64 else {
            throw AddressError(
                .lengthOutOfRange, "\(prefix) leaves no 64 bits for an interface identifier; use a /64 or shorter")
        }
        self.init(rawValue: prefix.raw | UInt128(interfaceIdentifier))
    }

    /// The address that stateless configuration with modified EUI-64 gives the interface (RFC 4862 section 5.5.3).
    public init(prefix: Prefix, hardware: MACAddress) throws(AddressError) {
        try self.init(prefix: prefix, interfaceIdentifier: hardware.modifiedEUI64)
    }

    /// The link-local address that modified EUI-64 gives the interface, without a zone.
    public static func linkLocal(hardware: MACAddress) -> IPv6Address {
        IPv6Address(rawValue: UInt128(0xFE80) << 112 | UInt128(hardware.modifiedEUI64))
    }

    /// The low 64 bits.
    public var interfaceIdentifier: UInt64 { UInt64(truncatingIfNeeded: rawValue) }

    /// The hardware address inside a modified EUI-64 identifier, nil when the identifier does not have that form. An
    /// address that shows it can be traced to a machine (RFC 7721); a random identifier has the form once in 65,536.
    public var embeddedHardware: MACAddress? {
        guard interfaceIdentifier >> 24 & 0xFFFF == 0xFFFE, !isMulticast else { return nil }
        let plain = interfaceIdentifier ^ 0x0200_0000_0000_0000
        return MACAddress(rawValue: (plain >> 40) << 24 | plain & 0xFF_FFFF)
    }

    /// The multicast group in which the owner of the address answers neighbour solicitations: `ff02::1:ff00:0/104` and
    /// the low 24 bits (RFC 4291 section 2.7.1).
    public var solicitedNode: IPv6Address {
        IPv6Address(rawValue: UInt128(0xFF02) << 112 | 0x1_FF00_0000 | rawValue & 0xFF_FFFF)
    }

    /// The Ethernet group address of a multicast address: `33:33` and the low 32 bits (RFC 2464 section 7); nil for
    /// other addresses.
    public var multicastHardware: MACAddress? {
        isMulticast ? MACAddress(rawValue: 0x3333_0000_0000 | UInt64(rawValue & 0xFFFF_FFFF)) : nil
    }

    /// In `ff00::/8`.
    public var isMulticast: Bool { rawValue >> 120 == 0xFF }
}
