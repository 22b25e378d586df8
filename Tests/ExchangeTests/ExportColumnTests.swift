import CMDB
import Exchange
import Notation
import TestSupport
import Testing

@Suite("Columns of every kind")
struct ExportColumnTests {
    @Test("Every field of every kind stands in a column", arguments: Kind.allCases)
    func complete(_ kind: Kind) {
        let columns = ColumnTable.columns(kind)
        var covered = Set(columns.compactMap(\.field)).union(["custom_fields"])
        let machines = columns.contains { if case .machine = $0.content { true } else { false } }
        if kind == .interface, machines { covered.insert("device") }
        let missing = Schema.of(kind).fields.map(\.name).filter { !covered.contains($0) }
        #expect(missing == [])
        #expect(Set(columns.map(\.name)).count == columns.count, "headings are unique")
        if let netbox = NetBoxHeaders.of(kind) {
            #expect(Array(columns.map(\.name).prefix(netbox.count)) == netbox, "NetBox's come first")
        }
        #expect(columns.allSatisfy { ColumnTable.column(kind, heading: $0.name) == $0 })
    }

    @Test("No field had to be renamed because NetBox uses its name for something else")
    func noRenames() {
        let renamed = Kind.allCases.flatMap { kind in
            ColumnTable.columns(kind).map(\.name).filter { $0.hasPrefix("own_") }.map { "\(kind) \($0)" }
        }
        #expect(renamed == [])
    }

    @Test("The guard against formulas comes off again, whatever the text")
    func guardIsReversible() {
        var random = SeededGenerator("formula guard")
        let pieces = ["'", "=", "+", "-", "@", "1", ".", "a", "\n", "＝", "đ", "\"", ","]
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 0...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            let guarded = FormulaGuard.guarded(text)
            #expect(FormulaGuard.bare(guarded) == text)
            let first = guarded.unicodeScalars.first
            let isNumber = text.hasPrefix("-") && Double(text) != nil
            #expect(
                isNumber || first.map { !"=+-@\n＝".unicodeScalars.contains($0) } ?? true, "\(guarded) leads a formula")
        }
        #expect(FormulaGuard.guarded("-1.5") == "-1.5")
        #expect(FormulaGuard.guarded("=1+1") == "'=1+1")
        #expect(FormulaGuard.guarded("'t Hof") == "'t Hof")
    }

    @Test(
        "Trees in one cell keep their types",
        arguments: [
            ("12", JSONValue.int(12)), ("\"12\"", .string("12")), ("1.5", .double(1.5)), ("1.50", .string("1.50")),
            ("true", .bool(true)), ("\"true\"", .string("true")), ("yes", .string("yes")),
            ("\"\\\"quoted\\\"\"", .string("\"quoted\"")),
            ("[1,\"a\"]", .array([1, "a"])), ("[not json", .string("[not json")),
            ("{\"a\":null}", .object(["a": .null])), ("\"~\"", .string("~")),
        ])
    func trees(_ text: String, _ value: JSONValue) {
        #expect(CellText.write(value, .json) == text)
        #expect(CellText.read(text, .json, at: SourcePosition(file: "x"))?.json == value)
    }

    @Test("Lists are joined by commas, unless an element would be torn")
    func lists() {
        #expect(CellText.write(["a", "b"], .list(.slug)) == "a,b")
        #expect(CellText.write([80, 443], .list(.int(1...65_535))) == "80,443")
        #expect(CellText.write(["a,b", "c"], .list(.text(max: 9))) == #"["a,b","c"]"#)
        let place = SourcePosition(file: "x")
        for list: JSONValue in [["a,b", "c"], ["[x"], [" a "], ["a", "b"]] {
            let cell = CellText.write(list, .list(.text(max: 9)))
            let texts = CellText.read(cell, .list(.text(max: 9)), at: place)?.list?.compactMap(\.text)
            #expect(texts == list.array?.compactMap(\.string))
        }
    }
}
