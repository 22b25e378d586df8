import Addressing
import CMDB
import Evidence
import Notation

/// What discoveries propose: new machines with their parts, better types, cables.
extension AcceptanceWork {
    /// A new device with its interfaces and addresses; maker, type, role and platform too where they are missing.
    mutating func device(_ difference: Difference) throws(Unclear) {
        let id = difference.subject
        guard snapshot[id] == nil else { throw Unclear(reason: "\(id) is in the inventory by now") }
        guard let seen = fact("discovery.device", id)?.value else { throw Unclear(reason: "the fact is gone") }
        var missing: [String] = []
        let type = newType(seen, difference)
        if type == nil { missing.append("its maker and model are not known: write the device type by hand") }
        let role = newRole(seen, difference)
        if role == nil { missing.append("its role is not known: discover it again with --role SLUG") }
        let site = site(seen)
        if site == nil {
            missing.append("its site is not known: discover it again with --site SLUG, or give its prefix a site")
        }
        guard let type, let role, let site, missing.isEmpty else {
            throw Unclear(reason: missing.joined(separator: "; "))
        }
        var fields: [String: JSONValue] = [
            "name": .string(seen["name"]?.string ?? id.key), "device_type": .string(type), "role": .string(role),
            "site": .string(site), "status": "active",
        ]
        if let serial = seen["serial"]?["value"]?.string, serial.count <= 50 { fields["serial"] = .string(serial) }
        if let tag = seen["asset_tag"]?["value"]?.string, tag.count <= 50 { fields["asset_tag"] = .string(tag) }
        if let tenant = seen["tenant"]?.string, snapshot[ObjectID(.tenant, tenant)] != nil {
            fields["tenant"] = .string(tenant)
        }
        if let platform = newPlatform(seen, difference) { fields["platform"] = .string(platform) }
        if let monitoring = seen["monitoring"], monitoring.object?.isEmpty == false {
            fields["monitoring"] = monitoring
        }
        let names = newInterfaces(of: id, difference)
        let own = newAddresses(of: id, names, difference)
        for endpoint in seen["endpoints"]?.array ?? [] {
            guard let address = endpoint.string.flatMap({ try? IPAddress($0).withoutZone }) else { continue }
            guard own.contains(address) else { continue }
            let field = address.isIPv6 ? "primary_ip6" : "primary_ip4"
            if fields[field] == nil { fields[field] = .string(address.description) }
        }
        put(id, Object(id: id, fields: fields), difference)
    }

    // MARK: What a device refers to

