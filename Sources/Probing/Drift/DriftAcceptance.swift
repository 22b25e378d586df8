import Addressing
public import CMDB
public import Evidence
import Notation

/// What would have to change in the inventory so that chosen differences are none any more.
///
/// Nothing is changed here: the answer is a proposal. What was not seen any more is taken off its machine, not
/// forgotten: an address stays as a record without interface. What takes a person to decide is refused with its reason.
public struct DriftAcceptance: Sendable {
    /// A difference for which nothing is proposed.
    public struct Refusal: Sendable, Equatable {
        /// What.
        public let difference: Difference
        /// Why not, and what to do.
        public let reason: String
    }

    /// In the order of applying: what others refer to first, then updates, then deletes.
    public let changes: [Change]
    /// By subject and field.
    public let refused: [Refusal]
    /// The facts behind each record that changes.
    public let grounds: [ObjectID: [Fact]]

    /// Works the proposal out.
    /// - Parameter facts: current facts of the machines that differ.
    public init(_ differences: [Difference], facts: [Fact], snapshot: Snapshot) {
        var work = AcceptanceWork(snapshot: snapshot, facts: facts)
        // Interfaces before the addresses that may be on them.
        let sorted = differences.sorted {
            ($0.subject, Self.rank($0), $0.field) < ($1.subject, Self.rank($1), $1.field)
        }
        var refused: [Refusal] = []
        for difference in sorted {
            do throws(AcceptanceWork.Unclear) {
                try work.accept(difference)
            } catch {
                refused.append(Refusal(difference: difference, reason: error.reason))
            }
        }
        self.refused = refused + work.left
        changes = work.changes
        let touched = Set(changes.map(\.id))
        grounds = work.grounds.filter { touched.contains($0.key) }
    }

    private static func rank(_ difference: Difference) -> Int {
        let order = ["device", "interface[", "address[", "cable["]
        return order.firstIndex { difference.field.hasPrefix($0) } ?? order.count
    }
}

/// The inventory as it would be, on top of the snapshot.
struct AcceptanceWork {
    /// Something that a person must decide.
    struct Unclear: Error { let reason: String }

    let snapshot: Snapshot
    let facts: [Fact]
    private(set) var now: [ObjectID: Object?] = [:]
    private(set) var grounds: [ObjectID: [Fact]] = [:]
    /// Parts of what is accepted that a person must see to.
    var left: [DriftAcceptance.Refusal] = []

    init(snapshot: Snapshot, facts: [Fact]) {
        self.snapshot = snapshot
        self.facts = facts
    }

    subscript(_ id: ObjectID) -> Object? { now[id] ?? snapshot[id] }

    var changes: [Change] {
        var creates: [Change] = []
        var updates: [Change] = []
        var deletes: [Change] = []
        for (id, object) in now.sorted(by: { $0.key < $1.key }) {
            switch (snapshot[id], object) {
            case (nil, let object?): creates.append(.create(object))
            case (let before?, let after?):
                if before.fields != after.fields { updates.append(.update(before: before, after: after)) }
            case (let before?, nil): deletes.append(.delete(before))
            case (nil, nil): break
            }
        }
        return creates + updates + deletes.reversed()
    }

    mutating func put(_ id: ObjectID, _ object: Object?, _ difference: Difference) {
        now.updateValue(object, forKey: id)
        guard let fact = facts.first(where: { $0.id == difference.factID }) else { return }
        if grounds[id]?.contains(fact) != true { grounds[id, default: []].append(fact) }
    }

    mutating func set(
        _ id: ObjectID, _ changes: [(String, JSONValue?)], _ difference: Difference
    ) throws(Unclear) {
        guard let object = self[id] else { throw Unclear(reason: "there is no \(id) in the inventory") }
        var fields = object.fields
        for (name, value) in changes { fields[name] = value }
        put(id, Object(id: id, fields: fields), difference)
    }

    // MARK: By field

