@testable import Addressing

/// Addresses and prefixes as tests need them: with runs of zeros, edges of the space, and every way of writing them.
extension RandomNumberGenerator {
    /// Mostly zero or all-ones groups, because those are where parsers and sets break.
    mutating func number128() -> UInt128 {
        var value: UInt128 = 0
        for _ in 0..<8 {
            let group: UInt16 =
                switch Int.random(in: 0..<6, using: &self) {
                case 0, 1, 2: 0
                case 3: .max
                case 4: UInt16.random(in: 0...255, using: &self)
                default: UInt16.random(in: 0 ... .max, using: &self)
                }
            value = value << 16 | UInt128(group)
        }
        return Int.random(in: 0..<12, using: &self) == 0 ? 0xFFFF << 32 | value & 0xFFFF_FFFF : value
    }

    mutating func address() -> IPAddress {
        Bool.random(using: &self)
            ? .v6(IPv6Address(rawValue: number128()))
            : .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: number128())))
    }

    mutating func prefix() throws -> Prefix {
        let address = address()
        return try Prefix(containing: address, length: Int.random(in: 0...address.width, using: &self))
    }

    /// A valid but often unusual way of writing an IPv6 address.
    mutating func ipv6Text(_ number: UInt128) -> String {
        var groups = (0..<8).map { index -> String in
            let group = UInt16(truncatingIfNeeded: number >> UInt128(112 - 16 * index))
            let plain = String(group, radix: 16, uppercase: Bool.random(using: &self))
            let padding = Int.random(in: 0...(4 - plain.utf8.count), using: &self)
            return String(repeating: "0", count: Bool.random(using: &self) ? padding : 0) + plain
        }
        if Int.random(in: 0..<4, using: &self) == 0 {
            groups[6...7] = [IPv4Address(rawValue: UInt32(truncatingIfNeeded: number)).description]
        }
        let zeros = groups.indices.filter { UInt16(groups[$0], radix: 16) == 0 }
        guard let first = zeros.randomElement(using: &self), Int.random(in: 0..<5, using: &self) > 0 else {
            return groups.joined(separator: ":")
        }
        var last = first
        while zeros.contains(last + 1), Int.random(in: 0..<8, using: &self) > 0 { last += 1 }
        return groups[..<first].joined(separator: ":") + "::" + groups[(last + 1)...].joined(separator: ":")
    }
}
