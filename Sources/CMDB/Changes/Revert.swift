import Notation

/// Why a change cannot be taken back.
public struct RevertObstacle: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The change that was to be taken back.
    public let change: Int64
    /// Whom it is about.
    public let id: ObjectID
    /// What stands in the way.
    public let problem: String
    /// The later changes that depend on it, by number in the ledger.
    public let because: [Int64]

    /// `device/x: role was changed since by bình at … (record 12: "…")`.
    public var description: String { "\(id): \(problem)" }
    /// By change, then object.
    public static func < (a: RevertObstacle, b: RevertObstacle) -> Bool {
        (a.change, a.id.description, a.problem) < (b.change, b.id.description, b.problem)
    }
}

/// What would take changes back: only their own fields, and only where nothing later was built on them.
public struct RevertPlan: Sendable {
    /// What is to be done, in the order of applying.
    public let changes: [Change]
    /// Which of the changes each object's step takes back, newest first.
    public let reverts: [ObjectID: [Int64]]
    /// Where each object goes, or came from, when a change of name is taken back.
    public let renames: [ObjectID: ObjectID]
    /// Everything that stands in the way; when there is any, nothing may be done.
    public let obstacles: [RevertObstacle]

    /// Works it out.
    /// - Parameters:
    ///   - undo: the changes to take back, in any order.
    ///   - snapshot: the state now.
    ///   - history: every recorded change of an object, oldest first.
    public static func make(
        undo: [RecordedChange], in snapshot: Snapshot, history: (ObjectID) throws -> [RecordedChange]
    ) rethrows -> RevertPlan {
        var maker = RevertMaker(snapshot: snapshot, undoing: Set(undo.map(\.seq)))
        for change in undo.sorted(by: { $0.seq > $1.seq }) { try maker.takeBack(change, history) }
        try maker.checkReferences(history)
        return maker.plan
    }
}

/// Undoes step by step on a working copy of the objects concerned.
private struct RevertMaker {
    let snapshot: Snapshot
    let undoing: Set<Int64>
    private var wanted: [ObjectID: Fields?] = [:]
    private var reverts: [ObjectID: [Int64]] = [:]
    private var renames: [ObjectID: ObjectID] = [:]
    private var obstacles: [RevertObstacle] = []

    init(snapshot: Snapshot, undoing: Set<Int64>) {
        self.snapshot = snapshot
        self.undoing = undoing
    }

    var plan: RevertPlan {
        let changes = obstacles.isEmpty ? ChangeSet.leading(from: snapshot, to: wanted) : []
        let ids = Set(changes.map(\.id))
        return RevertPlan(
            changes: changes, reverts: reverts.filter { ids.contains($0.key) },
            renames: renames.filter { ids.contains($0.key) }, obstacles: obstacles.sorted())
    }

    private func fields(_ id: ObjectID) -> Fields? {
        if let known = wanted[id] { return known }
        return snapshot[id]?.fields
    }

    private mutating func refuse(_ change: RecordedChange, _ problem: String, _ because: [RecordedChange]) {
        let names = because.map(\.whoAndWhen).joined(separator: "; ")
        obstacles.append(
            RevertObstacle(
                change: change.seq, id: change.id,
                problem: "record \(change.seq) cannot be taken back, \(problem)"
                    + (names.isEmpty ? "" : " by \(names)"),
                because: because.map(\.seq)))
    }

    mutating func takeBack(_ change: RecordedChange, _ history: (ObjectID) throws -> [RecordedChange]) rethrows {
        let now = fields(change.id)
        func later(_ isCause: (RecordedChange) -> Bool) throws -> [RecordedChange] {
            try history(change.id).filter { $0.seq > change.seq && !undoing.contains($0.seq) && isCause($0) }
        }
        switch (change.verb, now) {
        case (.delete, .some):
            refuse(change, "the object was made anew", try later { $0.verb == .create })
            return
        case (.create, nil), (.update, nil):
            refuse(change, "the object was deleted", try later { $0.verb == .delete })
            return
        case (.create, .some(let now)):
            let all = Set(now.keys).union(change.differences.map(\.field))
            let after = Dictionary(uniqueKeysWithValues: change.differences.map { ($0.field, $0.after) })
            let moved = all.filter { now[$0] != after[$0, default: nil] }.sorted()
            guard moved.isEmpty else {
                refuse(
                    change, "\(moved.joined(separator: ", ")) changed since",
                    try later { $0.differences.contains { moved.contains($0.field) } })
                return
            }
        case (.update, .some(let now)):
            let moved = change.differences.filter { now[$0.field] != $0.after }.map(\.field)
            guard moved.isEmpty else {
                refuse(
                    change, "\(moved.joined(separator: ", ")) changed since",
                    try later { $0.differences.contains { moved.contains($0.field) } })
                return
            }
        case (.delete, nil): break
        }
        wanted[change.id] = .some(change.undone(on: now))
        reverts[change.id, default: []].append(change.seq)
        if let other = change.renamedFrom { renames[change.id] = other }
        if let other = change.renamedTo { renames[change.id] = other }
    }

    /// Nobody may be left pointing at what is gone.
    mutating func checkReferences(_ history: (ObjectID) throws -> [RecordedChange]) rethrows {
        let gone = wanted.filter { $0.value == nil && snapshot[$0.key] != nil }.map(\.key).sorted()
        for id in gone {
            for reference in snapshot.referrers(of: id) {
                if let known = wanted[reference.from] {
                    guard let fields = known else { continue }
                    let object = Object(id: reference.from, fields: fields)
                    guard Snapshot.references(of: object).contains(where: { $0.to == id }) else { continue }
                }
                let makers = try history(reference.from).filter { change in
                    !undoing.contains(change.seq) && change.differences.contains { $0.field == reference.field }
                }
                refuse(
                    id, "\(reference.from) refers to it by \(reference.field), written", makers.suffix(1))
            }
        }
        for (id, fields) in wanted.sorted(by: { $0.key < $1.key }) {
            guard let fields else { continue }
            for reference in Snapshot.references(of: Object(id: id, fields: fields)) {
                let isThere = wanted[reference.to].map { $0 != nil } ?? (snapshot[reference.to] != nil)
                if isThere { continue }
                let deletes = try history(reference.to).filter { $0.verb == .delete && !undoing.contains($0.seq) }
                refuse(id, "its \(reference.field), \(reference.to), is no longer there, deleted", deletes.suffix(1))
            }
        }
    }

    private mutating func refuse(_ id: ObjectID, _ problem: String, _ because: some Collection<RecordedChange>) {
        let names = because.map(\.whoAndWhen).joined(separator: "; ")
        let change = reverts[id]?.first ?? 0
        obstacles.append(
            RevertObstacle(
                change: change, id: id,
                problem: "record \(change) cannot be taken back, \(problem)\(names.isEmpty ? "" : " by \(names)")",
                because: because.map(\.seq)))
    }
}
