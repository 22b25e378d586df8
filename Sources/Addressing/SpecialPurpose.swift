/// A row of the IANA IPv4 or IPv6 Special-Purpose Address Registry (RFC 6890, RFC 8190).
///
/// The flags are nil where the registry has "N/A" or nothing: deprecated blocks, 6to4, Teredo.
public struct SpecialPurposeBlock: Hashable, Sendable {
    /// The address block.
    public let prefix: Prefix
    /// The registry's name for it.
    public let name: String
    /// The documents that asked for it, such as `RFC 1918`.
    public let references: [String]
    /// Whether its addresses may be the source of a packet that crosses two devices.
    public let isSource: Bool?
    /// Whether its addresses may be the destination of a packet that crosses two devices.
    public let isDestination: Bool?
    /// Whether a router may forward packets to it between external interfaces.
    public let isForwardable: Bool?
    /// Whether packets to it may be forwarded beyond an administrative domain.
    public let isGloballyReachable: Bool?
    /// Whether implementations of IP must treat it in a special way.
    public let isReservedByProtocol: Bool?

    /// All rows of both registries, in order of prefix.
    public static let all: [SpecialPurposeBlock] = registries.split(separator: "\n").compactMap(parse)
        .sorted { $0.prefix < $1.prefix }

    static let trie = PrefixTrie(all.map { ($0.prefix, $0) })

    /// A row: prefix, the five flags (T, F, or - for not applicable), documents, name.
    static func parse(_ row: Substring) -> SpecialPurposeBlock? {
        let fields = row.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
        guard fields.count == 4, fields[1].utf8.count == 5, let prefix = try? Prefix(fields[0]) else { return nil }
        let flags: [Bool?] = fields[1].map { $0 == "T" ? true : $0 == "F" ? false : nil }
        return SpecialPurposeBlock(
            prefix: prefix, name: fields[3], references: fields[2].split(separator: ",").map { "RFC \($0)" },
            isSource: flags[0], isDestination: flags[1], isForwardable: flags[2], isGloballyReachable: flags[3],
            isReservedByProtocol: flags[4])
    }

    /// The registries as of 2025-10-09. Flags: source, destination, forwardable, globally reachable, reserved by
    /// protocol. A more specific row overrides the one around it.
    static let registries = """
        0.0.0.0/8           | TFFFT | 791        | "This network"
        0.0.0.0/32          | TFFFT | 1122       | "This host on this network"
        10.0.0.0/8          | TTTFF | 1918       | Private-Use
        100.64.0.0/10       | TTTFF | 6598       | Shared Address Space
        127.0.0.0/8         | FFFFT | 1122       | Loopback
        169.254.0.0/16      | TTFFT | 3927       | Link Local
        172.16.0.0/12       | TTTFF | 1918       | Private-Use
        192.0.0.0/24        | FFFFF | 6890       | IETF Protocol Assignments
        192.0.0.0/29        | TTTFF | 7335       | IPv4 Service Continuity Prefix
        192.0.0.8/32        | TFFFF | 7600       | IPv4 dummy address
        192.0.0.9/32        | TTTTF | 7723       | Port Control Protocol Anycast
        192.0.0.10/32       | TTTTF | 8155       | Traversal Using Relays around NAT Anycast
        192.0.0.170/32      | FFFFT | 8880,7050  | NAT64/DNS64 Discovery
        192.0.0.171/32      | FFFFT | 8880,7050  | NAT64/DNS64 Discovery
        192.0.2.0/24        | FFFFF | 5737       | Documentation (TEST-NET-1)
        192.31.196.0/24     | TTTTF | 7535       | AS112-v4
        192.52.193.0/24     | TTTTF | 7450       | AMT
        192.88.99.0/24      | ----- | 7526       | Deprecated (6to4 Relay Anycast)
        192.88.99.2/32      | TTTFF | 6751       | 6a44-relay anycast address
        192.168.0.0/16      | TTTFF | 1918       | Private-Use
        192.175.48.0/24     | TTTTF | 7534       | Direct Delegation AS112 Service
        198.18.0.0/15       | TTTFF | 2544       | Benchmarking
        198.51.100.0/24     | FFFFF | 5737       | Documentation (TEST-NET-2)
        203.0.113.0/24      | FFFFF | 5737       | Documentation (TEST-NET-3)
        240.0.0.0/4         | FFFFT | 1112       | Reserved
        255.255.255.255/32  | FTFFT | 8190,919   | Limited Broadcast
        ::/128              | TFFFT | 4291       | Unspecified Address
        ::1/128             | FFFFT | 4291       | Loopback Address
        ::ffff:0.0.0.0/96   | FFFFT | 4291       | IPv4-mapped Address
        64:ff9b::/96        | TTTTF | 6052       | IPv4-IPv6 Translat.
        64:ff9b:1::/48      | TTTFF | 8215       | IPv4-IPv6 Translat.
        100::/64            | TTTFF | 6666       | Discard-Only Address Block
        100:0:0:1::/64      | TFFFF | 9780       | Dummy IPv6 Prefix
        2001::/23           | FFFFF | 2928       | IETF Protocol Assignments
        2001::/32           | TTT-F | 4380,8190  | TEREDO
        2001:1::1/128       | TTTTF | 7723       | Port Control Protocol Anycast
        2001:1::2/128       | TTTTF | 8155       | Traversal Using Relays around NAT Anycast
        2001:1::3/128       | TTTTF | 9665       | DNS-SD Service Registration Protocol Anycast
        2001:2::/48         | TTTFF | 5180       | Benchmarking
        2001:3::/32         | TTTTF | 7450       | AMT
        2001:4:112::/48     | TTTTF | 7535       | AS112-v6
        2001:10::/28        | ----- | 4843       | Deprecated (previously ORCHID)
        2001:20::/28        | TTTTF | 7343       | ORCHIDv2
        2001:30::/28        | TTTTF | 9374       | Drone Remote ID Protocol Entity Tags (DETs) Prefix
        2001:db8::/32       | FFFFF | 3849       | Documentation
        2002::/16           | TTT-F | 3056       | 6to4
        2620:4f:8000::/48   | TTTTF | 7534       | Direct Delegation AS112 Service
        3fff::/20           | FFFFF | 9637       | Documentation
        5f00::/16           | TTTFF | 9602       | Segment Routing (SRv6) SIDs
        fc00::/7            | TTTFF | 4193,8190  | Unique-Local
        fe80::/10           | TTFFT | 4291       | Link-Local Unicast
        """
}
