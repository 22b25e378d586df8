public import Addressing
public import CMDB

/// The networks, ranges and addresses of one routing table, in order.
///
/// Look-ups are binary searches; what lies inside a network is a slice. Overlapping networks that are not nested do not
/// exist (two prefixes are disjoint or one holds the other), so the order of ``Addressing/Prefix`` is that of a walk
/// through their tree.
public struct AddressSpace: Sendable {
    /// A prefix record, or one of the two networks of a segment.
    public struct Network: Hashable, Sendable {
        /// Its addresses.
        public let prefix: Prefix
        /// The record.
        public let object: Object
        /// `prefix`, `ipv4_prefix` or `ipv6_prefix`.
        public let field: String
        /// The record's status, as NetBox names it.
        public var status: String { object.text("status") ?? "active" }
        /// Whether it only holds other networks.
        public var isContainer: Bool { field == "prefix" && object.text("status") == "container" }
        /// Whether its first and last IPv4 address may be given out.
        public var isPool: Bool { object.flag("is_pool") }
        /// The router's address of the segment; link-local ones are left out, they are not of the network.
        public var gateway: IPAddress? {
            guard field != "prefix" else { return nil }
            let name = prefix.isIPv6 ? "gateway6" : "gateway4"
            let address = object.text(name).flatMap { try? IPAddress($0) }
            return address.flatMap { $0.isLinkLocal ? nil : $0 }
        }
        /// What is said of it when its status is `reserved`.
        public var reservation: Reservation? { status == "reserved" ? Reservation(object) : nil }
    }

    /// A range record.
    public struct Range: Hashable, Sendable {
        /// Its addresses.
        public let range: AddressRange
        /// The record.
        public let object: Object
        /// The record's status.
        public var status: String { object.text("status") ?? "active" }
        /// What is said of it when its status is `reserved`.
        public var reservation: Reservation? { status == "reserved" ? Reservation(object) : nil }
        /// Whether no single address of it is given out: populated or counted as full by another system.
        public var isPopulated: Bool { object.flag("mark_populated") || object.flag("mark_utilized") }
    }

    /// An address record.
    public struct Host: Hashable, Sendable {
        /// With the mask as recorded.
        public let address: InterfaceAddress
        /// The record.
        public let object: Object
        /// The record's status.
        public var status: String { object.text("status") ?? "active" }
        /// NetBox's address role, such as `vip`.
        public var role: String? { object.text("role") }
        /// Whether several machines carry it on purpose.
        public var isShared: Bool { role.map(Self.sharedRoles.contains) ?? false }
        /// In lower case, without a final dot.
        public var dnsName: String? { object.text("dns_name").map(HostName.canonical) }
        /// What is said of it when its status is `reserved`.
        public var reservation: Reservation? { status == "reserved" ? Reservation(object) : nil }

        /// NetBox's roles that may repeat.
        static let sharedRoles: Set<String> = ["anycast", "vip", "vrrp", "hsrp", "glbp", "carp"]
    }

    /// The key of the VRF; empty for the global routing table.
    public let vrf: String
    /// In order; a network precedes what it holds, a container precedes an equal network that is none.
    public let networks: [Network]
    /// By first address.
    public let ranges: [Range]
    /// By address.
    public let hosts: [Host]
    /// The nearest network around each network, by index; -1 for none.
    let parents: [Int]
    /// Behind the last network inside each network.
    let ends: [Int]
    /// Routers' addresses.
    let gateways: [IPAddress]
    /// Records whose reservation is over and on which nothing rests: their space is free again.
    public private(set) var lapsed: Set<ObjectID>

    init(vrf: String, _ draft: SpaceDraft, snapshot: Snapshot, today: String, kept: Set<ObjectID>) {
        self.vrf = vrf
        let order = draft.networks.indices.map { (prefix: draft.networks[$0].prefix, index: $0) }
            .sorted { a, b in
                if a.prefix != b.prefix { return a.prefix < b.prefix }
                let (left, right) = (draft.networks[a.index], draft.networks[b.index])
                if left.isContainer != right.isContainer { return left.isContainer }
                return left.object.id < right.object.id
            }
        let networks = order.map { draft.networks[$0.index] }
        var parents = [Int](repeating: -1, count: networks.count)
        var ends = [Int](repeating: networks.count, count: networks.count)
        var open: [Int] = []
        for i in networks.indices {
            while let top = open.last, !networks[top].prefix.contains(networks[i].prefix) {
                ends[top] = i
                open.removeLast()
            }
            parents[i] = open.last ?? -1
            open.append(i)
        }
        self.networks = networks
        self.parents = parents
        self.ends = ends
        ranges = draft.ranges.sorted { a, b in a.range != b.range ? a.range < b.range : a.object.id < b.object.id }
        hosts = draft.hosts.sorted { a, b in
            a.address != b.address ? a.address < b.address : a.object.id < b.object.id
        }
        gateways = networks.compactMap { $0.object.id.kind == .segment ? $0.gateway : nil }.sorted()
        lapsed = []
        lapsed = lapsedRecords(snapshot, today, kept)
    }

