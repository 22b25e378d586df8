import Addressing
import CMDB
import Notation

/// Makes devices and virtual machines of the hosts of an Ansible inventory, tags of its groups, and config contexts of
/// their variables.
struct AnsibleReader {
    private let snapshot: Snapshot
    private(set) var out: [Pending] = []
    private(set) var report = ImportReport()
    /// Whether something was refused already: then nothing comes in, and trees are not looked at a second time.
    private var isRefused = false
    private var leftOut: Set<String> = []
    private var placeless: [String: [String]] = [:]
    private var homeless: [String] = []

    /// Recorded machines by name and by key: `device/srv-01`.
    private let owners: Set<String>
    /// Recorded addresses of the global table, and its networks.
    private let recorded: [IPAddress: Object]
    private let networks: [Prefix]

    init(snapshot: Snapshot) {
        self.snapshot = snapshot
        owners = Set(
            [Kind.device, .virtualMachine].flatMap { kind in
                snapshot.objects(kind).flatMap { ["\(kind.rawValue)/\($0.displayName)", $0.id.description] }
            })
        recorded = Dictionary(
            snapshot.objects(.ipAddress).compactMap { object in
                guard object.text("vrf") == nil, let text = object.text("address"),
                    let address = (try? InterfaceAddress(text))?.address
                else { return nil }
                return (address, object)
            }, uniquingKeysWith: { first, _ in first })
        let texts =
            snapshot.objects(.segment).filter { $0.text("vrf") == nil }.flatMap {
                [$0.text("ipv4_prefix"), $0.text("ipv6_prefix")]
            } + snapshot.objects(.prefix).filter { $0.text("vrf") == nil }.map { $0.text("prefix") }
        networks = texts.compactMap { $0.flatMap { try? Prefix($0) } }
    }

    /// Variables that are fields, under the names that nb_inventory and people give them.
    private static let fields: [String: String] = [
        "site": "site", "sites": "site", "location": "location", "locations": "location", "rack": "rack",
        "racks": "rack", "role": "role", "roles": "role", "device_role": "role", "device_roles": "role",
        "device_type": "device_type", "device_types": "device_type", "platform": "platform", "platforms": "platform",
        "tenant": "tenant", "tenants": "tenant", "status": "status", "serial": "serial", "asset_tag": "asset_tag",
        "cluster": "cluster", "clusters": "cluster", "position": "position", "face": "face", "vcpus": "vcpus",
        "memory": "memory", "disk": "disk", "zone": "zone", "description": "description", "comments": "comments",
        "custom_fields": "custom_fields", "virtual_chassis": "virtual_chassis", "latitude": "latitude",
        "longitude": "longitude",
    ]
    private static let connection: [String: String] = [
        "ansible_port": "ssh_port", "ansible_ssh_port": "ssh_port", "ansible_user": "ssh_user",
        "ansible_ssh_user": "ssh_user",
    ]
    /// nb_inventory's prefixes of group names, for hosts whose variables do not say it.
    private static let prefixes: [(prefix: String, field: String)] = [
        ("sites_", "site"), ("site_", "site"), ("locations_", "location"), ("location_", "location"),
        ("device_roles_", "role"), ("roles_", "role"), ("role_", "role"), ("device_types_", "device_type"),
        ("device_type_", "device_type"), ("platforms_", "platform"), ("platform_", "platform"),
        ("tenants_", "tenant"), ("tenant_", "tenant"), ("racks_", "rack"), ("rack_", "rack"),
        ("clusters_", "cluster"), ("cluster_", "cluster"), ("status_", "status"),
    ]
    /// Derived by nb_inventory from what stands elsewhere.
    private static let derived: Set<String> = [
        "is_virtual", "primary_ip4", "primary_ip6", "oob_ip", "dns_name", "manufacturer", "manufacturers", "regions",
        "region", "site_groups", "tags", "config_context", "interfaces", "services", "ansible_host",
        "ansible_ssh_host", "inventory_hostname", "cluster_type", "cluster_group", "cluster_groups", "time_zone",
        "utc_offset", "facility", "local_context_data",
    ]

    mutating func read(_ sources: [ImportSource]) {
        var inventory = AnsibleSource()
        for source in sources { inventory.read(source) }
        report.errors += inventory.report.errors
        checkSecrets(inventory)
        isRefused = !report.errors.isEmpty
        let memberships = inventory.memberships()
        for (name, host) in inventory.hosts.sorted(by: { $0.key < $1.key }) {
            read(name, host, memberships[name] ?? [], inventory)
        }
        let depth = memberships.values.reduce(into: [String: Int]()) { depths, groups in
            for (i, group) in groups.enumerated() { depths[group] = max(depths[group] ?? 0, i) }
        }
        for (name, group) in inventory.groups.sorted(by: { $0.key < $1.key }) {
            addContext(name, group, weight: 1_000 + 10 * min(depth[name] ?? 0, 1_000))
        }
        addPlaceholders(sources)
    }

