public import Evidence

/// Names a pair over restarts and changes of plan.
public struct PairKey: Hashable, Sendable, Comparable {
    /// Whom it asks: an object id.
    public let target: String
    /// What it asks, and where when one probe has several endpoints: ``ProbePair/source``.
    public let probe: String
    /// Creates a key.
    public init(target: String, probe: String) {
        self.target = target
        self.probe = probe
    }
    /// By target, then probe.
    public static func < (a: PairKey, b: PairKey) -> Bool { (a.target, a.probe) < (b.target, b.probe) }
}

/// What the schedule has to know of one probe against one target.
public struct ScheduledPair: Sendable, Equatable {
    /// Its name; unique within a plan.
    public let key: PairKey
    /// For counting, and one measured round-trip time per kind: `snmp`, `ssh`, …
    public let kind: String
    /// The window it shares with others; empty: no zone.
    public let zone: String
    /// From one turn to the next; at least a millisecond.
    public let interval: Duration
    /// The longest time one exchange may take.
    public let timeout: Duration
    /// A dead target is asked with the pair of the lowest rank only.
    public let rank: Int
    /// Whether an ask is one exchange or several of that kind, so that silence shows after one timeout; otherwise it
    /// always gets all of `timeout`, and keeps its place in the window to the end.
    public let isExchange: Bool

    /// Creates a pair.
    public init(
        key: PairKey, kind: String, zone: String = "", interval: Duration, timeout: Duration, rank: Int = 9,
        isExchange: Bool = true
    ) {
        self.key = key
        self.kind = kind
        self.zone = zone
        self.interval = max(.milliseconds(1), interval)
        self.timeout = max(.milliseconds(1), timeout)
        self.rank = rank
        self.isExchange = isExchange
    }

    /// Where in each interval its turn is: the same in every process, spread evenly over all pairs. Whole milliseconds.
    public var phase: Duration {
        let length = UInt64(max(1, interval.inNanoseconds / 1_000_000))
        return .milliseconds(Int64(StableHash.of(key.target, key.probe) % length))
    }
}

/// How much is asked at the same time, and when a target is given up.
public struct ScheduleLimits: Sendable, Equatable {
    /// Asks under way in all, the two next ones not counted.
    public var window = 256
    /// Asks under way in one zone.
    public var zoneWindow = 256
    /// Asks under way to targets or pairs that gave no answer lately: living ones never wait behind them.
    public var suspectWindow = 64
    /// Asks of a living target that are past their expected time and no longer hold a place in `window`.
    public var overdueWindow = 1_024
    /// Silent results in a row after which a target is dead; the ones after the first are cheap asks.
    public var deadAfter = 2
    /// Between a silent result and the cheap ask that tells whether the target is dead, or only one of its pairs mute.
    public var confirmation = RetryPolicy(first: .seconds(1), longest: .seconds(30))
    /// Between the cheap asks of a dead target.
    public var revival = RetryPolicy(first: .seconds(10), longest: .seconds(300))
    /// Tries of one pair in one turn, while the target lives.
    public var turn = RetryPolicy(first: .seconds(2), longest: .seconds(10), tries: 2)
    /// Shortest timeout of an exchange.
    public var timeoutFloor: Duration = .milliseconds(250)
    /// Turns that were missed (start, restart, a target's return) are made up spread over this time; zero: at once.
    public var spread: Duration = .seconds(60)
    /// False: every pair has one turn and no further ones.
    public var repeats = true

    /// The defaults.
    public init() {}
}

/// What happens to a schedule.
public enum ScheduleEvent: Sendable {
    /// Time has gone on; see ``Schedule/nextWake``.
    case tick
    /// An ask has ended. Unknown and repeated runs are ignored.
    case ended(ScheduleRun, ScheduleEnding, roundTrip: Duration? = nil)
    /// These are the pairs from now on; those that stay as they are keep their phase, place and history.
    case plan([ScheduledPair])
    /// Nothing more is begun; what is under way goes on.
    case stop
}

/// How an ask ended, as far as the schedule is concerned.
public enum ScheduleEnding: String, Sendable, CaseIterable {
    /// The target answered, whatever it said.
    case answered
    /// It answered at first, and then an exchange timed out: the pair gets more time from now on.
    case slow
    /// No answer in time, or no way to it.
    case silent
    /// It tells nothing about the target: broken off, or a failure on our side.
    case unknown
}

/// One ask that was begun.
public struct ScheduleRun: Hashable, Sendable {
    let target: Int
    let serial: UInt64
}

/// What is to be done now.
public enum ScheduleAction: Sendable, Equatable {
    /// Ask, and tell the end by ``ScheduleEvent/ended(_:_:roundTrip:)``.
    case start(ScheduleStart)
    /// The turn of a pair is over, with its last try's ending; also for what was dropped because the target is dead.
    case turnOver(PairKey, turn: Timestamp, ScheduleEnding, tries: Int)
    /// A turn came while the one before was still under way: it is left out, not doubled.
    case skipped(PairKey, turn: Timestamp)
    /// The target is asked with one cheap pair from now on.
    case died(target: String)
    /// It answers again; all its pairs come back, spread.
    case revived(target: String)
}

/// An ask to begin.
public struct ScheduleStart: Sendable, Equatable {
    /// What the ask is for.
    public enum Purpose: Sendable, Equatable {
        /// The pair's own turn: everything it collects.
        case turn
        /// Only to see whether the target answers at all: the cheapest exchange of the pair.
        case greeting
    }
    /// Names this ask.
    public let run: ScheduleRun
    /// What is asked.
    public let key: PairKey
    /// What for.
    public let purpose: Purpose
    /// The turn by the schedule's wall clock; what a ``ScheduleRecord`` keeps. Without meaning for a greeting.
    public let turn: Timestamp
    /// The number of the try within the turn, from 1.
    public let attempt: Int
    /// How long one exchange may take, from measured round trips.
    public let timeout: Duration
    /// From when it was due to now.
    public let lag: Duration
}

/// The last turn of a pair that was done, kept over restarts.
public struct ScheduleRecord: Sendable, Hashable {
    /// Whose.
    public let key: PairKey
    /// ``ScheduleStart/turn``.
    public let turn: Timestamp
    /// How it ended.
    public let ending: ScheduleEnding
    /// Creates a record.
    public init(key: PairKey, turn: Timestamp, ending: ScheduleEnding) {
        self.key = key
        self.turn = turn
        self.ending = ending
    }
}
