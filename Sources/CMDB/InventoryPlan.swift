public import Notation

/// What would change if a loaded inventory were applied, in the order in which it must be applied.
public struct InventoryPlan: Sendable {
    /// Creates with what they refer to first, then updates by id, then deletes with what refers to them first.
    public let changes: [Change]
    /// How many loaded objects are recorded exactly so already.
    public let unchanged: Int
    /// How many objects the files hold: the denominator of ``summary``.
    public let loaded: Int
    /// Recorded objects of the loaded origins that the files no longer hold and that stay, because `prune` is off.
    public let leftovers: [ObjectID]
    /// The origins that were loaded, sorted.
    public let origins: [String]

    /// Compares `snapshot` with `inventory`.
    /// - Parameters:
    ///   - origins: The recorded origin of each object; only objects of the loaded origins are ever deleted.
    ///   - prune: Whether objects of those origins that the files no longer hold are deleted.
    /// - Throws: one error for each object to be deleted that something left still refers to.
    public static func make(
        from snapshot: Snapshot, to inventory: LoadedInventory, origins: [ObjectID: String] = [:], prune: Bool = false
    ) throws(InputErrors) -> InventoryPlan {
        let absent = InventoryLoader.leftovers(snapshot, origins, Set(inventory.origins)) {
            inventory[$0] == nil && !inventory.kept.contains($0)
        }
        var creates: [Object] = []
        var updates: [Change] = []
        for item in inventory.objects {
            guard let before = snapshot[item.object.id] else {
                creates.append(item.object)
                continue
            }
            if before.fields != item.object.fields { updates.append(.update(before: before, after: item.object)) }
        }
        var changes = inOrderOfReference(creates).map { Change.create($0) } + updates
        if prune {
            let deletes = absent.compactMap { snapshot[$0] }
            try refuseIfReferred(deletes, snapshot, inventory, origins)
            changes += inOrderOfReference(deletes).reversed().map { .delete($0) }
        }
        return InventoryPlan(
            changes: changes, unchanged: inventory.objects.count - creates.count - updates.count,
            loaded: inventory.objects.count, leftovers: prune ? [] : absent, origins: inventory.origins)
    }

    /// How many objects would be created.
    public var creates: Int { count("create") }
    /// How many objects would be updated.
    public var updates: Int { count("update") }
    /// How many objects would be deleted.
    public var deletes: Int { count("delete") }
    /// Whether the files and the record agree.
    public var isEmpty: Bool { changes.isEmpty }

    /// `3 to create, 1 to update, 0 to delete, 41 unchanged`.
    public var summary: String {
        "\(creates) to create, \(updates) to update, \(deletes) to delete, \(unchanged) unchanged"
    }

    /// One line of canonical JSON that stands for exactly this plan: what it does, to which earlier values. Equal texts
    /// mean equal plans; hash it to tell a stale plan from a fresh one.
    public var canonical: String {
        var out: [UInt8] = []
        eachCanonicalPart { out += $0 }
        return String(decoding: out, as: UTF8.self)
    }

    /// Hands the bytes of ``canonical`` to `body`, part by part: for hashing plans that are too long for one text.
    public func eachCanonicalPart(_ body: ([UInt8]) -> Void) {
        var part = Array("{\"changes\":[".utf8)
        for (i, change) in changes.enumerated() {
            if i > 0 { part.append(UInt8(ascii: ",")) }
            part += "{\"fields\":{".utf8
            for (j, difference) in change.differences.enumerated() {
                if j > 0 { part.append(UInt8(ascii: ",")) }
                JSONValue.appendQuoted(difference.field, to: &part)
                part += ":[".utf8
                (difference.before ?? .null).appendCanonical(to: &part)
                part.append(UInt8(ascii: ","))
                (difference.after ?? .null).appendCanonical(to: &part)
                part.append(UInt8(ascii: "]"))
            }
            part += "},\"id\":".utf8
            JSONValue.appendQuoted(change.id.description, to: &part)
            part += ",\"verb\":\"\(change.verb)\"}".utf8
            if part.count > 1 << 16 {
                body(part)
                part.removeAll(keepingCapacity: true)
            }
        }
        part += "],\"origins\":".utf8
        JSONValue.array(origins.map { .string($0) }).appendCanonical(to: &part)
        part += ",\"version\":1}".utf8
        body(part)
    }

    private func count(_ verb: String) -> Int { changes.count { $0.verb == verb } }

    /// What an object refers to stands before it; circles (a zone and the firewall in it) are cut where they close.
    static func inOrderOfReference(_ objects: [Object]) -> [Object] {
        let shelves = SnapshotStore(objects).shelves
        let starts = ReferenceIndex.starts(shelves.map(\.count)).map(Int.init)
        let sorted = shelves.flatMap(\.objects)
        func targets(_ i: Int) -> [Int] {
            var out: [Int] = []
            let fields = sorted[i].fields
            for edge in KindTable.of(sorted[i].id.kind).edges {
                guard let value = fields[edge.field] else { continue }
                for text in value.array?.compactMap(\.string) ?? [value.string].compactMap({ $0 }) {
                    guard let id = edge.id(text) else { continue }
                    let rank = Int(id.kind.rank)
                    if shelves[rank].count > 0, let position = shelves[rank].position(of: id.key) {
                        out.append(starts[rank] + position)
                    }
                }
            }
            return out
        }
        var out: [Object] = []
        out.reserveCapacity(sorted.count)
        var seen = [Bool](repeating: false, count: sorted.count)
        var stack: [(object: Int, targets: [Int])] = []
        for start in sorted.indices where !seen[start] {
            seen[start] = true
            stack.append((start, targets(start).reversed()))
            while let top = stack.last {
                if let next = top.targets.last {
                    stack[stack.count - 1].targets.removeLast()
                    if !seen[next] {
                        seen[next] = true
                        stack.append((next, targets(next).reversed()))
                    }
                } else {
                    out.append(sorted[top.object])
                    stack.removeLast()
                }
            }
        }
        return out
    }

    private static func refuseIfReferred(
        _ deletes: [Object], _ snapshot: Snapshot, _ wanted: LoadedInventory, _ origins: [ObjectID: String]
    ) throws(InputErrors) {
        let going = Set(deletes.map(\.id))
        var problems: [Diagnostic] = []
        for object in deletes {
            for reference in snapshot.referrers(of: object.id) where !going.contains(reference.from) {
                // A loaded referrer counts as the files have it.
                if wanted[reference.from] != nil { continue }
                let owner = origins[reference.from].map { " of origin \($0)" } ?? ""
                problems.append(
                    Diagnostic(
                        SourcePosition(file: "inventory"), subject: object.id.description,
                        problem: "it cannot be deleted, \(reference.from)\(owner) refers to it by \(reference.field)",
                        remedy: "change that object first, or keep this one in the files"))
            }
        }
        for item in wanted.objects {
            for reference in Snapshot.references(of: item.object) where going.contains(reference.to) {
                problems.append(
                    Diagnostic(
                        item.position, subject: reference.to.description,
                        problem: "it cannot be deleted, \(reference.from) refers to it by \(reference.field)",
                        remedy: "change \(reference.field), or keep this one in the files"))
            }
        }
        if !problems.isEmpty { throw InputErrors(problems) }
    }
}
