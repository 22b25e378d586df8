public import Evidence
import GRDB
public import Notation

/// One execution of something, as it is kept.
public struct StoredRun: Hashable, Sendable {
    /// Chosen by whoever runs.
    public let id: String
    /// `probe`, `playbook`, `backup` …
    public let kind: String
    /// When it began.
    public let at: Timestamp
    /// `running`, `done`, `failed` … in the words of its kind.
    public let status: String
    /// Everything else: counts, outcomes per target.
    public let json: JSONValue

    /// Creates a run.
    public init(id: String, kind: String, at: Timestamp, status: String, json: JSONValue) {
        self.id = id
        self.kind = kind
        self.at = at
        self.status = status
        self.json = json
    }
}

/// What is remembered of a device's SNMPv3 engine between runs (RFC 3414 section 2.2).
public struct StoredEngine: Hashable, Sendable {
    /// 5 to 32 bytes.
    public let engineID: [UInt8]
    /// snmpEngineBoots.
    public let boots: Int64
    /// snmpEngineTime, in seconds, at the moment ``at``.
    public let time: Int64
    /// When it was learned.
    public let at: Timestamp

    /// Creates a record.
    public init(engineID: [UInt8], boots: Int64, time: Int64, at: Timestamp) {
        self.engineID = engineID
        self.boots = boots
        self.time = time
        self.at = at
    }
}

extension Database {
    /// The remembered SNMPv3 engine at `address` (`127.0.10.1:161`); nil when none is.
    /// - Throws: ``StorageError``.
    public func engine(at address: String) throws -> StoredEngine? {
        try read { db in
            let sql = "SELECT engine_id, boots, time, at FROM engine_cache WHERE address = ?"
            return try Row.fetchOne(db, sql: sql, arguments: [address]).map { row in
                StoredEngine(
                    engineID: try row.blob(0), boots: try row.int(1), time: try row.int(2),
                    at: Timestamp(milliseconds: try row.int(3)))
            }
        }
    }

    /// Remembers SNMPv3 engines by address, in one transaction; nil forgets.
    /// - Throws: ``StorageError``.
    public func storeEngines(_ engines: [String: StoredEngine?]) throws {
        try write { db in
            for (address, engine) in engines {
                guard let engine else {
                    try db.execute(sql: "DELETE FROM engine_cache WHERE address = ?", arguments: [address])
                    continue
                }
                try db.execute(
                    sql: """
                        INSERT OR REPLACE INTO engine_cache (address, engine_id, boots, time, at) VALUES (?, ?, ?, ?, ?)
                        """,
                    arguments: [address, engine.engineID.data, engine.boots, engine.time, engine.at.milliseconds])
            }
        }
    }

    /// Keeps a run; one of the same id is replaced (it went on).
    /// - Throws: ``StorageError``.
    public func storeRun(_ run: StoredRun) throws {
        try write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO run (id, kind, at, status, json) VALUES (?, ?, ?, ?, ?)",
                arguments: [run.id, run.kind, run.at.milliseconds, run.status, run.json.canonical])
        }
    }

    /// The run called `id`; nil when there is none.
    /// - Throws: ``StorageError``.
    public func run(_ id: String) throws -> StoredRun? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT id, kind, at, status, json FROM run WHERE id = ?", arguments: [id])
                .map(Self.run)
        }
    }

    /// The newest runs of `kind`, newest first, at most `limit`.
    /// - Throws: ``StorageError``.
    public func runs(kind: String, limit: Int) throws -> [StoredRun] {
        try read { db in
            let sql = "SELECT id, kind, at, status, json FROM run WHERE kind = ? ORDER BY at DESC, rowid DESC LIMIT ?"
            return try Row.fetchAll(db, sql: sql, arguments: [kind, max(0, limit)]).map(Self.run)
        }
    }

    private static func run(_ row: Row) throws -> StoredRun {
        StoredRun(
            id: try row.text(0), kind: try row.text(1), at: Timestamp(milliseconds: try row.int(2)),
            status: try row.text(3), json: try JSONValue.parse(try row.text(4)))
    }
}
