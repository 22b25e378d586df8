import CMDB
import Evidence
import Notation
import Regulation

extension Rules {
    static let backup: [String: Rule] = [
        "NET-DESIGN-21": { context in
            var verdict = Verdict(
                remedy: Bilingual(
                    vi: "đưa hệ thống vào hệ sao lưu tập trung, ghi backed-up-by tới thiết bị có khả năng backup",
                    en: "back the system up centrally, record backed-up-by to a machine with capability backup"))
            let targets = backupTargets(context, &verdict)
            if targets.isEmpty { return verdict }
            let central = targets.filter { $0.texts("capabilities").contains("backup") }
            for machine in central { verdict.cite(machine, "capabilities") }
            return central.isEmpty
                ? verdict.ending(
                    .fail, .bad, "nơi sao lưu không phải hệ sao lưu tập trung", "the target is no central backup system"
                )
                : verdict.ending(
                    .pass, .good, "hồ sơ ghi sao lưu về \(central[0].displayName), một hệ sao lưu",
                    "registered as backed up to \(central[0].displayName), a backup system")
        },
        "DATA-BAK-01": dataKinds,
        "DATA-BAK-03": { context in
            var verdict = Verdict(
                remedy: Bilingual(
                    vi: "đặt bản sao trên thiết bị không thuộc hạ tầng đang chạy hệ thống",
                    en: "keep copies on a machine that is no part of what runs the system"))
            let targets = backupTargets(context, &verdict)
            if targets.isEmpty { return verdict }
            let production = production(context)
            for target in targets where !production.isDisjoint(with: [target.id] + hosts(of: target, context.snapshot))
            {
                return verdict.ending(
                    .fail, .bad, "\(target.displayName) cũng chạy hệ thống này",
                    "\(target.displayName) also runs this system")
            }
            return verdict.ending(
                .pass, .good, "theo hồ sơ, nơi sao lưu không thuộc hạ tầng đang chạy hệ thống",
                "by the inventory, the target is no part of what runs the system")
        },
        "DATA-BAK-05": { context in
            var verdict = Verdict(
                remedy: Bilingual(vi: "giữ một bản sao ở địa điểm khác", en: "keep a copy at another site"))
            let targets = backupTargets(context, &verdict)
            if targets.isEmpty { return verdict }
            let main = Set(Snapshot.ids("site", in: context.system))
            let places = targets.flatMap { target -> [ObjectID] in
                verdict.cite(target, "site")
                return target.id.kind == .site ? [target.id] : Scene.site(target, context.snapshot)
            }
            guard !main.isEmpty, !places.isEmpty else {
                return verdict.ending(
                    .noEvidence, .missing, "chưa ghi địa điểm của hệ thống hoặc của nơi sao lưu",
                    "the site of the system or of the target is not registered")
            }
            let elsewhere = places.filter { !main.contains($0) }.map(\.key).joined(separator: ", ")
            return elsewhere.isEmpty
                ? verdict.ending(.fail, .bad, "mọi bản sao ở cùng địa điểm", "every copy is at the same site")
                : verdict.ending(
                    .pass, .good, "hồ sơ ghi nơi sao lưu ở \(elsewhere)",
                    "a backup target is registered at \(elsewhere)")
        },
        "DATA-BAK-06": { context in
            var verdict = Verdict(
                remedy: Bilingual(
                    vi: "có ít nhất hai đường nối giữa hệ sao lưu chính và phụ",
                    en: "join main and secondary backup by two lines"))
            let targets = backupTargets(context, &verdict)
            if targets.isEmpty { return verdict }
            let main = Snapshot.ids("site", in: context.system).first
            let far = targets.flatMap { $0.id.kind == .site ? [$0.id] : Scene.site($0, context.snapshot) }
                .first { $0 != main }
            return links(context, from: main, to: far, least: context.int("links_min") ?? 2, verdict)
        },
    ]

