import Addressing
import Notation

/// The rules about prefixes, segments and addresses, held in each VRF by itself.
struct AddressRules {
    let union: Union
    let report: Report

    /// One network of a VRF: a prefix object, or one of the two prefixes of a segment.
    struct Network {
        let prefix: Prefix
        let item: Union.Item
        let field: String
        /// May hold other networks.
        let isContainer: Bool
    }

    /// One address of a VRF.
    struct Host {
        let address: InterfaceAddress
        let item: Union.Item
        let vrf: String
        var role: String? { item.object.text("role") }
    }

    func check() {
        let tables = networks().mapValues(NetworkTable.init)
        let hosts = hosts()
        for (vrf, table) in tables.sorted(by: { $0.key < $1.key }) { checkOverlaps(table, vrf) }
        checkGateways()
        checkDuplicates(hosts)
        let isWhole = union.drafts.allSatisfy { $0.isSound || $0.id.kind != .prefix && $0.id.kind != .segment }
        if isWhole, !report.hasUnreadableFile {
            for host in hosts where host.item.isLoaded { checkHome(host, tables[host.vrf]) }
        }
        for host in hosts { checkSegment(host) }
        checkPrimaries(hosts)
    }

    private func networks() -> [String: [Network]] {
        var out: [String: [Network]] = [:]
        for item in union.items(.prefix) {
            guard let prefix = item.object.text("prefix").flatMap({ try? Prefix($0) }) else { continue }
            out[item.object.text("vrf") ?? "", default: []].append(
                Network(
                    prefix: prefix, item: item, field: "prefix",
                    isContainer: item.object.text("status") == "container"))
        }
        for item in union.items(.segment) {
            for field in ["ipv4_prefix", "ipv6_prefix"] {
                guard let prefix = item.object.text(field).flatMap({ try? Prefix($0) }) else { continue }
                out[item.object.text("vrf") ?? "", default: []].append(
                    Network(prefix: prefix, item: item, field: field, isContainer: false))
            }
        }
        return out
    }

    private func hosts() -> [Host] {
        union.items(.ipAddress).compactMap { item in
            guard let address = item.object.text("address").flatMap({ try? InterfaceAddress($0) }) else { return nil }
            return Host(address: address, item: item, vrf: item.object.text("vrf") ?? "")
        }
    }

    private func inVRF(_ vrf: String) -> String { vrf.isEmpty ? "the global VRF" : "VRF \(vrf)" }

    /// Only containers may hold other networks; no two are the same.
    private func checkOverlaps(_ table: NetworkTable, _ vrf: String) {
        for (i, inner) in table.networks.enumerated() {
            guard let o = table.owner[i] else { continue }
            let outer = table.networks[o]
            // The loaded one of the two is to blame; of two loaded ones the later.
            let innerIsLater = (inner.item.draft ?? -1) >= (outer.item.draft ?? -1)
            let (here, other) = innerIsLater ? (inner, outer) : (outer, inner)
            guard here.item.isLoaded else { continue }
            let relation =
                inner.prefix == outer.prefix ? "is the same as" : innerIsLater ? "lies inside" : "lies around"
            report.error(
                union.place(here.item, here.field), Subject(here.item.id),
                "\(here.field) \(here.prefix) \(relation) \(other.prefix) of \(other.item.id) "
                    + "(\(union.whereabouts(other.item))) in \(inVRF(vrf))",
                "change one of them, or give the outer prefix status: container")
        }
    }

    private func checkGateways() {
        for item in union.loadedItems(.segment) {
            for (field, networkField) in [("gateway4", "ipv4_prefix"), ("gateway6", "ipv6_prefix")] {
                guard let gateway = item.object.text(field).flatMap({ try? IPAddress($0) }) else { continue }
                // Routers announce themselves by their link-local address (RFC 4861 section 4.2).
                if ValueReader.isLinkLocal(gateway) { continue }
                guard let network = item.object.text(networkField).flatMap({ try? Prefix($0) }) else {
                    report.error(
                        union.place(item, field), Subject(item.id), "\(field) \(gateway) without \(networkField)",
                        "add \(networkField):")
                    continue
                }
                if !network.contains(gateway) {
                    report.error(
                        union.place(item, field), Subject(item.id),
                        "\(field) \(gateway) lies outside \(networkField) \(network)", "correct one of the two")
                }
            }
        }
    }

    /// One address, one owner in a VRF; shared roles excepted, and VRFs that say `enforce_unique: false`.
    private func checkDuplicates(_ hosts: [Host]) {
        struct Place: Hashable {
            let vrf: String
            let address: IPAddress
        }
        var seen: [Place: Host] = [:]
        seen.reserveCapacity(hosts.count)
        for host in hosts {
            let place = Place(vrf: host.vrf, address: host.address.address)
            guard let other = seen.updateValue(host, forKey: place) else { continue }
            seen[place] = other
            guard host.item.isLoaded else { continue }
            if host.role.map(NaturalKey.sharedRoles.contains) == true, other.role == host.role { continue }
            if !host.vrf.isEmpty, union[ObjectID(.vrf, host.vrf)]?.fields["enforce_unique"]?.bool == false { continue }
            report.error(
                union.place(host.item, "address"), Subject(host.item.id),
                "\(host.address.address) is also \(other.item.id) (\(union.whereabouts(other.item))) "
                    + "in \(inVRF(host.vrf))",
                "use another address, or give both one role such as vip or vrrp")
        }
    }

