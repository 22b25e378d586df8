/// An object identifier: at most 128 sub-identifiers of 32 bits (RFC 2578 section 3.5).
///
/// Held packed, without memory of its own up to 23 packed bytes, which nearly every name in practice needs at most: a
/// sub-identifier below 128 is its own byte; a larger one is 0x80 + n and then n bytes, most significant first. That
/// form sorts bytewise as the names sort part by part. `1.3.6.1.2.1.31.1.1.1.6.300` is
/// `01 03 06 01 02 01 1F 01 01 01 06 82 01 2C`.
public struct OID: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByArrayLiteral {
    /// The first 23 packed bytes, the first one highest; the lowest byte of `w2` is the packed length, 0xFF for more.
    @usableFromInline let w0: UInt64
    @usableFromInline let w1: UInt64
    @usableFromInline let w2: UInt64
    /// The whole packed form of a long name.
    @usableFromInline let long: [UInt8]?

    /// Packed bytes that need no memory.
    private static let inlineBytes = 23
    private static let isLong: UInt64 = 0xFF
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    private init(w0: UInt64, w1: UInt64, w2: UInt64) {
        (self.w0, self.w1, self.w2, long) = (w0, w1, w2, nil)
    }

    private init(packed: [UInt8]) {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        for (index, byte) in packed.prefix(Self.inlineBytes).enumerated() {
            let shifted = UInt64(byte) << UInt64(56 - 8 * (index & 7))
            switch index >> 3 {
            case 0: words.0 |= shifted
            case 1: words.1 |= shifted
            default: words.2 |= shifted
            }
        }
        (w0, w1) = (words.0, words.1)
        w2 = words.2 | (packed.count <= Self.inlineBytes ? UInt64(packed.count) : Self.isLong)
        long = packed.count <= Self.inlineBytes ? nil : packed
    }

    /// Creates an identifier from its sub-identifiers.
    public init(_ parts: [UInt32]) { self.init(packed: Self.pack(parts)) }
    /// Creates an identifier from a literal such as `[1, 3, 6, 1]`.
    public init(arrayLiteral elements: UInt32...) { self.init(packed: Self.pack(elements)) }

    /// Reads dotted decimal, with or without a leading dot; nil for anything else.
    public init?(dotted text: some StringProtocol) {
        var body = Substring(text)
        if body.first == "." { body = body.dropFirst() }
        var parts: [UInt32] = []
        for piece in body.split(separator: ".", omittingEmptySubsequences: false) {
            guard !piece.isEmpty, piece.utf8.allSatisfy({ (48...57).contains($0) }), let part = UInt32(piece) else {
                return nil
            }
            parts.append(part)
        }
        guard (2...128).contains(parts.count), parts[0] <= 2 else { return nil }
        self.init(parts)
    }

