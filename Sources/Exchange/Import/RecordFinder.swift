import CMDB
import Notation

/// Finds records by the names that other tools use, among the recorded ones and those that come in.
struct RecordFinder {
    /// What tells records of one name apart.
    struct Entry {
        let id: ObjectID
        var facts: [String: String]
        /// Nil for a recorded one.
        let pending: Pending?
    }

    enum Found {
        case one(ObjectID)
        case none
        case several([ObjectID])
    }

    private var entries: [Entry] = []
    private var byName: [Kind: [String: [Int]]] = [:]
    private(set) var keys: Set<ObjectID> = []

    /// Fields whose values tell records of one name apart.
    private static let facts = [
        "site", "location", "tenant", "group", "parent", "vid", "manufacturer", "cluster", "provider", "power_panel",
        "version", "protocol", "device",
    ]

    init(_ snapshot: Snapshot) {
        for object in snapshot.all where !Kind.components.contains(object.id.kind) {
            var facts: [String: String] = [:]
            for name in Self.facts {
                if let text = object.text(name) {
                    facts[name] = text
                } else if let number = object.int(name) {
                    facts[name] = String(number)
                }
            }
            add(Entry(id: object.id, facts: facts, pending: nil), names: Self.names(object))
        }
        for kind in Kind.components { for object in snapshot.objects(kind) { keys.insert(object.id) } }
    }

    private static func names(_ object: Object) -> [String] {
        var out = [object.id.key]
        for field in nameFields(object.id.kind) {
            if let text = object.text(field) ?? object.int(field).map(String.init) { out.append(text) }
        }
        if object.id.kind == .cable {
            out.append(ends(object.texts("a_terminations"), object.texts("b_terminations")))
        }
        return out
    }

    /// Both ends of a cable whichever is called a.
    static func ends(_ a: [String], _ b: [String]) -> String {
        [a.sorted().joined(separator: ","), b.sorted().joined(separator: ",")].sorted().joined(separator: " -- ")
    }

    /// The fields that hold what people call a record of `kind`.
    static func nameFields(_ kind: Kind) -> [String] {
        switch kind {
        case .deviceType: ["model", "part_number"]
        case .circuit: ["cid"]
        case .vlan: ["name", "vid"]
        case .vrf: ["name", "rd"]
        case .rack: ["name", "facility_id"]
        case .customField: ["name", "label"]
        default: ["name"]
        }
    }

    mutating func add(_ entry: Entry, names: [String]) {
        keys.insert(entry.id)
        let place = entries.count
        entries.append(entry)
        for name in Set(names) where !name.isEmpty {
            byName[entry.id.kind, default: [:]][name, default: []].append(place)
        }
    }

    /// Those of `kind` called `text`.
    func candidates(_ kind: Kind, _ text: String) -> [Entry] { (byName[kind]?[text] ?? []).map { entries[$0] } }

    /// The one of `kind` called `text`; `hints` are tried in turn where there are several.
    func find(_ kind: Kind, _ text: String, hints: [(fact: String, value: String)] = []) -> Found {
        if Kind.components.contains(kind) {
            return keys.contains(ObjectID(kind, text)) ? .one(ObjectID(kind, text)) : .none
        }
        var found = candidates(kind, text)
        if found.isEmpty {
            let slug = Slug.of(text)
            if slug != text { found = candidates(kind, slug).filter { $0.id.key == slug } }
        }
        // A key beats a name that looks like it, unless the row says where to look.
        for hint in hints where Set(found.map(\.id)).count > 1 {
            let fitting = found.filter { $0.facts[hint.fact] == hint.value }
            if !fitting.isEmpty { found = fitting }
        }
        var ids: [ObjectID] = []
        for entry in found where !ids.contains(entry.id) { ids.append(entry.id) }
        if ids.count > 1, let exact = ids.first(where: { $0.key == text }) { return .one(exact) }
        return ids.isEmpty ? .none : ids.count == 1 ? .one(ids[0]) : .several(ids)
    }

    /// The texts that may name what a node refers to, the best first: slug, name, model, …
    static func texts(_ node: YAMLNode?) -> [String] {
        guard let node else { return [] }
        switch node {
        case .scalar: return [node.trimmedText].compactMap { $0 }.filter { !$0.isEmpty && !node.isNull }
        case .list(let nodes, _): return nodes.flatMap { texts($0) }
        case .map(let map):
            if let value = map["value"], map["label"] != nil { return texts(value) }
            var out: [String] = []
            for name in ["slug", "key", "name", "model", "cid", "address", "prefix", "asn", "vid", "rd", "display"] {
                guard let value = map[name], value.text != nil, !value.isNull else { continue }
                out += texts(value)
            }
            return out
        }
    }

    /// What a nested record says beside its name.
    static func hints(_ node: YAMLNode) -> [(fact: String, value: String)] {
        guard let map = node.map else { return [] }
        return facts.flatMap { fact in
            guard let value = map[fact], let text = texts(value).first else { return [(fact: String, value: String)]() }
            return [(fact, text), (fact, Slug.of(text))]
        }
    }
}
