import Foundation
import Notation
import TestSupport
import Testing

@Suite("JSON parser", .tags(.small))
struct JSONParserTests {
    @Test(
        "reads every form of RFC 8259",
        arguments: [
            ("null", JSONValue.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .int(0)),
            ("-0", .int(0)), ("-12", .int(-12)), ("9223372036854775807", .int(.max)),
            ("-9223372036854775808", .int(.min)), ("9223372036854775808", .double(9_223_372_036_854_775_808)),
            ("1.0", .double(1)), ("1e3", .double(1_000)), ("2.5E-1", .double(0.25)), ("\"\"", .string("")),
            (#""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00""#, .string("\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{1F600}")),
            ("\"Lạng Sơn\"", .string("Lạng Sơn")), ("[]", .array([])), ("[ 1 , [2],\t{}]\n", [1, [2], .object([:])]),
            (#"{"a":{"b":[null]},"c":""}"#, ["a": ["b": [nil]], "c": ""]),
        ] as [(String, JSONValue)])
    func accepted(text: String, value: JSONValue) throws {
        #expect(try JSONValue.parse(text) == value)
    }

    @Test(
        "refuses what RFC 8259 does not allow",
        arguments: [
            "", " ", "nul", "truth", "tru", "01", "-", "-a", "1.", ".5", "1e", "1e+", "+1", "0x1", "NaN", "Infinity",
            "1e999", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
            "\"\\udc00\"", "\"a\nb\"", "\"\u{1}\"", "[", "[1", "[1,", "[1,]", "[,]", "[1 2]", "]", "{", "{\"a\"",
            "{\"a\":",
            "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}",
            "{\"a\":1,\"a\":2}",
            "1 2", "null,", "\u{FEFF}1", "'a'", "// c\n1",
        ])
    func refused(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(text) }
    }

    @Test("refuses bytes that are not UTF-8, and says where")
    func notUTF8() {
        for bytes: [UInt8] in [[0x22, 0xC0, 0x80, 0x22], [0x22, 0xFF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
            #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(bytes) }
        }
        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue.parse("[1, x]") }
        #expect(error?.offset == 4)
        let bytes = #expect(throws: JSONSyntaxError.self) { try JSONValue.parse([0x5B, 0x31, 0x5D, 0x20, 0x80]) }
        #expect(bytes?.offset == 4 && bytes?.problem == "not UTF-8")
    }

    @Test("nests 512 levels, not more, and never overflows the stack")
    func depth() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        _ = try JSONValue.parse(nested(512))
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(nested(513)) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test("what the canonical and the pretty form write reads back the same, and as Foundation reads it")
    func roundTrip() throws {
        var random = SeededGenerator("JSON round trip")
        for _ in 0..<400 {
            let value = Self.value(depth: 0, &random)
            let text = value.canonical
            #expect(try JSONValue.parse(text) == value, "\(text)")
            #expect(try JSONValue.parse(text).canonical == text)
            #expect(try JSONValue.parse(value.pretty) == value)
            let theirs = try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
            #expect(Self.same(value, theirs), "\(text)")
        }
    }

    @Test("agrees with Foundation on which mutilated texts are JSON")
    func differential() throws {
        var random = SeededGenerator("JSON mutations")
        let alphabet = Array("{}[]\",:\\ u0019eE+-.tfn\n".utf8)
        var accepted = 0
        for _ in 0..<1_500 {
            var bytes = Array(Self.value(depth: 2, &random).canonical.utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
                default: bytes[place] = alphabet.randomElement(using: &random) ?? 0
                }
            }
            let ours = try? JSONValue.parse(bytes)
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
            if let ours {
                accepted += 1
                let same = theirs.map { Self.same(ours, $0) } ?? false
                #expect(same, "\(String(decoding: bytes, as: UTF8.self))")
            } else if theirs != nil {
                // Stricter on purpose: names that stand twice, half surrogate pairs, commas before a closing bracket.
                let error = #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(bytes) }
                let text = String(decoding: bytes, as: UTF8.self)
                let known =
                    ["twice", "surrogate"].contains { error?.problem.contains($0) == true }
                    || text.contains(/,\s*[}\]]/)
                #expect(known, "\(text): \(error.map(\.description) ?? "")")
            }
        }
        #expect(accepted > 250)
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .int(Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random))
        case 3: return .double(Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 256)
        case 4: return .string(text(&random))
        case 5: return .array((0..<Int.random(in: 0..<5, using: &random)).map { _ in value(depth: depth + 1, &random) })
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<Int.random(in: 0..<5, using: &random) {
                members[text(&random)] = value(depth: depth + 1, &random)
            }
            return .object(members)
        }
    }

    private static func text(_ random: inout SeededGenerator) -> String {
        let letters: [Character] = [
            "a", "b", "\"", "\\", "/", "\n", "\t", "\u{1}", "\u{7F}", "ạ", "ơ", "é", "\u{1F600}", " ", "0",
        ]
        return String(
            (0..<Int.random(in: 0..<20, using: &random)).compactMap { _ in letters.randomElement(using: &random) })
    }

    private static func same(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: theirs is NSNull
        case .bool(let truth): (theirs as? Bool) == truth
        case .int(let number): (theirs as? NSNumber)?.int64Value == number
        // Foundation reads long decimal fractions a few units in the last place off; ours is the nearest double.
        case .double(let number):
            (theirs as? NSNumber).map { abs($0.doubleValue - number) <= 1e-12 * abs(number) } ?? false
        case .string(let text): (theirs as? String) == text
        case .array(let elements):
            (theirs as? [Any]).map { $0.count == elements.count && zip(elements, $0).allSatisfy { same($0, $1) } }
                ?? false
        case .object(let members):
            (theirs as? [String: Any]).map { other in
                other.count == members.count
                    && members.allSatisfy { name, value in other[name].map { same(value, $0) } ?? false }
            } ?? false
        }
    }
}
