import CMDB
import Evidence
import Notation
import Regulation

extension ItemView {
    /// A keyword of `sshd -T`, lower-case value; nil without the fact, empty when the keyword is not set.
    mutating func sshd(_ keyword: String) -> String? {
        value("ssh.sshd", part: keyword).map { ($0.string ?? $0.int.map(String.init) ?? "").lowercased() }
    }

    /// A whole number inside a fact: `.some(nil)` when the fact has no such part.
    mutating func number(_ name: String, _ part: String) -> Int?? {
        value(name, part: part).map { $0.int.map(Int.init) }
    }

    /// The name field of each account in a list of accounts.
    static func names(_ accounts: [JSONValue]) -> String {
        accounts.map { $0["name"]?.string ?? $0.string ?? "?" }.sorted().joined(separator: ", ")
    }
}

extension Rules {
    static let serverAccounts: [String: Rule] = [
        "SRV-AUTH-01": machines(
            remedy: "khóa hoặc đặt mật khẩu cho các tài khoản này; đặt PermitEmptyPasswords no",
            "lock these accounts or give them a password; set PermitEmptyPasswords no"
        ) { host in
            guard let empty = host.value("accounts.empty_password")?.array,
                let permit = host.sshd("permitemptypasswords")
            else { return .unknown(nil) }
            if !empty.isEmpty {
                let names = ItemView.names(empty)
                return .fail("tài khoản không mật khẩu: \(names)", "accounts with an empty password: \(names)")
            }
            return permit == "no"
                ? .pass("không tài khoản nào trống mật khẩu", "no account has an empty password")
                : .fail("sshd cho đăng nhập bằng mật khẩu trống", "sshd lets empty passwords in")
        },
        "SRV-AUTH-02": machines(
            remedy: "đặt PermitRootLogin no hoặc khóa root; khóa tài khoản mặc định của nhà sản xuất",
            "set PermitRootLogin no or lock root; lock vendor default accounts", defaultAccounts),
        "SRV-AUTH-03": machines(
            remedy: "đặt minlen và minclass trong pwquality.conf", "set minlen and minclass in pwquality.conf"
        ) { host in
            let (length, classes) = (
                host.context.int("default_min_length") ?? 8, host.context.int("default_min_class") ?? 3
            )
            guard let minlen = host.number("password.policy", "minlen"),
                let minclass = host.number("password.policy", "minclass")
            else { return .unknown(nil) }
            let seen = "minlen \(minlen.map(String.init) ?? "-"), minclass \(minclass.map(String.init) ?? "-")"
            return (minlen ?? 0) >= length && (minclass ?? 0) >= classes
                ? .pass("\(seen) (cần \(length) / \(classes))", "\(seen) (asked \(length) / \(classes))")
                : .fail(
                    "\(seen); cần ít nhất \(length) / \(classes)", "\(seen); at least \(length) / \(classes) is asked")
        },
        "SRV-AUTH-04": machines(
            remedy: "đặt PASS_MAX_DAYS, PASS_WARN_AGE trong login.defs và chage -M cho tài khoản đang có",
            "set PASS_MAX_DAYS, PASS_WARN_AGE in login.defs and chage -M for existing accounts", passwordAge),
        "SRV-AUTH-05": machines(
            remedy: "đặt deny và fail_interval trong faillock.conf, bật pam_faillock",
            "set deny and fail_interval in faillock.conf, enable pam_faillock"
        ) { host in
            let most = host.context.int("default_deny") ?? 5
            guard let deny = host.number("password.policy", "faillock_deny"),
                let interval = host.number("password.policy", "faillock_fail_interval")
            else { return .unknown(nil) }
            let seen = "deny \(deny.map(String.init) ?? "-"), fail_interval \(interval.map(String.init) ?? "-")"
            return (1...most).contains(deny ?? 0) && (interval ?? 0) > 0
                ? .pass(seen, seen) : .fail("\(seen); cần deny 1-\(most)", "\(seen); deny 1-\(most) is asked")
        },
        "SRV-AUTH-06": machines(
            remedy: "đặt unlock_time = 0 hoặc từ 600 giây trong faillock.conf",
            "set unlock_time = 0 or at least 600 s in faillock.conf"
        ) { host in
            guard let deny = host.number("password.policy", "faillock_deny"),
                let unlock = host.number("password.policy", "faillock_unlock_time")
            else { return .unknown(nil) }
            guard let deny, deny > 0 else {
                return .fail("không khóa tài khoản khi sai nhiều lần", "accounts are never locked after failures")
            }
            guard let unlock else { return .fail("chưa đặt unlock_time", "unlock_time is not set") }
            return unlock == 0 || unlock >= 600
                ? .pass(
                    "khóa sau \(deny) lần, unlock_time \(unlock) s", "locked after \(deny), unlock_time \(unlock) s")
                : .fail("unlock_time chỉ \(unlock) s", "unlock_time is only \(unlock) s")
        },
        "SRV-AUTH-07": machines(
            remedy: "đặt AuthenticationMethods với hai yếu tố, ví dụ publickey,keyboard-interactive",
            "set AuthenticationMethods with two factors, such as publickey,keyboard-interactive"
        ) { host in
            guard let methods = host.sshd("authenticationmethods") else { return .unknown(nil) }
            let ways = methods.split(separator: " ")
            let strong =
                !ways.isEmpty
                && ways.allSatisfy { way in
                    Set(way.split(separator: ",").map { $0.split(separator: ":").first ?? $0 }).count >= 2
                }
            // Both may ask for the same password; what PAM asks is not seen here.
            let doubtful = ways.contains { way in
                way.split(separator: ",").allSatisfy {
                    ["password", "keyboard-interactive"].contains($0.split(separator: ":")[0])
                }
            }
            if strong, doubtful {
                return .unknown(
                    "\(methods): không biết keyboard-interactive có hỏi gì khác mật khẩu",
                    "\(methods): whether keyboard-interactive asks for more than the password is not known")
            }
            return strong
                ? .pass(
                    "sshd buộc hai phương thức ở mọi cách đăng nhập: \(methods)",
                    "sshd demands two methods on every way in: \(methods)")
                : .fail(
                    "authenticationmethods: \(methods.isEmpty ? "any" : methods)",
                    "authenticationmethods: \(methods.isEmpty ? "any" : methods)")
        },
        "SRV-IPS-01": machines(
            remedy: "khóa tài khoản không dùng (usermod -L, chage -E 0)",
            "lock unused accounts (usermod -L, chage -E 0)",
            unusedAccounts),
    ]

