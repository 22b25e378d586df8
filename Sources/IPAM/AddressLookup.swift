public import Addressing
public import CMDB

/// What an inventory knows about one address in one routing table.
public struct AddressLookup: Sendable {
    /// The routing table; empty for the global one.
    public let vrf: String
    /// The networks around it, largest first.
    public let chain: [AddressSpace.Network]
    /// The ranges it lies in.
    public let ranges: [AddressSpace.Range]
    /// The records of exactly this address.
    public let hosts: [AddressSpace.Host]
    /// The interfaces and machines that carry it.
    public let carriers: [(interface: Object, machine: Object?)]
    /// Segments whose router it is.
    public let gatewayOf: [Object]
    /// The zones it belongs to: of its segment or prefix, and of its machines.
    public let zones: [Object]
    /// The VLAN of the innermost network that names one.
    public let vlan: Object?
    /// Whether it may be given to a host; nil where no network holds it.
    public let isFree: Bool?

    /// The innermost segment around it.
    public var segment: Object? { chain.last { $0.object.id.kind == .segment }?.object }
    /// Names it is recorded with, sorted.
    public var names: [String] { Set(hosts.compactMap(\.dnsName)).sorted() }
}

extension AddressBook {
    /// What is known about the address in every routing table that knows it; nothing where none does.
    public func lookUp(_ address: IPAddress, vrf: String? = nil) -> [AddressLookup] {
        let address = address.withoutZone
        return spaces.filter { vrf == nil || $0.vrf == vrf }.compactMap { lookUp(address, in: $0) }
    }

    private func lookUp(_ address: IPAddress, in space: AddressSpace) -> AddressLookup? {
        guard let single = try? Prefix(containing: address, length: address.isIPv6 ? 128 : 32) else { return nil }
        let chain = space.chain(of: address)
        let ranges = space.ranges(overlapping: single)
        let hosts = Array(space.hosts(in: single))
        if chain.isEmpty, ranges.isEmpty, hosts.isEmpty { return nil }
        let carriers: [(interface: Object, machine: Object?)] = hosts.compactMap { host in
            snapshot.target(of: "assigned_object", in: host.object).map {
                ($0, snapshot.target(of: "device", in: $0))
            }
        }
        var zones: [Object] = []
        func add(_ object: Object?) {
            guard let zone = object.flatMap({ snapshot.target(of: "zone", in: $0) }) else { return }
            if !zones.contains(where: { $0.id == zone.id }) { zones.append(zone) }
        }
        for network in chain.reversed() { add(network.object) }
        for carrier in carriers { add(carrier.machine) }
        let routed = chain.filter { $0.gateway == address }.map(\.object)
        return AddressLookup(
            vrf: space.vrf, chain: chain, ranges: ranges, hosts: hosts, carriers: carriers, gatewayOf: routed,
            zones: zones,
            vlan: chain.reversed().lazy.compactMap { snapshot.target(of: "vlan", in: $0.object) }.first,
            isFree: space.pool(single).map { !space.freeAddresses(of: $0).isEmpty })
    }
}
