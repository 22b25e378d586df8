import CMDB
import Compliance
import Evidence
import Notation
import Regulation

@testable import Reporting

/// A province in miniature: one system with hostile device texts, one in order, one without a level.
enum Sample {
    static let catalogue = Result { try Catalogue.tcvn11930() }
    static let hostile =
        "</td><script>alert(1)</script><img src=x onerror=\"alert('2')\">\"\u{301} onmouseover=alert(3)"
    static let now = Timestamp(day: "2026-11-21") ?? Timestamp(milliseconds: 0)

    static func object(_ kind: Kind, _ key: String, _ fields: [String: JSONValue]) -> Object {
        Object(id: ObjectID(kind, key), fields: ["name": .string(key)].merging(fields) { $1 })
    }

    static func assessment() throws -> Assessment {
        let machines: JSONValue = ["device/a-1", "device/sw-1"]
        let snapshot = Snapshot([
            object(.site, "main", [:]),
            object(.zone, "dmz", ["zone_type": "dmz", "site": "main"]),
            object(.device, "a-1", ["role": "server", "site": "main", "zone": "dmz"]),
            object(.device, "sw-1", ["role": "core-switch", "site": "main"]),
            object(
                .system, "cong",
                [
                    "name": "Cổng <dịch vụ> công & \"một cửa\"", "security_level": 3, "components": machines,
                    "site": "main", "zones": ["dmz"], "hosting": "own",
                ]),
            object(.system, "nho", ["name": "=HYPERLINK(\"http://x\")", "security_level": 1, "components": machines]),
            object(.system, "moi", ["name": "Hệ thống mới"]),
        ])
        func fact(_ subject: String, _ name: String, _ value: JSONValue) -> Fact {
            Fact(
                subject: ObjectID(.device, subject), name: name, value: value, observedAt: now + .seconds(-600),
                validFor: .seconds(86_400), source: "ssh-linux-baseline@127.0.10.1:12222")
        }
        let facts = [
            fact("a-1", "firewall.state", ["active": true, "kind": "nftables", "input_policy": "drop"]),
            fact("a-1", "ssh.sshd", ["port": "22", "permitemptypasswords": "no", "permitrootlogin": "no"]),
            fact("a-1", "accounts.empty_password", []),
            fact("sw-1", "snmp.system", ["sys_descr": .string(hostile)]),
            fact("a-1", "snmp.system", ["sys_descr": "\u{202E}evil\u{1B}[2J"]),
        ]
        return Assessor(catalogue: try catalogue.get()).assess(in: snapshot, facts: facts, at: now)
    }

    static func writer() throws -> ReportWriter { try ReportWriter(catalogue: try catalogue.get()) }
}
