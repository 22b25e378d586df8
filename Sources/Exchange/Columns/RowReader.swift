public import CMDB
public import Notation

/// Reads rows that have the columns of ``ColumnTable``, as they are written here, back into mappings as inventory
/// files hold them.
///
/// Derived and foreign columns are not read: they say nothing that others do not say, or nothing that is kept.
public struct RowReader: Sendable {
    private let kind: Kind
    private let columns: [Column]

    /// `columns` in the order of the cells.
    public init(_ kind: Kind, _ columns: [Column]) {
        self.kind = kind
        self.columns = columns
    }

    /// The mapping that a row stands for; `cells` are bare texts with their places. Missing cells count as empty.
    public func mapping(_ cells: [(text: String, position: SourcePosition)], at row: SourcePosition) -> YAMLMap {
        var reading = Reading(row: row)
        for (column, cell) in zip(columns, cells) where !cell.text.isEmpty {
            read(column, cell.text, cell.position, &reading)
        }
        return YAMLMap(entries: reading.finished(kind), position: row)
    }

    /// What has been read of a row.
    private struct Reading {
        let row: SourcePosition
        var entries: [YAMLMap.Entry] = []
        var members: [(field: String, entry: YAMLMap.Entry)] = []
        var machine: (id: ObjectID, position: SourcePosition)?
        var interface: (name: String, position: SourcePosition)?
        var scopeName: (key: String, position: SourcePosition)?
        var objectType: Kind?
        var objectKey: (field: String, key: String, position: SourcePosition)?
        var ends: [Column.CableSide: [Column.CableEndPart: (text: String, position: SourcePosition)]] = [:]

        mutating func add(_ name: String, _ node: YAMLNode?) {
            guard let node else { return }
            entries.append(YAMLMap.Entry(key: name, keyPosition: node.position, value: node))
        }

        mutating func finished(_ kind: Kind) -> [YAMLMap.Entry] {
            if let machine {
                if kind == .interface {
                    add("device", .scalar(machine.id.description, plain: false, machine.position))
                } else if let interface {
                    add(
                        "assigned_object",
                        .scalar("\(machine.id.key):\(interface.name)", plain: false, interface.position))
                }
            }
            if let scopeName { add("site", .scalar(scopeName.key, plain: false, scopeName.position)) }
            if let objectKey {
                let text = objectType.map { ObjectID($0, objectKey.key).description } ?? objectKey.key
                add(objectKey.field, .scalar(text, plain: false, objectKey.position))
            }
            for side in Column.CableSide.allCases {
                guard let end = ends[side], let name = end[.name] else { continue }
                let kind = end[.type].flatMap { NetBoxHeaders.kind(ofContentType: $0.text) } ?? .interface
                let key = end[.device].map { "\($0.text):\(name.text)" } ?? name.text
                add(
                    side.field,
                    .list([.scalar("\(kind.rawValue)/\(key)", plain: false, name.position)], name.position))
            }
            var records: [String] = []
            for member in members where !records.contains(member.field) { records.append(member.field) }
            for record in records {
                let own = members.filter { $0.field == record }.map(\.entry)
                add(record, .map(YAMLMap(entries: own, position: own.first?.keyPosition ?? row)))
            }
            return entries
        }
    }

    private func read(_ column: Column, _ text: String, _ position: SourcePosition, _ reading: inout Reading) {
        func member(_ field: String, _ name: String, _ node: YAMLNode?) {
            guard let node else { return }
            reading.members.append((field, YAMLMap.Entry(key: name, keyPosition: position, value: node)))
        }
        switch column.content {
        case .field(let field): reading.add(field.name, CellText.read(text, field.type, at: position))
        case .member(let field, let part): member(field.name, part.name, CellText.read(text, part.type, at: position))
        case .customField(let name): member("custom_fields", name, CellText.read(text, .json, at: position))
        case .machine(let kind): reading.machine = (ObjectID(kind, text), position)
        case .interfaceName: reading.interface = (text, position)
        case .scopeName: reading.scopeName = (text, position)
        case .objectType: reading.objectType = NetBoxHeaders.kind(ofContentType: text)
        case .objectKey(let field): reading.objectKey = (field.name, text, position)
        case .cableEnd(let side, let part): reading.ends[side, default: [:]][part] = (text, position)
        case .terminations(let side):
            reading.add(side.field, CellText.read(text, .list(.text(max: 1000)), at: position))
        case .scopeType, .derived, .foreign: break
        }
    }
}