    private static let vendorAccounts: Set<String> = [
        "admin", "administrator", "guest", "test", "user", "ubuntu", "debian", "centos", "ec2-user", "cloud-user",
        "pi", "vagrant", "oracle", "support", "default",
    ]

    @Sendable private static func defaultAccounts(_ host: inout ItemView) -> Answer {
        guard let root = host.sshd("permitrootlogin"), let accounts = host.value("accounts.login")?.array else {
            return .unknown(nil)
        }
        func isOpen(_ account: JSONValue) -> Bool { account["locked"]?.bool != true }
        let locked = accounts.first { $0["name"]?.string == "root" }.map { $0["locked"]?.bool }
        if root != "no", let locked, locked != true {
            return locked == nil
                ? .unknown(
                    "permitrootlogin là \(root), không biết root đã khóa chưa",
                    "permitrootlogin is \(root), whether root is locked is not known")
                : .fail("permitrootlogin là \(root), root không khóa", "permitrootlogin is \(root), root is not locked")
        }
        let unread = accounts.filter { account in
            account["locked"]?.bool == nil && vendorAccounts.contains(account["name"]?.string ?? "")
        }
        if !unread.isEmpty {
            let names = ItemView.names(unread)
            return .unknown("không biết đã khóa chưa: \(names)", "whether they are locked is not known: \(names)")
        }
        let open = accounts.filter { vendorAccounts.contains($0["name"]?.string ?? "") && isOpen($0) }
        if !open.isEmpty {
            let names = ItemView.names(open)
            return .fail("tài khoản mặc định còn mở: \(names)", "default accounts still open: \(names)")
        }
        let seen = rootLogin(root, locked)
        return .pass(
            "\(seen.vi); không còn tài khoản mặc định nào mở", "\(seen.en); no default account is open")
    }