    /// An address lies in a known network and carries its mask.
    private func checkHome(_ host: Host, _ table: NetworkTable?) {
        // A VRF that does not exist has been reported already.
        if !host.vrf.isEmpty, union[ObjectID(.vrf, host.vrf)] == nil { return }
        guard let table, let found = table.home(of: host.address.address) else {
            report.error(
                union.place(host.item, "address"), Subject(host.item.id),
                "\(host.address) lies in no prefix or segment of \(inVRF(host.vrf))",
                "add the prefix or segment that holds it, or correct the address")
            return
        }
        let network = table.networks[found]
        if network.isContainer || network.prefix.length == host.address.length { return }
        if let role = host.role, role != "secondary" { return }
        report.warning(
            union.place(host.item, "address"), Subject(host.item.id),
            "mask /\(host.address.length) differs from \(network.prefix) of \(network.item.id) "
                + "(\(union.whereabouts(network.item)))",
            "write \(host.address.address)/\(network.prefix.length), or give the address a role")
    }

    /// The addresses of an interface lie in its segment, where the segment has a prefix of their family.
    private func checkSegment(_ host: Host) {
        guard let interface = union.target("assigned_object", .interface, of: host.item.object),
            let segment = union.target("segment", .segment, of: interface),
            let network = segment.text(host.address.isIPv6 ? "ipv6_prefix" : "ipv4_prefix")
                .flatMap({ try? Prefix($0) })
        else { return }
        if network.contains(host.address.address) { return }
        if let role = host.role, ["secondary", "anycast", "loopback"].contains(role) { return }
        let problem = "\(host.address) lies outside \(network) of segment \(segment.id.key), which interface "
        if host.item.isLoaded {
            report.error(
                union.place(host.item, "address"), Subject(host.item.id), problem + "\(interface.id.key) is in",
                "correct the address or the interface's segment")
        } else if let culprit = loadedItem(interface.id) ?? loadedItem(segment.id) {
            report.error(
                union.place(culprit, "segment"), Subject(culprit.id), problem + "\(interface.id.key) is in",
                "change the recorded address too, or keep the segment")
        }
    }

    private func loadedItem(_ id: ObjectID) -> Union.Item? {
        union.items(id.kind).first { $0.id == id && $0.isLoaded }
    }

    /// A machine's primary and out-of-band addresses are among those on its interfaces.
    private func checkPrimaries(_ hosts: [Host]) {
        var own: [String: Set<IPAddress>] = [:]
        for host in hosts {
            guard let interface = union.target("assigned_object", .interface, of: host.item.object),
                let machine = interface.text("device")
            else { continue }
            own[machine, default: []].insert(host.address.address)
        }
        for kind in [Kind.device, .virtualMachine] {
            for item in union.loadedItems(kind) {
                for field in ["primary_ip4", "primary_ip6", "oob_ip"] {
                    guard let text = item.object.text(field), let address = try? IPAddress(text) else { continue }
                    let mine = own[item.id.description] ?? []
                    if mine.contains(address) { continue }
                    let near = mine.filter { $0.isIPv6 == address.isIPv6 }.sorted().prefix(5)
                    report.error(
                        union.place(item, field), Subject(item.id), "\(field) \(address) is none of its addresses",
                        near.isEmpty
                            ? "add the address to one of its interfaces"
                            : "use one of \(near.map(\.description).joined(separator: ", "))")
                }
            }
        }
    }
}

/// The networks of one VRF in order, each with what lies around it.
struct NetworkTable {
    let networks: [AddressRules.Network]
    /// The nearest network around, by index.
    let parent: [Int?]
    /// The nearest network around that is no container, or the first of several equal ones: an overlap.
    let owner: [Int?]

    /// Sorts, then sweeps once with a stack of the networks that are open: O(n log n).
    init(_ unordered: [AddressRules.Network]) {
        networks = unordered.sorted { a, b in
            if a.prefix != b.prefix { return a.prefix < b.prefix }
            if a.isContainer != b.isContainer { return a.isContainer }
            return (a.item.draft ?? -1) < (b.item.draft ?? -1)
        }
        var parent: [Int?] = []
        var owner: [Int?] = []
        var open: [(index: Int, owner: Int?)] = []
        for (i, network) in networks.enumerated() {
            while let top = open.last, !networks[top.index].prefix.contains(network.prefix) { open.removeLast() }
            parent.append(open.last?.index)
            owner.append(open.last?.owner)
            open.append((i, network.isContainer ? open.last?.owner : i))
        }
        self.parent = parent
        self.owner = owner
    }

    /// The smallest network around `address`.
    func home(of address: IPAddress) -> Int? {
        var low = 0
        var high = networks.count
        while low < high {
            let middle = (low + high) / 2
            if networks[middle].prefix.address <= address { low = middle + 1 } else { high = middle }
        }
        // The last network that begins at or before the address holds it, or one around that network does.
        var next: Int? = low > 0 ? low - 1 : nil
        while let i = next {
            if networks[i].prefix.contains(address) { return i }
            next = parent[i]
        }
        return nil
    }
}
