/// Runs a byte parser over any string without copying it where its UTF-8 lies in one piece.
///
/// Inlinable so that callers in other rooms do not pay for the generic; the parsers themselves stay inside.
@inlinable
func decodeText<Value>(
    _ text: some StringProtocol, _ decode: (UnsafeBufferPointer<UInt8>) -> Result<Value, AddressError>
) throws(AddressError) -> Value {
    if let result = text.utf8.withContiguousStorageIfAvailable(decode) { return try result.get() }
    return try Array(text.utf8).withUnsafeBufferPointer(decode).get()
}

/// Runs a span parser and dresses its fault as an ``AddressError``.
@inline(__always)
func decodeBytes<Value>(
    _ bytes: UnsafeBufferPointer<UInt8>, _ form: StaticString, _ parse: (Span<UInt8>) throws(Fault) -> Value
) -> Result<Value, AddressError> {
    let span = bytes.span
    do throws(Fault) {
        return .success(try parse(span))
    } catch {
        return .failure(AddressError(error, in: span, form: form))
    }
}

/// Byte parsers for the textual forms. They read `bytes[start..<end]` and name the first fault.
enum TextParser {
    static let colon = UInt8(ascii: ":")
    static let dot = UInt8(ascii: ".")
    static let slash = UInt8(ascii: "/")
    static let percent = UInt8(ascii: "%")

    /// Four decimal octets without leading zeros (RFC 6943 section 3.1.1 explains why the looser forms are harmful).
    static func ipv4(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(Fault) -> UInt32 {
        guard start < end else { throw Fault(.empty, at: start, "there is nothing to read") }
        var value: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in start..<end {
            let byte = bytes[index]
            let digit = byte &- 0x30
            if digit < 10 {
                if digits > 0 && octet == 0 {
                    throw Fault(.leadingZero, at: index - 1, "an octet has a leading zero")
                }
                octet = octet &* 10 &+ UInt32(digit)
                digits &+= 1
                if octet > 255 { throw Fault(.octetTooLarge, at: index + 1 - digits, "an octet is above 255") }
            } else if byte == dot {
                if digits == 0 { throw Fault(.emptyOctet, at: index, "an octet is empty") }
                if dots == 3 { throw Fault(.octetCount, at: index, "there are more than four octets") }
                value = value &<< 8 | octet
                dots &+= 1
                octet = 0
                digits = 0
            } else {
                throw Fault(.unexpectedCharacter, at: index, "only digits and dots may stand here")
            }
        }
        if dots < 3 { throw Fault(.octetCount, at: end, "there are fewer than four octets") }
        if digits == 0 { throw Fault(.emptyOctet, at: end, "the last octet is empty") }
        return value &<< 8 | octet
    }

    /// The value of a hexadecimal digit, or 255.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8 {
        let digit = byte &- 0x30
        if digit < 10 { return digit }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : 255
    }

