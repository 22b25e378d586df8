import CMDB
import Exchange
import Notation
import TestSupport

/// A generated inventory with several records of every kind that between them have every field: texts that look like
/// numbers, formulas, YAML and CSV syntax among the values.
struct ExportWorld {
    private var random: SeededGenerator
    private var keys: [Kind: [String]] = [:]
    private var lists: [Kind: [[String: JSONValue]]] = [:]
    static let count = 3

    /// The loaded inventory: canonical and checked by every rule.
    static func snapshot(_ label: String, seed: UInt64? = nil) throws -> Snapshot {
        var world = ExportWorld(SeededGenerator(label, seed: seed))
        let text = world.make()
        let loaded = try InventoryLoader.load(
            [InventoryFile(path: "world.json", text: text, origin: "world")], onto: Snapshot([]))
        return Snapshot(loaded.objects.map(\.object))
    }

    /// Loads `texts` as files of one folder.
    static func load(_ texts: [String]) throws -> Snapshot {
        let files = texts.enumerated().map { InventoryFile(path: "back/\($0).yaml", text: $1, origin: "world") }
        return Snapshot(try InventoryLoader.load(files, onto: Snapshot([])).objects.map(\.object))
    }

    /// What `b` has differently from `a`, as text.
    static func differences(_ a: Snapshot, _ b: Snapshot) -> [String] {
        Set(a.all.map(\.id)).union(b.all.map(\.id)).sorted().flatMap { id -> [String] in
            guard let left = a[id] else { return ["\(id) is new"] }
            guard let right = b[id] else { return ["\(id) is gone"] }
            return Change.update(before: left, after: right).differences.map {
                "\(id) \($0.field): \($0.before?.canonical ?? "-") became \($0.after?.canonical ?? "-")"
            }
        }
    }

    /// For single values.
    init(_ random: SeededGenerator) { self.random = random }

    // MARK: Values

    static let nastyTexts = [
        "Sở Tài chính", "=1+1", "'=1+1", "''", "+84 205 000 0001", "-1.5", "@cmd", "null", "~", "true", "yes", "no",
        "123",
        "0123", "1.50", "0x1f", "1e3", "12:30", "2026-11-21", "a: b", "a #b", "b:", "- x", "[x", "{a: 1}", "*star",
        "&and",
        "!bang", "%x", "`tick", "'single'", "\"double\"", "back\\slash", "a,b", "a;b", " led", "trailed ", "đường",
        "🎉 tiệc",
        "a|b", ">", "|", "?", "#hash", "x\u{200D}y", "10.0.0.1", "2001:db8::1", "<b>&amp;</b>", "a\u{A0}b", ",", "::",
        "/etc",
    ]

    mutating func text(_ max: Int) -> String {
        var text = Self.nastyTexts.randomElement(using: &random) ?? "x"
        if Bool.random(using: &random) { text = "t\(Int.random(in: 0...9999, using: &random)) " + text }
        if max >= 1_000, Bool.random(using: &random) {
            let ends = ["", "\n", "\n\n", "\n  indented\n", "\n\ttabbed", "\nx \ny", "\u{2028}z"]
            text += "\nline two: [x]\n\nline # four" + (ends.randomElement(using: &random) ?? "")
        }
        while text.unicodeScalars.count > max { text.removeLast() }
        return text.allSatisfy(\.isWhitespace) ? "x" : text
    }

    mutating func slug() -> String { "g\(Int.random(in: 0...99_999, using: &random))" }

