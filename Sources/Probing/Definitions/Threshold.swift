public import CMDB
public import Evidence
public import Notation

/// How bad it is.
public enum ThresholdState: String, Sendable, CaseIterable, Comparable {
    case ok, unknown, warning, critical
    /// Worse is larger; not knowing is worse than well and better than a warning.
    public static func < (a: ThresholdState, b: ThresholdState) -> Bool { a.rank < b.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A comparison such as `< 30`, `>= 90`, `== false`, `!= "up"`.
public struct Comparison: Sendable, Equatable, CustomStringConvertible {
    /// How the observed value stands to the other one.
    public enum Operator: String, Sendable, CaseIterable {
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case greater = ">"
    }
    /// The operator.
    public let comparator: Operator
    /// What is compared with: a number, a truth value or a text.
    public let value: JSONValue

    /// Reads an operator and a value; nil for anything else, and when an order is asked of something not a number.
    public init?(_ text: String) {
        let trimmed = CleanText.trimmed(text)
        guard let found = Operator.allCases.first(where: { trimmed.hasPrefix($0.rawValue) }) else { return nil }
        let rest = CleanText.trimmed(String(trimmed.dropFirst(found.rawValue.count)))
        guard !rest.isEmpty else { return nil }
        comparator = found
        if let number = Int64(rest) {
            value = .int(number)
        } else if let number = Double(rest), number.isFinite {
            value = .double(number)
        } else if rest == "true" || rest == "false" {
            value = .bool(rest == "true")
        } else {
            value = .string(rest)
        }
        if value.number == nil, found != .equal, found != .notEqual { return nil }
    }

    /// Operator and value with a space between.
    public var description: String { "\(comparator.rawValue) \(value.string ?? value.canonical)" }

    /// Whether `observed` stands so to the value; nil when the two cannot be compared.
    public func holds(_ observed: JSONValue) -> Bool? {
        if let wanted = value.number {
            guard let number = observed.number else { return nil }
            switch comparator {
            case .less: return number < wanted
            case .lessOrEqual: return number <= wanted
            case .greater: return number > wanted
            case .greaterOrEqual: return number >= wanted
            case .equal: return number == wanted
            case .notEqual: return number != wanted
            }
        }
        switch (observed, value) {
        case (.string(let a), .string(let b)): return (a == b) == (comparator == .equal)
        case (.bool(let a), .bool(let b)): return (a == b) == (comparator == .equal)
        default: return nil
        }
    }
}

/// A rule over one fact or metric of a probe.
public struct Threshold: Sendable, Equatable {
    /// What is judged.
    public enum Subject: Sendable, Equatable {
        /// A fact (a trailing `.*` stands for any port, page, zone or name), over each address family, and the path of members inside it; `*` walks an array.
        case fact(String, path: [String])
        /// A series, every instance of it.
        case metric(String)
    }
    /// What is judged.
    public let subject: Subject
    /// Worse than well when it holds.
    public let warning: Comparison?
    /// Worst when it holds.
    public let critical: Comparison?
    /// Whether a fact without the member is well, such as a certificate whose revocation nobody told of.
    public let isOptional: Bool
    /// Where it stands.
    public let position: SourcePosition

    /// `tls.endpoint.*/days_left` or the metric's name.
    public var name: String {
        switch subject {
        case .fact(let fact, let path): ([fact] + path).joined(separator: "/")
        case .metric(let metric): metric
        }
    }
}

/// What a threshold says about one target.
public struct ThresholdVerdict: Sendable, Equatable {
    /// Whom it concerns.
    public let subject: ObjectID
    /// The probe.
    public let probe: String
    /// ``Threshold/name``.
    public let threshold: String
    /// The worst of all values that were judged; `unknown` when there was none.
    public let state: ThresholdState
    /// The values that gave the state: where, and what was seen.
    public let because: [(place: String, observed: JSONValue)]

    /// Whether all members are equal.
    public static func == (a: ThresholdVerdict, b: ThresholdVerdict) -> Bool {
        a.subject == b.subject && a.probe == b.probe && a.threshold == b.threshold && a.state == b.state
            && a.because.count == b.because.count
            && zip(a.because, b.because).allSatisfy { $0.place == $1.place && $0.observed == $1.observed }
    }
}

extension ProbeDefinition {
    /// Judges what is known about `subject`; one verdict per threshold, in the order of the file.
    ///
    /// Facts that may no longer be believed at `moment` and samples older than `validFor` are not judged.
    public func judge(_ subject: ObjectID, facts: [Fact], samples: [Sample], at moment: Timestamp)
        -> [ThresholdVerdict]
    {
        thresholds.map { threshold in
            let valid = facts.filter { $0.subject == subject && $0.isValid(at: moment) }
            let values = threshold.values(
                valid,
                samples.filter { $0.subject == subject && moment <= $0.at + validFor })
            let states = values.map { (place: $0.0, observed: $0.1, state: threshold.state(of: $0.1)) }
            let worst = states.map(\.state).max() ?? (threshold.isWellWithout(valid) ? .ok : .unknown)
            return ThresholdVerdict(
                subject: subject, probe: name, threshold: threshold.name, state: worst,
                because: states.filter { $0.state == worst }.map { ($0.place, $0.observed) })
        }
    }
}

extension Threshold {
    /// The state one value gives.
    public func state(of value: JSONValue) -> ThresholdState {
        let serious = critical.map { $0.holds(value) }
        let mild = warning.map { $0.holds(value) }
        if serious == .some(.some(true)) { return .critical }
        if serious == .some(.none) || mild == .some(.none) { return .unknown }
        return mild == .some(.some(true)) ? .warning : .ok
    }

    /// Whether there is a fact it judges, and nothing in it that could be judged, and that is well.
    func isWellWithout(_ facts: [Fact]) -> Bool {
        guard isOptional, case .fact(let name, _) = subject else { return false }
        return facts.contains { Self.matches($0.name, name) }
    }

    func values(_ facts: [Fact], _ samples: [Sample]) -> [(String, JSONValue)] {
        switch subject {
        case .metric(let metric):
            var newest: [String: Sample] = [:]
            for sample in samples where sample.name == metric {
                if let known = newest[sample.instance], known.at >= sample.at { continue }
                newest[sample.instance] = sample
            }
            return newest.values.sorted { $0.instance < $1.instance }.map { sample in
                let value: JSONValue =
                    switch sample.value {
                    case .counter(let number): Int64(exactly: number).map { .int($0) } ?? .double(Double(number))
                    case .counter32(let number): .int(Int64(number))
                    case .gauge(let number): .double(number)
                    }
                return (sample.instance.isEmpty ? metric : "\(metric){\(sample.instance)}", value)
            }
        case .fact(let name, let path):
            let wanted = facts.filter { Self.matches($0.name, name) }.sorted { $0.name < $1.name }
            return wanted.flatMap { Self.walk($0.value, path[...], $0.name) }
        }
    }

    static func matches(_ fact: String, _ pattern: String) -> Bool {
        // Without a star it is one thing per machine, of which a second address family has its own.
        guard pattern.hasSuffix(".*") else { return fact == pattern || fact == pattern + ".v6" }
        return fact.hasPrefix(pattern.dropLast()) && fact.utf8.count > pattern.utf8.count - 1
    }

    private static func walk(_ value: JSONValue, _ path: ArraySlice<String>, _ place: String) -> [(String, JSONValue)] {
        guard let step = path.first else { return [(place, value)] }
        if step == "*" {
            return (value.array ?? []).enumerated().flatMap { index, element in
                walk(element, path.dropFirst(), "\(place)[\(index)]")
            }
        }
        guard let member = value[step] else { return [] }
        return walk(member, path.dropFirst(), "\(place)/\(step)")
    }
}
