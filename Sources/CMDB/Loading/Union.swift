import Notation

/// What the inventory will be: the recorded objects that stay, and the loaded ones in their place or beside them.
struct Union {
    /// One record; `draft` is its index among the loaded ones, nil for a recorded one.
    struct Item {
        let object: Object
        let draft: Int?
        var id: ObjectID { object.id }
        var isLoaded: Bool { draft != nil }
    }

    let drafts: [Draft]
    private let index: [ObjectID: Int]
    private let snapshot: Snapshot
    private let gone: Set<ObjectID>
    private let origins: [ObjectID: String]
    private let loaded: [Object]
    private let byKind: [Kind: [Item]]

    /// `gone` are recorded objects that the same run removes.
    init(
        drafts: [Draft], index: [ObjectID: Int], snapshot: Snapshot, gone: Set<ObjectID>, origins: [ObjectID: String]
    ) {
        self.drafts = drafts
        self.index = index
        self.snapshot = snapshot
        self.gone = gone
        self.origins = origins
        loaded = drafts.map { Object(id: $0.id, fields: $0.fields) }
        var byKind: [Kind: [Item]] = [:]
        for kind in Kind.allCases {
            let stay = snapshot.objects(kind).filter { index[$0.id] == nil && !gone.contains($0.id) }
            if !stay.isEmpty { byKind[kind] = stay.map { Item(object: $0, draft: nil) } }
        }
        for (i, object) in loaded.enumerated() where index[object.id] == i {
            byKind[object.id.kind, default: []].append(Item(object: object, draft: i))
        }
        self.byKind = byKind
    }

    /// Recorded ones first, then the loaded ones in the order of the files.
    func items(_ kind: Kind) -> [Item] { byKind[kind] ?? [] }

    /// The loaded ones only.
    func loadedItems(_ kind: Kind) -> [Item] { items(kind).filter(\.isLoaded) }

    subscript(_ id: ObjectID) -> Object? {
        if let i = index[id] { return loaded[i] }
        return gone.contains(id) ? nil : snapshot[id]
    }

    /// The record the single reference `field` of `object` points to; `kind` is the one kind it may point to.
    func target(_ field: String, _ kind: Kind, of object: Object) -> Object? {
        object.text(field).flatMap { self[ObjectID(kind, $0)] }
    }

    /// Where `field` of a loaded item stands.
    func place(_ item: Item, _ field: String) -> SourcePosition {
        item.draft.map { drafts[$0].place(field) } ?? SourcePosition(file: "inventory")
    }

    /// Where an item comes from, for naming it in the message about another.
    func whereabouts(_ item: Item) -> String {
        if let draft = item.draft { return drafts[draft].position.short }
        return origins[item.id].map { "recorded by origin \($0)" } ?? "recorded in the inventory"
    }
}
