import Addressing
import CMDB

extension AddressChecks {
    /// Names inside one routing table: syntax, forward and reverse.
    mutating func checkNames(_ space: AddressSpace) {
        let named = space.hosts.filter { $0.object.text("dns_name") != nil }
        for check in [AddressFinding.Check.nameSyntax, .nameNotUnique, .pointerNotUnique] { look(check, named.count) }
        var byName: [String: [AddressSpace.Host]] = [:]
        for host in named {
            guard let written = host.object.text("dns_name"), let name = host.dnsName else { continue }
            if let fault = HostName.fault(written) {
                add(
                    .nameSyntax, .error, space.vrf, written, [host.object.id],
                    "\(host.address.address) has a dns_name that is no host name: \(fault) (RFC 1123 section 2.1)",
                    "correct dns_name")
                continue
            }
            byName["\(host.address.isIPv6 ? 6 : 4) \(name)", default: []].append(host)
        }
        for (key, hosts) in byName where Set(hosts.map(\.address.address)).count > 1 {
            // Several machines behind one name on purpose have a shared role.
            if hosts.allSatisfy(\.isShared) { continue }
            let name = String(key.dropFirst(2))
            let addresses = Set(hosts.map(\.address.address)).sorted().map(\.description)
            add(
                .nameNotUnique, .warning, space.vrf, name, hosts.map(\.object.id),
                "the name stands on \(addresses.count) IPv\(key.prefix(1)) addresses: "
                    + addresses.joined(separator: ", "),
                "give each a name of its own, or a role such as vip")
        }
        for group in Self.runs(named, by: { $0.address.address }) {
            let names = Set(group.compactMap(\.dnsName)).sorted()
            if names.count < 2 { continue }
            add(
                .pointerNotUnique, .warning, space.vrf, "\(group[group.startIndex].address.address)",
                group.map(\.object.id), "the address has \(names.count) names: \(names.joined(separator: ", "))",
                "keep one name, so that its PTR record is clear (RFC 1912 section 2.1)")
        }
        if domains.isEmpty { return }
        look(.foreignName, named.count)
        for host in named {
            guard let name = host.dnsName, HostName.fault(name) == nil else { continue }
            if domains.contains(where: { HostName.isUnder(name, $0) }) { continue }
            add(
                .foreignName, .warning, space.vrf, name, [host.object.id],
                "\(host.address.address) has a name outside \(domains.joined(separator: ", "))",
                "correct dns_name, or name the domain too")
        }
    }

    /// The names of one machine: the same in both families, and like its own.
    mutating func checkMachines() {
        let snapshot = book.snapshot
        for kind in [Kind.device, .virtualMachine] {
            for machine in snapshot.objects(kind) {
                let addresses = snapshot.addresses(of: machine.id)
                func primary(_ field: String) -> Object? {
                    guard let text = machine.text(field), let address = try? IPAddress(text) else { return nil }
                    return addresses.first { record in
                        record.text("address").flatMap { try? InterfaceAddress($0) }?.address == address
                    }
                }
                let (four, six) = (primary("primary_ip4"), primary("primary_ip6"))
                func name(_ record: Object?) -> String? { record?.text("dns_name").map(HostName.canonical) }
                if let four, let six {
                    look(.familyNames, 1)
                    checkFamilies(machine, four, six, name(four), name(six))
                }
                for record in [four, six] {
                    guard let record, let dns = name(record) else { continue }
                    look(.machineName, 1)
                    let own = [HostName.label(machine.displayName), HostName.label(machine.id.key)]
                    if own.contains(HostName.label(dns)) { continue }
                    add(
                        .machineName, .info, record.text("vrf") ?? "", dns, [machine.id, record.id],
                        "\(machine.id) is called \"\(machine.displayName)\"",
                        "nothing, if the name is that of a service")
                }
            }
        }
    }

    private mutating func checkFamilies(
        _ machine: Object, _ four: Object, _ six: Object, _ name4: String?, _ name6: String?
    ) {
        if name4 == name6 { return }
        let problem =
            switch (name4, name6) {
            case (let a?, let b?): "its IPv4 address is called \(a), its IPv6 address \(b)"
            case (let a?, nil): "its IPv4 address is called \(a), its IPv6 address has no name"
            case (nil, let b?): "its IPv6 address is called \(b), its IPv4 address has no name"
            case (nil, nil): ""
            }
        add(
            .familyNames, .warning, four.text("vrf") ?? "", machine.id.description, [machine.id, four.id, six.id],
            problem, "give both primary addresses one dns_name")
    }
}
