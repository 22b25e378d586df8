public import Notation

/// What a level rule asks of a system's inputs.
public indirect enum LevelCondition: Hashable, Sendable {
    case all([LevelCondition])
    case any([LevelCondition])
    /// One of these values; numbers and truth values as their text.
    case isOne(input: String, of: [String])
    case atLeast(input: String, Int64)
    case below(input: String, Int64)
    /// A day before this one, `YYYY-MM-DD`.
    case before(input: String, String)

    /// The inputs it asks for, in its order and once each.
    public var inputs: [String] {
        var out: [String] = []
        collect(&out)
        return out
    }

    private func collect(_ out: inout [String]) {
        switch self {
        case .all(let parts), .any(let parts): for part in parts { part.collect(&out) }
        case .isOne(let name, _), .atLeast(let name, _), .below(let name, _), .before(let name, _):
            if !out.contains(name) { out.append(name) }
        }
    }

    /// The numbers at which an input's answer turns.
    func thresholds(_ input: String) -> [Int64] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap { $0.thresholds(input) }
        case .atLeast(input, let number), .below(input, let number): [number]
        case .isOne(input, let values): values.compactMap { Int64($0) }.flatMap { [$0, $0 + 1] }
        default: []
        }
    }
}

/// How a condition came out: a third way for what nobody has written down (Kleene's logic).
public enum LevelTruth: Hashable, Sendable {
    case holds
    case fails
    /// It hangs on these inputs.
    case unknown(missing: Set<String>)
}

extension LevelCondition {
    /// Holds the condition against `inputs`; what is not there is missing, never "no".
    public func truth(_ inputs: [String: JSONValue]) -> LevelTruth {
        switch self {
        case .all(let parts): Self.fold(parts, inputs, decides: .fails)
        case .any(let parts): Self.fold(parts, inputs, decides: .holds)
        case .isOne(let name, let values):
            Self.known(name, inputs) { value in values.contains(value.string ?? value.canonical) }
        case .atLeast(let name, let limit): Self.known(name, inputs) { ($0.int ?? .min) >= limit }
        case .below(let name, let limit): Self.known(name, inputs) { ($0.int ?? .max) < limit }
        case .before(let name, let day):
            Self.known(name, inputs) { value in
                value.string.map { !$0.isEmpty && $0 < day } ?? false
            }
        }
    }

    private static func known(
        _ name: String, _ inputs: [String: JSONValue], _ test: (JSONValue) -> Bool
    ) -> LevelTruth {
        guard let value = inputs[name] else { return .unknown(missing: [name]) }
        return test(value) ? .holds : .fails
    }

    private static func fold(
        _ parts: [LevelCondition], _ inputs: [String: JSONValue], decides: LevelTruth
    ) -> LevelTruth {
        var missing: Set<String> = []
        for part in parts {
            let truth = part.truth(inputs)
            if truth == decides { return decides }
            if case .unknown(let names) = truth { missing.formUnion(names) }
        }
        if !missing.isEmpty { return .unknown(missing: missing) }
        return decides == .holds ? .fails : .holds
    }
}
