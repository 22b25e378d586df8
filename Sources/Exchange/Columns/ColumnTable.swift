public import CMDB
import Notation

/// The columns of every kind: NetBox's first, in the order of its import forms, then what NetBox does not have.
///
/// Kinds without a NetBox form have their fields in the order of the schema. Between them the columns carry every
/// field of the schema: what is written can be read back to the same records.
public enum ColumnTable {
    /// The columns of `kind` without those of custom fields.
    public static func columns(_ kind: Kind) -> [Column] { all[kind] ?? [] }

    /// The columns of `kind` with one for each custom field that one of `objects` has, sorted by name.
    public static func columns(_ kind: Kind, for objects: some Sequence<Object>) -> [Column] {
        var names: Set<String> = []
        for object in objects { if let map = object["custom_fields"]?.object { names.formUnion(map.keys) } }
        let own = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return columns(kind) + own.map { Column(name: "cf_\($0)", content: .customField($0)) }
    }

    /// The column of `kind` under `heading`, custom fields among them; nil for a heading that it does not have.
    public static func column(_ kind: Kind, heading: String) -> Column? {
        if let known = byName[kind]?[heading] { return known }
        guard heading.hasPrefix("cf_"), heading.utf8.count > 3 else { return nil }
        return Column(name: heading, content: .customField(String(heading.dropFirst(3))))
    }

    private static let all: [Kind: [Column]] = Dictionary(
        uniqueKeysWithValues: Kind.allCases.map { ($0, make($0)) })
    private static let byName = all.mapValues {
        Dictionary($0.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func make(_ kind: Kind) -> [Column] {
        let schema = Schema.of(kind)
        var out = (NetBoxHeaders.of(kind) ?? []).map { Column(name: $0, content: content($0, kind, schema)) }
        var covered = Set(out.compactMap(\.field))
        let used = Set(out.map(\.name))
        if kind == .interface {
            covered.insert("device")
            out.append(Column(name: "virtual_machine", content: .machine(.virtualMachine)))
        }
        for side in Column.CableSide.allCases where kind == .cable {
            out.append(Column(name: side.field, content: .terminations(side)))
        }
        for field in schema.fields where !covered.contains(field.name) {
            switch field.type {
            case .record(let members):
                out += members.map { Column(name: "\(field.name).\($0.name)", content: .member(field, $0)) }
            case .map: continue
            default:
                // The one field that shares its name with another thing in NetBox gets a name of its own.
                let name = used.contains(field.name) ? "own_\(field.name)" : field.name
                out.append(Column(name: name, content: .field(field)))
            }
        }
        return out
    }

    private static func content(_ heading: String, _ kind: Kind, _ schema: Schema) -> Column.Content {
        if let special = special(heading, kind, schema) { return special }
        return schema.field(heading).map { .field($0) } ?? .foreign
    }

    private static func special(_ heading: String, _ kind: Kind, _ schema: Schema) -> Column.Content? {
        switch (kind, heading) {
        case (.device, "manufacturer"): .derived(.manufacturer)
        case (.device, "parent"): .derived(.parentDevice)
        case (.device, "device_bay"): .derived(.deviceBay)
        case (.interface, "device"), (.ipAddress, "device"): .machine(.device)
        case (.ipAddress, "virtual_machine"): .machine(.virtualMachine)
        case (.ipAddress, "interface"): .interfaceName
        case (.interface, "vlan_group"): .derived(.vlanGroup("untagged_vlan"))
        case (.prefix, "vlan_group"): .derived(.vlanGroup("vlan"))
        case (.prefix, "vlan_site"): .derived(.vlanSite("vlan"))
        case (.prefix, "scope_type"), (.cluster, "scope_type"): .scopeType
        case (.prefix, "scope_name"), (.cluster, "scope_name"): .scopeName
        case (.contactAssignment, "object_type"): schema.field("object").map { .objectType($0) }
        case (.contactAssignment, "object_id"): schema.field("object").map { .objectKey($0) }
        case (.cable, _):
            Column.CableSide.allCases.lazy.flatMap { side in
                Column.CableEndPart.allCases.lazy.map { (side, $0) }
            }.first { "side_\($0.0.rawValue)_\($0.1.rawValue)" == heading }.map { .cableEnd($0.0, $0.1) }
        default: nil
        }
    }
}
