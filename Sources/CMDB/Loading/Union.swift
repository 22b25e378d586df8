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
    private let recorded: Snapshot
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
        recorded = snapshot
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

    /// The inventory before the change.
    var before: Snapshot { recorded }

    /// The inventory after it, indexed; costs as much as any snapshot, so it is made once by who needs it.
    func snapshot() -> Snapshot { Snapshot(Kind.allCases.flatMap { items($0).map(\.object) }) }

    /// The loaded record called `id`.
    func loaded(_ id: ObjectID) -> Item? { index[id].map { Item(object: loaded[$0], draft: $0) } }

    subscript(_ id: ObjectID) -> Object? {
        if let i = index[id] { return loaded[i] }
        return gone.contains(id) ? nil : recorded[id]
    }

    /// The record the single reference `field` of `object` points to; `kind` is the one kind it may point to.
    func target(_ field: String, _ kind: Kind, of object: Object) -> Object? {
        object.text(field).flatMap { self[ObjectID(kind, $0)] }
    }

    /// Where `field` of a loaded item stands.
    func place(_ item: Item, _ field: String) -> SourcePosition {
        item.draft.map { drafts[$0].place(field) } ?? SourcePosition(file: "inventory")
    }

    /// Where the element `text` of the list `field` of a loaded item stands.
    func place(_ item: Item, _ field: String, element text: String) -> SourcePosition {
        item.draft.map { drafts[$0].place(field, element: text) } ?? SourcePosition(file: "inventory")
    }

    /// Where an item comes from, for naming it in the message about another.
    func whereabouts(_ item: Item) -> String {
        if let draft = item.draft { return drafts[draft].position.short }
        return origins[item.id].map { "recorded by origin \($0)" } ?? "recorded in the inventory"
    }
}
