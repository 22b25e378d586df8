import Addressing
public import Notation

extension IPv6Plan {
    /// Name and version of the JSON form; members are only ever added.
    public static let format = "hatang.ipv6-plan/1"

    /// The whole plan, with levels, blocks, rows, retired prefixes and counts.
    public var json: JSONValue {
        [
            "format": .string(Self.format), "parent": .string(parent.description),
            "generation": .int(Int64(generation)),
            "levels": .array(levels), "blocks": .array(blocks.map(\.json)), "rows": .array(rows.map(\.json)),
            "retired": .array(retired.map(\.json)), "counts": counts.json,
        ]
    }

    /// Site, zone and segment: bits, prefix length at which each ends, slots, and slots in use (the fullest block's
    /// for zone and segment).
    private var levels: [JSONValue] {
        let zones = Dictionary(grouping: blocks.filter { $0.zone != nil }, by: \.site)
        let inZones = Dictionary(
            grouping: rows.filter { $0.state != .conflict }.compactMap(\.ipv6) + retired.map(\.ipv6)
        ) {
            IPv6Layout.number(of: $0) >> UInt64(layout.segmentBits)
        }
        let used = [
            blocks.count { $0.zone == nil }, zones.values.map(\.count).max() ?? 0,
            inZones.values.map(\.count).max() ?? 0,
        ]
        let levels = [
            ("site", layout.siteBits, layout.siteLength), ("zone", layout.zoneBits, layout.zoneLength),
            ("segment", layout.segmentBits, 64),
        ]
        return zip(levels, used).map { level, used in
            [
                "level": .string(level.0), "bits": .int(Int64(level.1)), "prefix_length": .int(Int64(level.2)),
                "slots": .int(Int64(IPv6Layout.capacity(bits: level.1))), "most_used": .int(Int64(used)),
            ]
        }
    }

    /// Reads a plan that ``json`` wrote, and checks that it does not contradict itself.
    /// - Throws: ``IPv6PlanError`` with code `damagedPlan`.
    public init(json: JSONValue) throws(IPv6PlanError) {
        func damaged(_ what: String) -> IPv6PlanError {
            IPv6PlanError(.damagedPlan, "the stored IPv6 plan cannot be continued: \(what); restore it from a backup")
        }
        guard json["format"]?.string == Self.format else { throw damaged("its format is not \(Self.format)") }
        guard let parent = json["parent"]?.prefix, let bits = json["levels"]?.array?.map({ $0["bits"]?.int ?? 0 }),
            bits.count == 3, let generation = json["generation"]?.int, generation > 0,
            let layout = IPv6Layout(
                parent: parent, siteBits: Int(clamping: bits[0]), zoneBits: Int(clamping: bits[1]),
                segmentBits: Int(clamping: bits[2]))
        else { throw damaged("parent, levels or generation are missing or wrong") }
        guard let rows = Self.all(json["rows"], Row.init(json:)) else { throw damaged("a row is incomplete") }
        guard let blocks = Self.all(json["blocks"], Block.init(json:)) else { throw damaged("a block is incomplete") }
        guard let retired = Self.all(json["retired"], Retired.init(json:)) else {
            throw damaged("a retired prefix is incomplete")
        }
        self.layout = layout
        self.generation = Int(generation)
        self.rows = rows
        self.blocks = blocks
        self.retired = retired
        if let fault = contradiction { throw damaged(fault) }
    }

    /// The first thing that cannot be true of a plan.
    private var contradiction: String? {
        var owners: [Prefix: String] = [:]
        let placed = rows.filter { $0.state != .conflict }.map { ($0.segment, $0.ipv6) }
        for (segment, prefix) in placed + retired.map({ ($0.segment, $0.ipv6) }) {
            guard let prefix else { continue }
            guard prefix.length == 64, parent.contains(prefix) else { return "\(prefix) is no /64 inside \(parent)" }
            if let other = owners.updateValue(segment, forKey: prefix) {
                return "\(prefix) belongs to \(other) and to \(segment)"
            }
        }
        guard Set(rows.map(\.segment)).count == rows.count else { return "a segment stands in it twice" }
        var seen: Set<Prefix> = []
        for block in blocks {
            let length = block.zone == nil ? layout.siteLength : layout.zoneLength
            guard block.prefix.length == length, parent.contains(block.prefix), seen.insert(block.prefix).inserted
            else {
                return "block \(block.prefix) of \(block.site) is misplaced or stands twice"
            }
        }
        return nil
    }

    private static func all<T>(_ list: JSONValue?, _ read: (JSONValue) -> T?) -> [T]? {
        guard let elements = list?.array else { return nil }
        let out = elements.compactMap(read)
        return out.count == elements.count ? out : nil
    }
}

extension JSONValue {
    fileprivate var prefix: Prefix? { string.flatMap { try? Prefix($0) } }
    fileprivate init(_ text: String?) { self = text.map { .string($0) } ?? .null }
    fileprivate init(_ number: Int?) { self = number.map { .int(Int64($0)) } ?? .null }
}

extension IPv6Plan.Row {
    /// All columns; absent ones are null, so that every row has the same members.
    public var json: JSONValue {
        [
            "segment": .string(segment), "site": JSONValue(site), "zone": JSONValue(zone), "vlan": JSONValue(vlan),
            "ipv4": JSONValue(ipv4), "ipv6": JSONValue(ipv6?.description), "state": .string(state.rawValue),
            "since": JSONValue(since), "reason": JSONValue(reason?.code.description),
            "message": JSONValue(reason?.message),
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let segment = json["segment"]?.string,
            let state = json["state"]?.string.flatMap(IPv6Plan.State.init(rawValue:))
        else { return nil }
        let prefix = json["ipv6"]?.prefix
        guard prefix != nil || state == .unplaced || state == .conflict else { return nil }
        var reason: IPv6Plan.Reason?
        if let code = json["reason"]?.string { reason = .init(.init(code), json["message"]?.string ?? "") }
        self.init(
            segment: segment, site: json["site"]?.string, zone: json["zone"]?.string,
            vlan: json["vlan"]?.int.flatMap { Int(exactly: $0) }, ipv4: json["ipv4"]?.string, ipv6: prefix,
            state: state, since: json["since"]?.int.flatMap { Int(exactly: $0) }, reason: reason)
    }
}

extension IPv6Plan.Retired {
    fileprivate var json: JSONValue {
        ["segment": .string(segment), "ipv6": .string(ipv6.description), "since": .int(Int64(since))]
    }

    fileprivate init?(json: JSONValue) {
        guard let segment = json["segment"]?.string, let ipv6 = json["ipv6"]?.prefix, let since = json["since"]?.int
        else { return nil }
        self.init(segment: segment, ipv6: ipv6, since: Int(clamping: since))
    }
}

extension IPv6Plan.Block {
    fileprivate var json: JSONValue {
        [
            "site": .string(site), "zone": JSONValue(zone), "slot": .int(Int64(slot)),
            "prefix": .string(prefix.description),
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let site = json["site"]?.string, let slot = json["slot"]?.int, let prefix = json["prefix"]?.prefix else {
            return nil
        }
        self.init(site: site, zone: json["zone"]?.string, slot: Int(clamping: slot), prefix: prefix)
    }
}

extension IPv6Plan.Counts {
    /// The counts by name.
    public var json: JSONValue {
        [
            "asked": JSONValue(asked), "placed": JSONValue(placed), "new": JSONValue(new), "kept": JSONValue(kept),
            "existing": JSONValue(existing), "conflict": JSONValue(conflict), "unplaced": JSONValue(unplaced),
        ]
    }
}
