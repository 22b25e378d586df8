import Notation

/// Gives new devices the components of their type.
///
/// A device that is recorded already is not stamped again: what was taken from it stays away, and what it has stays,
/// whether the files list it or not. What the files say about a component goes before its template.
struct Stamping {
    private(set) var drafts: [Draft]
    private(set) var index: [ObjectID: Int]
    private let snapshot: Snapshot
    private var types: TypeTable

    init(drafts: [Draft], index: [ObjectID: Int], snapshot: Snapshot) {
        (self.drafts, self.index, self.snapshot) = (drafts, index, snapshot)
        types = TypeTable(drafts: drafts, index: index, snapshot: snapshot)
    }

    /// Whether any type has templates; without them there is nothing to do.
    var isNeeded: Bool { !types.isEmpty }

    mutating func run() {
        for i in drafts.indices where drafts[i].id.kind == .device && index[drafts[i].id] == i {
            guard let parts = types.parts(drafts[i].fields["device_type"]?.string) else { continue }
            stamp(i, parts.list)
        }
    }

    private mutating func stamp(_ i: Int, _ parts: [ComponentTemplates.Part]) {
        let device = drafts[i]
        let isNew = snapshot[device.id] == nil
        var inherited: [String: JSONValue] = [:]
        for name in ["sample", "source"] { inherited[name] = device.fields[name] }
        for part in parts {
            let id = ObjectID(part.kind, NaturalKey.interface(machine: device.id.key, name: part.name))
            if let known = index[id] {
                complete(known, part, isNew ? nil : snapshot[id], isNew)
            } else if isNew, snapshot[id] == nil {
                index[id] = drafts.count
                drafts.append(
                    Draft(
                        id: id, fields: Self.fields(part, of: device.id, inherited),
                        map: YAMLMap(entries: [], position: device.position), origin: device.origin, isSound: true))
            }
        }
    }

    /// What a listed component leaves open comes from the template, later from the record.
    private mutating func complete(
        _ known: Int, _ part: ComponentTemplates.Part, _ recorded: Object?, _ isNew: Bool
    ) {
        for (name, value) in part.fields where name != "name" && !drafts[known].isWritten(name) {
            if isNew {
                drafts[known].fields[name] = value
            } else if let kept = recorded?.fields[name] {
                drafts[known].fields[name] = kept
            }
        }
    }

    /// Whether a recorded component belongs to a loaded device only because its type has it.
    mutating func implies(_ id: ObjectID) -> Bool {
        guard Kind.components.contains(id.kind), let colon = id.key.firstIndex(of: ":"),
            let i = index[ObjectID(.device, String(id.key[..<colon]))]
        else { return false }
        let name = String(id.key[id.key.index(after: colon)...])
        return types.parts(drafts[i].fields["device_type"]?.string)?.names[id.kind]?.contains(name) ?? false
    }

    static func fields(
        _ part: ComponentTemplates.Part, of device: ObjectID, _ inherited: [String: JSONValue]
    ) -> [String: JSONValue] {
        var fields = part.fields
        for (name, value) in inherited where fields[name] == nil { fields[name] = value }
        fields["name"] = .string(part.name)
        fields["device"] = .string(part.kind == .interface ? device.description : device.key)
        return fields
    }
}

/// Finds the templates of a type by the ways in which people name it.
private struct TypeTable {
    struct Parts {
        let list: [ComponentTemplates.Part]
        let names: [Kind: Set<String>]
    }

    private var components: [String: JSONValue] = [:]
    /// Keys by model.
    private var models: [String: String] = [:]
    private var known: [String: Parts?] = [:]

    var isEmpty: Bool { components.isEmpty }

    init(drafts: [Draft], index: [ObjectID: Int], snapshot: Snapshot) {
        for object in snapshot.objects(.deviceType) where index[object.id] == nil {
            add(object.id.key, object.fields["components"], object.text("model"))
        }
        for (i, draft) in drafts.enumerated() where draft.id.kind == .deviceType && index[draft.id] == i {
            add(draft.id.key, draft.fields["components"], draft.fields["model"]?.string)
        }
    }

    private mutating func add(_ key: String, _ value: JSONValue?, _ model: String?) {
        guard let value else { return }
        components[key] = value
        if let model { models[model] = key }
    }

    mutating func parts(_ text: String?) -> Parts? {
        guard let text else { return nil }
        if let made = known[text] { return made }
        let names = [text, NaturalKey.bare(text), Slug.of(text), models[text] ?? ""]
        var made: Parts?
        if let name = names.first(where: { components[$0] != nil }), let value = components[name] {
            let list = ComponentTemplates.parts(value)
            made = Parts(list: list, names: list.reduce(into: [:]) { $0[$1.kind, default: []].insert($1.name) })
        }
        known.updateValue(made, forKey: text)
        return made
    }
}

extension Snapshot {
    /// The components that the type of `device` has and the device lacks, as the records to be made.
    ///
    /// Empty for a complete device, for one whose type has no templates, and for anything that is no device.
    public func missingComponents(of device: Object) -> [Object] {
        guard device.id.kind == .device, let type = target(of: "device_type", in: device),
            let components = type.fields["components"]
        else { return [] }
        var inherited: [String: JSONValue] = [:]
        for name in ["sample", "source"] { inherited[name] = device.fields[name] }
        return ComponentTemplates.parts(components).compactMap { part in
            let id = ObjectID(part.kind, NaturalKey.interface(machine: device.id.key, name: part.name))
            if self[id] != nil { return nil }
            var fields = Stamping.fields(part, of: device.id, inherited)
            if let maker = fields["manufacturer"]?.string, self[ObjectID(.manufacturer, maker)] == nil {
                let key = Slug.of(maker)
                fields["manufacturer"] = self[ObjectID(.manufacturer, key)] == nil ? nil : .string(key)
            }
            return Object(id: id, fields: fields)
        }
    }
}
