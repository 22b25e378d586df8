import TestSupport
import Testing

@testable import Notation

@Suite(.tags(.small))
struct NearestNameTests {
    private static let words: [(String, [String], String?)] = [
        ("siet", ["site", "slug", "size"], "site"),
        ("ttld", ["ttdl", "tslcd"], "ttdl"),
        ("core-sw-9", ["core-sw-1", "edge-fw-1"], "core-sw-1"),
        ("Status", ["status"], "status"),
        ("zzz", ["site", "slug"], nil),
        ("ab", ["xy"], nil),
        ("monitorng", ["monitoring", "mode"], "monitoring"),
        ("like", ["ie", "lte", "n"], nil),
        ("nmae", ["name"], "name"),
    ]

    @Test(arguments: words)
    func nearest(_ word: String, _ known: [String], _ expected: String?) {
        #expect(NearestName.of(word, in: known) == expected)
    }

    /// The textbook recursion, as a second opinion.
    private static func plain(_ a: ArraySlice<Unicode.Scalar>, _ b: ArraySlice<Unicode.Scalar>) -> Int {
        if a.isEmpty || b.isEmpty { return a.count + b.count }
        var best = min(plain(a.dropLast(), b), plain(a, b.dropLast())) + 1
        best = min(best, plain(a.dropLast(), b.dropLast()) + (a.last == b.last ? 0 : 1))
        if a.count > 1, b.count > 1, a.last == b.dropLast().last, a.dropLast().last == b.last {
            best = min(best, plain(a.dropLast(2), b.dropLast(2)) + 1)
        }
        return best
    }

    @Test func distanceAgreesWithTheTextbookAndItsLimitOnlyHidesWhatIsFarther() {
        var random = SeededGenerator("NearestName")
        for _ in 0..<400 {
            func word() -> [Unicode.Scalar] {
                (0..<Int.random(in: 0...6, using: &random)).map { _ in ["a", "b", "c"].randomElement(using: &random)! }
            }
            let (a, b) = (word(), word())
            let expected = Self.plain(a[...], b[...])
            #expect(NearestName.distance(a, b) == expected)
            for limit in 0...3 {
                #expect(NearestName.distance(a, b, limit: limit) == (expected <= limit ? expected : nil))
            }
        }
    }
}
