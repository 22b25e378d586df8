import Addressing
import CMDB
import Notation

/// Looks for doubled and contradictory addresses and names in a whole inventory.
public struct AddressChecks {
    let book: AddressBook
    let domains: [String]
    var findings: [AddressFinding] = []
    var looked: [AddressFinding.Check: Int] = [:]

    /// Runs every check.
    /// - Parameter domains: the domains that are ours; without any the check `foreign-name` does not run.
    public static func run(_ book: AddressBook, domains: [String] = []) -> AddressReport {
        var checks = AddressChecks(book: book, domains: domains)
        for space in book.spaces {
            checks.checkAddresses(space)
            checks.checkNetworks(space)
            checks.checkRanges(space)
            checks.checkHomes(space)
            checks.checkNames(space)
        }
        checks.checkAcrossVRFs()
        checks.checkMachines()
        checks.checkReservations()
        return AddressReport(findings: checks.findings.sorted(), looked: checks.looked)
    }

    init(book: AddressBook, domains: [String]) {
        self.book = book
        self.domains = domains
    }

    mutating func add(
        _ check: AddressFinding.Check, _ severity: AddressFinding.Severity, _ vrf: String, _ subject: String,
        _ records: [ObjectID], _ problem: String, _ remedy: String
    ) {
        findings.append(
            AddressFinding(
                check: check, severity: severity, vrf: vrf, subject: subject, records: Set(records).sorted(),
                problem: problem, remedy: remedy))
    }

    mutating func look(_ check: AddressFinding.Check, _ count: Int) { looked[check, default: 0] += count }

    /// One address, one record in a routing table; those of one shared role excepted.
    private mutating func checkAddresses(_ space: AddressSpace) {
        look(.duplicateAddress, space.hosts.count)
        let mayRepeat = book.snapshot[ObjectID(.vrf, space.vrf)]?.fields["enforce_unique"]?.bool == false
        for group in Self.runs(space.hosts, by: { $0.address.address }) where group.count > 1 {
            let roles = Set(group.map(\.role))
            if roles.count == 1, group.allSatisfy(\.isShared) { continue }
            add(
                .duplicateAddress, mayRepeat ? .info : .error, space.vrf,
                group.first.map { "\($0.address.address)" } ?? "", group.map(\.object.id),
                "the address is recorded \(group.count) times",
                mayRepeat
                    ? "the VRF allows it (enforce_unique: false)" : "keep one, or give all one role such as vip or vrrp"
            )
        }
    }

    private mutating func checkNetworks(_ space: AddressSpace) {
        look(.duplicatePrefix, space.networks.count)
        look(.overlap, space.networks.count)
        for (i, network) in space.networks.enumerated() {
            // The nearest network around that is no container.
            var next = space.parents[i]
            while next >= 0, space.networks[next].isContainer {
                if space.networks[next].prefix == network.prefix, network.isContainer { break }
                next = space.parents[next]
            }
            guard next >= 0 else { continue }
            let outer = space.networks[next]
            let records = [network.object.id, outer.object.id]
            if outer.prefix == network.prefix {
                add(
                    .duplicatePrefix, .error, space.vrf, "\(network.prefix)", records,
                    "the network is recorded twice", "keep one of the two")
            } else {
                add(
                    .overlap, .error, space.vrf, "\(network.prefix)", records,
                    "it lies inside \(outer.prefix), which is no container",
                    "give the outer one status: container, or correct one of them")
            }
        }
    }

    private mutating func checkRanges(_ space: AddressSpace) {
        look(.rangeOverlap, space.ranges.count)
        look(.rangeOutside, space.ranges.count)
        var furthest: AddressSpace.Range?
        for range in space.ranges {
            if let before = furthest, before.range.overlaps(range.range) {
                add(
                    .rangeOverlap, .error, space.vrf, "\(range.range)", [range.object.id, before.object.id],
                    "it shares addresses with \(before.range)", "correct one of the two")
            }
            if furthest.map({ range.range.last > $0.range.last || range.range.isIPv6 != $0.range.isIPv6 }) ?? true {
                furthest = range
            }
            let home = space.chain(of: range.range.first).last
            if home.map({ !$0.prefix.contains(range.range.last) }) ?? true {
                add(
                    .rangeOutside, .warning, space.vrf, "\(range.range)",
                    [range.object.id] + (home.map { [$0.object.id] } ?? []),
                    home.map { "it leaves \($0.prefix), in which it begins" } ?? "no network holds it",
                    "add the prefix that holds it, or correct the range")
            }
        }
    }

