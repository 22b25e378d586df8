import Foundation
import TestSupport
import Testing

@testable import Notation

@Suite("YAML from events", .tags(.small))
struct YAMLEventsTests {
    /// Everything a node says, positions too.
    private static func dump(_ node: YAMLNode?) -> String {
        switch node {
        case nil: "-"
        case .scalar(let text, let plain, let place): "\(plain ? "p" : "q")\(text.debugDescription)@\(at(place))"
        case .list(let nodes, let place): "[\(nodes.map(dump).joined(separator: ","))]@\(at(place))"
        case .map(let map):
            "{\(map.entries.map { "\($0.key.debugDescription)@\(at($0.keyPosition)):\(dump($0.value))" }.joined(separator: ","))}@\(at(map.position))"
        }
    }

    private static func at(_ place: SourcePosition) -> String { "\(place.file):\(place.line):\(place.column)" }

    /// Both ways; events may leave a text to Yams, but never say something else.
    private static func expectSame(_ text: String, taken: Bool? = nil) {
        let outcome = YAMLEvents.compose(text, file: "f", budget: 1_000_000)
        if case .root(let root) = outcome {
            #expect(taken != false, "\(text)")
            let other = try? YAMLReader.readByYams(text, file: "f")
            #expect(dump(root) == dump(other ?? nil), "\(text)")
        } else {
            #expect(taken != true, "\(text)")
        }
    }

    @Test(
        "what events make of a text is what Yams makes of it",
        arguments: [
            "", "# nothing", "---", "a", "'a b'", "\"\\u1ED9 \\n\"", "- a\n- 'b'\n- {c: d, e: [f, g]}\n-\n- ~",
            "a: 1\nb:\n  - x: |\n      several\n      lines\n    y: >-\n      folded\n      text\nc: !!str 5\n",
            "\u{1F600}: ộ  # tail\nâ: [ 'ấ', \"ầ\" ]\n", "a:\n- b\n- - c\n  - d\n", "? a\n: b\n", "a: b\n...\n",
            "a: !x {b: !y [c]}",
            "k: \"a\\\n   b\"\n", "\"<<\": x\n", "a: \n\nb: c\r\nd: e\r\n",
        ])
    func same(text: String) { Self.expectSame(text, taken: true) }

    @Test(
        "what has to be explained is left to Yams",
        arguments: [
            "a: 1\na: 2", "a: &x 1\nb: *x", "&r [a]", "<<: {a: b}", "[a]: b", "{a: b}: c", "a\n---\nb", "a: [", "\tb",
            "a: b: c",
            "%YAML 9.9\n---\na", "*x", String(repeating: "[", count: 2_000),
            (0..<40).map { "k\($0 % 39): v" }.joined(separator: "\n"),
        ])
    func left(text: String) { Self.expectSame(text, taken: false) }

    @Test("more values than the budget are left to Yams, which names the limit") func budget() {
        let text = "[" + String(repeating: "a,", count: 50) + "]"
        guard case .askYams = YAMLEvents.compose(text, file: "f", budget: 51) else {
            Issue.record("51 values passed a budget of 51")
            return
        }
        guard case .root = YAMLEvents.compose(text, file: "f", budget: 52) else {
            Issue.record("51 values did not pass a budget of 52")
            return
        }
    }

    @Test("texts of random pieces come out the same both ways") func random() {
        var random = SeededGenerator("yaml events")
        let pieces = [
            "a", "b: ", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ", ", ": ", "'", "\"", "# c\n", "|\n", ">-\n",
            "? ", "&x ",
            "*x", "!t ", "~", "ộ", "\u{1F600}", "---\n", "...\n", "<<", "\\", "\r\n", "1.5", "\u{FEFF}", "%",
        ]
        var taken = 0
        for _ in 0..<4_000 {
            var text = ""
            for _ in 0..<Int.random(in: 1...14, using: &random) { text += pieces.randomElement(using: &random) ?? "" }
            if case .root = YAMLEvents.compose(text, file: "f", budget: 1_000_000) { taken += 1 }
            Self.expectSame(text)
        }
        #expect(taken > 100)
    }
}
