public import CMDB
import Evidence
import GRDB
import Notation
import Synchronization

/// The newest snapshot this process has made, and what it knows of the file.
final class SnapshotCache: Sendable {
    struct State {
        var snapshot: Snapshot?
        /// The sequence of the file that was read or written last.
        var fileSequence: Int64?
        /// Records that changed since.
        var changesSinceFile = 0
    }

    /// Smaller inventories are read from the table faster than anything could be kept.
    static let smallest = 2_000

    let state = Mutex(State())

    /// Changes that are looked up one by one rather than reading the inventory anew.
    static func fewChanges(of count: Int) -> Int { max(500, count / 16) }
}

extension Database {
    /// The whole inventory as it is now.
    ///
    /// Large inventories are kept packed in a file beside the database, which is derived from it: whoever may write
    /// makes it anew when it is missing, damaged, of another history, or far behind; what changed since is read from
    /// the table.
    /// - Throws: ``StorageError``; `corrupt` for an object that cannot be read or whose kind is unknown.
    public func snapshot() throws -> Snapshot {
        let known = snapshots.state.withLock { $0 }
        let (snapshot, state) = try read { db in try current(db, known) }
        guard snapshot.count >= SnapshotCache.smallest else { return snapshot }
        keep(state)
        if mode == .readWrite { refreshFile() }
        return snapshot
    }

    /// The state inside a transaction.
    func current(
        _ db: GRDB.Database, _ known: SnapshotCache.State
    ) throws -> (Snapshot, SnapshotCache.State) {
        let sequence = try Self.sequence(db)
        var state = known
        if let snapshot = known.snapshot {
            if snapshot.sequence == sequence { return (snapshot, state) }
            if let (next, changes) = try layered(snapshot, to: sequence, in: db) {
                state.snapshot = next
                state.changesSinceFile += changes
                return (next, state)
            }
        }
        if let (base, file) = try packed(to: sequence, in: db) {
            state.fileSequence = file
            if let (next, changes) = try layered(base, to: sequence, in: db) {
                state.snapshot = next
                state.changesSinceFile = changes
                return (next, state)
            }
        }
        let snapshot = Snapshot(try objects(in: db), sequence: sequence)
        return (snapshot, SnapshotCache.State(snapshot: snapshot))
    }

    /// The file's snapshot, if it is of this database's past.
    private func packed(to sequence: Int64, in db: GRDB.Database) throws -> (Snapshot, Int64)? {
        guard let packed = SnapshotFile(of: path).open(), packed.sequence <= sequence,
            try Self.ledgerHash(packed.sequence, in: db) == packed.ledgerHash
        else { return nil }
        let snapshot = packed.snapshot { [weak self] kind in
            (try? self?.read { db in try self?.objects(of: kind, in: db) }) ?? []
        }
        return (snapshot, packed.sequence)
    }

    private static func ledgerHash(_ seq: Int64, in db: GRDB.Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT hash FROM ledger WHERE seq = ?", arguments: [seq])
    }

    /// `base` with what the ledger says has changed since; nil when that is much, or `base` is not of the past.
    private func layered(
        _ base: Snapshot, to sequence: Int64, in db: GRDB.Database
    ) throws -> (Snapshot, changes: Int)? {
        if base.sequence > sequence { return nil }
        var subjects: Set<String> = []
        let most = SnapshotCache.fewChanges(of: base.count)
        for action in ["inventory.create", "inventory.update", "inventory.delete"] {
            let sql = "SELECT subject FROM ledger WHERE action = ? AND seq > ? LIMIT ?"
            for subject in try String.fetchAll(db, sql: sql, arguments: [action, base.sequence, most + 1]) {
                subjects.insert(subject)
            }
            if subjects.count > most { return nil }
        }
        var overlay: [ObjectID: Object?] = [:]
        var reader = FieldsReader()
        let find = try db.cachedStatement(sql: "SELECT json FROM object WHERE kind = ? AND key = ?")
        for subject in subjects {
            guard let id = ObjectID(subject) else {
                throw StorageError(.corrupt, "\(path): the ledger changes the unknown \(subject): run hatang doctor")
            }
            let json = try Row.fetchOne(find, arguments: [id.kind.rawValue, id.key]).map { try $0.text(0) }
            overlay.updateValue(try json.map { try object(id, $0, &reader) }, forKey: id)
        }
        return (base.applying(overlay, sequence: sequence), subjects.count)
    }

    private func objects(in db: GRDB.Database) throws -> [Object] {
        var objects: [Object] = []
        var reader = FieldsReader()
        var latest: (name: String, kind: Kind)?
        let rows = try Row.fetchCursor(db, sql: "SELECT kind, key, json FROM object")
        while let row = try rows.next() {
            let name = try row.text(0)
            let known = latest.flatMap { $0.name == name ? $0.kind : nil } ?? Kind(rawValue: name)
            guard let kind = known else {
                throw StorageError(
                    .corrupt, "\(path): it holds an object of the unknown kind \"\(name)\": run hatang doctor")
            }
            latest = (name, kind)
            objects.append(try object(ObjectID(kind, try row.text(1)), try row.text(2), &reader))
        }
        return objects
    }

    private func objects(of kind: Kind, in db: GRDB.Database) throws -> [Object] {
        var reader = FieldsReader()
        let sql = "SELECT key, json FROM object WHERE kind = ?"
        return try Row.fetchAll(db, sql: sql, arguments: [kind.rawValue]).map { row in
            try object(ObjectID(kind, try row.text(0)), try row.text(1), &reader)
        }
    }

    private func object(_ id: ObjectID, _ json: String, _ reader: inout FieldsReader) throws -> Object {
        guard let fields = reader.fields(json: json) else {
            throw StorageError(
                .corrupt,
                "\(path): the record of \(id) is damaged: keep a copy of the file, restore the last backup, then run "
                    + "hatang doctor")
        }
        return Object(id: id, fields: fields)
    }

    // MARK: - Keeping

    private func keep(_ new: SnapshotCache.State) {
        snapshots.state.withLock { state in
            let known = state.snapshot?.sequence ?? -1
            if let snapshot = new.snapshot, snapshot.sequence >= known { state = new }
        }
    }

    /// After an apply: the state before it with its changes is the new one, nothing has to be read.
    func advanceSnapshot(_ changes: [Change], from before: Int64, to sequence: Int64) {
        let state = snapshots.state.withLock { $0 }
        let base = before == 0 ? Snapshot([]) : state.snapshot
        guard let base, base.sequence == before, base.count + changes.count >= SnapshotCache.smallest else { return }
        var next = state
        next.snapshot = base.applying(changes, sequence: sequence)
        next.changesSinceFile += changes.count
        keep(next)
        refreshFile()
    }

    /// Writes the file when there is none of this history, or one that is far behind.
    private func refreshFile() {
        let state = snapshots.state.withLock { $0 }
        guard let snapshot = state.snapshot, snapshot.count >= SnapshotCache.smallest else { return }
        if state.fileSequence != nil, state.changesSinceFile <= SnapshotCache.fewChanges(of: snapshot.count) { return }
        guard let hash = try? read({ db in try Self.ledgerHash(snapshot.sequence, in: db) }) else { return }
        _ = SnapshotFile(of: path).write(snapshot, ledgerHash: hash)
        // Not written is not tried again by this process before much has changed.
        snapshots.state.withLock { state in
            state.fileSequence = snapshot.sequence
            state.changesSinceFile = 0
        }
    }
}
