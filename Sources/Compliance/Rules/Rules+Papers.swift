import CMDB
import Evidence
import Notation
import Regulation

extension RuleContext {
    /// Documents the system names, of one of `types`.
    func documents(_ types: Set<String>) -> [Object] {
        snapshot.targets(of: "documents", in: system).filter { types.contains($0.text("doc_type") ?? "") }
    }
}

extension Rules {
    static let papers: [String: Rule] = [
        "POL-01": { policySection($0, ["objectives"]) },
        "POL-02": { policySection($0, ["responsibilities"]) },
        "POL-03": { policySection($0, ["scope"]) },
        "POL-04": { policySection($0, $0.texts("areas")) },
        "POL-07": policyReview,
        "DEV-01": overview,
        "DEV-02": designPapers,
        "DEV-03": approvedLevel,
        "DEV-14": acceptance,
    ]

    private static func policies(_ context: RuleContext, _ verdict: inout Verdict) -> [Object] {
        let found = context.documents(["security_policy"])
        if found.isEmpty {
            verdict.say(
                .needsDocument, nil, "cần quy chế an toàn thông tin (document loại security_policy) gắn với hệ thống",
                "a security policy (document of type security_policy) must be linked to the system")
        }
        return found
    }

    /// The policy has sections on all of `topics`.
    private static func policySection(_ context: RuleContext, _ topics: [String]) -> Verdict {
        var verdict = Verdict(
            remedy: Bilingual(
                vi: "bổ sung vào quy chế: \(topics.joined(separator: ", ")); ghi sections",
                en: "add to the policy: \(topics.joined(separator: ", ")); record sections"))
        let found = policies(context, &verdict)
        guard !found.isEmpty, !topics.isEmpty else { return verdict }
        var sections: Set<String> = []
        for document in found {
            verdict.cite(document, "sections")
            sections.formUnion(document.texts("sections"))
        }
        if sections.isEmpty {
            return verdict.ending(
                .noEvidence, .missing, "hồ sơ chưa ghi các phần của quy chế",
                "the sections of the policy are not registered")
        }
        let lacking = topics.filter { !sections.contains($0) }.joined(separator: ", ")
        return lacking.isEmpty
            ? verdict.ending(
                .pass, .good, "hồ sơ ghi quy chế có phần: \(topics.joined(separator: ", "))",
                "the policy is registered with: \(topics.joined(separator: ", "))")
            : verdict.ending(.fail, .bad, "quy chế thiếu phần: \(lacking)", "the policy lacks: \(lacking)")
    }

    @Sendable private static func policyReview(_ context: RuleContext) -> Verdict {
        let months = context.int("default_review_months") ?? 12
        var verdict = Verdict(
            remedy: Bilingual(
                vi: "rà soát quy chế ít nhất \(months) tháng một lần, ghi last_review",
                en: "review the policy at least every \(months) months, record last_review"))
        let found = policies(context, &verdict)
        if found.isEmpty { return verdict }
        let inner = Quantifier.every(
            found, context, noun: Bilingual(vi: "quy chế", en: "policies"), remedy: verdict.remedy
        ) { document in
            let reviewed = document.object["last_review"] != nil
            let field = reviewed ? "last_review" : "issued"
            let (verbVi, verbEn) = reviewed ? ("rà soát", "reviewed") : ("ban hành", "issued")
            document.inventory(document.object, field)
            guard let days = document.context.age(document.object, field) else {
                return .unknown("chưa ghi ngày rà soát", "no review date is registered")
            }
            if days < 0 { return .unknown("ngày rà soát ở tương lai", "the review date lies in the future") }
            return days <= months * 31
                ? .pass("\(verbVi) cách đây \(days) ngày", "\(verbEn) \(days) days ago")
                : .fail(
                    "\(verbVi) đã \(days) ngày, hạn rà soát \(months) tháng",
                    "\(verbEn) \(days) days ago, a review is due every \(months) months")
        }
        return inner
    }