    // MARK: - Variables

    /// Secrets never come in: each is refused with its place, the value is not shown.
    private mutating func checkSecrets(_ inventory: AnsibleSource) {
        for group in inventory.groups.values {
            for (name, variable) in group.variables { checkSecret(name, variable.node, variable.place) }
        }
        for host in inventory.hosts.values {
            for (name, variable) in host.own { checkSecret(name, variable.node, variable.place) }
        }
    }

    private mutating func checkSecret(_ name: String, _ node: YAMLNode, _ place: SourcePosition) {
        switch node {
        case .map(let map): for entry in map.entries { checkSecret(entry.key, entry.value, entry.keyPosition) }
        case .list(let nodes, _): for item in nodes { checkSecret(name, item, place) }
        case .scalar(let text, _, _):
            let isVault = text.hasPrefix("$ANSIBLE_VAULT")
            guard isVault || Self.isSecretName(name), !text.isEmpty, !node.isNull, !text.hasPrefix("secret://"),
                !text.contains("{{")
            else { return }
            report.error(
                place, "\(name.prefix(60)) holds \(isVault ? "an encrypted value" : "a secret")",
                "store it with `hatang secret set NAME` and write \(name.prefix(60)): secret://NAME")
        }
    }

    static func isSecretName(_ name: String) -> Bool {
        let name = name.lowercased()
        if name.hasSuffix("_file") || name.hasSuffix("_path") { return false }
        return ["password", "passwd", "passphrase", "secret", "community", "private_key", "api_key", "token"].contains {
            name.contains($0)
        }
            || name == "pass" || name.hasSuffix("_pass") || name.hasSuffix("_pwd")
    }

    /// Text that Ansible would make of others cannot be known here.
    private static func isTemplate(_ node: YAMLNode) -> Bool { node.text?.contains("{{") ?? false }

    // MARK: - Hosts

    private mutating func read(
        _ name: String, _ host: AnsibleSource.Host, _ groups: [String], _ inventory: AnsibleSource
    ) {
        var variables: [String: AnsibleSource.Variable] = [:]
        for group in groups { variables.merge(inventory.groups[group]?.variables ?? [:]) { $1 } }
        variables.merge(host.own) { $1 }
        let isVirtual =
            variables["is_virtual"]?.node.text.flatMap { Words.truth($0) }
            ?? groups.contains { ["vms", "virtual_machines", "is_virtual_true", "virtual"].contains($0) }
        let pending = Pending(isVirtual ? .virtualMachine : .device, at: host.place)
        let schema = Schema.of(pending.kind)
        pending.given["name"] = .scalar(name, plain: false, host.place)
        var context: [YAMLMap.Entry] = []
        for (key, variable) in variables.sorted(by: { $0.key < $1.key }) {
            if let field = Self.fields[key].flatMap({ schema.field($0) }) {
                if !variable.node.isBlank, !Self.isTemplate(variable.node) {
                    set(field, Self.single(variable.node), pending)
                }
            } else if let member = Self.connection[key] {
                addMonitoring(member, variable, pending)
            } else if key.hasPrefix("ansible_"), !Self.derived.contains(key) {
                leftOut.insert(key)
            } else if !Self.derived.contains(key), host.own[key] != nil {
                context.append(YAMLMap.Entry(key: key, keyPosition: variable.place, value: variable.node))
            }
        }
        fillFromGroups(groups, pending, schema)
        addTags(groups, variables["tags"]?.node, pending)
        if !context.isEmpty, !isRefused {
            pending.given["local_context_data"] = .map(YAMLMap(entries: context, position: host.place))
        }
        out.append(pending)
        addAddress(name, variables, pending)
        place(pending, name)
    }

    /// nb_inventory gives lists of one.
    private static func single(_ node: YAMLNode) -> YAMLNode {
        if let list = node.list, list.count == 1 { return list[0] }
        return node
    }

    private func set(_ field: Field, _ node: YAMLNode, _ pending: Pending) {
        pending.given[field.name] = Values.convert(node, field)
    }

