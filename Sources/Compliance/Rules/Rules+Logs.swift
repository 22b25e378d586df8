import CMDB
import Evidence
import Notation
import Regulation

extension Rules {
    static let serverLogs: [String: Rule] = [
        "SRV-LOG-01": machines(
            remedy: "bật auditd với luật, để LogLevel của sshd từ INFO",
            "run auditd with rules, keep sshd's LogLevel at INFO or above"
        ) { host in
            guard let audit = host.value("log.audit"), let level = host.sshd("loglevel") else { return .unknown(nil) }
            let quiet = ["quiet", "fatal", "error"].contains(level)
            guard audit["auditd_active"]?.bool == true else {
                return .fail("auditd không chạy", "auditd is not active")
            }
            return quiet
                ? .fail("sshd ghi nhật ký ở mức \(level)", "sshd logs at \(level) only")
                : .pass("auditd chạy, sshd ghi ở mức \(level)", "auditd runs, sshd logs at \(level)")
        },
        "SRV-LOG-02": machines(
            remedy: "bật rsyslog, hoặc journald với Storage=persistent",
            "run rsyslog, or journald with Storage=persistent"
        ) { host in
            guard let log = host.value("log.retention") else { return .unknown(nil) }
            if log["rsyslog_active"]?.bool == true { return .pass("rsyslog chạy", "rsyslog runs") }
            guard let storage = log["journald_storage"]?.string else {
                return .unknown("không biết journald lưu ở đâu", "where journald stores is not known")
            }
            return storage == "persistent"
                ? .pass("journald lưu bền", "journald storage is persistent")
                : .fail(
                    "rsyslog không chạy, journald: \(storage)", "rsyslog is not active, journald storage: \(storage)")
        },
        "SRV-LOG-03": machines(
            remedy: "thêm luật auditd cho /etc, sshd_config, sudoers và dữ liệu quan trọng",
            "add auditd rules for /etc, sshd_config, sudoers and important data"
        ) { host in
            guard let audit = host.value("log.audit") else { return .unknown(nil) }
            guard audit["auditd_active"]?.bool == true else {
                return .fail("auditd không chạy", "auditd is not active")
            }
            guard let rules = audit["rules"]?.int else {
                return .unknown("không đọc được luật auditd", "the rules of auditd could not be read")
            }
            return rules > 0
                ? .pass("auditd có \(rules) luật", "auditd has \(rules) rules")
                : .fail("auditd không có luật nào", "auditd has no rules")
        },
        "SRV-LOG-04": machines(remedy: timeRemedy.vi, timeRemedy.en, synchronised),
        "NET-LOG-03": machines(.all, remedy: timeRemedy.vi, timeRemedy.en, synchronised),
        "OPS-MON-07": machines(.all, remedy: timeRemedy.vi, timeRemedy.en, synchronised),
        "SRV-LOG-05": machines(
            remedy: "dọn hoặc mở rộng vùng chứa nhật ký, đặt logrotate hoặc giới hạn journald",
            "free or enlarge the log volume, set logrotate or journald limits"
        ) { host in
            guard let used = host.value("log.disk", part: "used_percent")?.number,
                let log = host.value("log.retention")
            else { return .unknown(nil) }
            let percent = Int(used.rounded(.up))
            if used >= 80 { return .fail("vùng nhật ký đã dùng \(percent)%", "the log volume is \(percent)% full") }
            let rotated = log["logrotate_days"]?.int != nil || log["journald_max_retention_days"]?.int != nil
            return rotated
                ? .pass("vùng nhật ký dùng \(percent)%, có xoay vòng", "log volume \(percent)% full, rotation set")
                : .fail("không thấy cấu hình xoay vòng nhật ký", "no rotation is set")
        },
        "SRV-LOG-06": machines(
            remedy: "gửi nhật ký về máy thu tập trung (rsyslog omfwd hoặc omrelp)",
            "send logs to the central collector (rsyslog omfwd or omrelp)", forwarded),
        "OPS-MON-03": machines(
            remedy: "gửi nhật ký về hệ thống giám sát", "send logs to the monitoring system", forwarded),
        "SRV-LOG-07": machines(remedy: retentionRemedy.vi, retentionRemedy.en, retained),
        "NET-LOG-05": { context in
            let collectors = context.scene.capable(["siem", "log-collector", "syslog"])
            return Quantifier.every(
                collectors, context, noun: Bilingual(vi: "máy thu nhật ký thiết bị", en: "collectors of device logs"),
                remedy: retentionRemedy, retained)
        },
    ]

