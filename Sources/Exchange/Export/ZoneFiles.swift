import Addressing
public import CMDB
import Notation

/// DNS zone files (RFC 1035 section 5) of the names and addresses of machines, forward and reverse.
public struct ZoneFiles: Sendable {
    /// What the inventory does not know about zones.
    public struct Options: Hashable, Sendable {
        /// Names of the name servers; the first stands in the SOA.
        public var nameServers: [String]
        /// Mail address of who answers for the zones; nil: `hostmaster` in each zone.
        public var mail: String?
        /// Seconds that answers may be kept.
        public var ttl: Int
        /// Forward zones; empty: what lies above the host names, without zones inside others.
        public var zones: [String]
        /// Put behind names of machines that have no name in the DNS; nil leaves those machines out.
        public var domain: String?
        /// Creates options.
        public init(
            nameServers: [String], mail: String? = nil, ttl: Int = 3600, zones: [String] = [], domain: String? = nil
        ) {
            (self.nameServers, self.mail, self.ttl, self.zones, self.domain) = (nameServers, mail, ttl, zones, domain)
        }
    }

    /// One zone.
    public struct Zone: Hashable, Sendable {
        /// Without a final dot.
        public let name: String
        /// Lines behind the SOA.
        let records: [String]
        let options: Options

        /// `NAME.zone`.
        public var fileName: String { "\(name).zone" }
        /// How many records, without SOA and NS.
        public var count: Int { records.count }

        /// The whole file with this serial. The same zone and serial give the same bytes.
        public func text(serial: UInt32) -> String {
            let servers = options.nameServers.map { $0 + "." }
            let (user, host) = ZoneFiles.mailParts(options.mail ?? "hostmaster@\(name)")
            var out = """
                $ORIGIN \(name).
                $TTL \(options.ttl)
                @ IN SOA \(servers.first ?? "localhost.") \(user).\(host). (
                  \(serial) ; serial
                  7200 ; refresh
                  900 ; retry
                  1209600 ; expire
                  \(options.ttl) ) ; negative answers

                """
            for server in servers { out += "@ IN NS \(server)\n" }
            for record in records { out += record + "\n" }
            return out
        }

        /// What to write over the file `existing`: its own bytes when nothing but the serial would differ, else the zone
        /// with a greater serial. `day` is today, `2026-11-21`.
        /// - Throws: one error for an existing file whose serial cannot be read: overwriting it could turn the serial
        ///   back, and secondaries would keep the old zone.
        public func text(over existing: String?, day: String) throws(ZoneError) -> String {
            var old: UInt32?
            if let existing {
                guard let serial = ZoneSerial.read(existing) else {
                    throw ZoneError(zone: name, problem: "its file holds no SOA serial that could be increased")
                }
                if text(serial: serial) == existing { return existing }
                old = serial
            }
            guard let serial = ZoneSerial.next(after: old, day: day) else {
                throw ZoneError(zone: name, problem: "\(day) is not a day")
            }
            return text(serial: serial)
        }
    }

    /// By name: forward zones, then reverse ones.
    public let zones: [Zone]
    /// Names that the DNS cannot hold, or that lie in none of the asked zones: `record: why`.
    public let skipped: [String]

    /// Collects the records of `machines`.
    ///
    /// Each address with a name gives A or AAAA and PTR. Host names in the `url` of a machine's services become aliases
    /// (CNAME) of its own name, or addresses where an alias may not stand: at the top of a zone and beside other
    /// records (RFC 1034 section 3.6.2). IPv4 reverse zones are /24, IPv6 ones /64.
    public init(_ machines: [Object], in snapshot: Snapshot, options: Options) {
        var builder = ZoneBuilder(options: options)
        for machine in machines.sorted(by: { $0.id < $1.id }) { builder.add(MachineView(machine, in: snapshot)) }
        (zones, skipped) = builder.finished()
    }

    /// Dots in the part before `@` are escaped (RFC 1035 section 5.3).
    static func mailParts(_ mail: String) -> (String, String) {
        let parts = mail.split(separator: "@", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return (mail.replacing(".", with: "\\."), "invalid") }
        return (parts[0].replacing(".", with: "\\."), parts[1])
    }
}

/// A zone file that cannot be written.
public struct ZoneError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Its zone.
    public let zone: String
    /// Why.
    public let problem: String
    /// Both, and what to do.
    public var description: String { "zone \(zone): \(problem): move the file away, or correct it" }
}

/// Collects names and addresses, then sorts them into zones.
private struct ZoneBuilder {
    let options: ZoneFiles.Options
    private var addresses: [String: Set<IPAddress>] = [:]
    private var pointers: [IPAddress: Set<String>] = [:]
    private var aliases: [String: (target: String, addresses: Set<IPAddress>)] = [:]
    private var skipped: [String] = []

