import Evidence

/// Runs a schedule: begins what it names, tells it what came of it, keeps what came back.
///
/// One task owns all state and takes one message after the other; asks and stores run beside it and report back. What
/// it has told as changed is stored.
public struct ProbeLoop: Sendable {
    enum Message: Sendable {
        case ended(ScheduleStart, SingleAsk)
        case wake
        case storeNow
        case stored(Result<Void, any Error>)
        case timeOver
        case interrupt
        case graceOver
    }

    let runner: ProbeRunner
    let plan: ProbePlan
    let options: ProbeLoopOptions
    let memory: ProbeLoopMemory
    let store: any ProbeLoopStore

    /// Creates a loop.
    /// - Parameters:
    ///   - runner: its adapters and clock; its own concurrency is not used, ``ProbeLoopOptions/limits`` are.
    ///   - plan: what to ask.
    ///   - memory: what the loop before left behind.
    ///   - store: keeps the results.
    public init(
        _ runner: ProbeRunner, plan: ProbePlan, options: ProbeLoopOptions, memory: ProbeLoopMemory = ProbeLoopMemory(),
        store: any ProbeLoopStore
    ) {
        self.runner = runner
        self.plan = plan
        self.options = options
        self.memory = memory
        self.store = store
    }

    /// Runs to its end. When the calling task is cancelled, nothing new is begun, what is under way has the grace to
    /// end, and everything collected is stored.
    /// - Throws: what the store throws; results that were not stored are lost then.
    public func run(news: @escaping @Sendable (ProbeLoopNews) -> Void = { _ in }) async throws -> ProbeLoopReport {
        let (mail, post) = AsyncStream<Message>.makeStream()
        // Not a child, so that an interruption reaches it as a message and does not tear down what is under way. It is
        // awaited on every path.
        let work = Task { try await ProbeLoopDriver(self, post, news).run(mail) }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            post.yield(.interrupt)
        }
    }
}

/// The one task that owns everything.
private final class ProbeLoopDriver {
    private let loop: ProbeLoop
    private let post: AsyncStream<ProbeLoop.Message>.Continuation
    private let news: @Sendable (ProbeLoopNews) -> Void
    private var desk: ProbeLoopDesk
    private let clock = ContinuousClock()
    private let beginning: ContinuousClock.Instant
    private var wakes: Set<Int64> = []
    private var isStoring = false
    private var storeIsSet = false
    private var end: ProbeLoopReport.End?
    private var failure: (any Error)?

    init(
        _ loop: ProbeLoop, _ post: AsyncStream<ProbeLoop.Message>.Continuation,
        _ news: @escaping @Sendable (ProbeLoopNews) -> Void
    ) {
        self.loop = loop
        self.post = post
        self.news = news
        beginning = clock.now
        desk = ProbeLoopDesk(loop, at: loop.runner.now())
    }

    private var instant: Instant { Instant(nanoseconds: beginning.duration(to: clock.now).inNanoseconds) }

    func run(_ mail: AsyncStream<ProbeLoop.Message>) async throws -> ProbeLoopReport {
        await withDiscardingTaskGroup { group in
            if let duration = loop.options.duration { later(duration, .timeOver, &group) }
            act(desk.begin(at: instant), &group)
            settle(&group)
            if !isOver {
                for await message in mail {
                    take(message, &group)
                    settle(&group)
                    if isOver { break }
                }
            }
            group.cancelAll()
        }
        if failure == nil {
            let batch = desk.takeBatch()
            if !batch.isEmpty { try await loop.store.store(batch) }
            tell(desk.stored(batch))
        }
        post.finish()
        if let failure { throw failure }
        return desk.report(end: end ?? .finished, at: loop.runner.now())
    }

    private var isOver: Bool { end != nil && desk.isQuiet && !isStoring }

    private func take(_ message: ProbeLoop.Message, _ group: inout DiscardingTaskGroup) {
        switch message {
        case .ended(let start, let ask):
            act(desk.ended(start, ask, at: instant, wall: loop.runner.now()), &group)
            news(.progress(desk.progress))
        case .wake:
            wakes = wakes.filter { $0 > instant.nanoseconds }
            act(desk.tick(at: instant, wall: loop.runner.now()), &group)
        case .storeNow:
            storeIsSet = false
            storeBatch(&group)
        case .stored(let result):
            isStoring = false
            switch result {
            case .success: tell(desk.storedInFlight())
            case .failure(let error):
                failure = error
                stop(.interrupted, &group)
                group.cancelAll()
            }
        case .timeOver: stop(.finished, &group)
        case .interrupt: stop(.interrupted, &group)
        case .graceOver: group.cancelAll()
        }
    }

    /// What follows from the state as it is now.
    private func settle(_ group: inout DiscardingTaskGroup) {
        if loop.options.once, end == nil, desk.isThrough { stop(.finished, &group) }
        if let wake = desk.nextWake, end == nil, wake.nanoseconds < (wakes.min() ?? .max) {
            wakes.insert(wake.nanoseconds)
            later(max(.zero, wake - instant), .wake, &group)
        }
        guard failure == nil, !isStoring, desk.hasBatch else { return }
        if desk.batchedResults >= loop.options.batchResults {
            storeBatch(&group)
        } else if !storeIsSet, end == nil {
            storeIsSet = true
            later(loop.options.batchInterval, .storeNow, &group)
        }
    }

    private func stop(_ why: ProbeLoopReport.End, _ group: inout DiscardingTaskGroup) {
        guard end == nil else { return }
        end = why
        desk.stop(at: instant)
        later(loop.options.grace, .graceOver, &group)
    }

    private func storeBatch(_ group: inout DiscardingTaskGroup) {
        guard !isStoring, failure == nil, desk.hasBatch else { return }
        isStoring = true
        let batch = desk.sendBatch()
        let (store, post) = (loop.store, post)
        group.addTask {
            do {
                try await store.store(batch)
                post.yield(.stored(.success(())))
            } catch {
                post.yield(.stored(.failure(error)))
            }
        }
    }

    private func act(_ starts: [(ProbePair, ScheduleStart)], _ group: inout DiscardingTaskGroup) {
        let (runner, post) = (loop.runner, post)
        for (pair, start) in starts {
            group.addTask { post.yield(.ended(start, await runner.ask(pair, start))) }
        }
    }

    private func later(_ duration: Duration, _ message: ProbeLoop.Message, _ group: inout DiscardingTaskGroup) {
        let (clock, post) = (clock, post)
        group.addTask {
            try? await clock.sleep(for: duration)
            if !Task.isCancelled { post.yield(message) }
        }
    }

    private func tell(_ changes: [StateChange]) {
        if !changes.isEmpty { news(.changes(changes)) }
        news(.progress(desk.progress))
        news(.metrics(desk.metrics))
    }
}
