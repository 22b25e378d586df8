import Notation

/// Reads one file's lists into drafts; interfaces, addresses and services nested in machines become drafts of
/// their own.
struct FileReader {
    let origin: String
    let report: Report
    private(set) var drafts: [Draft] = []
    /// Makers that device types name.
    private(set) var makers: [DeviceTypeFile.Maker] = []
    /// Combinations of fields met so far; hand them on from file to file.
    var shapes = RowShapes()
    private var defaults: [String: JSONValue] = [:]
    /// The file, for records that stand in it as they are read.
    private var source: DraftSource?

    /// Short names that only nested addresses have, and the fields they stand for.
    static let aliases = ["primary": "is_primary", "oob": "is_oob"]
    /// What the whole file, or a machine for its nested records, may say once.
    private static let inherited = ["sample", "source"]

    init(origin: String, report: Report) {
        self.origin = origin
        self.report = report
    }

    /// What nesting says about a record.
    private struct Nest {
        var given: [String: JSONValue] = [:]
        var inherited: [String: JSONValue]
    }

    mutating func read(_ file: InventoryFile) {
        let root: YAMLNode?
        do throws(InputErrors) {
            root = try YAMLReader.read(file.text, file: file.path)
        } catch {
            report.addUnreadable(error)
            return
        }
        let before = drafts.count
        let errorsBefore = report.errors.count
        guard let root, !root.isNull else {
            report.warning(SourcePosition(file: file.path), "no objects in this file", "remove it or fill it")
            return
        }
        guard let map = root.map else {
            report.error(
                root.position, "the file is a \(root.shape), lists by kind are asked",
                "begin with a key such as devices:")
            return
        }
        if DeviceTypeFile.isModuleType(map, path: file.path) {
            report.warning(map.position, "module types are not read", "leave the folder module-types out")
            return
        }
        if DeviceTypeFile.isOne(map) {
            makers += DeviceTypeFile.makers(map, origin: origin)
            let parts = DeviceTypeFile.read(map)
            for entry in parts.unknown {
                let (problem, remedy) = DeviceTypeFile.warning(entry)
                report.warning(entry.keyPosition, problem, remedy)
            }
            readObject(.map(parts.record), .deviceType, Nest(inherited: [:]))
            return
        }
        source = DraftSource(file)
        readDefaults(map)
        for entry in map.entries where !Self.inherited.contains(entry.key) {
            guard let kind = Kind(fileKey: entry.key) else {
                report.error(
                    entry.keyPosition, "unknown key \(shown(entry.key))", Self.hint(forKey: entry.key))
                continue
            }
            readList(entry.value, kind, "\(entry.key)", Nest(inherited: defaults))
        }
        if drafts.count == before, report.errors.count == errorsBefore {
            report.warning(SourcePosition(file: file.path), "no objects in this file", "remove it or fill it")
        }
    }

    /// Reads a record that another reader has parsed.
    mutating func read(_ record: InventoryRecord) {
        readObject(.map(record.map), record.kind, Nest(inherited: [:]))
    }

    private static func hint(forKey key: String) -> String {
        if let kind = Kind(rawValue: key.replacing("_", with: "-")) { return "did you mean \"\(kind.fileKey)\"?" }
        let known = Kind.allCases.map(\.fileKey) + inherited
        return NearestName.hint(key, in: known, otherwise: "known keys: \(known.joined(separator: ", "))")
    }

    private mutating func readDefaults(_ map: YAMLMap) {
        defaults = [:]
        for name in Self.inherited {
            guard let node = map[name], !node.isNull else { continue }
            if name == "sample" {
                if let truth = node.bool {
                    defaults[name] = .bool(truth)
                } else {
                    report.error(node.position, "sample is not a truth value", "write true or false")
                }
            } else if let text = node.text, text.unicodeScalars.count <= 300 {
                let text = PlainText.canonical(text, oneLine: true)
                if let fault = PlainText.fault(text, oneLine: true) {
                    report.error(node.position, "source \(fault.problem)", fault.remedy("source"))
                } else if !text.isEmpty {
                    defaults[name] = .string(text)
                }
            } else {
                report.error(node.position, "source is not a text of at most 300 characters", "write one short text")
            }
        }
    }

    private mutating func readList(_ node: YAMLNode, _ kind: Kind, _ name: String, _ nest: Nest) {
        if node.isNull { return }
        guard let elements = node.list else {
            report.error(
                node.position, "\(name) is a \(node.shape), a list is asked", "begin each \(kind.rawValue) with \"- \"")
            return
        }
        drafts.reserveCapacity(drafts.count + elements.count)
        for element in elements { readObject(element, kind, nest) }
    }

