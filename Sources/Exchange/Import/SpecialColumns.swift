import CMDB
import Notation

/// The columns of NetBox that are no field of ours by themselves: places as scopes, ends of cables, machines of
/// addresses, bays of devices, content types.
struct SpecialColumns {
    private let record: ForeignRecord
    private let pending: Pending
    private var cells: [String: ForeignRecord.Cell] = [:]
    var customFields: [(name: String, cell: ForeignRecord.Cell)] = []
    /// Columns whose content has no place here after all.
    private(set) var homeless: [String] = []
    /// Records that the row implies beside its own.
    private(set) var others: [Pending] = []

    init(_ record: ForeignRecord, _ pending: Pending) {
        self.record = record
        self.pending = pending
    }

    private static let taken: [Kind: Set<String>] = [
        .device: ["parent", "device_bay", "manufacturer", "primary_ip"],
        .virtualMachine: ["primary_ip"],
        .interface: ["device", "virtual_machine", "vlan_group", "primary_mac_address"],
        .ipAddress: [
            "device", "virtual_machine", "interface", "vminterface", "assigned_object", "assigned_object_type",
        ],
        .prefix: ["scope_type", "scope_name", "scope", "scope_id", "site", "vlan_group", "vlan_site"],
        .cluster: ["scope_type", "scope_name", "scope", "scope_id", "site"],
        .vlanGroup: ["scope_type", "scope_name", "scope", "scope_id", "site", "vid_ranges"],
        .cable: [
            "side_a_site", "side_a_device", "side_a_power_panel", "side_a_type", "side_a_name", "side_b_site",
            "side_b_device", "side_b_power_panel", "side_b_type", "side_b_name", "a_terminations", "b_terminations",
        ],
        .contactAssignment: ["object_type", "object_id", "content_type", "object"],
        .journalEntry: ["assigned_object_type", "assigned_object_id", "assigned_object"],
        .service: ["device", "virtual_machine", "parent", "parent_object_type", "port_mappings", "port"],
        .tag: ["object_types", "content_types"], .customField: ["object_types", "content_types"],
    ]

    /// Whether the column is one of these; then it is kept until ``finish(_:)``.
    mutating func take(_ cell: ForeignRecord.Cell) -> Bool {
        if cell.name == "custom_fields", cell.node.map != nil {
            for entry in cell.node.map?.entries ?? [] {
                customFields.append((entry.key, ForeignRecord.Cell(name: entry.key, node: entry.value)))
            }
            return true
        }
        guard Self.taken[record.kind]?.contains(cell.name) ?? false else { return false }
        cells[cell.name] = cell
        return true
    }

    private func filled(_ name: String) -> ForeignRecord.Cell? { cells[name].flatMap { $0.isBlank ? nil : $0 } }

    /// Whether `name` is a column that is there and empty.
    private func isBlank(_ names: String...) -> Bool {
        names.contains { cells[$0] != nil } && names.allSatisfy { filled($0) == nil }
    }

    mutating func finish(_ report: inout ImportReport) {
        finishCustomFields()
        switch record.kind {
        case .device: finishDevice()
        case .virtualMachine: finishPrimary()
        case .interface: finishInterface()
        case .ipAddress: finishAddress(&report)
        case .prefix, .cluster, .vlanGroup: finishScope(&report)
        case .cable: finishCable(&report)
        case .contactAssignment: finishObject("object", ["object_type", "content_type"], "object_id")
        case .journalEntry: finishObject("assigned_object", ["assigned_object_type"], "assigned_object_id")
        case .service: finishService(&report)
        case .tag, .customField: finishTypes()
        default: break
        }
    }

    private func finishCustomFields() {
        if customFields.isEmpty { return }
        let entries = customFields.map { name, cell in
            var node = cell.node.chosen
            if cell.isBlank {
                node = node.plain("null")
            } else if case .scalar(let text, false, let position) = node, !text.isEmpty, record.isTabular {
                node = CellText.read(text, .json, at: position) ?? node
            } else if node.map != nil {
                node = RecordFinder.texts(node).first.map { node.with($0) } ?? node
            } else if let nodes = node.list {
                node = .list(
                    nodes.map { item in item.map == nil ? item : item.with(RecordFinder.texts(item).first ?? "") },
                    node.position)
            }
            return YAMLMap.Entry(key: name, keyPosition: cell.position, value: node)
        }
        pending.given["custom_fields"] = .map(YAMLMap(entries: entries, position: record.position))
    }

