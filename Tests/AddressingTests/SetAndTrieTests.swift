import TestSupport
import Testing

@testable import Addressing

/// A block of 256 addresses in which sets are compared with plain sets of numbers.
private struct Window: Sendable, CustomTestStringConvertible {
    let block: Prefix
    var testDescription: String { block.description }

    func prefix(_ random: inout SeededGenerator) throws -> Prefix {
        let address = try block.address(at: UInt128(UInt8.random(in: 0...255, using: &random)))
        return try Prefix(containing: address, length: block.width - Int.random(in: 0...8, using: &random))
    }
    func numbers(_ prefix: Prefix) -> Set<UInt128> { Set((prefix.raw - block.raw)...(prefix.lastRaw - block.raw)) }
    func numbers(_ set: AddressSet) -> Set<UInt128> { set.prefixes.reduce(into: []) { $0.formUnion(numbers($1)) } }
}

@Suite("Sets obey the laws of sets, tries those of a linear search")
struct SetAndTrieTests {
    private static let windows = [
        "0.0.0.0/24", "10.1.2.0/24", "255.255.255.0/24", "::/120", "2001:db8::/120",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00/120",
    ].compactMap { try? Prefix($0) }.map(Window.init)

    @Test("Set operations agree with sets of numbers", arguments: windows)
    private func laws(_ window: Window) throws {
        var random = SeededGenerator("set laws \(window.block)")
        for _ in 0..<60 {
            let left = try (0..<Int.random(in: 0...9, using: &random)).map { _ in try window.prefix(&random) }
            let right = try (0..<Int.random(in: 0...9, using: &random)).map { _ in try window.prefix(&random) }
            let (a, b) = (AddressSet(left), AddressSet(right))
            let na = left.reduce(into: Set()) { $0.formUnion(window.numbers($1)) }
            let nb = right.reduce(into: Set()) { $0.formUnion(window.numbers($1)) }
            #expect(window.numbers(a) == na, "seed \(random.seed)")
            #expect(window.numbers(a.union(b)) == na.union(nb), "seed \(random.seed)")
            #expect(window.numbers(a.intersection(b)) == na.intersection(nb), "seed \(random.seed)")
            #expect(window.numbers(a.subtracting(b)) == na.subtracting(nb), "seed \(random.seed)")
            #expect(a.subtracting(b).union(a.intersection(b)) == a, "seed \(random.seed)")
            #expect(a.isSubset(of: b) == na.isSubset(of: nb), "seed \(random.seed)")
            #expect((a == b) == (na == nb), "seed \(random.seed)")
            #expect(a.addressCount == UInt128(na.count))
            #expect(
                a.prefixes.count == naiveMinimum(left).count, "seed \(random.seed): \(a) is not the fewest prefixes")
            let probe = try window.prefix(&random)
            #expect(a.overlaps(probe) == !na.isDisjoint(with: window.numbers(probe)), "seed \(random.seed) \(probe)")
            #expect(a.contains(probe) == window.numbers(probe).isSubset(of: na), "seed \(random.seed) \(probe)")
            #expect(a.contains(probe.first) == na.contains(probe.raw - window.block.raw))
            try checkFree(window, a, na, &random)
        }
    }

    private func checkFree(
        _ window: Window, _ used: AddressSet, _ numbers: Set<UInt128>, _ random: inout SeededGenerator
    ) throws {
        let length = window.block.width - Int.random(in: 0...8, using: &random)
        let naive = try window.block.subprefixes(length: length).first { window.numbers($0).isDisjoint(with: numbers) }
        #expect(
            try window.block.firstFree(length: length, excluding: used) == naive,
            "seed \(random.seed) /\(length) \(used)")
        let after = try window.prefix(&random)
        let behind = try window.block.subprefixes(length: length).first {
            window.numbers($0).isDisjoint(with: numbers) && $0.raw > after.lastRaw
        }
        #expect(
            try window.block.firstFree(length: length, excluding: used, after: after) == behind,
            "seed \(random.seed) /\(length) after \(after) \(used)")
        let host = (1...(window.block.isIPv6 ? 255 : 254)).first { !numbers.contains($0) }
        #expect(
            window.block.firstFreeHost(excluding: used)?.raw == host.map { window.block.raw + $0 },
            "seed \(random.seed)")
        #expect(AddressSet(window.block.free(excluding: used)) == AddressSet([window.block]).subtracting(used))
    }

    /// Merges halves and drops covered blocks until nothing changes.
    private func naiveMinimum(_ prefixes: [Prefix]) -> Set<Prefix> {
        var set = Set(prefixes)
        while true {
            let kept = set.filter { one in !set.contains { $0 != one && $0.contains(one) } }
            let pair = kept.first { one in
                guard let parent = one.parent, let halves = parent.halves else { return false }
                return kept.contains(halves.lower) && kept.contains(halves.upper)
            }
            guard let parent = pair?.parent, let halves = parent.halves else { return kept }
            set = kept.subtracting([halves.lower, halves.upper]).union([parent])
        }
    }

    @Test("A trie answers as a linear search does, through insertions and removals")
    func trie() throws {
        var random = SeededGenerator("trie")
        var trie = PrefixTrie<Int>()
        var model: [Prefix: Int] = [:]
        let pool = try (0..<400).map { index in
            index % 4 == 0 ? try random.prefix() : try Self.windows[index % 6].prefix(&random)
        }
        for step in 0..<3_000 {
            let prefix = try #require(pool.randomElement(using: &random))
            if Int.random(in: 0..<5, using: &random) < (step < 1_500 ? 4 : 1) {
                #expect(trie.insert(step, at: prefix) == model.updateValue(step, forKey: prefix), "seed \(random.seed)")
            } else {
                #expect(trie.removeValue(at: prefix) == model.removeValue(forKey: prefix), "seed \(random.seed)")
            }
            #expect(trie.count == model.count)
            if step % 25 == 0 { try compare(trie, model, pool, &random) }
        }
        for prefix in pool { trie[prefix] = nil }
        #expect(trie.isEmpty && trie.entries.isEmpty)
    }

    private func compare(
        _ trie: PrefixTrie<Int>, _ model: [Prefix: Int], _ pool: [Prefix], _ random: inout SeededGenerator
    ) throws {
        #expect(trie.entries.map(\.prefix) == model.keys.sorted(), "seed \(random.seed)")
        #expect(trie.entries.allSatisfy { model[$0.prefix] == $0.value }, "seed \(random.seed)")
        for _ in 0..<10 {
            let place = try #require(pool.randomElement(using: &random))
            let address = try place.address(at: random.number128() & place.hostMask)
            let covering = model.keys.filter { $0.contains(address) }.sorted()
            #expect(trie.longestMatch(address)?.prefix == covering.last, "seed \(random.seed) \(address)")
            #expect(trie.covering(address).map(\.prefix) == covering, "seed \(random.seed) \(address)")
            #expect(trie[place] == model[place], "seed \(random.seed) \(place)")
            let above = model.keys.filter { $0.contains(place) }.sorted()
            let below = model.keys.filter { place.contains($0) }.sorted()
            #expect(trie.covering(place).map(\.prefix) == above, "seed \(random.seed) \(place)")
            #expect(trie.longestMatch(place)?.prefix == above.last, "seed \(random.seed) \(place)")
            #expect(trie.covered(by: place).map(\.prefix) == below, "seed \(random.seed) \(place)")
            #expect(trie.overlaps(place) == model.keys.contains { $0.overlaps(place) }, "seed \(random.seed) \(place)")
        }
    }

    @Test("A copy of a trie does not change with its original")
    func copies() throws {
        var trie = PrefixTrie([(try Prefix("10.0.0.0/8"), "a")])
        let snapshot = trie
        trie[try Prefix("10.1.0.0/16")] = "b"
        #expect(snapshot.longestMatch(try IPAddress("10.1.2.3"))?.value == "a")
        #expect(trie.longestMatch(try IPAddress("10.1.2.3"))?.value == "b")
        trie[try Prefix("10.1.0.0/16")] = nil
        #expect(trie == snapshot)
    }
}
