/// An address as an interface carries it: with the length of its network, `10.20.110.11/24`.
public struct InterfaceAddress: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// The interface's own address, with its zone if it has one.
    public let address: IPAddress
    /// The length of the network, 0 to 32 or 0 to 128.
    public let length: Int

    /// An address in a network of that length. Fails with code `lengthOutOfRange`.
    public init(address: IPAddress, length: Int) throws(AddressError) {
        try Prefix.check(length: length, isIPv6: address.isIPv6)
        self.address = address
        self.length = length
    }

    /// Reads `address/length`; the length is required and decimal.
    @inlinable
    public init(_ text: some StringProtocol) throws(AddressError) {
        self = try decodeText(text, InterfaceAddress.decode)
    }

    @usableFromInline
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<InterfaceAddress, AddressError> {
        decodeBytes(bytes, "an interface address") { span throws(Fault) in
            InterfaceAddress(parts: try Prefix.parseParts(span))
        }
    }

    private init(parts: (address: IPAddress, length: Int)) {
        address = parts.address
        length = parts.length
    }

    /// The network the address is in: `10.20.110.0/24` for `10.20.110.11/24`.
    public var prefix: Prefix {
        let mask = Prefix.hostMask(length: length, width: address.width)
        return Prefix(raw: address.raw & ~mask, length: length, isIPv6: address.isIPv6)
    }

    /// Whether the family is IPv6.
    public var isIPv6: Bool { address.isIPv6 }

    /// Whether a host may carry the address in that network: not an IPv4 network's first or last address (networks of
    /// /31 and /32 have neither, RFC 3021), not an IPv6 subnet-router anycast address (RFC 4291 section 2.6.1; /127 and
    /// /128 have none, RFC 6164).
    public var isUsableByHost: Bool {
        let network = prefix
        if length >= address.width - 1 { return true }
        if address.raw == network.raw { return false }
        return address.isIPv6 || address.raw != network.lastRaw
    }

    /// `10.20.110.11/24`, `fe80::1%eth0/64`.
    public var description: String { "\(address)/\(length)" }

    /// By address, then by length.
    public static func < (a: InterfaceAddress, b: InterfaceAddress) -> Bool {
        a.address != b.address ? a.address < b.address : a.length < b.length
    }

    /// Reads the text form; anything else is a data error with the reason.
    public init(from decoder: any Decoder) throws {
        self = try decodeSingleText(decoder) { text throws(AddressError) in try InterfaceAddress(text) }
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws { try encodeSingleText(description, to: encoder) }
}
