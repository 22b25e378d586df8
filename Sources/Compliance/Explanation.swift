import CMDB
import Evidence
import Notation
public import Regulation

extension FindingStatus {
    /// The status as people read it.
    public var title: Bilingual {
        switch self {
        case .pass: Bilingual(vi: "Đạt", en: "Pass")
        case .fail: Bilingual(vi: "Không đạt", en: "Fail")
        case .partial: Bilingual(vi: "Đạt một phần", en: "Partial")
        case .notApplicable: Bilingual(vi: "Không áp dụng", en: "Not applicable")
        case .noEvidence: Bilingual(vi: "Chưa có bằng chứng", en: "No evidence")
        case .waived: Bilingual(vi: "Miễn trừ có thời hạn", en: "Waived")
        }
    }
}

extension Confidence {
    /// What the mark means, for people.
    public var title: Bilingual {
        switch self {
        case .confirmed: Bilingual(vi: "đã xác nhận", en: "confirmed")
        case .topicConfirmed: Bilingual(vi: "chỉ xác nhận chủ đề", en: "topic confirmed")
        case .recalled: Bilingual(vi: "theo trí nhớ, cần đối chiếu", en: "recalled, to be checked")
        }
    }
}

extension Reason.Kind {
    /// The word before the sentence.
    public var title: Bilingual {
        switch self {
        case .asked: Bilingual(vi: "Yêu cầu", en: "Asked")
        case .denominator: Bilingual(vi: "Đã xét", en: "Looked at")
        case .good: Bilingual(vi: "Đạt", en: "Good")
        case .bad: Bilingual(vi: "Không đạt", en: "Bad")
        case .missing: Bilingual(vi: "Thiếu", en: "Missing")
        case .stale: Bilingual(vi: "Quá hạn", en: "Stale")
        case .needsDocument: Bilingual(vi: "Cần văn bản", en: "Needs document")
        case .notAutomated: Bilingual(vi: "Cần người xem", en: "By hand")
        case .waived: Bilingual(vi: "Miễn trừ", en: "Waived")
        case .note: Bilingual(vi: "Ghi chú", en: "Note")
        }
    }
}

extension Finding {
    /// Why the finding is what it is: clause, confidence, paraphrase, parameters, each piece of evidence with its
    /// time and source, remedy. Several lines of plain text; control characters from machines are made visible.
    public func explain(_ control: Control, in language: Language) -> String {
        func pick(_ vi: String, _ en: String) -> String { language == .vi ? vi : en }
        var lines = [
            "\(self.control) · \(control.title[language])",
            "\(status.title[language]) · \(system) · \(pick("cấp", "level")) \(level)",
            "\(pick("Điều khoản", "Clause")): \(clause) (\(confidence.title[language]))",
            "\(pick("Nội dung (diễn giải, không phải nguyên văn)", "Requirement (paraphrase, not official text)")): "
                + control.requirement[language],
        ]
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            lines.append("\(pick("Tham số", "Parameter")) \(name) = \(value.canonical)")
        }
        for reason in reasons where reason.kind != .asked {
            let subject = reason.subject.map { "\($0): " } ?? ""
            lines.append("- \(reason.kind.title[language]): \(subject)\(reason.text[language])")
        }
        if !evidence.isEmpty {
            lines.append("\(pick("Bằng chứng", "Evidence")) (\(evidence.count)):")
            for item in evidence {
                let time = item.observedAt.map { " · \($0.description)" } ?? ""
                lines.append("  \(item.id) \(item.subject) \(item.name) = \(item.value)\(time) · \(item.source)")
            }
        }
        if let remedy { lines.append("\(pick("Cách khắc phục", "Remedy")): \(remedy[language])") }
        if let note = control.noteVi { lines.append("\(pick("Ghi chú của danh mục", "Catalogue note")): \(note)") }
        return lines.map(Self.printable).joined(separator: "\n") + "\n"
    }

    /// Control characters would let a device write over the operator's terminal.
    private static func printable(_ line: String) -> String {
        var out = ""
        for scalar in line.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                out += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
