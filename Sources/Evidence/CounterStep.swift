/// What happened to a counter between two readings.
///
/// Counters only grow until they wrap (RFC 2578 sections 7.1.6 and 7.1.10) or their agent starts anew. The two look
/// alike, a smaller number; only the agent's own clock, sysUpTime, tells them apart.
public enum CounterStep: Sendable, Equatable {
    /// It grew by this much.
    case advanced(UInt64)
    /// It went past its end, once, and grew by this much.
    case wrapped(UInt64)
    /// The agent has started anew in between: what was counted is not known.
    case restarted
    /// It went down and the agent did not start anew: somebody has cleared it, or it lies.
    case cleared
    /// The readings have no order in time.
    case unordered

    /// What it grew by; nil where that is not known. Never negative.
    public var increase: UInt64? {
        switch self {
        case .advanced(let count), .wrapped(let count): count
        case .restarted, .cleared, .unordered: nil
        }
    }

    /// The agent's own clock beside a reading.
    public struct UpTime: Sendable, Equatable {
        /// sysUpTime in seconds; TimeTicks wrap after 42,949,672.96 s (497 days).
        public let seconds: Double
        /// When it was read.
        public let at: Timestamp

        /// Creates a reading.
        public init(seconds: Double, at: Timestamp) {
            self.seconds = seconds
            self.at = at
        }
    }

    /// 2^32 hundredths of a second.
    static let ticksWrap = 42_949_672.96
    /// Clocks of agents and ours drift, and the readings are not of the same instant.
    static let tolerance = 5.0

    /// Judges two readings of one counter.
    /// - Parameters:
    ///   - before, after: the samples, of one series.
    ///   - upTimes: what is known of the agent's clock around them; fewer than two readings tell less, none at all leave
    ///     only plausibility: a Counter32 that went down by more than half its range is taken for wrapped.
    /// - Returns: nil for gauges.
    public static func between(_ before: Sample, _ after: Sample, upTimes: [UpTime] = []) -> CounterStep? {
        guard let old = before.value.count, let new = after.value.count else { return nil }
        guard after.at > before.at else { return .unordered }
        let restart = hasRestarted(between: before.at, and: after.at, upTimes)
        if restart == true { return .restarted }
        if new >= old { return .advanced(new - old) }
        guard case .counter32 = after.value, case .counter32 = before.value else {
            // 64 bits do not wrap within a lifetime (RFC 2863 section 3.1.6) unless they stand near their end.
            return new < 1 << 62 && old > UInt64.max - (1 << 62)
                ? .wrapped(new &- old) : restart == false ? .cleared : .restarted
        }
        let increase = new + (1 << 32) - old
        if restart == false { return .wrapped(increase) }
        return increase < 1 << 31 ? .wrapped(increase) : .restarted
    }

    /// Nil when nothing tells.
    private static func hasRestarted(
        between start: Timestamp, and end: Timestamp, _ upTimes: [UpTime]
    ) -> Bool? {
        func seconds(_ from: Timestamp, _ to: Timestamp) -> Double {
            Double(to.milliseconds - from.milliseconds) / 1_000
        }
        // The newest reading that can tell: at or after the second sample, or just before it.
        let around = upTimes.sorted { $0.at < $1.at }
        guard let last = around.first(where: { seconds(end, $0.at) >= -tolerance }) else { return nil }
        // Running since before the first sample: nothing has restarted.
        if last.seconds + tolerance >= seconds(start, last.at) { return false }
        // A young clock: started anew, or past the end of its own 497 days.
        if let first = around.last(where: { $0.at <= start || seconds(start, $0.at) <= tolerance }), first.at < last.at
        {
            let expected = first.seconds + seconds(first.at, last.at)
            if expected >= ticksWrap - tolerance,
                abs(expected - ticksWrap - last.seconds) <= 2 * tolerance + expected * 1e-4
            {
                return false
            }
        }
        return true
    }
}

extension Sample.Number {
    /// The exact count; nil for gauges.
    public var count: UInt64? {
        switch self {
        case .counter(let count): count
        case .counter32(let count): UInt64(count)
        case .gauge: nil
        }
    }
}
