import CMDB
import Notation

/// A mapping file: what the columns of somebody's own CSV mean.
///
/// ```yaml
/// kind: device
/// key: asset_tag
/// columns:
///   Tên máy: name
///   Tình trạng: {field: status, values: {đang dùng: active, hỏng: failed}, default: active}
///   STT: ignore
/// constants: {site: ttdl, role: server}
/// files:
///   "may-ao*.csv": {kind: virtual-machine, columns: {Tên: name}}
/// ```
struct ColumnMapping {
    /// What one column means.
    struct Rule {
        let field: String
        var values: [String: String] = [:]
        var fallback: String?
        /// Whether a value outside `values` is an error.
        var isClosed = false
        let position: SourcePosition
    }

    let kind: Kind
    /// The field by which recorded records are found.
    let key: String?
    private let file: String
    private let rules: [String: Rule?]
    private let constants: [(field: String, text: String, position: SourcePosition)]

    /// Reads the mapping for `source`: what stands under `files` for its name goes before the rest.
    static func read(_ mapping: ImportSource, for source: ImportSource, kind: Kind?) throws(InputErrors)
        -> ColumnMapping
    {
        guard let root = try YAMLReader.read(try mapping.text(), file: mapping.path), let map = root.map else {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: mapping.path), problem: "the mapping is empty",
                    remedy: "write kind: and columns:"))
        }
        var reader = MapReader(map, subject: "mapping")
        var own = reader
        if let files = reader.mapping("files"),
            let entry = files.entries.first(where: { matches(source.name, pattern: $0.key) }),
            let inner = entry.value.map
        {
            own = MapReader(inner, subject: "mapping \(entry.key)")
        } else {
            own = reader
        }
        let made = ColumnMapping(&own, &reader, mapping.path, kind)
        var problems = own.finish()
        if map["files"] != nil {
            for name in ["kind", "key", "columns", "constants"] { _ = reader.node(name) }
            problems += reader.finish()
        }
        problems += made?.check() ?? []
        guard let made, problems.isEmpty else {
            if problems.isEmpty {
                problems = [
                    Diagnostic(
                        map.position, subject: "mapping", problem: "kind is missing",
                        remedy: "write kind: device, or another kind")
                ]
            }
            throw InputErrors(Array(Set(problems)))
        }
        return made
    }

    private init?(_ own: inout MapReader, _ shared: inout MapReader, _ file: String, _ given: Kind?) {
        self.file = file
        let text = own.text("kind") ?? shared.text("kind")
        key = own.text("key") ?? shared.text("key")
        var rules: [String: Rule?] = [:]
        if let columns = own.mapping("columns", required: true) {
            for entry in columns.entries {
                rules.updateValue(Self.rule(entry, &own), forKey: Words.trimmed(entry.key))
            }
        }
        self.rules = rules
        var constants: [(field: String, text: String, position: SourcePosition)] = []
        for source in [shared.mapping("constants"), own.mapping("constants")] {
            for entry in source?.entries ?? [] {
                guard let text = entry.value.text else {
                    own.fail(entry.value.position, "\(entry.key) is a \(entry.value.shape)", "write one value")
                    continue
                }
                constants.removeAll { $0.field == entry.key }
                constants.append((entry.key, text, entry.keyPosition))
            }
        }
        self.constants = constants
        guard let kind = given ?? text.flatMap({ KindNames.kind(named: $0) }) else {
            if let text, let node = own.map["kind"] ?? shared.map["kind"] {
                own.fail(
                    node.position, "kind \"\(text.prefix(60))\" is not known",
                    NearestName.hint(text, in: Kind.allCases.map(\.rawValue), otherwise: "write one such as device"))
            }
            return nil
        }
        self.kind = kind
    }

    private static func rule(_ entry: YAMLMap.Entry, _ reader: inout MapReader) -> Rule? {
        if let text = entry.value.text {
            return entry.value.isNull || text == "ignore" || text == "-"
                ? nil : Rule(field: text, position: entry.value.position)
        }
        guard let map = entry.value.map else {
            reader.fail(entry.value.position, "\(entry.key) is a \(entry.value.shape)", "write a field, or {field: …}")
            return nil
        }
        var inner = MapReader(map, subject: "column \(entry.key)")
        guard let field = inner.text("field", required: true) else {
            for problem in inner.finish() { reader.fail(problem.position, problem.problem, problem.remedy) }
            return nil
        }
        var rule = Rule(field: field, position: map.position)
        for pair in inner.mapping("values")?.entries ?? [] {
            rule.isClosed = true
            rule.values[Words.trimmed(pair.key).lowercased()] = pair.value.isNull ? "" : pair.value.text ?? ""
        }
        rule.fallback = inner.text("default")
        for problem in inner.finish() { reader.fail(problem.position, problem.problem, problem.remedy) }
        return rule
    }

    /// `*` stands for any text.
    private static func matches(_ name: String, pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1 else { return name == pattern }
        guard name.hasPrefix(parts[0]) else { return false }
        var rest = name.dropFirst(parts[0].count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }

    private func check() -> [Diagnostic] {
        var out: [Diagnostic] = []
        let fields =
            rules.values.compactMap { $0 }.map { ($0.field, $0.position) } + constants.map { ($0.field, $0.position) }
        for (field, position) in fields {
            if case .column = Headings.read(field, kind) { continue }
            out.append(
                Diagnostic(
                    position, subject: "mapping", problem: "\(kind.rawValue) has no field \"\(field.prefix(60))\"",
                    remedy: NearestName.hint(field, in: Headings.names(kind), otherwise: "see hatang inventory schema"))
            )
        }
        if let key, Schema.of(kind).field(key) == nil {
            out.append(
                Diagnostic(
                    SourcePosition(file: file), subject: "mapping",
                    problem: "key \"\(key.prefix(60))\" is no field of \(kind.rawValue)",
                    remedy: NearestName.hint(
                        key, in: Headings.names(kind), otherwise: "name a field such as slug or serial")))
        }
        return out
    }

    /// The table under our headings and in our values.
    func table(_ table: CSVTable, source: ImportSource) throws(InputErrors) -> ForeignTable {
        guard let header = table.rows.first else {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: source.path), problem: "no header",
                    remedy: "begin with the names of the columns"))
        }
        var problems: [Diagnostic] = []
        let names = header.map { Words.trimmed($0.text) }
        for (name, rule) in rules where !names.contains(name) && rule?.fallback == nil && rule != nil {
            problems.append(
                Diagnostic(
                    header[0].position, problem: "there is no column \"\(name.prefix(60))\", which \(file) asks for",
                    remedy: NearestName.hint(name, in: names, otherwise: "correct the mapping, or the header")))
        }
        let missing = rules.filter { !names.contains($0.key) }.compactMap { $0.value }.filter { $0.fallback != nil }
        var headings: [CSVTable.Cell] = []
        for (name, cell) in zip(names, header) {
            headings.append(CSVTable.Cell(text: (rules[name] ?? nil)?.field ?? "", position: cell.position))
        }
        let added = missing.map { ($0.field, $0.fallback ?? "") } + constants.map { ($0.field, $0.text) }
        headings += added.map { CSVTable.Cell(text: $0.0, position: header[0].position) }
        let rows = table.rows.dropFirst().map { row in
            var cells = zip(names, row).map { name, cell in self.cell(cell, name, &problems) }
            while cells.count < names.count { cells.append(CSVTable.Cell(text: "", position: row[0].position)) }
            return cells + added.map { CSVTable.Cell(text: $0.1, position: row[0].position) }
        }
        if !problems.isEmpty { throw InputErrors(problems) }
        return ForeignTable(kind: kind, headings: headings, rows: rows, place: SourcePosition(file: source.path))
    }

    private func cell(_ cell: CSVTable.Cell, _ name: String, _ problems: inout [Diagnostic]) -> CSVTable.Cell {
        guard let rule = rules[name] ?? nil else { return cell }
        let text = Words.trimmed(FormulaGuard.bare(cell.text))
        if let value = rule.values[text.lowercased()] { return CSVTable.Cell(text: value, position: cell.position) }
        if text.isEmpty { return CSVTable.Cell(text: rule.fallback ?? "", position: cell.position) }
        if rule.isClosed {
            problems.append(
                Diagnostic(
                    cell.position, problem: "\(name): \"\(text.prefix(60))\" has no value in the mapping",
                    remedy: NearestName.hint(
                        text, in: rule.values.keys.sorted(), otherwise: "add it to values in \(file)")))
        }
        return CSVTable.Cell(text: text, position: cell.position)
    }

    /// Columns that the mapping does not name.
    func warnings(_ table: CSVTable, source: ImportSource) -> [Diagnostic] {
        let unnamed = (table.rows.first ?? []).filter { rules[Words.trimmed($0.text)] == nil && !$0.text.isBlankText }
        if unnamed.isEmpty { return [] }
        return [
            Diagnostic(
                SourcePosition(file: source.path),
                problem: "\(unnamed.count) columns are not in the mapping and are left out: "
                    + unnamed.map { Words.trimmed($0.text) }.joined(separator: ", "),
                remedy: "map them, or write ignore", severity: .warning)
        ]
    }
}