    /// Every address has a network, its mask, and is one that a host may carry.
    private mutating func checkHomes(_ space: AddressSpace) {
        for check in [AddressFinding.Check.homeless, .mask, .unusable, .populated] { look(check, space.hosts.count) }
        let populated = space.ranges.filter { $0.object.flag("mark_populated") }
        for host in space.hosts {
            let address = host.address.address
            for range in populated where range.range.contains(address) {
                add(
                    .populated, .warning, space.vrf, "\(address)", [host.object.id, range.object.id],
                    "the range \(range.range) is populated by another system, single addresses are not recorded in it",
                    "remove the record, or shorten the range")
            }
            guard let home = space.chain(of: address).last else {
                add(
                    .homeless, .error, space.vrf, "\(host.address)", [host.object.id],
                    "no prefix or segment holds it", "add the network, or correct the address")
                continue
            }
            if home.isContainer { continue }
            let records = [host.object.id, home.object.id]
            if home.prefix.length != host.address.length, host.role == nil || host.role == "secondary" {
                add(
                    .mask, .warning, space.vrf, "\(host.address)", records, "its network is \(home.prefix)",
                    "write \(address)/\(home.prefix.length), or give the address a role")
            }
            let usable = (try? InterfaceAddress(address: address, length: home.prefix.length))?.isUsableByHost ?? true
            if !usable, !(home.isPool && !address.isIPv6) {
                let what =
                    address.isIPv6
                    ? "the subnet-router anycast address (RFC 4291 section 2.6.1)"
                    : address == home.prefix.first.withoutZone ? "the network address" : "the broadcast address"
                add(
                    .unusable, .warning, space.vrf, "\(host.address)", records,
                    "it is \(what) of \(home.prefix)", "use another address, or mark the prefix as a pool")
            }
        }
    }

    private mutating func checkAcrossVRFs() {
        var addresses: [IPAddress: [(vrf: String, id: ObjectID)]] = [:]
        var networks: [Prefix: [(vrf: String, id: ObjectID)]] = [:]
        let spaces = book.spaces
        for space in spaces {
            for host in space.hosts { addresses[host.address.address, default: []].append((space.vrf, host.object.id)) }
            for network in space.networks where !network.isContainer {
                networks[network.prefix, default: []].append((space.vrf, network.object.id))
            }
        }
        guard spaces.count > 1 else { return }
        look(.duplicateAcrossVRFs, addresses.count)
        look(.prefixAcrossVRFs, networks.count)
        func names(_ places: [(vrf: String, id: ObjectID)]) -> [String] { Set(places.map(\.vrf)).sorted() }
        for (address, places) in addresses where names(places).count > 1 {
            add(
                .duplicateAcrossVRFs, .info, names(places).joined(separator: ","), "\(address)", places.map(\.id),
                "the address stands in \(names(places).count) routing tables",
                "check that no route leaks between them")
        }
        for (prefix, places) in networks where names(places).count > 1 {
            add(
                .prefixAcrossVRFs, .info, names(places).joined(separator: ","), "\(prefix)", places.map(\.id),
                "the network stands in \(names(places).count) routing tables",
                "check that no route leaks between them")
        }
    }

    private mutating func checkReservations() {
        let all = book.reservations()
        look(.reservationOver, all.count)
        for record in all where record.state != .holds {
            add(
                .reservationOver, .info, record.object.text("vrf") ?? "", record.object.id.key, [record.object.id],
                "it was reserved until \(record.reservation.until ?? "")"
                    + (record.state == .overdue ? ", and something rests on it" : ""),
                record.state == .overdue ? "make it active, or prolong it" : "release it with `hatang ip expire`")
        }
    }

    /// Neighbours of equal key in a sorted list.
    static func runs<Key: Equatable>(
        _ hosts: [AddressSpace.Host], by key: (AddressSpace.Host) -> Key
    ) -> [ArraySlice<AddressSpace.Host>] {
        var out: [ArraySlice<AddressSpace.Host>] = []
        var start = hosts.startIndex
        while start < hosts.endIndex {
            var end = start + 1
            while end < hosts.endIndex, key(hosts[end]) == key(hosts[start]) { end += 1 }
            out.append(hosts[start..<end])
            start = end
        }
        return out
    }
}
