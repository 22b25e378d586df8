import CMDB
public import Evidence
import Remote
import Synchronization

/// Runs plans. One request is in flight per target and protocol, and one SSH session per target serves all its probes.
public struct ProbeRunner: Sendable {
    /// How far a run is.
    public struct Progress: Sendable, Equatable {
        /// Pairs that have ended.
        public let done: Int
        /// Pairs of the plan.
        public let total: Int
        /// Of the ended ones: those that failed.
        public let failures: Int
    }

    let adapters: Adapters
    private let concurrency: Int
    let now: @Sendable () -> Timestamp

    /// Creates a runner.
    /// - Parameters:
    ///   - adapters: what talks to machines.
    ///   - concurrency: targets asked at the same time; at least 1.
    ///   - now: the clock that facts are stamped with.
    public init(_ adapters: Adapters, concurrency: Int = 64, now: @escaping @Sendable () -> Timestamp) {
        self.adapters = adapters
        self.concurrency = max(1, concurrency)
        self.now = now
    }

    /// Runs every pair and reports each, in the order of the plan. It never throws: what fails is in the report.
    ///
    /// When the calling task is cancelled, what was collected until then is kept and the report says so.
    /// - Parameter progress: called after each pair, from any thread, `done` strictly rising.
    public func run(_ plan: ProbePlan, progress: @escaping @Sendable (Progress) -> Void = { _ in }) async
        -> ProbeRunReport
    {
        let startedAt = now()
        let board = Board(total: plan.pairs.count, report: progress)
        let lanes = Self.lanes(plan.pairs)
        var results = [ProbeResult?](repeating: nil, count: plan.pairs.count)
        await withTaskGroup(of: [(Int, ProbeResult)].self) { group in
            var waiting = lanes[...]
            func start() {
                guard let lane = waiting.popFirst() else { return }
                group.addTask { await self.run(lane, board) }
            }
            for _ in 0..<concurrency { start() }
            while let finished = await group.next() {
                for (place, result) in finished { results[place] = result }
                start()
            }
        }
        return ProbeRunReport(
            startedAt: startedAt, finishedAt: now(), results: results.compactMap { $0 }, skipped: plan.skipped)
    }

    /// Pairs that must wait for each other: one target, one protocol.
    private struct Lane: Sendable {
        var pairs: [(place: Int, pair: ProbePair)]
    }

    private static func lanes(_ pairs: [ProbePair]) -> [Lane] {
        struct Key: Hashable {
            let target: ObjectID
            let kind: ProbeDefinition.Kind
        }
        var places: [Key: Int] = [:]
        var lanes: [Lane] = []
        for (place, pair) in pairs.enumerated() {
            let key = Key(target: pair.target.id, kind: pair.probe.kind)
            if let known = places[key] {
                lanes[known].pairs.append((place, pair))
            } else {
                places[key] = lanes.count
                lanes.append(Lane(pairs: [(place, pair)]))
            }
        }
        return lanes
    }

    /// Counts what has ended.
    private final class Board: Sendable {
        private let state: Mutex<(done: Int, failures: Int)> = Mutex((0, 0))
        private let total: Int
        private let report: @Sendable (Progress) -> Void

        init(total: Int, report: @escaping @Sendable (Progress) -> Void) {
            self.total = total
            self.report = report
        }

        func ended(failed: Bool) {
            // Reported under the lock, so that `done` rises in the order of the calls.
            state.withLock { state in
                state.done += 1
                if failed { state.failures += 1 }
                report(Progress(done: state.done, total: total, failures: state.failures))
            }
        }
    }

    private func run(_ lane: Lane, _ board: Board) async -> [(Int, ProbeResult)] {
        var out: [(Int, ProbeResult)] = []
        var door = SessionDoor(shell: adapters.shell)
        for (place, pair) in lane.pairs {
            var book = Notebook(pair, now: now)
            if Task.isCancelled {
                book.collected.error = remoteError(CancellationError(), pair)
            } else {
                await collect(pair, &door, &book)
            }
            let result = Self.result(book)
            if case .failed = result.outcome { board.ended(failed: true) } else { board.ended(failed: false) }
            out.append((place, result))
        }
        await door.close()
        return out
    }

    static func result(_ book: Notebook) -> ProbeResult {
        let collected = book.collected
        let inHand = !collected.saysSilence && (!collected.facts.isEmpty || !collected.samples.isEmpty)
        var failures = collected.failures
        let outcome: ProbeResult.Outcome
        if let error = collected.error {
            if inHand {
                failures.append(ProbeProblem(what: "probe", reason: "\(error.message) (\(error.code))"))
                outcome = .partial
            } else {
                outcome = error.code == .cancelled ? .interrupted : .failed(error)
            }
        } else if !inHand {
            let first = failures.first ?? collected.notObserved.first
            let reason = first.map { "\($0.what): \($0.reason)" } ?? "nothing was collected"
            outcome = .failed(
                RemoteError(
                    .unsupported, subject: book.pair.target.id.description,
                    message: "the machine answered and gave none of the facts; \(reason)"))
        } else {
            outcome = failures.isEmpty ? .ok : .partial
        }
        return ProbeResult(
            pair: book.pair, outcome: outcome, facts: collected.facts, samples: collected.samples,
            failures: failures, notObserved: collected.notObserved, cutShort: collected.interrupted)
    }
}

/// One session for all probes of a lane; a door that failed to open stays shut, so that a machine that refuses us is
/// not knocked at once per probe (and no account is locked by it).
struct SessionDoor {
    let shell: any RemoteShell
    private var session: (any ShellSession)?
    private var failure: RemoteError?

    init(shell: any RemoteShell) { self.shell = shell }

    mutating func open(_ target: ShellTarget) async throws -> any ShellSession {
        if let session { return session }
        if let failure { throw failure }
        do {
            let opened = try await shell.open(target)
            session = opened
            return opened
        } catch {
            failure = error as? RemoteError
            throw error
        }
    }

    mutating func close() async {
        await session?.close()
        session = nil
    }
}
