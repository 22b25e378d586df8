public import Notation

/// What the rules of one regime say about one system: its level, or within what bounds it lies.
public struct LevelAnswer: Hashable, Sendable {
    /// One rule and how it came out.
    public struct Considered: Hashable, Sendable {
        /// The rule.
        public let rule: LevelRule
        /// How it came out.
        public let truth: LevelTruth
    }

    /// What was taken for known without being written down.
    public struct Inference: Hashable, Sendable {
        /// Which input.
        public let input: String
        /// Its value.
        public let value: JSONValue
        /// Why, for people.
        public let reason: Bilingual
        /// How sure.
        public let mark: LevelMark
    }

    /// The regime's id.
    public let regime: String
    /// The level is at least this, whatever the missing inputs are: 1-5.
    public let least: Int
    /// The level is at most this.
    public let most: Int
    /// Whether some rule holds for certain, or in every case; without one 1 is only the lowest level there is.
    public let isCovered: Bool
    /// The rules of level ``least`` that decide it: those that hold, else those of which one must.
    public let deciding: [LevelRule]
    /// Every rule of the regime.
    public let considered: [Considered]
    /// Inputs that could raise the level and are not known; in the order in which people are asked.
    public let missing: [String]
    /// What was inferred.
    public let inferred: [Inference]

    /// Whether the level is known.
    public var isSettled: Bool { isCovered && least == most }
    /// The level, when it is known.
    public var level: Int? { isSettled ? least : nil }
    /// `9.2`, or `8.2/9.2` where one of them must hold; empty when no rule covers the system.
    public var article: String { deciding.map(\.article).joined(separator: "/") }
}

extension LevelTable {
    /// Walks the rules of `regime` over what is known of a system. The highest rule that holds wins (Decree 331 art.
    /// 8.2). What is missing is never taken for "no": the answer then is a lower bound and names what is missing.
    public func answer(_ regime: LevelRegime, _ written: [String: JSONValue]) -> LevelAnswer {
        var known = written
        var inferred: [LevelAnswer.Inference] = []
        for input in inputs where known[input.name] == nil {
            if let implication = input.implied.first(where: { $0.when.truth(known) == .holds }) {
                known[input.name] = implication.value
                inferred.append(
                    LevelAnswer.Inference(
                        input: input.name, value: implication.value, reason: implication.reason, mark: implication.mark)
                )
            } else if input.absentMeansNo {
                known[input.name] = input.shape == .truth ? false : 0
            }
        }
        let considered = regime.rules.map { LevelAnswer.Considered(rule: $0, truth: $0.when.truth(known)) }
        let certain = considered.filter { $0.truth == .holds }.map(\.rule.level).max() ?? 0
        let open = considered.filter { $0.truth != .holds && $0.truth != .fails && $0.rule.level > certain }
        let (least, most, floors) = bounds(open.map(\.rule), certain, known)
        var deciding = considered.filter { $0.truth == .holds && $0.rule.level == certain }.map(\.rule)
        if least > certain { deciding = floors }
        let missing = Set(
            open.filter { $0.rule.level > least && $0.rule.level <= most }.flatMap { item -> Set<String> in
                if case .unknown(let names) = item.truth { names } else { [] }
            })
        return LevelAnswer(
            regime: regime.id, least: max(1, least), most: max(1, most), isCovered: least > 0, deciding: deciding,
            considered: considered,
            missing: inputs.map(\.name).filter { missing.contains($0) }, inferred: inferred)
    }

    /// Completions of the missing inputs that are tried at most; beyond, the bounds are the rules' own.
    private static let mostCompletions = 6_000

    /// The lowest and highest level over every way in which the missing inputs could turn out, and the rules one of
    /// which holds at the lowest.
    private func bounds(
        _ open: [LevelRule], _ certain: Int, _ known: [String: JSONValue]
    ) -> (least: Int, most: Int, floors: [LevelRule]) {
        let most = open.map(\.level).max() ?? certain
        if open.isEmpty { return (certain, certain, []) }
        let names = Set(open.flatMap { $0.when.inputs }).filter { known[$0] == nil }.sorted()
        let choices = names.map { candidates($0, open) }
        let count = choices.reduce(1) { min($0.multipliedReportingOverflow(by: $1.count).partialValue, 1 << 40) }
        guard count > 0, count <= Self.mostCompletions else { return (certain, most, []) }
        var least = Int.max
        var reached = certain
        var floors: Set<LevelRule> = []
        for number in 0..<count {
            var inputs = known
            var rest = number
            for (name, values) in zip(names, choices) {
                inputs[name] = values[rest % values.count]
                rest /= values.count
            }
            let holding = open.filter { $0.when.truth(inputs) == .holds }
            let level = max(certain, holding.map(\.level).max() ?? 0)
            reached = max(reached, level)
            if level < least { (least, floors) = (level, []) }
            if level == least { floors.formUnion(holding.filter { $0.level == level }) }
        }
        return (least, reached, open.filter(floors.contains))
    }

    /// Values of a missing input that can make a difference.
    private func candidates(_ name: String, _ rules: [LevelRule]) -> [JSONValue] {
        switch input(name)?.shape {
        case .values(let values): return values.map { .string($0) }
        case .truth: return [false, true]
        case .number, nil:
            let turns = Set(rules.flatMap { $0.when.thresholds(name) })
            return Set(turns.flatMap { [$0 - 1, $0] }).filter { $0 >= 0 }.sorted().map { .int($0) }
        }
    }
}
