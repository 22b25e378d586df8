public import CMDB
public import Evidence
import GRDB
import Notation

/// One end of the time the ledger speaks of.
public struct LedgerMoment: Hashable, Sendable {
    /// Number of the record.
    public let seq: Int64
    /// When it was written, RFC 3339 in UTC.
    public let at: String
}

extension Database {
    private static let inventoryActions = "('inventory.create', 'inventory.update', 'inventory.delete')"

    /// The oldest and the newest change of the inventory; nil when there never was one.
    /// - Throws: ``StorageError``.
    public func inventoryTime() throws -> (first: LedgerMoment, last: LedgerMoment)? {
        try read { db in
            func end(_ function: String) throws -> LedgerMoment? {
                // One look-up in the index per action; over all three at once SQLite would read the whole ledger.
                let ends = try RecordedChange.Verb.all.compactMap { verb in
                    try Int64.fetchOne(
                        db, sql: "SELECT \(function)(seq) FROM ledger WHERE action = ?",
                        arguments: ["inventory.\(verb.rawValue)"])
                }
                guard let seq = function == "min" ? ends.min() : ends.max() else { return nil }
                let at = try String.fetchOne(db, sql: "SELECT at FROM ledger WHERE seq = ?", arguments: [seq])
                return LedgerMoment(seq: seq, at: at ?? "")
            }
            guard let first = try end("min"), let last = try end("max") else { return nil }
            return (first, last)
        }
    }

    /// The number of the newest ledger record at `moment` or before it; nil when there is none.
    ///
    /// The ledger's order counts: should the clock have been set back, records behind it belong to the moment too.
    /// - Throws: ``StorageError``.
    public func ledgerSequence(at moment: Timestamp) throws -> Int64? {
        try read { db in
            // Times of one form compare as texts. From the end, because people mostly ask for what was not long ago.
            try Int64.fetchOne(
                db, sql: "SELECT seq FROM ledger WHERE at <= ? ORDER BY seq DESC LIMIT 1",
                arguments: [moment.description])
        }
    }

    /// The inventory as it was when ledger record `seq` was the newest.
    ///
    /// Walks back from the state now, or forward from nothing, whichever passes fewer records. Every object that was
    /// walked over is held against the hash its record was sealed with.
    /// - Throws: ``StorageError``: `corrupt`, naming the object and the record, when the ledger and the objects do not
    ///   fit together.
    public func snapshot(asOf seq: Int64) throws -> Snapshot {
        let now = try snapshot()
        if seq >= now.sequence { return now }
        let (behind, ahead) = try read { db in
            let sql = "SELECT count(*) FROM ledger WHERE action = ? AND seq"
            func count(_ rest: String) throws -> Int64 {
                try RecordedChange.Verb.all.reduce(0) { sum, verb in
                    sum
                        + (try Int64.fetchOne(db, sql: sql + rest, arguments: ["inventory.\(verb.rawValue)", seq]) ?? 0)
                }
            }
            return (try count(" > ?"), try count(" <= ?"))
        }
        return behind <= ahead ? try walkedBack(now, to: seq) : try walkedForward(to: seq)
    }

    /// Undoes what came after `seq`.
    private func walkedBack(_ now: Snapshot, to seq: Int64) throws -> Snapshot {
        var overlay: [ObjectID: Object?] = [:]
        func fields(_ id: ObjectID) -> Fields? { (overlay[id] ?? now[id])?.fields }
        try forEachChange(from: seq + 1, through: now.sequence, newestFirst: true) { change in
            try require(fields(change.id), is: change)
            let before = change.undone(on: fields(change.id))
            overlay.updateValue(before.map { Object(id: change.id, fields: $0) }, forKey: change.id)
        }
        for id in overlay.keys {
            if let newest = try newestChange(of: id, through: seq) {
                try require(fields(id), is: newest)
            } else if fields(id) != nil {
                throw disagreement(id, "it is there before its first record")
            }
        }
        return now.applying(overlay, sequence: try inventorySequence(through: seq))
    }

    /// Makes again what came up to `seq`.
    private func walkedForward(to seq: Int64) throws -> Snapshot {
        var fields: [ObjectID: Fields] = [:]
        var newest: [ObjectID: RecordedChange] = [:]
        try forEachChange(from: 1, through: seq, newestFirst: false) { change in
            fields[change.id] = change.redone(on: fields[change.id])
            newest[change.id] = change
        }
        for (id, change) in newest { try require(fields[id], is: change) }
        return Snapshot(
            fields.lazy.map { Object(id: $0.key, fields: $0.value) }, sequence: try inventorySequence(through: seq))
    }

    private func inventorySequence(through seq: Int64) throws -> Int64 {
        try read { db in
            try RecordedChange.Verb.all.compactMap { verb in
                try Int64.fetchOne(
                    db, sql: "SELECT max(seq) FROM ledger WHERE action = ? AND seq <= ?",
                    arguments: ["inventory.\(verb.rawValue)", seq])
            }.max() ?? 0
        }
    }

    private func require(_ fields: Fields?, is change: RecordedChange) throws {
        let hash = fields.map { Digest.sha256Hex($0.canonical.utf8) }
        guard hash == change.hash else {
            throw disagreement(change.id, "it is not what ledger record \(change.seq) made it")
        }
    }

