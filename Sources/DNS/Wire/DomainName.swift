/// A domain name as a list of labels; compared without case of ASCII letters (RFC 4343).
struct DomainName: Hashable, Sendable, CustomStringConvertible {
    /// RFC 1035 section 2.3.4: octets of the wire form, the root's zero among them.
    static let wireLimit = 255
    static let labelLimit = 63

    /// Octets of each label as written, without the root.
    let labels: [[UInt8]]

    init(labels: [[UInt8]]) { self.labels = labels }

    /// Why a text is no name.
    struct Problem: Error, Equatable { let message: String }

    /// Reads presentation form (RFC 1035 section 5.1), absolute, with or without the last dot; `\.` and `\065` escape.
    init(_ text: String) throws(Problem) {
        guard !text.isEmpty else { throw Problem(message: "it is empty") }
        // Four characters may stand for one octet.
        guard text.utf8.count <= 4 * Self.wireLimit else { throw Problem(message: "it is longer than 255 octets") }
        var labels: [[UInt8]] = []
        var label: [UInt8] = []
        var rest = Array(text.utf8)[...]
        if rest.elementsEqual([UInt8(ascii: ".")]) { rest = [] }
        var open = !rest.isEmpty
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "."):
                guard !label.isEmpty else { throw Problem(message: "it has an empty label") }
                labels.append(label)
                label = []
                open = !rest.isEmpty
                continue
            case UInt8(ascii: "\\"): label.append(try Self.escaped(&rest))
            case 0x21...0x7E: label.append(byte)
            default:
                throw Problem(message: "write names with other letters than ASCII in their xn-- form, without spaces")
            }
            guard label.count <= Self.labelLimit else { throw Problem(message: "a label is longer than 63 octets") }
        }
        if open { labels.append(label) }
        self.labels = labels
        guard wire.count <= Self.wireLimit else { throw Problem(message: "it is longer than 255 octets") }
    }

    private static func escaped(_ rest: inout ArraySlice<UInt8>) throws(Problem) -> UInt8 {
        guard let first = rest.popFirst() else { throw Problem(message: "it ends in a backslash") }
        guard (0x30...0x39).contains(first) else { return first }
        guard let second = rest.popFirst(), let third = rest.popFirst(), (0x30...0x39).contains(second),
            (0x30...0x39).contains(third)
        else { throw Problem(message: "a backslash with a digit takes three digits") }
        let value = Int(first - 0x30) * 100 + Int(second - 0x30) * 10 + Int(third - 0x30)
        guard let octet = UInt8(exactly: value) else { throw Problem(message: "\\\(value) is no octet") }
        return octet
    }

    /// Length and octets of each label, then 0; never compressed.
    var wire: [UInt8] {
        var out: [UInt8] = []
        for label in labels {
            out.append(UInt8(truncatingIfNeeded: label.count))
            out += label
        }
        return out + [0]
    }

    /// Presentation form with the last dot; everything that is not a plain visible character is escaped.
    var description: String {
        if labels.isEmpty { return "." }
        var out = ""
        for label in labels {
            for byte in label {
                switch byte {
                case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "("),
                    UInt8(ascii: ")"), UInt8(ascii: "@"), UInt8(ascii: "$"):
                    out += "\\" + String(Unicode.Scalar(byte))
                case 0x21...0x7E: out.unicodeScalars.append(Unicode.Scalar(byte))
                default: out += Self.decimalEscape(byte)
                }
            }
            out += "."
        }
        return out
    }

    /// `\DDD`.
    static func decimalEscape(_ byte: UInt8) -> String {
        let digits = String(byte)
        return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }

    private var folded: [[UInt8]] {
        labels.map { $0.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
    }
    static func == (a: DomainName, b: DomainName) -> Bool { a.folded == b.folded }
    func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}
