import Notation

/// A schema in the form that hot loops need: look-ups instead of searches.
struct KindTable: Sendable {
    /// A field that points to other records.
    struct Edge: Sendable {
        let field: String
        let kinds: [Kind]
        let isList: Bool
    }

    let kind: Kind
    let fields: [String: Field]
    let names: [String]
    /// All names in the order in which ``Fields`` keeps them.
    let sortedNames: [String]
    /// Where each name stands there.
    let columns: [String: Int]
    /// Kinds whose lists may be nested in records of this one, by the key of the list.
    let nested: [String: Kind]
    let required: [String]
    let fallbacks: [(name: String, value: JSONValue)]
    let edges: [Edge]

    static func of(_ kind: Kind) -> KindTable { all[Int(kind.rank)] }

    private static let all = Kind.allCases.map { KindTable(Schema.of($0)) }

    private init(_ schema: Schema) {
        kind = schema.kind
        sortedNames = Set(schema.fields.map(\.name)).sorted { Shape.precedes($0, $1) }
        columns = Dictionary(uniqueKeysWithValues: sortedNames.enumerated().map { ($1, $0) })
        nested =
            switch schema.kind {
            case .device:
                Dictionary(uniqueKeysWithValues: (Kind.components + [.service]).map { ($0.fileKey, $0) })
            case .virtualMachine: ["interfaces": .interface, "services": .service]
            case .interface: ["ip_addresses": .ipAddress]
            default: [:]
            }
        fields = Dictionary(schema.fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        names = schema.fields.map(\.name)
        required = schema.fields.filter(\.required).map(\.name)
        fallbacks = schema.fields.compactMap { field in field.fallback.map { (field.name, $0) } }
        edges = schema.fields.compactMap { field in
            switch field.type {
            case .reference(let kinds): Edge(field: field.name, kinds: kinds, isList: false)
            case .list(.reference(let kinds)): Edge(field: field.name, kinds: kinds, isList: true)
            default: nil
            }
        }
    }
}

extension Kind {
    /// The kind with this raw value; faster than the initialiser, which tries one name after the other.
    static func named(_ name: Substring) -> Kind? { byName[name] }

    private static let byName: [Substring: Kind] = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.rawValue[...], $0) })
}

extension KindTable.Edge {
    /// The id that a canonical value names, whether it exists or not.
    func id(_ text: String) -> ObjectID? {
        if kinds.count == 1 { return ObjectID(kinds[0], text) }
        return ObjectID(text)
    }

    /// The canonical value that names `id`.
    func text(_ id: ObjectID) -> String { kinds.count == 1 ? id.key : id.description }
}
