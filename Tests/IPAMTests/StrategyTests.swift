import Addressing
import TestSupport
import Testing

@testable import IPAM

@Suite("RFC 3531 section 3") struct StrategyTests {
    /// The first assignments of eight bits.
    static let vectors: [(AllocationStrategy, [String])] = [
        (
            .leftmost,
            [
                "00000000", "10000000", "01000000", "11000000", "00100000", "10100000", "01100000", "11100000",
                "00010000",
            ]
        ),
        (
            .rightmost,
            [
                "00000000", "00000001", "00000010", "00000011", "00000100", "00000101", "00000110", "00000111",
                "00001000",
            ]
        ),
        (
            .centermost,
            [
                "00000000", "00001000", "00010000", "00011000", "00000100", "00001100", "00010100", "00011100",
                "00100000",
            ]
        ),
    ]

    @Test("eight bits are assigned in the RFC's order", arguments: vectors)
    func eightBits(strategy: AllocationStrategy, expected: [String]) {
        let made = expected.indices.map { place in
            let text = String(strategy.block(UInt128(place), bits: 8), radix: 2)
            return String(repeating: "0", count: 8 - text.count) + text
        }
        #expect(made == expected)
    }

    @Test("the bits join in the RFC's rounds: middle, then by turns the one before and the one behind")
    func rounds() {
        // From the right: of eight bits the middle is the fifth from the left, of seven the fourth.
        #expect(AllocationStrategy.centermost.positions(bits: 8) == [3, 4, 2, 5, 1, 6, 0, 7])
        #expect(AllocationStrategy.centermost.positions(bits: 7) == [3, 4, 2, 5, 1, 6, 0])
        #expect(AllocationStrategy.centermost.positions(bits: 4) == [1, 2, 0, 3])
        #expect(AllocationStrategy.centermost.positions(bits: 3) == [1, 2, 0])
        #expect(AllocationStrategy.centermost.positions(bits: 2) == [0, 1])
        #expect(AllocationStrategy.centermost.positions(bits: 1) == [0])
        #expect(AllocationStrategy.centermost.positions(bits: 0) == [])
        #expect(AllocationStrategy.leftmost.positions(bits: 3) == [2, 1, 0])
    }

    @Test(
        "four bits: every block comes exactly once, each round doubles the set", arguments: AllocationStrategy.allCases)
    func fourBits(strategy: AllocationStrategy) {
        let order = (0..<16).map { strategy.block(UInt128($0), bits: 4) }
        #expect(Set(order) == Set(0..<16))
        for round in 0...4 {
            // After a round all combinations of its bits exist and no other.
            let mask = strategy.positions(bits: 4).prefix(round).reduce(UInt128(0)) { $0 | UInt128(1) << UInt128($1) }
            #expect(Set(order.prefix(1 << round)) == Set((0..<16).filter { $0 & ~mask == 0 }))
        }
        let expected: [AllocationStrategy: [UInt128]] = [
            .leftmost: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
            .centermost: [0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15],
            .rightmost: Array(0..<16), .firstFit: Array(0..<16),
        ]
        #expect(order == expected[strategy])
    }

    @Test("order and block are inverse, whatever the width", arguments: AllocationStrategy.allCases)
    func inverse(strategy: AllocationStrategy) {
        var random = SeededGenerator("strategy inverse")
        for _ in 0..<500 {
            let bits = Int.random(in: 1...128, using: &random)
            let number = UInt128.random(in: 0 ... .max, using: &random) >> UInt128(128 - bits)
            #expect(strategy.order(of: strategy.block(number, bits: bits), bits: bits) == number, "\(bits) bits")
        }
    }
}
