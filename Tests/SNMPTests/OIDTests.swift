import Remote
import TestSupport
import Testing

@testable import SNMP

/// The packed form beside plain arrays of parts.
@Suite(.tags(.small)) struct OIDTests {
    private func parts(_ generator: inout SeededGenerator) -> [UInt32] {
        let edges: [UInt32] = [0, 1, 2, 3, 127, 128, 255, 256, 16_383, 16_384, 65_535, 65_536, 1 << 24, .max - 1, .max]
        // Around the length where the form changes, and far beyond it.
        let count = [0, 1, 2, 5, 10, 12, 20, 21, 22, 23, 24, 25, 40, 128].randomElement(using: &generator) ?? 0
        let areSmall = Bool.random(using: &generator)
        return (0..<count).map { _ in
            areSmall ? UInt32.random(in: 0...2, using: &generator) : edges.randomElement(using: &generator) ?? 0
        }
    }

    @Test func `order, equality, hash and prefixes are those of the parts`() {
        var generator = SeededGenerator("oid order")
        for _ in 0..<3_000 {
            let a = parts(&generator)
            var b = parts(&generator)
            // Relatives of `a` are the interesting ones.
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: b = a + b.prefix(2)
            case 1: b = Array(a.prefix(Int.random(in: 0...a.count, using: &generator)))
            case 2 where !a.isEmpty:
                b = a
                b[Int.random(in: 0..<a.count, using: &generator)] ^= 1
            default: break
            }
            let (x, y) = (OID(a), OID(b))
            #expect(x.parts == a)
            #expect((x == y) == (a == b), "\(a) \(b) \(generator)")
            #expect((x < y) == a.lexicographicallyPrecedes(b), "\(a) \(b) \(generator)")
            #expect(x.isWithin(y) == a.starts(with: b), "\(a) \(b) \(generator)")
            #expect(x.suffix(after: y) == (a.starts(with: b) ? Array(a.dropFirst(b.count)) : nil))
            #expect(OID(a).hashValue == x.hashValue)
            #expect(x.appending(7, 300) == OID(a + [7, 300]))
        }
    }

    @Test func `what is written is read again, however long`() throws {
        var generator = SeededGenerator("oid wire")
        for _ in 0..<1_500 {
            var a = parts(&generator)
            guard a.count >= 2 else { continue }
            a[0] %= 3
            if a[0] < 2 { a[1] %= 40 } else { a[1] %= 1_000 }
            let name = OID(a)
            #expect(name.isEncodable)
            let bytes = written { $0.oid(name) }
            let back = try bytes.withUnsafeBytes { raw in
                var reader = BERReader(raw)
                return try reader.expect(BERTag.oid).oid()
            }
            #expect(back == name && back.parts == a, "\(a) \(generator)")
        }
    }

    @Test func `names that BER cannot hold are known`() {
        for parts in [[], [1], [3, 1], [0, 40], [1, 200], [UInt32](repeating: 1, count: 129)] as [[UInt32]] {
            #expect(!OID(parts).isEncodable, "\(parts)")
        }
        for parts in [[0, 39], [2, 999], [1, 3], [UInt32](repeating: 1, count: 128)] as [[UInt32]] {
            #expect(OID(parts).isEncodable, "\(parts)")
        }
    }
}
