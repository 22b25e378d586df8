import CMDB
import Notation

/// What a heading of a table means for a kind.
enum Heading {
    /// A column of ours or of NetBox, by its name; `lookup` is what stood behind a dot, such as `slug`.
    case column(String, lookup: String?)
    /// Something NetBox has and we have no place for.
    case noPlace
    case unknown
}

/// Headings as NetBox 2 to 4 and people write them.
enum Headings {
    static func read(_ text: String, _ kind: Kind) -> Heading {
        let raw = Words.trimmed(text)
        if ColumnTable.column(kind, heading: raw) != nil { return .column(raw, lookup: nil) }
        if raw.lowercased().hasPrefix("cf_") || raw.lowercased().hasPrefix("cf.") {
            return .column("cf_" + raw.dropFirst(3), lookup: nil)
        }
        let name = folded(raw)
        if let column = known(name, kind) { return .column(column, lookup: nil) }
        if let dot = name.firstIndex(of: "."), let column = known(String(name[..<dot]), kind) {
            return .column(column, lookup: String(name[name.index(after: dot)...]))
        }
        // Numbers of one database are never keys.
        if noPlace.contains(name) || name.hasSuffix("_count") || name.hasSuffix("_id") || name.hasPrefix("_") {
            return .noPlace
        }
        return .unknown
    }

    /// Lower case, with one underscore for what parts words.
    static func folded(_ text: String) -> String {
        text.lowercased().split(whereSeparator: { $0 == " " || $0 == "_" || $0 == "-" || $0 == "\n" })
            .joined(separator: "_")
    }

    private static func known(_ name: String, _ kind: Kind) -> String? {
        if ColumnTable.column(kind, heading: name) != nil { return name }
        if Schema.of(kind).field(name) != nil { return name }
        if extra[kind]?.contains(name) ?? false { return name }
        if let other = aliases[kind]?[name] { return other }
        guard let other = common[name] else { return nil }
        let exists = ColumnTable.column(kind, heading: other) != nil || Schema.of(kind).field(other) != nil
        return exists || extra[kind]?.contains(other) ?? false ? other : nil
    }

    /// Names to suggest when a heading is unknown.
    static func names(_ kind: Kind) -> [String] {
        ColumnTable.columns(kind).map(\.name) + (extra[kind] ?? []).sorted()
    }

    /// Columns that ``Translator`` understands beside those of ``ColumnTable`` and the schema.
    static let extra: [Kind: Set<String>] = [
        .device: ["primary_ip"], .interface: ["virtual_machine", "primary_mac_address"],
        .virtualMachine: ["primary_ip"],
        .ipAddress: ["vminterface", "assigned_object_type", "assigned_object"],
        .prefix: ["site", "scope", "scope_id"], .cluster: ["site", "scope", "scope_id"],
        .vlanGroup: ["scope_type", "scope_name", "scope", "scope_id", "vid_ranges"],
        .service: ["device", "virtual_machine", "parent_object_type", "port_mappings", "port"],
        .contactAssignment: ["object_type", "object_id", "content_type"],
        .journalEntry: ["assigned_object_type", "assigned_object_id"],
        .deviceType: ["default_platform"], .frontPort: ["rear_ports"],
        .customField: ["content_types"], .tag: ["content_types"],
    ]

    private static let aliases: [Kind: [String: String]] = [
        .device: ["device_role": "role", "type": "device_type", "model": "device_type", "parent_device": "parent"],
        .virtualMachine: ["host": "device"],
        .interface: ["mac": "mac_address", "lag_interface": "lag", "form_factor": "type"],
        .ipAddress: ["ip_address": "address", "ip": "address", "interface_name": "interface"],
        .prefix: ["vlan_vid": "vlan"], .rack: ["rack_group": "location", "height": "u_height"],
        .deviceType: ["height": "u_height"], .location: ["parent_location": "parent"],
        .contact: ["group": "groups"], .circuit: ["circuit_id": "cid"],
        .inventoryItem: ["part_number": "part_id"], .cable: ["a_termination": "a_terminations"],
        .journalEntry: ["kind": "entry_kind"], .asn: ["as_number": "asn"],
    ]

