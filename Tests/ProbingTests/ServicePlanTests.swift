import CMDB
import Notation
import Probing
import Remote
import TestSupport
import Testing

/// Planning of the kinds that ask services, and over which family.
@Suite(.tags(.small)) struct ServicePlanTests {
    private static let both: [String: JSONValue] = ["primary_ip6": "::1"]

    private func plan(
        _ probe: String, _ monitoring: [String: JSONValue], _ extra: [String: JSONValue] = both, others: [Object] = []
    ) throws -> ProbePlan {
        let devices = [World.device("a", monitoring: monitoring, extra)] + others
        return try ProbePlan(
            World.shipped(), names: [probe], target: "name=a", in: World.context(devices))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let probe: String
        let monitoring: [String: JSONValue]
        let sources: [String]
        var testDescription: String { probe }
    }

    @Test(
        "services are asked over each family a machine has, the first one with the plain names",
        arguments: [
            Case(probe: "icmp-echo", monitoring: ["icmp": true], sources: ["icmp-echo@::1", "icmp-echo@127.0.10.1"]),
            Case(
                probe: "tcp-port", monitoring: ["tcp_ports": [22]],
                sources: ["tcp-port@127.0.10.1:22", "tcp-port@[::1]:22"]
            ),
            Case(
                probe: "tls-endpoint", monitoring: ["tls_ports": [443]],
                sources: ["tls-endpoint@127.0.10.1:443", "tls-endpoint@[::1]:443"]),
            Case(
                probe: "http-page", monitoring: ["http": [["url": "https://a.vn:8443/x"], ["url": "http://a.vn"]]],
                sources: [
                    "http-page@127.0.10.1:80", "http-page@[::1]:80", "http-page@127.0.10.1:8443",
                    "http-page@[::1]:8443",
                ]),
            Case(
                probe: "dns-server", monitoring: ["dns_names": ["a.vn AAAA"], "dns_port": 5353],
                sources: ["dns-server@127.0.10.1:5353", "dns-server@[::1]:5353"]),
            Case(
                probe: "ntp-clock", monitoring: ["ntp_port": 123],
                sources: ["ntp-clock@127.0.10.1:123", "ntp-clock@[::1]:123"]),
            Case(
                probe: "smtp-banner", monitoring: ["smtp_ports": [25]],
                sources: ["smtp-banner@127.0.10.1:25", "smtp-banner@[::1]:25"]),
            Case(
                probe: "postgresql-port", monitoring: ["postgresql_ports": [5432]],
                sources: ["postgresql-port@127.0.10.1:5432", "postgresql-port@[::1]:5432"]),
            Case(
                probe: "mysql-port", monitoring: ["mysql_ports": [3306]],
                sources: ["mysql-port@127.0.10.1:3306", "mysql-port@[::1]:3306"]),
        ]) func families(_ item: Case) throws
    {
        let plan = try plan(item.probe, item.monitoring)
        #expect(Set(plan.pairs.map(\.source)) == Set(item.sources))
        #expect(plan.pairs.allSatisfy { $0.isSecondFamily == ($0.family == "v6") })
        let narrowed = try self.plan(item.probe, item.monitoring.merging(["families": ["v6"]]) { $1 })
        #expect(narrowed.pairs.count * 2 == plan.pairs.count)
        #expect(narrowed.pairs.allSatisfy { $0.family == "v6" && !$0.isSecondFamily })
    }

    @Test("a family that is asked for and has no address is a gap; SNMP and SSH take one way in") func gaps() throws {
        let gap = try plan("icmp-echo", ["icmp": true, "families": ["v4", "v6"]], [:])
        #expect(gap.pairs.count == 1)
        #expect(gap.skipped.map(\.reason) == [.noAddress])
        #expect(gap.skipped.first?.detail.contains("primary_ip6") == true)
        let snmp = try plan("snmp-system", World.snmp)
        #expect(snmp.pairs.map(\.source) == ["snmp-system@127.0.10.1:161"])
        let later = try plan("snmp-system", World.snmp.merging(["families": ["v6"]]) { $1 })
        #expect(later.pairs.map(\.source) == ["snmp-system@[::1]:161"])
    }

    @Test("pages keep their judgement; one that cannot be asked leaves the others") func pages() throws {
        let checks: JSONValue = [
            ["url": "https://www.example.vn/health", "status": [200, 204], "match": "^OK"],
            ["url": "HTTPS://www.example.vn:443/health/"], ["url": "ftp://a.vn"], ["url": "http://u:p@a.vn"],
            ["url": "http://[::1]:8080/"], ["url": "http://a.vn", "match": "(a"], ["url": "http://a.vn:99999/"],
            ["url": "http://a.vn/a b"],
        ]
        let plan = try plan("http-page", ["http": checks], [:])
        #expect(plan.skipped.map(\.reason) == Array(repeating: .badMonitoring, count: 5))
        #expect(plan.skipped.contains { $0.detail.contains("match, column") })
        #expect(!plan.skipped.contains { $0.detail.contains("u:p") })
        guard case .http(let first) = plan.pairs.first?.access, case .http(let second) = plan.pairs.last?.access else {
            Issue.record("wrong access")
            return
        }
        #expect(first.map(\.key) == ["https_www_example_vn_health", "https_www_example_vn_443_health"])
        #expect(first.map(\.statuses) == [[200, 204], []])
        #expect(first[0].accepts(204) && !first[0].accepts(301) && first[1].accepts(301) && !first[1].accepts(404))
        #expect(second.map(\.key) == ["http_1_8080"])
    }

    @Test("a DNS server is compared with every other that lists the zone, over the same family") func zones() throws {
        let others = [
            World.device("b", address: "127.0.10.2", monitoring: ["dns_zones": ["Example.vn."], "dns_port": 5300]),
            World.device("c", address: nil, monitoring: ["dns_zones": ["example.vn"]], ["primary_ip6": "::1"]),
            World.device("d", address: "127.0.10.4", monitoring: ["dns_zones": ["other.vn"]]),
        ]
        let plan = try plan(
            "dns-server",
            ["dns_zones": ["example.vn"], "dns_names": ["WWW.example.vn. a", "example.com AAAA"]], others: others)
        let asks = plan.pairs.compactMap { pair -> DNSAsk? in
            if case .dns(let ask) = pair.access { ask } else { nil }
        }
        #expect(
            asks.map { $0.zones.map(\.peers).joined().map(\.endpoint.description) } == [
                ["127.0.10.2:5300"], ["[::1]:53"],
            ])
        #expect(asks[0].names.map(\.isOwn) == [true, false])
        #expect(
            asks[0].names.map(\.question) == [DNSQuestion("www.example.vn", .a), DNSQuestion("example.com", .aaaa)])
        for bad: JSONValue in [["x.vn"], ["x.vn SRV"], ["-- A B"]] {
            let error = try #require(throws: ProbePlanError.self) {
                try self.plan("dns-server", ["dns_names": bad], [:])
            }
            #expect(error.skipped.map(\.reason) == [.badMonitoring])
        }
        let none = try #require(throws: ProbePlanError.self) { try self.plan("dns-server", ["dns_port": 53], [:]) }
        #expect(none.skipped.map(\.reason) == [.noMonitoring])
    }

    @Test("SNMP takes version, context and repetitions from the monitoring") func snmp() throws {
        func target(_ monitoring: [String: JSONValue]) throws -> SNMPTarget? {
            let plan = try self.plan("snmp-system", monitoring, [:])
            if case .snmp(let target) = plan.pairs.first?.access { return target }
            return nil
        }
        let old = try target(["snmp_version": "v1", "snmp_community": "secret://c", "snmp_max_repetitions": 5])
        #expect(old?.credential == .v1(community: Secret("public")))
        #expect(old?.maxRepetitions == 5)
        guard case .v3(let user)? = try target(["snmp_user": "u", "snmp_context": "vlan-7"])?.credential else {
            Issue.record("no v3")
            return
        }
        #expect(user.context == "vlan-7")
        let error = try #require(throws: ProbePlanError.self) {
            try self.plan("snmp-system", World.snmp.merging(["snmp_context": "x"]) { $1 }, [:])
        }
        #expect(error.skipped.map(\.reason) == [.badMonitoring])
    }
}

