import ArgumentParser
import Foundation
import GRDB
import Notation
import Storage
import TestSupport
import Testing

@testable import Commands

@Suite struct SuiteTests {
    private static func leaves(_ command: any ParsableCommand.Type, _ path: [String] = []) -> [[String]] {
        let configuration = command.configuration
        let children = configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
        if children.isEmpty { return [path] }
        return children.flatMap { leaves($0, path + [$0._commandName]) }
    }

    @Test("help shows the nouns in groups") func groups() async throws {
        let outcome = try await CommandLine().run("--help")
        #expect(outcome.status == 0)
        for noun in ["inventory", "probe", "compliance", "ipv6", "backup", "playbook", "audit", "doctor", "serve"] {
            #expect(outcome.stdout.contains("  \(noun)"))
        }
        #expect(outcome.stdout.contains("WHAT SHOULD BE"))
    }

    @Test("every command has help that names its exit codes and the common options")
    func helpIsComplete() async throws {
        let commands = Self.leaves(Suite.self)
        #expect(commands.count > 25)
        for path in commands where !path.isEmpty {
            let outcome = try await CommandLine().run(path + ["--help"])
            #expect(outcome.status == 0, "\(path)")
            #expect(outcome.stdout.contains("Exit codes:"), "\(path) does not list its exit codes")
            for flag in ["--data", "--format", "--lang", "--no-color", "--quiet", "--verbose"] {
                #expect(outcome.stdout.contains(flag), "\(path) lacks \(flag)")
            }
        }
    }

    @Test("completion scripts for all three shells name our nouns", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) async throws {
        let outcome = try await CommandLine().run("completion", shell)
        #expect(outcome.status == 0)
        #expect(outcome.stdout.contains("inventory") && outcome.stdout.contains("drift"))
    }

    @Test("a bad command line exits with 64") func usage() async throws {
        #expect(try await CommandLine().run("inventroy").status == 64)
        #expect(try await CommandLine().run("inventory", "list", "device", "--format", "xml").status == 64)
        #expect(try await CommandLine().run("inventory", "apply", "x", "--reason", "  ").status == 64)
    }

    @Test(
        "commands that read an inventory say how to make one when there is none",
        arguments: [
            ["inventory", "list", "device"], ["probe", "run"], ["compliance", "assess"], ["audit", "verify"],
            ["ipv6", "plan", "--parent", "2001:db8:1000::/44"], ["backup", "duties"], ["inventory", "drift"],
            ["fact", "list"],
            ["serve"], ["secret", "list"],
        ])
    func noInventory(arguments: [String]) async throws {
        let outcome = try await CommandLine().run(arguments)
        #expect(outcome.status == 6, "\(arguments): \(outcome.stderr)")
        #expect(outcome.stdout.isEmpty)
        #expect(!outcome.stderr.isEmpty)
    }

    @Test("assessment without any fact exits with 3 and says so") func noFacts() async throws {
        let line = try CommandLine()
        _ = await line.run("inventory", "apply", try line.smallInventory(), "--reason", "x")
        let outcome = await line.run("compliance", "assess")
        #expect(outcome.status == 3, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("not one valid fact"))
        #expect(outcome.stderr.contains("1/1 systems"))
        #expect(await line.run("compliance", "assess", "--system", "portall").status == 6)
    }

    @Test("a catalogue without controls is refused with 65") func emptyCatalogue() async throws {
        let line = try CommandLine()
        _ = await line.run("inventory", "apply", try line.smallInventory(), "--reason", "x")
        let text = try String(
            contentsOfFile: CommandLine.root + "/Sources/Regulation/Data/tcvn-11930-2017.yaml", encoding: .utf8)
        let head = try #require(text.range(of: "\ncontrols:"))
        let file = try line.write("empty.yaml", String(text[..<head.lowerBound]) + "\ncontrols: []\n")
        let outcome = await line.run("compliance", "assess", "--catalogue", file)
        #expect(outcome.status == 65, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("a catalogue without controls"))
    }

    @Test("a selector that finds no target, and an unknown probe, are told apart") func probeNothing() async throws {
        let line = try CommandLine()
        _ = await line.run("inventory", "apply", try line.smallInventory(), "--reason", "x")
        let none = await line.run("probe", "run", "--target", "device tag=none")
        #expect(none.status == 6, "\(none.stderr)")
        #expect(none.stderr.contains("finds 0 of 1 device"))
        // The one device has no monitoring block: the probes apply to nothing.
        let skipped = await line.run("probe", "run")
        #expect(skipped.status == 6, "\(skipped.stderr)")
        #expect(skipped.stderr.contains("0 asked"))
        let unknown = await line.run("probe", "run", "--probe", "snmp-sistem")
        #expect(unknown.status == 64)
        #expect(unknown.stderr.contains("snmp-system"))
    }