    @Sendable private static func overview(_ context: RuleContext) -> Verdict {
        var verdict = Verdict(
            remedy: Bilingual(
                vi: "ghi scope, users, operator, owner và gắn hồ sơ đề xuất cấp độ",
                en: "record scope, users, operator, owner and link the level dossier"))
        let fields = ["scope", "users", "operator", "owner"]
        for field in fields { verdict.cite(context.system, field) }
        let lacking = fields.filter { context.system[$0] == nil }
        if lacking.count == fields.count {
            return verdict.ending(
                .noEvidence, .missing, "hồ sơ chưa ghi gì về quy mô", "nothing about its scale is registered")
        }
        if !lacking.isEmpty {
            let names = lacking.joined(separator: ", ")
            return verdict.ending(.fail, .bad, "thiếu \(names)", "\(names) missing")
        }
        let dossier = context.documents(["level_dossier"])
        for document in dossier { verdict.cite(document, "doc_type") }
        return dossier.isEmpty
            ? verdict.ending(
                .partial, .needsDocument, "hồ sơ đủ trường, cần hồ sơ đề xuất cấp độ",
                "fields complete, the level dossier is needed")
            : verdict.ending(
                .pass, .good, "đã ghi đủ trường và gắn hồ sơ cấp độ", "fields complete, a level dossier is linked")
    }

    @Sendable private static func designPapers(_ context: RuleContext) -> Verdict {
        var verdict = Verdict(
            remedy: Bilingual(
                vi: "gắn sơ đồ mạng, quy hoạch địa chỉ; ghi thành phần và dịch vụ",
                en: "link the network diagram and the address plan; register components and services"))
        var lacking: [String] = []
        for type in ["network_diagram", "address_plan"] {
            let found = context.documents([type])
            for document in found { verdict.cite(document, "doc_type") }
            if found.isEmpty { lacking.append(type) }
        }
        verdict.cite(context.system, "components")
        if context.scene.machines.isEmpty { lacking.append("components") }
        if context.scene.services.isEmpty { lacking.append("services") }
        for service in context.scene.services { verdict.cite(service, "ports") }
        let names = lacking.joined(separator: ", ")
        switch lacking.count {
        case 0:
            return verdict.ending(
                .pass, .good, "đã gắn sơ đồ mạng, quy hoạch địa chỉ; đã ghi thành phần, dịch vụ",
                "network diagram and address plan are linked, components and services registered")
        case 4:
            return verdict.ending(
                .noEvidence, .missing, "chưa ghi gì về thiết kế", "nothing about the design is registered")
        default: return verdict.ending(.fail, .bad, "thiếu \(names)", "\(names) missing")
        }
    }

    @Sendable private static func approvedLevel(_ context: RuleContext) -> Verdict {
        var verdict = Verdict(
            remedy: Bilingual(
                vi: "trình thẩm định, phê duyệt hồ sơ cấp độ; ghi level_status và decision_number",
                en: "have the level dossier appraised and approved; record level_status and decision_number"))
        verdict.cite(context.system, "level_status")
        verdict.cite(context.system, "decision_number")
        guard let status = context.system.text("level_status") else {
            return verdict.ending(
                .noEvidence, .missing, "chưa ghi trạng thái hồ sơ cấp độ",
                "the state of the level dossier is not registered")
        }
        let number = context.system.text("decision_number") ?? ""
        if status != "approved" {
            return verdict.ending(.fail, .bad, "hồ sơ cấp độ: \(status)", "the level dossier is \(status)")
        }
        return number.isEmpty
            ? verdict.ending(
                .partial, .missing, "đã phê duyệt, chưa ghi số quyết định", "approved, decision number not registered")
            : verdict.ending(.pass, .good, "đã phê duyệt: \(number)", "approved: \(number)")
    }

    @Sendable private static func acceptance(_ context: RuleContext) -> Verdict {
        var verdict = Verdict(
            remedy: Bilingual(
                vi: "nghiệm thu trước khi đưa vào dùng; gắn biên bản (report, phần acceptance)",
                en: "accept before use; link the report (type report, section acceptance)"))
        let reports = context.documents(["report"]).filter { $0.texts("sections").contains("acceptance") }
        verdict.cite(context.system, "go_live")
        for report in reports { verdict.cite(report, "issued") }
        guard let live = context.system.text("go_live"), let first = reports.compactMap({ $0.text("issued") }).min()
        else {
            return verdict.ending(
                .noEvidence, .needsDocument, "cần biên bản nghiệm thu và ngày đưa vào dùng",
                "the acceptance report and the go-live date are needed")
        }
        return first <= live
            ? verdict.ending(
                .pass, .good, "nghiệm thu \(first), dùng từ \(live)", "accepted \(first), in use since \(live)")
            : verdict.ending(
                .fail, .bad, "dùng từ \(live), nghiệm thu sau đó (\(first))",
                "in use since \(live), accepted later (\(first))")
    }
}
