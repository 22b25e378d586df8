import Foundation
import Yams

/// A YAML value that knows where it stands. Scalars keep their text: what it means is decided by who reads it.
public indirect enum YAMLNode: Sendable {
    /// Text as written; `plain` when it stood without quotes (only then may it mean a number, truth or null).
    case scalar(String, plain: Bool, SourcePosition)
    case list([YAMLNode], SourcePosition)
    case map(YAMLMap)

    /// Where it begins.
    public var position: SourcePosition {
        switch self {
        case .scalar(_, _, let position), .list(_, let position): position
        case .map(let map): map.position
        }
    }

    /// What it is, for messages: `text`, `list` or `mapping`.
    public var shape: String {
        switch self {
        case .scalar: "text"
        case .list: "list"
        case .map: "mapping"
        }
    }

    /// Whether it is an empty or `null` or `~` plain scalar (YAML 1.2 core schema).
    public var isNull: Bool {
        if case .scalar(let text, true, _) = self { ["", "null", "Null", "NULL", "~"].contains(text) } else { false }
    }

    /// The text of a scalar, whatever it looks like: `no` stays `no`.
    public var text: String? { if case .scalar(let text, _, _) = self { text } else { nil } }

    /// A plain decimal, 0x or 0o integer (YAML 1.2 core schema).
    public var int: Int64? {
        guard case .scalar(let text, true, _) = self else { return nil }
        if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8) }
        return Int64(text)
    }

    /// A plain number, whole or not.
    public var double: Double? {
        guard case .scalar(let text, true, _) = self, let first = text.utf8.first else { return nil }
        guard (48...57).contains(first) || [43, 45, 46].contains(first) else { return nil }
        return Double(text)
    }

    /// A plain `true` or `false` (three spellings each, YAML 1.2 core schema); `yes` and `no` are text.
    public var bool: Bool? {
        guard case .scalar(let text, true, _) = self else { return nil }
        switch text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: return nil
        }
    }

    /// The elements of a list.
    public var list: [YAMLNode]? { if case .list(let nodes, _) = self { nodes } else { nil } }
    /// The mapping.
    public var map: YAMLMap? { if case .map(let map) = self { map } else { nil } }

    /// The value by the YAML 1.2 core schema.
    public var json: JSONValue {
        switch self {
        case .scalar(let text, _, _):
            if isNull { return .null }
            if let truth = bool { return .bool(truth) }
            if let number = int { return .int(number) }
            if let number = double { return .double(number) }
            return .string(text)
        case .list(let nodes, _): return .array(nodes.map(\.json))
        case .map(let map):
            return .object(Dictionary(map.entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { $1 }))
        }
    }
}

/// A YAML mapping in the order written; its keys are scalars and unique.
public struct YAMLMap: Sendable {
    /// One key and its value.
    public struct Entry: Sendable {
        /// The key's text.
        public let key: String
        /// Where the key stands.
        public let keyPosition: SourcePosition
        /// What it maps to.
        public let value: YAMLNode

        /// Creates an entry.
        public init(key: String, keyPosition: SourcePosition, value: YAMLNode) {
            self.key = key
            self.keyPosition = keyPosition
            self.value = value
        }
    }
    /// In the order written.
    public let entries: [Entry]
    /// Where it begins.
    public let position: SourcePosition

    /// Creates a mapping; the caller vouches for unique keys.
    public init(entries: [Entry], position: SourcePosition) {
        self.entries = entries
        self.position = position
    }

    /// The value of `key`.
    public subscript(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
}

/// Reads YAML texts of one document.
public enum YAMLReader {
    /// The document's root; nil for a text with nothing but comments.
    ///
    /// Tabs in the indentation are answered with their place, duplicate keys with theirs. Aliases are followed;
    /// more than a million nodes are refused (alias bombs). A byte order mark at the start is no part of the text.
    /// Merge keys (`<<`, no part of YAML 1.2) are refused.
    public static func read(_ text: String, file: String) throws(InputErrors) -> YAMLNode? {
        let text = withoutByteOrderMark(text)
        if let tab = firstIndentingTab(text, file: file) { throw InputErrors(tab) }
        if let flood = tooManyAnchors(text, file: file) { throw InputErrors(flood) }
        if case .root(let root) = YAMLEvents.compose(text, file: file, budget: mostValues) { return root }
        return try readByYams(text, file: file)
    }

    /// Values of one file, counted with what aliases repeat.
    private static let mostValues = 1_000_000

    /// The same through the nodes of Yams, with words for everything that is wrong.
    static func readByYams(_ text: String, file: String) throws(InputErrors) -> YAMLNode? {
        do {
            // Meaning is decided by the reader, not by tags: the resolver's regular expressions, which Yams would run on
            // every key to compare it, cost half the time.
            guard let root = try Yams.compose(yaml: text, .basic) else { return nil }
            var budget = mostValues
            var problems: [Diagnostic] = []
            let node = convert(
                root, file: file, fallback: SourcePosition(file: file, line: 1, column: 1), &budget, &problems)
            if budget <= 0 {
                throw InputErrors(
                    Diagnostic(
                        SourcePosition(file: file), problem: "more than 1,000,000 values",
                        remedy: "split the file, or remove aliases that repeat each other"))
            }
            // What stands behind several aliases was converted several times.
            if !problems.isEmpty { throw InputErrors(Array(Set(problems))) }
            return node
        } catch let errors as InputErrors {
            throw errors
        } catch let error as YamlError {
            throw InputErrors(diagnose(error, text: text, file: file))
        } catch {
            throw InputErrors(
                Diagnostic(SourcePosition(file: file), problem: "unreadable YAML", remedy: "check the file's syntax"))
        }
    }

