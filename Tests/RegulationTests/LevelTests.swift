import Notation
import Testing

@testable import Regulation

/// One article and two systems: one it is meant for, one that misses it by one input.
struct ArticleCase: CustomTestStringConvertible, Sendable {
    let regime: String
    let article: String
    let inside: [String: JSONValue]
    let outside: [String: JSONValue]
    var testDescription: String { "\(regime) \(article)" }

    init(_ regime: String, _ article: String, _ inside: [String: JSONValue], _ outside: [String: JSONValue]) {
        (self.regime, self.article, self.inside, self.outside) = (regime, article, inside, outside)
    }
}

@Suite struct LevelTests {
    static let table: LevelTable? = try? LevelTable.embedded()
    static let old = "decree-85-2016"
    static let new = "decree-331-2026"
    private static let citizen: [String: JSONValue] = ["role": "citizen_facing"]
    /// Citizen-facing with every figure on the low side; and on the high one.
    private static let low = with(
        citizen, ["users": 9_999, "public_service_level": 2, "online_service": "non_conditional"])
    private static let high = with(
        citizen, ["users": 10_000, "public_service_level": 3, "online_service": "conditional"])
    private static let shared: [String: JSONValue] = ["role": "shared_infrastructure"]
    private static let ics: [String: JSONValue] = ["role": "ics"]

    private static func with(_ a: [String: JSONValue], _ b: [String: JSONValue]) -> [String: JSONValue] {
        a.merging(b) { $1 }
    }

    static let articles: [ArticleCase] =
        common + [
            ArticleCase(old, "8.2", with(citizen, ["public_service_level": 2]), high),
            ArticleCase(old, "8.2", with(citizen, ["users": 9_999]), high),
            ArticleCase(old, "8.2", with(citizen, ["online_service": "non_conditional"]), high),
            ArticleCase(old, "9.2", with(citizen, ["public_service_level": 3]), low),
            ArticleCase(old, "9.2", with(citizen, ["users": 10_000]), low),
            ArticleCase(old, "9.2", with(citizen, ["online_service": "conditional"]), low),
            ArticleCase(
                old, "10.2", ["national_egovernment": true, "h24": true], ["national_egovernment": true, "h24": false]),
            ArticleCase(
                old, "10.3", with(shared, ["reach": "nationwide", "h24": true]),
                with(shared, ["reach": "nationwide", "h24": false])),
            ArticleCase(old, "11.5", ["prime_minister_level": 5], ["prime_minister_level": 4]),
            ArticleCase(
                new, "12.2.a", with(citizen, ["online_service": "non_conditional"]),
                with(citizen, ["online_service": "conditional"])),
            ArticleCase(
                new, "12.2.b", with(citizen, ["online_service": "other", "basic_subjects": 99_999]),
                with(citizen, ["online_service": "other", "basic_subjects": 100_000, "sensitive_subjects": 10_000])),
            ArticleCase(
                new, "13.2.a", with(citizen, ["online_service": "conditional"]),
                with(citizen, ["online_service": "other"])),
            ArticleCase(
                new, "13.2.b", with(citizen, ["administrative_procedures": true]),
                with(citizen, ["administrative_procedures": false])),
            ArticleCase(
                new, "13.2.c", with(citizen, ["online_service": "other", "sensitive_subjects": 10_000]),
                with(citizen, ["online_service": "other", "sensitive_subjects": 9_999, "basic_subjects": 99_999])),
            ArticleCase(
                new, "14.2", ["national_egovernment": true, "h24": true], ["national_egovernment": true, "h24": false]),
            ArticleCase(
                new, "14.2", with(shared, ["reach": "nationwide", "h24": true]),
                with(shared, ["reach": "province_or_sector", "h24": true])),
            ArticleCase(new, "12.4", ["prime_minister_level": 2], ["prime_minister_level": 3]),
            ArticleCase(new, "13.5", ["prime_minister_level": 3], [:]),
            ArticleCase(new, "14.4", ["prime_minister_level": 4], ["prime_minister_level": 5]),
            ArticleCase(new, "15.5", ["prime_minister_level": 5], ["prime_minister_level": 4]),
        ]

