public import CMDB
public import Evidence
import Notation
import Remote

/// Names one check: a threshold of a probe, `answers` for the probe itself, or `reachable` for the target.
public struct CheckKey: Hashable, Sendable, Comparable, Codable {
    /// Whom it concerns.
    public let subject: ObjectID
    /// ``ProbePair/source``; empty for the target itself.
    public let probe: String
    /// ``Threshold/name``, `answers` or `reachable`.
    public let check: String

    /// Creates a key.
    public init(subject: ObjectID, probe: String, check: String) {
        self.subject = subject
        self.probe = probe
        self.check = check
    }
    /// By subject, probe, check.
    public static func < (a: CheckKey, b: CheckKey) -> Bool {
        (a.subject, a.probe, a.check) < (b.subject, b.probe, b.check)
    }
}

/// A change worth telling, with what it concerns.
public struct StateChange: Sendable, Equatable {
    /// The check.
    public let key: CheckKey
    /// What changed.
    public let change: CheckState.Change
    /// When.
    public let at: Timestamp
    /// The values that gave the state, in short; empty when there are none.
    public let because: String
    /// What the alert makes of it.
    public let actions: [AlertState.Action]
}

/// All checks of an inventory. Pure: it is told what was seen and says what changed.
public struct StateBoard: Sendable {
    /// What is kept of one check over restarts.
    public struct Entry: Sendable, Equatable, Codable {
        /// Soft, hard, flapping, reachable.
        public internal(set) var state: CheckState
        /// Open, acknowledged, suppressed.
        public internal(set) var alert: AlertState
        /// Of each value that was not well, the state it had: for hysteresis.
        public internal(set) var places: [String: String] = [:]
    }

    /// Confirmation, flapping, hysteresis.
    public let policy: CheckPolicy
    /// Escalation.
    public let alertPolicy: AlertPolicy
    private var entries: [CheckKey: Entry]
    private var keysOf: [ObjectID: Set<CheckKey>] = [:]
    private var dead: Set<ObjectID>
    private var loses: [ObjectID: Set<ObjectID>] = [:]
    private let dependents: @Sendable (ObjectID) -> Set<ObjectID>
    private var touched: Set<CheckKey> = []

    /// Creates a board.
    /// - Parameters:
    ///   - entries: what was kept.
    ///   - dependents: what cannot be reached, or stops, when one object fails, from the impact graph; asked once per
    ///     object that dies.
    public init(
        policy: CheckPolicy = CheckPolicy(), alerts: AlertPolicy = AlertPolicy(), entries: [CheckKey: Entry] = [:],
        dependents: @escaping @Sendable (ObjectID) -> Set<ObjectID> = { _ in [] }
    ) {
        self.policy = policy
        alertPolicy = alerts
        self.entries = entries
        self.dependents = dependents
        dead = []
        for (key, entry) in entries {
            keysOf[key.subject, default: []].insert(key)
            let isDown = entry.state.hard == .critical || !entry.state.isReachable
            if key.check == Self.reachable, isDown { dead.insert(key.subject) }
        }
        for target in dead { loses[target] = dependents(target).subtracting([target]) }
    }

    static let reachable = "reachable"
    static let answers = "answers"

    /// The check's entry; nil for one that was never judged.
    public subscript(_ key: CheckKey) -> Entry? { entries[key] }

    /// How many checks stand how.
    public var counts: [Standing: Int] {
        var counts: [Standing: Int] = [:]
        for entry in entries.values { counts[entry.state.standing, default: 0] += 1 }
        return counts
    }

    /// Targets that do not answer, sorted.
    public var unreachable: [ObjectID] { dead.sorted() }

    var hasTouched: Bool { !touched.isEmpty }

    /// What has changed since the last call, to be kept.
    public mutating func takeTouched() -> [(key: CheckKey, entry: Entry)] {
        defer { touched = [] }
        return touched.sorted().compactMap { key in entries[key].map { (key, $0) } }
    }

    /// Takes the final result of a pair's turn.
    public mutating func take(_ result: ProbeResult, at moment: Timestamp) -> [StateChange] {
        let pair = result.pair
        var changes: [StateChange] = []
        let own = CheckKey(subject: pair.target.id, probe: pair.source, check: Self.answers)
        switch result.outcome {
        case .interrupted: return []
        case .ok: changes += observe(own, .ok, "", at: moment)
        case .partial:
            let why = result.failures.first.map { "\($0.what): \($0.reason)" } ?? ""
            changes += observe(own, .warning, why, at: moment)
        case .failed(let error):
            let isOurs = error.code == .local || error.code == .unsupported
            return observe(own, isOurs ? .unknown : .critical, error.message, at: moment)
        }
        for threshold in pair.probe.thresholds {
            let key = CheckKey(subject: pair.target.id, probe: pair.source, check: threshold.name)
            var places: [String: String] = [:]
            var worst = ThresholdState.unknown
            var because: [String] = []
            let values = threshold.values(result.facts, result.samples)
            for (number, (place, value)) in values.enumerated() {
                let before = entries[key]?.places[place].flatMap { ThresholdState(rawValue: $0) } ?? .ok
                let state = threshold.state(of: value, after: before, margin: policy.hysteresis)
                if state != .ok, places.count < 256 { places[place] = state.rawValue }
                if number == 0 || state > worst { (worst, because) = (state, []) }
                if state == worst, because.count < 3 { because.append("\(place) = \(value.string ?? value.canonical)") }
            }
            if values.isEmpty, threshold.isWellWithout(result.facts) { worst = .ok }
            // No value says nothing new about a check that was never judged.
            if values.isEmpty, worst != .ok, entries[key] == nil { continue }
            changes += observe(key, Standing(worst), because.joined(separator: ", "), at: moment)
            if entries[key]?.places != places {
                entries[key]?.places = places
                touched.insert(key)
            }
        }
        return changes
    }

