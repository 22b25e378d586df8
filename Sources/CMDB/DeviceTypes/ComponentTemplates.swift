import Notation

/// The templates of a device type: what a new device of the type has from the start.
///
/// They stand in the field `components` of a device type by the list names of the public device-type library
/// (`interfaces`, `power-ports`, …), each a mapping with a name.
public enum ComponentTemplates {
    /// The library's name of each list and the kind it makes.
    public static let lists: [(name: String, kind: Kind)] = [
        ("console-ports", .consolePort), ("console-server-ports", .consoleServerPort), ("power-ports", .powerPort),
        ("power-outlets", .powerOutlet), ("interfaces", .interface), ("front-ports", .frontPort),
        ("rear-ports", .rearPort), ("module-bays", .moduleBay), ("device-bays", .deviceBay),
        ("inventory-items", .inventoryItem),
    ]

    /// The kind that a list makes; underscores are as good as hyphens.
    public static func kind(ofList name: String) -> Kind? {
        let name = name.replacing("_", with: "-")
        return lists.first { $0.name == name }?.kind
    }

    /// One thing to be made for every device of a type.
    struct Part: Sendable {
        let kind: Kind
        let name: String
        /// Canonical, without `device`.
        let fields: [String: JSONValue]
    }

    /// Stands in names where the position of a module goes; without a module there is nothing to be made.
    static let modulePlaceholder = "{module}"

    /// The parts that the canonical `components` of a type stand for, in their order; those of modules are left out.
    static func parts(_ components: JSONValue) -> [Part] {
        var out: [Part] = []
        for (list, kind) in lists {
            let table = KindTable.of(kind)
            for template in components[list]?.array ?? [] {
                guard let members = template.object, let name = members["name"]?.string,
                    !name.contains(modulePlaceholder)
                else { continue }
                var fields = members.filter { table.fields[$0.key] != nil && $0.key != "device" }
                for (fallback, value) in table.fallbacks where fields[fallback] == nil { fields[fallback] = value }
                out.append(Part(kind: kind, name: name, fields: fields))
            }
        }
        return out
    }
}

/// Reads the field `components` of a device type under the same rules as the records that will be made from it.
struct ComponentReader {
    let values: ValueReader

    /// What the library knows beside our fields; it is kept, but nothing is made of it.
    private static let known: Set<String> = [
        "rf_role", "poe", "positions", "role", "enabled", "color", "status", "_is_power_source", "description",
        "label", "rear_port", "rear_port_position", "port_mappings", "component", "component_type",
    ]

    /// The canonical templates; nil when something in them is wrong.
    func read(_ node: YAMLNode) -> JSONValue? {
        guard let map = node.map else {
            values.fail(node, "components is a \(node.shape), a mapping is asked", "write lists such as interfaces:")
            return nil
        }
        var out: [String: JSONValue] = [:]
        var isSound = true
        for entry in map.entries where !entry.value.isNull {
            guard let kind = ComponentTemplates.kind(ofList: entry.key) else {
                let names = ComponentTemplates.lists.map(\.name)
                values.report.error(
                    entry.keyPosition, values.subject, "unknown list \(shown(entry.key)) of components",
                    NearestName.hint(entry.key, in: names, otherwise: "known lists: \(names.joined(separator: ", "))"))
                isSound = false
                continue
            }
            guard let elements = entry.value.list else {
                values.fail(entry.value, "\(entry.key) is a \(entry.value.shape), a list is asked", "begin with \"- \"")
                isSound = false
                continue
            }
            let name = entry.key.replacing("_", with: "-")
            var seen: Set<String> = []
            var templates: [JSONValue] = []
            for element in elements {
                guard let template = template(element, kind, name) else {
                    isSound = false
                    continue
                }
                if let own = template["name"]?.string, !seen.insert(own).inserted {
                    values.fail(element, "\(name) holds \(shown(own)) twice", "keep one of them")
                    isSound = false
                }
                templates.append(template)
            }
            if !templates.isEmpty { out[name] = .array(templates) }
        }
        return isSound ? (out.isEmpty ? .null : .object(out)) : nil
    }

    private func template(_ node: YAMLNode, _ kind: Kind, _ list: String) -> JSONValue? {
        guard let map = node.map else {
            values.fail(node, "\(list) holds a \(node.shape), a mapping is asked", "write - {name: …, type: …}")
            return nil
        }
        let table = KindTable.of(kind)
        var out: [String: JSONValue] = [:]
        var isSound = true
        for entry in map.entries where !entry.value.isNull {
            let value: JSONValue?
            if let field = table.fields[entry.key], entry.key != "device" {
                value = values.read(lowered(entry.value, field), field.type, "\(list).\(entry.key)")
            } else {
                if !Self.known.contains(entry.key) {
                    values.report.warning(
                        entry.keyPosition, values.subject, "\(list) has the unknown key \(shown(entry.key))",
                        NearestName.hint(entry.key, in: table.names, otherwise: "it is kept, but nothing is made of it")
                    )
                }
                value = values.tree(entry.value, "\(list).\(entry.key)")
            }
            guard let value else {
                isSound = false
                continue
            }
            if value != .null { out[entry.key] = value }
        }
        if map["name"]?.text.map({ $0.isEmpty }) ?? true {
            values.report.error(map.position, values.subject, "a template of \(list) has no name", "add name:")
            isSound = false
        }
        return isSound ? .object(out) : nil
    }

    /// The library writes a few port types in capitals (`CS6360C`); types are slugs here.
    private func lowered(_ node: YAMLNode, _ field: Field) -> YAMLNode {
        guard field.type == .slug, case .scalar(let text, let plain, let position) = node else { return node }
        return .scalar(text.lowercased(), plain: plain, position)
    }
}
