import Notation

/// A record while it is being loaded. Where each of its fields stands is not kept but read again when there is
/// something to say about it: nearly all records are in order.
struct Draft {
    let id: ObjectID
    var fields: Fields
    let origin: String
    private let source: DraftSource
    private let line: UInt32
    private let column: UInt32
    /// False when its key had to be guessed after an error: it exists for references, but is not checked further.
    let isSound: Bool
    /// The columns of ``KindTable/sortedNames`` that the file names, the null ones too.
    private let written: UInt128

    /// A record of a file, which begins at `position`.
    init(
        id: ObjectID, fields: Fields, written: UInt128, source: DraftSource, position: SourcePosition, origin: String,
        isSound: Bool
    ) {
        (self.id, self.fields, self.written) = (id, fields, written)
        (self.source, self.origin, self.isSound) = (source, origin, isSound)
        (line, column) = (UInt32(clamping: position.line), UInt32(clamping: position.column))
    }

    /// A record that was made from `map`, which may stand in no file.
    init(id: ObjectID, fields: [String: JSONValue], map: YAMLMap, origin: String, isSound: Bool) {
        let columns = KindTable.of(id.kind).columns
        var written: UInt128 = 0
        for entry in map.entries {
            if let column = columns[entry.key] { written |= Draft.bit(column) }
        }
        self.init(
            id: id, fields: Fields(fields), written: written, source: DraftSource(map), position: map.position,
            origin: origin, isSound: isSound)
    }

    static func bit(_ column: Int) -> UInt128 { column < 128 ? 1 << UInt128(column) : 0 }

    var position: SourcePosition {
        SourcePosition(file: source.path, line: Int(line), column: Int(column))
    }

    /// Whether the file has the key `field`, with a value or without.
    func isWritten(_ field: String) -> Bool {
        guard let column = KindTable.of(id.kind).columns[field] else { return false }
        return written & Draft.bit(column) != 0
    }

    /// Where `field` stands; the record itself when the field was implied by nesting.
    func place(_ field: String) -> SourcePosition { node(field)?.position ?? position }

    /// Where the element `text` of the list `field` stands.
    func place(_ field: String, element text: String) -> SourcePosition {
        guard let node = node(field) else { return position }
        return node.list?.first { ReferenceText.of($0) == text }?.position ?? node.position
    }

    /// Where `member` of the mapping `field` stands.
    func place(_ field: String, member: String) -> SourcePosition {
        guard let node = node(field) else { return position }
        let entry = node.map?.entries.first { Slug.composed($0.key) == member }
        return entry?.value.position ?? node.position
    }

    private func node(_ field: String) -> YAMLNode? {
        guard let map = source.map(at: position) else { return nil }
        return map[field] ?? FileReader.aliases.first { $0.value == field }.flatMap { map[$0.key] }
    }
}

/// What a draft was read from.
final class DraftSource {
    let path: String
    private let text: String?
    private let single: YAMLMap?
    /// All mappings of the file by line and column, once it had to be read again.
    private var maps: [UInt64: YAMLMap]?

    init(_ file: InventoryFile) { (path, text, single) = (file.path, file.text, nil) }
    init(_ map: YAMLMap) { (path, text, single) = (map.position.file, nil, map) }

    /// The mapping that begins at `position`; nil for what has none, such as an address that is only its text.
    func map(at position: SourcePosition) -> YAMLMap? {
        if let single { return single }
        if maps == nil {
            var found: [UInt64: YAMLMap] = [:]
            if let text, let root = try? YAMLReader.read(text, file: path) { Self.collect(root, &found) }
            maps = found
        }
        return maps?[Self.key(position)]
    }

    private static func key(_ position: SourcePosition) -> UInt64 {
        UInt64(UInt32(clamping: position.line)) << 32 | UInt64(UInt32(clamping: position.column))
    }

    // The outer one of two that begin at one place is met later and stays: the inner one cannot be a record.
    private static func collect(_ node: YAMLNode, _ found: inout [UInt64: YAMLMap]) {
        switch node {
        case .scalar: break
        case .list(let elements, _): for element in elements { collect(element, &found) }
        case .map(let map):
            for entry in map.entries { collect(entry.value, &found) }
            found[key(map.position)] = map
        }
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

    func add(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { errors.append(diagnostic) } else { warnings.append(diagnostic) }
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
