import Notation

/// Makes keys of the references as people wrote them, and reports those that lead nowhere.
struct ReferenceResolver {
    private let index: [ObjectID: Int]
    private let snapshot: Snapshot
    private let gone: Set<ObjectID>
    private let report: Report
    /// Keys by kind, made when the first reference misses.
    private var keys: [Kind: [String]] = [:]
    /// Keys by kind and name, made when the first reference misses; nil where two records share the name.
    private var names: [Kind: [String: String?]] = [:]
    private var hints: [String: String] = [:]
    private var drafts: [Draft]
    /// False when a file could not be read: what it would have held cannot be told from what is missing.
    private let isComplete: Bool

    /// Looking through all keys of a kind costs milliseconds in a big inventory.
    private static let hintLimit = 250

    init(
        drafts: [Draft], index: [ObjectID: Int], snapshot: Snapshot, gone: Set<ObjectID>, report: Report,
        isComplete: Bool
    ) {
        (self.drafts, self.index, self.snapshot) = (drafts, index, snapshot)
        (self.gone, self.report, self.isComplete) = (gone, report, isComplete)
    }

    private func exists(_ id: ObjectID) -> Bool {
        index[id] != nil || snapshot[id] != nil && !gone.contains(id)
    }

    /// The drafts with canonical references, which leave this resolver. Dangling ones stay as written and are reported.
    mutating func resolved() -> [Draft] {
        for i in drafts.indices {
            for edge in KindTable.of(drafts[i].id.kind).edges {
                switch drafts[i].fields[edge.field] {
                case .string(let text):
                    let better = resolve(text, edge, i)
                    if better != text { drafts[i].fields[edge.field] = .string(better) }
                case .array(let values):
                    let texts = values.compactMap(\.string)
                    let better = texts.map { resolve($0, edge, i) }
                    if better != texts {
                        drafts[i].fields[edge.field] = .array(ValueReader.canonicalOrder(better.map { .string($0) }))
                    }
                default: break
                }
            }
        }
        defer { drafts = [] }
        return drafts
    }

    private mutating func resolve(_ text: String, _ edge: KindTable.Edge, _ i: Int) -> String {
        // The common case costs one look-up.
        if let id = edge.id(text), edge.kinds.contains(id.kind), exists(id) { return text }
        let draft = drafts[i]
        let explicit = ObjectID(text)
        if let id = explicit, edge.kinds.contains(id.kind), let key = key(id.kind, id.key) {
            return edge.text(ObjectID(id.kind, key))
        }
        let found = edge.kinds.compactMap { kind in key(kind, text).map { ObjectID(kind, $0) } }
        if found.count == 1 { return edge.text(found[0]) }
        let position = draft.place(edge.field, element: text)
        if found.count > 1 {
            report.error(
                position, Subject(draft.id), "\(edge.field) \(shown(text)) names several objects",
                "write one of \(found.map(\.description).joined(separator: ", "))")
        } else if let id = explicit, !edge.kinds.contains(id.kind), exists(id) {
            report.error(
                position, Subject(draft.id), "\(edge.field) cannot refer to a \(id.kind.rawValue)",
                "name a \(edge.kinds.map(\.rawValue).joined(separator: " or "))")
        } else if isComplete {
            let kinds = explicit.flatMap { edge.kinds.contains($0.kind) ? [$0.kind] : nil } ?? edge.kinds
            let kind = kinds.count == 1 ? kinds[0].rawValue : "object"
            report.error(
                position, Subject(draft.id), "\(edge.field): there is no \(kind) \(shown(text))",
                hint(explicit.map { kinds.contains($0.kind) ? $0.key : text } ?? text, kinds))
        }
        return text
    }

    /// The key of the record of `kind` that `text` names by key, slug form or name.
    private mutating func key(_ kind: Kind, _ text: String) -> String? {
        if exists(ObjectID(kind, text)) { return text }
        let slug = Slug.of(text)
        if slug != text, exists(ObjectID(kind, slug)) { return slug }
        switch kind {
        case .ipAddress, .prefix:
            let key =
                kind == .prefix ? NaturalKey.prefix(text, vrf: nil) : NaturalKey.address(text, vrf: nil, shared: nil)
            return exists(ObjectID(kind, key)) ? key : nil
        case _ where Kind.components.contains(kind):
            guard let colon = text.firstIndex(of: ":") else { return nil }
            let machine = String(text[..<colon])
            let key = NaturalKey.interface(machine: machine, name: String(text[text.index(after: colon)...]))
            return exists(ObjectID(kind, key)) ? key : nil
        default: return byName(kind)[text] ?? nil
        }
    }

    private mutating func byName(_ kind: Kind) -> [String: String?] {
        if let known = names[kind] { return known }
        var made: [String: String?] = [:]
        for draft in drafts where draft.id.kind == kind {
            if let name = draft.fields["name"]?.string {
                made.updateValue(made[name] == nil ? draft.id.key : nil, forKey: name)
            }
        }
        for object in snapshot.objects(kind) where index[object.id] == nil && !gone.contains(object.id) {
            if let name = object.text("name") {
                made.updateValue(made[name] == nil ? object.id.key : nil, forKey: name)
            }
        }
        names[kind] = made
        return made
    }

    private mutating func hint(_ text: String, _ kinds: [Kind]) -> String {
        let one = kinds.count == 1 ? kinds[0].rawValue : nil
        let otherwise = "add the \(one ?? "object"), or correct the name"
        let question = "\(kinds.map(\.rawValue).joined(separator: ","))/\(text)"
        if let known = hints[question] { return known }
        guard hints.count < Self.hintLimit else { return otherwise }
        var near: [String] = []
        for kind in kinds {
            guard let name = NearestName.of(text, in: allKeys(kind)) else { continue }
            near.append(kinds.count == 1 ? name : ObjectID(kind, name).description)
        }
        let best =
            near.isEmpty ? otherwise : "did you mean \(near.map { "\"\($0)\"" }.joined(separator: " or "))?"
        hints[question] = best
        return best
    }

    private mutating func allKeys(_ kind: Kind) -> [String] {
        if let known = keys[kind] { return known }
        let recorded = snapshot.objects(kind).filter { index[$0.id] == nil && !gone.contains($0.id) }.map(\.id.key)
        let made = index.keys.filter { $0.kind == kind }.map(\.key).sorted() + recorded
        keys[kind] = made
        return made
    }
}
