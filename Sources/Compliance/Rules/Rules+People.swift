import CMDB
import Evidence
import Notation
import Regulation

extension Rules {
    static let people: [String: Rule] = [
        "ORG-03": { context in
            Quantifier.every(
                contacts("authority_liaison", context), context,
                noun: Bilingual(vi: "đầu mối liên hệ cơ quan quản lý", en: "contacts with the authorities"),
                remedy: Bilingual(
                    vi: "ghi đầu mối authority_liaison và xác minh mỗi 12 tháng",
                    en: "register an authority_liaison contact and verify it every 12 months")
            ) { contact in
                contact.inventory(contact.object, "verified")
                guard let days = contact.context.age(contact.object, "verified"), days >= 0 else {
                    return .unknown("chưa ghi ngày xác minh", "never verified")
                }
                return days <= 366
                    ? .pass("xác minh cách đây \(days) ngày", "verified \(days) days ago")
                    : .fail("xác minh đã \(days) ngày", "verified \(days) days ago")
            }
        },
        "ORG-04": { context in
            Quantifier.every(
                contacts("incident_coordination", context), context,
                noun: Bilingual(vi: "đầu mối điều phối sự cố", en: "contacts for incident coordination"),
                remedy: Bilingual(
                    vi: "ghi đầu mối incident_coordination có số điện thoại hoặc thư",
                    en: "register an incident_coordination contact with phone or mail")
            ) { contact in
                contact.inventory(contact.object, "phone")
                contact.inventory(contact.object, "email")
                return contact.object.text("phone") != nil || contact.object.text("email") != nil
                    ? .pass(
                        "đã ghi cách liên hệ \(contact.object.displayName)",
                        "how to reach \(contact.object.displayName) is registered")
                    : .fail("không có số điện thoại hay thư", "has neither phone nor mail")
            }
        },
        "HR-05": { training($0, months: $0.int("awareness_months") ?? 12, topics: ["awareness"]) },
        "HR-06": { training($0, months: $0.int("training_months") ?? 12, topics: $0.texts("groups")) },
    ]

    /// Active contacts of that role: the system's own, else those of its owner, operator and security unit.
    private static func contacts(_ role: String, _ context: RuleContext) -> [Object] {
        func fits(_ contact: Object) -> Bool {
            contact.text("role") == role && contact.text("priority") != "inactive"
        }
        let own = context.snapshot.targets(of: "contacts", in: context.system).filter(fits)
        if !own.isEmpty { return own }
        let units = Set(["owner", "operator", "security_unit"].flatMap { Snapshot.ids($0, in: context.system) })
        return context.snapshot.objects(.contact).filter { contact in
            fits(contact) && !units.isDisjoint(with: Snapshot.ids("tenant", in: contact))
        }
    }

    /// Training records not older than `months` together cover all of `topics`.
    private static func training(_ context: RuleContext, months: Int, topics: [String]) -> Verdict {
        let names = topics.joined(separator: ", ")
        var verdict = Verdict(
            remedy: Bilingual(
                vi: "tổ chức \(names) mỗi \(months) tháng, gắn training_record",
                en: "hold \(names) every \(months) months, link a training_record"))
        let records = context.documents(["training_record"])
        if records.isEmpty || topics.isEmpty {
            return verdict.ending(
                .noEvidence, .needsDocument, "cần biên bản đào tạo (training_record): \(names)",
                "a training record is needed: \(names)")
        }
        var covered: Set<String> = []
        for record in records {
            verdict.cite(record, "issued")
            verdict.cite(record, "sections")
            guard let days = context.age(record, "issued"), (0...(months * 31)).contains(days) else { continue }
            covered.formUnion(record.texts("sections"))
        }
        let lacking = topics.filter { !covered.contains($0) }.joined(separator: ", ")
        return lacking.isEmpty
            ? verdict.ending(
                .pass, .good, "có biên bản trong \(months) tháng: \(names)", "records within \(months) months: \(names)"
            )
            : verdict.ending(
                .fail, .bad, "quá \(months) tháng hoặc thiếu: \(lacking)",
                "older than \(months) months, or missing: \(lacking)")
    }