    mutating func tree(_ depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0...(depth < 3 ? 6 : 4), using: &random) {
        case 0: return .int(Int64.random(in: -1000...1000, using: &random))
        case 1: return .double(Double(Int.random(in: 1...999, using: &random)) / 8 + 0.0625)
        case 2: return .bool(Bool.random(using: &random))
        case 3, 4: return .string(text(200))
        case 5: return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in tree(depth + 1) })
        default:
            var out: [String: JSONValue] = [:]
            for i in 0..<Int.random(in: 0...3, using: &random) { out["k\(i) \(text(20))"] = tree(depth + 1) }
            return .object(out)
        }
    }

    mutating func value(_ type: FieldType, _ name: String, index: Int) -> JSONValue? {
        if ["licence_key", "private_key", "secret", "ssh_key", "ssh_password"].contains(name)
            || name.hasSuffix("_secret")
            || name.hasSuffix("community")
        {
            return .string("secret://x/\(index)")
        }
        switch type {
        case .text(let max): return .string(text(max))
        case .slug: return .string(slug())
        case .int(let range): return .int(Int64(Int.random(in: range, using: &random)))
        case .decimal(let range):
            let low = max(range.lowerBound, -500)
            let number = (Double.random(in: low...min(range.upperBound, 500), using: &random) * 8).rounded(.down) / 8
            return number >= range.lowerBound ? .double(number) : .double(range.lowerBound)
        case .bool: return .bool(Bool.random(using: &random))
        case .date:
            let early = [
                "start", "issued", "before", "release", "install", "rotated", "service", "live", "added", "decision",
                "verified", "last", "replaced",
            ]
            let year = early.contains { name.contains($0) } ? 2020 : 2030
            return .string(
                "\(year + Int.random(in: 0...4, using: &random))-0\(Int.random(in: 1...9, using: &random))-15")
        case .dateTime: return .string("2026-0\(Int.random(in: 1...9, using: &random))-11T08:0\(index):59Z")
        case .choice(let all): return all.randomElement(using: &random).map { .string($0) }
        case .url: return .string("https://example.vn/\(slug())?a=1&b=[2],{3}#x")
        case .duration: return .string("1h30m")
        case .macAddress: return .string("02:00:00:00:00:0\(index % 10)")
        case .list(.reference(let kinds)):
            let all = (0..<2).compactMap { _ in reference(kinds, index) }
            return all.isEmpty ? nil : .array(all)
        case .list(let element):
            return .array(
                (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in value(element, name, index: index) })
        case .reference(let kinds): return reference(kinds, index)
        case .map:
            var out: [String: JSONValue] = ["b khóa": tree(3), "a_1": .string(text(50))]
            if Bool.random(using: &random) { out["list"] = .array([.string(text(50)), 3, .bool(true)]) }
            return .object(out)
        case .json: return .object(["x": tree(), "y y": tree()])
        case .record(let fields):
            var out: [String: JSONValue] = [:]
            for field in fields { out[field.name] = value(field.type, field.name, index: index) }
            return .object(out)
        case .address, .interfaceAddress, .prefix: return nil
        }
    }

    private mutating func reference(_ kinds: [Kind], _ index: Int) -> JSONValue? {
        let ids = kinds.flatMap { kind in (keys[kind] ?? []).map { ObjectID(kind, $0) } }
        guard let id = ids.randomElement(using: &random) else { return nil }
        return .string(kinds.count == 1 ? id.key : id.description)
    }

    // MARK: Records

    mutating func make() -> String {
        for kind in Kind.allCases where !Kind.components.contains(kind) && kind != .ipAddress {
            keys[kind] = []
        }
        // Two passes: what points forward finds something in the second.
        for pass in 0..<2 {
            for kind in Kind.allCases { lists[kind] = records(kind, pass) }
        }
        let members = lists.map { ($0.key.fileKey, JSONValue.array($0.value.map { .object($0) })) }
        return JSONValue.object(Dictionary(uniqueKeysWithValues: members)).pretty
    }

    private mutating func records(_ kind: Kind, _ pass: Int) -> [[String: JSONValue]] {
        var out: [[String: JSONValue]] = []
        var mine: [String] = []
        let before = keys[kind]
        for index in 0..<(kind == .ipAddress ? Self.count + 2 : Self.count) {
            // Same kind: only earlier ones, so that nothing goes in a circle.
            if before != nil { keys[kind] = Array(mine) }
            var fields: [String: JSONValue] = [:]
            for field in Schema.of(kind).fields {
                guard field.required || index != 1 || Bool.random(using: &random) else { continue }
                fields[field.name] = value(field.type, field.name, index: index)
            }
            if Schema.of(kind).field("slug") != nil { fields["slug"] = .string("\(kind.rawValue)-\(index)") }
            adjust(&fields, kind, index)
            out.append(fields)
            mine.append(key(kind, fields))
        }
        keys[kind] = mine
        return out
    }

    private func key(_ kind: Kind, _ fields: [String: JSONValue]) -> String {
        func text(_ name: String) -> String { fields[name]?.string ?? "" }
        let vrf = fields["vrf"]?.string.map { $0 + ":" } ?? ""
        switch kind {
        case _ where Kind.components.contains(kind):
            return "\(text("device").split(separator: "/").last ?? ""):\(text("name"))"
        case .prefix: return vrf + text("prefix")
        case .aggregate: return text("prefix")
        case .ipRange: return "\(vrf)\(text("start_address"))-\(text("end_address"))"
        case .ipAddress: return vrf + text("address") + (text("role") == "vip" ? "@\(text("assigned_object"))" : "")
        case .asn: return "\(fields["asn"]?.int ?? 0)"
        default: return text("slug")
        }
    }

    /// What the rules ask beyond types.
    private mutating func adjust(_ fields: inout [String: JSONValue], _ kind: Kind, _ index: Int) {
        let i = Int64(index)
        if fields["site"] != nil { fields["site"] = "site-0" }
        if Kind.components.contains(kind) {
            fields["device"] =
                kind == .interface ? (index == 2 ? "virtual-machine/virtual-machine-0" : "device/device-0") : "device-0"
            fields["name"] = .string("\(kind.rawValue) \(index)/1, a:b")
        }
        for (name, target) in [("rear_port", Kind.rearPort), ("power_port", .powerPort)] where fields[name] != nil {
            fields[name] = .string("\(target.rawValue) 0/1, a:b")
        }
        for name in ["lag", "parent", "bridge"] where kind == .interface || kind == .inventoryItem {
            fields[name] =
                kind == .inventoryItem && name != "parent" || index != 1 ? nil : .string("\(kind.rawValue) 0/1, a:b")
        }
        switch kind {
        case .device:
            fields["location"] = "location-0"
            fields["rack"] = "rack-0"
            fields["position"] = .int(1 + 3 * i)
            fields["device_type"] = .string("device-type-\(min(index, 1))")
            for name in ["primary_ip4", "primary_ip6", "oob_ip"] { fields[name] = nil }
        case .virtualMachine: for name in ["primary_ip4", "primary_ip6", "oob_ip"] { fields[name] = nil }
        case .rack:
            fields["u_height"] = 47
            fields["location"] = "location-0"
        case .deviceType:
            fields["u_height"] = .double(1.5)
            fields["subdevice_role"] = index == 0 ? "parent" : "child"
            fields["components"] = .object(["interfaces": [.object(["name": "tpl0", "type": "virtual"])]])
        case .rearPort: fields["positions"] = 24
        case .frontPort: fields["rear_port_position"] = .int(2 + i)
        case .vlanGroup: (fields["min_vid"], fields["max_vid"]) = (2, 4000)
        case .vlan: (fields["vid"], fields["name"]) = (.int(100 + i), .string("\(index) " + text(50)))
        case .configContext: fields["name"] = .string("\(index) " + text(50))
        case .deviceBay: fields["installed_device"] = index == 2 ? nil : .string("device-\(index + 1)")
        case .flow: fields["protocol"] = index == 0 ? "udp" : "tcp"
        case .asn: fields["asn"] = .int(64_512 + i)
        case .redundancyGroup: fields["required"] = 1
        case .group: fields["selector"] = "device status=active"
        case .tag: fields["object_types"] = ["region"]
        case .customField:
            fields["name"] = .string("own_\(index)")
            fields["type"] = "text"
            fields["object_types"] = ["tag"]
            for name in ["default", "choices", "related_object_type"] where index == 1 { fields[name] = nil }
            fields["default"] = index == 0 ? "=text" : "12"
            (fields["required"], fields["unique"], fields["validation_regex"]) = (false, false, ".*")
            (fields["validation_minimum"], fields["validation_maximum"]) = (.double(-2.5), 3)
        case .validationRule:
            (fields["select"], fields["field"]) = ("region slug=nowhere", "description")
            (fields["regex"], fields["severity"]) = ("^a.*$", "warning")
            (fields["min"], fields["max"], fields["min_length"], fields["max_length"]) = (.double(-1.5), 7, 1, 9)
            (fields["required"], fields["prohibited"]) = (true, false)
        case .cable: cable(&fields, index)
        case .interface: fields["segment"] = index == 1 ? "segment-0" : nil
        default: network(&fields, kind, index)
        }
    }

    private func cable(_ fields: inout [String: JSONValue], _ index: Int) {
        let ends: [(JSONValue, JSONValue)] = [
            (["interface/device-0:interface 0/1, a:b"], ["front-port/device-0:front-port 0/1, a:b"]),
            (["power-port/device-0:power-port 0/1, a:b"], ["power-feed/power-feed-0"]),
            (
                [
                    "front-port/device-0:front-port 1/1, a:b", "front-port/device-0:front-port 2/1, a:b",
                ], ["circuit/circuit-0"]
            ),
        ]
        (fields["a_terminations"], fields["b_terminations"]) = ends[index]
    }

    private func network(_ fields: inout [String: JSONValue], _ kind: Kind, _ index: Int) {
        switch kind {
        case .prefix:
            fields["prefix"] = index == 0 ? "10.0.0.0/8" : index == 1 ? "2001:db8::/32" : "10.0.0.0/8"
            fields["vrf"] = index == 2 ? "vrf-0" : nil
            fields["status"] = "container"
        case .aggregate: fields["prefix"] = .string("10.\(index).0.0/16")
        case .ipRange:
            fields["start_address"] = .string("10.2.\(index).10/24")
            fields["end_address"] = .string("10.2.\(index).20/24")
            fields["vrf"] = index == 2 ? "vrf-0" : nil
        case .segment:
            fields["ipv4_prefix"] = .string("10.\(100 + index).0.0/24")
            fields["ipv6_prefix"] = .string("2001:db8:\(index + 1)::/64")
            fields["gateway4"] = .string("10.\(100 + index).0.1")
            fields["gateway6"] = .string("2001:db8:\(index + 1)::1")
            fields["vrf"] = index == 2 ? "vrf-0" : nil
            if index == 2 { fields["ipv6_prefix"] = nil; fields["gateway6"] = nil }
        case .ipAddress:
            let onMachine = index < 2
            let addresses: [JSONValue] = [
                "10.3.0.1/24", "2001:db8:ffff::5/64", "10.3.0.3/24", "2001:db8:ffff::6/64", "10.3.0.4/24",
            ]
            fields["address"] = addresses[index]
            fields["vrf"] = index == 2 ? "vrf-0" : nil
            fields["role"] = index == 2 ? "vip" : "secondary"
            fields["assigned_object"] =
                onMachine ? "device-0:interface 0/1, a:b" : "virtual-machine-0:interface 2/1, a:b"
            fields["is_primary"] = .bool(index < 4)
            fields["is_oob"] = .bool(index == 0 || index == 4)
            fields["dns_name"] = .string("host-\(index).example.vn")
        default: break
        }
    }
}