    private static func withoutByteOrderMark(_ text: String) -> String {
        guard text.unicodeScalars.first == "\u{FEFF}" else { return text }
        return String(text.unicodeScalars.dropFirst())
    }

    private static func convert(
        _ node: Node, file: String, fallback: SourcePosition, _ budget: inout Int, _ problems: inout [Diagnostic]
    ) -> YAMLNode {
        budget -= 1
        func place(_ mark: Mark?) -> SourcePosition {
            mark.map { SourcePosition(file: file, line: $0.line, column: $0.column) } ?? fallback
        }
        switch node {
        case .scalar(let scalar):
            let plain = scalar.style == .plain || scalar.style == .any
            return .scalar(scalar.string, plain: plain, place(scalar.mark))
        case .sequence(let sequence):
            let here = place(sequence.mark)
            if budget <= 0 { return .list([], here) }
            return .list(sequence.map { convert($0, file: file, fallback: here, &budget, &problems) }, here)
        case .mapping(let mapping):
            let here = place(mapping.mark)
            var entries: [YAMLMap.Entry] = []
            for (key, value) in mapping where budget > 0 {
                let at = place(key.mark)
                guard case .scalar(let name) = key else {
                    problems.append(
                        Diagnostic(at, problem: "a key that is not text", remedy: "use a plain word as key"))
                    continue
                }
                if name.string == "<<", name.style == .plain || name.style == .any {
                    problems.append(mergeKey(at))
                    continue
                }
                entries.append(
                    YAMLMap.Entry(
                        key: name.string, keyPosition: at,
                        value: convert(value, file: file, fallback: at, &budget, &problems)))
            }
            return .map(YAMLMap(entries: entries, position: here))
        case .alias: return .scalar("", plain: true, fallback)
        }
    }

    private static func mergeKey(_ position: SourcePosition) -> Diagnostic {
        Diagnostic(
            position, problem: "merge keys (<<) are not read",
            remedy: "write the fields out in each mapping that has them")
    }

    /// Anchors that refer to each other in a chain nest the node tree as deep as the chain is long, and releasing that
    /// tree takes stack for every link: tens of thousands would end the process.
    static let mostAnchors = 10_000

    private static func tooManyAnchors(_ text: String, file: String) -> Diagnostic? {
        var count = 0
        var line = 1
        var before: UInt8 = 10
        for byte in text.utf8 {
            if byte == 10 { line += 1 }
            // An anchor stands behind white space or an opening bracket; "R&D" is none.
            if byte == UInt8(ascii: "&"),
                before == 32 || before == 10 || before == UInt8(ascii: "[") || before == UInt8(ascii: "{")
                    || before == UInt8(ascii: ",")
            {
                count += 1
                if count > mostAnchors {
                    return Diagnostic(
                        SourcePosition(file: file, line: line, column: 1), problem: "more than 10,000 anchors (&name)",
                        remedy: "write the values out, or split the file")
                }
            }
            before = byte
        }
        return nil
    }

    private static func firstIndentingTab(_ text: String, file: String) -> Diagnostic? {
        guard text.utf8.contains(9) else { return nil }
        var line = 1
        var column = 1
        var indenting = true
        for byte in text.utf8 {
            switch byte {
            case 10:
                line += 1
                column = 0
                indenting = true
            case 9 where indenting:
                return Diagnostic(
                    SourcePosition(file: file, line: line, column: column), problem: "a tab in the indentation",
                    remedy: "indent with spaces, YAML allows no tabs there")
            case 32: break
            default: indenting = false
            }
            column += 1
        }
        return nil
    }

    /// What the parser says, with a remedy; its words where it means the structure of files as we ask for it are ours.
    private static func inPlainWords(_ problem: String) -> (problem: String, remedy: String) {
        if problem.contains("found another document") {
            return (
                "a second document begins here",
                "split the file into one document each, or remove this line if nothing stands behind it"
            )
        }
        if problem.contains("<document start>") {
            return (
                "text stands behind the end of the document",
                "check the indentation of this line and what ends before it; a file holds one document"
            )
        }
        if problem.contains("nesting level") {
            return ("lists and mappings are nested more than 1,000 deep", "write it flatter, or close what was opened")
        }
        return ("not YAML: \(problem)", "check indentation, quotes and colons here")
    }

    private static func diagnose(_ error: YamlError, text: String, file: String) -> [Diagnostic] {
        func at(_ mark: Mark) -> SourcePosition { SourcePosition(file: file, line: mark.line, column: mark.column) }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let (problem, remedy) = inPlainWords(problem)
            return [Diagnostic(at(mark), problem: problem, remedy: remedy)]
        case .duplicatedKeysInMapping(let keys, let context):
            return keys.map { key in
                if key == "<<" { return mergeKey(at(context.mark)) }
                return Diagnostic(
                    at(context.mark), problem: "key \"\(key)\" stands twice in this mapping",
                    remedy: "keep one of the two")
            }
        case .reader(let problem, let offset, _, _):
            let line = offset.map { text.utf8.prefix($0).count { $0 == 10 } + 1 } ?? 0
            return [
                Diagnostic(
                    SourcePosition(file: file, line: line), problem: "not UTF-8 text: \(problem)",
                    remedy: "save the file as UTF-8")
            ]
        default:
            return [
                Diagnostic(SourcePosition(file: file), problem: "unreadable YAML", remedy: "check the file's syntax")
            ]
        }
    }
}
