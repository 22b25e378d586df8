import Addressing
import CMDB
import Evidence
import Notation

/// What machines hear from their neighbours (LLDP, CDP) against the cables of the inventory.
struct CableComparison {
    private let snapshot: Snapshot
    private let facts: [ObjectID: [String: Fact]]
    private var byName: [String: Set<ObjectID>] = [:]
    private var byMAC: [MACAddress: Set<ObjectID>] = [:]
    private var byAddress: [IPAddress: Set<ObjectID>] = [:]
    /// The recorded cable at an interface, and what is at its other end.
    private var recorded: [ObjectID: (cable: ObjectID, far: [ObjectID])] = [:]

    init(_ snapshot: Snapshot, _ facts: [ObjectID: [String: Fact]]) {
        self.snapshot = snapshot
        self.facts = facts
        for kind in [Kind.device, .virtualMachine] {
            for machine in snapshot.objects(kind) { index(machine) }
        }
        for (subject, known) in facts { index(subject, known) }
        for cable in snapshot.objects(.cable) {
            let (a, b) = (Snapshot.ids("a_terminations", in: cable), Snapshot.ids("b_terminations", in: cable))
            for end in a { recorded[end] = (cable.id, b) }
            for end in b { recorded[end] = (cable.id, a) }
        }
    }

    private static func label(_ name: String) -> String {
        name.split(separator: ".").first.map { $0.lowercased() } ?? ""
    }

    private mutating func index(_ machine: Object) {
        for name in Set([machine.id.key, machine.text("name") ?? ""].map(Self.label)) where !name.isEmpty {
            byName[name, default: []].insert(machine.id)
        }
        for interface in snapshot.interfaces(of: machine.id) {
            guard let mac = interface.text("mac_address").flatMap({ try? MACAddress($0) }) else { continue }
            byMAC[mac, default: []].insert(machine.id)
        }
        for address in snapshot.addresses(of: machine.id) {
            guard let text = address.text("address"), let stated = try? InterfaceAddress(text) else { continue }
            byAddress[stated.address.withoutZone, default: []].insert(machine.id)
        }
    }

    private mutating func index(_ subject: ObjectID, _ known: [String: Fact]) {
        if let name = known["snmp.system"]?.value["sys_name"]?.string {
            byName[Self.label(name), default: []].insert(subject)
        }
        for row in known["snmp.interfaces"]?.value.array ?? [] {
            guard let mac = row["mac"]?.string.flatMap({ try? MACAddress($0) }) else { continue }
            byMAC[mac, default: []].insert(subject)
        }
        for row in known["snmp.addresses"]?.value.array ?? [] {
            guard let address = row["address"]?.string.flatMap({ try? IPAddress($0) }), !address.isLoopback else {
                continue
            }
            byAddress[address.withoutZone, default: []].insert(subject)
        }
    }

    /// Each pair of ports once, on the machine that comes first; `scope` nil: all machines.
    func compare(_ scope: Set<ObjectID>?, _ out: inout DriftComparison) {
        var done: Set<[ObjectID]> = []
        for (subject, known) in facts.sorted(by: { $0.key < $1.key }) where scope?.contains(subject) ?? true {
            guard let fact = known["discovery.neighbours"] else { continue }
            out.subject = subject
            var byPort: [String: [JSONValue]] = [:]
            for row in fact.value.array ?? [] { byPort[row["local_interface"]?.string ?? "", default: []].append(row) }
            for (port, rows) in byPort.sorted(by: { $0.key < $1.key }) {
                compare(subject, port, rows, fact, &done, &out)
            }
        }
    }

