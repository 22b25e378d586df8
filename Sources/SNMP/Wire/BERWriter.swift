import Remote

/// Writes BER from the end of a buffer towards its start, so that every length is known when its turn comes.
///
/// A view on memory that somebody else owns. Running out of room sets `overflowed` and writes nothing more.
struct BERWriter {
    private let base: UnsafeMutableRawPointer
    /// The first byte written so far.
    private(set) var position: UnsafeMutableRawPointer
    private let end: UnsafeMutableRawPointer
    private(set) var overflowed = false

    init(_ buffer: UnsafeMutableRawBufferPointer) {
        let start = buffer.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped
        base = start
        end = start + buffer.count
        position = end
    }

    /// Bytes written so far.
    @inline(__always) var count: Int { end - position }
    /// What was written so far.
    var written: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: position, count: count) }

    @inline(__always)
    mutating func byte(_ value: UInt8) {
        guard position > base else {
            overflowed = true
            return
        }
        position -= 1
        position.storeBytes(of: value, as: UInt8.self)
    }

    mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        guard position - base >= bytes.count else {
            overflowed = true
            return
        }
        position -= bytes.count
        if let start = bytes.baseAddress { position.copyMemory(from: start, byteCount: bytes.count) }
    }

    /// So many zero bytes.
    mutating func zeros(_ count: Int) {
        guard position - base >= count else {
            overflowed = true
            return
        }
        position -= count
        position.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    }

    /// Forgets what was written since `mark`, a former value of `count`.
    mutating func rewind(to mark: Int) { position = end - mark }

    /// The tag and length of everything written since `mark`, a former value of `count`.
    @inline(__always)
    mutating func header(_ tag: UInt8, since mark: Int) {
        var length = count - mark
        if length < 0x80 {
            byte(UInt8(truncatingIfNeeded: length))
        } else {
            var octets: UInt8 = 0
            while length > 0 {
                byte(UInt8(truncatingIfNeeded: length))
                length >>= 8
                octets += 1
            }
            byte(0x80 | octets)
        }
        byte(tag)
    }

    mutating func octets(_ bytes: UnsafeRawBufferPointer, tag: UInt8 = BERTag.octets) {
        let mark = count
        raw(bytes)
        header(tag, since: mark)
    }

    mutating func octets(_ bytes: [UInt8], tag: UInt8 = BERTag.octets) {
        bytes.withUnsafeBytes { octets($0, tag: tag) }
    }

    mutating func integer(_ number: Int32, tag: UInt8 = BERTag.integer) {
        let mark = count
        var value = number
        while true {
            let low = UInt8(truncatingIfNeeded: value)
            byte(low)
            value >>= 8
            if (value == 0 && low & 0x80 == 0) || (value == -1 && low & 0x80 != 0) { break }
        }
        header(tag, since: mark)
    }

    mutating func unsigned(_ number: UInt64, tag: UInt8) {
        let mark = count
        var value = number
        var low: UInt8
        repeat {
            low = UInt8(truncatingIfNeeded: value)
            byte(low)
            value >>= 8
        } while value != 0
        if low & 0x80 != 0 { byte(0) }
        header(tag, since: mark)
    }

    /// An object identifier; one of fewer than two parts is written as 0.0.
    mutating func oid(_ oid: OID) {
        let mark = count
        guard let length = oid.writeBER(before: position, room: position - base) else {
            overflowed = true
            return
        }
        position -= length
        header(BERTag.oid, since: mark)
    }

    mutating func value(_ value: SNMPValue) {
        switch value {
        case .integer(let number): integer(number)
        case .octets(let bytes): octets(bytes)
        case .null: octets([], tag: BERTag.null)
        case .oid(let name): oid(name)
        case .ipAddress(let bytes): octets(bytes, tag: BERTag.ipAddress)
        case .counter32(let number): unsigned(UInt64(number), tag: BERTag.counter32)
        case .gauge32(let number): unsigned(UInt64(number), tag: BERTag.gauge32)
        case .timeTicks(let number): unsigned(UInt64(number), tag: BERTag.timeTicks)
        case .opaque(let bytes): octets(bytes, tag: BERTag.opaque)
        case .counter64(let number): unsigned(number, tag: BERTag.counter64)
        case .noSuchObject: octets([], tag: BERTag.noSuchObject)
        case .noSuchInstance: octets([], tag: BERTag.noSuchInstance)
        case .endOfMibView: octets([], tag: BERTag.endOfMibView)
        }
    }
}
