public import Evidence

/// When an alert is carried to the next rung.
public struct AlertPolicy: Sendable, Equatable {
    /// After so long without an acknowledgement, measured from the opening; rising. One rung each.
    public let escalations: [Duration]
    /// Worse than this standing opens an alert: `warning` and `critical`, and `unknown` when set.
    public let alertsOnUnknown: Bool

    /// Creates a policy.
    public init(escalations: [Duration] = [.seconds(900), .seconds(3_600)], alertsOnUnknown: Bool = true) {
        self.escalations = escalations.sorted()
        self.alertsOnUnknown = alertsOnUnknown
    }
}

/// The alert of one check: pure, event in, actions out. Whoever owns it sends messages and calls again at `wake`.
public struct AlertState: Sendable, Equatable, Codable {
    /// Why nothing is sent.
    public enum Silence: String, Sendable, CaseIterable, Codable, Comparable {
        /// Work is announced for it.
        case maintenance
        /// It, or what it stands behind, cannot be asked.
        case unreachable
        /// It changes too often.
        case flapping
        /// In the order of writing.
        public static func < (a: Silence, b: Silence) -> Bool { a.rawValue < b.rawValue }
    }

    /// What happens.
    public enum Event: Sendable, Equatable {
        /// The hard state is this now.
        case standing(Standing)
        /// A reason to be silent begins.
        case silence(Silence)
        /// It ends.
        case speak(Silence)
        /// A person has taken it on; `until` nil: until it is over or gets worse.
        case acknowledge(by: String, until: Timestamp?)
        /// They have given it back.
        case withdraw
        /// Time has gone on.
        case tick
    }

    /// What is to be done.
    public enum Action: Sendable, Equatable {
        /// Tell that it began.
        case open(Standing)
        /// Tell that it got worse or better without being over.
        case change(from: Standing, to: Standing)
        /// Tell the next ones: nobody has taken it on. Rungs count from 1.
        case escalate(Standing, rung: Int)
        /// Tell who has taken it on.
        case acknowledged(by: String)
        /// Tell that nobody has any more.
        case unacknowledged
        /// Tell that it is over.
        case resolve(Standing)
        /// It would be told, and is not.
        case suppress(Standing, Silence)
    }

    /// How far a problem is told.
    public enum Phase: String, Sendable, Codable {
        /// Nothing is wrong, as far as anybody was told.
        case none
        /// Told, and nobody has taken it on.
        case open
        /// Somebody has.
        case acknowledged
    }

    /// How far it is told.
    public private(set) var phase = Phase.none
    /// The hard state, told or not.
    public private(set) var standing = Standing.ok
    /// The state that was last told.
    public private(set) var told = Standing.ok
    /// When it was opened.
    public private(set) var openedAt: Timestamp?
    /// Rungs that were told.
    public private(set) var rung = 0
    /// Why nothing is sent.
    public private(set) var silences: Set<Silence> = []
    /// Who has taken it on.
    public private(set) var acknowledgedBy: String?
    private var acknowledgedUntil: Timestamp?

    /// Nothing wrong.
    public init() {}

    /// When a ``Event/tick`` is due; nil when time changes nothing.
    public func wake(_ policy: AlertPolicy) -> Timestamp? {
        if phase == .acknowledged { return acknowledgedUntil }
        guard phase == .open, silences.isEmpty, let openedAt, rung < policy.escalations.count else { return nil }
        return openedAt + policy.escalations[rung]
    }

    /// Takes an event and says what to do.
    public mutating func handle(_ event: Event, policy: AlertPolicy, at moment: Timestamp) -> [Action] {
        var actions: [Action] = []
        switch event {
        case .standing(let standing):
            guard standing != .unreachable else { break }
            let before = self.standing
            self.standing = standing
            if before != standing, isProblem(standing, policy), let silence = silences.min() {
                actions.append(.suppress(standing, silence))
            }
        case .silence(let silence):
            let isNew = silences.insert(silence).inserted
            if isNew, phase != .none, silences.count == 1 { actions.append(.suppress(told, silence)) }
        case .speak(let silence): silences.remove(silence)
        case .acknowledge(let person, let until):
            guard phase != .none, acknowledgedBy != person || until != acknowledgedUntil else { break }
            phase = .acknowledged
            acknowledgedBy = person
            acknowledgedUntil = until
            actions.append(.acknowledged(by: person))
        case .withdraw:
            if phase == .acknowledged { actions += reopen(at: moment) }
        case .tick: break
        }
        if let until = acknowledgedUntil, phase == .acknowledged, until <= moment { actions += reopen(at: moment) }
        guard silences.isEmpty else { return actions }
        actions += tell(policy, moment)
        return actions + escalate(policy, moment)
    }

    private func isProblem(_ standing: Standing, _ policy: AlertPolicy) -> Bool {
        switch standing {
        case .warning, .critical: true
        case .unknown: policy.alertsOnUnknown
        case .ok, .unreachable: false
        }
    }

    private mutating func reopen(at moment: Timestamp) -> [Action] {
        phase = .open
        acknowledgedBy = nil
        acknowledgedUntil = nil
        // Whoever gave it back starts the ladder anew.
        openedAt = moment
        rung = 0
        return [.unacknowledged]
    }

    /// Brings what was told to what is.
    private mutating func tell(_ policy: AlertPolicy, _ moment: Timestamp) -> [Action] {
        guard isProblem(standing, policy) else {
            guard phase != .none else { return [] }
            let was = told
            self = cleared()
            return [.resolve(was)]
        }
        switch phase {
        case .none:
            phase = .open
            told = standing
            openedAt = moment
            rung = 0
            return [.open(standing)]
        case .open, .acknowledged:
            guard told != standing else { return [] }
            var actions = [Action.change(from: told, to: standing)]
            // Worse than what was taken on is not taken on.
            if phase == .acknowledged, standing.gravity > told.gravity { actions += reopen(at: moment) }
            told = standing
            return actions
        }
    }

    private func cleared() -> AlertState {
        var fresh = AlertState()
        fresh.silences = silences
        fresh.standing = standing
        return fresh
    }

    private mutating func escalate(_ policy: AlertPolicy, _ moment: Timestamp) -> [Action] {
        guard phase == .open, let openedAt else { return [] }
        var actions: [Action] = []
        while rung < policy.escalations.count, openedAt + policy.escalations[rung] <= moment {
            rung += 1
            actions.append(.escalate(told, rung: rung))
        }
        return actions
    }
}
