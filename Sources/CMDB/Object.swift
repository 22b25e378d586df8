public import Notation

/// One CMDB record: its id and its fields as the schema of its kind shapes them.
///
/// Values are canonical: addresses and prefixes as RFC 5952 text, references as the key of the one kind the field
/// points to (or `kind/key` where it may point to several), absent fields absent (never null).
public struct Object: Hashable, Sendable {
    /// Who it is.
    public let id: ObjectID
    /// Canonical values by NetBox's field names.
    public let fields: Fields

    /// Creates a record; use ``Schema`` or ``InventoryLoader`` to get canonical fields from what people write.
    public init(id: ObjectID, fields: [String: JSONValue]) { self.init(id: id, fields: Fields(fields)) }

    /// Creates a record; use ``Schema`` or ``InventoryLoader`` to get canonical fields from what people write.
    public init(id: ObjectID, fields: Fields) {
        self.id = id
        self.fields = fields
    }

    /// A field's value.
    public subscript(_ name: String) -> JSONValue? { fields[name] }
    /// A text field.
    public func text(_ name: String) -> String? { fields[name]?.string }
    /// A whole-number field.
    public func int(_ name: String) -> Int? { fields[name]?.int.map(Int.init) }
    /// A truth field, false when absent.
    public func flag(_ name: String) -> Bool { fields[name]?.bool ?? false }
    /// A list of texts, empty when absent.
    public func texts(_ name: String) -> [String] { fields[name]?.array?.compactMap(\.string) ?? [] }
    /// What people call it: `name`, else the key.
    public var displayName: String { text("name") ?? id.key }

    /// The record as one JSON object: its fields with `kind` and `key` beside them.
    public var json: JSONValue {
        var members = fields.dictionary
        members["kind"] = .string(id.kind.rawValue)
        members["key"] = .string(id.key)
        return .object(members)
    }
}

/// One step from one state of the inventory to the next.
public enum Change: Hashable, Sendable {
    case create(Object)
    case update(before: Object, after: Object)
    case delete(Object)

    /// Whom it concerns.
    public var id: ObjectID {
        switch self {
        case .create(let object), .delete(let object): object.id
        case .update(_, let after): after.id
        }
    }

    /// `create`, `update` or `delete`.
    public var verb: String {
        switch self {
        case .create: "create"
        case .update: "update"
        case .delete: "delete"
        }
    }

    /// The fields that differ: name, before, after; all of them for create and delete.
    public var differences: [(field: String, before: JSONValue?, after: JSONValue?)] {
        let (before, after): (Fields, Fields) =
            switch self {
            case .create(let object): ([:], object.fields)
            case .delete(let object): (object.fields, [:])
            case .update(let old, let new): (old.fields, new.fields)
            }
        var out: [(field: String, before: JSONValue?, after: JSONValue?)] = []
        var (i, j) = (0, 0)
        while i < before.count || j < after.count {
            let isBefore = j == after.count || i < before.count && !Shape.precedes(after.keys[j], before.keys[i])
            let isAfter = i == before.count || j < after.count && !Shape.precedes(before.keys[i], after.keys[j])
            // A bare nil would be JSON's null.
            let old = isBefore ? Optional(before.values[i]) : .none
            let new = isAfter ? Optional(after.values[j]) : .none
            if old != new { out.append((isBefore ? before.keys[i] : after.keys[j], old, new)) }
            if isBefore { i += 1 }
            if isAfter { j += 1 }
        }
        return out
    }
}
