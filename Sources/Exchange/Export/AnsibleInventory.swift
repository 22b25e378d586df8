public import CMDB
public import Notation

/// Machines as an Ansible inventory with the group and variable names of NetBox's inventory plugin, so that playbooks
/// written for it work unchanged.
///
/// Groups are `KEY_VALUE` (`role_firewall`, `site_ttdl`); sites stand inside regions and site groups, locations inside
/// sites, and a host with a location is listed in the location's group, as the plugin does. With `plurals` groups and
/// variables bear the plugin's older names (`device_roles_firewall`, `sites`), whose values are lists of one.
public struct AnsibleInventory: Sendable {
    /// Variables by host name.
    public let hosts: [String: [String: JSONValue]]
    /// Hosts and inner groups by group name.
    public let groups: [String: Group]

    /// What stands in a group.
    public struct Group: Hashable, Sendable {
        /// Names of hosts.
        public var hosts: Set<String> = []
        /// Names of groups inside.
        public var children: Set<String> = []
    }

    /// Arranges `machines`, which are devices and virtual machines of `snapshot`.
    /// - Parameter settings: the merged config context of a machine; nil leaves `config_context` out.
    public init(
        _ machines: [Object], in snapshot: Snapshot, plurals: Bool = false,
        settings: (Object) -> JSONValue? = { _ in nil }
    ) {
        var builder = AnsibleBuilder(snapshot: snapshot, plurals: plurals)
        for machine in machines.sorted(by: { $0.id < $1.id }) { builder.add(machine, settings: settings(machine)) }
        hosts = builder.hosts
        groups = builder.groups
    }

    /// What `--list` of an inventory script prints: groups, and all variables under `_meta.hostvars`.
    public var list: JSONValue {
        var out = groups.mapValues(Self.json)
        out["all"] = .object(["children": .array((topGroups + ["ungrouped"]).map { .string($0) })])
        out["ungrouped"] = .object(["hosts": .array(ungrouped.map { .string($0) })])
        out["_meta"] = .object(["hostvars": .object(hosts.mapValues { .object($0) })])
        return .object(out)
    }

    /// What `--host NAME` prints; nil for a host that is not in it.
    public func variables(of host: String) -> JSONValue? { hosts[host].map { .object($0) } }

    /// The static inventory: `all` with its hosts and their variables, and the groups as its children.
    public var yaml: String {
        let tree: [String: JSONValue] = [
            "all": .object([
                "hosts": .object(hosts.mapValues { .object($0) }),
                "children": .object(
                    Dictionary(uniqueKeysWithValues: groups.map { ($0.key, Self.names($0.value)) })),
            ])
        ]
        return YAMLStyle.block(tree) + "\n"
    }

    /// Groups inside no other.
    private var topGroups: [String] {
        let inner = groups.values.reduce(into: Set<String>()) { $0.formUnion($1.children) }
        return groups.keys.filter { !inner.contains($0) }.sorted()
    }

    private var ungrouped: [String] {
        let grouped = groups.values.reduce(into: Set<String>()) { $0.formUnion($1.hosts) }
        return hosts.keys.filter { !grouped.contains($0) }.sorted()
    }

    private static func json(_ group: Group) -> JSONValue {
        var out: [String: JSONValue] = [:]
        if !group.hosts.isEmpty { out["hosts"] = .array(group.hosts.sorted().map { .string($0) }) }
        if !group.children.isEmpty { out["children"] = .array(group.children.sorted().map { .string($0) }) }
        return .object(out)
    }

    /// Hosts and groups are keys without a value in the static form.
    private static func names(_ group: Group) -> JSONValue {
        func keys(_ names: Set<String>) -> JSONValue {
            .object(Dictionary(uniqueKeysWithValues: names.map { ($0, JSONValue.object([:])) }))
        }
        var out: [String: JSONValue] = [:]
        if !group.hosts.isEmpty { out["hosts"] = keys(group.hosts) }
        if !group.children.isEmpty { out["children"] = keys(group.children) }
        return .object(out)
    }
}

/// Collects hosts and groups.
private struct AnsibleBuilder {
    let snapshot: Snapshot
    let plurals: Bool
    var hosts: [String: [String: JSONValue]] = [:]
    var groups: [String: AnsibleInventory.Group] = [:]

    init(snapshot: Snapshot, plurals: Bool) {
        self.snapshot = snapshot
        self.plurals = plurals
    }

    private static let plural = [
        "site": "sites", "tenant": "tenants", "rack": "racks", "role": "device_roles", "platform": "platforms",
        "device_type": "device_types", "manufacturer": "manufacturers", "tag": "tags",
    ]

    private func key(_ name: String) -> String { plurals ? Self.plural[name] ?? name : name }

