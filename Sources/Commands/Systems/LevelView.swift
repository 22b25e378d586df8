import CMDB
import Compliance
import Notation
import Regulation

/// One system's level as people and programs read it.
struct LevelView {
    let level: SystemLevel
    let table: LevelTable
    let object: Object
    let language: Language

    private func pick(_ text: Bilingual) -> String { language == .vi ? text.vi : text.en }
    private func pick(vi: String, en: String) -> String { language == .vi ? vi : en }

    /// `3`, or `2+` for a lower bound.
    static func short(_ answer: LevelAnswer) -> String { answer.isSettled ? "\(answer.least)" : "\(answer.least)+" }

    static func word(_ standing: SystemLevel.Standing, _ language: Language) -> String {
        switch standing {
        case .agrees: language == .vi ? "khớp" : "agrees"
        case .tooLow: language == .vi ? "thấp hơn quy tắc" : "too low"
        case .higher: language == .vi ? "cao hơn quy tắc" : "higher"
        case .undeclared: language == .vi ? "chưa khai báo" : "undeclared"
        case .unsettled: language == .vi ? "chưa đủ dữ liệu" : "unsettled"
        }
    }

    var answer: Answer {
        let rows = level.answers.flatMap { answer -> [[String]] in
            let title = table.regime(answer.regime).map { pick($0.title) } ?? answer.regime
            return answer.considered.map { item in
                [
                    title, item.rule.article, String(item.rule.level), result(item.truth), pick(item.rule.title),
                    item.rule.mark.rawValue,
                ]
            } + [
                [
                    title, answer.article.isEmpty ? "-" : answer.article, Self.short(answer), "=>", conclusion(answer),
                    "",
                ]
            ]
        }
        return Answer(
            json: Self.json(level, full: true),
            table: TextTable(
                names: ["regime", "article", "level", "result", "rule", "mark"],
                headings: language == .vi
                    ? ["VĂN BẢN", "ĐIỀU", "CẤP", "KẾT QUẢ", "QUY TẮC", "TIN CẬY"] : nil,
                rows: rows,
                colour: { column, text in
                    guard column == 3 else { return nil }
                    return text == "=>" ? .bold : text == "khớp" || text == "holds" ? .green : nil
                }), identifiers: [level.system.description])
    }

    private func result(_ truth: LevelTruth) -> String {
        switch truth {
        case .holds: pick(vi: "khớp", en: "holds")
        case .fails: pick(vi: "không", en: "fails")
        case .unknown(let missing):
            pick(vi: "chưa rõ: ", en: "unknown: ") + missing.sorted().joined(separator: " ")
        }
    }

    /// `Cấp độ 3 theo Điều 9.3.` or the bound and what is missing.
    func conclusion(_ answer: LevelAnswer) -> String {
        let place =
            answer.article.isEmpty ? "" : pick(vi: " theo Điều \(answer.article)", en: " by article \(answer.article)")
        if let settled = answer.level { return pick(vi: "Cấp độ \(settled)\(place)", en: "Level \(settled)\(place)") }
        let missing = answer.missing.map { name in table.input(name).map { "\(name) (\(pick($0.title)))" } ?? name }
            .joined(separator: ", ")
        if missing.isEmpty {
            return pick(
                vi: "Không quy tắc nào bao quát hệ thống này: cần xác định bằng đánh giá riêng",
                en: "No rule covers this system: it has to be judged by itself")
        }
        let bound =
            answer.isCovered
            ? pick(vi: "Ít nhất cấp độ \(answer.least)\(place)", en: "At least level \(answer.least)\(place)")
            : pick(vi: "Chưa quy tắc nào chắc chắn khớp", en: "No rule holds for certain")
        return bound
            + pick(
                vi: ", có thể tới \(answer.most): còn thiếu \(missing)",
                en: ", possibly up to \(answer.most): missing \(missing)")
    }

