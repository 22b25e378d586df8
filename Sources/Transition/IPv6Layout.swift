public import Addressing

/// How the bits between a parent and /64 are shared out: site, then zone, then segment, each whole hex digits.
///
/// Example: 2001:db8:1000::/44 with 4, 4 and 12 bits; site 2, zone 3, segment 0x01a is 2001:db8:1002:301a::/64.
/// Slot 0 of each level is left for infrastructure (links, loopbacks) and never given out.
public struct IPv6Layout: Hashable, Sendable {
    /// The network above all.
    public let parent: Prefix
    /// Width of the site level in bits, a multiple of 4.
    public let siteBits: Int
    /// Width of the zone level in bits, a multiple of 4.
    public let zoneBits: Int
    /// Width of the segment level in bits, a multiple of 4.
    public let segmentBits: Int

    /// Prefix length of one site.
    public var siteLength: Int { parent.length + siteBits }
    /// Prefix length of one zone of a site.
    public var zoneLength: Int { siteLength + zoneBits }

    /// The numbers that name one /64 below the parent.
    struct Slots: Hashable {
        var site: Int
        var zone: Int
        var segment: Int
    }

    /// Nil unless the three widths are whole hex digits and fill the space before /64.
    init?(parent: Prefix, siteBits: Int, zoneBits: Int, segmentBits: Int) {
        let widths = [siteBits, zoneBits, segmentBits]
        guard parent.isIPv6, widths.allSatisfy({ $0 >= 4 && $0 <= 56 && $0 % 4 == 0 }),
            parent.length + siteBits + zoneBits + segmentBits == 64
        else { return nil }
        self.parent = parent
        self.siteBits = siteBits
        self.zoneBits = zoneBits
        self.segmentBits = segmentBits
    }

    /// How many of each there are to place: all sites, the most zones of one site, the most segments of one zone.
    struct Demand: Hashable {
        var sites: Int
        var zones: Int
        var segments: Int
    }

    /// Room for twice the sites and segments and one and a half times the zones, sites at /48 where that fits
    /// (RFC 6177); with less room first the /48, then the headroom is given up. The caller has checked the parent.
    static func choose(parent: Prefix, demand: Demand) -> IPv6Layout? {
        let digits = (64 - parent.length) / 4
        let roomy = (
            site: digitsFor(demand.sites * 2), zone: digitsFor(demand.zones + (demand.zones + 1) / 2),
            segment: digitsFor(demand.segments * 2)
        )
        let bare = (site: digitsFor(demand.sites), zone: digitsFor(demand.zones), segment: digitsFor(demand.segments))
        let toSite48 = max(roomy.site, (48 - parent.length) / 4)
        // Where nothing fits, the upper levels get what they need as far as one digit is left for each below.
        var choice = (site: min(bare.site, digits - 2), zone: 1)
        choice.zone = min(bare.zone, digits - choice.site - 1)
        for option in [
            (toSite48, roomy.zone, roomy.segment), (roomy.site, roomy.zone, roomy.segment),
            (bare.site, roomy.zone, roomy.segment), (bare.site, bare.zone, bare.segment),
        ] where option.0 + option.1 + option.2 <= digits {
            choice = (option.0, option.1)
            break
        }
        return IPv6Layout(
            parent: parent, siteBits: choice.site * 4, zoneBits: choice.zone * 4,
            segmentBits: (digits - choice.site - choice.zone) * 4)
    }

    /// Hex digits for `count` things when slot 0 is not used.
    private static func digitsFor(_ count: Int) -> Int {
        var digits = 1
        while digits < 14, capacity(bits: 4 * digits) < count { digits += 1 }
        return digits
    }

    /// The highest slot of a level of so many bits, which is also the number of slots given out.
    static func capacity(bits: Int) -> Int { (1 << bits) - 1 }

    /// The upper 64 bits of a prefix, which name a /64.
    static func number(of prefix: Prefix) -> UInt64 {
        prefix.address.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The inverse of ``number(of:)`` for a prefix of `length`, at most 64.
    static func prefix(_ number: UInt64, length: Int) -> Prefix? {
        try? Prefix(address: .v6(IPv6Address(rawValue: UInt128(number) << 64)), length: length)
    }

    func number(_ slots: Slots) -> UInt64 {
        Self.number(of: parent) | UInt64(slots.site) << UInt64(zoneBits + segmentBits)
            | UInt64(slots.zone) << UInt64(segmentBits) | UInt64(slots.segment)
    }

    func slots(_ number: UInt64) -> Slots {
        func cut(_ shift: Int, _ bits: Int) -> Int { Int((number >> UInt64(shift)) & ((1 << UInt64(bits)) - 1)) }
        return Slots(
            site: cut(zoneBits + segmentBits, siteBits), zone: cut(segmentBits, zoneBits),
            segment: cut(0, segmentBits))
    }

    /// The block of a site.
    func prefix(site: Int) -> Prefix? {
        Self.prefix(number(Slots(site: site, zone: 0, segment: 0)), length: siteLength)
    }

    /// The block of a zone of a site.
    func prefix(site: Int, zone: Int) -> Prefix? {
        Self.prefix(number(Slots(site: site, zone: zone, segment: 0)), length: zoneLength)
    }
}
