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

    /// The record of kind device-type that the file stands for: its lists under `components`.
    static func record(_ map: YAMLMap) -> YAMLMap {
        var own: [YAMLMap.Entry] = []
        var lists: [YAMLMap.Entry] = []
        for entry in map.entries {
            if ComponentTemplates.kind(ofList: entry.key) != nil { lists.append(entry) } else { own.append(entry) }
        }
        if let first = lists.first, map["components"] == nil {
            own.append(
                YAMLMap.Entry(
                    key: "components", keyPosition: first.keyPosition,
                    value: .map(YAMLMap(entries: lists, position: first.keyPosition))))
        }
        return YAMLMap(entries: own, position: map.position)
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
