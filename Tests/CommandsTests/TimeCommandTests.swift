import Foundation
import Notation
import Storage
import TestSupport
import Testing

@testable import Commands

@Suite struct TimeCommandTests {
    private func text(_ folder: String) throws -> String {
        try String(contentsOfFile: folder + "/a.yaml", encoding: .utf8)
    }

    /// Changes one word of the small inventory and applies it.
    private func change(_ line: CommandLine, _ folder: String, _ old: String, _ new: String) async throws -> Outcome {
        let before = try text(folder)
        let after = before.replacing(old, with: new)
        try #require(before != after)
        try line.write("inventory/a.yaml", after)
        return await line.run("inventory", "apply", folder, "--reason", "\(old) to \(new)")
    }

    private func json(_ line: CommandLine, _ arguments: String...) async throws -> JSONValue {
        try JSONValue.parse(await line.run(arguments + ["--format", "json"]).stdout)
    }

    @Test("moments: a record, a day, a time with and without zone; a zone that is not written is the machine's")
    func moments() throws {
        let hanoi = try #require(TimeZone(identifier: "Asia/Ho_Chi_Minh"))
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        func read(_ text: String, _ zone: TimeZone) -> String? {
            switch Moment(text, zone: zone) {
            case .now: "now"
            case .sequence(let number): "#\(number)"
            case .time(let time, let isLocal): "\(time)\(isLocal ? " local" : "")"
            case nil: nil
            }
        }
        #expect(read("now", hanoi) == "now" && read("120", hanoi) == "#120")
        #expect(read("2026-06-30", hanoi) == "2026-06-29T17:00:00.000Z local")
        #expect(read("2026-06-30T12:00", hanoi) == "2026-06-30T05:00:00.000Z local")
        #expect(read("2026-06-30 12:00:30.25", hanoi) == "2026-06-30T05:00:30.250Z local")
        #expect(read("2026-06-30T12:00Z", hanoi) == "2026-06-30T12:00:00.000Z")
        #expect(read("2026-06-30T12:00:00+07:00", berlin) == "2026-06-30T05:00:00.000Z")
        #expect(read("2026-06-30T12:00-0330", berlin) == "2026-06-30T15:30:00.000Z")
        // Around the change to winter time in Germany at 2026-10-25T01:00Z.
        #expect(read("2026-10-24T12:00", berlin) == "2026-10-24T10:00:00.000Z local")
        #expect(read("2026-10-26T12:00", berlin) == "2026-10-26T11:00:00.000Z local")
        for wrong in [
            "", "yesterday", "2026-02-30", "2026-06-30T", "2026-06-30T25:00", "2026-06-30T12", "2026-06-30T12:60",
            "2026-06-30T12:00+99:00", "2026-06-30X12:00", "-5", "99999999999999999999", "2026-06-30T12:00:00.",
            "2026-06-30T1:00", "２０２６-06-30",
        ] { #expect(read(wrong, hanoi) == nil, "\(wrong)") }
    }

    @Test("every read answers as of a record or a time; outside of the ledger's time it says the range")
    func asOf() async throws {
        var line = try CommandLine()
        line.environment["TZ"] = "Asia/Ho_Chi_Minh"
        let folder = try line.smallInventory()
        _ = await line.run("inventory", "apply", folder, "--reason", "first")
        let length = try #require(try await json(line, "audit", "verify")["checked"]?.int)
        #expect(try await change(line, folder, "name: Cổng,", "name: Cổng mới,").status == 0)
        func name(_ moment: String...) async throws -> JSONValue? {
            try await json(line, "inventory", "show", "system/portal", "--as-of", moment[0])["name"]
        }
        #expect(try await name("\(length)") == "Cổng")
        #expect(try await name("\(length + 1)") == "Cổng mới")
        let records = try #require(try await json(line, "inventory", "history", "system/portal").array)
        let first = try #require(records.first?["at"]?.string)
        #expect(try await name(first) == "Cổng")
        let list = await line.run("--as-of", "\(length)", "inventory", "list", "system", "--format", "csv")
        #expect(list.status == 0 && list.stdout.contains("Cổng,") && !list.stdout.contains("mới"))
        let origin = try await json(line, "inventory", "show", "system/portal", "--as-of", "\(length)")["origin"]
        #expect(origin?["folder"] == "inventory")
        let history = await line.run("inventory", "history", "system/portal", "--as-of", "\(length)", "--quiet")
        #expect(history.stdout.split(separator: "\n").count == 1)
        for (moment, says) in [
            ("2001-01-01", "before the first record"), ("2999-01-01", "in the future"), ("0", "no state at record 0"),
            ("\(length + 2)", "no state"), ("soon", "write now, a record number"),
        ] {
            let outcome = await line.run("inventory", "list", "system", "--as-of", moment)
            #expect(outcome.status == 64 && outcome.stderr.contains(says), "\(moment): \(outcome.stderr)")
            if says.hasPrefix("no") || says.hasPrefix("before") { #expect(outcome.stderr.contains("(record 1)")) }
        }
        let local = await line.run("inventory", "list", "system", "--as-of", "2001-01-01T12:00")
        #expect(local.stderr.contains("2001-01-01T05:00:00.000Z"))
        // Who writes, and who does not look at the inventory, does not take it.
        for arguments in [
            ["inventory", "apply", folder, "--reason", "x"], ["inventory", "plan", folder],
            ["inventory", "revert", "1", "--reason", "x"], ["audit", "log"], ["inventory", "diff", "1..2"],
        ] {
            #expect(await line.run(arguments + ["--as-of", "1"]).status == 64, "\(arguments)")
        }
        let assessed = await line.run("compliance", "assess", "--as-of", "\(length + 1)")
        #expect([2, 3].contains(assessed.status) && assessed.stderr.contains("not recorded"), "\(assessed.stderr)")
    }

    @Test("diff names what differs between two moments, and takes a selector") func diff() async throws {
        let line = try CommandLine()
        let folder = try line.smallInventory()
        _ = await line.run("inventory", "apply", folder, "--reason", "first")
        let length = try #require(try await json(line, "audit", "verify")["checked"]?.int)
        _ = try await change(line, folder, "name: Phòng máy}", "name: Phòng máy 2}")
        let outcome = await line.run("inventory", "diff", "\(length)..now", "--format", "csv")
        #expect(outcome.status == 2)
        #expect(
            outcome.stdout == "verb,id,field,before,after\r\nupdate,site/hall,name,Phòng máy,Phòng máy 2\r\n"
                || outcome.stdout.contains("update,site/hall,name,Phòng máy,Phòng máy 2"))
        #expect(await line.run("inventory", "diff", "now..now").status == 0)
        #expect(await line.run("inventory", "diff", "\(length)..now", "device").status == 0)
        #expect(await line.run("inventory", "diff", "\(length)..now", "device", "name=none").status == 6)
        #expect(await line.run("inventory", "diff", "\(length)").status == 64)
        let json = try await json(line, "inventory", "diff", "now..\(length)", "site")
        #expect(json["changes"]?.array?.first?["fields"]?.array?.first?["after"] == "Phòng máy")
    }

    @Test("a change and a whole apply are taken back; later changes that depend on it are named") func revert()
        async throws
    {
        let line = try CommandLine()
        let folder = try line.smallInventory()
        _ = await line.run("inventory", "apply", folder, "--reason", "first")
        let length = try #require(try await json(line, "audit", "verify")["checked"]?.int)
        _ = try await change(line, folder, "name: Phòng máy}", "name: Phòng máy 2}")
        let before = try await json(line, "inventory", "list", "site")
        let refused = await line.run("inventory", "revert", "apply/2", "--reason", "x")
        #expect(refused.status == 7)
        #expect(refused.stderr.contains("site/hall") && refused.stderr.contains("tester at"))
        #expect(refused.stderr.contains("(record \(length + 1): \"name: Phòng máy}"), "\(refused.stderr)")
        let dry = await line.run("inventory", "revert", "\(length + 1)", "--reason", "x", "--dry-run")
        #expect(dry.status == 0 && dry.stdout.contains("Phòng máy 2 → Phòng máy"), "\(dry.stdout)")
        #expect(try await json(line, "inventory", "list", "site") == before)
        #expect(await line.run("inventory", "revert", "\(length + 1)", "--reason", "wrong").status == 0)
        #expect(try await json(line, "inventory", "show", "site/hall")["name"] == "Phòng máy")
        let records = try #require(try await json(line, "inventory", "history", "site/hall").array)
        #expect(records.last?["payload"]?["reverts"] == [.int(length + 1)])
        // Taken back again, and then all of it.
        #expect(await line.run("inventory", "revert", "\(length + 2)", "--reason", "right after all").status == 0)
        #expect(try await json(line, "inventory", "show", "site/hall")["name"] == "Phòng máy 2")
        let all = await line.run("inventory", "revert", "1..\(length + 3)", "--reason", "all")
        #expect(all.status == 0, "\(all.stderr)")
        #expect(await line.run("inventory", "list", "site").status == 6)
        #expect(await line.run("inventory", "revert", "999", "--reason", "x").status == 6)
        #expect(await line.run("inventory", "revert", "x", "--reason", "x").status == 64)
        #expect(await line.run("audit", "verify").status == 0)
    }

    @Test("a staged plan is reviewed and applied; when its ground has moved it says who moved what") func staged()
        async throws
    {
        var line = try CommandLine()
        let folder = try line.smallInventory()
        _ = await line.run("inventory", "apply", folder, "--reason", "first")
        let original = try text(folder)
        try line.write("inventory/a.yaml", original.replacing("security_level: 3", with: "security_level: 4"))
        let file = line.folder.path + "/plan.json"
        #expect(await line.run("inventory", "plan", folder, "--out", file).status == 2)
        #expect(await line.run("inventory", "review", file).status == 0)
        // Somebody changes something else: the plan stands.
        line.environment["HATANG_ACTOR"] = "bình"
        try line.write("inventory/a.yaml", original.replacing("name: Lab}", with: "name: Lab 2}"))
        #expect(await line.run("inventory", "apply", folder, "--reason", "other").status == 0)
        #expect(await line.run("inventory", "review", file).status == 0)
        // What the plan refers to moves.
        try line.write(
            "inventory/a.yaml",
            original.replacing("name: Lab}", with: "name: Lab 2}").replacing("name: Phòng máy}", with: "name: Hall}"))
        #expect(await line.run("inventory", "apply", folder, "--reason", "the hall").status == 0)
        let refused = await line.run("inventory", "apply", file, "--reason", "late")
        #expect(refused.status == 7)
        #expect(refused.stderr.contains("site/hall: name Phòng máy → Hall, by bình at"), "\(refused.stderr)")
        #expect(refused.stderr.contains("the hall"))
        #expect(await line.run("inventory", "review", file).status == 2)
        #expect(try await json(line, "inventory", "show", "system/portal")["security_level"] == 3)
        // Planned anew it goes through, with its place in the files.
        try line.write(
            "inventory/a.yaml",
            original.replacing("name: Lab}", with: "name: Lab 2}").replacing("name: Phòng máy}", with: "name: Hall}")
                .replacing("security_level: 3", with: "security_level: 4"))
        #expect(await line.run("inventory", "plan", folder, "--out", file).status == 2)
        #expect(await line.run("inventory", "apply", file, "--reason", "now", "--dry-run").status == 0)
        let applied = await line.run("inventory", "apply", file, "--reason", "now")
        #expect(applied.status == 0, "\(applied.stderr)")
        let shown = try await json(line, "inventory", "show", "system/portal")
        #expect(shown["security_level"] == 4 && shown["origin"]?["folder"] == "inventory")
        #expect(await line.run("inventory", "plan", folder).status == 0)
        #expect(await line.run("inventory", "apply", file, "--reason", "twice").status == 7)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacing("\"security_level\": 4", with: "\"security_level\": 5").write(
            toFile: file, atomically: true, encoding: .utf8)
        let edited = await line.run("inventory", "apply", file, "--reason", "edited")
        #expect(edited.status == 65 && edited.stderr.contains("edited"), "\(edited.stderr)")
    }

