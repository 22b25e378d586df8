import Foundation
import Notation
import TestSupport
import Testing

@testable import Commands

/// Lint, contexts, last days, journal and levels on the command line.
@Suite struct RuleCommandTests {
    static let more = """
        tags: [{slug: lab, name: Lab}]
        validation_rules:
          - {slug: serials, select: device, field: serial, required: true, severity: warning}
          - {slug: nobody, select: device status=failed, field: serial, required: true}
        config_contexts: [{name: Base, data: {ntp: [a], snmp: {port: 161}}}, {name: DMZ, weight: 2000, data: {ntp: [b]}}]
        contracts: [{name: C, contract_type: support, expires: 2020-01-01, covers: [device/web-01]}]
        documents: [{slug: hs, name: Hồ sơ, doc_type: level_dossier}]
        """

    static func line(_ extra: String = more) async throws -> CommandLine {
        let line = try CommandLine()
        let folder = try line.smallInventory(extra: extra)
        let applied = await line.run("inventory", "apply", folder, "--reason", "test")
        try #require(applied.status == 0, "\(applied.stderr)")
        return line
    }

    @Test("lint counts rules and objects, names breaches, and says when a rule selects nothing")
    func lint() async throws {
        let line = try await Self.line()
        let all = await line.run("inventory", "lint", "--format", "json")
        #expect(all.status == 2)
        let json = try JSONValue.parse(all.stdout)
        #expect(json["checks"] == 1)
        #expect(json["breaches"]?.array?.count == 1)
        #expect(json["breaches"]?.array?.first?["object"] == "device/web-01")
        #expect(json["breaches"]?.array?.first?["line"]?.int ?? 0 > 0)
        #expect(all.stderr.contains("validation-rule/nobody: it selects nothing"))
        #expect(all.stderr.contains("2 rules, 1 checks"))
        #expect(await line.run("inventory", "lint", "--rule", "nobody").status == 6)
        #expect(await line.run("inventory", "lint", "--rule", "serialz").stderr.contains("did you mean \"serials\"?"))
        #expect(await line.run("inventory", "lint", "site", "--format", "csv").status == 0)
        #expect(await line.run("inventory", "lint", "site name=x").status == 6)
        #expect(await line.run("inventory", "lint", "site nam=x").status == 64)
    }

    @Test("a rule refuses what breaks it, with the place") func refused() async throws {
        let line = try await Self.line("")
        let rule = try line.write(
            "r/r.yaml", "validation_rules: [{slug: r, select: site, field: facility, required: true}]")
        let outcome = await line.run("inventory", "apply", rule, "--reason", "x")
        #expect(outcome.status == 65)
        #expect(outcome.stderr.contains("1 recorded object(s) do not keep it: site/hall"))
    }

    @Test func context() async throws {
        let line = try await Self.line()
        let plain = await line.run("inventory", "context", "device/web-01", "--format", "json")
        #expect(try JSONValue.parse(plain.stdout) == ["ntp": ["b"], "snmp": ["port": 161]])
        let explained = await line.run("inventory", "context", "device/web-01", "--explain", "--format", "csv")
        #expect(explained.stdout.contains("ntp,b,config-context/dmz"))
        #expect(explained.stdout.contains("snmp.port,161,config-context/base"))
        #expect(await line.run("inventory", "context", "site/hall").status == 64)
        #expect(await line.run("inventory", "context", "device/x").status == 6)
    }

    @Test func expiring() async throws {
        let line = try await Self.line()
        let outcome = await line.run("inventory", "expiring", "--format", "json")
        #expect(outcome.status == 2)
        let item = try #require(try JSONValue.parse(outcome.stdout).array?.first)
        #expect(item["id"] == "contract/c" && item["past"] == true && item["systems"] == ["system/portal"])
        #expect(await line.run("inventory", "expiring", "--within", "soon").status == 64)
        let bare = try await Self.line("")
        #expect(await bare.run("inventory", "expiring").status == 6)
    }