/// SSH through other machines.
@Suite(.tags(.small)) struct JumpPlanTests {
    private func device(_ slug: String, _ last: Int, jump: String? = nil, _ more: [String: JSONValue] = [:]) -> Object {
        var monitoring = World.ssh
        monitoring["ssh_jump"] = jump.map { .string($0) }
        return World.device(slug, address: "127.0.10.\(last)", monitoring: monitoring.merging(more) { $1 })
    }

    private func plan(_ devices: Object...) throws -> ProbePlan {
        try ProbePlan(World.library(sshProbe), target: "name=a", in: World.context(devices))
    }

    @Test("a chain of jumps begins with the machine that is reached directly") func chain() throws {
        let plan = try plan(
            device("a", 1, jump: "device/b", ["ssh_legacy_algorithms": ["ssh-rsa"], "ssh_client": "openssh"]),
            device("b", 2, jump: "c", ["ssh_port": 2222, "ssh_user": "hop"]), device("c", 3))
        guard case .ssh(let target) = plan.pairs[0].access else { return #expect(Bool(false)) }
        #expect(target.jumps.map(\.subject) == ["device/c", "device/b"])
        #expect(target.jumps.map(\.endpoint.description) == ["127.0.10.3:22", "127.0.10.2:2222"])
        #expect(target.jumps.map(\.user) == ["probe", "hop"])
        #expect(target.jumps.allSatisfy { $0.jumps.isEmpty })
        #expect(target.legacyAlgorithms == ["ssh-rsa"])
        #expect(target.client == .openssh)
    }

    @Test("circles and broken links are refused with the machine named") func refusals() throws {
        func detail(_ devices: Object...) throws -> String {
            let error = try #require(throws: ProbePlanError.self) {
                try ProbePlan(World.library(sshProbe), target: "name=a", in: World.context(devices))
            }
            return error.skipped.first?.detail ?? ""
        }
        #expect(
            try detail(device("a", 1, jump: "b"), device("b", 2, jump: "a"))
                == "ssh_jump goes in a circle: device/a → device/b → device/a")
        #expect(try detail(device("a", 1, jump: "a")) == "ssh_jump goes in a circle: device/a → device/a")
        #expect(try detail(device("a", 1, jump: "zone/x")).contains("is no device or virtual machine"))
        #expect(
            try detail(device("a", 1, jump: "b"), World.device("b", monitoring: ["ssh_user": "u"]))
                .hasPrefix("ssh_jump device/b: neither ssh_key"))
    }
}

/// What a plan says of its log-ins.
@Suite(.tags(.small)) struct WeakAccessTests {
    @Test("weak log-ins are told once for each machine") func weak() throws {
        let v3: [String: JSONValue] = [
            "snmp_user": "u", "snmp_auth_secret": "secret://c", "snmp_priv_secret": "secret://k",
        ]
        let devices = [
            World.device("a", monitoring: World.snmp),
            World.device("b", monitoring: v3.merging(["snmp_auth": "md5", "snmp_priv": "des"]) { $1 }),
            World.device("c", monitoring: v3),
            World.device("d", monitoring: World.ssh.merging(["ssh_legacy_algorithms": ["ssh-rsa"]]) { $1 }),
            World.device("e", monitoring: ["snmp_user": "u"]),
        ]
        let plan = try ProbePlan(World.library(snmpProbe, sshProbe), in: World.context(devices))
        #expect(plan.weakAccess.map(\.target.key) == ["a", "b", "d", "e"])
        #expect(
            plan.weakAccess.map(\.reasons) == [
                ["SNMP community in the clear"], ["SNMP DES", "SNMP MD5"], ["SSH ssh-rsa"],
                ["SNMP without authentication"],
            ])
    }
}