    @Test("drift without facts exits with 3, with a selector that finds nothing with 6") func driftNothing()
        async throws
    {
        let line = try CommandLine()
        _ = await line.run("inventory", "apply", try line.smallInventory(), "--reason", "x")
        #expect(await line.run("inventory", "drift").status == 3)
        #expect(await line.run("inventory", "drift", "--target", "device tag=none").status == 6)
    }

    @Test("a misspelt --limit is answered with the nearest host and 6") func misspeltLimit() async throws {
        let line = try CommandLine()
        _ = await line.run("inventory", "apply", try line.smallInventory(), "--reason", "x")
        let outcome = await line.run(
            "playbook", "run", CommandLine.root + "/Playbooks/collect-baseline.yaml", "--hosts", "device tag=lab",
            "--limit",
            "web-1")
        #expect(outcome.status == 6, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("web-01"))
    }

    @Test(
        "an altered, a removed and a reordered ledger record are each found and named",
        arguments: [
            "UPDATE ledger SET record = replace(record, 'first', 'frist') WHERE seq = 3",
            "DELETE FROM ledger WHERE seq = 4",
            "UPDATE ledger SET seq = -1 WHERE seq = 2; UPDATE ledger SET seq = 2 WHERE seq = 5; UPDATE ledger SET seq = 5 WHERE seq = -1",
        ])
    func tampering(sql: String) async throws {
        let line = try CommandLine()
        _ = await line.run("inventory", "apply", try line.smallInventory(), "--reason", "first")
        #expect(await line.run("audit", "verify").status == 0)
        // Whoever tampers does not keep our constraints.
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: line.folder.path + "/data/hatang.sqlite", configuration: configuration)
        try await queue.write { try $0.execute(sql: sql) }
        try queue.close()
        let outcome = await line.run("audit", "verify", "--format", "json")
        #expect(outcome.status == 2)
        #expect(try JSONValue.parse(outcome.stdout)["faults"]?.array?.isEmpty == false)
    }

    @Test("a second writer is refused with 7 and told who holds the lock") func secondWriter() async throws {
        let line = try CommandLine()
        let folder = try line.smallInventory()
        _ = await line.run("inventory", "apply", folder, "--reason", "first")
        let lock = try WriterLock(
            folder: line.folder.path + "/data", command: "another command",
            at: Session(options: GlobalOptions.parse([])).now())
        defer { lock.release() }
        let outcome = await line.run("inventory", "apply", folder, "--reason", "second")
        #expect(outcome.status == 7)
        #expect(outcome.stderr.contains("another command"))
    }

    @Test("a file that is no database is a storage failure, not a crash") func corrupt() async throws {
        let line = try CommandLine()
        try line.write("data/hatang.sqlite", String(repeating: "this is no database\n", count: 500))
        let outcome = await line.run("inventory", "list", "device")
        #expect(outcome.status == 74, "\(outcome.stderr)")
        #expect(await line.run("doctor").status == 74)
    }

    @Test("the HTTP API listens on loopback only") func serveLoopbackOnly() async throws {
        let line = try CommandLine()
        _ = await line.run("inventory", "apply", try line.smallInventory(), "--reason", "x")
        #expect(await line.run("serve", "--host", "0.0.0.0").status == 77)
        #expect(await line.run("serve", "--port", "70000").status == 64)
    }

    @Test("an IPv6 plan is stable over runs, and saved once") func ipv6Plan() async throws {
        let line = try CommandLine()
        _ = await line.run("inventory", "apply", try line.smallInventory(), "--reason", "x")
        let arguments = ["ipv6", "plan", "--parent", "2001:db8:1000::/44", "--save", "--format", "csv"]
        let first = await line.run(arguments)
        #expect(first.status == 0, "\(first.stderr)")
        let second = await line.run(arguments)
        #expect(second.stdout.replacing(",kept,", with: ",new,") == first.stdout)
        let log = await line.run("audit", "log", "--format", "json", "--last", "200")
        let plans = try #require(try JSONValue.parse(log.stdout).array).filter { $0["action"] == "ipv6.plan" }
        #expect(plans.count == 1 || plans.count == 2)
        #expect(await line.run("ipv6", "plan", "--parent", "ff02::/44").status == 64)
        #expect(await line.run("ipv6", "plan", "--parent", "2001:db8::/45").status == 64)
    }

    @Test("what devices print cannot drive the terminal or a spreadsheet") func hostileText() {
        #expect(Console.printable("a\u{1B}[31mb\n") == "a·[31mb·")
        #expect(CSV.cell("=cmd|'/c calc'") == "'=cmd|'/c calc'")
        #expect(CSV.cell("-1.5") == "-1.5")
        #expect(CSV.cell("a,\"b\"") == "\"a,\"\"b\"\"\"")
    }

    @Test("YAML output reads back as the same values") func yamlRoundTrip() throws {
        let value: JSONValue = [
            "no": "no", "list": [1, -2, "x: y", [], ["a": nil]], "empty": [:], "text": "dòng 1\ndòng 2", "d": 1.5,
        ]
        let node = try #require(try YAMLReader.read(YAMLText.write(value), file: "t"))
        #expect(node.json == value)
    }
}
