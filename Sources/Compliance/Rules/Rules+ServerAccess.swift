import CMDB
import Evidence
import Notation
import Regulation

/// A listening socket as `ss` shows it.
struct Listener {
    let isTCP: Bool
    let address: String
    let port: Int
    let process: String

    init?(_ value: JSONValue) {
        guard let port = value["port"]?.int.flatMap({ Int(exactly: $0) }) else { return nil }
        self.port = port
        isTCP = (value["proto"]?.string ?? "tcp").lowercased().hasPrefix("tcp")
        address = value["address"]?.string ?? "*"
        process = value["process"]?.string ?? ""
    }

    /// Whether only the machine itself can reach it.
    var isLocal: Bool {
        let bare = address.split(separator: "%").first.map(String.init) ?? address
        return bare.hasPrefix("127.") || ["::1", "[::1]", "localhost"].contains(bare)
            || bare.hasPrefix("::ffff:127.") || bare.hasPrefix("[::ffff:127.")
    }

    var label: String { "\(isTCP ? "tcp" : "udp")/\(port)" + (process.isEmpty ? "" : " (\(process))") }
}

extension Rules {
    /// FTP, Telnet, exec, login, shell, NFS-less VNC: passwords and sessions in the clear.
    static let clearPorts: Set<Int> = [21, 23, 512, 513, 514, 5900, 5901, 5902, 5903]

    static let serverAccess: [String: Rule] = [
        "SRV-ACC-01": machines(
            remedy: "tắt dịch vụ truyền dạng rõ, chỉ quản trị qua SSH hoặc TLS",
            "stop clear-text services, administer through SSH or TLS only"
        ) { host in
            guard let sockets = host.value("sockets.listening")?.array else { return .unknown(nil) }
            let open = sockets.compactMap(Listener.init).filter {
                $0.isTCP && !$0.isLocal && clearPorts.contains($0.port)
            }
            let names = open.map(\.label).joined(separator: ", ")
            return open.isEmpty
                ? .pass(
                    "không mở cổng FTP, Telnet, lệnh r hay VNC nào", "no port of FTP, Telnet, r-commands or VNC is open"
                )
                : .fail("cổng dạng rõ đang mở: \(names)", "clear-text ports open: \(names)")
        },
        "SRV-ACC-02": machines(
            remedy: "đặt readonly TMOUT=900 trong /etc/profile.d hoặc ChannelTimeout trong sshd_config",
            "set readonly TMOUT=900 in /etc/profile.d, or ChannelTimeout in sshd_config"
        ) { host in
            let most = (host.context.int("default_idle_minutes") ?? 15) * 60
            if let channel = host.optional("ssh.sshd", part: "channeltimeout")?.string?.lowercased(),
                endsIdleSessions(channel, within: most)
            {
                return .pass("ChannelTimeout \(channel)", "ChannelTimeout \(channel)")
            }
            guard let tmout = host.value("shell.tmout")?.int else { return .unknown(nil) }
            return (1...Int64(most)).contains(tmout)
                ? .pass("TMOUT \(tmout) s", "TMOUT \(tmout) s")
                : .fail("TMOUT \(tmout) s, cần 1-\(most) s", "TMOUT \(tmout) s, 1-\(most) s is asked")
        },
        "SRV-ACC-03": machines(
            remedy: "đổi Port của sshd, hoặc chỉ cho quản trị qua máy trung gian và ghi lại quyết định",
            "change sshd's Port, or administer through a bastion only and record the decision"
        ) { host in
            guard let ports = host.sshd("port") else { return .unknown(nil) }
            let numbers = ports.split(separator: " ").compactMap { Int($0) }
            if numbers.isEmpty { return .unknown("không đọc được cổng sshd", "sshd's port could not be read") }
            return numbers.contains(22)
                ? .fail("sshd nghe cổng mặc định 22", "sshd listens on the default port 22")
                : .pass("sshd nghe cổng \(ports)", "sshd listens on \(ports)")
        },
        "SRV-ACC-04": machines(
            remedy: "giới hạn AllowUsers user@mạng-quản-trị, hoặc luật tường lửa cho cổng sshd",
            "limit AllowUsers to user@management-network, or the firewall rule of the sshd port"
        ) { host in
            guard let users = host.sshd("allowusers") else { return .unknown(nil) }
            let entries = users.split(separator: " ").map(String.init)
            let limited =
                !entries.isEmpty
                && entries.allSatisfy { entry in
                    guard let at = entry.lastIndex(of: "@") else { return false }
                    return !["*", "", "0.0.0.0/0", "::/0"].contains(String(entry[entry.index(after: at)...]))
                }
            if limited {
                return .pass("AllowUsers giới hạn địa chỉ: \(users)", "AllowUsers limits addresses: \(users)")
            }
            guard let firewall = host.value("firewall.state") else { return .unknown(nil) }
            if firewall["active"]?.bool == true, isDenying(firewall["input_policy"]?.string) {
                return .unknown(
                    "tường lửa chặn mặc định nhưng chưa đọc luật của cổng sshd",
                    "the firewall denies by default, but the rule of the sshd port was not read")
            }
            return .fail(
                "AllowUsers không giới hạn địa chỉ, tường lửa không chặn mặc định",
                "AllowUsers limits no address and the firewall does not deny by default")
        },
    ]

