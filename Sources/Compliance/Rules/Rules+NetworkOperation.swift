import CMDB
import Evidence
import Notation
import Regulation

extension Rules {
    static let networkOperation: [String: Rule] = [
        "NET-DEV-02": machines(
            .network, remedy: "dùng SNMPv3 authPriv và SSH, tắt telnet, HTTP và SNMP v1/v2c",
            "use SNMPv3 authPriv and SSH, switch off telnet, HTTP and SNMP v1/v2c", secureAdministration)
    ]

    @Sendable private static func secureAdministration(_ device: inout ItemView) -> Answer {
        var closed: Set<Int> = []
        for port in [23, 80] {
            switch device.optional("tcp.port", part: "open", port: port)?.bool {
            case true: return .fail("cổng \(port) dạng rõ đang mở", "clear-text port \(port) is open")
            case false: closed.insert(port)
            default: break
            }
        }
        if let sockets = device.optional("sockets.listening")?.array {
            let open = sockets.compactMap(Listener.init).filter {
                $0.isTCP && !$0.isLocal && [23, 80].contains($0.port)
            }
            if let first = open.first { return .fail("\(first.label) đang mở", "\(first.label) is open") }
            closed = [23, 80]
        }
        guard let version = device.value("snmp.version_used")?.string else { return .unknown(nil) }
        if version.lowercased() != "v3" {
            return .fail("SNMP \(version) không mã hóa", "SNMP \(version) is not encrypted")
        }
        return closed == [23, 80]
            ? .pass("SNMPv3, cổng 23 và 80 đóng", "SNMPv3, ports 23 and 80 closed")
            : .unknown("SNMPv3; chưa thử cổng 23 và 80", "SNMPv3; ports 23 and 80 were not tried")
    }
}
