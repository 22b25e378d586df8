/// A moment of a clock that only goes forward, in nanoseconds from a beginning that means nothing outside the program.
public struct Instant: Hashable, Sendable, Comparable {
    /// From the clock's own beginning.
    public let nanoseconds: Int64
    /// Creates a moment.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    /// Earlier is smaller.
    public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }
    /// The moment `duration` later; stays at the end of time instead of passing it.
    public static func + (a: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = a.nanoseconds.addingReportingOverflow(duration.inNanoseconds)
        return Instant(nanoseconds: overflow ? .max : sum)
    }
    /// From `b` to `a`.
    public static func - (a: Instant, b: Instant) -> Duration { .nanoseconds(a.nanoseconds - b.nanoseconds) }
}

extension Duration {
    /// Whole nanoseconds; what does not fit (292 years) becomes the largest number.
    var inNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, over) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if over { return seconds < 0 ? .min : .max }
        let (sum, overSum) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overSum ? .max : sum
    }
}

/// The same number for the same text on every machine and in every version: 64-bit FNV-1a with the finishing mix of
/// MurmurHash3, without which short texts differ in their low bits only.
enum StableHash {
    static func of(_ parts: String...) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in parts {
            for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            // A byte that UTF-8 never has, so that ("ab", "c") is not ("a", "bc").
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ (hash >> 33)
    }
}
