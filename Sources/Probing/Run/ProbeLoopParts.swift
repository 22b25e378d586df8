import CMDB
public import Evidence

extension ScheduledPair {
    /// The schedule's view of a planned pair. The zone is that of its target.
    public init(_ pair: ProbePair) {
        let kind = pair.probe.kind
        let rank =
            switch kind {
            case .icmp: 0
            case .tcp: 1
            case .snmp: 2
            case .ssh, .tls, .http, .dns, .ntp, .smtp, .postgresql, .mysql: 3
            }
        let isExchange =
            switch kind {
            case .icmp, .tcp, .snmp, .dns, .ntp: true
            case .ssh, .tls, .http, .smtp, .postgresql, .mysql: false
            }
        self.init(
            key: PairKey(target: pair.target.id.description, probe: pair.source), kind: kind.rawValue,
            zone: pair.target.text("zone") ?? "", interval: pair.probe.interval, timeout: pair.probe.timeout,
            rank: rank, isExchange: isExchange)
    }
}

/// What a loop wants kept, all of it or nothing.
public struct ProbeLoopBatch: Sendable {
    /// What was seen.
    public internal(set) var facts: [Fact] = []
    /// Numbers that were read.
    public internal(set) var samples: [Sample] = []
    /// Turns that are over.
    public internal(set) var records: [ScheduleRecord] = []
    /// Checks that changed.
    public internal(set) var states: [(key: CheckKey, entry: StateBoard.Entry)] = []
    /// Results in it.
    public internal(set) var results = 0

    var isEmpty: Bool { facts.isEmpty && samples.isEmpty && records.isEmpty && states.isEmpty }
}

/// Keeps what a loop brings home.
public protocol ProbeLoopStore: Sendable {
    /// Keeps a batch so that it survives the end of the program, however it ends; records and states never without the
    /// facts and samples of the same batch. Called again only after it has returned.
    /// - Throws: what ends the loop: a store that cannot be written to.
    func store(_ batch: ProbeLoopBatch) async throws
}

/// How a loop runs.
public struct ProbeLoopOptions: Sendable {
    /// Windows, patience, spread.
    public var limits = ScheduleLimits()
    /// When it ends by itself; nil: never, or with ``once``.
    public var duration: Duration?
    /// Every pair has one turn, now, and that is all.
    public var once = false
    /// How long what is under way may go on after the end or an interruption.
    public var grace: Duration = .seconds(3)
    /// What is in hand is stored at the latest after so many results.
    public var batchResults = 1_000
    /// What is in hand is stored at the latest after this time.
    public var batchInterval: Duration = .seconds(1)

    /// The defaults.
    public init() {}
}

/// What a loop remembers of the one before it.
public struct ProbeLoopMemory: Sendable {
    /// Turns that were done.
    public let records: [ScheduleRecord]
    /// All checks.
    public let board: StateBoard
    /// Creates a memory.
    public init(records: [ScheduleRecord] = [], board: StateBoard = StateBoard()) {
        self.records = records
        self.board = board
    }
}

/// How a loop stands.
public struct ProbeLoopProgress: Sendable, Equatable {
    /// Asks under way.
    public let inFlight: Int
    /// Turns that are over.
    public let done: Int
    /// Turns due and not begun, and turns left out.
    public let late: Int
    /// Targets that do not answer.
    public let dead: Int
    /// Results that are stored.
    public let stored: Int
}

/// What a loop tells while it runs.
public enum ProbeLoopNews: Sendable {
    /// How it stands; often.
    case progress(ProbeLoopProgress)
    /// Checks changed; told after they were stored.
    case changes([StateChange])
    /// The schedule's counts, after every store.
    case metrics(ScheduleMetrics)
}

/// What became of a loop.
public struct ProbeLoopReport: Sendable {
    /// Why it ended.
    public enum End: String, Sendable {
        /// Its time was over, or every pair had its turn.
        case finished
        /// Somebody stopped it.
        case interrupted
    }
    /// How a pair stands after its last turn.
    public enum Outcome: String, Sendable, CaseIterable {
        case ok, partial, failed, unreachable
        /// Broken off with nothing in hand.
        case interrupted
        /// Its turn did not come.
        case notDue = "not-due"
    }

    /// When it began.
    public let startedAt: Timestamp
    /// When it ended.
    public let finishedAt: Timestamp
    /// Why.
    public let end: End
    /// The last outcome of each pair, in the order of the plan.
    public let pairs: [(pair: ProbePair, outcome: Outcome, detail: String)]
    /// What the plan left out.
    public let skipped: [ProbeSkip]
    /// Tries that ended, each counted by its own outcome.
    public let runs: [Outcome: Int]
    /// The schedule at the end.
    public let metrics: ScheduleMetrics
    /// Targets that were dead at the end, sorted.
    public let deadTargets: [String]
    /// How the checks stand.
    public let standings: [Standing: Int]
    /// Changes of checks that were told.
    public let changeCount: Int
    /// Facts that were stored.
    public let factCount: Int
    /// Samples that were stored.
    public let sampleCount: Int

    /// Pairs with this outcome.
    public func count(_ outcome: Outcome) -> Int { pairs.count { $0.outcome == outcome } }
    /// Tries that ended.
    public var runCount: Int { runs.values.reduce(0, +) }
}
