import Notation

extension Schema {
    /// Zone types: Circular 12/2022 annexes I-V name these zones per level.
    static let zoneTypes = [
        "internal", "perimeter", "dmz", "internal_server", "wireless", "db", "management", "device_mgmt",
    ]

    static func networks(_ kind: Kind) -> [Field] {
        let slug = Field("slug", .slug, "Natural key; made from name when absent")
        let name = Field("name", .text(max: 200), required: true, "As people call it")
        let vrf = Field("vrf", .reference([.vrf]), "Routing table; absent: global")
        switch kind {
        case .zone:
            return [
                slug, name, Field("zone_type", .choice(zoneTypes), required: true, "Circular 12/2022 annexes"),
                Field("site", .reference([.site]), "Where"),
                Field("security_level", .int(1...5), "Highest level inside"),
                Field("guarded_by", .list(.reference([.device])), "Firewalls at its border"),
                Field("default_policy", .choice(["deny", "allow"]), "Between this zone and others"),
            ]
        case .vlan:
            return [
                slug, Field("vid", .int(1...4094), required: true, "802.1Q id"), name,
                Field("site", .reference([.site]), "Where"),
                Field("group", .reference([.vlanGroup]), "VLAN group"),
                Field(
                    "status", .choice(["active", "reserved", "deprecated"]), fallback: "active", "NetBox VLAN status"),
                Field("role", .slug, "Role"), Field("tenant", .reference([.tenant]), "Whose"),
                Field("zone", .reference([.zone]), "Zone"),
            ]
        case .vrf:
            return [
                slug, name, Field("rd", .text(max: 21), "Route distinguisher, RFC 4364"),
                Field("tenant", .reference([.tenant]), "Whose"),
                Field("enforce_unique", .bool, fallback: true, "Refuse duplicates"),
                Field("import_targets", .list(.text(max: 21)), "Route targets, RFC 4364"),
                Field("export_targets", .list(.text(max: 21)), "Route targets, RFC 4364"),
            ]
        case .segment:
            return [
                slug, name, Field("site", .reference([.site]), required: true, "Where"),
                Field("zone", .reference([.zone]), "Zone it belongs to"), Field("vlan", .reference([.vlan]), "VLAN"),
                vrf,
                Field("ipv4_prefix", .prefix, "IPv4 network"), Field("ipv6_prefix", .prefix, "IPv6 network, a /64"),
                Field("gateway4", .address, "IPv4 gateway"), Field("gateway6", .address, "IPv6 gateway"),
                Field(
                    "status", .choice(["active", "reserved", "deprecated", "planned"]), fallback: "active", "Status"),
                Field("tenant", .reference([.tenant]), "Whose"),
                Field(
                    "purpose",
                    .choice(["servers", "users", "management", "link", "storage", "wireless", "loopback", "wan"]),
                    "What it carries"),
            ]
        case .prefix:
            return [
                Field("prefix", .prefix, required: true, "Network, host bits zero"), vrf,
                Field(
                    "status", .choice(["container", "active", "reserved", "deprecated"]), fallback: "active",
                    "NetBox prefix status"),
                Field("site", .reference([.site]), "Where"), Field("tenant", .reference([.tenant]), "Whose"),
                Field("vlan", .reference([.vlan]), "VLAN"), Field("role", .slug, "Role"),
                Field("zone", .reference([.zone]), "Zone"),
                Field("is_pool", .bool, "All addresses usable"), Field("mark_utilized", .bool, "Count as full"),
                Field("reserved_until", .date, "A reservation ends after this day"),
                Field("reserved_for", .text(max: 200), "What it is kept free for"),
                Field("reserved_by", .text(max: 100), "Who asked"),
            ]
        case .ipAddress:
            return [
                Field("address", .interfaceAddress, required: true, "With mask"), vrf,
                Field(
                    "status", .choice(["active", "reserved", "deprecated", "dhcp", "slaac"]), fallback: "active",
                    "NetBox address status"),
                Field(
                    "role", .choice(["loopback", "secondary", "anycast", "vip", "vrrp", "hsrp", "glbp", "carp"]),
                    "NetBox address role"),
                Field("tenant", .reference([.tenant]), "Whose"), Field("dns_name", .text(max: 255), "Host name"),
                Field("assigned_object", .reference([.interface]), "Interface; given by nesting in files"),
                Field("is_primary", .bool, "Primary of its machine"), Field("is_oob", .bool, "Out-of-band"),
                Field("reserved_until", .date, "A reservation ends after this day"),
                Field("reserved_for", .text(max: 200), "What it is kept free for"),
                Field("reserved_by", .text(max: 100), "Who asked"),
            ]
        case .circuit:
            return [
                slug, Field("cid", .text(max: 100), required: true, "The provider's id"),
                Field("provider", .reference([.provider]), required: true, "Who runs it"),
                Field(
                    "type", .choice(["internet", "tslcd-1", "tslcd-2", "leased-line", "mpls", "dark-fiber"]),
                    required: true, "Kind of line"),
                Field(
                    "status",
                    .choice(["planned", "provisioning", "active", "offline", "deprovisioning", "decommissioned"]),
                    fallback: "active", "NetBox circuit status"),
                Field("site", .reference([.site]), "Where it ends"),
                Field("far_site", .reference([.site]), "Other end"),
                Field("tenant", .reference([.tenant]), "Whose"),
                Field("commit_rate", .int(0...4_000_000_000), "kbit/s"),
                Field("terminates_on", .reference([.device]), "Device it ends on"),
                Field("provider_account", .text(max: 100), "Our customer number"),
                Field("distance", .decimal(0...1_000_000), "Length of the line"),
                Field("distance_unit", .choice(["km", "m", "mi", "ft"]), "Of the distance"),
                Field("redundancy_group", .slug, "Lines of one group replace each other"),
                Field("install_date", .date, "Since"),
                Field("termination_date", .date, "Until"),
            ]
        case .vlanGroup:
            return [
                slug, name, Field("site", .reference([.site]), "Where its ids are told apart"),
                Field("min_vid", .int(1...4094), fallback: 1, "Lowest id"),
                Field("max_vid", .int(1...4094), fallback: 4094, "Highest id"),
            ]
        case .aggregate:
            return [
                Field("prefix", .prefix, required: true, "What a registry gave"),
                Field("rir", .slug, required: true, "apnic, vnnic, rfc-1918 …"),
                Field("tenant", .reference([.tenant]), "Whose"), Field("date_added", .date, "Since"),
            ]
        case .ipRange:
            return [
                Field("start_address", .interfaceAddress, required: true, "First, with mask"),
                Field("end_address", .interfaceAddress, required: true, "Last, with the same mask"), vrf,
                Field(
                    "status", .choice(["active", "reserved", "deprecated"]), fallback: "active", "NetBox range status"),
                Field("role", .slug, "Role"), Field("tenant", .reference([.tenant]), "Whose"),
                Field("mark_populated", .bool, "No single address of it is recorded or given out"),
                Field("mark_utilized", .bool, "Count as full"),
                Field("reserved_until", .date, "A reservation ends after this day"),
                Field("reserved_for", .text(max: 200), "What it is kept free for"),
                Field("reserved_by", .text(max: 100), "Who asked"),
            ]
        case .asn:
            return [
                Field("asn", .int(1...4_294_967_295), required: true, "RFC 6793"),
                Field("rir", .slug, "Registry"), Field("tenant", .reference([.tenant]), "Whose"),
            ]
        case .flow:
            return [
                slug,
                Field("source_zone", .reference([.zone]), required: true, "From"),
                Field("destination_zone", .reference([.zone]), required: true, "To"),
                Field("protocol", .choice(["any", "tcp", "udp", "icmp", "sctp"]), fallback: "any", "Transport"),
                Field("ports", .list(.int(1...65_535)), "Destination ports; absent: all"),
                Field("action", .choice(["allow", "deny"]), fallback: "allow", "What the border does"),
                Field("enforced_by", .list(.reference([.device])), "Firewalls that hold the rule"),
                Field("systems", .list(.reference([.system])), "Who needs it"),
                Field("expires", .date, "To be reviewed or closed by"),
            ]
        default:  // service
            return [
                slug, name, Field("parent", .reference([.device, .virtualMachine]), "Machine that offers it"),
                Field("protocol", .choice(["tcp", "udp", "sctp"]), fallback: "tcp", "Transport"),
                Field("ports", .list(.int(1...65_535)), "Listening ports"), Field("url", .url, "Public address"),
                Field("exposure", .choice(["internet", "tslcd", "internal"]), "Who may reach it"),
                Field("system", .reference([.system]), "System it belongs to"),
                Field("tenant", .reference([.tenant]), "Whose"),
                Field("waf", .reference([.device, .virtualMachine]), "Web application firewall before it"),
            ]
        }
    }
}
