/// What a schedule has done and how it stands. Counters only rise.
public struct ScheduleMetrics: Sendable, Equatable {
    /// Per kind of probe.
    public struct KindCounts: Sendable, Equatable {
        /// Turns begun, every try.
        public var started = 0
        /// Tries that were answered.
        public var answered = 0
        /// Tries that were answered only in part before a timeout.
        public var slow = 0
        /// Tries without an answer.
        public var silent = 0
        /// Tries that tell nothing.
        public var unknown = 0
    }

    /// Pairs of the plan.
    public internal(set) var pairs = 0
    /// Targets of the plan.
    public internal(set) var targets = 0
    /// Turns begun, further tries not counted.
    public internal(set) var turns = 0
    /// Further tries within a turn.
    public internal(set) var retries = 0
    /// Cheap asks of targets that gave no answer.
    public internal(set) var greetings = 0
    /// Turns left out because the one before was still under way, or because the program slept through them.
    public internal(set) var skipped = 0
    /// Turns that ended because their target is dead.
    public internal(set) var dropped = 0
    /// Asks that hold a place in the window.
    public internal(set) var inFlight = 0
    /// Asks of suspects under way.
    public internal(set) var suspectsInFlight = 0
    /// Asks past their expected time.
    public internal(set) var overdue = 0
    /// Turns that are due and not begun.
    public internal(set) var queued = 0
    /// Targets that are dead now.
    public internal(set) var dead = 0
    /// Pairs that rest because their target is dead.
    public internal(set) var demoted = 0
    /// Targets that ever died and returned.
    public internal(set) var revivals = 0
    /// From due to begun, first tries of turns.
    public internal(set) var lag = DurationHistogram()
    /// By kind.
    public internal(set) var kinds: [String: KindCounts] = [:]

    /// Everything under way.
    public var allInFlight: Int { inFlight + suspectsInFlight + overdue }

    /// In the text format that Prometheus reads (https://prometheus.io/docs/instrumenting/exposition_formats).
    public var prometheus: String {
        var out = ""
        func family(_ name: String, _ type: String, _ help: String, _ lines: [(labels: String, value: String)]) {
            out += "# HELP hatang_schedule_\(name) \(help)\n# TYPE hatang_schedule_\(name) \(type)\n"
            for line in lines { out += "hatang_schedule_\(name)\(line.labels) \(line.value)\n" }
        }
        func gauge(_ name: String, _ help: String, _ value: Int) { family(name, "gauge", help, [("", String(value))]) }
        func counter(_ name: String, _ help: String, _ value: Int) {
            family(name, "counter", help, [("", String(value))])
        }
        gauge("pairs", "Pairs of the plan.", pairs)
        gauge("targets", "Targets of the plan.", targets)
        counter("turns_total", "Turns begun.", turns)
        counter("retries_total", "Further tries within a turn.", retries)
        counter("greetings_total", "Cheap asks of targets that gave no answer.", greetings)
        counter("skipped_turns_total", "Turns left out because the one before was still under way.", skipped)
        counter("dropped_turns_total", "Turns that ended because their target is dead.", dropped)
        counter("revivals_total", "Dead targets that answered again.", revivals)
        family(
            "in_flight", "gauge", "Asks under way, by window.",
            [
                ("{window=\"main\"}", String(inFlight)), ("{window=\"overdue\"}", String(overdue)),
                ("{window=\"suspect\"}", String(suspectsInFlight)),
            ])
        gauge("queued", "Turns that are due and not begun.", queued)
        gauge("dead_targets", "Targets that are dead now.", dead)
        gauge("demoted_pairs", "Pairs that rest because their target is dead.", demoted)
        family(
            "lag_seconds", "summary", "From due to begun.",
            [
                ("{quantile=\"0.5\"}", Self.seconds(lag.quantile(0.5))),
                ("{quantile=\"0.95\"}", Self.seconds(lag.quantile(0.95))),
                ("{quantile=\"1\"}", Self.seconds(lag.longest)),
            ])
        out += "hatang_schedule_lag_seconds_sum \(Self.seconds(lag.sum))\n"
        out += "hatang_schedule_lag_seconds_count \(lag.count)\n"
        let kinds = kinds.sorted { $0.key < $1.key }
        family(
            "asks_total", "counter", "Tries of turns, by kind and ending.",
            kinds.flatMap { kind, counts in
                [
                    ("answered", counts.answered), ("silent", counts.silent), ("slow", counts.slow),
                    ("unknown", counts.unknown),
                ].map { ("{kind=\"\(kind)\",ending=\"\($0.0)\"}", String($0.1)) }
            })
        return out
    }

    private static func seconds(_ duration: Duration) -> String { String(duration / .seconds(1)) }
}

/// Durations counted in classes whose bounds rise by a fifth to a quarter, so that a quantile is off by at most that.
public struct DurationHistogram: Sendable, Equatable {
    private var classes: [Int] = []
    /// How many.
    public private(set) var count = 0
    /// The longest one, exactly.
    public private(set) var longest: Duration = .zero
    /// All together.
    public private(set) var sum: Duration = .zero

    /// Counts nothing yet.
    public init() {}

    /// Counts one; negative ones as zero.
    public mutating func add(_ duration: Duration) { add(nanoseconds: duration.inNanoseconds) }

    mutating func add(nanoseconds: Int64) {
        let microseconds = UInt64(max(0, nanoseconds) / 1_000)
        let place = Self.place(microseconds)
        while classes.count <= place { classes.append(0) }
        classes[place] += 1
        count += 1
        let duration = Duration.nanoseconds(max(0, nanoseconds))
        longest = max(longest, duration)
        sum += duration
    }

    /// Four classes per power of two.
    private static func place(_ value: UInt64) -> Int {
        guard value >= 4 else { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        return (power - 1) * 4 + Int((value >> UInt64(power - 2)) & 3)
    }

    private static func upperBound(_ place: Int) -> Int64 {
        guard place >= 4 else { return Int64(place) }
        let power = place / 4 + 1
        return Int64(4 + place % 4 + 1) << Int64(power - 2) - 1
    }

    /// The duration that `share` (0...1) of all do not pass, rounded up to its class; zero when there is none.
    public func quantile(_ share: Double) -> Duration {
        guard count > 0 else { return .zero }
        let wanted = max(1, Int((Double(count) * min(1, max(0, share))).rounded(.up)))
        var seen = 0
        for (place, number) in classes.enumerated() {
            seen += number
            if seen >= wanted { return min(longest, .microseconds(Self.upperBound(place))) }
        }
        return longest
    }
}
