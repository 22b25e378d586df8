/// Reads a DNS message front to back; everything it is given may be a lie.
struct WireReader {
    /// Why bytes are no DNS message.
    struct Problem: Error, Equatable { let message: String }

    let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
        self.bytes = bytes
        let whole = range?.clamped(to: bytes.indices) ?? bytes.indices
        position = whole.lowerBound
        end = whole.upperBound
    }

    var isAtEnd: Bool { position == end }

    mutating func byte() throws(Problem) -> UInt8 {
        guard position < end else { throw Problem(message: "it ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func uint16() throws(Problem) -> UInt16 { UInt16(try byte()) << 8 | UInt16(try byte()) }
    mutating func uint32() throws(Problem) -> UInt32 { UInt32(try uint16()) << 16 | UInt32(try uint16()) }

    /// The range of the next `count` bytes.
    mutating func skip(_ count: Int) throws(Problem) -> Range<Int> {
        guard count >= 0, count <= end - position else { throw Problem(message: "it ends too early") }
        defer { position += count }
        return position..<position + count
    }

    /// A name, perhaps compressed (RFC 1035 section 4.1.4).
    ///
    /// A pointer must point in front of the labels it continues. Positions therefore only fall, so that no message, however
    /// it is built, makes this run longer than 255 octets' worth of labels and 128 pointers.
    mutating func name() throws(Problem) -> DomainName {
        var labels: [[UInt8]] = []
        var octets = 1
        var here = position
        var limit = end
        var jumps = 0
        var after: Int?
        while true {
            guard here < limit else { throw Problem(message: "a name ends too early") }
            let length = Int(bytes[here])
            switch length {
            case 0:
                position = after ?? here + 1
                return DomainName(labels: labels)
            case 1...63:
                guard length < limit - here else { throw Problem(message: "a label ends too early") }
                octets += length + 1
                guard octets <= DomainName.wireLimit else { throw Problem(message: "a name is longer than 255 octets") }
                labels.append(Array(bytes[here + 1...here + length]))
                here += length + 1
            case 0xC0...0xFF:
                guard here + 1 < limit else { throw Problem(message: "a pointer ends too early") }
                let target = (length & 0x3F) << 8 | Int(bytes[here + 1])
                after = after ?? here + 2
                jumps += 1
                // What a pointer leads to ends before the pointer: neither circles nor names that swallow themselves.
                guard target < here, jumps <= 128 else { throw Problem(message: "a compression pointer leads forward") }
                limit = here
                here = target
            default: throw Problem(message: "a label has an unknown type")
            }
        }
    }
}
