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

    @Test(arguments: ["", "# c\n", "---\n", "%YAML 1.2\n---\n"])
    func aByteOrderMarkAtTheStartIsNoPartOfTheText(_ head: String) throws {
        let map = try #require(try YAMLReader.read("\u{FEFF}\(head)a: 1\nb: x\n", file: "f")?.map)
        #expect(map.entries.map(\.key) == ["a", "b"])
        let line = head.count { $0 == "\n" } + 1
        #expect(map.entries.map(\.keyPosition.line) == [line, line + 1])
        #expect(map.entries[0].keyPosition.column == 1)
        #expect(map["a"]?.position.column == 4)
        let errors = #expect(throws: InputErrors.self) { try YAMLReader.read("\u{FEFF}\ta: 1\n", file: "f") }
        #expect(errors?.diagnostics.first?.position == SourcePosition(file: "f", line: 1, column: 1))
    }

    @Test(arguments: [
        ("a: 1\n---\nb: 2\n", 2, "a second document begins here", "split the file into one document each"),
        ("---\na: 1\n---\n", 3, "a second document begins here", "split the file into one document each"),
        ("{a: 1}\nb: 2\n", 2, "text stands behind the end of the document", "one document"),
    ])
    func aSecondDocumentIsCalledSo(_ text: String, _ line: Int, _ problem: String, _ remedy: String) throws {
        let errors = try #require(throws: InputErrors.self) { try YAMLReader.read(text, file: "f") }
        #expect(errors.diagnostics.count == 1)
        #expect(errors.diagnostics[0].position.line == line)
        #expect(errors.diagnostics[0].problem == problem)
        #expect(errors.diagnostics[0].remedy.contains(remedy))
    }

    @Test func mergeKeysAreRefusedOncePerPlace() throws {
        let text = "a: &a {x: 1}\nb: &b\n  <<: *a\n  y: 2\nc: {<<: *a}\nd: [*b, *b]\n"
        let errors = try #require(throws: InputErrors.self) { try YAMLReader.read(text, file: "f") }
        #expect(
            errors.diagnostics.map(\.description)
                == ["3:3", "5:5"].map {
                    "f:\($0): merge keys (<<) are not read: write the fields out in each mapping that has them"
                })
        let twice = try #require(throws: InputErrors.self) {
            try YAMLReader.read("a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n", file: "f")
        }
        #expect(twice.diagnostics.map(\.problem) == ["merge keys (<<) are not read"])
        #expect(twice.diagnostics[0].position.line == 3)
        // In quotes it is a key as any other.
        #expect(try YAMLReader.read("\"<<\": 1", file: "f")?.map?["<<"]?.int == 1)
    }

    @Test func aChainOfAHundredThousandAnchorsIsRefusedAndEndsNothing() throws {
        let text = "a0: &a0 [x]\n" + (1..<100_000).map { "a\($0): &a\($0) [*a\($0 - 1)]\n" }.joined()
        let errors = try #require(throws: InputErrors.self) { try YAMLReader.read(text, file: "f") }
        #expect(errors.diagnostics.map(\.problem) == ["more than 10,000 anchors (&name)"])
        #expect(errors.diagnostics[0].position.line == 10_001)
        // An ampersand inside a text is none, however often it stands there.
        let company = "names: [" + String(repeating: "R&D, ", count: 20_000) + "x]"
        #expect(try YAMLReader.read(company, file: "f")?.map?["names"]?.list?.count == 20_001)
    }

    @Test(arguments: [String(repeating: "[", count: 2_000), String(repeating: "- ", count: 2_000)])
    func nestingTooDeepIsSaidInWordsOfTheReader(_ text: String) throws {
        let errors = try #require(throws: InputErrors.self) { try YAMLReader.read(text, file: "f") }
        #expect(errors.diagnostics[0].problem == "lists and mappings are nested more than 1,000 deep")
        #expect(!errors.description.contains("yaml_set"))
        #expect(errors.diagnostics[0].position.line == 1)
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
