import Foundation
import Notation
import TestSupport
import Testing

@testable import Commands

/// From an agent nobody knows to a record of the inventory, on the command line.
@Suite struct DiscoverCommandTests {
    /// A switch with two ports, one address, one neighbour; every value is made up.
    static let agent = """
        1.3.6.1.2.1.1.1.0|4|Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4, RELEASE SOFTWARE
        1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1208
        1.3.6.1.2.1.1.3.0|67|123456
        1.3.6.1.2.1.1.5.0|4|sw-tang-2.example.vn
        1.3.6.1.2.1.2.2.1.1.1|2|1
        1.3.6.1.2.1.2.2.1.1.2|2|2
        1.3.6.1.2.1.2.2.1.2.1|4|GigabitEthernet0/1
        1.3.6.1.2.1.2.2.1.2.2|4|GigabitEthernet0/2
        1.3.6.1.2.1.2.2.1.3.1|2|6
        1.3.6.1.2.1.2.2.1.3.2|2|6
        1.3.6.1.2.1.2.2.1.4.1|2|1500
        1.3.6.1.2.1.2.2.1.6.1|4x|00005e005301
        1.3.6.1.2.1.2.2.1.6.2|4x|00005e005302
        1.3.6.1.2.1.2.2.1.7.1|2|1
        1.3.6.1.2.1.2.2.1.7.2|2|2
        1.3.6.1.2.1.2.2.1.8.1|2|1
        1.3.6.1.2.1.4.20.1.1.192.0.2.7|64|192.0.2.7
        1.3.6.1.2.1.4.20.1.2.192.0.2.7|2|1
        1.3.6.1.2.1.4.20.1.3.192.0.2.7|64|255.255.255.0
        1.3.6.1.2.1.31.1.1.1.1.1|4|Gi0/1
        1.3.6.1.2.1.31.1.1.1.1.2|4|Gi0/2
        1.3.6.1.2.1.31.1.1.1.15.1|66|1000
        1.3.6.1.2.1.47.1.1.1.1.2.1|4|chassis
        1.3.6.1.2.1.47.1.1.1.1.5.1|2|3
        1.3.6.1.2.1.47.1.1.1.1.11.1|4|FOC00000007
        1.3.6.1.2.1.47.1.1.1.1.13.1|4|WS-C2960X-24TS-L

        """

    private func discover(_ line: CommandLine, _ port: UInt16, _ more: String...) async -> Outcome {
        await line.run(
            [
                "discover", "127.0.0.1", "--port", String(port), "--community", "env:LAB_COMMUNITY", "--tcp",
                String(port),
            ]
                + more)
    }

    @Test("found, shown as drift, accepted, and then the same as the inventory") func whole() async throws {
        let agent = try RecordingAgent(text: Self.agent)
        var line = try CommandLine()
        line.environment["LAB_COMMUNITY"] = "any"
        let applied = await line.run(
            "inventory", "apply", try line.smallInventory(extra: "prefixes: [{prefix: 192.0.2.0/24}]"), "--reason",
            "test")
        try #require(applied.status == 0, "\(applied.stderr)")

        let dry = await discover(line, agent.port, "--dry-run", "--format", "json")
        #expect(dry.status == 0, "\(dry.stderr)")
        let json = try JSONValue.parse(dry.stdout)
        let device = try #require(json["devices"]?.array?.first)
        #expect(json["asked"] == 1 && json["identified"] == 1 && json["new"] == 1)
        #expect(device["serial"]?["value"]?.string == "FOC00000007")
        #expect(device["manufacturer"]?["value"]?["slug"]?.string == "cisco")
        #expect(device["interfaces"]?.array?.count == 2)
        #expect(!dry.stdout.contains("any") && !dry.stderr.contains("any "), "the community is shown nowhere")
        #expect(await line.run("inventory", "drift").status == 3, "a dry run keeps nothing")

        let kept = await discover(line, agent.port)
        #expect(kept.status == 0, "\(kept.stderr)")
        #expect(kept.stderr.contains("1 devices identified (1 new, 0 known, 0 contradictory)"))
        let drift = await line.run("inventory", "drift", "--format", "json")
        #expect(drift.status == 2)
        let differences = try JSONValue.parse(drift.stdout)["differences"]?.array ?? []
        let new = try #require(differences.first { $0["field"] == "device" })
        #expect(new["subject"] == "device/sw-tang-2")

        let accepted = await line.run(
            "inventory", "accept", "device/sw-tang-2", "--yes", "--reason", "seen in the rack")
        #expect(accepted.status == 0, "\(accepted.stderr) \(accepted.stdout)")
        let shown = await line.run("inventory", "show", "device/sw-tang-2", "--format", "json")
        let record = try JSONValue.parse(shown.stdout)
        #expect(shown.stdout.contains("FOC00000007") && shown.stdout.contains("hall"), "\(record)")
        let again = await discover(line, agent.port, "--format", "json")
        #expect(try JSONValue.parse(again.stdout)["known"] == 1)
        let after = await line.run("inventory", "drift", "--target", "device/sw-tang-2")
        #expect(after.status == 0, "\(after.stdout) \(after.stderr)")
        let ledger = await line.run("audit", "log", "--format", "json")
        #expect(ledger.stdout.contains("discover.run"))
    }

    @Test("nothing answers, nothing may be asked, nothing can be read: each its own code") func refusals() async throws
    {
        var line = try CommandLine()
        line.environment["LAB_COMMUNITY"] = "any"
        let port = try freeUDPPort(on: "127.0.0.1")
        let silent = await line.run(
            "discover", "127.0.0.1", "--port", String(port), "--no-ping", "--tcp",
            String(try freeTCPPort(on: "127.0.0.1")))
        #expect(silent.status == 3, "a refused connection is an answer: \(silent.stderr)")
        #expect(silent.stderr.contains("1 addresses not identified"))
        let outside = await line.run("discover", "192.0.2.0/30", "--no-ping")
        #expect(outside.status == 6 && outside.stderr.contains("HATANG_LOOPBACK_ONLY"), "\(outside.stderr)")
        let open = await line.run("discover", "9.9.9.0/30", "--no-ping")
        #expect(open.status == 7, "\(open.stderr)")
        let bad = await line.run("discover", "x", "127.0.0.1/8")
        #expect(bad.status == 64 && bad.stderr.contains("\"x\"") && bad.stderr.contains("127.0.0.1/8"))
        #expect(await line.run("discover", "127.0.0.1", "--snmp-priv-secret", "secret://a").status == 64)
        #expect(await line.run("discover", "127.0.0.1", "--community", "secret://none").status == 65)
        let literal = await line.run(
            "discover", "127.0.0.1", "--snmp-user", "u", "--snmp-auth-secret", "plainplain")
        #expect(literal.status == 64 && !literal.stderr.contains("plainplain"))
    }
}
