/// An address of either family. IPv4 sorts before IPv6; an IPv4-mapped IPv6 address is not its IPv4 address.
public enum IPAddress: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// An IPv4 address.
    case v4(IPv4Address)
    /// An IPv6 address, perhaps with a zone.
    case v6(IPv6Address)

    /// Reads an address of either family; a text with a colon is read as IPv6.
    @inlinable
    public init(_ text: some StringProtocol) throws(AddressError) {
        self = try decodeText(text, IPAddress.decode)
    }

    /// An address from 4 or 16 bytes in network order, nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        let number = bytes.prefix(17).reduce(into: UInt128(0)) { $0 = $0 << 8 | UInt128($1) }
        switch bytes.count {
        case 4: self = .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: number)))
        case 16: self = .v6(IPv6Address(rawValue: number))
        default: return nil
        }
    }

    @usableFromInline
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<IPAddress, AddressError> {
        decodeBytes(bytes, "an IP address") { span throws(Fault) in
            try parse(span, 0, span.count)
        }
    }

    static func parse(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(Fault) -> IPAddress {
        for index in start..<end where bytes[index] == TextParser.colon {
            return .v6(try IPv6Address.parse(bytes, start, end))
        }
        return .v4(IPv4Address(rawValue: try TextParser.ipv4(bytes, start, end)))
    }

    /// RFC 5952 or dotted text.
    public var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }

    /// 4 or 16 bytes in network order; the zone is not among them.
    public var bytes: [UInt8] {
        switch self {
        case .v4(let address): address.bytes
        case .v6(let address): address.bytes
        }
    }

    /// Whether the family is IPv6.
    public var isIPv6: Bool {
        if case .v6 = self { true } else { false }
    }

    /// The address without its zone.
    public var withoutZone: IPAddress {
        switch self {
        case .v4: self
        case .v6(let address): .v6(address.withoutZone)
        }
    }

    /// An IPv4-mapped IPv6 address as its IPv4 address, any other address as it is. Programs that listen on a
    /// dual-stack socket see their IPv4 peers in mapped form.
    public var unmapped: IPAddress {
        if case .v6(let address) = self, let inner = address.ipv4Mapped { return .v4(inner) }
        return self
    }

    /// The number in the low bits: 32 for IPv4, 128 for IPv6.
    var raw: UInt128 {
        switch self {
        case .v4(let address): UInt128(address.rawValue)
        case .v6(let address): address.rawValue
        }
    }

    /// 32 or 128.
    var width: Int { isIPv6 ? 128 : 32 }

    /// The inverse of `raw`; the caller's number fits the family.
    init(raw: UInt128, isIPv6: Bool) {
        self =
            isIPv6
            ? .v6(IPv6Address(rawValue: raw)) : .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: raw)))
    }

    /// IPv4 before IPv6, then by number.
    public static func < (a: IPAddress, b: IPAddress) -> Bool {
        switch (a, b) {
        case (.v4(let a), .v4(let b)): a < b
        case (.v6(let a), .v6(let b)): a < b
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }

    /// Reads the text form; anything else is a data error with the reason.
    public init(from decoder: any Decoder) throws {
        self = try decodeSingleText(decoder) { text throws(AddressError) in try IPAddress(text) }
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws { try encodeSingleText(description, to: encoder) }
}

/// Decodes one string and passes it through the type's own validation.
func decodeSingleText<Value>(
    _ decoder: any Decoder, _ make: (String) throws(AddressError) -> Value
) throws -> Value {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do throws(AddressError) {
        return try make(text)
    } catch {
        throw DecodingError.dataCorrupted(
            DecodingError.Context(
                codingPath: decoder.codingPath, debugDescription: error.message, underlyingError: error))
    }
}

/// Encodes one string.
func encodeSingleText(_ text: String, to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
}