    private static func pack(_ parts: some Collection<UInt32>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.count + 8)
        for part in parts { pack(part, into: &bytes) }
        return bytes
    }

    private static func pack(_ part: UInt32, into bytes: inout [UInt8]) {
        guard part >= 0x80 else { return bytes.append(UInt8(truncatingIfNeeded: part)) }
        let count = (39 - part.leadingZeroBitCount) / 8
        bytes.append(0x80 | UInt8(truncatingIfNeeded: count))
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: part >> UInt32(8 * index))) }
    }

    /// The packed form.
    private var packed: [UInt8] {
        if let long { return long }
        let count = Int(w2 & 0xFF)
        return [UInt8](unsafeUninitializedCapacity: Self.inlineBytes + 1) { buffer, written in
            UnsafeMutableRawBufferPointer(buffer).storeBytes(of: w0.bigEndian, toByteOffset: 0, as: UInt64.self)
            UnsafeMutableRawBufferPointer(buffer).storeBytes(of: w1.bigEndian, toByteOffset: 8, as: UInt64.self)
            UnsafeMutableRawBufferPointer(buffer).storeBytes(of: w2.bigEndian, toByteOffset: 16, as: UInt64.self)
            written = count
        }
    }

    private static func unpack(_ bytes: some Collection<UInt8>) -> [UInt32] {
        var parts: [UInt32] = []
        parts.reserveCapacity(bytes.count)
        var part: UInt32 = 0
        var left: UInt8 = 0
        for byte in bytes {
            if left > 0 {
                part = part << 8 | UInt32(byte)
                left -= 1
                if left == 0 { parts.append(part) }
            } else if byte < 0x80 {
                parts.append(UInt32(byte))
            } else {
                (part, left) = (0, byte & 0x7F)
            }
        }
        return parts
    }

    /// The sub-identifiers from the root; an array made anew at each call.
    public var parts: [UInt32] { Self.unpack(packed) }

    /// Dotted decimal without a leading dot.
    public var description: String { parts.map(String.init).joined(separator: ".") }

    /// Whether `self` equals `root` or lies below it.
    public func isWithin(_ root: OID) -> Bool {
        let wanted = root.w2 & 0xFF
        if wanted == Self.isLong {
            guard let mine = long, let theirs = root.long else { return false }
            return mine.starts(with: theirs)
        }
        // 0xFF of a long name is more than any root's length.
        guard w2 & 0xFF >= wanted else { return false }
        let difference = (w0 ^ root.w0, w1 ^ root.w1, w2 ^ root.w2)
        return difference.0 & Self.mask(wanted) == 0 && difference.1 & Self.mask(wanted < 8 ? 0 : wanted - 8) == 0
            && difference.2 & Self.mask(wanted < 16 ? 0 : wanted - 16) == 0
    }

    /// Ones over the first `count` bytes of a word.
    private static func mask(_ count: UInt64) -> UInt64 { count >= 8 ? .max : ~(UInt64.max >> (8 * count)) }

    /// The sub-identifiers behind `root`; nil when `self` is not within `root`.
    public func suffix(after root: OID) -> [UInt32]? {
        guard isWithin(root) else { return nil }
        return Self.unpack(packed.dropFirst(root.long?.count ?? Int(root.w2 & 0xFF)))
    }

    /// `self` with `parts` behind it.
    public func appending(_ parts: UInt32...) -> OID { OID(packed: packed + Self.pack(parts)) }

    /// Bytewise equality of the packed forms.
    @inlinable public static func == (a: OID, b: OID) -> Bool {
        a.w0 == b.w0 && a.w1 == b.w1 && a.w2 == b.w2 && (a.w2 & 0xFF != 0xFF || a.long == b.long)
    }

    /// Lexicographic order, the order of a walk (RFC 3416 section 4.2.2).
    @inlinable public static func < (a: OID, b: OID) -> Bool {
        if a.w0 != b.w0 { return a.w0 < b.w0 }
        if a.w1 != b.w1 { return a.w1 < b.w1 }
        // A shorter name is filled up with zeros, and then its length, which is less, decides.
        if a.w2 != b.w2 { return a.w2 < b.w2 }
        guard a.w2 & 0xFF == 0xFF, let mine = a.long, let theirs = b.long else { return false }
        return mine.lexicographicallyPrecedes(theirs)
    }

    /// Feeds the packed form.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(w0)
        hasher.combine(w1)
        hasher.combine(w2)
        if w2 & 0xFF == Self.isLong { hasher.combine(long) }
    }
}

/// The wire's form, for the codec of this package.
extension OID {
    /// Bytes of the packed form: those of BER's, give or take a few.
    package var packedCount: Int { w2 & 0xFF == Self.isLong ? long?.count ?? 0 : Int(w2 & 0xFF) }

    /// Whether BER can express it: 2 to 128 parts, the first 0, 1 or 2, the second below 40 unless the first is 2.
    package var isEncodable: Bool {
        let first = w0 >> 56
        let second = w0 >> 48 & 0xFF
        guard w2 & 0xFF >= 2, first <= 2, first == 2 || second < 40 else { return false }
        return w2 & 0xFF < Self.isLong || parts.count <= 128
    }

