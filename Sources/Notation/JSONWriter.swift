/// Writes JSON as bytes: canonical without `indent`, else for people.
enum JSONWriter {
    static func write(_ value: JSONValue, to out: inout [UInt8], indent: Int?, depth: Int) {
        switch value {
        case .null: append("null", to: &out)
        case .bool(let truth): append(truth ? "true" : "false", to: &out)
        case .int(let number): digits(number, to: &out)
        case .double(let number): double(number, to: &out)
        case .string(let text): quote(text, to: &out)
        case .array(let elements):
            list("[", "]", elements.count, &out, indent, depth) { i, out in
                write(elements[i], to: &out, indent: indent, depth: depth + 1)
            }
        case .object(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            list("{", "}", sorted.count, &out, indent, depth) { i, out in
                quote(sorted[i].key, to: &out)
                append(indent == nil ? ":" : ": ", to: &out)
                write(sorted[i].value, to: &out, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func append(_ text: StaticString, to out: inout [UInt8]) {
        text.withUTF8Buffer { out.append(contentsOf: $0) }
    }

    private static func list(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ count: Int, _ out: inout [UInt8], _ indent: Int?,
        _ depth: Int, _ body: (Int, inout [UInt8]) -> Void
    ) {
        func newLine(_ depth: Int) {
            guard let indent else { return }
            out.append(10)
            out.append(contentsOf: repeatElement(32, count: indent * depth))
        }
        out.append(UInt8(ascii: open))
        for i in 0..<count {
            if i > 0 { out.append(UInt8(ascii: ",")) }
            newLine(depth + 1)
            body(i, &out)
        }
        if count > 0 { newLine(depth) }
        out.append(UInt8(ascii: close))
    }

    static func digits(_ number: Int64, to out: inout [UInt8]) {
        if number < 0 { out.append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let start = out.count
        repeat {
            out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        out[start...].reverse()
    }

    private static func double(_ number: Double, to out: inout [UInt8]) {
        guard number.isFinite else { return append("null", to: &out) }
        if number == number.rounded(), abs(number) < 1e15 {
            digits(Int64(number), to: &out)
            append(".0", to: &out)
        } else {
            out.append(contentsOf: "\(number)".utf8)
        }
    }

    static func quote(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        // Most texts need no escape: they are copied whole.
        let isCopied: Void?? = text.utf8.withContiguousStorageIfAvailable { bytes in
            guard bytes.allSatisfy(isPlain) else { return nil }
            out.append(contentsOf: bytes)
        }
        if isCopied.flatMap({ $0 }) == nil {
            for byte in text.utf8 { escape(byte, to: &out) }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x22 && byte != 0x5C && byte != 0x7F }

    // What is escaped is ASCII; bytes of longer characters go through as they are.
    private static func escape(_ byte: UInt8, to out: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"", to: &out)
        case UInt8(ascii: "\\"): append("\\\\", to: &out)
        case 0x0A: append("\\n", to: &out)
        case 0x0D: append("\\r", to: &out)
        case 0x09: append("\\t", to: &out)
        case _ where isPlain(byte): out.append(byte)
        default:
            append("\\u00", to: &out)
            let hex = StaticString("0123456789abcdef")
            hex.withUTF8Buffer { digits in
                out.append(digits[Int(byte >> 4)])
                out.append(digits[Int(byte & 15)])
            }
        }
    }
}
