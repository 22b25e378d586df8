public import CMDB
import Notation

/// Turns records into rows of cells.
public struct RowWriter: Sendable {
    private let snapshot: Snapshot

    /// Names of machines, VLANs and bays are looked up in `snapshot`.
    public init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    /// One cell for each column; bare text, without any guard against formulas.
    public func cells(_ object: Object, _ columns: [Column]) -> [String] { columns.map { cell($0, object) } }

    /// The text of one cell; empty where the record says nothing.
    public func cell(_ column: Column, _ object: Object) -> String {
        switch column.content {
        case .field(let field): CellText.write(object[field.name], field.type)
        case .member(let field, let member): CellText.write(object[field.name]?[member.name], member.type)
        case .customField(let name): CellText.write(object["custom_fields"]?[name], .json)
        case .machine(let kind): machine(of: object).flatMap { $0.kind == kind ? $0.key : nil } ?? ""
        case .interfaceName: assigned(object)?.name ?? ""
        case .scopeType: object["site"] == nil ? "" : "dcim.site"
        case .scopeName: object.text("site") ?? ""
        case .objectType(let field): target(field, object).map { Self.typeName($0.kind) } ?? ""
        case .objectKey(let field): target(field, object)?.key ?? ""
        case .cableEnd(let side, let part): end(side, object)?.text(part) ?? ""
        case .terminations(let side):
            end(side, object) == nil ? CellText.write(object[side.field], .list(.text(max: 1000))) : ""
        case .derived(let derived): self.derived(derived, object)
        case .foreign: ""
        }
    }

    private static func typeName(_ kind: Kind) -> String { NetBoxHeaders.contentType(kind) ?? kind.rawValue }

    private func target(_ field: Field, _ object: Object) -> ObjectID? { Snapshot.ids(field.name, in: object).first }

    /// The device or virtual machine of an interface or of the interface of an address.
    private func machine(of object: Object) -> ObjectID? {
        if object.id.kind == .interface { return object.text("device").flatMap { ObjectID($0) } }
        guard let assigned = assigned(object) else { return nil }
        let interface = snapshot[ObjectID(.interface, object.text("assigned_object") ?? "")]
        return interface?.text("device").flatMap { ObjectID($0) } ?? ObjectID(.device, assigned.machine)
    }

    /// `core-sw-1:Gi1/0/1` in its two parts; only names of interfaces hold more colons.
    private func assigned(_ object: Object) -> (machine: String, name: String)? {
        guard let key = object.text("assigned_object"), let colon = key.firstIndex(of: ":") else { return nil }
        return (String(key[..<colon]), String(key[key.index(after: colon)...]))
    }

    /// What NetBox's columns can say of one end of a cable.
    private struct End {
        let site: String?
        let device: String?
        let panel: String?
        let type: String
        let name: String

        func text(_ part: Column.CableEndPart) -> String? {
            switch part {
            case .site: site
            case .device: device
            case .powerPanel: panel
            case .type: type
            case .name: name
            }
        }
    }

    private func end(_ side: Column.CableSide, _ cable: Object) -> End? {
        let ids = Snapshot.ids(side.field, in: cable)
        guard ids.count == 1, let id = ids.first, cable[side.field]?.array?.count == 1,
            let type = NetBoxHeaders.contentType(id.kind)
        else { return nil }
        if id.kind == .powerFeed {
            let feed = snapshot[id]
            return End(
                site: feed?.text("site"), device: nil, panel: feed?.text("power_panel"), type: type, name: id.key)
        }
        guard Kind.components.contains(id.kind), let colon = id.key.firstIndex(of: ":") else { return nil }
        let device = String(id.key[..<colon])
        if id.kind == .interface,
            let owner = snapshot[id]?.text("device").flatMap({ ObjectID($0) }), owner.kind != .device
        {
            return nil
        }
        return End(
            site: snapshot[ObjectID(.device, device)]?.text("site"), device: device, panel: nil, type: type,
            name: String(id.key[id.key.index(after: colon)...]))
    }

    private func derived(_ derived: Column.Derived, _ object: Object) -> String {
        switch derived {
        case .manufacturer: return snapshot.target(of: "device_type", in: object)?.text("manufacturer") ?? ""
        case .parentDevice: return bay(around: object)?.text("device") ?? ""
        case .deviceBay: return bay(around: object)?.text("name") ?? ""
        case .vlanGroup(let field): return snapshot.target(of: field, in: object)?.text("group") ?? ""
        case .vlanSite(let field): return snapshot.target(of: field, in: object)?.text("site") ?? ""
        }
    }

    private func bay(around device: Object) -> Object? {
        snapshot.referrers(of: device.id, kind: .deviceBay, field: "installed_device").first
    }
}
