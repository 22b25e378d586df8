/// An IPv4 address. Text form: four decimal octets without leading zeros, nothing around them.
public struct IPv4Address: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// The address as a number, first octet in the highest byte: `10.0.0.1` is `0x0A00_0001`.
    public let rawValue: UInt32

    /// An address from its number.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// An address from its four octets.
    @inlinable
    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        rawValue = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    /// Reads `a.b.c.d`. Hexadecimal, octal, short and padded forms are refused.
    @inlinable
    public init(_ text: some StringProtocol) throws(AddressError) {
        self = try decodeText(text, IPv4Address.decode)
    }

    @usableFromInline
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<IPv4Address, AddressError> {
        decodeBytes(bytes, "an IPv4 address") { span throws(Fault) in
            IPv4Address(rawValue: try TextParser.ipv4(span, 0, span.count))
        }
    }

    /// `10.20.110.11`.
    public var description: String {
        TextWriter.string(capacity: 15) { $0.put(ipv4: rawValue) }
    }

    /// The four octets in network order.
    public var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: rawValue >> (24 - 8 * $0)) } }

    /// The same host as an IPv4-mapped IPv6 address, `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2).
    public var mapped: IPv6Address { IPv6Address(rawValue: 0xFFFF << 32 | UInt128(rawValue)) }

    /// By number.
    @inlinable
    public static func < (a: IPv4Address, b: IPv4Address) -> Bool { a.rawValue < b.rawValue }

    /// Reads the text form; anything else is a data error with the reason.
    public init(from decoder: any Decoder) throws {
        self = try decodeSingleText(decoder) { text throws(AddressError) in try IPv4Address(text) }
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws { try encodeSingleText(description, to: encoder) }
}
