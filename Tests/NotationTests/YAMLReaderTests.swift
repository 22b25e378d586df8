import Notation
import TestSupport
import Testing

@Suite(.tags(.small))
struct YAMLReaderTests {
    private func scalar(_ text: String) throws -> YAMLNode {
        try #require(try YAMLReader.read("v: \(text)", file: "f")?.map?["v"])
    }

    @Test(arguments: [
        ("no", JSONValue.string("no")), ("yes", "yes"), ("on", "on"), ("true", true), ("\"true\"", "true"),
        ("12", 12), ("'12'", "12"), ("0x1F", 31), ("0o17", 15), ("1.5", 1.5), ("~", nil), ("null", nil), ("", nil),
        ("12:30:00", "12:30:00"), ("2026-11-21", "2026-11-21"), ("1_000", "1_000"),
    ])
    func scalarsFollowTheCoreSchemaOfYAML12(_ text: String, _ expected: JSONValue) throws {
        #expect(try scalar(text).json == expected)
    }

    @Test func textStaysAsWritten() throws {
        #expect(try scalar("0123").text == "0123")
        #expect(try scalar("1.10").text == "1.10")
    }

    @Test(arguments: [
        ("a:\n\tb: 1", 2, 1, "a tab"), ("a: [1, 2", 0, 0, "not YAML"), ("a: 1\na: 2", 0, 0, "twice"),
        ("a: 'x", 0, 0, "not YAML"),
    ])
    func badTextNamesItsPlace(_ text: String, _ line: Int, _ column: Int, _ problem: String) throws {
        let errors = try #require(throws: InputErrors.self) { try YAMLReader.read(text, file: "f.yaml") }
        let first = try #require(errors.diagnostics.first)
        #expect(first.problem.contains(problem))
        #expect(first.position.file == "f.yaml")
        if line > 0 { #expect(first.position == SourcePosition(file: "f.yaml", line: line, column: column)) }
    }

    @Test func nothingButCommentsIsNoDocument() throws {
        #expect(try YAMLReader.read("# only this\n", file: "f") == nil || YAMLReader.read("", file: "f") == nil)
    }

    @Test func aliasBombsAreRefused() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for i in 1...8 {
            text += "a\(i): &a\(i) [" + Array(repeating: "*a\(i - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        #expect(throws: InputErrors.self) { try YAMLReader.read(text, file: "bomb.yaml") }
    }

    @Test func mapReaderCollectsEveryError() throws {
        let map = try #require(try YAMLReader.read("nmae: x\nport: 99999\non: maybe\n", file: "f")?.map)
        var reader = MapReader(map, subject: "probe/x")
        _ = reader.text("name", required: true)
        _ = reader.int("port", in: 1...65_535)
        _ = reader.bool("on")
        let problems = reader.finish().map(\.description)
        #expect(problems.count == 4)
        #expect(problems.contains("f:1:1: probe/x: unknown key \"nmae\": did you mean \"name\"?"))
    }
}
