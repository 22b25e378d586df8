import CMDB
import Evidence
import Notation
import Regulation
import TestSupport
import Testing

@testable import Compliance

/// All rules against worlds where everything, nothing or only something is in order.
@Suite(.tags(.small)) struct RuleTableTests {
    let assessor: Assessor

    init() throws { assessor = try World.assessor() }

    func assess(_ world: World) -> Assessment {
        let snapshot = world.snapshot
        return assessor.assess(
            snapshot[World.system].map { [$0] }, in: snapshot, facts: world.facts, at: World.now)
    }

    func statuses(_ world: World) -> [String: FindingStatus] {
        Dictionary(assess(world).findings.map { ($0.control, $0.status) }, uniquingKeysWith: { a, _ in a })
    }

    @Test("at least 45 controls have a rule, and every rule belongs to a control")
    func count() {
        #expect(Rules.all.count >= 45)
        #expect(Set(assessor.automatedControls) == Set(Rules.all.keys))
    }

    @Test("every rule passes where everything is in order")
    func pass() {
        var passed: Set<String> = []
        for level in Int64(1)...5 {
            for finding in assess(.good(level: level)).findings where Rules.all[finding.control] != nil {
                if finding.status == .pass { passed.insert(finding.control) }
                let why = finding.reasons.map(\.text.en).joined(separator: " | ")
                #expect(finding.status == .pass, "\(finding.control) level \(level): \(why)")
                #expect(finding.remedy == nil)
                #expect(!finding.evidence.isEmpty, "\(finding.control) passes without evidence")
            }
        }
        #expect(Set(Rules.all.keys).subtracting(passed).sorted() == [])
    }

    @Test("every rule fails where nothing is in order")
    func fail() {
        var failed: Set<String> = []
        for world in World.bent() {
            for finding in assess(world).findings where finding.status == .fail {
                failed.insert(finding.control)
                #expect(finding.remedy != nil)
                #expect(!finding.evidence.isEmpty, "\(finding.control) fails without evidence")
                #expect(finding.reasons.contains { $0.kind == .bad })
            }
        }
        #expect(Set(Rules.all.keys).subtracting(failed).sorted() == [])
    }

    @Test("a system about which nothing is recorded passes nothing", arguments: 1...5)
    func nothing(level: Int) {
        var world = World()
        world.put(.system, "s", ["security_level": .int(Int64(level))])
        let assessment = assess(world)
        #expect(assessment.findings.count == assessor.catalogue.controls(level: level).count)
        #expect(assessment.findings.filter { $0.status == .pass || $0.status == .partial }.map(\.control) == [])
        #expect(assessment.noFacts)
        #expect(assessment.outcome == .partial)
    }

    @Test("rules that need facts never pass without them, and stale ones are named")
    func stale() {
        let good = World.good()
        let needy = Set(
            assess(good).findings.filter { finding in
                finding.status == .pass && finding.evidence.contains { $0.id.hasPrefix("f-") }
            }.map(\.control))
        #expect(needy.count >= 30)
        var blind = good
        blind.facts = []
        for (control, status) in statuses(blind) where needy.contains(control) {
            #expect(status != .pass, "\(control) passes without facts")
        }
        #expect(assess(blind).noFacts)
        var old = good
        for fact in good.facts { old.see(fact.subject, fact.name, fact.value, ageHours: 100, validHours: 24) }
        let late = assess(old)
        #expect(late.noFacts && late.denominator.facts > 0)
        for finding in late.findings where needy.contains(finding.control) {
            #expect(finding.status != .pass, "\(finding.control) passes on stale facts")
            #expect(!finding.evidence.contains { $0.id.hasPrefix("f-") })
            guard !["DATA-BAK-01"].contains(finding.control), finding.status == .noEvidence else { continue }
            #expect(
                finding.reasons.contains { $0.kind == .stale || $0.kind == .missing },
                "\(finding.control) names nothing")
        }
        #expect(late.findings.first { $0.control == "SRV-AUTH-01" }?.reasons.contains { $0.kind == .stale } == true)
    }

    @Test("taking facts away never makes anything better", arguments: [1, 2, 3, 4, 5, 6])
    func monotone(seed: UInt64) {
        var random = SeededGenerator("facts", seed: seed)
        let order: [FindingStatus] = [.noEvidence, .partial, .pass]
        var world = World.good()
        var before = statuses(world)
        while !world.facts.isEmpty {
            let keep = world.facts.count / 2
            world.facts = Array(world.facts.shuffled(using: &random).prefix(keep))
            let after = statuses(world)
            for (control, status) in after {
                guard let now = order.firstIndex(of: status), let was = before[control].flatMap(order.firstIndex(of:))
                else { continue }
                #expect(now <= was, "\(control): \(status) after \(before[control]?.rawValue ?? "-"), seed \(seed)")
            }
            before = after
        }
    }

    @Test("facts seen after the moment of the assessment do not count")
    func future() {
        var world = World.good()
        for fact in world.facts { world.see(fact.subject, fact.name, fact.value, ageHours: -2) }
        #expect(assess(world).noFacts)
        #expect(statuses(world)["SRV-AUTH-01"] == .noEvidence)
    }

    @Test("all machines must pass: one unseen is partial, one bad is a fail, none seen is no evidence")
    func quantifier() {
        let (web, db) = (World.servers[0], World.servers[1])
        var one = World.good()
        one.facts.removeAll { $0.subject == db }
        #expect(statuses(one)["SRV-IPS-02"] == .partial)
        var both = one
        both.see(db, "firewall.state", ["active": false])
        #expect(statuses(both)["SRV-IPS-02"] == .fail)
        var unseenAndBad = one
        unseenAndBad.see(web, "firewall.state", ["active": false])
        #expect(statuses(unseenAndBad)["SRV-IPS-02"] == .fail)
        var none = one
        none.facts.removeAll { $0.subject == web }
        #expect(statuses(none)["SRV-IPS-02"] == .noEvidence)
        var gone = World.good()
        gone.put(.system, "s", ["components": []])
        gone.drop(.service, "web", "parent")
        gone.drop(.service, "sql", "parent")
        #expect(statuses(gone)["SRV-IPS-02"] == .noEvidence)
    }

    @Test("backups are judged kind by kind, by the age of each")
    func backups() {
        func status(_ bend: (inout World) -> Void) -> FindingStatus? {
            var world = World.good()
            bend(&world)
            return statuses(world)["DATA-BAK-01"]
        }
        func see(_ world: inout World, _ kind: String, _ age: Int64) {
            world.see(World.system, "backup.last_success.\(kind)", [:], ageHours: age, validHours: 92 * 24)
        }
        #expect(status { see(&$0, "database", 36) } == .pass)
        #expect(status { see(&$0, "database", 37) } == .fail)
        #expect(status { $0.facts.removeAll { $0.name == "backup.last_success.os_image" } } == .partial)
        #expect(status { see(&$0, "database", 93 * 24) } == .partial)
        // What the level does not name is not asked.
        #expect(status { see(&$0, "important", 1_000) } == .pass)
        #expect(status { $0.put(.system, "s", ["data_kinds": ["database"]]) } == .fail)
        #expect(status { $0.objects[ObjectID(.dependency, "b")] = nil } == .noEvidence)
    }

    @Test("machines that are planned or in store are not judged, but named")
    func idle() {
        var world = World.good()
        world.put(.virtualMachine, "db-1", ["status": "planned"])
        world.see(World.servers[1], "firewall.state", ["active": false])
        let finding = assess(world).findings.first { $0.control == "SRV-IPS-02" }
        #expect(finding?.status == .pass)
        #expect(finding?.reasons.contains { $0.kind == .note && $0.subject == World.servers[1] } == true)
    }

    @Test("a finding that rests on sample records says so")
    func sample() {
        var world = World.good()
        world.put(.zone, "db", ["sample": true])
        let finding = assess(world).findings.first { $0.control == "NET-DESIGN-06" }
        #expect(finding?.status == .pass)
        #expect(finding?.reasons.contains { $0.kind == .note && $0.text.en.contains("1 sample records") } == true)
    }

    @Test("a system on its own ground is not asked about renting")
    func renting() {
        var world = World.good(level: 3)
        world.put(.system, "s", ["hosting": "own"])
        #expect(statuses(world)["CIR-04"] == .notApplicable)
        world.drop(.system, "s", "hosting")
        #expect(statuses(world)["CIR-04"] == .noEvidence)
    }
}
