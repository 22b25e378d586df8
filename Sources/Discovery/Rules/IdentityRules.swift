import CMDB
import Notation
import Remote

/// One number a rule reads: an object and the factor that makes our unit of it.
struct NumberSource: Sendable, Equatable {
    let oid: OID
    let scale: Double
}

/// One text a rule reads, and the part of it that counts.
struct TextSource: Sendable {
    let oid: OID
    let take: TextTemplate?
}

/// Where the rows of a reading get their names.
enum RowName: Sendable, Equatable {
    case column(OID)
    /// entPhysicalName of the same index.
    case entity
    case label
}

/// One kind of value that stands in a column (or in one object): processors, sensors, stores, outlets.
struct RowReading: Sendable {
    var name: RowName = .label
    var label: String = ""
    /// The values by their role: `value`, `total`, `used`, `free`, `used_percent`, `status`, `amperes` …
    var numbers: [String: NumberSource] = [:]
    /// A column that must be above 0 in the row.
    var condition: OID?
    /// Raw values that mean "not told".
    var ignore: Set<Int64> = []
    /// What numbers of `status` (or `state`) mean.
    var meanings: [Int64: String] = [:]
    var kind: String = ""
    var unit: String = ""

    /// All objects it reads.
    var oids: [OID] {
        var out = numbers.values.map(\.oid)
        if case .column(let oid) = name { out.append(oid) }
        if let condition { out.append(condition) }
        return out
    }
}

/// What is known of one kind of device: how it is recognised and where it keeps what.
struct IdentityRule: Sendable {
    let name: String
    /// sysObjectID within one of these.
    var ids: [OID] = []
    /// sysDescr that has one of these; the first that fits gives the captures.
    var descr: [TextTemplate] = []
    /// Objects only this kind has, asked where ids and descr leave the maker open.
    var signs: [OID] = []
    var manufacturer: String?
    var model: String?
    var role: String?
    var platform: String?
    var version: String?
    var isVirtual: Bool?
    /// sysObjectID below `ids` to model.
    var models: [OID: String] = [:]
    var serials: [TextSource] = []
    var modelSources: [TextSource] = []
    var versions: [TextSource] = []
    var assetTags: [TextSource] = []
    var names: [TextSource] = []
    /// Words in front of a model that are not part of it.
    var drop: [String] = []
    var cpus: [RowReading] = []
    var memory: [RowReading] = []
    var storage: [RowReading] = []
    var sensors: [RowReading] = []
    var power: [RowReading] = []
    /// Battery and lines by the field's name.
    var ups: [String: NumberSource] = [:]
    var upsBattery: [Int64: String] = [:]
    var upsOutput: [Int64: String] = [:]

    /// Every object it reads.
    var oids: [OID] {
        let texts = (serials + modelSources + versions + assetTags + names).map(\.oid)
        let rows = (cpus + memory + storage + sensors + power).flatMap(\.oids)
        return texts + rows + ups.values.map(\.oid)
    }
}

/// What a model's name says of its role.
struct RoleHint: Sendable {
    let manufacturer: String?
    let pattern: Pattern
    let role: String
}

/// Makers, rules and hints of the data file.
struct IdentityRules: Sendable {
    var manufacturers: [UInt32: DiscoveredManufacturer] = [:]
    var bySlug: [String: DiscoveredManufacturer] = [:]
    /// Spellings of makers as devices write them, lower case.
    var spellings: [(text: String, slug: String)] = []
    var rules: [IdentityRule] = []
    var roles: [RoleHint] = []

    /// The shipped ones, read once. A test holds the file free of errors.
    static let shipped: IdentityRules =
        (try? IdentityRuleReader.read(identitiesText, file: "identities.yaml")) ?? IdentityRules()

    /// The maker that registered an enterprise number.
    func manufacturer(of id: OID?) -> DiscoveredManufacturer? {
        guard let id, id.isWithin([1, 3, 6, 1, 4, 1]), id.parts.count > 6 else { return nil }
        return manufacturers[id.parts[6]]
    }

    /// The maker of a name as a device writes it.
    func manufacturer(named text: String?) -> DiscoveredManufacturer? {
        guard let lower = text?.lowercased() else { return nil }
        let found =
            spellings.first { lower == $0.text }
            ?? spellings.first { lower.hasPrefix($0.text + " ") || lower.hasPrefix($0.text + ",") }
        return found.flatMap { bySlug[$0.slug] }
    }

    /// The rules that apply, in the file's order, with what their pattern kept.
    func matching(id: OID?, descr: String, _ answers: Answers) -> [RuleMatch] {
        rules.compactMap { rule in
            if !rule.signs.isEmpty, rule.signs.contains(where: { answers.first($0) != nil }) {
                return RuleMatch(rule: rule, captures: captures(rule, descr) ?? [:], bySign: true)
            }
            if rule.ids.isEmpty && rule.descr.isEmpty { return nil }
            if !rule.ids.isEmpty {
                guard let id, rule.ids.contains(where: { id.isWithin($0) }) else { return nil }
            }
            if rule.descr.isEmpty { return RuleMatch(rule: rule, captures: [:], bySign: false) }
            return captures(rule, descr).map { RuleMatch(rule: rule, captures: $0, bySign: false) }
        }
    }

    private func captures(_ rule: IdentityRule, _ descr: String) -> [String: String]? {
        for template in rule.descr { if let found = template.captures(in: descr) { return found } }
        return nil
    }
}

/// A rule that applies.
struct RuleMatch: Sendable {
    let rule: IdentityRule
    let captures: [String: String]
    let bySign: Bool
    /// By its registered type or an object of its own.
    var isCertain: Bool { bySign || !rule.ids.isEmpty }
}