    private mutating func observe(_ key: CheckKey, _ standing: Standing, _ because: String, at moment: Timestamp)
        -> [StateChange]
    {
        handle(key, .observed(standing), because, at: moment)
    }

    private mutating func handle(
        _ key: CheckKey, _ event: CheckState.Event, _ because: String, at moment: Timestamp
    ) -> [StateChange] {
        var entry = entries[key] ?? Entry(state: CheckState(at: moment), alert: AlertState())
        let before = entry
        let isNew = entries[key] == nil
        let changes = entry.state.handle(event, policy: policy, at: moment)
        var actions: [AlertState.Action] = []
        for change in changes {
            let event: AlertState.Event? =
                switch change {
                case .hard(_, let to): .standing(to)
                case .flapping: .silence(.flapping)
                case .calm: .speak(.flapping)
                case .unreachable: .silence(.unreachable)
                case .reachable: .speak(.unreachable)
                case .soft: nil
                }
            guard let event else { continue }
            actions += entry.alert.handle(event, policy: alertPolicy, at: moment)
        }
        if isNew { keysOf[key.subject, default: []].insert(key) }
        entries[key] = entry
        if isNew || entry != before { touched.insert(key) }
        return changes.enumerated().map { place, change in
            StateChange(
                key: key, change: change, at: moment, because: because, actions: place == 0 ? actions : [])
        }
    }

    // MARK: - Targets

    /// A target no longer answers at all. When something it stands behind does not either, it is unreachable and not a
    /// problem of its own; what stands behind it follows it.
    public mutating func died(_ target: ObjectID, at moment: Timestamp) -> [StateChange] {
        dead.insert(target)
        loses[target] = dependents(target).subtracting([target])
        var changes: [StateChange] = []
        let key = CheckKey(subject: target, probe: "", check: Self.reachable)
        if let cause = cause(of: target) {
            changes += handle(key, .cut, "behind \(cause)", at: moment)
        } else {
            // The schedule has confirmed it already.
            for _ in 0..<policy.confirmations where entries[key]?.state.hard != .critical {
                changes += observe(key, .critical, "no answer", at: moment).filter { !Self.isSoft($0) }
            }
        }
        for other in (keysOf[target] ?? []).sorted() where other.check != Self.reachable {
            changes += handle(other, .cut, "no answer from \(target)", at: moment)
        }
        // Those behind it that were taken for broken themselves.
        for child in (loses[target] ?? []).intersection(dead).sorted() where cause(of: child) != nil {
            let childKey = CheckKey(subject: child, probe: "", check: Self.reachable)
            changes += handle(childKey, .cut, "behind \(target)", at: moment)
        }
        return changes
    }

    /// A target answers again; its checks are judged at their next turns.
    public mutating func revived(_ target: ObjectID, at moment: Timestamp) -> [StateChange] {
        dead.remove(target)
        loses[target] = nil
        let key = CheckKey(subject: target, probe: "", check: Self.reachable)
        var changes: [StateChange] = []
        for _ in 0..<policy.recoveries {
            changes += observe(key, .ok, "it answers", at: moment).filter { !Self.isSoft($0) }
        }
        for other in (keysOf[target] ?? []).sorted() where other.check != Self.reachable {
            changes += handle(other, .joined, "", at: moment)
        }
        // What stood behind it and still does not answer is a problem of its own now.
        for child in dead.sorted() where cause(of: child) == nil {
            let childKey = CheckKey(subject: child, probe: "", check: Self.reachable)
            guard entries[childKey]?.state.isReachable == false else { continue }
            for _ in 0..<policy.confirmations where entries[childKey]?.state.standing != .critical {
                changes += observe(childKey, .critical, "no answer", at: moment).filter { !Self.isSoft($0) }
            }
        }
        return changes
    }

    private static func isSoft(_ change: StateChange) -> Bool {
        if case .soft = change.change { true } else { false }
    }

    /// The dead object that explains why `target` does not answer. Of two that explain each other (a ring), the first
    /// by name counts as the cause.
    private func cause(of target: ObjectID) -> ObjectID? {
        dead.sorted().first { other in
            other != target && loses[other]?.contains(target) == true
                && (loses[target]?.contains(other) != true || other < target)
        }
    }

    // MARK: - People and time

    /// Tells an alert something: an acknowledgement, the beginning or end of maintenance.
    /// - Returns: what to do; nothing for a check that does not exist.
    public mutating func tell(_ key: CheckKey, _ event: AlertState.Event, at moment: Timestamp) -> [AlertState.Action] {
        guard var entry = entries[key] else { return [] }
        let actions = entry.alert.handle(event, policy: alertPolicy, at: moment)
        if entry != entries[key] { touched.insert(key) }
        entries[key] = entry
        return actions
    }

    /// Carries open alerts on; see ``AlertState/wake(_:)``.
    public mutating func tick(at moment: Timestamp) -> [(key: CheckKey, actions: [AlertState.Action])] {
        let due = entries.filter { $0.value.alert.wake(alertPolicy).map { $0 <= moment } ?? false }
        return due.keys.sorted().compactMap { key in
            let actions = tell(key, .tick, at: moment)
            return actions.isEmpty ? nil : (key, actions)
        }
    }
}
