import CMDB
import Evidence
import Notation
import Remote
import Synchronization
import TestSupport
import Testing

@testable import Probing

/// Keeps batches in memory; may fail, and tells when something came.
private final class MemoryStore: ProbeLoopStore {
    struct Full: Error {}
    private let batches = Mutex<[ProbeLoopBatch]>([])
    private let fails: Bool
    private let arrived: AsyncStream<Void>.Continuation
    let arrivals: AsyncStream<Void>

    init(fails: Bool = false) {
        self.fails = fails
        (arrivals, arrived) = AsyncStream<Void>.makeStream()
    }

    var facts: [Fact] { batches.withLock { $0.flatMap(\.facts) } }
    var records: [ScheduleRecord] { batches.withLock { $0.flatMap(\.records) } }
    var states: [CheckKey] { batches.withLock { $0.flatMap { $0.states.map(\.key) } } }
    var count: Int { batches.withLock { $0.count } }

    func store(_ batch: ProbeLoopBatch) async throws {
        if fails { throw Full() }
        batches.withLock { $0.append(batch) }
        arrived.yield()
    }
}

/// Answers for some machines, is silent for others, and never comes back for the rest until it is cancelled.
private struct Agents: SNMPClient {
    var silent: Set<String> = []
    var hanging: Set<String> = []

    func get(_ oids: [OID], from target: SNMPTarget) async throws -> [VarBind] {
        if hanging.contains(target.subject) { try await ContinuousClock().sleep(for: .seconds(3_600)) }
        if silent.contains(target.subject) {
            throw RemoteError(.timeout, subject: target.subject, message: "no answer")
        }
        return oids.map { VarBind($0, .octets(Array("name".utf8))) }
    }

    func walk(_ root: OID, from target: SNMPTarget, limit: Int) async throws -> [VarBind] { [] }
}

@Suite("Probe loop")
struct ProbeLoopTests {
    private func plan(_ machines: Int) throws -> ProbePlan {
        try ProbePlan(
            World.library(snmpProbe),
            in: World.context((0..<machines).map { World.device("d\($0)", monitoring: World.snmp) }))
    }

    private func loop(
        _ agents: Agents, _ plan: ProbePlan, _ store: MemoryStore, memory: ProbeLoopMemory = ProbeLoopMemory(),
        _ change: (inout ProbeLoopOptions) -> Void = { _ in }
    ) -> ProbeLoop {
        var options = ProbeLoopOptions()
        options.once = true
        options.grace = .milliseconds(50)
        options.limits.confirmation = RetryPolicy(first: .milliseconds(1), longest: .milliseconds(1))
        change(&options)
        let runner = ProbeRunner(
            ProbeRunner.Adapters(snmp: agents, shell: FakeShell(), tls: FakeTLS(), tcp: FakeTCP()),
            now: { World.moment })
        return ProbeLoop(runner, plan: plan, options: options, memory: memory, store: store)
    }

    @Test("one turn of everything: answers are stored with their turns, the silent one is dead and told once")
    func once() async throws {
        let store = MemoryStore()
        let told = Mutex<[String]>([])
        let report = try await loop(Agents(silent: ["device/d1"]), plan(3), store).run { news in
            guard case .changes(let changes) = news else { return }
            told.withLock { $0 += changes.map { "\($0.key.subject.key) \($0.key.check)" } }
        }
        #expect(report.end == .finished)
        #expect(report.verdict == .unreachable)
        #expect(report.pairs.map(\.outcome) == [.ok, .unreachable, .ok])
        #expect(report.deadTargets == ["device/d1"])
        #expect(Set(store.facts.map(\.subject.key)) == ["d0", "d2"])
        #expect(report.factCount == store.facts.count && report.factCount == 2)
        #expect(
            Set(store.records.map { "\($0.key.target) \($0.ending)" }) == [
                "device/d0 answered", "device/d1 silent", "device/d2 answered",
            ])
        #expect(told.withLock { $0 }.contains("d1 reachable"))
        #expect(store.states.contains(CheckKey(subject: ObjectID(.device, "d1"), probe: "", check: "reachable")))
        let entry = report.ledgerEntry(actor: "a", reason: "r")
        #expect(entry.payload["pairs"] == 3 && entry.payload["unreachable"] == 1)
    }

    @Test("an interruption stores what is there, breaks off what hangs, and says so")
    func interruption() async throws {
        let store = MemoryStore()
        let work = loop(Agents(hanging: ["device/d2"]), try plan(4), store) { $0.batchInterval = .milliseconds(1) }
        let task = Task { try await work.run() }
        // Three answers are stored; the fourth never comes.
        for await _ in store.arrivals where store.facts.count == 3 { break }
        task.cancel()
        let report = try await task.value
        #expect(report.end == .interrupted && report.verdict == .interrupted)
        #expect(store.facts.count == 3)
        #expect(report.count(.ok) == 3 && report.count(.interrupted) == 1)
        #expect(!store.records.contains { $0.key.target == "device/d2" }, "what was broken off is not done")
    }

    @Test("one that is cancelled before it begins ends at once")
    func cancelledBefore() async throws {
        let work = loop(Agents(hanging: ["device/d0"]), try plan(1), MemoryStore())
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await work.run()
        }
        #expect(try await task.value.end == .interrupted)
    }

    @Test("a store that fails ends the loop with its error")
    func failing() async throws {
        let work = loop(Agents(), try plan(3), MemoryStore(fails: true)) {
            $0.once = false
            $0.limits.spread = .zero
            $0.batchInterval = .milliseconds(1)
        }
        await #expect(throws: MemoryStore.Full.self) { try await work.run() }
    }

    @Test("what had its turn before a restart is not asked again, and a loop in which nothing is due says so")
    func restart() async throws {
        let first = MemoryStore()
        let plan = try plan(3)
        _ = try await loop(Agents(), plan, first).run()
        let second = MemoryStore()
        let report = try await loop(Agents(), plan, second, memory: ProbeLoopMemory(records: first.records)) {
            $0.once = false
            $0.limits.spread = .zero
            $0.duration = .milliseconds(30)
        }.run()
        // Their phases may lie in these 30 ms of a minute, each with one chance in two thousand.
        let due = plan.pairs.filter { pair in
            let scheduled = ScheduledPair(pair)
            let phase = scheduled.phase / .milliseconds(1)
            let now = Double(World.moment.milliseconds % 60_000)
            return phase >= now && phase <= now + 5_000
        }
        #expect(report.count(.notDue) >= 3 - due.count)
        if due.isEmpty { #expect(report.verdict == .nothing && second.facts.isEmpty) }
    }

    @Test("a dead target is greeted and comes back with all it has")
    func greeting() async throws {
        let board = StateBoard(entries: [:])
        var dead = board
        _ = dead.died(ObjectID(.device, "d0"), at: World.moment)
        let store = MemoryStore()
        let work = loop(Agents(), try plan(1), store, memory: ProbeLoopMemory(board: dead)) {
            $0.once = false
            $0.batchInterval = .milliseconds(1)
            $0.limits.spread = .milliseconds(1)
            $0.limits.revival = RetryPolicy(first: .milliseconds(2), longest: .milliseconds(2))
        }
        let task = Task { try await work.run() }
        for await _ in store.arrivals where !store.facts.isEmpty { break }
        task.cancel()
        let report = try await task.value
        #expect(report.metrics.revivals == 1)
        #expect(report.deadTargets.isEmpty)
        #expect(report.standings[.critical] == nil)
    }
}
