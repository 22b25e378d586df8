/// How long to wait for a target, from how long it took before (RFC 6298, section 2, with the constants given there).
///
/// Karn's rule (section 3) is the caller's: only exchanges that were not repeated are measured. Until the first
/// measurement the limit is the upper bound: a new device is given all the time its probe allows.
struct RoundTrip: Sendable, Equatable {
    private(set) var smoothed: Int64 = 0
    private(set) var variation: Int64 = 0
    private(set) var doublings: UInt8 = 0
    private(set) var hasSample = false

    /// Takes one measured exchange, nanoseconds.
    mutating func measured(_ sample: Int64) {
        let sample = max(0, sample)
        if hasSample {
            variation += (abs(smoothed - sample) - variation) / 4
            smoothed += (sample - smoothed) / 8
        } else {
            smoothed = sample
            variation = sample / 2
            hasSample = true
        }
        doublings = 0
    }

    /// An exchange got no answer: the limit doubles until the next measurement (section 5.5).
    mutating func timedOut() { doublings = min(doublings + 1, 16) }

    /// How long to wait, nanoseconds: smoothed time and four times its variation, doubled after silence, inside of
    /// `floor...ceiling`; the ceiling wins.
    func limit(floor: Int64, ceiling: Int64) -> Int64 {
        guard hasSample else { return ceiling }
        let base = max(floor, smoothed &+ max(1_000_000, 4 &* variation))
        guard base > 0, base < ceiling else { return ceiling }
        let doubled = base.multipliedReportingOverflow(by: 1 << Int64(doublings))
        return doubled.overflow ? ceiling : min(ceiling, doubled.partialValue)
    }
}
