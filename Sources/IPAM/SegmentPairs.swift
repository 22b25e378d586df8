public import Addressing
public import CMDB

/// A segment's two networks side by side.
public struct SegmentPair: Hashable, Sendable {
    /// Which families it has.
    public enum State: String, Sendable {
        case dual
        case ipv4Only = "ipv4-only"
        case ipv6Only = "ipv6-only"
        case none
    }

    /// The segment.
    public let segment: Object
    /// Its IPv4 network.
    public let ipv4: Prefix?
    /// Its IPv6 network.
    public let ipv6: Prefix?
    /// 802.1Q id of its VLAN.
    public let vid: Int?
    /// Conventions that its numbers depart from; information, not faults. Each names both numbers.
    public let departures: [String]

    /// Which families it has.
    public var state: State {
        switch (ipv4 != nil, ipv6 != nil) {
        case (true, true): .dual
        case (true, false): .ipv4Only
        case (false, true): .ipv6Only
        case (false, false): .none
        }
    }

    /// The networks of every segment, by key.
    public static func all(_ snapshot: Snapshot) -> [SegmentPair] {
        snapshot.objects(.segment).map { segment in
            let ipv4 = segment.text("ipv4_prefix").flatMap { try? Prefix($0) }
            let ipv6 = segment.text("ipv6_prefix").flatMap { try? Prefix($0) }
            let vid = snapshot.target(of: "vlan", in: segment)?.int("vid")
            return SegmentPair(
                segment: segment, ipv4: ipv4, ipv6: ipv6, vid: vid, departures: departures(ipv4, ipv6, vid))
        }
    }

    private static func departures(_ ipv4: Prefix?, _ ipv6: Prefix?, _ vid: Int?) -> [String] {
        var found: [String] = []
        let octet: Int? = ipv4.flatMap { prefix in
            guard prefix.length == 24, case .v4(let address) = prefix.first else { return nil }
            return Int(address.bytes[2])
        }
        let subnet: UInt16? = ipv6.flatMap { prefix in
            guard prefix.length == 64, case .v6(let address) = prefix.first else { return nil }
            return UInt16(truncatingIfNeeded: address.rawValue >> 64)
        }
        if let octet, let vid, octet != vid, vid % 1000 != octet {
            found.append("VLAN \(vid), third octet \(octet)")
        }
        if let subnet, let number = vid ?? octet {
            // Written so that people read it as the number (VLAN 110 is ::110::), or as the number itself.
            let text = String(subnet, radix: 16)
            if text != String(number), Int(subnet) != number {
                found.append("\(vid == nil ? "third octet" : "VLAN") \(number), IPv6 subnet \(text)")
            }
        }
        if let ipv6, ipv6.length != 64 { found.append("IPv6 /\(ipv6.length), not /64 (RFC 7421)") }
        return found
    }
}
