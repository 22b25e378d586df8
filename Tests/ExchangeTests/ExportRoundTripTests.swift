import CMDB
import Exchange
import Notation
import TestSupport
import Testing

@Suite("Round trips of what is exported")
struct ExportRoundTripTests {
    @Test("The generated inventory has every field of every kind")
    func everyField() throws {
        let world = try ExportWorld.snapshot("every field")
        var missing: [String] = []
        for kind in Kind.allCases {
            let seen = Set(world.objects(kind).flatMap(\.fields.keys))
            missing += Schema.of(kind).fields.map(\.name).filter { !seen.contains($0) }.map { "\(kind.rawValue).\($0)" }
        }
        #expect(missing == [])
    }

    @Test("YAML reads back to the same records, and writing again gives the same bytes", arguments: 0..<4)
    func yaml(_ round: Int) throws {
        let world = try ExportWorld.snapshot("yaml \(round)")
        let text = InventoryYAML(world.all).document()
        let back = try ExportWorld.load([text])
        #expect(ExportWorld.differences(world, back) == [])
        #expect(InventoryYAML(back.all).document() == text)
    }

    @Test("JSON reads back to the same records", arguments: 0..<4)
    func json(_ round: Int) throws {
        let world = try ExportWorld.snapshot("json \(round)")
        let text = TableExport.json(world.all)
        let back = try ExportWorld.load([text])
        #expect(ExportWorld.differences(world, back) == [])
        #expect(TableExport.json(back.all) == text)
    }

    @Test("Rows read back to the same records", arguments: 0..<4)
    func rows(_ round: Int) throws {
        let world = try ExportWorld.snapshot("rows \(round)")
        let writer = RowWriter(world)
        var document: [String] = []
        for kind in Kind.allCases {
            let columns = ColumnTable.columns(kind, for: world.objects(kind))
            let reader = RowReader(kind, columns)
            let place = SourcePosition(file: "rows")
            let maps = world.objects(kind).map { object in
                let cells = writer.cells(object, columns).map {
                    (text: FormulaGuard.bare(FormulaGuard.guarded($0)), position: place)
                }
                return JSONValue.object(
                    Dictionary(
                        reader.mapping(cells, at: place).entries.map { ($0.key, Self.json($0.value)) },
                        uniquingKeysWith: { $1 }))
            }
            document.append(JSONValue.object([kind.fileKey: .array(maps)]).canonical)
        }
        let back = try ExportWorld.load(document)
        #expect(ExportWorld.differences(world, back) == [])
    }

    /// The value with quoted scalars as texts.
    static func json(_ node: YAMLNode) -> JSONValue {
        switch node {
        case .scalar(let text, false, _): .string(text)
        case .list(let nodes, _): .array(nodes.map(json))
        case .map(let map): .object(Dictionary(map.entries.map { ($0.key, json($0.value)) }, uniquingKeysWith: { $1 }))
        default: node.json
        }
    }
}