    /// The networks that hold the address, largest first.
    public func chain(of address: IPAddress) -> [Network] {
        let behind = Self.partition(networks.count) { networks[$0].prefix.first <= address }
        var next = behind - 1
        while next >= 0, !networks[next].prefix.contains(address) { next = parents[next] }
        return climb(from: next)
    }

    /// The networks that hold the whole block or equal it, largest first.
    public func chain(of prefix: Prefix) -> [Network] {
        let behind = Self.partition(networks.count) { networks[$0].prefix <= prefix }
        var next = behind - 1
        while next >= 0, !networks[next].prefix.contains(prefix) { next = parents[next] }
        return climb(from: next)
    }

    private func climb(from index: Int) -> [Network] {
        var found: [Network] = []
        var next = index
        while next >= 0 {
            found.append(networks[next])
            next = parents[next]
        }
        return found.reversed()
    }

    /// How many networks lie around the network at `index` of ``networks``.
    public func depth(_ index: Int) -> Int {
        var depth = 0
        var next = parents[index]
        while next >= 0 {
            depth += 1
            next = parents[next]
        }
        return depth
    }

    /// The indices in ``networks`` of those inside the block or equal to it.
    public func networks(in prefix: Prefix) -> Swift.Range<Int> {
        let start = Self.partition(networks.count) { networks[$0].prefix < prefix }
        let last = prefix.last
        let end = Self.partition(networks.count) { networks[$0].prefix.first <= last }
        return start..<max(start, end)
    }

    /// The address records inside the block.
    public func hosts(in prefix: Prefix) -> ArraySlice<Host> { hosts(in: AddressRange(prefix)) }

    /// The address records inside the range.
    public func hosts(in range: AddressRange) -> ArraySlice<Host> {
        let (first, last) = (range.first, range.last)
        let start = Self.partition(hosts.count) { hosts[$0].address.address.withoutZone < first }
        let end = Self.partition(hosts.count) { hosts[$0].address.address.withoutZone <= last }
        return hosts[start..<max(start, end)]
    }

    /// The ranges that share an address with the block.
    public func ranges(overlapping prefix: Prefix) -> [Range] {
        if ranges.isEmpty { return [] }
        let block = AddressRange(prefix)
        return ranges.filter { $0.range.overlaps(block) }
    }

    /// The index of the first of `count` places where `isBefore` no longer holds.
    static func partition(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func lapsedRecords(_ snapshot: Snapshot, _ today: String, _ kept: Set<ObjectID>) -> Set<ObjectID> {
        var found: Set<ObjectID> = []
        func isOver(_ object: Object) -> Bool {
            object.text("status") == "reserved" && (object.text("reserved_until").map { $0 < today } ?? false)
                && !kept.contains(object.id)
        }
        for host in hosts
        where isOver(host.object) && host.object.text("assigned_object") == nil
            && snapshot.referrers(of: host.object.id).isEmpty
        {
            found.insert(host.object.id)
        }
        for range in ranges where isOver(range.object) && snapshot.referrers(of: range.object.id).isEmpty {
            let isUsed = hosts(in: range.range).contains { !found.contains($0.object.id) }
            if !isUsed { found.insert(range.object.id) }
        }
        // From the inside out: a block is free only when all inside it is.
        for i in networks.indices.reversed() where networks[i].field == "prefix" && isOver(networks[i].object) {
            let (network, id) = (networks[i], networks[i].object.id)
            let isUsed =
                !snapshot.referrers(of: id).isEmpty
                || networks[(i + 1)..<ends[i]].contains { !found.contains($0.object.id) }
                || hosts(in: network.prefix).contains { !found.contains($0.object.id) }
                || ranges(overlapping: network.prefix).contains { !found.contains($0.object.id) }
            if !isUsed { found.insert(id) }
        }
        return found
    }
}

extension IPAddress {
    /// The address as a number in the low 32 or 128 bits.
    var number: UInt128 {
        switch self {
        case .v4(let address): UInt128(address.rawValue)
        case .v6(let address): address.rawValue
        }
    }
}