    /// The articles both decrees have, under their two numbers.
    private static let common: [ArticleCase] = [
        (["7", "11.1"], ["role": "internal", "info": "public"], ["role": "other", "info": "public"]),
        (
            ["8.1", "12.1"], ["role": "internal", "info": "private_or_personal"],
            ["role": "internal", "info": "public"]
        ),
        (["8.3", "12.3"], with(shared, ["reach": "one_agency"]), with(shared, ["reach": "province_or_sector"])),
        (["9.1", "13.1"], ["info": "state_secret", "harm": "harm"], ["info": "state_secret", "harm": "serious"]),
        (["9.1", "13.1"], ["defence_security": true, "harm": "harm"], ["defence_security": false, "info": "public"]),
        (["9.3", "13.3"], with(shared, ["reach": "province_or_sector"]), with(shared, ["reach": "one_agency"])),
        (["9.4", "13.4"], with(ics, ["works_grade": "IV"]), with(ics, ["works_grade": "I"])),
        (["10.1", "14.1"], ["info": "state_secret", "harm": "serious"], ["info": "state_secret", "harm": "harm"]),
        (["10.4", "14.3"], with(ics, ["works_grade": "I"]), with(ics, ["works_grade": "II"])),
        (
            ["11.1", "15.1"], ["info": "state_secret", "harm": "especially_serious"],
            ["info": "state_secret", "harm": "serious"]
        ),
        (["11.2", "15.2"], ["national_data_store": true], ["national_data_store": false]),
        (["11.3", "15.3"], ["international_link": true], ["international_link": false]),
        (
            ["11.4", "15.4"], with(ics, ["works_grade": "special"]),
            with(ics, ["works_grade": "I", "national_security_works": false])
        ),
        (["11.4", "15.4"], with(ics, ["national_security_works": true]), ["role": "internal"]),
    ].flatMap { numbers, inside, outside in
        zip([old, new], numbers).map { ArticleCase($0, $1, inside, outside) }
    }

    @Test(arguments: articles) func articleHoldsAndFails(_ one: ArticleCase) throws {
        let table = try #require(Self.table)
        let regime = try #require(table.regime(one.regime))
        let rule = try #require(regime.rules.first { $0.article == one.article })
        func truth(_ inputs: [String: JSONValue]) -> LevelTruth? {
            table.answer(regime, inputs).considered.first { $0.rule == rule }?.truth
        }
        #expect(truth(one.inside) == .holds)
        #expect(truth(one.outside) == .fails)
        let answer = table.answer(regime, one.inside)
        #expect(answer.least >= rule.level)
        #expect(answer.considered.count == regime.rules.count)
        if answer.least == rule.level { #expect(answer.article.contains(one.article)) }
    }

    @Test func everyArticleIsTested() throws {
        for regime in try #require(Self.table).regimes {
            let tested = Set(Self.articles.filter { $0.regime == regime.id }.map(\.article))
            #expect(Set(regime.rules.map(\.article)) == tested)
        }
    }

