public import Addressing
public import CMDB

extension AddressSpace {
    /// The addresses inside `parent` that belong to a network, a range or an address record; what is lapsed does not
    /// count.
    ///
    /// The first network that equals `parent` is the parent itself; a second one (a segment in a container of the same
    /// size) takes all of it.
    public func taken(in parent: Prefix) -> AddressSet {
        var blocks: [AddressRange] = []
        var isFirst = true
        var i = networks(in: parent).lowerBound
        let end = networks(in: parent).upperBound
        while i < end {
            let network = networks[i]
            if network.prefix == parent, isFirst {
                isFirst = false
                i += 1
            } else if lapsed.contains(network.object.id) {
                i += 1
            } else {
                blocks.append(AddressRange(network.prefix))
                // What lies inside adds nothing.
                i = ends[i]
            }
        }
        for range in ranges(overlapping: parent) where !lapsed.contains(range.object.id) { blocks.append(range.range) }
        let taken = AddressSet(blocks)
        let alive = hosts(in: parent).filter { !lapsed.contains($0.object.id) }
        return alive.isEmpty ? taken : taken.union(AddressSet(alive.map(\.address.address.withoutZone)))
    }

    /// What is free inside `parent` for further networks.
    public func freeSpace(in parent: Prefix) -> FreeSpace { FreeSpace(parent: parent, taken: taken(in: parent)) }

    /// What single addresses are given out from: a network or a part of it, or a range.
    public struct Pool: Hashable, Sendable {
        /// The addresses in question.
        public let range: AddressRange
        /// The smallest network around them; its length is the mask of what is given out.
        public let home: Network
        /// The range record that was named, if one was: that it is reserved is no obstacle then.
        public let source: Range?
    }

    /// The pool of a block that a network holds; nil when none does.
    public func pool(_ prefix: Prefix) -> Pool? {
        guard let home = home(chain(of: prefix)) else { return nil }
        return Pool(range: AddressRange(prefix), home: home, source: nil)
    }

    /// The pool of a range that lies in one network; nil when none holds it.
    public func pool(_ range: Range) -> Pool? {
        guard let home = home(chain(of: range.range.first)), home.prefix.contains(range.range.last) else { return nil }
        return Pool(range: range.range, home: home, source: range)
    }

    private func home(_ chain: [Network]) -> Network? { chain.last { !lapsed.contains($0.object.id) } }

    /// The addresses of the pool that may be given to a host.
    ///
    /// Never among them: the first and last address of an IPv4 network (but of /31, /32 and pools, RFC 3021), the
    /// first of an IPv6 network (subnet-router anycast, RFC 4291 section 2.6.1; not of /127 and /128, RFC 6164),
    /// gateways, recorded addresses, networks inside, and ranges that are reserved, populated or marked full.
    public func freeAddresses(of pool: Pool) -> AddressSet {
        let network = pool.home.prefix
        var out: [AddressRange] = []
        let whole = AddressRange(network)
        let single = network.length >= (network.isIPv6 ? 127 : 31)
        if !single, network.isIPv6 || !pool.home.isPool {
            out += Self.one(whole.first)
            if !network.isIPv6 { out += Self.one(whole.last) }
        }
        for gateway in gateways where network.contains(gateway) { out += Self.one(gateway) }
        for host in hosts(in: network) where !lapsed.contains(host.object.id) {
            out += Self.one(host.address.address.withoutZone)
        }
        for range in ranges(overlapping: network) where !lapsed.contains(range.object.id) {
            let isNamed = range.object.id == pool.source?.object.id
            if range.isPopulated || range.status == "reserved" && !isNamed { out.append(range.range) }
        }
        for i in networks(in: network) where networks[i].prefix != network {
            if !lapsed.contains(networks[i].object.id) { out.append(AddressRange(networks[i].prefix)) }
        }
        return AddressSet(CollectionOfOne(pool.range)).subtracting(AddressSet(out))
    }

    private static func one(_ address: IPAddress) -> [AddressRange] {
        (try? AddressRange(first: address, last: address)).map { [$0] } ?? []
    }

    /// Lapsed records that lie in the way of giving out these addresses: to be removed with the same step.
    public func displaced(by range: AddressRange) -> [Object] {
        if lapsed.isEmpty { return [] }
        var found: [Object] = []
        for host in hosts(in: range) where lapsed.contains(host.object.id) { found.append(host.object) }
        for other in ranges where other.range.overlaps(range) && lapsed.contains(other.object.id) {
            found.append(other.object)
        }
        for network in networks where lapsed.contains(network.object.id) {
            // A single address may lie in a lapsed network only if that one goes, too.
            if AddressRange(network.prefix).overlaps(range) { found.append(network.object) }
        }
        return found.sorted { $0.id < $1.id }
    }
}

extension AddressSet {
    /// The lowest addresses of the set, at most `count`, IPv4 first.
    public func first(_ count: Int) -> [IPAddress] {
        var found: [IPAddress] = []
        for range in ranges {
            guard let block = try? Prefix(containing: range.first, length: 0) else { continue }
            let start = range.first.number
            let room = range.last.number - start
            for offset in 0..<UInt128(max(0, count - found.count)) where offset <= room {
                guard let address = try? block.address(at: start + offset) else { break }
                found.append(address)
            }
            if found.count >= count { break }
        }
        return found
    }
}
