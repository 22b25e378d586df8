import CMDB
import Evidence
import Notation
import Regulation

@testable import Compliance

/// Reading the catalogue once is enough for all tests.
private let shared = Result { try Catalogue.tcvn11930() }

/// A small inventory with facts, built to be bent.
struct World {
    var objects: [ObjectID: [String: JSONValue]] = [:]
    var facts: [Fact] = []

    static func assessor() throws -> Assessor { Assessor(catalogue: try shared.get()) }

    static let now = Timestamp(day: "2026-11-21") ?? Timestamp(milliseconds: 0)
    static let system = ObjectID(.system, "s")
    static let servers = [ObjectID(.virtualMachine, "web-1"), ObjectID(.virtualMachine, "db-1")]
    static let switches = [ObjectID(.device, "sw-1"), ObjectID(.device, "sw-2")]
    static let collectors = [ObjectID(.device, "tool-1"), ObjectID(.device, "tool-2")]

    mutating func put(_ kind: Kind, _ key: String, _ fields: [String: JSONValue]) {
        objects[ObjectID(kind, key), default: ["name": .string(key)]].merge(fields) { $1 }
    }

    mutating func drop(_ kind: Kind, _ key: String, _ field: String) { objects[ObjectID(kind, key)]?[field] = nil }

    /// Replaces what is known by that name (and port) about `subject`.
    mutating func see(
        _ subject: ObjectID, _ name: String, _ value: JSONValue, ageHours: Int64 = 1, validHours: Int64 = 24
    ) {
        let several = FactIndex.perPort.contains(name)
        facts.removeAll {
            $0.subject == subject && $0.name == name && (!several || $0.value["port"] == value["port"])
        }
        facts.append(
            Fact(
                subject: subject, name: name, value: value, observedAt: Self.now + .seconds(-3600 * ageHours),
                validFor: .seconds(3600 * validHours), source: "test@127.0.0.1"))
    }

    var snapshot: Snapshot { Snapshot(objects.map { Object(id: $0.key, fields: $0.value) }) }

    static let goodFacts: [(String, JSONValue)] = [
        ("accounts.empty_password", []),
        (
            "accounts.login",
            [
                ["name": "root", "uid": 0, "locked": true, "max_days": 99999, "last_login": 1_700_000_000],
                ["name": "van", "uid": 1000, "locked": false, "max_days": 60, "last_login": 1_795_000_000],
            ]
        ),
        (
            "password.policy",
            [
                "pass_max_days": 90, "pass_min_days": 1, "pass_warn_age": 7, "minlen": 12, "minclass": 3,
                "faillock_deny": 5, "faillock_unlock_time": 900, "faillock_fail_interval": 900,
            ]
        ),
        (
            "ssh.sshd",
            [
                "permitemptypasswords": "no", "permitrootlogin": "no", "port": "12222", "loglevel": "VERBOSE",
                "allowusers": "van@10.20.250.0/24", "authenticationmethods": "publickey,keyboard-interactive",
                "channeltimeout": "none",
            ]
        ),
        ("shell.tmout", 900),
        (
            "sockets.listening",
            [
                ["proto": "tcp", "address": "0.0.0.0", "port": 12222, "process": "sshd"],
                ["proto": "tcp", "address": "127.0.0.1", "port": 23, "process": "x"],
                ["proto": "tcp", "address": "[::]", "port": 443, "process": "nginx"],
            ]
        ),
        ("firewall.state", ["active": true, "kind": "nftables", "input_policy": "drop"]),
        ("updates.pending", ["total": 3, "security": 0]),
        ("malware.agent", ["name": "clamav", "active": true, "signature_age_h": 5]),
        ("time.sync", ["synchronized": true, "source": "10.20.250.5", "offset_s": 0.002, "service": "chronyd"]),
        ("log.audit", ["auditd_active": true, "rules": 40]),
        ("log.disk", ["used_percent": 41]),
        (
            "log.retention",
            [
                "journald_storage": "persistent", "logrotate_days": 400, "oldest_days": 390, "rsyslog_active": true,
                "remote_targets": ["10.20.250.9:6514"],
            ]
        ),
        ("os.version_id", "12"),
        ("snmp.version_used", "v3"),
        ("snmp.system", ["sys_descr": "Linux"]),
        ("tcp.port", ["port": 23, "open": false]),
        ("tcp.port", ["port": 80, "open": false]),
    ]

    static let goodTLS: JSONValue = [
        "port": 443, "accepted": ["TLSv1.2", "TLSv1.3"], "refused": ["TLSv1.0", "TLSv1.1"], "days_left": 200,
        "self_signed": false,
    ]

    static let zoneTypes = [
        "internal", "perimeter", "dmz", "internal_server", "wireless", "db", "management", "device_mgmt",
    ]

