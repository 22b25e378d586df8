import Notation

/// YAML texts of values in one stable style: plain where every reader of YAML 1.1 and 1.2 takes it for the same text,
/// else in double quotes; blocks for several lines; `[…]` and `{…}` where they fit on a line.
enum YAMLStyle {
    /// Lines longer than this are broken into blocks.
    static let width = 110

    /// One scalar. In `flow` fewer texts may stand plain.
    static func scalar(_ value: JSONValue, flow: Bool) -> String {
        switch value {
        case .string(let text): isPlain(text, flow: flow) ? text : quoted(text)
        case .array, .object: self.flow(value)
        default: value.canonical
        }
    }

    /// Any value on one line.
    static func flow(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements): "[" + elements.map(flow).joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + sorted(members).map { "\(scalar(.string($0)  , flow: true)): \(flow($1))" }.joined(separator: ", ")
                + "}"
        default: scalar(value, flow: true)
        }
    }

    /// What follows `key:`: a space and one line, or the lines below, each indented by `indent`.
    static func afterKey(_ value: JSONValue, indent: Int, column: Int) -> String {
        switch value {
        case .string(let text):
            if text.unicodeScalars.contains("\n"), let block = literal(text, indent: indent) { return block }
            return " " + scalar(value, flow: false)
        case .array(let elements):
            let line = flow(value)
            if elements.isEmpty || column + line.unicodeScalars.count + 1 <= width { return " " + line }
            return "\n" + elements.map { pad(indent) + "-" + afterDash($0, indent: indent + 2) }.joined(separator: "\n")
        case .object(let members):
            let line = flow(value)
            if members.isEmpty || column + line.unicodeScalars.count + 1 <= width { return " " + line }
            return "\n" + block(members, indent: indent)
        default: return " " + scalar(value, flow: false)
        }
    }

    static func pad(_ count: Int) -> String { String(repeating: " ", count: count) }

    static func block(_ members: [String: JSONValue], indent: Int = 0) -> String {
        sorted(members).map { name, value in
            let key = scalar(.string(name), flow: true)
            return pad(indent) + key + ":"
                + afterKey(value, indent: indent + 2, column: indent + key.unicodeScalars.count + 1)
        }.joined(separator: "\n")
    }

    private static func afterDash(_ value: JSONValue, indent: Int) -> String {
        switch value {
        case .object(let members) where !members.isEmpty:
            let line = flow(value)
            if indent + line.unicodeScalars.count <= width { return " " + line }
            return " " + String(block(members, indent: indent).dropFirst(indent))
        case .string(let text) where text.unicodeScalars.contains("\n"):
            return literal(text, indent: indent) ?? " " + scalar(value, flow: false)
        default: return " " + flow(value)
        }
    }

    private static func sorted(_ members: [String: JSONValue]) -> [(key: String, value: JSONValue)] {
        members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// ` |-` and the lines; nil for texts whose white space a block would not keep.
    private static func literal(_ text: String, indent: Int) -> String? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var mark = "|-"
        if lines.last?.isEmpty == true {
            lines.removeLast()
            mark = "|"
        }
        guard let first = lines.first, let last = lines.last, !first.isEmpty, !last.isEmpty else { return nil }
        let isSafe = lines.allSatisfy { line in
            line.isEmpty
                || line.first != " " && line.last != " "
                    && line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !mustEscape($0) }
        }
        guard isSafe else { return nil }
        return " \(mark)\n" + lines.map { $0.isEmpty ? "" : pad(indent) + $0 }.joined(separator: "\n")
    }

    /// In double quotes, with YAML's (and JSON's) escapes.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case _ where mustEscape(scalar):
                let hex = String(scalar.value, radix: 16)
                out +=
                    (hex.count > 4 ? "\\U" : "\\u")
                    + String(repeating: "0", count: (hex.count > 4 ? 8 : 4) - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// What libyaml takes for a line break, or refuses raw.
    private static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"]

    static func isPlain(_ text: String, flow: Bool) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        guard first.properties.isAlphabetic || (0x30...0x39).contains(first.value) || first == "/" || first == "_"
        else {
            return false
        }
        if last == ":" || last == " " || last.properties.isWhitespace || words.contains(text.lowercased()) {
            return false
        }
        var before: Unicode.Scalar = "a"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "#" where before == " ": return false
            case " " where before == ":": return false
            case _ where flow && !isCalm(scalar): return false
            default: if mustEscape(scalar) || scalar.properties.isWhitespace && scalar != " " { return false }
            }
            before = scalar
        }
        return !looksLikeNumber(text)
    }

    /// Readers differ about punctuation between brackets.
    private static func isCalm(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark
            || (0x30...0x39).contains(scalar.value) || " -_./()+@=;".unicodeScalars.contains(scalar)
    }

    /// Numbers, dates and times of YAML 1.1 and 1.2; dotted quads with or without mask are none.
    private static func looksLikeNumber(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x30...0x39).contains(first) else { return false }
        let mayBe = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
                || [0x2B, 0x2D, 0x2E, 0x3A, 0x5F, 0x78, 0x6F, 0x54, 0x5A].contains(byte)
        }
        guard mayBe else { return false }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return !(parts.count == 4 && parts.allSatisfy { UInt8($0) != nil })
    }
}