    mutating func accept(_ difference: Difference) throws(Unclear) {
        switch difference.field {
        case "serial": try set(difference.subject, [("serial", difference.observed)], difference)
        case "sys_name": try set(difference.subject, [("name", difference.observed)], difference)
        case "platform.os_id", "platform.version": try platform(difference)
        case "device": try device(difference)
        case "device_type": try deviceType(difference)
        default:
            guard let open = difference.field.firstIndex(of: "["), let close = difference.field.lastIndex(of: "]")
            else {
                throw Unclear(reason: "nothing is known about how to write \(difference.field) down")
            }
            let name = String(difference.field[difference.field.index(after: open)..<close])
            let part = difference.field[difference.field.index(after: close)...].dropFirst()
            if difference.field.hasPrefix("cable[") {
                try cable(name, difference)
            } else if difference.field.hasPrefix("interface[") {
                try interface(name, String(part), difference)
            } else {
                try address(name, String(part), difference)
            }
        }
    }

    func fact(_ name: String, _ subject: ObjectID) -> Fact? {
        facts.filter { $0.subject == subject && $0.name == name }.max { $0.observedAt < $1.observedAt }
    }

    /// Platforms are shared: the machine gets another one, the platform stays.
    private mutating func platform(_ difference: Difference) throws(Unclear) {
        let machine = difference.subject
        guard let system = fact("os.id", machine)?.value.string else { throw Unclear(reason: "there is no fact os.id") }
        let version = fact("os.version_id", machine)?.value.string
        let fitting = snapshot.objects(.platform).filter { platform in
            guard platform.text("os_id") == system else { return false }
            guard let stated = platform.text("version") else { return true }
            return version.map { Drift.isVersion($0, within: stated) } ?? false
        }
        guard fitting.count == 1, let platform = fitting.first else {
            let what = [system, version].compactMap { $0 }.joined(separator: " ")
            throw Unclear(
                reason: fitting.isEmpty
                    ? "no platform has os_id and version of \(what): add one first"
                    : "\(fitting.count) platforms fit \(what): choose one in the inventory")
        }
        try set(machine, [("platform", .string(platform.id.key))], difference)
    }

    private mutating func interface(_ name: String, _ part: String, _ difference: Difference) throws(Unclear) {
        let id = ObjectID(.interface, "\(difference.subject.key):\(name)")
        if !part.isEmpty { return try set(id, [(part, difference.observed)], difference) }
        if difference.observed == .null {
            let users = snapshot.referrers(of: id).map(\.from.description)
            guard users.isEmpty else {
                throw Unclear(
                    reason: "it is still used by \(users.prefix(5).joined(separator: ", ")): move those first")
            }
            return put(id, nil, difference)
        }
        guard self[id] == nil else { return }
        let row = fact("snmp.interfaces", difference.subject)?.value.array?.first { $0["name"]?.string == name }
        var fields: [String: JSONValue] = [
            "device": .string(difference.subject.description), "name": .string(name), "enabled": true,
            "type": .string(row?["type_slug"]?.string.flatMap { Slug.isValid($0) ? $0 : nil } ?? "other"),
        ]
        if let up = row?["admin_up"]?.bool { fields["enabled"] = .bool(up) }
        if let mtu = row?["mtu"]?.int, (1...65_536).contains(mtu) { fields["mtu"] = .int(mtu) }
        if let mac = row?["mac"]?.string.flatMap({ try? MACAddress($0) }) { fields["mac_address"] = .string("\(mac)") }
        for inherited in ["sample"] { fields[inherited] = snapshot[difference.subject]?[inherited] }
        put(id, Object(id: id, fields: fields), difference)
    }

    // MARK: Addresses

