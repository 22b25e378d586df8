public import CMDB
public import Notation

/// Values as the text of one cell, so that reading the text gives the same value again.
public enum CellText {
    /// The cell of a value of `type`; empty for an absent one.
    ///
    /// Lists are `a,b,c` as NetBox writes them; where an element holds a comma, a quote, white space at an end or
    /// begins with `[`, the whole list is a JSON array. Trees (custom fields, `data`) are plain where that is read back
    /// as the same value, else JSON: the text `12` is written `"12"` with its quotes, the number 12 without.
    public static func write(_ value: JSONValue?, _ type: FieldType) -> String {
        guard let value, value != .null else { return "" }
        switch type {
        case .list: return list(value)
        case .map, .json, .record: return tree(value)
        default: return scalar(value)
        }
    }

    /// The node that an inventory file would hold for a cell; nil for an empty cell.
    public static func read(_ text: String, _ type: FieldType, at position: SourcePosition) -> YAMLNode? {
        if text.isEmpty { return nil }
        switch type {
        case .int, .decimal, .bool: return .scalar(trimmed(text), plain: true, position)
        case .list(let element):
            if text.hasPrefix("["), let array = (try? JSONValue.parse(text))?.array {
                return .list(array.map { node($0, position) }, position)
            }
            let parts = text.split(separator: ",").map { trimmed(String($0)) }.filter { !$0.isEmpty }
            return .list(parts.compactMap { read($0, element, at: position) }, position)
        case .map, .json, .record: return node(readTree(text), position)
        default: return .scalar(text, plain: false, position)
        }
    }

    /// The node that stands for exactly this value.
    public static func node(_ value: JSONValue, _ position: SourcePosition) -> YAMLNode {
        switch value {
        case .null: return .scalar("null", plain: true, position)
        case .bool(let truth): return .scalar(truth ? "true" : "false", plain: true, position)
        case .int(let number): return .scalar(String(number), plain: true, position)
        case .double(let number): return .scalar("\(number)", plain: true, position)
        case .string(let text): return .scalar(text, plain: false, position)
        case .array(let elements): return .list(elements.map { node($0, position) }, position)
        case .object(let members):
            let names = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let entries = names.map {
                YAMLMap.Entry(key: $0, keyPosition: position, value: node(members[$0] ?? .null, position))
            }
            return .map(YAMLMap(entries: entries, position: position))
        }
    }

    private static func scalar(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        default: value.canonical
        }
    }

    private static func list(_ value: JSONValue) -> String {
        guard let elements = value.array else { return scalar(value) }
        let texts = elements.map(scalar)
        let isPlain =
            texts.first?.hasPrefix("[") != true
            && texts.allSatisfy { text in
                !text.isEmpty && trimmed(text) == text
                    && !text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" }
            }
        return isPlain ? texts.joined(separator: ",") : value.canonical
    }

    static func tree(_ value: JSONValue) -> String {
        guard case .string(let text) = value else { return value.canonical }
        return readTree(text) == value ? text : value.canonical
    }

    /// What a plain text means by the YAML 1.2 core schema, or the JSON that it is.
    static func readTree(_ text: String) -> JSONValue {
        if let first = text.utf8.first, first == 0x22 || first == 0x5B || first == 0x7B,
            let value = try? JSONValue.parse(text)
        {
            return value
        }
        return readPlain(text)
    }

    /// What a text without quotes means by the YAML 1.2 core schema, as the loader keeps it: numbers only when they
    /// read back as they were written.
    static func readPlain(_ text: String) -> JSONValue {
        switch text {
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case "", "null", "Null", "NULL", "~": return .null
        default: break
        }
        if let number = Int64(text), String(number) == text { return .int(number) }
        if let first = text.utf8.first, (0x2B...0x39).contains(first), let number = Double(text), "\(number)" == text {
            return .double(number)
        }
        return .string(text)
    }

    private static func trimmed(_ text: String) -> String {
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(String.UnicodeScalarView(scalars))
    }
}

/// Keeps spreadsheets from running what a cell says (OWASP CSV injection), so that it can be taken back exactly.
///
/// An apostrophe is put before texts that begin with a formula leader, and before those that begin with an apostrophe
/// and such a leader or another apostrophe; negative numbers stay as they are. ``bare(_:)`` takes it off again, whatever
/// the text was: `bare(guarded(x)) == x`.
public enum FormulaGuard {
    private static let leaders: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]

    /// The text with its guard, where it needs one.
    public static func guarded(_ text: String) -> String {
        needsGuard(text) || hasGuard(text) ? "'" + text : text
    }

    /// The text without the guard that ``guarded(_:)`` put before it.
    public static func bare(_ text: String) -> String {
        hasGuard(text) ? String(text.unicodeScalars.dropFirst()) : text
    }

    private static func needsGuard(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, leaders.contains(first) else { return false }
        let isNumber =
            first == "-" && text.utf8.dropFirst().allSatisfy { (48...57).contains($0) || $0 == 46 }
            && Double(text) != nil
        return !isNumber
    }

    private static func hasGuard(_ text: String) -> Bool {
        var scalars = text.unicodeScalars.makeIterator()
        guard scalars.next() == "'", let second = scalars.next() else { return false }
        return second == "'" || leaders.contains(second)
    }
}
