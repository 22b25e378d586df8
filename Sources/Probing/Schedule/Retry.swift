/// How often and after what pauses something is tried again.
public struct RetryPolicy: Sendable, Equatable {
    /// Before the second try.
    public let first: Duration
    /// No pause is longer.
    public let longest: Duration
    /// Every pause is so many times the one before; at least 1.
    public let factor: Int
    /// Tries in all, the first one counted; nil: until it works.
    public let tries: Int?

    /// Creates a policy; negative pauses count as none.
    public init(first: Duration, longest: Duration, factor: Int = 2, tries: Int? = nil) {
        self.first = max(.zero, first)
        self.longest = max(.zero, longest)
        self.factor = max(1, factor)
        self.tries = tries.map { max(1, $0) }
    }
}

/// One thing that is tried until it works or the policy has enough of it. Pure: it waits for nothing.
public struct Retry: Sendable, Equatable {
    /// What has happened to a try.
    public enum Event: Sendable, Equatable {
        case succeeded, failed
    }
    /// What to do now.
    public enum Action: Sendable, Equatable {
        /// Nothing more: it worked.
        case done
        /// Try again at that moment.
        case again(at: Instant)
        /// Nothing more: it failed as often as the policy allows.
        case giveUp
    }

    /// The rules.
    public let policy: RetryPolicy
    /// Shifts pauses by up to a quarter, so that what failed together is not tried together; same seed, same pauses.
    public let seed: UInt64
    /// Tries that failed since the last success.
    public private(set) var failures = 0

    /// Creates a machine before its first try.
    public init(_ policy: RetryPolicy, seed: UInt64 = 0) {
        self.policy = policy
        self.seed = seed
    }

    /// Takes the end of a try and says what to do.
    public mutating func handle(_ event: Event, at now: Instant) -> Action {
        guard event == .failed else {
            failures = 0
            return .done
        }
        failures += 1
        if let tries = policy.tries, failures >= tries { return .giveUp }
        return .again(at: now + pause)
    }

    /// The pause that follows the failures so far.
    public var pause: Duration {
        var pause = policy.first.inNanoseconds
        let longest = policy.longest.inNanoseconds
        for _ in 1..<max(1, min(failures, 64)) where pause < longest {
            let next = pause.multipliedReportingOverflow(by: Int64(policy.factor))
            pause = next.overflow ? longest : next.partialValue
        }
        pause = min(pause, longest)
        guard seed != 0 else { return .nanoseconds(pause) }
        // Up to a quarter less, from the seed and the number of the try.
        let mixed = (seed &+ UInt64(failures)) &* 0x9e37_79b9_7f4a_7c15
        return .nanoseconds(pause - Int64((mixed >> 33) % UInt64(max(1, pause / 4))))
    }
}