    /// What sshd and the password file say about root, and no more: a locked password does not stop a key.
    private static func rootLogin(_ permit: String, _ locked: Bool??) -> Bilingual {
        if permit == "no" { return Bilingual(vi: "sshd không cho root vào (no)", en: "sshd lets no root in (no)") }
        let account =
            locked == nil
            ? Bilingual(vi: "root không có trong danh sách tài khoản đăng nhập", en: "root is no login account")
            : Bilingual(vi: "mật khẩu của root đã khóa", en: "root's password is locked")
        switch permit {
        case "prohibit-password", "without-password":
            return Bilingual(
                vi: "\(account.vi); permitrootlogin là \(permit): root vẫn vào được bằng khóa SSH nếu có khóa",
                en:
                    "\(account.en); permitrootlogin is \(permit): root may still come in with an SSH key if there is one"
            )
        case "forced-commands-only":
            return Bilingual(
                vi: "\(account.vi); permitrootlogin là \(permit): root chỉ chạy được lệnh gắn với khóa SSH",
                en: "\(account.en); permitrootlogin is \(permit): root may only run the command of an SSH key")
        default:
            return Bilingual(
                vi: "\(account.vi); permitrootlogin là \(permit): không vào được bằng mật khẩu, khóa SSH thì vẫn được",
                en: "\(account.en); permitrootlogin is \(permit): no login by password, an SSH key still works")
        }
    }

    @Sendable private static func passwordAge(_ host: inout ItemView) -> Answer {
        let most = host.context.int("default_max_days") ?? 90
        guard let days = host.number("password.policy", "pass_max_days"),
            let warn = host.number("password.policy", "pass_warn_age"),
            let accounts = host.value("accounts.login")?.array
        else { return .unknown(nil) }
        guard let days, (1...most).contains(days) else {
            let seen = days.map(String.init) ?? "-"
            return .fail("PASS_MAX_DAYS \(seen), cần 1-\(most)", "PASS_MAX_DAYS \(seen), 1-\(most) is asked")
        }
        guard let warn, warn > 0 else { return .fail("PASS_WARN_AGE chưa đặt", "PASS_WARN_AGE is not set") }
        let unread = accounts.filter { $0["locked"]?.bool == nil && $0["max_days"] == nil }
        if !unread.isEmpty {
            let names = ItemView.names(unread)
            return .unknown(
                "không đọc được hạn mật khẩu của: \(names)", "password ageing could not be read of: \(names)")
        }
        let eternal = accounts.filter { account in
            account["locked"]?.bool != true && !(1...most).contains(account["max_days"]?.int.map(Int.init) ?? 0)
        }
        if eternal.isEmpty { return .pass("PASS_MAX_DAYS \(days)", "PASS_MAX_DAYS \(days)") }
        let names = ItemView.names(eternal)
        return .fail(
            "mật khẩu không hết hạn trong \(most) ngày: \(names)", "passwords that outlive \(most) days: \(names)")
    }

    /// Days since 1970 of a date or of such a number.
    private static func day(_ value: JSONValue?) -> Int64? {
        if let text = value?.string { return Timestamp(day: text).map { $0.milliseconds / 86_400_000 } }
        return value?.int
    }

    /// Decides by `last_login` (seconds since 1970) of each unlocked account; without it, only a password that
    /// expired long ago proves that nobody uses the account.
    @Sendable private static func unusedAccounts(_ host: inout ItemView) -> Answer {
        let most = host.context.int("default_inactive_days") ?? 45
        guard let accounts = host.value("accounts.login")?.array else { return .unknown(nil) }
        let today = host.context.now.milliseconds / 86_400_000
        var idle: [JSONValue] = []
        var unseen: [JSONValue] = []
        for account in accounts where account["locked"]?.bool != true {
            if let last = account["last_login"]?.int {
                if today - last / 86_400 > Int64(most) { idle.append(account) }
                // A login to come: one of the two clocks is wrong.
                if last / 86_400 > today + 1 { unseen.append(account) }
            } else if let changed = day(account["last_change"]), let days = account["max_days"]?.int, days > 0,
                days < 10_000, changed + days + Int64(most) < today
            {
                idle.append(account)
            } else {
                unseen.append(account)
            }
        }
        if !idle.isEmpty {
            let names = ItemView.names(idle)
            return .fail(
                "quá \(most) ngày không thấy đăng nhập: \(names)", "no login seen for more than \(most) days: \(names)")
        }
        if unseen.isEmpty {
            return .pass(
                "tài khoản nào cũng có đăng nhập trong \(most) ngày hoặc đã khóa",
                "every account logged in within \(most) days or is locked")
        }
        let names = ItemView.names(unseen)
        return .unknown("không biết lần đăng nhập cuối của: \(names)", "last login not known: \(names)")
    }
}
