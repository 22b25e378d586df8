public import CMDB
public import Evidence
import GRDB
public import Notation

/// Where a record of the inventory was written down.
public struct Provenance: Hashable, Sendable {
    /// How it came in: `file`, `import`, `api` …
    public let origin: String
    /// The place in a file; nil when there is none.
    public let position: SourcePosition?

    /// Creates a provenance.
    public init(origin: String = "file", position: SourcePosition? = nil) {
        self.origin = origin
        self.position = position
    }
}

/// What an apply did.
public struct ApplyResult: Hashable, Sendable {
    /// Records made.
    public let created: Int
    /// Records changed.
    public let updated: Int
    /// Records removed.
    public let deleted: Int
    /// The ledger records of the changes, one each, in their order.
    public let records: [LedgerRecord]
    /// The state's number afterwards, as ``Snapshot/sequence`` counts.
    public let sequence: Int64

    /// All changes; zero when there was nothing to do.
    public var total: Int { created + updated + deleted }
}

/// One step in the life of an inventory record.
public struct HistoryEntry: Hashable, Sendable {
    /// Number in the ledger.
    public let seq: Int64
    /// RFC 3339.
    public let at: String
    /// `inventory.create`, `host-key.record` …
    public let action: String
    /// Who.
    public let actor: String
    /// Why.
    public let reason: String
    /// The details as recorded; inventory changes have `changes` (field to `before` and `after`) and `hash`.
    public let payload: JSONValue

    /// All of it, for output.
    public var json: JSONValue {
        [
            "action": .string(action), "actor": .string(actor), "at": .string(at), "payload": payload,
            "reason": .string(reason), "seq": .int(seq),
        ]
    }
}

extension Database {
    /// The whole inventory as it is now.
    /// - Throws: ``StorageError``; `corrupt` for an object that cannot be read or whose kind is unknown.
    public func snapshot() throws -> Snapshot {
        let (objects, sequence) = try read { db in
            var objects: [Object] = []
            let rows = try Row.fetchCursor(db, sql: "SELECT kind, key, json FROM object")
            var kinds: [String: Kind] = [:]
            while let row = try rows.next() {
                let name = try row.text(0)
                guard let kind = kinds[name] ?? Kind(rawValue: name) else {
                    throw StorageError(
                        .corrupt, "\(path): it holds an object of the unknown kind \"\(name)\": run hatang doctor")
                }
                kinds[name] = kind
                let id = ObjectID(kind, try row.text(1))
                objects.append(try object(id, try row.text(2)))
            }
            return (objects, try Self.sequence(db))
        }
        return Snapshot(objects, sequence: sequence)
    }

    private func object(_ id: ObjectID, _ json: String) throws -> Object {
        guard case .object(let fields)? = try? JSONValue.parse(json) else {
            throw StorageError(
                .corrupt,
                "\(path): the record of \(id) is damaged: keep a copy of the file, restore the last backup, then run "
                    + "hatang doctor")
        }
        return Object(id: id, fields: fields)
    }

    // Other records (probe runs, secrets) come all the time and make no plan stale.
    private static func sequence(_ db: GRDB.Database) throws -> Int64 {
        let sql = """
            SELECT max(coalesce((SELECT max(seq) FROM ledger WHERE action = 'inventory.create'), 0),
                       coalesce((SELECT max(seq) FROM ledger WHERE action = 'inventory.update'), 0),
                       coalesce((SELECT max(seq) FROM ledger WHERE action = 'inventory.delete'), 0))
            """
        return try Int64.fetchOne(db, sql: sql) ?? 0
    }

    /// The number of the inventory's state: that of its newest change in the ledger, 0 before the first.
    /// - Throws: ``StorageError``.
    public func inventorySequence() throws -> Int64 { try read { try Self.sequence($0) } }

    /// Makes the changes and records each in the ledger, in one transaction; on any error nothing is kept.
    ///
    /// - Parameters:
    ///   - provenance: where new and changed records are written down.
    ///   - expectedSequence: ``Snapshot/sequence`` of the state the changes were planned on; nil skips the check.
    /// - Returns: what was done; without changes all counts are zero and nothing is recorded.
    /// - Throws: ``StorageError``: `stale` when the inventory has changed since the plan, `conflict` when a record is
    ///   not what the change says it was before (the message names it), and the errors of writing.
    @discardableResult
    public func apply(
        changes: [Change], provenance: [ObjectID: Provenance] = [:], actor: String, reason: String, at: Timestamp,
        expectedSequence: Int64? = nil
    ) throws -> ApplyResult {
        try write { db in
            let current = try Self.sequence(db)
            if let expectedSequence, expectedSequence != current {
                throw StorageError(
                    .stale,
                    "the inventory has changed since this plan was made (it was at \(expectedSequence), now \(current)): "
                        + "nothing was changed; plan again")
            }
            let steps = changes.map { Step($0, provenance[$0.id]) }
            let entries = steps.map { step in
                LedgerEntry(
                    action: "inventory.\(step.change.verb)", subject: step.change.id, actor: actor, reason: reason,
                    at: at, payload: Self.payload(step))
            }
            let records = try append(entries, in: db)
            for (step, record) in zip(steps, records) { try Self.apply(step, seq: record.seq, in: db) }
            func count(_ verb: String) -> Int { changes.count { $0.verb == verb } }
            return ApplyResult(
                created: count("create"), updated: count("update"), deleted: count("delete"), records: records,
                sequence: records.last?.seq ?? current)
        }
    }

