import TestSupport
import Testing

@testable import SNMP

@Suite(.tags(.small)) struct IDTableTests {
    private final class Thing {}

    @Test func `it answers as a dictionary does, whatever collides`() {
        var generator = SeededGenerator("id table")
        var table = IDTable<Thing>()
        var expected: [Int32: Thing] = [:]
        for round in 0..<8_000 {
            // Low bits from a few values only, so that runs of neighbours form, also over the end of the table.
            let id = Int32.random(in: 0..<40, using: &generator) << 20 | Int32.random(in: 60...66, using: &generator)
            if Int.random(in: 0..<5, using: &generator) < (round % 2_000 < 1_000 ? 3 : 1) {
                let thing = Thing()
                table[id] = thing
                expected[id] = thing
            } else {
                table[id] = nil
                expected[id] = nil
            }
            #expect(table.count == expected.count, "\(generator)")
            let asked = Int32.random(in: 0..<40, using: &generator) << 20 | 63
            #expect(table[asked] === expected[asked], "\(generator)")
        }
        #expect(table.entries.count == expected.count)
        #expect(table.entries.allSatisfy { expected[$0.id] === $0.value })
    }
}
