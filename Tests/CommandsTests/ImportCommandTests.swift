import Foundation
import Notation
import TestSupport
import Testing

@testable import Commands

@Suite struct ImportCommandTests {
    static let csv = "name,role,device_type,site,status\nweb-02,server,Box,hall,Active\n"

    @Test("a CSV is told from its headings, planned, applied with the ledger, and then is unchanged") func csv()
        async throws
    {
        let line = try CommandLine()
        #expect(await line.run("inventory", "apply", try line.smallInventory(), "--reason", "base").status == 0)
        let file = try line.write("devices.csv", Self.csv)
        let made = await line.run("inventory", "import", file, "--reason", "new machine", "--format", "json")
        #expect(made.status == 0, "\(made.stderr)")
        #expect(made.stderr.contains("netbox-csv, 1 device"))
        #expect(try JSONValue.parse(made.stdout)["create"] == 1)
        let history = await line.run("inventory", "history", "device/web-02", "--format", "json")
        #expect(history.stdout.contains("new machine"))
        let again = await line.run("inventory", "import", file, "--reason", "again", "--format", "json")
        #expect(try JSONValue.parse(again.stdout)["unchanged"] == 1)
        #expect(await line.run("audit", "verify").status == 0)
    }

    @Test("a dry run shows all errors or the plan, and leaves every byte of the data folder") func dryRun() async throws
    {
        let line = try CommandLine()
        let fresh = await line.run(
            "inventory", "import", try line.write("tenants.csv", "name,slug\nA,a\n"), "--dry-run", "--reason", "try")
        #expect(fresh.status == 0, "\(fresh.stderr)")
        #expect(fresh.stdout.contains("tenant/a"))
        #expect(!FileManager.default.fileExists(atPath: line.folder.path + "/data/hatang.sqlite"))
        #expect(await line.run("inventory", "apply", try line.smallInventory(), "--reason", "base").status == 0)
        let before = try Self.files(line.folder.path + "/data")
        let good = await line.run(
            "inventory", "import", try line.write("devices.csv", Self.csv), "--dry-run", "--reason", "try")
        #expect(good.status == 0, "\(good.stderr)")
        #expect(good.stdout.contains("device/web-02"))
        let bad = await line.run(
            "inventory", "import",
            try line.write("bad.csv", "name,role,device_type,site\nx,nobody,Box,hall\ny,server,Nothing,hall\n"),
            "--kind",
            "device", "--dry-run", "--reason", "try")
        #expect(bad.status == 65)
        #expect(bad.stderr.contains("bad.csv:2:3") && bad.stderr.contains("bad.csv:3:10"), "\(bad.stderr)")
        #expect(try Self.files(line.folder.path + "/data") == before)
    }

    @Test("an error in one of several files keeps all of them out") func nothingHalf() async throws {
        let line = try CommandLine()
        #expect(await line.run("inventory", "apply", try line.smallInventory(), "--reason", "base").status == 0)
        let good = try line.write("devices.csv", Self.csv)
        let bad = try line.write("racks.csv", "site,name\nnowhere,R1\n")
        let outcome = await line.run("inventory", "import", good, bad, "--reason", "both", "--format", "json")
        #expect(outcome.status == 65)
        #expect(try JSONValue.parse(outcome.stdout).array?.count == 1)
        #expect(await line.run("inventory", "show", "device/web-02").status == 6)
    }

    @Test(
        "bad command lines are refused before anything is read",
        arguments: [
            ["x.csv", "--from", "csv", "--reason", "r"], ["x.csv", "--kind", "devise", "--reason", "r"],
            ["x.csv", "--reason", " "], ["x.csv", "--from", "excel", "--reason", "r"], ["--reason", "r"], ["x.csv"],
        ])
    func usage(_ arguments: [String]) async throws {
        let line = try CommandLine()
        #expect(await line.run(["inventory", "import"] + arguments).status == 64)
    }

    @Test("missing and empty input: 65 and 6") func input() async throws {
        let line = try CommandLine()
        #expect(await line.run("inventory", "import", line.folder.path + "/none.csv", "--reason", "r").status == 65)
        try FileManager.default.createDirectory(atPath: line.folder.path + "/empty", withIntermediateDirectories: true)
        #expect(await line.run("inventory", "import", line.folder.path + "/empty", "--reason", "r").status == 6)
    }

    @Test("a library folder, a device made of it, and stamping when asked") func deviceTypes() async throws {
        let line = try CommandLine()
        #expect(await line.run("inventory", "apply", try line.smallInventory(), "--reason", "base").status == 0)
        let library = CommandLine.root + "/Inventory/device-types"
        let types = await line.run("inventory", "import", library, "--from", "device-types", "--reason", "library")
        #expect(types.status == 0, "\(types.stderr)")
        let file = try line.write(
            "devices.csv", "name,role,device_type,site\nsw-01,server,generic-access-switch-48,hall\n")
        #expect(await line.run("inventory", "import", file, "--reason", "switch").status == 0)
        let ports = await line.run("inventory", "list", "interface", "device=device/sw-01", "--format", "json")
        #expect(
            try JSONValue.parse(ports.stdout).array?.count ?? 0 == 53, "\(ports.stdout.prefix(300)) \(ports.stderr)")
        let complete = await line.run("inventory", "stamp", "device/sw-01", "--reason", "r", "--format", "json")
        #expect(complete.status == 0)
        #expect(try JSONValue.parse(complete.stdout)["create"] == 0)
        // web-01 was made before its type had anything.
        let grown = try line.write(
            "types.csv",
            "manufacturer,model,slug,components\nlab,Box,box,\"{\"\"interfaces\"\":[{\"\"name\"\":\"\"eth0\"\"},{\"\"name\"\":\"\"eth1\"\"}]}\"\n"
        )
        #expect(await line.run("inventory", "import", grown, "--kind", "device-type", "--reason", "grown").status == 0)
        let dry = await line.run("inventory", "stamp", "web-01", "--dry-run", "--reason", "r", "--format", "json")
        #expect(try JSONValue.parse(dry.stdout)["components"] == ["interface/web-01:eth1"], "\(dry.stderr)")
        #expect(await line.run("inventory", "stamp", "web-01", "--reason", "r").status == 0)
        #expect(await line.run("inventory", "show", "interface/web-01:eth1").status == 0)
        #expect(await line.run("inventory", "stamp", "device/none", "--reason", "r").status == 6)
        let again = await line.run("inventory", "plan", line.folder.path + "/inventory", "--format", "json")
        #expect(try JSONValue.parse(again.stdout)["delete"] == 0)
    }

    private static func files(_ folder: String) throws -> [String: Data] {
        var out: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where name.hasSuffix(".sqlite") {
            out[name] = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
        }
        return out
    }
}