    private mutating func finishDevice() {
        finishPrimary()
        if let maker = filled("manufacturer") { pending.context["manufacturer"] = maker.node }
        guard let parent = filled("parent"), let bay = filled("device_bay") else { return }
        let place = Pending(.deviceBay, at: bay.position, isImplied: true)
        place.given["name"] = bay.node
        place.given["device"] = parent.node
        // Names may stand twice, slugs do not.
        let own = record.cells.first { $0.name == "slug" } ?? record.cells.first { $0.name == "name" }
        if let own { place.given["installed_device"] = own.node }
        others.append(place)
    }

    /// `primary_ip` of REST answers is one of the two; it says nothing that they do not say.
    private func finishPrimary() {
        guard let cell = filled("primary_ip"), let text = RecordFinder.texts(cell.node).first else { return }
        let field = text.contains(":") ? "primary_ip6" : "primary_ip4"
        if pending.given[field] == nil {
            pending.given[field] = Values.convert(cell.node.with(text), .address, field)
        }
    }

    private func finishInterface() {
        finishMachine(["device": .device, "virtual_machine": .virtualMachine])
        if let group = filled("vlan_group") { pending.context["group"] = group.node }
        if let mac = filled("primary_mac_address"), pending.given["mac_address"] == nil {
            pending.given["mac_address"] = mac.node.map?["mac_address"] ?? mac.node
        }
    }

    private func finishMachine(_ columns: [String: Kind]) {
        for (name, kind) in columns.sorted(by: { $0.key < $1.key }) {
            guard let cell = filled(name) else { continue }
            pending.machine = (name == "device" && columns.count == 1 ? [.device, .virtualMachine] : [kind], cell.node)
        }
    }

    private mutating func finishAddress(_ report: inout ImportReport) {
        finishMachine(["device": .device, "virtual_machine": .virtualMachine])
        if let name = filled("interface") ?? filled("vminterface") { pending.interface = name.node }
        if let object = filled("assigned_object") {
            if let map = object.node.map {
                for (name, kind) in [("device", Kind.device), ("virtual_machine", .virtualMachine)] {
                    if let node = map[name], !node.isBlank { pending.machine = ([kind], node) }
                }
                pending.interface = map["name"]
                if pending.machine == nil { homeless.append("assigned_object") }
            } else {
                pending.given["assigned_object"] = object.node
            }
        }
        if pending.machine == nil, let name = pending.interface {
            report.error(
                name.position, "ip-address/\(pending.text("address") ?? "?")", "an interface without its machine",
                "fill the column device or virtual_machine")
            pending.interface = nil
        } else if let machine = pending.machine, pending.interface == nil {
            report.error(
                machine.node.position, "ip-address/\(pending.text("address") ?? "?")",
                "a machine without the interface",
                "fill the column interface")
            pending.machine = nil
        }
        if isBlank("interface", "vminterface", "assigned_object", "device", "virtual_machine") {
            pending.blank.insert("assigned_object")
        }
    }

    private mutating func finishScope(_ report: inout ImportReport) {
        if let group = filled("vlan_group") { pending.context["group"] = group.node }
        if let site = filled("vlan_site") { pending.context["vlan_site"] = site.node }
        if let ranges = filled("vid_ranges") { finishRanges(ranges) }
        let type = filled("scope_type")?.text.map { $0.lowercased() }
        let isSite = type.map { $0.hasSuffix("site") || $0 == "dcim | site" } ?? true
        if let site = filled("site") {
            pending.given["site"] = site.node
        } else if let scope = filled("scope") ?? filled("scope_name") {
            if isSite { pending.given["site"] = scope.node } else { homeless.append("scope of \(type ?? "?")") }
        } else if let id = filled("scope_id"), isSite {
            report.error(
                id.position, "", "scope_id is a number of one database",
                "give the site's slug in a column scope_name instead")
        } else if isBlank("site", "scope", "scope_name") {
            pending.blank.insert("site")
        }
    }

    private func finishRanges(_ cell: ForeignRecord.Cell) {
        let texts = cell.node.list?.flatMap { $0.list ?? [$0] }.compactMap(\.text) ?? [cell.text ?? ""]
        let numbers = texts.flatMap { $0.split { "-,[] ".contains($0) } }.compactMap { Int($0) }
        guard let least = numbers.min(), let greatest = numbers.max() else { return }
        pending.given["min_vid"] = cell.node.plain(String(least))
        pending.given["max_vid"] = cell.node.plain(String(greatest))
    }