    /// NetBox's labels and Vietnamese headings.
    private static let common: [String: String] = [
        "serial_number": "serial", "management_only": "mgmt_only", "is_a_pool": "is_pool", "height_(u)": "u_height",
        "vlan_id": "vid", "device_type_model": "device_type", "ipv4_address": "primary_ip4",
        "ipv6_address": "primary_ip6", "memory_(mb)": "memory", "disk_(mb)": "disk",
        "commit_rate_(kbps)": "commit_rate",
        "tên": "name", "tên_thiết_bị": "name", "mã": "slug", "trạng_thái": "status", "địa_điểm": "site",
        "trung_tâm": "site", "vị_trí": "location", "phòng": "location", "tủ": "rack", "tủ_rack": "rack",
        "vị_trí_u": "position", "mặt": "face", "vai_trò": "role", "loại_thiết_bị": "device_type",
        "hãng": "manufacturer", "nhà_sản_xuất": "manufacturer", "hệ_điều_hành": "platform", "số_seri": "serial",
        "số_serial": "serial", "mã_tài_sản": "asset_tag", "đơn_vị": "tenant", "mô_tả": "description",
        "ghi_chú": "comments", "nhãn": "tags", "thẻ": "tags", "chủ_quản": "owner", "vùng": "zone", "cụm": "cluster",
        "thiết_bị": "device", "máy_ảo": "virtual_machine", "giao_diện": "interface", "cổng": "interface",
        "địa_chỉ_ip": "address", "địa_chỉ": "address", "tên_miền": "dns_name", "dải_mạng": "prefix",
        "loại": "type", "nhà_cung_cấp": "provider", "điện_thoại": "phone", "chức_vụ": "title",
        "địa_chỉ_mac": "mac_address", "cấp_độ": "security_level",
    ]

    /// What NetBox's tables and REST answers hold beside the records' own data, and features we have no field for.
    private static let noPlace: Set<String> = [
        "id", "url", "display", "display_url", "created", "last_updated", "actions", "pk", "children", "depth",
        "family", "cable", "cable_end", "cable_peer", "link_peers", "link_peers_type", "link_peer",
        "connected_endpoints", "connected_endpoints_type", "connected_endpoints_reachable", "connection", "occupied",
        "config_template", "config_context", "virtual_machine_type", "start_on_boot", "bundle", "profile", "vdcs",
        "qinq_role", "qinq_svlan", "rf_role", "rf_channel", "rf_channel_frequency", "rf_channel_width", "tx_power",
        "wireless_lans", "wireless_link", "l2vpn_termination", "vlan_translation_policy", "mac_addresses",
        "nat_inside", "nat_outside", "fhrp_group", "fhrp_group_name", "outer_width", "outer_height", "outer_depth",
        "outer_unit", "mounting_depth", "max_weight", "max_weight_unit", "weight", "weight_unit", "utilization",
        "ipaddresses", "termination_a", "termination_z", "assignments", "module", "exclude_from_utilization",
        "primary_for_parent", "napalm_driver", "napalm_args", "config_template_id", "parent_device", "rir_name",
        "group", "scope", "scope_id", "scope_type", "scope_name", "time_zone", "local_context_data_source",
        "available_power", "mark_connected", "poe", "color_name", "image", "front_image", "rear_image", "users",
        "data_source", "data_path", "data_file", "data_synced", "is_active", "object_types", "choice_set",
        "filter_logic",
        "ui_visible", "ui_editable", "is_cloneable", "search_weight", "virtual_circuit_termination", "termination",
        "parent_bay", "airflow", "type", "facility_id", "vc_position", "vc_priority", "virtual_chassis",
    ]
}
