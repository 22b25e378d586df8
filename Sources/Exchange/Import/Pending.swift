import CMDB
import Notation

/// A record on its way in: fields by our names, references still as written.
final class Pending {
    let kind: Kind
    let position: SourcePosition
    /// What the source says, with its place.
    var given: [String: YAMLNode] = [:]
    /// Fields whose column is there and empty.
    var blank: Set<String> = []
    /// What else the row says that helps to tell records of one name apart: `vlan_group`, `manufacturer`, …
    var context: [String: YAMLNode] = [:]
    /// The machine it is on, where several kinds may be meant: which, and its name as written.
    var machine: (kinds: [Kind], node: YAMLNode)?
    /// The name of the interface on that machine.
    var interface: YAMLNode?
    /// Terminations by field.
    var ends: [String: [End]] = [:]
    /// What will be written instead of a reference.
    var resolved: [String: YAMLNode] = [:]
    /// The natural key once it is known.
    var key: String?
    /// The field by which a mapping file wants it to be found.
    var keyField: String?
    /// The record of that key.
    var recorded: Object?
    /// Whether the source holds it, or another of its records implies it.
    let isImplied: Bool

    /// One termination of a cable as NetBox's columns say it.
    struct End {
        var kind: Kind = .interface
        var device: YAMLNode?
        var panel: YAMLNode?
        var name: YAMLNode
    }

    init(_ kind: Kind, at position: SourcePosition, isImplied: Bool = false) {
        self.kind = kind
        self.position = position
        self.isImplied = isImplied
    }

    /// The text of a field as written.
    func text(_ name: String) -> String? { RecordFinder.texts(given[name]).first }

    /// As the loader takes it: what is given, then what is recorded and was not touched.
    func record(origin: String, blanksClear: Bool) -> InventoryRecord {
        var entries: [YAMLMap.Entry] = []
        let schema = Schema.of(kind)
        func add(_ name: String, _ node: YAMLNode) {
            entries.append(YAMLMap.Entry(key: name, keyPosition: node.position, value: node))
        }
        for (name, node) in given.sorted(by: { $0.key < $1.key }) where name != "slug" {
            if name == "custom_fields", let kept = recorded?.fields["custom_fields"]?.object {
                add(name, Self.merged(node, kept, position))
            } else {
                add(name, resolved[name] ?? node)
            }
        }
        if schema.field("slug") != nil, let key {
            add("slug", .scalar(key, plain: false, given["slug"]?.position ?? position))
        }
        guard let recorded else {
            return InventoryRecord(kind: kind, map: YAMLMap(entries: entries, position: position), origin: origin)
        }
        for (name, value) in recorded.fields where given[name] == nil && name != "slug" {
            let field = schema.field(name)
            let mayClear = blanksClear && field?.required == false && field?.fallback == nil
            if blank.contains(name), mayClear { continue }
            add(name, CellText.node(value, position))
        }
        return InventoryRecord(kind: kind, map: YAMLMap(entries: entries, position: position), origin: origin)
    }

    /// Custom fields that the source does not name stay; a null takes one away.
    private static func merged(_ node: YAMLNode, _ kept: [String: JSONValue], _ position: SourcePosition) -> YAMLNode {
        let own = node.map?.entries ?? []
        let names = Set(own.map(\.key))
        let rest = kept.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }.map {
            YAMLMap.Entry(key: $0.key, keyPosition: position, value: CellText.node($0.value, position))
        }
        return .map(YAMLMap(entries: own.filter { !$0.value.isNull } + rest, position: node.position))
    }
}
