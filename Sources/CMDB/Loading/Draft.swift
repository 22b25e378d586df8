import Notation

/// A record while it is being loaded: its fields so far and the mapping they were read from.
struct Draft {
    let id: ObjectID
    var fields: [String: JSONValue]
    let map: YAMLMap
    let origin: String
    /// False when its key had to be guessed after an error: it exists for references, but is not checked further.
    let isSound: Bool

    var position: SourcePosition { map.position }

    /// Where `field` stands; the record itself when the field was implied by nesting.
    func place(_ field: String) -> SourcePosition { node(field)?.position ?? map.position }

    /// Where the element `text` of the list `field` stands.
    func place(_ field: String, element text: String) -> SourcePosition {
        guard let node = node(field) else { return map.position }
        return node.list?.first { ReferenceText.of($0) == text }?.position ?? node.position
    }

    private func node(_ field: String) -> YAMLNode? {
        map[field] ?? FileReader.aliases.first { $0.value == field }.flatMap { map[$0.key] }
    }
}

/// Names a record in diagnostics; the text is only made when there is something to say.
struct Subject {
    let kind: Kind
    let key: String?

    init(_ id: ObjectID) { (kind, key) = (id.kind, id.key) }
    init(_ kind: Kind, _ key: String?) { (self.kind, self.key) = (kind, key) }
    var text: String { "\(kind.rawValue)/\(key ?? "?")" }
}

/// Collects what is wrong; one is shared by all steps of one load.
final class Report {
    private(set) var errors: [Diagnostic] = []
    private(set) var warnings: [Diagnostic] = []

    /// Whether a file could not be read as YAML: then nobody knows what is missing.
    private(set) var hasUnreadableFile = false

    func addUnreadable(_ problems: InputErrors) {
        hasUnreadableFile = true
        errors += problems.diagnostics.map {
            Diagnostic(
                $0.position, subject: $0.subject, problem: $0.problem,
                remedy: $0.remedy + " (references could not be checked without this file)")
        }
    }

    func error(_ position: SourcePosition, _ subject: Subject, _ problem: String, _ remedy: String) {
        errors.append(Diagnostic(position, subject: subject.text, problem: problem, remedy: remedy))
    }

    func error(_ position: SourcePosition, _ problem: String, _ remedy: String) {
        errors.append(Diagnostic(position, problem: problem, remedy: remedy))
    }

    func warning(_ position: SourcePosition, _ subject: Subject, _ problem: String, _ remedy: String) {
        warnings.append(
            Diagnostic(position, subject: subject.text, problem: problem, remedy: remedy, severity: .warning))
    }

    func warning(_ position: SourcePosition, _ problem: String, _ remedy: String) {
        warnings.append(Diagnostic(position, problem: problem, remedy: remedy, severity: .warning))
    }
}

extension SourcePosition {
    /// `file:line:column`, for naming another place inside a message.
    var short: String { line > 0 ? "\(file):\(line):\(max(column, 1))" : file }
}

/// A value as messages show it: short, and on one line.
func shown(_ text: String) -> String {
    let line = text.prefix(60).map { $0.isNewline ? " " : String($0) }.joined()
    return "\"\(line)\(text.count > 60 ? "…" : "")\""
}