    private func disagreement(_ id: ObjectID, _ what: String) -> StorageError {
        StorageError(
            .corrupt,
            "\(path): \(id): \(what): the past cannot be shown; run hatang audit verify and hatang doctor, and restore "
                + "the last backup if they confirm that something was altered")
    }

    /// Walks over the inventory changes between two numbers, both included. What `body` does may read by itself: pages
    /// are read before they are walked over.
    private func forEachChange(
        from first: Int64, through last: Int64, newestFirst: Bool, _ body: (RecordedChange) throws -> Void
    ) throws {
        let sql = """
            SELECT seq, record FROM ledger WHERE seq BETWEEN ? AND ? AND action IN \(Self.inventoryActions)
            ORDER BY seq \(newestFirst ? "DESC" : "ASC") LIMIT 1000
            """
        var (first, last) = (first, last)
        while first <= last {
            let page = try read { db in
                try Row.fetchAll(db, sql: sql, arguments: [first, last]).map { try change($0) }
            }
            for change in page { try body(change) }
            guard page.count == 1_000, let end = page.last?.seq else { return }
            if newestFirst { last = end - 1 } else { first = end + 1 }
        }
    }

    private func change(_ row: Row) throws -> RecordedChange {
        let seq = try row.int(0)
        guard let record = try? JSONValue.parse(try row.text(1)), let change = RecordedChange(seq: seq, record: record)
        else { throw StorageError(.corrupt, "\(path): ledger record \(seq) is damaged: run hatang audit verify") }
        return change
    }

    private func newestChange(of id: ObjectID, through seq: Int64) throws -> RecordedChange? {
        try read { db in
            let sql = """
                SELECT seq, record FROM ledger
                WHERE subject = ? AND seq <= ? AND action IN \(Self.inventoryActions) ORDER BY seq DESC LIMIT 1
                """
            return try Row.fetchOne(db, sql: sql, arguments: [id.description, seq]).map { try change($0) }
        }
    }
}

extension RecordedChange.Verb {
    static let all: [RecordedChange.Verb] = [.create, .update, .delete]
}

extension Database {
    // MARK: - Recorded changes

    /// The inventory changes between two ledger numbers, both included, oldest first.
    /// - Throws: ``StorageError``; `corrupt` for a record that cannot be read.
    public func recordedChanges(from first: Int64, through last: Int64) throws -> [RecordedChange] {
        var changes: [RecordedChange] = []
        try forEachChange(from: first, through: last, newestFirst: false) { changes.append($0) }
        return changes
    }

    /// Every change of the object called `id`, oldest first; under this name only.
    /// - Throws: ``StorageError``; `corrupt` for a record that cannot be read.
    public func recordedChanges(of id: ObjectID) throws -> [RecordedChange] {
        try read { db in
            let sql = """
                SELECT seq, record FROM ledger
                WHERE subject = ? AND action IN \(Self.inventoryActions) ORDER BY seq
                """
            return try Row.fetchAll(db, sql: sql, arguments: [id.description]).map { try change($0) }
        }
    }

    /// The changes of the apply that ledger record `seq` belongs to, oldest first; empty when it is no inventory change.
    ///
    /// Records of before applies were numbered belong together when they follow each other with one time, actor and
    /// reason.
    /// - Throws: ``StorageError``.
    public func recordedApply(containing seq: Int64) throws -> [RecordedChange] {
        guard let one = try recordedChanges(from: seq, through: seq).first else { return [] }
        if let transaction = one.transaction {
            var changes: [RecordedChange] = []
            var next = transaction
            while true {
                let page = try recordedChanges(from: next, through: next + 999)
                // Records of one apply stand without a gap.
                let own = page.prefix { $0.transaction == transaction }
                changes += own
                if own.count < 1_000 { break }
                next += 1_000
            }
            return changes
        }
        func belongs(_ change: RecordedChange) -> Bool {
            change.transaction == nil && change.at == one.at && change.actor == one.actor
                && change.reason == one.reason
        }
        var changes = [one]
        while let before = try recordedChanges(from: changes[0].seq - 1, through: changes[0].seq - 1).first,
            belongs(before)
        {
            changes.insert(before, at: 0)
        }
        var last = seq
        while let after = try recordedChanges(from: last + 1, through: last + 1).first, belongs(after) {
            changes.append(after)
            last = after.seq
        }
        return changes
    }

    /// Where every object that came from somewhere was written down.
    /// - Throws: ``StorageError``.
    public func provenances() throws -> [ObjectID: Provenance] {
        try read { db in
            var out: [ObjectID: Provenance] = [:]
            let sql = "SELECT kind, key, origin, file, line, \"column\" FROM object WHERE origin IS NOT NULL"
            let rows = try Row.fetchCursor(db, sql: sql)
            while let row = try rows.next() {
                guard let kind = Kind(rawValue: try row.text(0)) else { continue }
                let position = try row.optionalText(3).map { file in
                    SourcePosition(
                        file: file, line: try row.optionalInt(4).map { Int(clamping: $0) } ?? 0,
                        column: try row.optionalInt(5).map { Int(clamping: $0) } ?? 0)
                }
                out[ObjectID(kind, try row.text(1))] = Provenance(origin: try row.text(2), position: position)
            }
            return out
        }
    }
}