    mutating func add(_ object: Object, settings: JSONValue?) {
        let view = MachineView(object, in: snapshot)
        // Names need not be unique in the inventory, slugs are.
        let host = object.id.key
        var variables = plain(view)
        if let settings { variables["config_context"] = plurals ? .array([settings]) : settings }
        let single: [(String, String?)] = [
            ("site", view.site?.id.key), ("tenant", object.text("tenant")), ("rack", object.text("rack")),
            ("role", object.text("role")), ("device_type", object.text("device_type")),
            ("manufacturer", view.deviceType?.text("manufacturer")), ("platform", object.text("platform")),
        ]
        for (name, value) in single {
            guard let value else { continue }
            variables[key(name)] = plurals ? .array([.string(value)]) : .string(value)
            if name != "site" { put(host, into: "\(key(name))_\(value)") }
        }
        for tag in object.texts("tags") { put(host, into: "\(plurals ? "tags" : "tag")_\(tag)") }
        for service in view.services { put(host, into: "services_\(service.text("name") ?? service.id.key)") }
        put(host, into: "status_\(object.text("status") ?? "active")")
        put(host, into: "is_virtual_\(view.isVirtual)")
        if let zone = view.site?.text("time_zone") { put(host, into: "time_zone_\(zone)") }
        if let facility = view.site?.text("facility") { put(host, into: "facility_\(facility)") }
        if let cluster = view.cluster {
            put(host, into: "cluster_\(cluster.displayName)")
            if let type = cluster.text("type") { put(host, into: "cluster_type_\(type)") }
        }
        places(host, view)
        hosts[host] = variables
    }

    private mutating func put(_ host: String, into group: String) { groups[group, default: .init()].hosts.insert(host) }
    private mutating func nest(_ group: String, in outer: String) {
        groups[group, default: .init()].hosts.formUnion([])
        groups[outer, default: .init()].children.insert(group)
    }

    /// Regions and site groups around sites, sites around locations.
    private mutating func places(_ host: String, _ view: MachineView) {
        guard let site = view.site else { return }
        let siteGroup = "\(key("site"))_\(site.id.key)"
        let locations = view.ancestry(snapshot.target(of: "location", in: view.object))
        put(host, into: locations.first.map { "location_\($0.id.key)" } ?? siteGroup)
        groups[siteGroup, default: .init()].children.formUnion([])
        chain(locations.map { "location_\($0.id.key)" } + [siteGroup])
        chain([siteGroup] + view.ancestry(snapshot.target(of: "region", in: site)).map { "region_\($0.id.key)" })
        chain([siteGroup] + view.ancestry(snapshot.target(of: "group", in: site)).map { "site_group_\($0.id.key)" })
    }

    private mutating func chain(_ names: [String]) {
        for (inner, outer) in zip(names, names.dropFirst()) { nest(inner, in: outer) }
    }

    private func plain(_ view: MachineView) -> [String: JSONValue] {
        let object = view.object
        var out: [String: JSONValue] = [
            "is_virtual": .bool(view.isVirtual),
            "status": .object([
                "value": .string(object.text("status") ?? "active"),
                "label": .string(
                    (object.text("status") ?? "active").prefix(1).uppercased()
                        + (object.text("status") ?? "active").dropFirst()),
            ]),
            "tags": object["tags"] ?? .array([]), "custom_fields": object["custom_fields"] ?? .object([:]),
            "interfaces": .array(snapshot.interfaces(of: object.id).map(interface)),
            "services": .array(view.services.map(service)),
            "regions": slugs(view.ancestry(view.site.flatMap { snapshot.target(of: "region", in: $0) })),
            "site_groups": slugs(view.ancestry(view.site.flatMap { snapshot.target(of: "group", in: $0) })),
            "locations": slugs(view.ancestry(snapshot.target(of: "location", in: object))),
        ]
        out["ansible_host"] = view.primary.map { .string($0) }
        for name in ["primary_ip4", "primary_ip6", "oob_ip", "serial", "asset_tag", "disk", "vcpus", "memory"] {
            out[name] = object[name]
        }
        if let own = object["local_context_data"] { out["local_context_data"] = plurals ? .array([own]) : own }
        out["dns_name"] = view.dnsName.map { .string($0) }
        out["cluster"] = view.cluster.map { .string($0.displayName) }
        out["cluster_type"] = view.cluster?.text("type").map { .string($0) }
        if view.isVirtual { out["cluster_device"] = object["device"] }
        out["time_zone"] = view.site?["time_zone"]
        out["facility"] = view.site?["facility"]
        return out
    }

    private func slugs(_ objects: [Object]) -> JSONValue { .array(objects.map { .string($0.id.key) }) }

    private func interface(_ object: Object) -> JSONValue {
        var out = members(of: object, without: ["device"])
        out["ip_addresses"] = .array(
            snapshot.referrers(of: object.id, kind: .ipAddress, field: "assigned_object").map {
                .object(members(of: $0, without: ["assigned_object"]))
            })
        return .object(out)
    }

    private func service(_ object: Object) -> JSONValue { .object(members(of: object, without: ["parent"])) }

    private func members(of object: Object, without left: Set<String>) -> [String: JSONValue] {
        var out: [String: JSONValue] = [:]
        for field in Schema.of(object.id.kind).fields where !left.contains(field.name) {
            out[field.name] = object[field.name]
        }
        return out
    }
}