    /// Reads the content of a BER object identifier (X.690 section 8.19); nil when it is empty, ends inside a part, has
    /// a part above 32 bits or with a leading zero, or more than 128 parts.
    package init?(ber bytes: UnsafeRawBufferPointer) {
        let count = bytes.count
        guard count > 0 else { return nil }
        if count < Self.inlineBytes {
            var (s0, s1, s2): (UInt64, UInt64, UInt64) = (0, 0, 0)
            func word(at offset: Int) -> UInt64 {
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            if count >= 16 {
                (s0, s1) = (word(at: 0), word(at: 8))
                if count > 16 { s2 = word(at: count - 8) << UInt64(8 * (24 - count)) }
            } else if count >= 8 {
                s0 = word(at: 0)
                if count > 8 { s1 = word(at: count - 8) << UInt64(8 * (16 - count)) }
            } else {
                for index in 0..<count { s0 |= UInt64(bytes[index]) << UInt64(56 - 8 * index) }
            }
            if (s0 | s1 | s2) & Self.highBits == 0 {
                // The first byte holds two parts, every other byte is a part and its own packed form.
                let both = s0 >> 56
                let first = Swift.min(both / 40, 2)
                s0 = s0 & 0x00FF_FFFF_FFFF_FFFF | (both - 40 * first) << 56
                self.init(
                    w0: first << 56 | s0 >> 8, w1: s0 << 56 | s1 >> 8, w2: s1 << 56 | s2 >> 8 | UInt64(count + 1))
                return
            }
        }
        guard let packed = Self.repack(ber: bytes) else { return nil }
        self.init(packed: packed)
    }

    private static func repack(ber bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        var packed: [UInt8] = []
        packed.reserveCapacity(Swift.min(bytes.count, 600) + 8)
        var total = 0
        var index = 0
        while index < bytes.count {
            guard bytes[index] != 0x80 else { return nil }
            var part: UInt64 = 0
            while true {
                guard index < bytes.count, part <= 0x1FF_FFFF else { return nil }
                let byte = bytes[index]
                index += 1
                part = part << 7 | UInt64(byte & 0x7F)
                if byte < 0x80 { break }
            }
            if total == 0 {
                let first = Swift.min(part / 40, 2)
                part -= first * 40
                packed.append(UInt8(truncatingIfNeeded: first))
                total = 1
            }
            total += 1
            guard part <= UInt64(UInt32.max), total <= 128 else { return nil }
            pack(UInt32(truncatingIfNeeded: part), into: &packed)
        }
        return packed
    }

    /// Writes the content of a BER object identifier so that it ends at `end`; a name that is not encodable and has
    /// fewer than two parts is written as 0.0.
    /// - Returns: how many bytes it took, or nil when they are more than `room`.
    package func writeBER(before end: UnsafeMutableRawPointer, room: Int) -> Int? {
        let count = Int(w2 & 0xFF)
        let both = (w0 >> 56) * 40 + (w0 >> 48 & 0xFF)
        if count <= Self.inlineBytes, count >= 2, both < 0x80, (w0 | w1 | (w2 & ~0xFF)) & Self.highBits == 0 {
            guard room >= count - 1 else { return nil }
            var words = (w0.bigEndian, w1.bigEndian, w2.bigEndian)
            let start = end - (count - 1)
            withUnsafeBytes(of: &words) { bytes in
                guard let base = bytes.baseAddress else { return }
                start.copyMemory(from: base + 1, byteCount: count - 1)
            }
            start.storeBytes(of: UInt8(truncatingIfNeeded: both), as: UInt8.self)
            return count - 1
        }
        let parts = parts
        guard parts.count >= 2 else {
            guard room >= 1 else { return nil }
            (end - 1).storeBytes(of: 0, as: UInt8.self)
            return 1
        }
        var place = end
        func put(_ number: UInt64) -> Bool {
            var value = number
            var mark: UInt8 = 0
            repeat {
                guard room - (end - place) >= 1 else { return false }
                place -= 1
                place.storeBytes(of: UInt8(truncatingIfNeeded: value & 0x7F) | mark, as: UInt8.self)
                value >>= 7
                mark = 0x80
            } while value != 0
            return true
        }
        for part in parts.dropFirst(2).reversed() where !put(UInt64(part)) { return nil }
        return put(UInt64(parts[0]) * 40 + UInt64(parts[1])) ? end - place : nil
    }
}
