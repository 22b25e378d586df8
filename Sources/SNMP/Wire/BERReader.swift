import Glibc
import Remote

/// Why bytes are no BER that SNMP allows; the offset is left out, because messages of a peer never reach a log.
enum BERError: Error, Equatable {
    /// The bytes end inside a tag, a length or a value, or a length points behind the end.
    case truncated
    /// Another tag than the one that must stand here.
    case unexpectedTag(UInt8)
    /// A length in the indefinite form or of more than four bytes.
    case badLength
    /// A number that its type cannot hold, or one of no bytes.
    case badInteger
    /// A name of more than 128 parts, of a part above 32 bits, or that ends inside a part.
    case badOID
    /// More variable bindings than a message may hold.
    case tooMany
}

/// Reads tag, length and value from bytes that nobody vouches for (X.690 section 8, as RFC 3417 section 8 limits it).
///
/// A view: it must not outlive the bytes. Every step is checked against `end`, so no length is ever believed.
struct BERReader {
    private(set) var position: UnsafeRawPointer
    let end: UnsafeRawPointer

    init(position: UnsafeRawPointer, end: UnsafeRawPointer) {
        self.position = position
        self.end = end
    }

    /// The whole of `bytes`; an empty buffer reads as nothing.
    init(_ bytes: UnsafeRawBufferPointer) {
        // A buffer without a base has no bytes: any pointer serves, because position equals end.
        let base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped
        position = base
        end = base + bytes.count
    }

    @inline(__always) var count: Int { end - position }
    @inline(__always) var isEmpty: Bool { position >= end }
    /// The bytes that are left.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: position, count: count) }

    @inline(__always)
    mutating func byte() throws(BERError) -> UInt8 {
        guard position < end else { throw .truncated }
        let value = position.load(as: UInt8.self)
        position += 1
        return value
    }

    /// The next tag and its value; `self` moves behind it.
    @inline(__always)
    mutating func next() throws(BERError) -> (tag: UInt8, value: BERReader) {
        let tag = try byte()
        // Tags above 30 take several bytes; SNMP has none.
        guard tag & 0x1F != 0x1F else { throw .unexpectedTag(tag) }
        var length = Int(try byte())
        if length >= 0x80 {
            let octets = length & 0x7F
            guard (1...4).contains(octets) else { throw .badLength }
            length = 0
            for _ in 0..<octets { length = length << 8 | Int(try byte()) }
        }
        guard length <= count else { throw .truncated }
        let value = BERReader(position: position, end: position + length)
        position += length
        return (tag, value)
    }

    /// The value of the next tag, which must be `tag`.
    @inline(__always)
    mutating func expect(_ tag: UInt8) throws(BERError) -> BERReader {
        let (found, value) = try next()
        guard found == tag else { throw .unexpectedTag(found) }
        return value
    }

    /// An INTEGER of 32 bits.
    @inline(__always)
    mutating func int32() throws(BERError) -> Int32 { try expect(BERTag.integer).signed() }

    /// The bytes as a two's complement number of 32 bits; longer forms are taken when the value fits.
    @inline(__always)
    func signed() throws(BERError) -> Int32 {
        guard (1...8).contains(count) else { throw .badInteger }
        var p = position
        var value = Int64(p.load(as: Int8.self))
        p += 1
        while p < end {
            value = value << 8 | Int64(p.load(as: UInt8.self))
            p += 1
        }
        guard let small = Int32(exactly: value) else { throw .badInteger }
        return small
    }

    /// The bytes as a natural number. Agents that leave the leading zero out are understood.
    @inline(__always)
    func unsigned(max: UInt64) throws(BERError) -> UInt64 {
        guard (1...9).contains(count) else { throw .badInteger }
        var p = position
        guard count < 9 || p.load(as: UInt8.self) == 0 else { throw .badInteger }
        var value: UInt64 = 0
        while p < end {
            value = value << 8 | UInt64(p.load(as: UInt8.self))
            p += 1
        }
        guard value <= max else { throw .badInteger }
        return value
    }

    /// Whether these are exactly `bytes`.
    func equals(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { other in
            guard other.count == count, let start = other.baseAddress else { return other.count == count }
            return memcmp(position, start, count) == 0
        }
    }

    /// The bytes as an array of their own.
    @inline(__always)
    func bytes() -> [UInt8] { [UInt8](rest) }

    /// The bytes as an object identifier (X.690 section 8.19); no bytes are 0.0, as some agents write it.
    @inline(__always)
    func oid() throws(BERError) -> OID {
        guard count > 0 else { return OID([0, 0]) }
        guard let name = OID(ber: rest) else { throw .badOID }
        return name
    }
}

/// The tags that SNMP uses (RFC 2578 section 7.1, RFC 3416 section 3).
enum BERTag {
    static let integer: UInt8 = 0x02
    static let octets: UInt8 = 0x04
    static let null: UInt8 = 0x05
    static let oid: UInt8 = 0x06
    static let sequence: UInt8 = 0x30
    static let ipAddress: UInt8 = 0x40
    static let counter32: UInt8 = 0x41
    static let gauge32: UInt8 = 0x42
    static let timeTicks: UInt8 = 0x43
    static let opaque: UInt8 = 0x44
    /// NsapAddress of SNMPv2's first form: kept as bytes.
    static let nsap: UInt8 = 0x45
    static let counter64: UInt8 = 0x46
    /// UInteger32 of SNMPv2's first form.
    static let uinteger32: UInt8 = 0x47
    static let noSuchObject: UInt8 = 0x80
    static let noSuchInstance: UInt8 = 0x81
    static let endOfMibView: UInt8 = 0x82
}
