import Glibc

/// Unpredictable numbers from the kernel, fetched a few hundred at a time.
struct RandomSource {
    private var numbers: [UInt32] = []

    /// A number from 1 to 2^31 - 1, fit for request-id and msgID.
    mutating func identifier() -> Int32 {
        while true {
            let number = Int32(truncatingIfNeeded: next() & 0x7FFF_FFFF)
            if number != 0 { return number }
        }
    }

    mutating func salt() -> UInt64 { UInt64(next()) << 32 | UInt64(next()) }

    private mutating func next() -> UInt32 {
        if let number = numbers.popLast() { return number }
        var generator = SystemRandomNumberGenerator()
        numbers.reserveCapacity(512)
        for _ in 0..<256 {
            let number: UInt64 = generator.next()
            numbers.append(UInt32(truncatingIfNeeded: number))
            numbers.append(UInt32(truncatingIfNeeded: number >> 32))
        }
        return numbers.removeLast()
    }
}