    @Test("notes are kept apart, even in one second, and stay about their record") func journal() async throws {
        let line = try await Self.line()
        #expect(await line.run("journal", "list").status == 6)
        for text in ["Quạt 2 \"kêu\" to", "dòng 1\ndòng 2: - # x", "ba"] {
            #expect(await line.run("journal", "add", "device/web-01", text, "--kind", "warning").status == 0)
        }
        let listed = await line.run("journal", "list", "device/web-01", "--format", "json")
        let entries = try #require(try JSONValue.parse(listed.stdout).array)
        #expect(entries.count == 3)
        #expect(
            Set(entries.compactMap { $0["comments"]?.string }) == ["Quạt 2 \"kêu\" to", "dòng 1\ndòng 2: - # x", "ba"])
        #expect(entries.allSatisfy { $0["created_by"] == "tester" && $0["entry_kind"] == "warning" })
        #expect(await line.run("journal", "list", "site/hall").status == 6)
        #expect(await line.run("journal", "add", "device/none", "x").status == 6)
        #expect(await line.run("journal", "add", "device/web-01", "  ").status == 64)
        #expect(await line.run("journal", "add", "device/web-01", "x", "--kind", "loud").status == 64)
        #expect(await line.run("audit", "verify").status == 0)
    }

    static let complete = """
          - {slug: hub, name: Hub, security_level: 2, role: shared_infrastructure, reach: province_or_sector,
             info: public, defence_security: false}
        documents: [{slug: hs, name: Hồ sơ, doc_type: level_dossier}]
        """

    @Test("too low a level is said, and stored with its papers") func level() async throws {
        let line = try await Self.line(Self.complete)
        let told = await line.run("system", "level", "hub", "--format", "json")
        #expect(told.status == 2)
        let regimes = try #require(try JSONValue.parse(told.stdout)["regimes"]?.array)
        #expect(regimes.map { $0["level"] } == [3, 3])
        #expect(regimes.map { $0["article"] } == ["9.3", "13.3"])
        #expect(regimes.map { $0["rules"]?.array?.count } == [17, 22])
        #expect(told.stderr.contains("WARNING"))
        #expect(await line.run("system", "level", "hub", "--store").status == 64)
        #expect(await line.run("system", "level", "hub", "--store", "--reason", "r", "--document", "none").status == 65)
        let stored = await line.run(
            "system", "level", "hub", "--store", "--reason", "hồ sơ", "--document", "hs", "--decision-number", "12/QĐ",
            "--decision-date", "2026-10-01")
        #expect(stored.status == 2)
        #expect(stored.stderr.contains("Recorded 2 level decisions"))
        let shown = await line.run("inventory", "show", "level-decision/hub-decree-85-2016", "--format", "json")
        let decision = try JSONValue.parse(shown.stdout)
        #expect(decision["level"] == 3 && decision["declared_level"] == 2 && decision["documents"] == ["hs"])
        #expect(decision["decision_number"] == "12/QĐ" && decision["article"] == "9.3")
        #expect(decision["missing_inputs"] == nil)
        #expect(await line.run("audit", "verify").status == 0)
    }

    @Test("what is not written down is no success") func unsettled() async throws {
        let line = try await Self.line(Self.complete)
        let told = await line.run("system", "level", "portal", "--lang", "vi")
        #expect(told.status == 3)
        #expect(told.stdout.contains("còn thiếu"))
        #expect(told.stdout.contains("defence_security"))
        #expect(await line.run("system", "level", "portl").status == 6)
        let all = await line.run("system", "levels", "--format", "csv")
        #expect(all.status == 2)
        #expect(all.stdout.contains("hub,2,3,9.3,3,13.3,too low,"))
        let zones = await line.run("system", "zones", "--format", "json")
        #expect(zones.status == 2)
        #expect(try JSONValue.parse(zones.stdout).array?.first?["needed"] == 3)
    }
}