    init(options: ZoneFiles.Options) { self.options = options }

    mutating func add(_ view: MachineView) {
        let machine = view.object
        let primary = [machine.text("primary_ip4"), machine.text("primary_ip6")]
        let domain = options.domain.flatMap(HostNames.canonical)
        let label = HostNames.canonical(machine.displayName) ?? HostNames.canonical(machine.id.key)
        let own = domain.flatMap { domain in
            label.flatMap { HostNames.canonical($0.hasSuffix("." + domain) ? $0 : "\($0).\(domain)") }
        }
        var main: [String] = []
        var reached: Set<IPAddress> = []
        for (address, object) in view.addresses {
            let isPrimary = primary.contains("\(address.address)")
            var name: String?
            if let text = object.text("dns_name") {
                name = HostNames.canonical(text)
                if name == nil { skipped.append("\(object.id): \"\(text)\" is not a host name (RFC 1123)") }
            } else if isPrimary {
                name = own
            }
            guard let name else { continue }
            addresses[name, default: []].insert(address.address)
            pointers[address.address, default: []].insert(name)
            if isPrimary {
                main.append(name)
                reached.insert(address.address)
            }
        }
        guard let target = main.first else { return }
        for service in view.services {
            guard let host = service.text("url").flatMap(Self.host), host != target, aliases[host] == nil else {
                continue
            }
            aliases[host] = (target, reached)
        }
        if let own, !main.contains(own), aliases[own] == nil { aliases[own] = (target, reached) }
    }

    /// The host of a web address, when it is a name.
    private static func host(_ url: String) -> String? {
        guard let start = url.firstRange(of: "://") else { return nil }
        let rest = url[start.upperBound...].prefix { !"/?#".contains($0) }
        let host = rest.split(separator: "@").last?.split(separator: ":").first.map(String.init) ?? ""
        return HostNames.canonical(host)
    }

    func finished() -> (zones: [ZoneFiles.Zone], skipped: [String]) {
        var skipped = skipped
        let names = Set(addresses.keys).union(aliases.keys)
        let zones = options.zones.isEmpty ? Self.zones(above: names) : options.zones.compactMap(HostNames.canonical)
        var records: [String: [String]] = Dictionary(zones.map { ($0, []) }, uniquingKeysWith: { first, _ in first })
        for name in names.sorted() {
            guard let zone = Self.zone(of: name, zones) else {
                skipped.append("\(name): it lies in none of the zones \(zones.joined(separator: ", "))")
                continue
            }
            records[zone, default: []] += lines(name, zone)
        }
        var reverse: [String: [(order: IPAddress, line: String)]] = [:]
        for (address, names) in pointers {
            guard let prefix = try? Prefix(containing: address, length: address.isIPv6 ? 64 : 24),
                let zone = prefix.reverseZones.first, address.reverseName.hasSuffix("." + zone)
            else { continue }
            let label = address.reverseName.dropLast(zone.utf8.count + 1)
            for name in names.sorted() { reverse[zone, default: []].append((address, "\(label) IN PTR \(name).")) }
        }
        let forward = records.sorted { $0.key < $1.key }.map {
            ZoneFiles.Zone(name: $0.key, records: $0.value, options: options)
        }
        let backward = reverse.sorted { $0.key < $1.key }.map { zone, lines in
            ZoneFiles.Zone(
                name: zone, records: lines.sorted { ($0.order, $0.line) < ($1.order, $1.line) }.map(\.line),
                options: options)
        }
        return (forward + backward, skipped.sorted())
    }

    private func lines(_ name: String, _ zone: String) -> [String] {
        let label = name == zone ? "@" : String(name.dropLast(zone.utf8.count + 1))
        var own = addresses[name] ?? []
        if let alias = aliases[name] {
            if own.isEmpty, name != zone { return ["\(label) IN CNAME \(alias.target)."] }
            own.formUnion(alias.addresses)
        }
        return own.sorted().map { "\(label) IN \($0.isIPv6 ? "AAAA" : "A") \($0)" }
    }

    /// The longest zone around `name`.
    private static func zone(of name: String, _ zones: [String]) -> String? {
        zones.filter { name == $0 || name.hasSuffix("." + $0) }.max { $0.utf8.count < $1.utf8.count }
    }

    /// What lies above the names; a name of two labels is a zone itself.
    private static func zones(above names: Set<String>) -> [String] {
        let parents = Set(
            names.map { name in
                let labels = name.split(separator: ".")
                return labels.count <= 2 ? name : labels.dropFirst().joined(separator: ".")
            })
        return parents.filter { zone in !parents.contains { zone.hasSuffix("." + $0) } }.sorted()
    }
}
