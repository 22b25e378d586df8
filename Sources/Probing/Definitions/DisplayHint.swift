/// A DISPLAY-HINT (RFC 2579 section 3.1): how octets (`1x:`, `255a`, `2d-1d-1d,1d:1d:1d.1d`) or a number (`d-2`) read.
public struct DisplayHint: Sendable, Hashable {
    struct Part: Sendable, Hashable {
        let repeats: Bool
        let length: Int
        let format: Character
        let separator: Character?
        let terminator: Character?
    }

    /// As written.
    public let text: String
    /// Octets: never empty. A number: empty.
    let parts: [Part]
    /// A number: its digits behind the point, and whether it is decimal (`d`), hexadecimal, octal or binary.
    let number: (format: Character, places: Int)?

    /// Reads a hint; nil for what RFC 2579 does not allow.
    public init?(_ text: String) {
        self.text = text
        if let first = text.first, "dxob".contains(first) {
            let rest = text.dropFirst()
            if rest.isEmpty {
                number = (first, 0)
            } else if first == "d", rest.first == "-", let places = Int(rest.dropFirst()), (0...18).contains(places) {
                number = (first, places)
            } else {
                return nil
            }
            parts = []
            return
        }
        number = nil
        var parts: [Part] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            let repeats = rest.first == "*"
            if repeats { rest = rest.dropFirst() }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let length = Int(digits), length <= 65_535 else { return nil }
            rest = rest.dropFirst(digits.count)
            guard let format = rest.popFirst(), "dxoat".contains(format) else { return nil }
            var separator: Character?
            var terminator: Character?
            if let next = rest.first, next != "*", !next.isNumber {
                separator = rest.popFirst()
                if repeats, let next = rest.first, next != "*", !next.isNumber { terminator = rest.popFirst() }
            }
            parts.append(
                Part(
                    repeats: repeats, length: length, format: format, separator: separator, terminator: terminator))
        }
        guard !parts.isEmpty, parts.last.map({ $0.length > 0 || $0.repeats }) ?? false else { return nil }
        self.parts = parts
    }

    /// Whether both read the same.
    public static func == (a: DisplayHint, b: DisplayHint) -> Bool { a.text == b.text }
    /// By the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// The octets as the hint shows them, at most `limit` of them.
    func show(_ octets: [UInt8], limit: Int = 4_096) -> String? {
        guard !parts.isEmpty else { return nil }
        var out = ""
        var rest = octets.prefix(limit)
        var place = 0
        while !rest.isEmpty {
            // The last part is used again for what is left.
            let part = parts[min(place, parts.count - 1)]
            place += 1
            var times = 1
            if part.repeats, let count = rest.popFirst() { times = Int(count) }
            for _ in 0..<times where !rest.isEmpty {
                let piece = rest.prefix(part.length)
                rest = rest.dropFirst(part.length)
                out += Self.show(piece, part.format)
                if !rest.isEmpty, let separator = part.separator { out.append(separator) }
            }
            if part.repeats, let terminator = part.terminator, !rest.isEmpty { out.append(terminator) }
            if part.length == 0, !part.repeats, place >= parts.count { break }
        }
        return out
    }

    private static func show(_ piece: ArraySlice<UInt8>, _ format: Character) -> String {
        if format == "a" || format == "t" { return String(decoding: piece, as: UTF8.self) }
        if format == "x" {
            return piece.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        // Longer numbers than 64 bits do not occur in DISPLAY-HINTs; their last octets are shown.
        let number = piece.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return String(number, radix: format == "o" ? 8 : 10)
    }

    /// The number as the hint shows it: with `d-2`, 1234 is `12.34`.
    func show(_ value: Int64) -> String? {
        guard let number else { return nil }
        switch number.format {
        case "x": return String(value, radix: 16)
        case "o": return String(value, radix: 8)
        case "b": return String(value, radix: 2)
        default: return DecimalScale(mantissa: value, places: number.places).text
        }
    }
}
