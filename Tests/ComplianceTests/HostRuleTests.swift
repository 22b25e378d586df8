import CMDB
import Evidence
import Notation
import Regulation
import TestSupport
import Testing

@testable import Compliance

/// One fact bent at a time: what it does to the rules that read it.
@Suite(.tags(.small)) struct HostRuleTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let control: String
        let fact: String
        /// Merged into the good value when both are objects; null removes the member.
        let value: JSONValue
        let expected: FindingStatus
        var level: Int64 = 4
        var testDescription: String { "\(control) \(fact) \(value.canonical) \(expected.rawValue)" }

        init(_ control: String, _ fact: String, _ value: JSONValue, _ expected: FindingStatus, level: Int64 = 4) {
            (self.control, self.fact, self.value, self.expected, self.level) = (control, fact, value, expected, level)
        }
    }

    static let cases: [Case] = [
        Case("SRV-AUTH-01", "ssh.sshd", ["permitemptypasswords": "yes"], .fail),
        Case("SRV-AUTH-01", "accounts.empty_password", ["a"], .fail),
        Case("SRV-AUTH-02", "ssh.sshd", ["permitrootlogin": "prohibit-password"], .pass),
        Case("SRV-AUTH-02", "accounts.login", [["name": "ubuntu", "locked": false]], .fail),
        Case("SRV-AUTH-02", "accounts.login", [["name": "root", "locked": false]], .pass),
        Case("SRV-AUTH-07", "ssh.sshd", ["authenticationmethods": "password,keyboard-interactive"], .noEvidence),
        Case("SRV-ACC-02", "shell.tmout", 0, .fail),
        Case("SRV-IPS-04", "updates.pending", ["lists_age_h": 30], .pass),
        Case("SRV-IPS-04", "updates.pending", ["lists_age_h": 2400], .noEvidence),
        Case("SRV-LOG-06", "log.retention", ["rsyslog_active": false], .fail),
        Case("SRV-LOG-06", "log.retention", ["rsyslog_active": nil], .noEvidence),
        Case("SRV-IPS-01", "accounts.login", [["name": "x", "last_login": 1_800_000_000]], .noEvidence),
        Case("SRV-AUTH-03", "password.policy", ["minlen": 7], .fail),
        Case("SRV-AUTH-03", "password.policy", ["minclass": nil], .fail),
        Case("SRV-AUTH-04", "password.policy", ["pass_max_days": 91], .fail),
        Case("SRV-AUTH-04", "password.policy", ["pass_warn_age": 0], .fail),
        Case("SRV-AUTH-04", "accounts.login", [["name": "v", "max_days": 99999]], .fail),
        Case("SRV-AUTH-04", "accounts.login", [["name": "v", "locked": false]], .fail),
        Case("SRV-AUTH-04", "accounts.login", [["name": "v"]], .noEvidence),
        Case("SRV-AUTH-02", "accounts.login", [["name": "ubuntu"]], .noEvidence),
        Case("SRV-LOG-02", "log.retention", ["rsyslog_active": false, "journald_storage": nil], .noEvidence),
        Case("SRV-LOG-03", "log.audit", ["rules": nil], .noEvidence),
        Case("SRV-LOG-04", "time.sync", ["synchronized": nil], .noEvidence),
        Case("SRV-LOG-04", "time.sync", ["synchronized": nil, "service": "none"], .noEvidence),
        Case(
            "SRV-LOG-04", "time.sync",
            ["synchronized": false, "service": "none", "source": nil, "offset_s": nil, "reason": "none runs"], .fail),
        Case("SRV-LOG-04", "time.sync", ["source": nil], .noEvidence),
        Case("SRV-LOG-06", "log.retention", ["remote_targets": nil], .noEvidence),
        Case("SRV-IPS-02", "firewall.state", ["input_policy": nil], .noEvidence),
        Case("SRV-AUTH-04", "accounts.login", [["name": "v", "max_days": 99999, "locked": true]], .pass),
        Case("SRV-AUTH-05", "password.policy", ["faillock_deny": 6], .fail),
        Case("SRV-AUTH-05", "password.policy", ["faillock_fail_interval": nil], .fail),
        Case("SRV-AUTH-06", "password.policy", ["faillock_unlock_time": 0], .pass),
        Case("SRV-AUTH-06", "password.policy", ["faillock_unlock_time": 60], .fail),
        Case("SRV-AUTH-07", "ssh.sshd", ["authenticationmethods": "publickey,password publickey"], .fail),
        Case("SRV-AUTH-07", "ssh.sshd", ["authenticationmethods": "publickey,publickey"], .fail),
        Case("SRV-AUTH-07", "ssh.sshd", ["authenticationmethods": "publickey,keyboard-interactive:pam"], .pass),
        Case("SRV-ACC-01", "sockets.listening", [["proto": "tcp", "address": "*", "port": 513]], .fail),
        Case("SRV-ACC-01", "sockets.listening", [["proto": "udp", "address": "*", "port": 514]], .pass),
        Case("SRV-ACC-01", "sockets.listening", [["proto": "tcp", "address": "[::1]", "port": 23]], .pass),
        Case("SRV-ACC-02", "shell.tmout", 901, .fail),
        Case("SRV-ACC-02", "ssh.sshd", ["channeltimeout": "session=15m"], .pass),
        Case("SRV-ACC-03", "ssh.sshd", ["port": "2222 22"], .fail),
        Case("SRV-ACC-03", "ssh.sshd", ["port": nil], .noEvidence),
        Case("SRV-ACC-04", "ssh.sshd", ["allowusers": "van"], .noEvidence),
        Case("SRV-ACC-04", "ssh.sshd", ["allowusers": "van@*"], .noEvidence),
        Case("SRV-LOG-01", "ssh.sshd", ["loglevel": "ERROR"], .fail),
        Case("SRV-LOG-02", "log.retention", ["rsyslog_active": false], .pass),
        Case("SRV-LOG-02", "log.retention", ["rsyslog_active": false, "journald_storage": "auto"], .fail),
        Case("SRV-LOG-03", "log.audit", ["rules": 0], .fail),
        Case("SRV-LOG-04", "time.sync", ["offset_s": -1.5], .fail),
        Case("SRV-LOG-04", "time.sync", ["offset_s": nil], .noEvidence),
        Case("SRV-LOG-05", "log.disk", ["used_percent": 80], .fail),
        Case("SRV-LOG-05", "log.retention", ["logrotate_days": nil], .fail),
        Case("SRV-LOG-06", "log.retention", ["remote_targets": []], .fail),
        Case("SRV-LOG-07", "log.retention", ["logrotate_days": 179], .fail),
        Case("SRV-LOG-07", "log.retention", ["logrotate_days": 180, "oldest_days": 180], .pass),
        Case("SRV-LOG-07", "log.retention", ["logrotate_days": 180, "oldest_days": 20], .fail),
        Case("SRV-LOG-07", "log.retention", ["logrotate_days": nil, "oldest_days": nil], .noEvidence),
        Case("SRV-LOG-07", "log.retention", ["logrotate_days": 90, "oldest_days": 90], .pass, level: 3),
        Case("SRV-LOG-07", "log.retention", ["logrotate_days": 30, "oldest_days": 30], .fail, level: 3),
        Case("SRV-LOG-07", "log.retention", ["logrotate_days": 30, "oldest_days": 30], .pass, level: 2),
        Case("SRV-IPS-01", "accounts.login", [["name": "x", "last_login": 1_600_000_000]], .fail),
        Case("SRV-IPS-01", "accounts.login", [["name": "x"]], .noEvidence),
        Case("SRV-IPS-01", "accounts.login", [["name": "x", "last_change": "2020-01-01", "max_days": 90]], .fail),
        Case("SRV-IPS-01", "accounts.login", [["name": "x", "last_change": 15_000, "max_days": 90]], .fail),
        Case("SRV-IPS-02", "firewall.state", ["input_policy": "accept"], .fail),
        Case("SRV-IPS-03", "sockets.listening", [["proto": "tcp", "address": "*", "port": 9999]], .fail),
        Case("SRV-IPS-04", "updates.pending", ["security": nil], .noEvidence),
        Case("SRV-IPS-04", "updates.pending", ["security": 1], .fail),
        Case("SRV-MAL-01", "malware.agent", ["signature_age_h": 25], .fail),
        Case("SRV-MAL-01", "malware.agent", ["signature_age_h": nil], .noEvidence),
        Case("APP-ACC-01", "tls.endpoint", ["accepted": ["TLSv1.1", "TLSv1.3"]], .fail),
        Case("APP-ACC-01", "tls.endpoint", ["self_signed": true], .fail),
        Case("APP-ACC-01", "tls.endpoint", ["problem": "unknown issuer"], .fail),
        Case("APP-ACC-01", "tls.endpoint", ["days_left": 0], .fail),
        Case("APP-ACC-01", "tls.endpoint", ["days_left": nil], .noEvidence),
        Case("APP-COM-01", "tls.endpoint", ["self_signed": true], .pass),
        Case("APP-COM-01", "tls.endpoint", ["accepted": []], .fail),
        Case("APP-AUTH-06", "sockets.listening", [["proto": "tcp", "address": "*", "port": 80]], .noEvidence),
    ]

    @Test("one bent fact on both servers gives the expected status", arguments: cases)
    func bent(_ test: Case) throws {
        var world = World.good(level: test.level)
        for server in World.servers {
            let old = world.facts.first { $0.subject == server && $0.name == test.fact }?.value
            var value = test.value
            if let members = test.value.object, var merged = old?.object {
                for (name, member) in members { merged[name] = member == .null ? nil : member }
                value = .object(merged)
            }
            world.see(server, test.fact, value)
        }
        let snapshot = world.snapshot
        let assessment = try World.assessor().assess(
            snapshot[World.system].map { [$0] }, in: snapshot, facts: world.facts, at: World.now)
        let finding = try #require(assessment.findings.first { $0.control == test.control })
        let why = finding.reasons.map(\.text.en).joined(separator: " | ")
        #expect(finding.status == test.expected, "\(why)")
    }

    @Test(
        "TLS version names of several tools are understood",
        arguments: [
            ("TLSv1.2", "1.2"), ("TLS 1.3", "1.3"), ("tls1_1", "1.1"), ("tls10", "1.0"), ("TLSv1", "1.0"),
            ("SSLv3", "sslv3"),
        ])
    func tlsNames(text: String, number: String) { #expect(Rules.versionNumber(text) == number) }

    @Test(
        "an idle limit of sshd counts only where it ends sessions in time",
        arguments: [
            ("session=15m", true), ("*=900", true), ("agent-connection=5m session=1m", true), ("session=16m", false),
            ("session=10h", false), ("agent-connection=5m", false), ("none", false), ("session=0", false), ("", false),
            ("session=99999999999999999999w", false),
        ])
    func idleSessions(setting: String, ends: Bool) { #expect(Rules.endsIdleSessions(setting, within: 900) == ends) }

    @Test(
        "what is said of root is what was seen",
        arguments: [
            ("no", true, FindingStatus.pass, "sshd lets no root in"), ("without-password", true, .pass, "SSH key"),
            ("prohibit-password", true, .pass, "SSH key"), ("yes", true, .pass, "an SSH key still works"),
            ("forced-commands-only", true, .pass, "only run the command"),
            ("without-password", false, .fail, "root is not locked"), ("yes", nil, .noEvidence, "is not known"),
        ] as [(String, Bool?, FindingStatus, String)])
    func root(permit: String, locked: Bool?, status: FindingStatus, says: String) throws {
        var world = World.good(level: 4)
        var account: [String: JSONValue] = ["name": "root"]
        if let locked { account["locked"] = .bool(locked) }
        for server in World.servers {
            world.see(server, "ssh.sshd", ["permitrootlogin": .string(permit)])
            world.see(server, "accounts.login", .array([.object(account)]))
        }
        let snapshot = world.snapshot
        let assessment = try World.assessor().assess(
            snapshot[World.system].map { [$0] }, in: snapshot, facts: world.facts, at: World.now)
        let finding = try #require(assessment.findings.first { $0.control == "SRV-AUTH-02" })
        let texts = finding.reasons.filter { $0.subject != nil }.map(\.text.en)
        #expect(finding.status == status && texts.contains { $0.contains(says) }, "\(texts)")
        #expect(permit == "no" || !texts.contains { $0.contains("lets no root in") })
    }

    @Test("facts of ports are found by the port in their name or in their value")
    func ports() {
        func fact(_ name: String, _ value: JSONValue) -> Fact {
            Fact(
                subject: World.servers[0], name: name, value: value, observedAt: World.now, validFor: .seconds(60),
                source: "t")
        }
        let index = FactIndex(
            [
                fact("tls.endpoint.443", ["days_left": 1]), fact("tls.endpoint", ["port": 8443]),
                fact("tcp.port.80", ["open": true]),
            ],
            at: World.now)
        #expect(index.ports(World.servers[0], "tls.endpoint") == [443, 8443])
        #expect(index.entry(World.servers[0], "tcp.port", port: 80) != nil)
        #expect(index.entry(World.servers[0], "tcp.port", port: 81) == nil)
        #expect(index.count(World.servers[0]).valid == 3)
    }

    @Test("roles sort machines into servers, network, storage and facility")
    func classes() {
        func of(_ role: String) -> MachineClass {
            MachineClass.of(Object(id: ObjectID(.device, "x"), fields: ["role": .string(role)]))
        }
        for role in [
            "access-switch", "core-switch", "firewall", "border-router", "waf", "wlan-controller", "san-switch",
        ] {
            #expect(of(role) == .network, "\(role)")
        }
        for role in ["ups", "sensor", "tape-library"] { #expect(of(role) == .facility, "\(role)") }
        for role in ["lab-server", "hypervisor", "bastion", "", "whatever"] { #expect(of(role) == .server, "\(role)") }
        #expect(of("storage") == .storage)
        let vm = Object(id: ObjectID(.virtualMachine, "x"), fields: ["role": "switch"])
        #expect(MachineClass.of(vm) == .server)
    }
}