    @Test("with four eyes on, a level-3 system takes a plan, another person, and then apply") func fourEyes()
        async throws
    {
        var line = try CommandLine()
        let folder = try line.smallInventory()
        _ = await line.run("inventory", "apply", folder, "--reason", "first")
        #expect(await line.run("settings", "four-eyes", "on", "--reason", "rule").status == 0)
        #expect(try await json(line, "settings", "show")["four_eyes"] == ["enabled": true, "min_level": 3])
        let direct = try await change(line, folder, "name: Cổng,", "name: Cổng mới,")
        #expect(direct.status == 7 && direct.stderr.contains("system/portal") && direct.stderr.contains("approve FILE"))
        // What concerns no such system needs nobody.
        #expect(await line.run("inventory", "revert", "1", "--reason", "x").status == 7)
        let file = line.folder.path + "/plan.json"
        #expect(await line.run("inventory", "plan", folder, "--out", file).status == 2)
        #expect(await line.run("inventory", "apply", file, "--reason", "x").stderr.contains("nobody has approved"))
        #expect(await line.run("inventory", "approve", file, "--reason", "mine").status == 7)
        line.environment["HATANG_ACTOR"] = "bình"
        #expect(await line.run("inventory", "approve", file, "--reason", "checked").status == 0)
        #expect(await line.run("inventory", "apply", file, "--reason", "x").status == 7)
        let off = await line.run("settings", "four-eyes", "off", "--reason", "weekend")
        #expect(off.status == 7 && off.stderr.contains("takes two"))
        line.environment["HATANG_ACTOR"] = "tester"
        #expect(await line.run("inventory", "apply", file, "--reason", "approved").status == 0)
        let record = try await json(line, "inventory", "history", "system/portal").array?.last
        #expect(record?["payload"]?["author"] == "tester" && record?["payload"]?["plan"]?.string?.count == 64)
        #expect(await line.run("inventory", "rename", "system/portal", "cong", "--reason", "x").status == 7)
        #expect(await line.run("settings", "four-eyes", "off", "--reason", "weekend").status == 0)
        #expect(await line.run("inventory", "rename", "system/portal", "cong", "--reason", "x").status == 0)
        #expect(await line.run("audit", "verify").status == 0)
    }