    static let circular: [String: Rule] = [
        "CIR-02": { context in
            var verdict = Verdict(
                remedy: Bilingual(
                    vi: "ban hành quy chế trước khi phê duyệt hồ sơ cấp độ",
                    en: "issue the regulation before the level dossier is approved"))
            let policies = context.documents(["security_policy"])
            verdict.cite(context.system, "decision_date")
            for document in policies { verdict.cite(document, "issued") }
            guard let approved = context.system.text("decision_date"),
                let issued = policies.compactMap({ $0.text("issued") }).min()
            else {
                return verdict.ending(
                    .noEvidence, .needsDocument, "cần ngày ban hành quy chế và ngày quyết định cấp độ",
                    "the date of the regulation and of the level decision are needed")
            }
            return issued <= approved
                ? verdict.ending(
                    .pass, .good, "quy chế \(issued), quyết định \(approved)",
                    "regulation \(issued), decision \(approved)")
                : verdict.ending(
                    .fail, .bad, "quy chế \(issued) sau quyết định \(approved)",
                    "regulation \(issued) after decision \(approved)")
        },
        "CIR-04": { context in
            separation(context) { machine in
                let own = machine.context.snapshot.addresses(of: machine.object.id).compactMap { $0.text("vrf") }
                if let vrf = own.first { return "vrf/\(vrf)" }
                let segments = machine.context.snapshot.interfaces(of: machine.object.id)
                    .compactMap { machine.context.snapshot.target(of: "segment", in: $0) }
                return segments.compactMap { $0.text("vlan") }.first.map { "vlan/\($0)" }
            }
        },
        "CIR-05": { context in
            separation(context) { machine in
                if machine.object.id.kind == .device { return machine.object.id.description }
                return (Snapshot.ids("device", in: machine.object) + Snapshot.ids("cluster", in: machine.object)).first?
                    .description
            }
        },
    ]

    /// Rented or cloud only: what each machine stands on (`base`) is not what a machine of another system stands on.
    private static func separation(_ context: RuleContext, _ base: @escaping (inout ItemView) -> String?) -> Verdict {
        let remedy = Bilingual(
            vi: "tách hạ tầng của hệ thống khỏi hệ thống khác tại nơi thuê",
            en: "separate the system from others at the hosting site")
        var verdict = Verdict(remedy: remedy)
        verdict.cite(context.system, "hosting")
        guard let hosting = context.system.text("hosting") else {
            return verdict.ending(
                .noEvidence, .missing, "chưa ghi hệ thống đặt ở đâu (hosting)", "hosting is not registered")
        }
        if hosting == "own" {
            return verdict.ending(
                .notApplicable, .note, "hệ thống không thuê nơi đặt", "the system is not on rented infrastructure")
        }
        let own = Set(context.scene.machines.map(\.id))
        var strangers: [String: ObjectID] = [:]
        for other in context.snapshot.objects(.system) where other.id != context.system.id {
            for machine in context.snapshot.machines(of: other) where !own.contains(machine.id) {
                var view = ItemView(machine, context)
                if let place = base(&view) { strangers[place] = other.id }
            }
            for machine in context.snapshot.machines(of: other) where own.contains(machine.id) {
                strangers[machine.id.description] = other.id
            }
        }
        let taken = strangers
        return Quantifier.every(
            context.scene.machines, context, noun: Bilingual(vi: "máy", en: "machines"), remedy: remedy
        ) { machine in
            if let other = taken[machine.object.id.description] {
                return .fail("dùng chung với \(other)", "shared with \(other)")
            }
            guard let place = base(&machine) else {
                return .unknown("chưa ghi hạ tầng bên dưới", "what it stands on is not registered")
            }
            machine.inventory(machine.object, "cluster")
            return taken[place].map { .fail("\(place) dùng chung với \($0)", "\(place) is shared with \($0)") }
                ?? .pass(
                    "hồ sơ không ghi hệ thống nào khác trên \(place)", "no other system is registered on \(place)")
        }
    }
}