    /// Where the system is backed up to; an empty list leaves a verdict of no evidence.
    private static func backupTargets(_ context: RuleContext, _ verdict: inout Verdict) -> [Object] {
        let edges = context.scene.targets("backed-up-by", of: context.system)
        for edge in edges { verdict.cite(edge.edge, "to") }
        let targets = Set(edges.map(\.target)).sorted().compactMap { context.snapshot[$0] }
        if targets.isEmpty {
            verdict.status = .noEvidence
            verdict.say(
                .missing, nil, "hồ sơ chưa ghi quan hệ backed-up-by của hệ thống", "the system has no backed-up-by edge"
            )
        }
        return targets
    }

    private static func hosts(of machine: Object, _ snapshot: Snapshot) -> [ObjectID] {
        Snapshot.ids("cluster", in: machine)
            + (machine.id.kind == .virtualMachine ? Snapshot.ids("device", in: machine) : [])
    }

    /// Machines, hosts and clusters that run the system; backup machines among its components are not production.
    private static func production(_ context: RuleContext) -> Set<ObjectID> {
        var out: Set<ObjectID> = []
        for machine in context.scene.machines where !machine.texts("capabilities").contains("backup") {
            out.insert(machine.id)
            out.formUnion(hosts(of: machine, context.snapshot))
        }
        for target in context.scene.targets("runs-on", of: context.system) { out.insert(target.target) }
        return out
    }

    /// A daily copy may be this much late.
    private static let freshHours: Int64 = 36

    /// Every kind of data the level names is registered, has a target, and a run of it succeeded lately: fact
    /// `backup.last_success.KIND` of the system, as old as its observation.
    @Sendable private static func dataKinds(_ context: RuleContext) -> Verdict {
        var verdict = Verdict(
            remedy: Bilingual(
                vi:
                    "ghi data_kinds và backed-up-by, lập lịch sao lưu từng loại, chứng minh bằng hatang backup prove --kind",
                en:
                    "record data_kinds and backed-up-by, schedule a backup of each kind, prove it with hatang backup prove --kind"
            ))
        let wanted = Set(context.texts("data_kinds"))
        let known = Set(context.system.texts("data_kinds"))
        verdict.cite(context.system, "data_kinds")
        guard !known.isEmpty else {
            return verdict.ending(
                .noEvidence, .missing, "hồ sơ chưa ghi loại dữ liệu phải sao lưu (data_kinds)",
                "data_kinds is not registered")
        }
        let lacking = wanted.subtracting(known).sorted().joined(separator: ", ")
        if !lacking.isEmpty {
            return verdict.ending(.fail, .bad, "chưa sao lưu: \(lacking)", "not backed up: \(lacking)")
        }
        if backupTargets(context, &verdict).isEmpty { return verdict }
        var late: [String] = []
        var unknown: [String] = []
        var seen: [String] = []
        for kind in wanted.sorted() {
            switch context.facts.entry(context.system.id, "backup.last_success.\(kind)") {
            case .valid(let fact):
                verdict.exhibits.append(Exhibit(fact: fact))
                let hours = max(0, (context.now.milliseconds - fact.observedAt.milliseconds) / 3_600_000)
                if hours > freshHours {
                    late.append("\(kind) (\(hours) h)")
                } else {
                    seen.append("\(kind) (\(hours) h)")
                }
            case .stale(let fact):
                unknown.append(kind)
                verdict.say(
                    .stale, context.system.id, "dữ kiện \(fact.name) đã quá hạn từ \(fact.validUntil), không tính",
                    "fact \(fact.name) has been stale since \(fact.validUntil) and does not count")
            case nil: unknown.append(kind)
            }
        }
        if !late.isEmpty {
            let names = late.joined(separator: ", ")
            return verdict.ending(
                .fail, .bad, "quá \(freshHours) giờ chưa sao lưu: \(names)",
                "not backed up within \(freshHours) h: \(names)")
        }
        if !unknown.isEmpty {
            let names = unknown.joined(separator: ", ")
            return verdict.ending(
                .partial, .missing,
                "hồ sơ khai đủ, nhưng chưa có dữ kiện sao lưu thành công (backup.last_success) của: \(names)",
                "the inventory declares all kinds, but no successful run (backup.last_success) is known of: \(names)")
        }
        let names = seen.joined(separator: ", ")
        return verdict.ending(
            .pass, .good, "lần sao lưu thành công gần nhất: \(names)", "latest successful backups: \(names)")
    }
}
