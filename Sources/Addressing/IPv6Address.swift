/// An IPv6 address, with a zone where the address is of non-global scope.
///
/// Reads every form of RFC 4291 section 2.2 and the zone of RFC 4007 section 11 (`fe80::1%eth0`), nothing else; writes
/// RFC 5952. Two addresses with different zones are different.
public struct IPv6Address: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// The address as a number, first group in the highest bits.
    public let rawValue: UInt128
    /// The zone (on Linux an interface name or index), or nil. Never empty.
    public let zone: String?

    /// An address from its number, without a zone.
    @inlinable
    public init(rawValue: UInt128) {
        self.rawValue = rawValue
        self.zone = nil
    }

    /// An address with a zone. Fails with code `zone` when the zone is badly written or the address is of global scope.
    public init(rawValue: UInt128, zone: String?) throws(AddressError) {
        guard let zone else {
            self.init(rawValue: rawValue)
            return
        }
        let plain = IPv6Address(rawValue: rawValue)
        guard !zone.isEmpty, zone.utf8.count <= Self.longestZone, zone.utf8.allSatisfy(Self.isZoneByte) else {
            throw AddressError(
                .zone,
                "A zone has 1 to \(Self.longestZone) ASCII letters, digits or any of -._~+@; \(plain) got another")
        }
        guard plain.mayHaveZone else {
            throw AddressError(.zone, "\(plain) is of global scope or unspecified and cannot have a zone; leave it out")
        }
        self.init(unchecked: rawValue, zone: zone)
    }

    /// Reads the text form, with or without zone.
    @inlinable
    public init(_ text: some StringProtocol) throws(AddressError) {
        self = try decodeText(text, IPv6Address.decode)
    }

    private init(unchecked rawValue: UInt128, zone: String?) {
        self.rawValue = rawValue
        self.zone = zone
    }

    @usableFromInline
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<IPv6Address, AddressError> {
        decodeBytes(bytes, "an IPv6 address") { span throws(Fault) in
            try parse(span, 0, span.count)
        }
    }

    static func parse(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(Fault) -> IPv6Address {
        var percent = end
        for index in start..<end where bytes[index] == TextParser.percent {
            percent = index
            break
        }
        let plain = IPv6Address(rawValue: try TextParser.ipv6(bytes, start, percent))
        if percent == end { return plain }
        guard percent + 1 < end else { throw Fault(.zone, at: percent, "the zone after '%' is empty") }
        guard end - percent - 1 <= longestZone else { throw Fault(.zone, at: percent + 1, "the zone is too long") }
        guard plain.mayHaveZone else {
            throw Fault(.zone, at: percent, "an address of global scope, or '::', has no zone")
        }
        var zone = ""
        for index in (percent + 1)..<end {
            guard isZoneByte(bytes[index]) else {
                throw Fault(.zone, at: index, "a zone is made of ASCII letters, digits and -._~+@")
            }
            zone.unicodeScalars.append(Unicode.Scalar(bytes[index]))
        }
        return IPv6Address(unchecked: plain.rawValue, zone: zone)
    }

    private static let longestZone = 64

    private static func isZoneByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"),
            UInt8(ascii: "@"):
            true
        default: false
        }
    }

    /// RFC 4007 section 11.2: zones belong to addresses of non-global scope, and not to the unspecified address.
    private var mayHaveZone: Bool {
        let top = UInt16(truncatingIfNeeded: rawValue >> 112)
        if top >> 6 == 0xFE80 >> 6 || top >> 6 == 0xFEC0 >> 6 || rawValue == 1 { return true }
        return top >> 8 == 0xFF && top & 15 < 0xE
    }

    /// RFC 5952: `2001:db8::1`, `::ffff:192.0.2.1`, `fe80::1%eth0`.
    public var description: String {
        let plain = TextWriter.string(capacity: 45) { $0.put(ipv6: rawValue) }
        guard let zone else { return plain }
        return plain + "%" + zone
    }

    /// All eight groups of four digits, for files that are sorted or compared as text. The zone is left out.
    public var expanded: String {
        TextWriter.string(capacity: 39) { writer in
            for nibble in 0..<32 {
                if nibble > 0, nibble % 4 == 0 { writer.put(TextParser.colon) }
                writer.put(hex: UInt8(truncatingIfNeeded: rawValue >> UInt128(124 - 4 * nibble)) & 15)
            }
        }
    }

    /// The sixteen bytes in network order.
    public var bytes: [UInt8] { (0..<16).map { UInt8(truncatingIfNeeded: rawValue >> UInt128(120 - 8 * $0)) } }

    /// The IPv4 address inside an IPv4-mapped address (`::ffff:0:0/96`), else nil.
    public var ipv4Mapped: IPv4Address? {
        rawValue >> 32 == 0xFFFF ? IPv4Address(rawValue: UInt32(truncatingIfNeeded: rawValue)) : nil
    }

    /// The same address without its zone.
    public var withoutZone: IPv6Address { IPv6Address(rawValue: rawValue) }

    /// By number, then by zone; no zone comes first.
    public static func < (a: IPv6Address, b: IPv6Address) -> Bool {
        if a.rawValue != b.rawValue { return a.rawValue < b.rawValue }
        return (a.zone ?? "") < (b.zone ?? "")
    }

    /// Reads the text form; anything else is a data error with the reason.
    public init(from decoder: any Decoder) throws {
        self = try decodeSingleText(decoder) { text throws(AddressError) in try IPv6Address(text) }
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws { try encodeSingleText(description, to: encoder) }
}