    private mutating func address(_ host: String, _ part: String, _ difference: Difference) throws(Unclear) {
        let machine = difference.subject
        let own = snapshot.addresses(of: machine).first { Self.host($0) == host }
        switch part {
        case "interface":
            guard let own, let name = difference.observed.string else { throw Unclear(reason: "no such address") }
            let target = ObjectID(.interface, "\(machine.key):\(name)")
            guard self[target] != nil else {
                throw Unclear(reason: "\(target) is not in the inventory: accept that interface too")
            }
            guard !own.id.key.contains("@") else {
                throw Unclear(reason: "it is shared by several machines: move it by hand")
            }
            try set(own.id, [("assigned_object", .string(target.key))], difference)
        case "prefix_length":
            guard let own, let length = difference.observed.int else { throw Unclear(reason: "no such address") }
            try lengthen(own, host, Int(length), difference)
        case "":
            if difference.observed == .null {
                guard let own else { throw Unclear(reason: "no such address") }
                try set(own.id, [("assigned_object", nil), ("is_primary", nil), ("is_oob", nil)], difference)
                let fields = ["primary_ip4", "primary_ip6", "oob_ip"].filter { self[machine]?.text($0) == host }
                if !fields.isEmpty { try set(machine, fields.map { ($0, nil) }, difference) }
            } else {
                try add(host, difference)
            }
        default: throw Unclear(reason: "nothing is known about how to write \(difference.field) down")
        }
    }

    private static func host(_ address: Object) -> String? {
        address.text("address")?.split(separator: "/").first.map(String.init)
    }

    /// The mask is part of the key: one record goes, another comes.
    private mutating func lengthen(
        _ own: Object, _ host: String, _ length: Int, _ difference: Difference
    ) throws(Unclear) {
        let users = snapshot.referrers(of: own.id).map(\.from.description)
        guard users.isEmpty else {
            throw Unclear(
                reason: "\(own.id) is still used by \(users.prefix(5).joined(separator: ", ")): change it by hand")
        }
        let text = "\(host)/\(length)"
        let key = own.id.key.replacing(own.text("address") ?? "", with: text)
        var fields = own.fields
        fields["address"] = .string(text)
        put(own.id, nil, difference)
        put(ObjectID(.ipAddress, key), Object(id: ObjectID(.ipAddress, key), fields: fields), difference)
    }

    private mutating func add(_ host: String, _ difference: Difference) throws(Unclear) {
        let machine = difference.subject
        let rows = fact("snmp.addresses", machine)?.value.array ?? []
        guard
            let row = rows.first(where: {
                $0["address"]?.string.flatMap { try? IPAddress($0).withoutZone.description } == host
            })
        else { throw Unclear(reason: "the fact no longer has it") }
        guard let length = row["prefix_length"]?.int else {
            throw Unclear(reason: "the agent does not tell its prefix length: write it into the inventory by hand")
        }
        let interfaces = fact("snmp.interfaces", machine)?.value.array ?? []
        guard let index = row["if_index"]?.int,
            let name = interfaces.first(where: { $0["index"]?.int == index })?["name"]?.string
        else { throw Unclear(reason: "the agent does not tell which interface it is on") }
        let target = ObjectID(.interface, "\(machine.key):\(name)")
        guard let interface = self[target] else {
            throw Unclear(reason: "\(target) is not in the inventory: accept that interface too")
        }
        let vrfs = Set(snapshot.addresses(of: machine).map { $0.text("vrf") ?? "" })
        let vrf = interface.text("vrf") ?? (vrfs.count == 1 ? vrfs.first.flatMap { $0.isEmpty ? nil : $0 } : nil)
        let taken = snapshot.objects(.ipAddress).filter { Self.host($0) == host && $0.text("vrf") == vrf }
        if let other = taken.first {
            guard other.text("assigned_object") == nil, taken.count == 1 else {
                throw Unclear(
                    reason:
                        "\(other.id) is on \(other.text("assigned_object") ?? "another interface"): decide which is right"
                )
            }
            return try set(other.id, [("assigned_object", .string(target.key))], difference)
        }
        let text = "\(host)/\(length)"
        let id = ObjectID(.ipAddress, vrf.map { "\($0):\(text)" } ?? text)
        var fields: [String: JSONValue] = [
            "address": .string(text), "status": "active", "assigned_object": .string(target.key),
        ]
        fields["vrf"] = vrf.map { .string($0) }
        fields["sample"] = interface["sample"]
        put(id, Object(id: id, fields: fields), difference)
    }
}
