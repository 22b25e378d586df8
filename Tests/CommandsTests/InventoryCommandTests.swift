import Foundation
import Notation
import TestSupport
import Testing

@testable import Commands

@Suite struct InventoryCommandTests {
    @Test("validate lists every error with file, line, column, and exits with 65") func validate() async throws {
        let line = try CommandLine()
        let file = try line.write(
            "bad/x.yaml",
            """
            sites:
              - {slug: a, name: A, statuss: active}
              - {slug: a, name: B}
            zones:
              - {slug: z, name: Z, zone_type: dmzz, site: aa}
            """)
        let outcome = await line.run("inventory", "validate", line.folder.path + "/bad")
        #expect(outcome.status == 65)
        #expect(outcome.stdout.isEmpty)
        #expect(outcome.stderr.contains("\(file):2:"))
        #expect(outcome.stderr.contains("statuss") && outcome.stderr.contains("status"))
        #expect(outcome.stderr.contains("dmzz"))
        #expect(outcome.stderr.contains("zone/z"))
    }

    @Test("errors are data with --format json") func errorsAsData() async throws {
        let line = try CommandLine()
        try line.write("bad/x.yaml", "sites:\n  - {slug: a}\n")
        let outcome = await line.run("inventory", "validate", line.folder.path + "/bad", "--format", "json")
        #expect(outcome.status == 65)
        let errors = try #require(try JSONValue.parse(outcome.stdout).array)
        #expect(errors.first?["line"] == 2)
    }

    @Test("a missing folder is bad input, an empty one is nothing to do") func emptyInput() async throws {
        let line = try CommandLine()
        let missing = await line.run("inventory", "validate", line.folder.path + "/none")
        #expect(missing.status == 65)
        try FileManager.default.createDirectory(atPath: line.folder.path + "/empty", withIntermediateDirectories: true)
        let empty = await line.run("inventory", "apply", line.folder.path + "/empty", "--reason", "x")
        #expect(empty.status == 6)
        #expect(empty.stderr.contains("0 inventory files"))
        try line.write("comment/x.yaml", "# nothing\n")
        #expect(await line.run("inventory", "validate", line.folder.path + "/comment").status == 6)
    }

    @Test("plan, apply, plan again: changes, then none; one ledger record per change") func applyTwice() async throws {
        let line = try CommandLine()
        let folder = try line.smallInventory()
        let plan = await line.run("inventory", "plan", folder, "--format", "json")
        #expect(plan.status == 2)
        let count = try #require(try JSONValue.parse(plan.stdout)["create"]?.int)
        let apply = await line.run("inventory", "apply", folder, "--reason", "first")
        #expect(apply.status == 0, "\(apply.stderr)")
        #expect(await line.run("inventory", "plan", folder).status == 0)
        #expect(await line.run("inventory", "apply", folder, "--reason", "again").status == 0)
        let verify = await line.run("audit", "verify", "--format", "json")
        #expect(verify.status == 0)
        #expect(try JSONValue.parse(verify.stdout)["checked"]?.int == count)
    }

    @Test("one error refuses the whole apply and leaves nothing behind") func allOrNothing() async throws {
        let line = try CommandLine()
        let folder = try line.smallInventory(extra: "vrfs:\n  - {slug: v, name: v, rdd: x}")
        #expect(await line.run("inventory", "apply", folder, "--reason", "x").status == 65)
        #expect(await line.run("inventory", "list", "site").status == 6)
    }

    @Test("a stale plan digest is refused with 7") func stalePlan() async throws {
        let line = try CommandLine()
        let folder = try line.smallInventory()
        let outcome = await line.run("inventory", "apply", folder, "--reason", "x", "--expect", "0123456789ab")
        #expect(outcome.status == 7)
        #expect(await line.run("inventory", "list", "site").status == 6)
    }

