import Foundation

/// SplitMix64 with a printed seed, so that a failing property test can be repeated with `HATANG_SEED=…`.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// What to put into `HATANG_SEED` to get the same numbers.
    public let seed: UInt64
    private var state: UInt64

    /// Takes `seed`, else `HATANG_SEED` (decimal or 0x…), else a random one, and prints it with `label`.
    public init(_ label: String, seed: UInt64? = nil) {
        let chosen = seed ?? Self.fromEnvironment() ?? UInt64.random(in: .min ... .max)
        self.seed = chosen
        state = chosen
        print("seed: \(label): HATANG_SEED=\(chosen)")
    }

    /// The next 64 bits (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private static func fromEnvironment() -> UInt64? {
        guard let text = ProcessInfo.processInfo.environment["HATANG_SEED"] else { return nil }
        return text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    }
}
