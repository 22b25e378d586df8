import Addressing
import CMDB

/// How full a network is, counted as NetBox counts.
///
/// A container is as full as the networks inside it, any other network as full as its address records and the ranges
/// that are populated or marked as full. Nothing is counted twice. `mark_utilized` means full.
public struct Utilisation: Hashable, Sendable {
    /// Whose it is.
    public let network: AddressSpace.Network
    /// The network's routing table; empty for the global one.
    public let vrf: String
    /// How many networks lie around it.
    public let depth: Int
    /// Networks inside it.
    public let networks: Int
    /// Address records inside it.
    public let addresses: Int
    /// Addresses in use.
    public let used: UInt128
    /// Addresses that can be used: without network and broadcast address in IPv4 networks that are no pool and shorter
    /// than /31. Of `::/0` one less than there are, because 2^128 needs 129 bits.
    public let size: UInt128

    /// Hundredths of `size` in use, 0 to 100.
    public var percent: Double { size == 0 ? 0 : min(100, Double(used) / Double(size) * 100) }
}

extension AddressSpace {
    /// How full the network at `index` of ``networks`` is.
    public func utilisation(_ index: Int) -> Utilisation {
        let network = networks[index]
        let inside = hosts(in: network.prefix)
        var size = network.prefix.addressCount ?? .max
        if !network.isContainer, !network.prefix.isIPv6, network.prefix.length < 31, !network.isPool { size -= 2 }
        let used =
            network.object.flag("mark_utilized")
            ? size : min(size, network.isContainer ? childAddresses(index) : hostAddresses(network, inside))
        return Utilisation(
            network: network, vrf: vrf, depth: depth(index), networks: ends[index] - index - 1,
            addresses: inside.count, used: used, size: size)
    }

    /// How full the networks of this space are, in order.
    public func utilisations() -> [Utilisation] { networks.indices.map(utilisation) }

    private func childAddresses(_ index: Int) -> UInt128 {
        var sum: UInt128 = 0
        var child = index + 1
        while child < ends[index] {
            // Siblings are disjoint, and what lies inside one is counted with it.
            sum += networks[child].prefix.addressCount ?? .max
            child = ends[child]
        }
        return sum
    }

    private func hostAddresses(_ network: Network, _ inside: ArraySlice<Host>) -> UInt128 {
        let full = ranges(overlapping: network.prefix).filter(\.isPopulated).map(\.range)
        if full.isEmpty {
            var count: UInt128 = 0
            var previous: IPAddress?
            for host in inside where host.address.address.withoutZone != previous {
                count += 1
                previous = host.address.address.withoutZone
            }
            return count
        }
        let set = AddressSet(full).union(AddressSet(inside.map(\.address.address)))
        return set.intersection(AddressSet(CollectionOfOne(network.prefix))).addressCount ?? .max
    }
}