    @Test("a renamed machine keeps its history and says which files to change") func rename() async throws {
        let line = try CommandLine()
        let folder = try line.smallInventory()
        _ = await line.run("inventory", "apply", folder, "--reason", "first")
        let renamed = await line.run("inventory", "rename", "device/web-01", "ttdl-web-01", "--reason", "rule 5")
        #expect(renamed.status == 0, "\(renamed.stderr)")
        #expect(renamed.stderr.contains(folder + "/a.yaml:"))
        #expect(await line.run("inventory", "list", "interface", "--quiet").stdout == "interface/ttdl-web-01:eth0\n")
        let portal = try await json(line, "inventory", "show", "system/portal")
        #expect(portal["components"] == ["device/ttdl-web-01"])
        let history = try #require(try await json(line, "inventory", "history", "device/ttdl-web-01").array)
        #expect(history.first?["subject"] == "device/web-01" && history.first?["reason"] == "first")
        #expect(history.contains { $0["payload"]?["renamed_from"] == "device/web-01" })
        let old = await line.run("inventory", "history", "device/web-01")
        #expect(old.status == 0 && old.stderr.contains("device/ttdl-web-01"))
        // The files with the new name say the same.
        try line.write("inventory/a.yaml", try text(folder).replacing("web-01", with: "ttdl-web-01"))
        #expect(await line.run("inventory", "plan", folder).status == 0)
        #expect(await line.run("inventory", "rename", "site/hall", "Hall 1", "--reason", "x").status == 64)
        #expect(await line.run("inventory", "rename", "site/hal", "x", "--reason", "x").status == 6)
        // And back, as a whole.
        let number = try #require(history.last?["seq"]?.int)
        #expect(await line.run("inventory", "revert", "apply/\(number)", "--reason", "back").status == 0)
        #expect(await line.run("inventory", "list", "device", "--quiet").stdout == "device/web-01\n")
        let chain = try #require(try await json(line, "inventory", "history", "device/web-01").array)
        #expect(chain.first?["reason"] == "first" && chain.contains { $0["subject"] == "device/ttdl-web-01" })
    }

