public import Evidence

/// Says what to ask when: event in, actions out. It has no clock, waits for nothing and never asks anybody itself.
///
/// Every pair has one turn per interval, at its own phase of it (``ScheduledPair/phase``), by a clock that is taken
/// from the wall once, at the beginning, and goes on with the monotonic one: a wall clock that jumps while the program
/// runs moves nothing. A target has one ask in flight. A silent answer makes its target suspect: one cheap ask
/// (a greeting) tells whether it is dead, and a dead target gets greetings with growing pauses, through a window of
/// their own, until it answers.
///
/// To drive it, for a program or a benchmark:
///
/// ```swift
/// var schedule = Schedule(limits: limits, wall: now(), at: instant())
/// perform(schedule.handle(.plan(pairs), at: instant()))
/// while running {
///     // 1. begin what `.start` names: with an SNMP engine, one request per start with `start.timeout` per try and no
///     //    tries of the engine's own when `start.purpose` is `.greeting` (a GET of sysUpTime);
///     // 2. at its end: perform(schedule.handle(.ended(start.run, .answered, roundTrip: measured), at: instant()))
///     //    with `.silent` for a timeout, and the round trip only when nothing was sent twice (Karn's rule);
///     // 3. no later than `schedule.nextWake`: perform(schedule.handle(.tick, at: instant())).
/// }
/// ```
///
/// For one cycle as fast as possible set `limits.spread = .zero` and `limits.repeats = false` and go on until
/// ``remaining`` is zero; a second plan event does not begin a second cycle, a new schedule with the `deadTargets` of
/// the first does. For the steady state let `repeats` be true and compare ``ScheduleMetrics/lag`` and the turns per
/// interval with and without silent targets.
public struct Schedule: Sendable {
    enum Timer: Sendable {
        case turn(Int)
        case retry(Int)
        case overdue(Int)
        case greeting(Int)
    }

    enum PairState: Sendable, Equatable {
        /// Its timer is set, or it rests because its target is dead.
        case idle
        case queued
        case running
        /// Between two tries of a turn.
        case resting
    }

    struct Pair: Sendable {
        var pair: ScheduledPair
        let target: Int
        var kind: Int
        var interval: Int64
        var phase: Int64
        var state = PairState.idle
        var timer: TimerWheel<Timer>.Handle?
        /// Wall time of the turn that the timer stands for, or that is under way.
        var turn: Int64 = 0
        /// Monotonic time from which lag is counted.
        var due: Int64 = 0
        /// Wall time of the last turn that was begun, or done before a restart.
        var lastTurn: Int64 = .min
        var tries: Retry
        /// How often its timeout was doubled, because it was answered in part and then not.
        var slowness: Int64 = 0
        /// Its target answers others and not this one.
        var isMute = false
        var isRemoved = false
        var isOver = false
    }

    enum Health: Sendable, Equatable {
        case alive
        case suspect(silences: Int)
        case dead
    }

    enum Lane: Sendable, Equatable { case main, suspect, overdue }

    struct Run: Sendable {
        let serial: UInt64
        let pair: Int
        let kind: Int
        let zone: Int
        let isGreeting: Bool
        var lane: Lane
        var overdue: TimerWheel<Timer>.Handle?
    }

    struct Target: Sendable {
        let name: String
        var zone: Int
        var pairs: [Int] = []
        var queue: [Int] = []
        var run: Run?
        var health = Health.alive
        var greetings: Retry
        var greetingTimer: TimerWheel<Timer>.Handle?
        var wantsGreeting = false
        var greetingDue: Int64 = 0
        /// In which queue of targets it stands.
        var waitsIn: Lane?
        /// The pair whose silence made it suspect.
        var accused: Int?
        /// One per kind of pair.
        var roundTrips: [Int: RoundTrip] = [:]
    }

    struct Zone: Sendable {
        var ready = Ring<Int>()
        var inFlight = 0
        var isListed = false
    }

    let limits: ScheduleLimits
    private let wallAtStart: Int64
    private let instantAtStart: Int64
    var now: Int64
    var wheel: TimerWheel<Timer>
    var pairs: [Pair] = []
    var targets: [Target] = []
    var places: [PairKey: Int] = [:]
    var targetPlaces: [String: Int] = [:]
    var freePairs: [Int] = []
    var zones: [Zone] = []
    var zonePlaces: [String: Int] = [:]
    var readyZones = Ring<Int>()
    var suspects = Ring<Int>()
    var kinds: [String] = []
    var kindCounts: [ScheduleMetrics.KindCounts] = []
    var records: [PairKey: Int64] = [:]
    var serial: UInt64 = 0
    var isStopped = false
    var counted = ScheduleMetrics()
    /// Pairs that have not had their first turn; see ``remaining``.
    var firstTurns = 0
    /// Targets that are taken for dead when they come with a plan.
    let deadAtStart: Set<String>

