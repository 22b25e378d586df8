public import Evidence

/// How well something is, as far as we can tell.
public enum Standing: String, Sendable, CaseIterable, Codable {
    case ok, warning, critical
    /// We asked and cannot judge.
    case unknown
    /// It cannot be asked: it, or what it stands behind, does not answer.
    case unreachable

    /// The state a threshold gives.
    public init(_ state: ThresholdState) {
        switch state {
        case .ok: self = .ok
        case .warning: self = .warning
        case .critical: self = .critical
        case .unknown: self = .unknown
        }
    }

    /// Worse is larger.
    var gravity: Int {
        switch self {
        case .ok: 0
        case .unknown, .unreachable: 1
        case .warning: 2
        case .critical: 3
        }
    }
}

/// When a state is believed.
public struct CheckPolicy: Sendable, Equatable {
    /// So many of the last `outOf` observations must be not well before it counts as a problem.
    public let confirmations: Int
    /// How far back confirmations are looked for.
    public let outOf: Int
    /// So many good observations in a row end a problem.
    public let recoveries: Int
    /// Share of changes, percent, at which it flaps; Icinga's default.
    public let flapsFrom: Double
    /// Share of changes, percent, below which it no longer flaps; Icinga's default.
    public let flapsUntil: Double
    /// How far inside of the limit, as a share of it, a number must be before the limit counts as kept again.
    public let hysteresis: Double

    /// Creates a policy; numbers below 1 count as 1.
    public init(
        confirmations: Int = 2, outOf: Int = 3, recoveries: Int = 1, flapsFrom: Double = 30, flapsUntil: Double = 25,
        hysteresis: Double = 0.05
    ) {
        self.confirmations = max(1, confirmations)
        self.outOf = min(20, max(self.confirmations, outOf))
        self.recoveries = max(1, recoveries)
        self.flapsFrom = max(0, flapsFrom)
        self.flapsUntil = min(self.flapsFrom, max(0, flapsUntil))
        self.hysteresis = min(1, max(0, hysteresis))
    }
}

/// One watched thing: soft until confirmed, then hard; flapping or calm; reachable or not. A pure state machine with
/// the behaviour that users of Nagios and Icinga know.
public struct CheckState: Sendable, Equatable {
    /// What happens to it.
    public enum Event: Sendable, Equatable {
        /// It was judged.
        case observed(Standing)
        /// It cannot be asked any more; what it was is kept beneath.
        case cut
        /// It can be asked again; nothing is known until the next observation.
        case joined
    }

    /// What came of it.
    public enum Change: Sendable, Equatable {
        /// It looks different, and more observations are needed.
        case soft(from: Standing, to: Standing, attempt: Int, of: Int)
        /// It is so.
        case hard(from: Standing, to: Standing)
        /// It changes too often to tell of each change.
        case flapping(percent: Int)
        /// It is calm again.
        case calm(percent: Int)
        /// It cannot be asked.
        case unreachable(was: Standing)
        /// It can be asked again.
        case reachable
    }

    /// What it last was, confirmed.
    public private(set) var hard: Standing
    /// What it last looked like.
    public private(set) var latest: Standing
    /// Since when `hard` has held.
    public private(set) var since: Timestamp
    /// Whether it flaps.
    public private(set) var isFlapping = false
    /// Whether it can be asked.
    public private(set) var isReachable = true
    /// Observations of `latest` kind in a row that are not yet confirmed.
    public private(set) var attempt = 0
    /// Newest last, at most 21.
    private(set) var history: [Standing] = []

    /// Something that has been well, or was never seen.
    public init(at moment: Timestamp) {
        hard = .ok
        latest = .ok
        since = moment
    }

    /// What is shown: unreachable as long as it cannot be asked.
    public var standing: Standing { isReachable ? hard : .unreachable }