    private func addMonitoring(_ member: String, _ variable: AnsibleSource.Variable, _ pending: Pending) {
        if variable.node.isBlank || Self.isTemplate(variable.node) { return }
        let kept = pending.given["monitoring"]?.map?.entries ?? []
        let entry = YAMLMap.Entry(key: member, keyPosition: variable.place, value: variable.node)
        pending.given["monitoring"] = .map(
            YAMLMap(entries: kept.filter { $0.key != member } + [entry], position: variable.place))
    }

    private func fillFromGroups(_ groups: [String], _ pending: Pending, _ schema: Schema) {
        for group in groups {
            guard let known = Self.prefixes.first(where: { group.hasPrefix($0.prefix) }),
                let field = schema.field(known.field), pending.given[known.field] == nil
            else { continue }
            let rest = String(group.dropFirst(known.prefix.count))
            guard !rest.isEmpty else { continue }
            // Group names have no hyphens: the slug had.
            let text = known.field == "status" ? rest : rest.replacing("_", with: "-")
            set(field, .scalar(text, plain: false, pending.position), pending)
        }
    }

    private func addTags(_ groups: [String], _ node: YAMLNode?, _ pending: Pending) {
        var tags = groups.filter { group in
            group != "all" && group != "ungrouped" && !Self.prefixes.contains { group.hasPrefix($0.prefix) }
                && !group.hasPrefix("tag_") && !group.hasPrefix("tags_")
        }
        tags += groups.filter { $0.hasPrefix("tag_") }.map { String($0.dropFirst(4)) }
        tags += groups.filter { $0.hasPrefix("tags_") }.map { String($0.dropFirst(5)) }
        tags += RecordFinder.texts(node)
        let slugs = Set(tags.map { Slug.of($0) }.filter { !$0.isEmpty })
        if slugs.isEmpty { return }
        pending.given["tags"] = .list(
            slugs.sorted().map { .scalar($0, plain: false, pending.position) }, pending.position)
    }

    // MARK: - Addresses

    private mutating func addAddress(
        _ name: String, _ variables: [String: AnsibleSource.Variable], _ pending: Pending
    ) {
        var nodes: [YAMLNode] = []
        for key in ["ansible_host", "ansible_ssh_host", "primary_ip4", "primary_ip6"] {
            if let node = variables[key]?.node, !node.isBlank, !Self.isTemplate(node) { nodes.append(node) }
        }
        if nodes.isEmpty, (try? IPAddress(name)) != nil { nodes.append(.scalar(name, plain: false, pending.position)) }
        var seen: Set<IPAddress> = []
        for node in nodes {
            let text = RecordFinder.texts(node).first ?? ""
            guard let address = (try? IPAddress(text)) ?? (try? InterfaceAddress(text))?.address else {
                if node.text != nil { keepName(node, pending) }
                continue
            }
            guard seen.insert(address).inserted else { continue }
            let length = (try? InterfaceAddress(text))?.length
            add(address, length, node, pending, name)
        }
    }

    /// A host name instead of an address is kept beside the record.
    private func keepName(_ node: YAMLNode, _ pending: Pending) {
        let kept = pending.given["custom_fields"]?.map?.entries ?? []
        let entry = YAMLMap.Entry(key: "ansible_host", keyPosition: node.position, value: node)
        pending.given["custom_fields"] = .map(
            YAMLMap(entries: kept.filter { $0.key != "ansible_host" } + [entry], position: node.position))
    }

    private mutating func add(_ address: IPAddress, _ given: Int?, _ node: YAMLNode, _ pending: Pending, _ name: String)
    {
        // An address that is recorded on this machine already only becomes its primary one.
        let recorded = recorded[address]
        if let other = recorded?.text("assigned_object")?.split(separator: ":", maxSplits: 1).first.map(String.init),
            other != Slug.of(name), snapshot[ObjectID(pending.kind, other)]?.text("name") != name
        {
            report.warning(
                node.position, "\(name): \(address) is recorded on \(other), it stays there",
                "correct the inventory, or the variable")
            keepName(node, pending)
            return
        }
        guard
            let length = given ?? recorded?.text("address").flatMap({ try? InterfaceAddress($0) })?.length
                ?? home(of: address)
        else {
            homeless.append("\(name) (\(address))")
            keepName(node, pending)
            return
        }
        let place = Pending(.ipAddress, at: node.position, isImplied: true)
        place.given["address"] = node.with("\(address)/\(length)")
        place.given["is_primary"] = node.plain("true")
        let interface =
            recorded?.text("assigned_object")?.split(separator: ":", maxSplits: 1).last.map(String.init) ?? "primary"
        if recorded?.text("assigned_object") == nil {
            let port = Pending(.interface, at: node.position, isImplied: true)
            port.machine = ([pending.kind], .scalar(name, plain: false, node.position))
            port.given["name"] = node.with(interface)
            port.given["type"] = node.with(pending.kind == .virtualMachine ? "virtual" : "other")
            out.append(port)
        }
        place.machine = ([pending.kind], .scalar(name, plain: false, node.position))
        place.interface = node.with(interface)
        out.append(place)
    }

