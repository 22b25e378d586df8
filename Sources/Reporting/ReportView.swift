import CMDB
import Compliance
import Evidence
import Notation
import Regulation

/// What the templates see: texts only, nothing to decide.
struct ReportView {
    let writer: ReportWriter
    let assessment: Assessment
    let language: Language

    /// More rows of evidence than this are counted, not shown; JSON has all.
    static let mostEvidence = 24

    private func pick(_ vi: String, _ en: String) -> String { language == .vi ? vi : en }

    /// Statuses in the order in which a reader wants them.
    static let order: [FindingStatus] = [.fail, .partial, .pass, .noEvidence, .notApplicable, .waived]

    func page() -> [String: Any] {
        let sum = assessment.denominator
        let labels = labels()
        let systems = assessment.systems.map { system($0) }
        return [
            "lang": language.rawValue, "l": labels,
            "title": pick("Báo cáo đánh giá an toàn thông tin theo cấp độ", "Level-based security assessment"),
            "standard": assessment.standard, "standardTitle": writer.catalogue.title[language],
            "at": time(assessment.at),
            "systemsText": pick(
                "\(sum.systemsAssessed)/\(sum.systemsAsked) hệ thống được đánh giá",
                "\(sum.systemsAssessed) of \(sum.systemsAsked) systems assessed"),
            "noFacts": assessment.noFacts,
            "cards": cards(assessment.counts), "bar": bar(assessment.counts), "barText": barText(assessment.counts),
            "denominator": denominatorRows(),
            "factsText": pick(
                "\(sum.factsValid) dữ kiện còn hạn trên \(sum.facts) dữ kiện về các máy của hệ thống được đánh giá. "
                    + "Dữ kiện quá hạn không tính; điều chưa đánh giá không bao giờ là đạt.",
                "\(sum.factsValid) valid facts of \(sum.facts) about machines of the assessed systems. "
                    + "Stale facts do not count; what was not assessed is never a pass."),
            "systems": systems, "hasSkipped": !assessment.skipped.isEmpty,
            "skipped": assessment.skipped.map {
                ["name": $0.name, "id": $0.system.description, "why": $0.text[language]] as [String: Any]
            },
        ]
    }

    private func labels() -> [String: Any] {
        [
            "made": pick("Lập lúc", "Made"),
            "noticeTitle": pick("Diễn giải, không phải nguyên văn.", "Paraphrase, not official text."),
            "notice": pick(
                "Nội dung yêu cầu trong báo cáo là diễn giải bằng lời của chúng tôi; nhãn tin cậy cho biết nguồn "
                    + "xác nhận đến đâu. Đối chiếu bản tiêu chuẩn chính thức trước khi trích dẫn vào hồ sơ.",
                "Requirement texts here are in our own words; the confidence mark says how far a source confirms them. "
                    + "Check against the official standard before quoting a clause in a dossier."),
            "noFactsTitle": pick("Không có dữ kiện nào.", "No facts at all."),
            "noFacts": pick(
                "Chỉ những gì ghi trong hồ sơ (CMDB) quyết định được; hãy chạy thăm dò rồi đánh giá lại.",
                "Only the inventory could decide anything; run the probes and assess again."),
            "summary": pick("Tổng hợp", "Summary"), "toc": pick("Mục lục", "Contents"),
            "bySystem": pick("Kết quả theo hệ thống", "Results by system"),
            "evidenceKind": pick("Loại bằng chứng", "Kind of evidence"), "asked": pick("Yêu cầu", "Asked"),
            "decided": pick("Kết luận được", "Decided"), "system": pick("Hệ thống", "System"),
            "level": pick("Cấp", "Level"), "state": pick("Tình trạng", "State"),
            "skipped": pick("Hệ thống chưa đánh giá", "Systems not assessed"), "why": pick("Lý do", "Why"),
            "control": pick("Biện pháp", "Control"), "content": pick("Nội dung", "Content"),
            "clause": pick("Điều khoản", "Clause"), "needed": pick("Cần có", "Needed"),
            "paraphrase": pick("diễn giải", "paraphrase"), "parameters": pick("Tham số dùng", "Parameters used"),
            "remedy": pick("Cách khắc phục", "Remedy"), "subject": pick("Đối tượng", "Subject"),
            "fact": pick("Dữ kiện", "Fact"), "value": pick("Giá trị", "Value"), "time": pick("Lúc", "Seen at"),
            "source": pick("Nguồn", "Source"),
            "footer": pick("Hạ Tầng (hatang).", "Hạ Tầng (hatang)."),
        ]
    }

