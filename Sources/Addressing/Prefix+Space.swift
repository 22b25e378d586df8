extension Prefix {
    /// The block twice as large that contains this one, nil at length 0.
    public var parent: Prefix? { length == 0 ? nil : widened(to: length - 1) }

    /// The two halves in order, nil for a single address.
    public var halves: (lower: Prefix, upper: Prefix)? {
        guard length < width else { return nil }
        let bit = UInt128(1) << (width - length - 1)
        return (
            Prefix(raw: raw, length: length + 1, isIPv6: isIPv6),
            Prefix(raw: raw | bit, length: length + 1, isIPv6: isIPv6)
        )
    }

    /// The block of the same size right behind this one, nil at the end of the address space.
    public var next: Prefix? {
        let end = lastRaw
        let limit = UInt128.max >> (128 - width)
        return end == limit ? nil : Prefix(raw: end + 1, length: length, isIPv6: isIPv6)
    }

    /// The block of that length which contains this one. Fails with code `lengthOutOfRange` when it would be smaller.
    public func supernet(length shorter: Int) throws(AddressError) -> Prefix {
        guard (0...length).contains(shorter) else {
            throw AddressError(.lengthOutOfRange, "\(self) has no enclosing /\(shorter); ask for /0 to /\(length)")
        }
        return widened(to: shorter)
    }

    private func widened(to shorter: Int) -> Prefix {
        Prefix(raw: raw & ~Self.hostMask(length: shorter, width: width), length: shorter, isIPv6: isIPv6)
    }

    /// The blocks of that length inside this one, in order, made one by one as they are asked for.
    /// Fails with code `lengthOutOfRange` when they would be larger than the block.
    public func subprefixes(length longer: Int) throws(AddressError) -> Subprefixes {
        guard (length...width).contains(longer) else {
            throw AddressError(
                .lengthOutOfRange, "\(self) has no blocks of /\(longer) inside it; ask for /\(length) to /\(width)")
        }
        return Subprefixes(block: self, length: longer)
    }

    /// The address at a distance from the first. Fails with code `outOfSpace` when it lies outside the block.
    public func address(at offset: UInt128) throws(AddressError) -> IPAddress {
        guard offset <= hostMask else {
            throw AddressError(.outOfSpace, "\(self) has no address number \(offset); the last is \(hostMask)")
        }
        return IPAddress(raw: raw + offset, isIPv6: isIPv6)
    }

    /// The parts of the block that the set leaves free, as the fewest prefixes, in order.
    public func free(excluding used: AddressSet) -> [Prefix] {
        AddressSet(CollectionOfOne(self)).subtracting(used).prefixes
    }

    /// The first block of that length inside this one which shares no address with `used`, nil when the block is full.
    ///
    /// With `after`, the search begins behind that block, so that a caller can hand out one block after another without
    /// coming back to gaps. Takes time in the number of used ranges inside the block, never in the block's size.
    /// Fails with code `lengthOutOfRange`.
    public func firstFree(
        length longer: Int, excluding used: AddressSet, after: Prefix? = nil
    ) throws(AddressError) -> Prefix? {
        _ = try subprefixes(length: longer)
        let size = Self.hostMask(length: longer, width: width)
        var start = raw
        if let after, after.isIPv6 == isIPv6, after.lastRaw >= raw {
            guard let behind = Self.alignedUp(behind: after.lastRaw, mask: size) else { return nil }
            start = max(start, behind)
        }
        let ranges = used.rawRanges(isIPv6: isIPv6)
        var place = AddressSet.firstRange(in: ranges, endingAtOrBehind: start)
        while start <= lastRaw {
            while place < ranges.count, ranges[place].high < start { place += 1 }
            guard place < ranges.count, ranges[place].low <= start | size else {
                return Prefix(raw: start, length: longer, isIPv6: isIPv6)
            }
            guard let behind = Self.alignedUp(behind: ranges[place].high, mask: size) else { return nil }
            start = behind
        }
        return nil
    }

    /// The first address a host may carry (see ``InterfaceAddress/isUsableByHost``) that is not in `used`, nil when the
    /// block is full.
    public func firstFreeHost(excluding used: AddressSet) -> IPAddress? {
        var low = raw
        var high = lastRaw
        if length < width - 1 {
            low += 1
            if !isIPv6 { high -= 1 }
        }
        let ranges = used.rawRanges(isIPv6: isIPv6)
        var place = AddressSet.firstRange(in: ranges, endingAtOrBehind: low)
        while place < ranges.count, ranges[place].low <= low {
            if ranges[place].high >= high { return nil }
            low = ranges[place].high + 1
            place += 1
        }
        return IPAddress(raw: low, isIPv6: isIPv6)
    }

    /// The first number behind `number` whose bits under `mask` are zero, nil past 128 bits. Example: 0x1FF for 0x100
    /// and mask 0xFF gives 0x200.
    private static func alignedUp(behind number: UInt128, mask: UInt128) -> UInt128? {
        let (next, overflow) = (number | mask).addingReportingOverflow(1)
        return overflow ? nil : next
    }

    /// Whether the length is a multiple of four bits, so that the block ends at a hexadecimal digit and, in IPv6, is one
    /// `ip6.arpa` zone.
    public var isNibbleAligned: Bool { length % 4 == 0 }

    /// The smallest nibble-aligned block that contains this one.
    public var widenedToNibble: Prefix { widened(to: length / 4 * 4) }

    /// The nibble-aligned length at or above this block's: 48 for a /45.
    public var nibbleLength: Int { (length + 3) / 4 * 4 }
}

/// The blocks of one length inside a block, in order. Nothing is stored: a /64 may be walked in /128s.
public struct Subprefixes: Sequence, Sendable {
    /// The block that is divided.
    public let block: Prefix
    /// The length of the parts.
    public let length: Int

    /// How many parts there are less one; this number always fits.
    public var lastIndex: UInt128 { (UInt128(1) << (length - block.length)) &- 1 }

    /// The part with that number, counted from 0. Fails with code `outOfSpace` behind ``lastIndex``.
    public func part(_ index: UInt128) throws(AddressError) -> Prefix {
        guard index <= lastIndex else {
            throw AddressError(.outOfSpace, "\(block) has no /\(length) number \(index); the last is \(lastIndex)")
        }
        return Prefix(raw: block.raw + (index << (block.width - length)), length: length, isIPv6: block.isIPv6)
    }

    /// The number of the part that contains the block, nil when none does.
    public func index(of part: Prefix) -> UInt128? {
        guard block.contains(part), part.length >= length else { return nil }
        return (part.raw - block.raw) >> (block.width - length)
    }

    /// Walks the parts from the first to the last.
    public struct Iterator: IteratorProtocol, Sendable {
        var upcoming: Prefix?
        let last: UInt128

        /// The next part, nil behind the last.
        public mutating func next() -> Prefix? {
            guard let current = upcoming else { return nil }
            upcoming = current.lastRaw == last ? nil : current.next
            return current
        }
    }

    /// An iterator at the first part.
    public func makeIterator() -> Iterator {
        Iterator(
            upcoming: Prefix(raw: block.raw, length: length, isIPv6: block.isIPv6), last: block.lastRaw)
    }
}
