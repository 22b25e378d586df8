import Addressing
import Foundation
import TestSupport
import Testing

@testable import IPAM

/// Blocks of sixteen bits as an array of truth values: what the clever search is compared with.
private struct Model {
    let parent: Prefix
    let bits: Int
    var isUsed: [Bool]

    init(_ parent: Prefix, bits: Int) {
        self.parent = parent
        self.bits = bits
        isUsed = [Bool](repeating: false, count: 1 << bits)
    }

    private func number(_ prefix: Prefix) -> Int { Int(prefix.first.number - parent.first.number) }

    private func cells(_ prefix: Prefix) -> Range<Int> {
        number(prefix)..<(number(prefix) + (1 << (parent.length + bits - prefix.length)))
    }

    mutating func use(_ prefix: Prefix) { for cell in cells(prefix) { isUsed[cell] = true } }

    /// Walks the strategy's order from the start.
    func next(_ length: Int, _ strategy: AllocationStrategy, sparse: Int?) throws -> Prefix? {
        let room = sparse ?? length
        let slots = try parent.subprefixes(length: room)
        for order in 0..<(1 << (room - parent.length)) {
            let slot = try slots.part(strategy.block(UInt128(order), bits: room - parent.length))
            if cells(slot).allSatisfy({ !isUsed[$0] }) { return try Prefix(containing: slot.first, length: length) }
        }
        return nil
    }

    var free: Int { isUsed.count { !$0 } }
}

@Suite("Free space") struct FreeSpaceTests {
    static let parents = ["10.1.16.0/22", "0.0.0.0/22", "255.255.252.0/22", "2001:db8::/118", "ffff:ffff::/118"]

    @Test(
        "blocks, their number and the next one of every strategy agree with a bit for every address", arguments: parents
    )
    func againstBits(parent text: String) throws {
        var random = SeededGenerator("free space \(text)")
        let parent = try Prefix(text)
        let width = parent.length + 10
        for round in 0..<60 {
            var model = Model(parent, bits: 10)
            var used: [Prefix] = []
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                let length = Int.random(in: parent.length + 1...width, using: &random)
                let offset = UInt128.random(in: 0..<1024, using: &random)
                let prefix = try Prefix(containing: try parent.address(at: offset), length: length)
                used.append(prefix)
                model.use(prefix)
            }
            var space = FreeSpace(parent: parent, taken: AddressSet(used))
            let note = Comment("seed \(random.seed), round \(round)")
            #expect(space.addressCount == UInt128(model.free), note)
            for block in space.blocks {
                // Maximal: the other half of the block around is not free as a whole.
                if block != parent, let around = block.parent, let halves = around.halves {
                    let other = halves.lower == block ? halves.upper : halves.lower
                    #expect(!space.blocks.contains { $0.contains(other) }, note)
                }
            }
            for _ in 0..<6 {
                let length = Int.random(in: parent.length...width, using: &random)
                let sparse = Bool.random(using: &random) ? Int.random(in: parent.length...length, using: &random) : nil
                let strategy = try #require(AllocationStrategy.allCases.randomElement(using: &random))
                let given = try space.next(length: length, strategy: strategy, sparse: sparse)
                #expect(
                    try given == model.next(length, strategy, sparse: sparse),
                    "\(note) /\(length) \(strategy) sparse \(sparse.map(String.init) ?? "no")")
                if let given {
                    space.take(given)
                    model.use(given)
                    #expect(space.addressCount == UInt128(model.free), note)
                }
            }
        }
    }

    @Test("a parent is given out completely, once, and then there is nothing", arguments: AllocationStrategy.allCases)
    func exhaustion(strategy: AllocationStrategy) throws {
        let parent = try Prefix("2001:db8::/44")
        var space = FreeSpace(parent: parent, taken: AddressSet())
        var given: Set<Prefix> = []
        while let next = try space.next(length: 52, strategy: strategy) {
            #expect(given.insert(next).inserted)
            space.take(next)
        }
        #expect(given.count == 256)
        #expect(space.isEmpty)
        #expect(space.addressCount == 0)
    }

    @Test("leftmost, centermost and rightmost in a real /44") func examples() throws {
        let space = FreeSpace(
            parent: try Prefix("2001:db8:1230::/44"), taken: AddressSet([try Prefix("2001:db8:1230::/48")]))
        #expect(try space.next(length: 48, strategy: .leftmost) == Prefix("2001:db8:1238::/48"))
        #expect(try space.next(length: 48, strategy: .centermost) == Prefix("2001:db8:1232::/48"))
        #expect(try space.next(length: 48, strategy: .rightmost) == Prefix("2001:db8:1231::/48"))
        #expect(try space.next(length: 48, strategy: .firstFit) == Prefix("2001:db8:1231::/48"))
        #expect(try space.next(length: 64, strategy: .firstFit, sparse: 46) == Prefix("2001:db8:1234::/64"))
    }

    @Test("lengths outside the parent or the family are refused, a sparse length behind the block's, too")
    func lengths() throws {
        let space = FreeSpace(parent: try Prefix("10.0.0.0/16"), taken: AddressSet())
        for (length, sparse) in [(15, nil), (33, nil), (24, 15), (24, 25)] as [(Int, Int?)] {
            let error = #expect(throws: AddressError.self) { try space.next(length: length, sparse: sparse) }
            #expect(error?.code == .lengthOutOfRange, "/\(length) sparse \(sparse ?? -1)")
        }
    }

    @Test("half of the whole of IPv6 is counted, all of it is not, in 128 bits") func wholeFamily() throws {
        let all = Prefix.all(isIPv6: true)
        #expect(FreeSpace(parent: all, taken: AddressSet()).addressCount == nil)
        let half = FreeSpace(parent: all, taken: AddressSet([try Prefix("8000::/1")]))
        #expect(half.addressCount == UInt128(1) << 127)
        #expect(try half.next(length: 128, strategy: .leftmost) == Prefix("::/128"))
    }

    @Test("the free blocks are those that Python's ipaddress finds by collapsing what is left", .tags(.medium))
    func againstPython() async throws {
        var random = SeededGenerator("free space differential")
        var lines: [String] = []
        var ours: [String] = []
        for round in 0..<40 {
            let parent = try Prefix(round % 2 == 0 ? "10.9.0.0/22" : "2001:db8:9::/118")
            let used = try (0..<Int.random(in: 0...30, using: &random)).map { _ in
                let address = try parent.address(at: UInt128.random(in: 0..<1024, using: &random))
                let length = parent.length + Int.random(in: 1...10, using: &random)
                return try Prefix(containing: address, length: length)
            }
            lines.append("\(parent) " + used.map(\.description).joined(separator: " "))
            let space = FreeSpace(parent: parent, taken: AddressSet(used))
            ours.append(space.blocks.map(\.description).joined(separator: " "))
        }
        let script = """
            import sys, ipaddress
            for line in sys.stdin:
                parent, *used = [ipaddress.ip_network(t) for t in line.split()]
                rest = [a for a in parent if not any(a in u for u in used)]
                print(*ipaddress.collapse_addresses(ipaddress.ip_network(a) for a in rest))
            """
        let python = try await runProcess(
            "python3", ["-I", "-c", script], input: Array((lines.joined(separator: "\n") + "\n").utf8))
        try #require(python.status == 0, "python3 failed: \(python.errorText)")
        let theirs = python.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(Array(theirs.prefix(ours.count)) == ours, "seed \(random.seed)")
    }
}
