import Addressing
import CMDB
import Notation

/// What other tools ask about a machine, looked up once.
struct MachineView {
    let object: Object
    let snapshot: Snapshot

    init(_ object: Object, in snapshot: Snapshot) {
        self.object = object
        self.snapshot = snapshot
    }

    var isVirtual: Bool { object.id.kind == .virtualMachine }
    /// The address to speak to: IPv6 first, as NetBox does by default, else IPv4.
    var primary: String? { object.text("primary_ip6") ?? object.text("primary_ip4") }
    /// The site of a virtual machine is that of its cluster when it has none of its own.
    var site: Object? {
        snapshot.target(of: "site", in: object)
            ?? snapshot.target(of: "cluster", in: object).flatMap { snapshot.target(of: "site", in: $0) }
    }
    var cluster: Object? { snapshot.target(of: "cluster", in: object) }
    var deviceType: Object? { snapshot.target(of: "device_type", in: object) }
    /// Addresses on its interfaces, by address.
    var addresses: [(address: InterfaceAddress, object: Object)] {
        snapshot.addresses(of: object.id)
            .compactMap { object in
                object.text("address").flatMap { try? InterfaceAddress($0) }.map { ($0, object) }
            }
            .sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }
    }
    /// The name of its primary address.
    var dnsName: String? {
        guard let primary else { return nil }
        return addresses.first { "\($0.address.address)" == primary }?.object.text("dns_name")
    }
    /// Its services, and those that the systems name as its parts.
    var services: [Object] { snapshot.referrers(of: object.id, kind: .service, field: "parent") }

    /// Systems it is a part of, directly, by a service or by its cluster.
    var systems: [Object] {
        var ids: Set<ObjectID> = []
        var out: [Object] = []
        func add(_ system: Object) { if ids.insert(system.id).inserted { out.append(system) } }
        snapshot.referrers(of: object.id, kind: .system, field: "components").forEach(add)
        for service in services {
            snapshot.target(of: "system", in: service).map(add)
            snapshot.referrers(of: service.id, kind: .system, field: "components").forEach(add)
        }
        if let cluster { snapshot.referrers(of: cluster.id, kind: .system, field: "components").forEach(add) }
        return out.sorted { $0.id < $1.id }
    }

    /// A record and those around it by `parent`, the innermost first; circles end.
    func ancestry(_ object: Object?) -> [Object] {
        var out: [Object] = []
        var next = object
        while let here = next, !out.contains(where: { $0.id == here.id }) {
            out.append(here)
            next = snapshot.target(of: "parent", in: here)
        }
        return out
    }
}
