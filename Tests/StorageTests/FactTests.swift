import CMDB
import Evidence
import Foundation
import Notation
import Storage
import TestSupport
import Testing

@Suite("Facts in storage", .tags(.medium))
struct FactStorageTests {
    private let web = ObjectID(.device, "web-01")

    private func fact(
        _ name: String, _ value: JSONValue, at: Int64 = 0, source: String = "a", of subject: ObjectID? = nil
    ) -> Fact {
        Fact(
            subject: subject ?? web, name: name, value: value, unit: "s", observedAt: noon + .milliseconds(at),
            validFor: .seconds(90), source: source)
    }

    @Test("every shape of value comes back as it was, under its id")
    func values() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        let values: [JSONValue] = [
            nil, true, 5, .int(.min), 1.0, 0.1, "", "Lạng Sơn\n\u{1F600}", [], [1, "x"], [:], ["a": ["b": nil]],
        ]
        let facts = values.enumerated().map { fact("n.\($0.offset)", $0.element) }
        try store.store(facts)
        for fact in facts { #expect(try store.fact(fact.id) == fact) }
        #expect(try store.fact("f-0000000000000000") == nil)
        #expect(try store.currentFacts(of: web).count == values.count)
        #expect(try store.currentFacts(of: ObjectID(.device, "other")).isEmpty)
    }

    @Test("the newest of a name is current, whatever the order of arrival; older ones are kept")
    func current() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        let mail = ObjectID(.system, "mail")
        try store.store([fact("os", "12", at: 5), fact("os", "11", at: 3)])
        try store.store([fact("os", "10", at: 1), fact("cpu", 2), fact("os", "x", at: 9, of: mail)])
        try store.store([fact("os", "B", at: 4, source: "b")])
        let now = try store.currentFacts(of: web)
        #expect(now.map(\.name) == ["cpu", "os"] && now[1].value == "12")
        let bySource = try store.currentFactsBySource(of: web)
        #expect(bySource.map(\.value) == [2, "12", "B"])
        try store.store([fact("os", "C", at: 6, source: "b")])
        #expect(try store.currentFacts(of: web)[1].value == "C")
        #expect(try store.currentFacts(of: nil).map(\.subject) == [web, web, mail])
        #expect(
            try store.factHistory(of: web, name: "os", since: noon + .milliseconds(3)).map(\.value) == [
                "11", "B", "12", "C",
            ])
    }

    @Test("a fact is stored once, and storing again changes nothing")
    func once() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        let facts = (0..<50).map { fact("n.\($0 % 25)", .int(Int64($0)), at: Int64($0)) }
        try store.store(facts + facts)
        let before = try store.currentFactsBySource(of: nil)
        try store.store(facts)
        #expect(try store.currentFactsBySource(of: nil) == before && before.count == 25)
        #expect(try store.factHistory(of: web, name: "n.0", since: noon).count == 2)
    }

    @Test("10,000 facts go in as one transaction, or not at all")
    func many() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        let facts = (0..<10_000).map { i in
            fact("probe.value_\(i % 50)", .int(Int64(i)), of: ObjectID(.device, "d-\(i / 50)"))
        }
        let clock = ContinuousClock()
        let time = try clock.measure { try store.store(facts) }
        print("10,000 facts stored in \(time)")
        #expect(try store.currentFacts(of: nil).count == 10_000)
        try store.close()
        try lab.tamper(
            "CREATE TRIGGER boom BEFORE INSERT ON fact WHEN NEW.name = 'late.90' BEGIN SELECT RAISE(ABORT, 'boom'); END"
        )
        let again = try lab.open()
        #expect(throws: StorageError.self) { try again.store((0..<100).map { fact("late.\($0)", 1) }) }
        #expect(try again.currentFacts(of: nil).count == 10_000)
    }

    @Test("a very long validity is kept long and traps nothing")
    func longValidity() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        let forever = Fact(
            subject: web, name: "x", value: 1, observedAt: noon, validFor: .seconds(Int64.max / 2), source: "a")
        try store.store([forever])
        #expect(try store.fact(forever.id)?.isValid(at: noon + .seconds(3_000_000_000)) == true)
    }
}

@Suite("Findings, plans and runs in storage", .tags(.medium))
struct FindingStorageTests {
    private func finding(_ id: String, _ system: String, _ status: String = "pass") -> StoredFinding {
        StoredFinding(
            id: id, system: system, control: "c-\(id)", status: status, json: ["why": .array(["f-1", .string(status)])])
    }

    private func assessment(_ id: String, at: Int64, _ scope: String = "all") -> StoredAssessment {
        StoredAssessment(id: id, at: noon + .seconds(at), scope: scope, json: ["controls": 2])
    }

    @Test("the newest assessment of a system is found, and a finding with the evidence that decided it")
    func assessments() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        #expect(try store.latestAssessment() == nil && store.finding("1") == nil)
        try store.storeAssessment(
            assessment("a1", at: 1), findings: [finding("1", "mail", "fail"), finding("2", "portal")])
        try store.storeAssessment(assessment("a2", at: 2, "mail"), findings: [finding("1", "mail")])
        try store.storeAssessment(assessment("a3", at: 3, "dns"), findings: [])
        #expect(try store.latestAssessment()?.id == "a3")
        #expect(try store.latestAssessment(system: "mail") == assessment("a2", at: 2, "mail"))
        #expect(try store.latestAssessment(system: "portal")?.id == "a1")
        #expect(try store.latestAssessment(system: "dns")?.id == "a3")
        #expect(try store.latestAssessment(system: "nowhere") == nil)
        #expect(try store.finding("1") == finding("1", "mail") && store.finding("2")?.system == "portal")
        #expect(try store.findings(assessment: "a1").count == 2)
        #expect(try store.findings(assessment: "a1", system: "mail") == [finding("1", "mail", "fail")])
    }

    @Test("the same assessment stored again replaces itself; two findings of one id are refused whole")
    func replace() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try store.storeAssessment(assessment("a1", at: 1), findings: [finding("1", "mail"), finding("2", "mail")])
        try store.storeAssessment(assessment("a1", at: 5), findings: [finding("3", "mail")])
        #expect(try store.findings(assessment: "a1").map(\.id) == ["3"])
        let twice = [finding("4", "mail"), finding("4", "dns")]
        #expect(code { try store.storeAssessment(assessment("a1", at: 9), findings: twice) } == .conflict)
        #expect(
            try store.findings(assessment: "a1").map(\.id) == ["3"]
                && store.latestAssessment()?.at == noon + .seconds(5))
    }

    @Test("engines and runs come back")
    func enginesAndRuns() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        let engine = StoredEngine(engineID: [0x80, 0, 0x1F, 0x88, 1], boots: 3, time: 2_147_483_647, at: noon)
        try store.storeEngines(["127.0.10.1:161": engine, "127.0.10.2:161": engine])
        try store.storeEngines(["127.0.10.2:161": nil])
        #expect(try store.engine(at: "127.0.10.1:161") == engine && store.engine(at: "127.0.10.2:161") == nil)
        let run = StoredRun(id: "r1", kind: "probe", at: noon, status: "running", json: ["asked": 3])
        try store.storeRun(run)
        try store.storeRun(StoredRun(id: "r2", kind: "backup", at: noon, status: "done", json: [:]))
        try store.storeRun(StoredRun(id: "r1", kind: "probe", at: noon, status: "done", json: ["asked": 3]))
        #expect(try store.run("r1")?.status == "done" && store.run("r9") == nil)
        #expect(try store.runs(kind: "probe", limit: 5).map(\.id) == ["r1"])
    }
}
