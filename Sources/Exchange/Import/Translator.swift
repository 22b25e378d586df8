import CMDB
import Notation

/// Turns the columns and words of NetBox into the fields of our schema.
struct Translator {
    private(set) var out: [Pending] = []
    private(set) var problems = ImportReport()
    /// Columns that held something and have no place here, by file.
    private var homeless: [String: (place: SourcePosition, names: [String])] = [:]
    let ignoresUnknown: Bool

    init(ignoresUnknown: Bool) { self.ignoresUnknown = ignoresUnknown }

    /// One warning for each file whose columns had no place.
    var warnings: [Diagnostic] {
        problems.warnings
            + homeless.values.map {
                Diagnostic(
                    SourcePosition(file: $0.place.file),
                    problem: "\($0.names.count) columns have no place in the inventory and are left out: "
                        + $0.names.joined(separator: ", "),
                    remedy: "name them cf_… to keep them as custom fields", severity: .warning)
            }
    }

    /// Reads every row of a table; unknown headings are errors with a suggestion.
    mutating func read(_ table: ForeignTable) {
        var columns: [(place: Int, name: String, lookup: String?)] = []
        var seen: [String: String] = [:]
        for (i, heading) in table.headings.enumerated() where !heading.text.isBlankText {
            switch Headings.read(heading.text, table.kind) {
            case .column(let name, let lookup):
                if let other = seen[name] {
                    problems.error(
                        heading.position, "the columns \(quoted(other)) and \(quoted(heading.text)) mean the same",
                        "keep one of them")
                    continue
                }
                seen[name] = heading.text
                columns.append((i, name, lookup))
            case .noPlace:
                if table.rows.contains(where: { $0.indices.contains(i) && !$0[i].text.isBlankText }) {
                    noteHomeless(heading.position, heading.text)
                }
            case .unknown: unknown(heading.position, heading.text, table.kind)
            }
        }
        for row in table.rows {
            let cells = columns.compactMap { column -> ForeignRecord.Cell? in
                guard row.indices.contains(column.place) else { return nil }
                return cell(row[column.place], column.name, column.lookup, table.kind)
            }
            let start = row.first { !$0.text.isBlankText }?.position ?? table.place
            if row.count > table.headings.count,
                let extra = row[table.headings.count...].first(where: { !$0.text.isBlankText })
            {
                problems.error(
                    extra.position, "the row has \(row.count) cells, the header \(table.headings.count)",
                    "check quotes and separators in this row")
                continue
            }
            read(ForeignRecord(kind: table.kind, cells: cells, position: start, isTabular: true))
        }
    }

    private func cell(_ cell: CSVTable.Cell, _ name: String, _ lookup: String?, _ kind: Kind) -> ForeignRecord.Cell {
        // What a program quoted or a workbook holds is meant as it is.
        let text = cell.isQuoted ? cell.text : Words.trimmed(cell.text)
        var node = YAMLNode.scalar(text, plain: false, cell.position)
        if let lookup, !text.isEmpty, lookup != "id" {
            let entry = YAMLMap.Entry(key: lookup, keyPosition: cell.position, value: node)
            if ["slug", "name", "model", "vid", "rd", "cid"].contains(lookup) {
                node = .map(YAMLMap(entries: [entry], position: cell.position))
            }
        }
        return ForeignRecord.Cell(name: name, node: node)
    }

    private mutating func noteHomeless(_ place: SourcePosition, _ name: String) {
        if !(homeless[place.file]?.names.contains(name) ?? false) {
            homeless[place.file, default: (place, [])].names.append(name)
        }
    }

    private mutating func unknown(_ place: SourcePosition, _ name: String, _ kind: Kind) {
        if ignoresUnknown { return noteHomeless(place, name) }
        problems.error(
            place, "\(kind.rawValue) has no column \(quoted(name))",
            NearestName.hint(
                Headings.folded(name), in: Headings.names(kind),
                otherwise: "remove it, name it cf_… to keep it as a custom field, or give --ignore-unknown"))
    }

    /// Reads one record of a REST answer or a YAML export.
    mutating func read(_ map: YAMLMap, _ kind: Kind) {
        var cells: [ForeignRecord.Cell] = []
        for entry in map.entries {
            if entry.key == "custom_fields" || entry.key == "components" {
                cells.append(ForeignRecord.Cell(name: entry.key, node: entry.value))
                continue
            }
            switch Headings.read(entry.key, kind) {
            case .column(let name, _): cells.append(ForeignRecord.Cell(name: name, node: entry.value))
            case .noPlace:
                if !entry.value.isBlank, entry.value.text != "0", entry.value.bool != false {
                    noteHomeless(entry.keyPosition, entry.key)
                }
            case .unknown: if !entry.value.isBlank { unknown(entry.keyPosition, entry.key, kind) }
            }
        }
        read(ForeignRecord(kind: kind, cells: cells, position: map.position, isTabular: false))
    }

    /// Reads one record.
    mutating func read(_ record: ForeignRecord) {
        let pending = Pending(record.kind, at: record.position)
        var special = SpecialColumns(record, pending)
        for cell in record.cells {
            if special.take(cell) { continue }
            if cell.name.hasPrefix("cf_") {
                special.customFields.append((String(cell.name.dropFirst(3)), cell))
                continue
            }
            take(cell, pending, record.isTabular)
        }
        special.finish(&problems)
        for name in special.homeless { noteHomeless(record.position, name) }
        out.append(pending)
        out += special.others
    }

