public import CMDB
public import Evidence
import GRDB
import Notation
public import Remote

/// A host key with who recorded it and when.
public struct RecordedHostKey: Hashable, Sendable {
    /// Whose key it is.
    public let subject: ObjectID
    /// Type and fingerprint.
    public let key: HostKey
    /// When.
    public let at: Timestamp
    /// By whom.
    public let actor: String
}

/// The SSH host keys that are believed, each with a ledger record of who said so.
public struct HostKeyStore: Sendable {
    private let database: Database

    /// Opens the store.
    public init(_ database: Database) { self.database = database }

    /// Believes `keys` as all keys of `subject`.
    ///
    /// Keys that are there already are not recorded twice. Any other key, of another type too, is refused unless
    /// `replace` is set: a key that changes may be an attack.
    /// - Returns: whether anything was recorded.
    /// - Throws: ``StorageError``: `conflict` when `subject` has other keys and `replace` is false.
    @discardableResult
    public func record(
        _ keys: [HostKey], for subject: ObjectID, replace: Bool = false, actor: String, reason: String, at: Timestamp
    ) throws -> Bool {
        guard !keys.isEmpty else {
            throw StorageError(.other, "\(subject): no host key was given: name one with its type and fingerprint")
        }
        guard Set(keys.map(\.type)).count == Set(keys).count else {
            throw StorageError(.conflict, "\(subject): two host keys of one type were given: check which is genuine")
        }
        return try database.write { db in
            let known = try Self.keys(db, subject).map(\.key)
            if Set(keys).isSubset(of: known), !replace || keys.count == known.count { return false }
            guard known.isEmpty || replace else {
                throw StorageError(
                    .conflict,
                    "\(subject): another host key is recorded (\(known.map(\.description).joined(separator: ", "))): "
                        + "nothing was changed; find out why it changed, then record it again with --replace")
            }
            try db.execute(sql: "DELETE FROM host_key WHERE subject = ?", arguments: [subject.description])
            for key in keys {
                try db.execute(
                    sql: """
                        INSERT OR REPLACE INTO host_key (subject, type, fingerprint, recorded_at, recorded_by)
                        VALUES (?, ?, ?, ?, ?)
                        """,
                    arguments: [subject.description, key.type, key.fingerprint, at.milliseconds, actor])
            }
            let payload: JSONValue = ["keys": Self.json(keys), "previous": Self.json(known)]
            let entry = LedgerEntry(
                action: "host-key.record", subject: subject, actor: actor, reason: reason, at: at, payload: payload)
            _ = try database.append([entry], in: db)
            return true
        }
    }

    /// Keys that are believed, of `subject` or of all, by subject and type.
    /// - Throws: ``StorageError``.
    public func list(_ subject: ObjectID? = nil) throws -> [RecordedHostKey] {
        try database.read { try Self.keys($0, subject) }
    }

    /// No longer believes any key of `subject`.
    /// - Throws: ``StorageError``: `notFound` when none is recorded.
    public func remove(_ subject: ObjectID, actor: String, reason: String, at: Timestamp) throws {
        try database.write { db in
            let known = try Self.keys(db, subject).map(\.key)
            guard !known.isEmpty else {
                throw StorageError(.notFound, "\(subject): no host key is recorded: check the name")
            }
            try db.execute(sql: "DELETE FROM host_key WHERE subject = ?", arguments: [subject.description])
            let entry = LedgerEntry(
                action: "host-key.remove", subject: subject, actor: actor, reason: reason, at: at,
                payload: ["previous": Self.json(known)])
            _ = try database.append([entry], in: db)
        }
    }

    private static func json(_ keys: [HostKey]) -> JSONValue {
        .array(
            keys.sorted { $0.type < $1.type }.map {
                ["fingerprint": .string($0.fingerprint), "type": .string($0.type)]
            })
    }

    private static func keys(_ db: GRDB.Database, _ subject: ObjectID?) throws -> [RecordedHostKey] {
        let sql = """
            SELECT subject, type, fingerprint, recorded_at, recorded_by FROM host_key
            WHERE ?1 IS NULL OR subject = ?1 ORDER BY subject, type
            """
        return try Row.fetchAll(db, sql: sql, arguments: [subject?.description]).map { row in
            let name = try row.text(0)
            guard let id = ObjectID(name) else {
                throw StorageError(.corrupt, "a host key belongs to \"\(name)\", which is no object: run hatang doctor")
            }
            return RecordedHostKey(
                subject: id, key: HostKey(type: try row.text(1), fingerprint: try row.text(2)),
                at: Timestamp(milliseconds: try row.int(3)), actor: try row.text(4))
        }
    }
}
