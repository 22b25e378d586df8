import TestSupport
import Testing

@testable import SNMP

@Suite(.tags(.small)) struct DeadlineQueueTests {
    @Test func `deadlines come in the order of their times and only when due`() {
        var generator = SeededGenerator("deadlines")
        var queue = DeadlineQueue()
        var expected: [UInt64] = []
        for id in 0..<500 {
            let due = UInt64.random(in: 0..<1_000, using: &generator)
            expected.append(due)
            queue.push(Int32(id), due: due)
        }
        #expect(queue.next == expected.min())
        // Every seventh is done meanwhile and swept out.
        queue.sweep { $0 % 7 != 0 }
        #expect(queue.count == 500 - 72)
        expected = expected.enumerated().map { $0.offset % 7 == 0 ? .max : $0.element }
        #expect(queue.next == expected.min())
        var seen: [UInt64] = []
        for now in stride(from: UInt64(0), through: 1_000, by: 50) {
            while let id = queue.pop(dueAt: now) {
                seen.append(expected[Int(id)])
                #expect(expected[Int(id)] <= now)
            }
            #expect(queue.next.map { $0 > now } ?? true)
        }
        #expect(seen == expected.filter { $0 != .max }.sorted())
        #expect(queue.next == nil)
    }
}
