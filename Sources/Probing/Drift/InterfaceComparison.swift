import Addressing
import CMDB
import Evidence
import Notation

/// Interfaces and addresses of one machine.
struct InterfaceComparison {
    let snapshot: Snapshot
    let options: Drift.Options
    let machine: Object

    private var stated: [Object] { snapshot.interfaces(of: machine.id) }

    func compareInterfaces(_ fact: Fact?, _ out: inout DriftComparison) {
        guard let fact, let rows = fact.value.array else {
            return out.leave("interfaces", "there is no fact snmp.interfaces")
        }
        if stated.isEmpty { return out.leave("interfaces", "the inventory states none") }
        var seen: [String: JSONValue] = [:]
        for row in rows {
            if let name = row["name"]?.string, seen[name] == nil { seen[name] = row }
        }
        let expected = Set(stated.compactMap { $0.text("name") })
        for interface in stated {
            guard let name = interface.text("name") else { continue }
            let place = "interface[\(name)]"
            guard let row = seen[name] else {
                out.hold(place, .string(name), .null, false, fact)
                continue
            }
            out.hold(place, .string(name), .string(name), true, fact)
            compare(interface, row, place, fact, &out)
        }
        for name in seen.keys.sorted() where !expected.contains(name) {
            if options.ignores(name) || seen[name]?["type"]?.int == Self.softwareLoopback { continue }
            out.hold("interface[\(name)]", .null, .string(name), false, fact)
        }
    }

    private func compare(
        _ interface: Object, _ row: JSONValue, _ place: String, _ fact: Fact, _ out: inout DriftComparison
    ) {
        if let expected = interface.int("mtu") {
            if let observed = row["mtu"]?.int {
                out.hold(
                    "\(place).mtu", .int(Int64(expected)), .int(observed), Int64(expected) == observed, fact)
            } else {
                out.leave("\(place).mtu", "the agent does not tell")
            }
        }
        if let expected = interface.text("mac_address") {
            if let observed = row["mac"]?.string {
                let same = (try? MACAddress(expected)) == (try? MACAddress(observed))
                out.hold("\(place).mac_address", .string(expected), .string(observed), same, fact)
            } else {
                out.leave("\(place).mac_address", "the agent does not tell")
            }
        }
        if let expected = interface["enabled"]?.bool {
            if let observed = row["admin_up"]?.bool {
                out.hold("\(place).enabled", .bool(expected), .bool(observed), expected == observed, fact)
            } else {
                out.leave("\(place).enabled", "the agent does not tell")
            }
        }
    }

    private struct Seen {
        let length: Int?
        let interface: String?
        let onLoopback: Bool
    }

    /// IANAifType-MIB.
    private static let softwareLoopback: Int64 = 24
    /// ipAddressType of IP-MIB (RFC 4293).
    private static let broadcast: Int64 = 3

    func compareAddresses(_ fact: Fact?, interfaces: Fact?, _ out: inout DriftComparison) {
        guard let fact, let rows = fact.value.array else {
            return out.leave("addresses", "there is no fact snmp.addresses")
        }
        let expected = snapshot.addresses(of: machine.id)
        if expected.isEmpty { return out.leave("addresses", "the inventory states none") }
        var names: [Int64: String] = [:]
        var loopbacks: Set<Int64> = []
        for row in interfaces?.value.array ?? [] {
            guard let index = row["index"]?.int else { continue }
            if let name = row["name"]?.string { names[index] = name }
            if row["type"]?.int == Self.softwareLoopback { loopbacks.insert(index) }
        }
        var seen: [IPAddress: Seen] = [:]
        for row in rows where row["type"]?.int != Self.broadcast {
            guard let text = row["address"]?.string, let address = try? IPAddress(text) else { continue }
            let index = row["if_index"]?.int
            seen[address.withoutZone] = Seen(
                length: row["prefix_length"]?.int.map(Int.init), interface: index.flatMap { names[$0] },
                onLoopback: index.map(loopbacks.contains) ?? false)
        }
        var known: Set<IPAddress> = []
        for object in expected {
            guard let text = object.text("address"), let stated = try? InterfaceAddress(text) else { continue }
            known.insert(stated.address.withoutZone)
            compare(object, stated, seen[stated.address.withoutZone], fact, &out)
        }
        for (address, row) in seen.sorted(by: { $0.key < $1.key }) where !known.contains(address) {
            // Addresses nobody writes down: loopback and what IPv6 gives every interface by itself.
            if address.isLoopback || Self.isLinkLocal(address) { continue }
            if row.onLoopback { continue }
            if let name = row.interface, options.ignores(name) { continue }
            out.hold("address[\(address)]", .null, .string(address.description), false, fact)
        }
    }

    private func compare(
        _ object: Object, _ stated: InterfaceAddress, _ row: Seen?, _ fact: Fact, _ out: inout DriftComparison
    ) {
        let place = "address[\(stated.address)]"
        // A machine owns all of 127.0.0.0/8 and lists one address of it.
        if stated.address.isLoopback {
            return out.leave(place, "agents do not tell loopback addresses apart")
        }
        guard let row else { return out.hold(place, .string(stated.description), .null, false, fact) }
        out.hold(place, .string(stated.description), .string(stated.description), true, fact)
        if let length = row.length {
            out.hold(
                "\(place).prefix_length", .int(Int64(stated.length)), .int(Int64(length)), stated.length == length,
                fact)
        }
        let interface = snapshot.target(of: "assigned_object", in: object)?.text("name")
        if let interface, let observed = row.interface {
            out.hold("\(place).interface", .string(interface), .string(observed), interface == observed, fact)
        }
    }

    /// 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291 section 2.5.6).
    static func isLinkLocal(_ address: IPAddress) -> Bool {
        let bytes = address.bytes
        return address.isIPv6 ? bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 : bytes[0] == 169 && bytes[1] == 254
    }
}