    /// A timer's tick, nanoseconds.
    static var tick: Int64 { 1_000_000 }

    /// Creates a schedule without pairs.
    /// - Parameters:
    ///   - limits: windows and patience.
    ///   - records: the last turns before a restart. One that is later than `wall` counts for nothing: the clock was
    ///     set back, and nobody knows what was done when.
    ///   - deadTargets: targets that were dead before the restart: they are greeted first.
    ///   - wall: the time of day.
    ///   - instant: the monotonic time of the same moment.
    public init(
        limits: ScheduleLimits = ScheduleLimits(), records: [ScheduleRecord] = [], deadTargets: Set<String> = [],
        wall: Timestamp, at instant: Instant
    ) {
        self.limits = limits
        wallAtStart = wall.milliseconds.multipliedReportingOverflow(by: 1_000_000).partialValue
        instantAtStart = instant.nanoseconds
        now = instant.nanoseconds
        deadAtStart = deadTargets
        wheel = TimerWheel(now: 0)
        for record in records where record.turn <= wall {
            // What found its target dead is made up when that returns.
            if record.ending == .silent, deadTargets.contains(record.key.target) { continue }
            let turn = record.turn.milliseconds * 1_000_000
            self.records[record.key] = max(turn, self.records[record.key] ?? .min)
        }
    }

    /// Takes an event and says what to do. A moment before the last one counts as the last one.
    public mutating func handle(_ event: ScheduleEvent, at instant: Instant) -> [ScheduleAction] {
        now = max(now, instant.nanoseconds)
        var actions: [ScheduleAction] = []
        expire(&actions)
        switch event {
        case .tick: break
        case .ended(let run, let ending, let roundTrip): ended(run, ending, roundTrip, &actions)
        case .plan(let plan):
            take(plan, &actions)
            // With no spread all turns are due at this moment.
            expire(&actions)
        case .stop: stop()
        }
        dispatch(&actions)
        return actions
    }

    /// When a ``ScheduleEvent/tick`` is due at the latest; nil while nothing waits for time to pass.
    public var nextWake: Instant? {
        wheel.nextTick.map { Instant(nanoseconds: instantAtStart + Int64($0) * Self.tick) }
    }

    /// Pairs whose first turn is not over; those of a dead target count as over.
    public var remaining: Int { firstTurns }

    /// Whether nothing is under way.
    public var isQuiet: Bool { counted.allInFlight == 0 }

    /// Counts and levels at this moment.
    public var metrics: ScheduleMetrics {
        var metrics = counted
        for (place, kind) in kinds.enumerated() { metrics.kinds[kind] = kindCounts[place] }
        return metrics
    }

    /// Targets that are dead now, sorted.
    public var deadTargets: [String] {
        targets.filter { $0.health == .dead && !$0.pairs.isEmpty }.map(\.name).sorted()
    }

    // MARK: - Time

    /// Wall time by the schedule's own reckoning, nanoseconds since 1970.
    var wall: Int64 { wallAtStart + (now - instantAtStart) }

    func timestamp(_ wall: Int64) -> Timestamp {
        Timestamp(milliseconds: wall / 1_000_000)
    }

    mutating func setTimer(_ timer: Timer, at instant: Int64) -> TimerWheel<Timer>.Handle {
        // Rounded up: a timer never expires before its time.
        let ticks = max(0, instant - instantAtStart + Self.tick - 1) / Self.tick
        return wheel.set(timer, at: UInt64(ticks))
    }

    private mutating func expire(_ actions: inout [ScheduleAction]) {
        for timer in wheel.advance(to: UInt64(max(0, now - instantAtStart) / Self.tick)) {
            switch timer {
            case .turn(let place): turnCame(place, &actions)
            case .retry(let place):
                pairs[place].timer = nil
                pairs[place].due = now
                enqueue(place)
            case .overdue(let target): overdue(target)
            case .greeting(let target):
                targets[target].greetingTimer = nil
                targets[target].wantsGreeting = true
                targets[target].greetingDue = now
                wait(target)
            }
        }
    }

    private mutating func stop() {
        isStopped = true
        for place in pairs.indices {
            if let timer = pairs[place].timer { wheel.cancel(timer) }
            pairs[place].timer = nil
        }
        for place in targets.indices {
            if let timer = targets[place].greetingTimer { wheel.cancel(timer) }
            targets[place].greetingTimer = nil
            targets[place].wantsGreeting = false
            counted.queued -= targets[place].queue.count
            for pair in targets[place].queue { pairs[pair].state = .idle }
            targets[place].queue = []
        }
    }
}
