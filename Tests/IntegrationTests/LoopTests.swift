import Foundation
import Glibc
import Notation
import TestSupport
import Testing

/// `probe loop` of the built program: an agent that answers, one that never does, Ctrl-C and kill -9.
@Suite("Probe loop of the built program", .tags(.large)) struct LoopTests {
    struct Lab {
        let world: World
        let agent: SNMPDaemon
        let silence: SNMPPeer

        /// One agent at `network`.1 and silence at `network`.2, asked every second.
        init(_ label: String, network: String) async throws {
            world = try World(label)
            agent = try await SNMPDaemon(on: [network + ".1"])
            silence = try SNMPPeer(on: network + ".2") { _, _ in [] }
            let monitoring = "snmp_version: v2c, snmp_community: secret://c, snmp_port: "
            try world.folder.write(
                """
                name: sys
                kind: snmp
                description: d
                applies_to: device
                interval: 1s
                timeout: 300ms
                valid_for: 5m
                collect:
                  scalars:
                    - fact: snmp.system
                      fields:
                        - { field: sys_name, object: sysName, oid: 1.3.6.1.2.1.1.5.0, as: text }
                """, to: "probes/sys.yaml")
            let applied = try await world.apply(devices: [
                World.device("alive", network + ".1", monitoring: monitoring + String(agent.port)),
                World.device("silent", network + ".2", monitoring: monitoring + String(silence.port)),
            ])
            try #require(applied.status == 0, "\(applied.errorText)")
            try #require(try await world.secret("c", SNMPDaemon.community).status == 0)
        }

        var probes: String { world.folder.file("probes") }

        func facts() async throws -> Int { try await world.json("fact", "list").array?.count ?? 0 }
    }

    @Test("a few seconds: one answers each second, one is dead, both are counted, stored and told")
    func fewSeconds() async throws {
        let lab = try await Lab("loop", network: "127.66.1")
        let file = lab.world.folder.file("loop.prom")
        let run = try await lab.world.run(
            "probe", "loop", "--for", "6s", "--probes", lab.probes, "--metrics", file, "--format", "json")
        #expect(run.status == 4, "\(run.errorText)")
        let report = try JSONValue.parse(run.text)
        #expect(report["verdict"] == "unreachable" && report["end"] == "finished")
        #expect(report["pairs"] == 2 && report["ok"] == 1 && report["unreachable"] == 1)
        #expect(report["dead_targets"] == ["device/silent"])
        #expect((report["turns"]?.int ?? 0) >= 3)
        #expect(run.errorText.contains("device/silent reachable: ok → critical"))
        #expect(run.errorText.contains("2 probes on 2 targets"))
        #expect(try await lab.facts() == 1)
        let counts = try String(contentsOfFile: file, encoding: .utf8)
        #expect(counts.contains("hatang_schedule_dead_targets 1\n"))
        let ledger = try await lab.world.run("audit", "log", "--format", "json")
        #expect(ledger.text.contains("probe.loop"))
        // The next one knows who is dead, and says it only when that changes.
        let next = try await lab.world.run("probe", "loop", "--for", "2s", "--probes", lab.probes)
        #expect(next.status == 4, "\(next.errorText)")
        #expect(!next.errorText.contains("ok → critical"))
        let once = try await lab.world.run(
            "probe", "loop", "--once", "--probes", lab.probes, "--target", "name=alive")
        #expect(once.status == 0, "\(once.errorText)")
    }

    @Test("Ctrl-C in the middle keeps what was collected and exits with 130", arguments: [SIGINT, SIGTERM])
    func interrupted(_ number: Int32) async throws {
        let lab = try await Lab("interrupt", network: number == SIGINT ? "127.66.2" : "127.66.3")
        let loop = try lab.world.start("probe", "loop", "--for", "1h", "--probes", lab.probes, "--format", "json")
        // Told only after it was stored.
        try await loop.waitForOutput("device/silent reachable: ok → critical", within: .seconds(120))
        loop.signal(number)
        #expect(try await loop.waitForExit(within: .seconds(60)) == 130)
        #expect(try await lab.facts() == 1)
    }

    @Test("kill -9 keeps what was told")
    func killed() async throws {
        let lab = try await Lab("killed-loop", network: "127.66.4")
        let loop = try lab.world.start("probe", "loop", "--for", "1h", "--probes", lab.probes)
        try await loop.waitForOutput("device/silent reachable: ok → critical", within: .seconds(120))
        loop.signal(SIGKILL)
        _ = try await loop.waitForExit(within: .seconds(60))
        // The state is kept: the next loop does not tell it again.
        let next = try await lab.world.run("probe", "loop", "--for", "2s", "--probes", lab.probes)
        #expect(next.status == 4, "\(next.errorText)")
        #expect(!next.errorText.contains("ok → critical"))
        #expect(try await lab.facts() == 1)
    }

    @Test("wrong words on the command line are refused before anything is asked")
    func refused() async throws {
        let world = try World("loop-words")
        for words in [["--for", "soon"], ["--for", "1s", "--once"], ["--concurrency", "0"], ["--window-zone", "0"]] {
            #expect(try await world.run(["probe", "loop"] + words).status == 64, "\(words)")
        }
    }
}
