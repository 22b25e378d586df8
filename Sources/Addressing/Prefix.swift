/// A block of addresses, `10.20.110.0/24` or `2001:db8::/32`: a network address whose bits behind the length are zero.
public struct Prefix: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// The network address in the low 32 or 128 bits.
    let raw: UInt128
    private let storedLength: UInt8
    /// Whether the family is IPv6.
    public let isIPv6: Bool

    /// The number of leading bits that are fixed: 0 to 32 (IPv4) or 0 to 128 (IPv6).
    public var length: Int { Int(storedLength) }

    /// The first address, which is also the network address.
    public var address: IPAddress { IPAddress(raw: raw, isIPv6: isIPv6) }

    /// The same as ``address``.
    public var first: IPAddress { address }

    /// The last address of the block; in IPv4 networks of /30 and shorter the broadcast address.
    public var last: IPAddress { IPAddress(raw: lastRaw, isIPv6: isIPv6) }

    /// 32 or 128.
    var width: Int { isIPv6 ? 128 : 32 }
    /// Ones behind the length. Example: 0xFF for an IPv4 /24.
    var hostMask: UInt128 { Self.hostMask(length: length, width: width) }
    var lastRaw: UInt128 { raw | hostMask }

    static func hostMask(length: Int, width: Int) -> UInt128 { (UInt128(1) << (width - length)) &- 1 }

    /// The caller vouches for host bits of zero and a length that fits.
    init(raw: UInt128, length: Int, isIPv6: Bool) {
        self.raw = raw
        self.storedLength = UInt8(truncatingIfNeeded: length)
        self.isIPv6 = isIPv6
    }

    /// The prefix of that length which contains the address; the zone is dropped.
    /// Fails with code `lengthOutOfRange`.
    public init(containing address: IPAddress, length: Int) throws(AddressError) {
        try Self.check(length: length, isIPv6: address.isIPv6)
        let mask = Self.hostMask(length: length, width: address.width)
        self.init(raw: address.raw & ~mask, length: length, isIPv6: address.isIPv6)
    }

    /// The prefix with exactly this network address. Fails with code `hostBitsSet`, `lengthOutOfRange` or `zone`.
    public init(address: IPAddress, length: Int) throws(AddressError) {
        try self.init(containing: address, length: length)
        if case .v6(let inner) = address, inner.zone != nil {
            throw AddressError(.zone, "The prefix \(address)/\(length) cannot have a zone; leave out what follows '%'")
        }
        guard raw == address.raw else {
            throw AddressError(
                .hostBitsSet, "\(address)/\(length) has bits set behind its length; the prefix is \(self)")
        }
    }

    /// Every address of the family: `0.0.0.0/0` or `::/0`.
    public static func all(isIPv6: Bool) -> Prefix { Prefix(raw: 0, length: 0, isIPv6: isIPv6) }

    /// Reads `address/length`. The length is required and decimal; bits behind it must be zero; no zone.
    @inlinable
    public init(_ text: some StringProtocol) throws(AddressError) {
        self = try decodeText(text, Prefix.decode)
    }

    @usableFromInline
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Prefix, AddressError> {
        let parsed = decodeBytes(bytes, "a prefix") { span throws(Fault) in try parseParts(span) }
        switch parsed {
        case .success(let parts):
            do throws(AddressError) {
                return .success(try Prefix(address: parts.address, length: parts.length))
            } catch {
                return .failure(error)
            }
        case .failure(let error): return .failure(error)
        }
    }

    /// Splits at the slash and reads both sides.
    static func parseParts(_ bytes: Span<UInt8>) throws(Fault) -> (address: IPAddress, length: Int) {
        guard let slash = TextParser.firstIndex(of: TextParser.slash, in: bytes) else {
            let address = try IPAddress.parse(bytes, 0, bytes.count)
            throw Fault(
                .lengthMissing, at: bytes.count,
                address.isIPv6 ? "it needs a length such as /64" : "it needs a length such as /24")
        }
        let address = try IPAddress.parse(bytes, 0, slash)
        return (address, try TextParser.length(bytes, slash + 1, bytes.count, width: address.width))
    }

    static func check(length: Int, isIPv6: Bool) throws(AddressError) {
        guard (0...(isIPv6 ? 128 : 32)).contains(length) else {
            throw AddressError(
                .lengthOutOfRange,
                "/\(length) is not a length of an \(isIPv6 ? "IPv6 prefix, which is 0 to 128" : "IPv4 prefix, which is 0 to 32")"
            )
        }
    }

    /// `10.20.110.0/24`.
    public var description: String {
        TextWriter.string(capacity: 49) { writer in
            if isIPv6 {
                writer.put(ipv6: raw)
            } else {
                writer.put(ipv4: UInt32(truncatingIfNeeded: raw))
            }
            writer.put(TextParser.slash)
            writer.put(decimal: storedLength)
        }
    }

    /// Whether the address lies in the block. Never true across families; a zone plays no part.
    public func contains(_ address: IPAddress) -> Bool {
        address.isIPv6 == isIPv6 && address.raw & ~hostMask == raw
    }

    /// Whether the other block lies in this one or is the same.
    public func contains(_ other: Prefix) -> Bool {
        other.isIPv6 == isIPv6 && other.length >= length && other.raw & ~hostMask == raw
    }

    /// Whether the blocks share an address; then one contains the other.
    public func overlaps(_ other: Prefix) -> Bool { contains(other) || other.contains(self) }

    /// The IPv4 netmask, such as `255.255.255.0`; nil for IPv6, which has none.
    public var netmask: IPv4Address? {
        isIPv6 ? nil : IPv4Address(rawValue: ~UInt32(truncatingIfNeeded: hostMask))
    }

    /// How many addresses the block holds; nil for `::/0` alone, whose count needs 129 bits.
    public var addressCount: UInt128? { isIPv6 && length == 0 ? nil : hostMask + 1 }

    /// IPv4 before IPv6, then by network address, then the shorter (larger) prefix first: a block precedes what it
    /// contains.
    public static func < (a: Prefix, b: Prefix) -> Bool {
        if a.isIPv6 != b.isIPv6 { return !a.isIPv6 }
        return a.raw != b.raw ? a.raw < b.raw : a.storedLength < b.storedLength
    }

    /// Reads the text form; anything else is a data error with the reason.
    public init(from decoder: any Decoder) throws {
        self = try decodeSingleText(decoder) { text throws(AddressError) in try Prefix(text) }
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws { try encodeSingleText(description, to: encoder) }
}
