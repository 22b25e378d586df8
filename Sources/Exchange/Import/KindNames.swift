import CMDB
import Notation

/// Which kind a sheet, a file, a REST address or a set of headings is about.
enum KindNames {
    /// By a name such as `Devices`, `ip_addresses`, `dcim.device`, `Thiết bị` or `netbox_devices`.
    static func kind(named text: String) -> Kind? {
        let name = Headings.folded(Words.trimmed(text))
        if let kind = SheetNames.kind(ofTitle: text) { return kind }
        if let kind = byName[name] { return kind }
        if let kind = NetBoxHeaders.kind(ofContentType: text.lowercased()) { return kind }
        // netbox_devices, dcim_devices, 2026_06_devices, devices_export.
        let parts = name.split(separator: "_").map(String.init)
        for length in stride(from: min(3, parts.count), through: 1, by: -1) {
            for start in stride(from: parts.count - length, through: 0, by: -1) {
                if let kind = byName[parts[start..<start + length].joined(separator: "_")] { return kind }
            }
        }
        return nil
    }

    /// By NetBox's REST address of a record, `…/api/dcim/devices/5/`.
    static func kind(url: String) -> Kind? {
        let parts = url.split(separator: "/").map(String.init)
        guard let api = parts.lastIndex(of: "api"), parts.count > api + 2 else { return nil }
        return byName[Headings.folded(parts[api + 2])]
    }

    /// The kind whose columns the headings are, and how many fit; nil when none or several fit best.
    static func kind(headings: [String], among kinds: [Kind] = Kind.allCases) -> (best: Kind?, candidates: [Kind]) {
        var scores: [(kind: Kind, score: Int)] = []
        let meaningful = headings.map(Words.trimmed).filter { !$0.isEmpty }
        for kind in kinds {
            var names: Set<String> = []
            var fitting = 0
            for heading in meaningful {
                switch Headings.read(heading, kind) {
                case .column(let name, _):
                    names.insert(name)
                    fitting += ColumnTable.column(kind, heading: name) == nil ? 2 : 3
                case .noPlace: fitting += 1
                case .unknown: fitting -= 4
                }
            }
            guard hasKey(kind, names) else { continue }
            let missing = Schema.of(kind).fields.filter { $0.required && !covers(names, $0.name, kind) }.count
            scores.append(
                (kind, fitting * 2 - missing * 3 + (signature[kind].map(names.isSuperset(of:)) ?? false ? 5 : 0)))
        }
        guard let top = scores.map(\.score).max(), top > 0 else { return (nil, []) }
        let best = scores.filter { $0.score == top }.map(\.kind)
        return (best.count == 1 ? best[0] : nil, best)
    }

    private static func covers(_ names: Set<String>, _ field: String, _ kind: Kind) -> Bool {
        if names.contains(field) { return true }
        switch (kind, field) {
        case (.interface, "device"): return names.contains("virtual_machine")
        case (.cable, "a_terminations"): return names.contains("side_a_name")
        case (.cable, "b_terminations"): return names.contains("side_b_name")
        case (.contactAssignment, "object"): return names.contains("object_type")
        default: return false
        }
    }

    private static func hasKey(_ kind: Kind, _ names: Set<String>) -> Bool {
        switch kind {
        case .deviceType: names.contains("model")
        case .circuit: names.contains("cid")
        case .vlan: names.contains("vid") || names.contains("slug")
        case .prefix, .aggregate: names.contains("prefix")
        case .ipAddress: names.contains("address")
        case .ipRange: names.isSuperset(of: ["start_address", "end_address"])
        case .asn: names.contains("asn")
        case .cable: names.contains("side_a_name") || names.contains("a_terminations")
        case .interface: names.contains("name") && (names.contains("device") || names.contains("virtual_machine"))
        case let part where Kind.components.contains(part): names.isSuperset(of: ["device", "name"])
        default: names.contains("name") || names.contains("slug")
        }
    }

    /// Columns that only this kind has.
    private static let signature: [Kind: Set<String>] = [
        .device: ["device_type"], .virtualMachine: ["vcpus"], .rack: ["u_height", "site"], .vrf: ["rd"],
        .contact: ["email"], .powerFeed: ["power_panel"], .system: ["security_level"], .zone: ["zone_type"],
        .interface: ["type", "enabled"], .powerPort: ["maximum_draw"], .rearPort: ["positions"],
        .frontPort: ["rear_port"], .powerOutlet: ["power_port"], .service: ["protocol"], .cluster: ["type"],
    ]

    private static let byName: [String: Kind] = {
        var out: [String: Kind] = [:]
        for kind in Kind.allCases {
            out[kind.fileKey] = kind
            out[kind.rawValue.replacing("-", with: "_")] = kind
        }
        for kind in Kind.allCases {
            let title = SheetNames.title(kind).split(separator: "(").first.map(String.init) ?? ""
            let name = Headings.folded(title)
            if out[name] == nil, !name.isEmpty { out[name] = kind }
        }
        for (name, kind) in others { out[name] = kind }
        return out
    }()

    private static let others: [String: Kind] = [
        "vms": .virtualMachine, "vm": .virtualMachine, "ips": .ipAddress, "ip_addresses": .ipAddress, "ip": .ipAddress,
        "vminterfaces": .interface, "roles": .deviceRole, "systems": .system, "information_systems": .system,
        "application_services": .service, "device_types": .deviceType, "inventory_items": .inventoryItem,
        "địa_điểm": .site, "trung_tâm": .site, "phòng": .location, "vị_trí": .location, "tủ": .rack, "tủ_rack": .rack,
        "thiết_bị": .device, "loại_thiết_bị": .deviceType, "vai_trò": .deviceRole, "hãng": .manufacturer,
        "nhà_sản_xuất": .manufacturer, "nền_tảng": .platform, "hệ_điều_hành": .platform, "máy_ảo": .virtualMachine,
        "cụm": .cluster, "giao_diện": .interface, "địa_chỉ_ip": .ipAddress, "dải_mạng": .prefix, "vùng_mạng": .zone,
        "vùng": .zone, "phân_đoạn": .segment, "đơn_vị": .tenant, "cơ_quan": .tenant, "người_liên_hệ": .contact,
        "liên_hệ": .contact, "danh_bạ": .contact, "kênh_truyền": .circuit, "đường_truyền": .circuit,
        "nhà_cung_cấp": .provider, "dịch_vụ": .service, "hệ_thống": .system, "hệ_thống_thông_tin": .system,
        "cáp": .cable, "nguồn_điện": .powerFeed, "tủ_điện": .powerPanel, "máy_phát": .generator,
        "điều_hòa": .coolingUnit, "hợp_đồng": .contract, "bản_quyền": .licence, "chứng_thư": .certificate,
        "tài_liệu": .document, "phần_mềm": .software, "nhật_ký": .journalEntry, "nhãn": .tag,
    ]
}