    @Test("list prints one JSON array, CSV with a header, identifiers with --quiet") func listFormats() async throws {
        let line = try CommandLine()
        let folder = try line.smallInventory()
        _ = await line.run("inventory", "apply", folder, "--reason", "x")
        let json = await line.run("inventory", "list", "device", "tag=lab", "--format", "json")
        #expect(try JSONValue.parse(json.stdout).array?.first?["key"] == "web-01")
        let csv = await line.run("inventory", "list", "devices", "--format", "csv")
        #expect(csv.stdout.hasPrefix("key,role,status"))
        #expect(await line.run("inventory", "list", "device", "--quiet").stdout == "device/web-01\n")
        let yaml = await line.run("inventory", "list", "system", "--format", "yaml")
        #expect(yaml.stdout.contains("\"security_level\": 3"))
    }

    @Test("a filter that matches nothing exits with 6 and says of how many; a wrong one with 64 and its column")
    func filters() async throws {
        let line = try CommandLine()
        _ = await line.run("inventory", "apply", try line.smallInventory(), "--reason", "x")
        let none = await line.run("inventory", "list", "device", "role=none-such")
        #expect(none.status == 6)
        #expect(none.stderr.contains("0 of 1"))
        let wrong = await line.run("inventory", "list", "device", "rolle=server")
        #expect(wrong.status == 64)
        #expect(wrong.stderr.contains("column") && wrong.stderr.contains("role"))
        #expect(await line.run("inventory", "list", "devize").status == 64)
        let near = await line.run("inventory", "show", "device/web-02")
        #expect(near.status == 6)
        #expect(near.stderr.contains("web-01"))
    }

    @Test("history tells who, why and what; unknown objects are answered with the nearest name") func history()
        async throws
    {
        let line = try CommandLine()
        let folder = try line.smallInventory()
        _ = await line.run("inventory", "apply", folder, "--reason", "first")
        let text = try String(contentsOfFile: folder + "/a.yaml", encoding: .utf8)
        try line.write("inventory/a.yaml", text.replacingOccurrences(of: "name: Cổng,", with: "name: Cổng mới,"))
        #expect(await line.run("inventory", "apply", folder, "--reason", "renamed").status == 0)
        let outcome = await line.run("inventory", "history", "system/portal", "--format", "json")
        let records = try #require(try JSONValue.parse(outcome.stdout).array)
        #expect(records.map { $0["reason"] } == ["first", "renamed"])
        #expect(records.allSatisfy { $0["actor"] == "tester" })
        #expect(await line.run("inventory", "history", "system/portall").status == 6)
    }

    @Test("pruning deletes what the files no longer hold, and only on request") func prune() async throws {
        let line = try CommandLine()
        let folder = try line.smallInventory(extra: "vrfs:\n  - {slug: extra, name: extra}")
        _ = await line.run("inventory", "apply", folder, "--reason", "x")
        _ = try line.smallInventory()
        let keep = await line.run("inventory", "apply", folder, "--reason", "y")
        #expect(keep.status == 0)
        #expect(keep.stderr.contains("vrf/extra"))
        #expect(await line.run("inventory", "list", "vrf").status == 0)
        #expect(await line.run("inventory", "apply", folder, "--prune", "--reason", "z").status == 0)
        #expect(await line.run("inventory", "list", "vrf").status == 6)
    }

    @Test("the province and the lab validate without a warning") func embeddedData() async throws {
        let line = try CommandLine()
        let root = CommandLine.root
        let outcome = await line.run(
            "inventory", "validate", root + "/Inventory/langson", root + "/Inventory/lab", "--format", "json")
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let json = try JSONValue.parse(outcome.stdout)
        #expect(json["warnings"] == 0)
        #expect(json["kinds"]?["system"]?.int ?? 0 >= 23)
        #expect(json["kinds"]?["zone"]?.int ?? 0 >= 7)
        #expect(json["kinds"]?["service"]?.int ?? 0 >= 46)
    }
}