    private mutating func readObject(_ node: YAMLNode, _ kind: Kind, _ nest: Nest) {
        guard let map = mapping(node, kind, nested: !nest.given.isEmpty) else { return }
        let key = KeyMaker(map: map, kind: kind, given: nest.given).key
        let subject = Subject(kind, key)
        let values = ValueReader(subject: subject, report: report)
        let table = KindTable.of(kind)
        var row = FieldRow(table)
        for (name, value) in nest.given { row[name] = value }
        var refused: Set<String> = []
        var nested: [YAMLMap.Entry] = []
        for entry in map.entries {
            if table.nested[entry.key] != nil {
                nested.append(entry)
                continue
            }
            let name = kind == .ipAddress ? Self.aliases[entry.key] ?? entry.key : entry.key
            guard let field = table.fields[name], let column = table.columns[name] else {
                values.unknown(entry, in: Self.known(kind, table))
                continue
            }
            if nest.given[name] != nil {
                report.error(
                    entry.keyPosition, subject, "\(name) is given by the record around it", "leave \(name) out here")
                continue
            }
            row.written |= Draft.bit(column)
            if entry.value.isNull { continue }
            switch values.read(entry.value, field.type, name) {
            case .some(.null): break
            case .some(let value): row.values[column] = value
            case nil: refused.insert(name)
            }
        }
        for name in table.required where row[name] == nil && !refused.contains(name) {
            report.error(map.position, subject, "\(name) is missing", "add \(name):")
        }
        for (name, value) in nest.inherited where row[name] == nil { row[name] = value }
        for (name, value) in table.fallbacks where row[name] == nil && !refused.contains(name) { row[name] = value }
        guard let key else {
            if refused.isEmpty, table.required.allSatisfy({ row[$0] != nil }) {
                report.error(map.position, subject, "no key can be made from its name", "add slug:")
            }
            return
        }
        if table.fields["slug"] != nil, row["slug"] == nil, !refused.contains("slug") { row["slug"] = .string(key) }
        let id = ObjectID(kind, key)
        drafts.append(
            Draft(
                id: id, fields: row.fields(&shapes), written: row.written, source: source ?? DraftSource(map),
                position: map.position, origin: origin, isSound: refused.isEmpty))
        if nested.isEmpty { return }
        var inherited: [String: JSONValue] = [:]
        for name in Self.inherited { inherited[name] = row[name] }
        for entry in nested { readNested(entry, of: id, inherited) }
    }

    private mutating func readNested(_ entry: YAMLMap.Entry, of id: ObjectID, _ inherited: [String: JSONValue]) {
        guard let kind = KindTable.of(id.kind).nested[entry.key] else { return }
        let owner: (field: String, value: String) =
            switch kind {
            case .interface: ("device", id.description)
            case let part where Kind.components.contains(part): ("device", id.key)
            case .ipAddress: ("assigned_object", id.key)
            default: ("parent", id.description)
            }
        readList(
            entry.value, kind, entry.key, Nest(given: [owner.field: .string(owner.value)], inherited: inherited))
    }

    /// The mapping of one record; an address nested in an interface may be its text alone.
    private func mapping(_ node: YAMLNode, _ kind: Kind, nested: Bool) -> YAMLMap? {
        if let map = node.map { return map }
        if nested, kind == .ipAddress, node.text != nil, !node.isNull {
            let entry = YAMLMap.Entry(key: "address", keyPosition: node.position, value: node)
            return YAMLMap(entries: [entry], position: node.position)
        }
        report.error(
            node.position, Subject(kind, nil), "a \(node.shape) stands where a mapping is asked",
            "write key: value pairs")
        return nil
    }

    private static func known(_ kind: Kind, _ table: KindTable) -> [String] {
        switch kind {
        case .device: table.names + ["services"] + Kind.components.map(\.fileKey)
        case .virtualMachine: table.names + ["interfaces", "services"]
        case .interface: table.names + ["ip_addresses"]
        case .ipAddress: table.names + aliases.keys.sorted()
        default: table.names
        }
    }
}

/// The values of one record by column, while they are read.
struct FieldRow {
    private let table: KindTable
    var values: [JSONValue?]
    var written: UInt128 = 0

    init(_ table: KindTable) {
        self.table = table
        values = Array(repeating: .none, count: table.sortedNames.count)
    }

    subscript(_ name: String) -> JSONValue? {
        get { table.columns[name].flatMap { values[$0] } }
        set { if let column = table.columns[name] { values[column] = newValue } }
    }

