import Evidence
import Testing

@testable import Probing

/// A world in virtual time: devices that answer late, never, or for a while, and a driver that asks them as the
/// schedule says and holds every step against the rules.
struct ScheduleSimulator {
    struct Device {
        var latency: Duration = .milliseconds(20)
        /// From when to when it is silent, by the clock of the simulation.
        var silences: [ClosedRange<Int64>] = []

        func answers(at now: Int64) -> Bool { !silences.contains { $0.contains(now) } }
    }

    struct Ask {
        let start: ScheduleStart
        let ending: ScheduleEnding
        let roundTrip: Duration?
    }

    var schedule: Schedule
    var devices: [String: Device] = [:]
    var zones: [String: String] = [:]
    let limits: ScheduleLimits
    /// Tries of an engine below that repeats lost messages.
    var engineTries = 1

    private(set) var now: Int64
    private var wheel: TimerWheel<Ask>
    private var inFlight: [String: ScheduleStart] = [:]
    private var firstTries: [PairKey: Timestamp] = [:]

    private(set) var actions: [(at: Int64, action: ScheduleAction)] = []
    private(set) var answered: [PairKey: [Int64]] = [:]
    private(set) var lastAnswer: Int64 = 0
    private(set) var turnsOver = 0
    private(set) var mostInFlight = 0
    private(set) var mostPerZone: [String: Int] = [:]
    private var perZone: [String: Int] = [:]
    var keepsActions = true

    static let second: Int64 = 1_000_000_000

    init(
        limits: ScheduleLimits = ScheduleLimits(), records: [ScheduleRecord] = [], dead: Set<String> = [],
        wall: Timestamp = World.moment, now: Int64 = 77_000_000_000
    ) {
        self.limits = limits
        self.now = now
        schedule = Schedule(
            limits: limits, records: records, deadTargets: dead, wall: wall, at: Instant(nanoseconds: now))
        wheel = TimerWheel(now: UInt64(now / 100_000))
    }

    static func pairs(
        _ targets: Int, _ probes: [(name: String, kind: String, interval: Duration)], zones: Int = 1,
        timeout: Duration = .seconds(1)
    ) -> [ScheduledPair] {
        (0..<targets).flatMap { target in
            probes.enumerated().map { place, probe in
                ScheduledPair(
                    key: PairKey(target: "device/d-\(target)", probe: probe.name), kind: probe.kind,
                    zone: "z\(target % zones)", interval: probe.interval, timeout: timeout, rank: place)
            }
        }
    }

    mutating func plan(_ pairs: [ScheduledPair]) {
        for pair in pairs {
            zones[pair.key.target] = pair.zone
            if devices[pair.key.target] == nil { devices[pair.key.target] = Device() }
        }
        step(.plan(pairs))
    }

    mutating func step(_ event: ScheduleEvent) {
        for action in schedule.handle(event, at: Instant(nanoseconds: now)) {
            if keepsActions { actions.append((now, action)) }
            switch action {
            case .start(let start): begin(start)
            case .turnOver: turnsOver += 1
            case .died(let target):
                // Turns that found it dead are made up when it returns.
                firstTries = firstTries.filter { $0.key.target != target }
            case .skipped, .revived: break
            }
        }
        let counted = schedule.counted
        if counted.allInFlight != inFlight.count {
            Issue.record("\(counted.allInFlight) counted, \(inFlight.count) seen")
        }
        if counted.inFlight > limits.window || counted.suspectsInFlight > limits.suspectWindow
            || counted.overdue > limits.overdueWindow
        {
            Issue.record("a window is exceeded")
        }
    }

    private mutating func begin(_ start: ScheduleStart) {
        let target = start.key.target
        if inFlight.updateValue(start, forKey: target) != nil { Issue.record("two asks of \(target) at once") }
        mostInFlight = max(mostInFlight, inFlight.count)
        if start.purpose == .turn, start.attempt == 1 {
            if let last = firstTries[start.key], last >= start.turn {
                Issue.record("\(start.key) began its turn \(start.turn) twice")
            }
            firstTries[start.key] = start.turn
        }
        guard let device = devices[target] else {
            Issue.record("\(target) is not in the plan")
            return
        }
        let ask: Ask
        let after: Int64
        let latency = device.latency.inNanoseconds
        if !device.answers(at: now) || latency > start.timeout.inNanoseconds {
            let tries = start.purpose == .greeting ? 1 : engineTries
            after = start.timeout.inNanoseconds * Int64(tries)
            ask = Ask(start: start, ending: .silent, roundTrip: nil)
        } else {
            let zone = zones[target] ?? ""
            perZone[zone, default: 0] += 1
            mostPerZone[zone] = max(mostPerZone[zone] ?? 0, perZone[zone] ?? 0)
            after = latency
            ask = Ask(start: start, ending: .answered, roundTrip: device.latency)
        }
        _ = wheel.set(ask, at: UInt64((now + after + 99_999) / 100_000))
    }

    private mutating func end(_ ask: Ask) {
        inFlight[ask.start.key.target] = nil
        if ask.ending == .answered {
            perZone[zones[ask.start.key.target] ?? "", default: 1] -= 1
            if ask.start.purpose == .turn {
                answered[ask.start.key, default: []].append(now)
                lastAnswer = now
            }
        }
        step(.ended(ask.start.run, ask.ending, roundTrip: ask.roundTrip))
    }

    /// Goes on for `duration`, or until `done`.
    mutating func run(_ duration: Duration, until done: (Schedule) -> Bool = { _ in false }) {
        let end = now + duration.inNanoseconds
        while !done(schedule) {
            let ask = wheel.nextTick.map { Int64($0) * 100_000 } ?? .max
            let wake = schedule.nextWake?.nanoseconds ?? .max
            let next = max(now, min(ask, wake))
            guard next <= end else { break }
            now = next
            for ask in wheel.advance(to: UInt64(now / 100_000)) { self.end(ask) }
            if wake <= now { step(.tick) }
        }
        if !done(schedule) { now = end }
    }

    /// The machine sleeps, or its clock leaps.
    mutating func leap(_ duration: Duration) { now += duration.inNanoseconds }

    var starts: [(at: Int64, start: ScheduleStart)] {
        actions.compactMap { entry in
            if case .start(let start) = entry.action { (entry.at, start) } else { nil }
        }
    }

    /// What a database would hold after everything so far.
    var records: [ScheduleRecord] {
        actions.compactMap { entry in
            if case .turnOver(let key, let turn, let ending, _) = entry.action {
                ScheduleRecord(key: key, turn: turn, ending: ending)
            } else {
                nil
            }
        }
    }

    var wall: Timestamp { Timestamp(milliseconds: schedule.wall / 1_000_000) }
}