    private func finishCable(_ report: inout ImportReport) {
        for side in ["a", "b"] {
            let field = "\(side)_terminations"
            if let list = filled(field) {
                var plain: [YAMLNode] = []
                for node in list.node.list ?? Values.convert(list.node, .list(.text(max: 1000)), field).list ?? [] {
                    if let end = end(node) { pending.ends[field, default: []].append(end) } else { plain.append(node) }
                }
                if !plain.isEmpty { pending.given[field] = .list(plain, list.position) }
                continue
            }
            guard let name = filled("side_\(side)_name") else { continue }
            var end = Pending.End(name: name.node)
            if let type = filled("side_\(side)_type"), let text = type.text {
                guard let kind = KindNames.kind(named: text) else {
                    report.error(
                        type.position, "", "side_\(side)_type \"\(text.prefix(60))\" is not known",
                        "write one such as dcim.interface, dcim.frontport, dcim.powerport")
                    continue
                }
                end.kind = kind
            }
            end.device = filled("side_\(side)_device")?.node
            end.panel = filled("side_\(side)_power_panel")?.node
            pending.ends[field] = [end]
        }
    }

    /// A termination of a REST answer: `{object_type, object: {device, name}}`.
    private func end(_ node: YAMLNode) -> Pending.End? {
        guard let map = node.map else { return nil }
        let object = map["object"]?.map ?? map
        guard let name = object["name"] ?? object["cid"] else { return nil }
        let type = map["object_type"]?.text.flatMap { NetBoxHeaders.kind(ofContentType: $0) }
        return Pending.End(
            kind: type ?? .interface, device: object["device"] ?? object["virtual_machine"],
            panel: object["power_panel"], name: name)
    }

    private func finishObject(_ field: String, _ types: [String], _ id: String) {
        let kind = types.lazy.compactMap { filled($0)?.text }.first.flatMap { KindNames.kind(named: $0) }
        guard let cell = filled(field) ?? filled(id) else { return }
        let text = RecordFinder.texts(cell.node).first ?? ""
        if let kind, ObjectID(text) == nil {
            pending.context["object_kind"] = cell.node.with(kind.rawValue)
            pending.given[field] = cell.node.map == nil ? cell.node.with(text) : cell.node
        } else {
            pending.given[field] = cell.node
        }
    }

    private mutating func finishService(_ report: inout ImportReport) {
        finishMachine(["device": .device, "virtual_machine": .virtualMachine])
        if let parent = filled("parent") {
            let kind = filled("parent_object_type")?.text.flatMap { KindNames.kind(named: $0) }
            if let text = parent.text, ObjectID(text) != nil {
                pending.given["parent"] = parent.node
            } else if let kind, kind != .device, kind != .virtualMachine {
                homeless.append("parent of \(kind.rawValue)")
            } else {
                pending.machine = (kind.map { [$0] } ?? [.device, .virtualMachine], parent.node)
            }
        } else if isBlank("parent") {
            pending.blank.insert("parent")
        }
        if let port = filled("port"), pending.given["ports"] == nil {
            pending.given["ports"] = Values.convert(port.node, .list(.int(1...65_535)), "ports")
        }
        guard let mappings = filled("port_mappings") else { return }
        let texts =
            mappings.node.list?.compactMap(\.trimmedText)
            ?? (mappings.text ?? "").split { $0 == "," || $0 == ";" }.map { Words.trimmed(String($0)) }
        var ports: [String: [YAMLNode]] = [:]
        for text in texts {
            let parts = text.split(separator: "/").map { $0.lowercased() }
            guard parts.count == 2 else {
                report.error(
                    mappings.position, "", "port_mappings holds \"\(text.prefix(60))\"", "write tcp/443, udp/53 …")
                continue
            }
            ports[parts[0], default: []].append(mappings.node.plain(parts[1]))
        }
        for (i, name) in ports.keys.sorted().enumerated() {
            let target = i == 0 ? pending : Pending(.service, at: record.position)
            if i > 0 {
                target.given = pending.given
                target.machine = pending.machine
                if let own = pending.text("name") { target.given["name"] = mappings.node.with("\(own) \(name)") }
                others.append(target)
            }
            target.given["protocol"] = mappings.node.with(name)
            target.given["ports"] = .list(ports[name] ?? [], mappings.position)
        }
    }

    private func finishTypes() {
        guard let cell = filled("object_types") ?? filled("content_types") else {
            if isBlank("object_types", "content_types") { pending.blank.insert("object_types") }
            return
        }
        let texts =
            cell.node.list?.compactMap(\.trimmedText)
            ?? (cell.text ?? "").split(separator: ",").map { Words.trimmed(String($0)) }
        pending.given["object_types"] = .list(
            texts.map { text in
                cell.node.with(NetBoxHeaders.kind(ofContentType: text.lowercased())?.rawValue ?? text)
            }, cell.position)
    }
}