    /// The values that are there, with names that records of the same combination share.
    func fields(_ shapes: inout RowShapes) -> Fields {
        var mask: UInt128 = 0
        var present: [JSONValue] = []
        present.reserveCapacity(values.count { $0 != nil })
        for (column, value) in values.enumerated() {
            guard let value else { continue }
            mask |= Draft.bit(column)
            present.append(value)
        }
        return Fields(shape: shapes.shape(table, mask, values), values: present)
    }
}

/// Combinations of fields by kind and columns.
struct RowShapes {
    private struct Key: Hashable {
        let kind: Kind
        let mask: UInt128
    }
    private var known: [Key: Shape] = [:]

    mutating func shape(_ table: KindTable, _ mask: UInt128, _ values: [JSONValue?]) -> Shape {
        let key = Key(kind: table.kind, mask: mask)
        if let shape = known[key] { return shape }
        let shape = Shape(zip(table.sortedNames, values).compactMap { $1 == nil ? nil : $0 })
        // A kind with more columns than the mask has bits keeps a shape for each record.
        if table.sortedNames.count <= 128 { known[key] = shape }
        return shape
    }
}

/// Finds the natural key of a record from its mapping, before its fields are read.
struct KeyMaker {
    let map: YAMLMap
    let kind: Kind
    let given: [String: JSONValue]

    var key: String? {
        let made: String? =
            switch kind {
            case let part where Kind.components.contains(part):
                self.part("device").flatMap { machine in
                    self.part("name").map { NaturalKey.interface(machine: machine, name: $0) }
                }
            case .ipAddress: address
            case .prefix: part("prefix").map { NaturalKey.prefix($0, vrf: part("vrf")) }
            case .aggregate: part("prefix").map { NaturalKey.prefix($0, vrf: nil) }
            case .asn: part("asn")
            case .ipRange:
                part("start_address").flatMap { first in
                    part("end_address").map { NaturalKey.range(first, $0, vrf: part("vrf")) }
                }
            default: slug
            }
        return made.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func part(_ name: String) -> String? {
        given[name]?.string ?? map[name].flatMap { $0.isNull ? nil : ReferenceText.of($0) }
    }

    /// The first end on one side of a cable, without its kind.
    private func ends(_ name: String) -> String? {
        guard let node = map[name] else { return nil }
        let first = node.list.map { $0.compactMap { ReferenceText.of($0) }.min() } ?? ReferenceText.of(node)
        return first.map { ObjectID($0)?.key ?? $0 }
    }

    private var slug: String? {
        if let node = map["slug"], !node.isNull, let slug = node.text, !slug.isEmpty { return NaturalKey.bare(slug) }
        switch kind {
        case .levelDecision:
            guard let system = part("system"), let regime = part("regime") else { return nil }
            return Slug.of("\(NaturalKey.bare(system)) \(regime)")
        case .deviceType:
            guard let maker = part("manufacturer"), let model = part("model") else { return nil }
            return Slug.of("\(NaturalKey.bare(maker)) \(model)")
        case .circuit: return part("cid").map(Slug.of)
        case .cable:
            guard let a = ends("a_terminations"), let b = ends("b_terminations") else { return nil }
            return Slug.of("\(a) \(b)")
        case .contactAssignment:
            guard let object = part("object"), let contact = part("contact") else { return nil }
            return Slug.of("\(object) \(NaturalKey.bare(contact)) \(part("role") ?? "")")
        case .journalEntry:
            guard let object = part("assigned_object"), let created = part("created") else { return nil }
            return Slug.of("\(object) \(ValueReader.dateTime(created) ?? created)")
        case .software: return part("name").map { Slug.of("\($0) \(part("version") ?? "")") }
        case .flow:
            guard let from = part("source_zone"), let to = part("destination_zone") else { return nil }
            let ports = map["ports"]?.list?.compactMap(\.text).sorted().joined(separator: " ") ?? ""
            return Slug.of(
                "\(NaturalKey.bare(from)) \(NaturalKey.bare(to)) \(part("protocol") ?? "any") \(ports) \(part("action") ?? "allow")"
            )
        case .dependency:
            guard let from = part("from"), let relation = part("relation"), let to = part("to") else { return nil }
            return NaturalKey.dependency(from: from, relation: relation, to: to)
        case .service:
            // Two machines may both offer `ssh`: nested services carry their machine in the key.
            guard let name = part("name") else { return nil }
            return given["parent"]?.string.map { Slug.of("\(NaturalKey.bare($0)) \(name)") } ?? Slug.of(name)
        default: return part("name").map(Slug.of)
        }
    }

    private var address: String? {
        guard let text = part("address") else { return nil }
        let isShared = map["role"]?.text.map(NaturalKey.sharedRoles.contains) ?? false
        return NaturalKey.address(text, vrf: part("vrf"), shared: isShared ? part("assigned_object") : nil)
    }
}
