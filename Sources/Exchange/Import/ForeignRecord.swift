import CMDB
import Notation

/// A record as another tool wrote it: its own column names, its own words.
struct ForeignRecord {
    /// One named value with the place of its cell.
    struct Cell {
        let name: String
        let node: YAMLNode
        var position: SourcePosition { node.position }
        /// Whether it says nothing.
        var isBlank: Bool { node.isBlank }
        /// Its text without white space around it.
        var text: String? { node.trimmedText }
    }

    let kind: Kind
    let cells: [Cell]
    let position: SourcePosition
    /// Whether it comes from a table, where all values are texts.
    let isTabular: Bool
}

/// A table of one kind: headings, and rows of cells.
struct ForeignTable {
    let kind: Kind
    let headings: [CSVTable.Cell]
    let rows: [[CSVTable.Cell]]
    /// Names the table in messages.
    let place: SourcePosition
}

extension YAMLNode {
    /// Null, an empty text, an empty list or an empty mapping.
    var isBlank: Bool {
        if isNull { return true }
        switch self {
        case .scalar(let text, _, _): return text.utf8.allSatisfy { $0 <= 0x20 }
        case .list(let nodes, _): return nodes.isEmpty
        case .map(let map): return map.entries.isEmpty
        }
    }

    /// The text of a scalar without white space around it.
    var trimmedText: String? { text.map { Words.trimmed($0) } }

    /// The node a choice of NetBox's REST interface stands for: `{value, label}` gives the value.
    var chosen: YAMLNode {
        guard let map, let value = map["value"], map["label"] != nil || map.entries.count == 1 else { return self }
        return value
    }

    func with(_ text: String) -> YAMLNode { .scalar(text, plain: false, position) }
    func plain(_ text: String) -> YAMLNode { .scalar(text, plain: true, position) }
}

/// What is wrong or worth knowing, while sources are read.
struct ImportReport {
    var errors: [Diagnostic] = []
    var warnings: [Diagnostic] = []

    mutating func error(_ position: SourcePosition, _ problem: String, _ remedy: String) {
        errors.append(Diagnostic(position, problem: problem, remedy: remedy))
    }

    mutating func error(_ position: SourcePosition, _ subject: String, _ problem: String, _ remedy: String) {
        errors.append(Diagnostic(position, subject: subject, problem: problem, remedy: remedy))
    }

    mutating func warning(_ position: SourcePosition, _ problem: String, _ remedy: String) {
        warnings.append(Diagnostic(position, problem: problem, remedy: remedy, severity: .warning))
    }
}
