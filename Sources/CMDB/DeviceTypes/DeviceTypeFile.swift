import Notation

/// A file of the public device-type library: one mapping with `manufacturer` and `model`, unchanged.
enum DeviceTypeFile {
    /// A maker that must be there for what the file says.
    struct Maker {
        let name: String
        let position: SourcePosition
        let origin: String
    }

    /// Whether a file's mapping is one.
    static func isOne(_ map: YAMLMap) -> Bool { map["manufacturer"] != nil && map["model"] != nil }

    /// Module types have the same shape, but no height; the library keeps them in a folder of their own.
    static func isModuleType(_ map: YAMLMap, path: String) -> Bool {
        isOne(map) && map["u_height"] == nil && path.split(separator: "/").contains("module-types")
    }

    /// What a file says, in our words.
    struct Parts {
        /// The record of kind device-type: the lists stand under `components`.
        let record: YAMLMap
        /// Keys that neither the library's schema nor ours has: they are left out with a warning, files stay readable.
        let unknown: [YAMLMap.Entry]
    }

    /// Names that older files have.
    private static let aliases = ["_is_powered": "is_powered"]

    static func read(_ map: YAMLMap) -> Parts {
        let table = KindTable.of(.deviceType)
        var own: [YAMLMap.Entry] = []
        var lists: [YAMLMap.Entry] = []
        var unknown: [YAMLMap.Entry] = []
        for entry in map.entries {
            let name = aliases[entry.key] ?? entry.key
            if ComponentTemplates.kind(ofList: name) != nil {
                lists.append(entry)
            } else if table.fields[name] != nil {
                own.append(YAMLMap.Entry(key: name, keyPosition: entry.keyPosition, value: entry.value))
            } else {
                unknown.append(entry)
            }
        }
        if let first = lists.first, map["components"] == nil {
            own.append(
                YAMLMap.Entry(
                    key: "components", keyPosition: first.keyPosition,
                    value: .map(YAMLMap(entries: lists, position: first.keyPosition))))
        }
        return Parts(record: YAMLMap(entries: own, position: map.position), unknown: unknown)
    }

    /// The warning about an unknown key.
    static func warning(_ entry: YAMLMap.Entry) -> (problem: String, remedy: String) {
        let names = KindTable.of(.deviceType).names + ComponentTemplates.lists.map(\.name)
        return (
            "a device type has no key \(shown(entry.key)), it is left out",
            NearestName.hint(entry.key, in: names, otherwise: "move what matters into comments:")
        )
    }

    /// The makers it names: of the type itself and of the items inside.
    static func makers(_ map: YAMLMap, origin: String) -> [Maker] {
        var nodes = [map["manufacturer"]].compactMap { $0 }
        for list in ["inventory-items", "inventory_items"] {
            for item in map[list]?.list ?? [] { if let node = item.map?["manufacturer"] { nodes.append(node) } }
        }
        return nodes.compactMap { node in
            guard !node.isNull, let name = node.text, !name.isEmpty else { return nil }
            return Maker(name: Slug.composed(name), position: node.position, origin: origin)
        }
    }

    /// Drafts of the makers that no file lists and no other origin has.
    ///
    /// One that these files once brought is kept as it is recorded.
    static func drafts(
        of makers: [Maker], beside drafts: [Draft], snapshot: Snapshot, origins: [ObjectID: String]
    ) -> [Draft] {
        if makers.isEmpty { return [] }
        var known: Set<String> = []
        for draft in drafts where draft.id.kind == .manufacturer {
            known.insert(draft.id.key)
            if let name = draft.fields["name"]?.string { known.insert(name) }
        }
        let byName = Dictionary(
            snapshot.objects(.manufacturer).compactMap { object in object.text("name").map { ($0, object) } },
            uniquingKeysWith: { first, _ in first })
        var out: [Draft] = []
        for maker in makers {
            let key = Slug.of(maker.name)
            guard !key.isEmpty, !known.contains(maker.name), known.insert(key).inserted else { continue }
            let recorded = snapshot[ObjectID(.manufacturer, key)] ?? byName[maker.name]
            if let recorded, origins[recorded.id] != maker.origin { continue }
            let id = recorded?.id ?? ObjectID(.manufacturer, key)
            var fields: [String: JSONValue] = ["slug": .string(id.key), "name": .string(maker.name)]
            if let recorded { for (name, value) in recorded.fields { fields[name] = value } }
            out.append(
                Draft(
                    id: id, fields: fields, map: YAMLMap(entries: [], position: maker.position), origin: maker.origin,
                    isSound: true))
        }
        return out
    }
}
