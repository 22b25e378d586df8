import Notation
import Testing

@testable import Regulation

@Suite struct CatalogueTests {
    static let head = """
        meta: {standard: S, title_vi: v, title_en: e, regime: r, text_policy: p}
        sources:
          A: {what: w, kind: primary, proves: all}
        controls:

        """
    static let good = """
        - id: XY-01
          clauses: {1: 5.1, 3: 7.1}
          domain: technical
          family: f
          title_vi: tv
          title_en: te
          requirement_vi: rv
          requirement_en: re
          levels: [1, 3]
          parameters: {months: {1: 1, 3: 3}, limit: 8, kinds: [a, b]}
          evidence: automated
          probe: look
          confidence: recalled
          confidence_by_level: {1: recalled, 3: confirmed}
          source: [A]

        """

    @Test("TCVN 11930 has 235 controls and per level the counts its head states")
    func embedded() throws {
        let catalogue = try Catalogue.tcvn11930()
        #expect(catalogue.controls.count == 235)
        #expect((1...5).map { catalogue.controls(level: $0).count } == [55, 110, 204, 229, 234])
        #expect(catalogue.controls(level: 0).isEmpty)
        let log = try #require(catalogue.control("SRV-LOG-07"))
        #expect((1...5).map { log.parameter("log_retention_months", level: $0)?.int } == [1, 1, 3, 6, 12])
        #expect(log.clause(level: 3) == "7.2.2.3")
        #expect(log.confidence(level: 1) == .recalled)
        #expect(log.confidence(level: 3) == .confirmed)
        let rented = try #require(catalogue.control("CIR-04"))
        #expect(rented.clause(level: 3) == "Circular 12/2022 art. 9.9")
        #expect(catalogue.control("NO-01") == nil)
    }

    @Test("every control has texts in both languages and a source that is explained")
    func complete() throws {
        let catalogue = try Catalogue.tcvn11930()
        for control in catalogue.controls {
            #expect(!control.requirement.vi.isEmpty && !control.requirement.en.isEmpty, "\(control.id)")
            #expect(!control.title.vi.isEmpty && !control.title.en.isEmpty, "\(control.id)")
            #expect(control.levels.allSatisfy { !control.clause(level: $0).isEmpty }, "\(control.id)")
        }
    }

    @Test("log retention of the catalogue and of the duty table agree")
    func agreement() throws {
        let control = try #require(try Catalogue.tcvn11930().control("SRV-LOG-07"))
        let table = try DutyTable.embedded()
        for level in 1...5 {
            #expect(
                control.parameter("log_retention_months", level: level)?.int
                    == (table.duty(level: level)?.logRetentionMonths.value).map(Int64.init))
        }
    }

    @Test("parameters differ by level, or hold for all")
    func parameters() throws {
        let control = try #require(try Catalogue.load(Self.head + Self.good, file: "c.yaml").control("XY-01"))
        #expect(control.parameter("months", level: 3) == 3)
        #expect(control.parameter("months", level: 2) == nil)
        #expect(control.parameter("limit", level: 5) == 8)
        #expect(control.parameter("kinds", level: 1) == ["a", "b"])
        #expect(control.parameters(level: 1) == ["months": 1, "limit": 8, "kinds": ["a", "b"]])
    }

    @Test(
        "a catalogue without controls is an error",
        arguments: ["", "# only words\n", Self.head, Self.head.replacing("controls:", with: "controls: []")])
    func empty(text: String) {
        let error = #expect(throws: InputErrors.self) { try Catalogue.load(text, file: "c.yaml") }
        #expect(error?.description.contains(CatalogueReader.emptyProblem) == true)
    }

    static let mistakeTable: [(wrong: String, right: String, message: String)] = [
        ("id: XY-1", "id: XY-01", "id \"XY-1\""),
        ("domain: tecnical", "domain: technical", "did you mean \"technical\"?"),
        ("levels: [1, 6]", "levels: [1, 3]", "level \"6\""),
        ("levels: [1]", "levels: [1, 3]", "clauses names level 3, levels does not"),
        ("levels: []", "levels: [1, 3]", "levels is empty"),
        ("  evidence: document", "  evidence: automated", "document is missing"),
        ("  prob: look", "  probe: look", "unknown key \"prob\""),
        ("confidence: sure", "confidence: recalled", "confidence \"sure\" is not known"),
        ("{1: recalled, 3: confirmd}", "{1: recalled, 3: confirmed}", "did you mean \"confirmed\"?"),
        ("source: [B]", "source: [A]", "source \"B\" is not listed"),
        ("clauses: {}", "clauses: {1: 5.1, 3: 7.1}", "neither clauses nor circular_ref"),
        ("title_vi: [x]", "title_vi: tv", "title_vi is a list"),
    ]

    @Test("each mistake is named with its place", arguments: Self.mistakeTable.indices)
    func mistakes(index: Int) {
        let (wrong, right, message) = Self.mistakeTable[index]
        let text = Self.head + Self.good.replacing(right, with: wrong)
        let error = #expect(throws: InputErrors.self) { try Catalogue.load(text, file: "c.yaml") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.diagnostics.allSatisfy { $0.position.file == "c.yaml" && $0.position.line >= 5 } == true)
    }

    @Test("all mistakes come at once, duplicates with the line of the first")
    func together() {
        let second = Self.good.replacing("family: f", with: "family: [f]")
        let error = #expect(throws: InputErrors.self) {
            try Catalogue.load(
                Self.head + Self.good + second + Self.good.replacing("XY-01", with: "xy-02"), file: "c.yaml")
        }
        let text = error?.description ?? ""
        #expect(text.contains("id \"XY-01\" stands twice, first in line 5"))
        #expect(text.contains("family is a list"))
        #expect(text.contains("id \"xy-02\""))
    }

    @Test("a stated count that is wrong is an error")
    func counts() {
        let text = Self.head.replacing("text_policy: p}", with: "text_policy: p, counts: {controls: 2}}") + Self.good
        let error = #expect(throws: InputErrors.self) { try Catalogue.load(text, file: "c.yaml") }
        #expect(error?.description.contains("2 controls are stated, 1 are there") == true)
    }
}
