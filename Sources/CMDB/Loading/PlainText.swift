/// What texts of people may hold: they end up on terminals, in tables and in decisions that are signed.
///
/// Joiners and marks without width are fine inside a text, some scripts need them; a text of nothing else is not.
enum PlainText {
    struct Fault {
        /// Follows the field's name.
        let problem: String
        fileprivate let action: String

        /// What to do about the field `name`.
        func remedy(_ name: String) -> String { action.replacing("NAME", with: name) }
    }

    /// Composed (Unicode NFC), and for one line without the line ends that a folded YAML text has.
    static func canonical(_ text: String, oneLine: Bool) -> String {
        let text = Slug.composed(text)
        guard oneLine, text.utf8.last == 10 else { return text }
        return String(decoding: text.utf8.reversed().drop { $0 == 10 }.reversed(), as: UTF8.self)
    }

    /// Why `text` is refused; nil for a good one and for the empty one. Several lines may also hold tabs and be blank.
    static func fault(_ text: String, oneLine: Bool) -> Fault? {
        // Nearly every text is printable ASCII.
        if text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) { return nil }
        var isBlank = oneLine && !text.isEmpty
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\t", "\u{2028}", "\u{2029}":
                if !oneLine { continue }
                if scalar == "\t" { return control(scalar) }
                return Fault(problem: "has several lines", action: "write it on one line")
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": return control(scalar)
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                // Unicode TR 36 section 2: what is read is not what is stored.
                return Fault(
                    problem: "holds a character that turns the direction of writing (\(code(scalar)))",
                    action: "delete that character")
            default:
                let properties = scalar.properties
                if isBlank, !properties.isWhitespace, !properties.isDefaultIgnorableCodePoint { isBlank = false }
            }
        }
        guard isBlank else { return nil }
        return Fault(problem: "holds nothing that can be seen", action: "write a text, or leave NAME out")
    }

    private static func control(_ scalar: Unicode.Scalar) -> Fault {
        Fault(problem: "holds a control character (\(code(scalar)))", action: "write plain text")
    }

    private static func code(_ scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
    }
}