    /// Whether ChannelTimeout of sshd_config(5), such as `session=15m agent-connection=5m`, ends idle sessions.
    static func endsIdleSessions(_ setting: String, within seconds: Int) -> Bool {
        let units = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        return setting.split(separator: " ").contains { pair in
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, ["session", "session:*", "session*", "*"].contains(parts[0]) else { return false }
            let unit = parts[1].last.flatMap { units[String($0)] }
            guard let number = Int(unit == nil ? parts[1] : parts[1].dropLast()), number > 0 else { return false }
            return number <= seconds / (unit ?? 1)
        }
    }

    static func isDenying(_ policy: String?) -> Bool {
        ["drop", "reject", "deny", "block"].contains(policy?.lowercased() ?? "")
    }

    static let serverHardening: [String: Rule] = [
        "SRV-IPS-02": machines(
            remedy: "bật tường lửa máy chủ với chính sách vào mặc định là chặn",
            "enable the host firewall with a default input policy of drop"
        ) { host in
            guard let state = host.value("firewall.state") else { return .unknown(nil) }
            let kind = state["kind"]?.string ?? "?"
            guard state["active"]?.bool == true else {
                return .fail("tường lửa không chạy", "the firewall is not active")
            }
            guard let policy = state["input_policy"]?.string else {
                return .unknown(
                    "\(kind) chạy, không biết chính sách vào", "\(kind) is active, its input policy is not known")
            }
            return isDenying(policy)
                ? .pass("\(kind): \(policy)", "\(kind): \(policy)")
                : .fail("\(kind): chính sách vào là \(policy)", "\(kind): the input policy is \(policy)")
        },
        "SRV-IPS-03": machines(
            remedy: "tắt dịch vụ thừa, hoặc ghi dịch vụ vào hồ sơ", "stop the service, or register it in the inventory",
            unneededServices),
        "SRV-IPS-04": machines(
            remedy: "cài các bản vá an toàn đang chờ", "install the pending security updates"
        ) { host in
            guard let pending = host.value("updates.pending") else { return .unknown(nil) }
            guard let security = pending["security"]?.int else {
                return .unknown("không biết số bản vá an toàn đang chờ", "number of pending security updates not known")
            }
            if security > 0 {
                return .fail("\(security) bản vá an toàn chưa cài", "\(security) security updates are pending")
            }
            guard let age = pending["lists_age_h"]?.int else {
                return .pass(
                    "theo danh mục gói sẵn có trên máy, không có bản vá an toàn nào chờ",
                    "by the package lists the machine has, no security update is pending")
            }
            // Lists of last month know nothing of this month's updates.
            return age <= 7 * 24
                ? .pass(
                    "không có bản vá an toàn nào chờ, danh mục gói \(age) giờ tuổi",
                    "no security update is pending by package lists that are \(age) h old")
                : .unknown(
                    "danh mục gói đã \(age) giờ tuổi nên không biết bản vá nào đang chờ",
                    "the package lists are \(age) h old, so what is pending is not known")
        },
        "SRV-MAL-01": machines(remedy: malwareRemedy.vi, malwareRemedy.en, malwareAgent),
        "OPS-MAL-01": machines(remedy: malwareRemedy.vi, malwareRemedy.en, malwareAgent),
        "OPS-VUL-01": machines(
            .all, remedy: "thu thập phiên bản hệ điều hành hoặc firmware của mọi máy (ssh-linux-baseline, snmp-system)",
            "collect the OS or firmware version of every machine (ssh-linux-baseline, snmp-system)"
        ) { host in
            if let version = host.optional("os.version_id")?.string, !version.isEmpty {
                return .pass("phiên bản \(version)", "version \(version)")
            }
            guard let description = host.value("snmp.system", part: "sys_descr") else { return .unknown(nil) }
            guard let text = description.string, !text.isEmpty else {
                return .fail("thiết bị không cho biết phiên bản", "the machine does not tell its version")
            }
            return .pass("phiên bản: \(text.prefix(80))", "version: \(text.prefix(80))")
        },
    ]

