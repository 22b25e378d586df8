import CMDB
import Notation
import Regulation
import TestSupport
import Testing

@testable import Continuity

@Suite("Backup duties", .tags(.small))
struct DutiesTests {
    let table: DutyTable
    init() throws { table = try DutyTable.embedded() }

    func object(_ kind: Kind, _ key: String, _ fields: [String: JSONValue]) -> Object {
        Object(id: ObjectID(kind, key), fields: fields.merging(["slug": .string(key), "name": .string(key)]) { $1 })
    }

    func report(_ objects: Object...) -> DutyReport { BackupDuties.derive(Snapshot(objects), table) }

    @Test("each level gets its own figures, each with mark and source")
    func levels() throws {
        for level in 1...5 {
            let system = object(.system, "s", ["security_level": .int(Int64(level))])
            let row = try #require(report(system).rows.first)
            #expect(row.level == level && row.figures.count >= 16)
            for figure in row.figures {
                #expect(!figure.title.vi.isEmpty && !figure.text.vi.isEmpty && !figure.source.isEmpty)
                #expect((figure.owed == nil) == (figure.owedMark == nil))
            }
        }
        let three = try #require(report(object(.system, "s", ["security_level": 3])).rows.first)
        #expect(three["rpo_database"]?.text.en == "1h" && three["rto"]?.text.en == "8h")
        #expect(three["rto"]?.mark == .ours && three["rto"]?.owed?.en == "1d" && three["rto"]?.owedMark == .guidance)
        #expect(three["copies"]?.text.en == "3" && three["copies"]?.mark == .standard)
        #expect(three["media"]?.text.en == "2" && three["restore_drill"]?.text.en == "92d")
        #expect(three["rto"]?.value == ["seconds": 28_800])
        let five = try #require(report(object(.system, "s", ["security_level": 5])).rows.first)
        #expect(five["offsite"]?.text.en == "1, 1d, ≥ 30 km, 2 links, standby system")
        #expect(five["offsite"]?.mark == .law && five["immutable"]?.text.vi == "1, liên tục")
    }

    @Test("level 4, 24/7, in a Tier II hall: the RTO needs a standby site, and one that is only planned is none")
    func hall() throws {
        let site = object(.site, "main", ["tier_scheme": "uptime", "tier_grade": 2, "status": "active"])
        let base: [String: JSONValue] = ["security_level": 4, "h24": true, "site": "main"]
        let alone = try #require(report(site, object(.system, "s", base)).rows.first)
        #expect(alone.judgements.map(\.outcome) == [.holds, .violated])
        #expect(alone.warnings.map(\.rule) == [.hallNeedsSecondSite])
        for (status, outcome) in [("planned", TierJudgement.Outcome.violated), ("active", .holds)] {
            let standby = object(.site, "second", ["status": .string(status)])
            let system = object(.system, "s", base.merging(["standby_site": "second"]) { $1 })
            let row = try #require(report(site, standby, system).rows.first)
            #expect(row.judgements.last?.outcome == outcome)
        }
        let same = object(.system, "s", base.merging(["standby_site": "main"]) { $1 })
        #expect(report(site, same).rows.first?.judgements.last?.outcome == .violated)
    }

    @Test("one incident must not use up the year that a 24/7 system claims")
    func claim() throws {
        let site = object(.site, "main", ["tier_scheme": "uptime", "tier_grade": 4])
        let system = object(.system, "s", ["security_level": 3, "h24": true, "site": "main"])
        let row = try #require(report(site, system).rows.first)
        #expect(row.judgements.map(\.rule) == [.incidentFitsYear, .hallNeedsSecondSite])
        #expect(row.judgements.map(\.outcome) == [.violated, .holds])
    }

    @Test("another scheme is never translated: the rule is unknown, and so it is without a grade or a site")
    func unknown() throws {
        let tcvn = object(.site, "a", ["tier_scheme": "tcvn-9250", "tier_grade": 2])
        let bare = object(.site, "b", [:])
        let report = report(
            tcvn, bare, object(.system, "s1", ["security_level": 4, "site": "a"]),
            object(.system, "s2", ["security_level": 4, "site": "b", "h24": true]),
            object(.system, "s3", ["security_level": 4]))
        #expect(report.rows.map { $0.judgements.map(\.outcome) } == [[.unknown], [.unknown, .unknown], [.unknown]])
        #expect(report.rows[1].warnings.first?.reason.en.contains("site/b") == true)
        #expect(report.counts["rules_unknown"]?.int == 4)
    }

    @Test("systems without a level are listed, never counted as derived; retired ones owe nothing")
    func denominators() throws {
        let report = report(
            object(.system, "ok", ["security_level": 2]), object(.system, "bare", [:]),
            object(.system, "gone", ["security_level": 3, "status": "retired"]))
        #expect(report.asked == 2 && report.rows.count == 1 && !report.isComplete)
        #expect(report.underivable.map(\.system.key) == ["bare"] && report.retired.map(\.key) == ["gone"])
        #expect(report.json["counts"]?["underivable"]?.int == 1)
        #expect(!BackupDuties.derive(Snapshot([]), table).isComplete)
        #expect(try JSONValue.parse(report.json.canonical) == report.json)
    }
}
