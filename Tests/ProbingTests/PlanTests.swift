import Addressing
import CMDB
import Notation
import Probing
import Remote
import TestSupport
import Testing

@Suite(.tags(.small)) struct PlanTests {
    @Test("a machine with everything gets a pair per port, with its credentials resolved") func pairs() throws {
        let monitoring = World.ssh.merging(["tcp_ports": [443, 22, 443], "ssh_port": 2222]) { $1 }
        let context = World.context([
            World.device("b", monitoring: monitoring), World.device("a", monitoring: World.snmp),
        ])
        let plan = try ProbePlan(World.library(tcpProbe, snmpProbe, sshProbe), in: context)
        #expect(
            plan.pairs.map(\.source) == [
                "sys@127.0.10.1:161", "base@127.0.10.1:2222", "port@127.0.10.1:22", "port@127.0.10.1:443",
            ])
        guard case .snmp(let agent) = plan.pairs[0].access, case .ssh(let shell) = plan.pairs[1].access else {
            Issue.record("wrong access")
            return
        }
        #expect(agent.credential == .v2c(community: Secret("public")))
        #expect(agent.subject == "device/a")
        #expect(shell.user == "probe")
        #expect(shell.credential == .privateKey(Secret("KEY"), passphrase: nil))
        #expect(shell.hostKeys == [HostKey(type: "ssh-ed25519", fingerprint: "SHA256:abc")])
        #expect(plan.skipped.map(\.reason) == [.noMonitoring, .noMonitoring, .noMonitoring])
        #expect(plan.asked == 7)
        #expect(!"\(plan.pairs)".contains("public") && !"\(plan.pairs)".contains("KEY"))
    }

    @Test("recorded host keys stand behind those of the inventory, without repeats") func hostKeys() throws {
        let keys = [
            HostKey(type: "ssh-ed25519", fingerprint: "SHA256:abc"), HostKey(type: "x", fingerprint: "SHA256:y"),
        ]
        let context = World.context([World.device("a", monitoring: World.ssh)], hostKeys: FakeHostKeys(keys: keys))
        let plan = try ProbePlan(World.library(sshProbe), in: context)
        guard case .ssh(let shell) = plan.pairs[0].access else { return #expect(Bool(false)) }
        #expect(shell.hostKeys == keys)
    }

    struct Skip: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var address: String? = "127.0.10.1"
        var monitoring: [String: JSONValue]?
        var secrets = FakeSecrets(secrets: ["c": "public", "k": "KEY"])
        let probe: String
        let reason: ProbeSkip.Reason
    }

    @Test(
        "what cannot be asked is left out with its reason",
        arguments: [
            Skip(testDescription: "no monitoring", probe: snmpProbe, reason: .noMonitoring),
            Skip(testDescription: "other protocol", monitoring: World.ssh, probe: snmpProbe, reason: .noMonitoring),
            Skip(testDescription: "no ports", monitoring: World.ssh, probe: tcpProbe, reason: .noMonitoring),
            Skip(
                testDescription: "no address", address: nil, monitoring: World.snmp, probe: snmpProbe,
                reason: .noAddress),
            Skip(
                testDescription: "bad address", address: "10.0.0.300", monitoring: World.snmp, probe: snmpProbe,
                reason: .noAddress),
            Skip(
                testDescription: "bad port", monitoring: ["tcp_ports": [70_000]], probe: tcpProbe,
                reason: .badMonitoring),
            Skip(
                testDescription: "secret not in the store", monitoring: World.snmp, secrets: FakeSecrets(),
                probe: snmpProbe, reason: .noCredential),
            Skip(
                testDescription: "store is broken", monitoring: World.snmp, secrets: FakeSecrets(broken: true),
                probe: snmpProbe, reason: .noCredential),
            Skip(
                testDescription: "secret in the clear",
                monitoring: ["snmp_version": "v2c", "snmp_community": "public"],
                probe: snmpProbe, reason: .badMonitoring),
            Skip(
                testDescription: "v3 without user", monitoring: ["snmp_version": "v3"], probe: snmpProbe,
                reason: .noCredential),
            Skip(
                testDescription: "privacy without authentication",
                monitoring: ["snmp_user": "u", "snmp_priv_secret": "secret://k"], probe: snmpProbe,
                reason: .noCredential),
            Skip(
                testDescription: "no login name", monitoring: ["ssh_key": "secret://k"], probe: sshProbe,
                reason: .noCredential),
            Skip(testDescription: "no key", monitoring: ["ssh_user": "u"], probe: sshProbe, reason: .noCredential),
            Skip(
                testDescription: "host key in another form",
                monitoring: World.ssh.merging(["ssh_host_keys": ["AAAA"]]) { $1 }, probe: sshProbe,
                reason: .badMonitoring),
        ]) func skips(_ skip: Skip) throws
    {
        let context = World.context(
            [World.device("a", address: skip.address, monitoring: skip.monitoring)], secrets: skip.secrets)
        let error = try #require(throws: ProbePlanError.self) { try ProbePlan(World.library(skip.probe), in: context) }
        #expect(error.code == .nothingToDo)
        #expect(error.skipped.map(\.reason) == [skip.reason])
        #expect(error.message.contains("1 \(skip.reason.rawValue)"))
        #expect(error.skipped.first?.detail.isEmpty == false)
    }

    @Test("SNMPv3 credentials take the defaults of the schema, and no authentication is possible") func v3() throws {
        func credential(_ monitoring: [String: JSONValue]) throws -> SNMPCredential? {
            let context = World.context([World.device("a", monitoring: monitoring)])
            let plan = try ProbePlan(World.library(snmpProbe), in: context)
            guard case .snmp(let target) = plan.pairs[0].access else { return nil }
            return target.credential
        }
        let full = try credential([
            "snmp_user": "u", "snmp_auth_secret": "secret://c", "snmp_priv_secret": "secret://k",
        ])
        #expect(
            full
                == .v3(
                    USMCredential(
                        user: "u", auth: .init(proto: .sha256, passphrase: Secret("public")),
                        priv: .init(proto: .aes128, passphrase: Secret("KEY")))))
        #expect(try credential(["snmp_user": "u"]) == .v3(USMCredential(user: "u", auth: nil, priv: nil)))
    }

    @Test("shipped probes choose by the selectors of the inventory") func shippedSelectors() throws {
        let vm = Object(
            id: ObjectID(.virtualMachine, "vm"),
            fields: ["name": "vm", "primary_ip4": "127.0.10.2", "monitoring": .object(["tcp_ports": [443]])])
        let snapshot = Snapshot([World.device("a", monitoring: World.snmp), vm])
        let context = ProbePlan.Context(
            snapshot: snapshot, query: ProbePlan.Context.selecting(from: snapshot),
            secrets: FakeSecrets(secrets: ["c": "public"]), hostKeys: FakeHostKeys())
        let plan = try ProbePlan(World.shipped(), in: context)
        #expect(
            plan.pairs.map(\.source) == [
                "snmp-interfaces@127.0.10.1:161", "snmp-system@127.0.10.1:161", "tcp-port@127.0.10.2:443",
            ])
        let one = try ProbePlan(World.shipped(), target: "slug=vm", in: context)
        #expect(one.pairs.map(\.target.id) == [vm.id])
        #expect(throws: (any Error).self) { try ProbePlan(World.shipped(), target: "slug=(", in: context) }
    }

    @Test("the guard's refusals are skips, and a gap") func guarded() throws {
        let context = World.context(
            [
                World.device("a", monitoring: World.snmp),
                World.device("b", address: "10.0.0.1", monitoring: World.snmp),
            ], allowed: { $0.address.isLoopback })
        let plan = try ProbePlan(World.library(snmpProbe), in: context)
        #expect(plan.pairs.map(\.target.id.key) == ["a"])
        #expect(plan.skipped.map(\.reason) == [.refusedByGuard])
        #expect(plan.skipped.first?.reason.isGap == true)
    }

    @Test("targets and probes are chosen; misspelt ones are answered") func choosing() throws {
        let vm = Object(id: ObjectID(.virtualMachine, "vm"), fields: ["name": "vm"])
        let context = World.context([World.device("a", monitoring: World.snmp), vm])
        let library = try World.library(snmpProbe, tcpProbe)
        let plan = try ProbePlan(library, names: ["sys"], target: "name=a", in: context)
        #expect(plan.pairs.count == 1 && plan.skipped.isEmpty)
        let unknown = try #require(throws: ProbePlanError.self) {
            try ProbePlan(library, names: ["sys", "prot"], in: context)
        }
        #expect(unknown.code == .unknownProbe)
        #expect(unknown.message.contains("did you mean \"port\"?"))
        let nobody = try #require(throws: ProbePlanError.self) {
            try ProbePlan(library, target: "name=x", in: context)
        }
        #expect(nobody.code == .nothingToDo && nobody.message.contains("name=x"))
        let other = try #require(throws: ProbePlanError.self) {
            try ProbePlan(library, names: ["sys"], target: "name=vm", in: context)
        }
        #expect(other.skipped.map(\.reason) == [.doesNotApply])
        #expect(throws: FakeSecrets.Broken.self) { try ProbePlan(library, target: "?!", in: context) }
        #expect(throws: ProbePlanError.self) { try ProbePlan(library, in: World.context([])) }
    }
}
