import CMDB
import Notation

/// Finds out what each source is and hands it to its reader.
struct SourceReader {
    private let options: ImportOptions
    private var translator: Translator
    private var report = ImportReport()
    private(set) var readings: [String] = []

    private let snapshot: Snapshot

    init(options: ImportOptions, snapshot: Snapshot) {
        self.options = options
        self.snapshot = snapshot
        translator = Translator(ignoresUnknown: options.ignoresUnknown)
    }

    var pendings: [Pending] { translator.out }
    var errors: [Diagnostic] { report.errors + translator.problems.errors }
    var warnings: [Diagnostic] { report.warnings + translator.warnings }

    mutating func read(_ sources: [ImportSource]) {
        // The files of one Ansible inventory belong together.
        var ansible: [ImportSource] = []
        for source in sources {
            let format: ImportFormat
            do throws(InputErrors) {
                if let named = options.format {
                    format = named
                } else {
                    format = try Self.detect(source, hasMapping: options.mapping != nil)
                }
            } catch {
                report.errors += error.diagnostics
                continue
            }
            if format == .ansible {
                ansible.append(source)
                continue
            }
            let before = translator.out.count
            let errorsBefore = errors.count
            do throws(InputErrors) {
                try read(source, format)
            } catch {
                report.errors += error.diagnostics
            }
            note([source], format, translator.out[before...], hadErrors: errors.count > errorsBefore)
        }
        if ansible.isEmpty { return }
        let errorsBefore = errors.count
        var reader = AnsibleReader(snapshot: snapshot)
        reader.read(ansible)
        report.errors += reader.report.errors
        report.warnings += reader.report.warnings
        for pending in reader.out { translator.add(pending) }
        note(ansible, .ansible, reader.out[...], hadErrors: errors.count > errorsBefore)
    }

