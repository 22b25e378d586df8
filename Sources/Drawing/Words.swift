import CMDB

/// What pictures call things, Vietnamese first.
struct Words {
    let language: PictureLanguage

    func callAsFunction(_ vi: String, _ en: String) -> String { language.pick(vi, en) }

    /// `CĐ 3`: the short mark of a level; `CĐ ?` when none is known.
    func level(_ level: Int?) -> String { self("CĐ ", "L") + (level.map(String.init) ?? "?") }

    func levelName(_ level: Int?) -> String {
        level.map { self("Cấp độ \($0)", "Level \($0)") } ?? self("Chưa có cấp độ", "No level")
    }

    func zoneType(_ type: String) -> String {
        switch type {
        case "internal": self("mạng nội bộ", "internal network")
        case "perimeter": self("mạng biên", "border network")
        case "dmz": "DMZ"
        case "internal_server": self("máy chủ nội bộ", "internal servers")
        case "wireless": self("mạng không dây", "wireless network")
        case "db": self("cơ sở dữ liệu", "databases")
        case "management": self("quản trị", "management")
        case "device_mgmt": self("quản trị thiết bị", "device management")
        default: type
        }
    }

    func status(_ status: String) -> String {
        switch status {
        case "active": self("đang dùng", "active")
        case "planned": self("dự kiến", "planned")
        case "staged", "staging": self("chuẩn bị", "staged")
        case "offline": self("ngừng", "offline")
        case "failed": self("hỏng", "failed")
        case "inventory": self("trong kho", "in store")
        case "decommissioning": self("đang gỡ", "decommissioning")
        case "reserved": self("giữ chỗ", "reserved")
        case "available": self("sẵn sàng", "available")
        case "deprecated": self("sắp bỏ", "deprecated")
        case "retired": self("đã thôi dùng", "retired")
        case "pilot": self("thử nghiệm", "pilot")
        case "paused": self("tạm dừng", "paused")
        case "provisioning": self("đang lắp", "provisioning")
        case "": self("không rõ", "unknown")
        default: status
        }
    }

    func kind(_ kind: Kind) -> String {
        switch kind {
        case .system: self("Hệ thống", "System")
        case .device: self("Thiết bị", "Device")
        case .virtualMachine: self("Máy ảo", "Virtual machine")
        case .cluster: self("Cụm", "Cluster")
        case .service: self("Dịch vụ", "Service")
        case .circuit: self("Đường truyền", "Circuit")
        case .site: self("Địa điểm", "Site")
        case .zone: self("Vùng mạng", "Zone")
        case .rack: self("Tủ", "Rack")
        case .powerFeed: self("Nguồn cấp", "Power feed")
        case .powerPanel: self("Tủ điện", "Power panel")
        case .ups: self("Bộ lưu điện", "UPS")
        case .generator: self("Máy phát", "Generator")
        case .coolingUnit: self("Điều hòa", "Cooling unit")
        case .provider: self("Nhà cung cấp", "Provider")
        case .redundancyGroup: self("Nhóm dự phòng", "Redundancy group")
        default: kind.rawValue
        }
    }

    func relation(_ relation: String) -> String {
        switch relation {
        case "runs-on": self("chạy trên", "runs on")
        case "depends-on": self("cần", "depends on")
        case "connects-to": self("kết nối tới", "connects to")
        case "backed-up-by": self("được sao lưu bởi", "backed up by")
        case "protected-by": self("được bảo vệ bởi", "protected by")
        case "consists-of": self("gồm", "consists of")
        default: relation
        }
    }

    /// 1234.5 → `1.234,5` in Vietnamese, `1,234.5` in English; at most one digit behind the point.
    func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
        var digits = String(whole)
        var grouped = ""
        while digits.count > 3 {
            grouped = (language == .vi ? "." : ",") + digits.suffix(3) + grouped
            digits.removeLast(3)
        }
        let point = language == .vi ? "," : "."
        return (tenths < 0 ? "-" : "") + digits + grouped + (rest == 0 ? "" : point + String(rest))
    }

    /// Watts as W below 1000, else kW.
    func power(_ watts: Double) -> String {
        watts < 1000 ? number(watts) + " W" : number(watts / 1000) + " kW"
    }

    /// `2026-11-21…` → `21/11/2026` in Vietnamese; anything else as it is.
    func day(_ text: String) -> String {
        let parts = text.prefix(10).split(separator: "-")
        guard language == .vi, parts.count == 3, parts.allSatisfy({ $0.allSatisfy(\.isNumber) }) else { return text }
        return "\(parts[2])/\(parts[1])/\(parts[0])" + text.dropFirst(10)
    }
}
