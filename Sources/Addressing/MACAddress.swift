/// A 48-bit hardware address (EUI-48). Reads `00:1b:54:aa:0f:3c`, `00-1B-54-AA-0F-3C`, `001b.54aa.0f3c` and
/// `001B54AA0F3C`; writes the first form in lower case.
public struct MACAddress: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// The address in the low 48 bits.
    public let rawValue: UInt64

    /// An address from its number, nil above 48 bits.
    public init?(rawValue: UInt64) {
        guard rawValue >> 48 == 0 else { return nil }
        self.rawValue = rawValue
    }

    /// An address from six bytes, nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        rawValue = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads one of the four forms; separators must not be mixed and every byte has two digits.
    @inlinable
    public init(_ text: some StringProtocol) throws(AddressError) {
        self = try decodeText(text, MACAddress.decode)
    }

    @usableFromInline
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<MACAddress, AddressError> {
        decodeBytes(bytes, "a hardware address") { span throws(Fault) in
            MACAddress(unchecked: try parse(span))
        }
    }

    private init(unchecked rawValue: UInt64) { self.rawValue = rawValue }

    private static func parse(_ bytes: Span<UInt8>) throws(Fault) -> UInt64 {
        let separator: UInt8
        let digitsPerGroup: Int
        switch bytes.count {
        case 0: throw Fault(.empty, at: 0, "there is nothing to read")
        case 12: (separator, digitsPerGroup) = (0, 12)
        case 14 where bytes[4] == TextParser.dot: (separator, digitsPerGroup) = (TextParser.dot, 4)
        case 17: (separator, digitsPerGroup) = (bytes[2], 2)
        default: throw Fault(.digitCount, at: bytes.count, "it has six bytes of two hexadecimal digits each")
        }
        if digitsPerGroup == 2, separator != TextParser.colon, separator != UInt8(ascii: "-") {
            throw Fault(.separator, at: 2, "bytes are separated by ':' or '-'")
        }
        var value: UInt64 = 0
        for index in 0..<bytes.count {
            if digitsPerGroup < 12, index % (digitsPerGroup + 1) == digitsPerGroup {
                guard bytes[index] == separator else {
                    throw Fault(.separator, at: index, "the separator is missing or not the one used before")
                }
                continue
            }
            let digit = TextParser.hexValue(bytes[index])
            guard digit < 16 else {
                throw Fault(.unexpectedCharacter, at: index, "only hexadecimal digits may stand here")
            }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    /// `00:1b:54:aa:0f:3c`.
    public var description: String {
        TextWriter.string(capacity: 17) { writer in
            for nibble in 0..<12 {
                if nibble > 0, nibble % 2 == 0 { writer.put(TextParser.colon) }
                writer.put(hex: UInt8(truncatingIfNeeded: rawValue >> UInt64(44 - 4 * nibble)) & 15)
            }
        }
    }

    /// The six bytes in transmission order.
    public var bytes: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: rawValue >> UInt64(40 - 8 * $0)) } }

    /// Whether it names a group of stations (the low bit of the first byte).
    public var isMulticast: Bool { rawValue >> 40 & 1 == 1 }

    /// Whether it was assigned locally rather than by a manufacturer (the second bit of the first byte).
    public var isLocallyAdministered: Bool { rawValue >> 40 & 2 == 2 }

    /// The manufacturer's part, the high 24 bits.
    public var oui: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 24) }

    /// By number.
    public static func < (a: MACAddress, b: MACAddress) -> Bool { a.rawValue < b.rawValue }

    /// Reads the text form; anything else is a data error with the reason.
    public init(from decoder: any Decoder) throws {
        self = try decodeSingleText(decoder) { text throws(AddressError) in try MACAddress(text) }
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws { try encodeSingleText(description, to: encoder) }
}
