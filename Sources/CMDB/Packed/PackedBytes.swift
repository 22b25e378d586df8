import Notation

/// Why packed bytes cannot be read. What to do is the same for all reasons: make them anew.
package struct PackedFault: Error, Hashable, CustomStringConvertible {
    /// For logs and tests.
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// Appends numbers, texts and values: little-endian, lengths as LEB128.
struct PackedWriter {
    var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func count(_ value: Int) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func fixed(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func text(_ text: String) {
        count(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func numbers(_ numbers: [UInt32]) {
        count(numbers.count)
        for number in numbers { fixed(number) }
    }
}

/// Reads what ``PackedWriter`` wrote; every access is held against the end, for the bytes may come from anybody.
struct PackedReader {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }
    private var rest: Int { bytes.count - at }
    private static let cut = PackedFault("the bytes end too early")

    mutating func byte() throws(PackedFault) -> UInt8 {
        guard rest > 0 else { throw Self.cut }
        defer { at += 1 }
        return bytes[at]
    }

    mutating func varint() throws(PackedFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || next <= 1 else { throw PackedFault("a number is too long") }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    /// How many of something that takes at least `size` bytes each follow.
    mutating func count(of size: Int = 1) throws(PackedFault) -> Int {
        let value = try varint()
        guard value <= UInt64(rest / max(1, size)) else { throw Self.cut }
        return Int(value)
    }

    mutating func fixed<Number: FixedWidthInteger>(_ type: Number.Type) throws(PackedFault) -> Number {
        let size = MemoryLayout<Number>.size
        guard rest >= size else { throw Self.cut }
        defer { at += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: Number.self))
    }

    mutating func text() throws(PackedFault) -> String {
        let length = try count()
        defer { at += length }
        return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[at..<at + length]), as: UTF8.self)
    }

    mutating func numbers() throws(PackedFault) -> [UInt32] {
        let count = try count(of: 4)
        let start = at
        at += count * 4
        return [UInt32](unsafeUninitializedCapacity: count) { buffer, filled in
            for i in 0..<count {
                let number = bytes.loadUnaligned(fromByteOffset: start + i * 4, as: UInt32.self)
                buffer.initializeElement(at: i, to: UInt32(littleEndian: number))
            }
            filled = count
        }
    }
}
