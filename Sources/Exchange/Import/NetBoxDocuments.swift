import CMDB
import Notation

/// NetBox's REST lists and YAML exports, and files of the device-type library.
struct NetBoxDocuments {
    private let source: ImportSource
    private let kind: Kind?
    /// Whether anything but device types is left out with a warning.
    private let onlyTypes: Bool
    private(set) var report = ImportReport()

    init(source: ImportSource, kind: Kind?, onlyTypes: Bool) {
        self.source = source
        self.kind = kind
        self.onlyTypes = onlyTypes
    }

    /// The documents of a YAML text, parted by `---`; places count from the start of the file.
    static func documents(_ text: String, file: String) throws(InputErrors) -> [YAMLNode] {
        var parts: [String] = []
        var lines: [Substring] = []
        var before = 0
        var count = 0
        func close(_ lines: [Substring], _ before: Int) {
            if lines.contains(where: { !$0.isEmpty && !$0.hasPrefix("#") }) {
                parts.append(String(repeating: "\n", count: before) + lines.joined(separator: "\n") + "\n")
            }
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            count += 1
            let bare = line.hasSuffix("\r") ? line.dropLast() : line
            if bare == "---" || bare == "..." {
                close(lines, before)
                (lines, before) = ([], count)
            } else {
                lines.append(line)
            }
        }
        close(lines, before)
        var out: [YAMLNode] = []
        var problems: [Diagnostic] = []
        for part in parts {
            do throws(InputErrors) {
                if let node = try YAMLReader.read(part, file: file), !node.isNull { out.append(node) }
            } catch {
                problems += error.diagnostics
            }
        }
        if !problems.isEmpty { throw InputErrors(problems) }
        return out
    }

    /// A JSON text with places. JSON is YAML; what the YAML reader cannot take (escaped pairs, millions of values)
    /// is read without places.
    static func json(_ source: ImportSource) throws(InputErrors) -> [YAMLNode] {
        let text = try source.text()
        let value: JSONValue
        do { value = try JSONValue.parse(text) } catch {
            let offset = (error as? JSONSyntaxError)?.offset ?? 0
            let head = text.utf8.prefix(offset)
            let line = head.count { $0 == 10 } + 1
            let column = head.reversed().prefix { $0 != 10 }.count + 1
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: source.path, line: line, column: column),
                    problem: (error as? JSONSyntaxError).map { "not JSON: \($0.problem)" } ?? "not JSON",
                    remedy: "save the answer of the REST interface unchanged"))
        }
        if text.utf8.count < 30_000_000, let root = try? YAMLReader.read(text, file: source.path) { return [root] }
        return [CellText.node(value, SourcePosition(file: source.path))]
    }

    mutating func read(_ roots: [YAMLNode], into translator: inout Translator) {
        for root in roots { read(root, into: &translator) }
    }

    private mutating func read(_ root: YAMLNode, into translator: inout Translator) {
        if let list = root.list { return readList(list, nil, into: &translator) }
        guard let map = root.map else {
            report.error(root.position, "a \(root.shape) stands where records are asked", "give a list of records")
            return
        }
        if source.path.split(separator: "/").contains("module-types") {
            report.warning(map.position, "module types are not read", "leave the folder module-types out")
            return
        }
        if let type = InventoryLoader.deviceType(map), kind == nil || kind == .deviceType {
            report.warnings += type.warnings
            return readType(type.record, type.makers, into: &translator)
        }
        if onlyTypes {
            report.error(
                map.position, "not a device type: manufacturer and model are missing",
                "give files of the device-type library")
            return
        }
        if let results = map["results"]?.list {
            if let next = map["next"], !next.isNull, next.text != "" {
                report.warning(
                    next.position, "the answer has further pages", "fetch them all, with ?limit=0 or page by page")
            }
            return readList(results, nil, into: &translator)
        }
        let lists = map.entries.filter { KindNames.kind(named: $0.key) != nil && $0.value.list != nil }
        if !lists.isEmpty {
            let shared = map.entries.filter { ["sample", "source"].contains($0.key) && $0.value.text != nil }
            for entry in map.entries where !["sample", "source"].contains(entry.key) {
                guard let kind = KindNames.kind(named: entry.key), let list = entry.value.list else {
                    report.error(
                        entry.keyPosition, "unknown key \"\(entry.key.prefix(60))\"",
                        "give lists by kind, such as devices:")
                    continue
                }
                readList(list, kind, shared: shared, into: &translator)
            }
            return
        }
        readList([root], nil, into: &translator)
    }

    private mutating func readList(
        _ nodes: [YAMLNode], _ named: Kind?, shared: [YAMLMap.Entry] = [], into translator: inout Translator
    ) {
        var last: Kind?
        for node in nodes {
            guard let map = node.map else {
                report.error(node.position, "a \(node.shape) stands where a record is asked", "give a list of records")
                continue
            }
            let byAddress = map["url"]?.text.flatMap { KindNames.kind(url: $0) }
            guard let kind = kind ?? named ?? byAddress ?? last ?? guess(map) else {
                report.error(
                    node.position, "nothing tells what this record is", "name the kind with --kind, or keep its url")
                continue
            }
            last = kind
            if kind == .deviceType, let type = InventoryLoader.deviceType(map), map["manufacturer"]?.text != nil {
                report.warnings += type.warnings
                readType(type.record, type.makers, into: &translator)
            } else {
                for part in Nesting.flattened(map, kind, shared) { translator.read(part.map, part.kind) }
            }
        }
    }

    private func guess(_ map: YAMLMap) -> Kind? {
        let found = KindNames.kind(headings: map.entries.map(\.key))
        if let named = KindNames.kind(named: source.stem), found.best == nil || found.candidates.contains(named) {
            return named
        }
        return found.best
    }

    private mutating func readType(_ record: YAMLMap, _ makers: [String], into translator: inout Translator) {
        let pending = Pending(.deviceType, at: record.position)
        for entry in record.entries where !entry.value.isBlank { pending.given[entry.key] = entry.value }
        for maker in makers { translator.wantMaker(maker, record["manufacturer"]?.position ?? record.position) }
        translator.add(pending)
    }
}
