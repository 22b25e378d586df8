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
        // One call for many: a call per number would cost more than the number's use.
        var fresh = [UInt32](repeating: 0, count: 512)
        fresh.withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { arc4random_buf(start, bytes.count) }
        }
        numbers = fresh
        return numbers.removeLast()
    }
}
