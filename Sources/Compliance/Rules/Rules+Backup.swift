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

    /// Every kind of data the level names is registered, has a target, and a run succeeded (fact
    /// `backup.last_success` of the system: `{kind: age in hours}`).
    @Sendable private static func dataKinds(_ context: RuleContext) -> Verdict {
        var verdict = Verdict(
            remedy: Bilingual(
                vi: "ghi data_kinds và backed-up-by, lập lịch sao lưu cho từng loại dữ liệu",
                en: "record data_kinds and backed-up-by, schedule a backup of each kind"))
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
        guard case .valid(let fact) = context.facts.entry(context.system.id, "backup.last_success") else {
            return verdict.ending(
                .partial, .missing,
                "hồ sơ khai đủ, nhưng chưa có dữ kiện lần sao lưu thành công nào (backup.last_success)",
                "the inventory declares all kinds, but no successful run is known (backup.last_success)")
        }
        verdict.exhibits.append(Exhibit(fact: fact))
        let late = wanted.filter { (fact.value[$0]?.number ?? .infinity) > 36 }.sorted().joined(separator: ", ")
        return late.isEmpty
            ? verdict.ending(
                .pass, .good, "loại nào cũng sao lưu thành công trong 36 giờ", "every kind was backed up within 36 h")
            : verdict.ending(.fail, .bad, "quá 36 giờ chưa sao lưu: \(late)", "not backed up within 36 h: \(late)")
    }
}