    static let malwareRemedy = Bilingual(
        vi: "cài và bật phần mềm chống mã độc, cập nhật mẫu ít nhất mỗi 24 giờ",
        en: "install and start anti-malware, update signatures at least every 24 h")

    @Sendable static func malwareAgent(_ host: inout ItemView) -> Answer {
        guard let agent = host.value("malware.agent") else { return .unknown(nil) }
        let name = agent["name"]?.string ?? "?"
        guard agent["active"]?.bool == true else {
            return .fail("phần mềm chống mã độc không chạy (\(name))", "no anti-malware is active (\(name))")
        }
        guard let age = agent["signature_age_h"]?.number else {
            return .unknown(
                "\(name) chạy, không biết tuổi mẫu nhận dạng", "\(name) runs, age of its signatures not known")
        }
        let hours = Int(age.rounded(.up))
        return age <= 24
            ? .pass("\(name) chạy, mẫu \(hours) giờ tuổi", "\(name) runs, signatures \(hours) h old")
            : .fail("mẫu của \(name) đã \(hours) giờ tuổi", "signatures of \(name) are \(hours) h old")
    }

    @Sendable private static func unneededServices(_ host: inout ItemView) -> Answer {
        guard let sockets = host.value("sockets.listening")?.array else { return .unknown(nil) }
        let context = host.context
        let open = sockets.compactMap(Listener.init).filter { !$0.isLocal }
        let unsafe = open.filter { $0.isTCP && clearPorts.contains($0.port) }
        if !unsafe.isEmpty {
            let names = unsafe.map(\.label).joined(separator: ", ")
            return .fail("giao thức không an toàn: \(names)", "unsafe protocols: \(names)")
        }
        var allowed: Set<Int> = []
        for service in context.snapshot.referrers(of: host.object.id, kind: .service, field: "parent") {
            let ports = host.inventory(service, "ports")?.array?.compactMap(\.int) ?? []
            allowed.formUnion(ports.map { Int($0) })
        }
        let monitoring = host.object["monitoring"]
        for name in ["ssh_port", "snmp_port"] { if let port = monitoring?[name]?.int { allowed.insert(Int(port)) } }
        for name in ["tls_ports", "tcp_ports"] {
            allowed.formUnion((monitoring?[name]?.array ?? []).compactMap { $0.int.map { Int($0) } })
        }
        if allowed.isEmpty {
            return .unknown("hồ sơ chưa ghi dịch vụ nào của máy", "the inventory lists no service of the machine")
        }
        let extra = open.filter { !allowed.contains($0.port) }
        let names = extra.map(\.label).joined(separator: ", ")
        return extra.isEmpty
            ? .pass(
                "mọi cổng mở ra ngoài máy đều đã ghi trong hồ sơ",
                "every port open beyond the machine is in the inventory")
            : .fail("cổng mở ngoài hồ sơ: \(names)", "ports open that the inventory does not list: \(names)")
    }
}