    @Test("what is missing is never taken for no") func missing() throws {
        let table = try #require(Self.table)
        let regime = try #require(table.regime(Self.old))
        let citizen: [String: JSONValue] = ["role": "citizen_facing", "info": "public", "reach": "province_or_sector"]
        let answer = table.answer(regime, citizen)
        // Fewer than 10,000 users or not: one of 8.2 and 9.2 holds in any case.
        #expect(answer.least == 2)
        #expect(answer.most == 5)
        #expect(!answer.isSettled && answer.level == nil)
        #expect(answer.missing.contains("users") && answer.missing.contains("defence_security"))
        #expect(!answer.missing.contains("national_data_store"))
        #expect(answer.inferred.map(\.input).contains("national_data_store"))
        let told = table.answer(
            regime,
            citizen.merging(["users": 500, "online_service": "none", "public_service_level": 1]) { $1 }
                .merging(["defence_security": false]) { $1 })
        #expect(told.level == 2)
        #expect(told.article == "8.2")
        let nothing = table.answer(regime, [:])
        #expect(nothing.least == 1 && !nothing.isCovered && !nothing.isSettled)
        #expect(nothing.missing.contains("role"))
        let uncovered = table.answer(
            regime,
            ["role": "other", "info": "public", "reach": "one_agency", "defence_security": false])
        #expect(uncovered.missing.isEmpty && !uncovered.isCovered && !uncovered.isSettled)
    }

    @Test("no complete system has bounds, and more knowledge never widens them")
    func knowledgeNarrows() throws {
        let table = try #require(Self.table)
        let values: [String: [JSONValue]] = [
            "role": ["internal", "citizen_facing", "shared_infrastructure", "ics", "other"],
            "info": ["public", "private_or_personal", "state_secret"],
            "reach": ["one_agency", "province_or_sector", "nationwide"], "h24": [true, false],
            "users": [10, 20_000], "public_service_level": [2, 4], "online_service": ["none", "other", "conditional"],
            "administrative_procedures": [true, false], "basic_subjects": [5, 200_000],
            "sensitive_subjects": [5, 200_000], "defence_security": [true, false],
            "harm": ["harm", "serious", "especially_serious"], "works_grade": ["special", "I", "II"],
            "national_security_works": [true, false], "national_egovernment": [true, false],
            "national_data_store": [true, false], "international_link": [true, false],
        ]
        var state: UInt64 = 20_261_121
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        for round in 0..<25 {
            var inputs: [String: JSONValue] = [:]
            for (name, some) in values.sorted(by: { $0.key < $1.key }) { inputs[name] = some[next(some.count)] }
            for regime in table.regimes {
                var known: [String: JSONValue] = [:]
                var last = (1, 5)
                for name in inputs.keys.sorted(by: { ($0.count, $0) < ($1.count, $1) }) {
                    known[name] = inputs[name]
                    // Inferences are ours; here every input is told in the end.
                    if next(3) > 0 { continue }
                    let answer = table.answer(
                        regime,
                        known.merging(inputs.filter { $0.key.hasPrefix("nat") || $0.key.hasPrefix("inter") }) { $1 })
                    #expect(answer.least >= last.0 && answer.most <= last.1, "seed 20261121, round \(round)")
                    last = (answer.least, answer.most)
                }
                let full = table.answer(regime, inputs)
                #expect(full.missing.isEmpty && full.least == full.most, "seed 20261121, round \(round)")
                #expect(full.least >= last.0 && full.most <= last.1, "seed 20261121, round \(round)")
            }
        }
    }

    @Test("a wrong table is refused with every error and its place") func refused() throws {
        let text = """
            inputs:
              role: {vi: a, en: b, values: [x], truth: true}
            regimes:
              - id: r
                vi: a
                en: b
                from: 2026-01-01
                rules:
                  - {level: 6, article: '1', mark: C, vi: a, en: b, when: {input: rol, is: x}}
                  - {level: 1, article: '2', mark: Z, vi: a, en: b, when: {input: role}}
                  - {level: 1, article: '3', mark: C, vi: a, en: b, when: {all: []}}
            """
        do {
            _ = try LevelTable.load(text, file: "t.yaml")
            Issue.record("it was taken")
        } catch {
            let lines = error.diagnostics.map(\.description).joined(separator: "\n")
            for part in [
                "t.yaml:2:", "several", "t.yaml:9:", "\"6\"", "did you mean \"role\"?", "mark \"Z\"", "no comparison",
                "all of nothing",
            ] { #expect(lines.contains(part), "\(part) in \(lines)") }
        }
    }
}
