/// What is wrong with an address, prefix, range, name or hardware address, and where.
///
/// Branch on ``code``; ``message`` is for people and names the text, the fault and its place.
public struct AddressError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault. New kinds may be added; treat an unknown one as "not valid".
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Kind: String, Hashable, Sendable {
            case empty, unexpectedCharacter, leadingZero, octetTooLarge, emptyOctet, octetCount
            case groupTooLong, groupCount, repeatedGap, needlessGap, strayColon, embeddedIPv4
            case zone, lengthMissing, lengthSyntax, lengthOutOfRange, hostBitsSet
            case familyMismatch, rangeReversed, separator, digitCount, reverseName, notAligned, outOfSpace
        }
        let kind: Kind
        init(_ kind: Kind) { self.kind = kind }
        /// The code's name, such as `leadingZero`.
        public var description: String { kind.rawValue }

        /// There is no text at all.
        public static let empty = Code(.empty)
        /// A character that has no place in this form, a space or a digit outside ASCII among them.
        public static let unexpectedCharacter = Code(.unexpectedCharacter)
        /// A number written with a leading zero (`010`), which some programs read as octal.
        public static let leadingZero = Code(.leadingZero)
        /// An IPv4 octet above 255.
        public static let octetTooLarge = Code(.octetTooLarge)
        /// Nothing where an IPv4 octet should be.
        public static let emptyOctet = Code(.emptyOctet)
        /// More or fewer than four IPv4 octets.
        public static let octetCount = Code(.octetCount)
        /// An IPv6 group of more than four hexadecimal digits.
        public static let groupTooLong = Code(.groupTooLong)
        /// More or fewer than eight IPv6 groups.
        public static let groupCount = Code(.groupCount)
        /// A second `::`.
        public static let repeatedGap = Code(.repeatedGap)
        /// A `::` that stands for no group at all.
        public static let needlessGap = Code(.needlessGap)
        /// A colon at the start or the end, or `:::`.
        public static let strayColon = Code(.strayColon)
        /// A dotted IPv4 part that does not stand last or has no room.
        public static let embeddedIPv4 = Code(.embeddedIPv4)
        /// A zone that is empty, badly written, or stands where none may (RFC 4007 section 11).
        public static let zone = Code(.zone)
        /// A prefix or interface address without `/length`.
        public static let lengthMissing = Code(.lengthMissing)
        /// A prefix length that is not a plain decimal number.
        public static let lengthSyntax = Code(.lengthSyntax)
        /// A prefix length below 0, above the width of the family, or of no use for the operation.
        public static let lengthOutOfRange = Code(.lengthOutOfRange)
        /// A prefix with bits set behind its length.
        public static let hostBitsSet = Code(.hostBitsSet)
        /// IPv4 and IPv6 mixed where both sides must be of one family.
        public static let familyMismatch = Code(.familyMismatch)
        /// A range whose first address lies behind its last.
        public static let rangeReversed = Code(.rangeReversed)
        /// A separator that is missing or differs from the one used before.
        public static let separator = Code(.separator)
        /// Too few or too many hexadecimal digits in a hardware address.
        public static let digitCount = Code(.digitCount)
        /// A name that is not a well-formed name under `in-addr.arpa` or `ip6.arpa`.
        public static let reverseName = Code(.reverseName)
        /// A prefix that does not end on the boundary which the operation needs.
        public static let notAligned = Code(.notAligned)
        /// The operation would leave the address space or the block.
        public static let outOfSpace = Code(.outOfSpace)
    }

    /// The kind of fault.
    public let code: Code
    /// One sentence for people: the text, what is wrong with it, at which character.
    public let message: String
    /// Offset in UTF-8 bytes of the first fault in the text, where the fault has a place.
    public let offset: Int?

    /// The same as ``message``.
    public var description: String { message }

    init(_ code: Code, _ message: String, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    /// Turns a parser's fault into an error that shows the text, shortened and with unprintable bytes escaped.
    @inline(never)
    init(_ fault: Fault, in bytes: Span<UInt8>, form: StaticString) {
        var shown = ""
        for index in 0..<min(bytes.count, 64) {
            let byte = bytes[index]
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                shown.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                shown += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        if bytes.count > 64 { shown += "..." }
        self.init(
            Code(fault.kind),
            "\"\(shown)\" is not \(form): \(fault.detail) (character \(fault.offset + 1))",
            offset: fault.offset)
    }
}

/// A parser's finding before it is dressed for people: no allocation, so that refusing is as cheap as accepting.
struct Fault: Error {
    let kind: AddressError.Code.Kind
    let offset: Int
    let detail: StaticString

    init(_ kind: AddressError.Code.Kind, at offset: Int, _ detail: StaticString) {
        self.kind = kind
        self.offset = offset
        self.detail = detail
    }
}