    @Test("agencies merge and split with everything they had, and it can be taken back") func tenants() async throws {
        let line = try CommandLine()
        let folder = try line.smallInventory(
            extra: """
                vrfs:
                  - {slug: v, name: v, tenant: huyen-a}
                  - {slug: w, name: w, tenant: huyen-a, owner: so-tttt}
                """)
        let file = try text(folder).replacing(
            "tenants:\n",
            with:
                "tenants:\n  - {slug: huyen-a, name: Huyện A}\n  - {slug: xa-b, name: Xã B}\n  - {slug: xa-c, name: Xã C}\n"
        )
        try line.write("inventory/a.yaml", file)
        #expect(await line.run("inventory", "apply", folder, "--reason", "first").status == 0)
        let before = try await json(line, "inventory", "list", "vrf")
        let unclaimed = await line.run("tenant", "split", "huyen-a", "--give", "xa-b: vrf slug=v", "--reason", "x")
        #expect(unclaimed.status == 65)
        let split = await line.run(
            "tenant", "split", "huyen-a", "--give", "xa-b: vrf slug=v", "--rest", "xa-c", "--on", "2025-06-30",
            "--reason", "no districts")
        #expect(split.status == 0, "\(split.stderr)")
        #expect(try await json(line, "inventory", "list", "vrf", "tenant=xa-b").array?.map { $0["key"] } == ["v"])
        #expect(try await json(line, "inventory", "list", "vrf", "tenant=xa-c").array?.map { $0["key"] } == ["w"])
        let old = try await json(line, "inventory", "show", "tenant/huyen-a")
        #expect(old["successors"] == ["xa-b", "xa-c"] && old["end_date"] == "2025-06-30" && old["status"] == "split")
        let merged = await line.run("tenant", "merge", "xa-b", "so-tttt", "--into", "xa-c", "--reason", "merger")
        #expect(merged.status == 0, "\(merged.stderr)")
        #expect(merged.stderr.contains("owner"))
        #expect(try await json(line, "inventory", "list", "vrf", "tenant=xa-c").array?.count == 2)
        #expect(try await json(line, "inventory", "show", "system/portal")["owner"] == "xa-c")
        #expect(await line.run("tenant", "merge", "xa-b", "--into", "xa-c", "--reason", "again").status == 65)
        #expect(await line.run("tenant", "merge", "xa-z", "--into", "xa-c", "--reason", "x").status == 6)
        let length = try #require(try await json(line, "audit", "verify")["checked"]?.int)
        #expect(await line.run("inventory", "revert", "apply/\(length)", "--reason", "back").status == 0)
        let now = try #require(try await json(line, "audit", "verify")["checked"]?.int)
        let splitStart = try await json(line, "inventory", "history", "tenant/huyen-a").array?.last?["seq"]?.int ?? 0
        let back = await line.run("inventory", "revert", "apply/\(splitStart)", "--reason", "back")
        #expect(back.status == 7 || back.status == 0, "\(now): \(back.stderr)")
        #expect(try await json(line, "inventory", "list", "vrf") == before, "\(back.stderr)")
    }

    @Test("a writer waits for another as long as it is told to") func wait() async throws {
        let line = try CommandLine()
        let folder = try line.smallInventory()
        _ = await line.run("inventory", "apply", folder, "--reason", "first")
        let holder = try lock(line)
        let refused = await line.run("inventory", "apply", folder, "--reason", "x", "--wait", "0.2")
        #expect(refused.status == 7)
        async let waiting = line.run("inventory", "apply", folder, "--reason", "x", "--wait", "600")
        holder.release()
        #expect(await waiting.status == 0)
        #expect(await line.run("inventory", "list", "site", "--wait", "-1").status == 64)
    }
}
