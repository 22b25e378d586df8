extension IPAddress {
    /// The name of the address in the reverse tree, without a final dot: `11.110.20.10.in-addr.arpa` (RFC 1035 section
    /// 3.5) or 32 nibbles under `ip6.arpa` (RFC 3596 section 2.5). The zone is left out.
    public var reverseName: String {
        ReverseTree.name(raw, units: isIPv6 ? 32 : 4, isIPv6: isIPv6)
    }

    /// Reads the reverse name of one address, in any case, with or without a final dot. Fails with code `reverseName`.
    public init(reverseName name: some StringProtocol) throws(AddressError) {
        let prefix = try Prefix(reverseName: name)
        guard prefix.length == prefix.width else {
            throw AddressError(.reverseName, "\"\(name)\" names the block \(prefix), not one address")
        }
        self = prefix.address
    }
}

extension Prefix {
    /// The reverse zones that together hold exactly the names of this block, without a final dot.
    ///
    /// IPv6 blocks are cut at the next nibble, so a /45 gives eight zones. IPv4 blocks are cut at the next octet, so a
    /// /22 gives four; a block longer than /24 gives the one name that RFC 2317 section 4 suggests,
    /// `128/25.110.20.10.in-addr.arpa`, and a /32 its own name.
    public var reverseZones: [String] {
        let step = isIPv6 ? 4 : 8
        if !isIPv6, length > 24, length < 32 {
            return ["\(raw & 0xFF)/\(length)." + ReverseTree.name(raw >> 8, units: 3, isIPv6: false)]
        }
        let units = (length + step - 1) / step
        let zones = 1 << (units * step - length)
        let shift = width - units * step
        return (0..<zones).map { ReverseTree.name(raw >> shift + UInt128($0), units: units, isIPv6: isIPv6) }
    }

    /// Reads a name under `in-addr.arpa` or `ip6.arpa` as the block it stands for, in any case, with or without a final
    /// dot; RFC 2317 names such as `128/25.110.20.10.in-addr.arpa` too. Fails with code `reverseName`.
    public init(reverseName name: some StringProtocol) throws(AddressError) {
        var labels = String(name).lowercased().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if labels.count > 1, labels.last == "" { labels.removeLast() }
        switch labels.suffix(2) {
        case ["in-addr", "arpa"]: self = try ReverseTree.ipv4(labels.dropLast(2), name: String(name))
        case ["ip6", "arpa"]: self = try ReverseTree.ipv6(labels.dropLast(2), name: String(name))
        default: throw ReverseTree.refusal(String(name), "it does not end in in-addr.arpa or ip6.arpa")
        }
    }
}

/// Names under the two reverse trees.
enum ReverseTree {
    /// The name of the lowest `units` octets or nibbles of `number`, last unit first.
    static func name(_ number: UInt128, units: Int, isIPv6: Bool) -> String {
        TextWriter.string(capacity: 72) { writer in
            for unit in 0..<units {
                if isIPv6 {
                    writer.put(hex: UInt8(truncatingIfNeeded: number >> UInt128(4 * unit)) & 15)
                } else {
                    writer.put(decimal: UInt8(truncatingIfNeeded: number >> UInt128(8 * unit)))
                }
                writer.put(TextParser.dot)
            }
            let tail: StaticString = isIPv6 ? "ip6.arpa" : "in-addr.arpa"
            for index in 0..<tail.utf8CodeUnitCount { writer.put(tail.utf8Start[index]) }
        }
    }

    static func refusal(_ name: String, _ reason: String) -> AddressError {
        let shown = name.unicodeScalars.prefix(100).map { $0.isASCII && $0.value > 31 ? String($0) : "?" }.joined()
        return AddressError(.reverseName, "\"\(shown)\" is not a reverse name: \(reason)")
    }

    static func ipv4(_ labels: ArraySlice<String>, name: String) throws(AddressError) -> Prefix {
        guard labels.count <= 4 else { throw refusal(name, "it has more than four octets") }
        var labels = labels
        var classless: (low: UInt128, length: Int)?
        if labels.count == 4, let first = labels.first, first.contains("/") {
            let parts = first.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let low = decimal(parts[0], upTo: 255), let length = decimal(parts[1], upTo: 31),
                length > 24, low & Prefix.hostMask(length: Int(length), width: 32) == 0
            else { throw refusal(name, "'\(first)' is not an octet and a length as in RFC 2317") }
            classless = (low, Int(length))
            labels = labels.dropFirst()
        }
        var raw: UInt128 = 0
        for label in labels.reversed() {
            guard let octet = decimal(Substring(label), upTo: 255) else {
                throw refusal(name, "every label is a number from 0 to 255 without leading zeros")
            }
            raw = raw << 8 | octet
        }
        if let classless {
            return Prefix(raw: raw << 8 | classless.low, length: classless.length, isIPv6: false)
        }
        return Prefix(raw: raw << (32 - 8 * labels.count), length: 8 * labels.count, isIPv6: false)
    }

    static func ipv6(_ labels: ArraySlice<String>, name: String) throws(AddressError) -> Prefix {
        guard labels.count <= 32 else { throw refusal(name, "it has more than 32 nibbles") }
        var raw: UInt128 = 0
        for label in labels.reversed() {
            guard label.utf8.count == 1, let byte = label.utf8.first, TextParser.hexValue(byte) < 16 else {
                throw refusal(name, "every label is one hexadecimal digit")
            }
            raw = raw << 4 | UInt128(TextParser.hexValue(byte))
        }
        return Prefix(raw: raw << (128 - 4 * labels.count), length: 4 * labels.count, isIPv6: true)
    }

    private static func decimal(_ text: Substring, upTo limit: UInt128) -> UInt128? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            text.utf8.count == 1 || text.utf8.first != 0x30, let value = UInt128(text), value <= limit
        else { return nil }
        return value
    }
}
