import Foundation
import Notation
import TestSupport
import Testing

extension LabTests {
    @Suite("Machines that do not let us in") struct FailureTests {
        let lab: Lab

        init() throws { lab = try #require(Shared.lab) }

        /// A world of `devices`, applied.
        private func world(_ label: String, _ devices: [String]) async throws -> World {
            let world = try World(label)
            let applied = try await world.apply(devices: devices)
            try #require(applied.status == 0, "\(applied.errorText)")
            return world
        }

        private func result(_ run: ProcessResult, _ probe: String) throws -> JSONValue {
            let all = try #require(try JSONValue.parse(run.text)["results"]?.array)
            return try #require(all.first { $0["probe"]?.string == probe }, "\(run.text)")
        }

        // MARK: - SNMP

        @Test("a wrong community looks like silence, and the message names both possibilities")
        func wrongCommunity() async throws {
            let world = try await world(
                "community",
                [
                    World.device(
                        "agent", lab.addresses[6],
                        monitoring:
                            "snmp_version: v2c, snmp_port: \(lab.snmpPort), snmp_community: secret://community")
                ])
            #expect(try await world.secret("community", "this-is-not-it").status == 0)
            let run = try await world.run("probe", "run", "--probe", "snmp-system", "--format", "json")
            #expect(run.status == 4, "\(run.errorText)")
            let detail = try #require(try result(run, "snmp-system")["detail"]?.string)
            #expect(detail.contains("timeout"))
            #expect(detail.contains("the agent is silent or the community is wrong"), "\(detail)")
            #expect(!(run.text + run.errorText).contains("this-is-not-it"))
            // The same machine with the right one: it was the community and nothing else.
            #expect(try await world.secret("community", try lab.read("snmp_community")).status == 0)
            let right = try await world.run("probe", "run", "--probe", "snmp-system")
            #expect(right.status == 0, "\(right.errorText)")
        }

        @Test("a wrong SNMPv3 pass phrase is an authentication failure, not silence") func wrongPassPhrase()
            async throws
        {
            let world = try await world(
                "v3",
                [
                    World.device(
                        "agent", lab.addresses[0],
                        monitoring:
                            "snmp_version: v3, snmp_port: \(lab.snmpPort), snmp_user: hatang-lab, snmp_auth: sha256, "
                            + "snmp_auth_secret: secret://auth, snmp_priv: aes128, snmp_priv_secret: secret://priv")
                ])
            #expect(try await world.secret("auth", "not-the-pass-phrase").status == 0)
            #expect(try await world.secret("priv", try lab.read("snmp_priv")).status == 0)
            let run = try await world.run("probe", "run", "--probe", "snmp-system", "--format", "json")
            #expect(run.status == 2, "\(run.errorText)")
            let detail = try #require(try result(run, "snmp-system")["detail"]?.string)
            #expect(detail.contains("authentication"), "\(detail)")
            #expect(!(run.text + run.errorText).contains("not-the-pass-phrase"))
            #expect(try await world.secret("auth", try lab.read("snmp_auth")).status == 0)
            #expect(try await world.run("probe", "run", "--probe", "snmp-system").status == 0)
        }

        @Test("a silent machine is unreachable, asked again, and no fact comes of it") func silentAgent() async throws {
            let peer = try SNMPPeer(on: lab.addresses[5]) { _, _ in [] }
            let world = try await world(
                "silent",
                [
                    World.device(
                        "agent", peer.address,
                        monitoring: "snmp_version: v2c, snmp_port: \(peer.port), snmp_community: secret://community")
                ])
            #expect(try await world.secret("community", "abcdefgh").status == 0)
            let run = try await world.run("probe", "run", "--probe", "snmp-system", "--format", "json")
            #expect(run.status == 4, "\(run.errorText)")
            #expect(peer.received.count == 3, "asked \(peer.received.count) times")
            #expect(try JSONValue.parse(run.text)["unreachable"] == 1)
            #expect(run.errorText.contains("Asked 1, reached 0"))
            #expect(try await world.run("fact", "list").status == 6)
        }

        // MARK: - SSH

        private func shellDevice(_ key: String) -> String {
            World.device("web", lab.addresses[4], monitoring: "ssh_port: \(lab.sshPort), ssh_key: secret://\(key)")
        }

        private static let probe = ["probe", "run", "--probe", "ssh-linux-baseline", "--format", "json"]

        @Test("a host key that nobody recorded is refused before the login, with the command that records it")
        func unknownHostKey() async throws {
            let world = try await world("unknown-key", [shellDevice("key")])
            #expect(try await world.secret("key", try lab.read("user_key")).status == 0)
            let run = try await world.run(Self.probe)
            #expect(run.status == 2, "\(run.errorText)")
            let told = run.errorText
            #expect(told.contains("host-key-unknown"))
            let shown = try #require(
                told.firstMatch(of: /hatang (host-key record device\/web --fingerprint SHA256:\S+ --reason "[^"]+")/),
                "\(told)"
            ).1
            // The command works as it was shown, quotes and all; the machine is entered from then on.
            let recorded = try await runProcess(
                "/bin/sh", ["-c", "exec \(Built.path) \(shown)"], env: world.environment)
            #expect(recorded.status == 0, "\(recorded.errorText)")
            let again = try await world.run(Self.probe)
            #expect(again.status == 0, "\(again.errorText)")
            #expect(try await world.run("fact", "list", "device/web", "--name", "ssh.sshd").status == 0)
        }

        @Test("a host key that differs from the recorded one is refused, for probes and playbooks")
        func changedHostKey() async throws {
            let world = try await world("changed-key", [shellDevice("key")])
            #expect(try await world.secret("key", try lab.read("user_key")).status == 0)
            let other = "SHA256:" + String(repeating: "A", count: 43)
            let recorded = try await world.run(
                "host-key", "record", "device/web", "--fingerprint", other, "--reason", "another machine's")
            #expect(recorded.status == 0, "\(recorded.errorText)")
            let run = try await world.run(Self.probe)
            #expect(run.status == 2, "\(run.errorText)")
            #expect(run.errorText.contains("host-key-changed"))
            #expect(run.errorText.contains("--replace --reason"), "\(run.errorText)")
            #expect(try await world.run("fact", "list").status == 6)
            let book = try await world.run(
                "playbook", "run", repositoryRoot + "/Playbooks/collect-baseline.yaml", "--hosts", "device")
            // In the recap a machine that cannot be entered is unreachable, whatever the reason; the reason is told.
            #expect(book.status == 2, "\(book.errorText)")
            #expect((book.text + book.errorText).contains("shows the host key"))
        }

        @Test("a user key that the server does not know is an authentication failure") func refusedUserKey()
            async throws
        {
            let world = try await world("user-key", [shellDevice("key")])
            let stranger = try await SSHDaemon.makeKey("ed25519", world.folder.file("stranger"))
            #expect(try await world.secret("key", String(decoding: stranger, as: UTF8.self)).status == 0)
            let imported = try await world.run(
                "host-key", "import", lab.folder.file("lab/known_hosts"), "--reason", "keys of the lab")
            // Seven of its eight lines are for machines that this inventory does not have.
            #expect(imported.status == 3, "\(imported.errorText)")
            let run = try await world.run(Self.probe)
            #expect(run.status == 2, "\(run.errorText)")
            #expect(run.errorText.contains("authentication"), "\(run.errorText)")
            #expect(!run.errorText.contains("PRIVATE KEY"))
            #expect(try await world.secret("key", try lab.read("user_key")).status == 0)
            #expect(try await world.run(Self.probe).status == 0)
        }

        // MARK: - Guard

        @Test("with HATANG_LOOPBACK_ONLY=1 an address outside of loopback is never contacted") func guardHolds()
            async throws
        {
            // TEST-NET-1, RFC 5737: nobody answers there.
            let outside = World.device(
                "far", "192.0.2.10",
                monitoring:
                    "snmp_version: v2c, snmp_community: secret://community, ssh_key: secret://key, tcp_ports: [22], "
                    + "tls_ports: [443]")
            let world = try await world("guard", [outside])
            #expect(try await world.secret("community", "abcdefgh").status == 0)
            #expect(try await world.secret("key", try lab.read("user_key")).status == 0)
            let alone = try await world.run("probe", "run")
            #expect(alone.status == 6, "\(alone.errorText)")
            #expect(alone.errorText.contains("192.0.2.10:22 is outside of what this run may talk to"))
            #expect(alone.errorText.contains("0 asked"))
            let book = try await world.run(
                "playbook", "run", repositoryRoot + "/Playbooks/collect-baseline.yaml", "--hosts", "device")
            #expect(book.status == 2, "\(book.status)")
            #expect((book.text + book.errorText).contains("outside of what this run may talk to"), "\(book.text)")
            // Together with a machine that may be asked: that one is, the other is counted as skipped.
            let near = World.device("near", lab.addresses[3], monitoring: "tcp_ports: [\(lab.sshPort)]")
            #expect(try await world.apply(devices: [outside, near]).status == 0)
            let both = try await world.run("probe", "run", "--format", "json")
            #expect(both.status == 3, "\(both.errorText)")
            let report = try JSONValue.parse(both.text)
            #expect(report["ok"] == 1)
            let guarded = try #require(report["skips"]?.array).filter { $0["reason"]?.string == "refused-by-guard" }
            #expect(guarded.count >= 4, "\(both.text)")
            #expect(report["results"]?.array?.contains { $0["target"] == "device/far" } == false)
        }

        @Test(
            "no system call of such a run names the address",
            .enabled(if: findExecutable("strace") != nil, "strace is not installed"))
        func guardHoldsInTheKernel() async throws {
            let world = try await world(
                "strace",
                [
                    World.device("far", "192.0.2.10", monitoring: "tcp_ports: [22]"),
                    World.device("near", lab.addresses[3], monitoring: "tcp_ports: [\(lab.sshPort)]"),
                ])
            let trace = world.folder.file("trace")
            let run = try await runProcess(
                "strace",
                ["-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", trace, Built.path, "probe", "run"],
                env: world.environment, timeout: .seconds(120))
            if run.errorText.contains("PTRACE") { try Test.cancel("tracing is not allowed here") }
            #expect(run.status == 3, "\(run.errorText)")
            let calls = try world.folder.read("trace")
            #expect(calls.contains(lab.addresses[3]), "the trace must see what is sent")
            #expect(!calls.contains("192.0.2.10"))
        }

        // MARK: - Interruption

        @Test("Ctrl-C ends a run with 130, keeps what was read and says so in the ledger") func interrupted()
            async throws
        {
            // It accepts connections and never says a word: SSH waits 30 s for its key exchange.
            let silent = try SilentTCPServer(on: lab.addresses[7])
            let names = ["web-1", "web-2"]
            var devices = zip(names, [0, 1]).map { name, place in
                World.device(
                    name, lab.addresses[place],
                    monitoring:
                        "snmp_version: v2c, snmp_port: \(lab.snmpPort), snmp_community: secret://community, "
                        + "tcp_ports: [\(lab.sshPort), \(lab.httpsPort)]")
            }
            devices.append(
                World.device(
                    "silent", lab.addresses[7], monitoring: "ssh_port: \(silent.port), ssh_key: secret://key"))
            let world = try await world("interrupted", devices)
            #expect(try await world.secret("key", try lab.read("user_key")).status == 0)
            #expect(try await world.secret("community", try lab.read("snmp_community")).status == 0)
            let recorded = try await world.run(
                "host-key", "record", "device/silent", "--fingerprint", "SHA256:" + String(repeating: "A", count: 43),
                "--reason", "x")
            #expect(recorded.status == 0)
            let run = try world.start(
                "probe", "run", "--probe", "ssh-linux-baseline", "--probe", "tcp-port", "--probe", "snmp-system")
            // Two agents and four ports are done; what is missing is the silent one.
            try await run.waitForOutput("probing: 6/7", within: .seconds(25))
            run.signal(SIGINT)
            let status = try await run.waitForExit(within: .seconds(20))
            withExtendedLifetime(silent) {}
            #expect(status == 130, "\(status): \(run.output)")
            #expect(run.output.contains("Asked"), "\(run.output)")
            for name in names {
                let kept = try await world.json("fact", "list", "device/" + name, "--name", "snmp")
                #expect(kept.array?.isEmpty == false, "\(name)")
                #expect(try await world.json("fact", "list", "device/" + name, "--name", "tcp").array?.count == 2)
            }
            let log = try #require(try await world.json("audit", "log").array)
            let record = try #require(log.last { $0["action"]?.string == "probe.run" })
            #expect(record.canonical.contains(#""verdict":"interrupted""#), "\(record.canonical)")
            #expect(try await world.run("audit", "verify").status == 0)
            // It can be run again, and the same machines answer.
            #expect(try await world.run("probe", "run", "--probe", "tcp-port").status == 0)
        }
    }
}