    static let timeRemedy = Bilingual(
        vi: "đồng bộ giờ với máy chủ thời gian nội bộ (chrony), lệch dưới 1 giây",
        en: "synchronise with the internal time server (chrony), offset below 1 s")
    static let retentionRemedy = Bilingual(
        vi: "đặt thời gian lưu nhật ký đủ số tháng của cấp, hoặc gửi về kho lưu tập trung đủ hạn",
        en: "keep logs as many months as the level asks, or send them to a central store that does")

    @Sendable static func synchronised(_ host: inout ItemView) -> Answer {
        guard let sync = host.value("time.sync") else { return .unknown(nil) }
        guard let synchronized = sync["synchronized"]?.bool else {
            return .unknown("không biết giờ đã đồng bộ chưa", "whether the clock is synchronised is not known")
        }
        guard synchronized else {
            return sync["service"]?.string == "none"
                ? .fail("không thấy dịch vụ đồng bộ giờ nào chạy", "no time service was seen running")
                : .fail("giờ chưa đồng bộ", "the clock is not synchronised")
        }
        guard let offset = sync["offset_s"]?.number else {
            return .unknown("đã đồng bộ, không biết độ lệch", "synchronised, offset not known")
        }
        guard let source = sync["source"]?.string, !source.isEmpty else {
            return .unknown(
                "đã đồng bộ, lệch \(offset) s, không biết với nguồn nào",
                "synchronised, offset \(offset) s, from which source is not known")
        }
        return abs(offset) < 1
            ? .pass("đồng bộ với \(source), lệch \(offset) s", "synchronised with \(source), offset \(offset) s")
            : .fail("lệch \(offset) s so với \(source)", "offset \(offset) s from \(source)")
    }

    @Sendable static func forwarded(_ host: inout ItemView) -> Answer {
        guard let targets = host.value("log.retention", part: "remote_targets") else { return .unknown(nil) }
        guard let list = targets.array else {
            return .unknown("không biết nhật ký gửi đi đâu", "where logs are sent is not known")
        }
        let names = list.compactMap(\.string).joined(separator: ", ")
        if names.isEmpty {
            return .fail("cấu hình rsyslog không gửi nhật ký đi đâu", "rsyslog is set to send logs nowhere")
        }
        switch host.optional("log.retention", part: "rsyslog_active")?.bool {
        case true:
            return .pass("rsyslog chạy, đặt gửi tới \(names)", "rsyslog runs and is set to send to \(names)")
        case false:
            return .fail(
                "đặt gửi tới \(names) nhưng rsyslog không chạy", "set to send to \(names), but rsyslog is not running")
        case nil:
            return .unknown(
                "đặt gửi tới \(names), không biết rsyslog có chạy",
                "set to send to \(names), whether rsyslog runs is not known")
        }
    }

    /// The months of the level (30 days each) against what is configured and how far back the logs really reach.
    @Sendable static func retained(_ host: inout ItemView) -> Answer {
        guard let months = host.context.int("log_retention_months") else {
            return .unknown("danh mục không có số tháng cho cấp này", "the catalogue has no months for this level")
        }
        let need = Int64(months) * 30
        guard let log = host.value("log.retention") else { return .unknown(nil) }
        let policy = [log["logrotate_days"]?.int, log["journald_max_retention_days"]?.int].compactMap { $0 }
            .filter { $0 > 0 }.max()
        let oldest = log["oldest_days"]?.int
        let seenVi = "cấu hình \(policy.map { "\($0) ngày" } ?? "-"), cũ nhất \(oldest.map { "\($0) ngày" } ?? "-")"
        let seenEn = "configured \(policy.map { "\($0) d" } ?? "-"), oldest \(oldest.map { "\($0) d" } ?? "-")"
        if let policy, policy < need {
            return .fail(
                "\(seenVi); cấp này cần \(months) × 30 ngày", "\(seenEn); this level asks for \(months) × 30 d")
        }
        if let oldest, oldest >= need {
            return .pass("\(seenVi) (cần \(months) × 30 ngày)", "\(seenEn) (asked: \(months) × 30 d)")
        }
        guard policy != nil else {
            return oldest == nil
                ? .unknown("không biết thời gian lưu", "retention not known")
                : .fail("\(seenVi); cần \(months) × 30 ngày", "\(seenEn); \(months) × 30 d are asked")
        }
        host.inventory(host.object, "in_service_at")
        guard let age = host.context.age(host.object, "in_service_at") else {
            return .unknown(
                "\(seenVi); hồ sơ không ghi ngày đưa máy vào dùng nên chưa biết nhật ký có bị mất",
                "\(seenEn); the inventory does not say since when the machine is in service, so logs may be lost")
        }
        return Int64(age) < need
            ? .pass("\(seenVi); máy mới dùng \(age) ngày", "\(seenEn); the machine is \(age) days in service")
            : .fail("\(seenVi); máy đã dùng \(age) ngày", "\(seenEn); the machine is \(age) days in service")
    }
}