    /// Everything in order for a system of `level`; every rule passes.
    static func good(level: Int64 = 5) -> World {
        var world = World()
        world.put(.site, "main", ["latitude": 21.85, "longitude": 106.76])
        world.put(.site, "far", ["latitude": 21.03, "longitude": 105.85, "status": "active"])
        for line in 1...2 {
            world.put(.circuit, "i\(line)", ["type": "internet", "site": "main", "provider": .string("isp\(line)")])
            world.put(.circuit, "d\(line)", ["type": "dark-fiber", "site": "main", "far_site": "far", "provider": "x"])
        }
        for (index, type) in zoneTypes.enumerated() {
            world.put(
                .zone, type,
                [
                    "zone_type": .string(type), "site": "main", "default_policy": "deny",
                    "guarded_by": ["fw-1", "fw-2"],
                ])
            world.put(.vlan, "v\(index)", ["zone": .string(type), "vid": .int(Int64(100 + index))])
            world.put(
                .segment, "seg-\(type)", ["zone": .string(type), "site": "main", "vlan": .string("v\(index)")])
        }
        world.put(.segment, "seg-wireless", ["purpose": "wireless"])
        let tools: JSONValue = ["siem", "nips", "nac", "dlp", "pam", "anti-malware", "waf", "log-collector"]
        for n in 1...2 {
            world.put(
                .device, "fw-\(n)",
                [
                    "role": "firewall", "site": "main", "ha_group": "fw",
                    "capabilities": ["firewall", "ips", "vpn", "anti-malware-gateway", "anti-ddos"],
                ])
            world.put(
                .device, "tool-\(n)", ["role": "log-server", "site": "main", "ha_group": "t", "capabilities": tools])
            world.put(.device, "san-\(n)", ["role": "storage", "site": "main", "ha_group": "san"])
            world.put(
                .device, "sw-\(n)",
                ["role": "core-switch", "site": "main", "ha_group": "sw", "monitoring": ["snmp_version": "v3"]])
            world.put(.interface, "sw-\(n):m", ["device": .string("device/sw-\(n)"), "segment": "seg-management"])
        }
        world.put(.device, "bk-1", ["role": "backup-server", "site": "far", "capabilities": ["backup"]])
        world.put(.cluster, "c1", ["type": "kvm", "site": "main"])
        for (name, zone) in [("web-1", "dmz"), ("db-1", "db")] {
            world.put(
                .virtualMachine, name,
                [
                    "cluster": "c1", "zone": .string(zone), "in_service_at": "2024-01-01",
                    "monitoring": ["ssh_port": 12222],
                ])
            world.put(
                .interface, "\(name):e",
                ["device": .string("virtual-machine/\(name)"), "segment": .string("seg-\(zone)")])
        }
        world.addServices()
        world.addPapers(level)
        for host in servers + switches + collectors {
            for (name, value) in goodFacts { world.see(host, name, value) }
        }
        world.see(servers[0], "tls.endpoint", goodTLS)
        for kind in ["config", "os_image", "database", "business_data", "important"] {
            world.see(system, "backup.last_success.\(kind)", ["snapshot": "ab12"], validHours: 92 * 24)
        }
        return world
    }

    private mutating func addServices() {
        put(
            .service, "web",
            [
                "parent": "virtual-machine/web-1", "ports": [443], "exposure": "internet", "system": "s",
                "waf": "device/tool-1", "url": "https://example.vn/",
            ])
        put(
            .service, "sql",
            ["parent": "virtual-machine/db-1", "ports": [5432, 443], "exposure": "internal", "system": "s"])
        see(Self.servers[1], "tls.endpoint", Self.goodTLS)
        put(.dependency, "b", ["from": "system/s", "relation": "backed-up-by", "to": "device/bk-1"])
        put(.tenant, "so", [:])
        put(.contact, "lien-lac", ["role": "authority_liaison", "tenant": "so", "verified": "2026-06-01"])
        put(.contact, "su-co", ["role": "incident_coordination", "tenant": "so", "phone": "+84 1"])
    }

    private mutating func addPapers(_ level: Int64) {
        put(
            .document, "policy",
            [
                "doc_type": "security_policy", "issued": "2024-02-01", "last_review": "2026-05-01",
                "sections": [
                    "objectives", "responsibilities", "scope", "network", "server_app", "data", "endpoint", "malware",
                    "monitoring", "vulnerability", "incident", "end_user",
                ],
            ])
        put(
            .document, "training",
            [
                "doc_type": "training_record", "issued": "2026-03-01",
                "sections": ["awareness", "technical", "manager", "user"],
            ])
        put(.document, "report", ["doc_type": "report", "issued": "2024-05-01", "sections": ["acceptance"]])
        for (slug, type) in [("dossier", "level_dossier"), ("diagram", "network_diagram"), ("plan", "address_plan")] {
            put(.document, slug, ["doc_type": .string(type)])
        }
        put(
            .system, "s",
            [
                "name": "Cổng dịch vụ công", "security_level": .int(level), "owner": "so", "operator": "so",
                "security_unit": "so", "role": "citizen_facing", "info": "state_secret", "users": 20_000,
                "scope": "province", "site": "main", "standby_site": "far", "hosting": "rented",
                "go_live": "2024-06-01", "level_status": "approved", "decision_number": "1/QĐ",
                "decision_date": "2024-04-01", "zones": ["dmz", "db"],
                "data_kinds": ["important", "config", "os_image", "database", "business_data"],
                "components": [
                    "virtual-machine/web-1", "virtual-machine/db-1", "device/sw-1", "device/sw-2", "service/web",
                ],
                "documents": ["policy", "training", "report", "dossier", "diagram", "plan"],
            ])
    }