    /// Makers of device types that were asked for.
    private var makers: Set<String> = []

    /// Asks for a maker that a device type names; an existing one stays as it is.
    mutating func wantMaker(_ name: String, _ position: SourcePosition) {
        guard makers.insert(name).inserted else { return }
        let place = Pending(.manufacturer, at: position, isImplied: true)
        place.given["name"] = .scalar(name, plain: false, position)
        out.append(place)
    }

    /// Adds a record that was put together elsewhere.
    mutating func add(_ pending: Pending) { out.append(pending) }

    private mutating func take(_ cell: ForeignRecord.Cell, _ pending: Pending, _ isTabular: Bool) {
        let kind = pending.kind
        let content = ColumnTable.column(kind, heading: cell.name)?.content
        switch content {
        case .member(let field, let member):
            guard !cell.isBlank else { return }
            let node = cell.node.text.flatMap { CellText.read($0, member.type, at: cell.position) } ?? cell.node
            let entry = YAMLMap.Entry(key: member.name, keyPosition: cell.position, value: node)
            let before = pending.given[field.name]?.map?.entries ?? []
            pending.given[field.name] = .map(YAMLMap(entries: before + [entry], position: cell.position))
        case .foreign, .derived:
            if let field = Schema.of(kind).field(cell.name) {
                set(field, cell, pending, isTabular)
            } else if !cell.isBlank {
                noteHomeless(cell.position, cell.name)
            }
        case .field(let field): set(field, cell, pending, isTabular)
        default: if let field = Schema.of(kind).field(cell.name) { set(field, cell, pending, isTabular) }
        }
    }

    private func set(_ field: Field, _ cell: ForeignRecord.Cell, _ pending: Pending, _ isTabular: Bool) {
        if cell.isBlank {
            pending.blank.insert(field.name)
        } else {
            pending.given[field.name] = Values.convert(cell.node, field, isTabular: isTabular)
        }
    }

    private func quoted(_ text: String) -> String { "\"\(text.prefix(60))\"" }
}

extension String {
    /// Whether nothing stands in it.
    var isBlankText: Bool { utf8.allSatisfy { $0 <= 0x20 } || Words.trimmed(self).isEmpty }
}

/// Values of other tools as an inventory file would have them.
enum Values {
    /// `isTabular` says that trees are texts in one cell.
    static func convert(_ node: YAMLNode, _ field: Field, isTabular: Bool = false) -> YAMLNode {
        switch field.type {
        case .map, .json, .record:
            guard isTabular, let text = node.text else { return node }
            return CellText.read(text, field.type, at: node.position) ?? node
        default: return convert(node, field.type, field.name)
        }
    }

    static func convert(_ node: YAMLNode, _ type: FieldType, _ name: String) -> YAMLNode {
        switch type {
        case .list(let element): return list(node, element, name)
        case .reference: return node
        case .map, .json, .record: return node
        default: break
        }
        var node = node.chosen
        // A nested record stands for its name: {id, name}, {address, …}, {slug, …}.
        if node.map != nil, let text = RecordFinder.texts(node).first { node = node.with(text) }
        guard let text = node.trimmedText, !node.isNull else { return node }
        switch type {
        case .text: return node.with(node.text ?? text)
        case .choice(let choices): return node.with(Words.choice(text, of: choices))
        case .slug: return node.with(slug(text, name))
        case .bool: return Words.truth(text).map { node.plain($0 ? "true" : "false") } ?? node.plain(text)
        case .int: return node.plain(Words.whole(text))
        case .decimal: return node.plain(Words.decimal(text))
        case .date: return node.with(Words.day(text))
        case .address: return node.with(text.split(separator: "/").first.map(String.init) ?? text)
        default: return node.with(text)
        }
    }

    private static func slug(_ text: String, _ name: String) -> String {
        if name == "type" || name == "poe_type" { return Words.type(text) }
        return Slug.isValid(text) ? text : Slug.of(text)
    }

    private static func list(_ node: YAMLNode, _ element: FieldType, _ name: String) -> YAMLNode {
        if let nodes = node.list {
            return .list(nodes.filter { !$0.isBlank }.map { item(convert($0, element, name), element) }, node.position)
        }
        guard let text = node.trimmedText else { return .list([item(node, element)], node.position) }
        if text.hasPrefix("["), let read = CellText.read(text, .list(element), at: node.position) { return read }
        // NetBox writes lists with commas, people with semicolons and lines as well; texts may hold those.
        let isText = if case .text = element { true } else { false }
        let parts = text.split { $0 == "," || !isText && ($0 == ";" || $0 == "\n") }.map { Words.trimmed(String($0)) }
        return .list(
            parts.filter { !$0.isEmpty }.map { item(convert(node.with($0), element, name), element) }, node.position)
    }

    /// A nested tag is its slug.
    private static func item(_ node: YAMLNode, _ element: FieldType) -> YAMLNode {
        guard element == .slug, let map = node.map else { return node }
        let text = (map["slug"] ?? map["name"] ?? map["display"])?.trimmedText ?? ""
        return .scalar(Slug.isValid(text) ? text : Slug.of(text), plain: false, node.position)
    }
}