    /// The text that is kept with a decision.
    func reasoning(_ answer: LevelAnswer) -> String {
        var lines = [conclusion(answer) + "."]
        let inputs = table.inputs.compactMap { input in
            object.fields[input.name].map { "\(input.name)=\($0.string ?? $0.canonical)" }
        }
        lines.append(pick(vi: "Dữ liệu: ", en: "Inputs: ") + inputs.joined(separator: ", ") + ".")
        for rule in answer.deciding { lines.append("\(rule.article) [\(rule.mark.rawValue)]: \(pick(rule.title)).") }
        for inference in answer.inferred {
            lines.append(
                pick(vi: "Suy ra ", en: "Inferred ")
                    + "\(inference.input)=\(inference.value.canonical) [\(inference.mark.rawValue)]: \(pick(inference.reason))."
            )
        }
        return lines.joined(separator: "\n")
    }

    /// For stderr: the conclusions, what was inferred, the transition and what to do.
    var summary: [String] {
        var lines: [String] = []
        for answer in level.answers {
            let regime = table.regime(answer.regime)
            let mark = answer.regime == level.inForce ? pick(vi: " (đang hiệu lực)", en: " (in force)") : ""
            lines.append("\(regime.map { pick($0.title) } ?? answer.regime)\(mark): \(conclusion(answer)).")
            if let note = regime?.note { lines.append("  " + pick(note)) }
        }
        for inference in level.answers.first?.inferred ?? [] {
            lines.append(
                pick(vi: "Suy ra", en: "Inferred")
                    + " \(inference.input) = \(inference.value.canonical): \(pick(inference.reason)).")
        }
        let declared = level.declared.map(String.init) ?? pick(vi: "chưa có", en: "none")
        lines.append(
            pick(vi: "Cấp độ khai báo: \(declared) — ", en: "Declared level: \(declared), ")
                + Self.word(level.standing, language) + ".")
        if level.standing == .tooLow {
            lines.append(
                pick(
                    vi: "CẢNH BÁO: phải nâng lên ít nhất cấp độ \(level.least).",
                    en: "WARNING: it has to be raised to level \(level.least) at least."))
        }
        if let transition = level.transition {
            let until = transition.until.map { pick(vi: " Hạn an toàn: \($0).", en: " Safe date: \($0).") } ?? ""
            lines.append(pick(vi: "Chuyển tiếp: ", en: "Transition: ") + pick(transition.title) + "." + until)
        }
        return lines
    }

    static func json(_ level: SystemLevel, full: Bool) -> JSONValue {
        .object([
            "system": .string(level.system.key), "declared": level.declared.map { .int(Int64($0)) } ?? .null,
            "standing": .string(level.standing.rawValue), "in_force": level.inForce.map { .string($0) } ?? .null,
            "transition": level.transition.map { .string($0.id) } ?? .null,
            "regimes": .array(
                level.answers.map { answer in
                    var members: [String: JSONValue] = [
                        "regime": .string(answer.regime), "at_least": .int(Int64(answer.least)),
                        "at_most": .int(Int64(answer.most)), "settled": .bool(answer.isSettled),
                        "level": answer.level.map { .int(Int64($0)) } ?? .null, "article": .string(answer.article),
                        "missing": .array(answer.missing.map { .string($0) }),
                        "inferred": .array(answer.inferred.map { .string($0.input) }),
                    ]
                    if full { members["rules"] = .array(answer.considered.map(json)) }
                    return .object(members)
                }),
        ])
    }

    private static func json(_ item: LevelAnswer.Considered) -> JSONValue {
        var missing: [String] = []
        let result: String
        switch item.truth {
        case .holds: result = "holds"
        case .fails: result = "fails"
        case .unknown(let names): (result, missing) = ("unknown", names.sorted())
        }
        return .object([
            "article": .string(item.rule.article), "level": .int(Int64(item.rule.level)), "result": .string(result),
            "mark": .string(item.rule.mark.rawValue), "missing": .array(missing.map { .string($0) }),
            "text_vi": .string(item.rule.title.vi), "text_en": .string(item.rule.title.en),
        ])
    }
}