    /// The forms of RFC 4291 section 2.2, without zone.
    static func ipv6(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(Fault) -> UInt128 {
        guard start < end else { throw Fault(.empty, at: start, "there is nothing to read") }
        var value: UInt128 = 0
        var count = 0
        var gap = -1
        var index = start
        if bytes[index] == colon {
            guard index + 1 < end, bytes[index + 1] == colon else {
                throw Fault(.strayColon, at: index, "it begins with a single colon")
            }
            gap = 0
            index += 2
            if index == end { return 0 }
        }
        while true {
            let groupStart = index
            var group: UInt16 = 0
            while index < end {
                let digit = hexValue(bytes[index])
                if digit == 255 { break }
                if index - groupStart == 4 {
                    throw Fault(.groupTooLong, at: groupStart, "a group has more than four digits")
                }
                group = group &<< 4 | UInt16(digit)
                index &+= 1
            }
            if index < end, bytes[index] == dot, index > groupStart {
                if count > 6 { throw Fault(.embeddedIPv4, at: groupStart, "there is no room for an IPv4 part") }
                value = value &<< 32 | UInt128(try embeddedIPv4(bytes, groupStart, end))
                count += 2
                break
            }
            if index == groupStart { throw missingGroup(bytes, index) }
            if count == 8 { throw Fault(.groupCount, at: groupStart, "there are more than eight groups") }
            value = value &<< 16 | UInt128(group)
            count &+= 1
            if index == end { break }
            guard bytes[index] == colon else {
                throw Fault(.unexpectedCharacter, at: index, "only hexadecimal digits and colons may stand here")
            }
            index &+= 1
            if index == end { throw Fault(.strayColon, at: index - 1, "it ends with a single colon") }
            if bytes[index] == colon {
                if gap >= 0 { throw Fault(.repeatedGap, at: index - 1, "'::' occurs twice") }
                gap = count
                index &+= 1
                if index == end { break }
            }
        }
        return try spread(value, count: count, gap: gap, end: end)
    }

    /// Puts the zero groups of `::` where they belong. Example: `1::2` has value `1_0002`, count 2, gap 1.
    @inline(__always)
    private static func spread(_ value: UInt128, count: Int, gap: Int, end: Int) throws(Fault) -> UInt128 {
        if gap < 0 {
            if count < 8 { throw Fault(.groupCount, at: end, "there are fewer than eight groups and no '::'") }
            return value
        }
        if count >= 8 { throw Fault(.needlessGap, at: end, "'::' stands for no group, all eight are written") }
        let lowBits = 16 * (count - gap)
        let low = value & ((1 << lowBits) &- 1)
        return (value >> lowBits) << (128 - 16 * gap) | low
    }

    private static func embeddedIPv4(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(Fault) -> UInt32 {
        for index in start..<end where bytes[index] == colon {
            throw Fault(.embeddedIPv4, at: start, "an IPv4 part may only stand at the end")
        }
        return try ipv4(bytes, start, end)
    }

    private static func missingGroup(_ bytes: Span<UInt8>, _ index: Int) -> Fault {
        bytes[index] == colon
            ? Fault(.strayColon, at: index, "there is a colon too many")
            : Fault(.unexpectedCharacter, at: index, "only hexadecimal digits and colons may stand here")
    }

    /// A decimal prefix length of at most `width`: digits only, no sign, no leading zero.
    static func length(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, width: Int) throws(Fault) -> Int {
        guard start < end else { throw Fault(.lengthSyntax, at: start, "the length after '/' is missing") }
        var value = 0
        for index in start..<end {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else {
                throw Fault(.lengthSyntax, at: index, "the length is a plain decimal number")
            }
            if index > start && value == 0 {
                throw Fault(.leadingZero, at: start, "the length has a leading zero")
            }
            value = value * 10 + Int(digit)
            if value > width {
                throw Fault(
                    .lengthOutOfRange, at: start,
                    width == 32 ? "the length of an IPv4 prefix is 0 to 32" : "the length of an IPv6 prefix is 0 to 128"
                )
            }
        }
        return value
    }

    /// The place of `byte` in the span, or nil.
    @inline(__always)
    static func firstIndex(of byte: UInt8, in bytes: Span<UInt8>) -> Int? {
        for index in 0..<bytes.count where bytes[index] == byte { return index }
        return nil
    }
}

/// Writes text forms into a buffer of fixed size; the caller sizes it for the longest form.
struct TextWriter: ~Copyable {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    /// The caller owns `buffer`; the writer must not outlive it.
    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        precondition(count < buffer.count, "the buffer is sized for the longest form")
        buffer[count] = byte
        count &+= 1
    }

    @inline(__always)
    mutating func put(hex nibble: UInt8) { put(nibble < 10 ? nibble &+ 0x30 : nibble &+ 0x57) }

    /// A number up to 255 in decimal.
    @inline(__always)
    mutating func put(decimal octet: UInt8) {
        if octet >= 100 { put(octet / 100 &+ 0x30) }
        if octet >= 10 { put(octet / 10 % 10 &+ 0x30) }
        put(octet % 10 &+ 0x30)
    }

    /// An IPv6 group without leading zeros (RFC 5952 section 4.1).
    @inline(__always)
    mutating func put(group: UInt16) {
        if group >= 0x1000 { put(hex: UInt8(truncatingIfNeeded: group &>> 12)) }
        if group >= 0x100 { put(hex: UInt8(truncatingIfNeeded: group &>> 8) & 15) }
        if group >= 0x10 { put(hex: UInt8(truncatingIfNeeded: group &>> 4) & 15) }
        put(hex: UInt8(truncatingIfNeeded: group) & 15)
    }

    mutating func put(ipv4 value: UInt32) {
        put(decimal: UInt8(truncatingIfNeeded: value &>> 24))
        put(TextParser.dot)
        put(decimal: UInt8(truncatingIfNeeded: value &>> 16))
        put(TextParser.dot)
        put(decimal: UInt8(truncatingIfNeeded: value &>> 8))
        put(TextParser.dot)
        put(decimal: UInt8(truncatingIfNeeded: value))
    }

    /// RFC 5952: lower case, the first longest run of two or more zero groups as `::`, and section 5's mixed notation
    /// for the well-known prefix `::ffff:0:0/96`.
    mutating func put(ipv6 value: UInt128) {
        if value &>> 32 == 0xFFFF {
            let mapped: InlineArray<7, UInt8> = [0x3A, 0x3A, 0x66, 0x66, 0x66, 0x66, 0x3A]
            for index in mapped.indices { put(mapped[index]) }
            put(ipv4: UInt32(truncatingIfNeeded: value))
            return
        }
        let run = Self.longestZeroRun(value)
        var index = 0
        while index < 8 {
            if index == run.lowerBound, !run.isEmpty {
                put(TextParser.colon)
                put(TextParser.colon)
                index = run.upperBound
                continue
            }
            if index > 0, run.isEmpty || index != run.upperBound { put(TextParser.colon) }
            put(group: UInt16(truncatingIfNeeded: value &>> UInt128(112 - 16 * index)))
            index += 1
        }
    }

    private static func longestZeroRun(_ value: UInt128) -> Range<Int> {
        var best = 0..<0
        var start = -1
        for index in 0..<8 {
            if UInt16(truncatingIfNeeded: value &>> UInt128(112 - 16 * index)) == 0 {
                if start < 0 { start = index }
                if index + 1 - start > max(best.count, 1) { best = start..<(index + 1) }
            } else {
                start = -1
            }
        }
        return best
    }

    /// Builds a string of at most `capacity` bytes, all of them ASCII.
    @inline(__always)
    static func string(capacity: Int, _ write: (inout TextWriter) -> Void) -> String {
        String(unsafeUninitializedCapacity: capacity) { buffer in
            var writer = TextWriter(buffer)
            write(&writer)
            return writer.count
        }
    }
}