    private func compare(
        _ subject: ObjectID, _ port: String, _ rows: [JSONValue], _ fact: Fact, _ done: inout Set<[ObjectID]>,
        _ out: inout DriftComparison
    ) {
        out.subject = subject
        let place = "cable[\(port)]"
        guard !port.isEmpty else { return out.leave(place, "the machine does not tell on which of its ports") }
        // The same neighbour over LLDP and CDP is one neighbour.
        let ends = Set(rows.compactMap(far))
        guard let end = ends.first, ends.count == 1 else {
            let name = rows.first.flatMap { $0["system_name"]?.string ?? $0["chassis_id"]?.string } ?? "?"
            return out.leave(
                place,
                ends.isEmpty
                    ? "the neighbour \(CleanText.line(name, limit: 80)) is no machine of the inventory, or its port is not known"
                    : "several machines are heard on this port: a switch without LLDP stands between")
        }
        let near = ObjectID(.interface, "\(subject.key):\(port)")
        guard done.insert([near, end].sorted()).inserted else { return }
        let expected: JSONValue
        if let there = recorded[near]?.far.first {
            expected = .string(there.description)
        } else if let other = recorded[end] {
            // Our port is free, the other one is not.
            expected = .string("\(other.cable)")
        } else {
            expected = .null
        }
        let matches = recorded[near]?.far.contains(end) ?? false
        out.hold(place, expected, .string(end.description), matches, fact)
    }

    /// The interface at the other end; nil when the machine or its port cannot be told for certain.
    private func far(_ row: JSONValue) -> ObjectID? {
        guard let machine = machine(row) else { return nil }
        let rows = facts[machine]?["snmp.interfaces"]?.value.array ?? []
        let stated = snapshot.interfaces(of: machine)
        let names = Set(rows.compactMap { $0["name"]?.string } + stated.compactMap { $0.text("name") }).sorted()
        func id(_ name: String) -> ObjectID { ObjectID(.interface, "\(machine.key):\(name)") }
        for text in [row["port_id"]?.string, row["port_description"]?.string].compactMap({ $0 }) where !text.isEmpty {
            let fitting = names.filter { PortName.same($0, text) }
            if fitting.count == 1 { return id(fitting[0]) }
            if let exact = fitting.first(where: { $0.lowercased() == text.lowercased() }) { return id(exact) }
            if let mac = try? MACAddress(text) {
                let row = rows.filter { $0["mac"]?.string.flatMap { try? MACAddress($0) } == mac }
                if row.count == 1, let name = row[0]["name"]?.string { return id(name) }
                let own = stated.filter { $0.text("mac_address").flatMap { try? MACAddress($0) } == mac }
                if own.count == 1, let name = own[0].text("name") { return id(name) }
            }
            let described = rows.filter { $0["description"]?.string == text || $0["alias"]?.string == text }
            if described.count == 1, let name = described[0]["name"]?.string { return id(name) }
        }
        return nil
    }

    private func machine(_ row: JSONValue) -> ObjectID? {
        func one(_ found: Set<ObjectID>?) -> ObjectID? { found?.count == 1 ? found?.first : nil }
        if let mac = row["chassis_id"]?.string.flatMap({ try? MACAddress($0) }), let found = one(byMAC[mac]) {
            return found
        }
        for text in row["management_addresses"]?.array ?? [] {
            if let address = text.string.flatMap({ try? IPAddress($0) }),
                let found = one(byAddress[address.withoutZone])
            {
                return found
            }
        }
        return row["system_name"]?.string.flatMap { one(byName[Self.label($0)]) }
    }
}

/// Names of ports as different protocols write them.
enum PortName {
    /// Short forms that are no beginnings of the long ones.
    private static let short = [
        "ge": "gigabitethernet", "fe": "fastethernet", "xge": "xgigabitethernet", "xe": "xgigabitethernet",
        "be": "bundle-ether", "po": "port-channel", "tw": "twogigabitethernet", "lag": "aggregatedethernet",
    ]

    /// Whether two texts name the same port: `Gi1/0/1` and `GigabitEthernet1/0/1`.
    static func same(_ a: String, _ b: String) -> Bool {
        if a.lowercased() == b.lowercased() { return true }
        let (x, y) = (split(a), split(b))
        guard x.number == y.number, !x.number.isEmpty, !x.word.isEmpty, !y.word.isEmpty else { return false }
        let (short, long) = x.word.count <= y.word.count ? (x.word, y.word) : (y.word, x.word)
        return long.hasPrefix(short) && short.count >= 2 || Self.short[short] == long
    }

    private static func split(_ name: String) -> (word: String, number: String) {
        let lower = name.lowercased().filter { $0 != " " }
        let word = lower.prefix { !$0.isNumber }
        return (String(word), String(lower.dropFirst(word.count)))
    }
}