    /// Takes an event and says what changed; nothing for an observation that confirms what is known.
    public mutating func handle(_ event: Event, policy: CheckPolicy, at moment: Timestamp) -> [Change] {
        switch event {
        case .observed(let standing): return observe(standing, policy, moment)
        case .cut:
            guard isReachable else { return [] }
            isReachable = false
            attempt = 0
            return [.unreachable(was: hard)]
        case .joined:
            guard !isReachable else { return [] }
            isReachable = true
            return [.reachable]
        }
    }

    private mutating func observe(_ standing: Standing, _ policy: CheckPolicy, _ moment: Timestamp) -> [Change] {
        var changes: [Change] = []
        if !isReachable {
            isReachable = true
            changes.append(.reachable)
        }
        let before = latest
        latest = standing
        history.append(standing)
        if history.count > 21 { history.removeFirst(history.count - 21) }
        changes += flap(policy)
        guard standing != hard else {
            // A doubt that was not confirmed.
            if before != standing, attempt > 0 {
                changes.append(.soft(from: before, to: standing, attempt: 0, of: policy.confirmations))
            }
            attempt = 0
            return changes
        }
        let needed = standing == .ok ? policy.recoveries : policy.confirmations
        let seen: Int
        if standing == .ok {
            seen = history.reversed().prefix { $0 == .ok }.count
        } else if hard != .ok {
            // Already a confirmed problem: it only changed its degree.
            seen = needed
        } else {
            seen = history.suffix(policy.outOf).count { $0 != .ok }
        }
        if seen >= needed {
            changes.append(.hard(from: hard, to: standing))
            hard = standing
            since = moment
            attempt = 0
        } else {
            attempt = seen
            changes.append(.soft(from: before, to: standing, attempt: seen, of: needed))
        }
        return changes
    }

    /// The share of changes among the last 20 pairs of observations, newer ones weighing more (0.8 to 1.2), percent.
    public var changeShare: Double {
        guard history.count > 1 else { return 0 }
        var sum = 0.0
        // The newest pair weighs 1.2 even while the history is short.
        for (place, pair) in zip(history, history.dropFirst()).reversed().enumerated() where pair.0 != pair.1 {
            sum += 1.2 - 0.4 * Double(place) / 19
        }
        return sum / 20 * 100
    }

    private mutating func flap(_ policy: CheckPolicy) -> [Change] {
        let share = changeShare
        if !isFlapping, share > policy.flapsFrom {
            isFlapping = true
            return [.flapping(percent: Int(share.rounded()))]
        }
        if isFlapping, share < policy.flapsUntil {
            isFlapping = false
            return [.calm(percent: Int(share.rounded()))]
        }
        return []
    }
}

extension CheckState: Codable {
    private enum Key: String, CodingKey {
        case hard, latest, since, flapping, reachable, attempt, history
    }

    /// Reads what ``encode(to:)`` wrote; a history longer than 21 is refused.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        hard = try values.decode(Standing.self, forKey: .hard)
        latest = try values.decode(Standing.self, forKey: .latest)
        since = try values.decode(Timestamp.self, forKey: .since)
        isFlapping = try values.decode(Bool.self, forKey: .flapping)
        isReachable = try values.decode(Bool.self, forKey: .reachable)
        attempt = try values.decode(Int.self, forKey: .attempt)
        history = try values.decode([Standing].self, forKey: .history)
        guard history.count <= 21, attempt >= 0, hard != .unreachable else {
            throw DecodingError.dataCorruptedError(
                forKey: .history, in: values, debugDescription: "no state of a check")
        }
    }

    /// Everything it remembers.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(hard, forKey: .hard)
        try values.encode(latest, forKey: .latest)
        try values.encode(since, forKey: .since)
        try values.encode(isFlapping, forKey: .flapping)
        try values.encode(isReachable, forKey: .reachable)
        try values.encode(attempt, forKey: .attempt)
        try values.encode(history, forKey: .history)
    }
}
