import Notation

/// The fields of every kind, as data: files, filters, forms and documents are all made from it.
public struct Schema: Sendable {
    /// The kind.
    public let kind: Kind
    /// In the order in which people read them; the common ones are last.
    public let fields: [Field]
    /// Columns of `inventory list`.
    public let columns: [String]

    /// The schema of `kind`.
    public static func of(_ kind: Kind) -> Schema { all[kind] ?? Schema(kind: kind, fields: [], columns: []) }

    /// The field called `name`.
    public func field(_ name: String) -> Field? { fields.first { $0.name == name } }

    private static let all: [Kind: Schema] = Dictionary(
        uniqueKeysWithValues: Kind.allCases.map { kind in
            (kind, Schema(kind: kind, fields: own(kind) + common, columns: columns(kind)))
        })

    /// On every kind (CONVENTIONS of NetBox: description, comments, tags, custom_fields, owner).
    static let common: [Field] = [
        Field("description", .text(max: 200), "One line about it"),
        Field("comments", .text(max: 20_000), "Markdown"),
        Field("tags", .list(.slug), "Free labels, sorted"),
        Field("custom_fields", .map, "Fields of your own"),
        Field("owner", .reference([.tenant]), "The agency that answers for it"),
        Field("sample", .bool, "True: plausible, but not named in any document of the customer"),
        Field("source", .text(max: 300), "The document and place that names it"),
    ]

    private static func own(_ kind: Kind) -> [Field] {
        switch kind {
        case .region, .siteGroup, .tenantGroup, .tenant, .contact, .site, .location, .rack, .provider: places(kind)
        case .manufacturer, .deviceType, .deviceRole, .platform, .device, .cluster, .virtualMachine, .interface:
            machines(kind)
        case .frontPort, .rearPort, .consolePort, .consoleServerPort, .powerPort, .powerOutlet, .deviceBay, .moduleBay,
            .inventoryItem, .cable:
            components(kind)
        case .powerPanel, .powerFeed, .ups, .generator, .coolingUnit: plant(kind)
        case .zone, .vlanGroup, .vlan, .vrf, .segment, .aggregate, .prefix, .ipRange, .ipAddress, .asn, .circuit,
            .service, .flow:
            networks(kind)
        case .system, .dependency, .redundancyGroup, .document, .levelDecision: business(kind)
        case .software, .contract, .licence, .certificate, .credential: lifecycle(kind)
        case .contactAssignment, .journalEntry, .tag, .customField, .configContext, .group, .validationRule:
            governance(kind)
        }
    }

    private static func columns(_ kind: Kind) -> [String] {
        switch kind {
        case .tenant: ["slug", "name", "parent", "group"]
        case .contact: ["slug", "name", "title", "role", "phone", "email"]
        case .site: ["slug", "name", "status", "tenant", "facility"]
        case .location: ["slug", "name", "site", "parent", "location_role", "status"]
        case .rack: ["slug", "name", "site", "location", "status", "u_height"]
        case .manufacturer, .deviceRole: ["slug", "name", "description"]
        case .platform: ["slug", "name", "manufacturer", "version", "eol_date"]
        case .deviceType: ["slug", "manufacturer", "model", "u_height"]
        case .device:
            ["slug", "role", "status", "site", "rack", "position", "device_type", "zone", "primary_ip4", "primary_ip6"]
        case .cluster: ["slug", "name", "type", "status", "site"]
        case .virtualMachine:
            ["slug", "role", "status", "cluster", "vcpus", "memory", "disk", "zone", "primary_ip4", "primary_ip6"]
        case .interface: ["device", "name", "type", "enabled", "mac_address", "segment"]
        case .zone: ["slug", "name", "zone_type", "site", "security_level"]
        case .vlan: ["slug", "vid", "name", "site", "status", "zone"]
        case .vrf: ["slug", "name", "rd"]
        case .segment: ["slug", "site", "zone", "vlan", "ipv4_prefix", "ipv6_prefix", "status"]
        case .prefix: ["prefix", "vrf", "status", "site", "vlan", "zone"]
        case .ipAddress: ["address", "vrf", "status", "assigned_object", "dns_name"]
        case .provider: ["slug", "name"]
        case .circuit: ["slug", "cid", "provider", "type", "status", "commit_rate", "site"]
        case .service: ["slug", "name", "parent", "protocol", "ports", "exposure"]
        case .system: ["slug", "name", "security_level", "owner", "operator", "status"]
        case .dependency: ["slug", "from", "relation", "to"]
        case .powerFeed: ["slug", "name", "site", "power_panel", "side", "status", "supply"]
        case .region, .siteGroup, .tenantGroup: ["slug", "name", "parent"]
        case .software: ["slug", "name", "version", "manufacturer", "eol_date"]
        case .frontPort: ["device", "name", "type", "rear_port", "rear_port_position"]
        case .rearPort: ["device", "name", "type", "positions"]
        case .consolePort, .consoleServerPort: ["device", "name", "type"]
        case .powerPort: ["device", "name", "type", "maximum_draw", "allocated_draw"]
        case .powerOutlet: ["device", "name", "type", "power_port", "feed_leg"]
        case .deviceBay: ["device", "name", "installed_device"]
        case .moduleBay: ["device", "name", "position"]
        case .inventoryItem: ["device", "name", "manufacturer", "part_id", "serial"]
        case .vlanGroup: ["slug", "name", "site", "min_vid", "max_vid"]
        case .aggregate: ["prefix", "rir", "date_added"]
        case .ipRange: ["start_address", "end_address", "vrf", "status", "role"]
        case .asn: ["asn", "rir", "tenant"]
        case .redundancyGroup: ["slug", "name", "mode", "required", "members"]
        case .flow: ["slug", "source_zone", "destination_zone", "protocol", "ports", "action"]
        case .powerPanel: ["slug", "name", "site", "location", "fed_by"]
        case .ups, .generator: ["slug", "name", "site", "side", "status", "capacity_kva"]
        case .coolingUnit: ["slug", "name", "site", "type", "status", "capacity_kw"]
        case .cable: ["slug", "label", "a_terminations", "b_terminations", "type", "status"]
        case .contract: ["slug", "name", "number", "contract_type", "provider", "expires"]
        case .licence: ["slug", "name", "software", "quantity", "expires"]
        case .certificate: ["slug", "name", "subject", "issuer", "not_after"]
        case .credential: ["slug", "name", "type", "username", "secret", "expires"]
        case .levelDecision: ["slug", "system", "regime", "level", "article", "decision_date"]
        case .contactAssignment: ["object", "contact", "role", "priority"]
        case .journalEntry: ["assigned_object", "created", "entry_kind", "created_by", "comments"]
        case .tag: ["slug", "name", "color", "object_types"]
        case .customField: ["name", "type", "object_types", "required", "label"]
        case .configContext: ["slug", "name", "weight", "is_active"]
        case .group: ["slug", "name", "selector"]
        case .validationRule: ["slug", "select", "field", "severity", "description"]
        case .document: ["slug", "name", "doc_type", "number", "issued", "last_review"]
        }
    }
}
