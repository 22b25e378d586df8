import Addressing
import BenchSupport
import Evidence
import Probing
import Remote
import SNMP

/// Devices of the emulator and how they are asked: the same request as in snmp-bench, timeout 1 s, one retry.
struct Fleet: Sendable {
    static let bindings = 62
    private static let columns: [OID] = [
        [1, 3, 6, 1, 2, 1, 1, 3], [1, 3, 6, 1, 2, 1, 1, 5], [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6],
        [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 10], [1, 3, 6, 1, 2, 1, 2, 2, 1, 8], [1, 3, 6, 1, 2, 1, 2, 2, 1, 14],
        [1, 3, 6, 1, 2, 1, 2, 2, 1, 20], [1, 3, 6, 1, 2, 1, 2, 2, 1, 13],
    ]
    let port: UInt16

    func pair(_ number: Int) -> ScheduledPair {
        ScheduledPair(
            key: PairKey(target: "device/\(number)", probe: "interfaces"), kind: "snmp", interval: .seconds(60),
            timeout: .seconds(1))
    }

    func request(_ number: Int, _ start: ScheduleStart) throws -> SNMPRequest {
        let target = SNMPTarget(
            subject: start.key.target,
            endpoint: Endpoint(address: try IPAddress(Emulator.address(number)), port: port),
            credential: .v2c(community: Secret("public")), timeout: start.timeout, retries: 0)
        return switch start.purpose {
        case .turn: SNMPRequest(.getBulk(Self.columns, nonRepeaters: 2, maxRepetitions: 10), from: target)
        case .greeting: SNMPRequest(.get([[1, 3, 6, 1, 2, 1, 1, 3, 0]]), from: target)
        }
    }
}

/// One cycle: every device has one turn, begun as fast as the schedule's windows allow.
struct Cycle {
    /// From the beginning to the last answer of a living device.
    var wall: Duration = .zero
    /// What the schedule has found dead by the end.
    var dead: Set<String> = []
    /// Cheap asks of dead targets in between.
    var greetings = 0

    private enum Note: Sendable {
        case ended(ScheduleRun, number: Int, ScheduleEnding, isComplete: Bool, Duration?)
        case tick
    }

    private static let beginning = ContinuousClock.now
    private static var now: Instant { Instant(nanoseconds: 0) + (ContinuousClock.now - beginning) }

    /// - Parameters:
    ///   - numbers: the devices that are asked.
    ///   - living: those that answer; the cycle's time ends with the last of them.
    ///   - dead: what an earlier cycle found dead.
    ///   - toTheEnd: go on until the schedule has judged the silent ones too.
    static func run(
        _ engine: SNMPEngine, _ fleet: Fleet, _ numbers: [Int], living: Set<Int>, dead: Set<String>, toTheEnd: Bool
    ) async throws -> Cycle {
        var limits = ScheduleLimits()
        limits.spread = .zero
        limits.repeats = false
        var schedule = Schedule(
            limits: limits, deadTargets: dead, wall: Timestamp(milliseconds: 1_800_000_000_000), at: now)
        let places = Dictionary(uniqueKeysWithValues: numbers.map { (fleet.pair($0).key.target, $0) })
        let (notes, sender) = AsyncStream<Note>.makeStream()
        var waiting = living
        var cycle = Cycle()
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            func perform(_ actions: [ScheduleAction]) throws {
                for case .start(let ask) in actions {
                    guard let number = places[ask.key.target] else { continue }
                    let request = try fleet.request(number, ask)
                    group.addTask {
                        guard let outcome = await engine.ask([request]).first else { return }
                        let rows = try? outcome.result.get().count
                        sender.yield(
                            .ended(
                                ask.run, number: number, rows == nil ? .silent : .answered,
                                isComplete: rows == Fleet.bindings, outcome.roundTrip))
                    }
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(5))
                    sender.yield(.tick)
                }
            }
            try perform(schedule.handle(.plan(numbers.map(fleet.pair)), at: now))
            for await note in notes {
                switch note {
                case .tick: try perform(schedule.handle(.tick, at: now))
                case .ended(let run, let number, let ending, let isComplete, let roundTrip):
                    if isComplete, waiting.remove(number) != nil, waiting.isEmpty {
                        cycle.wall = ContinuousClock.now - start
                    }
                    try perform(schedule.handle(.ended(run, ending, roundTrip: roundTrip), at: now))
                }
                guard ContinuousClock.now - start < .seconds(60) else {
                    throw BenchFailure("\(waiting.count) living devices were not read within a minute")
                }
                let isJudged = schedule.remaining == 0 && schedule.deadTargets.count == numbers.count - living.count
                if waiting.isEmpty, !toTheEnd || isJudged { break }
            }
            group.cancelAll()
        }
        cycle.dead = Set(schedule.deadTargets)
        cycle.greetings = schedule.metrics.greetings
        return cycle
    }
}
