/// All addresses from one to another of the same family, both included: `10.0.0.10-10.0.0.19`.
public struct AddressRange: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    let raw: RawRange
    /// Whether the family is IPv6.
    public let isIPv6: Bool

    /// The first address, without zone.
    public var first: IPAddress { IPAddress(raw: raw.low, isIPv6: isIPv6) }
    /// The last address, without zone.
    public var last: IPAddress { IPAddress(raw: raw.high, isIPv6: isIPv6) }

    init(raw: RawRange, isIPv6: Bool) {
        self.raw = raw
        self.isIPv6 = isIPv6
    }

    /// The addresses from `first` to `last`. Fails with code `familyMismatch`, `rangeReversed` or `zone`.
    public init(first: IPAddress, last: IPAddress) throws(AddressError) {
        guard first.isIPv6 == last.isIPv6 else {
            throw AddressError(.familyMismatch, "\(first)-\(last) mixes IPv4 and IPv6; a range is of one family")
        }
        guard first.withoutZone == first, last.withoutZone == last else {
            throw AddressError(.zone, "\(first)-\(last) cannot have a zone; leave out what follows '%'")
        }
        guard first <= last else {
            throw AddressError(.rangeReversed, "\(first)-\(last) runs backwards; write the lower address first")
        }
        self.init(raw: RawRange(low: first.raw, high: last.raw), isIPv6: first.isIPv6)
    }

    /// The addresses of a prefix.
    public init(_ prefix: Prefix) {
        self.init(raw: RawRange(low: prefix.raw, high: prefix.lastRaw), isIPv6: prefix.isIPv6)
    }

    /// Reads `first-last`.
    @inlinable
    public init(_ text: some StringProtocol) throws(AddressError) {
        self = try decodeText(text, AddressRange.decode)
    }

    @usableFromInline
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<AddressRange, AddressError> {
        let parsed = decodeBytes(bytes, "an address range") { span throws(Fault) in
            guard let dash = TextParser.firstIndex(of: UInt8(ascii: "-"), in: span) else {
                throw Fault(.separator, at: span.count, "first and last address are separated by '-'")
            }
            return (try IPAddress.parse(span, 0, dash), try IPAddress.parse(span, dash + 1, span.count))
        }
        switch parsed {
        case .success(let ends):
            do throws(AddressError) {
                return .success(try AddressRange(first: ends.0, last: ends.1))
            } catch {
                return .failure(error)
            }
        case .failure(let error): return .failure(error)
        }
    }

    /// How many addresses there are; nil for all of IPv6, whose count needs 129 bits.
    public var addressCount: UInt128? {
        let (count, overflow) = (raw.high - raw.low).addingReportingOverflow(1)
        return overflow ? nil : count
    }

    /// Whether the address lies in the range; a zone plays no part.
    public func contains(_ address: IPAddress) -> Bool {
        address.isIPv6 == isIPv6 && raw.low <= address.raw && address.raw <= raw.high
    }

    /// Whether the ranges share an address.
    public func overlaps(_ other: AddressRange) -> Bool {
        isIPv6 == other.isIPv6 && raw.low <= other.raw.high && other.raw.low <= raw.high
    }

    /// The fewest prefixes that make up exactly this range, in order; at most 62 (IPv4) or 254 (IPv6).
    public var prefixes: [Prefix] { raw.prefixes(isIPv6: isIPv6) }

    /// `10.0.0.10-10.0.0.19`.
    public var description: String { "\(first)-\(last)" }

    /// By first address, then by last.
    public static func < (a: AddressRange, b: AddressRange) -> Bool {
        a.first != b.first ? a.first < b.first : a.last < b.last
    }

    /// Reads the text form; anything else is a data error with the reason.
    public init(from decoder: any Decoder) throws {
        self = try decodeSingleText(decoder) { text throws(AddressError) in try AddressRange(text) }
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws { try encodeSingleText(description, to: encoder) }
}

/// Numbers from `low` to `high`, both included, `low <= high`. The family is known from where the range is kept.
struct RawRange: Hashable, Sendable {
    var low: UInt128
    var high: UInt128

    /// Cuts off the largest aligned block that fits, until nothing is left.
    func prefixes(isIPv6: Bool) -> [Prefix] {
        var found: [Prefix] = []
        appendPrefixes(isIPv6: isIPv6, to: &found)
        return found
    }

    /// The same behind what is in `found` already.
    func appendPrefixes(isIPv6: Bool, to found: inout [Prefix]) {
        let width = isIPv6 ? 128 : 32
        var start = low
        while true {
            let room = high - start
            let aligned = start == 0 ? width : min(start.trailingZeroBitCount, width)
            let fitting = room == .max ? 128 : 127 - (room + 1).leadingZeroBitCount
            let bits = min(aligned, fitting)
            found.append(Prefix(raw: start, length: width - bits, isIPv6: isIPv6))
            let end = start + ((UInt128(1) << bits) &- 1)
            if end == high { return }
            start = end + 1
        }
    }
}