    /// A change with what is stored of it.
    private struct Step {
        let change: Change
        let provenance: Provenance?
        /// Canonical fields afterwards and their SHA-256; nil when the record is deleted.
        let after: (json: String, hash: String)?

        init(_ change: Change, _ provenance: Provenance?) {
            self.change = change
            self.provenance = provenance
            switch change {
            case .create(let object), .update(_, let object):
                let json = JSONValue.object(object.fields).canonical
                after = (json, Digest.sha256Hex(json.utf8))
            case .delete: after = nil
            }
        }

        /// The values of json, origin, file, line, column, hash, seq, kind, key.
        func arguments(seq: Int64) -> StatementArguments {
            let position = provenance?.position
            return [
                after?.json, provenance?.origin, position?.file, position?.line, position?.column, after?.hash, seq,
                change.id.kind.rawValue, change.id.key,
            ]
        }
    }

    private static func payload(_ step: Step) -> JSONValue {
        var differences: [String: JSONValue] = [:]
        for (field, before, after) in step.change.differences {
            var sides: [String: JSONValue] = [:]
            sides["before"] = before
            sides["after"] = after
            differences[field] = .object(sides)
        }
        var payload: [String: JSONValue] = ["changes": .object(differences)]
        payload["hash"] = step.after.map { .string($0.hash) }
        if let provenance = step.provenance {
            var source: [String: JSONValue] = ["origin": .string(provenance.origin)]
            if let position = provenance.position {
                source["file"] = .string(position.file)
                source["line"] = .int(Int64(position.line))
            }
            payload["source"] = .object(source)
        }
        return .object(payload)
    }

    private static func apply(_ step: Step, seq: Int64, in db: GRDB.Database) throws {
        let id = step.change.id
        let find = try db.cachedStatement(sql: "SELECT json FROM object WHERE kind = ? AND key = ?")
        let stored = try String.fetchOne(find, arguments: [id.kind.rawValue, id.key])
        switch step.change {
        case .create:
            guard stored == nil else {
                throw StorageError(
                    .conflict, "\(id): it was to be made, but is there already: nothing was changed; plan again")
            }
            let insert = """
                INSERT INTO object (json, origin, file, line, "column", hash, seq, kind, key)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
            try db.cachedStatement(sql: insert).execute(arguments: step.arguments(seq: seq))
        case .update(let before, let after):
            guard before.id == after.id else {
                throw StorageError(
                    .conflict,
                    "\(before.id): it cannot become \(after.id): nothing was changed; delete one and make the other")
            }
            try require(stored, is: before)
            let update = """
                UPDATE object SET json = ?, origin = ?, file = ?, line = ?, "column" = ?, hash = ?, seq = ?
                WHERE kind = ? AND key = ?
                """
            try db.cachedStatement(sql: update).execute(arguments: step.arguments(seq: seq))
        case .delete(let object):
            try require(stored, is: object)
            let delete = try db.cachedStatement(sql: "DELETE FROM object WHERE kind = ? AND key = ?")
            try delete.execute(arguments: [id.kind.rawValue, id.key])
        }
    }

    private static func require(_ stored: String?, is before: Object) throws {
        guard let stored else {
            throw StorageError(.conflict, "\(before.id): it is no longer there: nothing was changed; plan again")
        }
        // Bytes, not Swift's string equality: two ways to compose "ạ" are two values here.
        guard stored.utf8.elementsEqual(JSONValue.object(before.fields).canonical.utf8) else {
            throw StorageError(
                .conflict, "\(before.id): it has been changed since this plan was made: nothing was changed; plan again"
            )
        }
    }

    /// Where records were last written down; those that came without a place are missing.
    /// - Throws: ``StorageError``.
    public func provenance(of id: ObjectID) throws -> Provenance? {
        try read { db in
            let sql = "SELECT origin, file, line, \"column\" FROM object WHERE kind = ? AND key = ?"
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [id.kind.rawValue, id.key]),
                let origin = try row.optionalText(0)
            else { return nil }
            let position = try row.optionalText(1).map { file in
                SourcePosition(
                    file: file, line: try row.optionalInt(2).map { Int(clamping: $0) } ?? 0,
                    column: try row.optionalInt(3).map { Int(clamping: $0) } ?? 0)
            }
            return Provenance(origin: origin, position: position)
        }
    }

    /// Everything the ledger says about `id`, oldest first; empty when it never was.
    /// - Throws: ``StorageError``.
    public func history(of id: ObjectID) throws -> [HistoryEntry] {
        try ledgerRecords(of: id).map { record in
            guard let content = try? JSONValue.parse(record.record) else {
                throw StorageError(.corrupt, "\(path): ledger record \(record.seq) is damaged: run hatang audit verify")
            }
            func text(_ name: String) -> String { content[name]?.string ?? "" }
            return HistoryEntry(
                seq: record.seq, at: text("at"), action: text("action"), actor: text("actor"), reason: text("reason"),
                payload: content["payload"] ?? .null)
        }
    }
}
