import TestSupport
import Testing

@testable import Addressing

@Suite("Laws that hold for every address")
struct PropertyTests {
    @Test("What is written is read back as the same value, in every type")
    func roundTrip() throws {
        var random = SeededGenerator("round trip")
        for _ in 0..<3_000 {
            let address = random.address()
            #expect(try IPAddress(address.description) == address, "seed \(random.seed)")
            #expect(IPAddress(bytes: address.bytes) == address, "seed \(random.seed)")
            #expect(
                try IPAddress(reverseName: address.reverseName.uppercased() + ".") == address, "seed \(random.seed)")
            if case .v6(let inner) = address {
                #expect(try IPv6Address(inner.expanded) == inner, "seed \(random.seed)")
                #expect(try IPv6Address(random.ipv6Text(inner.rawValue)) == inner, "seed \(random.seed)")
                #expect(inner.expanded.utf8.count == 39)
            }
            let prefix = try random.prefix()
            #expect(try Prefix(prefix.description) == prefix, "seed \(random.seed)")
            #expect(prefix.contains(prefix.first) && prefix.contains(prefix.last), "seed \(random.seed)")
            #expect(prefix.parent?.contains(prefix) ?? (prefix.length == 0), "seed \(random.seed)")
            #expect(prefix.next.map { !$0.overlaps(prefix) && $0 > prefix } ?? true, "seed \(random.seed)")
            let halves = prefix.halves.map { AddressSet([$0.lower, $0.upper]) } ?? AddressSet([prefix])
            #expect(halves == AddressSet([prefix]), "seed \(random.seed)")
            let own = try InterfaceAddress(address: address, length: Int.random(in: 0...address.width, using: &random))
            #expect(try InterfaceAddress(own.description) == own, "seed \(random.seed)")
            #expect(own.prefix.contains(address), "seed \(random.seed)")
            let mac = try #require(MACAddress(rawValue: random.next() >> 16))
            #expect(try MACAddress(mac.description) == mac, "seed \(random.seed)")
            #expect(MACAddress(bytes: mac.bytes) == mac, "seed \(random.seed)")
            #expect(IPv6Address.linkLocal(hardware: mac).embeddedHardware == mac, "seed \(random.seed)")
        }
    }

    @Test("Ranges are exactly their prefixes, in order and without a gap")
    func ranges() throws {
        var random = SeededGenerator("ranges")
        for _ in 0..<1_000 {
            let a = random.address()
            let b = IPAddress(raw: random.number128() & (.max >> (128 - a.width)), isIPv6: a.isIPv6)
            let range = try AddressRange(first: min(a, b), last: max(a, b))
            #expect(try AddressRange(range.description) == range)
            #expect(range.prefixes.first?.first == range.first && range.prefixes.last?.last == range.last)
            #expect(zip(range.prefixes, range.prefixes.dropFirst()).allSatisfy { $0.lastRaw + 1 == $1.raw })
            #expect(AddressSet(range.prefixes).ranges == [range], "seed \(random.seed)")
        }
    }

    @Test("The reverse zones of a block hold exactly its addresses")
    func reverseZones() throws {
        var random = SeededGenerator("reverse zones")
        for _ in 0..<1_000 {
            let prefix = try random.prefix()
            let zones = try prefix.reverseZones.map { try Prefix(reverseName: $0) }
            #expect(AddressSet.aggregate(zones) == [prefix], "seed \(random.seed)")
            #expect(zones == zones.sorted() && zones.count <= 128)
        }
    }
}
