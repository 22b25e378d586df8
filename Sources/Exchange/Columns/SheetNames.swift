public import CMDB

/// Titles of the sheets of a workbook: Vietnamese, with the kind's name behind, by which a sheet is known again.
public enum SheetNames {
    /// `Thiết bị (device)`; at most 31 characters, as Excel asks.
    public static func title(_ kind: Kind) -> String { "\(words[kind] ?? "Bảng") (\(kind.rawValue))" }

    /// The kind that the end of a title names, `(device)`, or the whole title: `device`, `devices`. Nil for other sheets.
    public static func kind(ofTitle title: String) -> Kind? {
        let text = title.split(separator: "(").last.map(String.init) ?? title
        let word = String((text.hasSuffix(")") && title.contains("(") ? text.dropLast() : Substring(title)))
            .lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return Kind(rawValue: word) ?? Kind(fileKey: word) ?? Kind(fileKey: word.replacing("-", with: "_"))
    }

    /// The sheet that says what the workbook is; nothing is imported from it.
    public static let readme = "README"

    private static let words: [Kind: String] = [
        .region: "Vùng", .siteGroup: "Nhóm địa điểm", .tenantGroup: "Nhóm đơn vị", .tenant: "Đơn vị",
        .contact: "Liên hệ", .site: "Địa điểm", .location: "Phòng, khu", .rack: "Tủ rack", .manufacturer: "Hãng",
        .deviceType: "Loại thiết bị", .deviceRole: "Vai trò", .platform: "Nền tảng", .software: "Phần mềm",
        .device: "Thiết bị", .cluster: "Cụm", .virtualMachine: "Máy ảo", .interface: "Giao diện",
        .frontPort: "Cổng trước", .rearPort: "Cổng sau", .consolePort: "Cổng console",
        .consoleServerPort: "Console", .powerPort: "Đầu vào điện", .powerOutlet: "Ổ cắm điện",
        .deviceBay: "Khoang", .moduleBay: "Khe mô-đun", .inventoryItem: "Linh kiện", .zone: "Vùng mạng",
        .vlanGroup: "Nhóm VLAN", .vlan: "VLAN", .vrf: "VRF", .segment: "Phân đoạn", .aggregate: "Khối địa chỉ",
        .prefix: "Dải mạng", .ipRange: "Khoảng địa chỉ", .ipAddress: "Địa chỉ IP", .asn: "Số AS",
        .provider: "Nhà cung cấp", .circuit: "Kênh truyền", .service: "Dịch vụ", .system: "Hệ thống",
        .dependency: "Phụ thuộc", .redundancyGroup: "Dự phòng", .flow: "Luồng", .powerPanel: "Tủ điện",
        .powerFeed: "Lộ điện", .ups: "Bộ lưu điện", .generator: "Máy phát", .coolingUnit: "Làm mát", .cable: "Cáp",
        .contract: "Hợp đồng", .licence: "Bản quyền", .certificate: "Chứng thư", .credential: "Tài khoản",
        .document: "Tài liệu", .levelDecision: "Cấp độ", .contactAssignment: "Phân công",
        .journalEntry: "Nhật ký", .tag: "Nhãn", .customField: "Trường riêng", .configContext: "Cấu hình",
        .group: "Nhóm", .validationRule: "Quy tắc",
    ]
}
