import CMDB
import Evidence
import Foundation
import Notation
import Storage
import TestSupport
import Testing

@testable import Commands

@Suite("inventory export, pull, ansible, schema, accept") struct ExportCommandTests {
    private func world() async throws -> (CommandLine, String) {
        let line = try CommandLine()
        let folder = try line.smallInventory()
        #expect(await line.run("inventory", "apply", folder, "--reason", "test").status == 0)
        return (line, folder)
    }

    @Test("CSV of one kind goes to stdout, of several to a folder") func csv() async throws {
        let (line, _) = try await world()
        let one = await line.run("inventory", "export", "--to", "csv", "device")
        #expect(one.status == 0 && one.stdout.hasPrefix("name,role,tenant,manufacturer,device_type,platform,"))
        #expect(await line.run("inventory", "export", "--to", "csv").status == 64)
        let many = await line.run("inventory", "export", "--to", "csv", "--out", line.folder.path + "/csv")
        #expect(many.status == 0, "\(many.stderr)")
        let text = try String(contentsOfFile: line.folder.path + "/csv/devices.csv", encoding: .utf8)
        #expect(text == one.stdout)
    }

    @Test("YAML and JSON plan to nothing") func yaml() async throws {
        let (line, _) = try await world()
        for name in ["inventory", "inventory/all.yaml"] {
            let out = line.folder.path + "/yaml-\(name.count)/" + name
            #expect(await line.run("inventory", "export", "--to", "yaml", "--out", out).status == 0)
            let folder = name.hasSuffix(".yaml") ? (out as NSString).deletingLastPathComponent : out
            let plan = await line.run("inventory", "plan", folder)
            #expect(plan.status == 0, "\(plan.stdout)\(plan.stderr)")
            #expect(await line.run("inventory", "export", "--to", "yaml", "--out", folder).status == 7)
        }
    }

    @Test("a workbook, an Ansible inventory, targets, hosts, zones and a schema are written") func others() async throws
    {
        let (line, _) = try await world()
        let book = line.folder.path + "/a.xlsx"
        #expect(await line.run("inventory", "export", "--to", "xlsx", "--out", book).status == 0)
        #expect(try Data(contentsOf: URL(filePath: book)).prefix(2) == Data("PK".utf8))
        #expect(await line.run("inventory", "export", "--to", "ansible").stdout.contains("role_server"))
        let targets = await line.run("inventory", "export", "--to", "file-sd", "--port", "9100")
        #expect(targets.stdout.contains("127.0.30.5:9100") && targets.stderr.contains("1 machines: 1 written"))
        #expect(await line.run("inventory", "export", "--to", "hosts").stdout == "127.0.30.5 web-01\n")
        let zones = line.folder.path + "/zones"
        let export = [
            "inventory", "export", "--to", "zones", "--ns", "ns.example.net", "--domain", "lab.example", "--out", zones,
        ]
        #expect(await line.run(export).stderr.contains("2 written, 0 unchanged"))
        #expect(await line.run(export).stderr.contains("0 written, 2 unchanged"))
        #expect(await line.run("inventory", "export", "--to", "zones", "--out", zones).status == 64)
        let schema = await line.run("inventory", "schema")
        #expect(try JSONValue.parse(schema.stdout)["$schema"] != nil)
        #expect(await line.run("inventory", "export", "--to", "hosts", "device name=nobody").status == 6)
    }

    @Test("ansible answers as an inventory script") func ansible() async throws {
        let (line, _) = try await world()
        let list = try JSONValue.parse(await line.run("inventory", "ansible", "--list").stdout)
        let host = try JSONValue.parse(await line.run("inventory", "ansible", "--host", "web-01").stdout)
        #expect(list["_meta"]?["hostvars"]?["web-01"] == host && host["ansible_host"] == "127.0.30.5")
        #expect(await line.run("inventory", "ansible", "--host", "web-99").status == 6)
        #expect(await line.run("inventory", "ansible").status == 64)
    }

    @Test("pull shows what differs, writes it, and then plan has nothing to do") func pull() async throws {
        let (line, folder) = try await world()
        #expect(await line.run("inventory", "pull", folder).status == 0)
        let path = folder + "/a.yaml"
        let before = try String(contentsOfFile: path, encoding: .utf8)
        // The file goes back to what it was, the inventory stays ahead.
        try before.replacing("name: web-01", with: "name: web-01   # kept\n    status: staged")
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(await line.run("inventory", "apply", folder, "--reason", "ahead").status == 0)
        try before.replacing("name: web-01", with: "name: web-01   # kept")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let dry = await line.run("inventory", "pull", folder, "--dry-run")
        #expect(dry.status == 2 && dry.stdout.contains("+    status: staged"), "\(dry.stdout)\(dry.stderr)")
        #expect(await line.run("inventory", "plan", folder).status == 2)
        #expect(await line.run("inventory", "pull", folder).status == 0)
        #expect(await line.run("inventory", "plan", folder).status == 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("name: web-01   # kept\n"))
        let other = await line.run("inventory", "pull", line.folder.path + "/elsewhere")
        #expect(other.status == 6 && other.stderr.contains("inventory"))
    }

    @Test("accept proposes, applies only when told, and refuses old and unknown differences") func accept() async throws
    {
        let (line, folder) = try await world()
        try String(contentsOfFile: folder + "/a.yaml", encoding: .utf8)
            .replacing("name: web-01\n", with: "name: web-01\n    serial: OLD\n")
            .write(toFile: folder + "/a.yaml", atomically: true, encoding: .utf8)
        #expect(await line.run("inventory", "apply", folder, "--reason", "serial").status == 0)
        let database = try Database(path: line.folder.path + "/data/hatang.sqlite", mode: .readWrite)
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        func store(_ value: String, ago: Duration) throws {
            try database.store([
                Fact(
                    subject: ObjectID(.device, "web-01"), name: "hardware.serial", value: .string(value),
                    observedAt: now + (.zero - ago), validFor: .seconds(600), source: "test@127.0.0.1:1")
            ])
        }
        try store("NEW", ago: .seconds(3600))
        #expect(await line.run("inventory", "accept", "device/web-01", "--reason", "x").status == 7)
        try store("NEW", ago: .seconds(1))
        let drift = await line.run("inventory", "drift", "--format", "json")
        let id = try #require(try JSONValue.parse(drift.stdout)["differences"]?.array?.first?["id"]?.string)
        #expect(await line.run("inventory", "accept", "d-000000000000", "--reason", "x").status == 6)
        #expect(await line.run("inventory", "accept", "serial", "--reason", "x").status == 64)
        let proposal = await line.run("inventory", "accept", id, "--reason", "x")
        #expect(proposal.status == 2 && proposal.stdout.contains("NEW") && proposal.stdout.contains("test@127.0.0.1:1"))
        #expect(await line.run("inventory", "drift").status == 2)
        let done = await line.run("inventory", "accept", String(id.prefix(10)), "--yes", "--reason", "as built")
        #expect(done.status == 0, "\(done.stderr)")
        #expect(await line.run("inventory", "show", "device/web-01").stdout.contains("NEW"))
        #expect(await line.run("inventory", "history", "device/web-01", "--format", "json").stdout.contains("as built"))
    }
}
