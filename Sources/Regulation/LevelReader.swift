import Notation

/// Reads a level table and collects every error.
struct LevelReader {
    let file: String
    private var problems: [Diagnostic] = []
    private var names: Set<String> = []

    /// What a transition may ask about besides the inputs.
    private static let papers: Set<String> = ["level_status", "decision_date", "status"]

    init(file: String) { self.file = file }

    mutating func read(_ text: String) throws(InputErrors) -> LevelTable {
        guard let map = try YAMLReader.read(text, file: file)?.map else {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: file), problem: "no level rules in it", remedy: "add inputs: and regimes:"))
        }
        var top = MapReader(map, subject: "level table")
        _ = top.mapping("meta")
        let inputs = (top.mapping("inputs", required: true)?.entries ?? []).compactMap { entry -> LevelInput? in
            guard let own = entry.value.map else {
                problems.append(
                    Diagnostic(
                        entry.value.position, subject: entry.key, problem: "no mapping", remedy: "add vi: and en:"))
                return nil
            }
            return readInput(entry.key, own)
        }
        names = Set(inputs.map(\.name))
        let regimes = top.list("regimes", required: true).compactMap { readRegime($0) }
        names.formUnion(Self.papers)
        let transition = top.list("transition").compactMap { readTransition($0) }
        problems += top.finish()
        if !problems.isEmpty { throw InputErrors(problems) }
        return LevelTable(inputs: inputs, regimes: regimes, transition: transition)
    }

    private mutating func bilingual(_ reader: inout MapReader) -> Bilingual {
        Bilingual(vi: reader.text("vi", required: true) ?? "", en: reader.text("en", required: true) ?? "")
    }

    private mutating func mark(_ reader: inout MapReader) -> LevelMark {
        let text = reader.choice("mark", of: LevelMark.allCases.map(\.rawValue), required: true)
        return text.flatMap(LevelMark.init) ?? .ours
    }

    private mutating func readInput(_ name: String, _ map: YAMLMap) -> LevelInput {
        var reader = MapReader(map, subject: name)
        let title = bilingual(&reader)
        let values = reader.texts("values")
        let isTruth = reader.bool("truth") ?? false
        let isNumber = reader.bool("number") ?? false
        if [!values.isEmpty, isTruth, isNumber].count(where: { $0 }) != 1 {
            reader.fail(map.position, "no shape, or several", "write one of values:, truth: true, number: true")
        }
        let absent = reader.bool("absent")
        if absent == true { reader.fail(map.position, "absent: true", "only absent: false has a meaning") }
        names.insert(name)
        let implied = reader.list("implied").compactMap { node -> LevelInput.Implication? in
            guard let own = node.map else { return nil }
            var inner = MapReader(own, subject: name)
            let value = inner.node("value", required: true)?.json ?? .null
            let reason = bilingual(&inner)
            let mark = mark(&inner)
            let when = condition(inner.node("when", required: true))
            problems += inner.finish()
            return when.map { LevelInput.Implication(value: value, when: $0, reason: reason, mark: mark) }
        }
        problems += reader.finish()
        return LevelInput(
            name: name, title: title, shape: isTruth ? .truth : isNumber ? .number : .values(values),
            absentMeansNo: absent == false, implied: implied)
    }

    private mutating func readRegime(_ node: YAMLNode) -> LevelRegime? {
        guard let map = node.map else { return nil }
        var reader = MapReader(map, subject: "regime")
        let id = reader.text("id", required: true) ?? ""
        let title = bilingual(&reader)
        let (from, until) = (reader.text("from", required: true) ?? "", reader.text("until"))
        let note = reader.text("note_vi").map { Bilingual(vi: $0, en: reader.text("note_en", required: true) ?? "") }
        if note == nil { _ = reader.text("note_en") }
        let rules = reader.list("rules", required: true).compactMap { readRule($0, id) }
        if rules.isEmpty { reader.fail(map.position, "a regime without rules", "add rules:") }
        problems += reader.finish()
        return LevelRegime(id: id, title: title, from: from, until: until, note: note, rules: rules)
    }

    private mutating func readRule(_ node: YAMLNode, _ regime: String) -> LevelRule? {
        guard let map = node.map else { return nil }
        var reader = MapReader(map, subject: regime)
        let level = reader.int("level", in: 1...5, required: true)
        let article = reader.text("article", required: true)
        let mark = mark(&reader)
        let title = bilingual(&reader)
        let when = condition(reader.node("when", required: true))
        problems += reader.finish()
        guard let level, let article, let when else { return nil }
        return LevelRule(level: level, article: article, title: title, mark: mark, when: when)
    }

    private mutating func readTransition(_ node: YAMLNode) -> LevelTransition? {
        guard let map = node.map else { return nil }
        var reader = MapReader(map, subject: "transition")
        let id = reader.text("id", required: true) ?? ""
        let mark = mark(&reader)
        let title = bilingual(&reader)
        let until = reader.text("until")
        let when = condition(reader.node("when", required: true))
        problems += reader.finish()
        return when.map { LevelTransition(id: id, title: title, until: until, mark: mark, when: $0) }
    }

    private mutating func condition(_ node: YAMLNode?) -> LevelCondition? {
        guard let node else { return nil }
        guard let map = node.map else {
            fail(
                node.position, "a \(node.shape) is no condition",
                "write {input: NAME, is: VALUE}, {all: […]} or {any: […]}")
            return nil
        }
        var reader = MapReader(map, subject: "when")
        defer { problems += reader.finish() }
        for (key, isAll) in [("all", true), ("any", false)] where map[key] != nil {
            let parts = reader.list(key, required: true).compactMap { condition($0) }
            if parts.isEmpty { reader.fail(map.position, "\(key) of nothing", "name conditions") }
            return isAll ? .all(parts) : .any(parts)
        }
        guard let name = reader.text("input", required: true) else { return nil }
        if !names.contains(name) {
            reader.fail(
                map.position, "there is no input \"\(name)\"",
                NearestName.hint(name, in: names.sorted(), otherwise: "add it to inputs:"))
        }
        return comparison(name, &reader)
    }

    private mutating func comparison(_ name: String, _ reader: inout MapReader) -> LevelCondition? {
        let limits = 0...1_000_000_000
        if let text = reader.text("is") { return .isOne(input: name, of: [text]) }
        let values = reader.texts("in")
        if !values.isEmpty { return .isOne(input: name, of: values) }
        if let number = reader.int("at_least", in: limits) { return .atLeast(input: name, Int64(number)) }
        if let number = reader.int("at_most", in: limits) { return .below(input: name, Int64(number) + 1) }
        if let number = reader.int("below", in: limits) { return .below(input: name, Int64(number)) }
        if let day = reader.text("before") { return .before(input: name, day) }
        reader.fail(reader.map.position, "no comparison", "use one of is, in, at_least, at_most, below, before")
        return nil
    }

    private mutating func fail(_ position: SourcePosition, _ problem: String, _ remedy: String) {
        problems.append(Diagnostic(position, subject: "when", problem: problem, remedy: remedy))
    }
}