    /// Says what was found; a source without a record is an error: empty input is never a success.
    private mutating func note(
        _ sources: [ImportSource], _ format: ImportFormat, _ found: ArraySlice<Pending>, hadErrors: Bool
    ) {
        var counts: [Kind: Int] = [:]
        for pending in found { counts[pending.kind, default: 0] += 1 }
        let kinds = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key.rawValue)" }
        let path = sources.count == 1 ? sources[0].path : "\(sources.count) files"
        readings.append("\(path): \(format.rawValue), \(kinds.isEmpty ? "nothing" : kinds.joined(separator: ", "))")
        if found.isEmpty, !hadErrors {
            report.error(
                SourcePosition(file: sources[0].path), "no record in it",
                "check that it is \(format.rawValue), or name the format with --from")
        }
    }

    private static func detect(_ source: ImportSource, hasMapping: Bool) throws(InputErrors) -> ImportFormat {
        switch source.suffix {
        case "xlsx", "xlsm": return .xlsx
        case "csv", "tsv", "txt": return hasMapping ? .csv : .netboxCSV
        case "json":
            if let root = try? JSONValue.parse(source.bytes), root["all"] != nil || root["_meta"] != nil {
                return .ansible
            }
            return .netboxJSON
        case "yaml", "yml": return try detectYAML(source)
        case "":
            if source.path.contains("/group_vars/") || source.path.contains("/host_vars/") { return .ansible }
            throw unknownFormat(source)
        default: throw unknownFormat(source)
        }
    }

    private static func unknownFormat(_ source: ImportSource) -> InputErrors {
        let all = ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")
        return InputErrors(
            Diagnostic(
                SourcePosition(file: source.path), problem: "the name does not tell the format",
                remedy: "name it with --from: \(all)"))
    }

    private static func detectYAML(_ source: ImportSource) throws(InputErrors) -> ImportFormat {
        let folders = source.path.split(separator: "/").dropLast()
        if folders.contains("group_vars") || folders.contains("host_vars") { return .ansible }
        let roots = try NetBoxDocuments.documents(try source.text(), file: source.path)
        if roots.contains(where: { $0.map.flatMap { InventoryLoader.deviceType($0) } != nil }) { return .deviceTypes }
        if let map = roots.first?.map {
            if map["all"] != nil { return .ansible }
            let isGroup = map.entries.contains { entry in
                guard Kind(fileKey: entry.key) == nil, let inner = entry.value.map else { return false }
                return inner["hosts"] != nil || inner["children"] != nil
            }
            if isGroup { return .ansible }
        }
        return .netboxYAML
    }

    private mutating func read(_ source: ImportSource, _ format: ImportFormat) throws(InputErrors) {
        switch format {
        case .netboxCSV: try readCSV(source)
        case .netboxJSON, .netboxYAML, .deviceTypes:
            let isJSON = format == .netboxJSON
            let roots =
                isJSON
                ? try NetBoxDocuments.json(source) : try NetBoxDocuments.documents(try source.text(), file: source.path)
            var documents = NetBoxDocuments(source: source, kind: options.kind, onlyTypes: format == .deviceTypes)
            documents.read(roots, into: &translator)
            report.errors += documents.report.errors
            report.warnings += documents.report.warnings
        case .csv:
            guard let mapping = options.mapping else {
                throw InputErrors(
                    Diagnostic(
                        SourcePosition(file: source.path), problem: "a CSV of your own needs a mapping",
                        remedy: "give --mapping FILE, or --from netbox-csv for NetBox's headings"))
            }
            let table = try CSVTable.read(try source.text(), file: source.path)
            let plan = try ColumnMapping.read(mapping, for: source, kind: options.kind)
            let before = translator.out.count
            translator.read(try plan.table(table, source: source))
            if let key = plan.key { for pending in translator.out[before...] { pending.keyField = key } }
            report.warnings += plan.warnings(table, source: source)
        case .xlsx: try readWorkbook(source)
        case .ansible: break
        }
    }

    private mutating func readCSV(_ source: ImportSource) throws(InputErrors) {
        let table = try CSVTable.read(try source.text(), file: source.path)
        guard let header = table.rows.first else { return }
        let bare = table.rows.map { row in
            row.map { CSVTable.Cell(text: FormulaGuard.bare($0.text), position: $0.position, isQuoted: $0.isQuoted) }
        }
        try readTable(header, Array(bare.dropFirst()), named: source.stem, SourcePosition(file: source.path))
    }

    private mutating func readWorkbook(_ source: ImportSource) throws(InputErrors) {
        let book = try SpreadsheetBook.read(source.bytes, file: source.path)
        var named = 0
        for sheet in book.sheets {
            guard let header = sheet.rows.first, sheet.name != SheetNames.readme else { continue }
            let kind = KindNames.kind(named: sheet.name)
            if kind == nil, options.kind == nil {
                let texts = header.map(\.text)
                guard KindNames.kind(headings: texts).best != nil else {
                    report.warning(
                        SourcePosition(file: "\(source.path):\(sheet.name)"),
                        "the sheet is of no known kind and is left out",
                        "name it after a kind, such as devices or Thiết bị")
                    continue
                }
            }
            named += 1
            try readTable(
                header, Array(sheet.rows.dropFirst()), named: sheet.name,
                SourcePosition(file: "\(source.path):\(sheet.name)"))
        }
        if named == 0 {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: source.path), problem: "no sheet is of a known kind",
                    remedy: "name sheets after kinds, such as devices, ip_addresses or Thiết bị"))
        }
    }

    private mutating func readTable(
        _ header: [CSVTable.Cell], _ rows: [[CSVTable.Cell]], named: String, _ place: SourcePosition
    ) throws(InputErrors) {
        let texts = header.map(\.text)
        let byHeadings = KindNames.kind(headings: texts)
        // A file name is a hint, the headings decide where they speak against it.
        let byName = KindNames.kind(named: named).flatMap { kind in
            byHeadings.best == nil || byHeadings.candidates.contains(kind)
                || texts.count(where: { if case .unknown = Headings.read($0, kind) { true } else { false } }) * 3
                    <= texts.count
                ? kind : nil
        }
        guard let kind = options.kind ?? byName ?? byHeadings.best else {
            let names = byHeadings.candidates.map(\.rawValue).joined(separator: ", ")
            throw InputErrors(
                Diagnostic(
                    header.first?.position ?? place, problem: "the headings do not tell what the records are",
                    remedy: names.isEmpty
                        ? "name the kind with --kind" : "name the kind with --kind: it may be \(names)"))
        }
        translator.read(ForeignTable(kind: kind, headings: header, rows: rows, place: place))
    }
}
