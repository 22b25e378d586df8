/// Smoothed round-trip time of one peer and its variation (RFC 6298 section 2), from which a timeout follows.
///
/// Pure: samples come in, no clock is read. Whoever feeds it keeps Karn's rule (section 3): no sample from a message
/// that was sent more than once.
public struct RoundTripEstimate: Sendable, Hashable, Codable {
    /// SRTT in microseconds; 0 before the first sample.
    public private(set) var smoothed: Int64 = 0
    /// RTTVAR in microseconds.
    public private(set) var variation: Int64 = 0
    /// Samples so far; stops counting at its end.
    public private(set) var samples: Int32 = 0

    /// No sample yet.
    public init() {}

    /// An estimate from an earlier run; nil when the numbers cannot be one.
    public init?(smoothed: Int64, variation: Int64, samples: Int32) {
        let hour: Int64 = 3_600_000_000
        guard (0...hour).contains(smoothed), (0...hour).contains(variation), samples >= 1 else { return nil }
        (self.smoothed, self.variation, self.samples) = (smoothed, variation, samples)
    }

    /// Takes one measured round trip; less than nothing counts as nothing, more than an hour as an hour.
    public mutating func take(microseconds: Int64) {
        let sample = max(0, min(microseconds, 3_600_000_000))
        if samples == 0 {
            (smoothed, variation) = (sample, sample / 2)
        } else {
            // beta = 1/4, alpha = 1/8; the variation first, from the old mean.
            variation += (abs(smoothed - sample) - variation) / 4
            smoothed += (sample - smoothed) / 8
        }
        if samples < .max { samples += 1 }
    }

    /// SRTT + 4 x RTTVAR within `floor...ceiling`; `ceiling` before the first sample.
    public func timeout(floor: Duration, ceiling: Duration) -> Duration {
        guard samples > 0 else { return ceiling }
        return min(max(.microseconds(smoothed + 4 * variation), floor), ceiling)
    }
}
