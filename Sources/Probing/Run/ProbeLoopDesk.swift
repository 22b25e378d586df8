import CMDB
import Evidence
import Remote

/// A loop's books: schedule, checks, what is to be stored and what was counted. Pure: time comes in, asks come out.
struct ProbeLoopDesk {
    private var schedule: Schedule
    private var board: StateBoard
    private let plan: ProbePlan
    private let pairs: [PairKey: ProbePair]
    private let startedAt: Timestamp

    private var batch = ProbeLoopBatch()
    private var inStore = ProbeLoopBatch()
    private var changes: [StateChange] = []
    private var changesInStore: [StateChange] = []

    private var results: [PairKey: ProbeResult] = [:]
    private var outcomes: [PairKey: (outcome: ProbeLoopReport.Outcome, detail: String)] = [:]
    private var runs: [ProbeLoopReport.Outcome: Int] = [:]
    private var done = 0
    private var storedResults = 0
    private var storedFacts = 0
    private var storedSamples = 0
    private var told = 0

    init(_ loop: ProbeLoop, at wall: Timestamp) {
        var limits = loop.options.limits
        if loop.options.once {
            limits.repeats = false
            limits.spread = .zero
        }
        board = loop.memory.board
        plan = loop.plan
        startedAt = wall
        pairs = Dictionary(loop.plan.pairs.map { (ScheduledPair($0).key, $0) }, uniquingKeysWith: { first, _ in first })
        // One turn of everything asks everything, whatever was asked before.
        schedule = Schedule(
            limits: limits, records: loop.options.once ? [] : loop.memory.records,
            deadTargets: loop.options.once ? [] : Set(board.unreachable.map(\.description)), wall: wall,
            at: Instant(nanoseconds: 0))
    }

    var isQuiet: Bool { schedule.isQuiet }
    var isThrough: Bool { schedule.remaining == 0 }
    var metrics: ScheduleMetrics { schedule.metrics }
    var nextWake: Instant? { schedule.nextWake }
    var hasBatch: Bool { !batch.isEmpty || board.hasTouched }
    var batchedResults: Int { batch.results }

    var progress: ProbeLoopProgress {
        let metrics = schedule.counted
        return ProbeLoopProgress(
            inFlight: metrics.allInFlight, done: done, late: metrics.queued + metrics.skipped, dead: metrics.dead,
            stored: storedResults)
    }

    mutating func begin(at instant: Instant) -> [(ProbePair, ScheduleStart)] {
        take(schedule.handle(.plan(plan.pairs.map { ScheduledPair($0) }), at: instant), startedAt)
    }

    mutating func tick(at instant: Instant, wall: Timestamp) -> [(ProbePair, ScheduleStart)] {
        take(schedule.handle(.tick, at: instant), wall)
    }

    mutating func stop(at instant: Instant) { _ = take(schedule.handle(.stop, at: instant), startedAt) }

    mutating func ended(_ start: ScheduleStart, _ ask: SingleAsk, at instant: Instant, wall: Timestamp)
        -> [(ProbePair, ScheduleStart)]
    {
        if let result = ask.result {
            results[start.key] = result
            batch.facts += result.facts
            batch.samples += result.samples
            batch.results += 1
            let (outcome, detail) = Self.outcome(result)
            runs[outcome, default: 0] += 1
            outcomes[start.key] = (outcome, detail)
        }
        return take(schedule.handle(.ended(start.run, ask.ending, roundTrip: ask.roundTrip), at: instant), wall)
    }

    private mutating func take(_ actions: [ScheduleAction], _ wall: Timestamp) -> [(ProbePair, ScheduleStart)] {
        var starts: [(ProbePair, ScheduleStart)] = []
        for action in actions {
            switch action {
            case .start(let start):
                if let pair = pairs[start.key] { starts.append((pair, start)) }
            case .turnOver(let key, let turn, let ending, _):
                done += 1
                guard let result = results.removeValue(forKey: key) else {
                    outcomes[key] = (.unreachable, Self.notAsked)
                    continue
                }
                // What was broken off is not done.
                if result.outcome != .interrupted {
                    batch.records.append(ScheduleRecord(key: key, turn: turn, ending: ending))
                }
                changes += board.take(result, at: wall)
            case .skipped: break
            case .died(let target):
                if let id = ObjectID(target) { changes += board.died(id, at: wall) }
            case .revived(let target):
                if let id = ObjectID(target) { changes += board.revived(id, at: wall) }
            }
        }
        return starts
    }

    private static func outcome(_ result: ProbeResult) -> (ProbeLoopReport.Outcome, String) {
        switch result.outcome {
        case .ok: (.ok, "")
        case .partial: (.partial, result.failures.map { "\($0.what): \($0.reason)" }.joined(separator: "; "))
        case .failed(let error): (result.reached ? .failed : .unreachable, "\(error.message) (\(error.code))")
        case .interrupted: (.interrupted, "")
        }
    }

    private static let notAsked = "not asked: its target does not answer"

    // MARK: - Storing

    /// What is in hand, handed out once.
    mutating func takeBatch() -> ProbeLoopBatch {
        batch.states = board.takeTouched()
        defer { batch = ProbeLoopBatch() }
        changesInStore += changes
        changes = []
        return batch
    }

    /// As ``takeBatch()``, remembered until ``storedInFlight()``.
    mutating func sendBatch() -> ProbeLoopBatch {
        inStore = takeBatch()
        return inStore
    }

    mutating func storedInFlight() -> [StateChange] {
        defer { inStore = ProbeLoopBatch() }
        return stored(inStore)
    }

    /// Counts what is safe now, and gives the changes that may be told.
    mutating func stored(_ batch: ProbeLoopBatch) -> [StateChange] {
        storedResults += batch.results
        storedFacts += batch.facts.count
        storedSamples += batch.samples.count
        told += changesInStore.count
        defer { changesInStore = [] }
        return changesInStore
    }

    func report(end: ProbeLoopReport.End, at wall: Timestamp) -> ProbeLoopReport {
        let dead = schedule.deadTargets
        let silent = Set(dead)
        return ProbeLoopReport(
            startedAt: startedAt, finishedAt: wall, end: end,
            pairs: plan.pairs.map { pair in
                if let (outcome, detail) = outcomes[ScheduledPair(pair).key] { return (pair, outcome, detail) }
                // Known to be dead from the loop before, and greeted only.
                let isDead = silent.contains(pair.target.id.description)
                return (pair, isDead ? .unreachable : .notDue, isDead ? Self.notAsked : "")
            },
            skipped: plan.skipped, runs: runs, metrics: schedule.metrics, deadTargets: dead,
            standings: board.counts, changeCount: told, factCount: storedFacts, sampleCount: storedSamples)
    }
}
