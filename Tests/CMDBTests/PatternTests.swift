import Foundation
import TestSupport
import Testing

@testable import CMDB

@Suite(.tags(.small))
struct PatternTests {
    @Test(arguments: [
        ("[a-z]{2,3}-\\d+", "srv-01", true), ("[a-z]{2,3}-\\d+", "server-01", false), ("a|bc", "bc", true),
        ("a|bc", "ac", false), ("(ab)*c", "ababc", true), ("(ab)*c", "abac", false), ("[^-]+", "a-b", false),
        ("\\p{L}+", "Máy", true), ("\\p{Lu}.*", "máy", false), ("(?i)SRV.*", "srv1", true), ("^a$", "a", true),
        ("a{0}", "", true), ("a{2,}", "aaaa", true), ("a{2,}", "a", false), ("[]a]+", "]a", true),
        ("[a\\-z]+", "a-z", true), ("x?", "", true), (".", "\n", false), ("\\.\\*", ".*", true),
        ("(?:a|b)+?", "abab", true),
        ("\\w+\\s\\W", "đường 7", false), ("\\D\\S", "a ", false),
    ])
    func wholeTexts(_ pattern: String, _ text: String, _ fits: Bool) throws {
        #expect(try Pattern(pattern).matchesWhole(text) == fits)
    }

    @Test func startAndAnywhere() throws {
        #expect(try Pattern("ab").matchesStart("abc"))
        #expect(try !Pattern("bc").matchesStart("abc"))
        #expect(try Pattern("bc").isFound(in: "abc"))
        #expect(try !Pattern("^bc").isFound(in: "abc"))
        #expect(try Pattern("bc$").isFound(in: "abc"))
        #expect(try !Pattern("ab$").isFound(in: "abc"))
        #expect(try Pattern("").isFound(in: ""))
    }

    @Test(arguments: [
        ("(a", 3), ("a)", 2), ("[a", 1), ("*a", 1), ("a**", 3), ("a{2", 2), ("a{3,2}", 2), ("(?=a)", 3), ("\\1", 2),
        ("a\\", 3), ("[z-a]", 5), ("\\p{Greek}", 4), ("(((a{99}){99}){99})", 1),
        (String(repeating: "(", count: 40) + "a", 31),
    ])
    func refusals(_ pattern: String, _ column: Int) {
        #expect { try Pattern(pattern) } throws: { ($0 as? Pattern.Fault)?.column == column }
    }

    @Test("what makes other engines run for years ends at once")
    func bounded() throws {
        let text = String(repeating: "a", count: 1_000) + "!"
        for pattern in ["(a+)+", "(a|a)*", "(a|aa)+", "(.*)*x", ".*.*.*.*.*x", "(a?){100}a{100}x"] {
            #expect(try !Pattern(pattern).matchesWhole(text), "\(pattern)")
        }
    }

    @Test("agrees with the standard library's engine on random patterns")
    func differential() throws {
        var random = SeededGenerator("patterns")
        func pick(_ some: [String]) -> String { some[Int(random.next() % UInt64(some.count))] }
        var compared = 0
        for round in 0..<60 {
            var pattern = ""
            for _ in 0..<Int(1 + random.next() % 4) {
                pattern += pick(["a", "b", "[ab]", "[^a]", ".", "(ab|b)", "(a|b)", "(?:ba)"])
                pattern += pick(["", "", "*", "+", "?", "{2}", "{1,2}"])
            }
            let ours = try Pattern(pattern)
            let theirs = try Regex(pattern)
            for _ in 0..<10 {
                let text = (0..<Int(random.next() % 6)).map { _ in pick(["a", "b", "c"]) }.joined()
                #expect(
                    ours.matchesWhole(text) == ((try? theirs.wholeMatch(in: text)) != nil),
                    "seed \(random.seed), \(round): \(pattern) \(text)")
                #expect(
                    ours.isFound(in: text) == text.contains(theirs), "seed \(random.seed), \(round): \(pattern) \(text)"
                )
                compared += 1
            }
        }
        #expect(compared == 600)
    }
}
