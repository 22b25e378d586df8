public import CMDB
import Evidence
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
    // Other records (probe runs, secrets) come all the time and make no plan stale.
    static func sequence(_ db: GRDB.Database) throws -> Int64 {
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