    static let badFacts: [(String, JSONValue)] = [
        ("accounts.empty_password", ["guest"]),
        (
            "accounts.login",
            [["name": "root", "locked": false, "max_days": 99999, "last_login": 1_600_000_000]]
        ),
        ("password.policy", ["pass_max_days": 99999, "faillock_deny": 0, "minlen": 6]),
        (
            "ssh.sshd",
            [
                "permitemptypasswords": "yes", "permitrootlogin": "yes", "port": "22", "loglevel": "QUIET",
                "authenticationmethods": "any",
            ]
        ),
        ("shell.tmout", 0),
        ("sockets.listening", [["proto": "tcp", "address": "*", "port": 23, "process": "telnetd"]]),
        ("firewall.state", ["active": false, "kind": "none", "input_policy": "accept"]),
        ("updates.pending", ["total": 30, "security": 9]),
        ("malware.agent", ["name": "clamav", "active": false]),
        ("time.sync", ["synchronized": false, "source": ""]),
        ("log.audit", ["auditd_active": false, "rules": 0]),
        ("log.disk", ["used_percent": 93.5]),
        (
            "log.retention",
            ["journald_storage": "volatile", "logrotate_days": 7, "rsyslog_active": false, "remote_targets": []]
        ),
        ("snmp.version_used", "v2c"),
        ("snmp.system", ["sys_descr": ""]),
    ]

    /// Nothing is in order; with the worlds `bent` makes of it, every rule fails in one of them.
    static func bad(level: Int64 = 5) -> World {
        var world = good(level: level)
        world.facts = []
        for host in servers + switches + collectors { for (name, value) in badFacts { world.see(host, name, value) } }
        world.see(servers[0], "tls.endpoint", ["port": 443, "accepted": ["TLSv1.0", "TLSv1.2"], "days_left": -3])
        for type in zoneTypes where type != "wireless" {
            world.objects[ObjectID(.zone, type)] = nil
            world.drop(.segment, "seg-\(type)", "zone")
        }
        world.put(.zone, "wireless", ["default_policy": "allow"])
        for name in ["fw-2", "tool-2", "san-2", "sw-2"] { world.objects[ObjectID(.device, name)] = nil }
        world.put(.device, "fw-1", ["capabilities": ["firewall"]])
        world.put(.device, "tool-1", ["capabilities": ["log-collector"]])
        for name in ["web-1", "db-1"] { world.drop(.virtualMachine, name, "monitoring") }
        world.objects[ObjectID(.circuit, "i2")] = nil
        world.objects[ObjectID(.circuit, "d2")] = nil
        world.put(.site, "far", ["latitude": 21.86])
        world.put(.site, "far", ["longitude": 106.77])
        world.drop(.service, "web", "waf")
        world.put(.service, "web", ["url": "http://example.vn/"])
        world.put(.dependency, "b", ["to": "virtual-machine/db-1"])
        world.put(.contact, "lien-lac", ["verified": "2024-01-01"])
        world.drop(.contact, "su-co", "phone")
        world.put(.document, "policy", ["sections": ["history"], "last_review": "2024-02-01", "issued": "2024-05-05"])
        world.put(.document, "training", ["issued": "2023-01-01"])
        world.put(.document, "report", ["issued": "2025-01-01"])
        world.put(
            .system, "s",
            ["level_status": "draft", "data_kinds": ["config"], "documents": ["policy", "training", "report"]])
        world.drop(.system, "s", "scope")
        world.put(
            .system, "other",
            ["security_level": 1, "components": ["virtual-machine/web-1", "virtual-machine/db-1"]])
        return world
    }

    /// Worlds that are bad in ways that do not fit into one.
    static func bent() -> [World] {
        var wireless = good()
        wireless.put(.segment, "seg-wireless", ["zone": "internal"])
        wireless.put(.virtualMachine, "web-1", ["zone": "internal"])
        wireless.put(.virtualMachine, "db-1", ["zone": "internal"])
        wireless.objects[ObjectID(.circuit, "d2")] = nil
        return [bad(), bad(level: 3), wireless]
    }
}
