import CMDB
import Foundation
import Notation

/// A generated province: racks of 40 hosts under two 48-port switches, aggregation pairs, two cores with a line each;
/// clusters of four hosts, virtual machines, systems. Six hosts of ten hang on both switches of their rack.
struct GeneratedProvince {
    private(set) var objects: [Object] = []
    private(set) var switches: [ObjectID] = []
    /// The same for the peer: plain lists.
    private(set) var links: [[String]] = []
    private(set) var clusters: [String: [String]] = [:]
    private(set) var machines: [String: String] = [:]
    private(set) var systems: [String: [String]] = [:]

    init(devices: Int) {
        let racks = max(1, (devices - 26) / 42)
        let hosts = devices - 26 - racks * 2
        add(.site, "dc", ["name": "TTDL"])
        add(.provider, "vnpt", ["name": "VNPT"])
        for n in 0..<2 {
            device("core-\(n)", "core-switch", rack: nil)
            add(
                .circuit, "line-\(n)",
                ["provider": "vnpt", "type": "internet", "status": "active", "terminates_on": .string("core-\(n)")])
        }
        for n in 0..<24 {
            device("agg-\(n)", "aggregation-switch", rack: nil)
            for core in 0..<2 { link("agg-\(n)", "core-\(core)", "up\(core)", "agg-\(n)") }
        }
        for n in 0..<racks {
            for side in ["a", "b"] {
                add(.powerFeed, "r\(n)-\(side)", ["side": .string(side), "status": "active"])
            }
            add(.rack, "r\(n)", ["site": "dc", "power_feeds": [.string("r\(n)-a"), .string("r\(n)-b")]])
            for side in ["a", "b"] {
                device("acc-\(n)-\(side)", "access-switch", rack: n)
                for up in 0..<2 { link("acc-\(n)-\(side)", "agg-\(n % 12 * 2 + up)", "up\(up)", "acc-\(n)-\(side)") }
            }
        }
        for n in 0..<hosts {
            let rack = n % racks
            device("h-\(n)", "hypervisor", rack: rack)
            for port in ["eno1", "eno2", "eno3", "idrac"] {
                port == "idrac" ? oob("h-\(n)") : interface("h-\(n)", port)
            }
            link("h-\(n)", "acc-\(rack)-a", "eno1", "h-\(n)")
            if n % 10 < 6 { link("h-\(n)", "acc-\(rack)-b", "eno2", "h-\(n)") }
        }
        addBusiness(hosts: hosts, racks: racks)
    }

    /// Clusters of four: two in three stay inside a rack.
    private mutating func addBusiness(hosts: Int, racks: Int) {
        for n in 0..<(hosts / 4) {
            let members = (0..<4).map { n % 3 == 0 ? (n * 4 + $0) : (n % racks) + (n / racks * 4 + $0) * racks }
                .filter { $0 < hosts }.map { "h-\($0)" }
            add(.cluster, "c-\(n)", ["type": "kvm", "status": "active"])
            clusters["c-\(n)"] = members
            for host in members {
                add(
                    .dependency, "c-\(n)-\(host)",
                    [
                        "from": .string("cluster/c-\(n)"), "relation": "runs-on", "to": .string("device/\(host)"),
                        "redundancy_group": .string("c-\(n)"),
                    ])
            }
            for machine in 0..<2 {
                add(.virtualMachine, "v-\(n)-\(machine)", ["cluster": .string("c-\(n)"), "status": "active"])
                machines["v-\(n)-\(machine)"] = "c-\(n)"
            }
        }
        for n in 0..<(hosts / 8) {
            let parts = ["v-\(n * 2)-0", "v-\(n * 2 + 1)-1"].filter { machines[$0] != nil }
            add(
                .system, "s-\(n)",
                [
                    "security_level": .int(Int64(n % 5 + 1)), "status": "active",
                    "components": .array(parts.map { .string("virtual-machine/\($0)") }),
                ])
            systems["s-\(n)"] = parts
        }
    }

    private mutating func add(_ kind: Kind, _ key: String, _ fields: [String: JSONValue]) {
        objects.append(Object(id: ObjectID(kind, key), fields: fields))
    }

    private mutating func device(_ key: String, _ role: String, rack: Int?) {
        var fields: [String: JSONValue] = [
            "name": .string(key), "role": .string(role), "site": "dc", "status": "active",
        ]
        if let rack { fields["rack"] = .string("r\(rack)") }
        add(.device, key, fields)
        if role != "hypervisor" { switches.append(ObjectID(.device, key)) }
    }

    private mutating func interface(_ device: String, _ name: String) {
        add(
            .interface, "\(device):\(name)",
            ["device": .string("device/\(device)"), "name": .string(name), "type": "10gbase-x-sfpp"])
    }

    private mutating func oob(_ device: String) {
        add(
            .interface, "\(device):idrac",
            ["device": .string("device/\(device)"), "name": "idrac", "type": "1000base-t", "mgmt_only": true])
    }

    private mutating func link(_ a: String, _ b: String, _ portA: String, _ portB: String) {
        if !a.hasPrefix("h-") { interface(a, portA) }
        interface(b, portB)
        add(
            .cable, "\(a)-\(portA)-\(b)",
            [
                "a_terminations": [.string("interface/\(a):\(portA)")],
                "b_terminations": [.string("interface/\(b):\(portB)")], "status": "connected",
            ])
        links.append([a, b])
    }

    /// What the peer reads.
    func write(to file: URL) throws {
        let lists: JSONValue = .object([
            "links": .array(links.map { .array($0.map { .string($0) }) }),
            "switches": .array(switches.map { .string($0.key) }),
            "clusters": .object(clusters.mapValues { .array($0.map { .string($0) }) }),
            "machines": .object(machines.mapValues { .string($0) }),
            "systems": .object(systems.mapValues { .array($0.map { .string($0) }) }),
        ])
        try Data(lists.canonical.utf8).write(to: file)
    }
}
