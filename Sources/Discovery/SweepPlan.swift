public import Addressing

/// What cannot be swept, and what to do about it.
public struct SweepError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cause, fit for branching.
    public enum Code: String, Sendable {
        /// A text is no address, prefix or range.
        case unreadable
        /// More addresses than allowed at once.
        case tooMany = "too-many"
        /// Nothing is left to ask.
        case nothingToDo = "nothing-to-do"
    }
    /// The cause.
    public let code: Code
    /// One line for each thing that is wrong.
    public let message: String
    /// The message.
    public var description: String { message }
}

/// The addresses of a sweep: what was named less what was excluded.
public struct SweepPlan: Sendable, Equatable {
    /// In order, each once.
    public let addresses: [IPAddress]
    /// Named addresses that nobody can have: an IPv4 network's own and its broadcast address, all-zeros and multicast.
    public let unusable: Int
    /// Named addresses that were excluded.
    public let excluded: Int

    /// Reads targets.
    /// - Parameters:
    ///   - targets: addresses (`192.0.2.7`), prefixes (`192.0.2.0/24`, `2001:db8::/120`) and ranges
    ///     (`192.0.2.10-192.0.2.20`).
    ///   - exclusions: the same, left out.
    ///   - limit: addresses at most.
    /// - Throws: ``SweepError`` with every text that cannot be read, not only the first.
    public init(_ targets: [String], excluding exclusions: [String] = [], limit: Int = 65_536) throws(SweepError) {
        var problems: [String] = []
        let wanted = Self.ranges(targets, &problems)
        let left = Self.ranges(exclusions, &problems)
        guard problems.isEmpty else { throw SweepError(code: .unreadable, message: problems.joined(separator: "\n")) }
        let named = AddressSet(wanted.map(\.range))
        let count = named.addressCount
        guard let count, count <= UInt128(limit) else {
            throw SweepError(
                code: .tooMany,
                message:
                    "\(count.map(String.init) ?? "2^128") addresses are more than \(limit) at once: name a smaller "
                    + "prefix or a range, or raise --max; an IPv6 network cannot be swept address by address")
        }
        var unusable: Set<IPAddress> = []
        for case let (range, prefix?) in wanted where !range.isIPv6 && prefix.length <= 30 {
            unusable.insert(range.first)
            unusable.insert(range.last)
        }
        let asked = named.subtracting(AddressSet(left.map(\.range)))
        var addresses: [IPAddress] = []
        var skipped = 0
        for range in asked.ranges {
            var address = range.first
            while true {
                if unusable.contains(address) || Self.isNobody(address) {
                    skipped += 1
                } else {
                    addresses.append(address)
                }
                guard address != range.last, let next = Self.next(address) else { break }
                address = next
            }
        }
        self.addresses = addresses
        self.unusable = skipped
        excluded = Int(count) - Int(asked.addressCount ?? 0)
        guard !addresses.isEmpty else {
            throw SweepError(
                code: .nothingToDo, message: "of \(count) named addresses none is left to ask: check --exclude")
        }
    }

    private static func ranges(
        _ texts: [String], _ problems: inout [String]
    ) -> [(range: AddressRange, prefix: Prefix?)] {
        var out: [(AddressRange, Prefix?)] = []
        for text in texts {
            if text.contains("-"), let range = try? AddressRange(text) {
                out.append((range, nil))
            } else if let prefix = try? Prefix(text) {
                out.append((AddressRange(prefix), text.contains("/") ? prefix : nil))
            } else if let address = try? IPAddress(text), let range = try? AddressRange(first: address, last: address) {
                out.append((range, nil))
            } else {
                problems.append(
                    "\"\(text.prefix(80))\" is no address, prefix or range: write 192.0.2.0/24, 2001:db8::/120 or "
                        + "192.0.2.10-192.0.2.20 (a prefix has no host bits set)")
            }
        }
        return out
    }

    /// 0.0.0.0/8, 224.0.0.0/4 and above, `::`, ff00::/8.
    private static func isNobody(_ address: IPAddress) -> Bool {
        let bytes = address.bytes
        return address.isIPv6 ? bytes[0] == 0xFF || bytes.allSatisfy { $0 == 0 } : bytes[0] == 0 || bytes[0] >= 224
    }

    /// The address one higher; nil behind the last one.
    private static func next(_ address: IPAddress) -> IPAddress? {
        var bytes = address.bytes
        for index in bytes.indices.reversed() {
            bytes[index] &+= 1
            if bytes[index] != 0 { return IPAddress(bytes: bytes) }
        }
        return nil
    }
}