    private func time(_ moment: Timestamp) -> String {
        let text = moment.description
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8) + " UTC"
    }

    private func cards(_ counts: StatusCounts) -> [[String: Any]] {
        Self.order.map { ["key": $0.rawValue, "label": $0.title[language], "count": String(counts[$0])] }
    }

    private func barText(_ counts: StatusCounts) -> String {
        Self.order.filter { counts[$0] > 0 }.map { "\($0.title[language]) \(counts[$0])" }.joined(separator: ", ")
    }

    /// Pieces of a bar of 1000 units that together are exactly as wide as the bar.
    func bar(_ counts: StatusCounts) -> [[String: Any]] {
        let total = counts.total
        guard total > 0 else { return [] }
        var out: [[String: Any]] = []
        var seen = 0
        for status in Self.order where counts[status] > 0 {
            let start = seen * 1000 / total
            seen += counts[status]
            out.append(["key": status.rawValue, "x": String(start), "w": String(seen * 1000 / total - start)])
        }
        return out
    }

    private func denominatorRows() -> [[String: Any]] {
        let titles: [(EvidenceKind, String)] = [
            (.automated, pick("Dữ kiện tự động", "Facts, automated")),
            (.semi, pick("Dữ kiện và người xem xét", "Facts and a person")),
            (.document, pick("Văn bản", "Documents")),
        ]
        var rows = titles.map { kind, title in
            row(
                title, assessment.denominator.byEvidence[kind]?.asked ?? 0,
                assessment.denominator.byEvidence[kind]?.decided ?? 0)
        }
        rows.append(
            row(pick("Tổng", "Total"), assessment.denominator.controlsAsked, assessment.denominator.controlsDecided))
        return rows
    }

    private func row(_ label: String, _ asked: Int, _ decided: Int) -> [String: Any] {
        [
            "label": label, "asked": String(asked), "decided": String(decided),
            "percent": asked == 0 ? "-" : String(decided * 100 / asked),
        ]
    }

    /// A finding that only waits for a paper or a person: a line in a table is enough.
    private func isPending(_ finding: Finding) -> Bool {
        finding.status == .noEvidence && finding.evidence.isEmpty
            && finding.reasons.allSatisfy { [.asked, .needsDocument, .notAutomated].contains($0.kind) }
    }

    private func system(_ system: AssessedSystem) -> [String: Any] {
        let findings = assessment.findings(of: system.system)
        let pending = findings.filter(isPending)
        let shown = findings.filter { !isPending($0) }
        let groups = Self.order.compactMap { status -> [String: Any]? in
            let own = shown.filter { $0.status == status }
            guard !own.isEmpty else { return nil }
            return ["label": status.title[language], "count": String(own.count), "findings": own.map(finding)]
        }
        return [
            "anchor": "s-" + system.system.key, "id": system.system.description, "name": system.name,
            "level": "\(pick("Cấp", "Level")) \(system.level)",
            "machines": pick("\(system.machines) máy", "\(system.machines) machines"),
            "cards": cards(system.counts), "bar": bar(system.counts), "barText": barText(system.counts),
            "groups": groups, "hasPending": !pending.isEmpty, "pending": pending.map(pendingRow),
            "pendingTitle": pick(
                "Cần văn bản hoặc người xem xét (\(pending.count))",
                "Waiting for a document or a person (\(pending.count))"),
        ]
    }

    private func pendingRow(_ finding: Finding) -> [String: Any] {
        [
            "id": finding.id, "control": finding.control,
            "title": writer.controls[finding.control]?.title[language] ?? "", "clause": finding.clause,
            "confidence": finding.confidence.title[language], "confidenceKey": finding.confidence.rawValue,
            "needed": finding.reasons.last?.text[language] ?? "",
        ]
    }

    private func finding(_ finding: Finding) -> [String: Any] {
        let control = writer.controls[finding.control]
        let parameters = finding.parameters.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.canonical)" }
        let hidden = finding.evidence.count - Self.mostEvidence
        return [
            "key": finding.status.rawValue, "id": finding.id, "status": finding.status.title[language],
            "control": finding.control, "title": control?.title[language] ?? "", "clause": finding.clause,
            "confidence": finding.confidence.title[language], "confidenceKey": finding.confidence.rawValue,
            "requirement": control?.requirement[language] ?? "",
            "hasParameters": !parameters.isEmpty, "parameters": parameters,
            "reasons": finding.reasons.filter { $0.kind != .asked }.map { reason -> [String: Any] in
                [
                    "key": reason.kind.rawValue, "label": reason.kind.title[language], "text": reason.text[language],
                    "subject": reason.subject?.description ?? false as Any,
                ]
            },
            "hasRemedy": finding.remedy != nil, "remedy": finding.remedy?[language] ?? "",
            "hasEvidence": !finding.evidence.isEmpty,
            "evidence": finding.evidence.prefix(Self.mostEvidence).map { item -> [String: Any] in
                [
                    "subject": item.subject.description, "name": item.name, "value": item.value,
                    "time": item.observedAt.map(time) ?? "", "source": item.source,
                ]
            },
            "more": hidden > 0
                ? pick("… và \(hidden) bằng chứng nữa trong bản JSON", "… and \(hidden) more in the JSON form")
                : false as Any,
        ]
    }
}