    private func value(_ name: String, _ seen: JSONValue) -> String? {
        seen[name]?["value"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The slug of its device type, proposed together with its maker when there is none.
    private mutating func newType(_ seen: JSONValue, _ difference: Difference) -> String? {
        guard let maker = seen["manufacturer"]?["value"], let slug = maker["slug"]?.string, Slug.isValid(slug),
            let model = value("model", seen), model.count <= 100
        else { return nil }
        let known = snapshot.objects(.deviceType).first { type in
            type.text("manufacturer") == slug
                && [type.text("model"), type.text("part_number")].contains { $0?.lowercased() == model.lowercased() }
        }
        if let known { return known.id.key }
        if self[ObjectID(.manufacturer, slug)] == nil {
            let id = ObjectID(.manufacturer, slug)
            put(id, Object(id: id, fields: ["name": .string(maker["name"]?.string ?? slug)]), difference)
        }
        let key = Slug.of("\(slug) \(model)")
        guard Slug.isValid(key) else { return nil }
        let id = ObjectID(.deviceType, key)
        if self[id] == nil {
            put(
                id,
                Object(
                    id: id,
                    fields: [
                        "manufacturer": .string(slug), "model": .string(model), "u_height": 1, "is_full_depth": true,
                    ]), difference)
        }
        return key
    }

    private mutating func newRole(_ seen: JSONValue, _ difference: Difference) -> String? {
        guard let slug = value("role", seen) ?? seen["role_hint"]?.string, Slug.isValid(slug) else { return nil }
        let id = ObjectID(.deviceRole, slug)
        if self[id] == nil {
            let words = slug.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
            put(id, Object(id: id, fields: ["name": .string(words.joined(separator: " "))]), difference)
        }
        return slug
    }

    private mutating func newPlatform(_ seen: JSONValue, _ difference: Difference) -> String? {
        guard let name = value("platform", seen) else { return nil }
        let version = value("os_version", seen)
        let title = [name, version].compactMap { $0 }.joined(separator: " ")
        let key = String(Slug.of(title).prefix(100))
        guard Slug.isValid(key), title.count <= 200 else { return nil }
        let id = ObjectID(.platform, key)
        if self[id] == nil {
            var fields: [String: JSONValue] = ["name": .string(title)]
            if let version, version.count <= 50 { fields["version"] = .string(version) }
            if let maker = seen["manufacturer"]?["value"]?["slug"]?.string, self[ObjectID(.manufacturer, maker)] != nil
            {
                fields["manufacturer"] = .string(maker)
            }
            put(id, Object(id: id, fields: fields), difference)
        }
        return key
    }

    /// Said by whoever ran the discovery, else the one site of the nearest prefix around an address, else the only one.
    private func site(_ seen: JSONValue) -> String? {
        if let site = seen["site"]?.string { return snapshot[ObjectID(.site, site)] == nil ? nil : site }
        var best: (length: Int, site: String)?
        for endpoint in seen["endpoints"]?.array ?? [] {
            guard let address = endpoint.string.flatMap({ try? IPAddress($0) }) else { continue }
            for object in snapshot.objects(.prefix) {
                guard let site = object.text("site"), let prefix = object.text("prefix").flatMap({ try? Prefix($0) }),
                    prefix.contains(address), prefix.length > best?.length ?? -1
                else { continue }
                best = (prefix.length, site)
            }
        }
        if let best { return best.site }
        let sites = snapshot.objects(.site)
        return sites.count == 1 ? sites.first?.id.key : nil
    }

    // MARK: Parts

    /// Names of the interfaces by index. Loopbacks and what machines make up by themselves are left out as in a drift.
    private mutating func newInterfaces(of id: ObjectID, _ difference: Difference) -> [Int64: String] {
        var names: [Int64: String] = [:]
        var taken: Set<String> = []
        let ignored = Drift.Options()
        for row in fact("snmp.interfaces", id)?.value.array ?? [] {
            guard let name = row["name"]?.string, !name.isEmpty, name.count <= 64, let index = row["index"]?.int,
                taken.insert(name).inserted, !ignored.ignores(name), row["type"]?.int != 24
            else { continue }
            names[index] = name
            let key = ObjectID(.interface, "\(id.key):\(name)")
            var fields: [String: JSONValue] = [
                "device": .string(id.description), "name": .string(name),
                "enabled": .bool(row["admin_up"]?.bool ?? true),
                "type": .string(row["type_slug"]?.string.flatMap { Slug.isValid($0) ? $0 : nil } ?? "other"),
            ]
            if let mtu = row["mtu"]?.int, (1...65_536).contains(mtu) { fields["mtu"] = .int(mtu) }
            if let mac = row["mac"]?.string.flatMap({ try? MACAddress($0) }) {
                fields["mac_address"] = .string("\(mac)")
            }
            if row["management_only"]?.bool == true { fields["mgmt_only"] = true }
            if let alias = row["alias"]?.string, !alias.isEmpty {
                fields["description"] = .string(String(alias.prefix(200)))
            }
            put(key, Object(id: key, fields: fields), difference)
        }
        return names
    }

    /// Its addresses that become records; one that somebody else has is left to a person.
    private mutating func newAddresses(
        of id: ObjectID, _ names: [Int64: String], _ difference: Difference
    ) -> Set<IPAddress> {
        var own: Set<IPAddress> = []
        for row in fact("snmp.addresses", id)?.value.array ?? [] {
            guard let address = row["address"]?.string.flatMap({ try? IPAddress($0).withoutZone }),
                let length = row["prefix_length"]?.int, let index = row["if_index"]?.int, let name = names[index],
                !address.isLoopback, let whole = try? InterfaceAddress(address: address, length: Int(length)),
                whole.isUsableByHost, !InterfaceComparison.isLinkLocal(address)
            else { continue }
            guard isCovered(address) else {
                left.append(
                    DriftAcceptance.Refusal(
                        difference: difference,
                        reason: "\(whole) lies in no prefix of the inventory: add the prefix, then accept the address"))
                continue
            }
            let key = ObjectID(.ipAddress, whole.description)
            let assigned: JSONValue = .string("\(id.key):\(name)")
            let others = snapshot.objects(.ipAddress).filter {
                $0.text("address")?.split(separator: "/").first.map(String.init) == address.description
            }
            if let other = others.first {
                guard others.count == 1, other.text("assigned_object") == nil else {
                    left.append(
                        DriftAcceptance.Refusal(
                            difference: difference,
                            reason:
                                "\(other.id) is on \(other.text("assigned_object") ?? "several machines"): decide which is right"
                        ))
                    continue
                }
                var fields = other.fields
                fields["assigned_object"] = assigned
                put(other.id, Object(id: other.id, fields: fields), difference)
            } else {
                put(
                    key,
                    Object(
                        id: key,
                        fields: [
                            "address": .string(whole.description), "status": "active", "assigned_object": assigned,
                        ]), difference)
            }
            own.insert(address)
        }
        return own
    }

    /// Whether a prefix or a segment of the global VRF holds it: the inventory has no addresses outside.
    private func isCovered(_ address: IPAddress) -> Bool {
        func holds(_ object: Object, _ field: String) -> Bool {
            object.text("vrf") == nil && object.text(field).flatMap { try? Prefix($0) }?.contains(address) == true
        }
        return snapshot.objects(.prefix).contains { holds($0, "prefix") }
            || snapshot.objects(.segment).contains { holds($0, address.isIPv6 ? "ipv6_prefix" : "ipv4_prefix") }
    }

    // MARK: Known machines

    /// Types are shared: the machine gets another one, the type stays.
    mutating func deviceType(_ difference: Difference) throws(Unclear) {
        guard let seen = fact("discovery.device", difference.subject)?.value else {
            throw Unclear(reason: "there is no fact discovery.device")
        }
        guard let type = newType(seen, difference) else {
            throw Unclear(reason: "its maker is not known: write the device type by hand")
        }
        try set(difference.subject, [("device_type", .string(type))], difference)
    }

    mutating func cable(_ port: String, _ difference: Difference) throws(Unclear) {
        guard difference.expected == .null else {
            throw Unclear(
                reason:
                    "\(difference.expected.string ?? "another cable") is recorded there: find out which one is right")
        }
        let near = ObjectID(.interface, "\(difference.subject.key):\(port)")
        guard let text = difference.observed.string, let far = ObjectID(text) else {
            throw Unclear(reason: "no such port")
        }
        for end in [near, far] where self[end] == nil {
            throw Unclear(reason: "\(end) is not in the inventory: accept that interface or device too")
        }
        let key = Slug.of("\(near.key) \(far.key)")
        guard Slug.isValid(key) else { throw Unclear(reason: "no slug can be made of \(near) and \(far)") }
        let id = ObjectID(.cable, key)
        guard self[id] == nil else { throw Unclear(reason: "\(id) is in the inventory by now") }
        put(
            id,
            Object(
                id: id,
                fields: [
                    "a_terminations": .array([.string(near.description)]),
                    "b_terminations": .array([.string(far.description)]), "status": "connected",
                ]), difference)
    }
}
