import CMDB
import Notation
import Remote

/// Reads the data file of identities and collects every error.
struct IdentityRuleReader {
    private var problems: [Diagnostic] = []
    private var rules = IdentityRules()

    static func read(_ text: String, file: String) throws(InputErrors) -> IdentityRules {
        guard let map = try YAMLReader.read(text, file: file)?.map else {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: file), problem: "no rules in it", remedy: "add manufacturers: and rules:"))
        }
        var reader = IdentityRuleReader()
        var top = MapReader(map, subject: "identities")
        _ = top.mapping("meta")
        for entry in top.mapping("manufacturers", required: true)?.entries ?? [] { reader.manufacturer(entry) }
        for node in top.list("rules", required: true) { reader.rule(node) }
        for node in top.list("roles") { reader.hint(node) }
        reader.problems += top.finish()
        if !reader.problems.isEmpty { throw InputErrors(reader.problems) }
        // Longer spellings first, so that the nearest one is found.
        reader.rules.spellings.sort { $0.text.count > $1.text.count }
        return reader.rules
    }

    private mutating func fail(_ position: SourcePosition, _ problem: String, _ remedy: String) {
        problems.append(Diagnostic(position, problem: problem, remedy: remedy))
    }

    /// `cisco: {name: Cisco, numbers: [9], spellings: [Cisco Systems]}`.
    private mutating func manufacturer(_ entry: YAMLMap.Entry) {
        guard let map = entry.value.map else {
            return fail(entry.value.position, "no mapping", "write {name: …, numbers: […]}")
        }
        var own = MapReader(map, subject: entry.key)
        let name = own.text("name", required: true) ?? entry.key
        let maker = DiscoveredManufacturer(slug: entry.key, name: name)
        rules.bySlug[entry.key] = maker
        for number in own.list("numbers") {
            guard let value = number.int, let key = UInt32(exactly: value) else {
                fail(number.position, "no enterprise number", "write digits")
                continue
            }
            if rules.manufacturers[key] != nil { fail(number.position, "\(key) has a maker already", "remove one") }
            rules.manufacturers[key] = maker
        }
        for spelling in [name, entry.key] + own.texts("spellings") {
            rules.spellings.append((spelling.lowercased(), entry.key))
        }
        problems += own.finish()
    }

    private mutating func hint(_ node: YAMLNode) {
        guard let map = node.map else { return fail(node.position, "no mapping", "write {model: …, role: …}") }
        var own = MapReader(map, subject: "role hint")
        let maker = own.text("manufacturer")
        let text = own.text("model", required: true) ?? ""
        let role = own.text("role", required: true) ?? ""
        do {
            rules.roles.append(RoleHint(manufacturer: maker, pattern: try Pattern(text), role: role))
        } catch {
            fail(node.position, error.problem, error.remedy)
        }
        known(maker, node.position)
        problems += own.finish()
    }

    private mutating func known(_ slug: String?, _ position: SourcePosition) {
        if let slug, rules.bySlug[slug] == nil {
            fail(position, "manufacturer \(slug) is not in manufacturers:", "add it there")
        }
    }

    private mutating func rule(_ node: YAMLNode) {
        guard let map = node.map else { return fail(node.position, "no mapping", "write {name: …, ids: […]}") }
        var own = MapReader(map, subject: "rule")
        var rule = IdentityRule(name: own.text("name", required: true) ?? "")
        rule.ids = own.texts("ids").compactMap { oid($0, node.position) }
        rule.descr = own.texts("descr").compactMap { template($0, node.position) }
        rule.signs = own.texts("signs").compactMap { oid($0, node.position) }
        if rule.ids.isEmpty && rule.descr.isEmpty && rule.signs.isEmpty {
            fail(node.position, "\(rule.name) matches nothing", "add ids:, descr: or signs:")
        }
        rule.manufacturer = own.text("manufacturer")
        known(rule.manufacturer, node.position)
        rule.model = own.text("model")
        rule.role = own.text("role")
        rule.platform = own.text("platform")
        rule.version = own.text("version")
        rule.isVirtual = own.bool("virtual")
        rule.drop = own.texts("drop")
        for entry in own.mapping("models")?.entries ?? [] {
            guard let id = oid(entry.key, entry.keyPosition), let model = entry.value.text else { continue }
            rule.models[id] = model
        }
        rule.serials = texts(own.list("serial_from"))
        rule.modelSources = texts(own.list("model_from"))
        rule.versions = texts(own.list("version_from"))
        rule.assetTags = texts(own.list("asset_tag_from"))
        rule.names = texts(own.list("name_from"))
        rule.cpus = own.list("cpu").compactMap { row($0, ["load"]) }
        rule.memory = own.list("memory").compactMap { row($0, ["total", "used", "free", "used_percent"]) }
        rule.storage = own.list("storage").compactMap { row($0, ["total", "used", "free", "used_percent"]) }
        rule.sensors = own.list("sensors").compactMap { row($0, ["value", "status"]) }
        rule.power = own.list("power").compactMap {
            row($0, ["amperes", "volts", "watts", "kilowatt_hours", "rated_amperes", "state", "status"])
        }
        if let ups = own.mapping("ups") { readUPS(ups, &rule) }
        problems += own.finish()
        rules.rules.append(rule)
    }

    static let upsFields: Set<String> = [
        "battery", "output", "charge", "minutes_left", "seconds_on_battery", "battery_volts", "temperature",
        "input_volts",
        "input_hertz", "output_volts", "output_amperes", "load_percent", "output_watts", "alarms",
    ]

    private mutating func readUPS(_ map: YAMLMap, _ rule: inout IdentityRule) {
        for entry in map.entries {
            if entry.key == "battery_means" {
                rule.upsBattery = meanings(entry.value)
            } else if entry.key == "output_means" {
                rule.upsOutput = meanings(entry.value)
            } else if Self.upsFields.contains(entry.key) {
                if let number = entry.value.text.flatMap({ number($0, entry.value.position) }) {
                    rule.ups[entry.key] = number
                }
            } else {
                fail(entry.keyPosition, "\(entry.key) is no field of a UPS", "use \(Self.upsFields.sorted())")
            }
        }
    }

    private mutating func texts(_ nodes: [YAMLNode]) -> [TextSource] {
        nodes.compactMap { node in
            if let map = node.map {
                var own = MapReader(map, subject: "source")
                let id = own.text("oid", required: true).flatMap { oid($0, node.position) }
                let take = own.text("take").flatMap { template($0, node.position) }
                problems += own.finish()
                return id.map { TextSource(oid: $0, take: take) }
            }
            return node.text.flatMap { oid($0, node.position) }.map { TextSource(oid: $0, take: nil) }
        }
    }

    private mutating func row(_ node: YAMLNode, _ fields: [String]) -> RowReading? {
        guard let map = node.map else {
            fail(node.position, "no mapping", "write {\(fields[0]): …}")
            return nil
        }
        var own = MapReader(map, subject: "reading")
        var row = RowReading()
        for field in fields {
            if let text = own.text(field), let number = number(text, node.position) { row.numbers[field] = number }
        }
        if row.numbers.isEmpty { fail(node.position, "it reads nothing", "add one of \(fields)") }
        row.label = own.text("label") ?? ""
        if let name = own.text("name") {
            if name == "entity" {
                row.name = .entity
            } else if let id = oid(name, node.position) {
                row.name = .column(id)
            }
        }
        row.condition = own.text("if").flatMap { oid($0, node.position) }
        row.ignore = Set(own.list("ignore").compactMap(\.int))
        row.meanings = own.node("means").map { meanings($0) } ?? [:]
        row.kind = own.text("kind") ?? ""
        row.unit = own.text("unit") ?? ""
        problems += own.finish()
        return row
    }

    private mutating func meanings(_ node: YAMLNode) -> [Int64: String] {
        var out: [Int64: String] = [:]
        for entry in node.map?.entries ?? [] {
            guard let number = Int64(entry.key), let word = entry.value.text else {
                fail(entry.keyPosition, "no number and its meaning", "write 1: ok")
                continue
            }
            out[number] = word
        }
        return out
    }

    /// `OID` or `OID * FACTOR`.
    private mutating func number(_ text: String, _ position: SourcePosition) -> NumberSource? {
        let parts = text.split(separator: "*").map { OneLine.clean($0) }
        guard let first = parts.first, let id = oid(first, position) else { return nil }
        if parts.count == 1 { return NumberSource(oid: id, scale: 1) }
        guard parts.count == 2, let scale = Double(parts[1]) else {
            fail(position, "\(text) is no OID with a factor", "write e.318.1.2.3 * 0.1")
            return nil
        }
        return NumberSource(oid: id, scale: scale)
    }

    private mutating func template(_ text: String, _ position: SourcePosition) -> TextTemplate? {
        let template = TextTemplate(text)
        if template == nil { fail(position, "\(text) is no text with gaps", "put fixed text between two gaps") }
        return template
    }

    /// Dotted decimal; `e.` stands for enterprises, `m.` for mib-2.
    private mutating func oid(_ text: String, _ position: SourcePosition) -> OID? {
        var full = text
        if text.hasPrefix("e.") { full = "1.3.6.1.4.1." + text.dropFirst(2) }
        if text.hasPrefix("m.") { full = "1.3.6.1.2.1." + text.dropFirst(2) }
        let id = OID(dotted: full)
        if id == nil { fail(position, "\(text) is no OID", "write digits and dots, or e.9.1 for enterprises.9.1") }
        return id
    }
}
