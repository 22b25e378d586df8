import Addressing
public import CMDB
import Notation

/// Machines for Prometheus' file-based service discovery, and names for `/etc/hosts`.
public enum FileDiscovery {
    /// What was written, and who had no address.
    public struct Result: Hashable, Sendable {
        /// The file.
        public let text: String
        /// How many machines stand in it.
        public let written: Int
        /// Machines without an address to write, or without a name.
        public let skipped: [ObjectID]
    }

    /// The JSON list of target groups, one for each machine with a primary address.
    ///
    /// Labels have no `__meta_`: `name`, `kind`, `site`, `role`, `status`, `tenant`, `platform`, `zone`, `system` (several
    /// joined by `,`) and `level`, the highest of its systems. What is unknown is left out.
    /// - Parameter port: put behind each address; IPv6 addresses are then bracketed.
    public static func prometheus(_ machines: [Object], in snapshot: Snapshot, port: Int? = nil) -> Result {
        var groups: [JSONValue] = []
        var skipped: [ObjectID] = []
        for machine in machines.sorted(by: { $0.id < $1.id }) {
            let view = MachineView(machine, in: snapshot)
            guard let address = view.primary else {
                skipped.append(machine.id)
                continue
            }
            let host = port != nil && address.contains(":") ? "[\(address)]" : address
            groups.append(
                .object([
                    "targets": .array([.string(port.map { "\(host):\($0)" } ?? host)]), "labels": .object(labels(view)),
                ]))
        }
        return Result(text: JSONValue.array(groups).pretty + "\n", written: groups.count, skipped: skipped)
    }

    private static func labels(_ view: MachineView) -> [String: JSONValue] {
        let machine = view.object
        var out: [String: JSONValue] = ["name": .string(machine.id.key), "kind": .string(machine.id.kind.rawValue)]
        out["site"] = view.site.map { .string($0.id.key) }
        for name in ["role", "status", "tenant", "platform", "zone"] { out[name] = machine[name] }
        let systems = view.systems
        if !systems.isEmpty { out["system"] = .string(systems.map(\.id.key).joined(separator: ",")) }
        out["level"] = systems.compactMap { $0.int("security_level") }.max().map { .string(String($0)) }
        return out
    }

    /// Lines of `hosts(5)`: address, then names; IPv4 before IPv6.
    ///
    /// The name of an address is its `dns_name`; the primary addresses bear the machine's name too (its slug when the
    /// name is no host name). Names that RFC 952 and RFC 1123 do not allow are left out.
    public static func hosts(_ machines: [Object], in snapshot: Snapshot) -> Result {
        var lines: [(address: IPAddress, names: [String])] = []
        var skipped: [ObjectID] = []
        var written = 0
        for machine in machines.sorted(by: { $0.id < $1.id }) {
            let view = MachineView(machine, in: snapshot)
            let own = HostNames.canonical(machine.displayName) ?? HostNames.canonical(machine.id.key)
            let primary = [machine.text("primary_ip4"), machine.text("primary_ip6")]
            var found = false
            for (address, object) in view.addresses {
                let dns = object.text("dns_name").flatMap(HostNames.canonical)
                let names = [dns, primary.contains("\(address.address)") ? own : nil].compactMap { $0 }
                if names.isEmpty { continue }
                found = true
                lines.append((address.address, names))
            }
            if found { written += 1 } else { skipped.append(machine.id) }
        }
        return Result(text: table(lines), written: written, skipped: skipped)
    }

    private static func table(_ lines: [(address: IPAddress, names: [String])]) -> String {
        var byAddress: [IPAddress: [String]] = [:]
        for line in lines {
            for name in line.names where byAddress[line.address]?.contains(name) != true {
                byAddress[line.address, default: []].append(name)
            }
        }
        let sorted = byAddress.sorted { $0.key < $1.key }
        let width = sorted.map { "\($0.key)".utf8.count }.max() ?? 0
        return sorted.map { address, names in
            let text = "\(address)"
            return text + String(repeating: " ", count: width - text.utf8.count + 1) + names.joined(separator: " ")
                + "\n"
        }.joined()
    }
}