    /// The length of the smallest recorded network around an address.
    private func home(of address: IPAddress) -> Int? {
        networks.filter { $0.contains(address) }.map(\.length).max()
    }

    // MARK: - What Ansible does not say

    /// A new device needs a site, a role and a type; where nothing says them it gets placeholders, which are named.
    private mutating func place(_ pending: Pending, _ name: String) {
        guard pending.kind == .device, !isRecorded(name) else { return }
        let sites = snapshot.objects(.site)
        let site = sites.count == 1 ? sites[0].id.key : "unknown"
        for (field, text) in [("site", site), ("role", "unclassified"), ("device_type", "generic-unknown")]
        where pending.given[field] == nil {
            pending.given[field] = .scalar(text, plain: false, pending.position)
            placeless[field == "site" ? "site:\(site)" : field, default: []].append(name)
        }
    }

    private func isRecorded(_ name: String) -> Bool {
        owners.contains("device/\(name)") || owners.contains("device/\(Slug.of(name))")
    }

    private mutating func addPlaceholders(_ sources: [ImportSource]) {
        let place = SourcePosition(file: sources.first?.path ?? "inventory")
        func add(_ kind: Kind, _ fields: [(String, String)]) {
            let pending = Pending(kind, at: place, isImplied: true)
            for (name, text) in fields { pending.given[name] = .scalar(text, plain: false, place) }
            out.append(pending)
        }
        for (what, names) in placeless.sorted(by: { $0.key < $1.key }) {
            let field = what.hasPrefix("site:") ? "site" : what
            let value =
                what.hasPrefix("site:")
                ? String(what.dropFirst(5)) : field == "role" ? "unclassified" : "generic-unknown"
            report.warning(
                place,
                "\(names.count) hosts have no \(field) and get \(value): \(names.prefix(10).joined(separator: ", "))\(names.count > 10 ? ", …" : "")",
                "write \(field): in their variables")
            switch what {
            case "site:unknown": add(.site, [("slug", "unknown"), ("name", "Chưa rõ địa điểm")])
            case "role": add(.deviceRole, [("slug", "unclassified"), ("name", "Chưa phân loại")])
            case "device_type":
                add(.manufacturer, [("slug", "generic"), ("name", "Generic")])
                add(.deviceType, [("slug", "generic-unknown"), ("manufacturer", "generic"), ("model", "Unknown")])
            default: break
            }
        }
        if !homeless.isEmpty {
            report.warning(
                place,
                "no recorded prefix holds the addresses of \(homeless.count) hosts: \(homeless.prefix(10).joined(separator: ", "))",
                "record the prefix and import again; until then ansible_host is a custom field")
        }
        if !leftOut.isEmpty {
            report.warning(
                place,
                "\(leftOut.count) variables of Ansible's own have no place and are left out: \(leftOut.sorted().joined(separator: ", "))",
                "keep them with the playbooks")
        }
    }

    /// The variables of a group become a config context of the machines that have its tag.
    private mutating func addContext(_ name: String, _ group: AnsibleSource.Group, weight: Int) {
        let kept = group.variables.filter { key, variable in
            !key.hasPrefix("ansible_") && Self.fields[key] == nil && !Self.derived.contains(key)
        }.sorted { $0.key < $1.key }
        for key in group.variables.keys
        where key.hasPrefix("ansible_") && Self.connection[key] == nil && !Self.derived.contains(key) {
            leftOut.insert(key)
        }
        guard let place = kept.first?.value.place, !isRefused else { return }
        let entries = kept.map { YAMLMap.Entry(key: $0.key, keyPosition: $0.value.place, value: $0.value.node) }
        let pending = Pending(.configContext, at: place, isImplied: true)
        pending.given["name"] = .scalar("ansible \(name)", plain: false, place)
        pending.given["weight"] = .scalar(String(weight), plain: true, place)
        pending.given["data"] = .map(YAMLMap(entries: entries, position: place))
        if name != "all" {
            pending.given["object_tags"] = .list([.scalar(Slug.of(name), plain: false, place)], place)
        }
        out.append(pending)
    }
}
