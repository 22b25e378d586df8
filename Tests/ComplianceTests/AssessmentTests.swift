import CMDB
import Evidence
import Foundation
import Notation
import Regulation
import TestSupport
import Testing

@testable import Compliance

@Suite(.tags(.small)) struct AssessmentTests {
    let assessor: Assessor

    init() throws { assessor = try World.assessor() }

    func assess(_ world: World, waivers: [Waiver] = []) -> Assessment {
        assessor.assess(in: world.snapshot, facts: world.facts, waivers: waivers, at: World.now)
    }

    @Test("the denominator adds up and says what was decided by which evidence")
    func denominator() {
        let assessment = assess(.good(level: 3))
        let sum = assessment.denominator
        #expect(sum.controlsAsked == 204 && assessment.counts.total == 204)
        #expect(sum.byEvidence.values.reduce(0) { $0 + $1.asked } == 204)
        #expect(sum.byEvidence.values.reduce(0) { $0 + $1.decided } == sum.controlsDecided)
        #expect(sum.controlsDecided == assessment.counts.decided)
        #expect(sum.controlsDecided >= 30)
        #expect(sum.systemsAsked == 1 && sum.systemsAssessed == 1)
        #expect(sum.facts > 0 && sum.factsValid == sum.facts)
        #expect(assessment.outcome == .partial)
    }

    @Test("systems without a level, or retired, are skipped and named")
    func skipped() {
        var world = World.good()
        world.put(.system, "unknown", [:])
        world.put(.system, "old", ["status": "retired", "security_level": 3])
        let assessment = assess(world)
        #expect(assessment.skipped.map(\.system.key) == ["old", "unknown"])
        #expect(assessment.skipped.map(\.why) == [.retired, .levelNotDecided])
        #expect(assessment.denominator.systemsAsked == 3 && assessment.denominator.systemsAssessed == 1)
        #expect(assessment.findings.allSatisfy { $0.system == World.system })
    }

    @Test("nothing to assess is told apart from all is well")
    func nothing() throws {
        #expect(assess(World()).outcome == .nothing)
        var world = World()
        world.put(.system, "s", [:])
        #expect(assess(world).outcome == .partial)
        let tiny = try Catalogue.load(
            """
            meta: {standard: S, title_vi: v, title_en: e, regime: r, text_policy: p}
            sources: {A: {what: w, kind: primary, proves: all}}
            controls:
            - {id: XY-01, clauses: {1: "5"}, domain: technical, family: f, title_vi: a, title_en: b, requirement_vi: c,
               requirement_en: d, levels: [1], evidence: automated, probe: p, confidence: recalled,
               confidence_by_level: {1: recalled}, source: [A]}
            """, file: "t.yaml")
        let result = Assessor(catalogue: tiny).assess(in: World.good().snapshot, facts: [], at: World.now)
        #expect(result.skipped.map(\.why) == [.noControlsAtLevel])
        #expect(result.findings.isEmpty && result.outcome == .partial)
    }

    @Test("fails when something fails, but only partial when there were no facts at all")
    func outcome() {
        #expect(assess(.bad()).outcome == .fails)
        var blind = World.bad()
        blind.facts = []
        #expect(assess(blind).noFacts && assess(blind).outcome == .partial)
    }

    @Test("ids are stable, unique and do not depend on facts")
    func ids() {
        let (good, bad) = (assess(.good()), assess(.bad()))
        let ids = good.findings.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(ids == bad.findings(of: World.system).map(\.id))
        #expect(
            Finding.id(system: World.system, control: "SRV-LOG-07", level: 5)
                != Finding.id(system: World.system, control: "SRV-LOG-07", level: 4))
        #expect(Finding.id(system: ObjectID(.system, "a"), control: "B", level: 1) == "c-f7b2eb32fdd6")
    }

    @Test("the same input gives the same assessment, and it survives being written down")
    func stable() throws {
        let (a, b) = (assess(.bad()), assess(.bad()))
        #expect(a == b)
        let back = try JSONDecoder().decode(Assessment.self, from: try JSONEncoder().encode(a))
        #expect(back == a)
    }

    @Test("a control that needs a paper and has none is no evidence, with that reason")
    func papers() {
        let finding = assess(.good()).findings.first { $0.control == "HR-01" }
        #expect(finding?.status == .noEvidence)
        #expect(
            finding?.reasons.contains { $0.kind == .needsDocument && $0.text.en.hasPrefix("needs document") } == true)
    }

    @Test("a waiver holds until its day, for its control, with a reason and a name")
    func waivers() {
        func waiver(_ control: String, until: String = "2026-12-31", reason: String = "chờ thiết bị") -> Waiver {
            Waiver(
                system: World.system, control: control, reason: reason, by: "Giám đốc",
                until: Timestamp(day: until) ?? World.now)
        }
        func status(_ waiver: Waiver, _ control: String = "SRV-ACC-03") -> FindingStatus? {
            assess(.bad(), waivers: [waiver]).findings.first { $0.control == control }?.status
        }
        #expect(status(waiver("SRV-ACC-03")) == .waived)
        #expect(status(waiver("SRV-ACC-03", until: "2026-11-20")) == .fail)
        #expect(status(waiver("SRV-ACC-03", reason: "")) == .fail)
        #expect(status(waiver("SRV-ACC-04")) == .fail)
        let passing = assess(.good(), waivers: [waiver("SRV-ACC-03")]).findings.first { $0.control == "SRV-ACC-03" }
        #expect(passing?.status == .pass)
    }

    @Test("an explanation names clause, confidence, paraphrase, parameter, facts with time and source, remedy")
    func explain() throws {
        let assessment = assess(.bad(level: 3))
        let finding = try #require(assessment.findings(of: World.system).first { $0.control == "SRV-LOG-07" })
        let control = try #require(assessor.catalogue.control("SRV-LOG-07"))
        for (language, words) in [
            (
                Language.vi,
                ["Không đạt", "Điều khoản: 7.2.2.3 (đã xác nhận)", "không phải nguyên văn", "Cách khắc phục"]
            ),
            (.en, ["Fail", "Clause: 7.2.2.3 (confirmed)", "not official text", "Remedy"]),
        ] {
            let text = finding.explain(control, in: language)
            for word in words + [
                "log_retention_months = 3", "test@127.0.0.1", "2026-11-20T23:00:00.000Z", "\"logrotate_days\":7",
                control.requirement[language],
            ] {
                #expect(text.contains(word), "\(word) in\n\(text)")
            }
        }
    }

    @Test("text from a device cannot write over the terminal")
    func hostile() throws {
        var world = World.good()
        for host in World.servers + World.switches {
            world.facts.removeAll { $0.name == "os.version_id" }
            world.see(host, "snmp.system", ["sys_descr": "x\u{1B}[2Jy\nz\u{202E}"])
        }
        let finding = try #require(assess(world).findings.first { $0.control == "OPS-VUL-01" })
        let control = try #require(assessor.catalogue.control("OPS-VUL-01"))
        let text = finding.explain(control, in: .en)
        #expect(finding.status == .pass)
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}") && text.contains("\\u{1b}"))
    }

    @Test("30 km are measured over the ground")
    func distance() throws {
        func site(_ lat: Double, _ lon: Double) -> Object {
            Object(id: ObjectID(.site, "s"), fields: ["latitude": .double(lat), "longitude": .double(lon)])
        }
        let far = try #require(Rules.kilometres(site(21.8537, 106.7615), site(21.0285, 105.8542)))
        #expect((125...140).contains(far))
        #expect(Rules.kilometres(site(1, 1), Object(id: ObjectID(.site, "t"), fields: [:])) == nil)
    }
}
