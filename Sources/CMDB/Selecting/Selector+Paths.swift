extension SelectorTest {
    /// The kinds of a tree that ``Lookup/within`` walks; nil where it is about addresses.
    var treeKinds: [Kind]? { Self.treeKinds(leaf) }

    static func treeKinds(_ leaf: Leaf) -> [Kind]? {
        let kinds: [Kind]
        switch leaf {
        case .reference(let some), .key(let some): kinds = some
        case .referrers(let one): kinds = [one]
        default: return nil
        }
        let trees = kinds.filter { kind in
            KindTable.of(kind).edges.contains { $0.field == "parent" && $0.kinds == [kind] }
        }
        return trees.isEmpty ? nil : trees
    }
}

extension Snapshot {
    /// The kind called `name` whose records can refer to records of `kinds`; nil when there is none.
    static func referring(_ name: String, to kinds: [Kind]) -> Kind? {
        guard let kind = Kind(rawValue: name) ?? Kind(rawValue: name.replacing("_", with: "-")) else { return nil }
        let wanted = Set(kinds)
        return KindTable.of(kind).edges.contains { !wanted.isDisjoint(with: $0.kinds) } ? kind : nil
    }

    /// The records one step of a path leads to: by a field, else the records of the kind `name` that refer here.
    func step(_ name: String, from object: Object) -> [Object] {
        if KindTable.of(object.id.kind).fields[name] != nil { return targets(of: name, in: object) }
        guard let kind = Self.referring(name, to: [object.id.kind]) else { return [] }
        var seen: Set<ObjectID> = []
        var out: [Object] = []
        func add(_ id: ObjectID) {
            guard id.kind == kind, seen.insert(id).inserted, let found = self[id] else { return }
            out.append(found)
        }
        for reference in referrers(of: object.id) {
            add(reference.from)
            // A machine belongs to the systems of its services too.
            guard kind == .system, reference.from.kind == .service, let service = self[reference.from] else { continue }
            for system in targets(of: "system", in: service) { add(system.id) }
            for further in referrers(of: service.id) { add(further.from) }
        }
        return out
    }

    /// Whether the record `key` of one of the tree-like `kinds` hangs below the one the test names.
    func isBelow(_ key: String, _ test: SelectorTest, _ kinds: [Kind]) -> Bool {
        let root = [test.operand.text, test.operand.slug]
        for kind in kinds {
            var here = ObjectID(key).flatMap { $0.kind == kind ? $0.key : nil } ?? key
            if test.lookup == .withinInclude, root.contains(here) { return true }
            var steps = 0
            while let above = self[ObjectID(kind, here)]?.text("parent"), steps < 64 {
                if root.contains(above) { return true }
                here = above
                steps += 1
            }
        }
        return false
    }
}

extension Selector {
    /// The saved groups this selector needs, with those that they need in turn.
    /// - Throws: at the column of the group that is missing, cannot be read, or leads back to itself.
    func groups(in snapshot: Snapshot) throws(SelectorError) -> [String: Selector] {
        var found: [String: Selector] = [:]
        for (slug, column) in root.groups {
            try collect(slug, column, snapshot, [], &found)
        }
        return found
    }

    private func collect(
        _ slug: String, _ column: Int, _ snapshot: Snapshot, _ path: [String], _ found: inout [String: Selector]
    ) throws(SelectorError) {
        if path.contains(slug) {
            throw SelectorError(
                text, column, "the group @\(slug) leads back to itself: \((path + [slug]).joined(separator: " -> "))",
                "correct the selector of one of them")
        }
        if found[slug] != nil { return }
        guard let group = snapshot[ObjectID(.group, slug)], let saved = group.text("selector") else {
            let known = snapshot.objects(.group).map(\.id.key)
            throw SelectorError(
                text, column, "there is no group @\(slug)",
                NearestNameHint.name(slug, in: known, otherwise: "save it under groups: in the inventory first"))
        }
        let selector: Selector
        do throws(SelectorError) {
            selector = try Selector(saved, default: kinds)
        } catch {
            throw SelectorError(text, column, "the group @\(slug) cannot be read: \(error)", "correct its selector")
        }
        for (next, _) in selector.root.groups { try collect(next, column, snapshot, path + [slug], &found) }
        found[slug] = selector
    }
}
