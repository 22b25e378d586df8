public import CMDB
import Notation

/// Inventory files in canonical form: fields in the order of the schema, records by key, nothing that is implied.
///
/// Parts of machines and their addresses are nested as people write them. What nesting, fallbacks and `primary: true`
/// imply is left out; `inventory apply` reads back exactly the same records.
public struct InventoryYAML: Sendable {
    private let outer: ObjectID?
    private let lists: [Kind: [Object]]
    /// Lines of comment, with their `#`, that stand above records.
    var comments: [ObjectID: [String]] = [:]
    /// Nested records by the one around them.
    private let nested: [ObjectID: [Object]]

    /// Arranges `objects`.
    public init(_ objects: some Sequence<Object>) { self.init(objects, nestedIn: nil) }

    /// Arranges `objects`, of which some will be nested in the record `outer`, which is not one of them.
    init(_ objects: some Sequence<Object>, nestedIn outer: ObjectID?) {
        let objects = objects.sorted { $0.id < $1.id }
        let chosen = Dictionary(objects.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        var lists: [Kind: [Object]] = [:]
        var nested: [ObjectID: [Object]] = [:]
        for object in objects {
            if let owner = Self.owner(of: object), let around = chosen[owner], Self.mayNest(object, in: around) {
                nested[owner, default: []].append(object)
            } else {
                lists[object.id.kind, default: []].append(object)
            }
        }
        self.outer = outer
        self.lists = lists
        self.nested = nested
    }

    /// The records that stand in lists of their own, not nested: each is the head of what it nests.
    public var heads: [Object] { Kind.allCases.flatMap { lists[$0] ?? [] } }

    /// `head` and all records nested in it.
    public func family(of head: Object) -> [Object] {
        [head] + (nested[head.id] ?? []).flatMap { family(of: $0) }
    }

    /// One document with a list for each kind that `filter` leaves something of; empty when nothing is left.
    public func document(where filter: (Object) -> Bool = { _ in true }) -> String {
        Kind.allCases.compactMap { kind in
            let records = (lists[kind] ?? []).filter(filter)
            if records.isEmpty { return nil }
            return "\(kind.fileKey):\n" + records.map { item($0, indent: 2) }.joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    /// One list item without its last line end; `indent` is the column of its dash.
    func item(_ object: Object, indent: Int, within inherited: [String: JSONValue] = [:]) -> String {
        let entries = entries(of: object, indent: indent + 2, within: inherited)
        let above = (comments[object.id] ?? []).map { YAMLStyle.pad(indent) + $0 + "\n" }.joined()
        return above + YAMLStyle.pad(indent) + "- " + String(entries.joined(separator: "\n").dropFirst(indent + 2))
    }

    /// The lines `key: value` of a record with what it nests, each possibly several lines.
    func entries(of object: Object, indent: Int, within inherited: [String: JSONValue] = [:]) -> [String] {
        var out: [String] = []
        for (name, value) in fields(of: object, within: inherited) {
            let head = YAMLStyle.pad(indent) + name + ":"
            if case .record(let members)? = Schema.of(object.id.kind).field(name)?.type {
                out.append(head)
                out += Self.record(value, members, indent: indent + 2)
            } else {
                out.append(
                    head + YAMLStyle.afterKey(value, indent: indent + 2, column: indent + name.utf8.count + 1))
            }
        }
        let parts = Dictionary(grouping: nested[object.id] ?? [], by: \.id.kind)
        let given = Self.inheritance(of: object)
        for (kind, parts) in parts.sorted(by: { $0.key < $1.key }) {
            out.append(YAMLStyle.pad(indent) + "\(kind.fileKey):")
            out += parts.map { part in
                if let line = line(part, indent: indent + 2, within: given) { return line }
                return item(part, indent: indent + 2, within: given)
            }
        }
        return out
    }

    /// The lines of a record field, its members in the order of the schema.
    static func record(_ value: JSONValue, _ members: [Field], indent: Int) -> [String] {
        members.compactMap { member in
            guard let part = value[member.name] else { return nil }
            return YAMLStyle.pad(indent) + member.name + ":"
                + YAMLStyle.afterKey(part, indent: indent + 2, column: indent + member.name.utf8.count + 1)
        }
    }

    /// The records of `heads` with all that they nest.
    func families(of heads: [Object]) -> [Object] { heads.flatMap { family(of: $0) } }

    /// A list element whose dash stands at `indent`: one line when it is short and nested, else a block.
    func element(_ object: Object, indent: Int, within inherited: [String: JSONValue]) -> String {
        if outer != nil, let line = line(object, indent: indent, within: inherited) { return line }
        return item(object, indent: indent, within: inherited)
    }

    /// The record as one `{…}`, however long.
    func flowText(_ object: Object, within inherited: [String: JSONValue]) -> String {
        flow(object, within: inherited, limit: .max) ?? "{}"
    }

    /// A nested record as one `- {…}`, when it is short and nests short ones only.
    private func line(_ object: Object, indent: Int, within inherited: [String: JSONValue]) -> String? {
        guard family(of: object).allSatisfy({ comments[$0.id] == nil }), let flow = flow(object, within: inherited)
        else { return nil }
        let line = YAMLStyle.pad(indent) + "- " + flow
        return line.unicodeScalars.count <= YAMLStyle.width ? line : nil
    }

    private func flow(_ object: Object, within inherited: [String: JSONValue], limit: Int = YAMLStyle.width) -> String?
    {
        var members = fields(of: object, within: inherited).map { "\($0.name): \(YAMLStyle.flow($0.value))" }
        let parts = Dictionary(grouping: nested[object.id] ?? [], by: \.id.kind)
        for (kind, parts) in parts.sorted(by: { $0.key < $1.key }) {
            let given = Self.inheritance(of: object)
            let inner = parts.compactMap { flow($0, within: given, limit: limit) }
            guard inner.count == parts.count else { return nil }
            members.append("\(kind.fileKey): [\(inner.joined(separator: ", "))]")
        }
        let text = "{\(members.joined(separator: ", "))}"
        return text.unicodeScalars.count <= limit ? text : nil
    }

    /// What stands in the file for a record, in order: neither fallbacks nor what the records around it say.
    func fields(of object: Object, within inherited: [String: JSONValue]) -> [(name: String, value: JSONValue)] {
        let owner = Self.owner(of: object)
        let isNested = owner.map { $0 == outer || nested[$0]?.contains { $0.id == object.id } ?? false } ?? false
        let implied = implied(object)
        return Schema.of(object.id.kind).fields.compactMap { field in
            guard let value = object[field.name], value != field.fallback, !implied.contains(field.name) else {
                return nil
            }
            if isNested, field.name == Self.ownerField(object.id.kind) { return nil }
            if inherited[field.name] == value { return nil }
            return (Self.shortName(field.name, object.id.kind, isNested), value)
        }
    }

    private static func shortName(_ name: String, _ kind: Kind, _ isNested: Bool) -> String {
        guard isNested, kind == .ipAddress else { return name }
        return name == "is_primary" ? "primary" : name == "is_oob" ? "oob" : name
    }

    /// Fields that others say: the primary addresses of a machine whose address is marked, and slugs that are made.
    private func implied(_ object: Object) -> Set<String> {
        var out: Set<String> = []
        if object.id.kind == .dependency, let made = Self.dependencySlug(object), object.text("slug") == made {
            out.insert("slug")
        }
        guard object.id.kind == .device || object.id.kind == .virtualMachine else { return out }
        for interface in nested[object.id] ?? [] where interface.id.kind == .interface {
            for address in nested[interface.id] ?? [] where address.id.kind == .ipAddress {
                guard let host = address.text("address")?.split(separator: "/").first.map(String.init) else { continue }
                let family = host.contains(":") ? "primary_ip6" : "primary_ip4"
                if address.flag("is_primary"), object.text(family) == host { out.insert(family) }
                if address.flag("is_oob"), object.text("oob_ip") == host { out.insert("oob_ip") }
            }
        }
        return out
    }

    static func dependencySlug(_ object: Object) -> String? {
        guard let from = object.text("from").flatMap({ ObjectID($0) }),
            let to = object.text("to").flatMap({ ObjectID($0) }),
            let relation = object.text("relation"), Slug.isValid(from.key), Slug.isValid(to.key)
        else { return nil }
        return Slug.of("\(from.key) \(relation) \(to.key)")
    }

    /// What a machine says once for its nested records.
    static func inheritance(of object: Object) -> [String: JSONValue] {
        var out: [String: JSONValue] = [:]
        for name in ["sample", "source"] { out[name] = object[name] }
        return out
    }

    private static func ownerField(_ kind: Kind) -> String? {
        if kind == .ipAddress { return "assigned_object" }
        return Kind.components.contains(kind) ? "device" : nil
    }

    /// Around which record a nested one would stand.
    static func owner(of object: Object) -> ObjectID? {
        guard let field = ownerField(object.id.kind) else { return nil }
        return Snapshot.ids(field, in: object).first
    }

    /// Whether nesting would say exactly the same: a record cannot lack a source that the one around it has.
    private static func mayNest(_ object: Object, in around: Object) -> Bool {
        inheritance(of: around).keys.allSatisfy { object[$0] != nil }
    }
}
