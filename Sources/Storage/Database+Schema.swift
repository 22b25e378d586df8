import Evidence
import GRDB

extension Database {
    /// `HTNG`: the application id in the file's header (https://www.sqlite.org/fileformat.html#application_id).
    static let applicationID: Int64 = 0x4854_4E47

    /// Append only: a migration that was released is never changed, only followed.
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001-foundation") { db in try db.execute(sql: foundation) }
        migrator.registerMigration("0002-schedule") { db in try db.execute(sql: scheduleTables) }
        migrator.registerMigration("0003-agent-memory") { db in try db.execute(sql: agentMemory) }
        return migrator
    }()

    /// `ledger` keeps what was sealed (`seq`, `record`, `hash`); its other columns are computed from the record, so
    /// that nothing in the table can say something else than what the chain proves.
    private static let foundation = """
        CREATE TABLE ledger (
            seq INTEGER PRIMARY KEY,
            record TEXT NOT NULL,
            hash TEXT NOT NULL,
            at TEXT GENERATED ALWAYS AS (json_extract(record, '$.at')) VIRTUAL,
            action TEXT GENERATED ALWAYS AS (json_extract(record, '$.action')) VIRTUAL,
            subject TEXT GENERATED ALWAYS AS (json_extract(record, '$.subject')) VIRTUAL,
            actor TEXT GENERATED ALWAYS AS (json_extract(record, '$.actor')) VIRTUAL,
            reason TEXT GENERATED ALWAYS AS (json_extract(record, '$.reason')) VIRTUAL
        );
        CREATE INDEX ledger_subject ON ledger (subject, seq) WHERE subject IS NOT NULL;
        CREATE INDEX ledger_action ON ledger (action, seq);
        CREATE TABLE ledger_head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            seq INTEGER NOT NULL,
            hash TEXT NOT NULL,
            at INTEGER NOT NULL,
            signature BLOB NOT NULL
        );
        CREATE TABLE object (
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            json TEXT NOT NULL,
            origin TEXT,
            file TEXT,
            line INTEGER,
            "column" INTEGER,
            hash TEXT NOT NULL,
            seq INTEGER NOT NULL REFERENCES ledger (seq),
            UNIQUE (kind, key)
        );
        CREATE TABLE fact (
            rowid INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            subject TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            unit TEXT,
            observed_at INTEGER NOT NULL,
            valid_ms INTEGER NOT NULL,
            source TEXT NOT NULL
        );
        CREATE INDEX fact_history ON fact (subject, name, observed_at);
        CREATE TABLE fact_current (
            subject TEXT NOT NULL,
            name TEXT NOT NULL,
            source TEXT NOT NULL,
            observed_at INTEGER NOT NULL,
            fact INTEGER NOT NULL REFERENCES fact (rowid),
            PRIMARY KEY (subject, name, source)
        ) WITHOUT ROWID;
        CREATE TABLE assessment (
            id TEXT PRIMARY KEY,
            at INTEGER NOT NULL,
            scope TEXT NOT NULL,
            json TEXT NOT NULL
        );
        CREATE INDEX assessment_at ON assessment (at);
        CREATE TABLE finding (
            assessment TEXT NOT NULL REFERENCES assessment (id),
            id TEXT NOT NULL,
            system TEXT NOT NULL,
            control TEXT NOT NULL,
            status TEXT NOT NULL,
            json TEXT NOT NULL,
            PRIMARY KEY (assessment, id)
        );
        CREATE INDEX finding_id ON finding (id);
        CREATE INDEX finding_system ON finding (system, assessment);
        CREATE TABLE plan_assignment (
            plan TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (plan, key),
            UNIQUE (plan, value)
        ) WITHOUT ROWID;
        CREATE TABLE engine_cache (
            address TEXT PRIMARY KEY,
            engine_id BLOB NOT NULL,
            boots INTEGER NOT NULL,
            time INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE host_key (
            subject TEXT NOT NULL,
            type TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            recorded_at INTEGER NOT NULL,
            recorded_by TEXT NOT NULL,
            PRIMARY KEY (subject, type)
        ) WITHOUT ROWID;
        CREATE TABLE secret (
            name TEXT PRIMARY KEY,
            sealed BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE run (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            status TEXT NOT NULL,
            json TEXT NOT NULL
        );
        CREATE INDEX run_kind ON run (kind, at);
        PRAGMA application_id = \(applicationID);
        """

    static func prepareSchema(_ pool: DatabasePool, path: String, mode: Mode) throws {
        let isComplete = try pool.read { db in
            let id = try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            // The migrator's own table is made before ours, in a transaction of its own: another program may be between
            // the two, or a crash may have been.
            let tables =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'grdb_*'") ?? 0
            guard id == applicationID || (id == 0 && tables == 0) else {
                throw StorageError(
                    .corrupt, "\(path): it is a database of another program: name the data folder by --data")
            }
            if try migrator.hasBeenSuperseded(db) {
                throw StorageError(
                    .newerSchema,
                    "\(path): a newer hatang has written it: nothing was changed; install that version or a later one")
            }
            return try migrator.hasCompletedMigrations(db)
        }
        if isComplete { return }
        guard mode == .readWrite else {
            throw StorageError(
                .readOnly,
                "\(path): an older hatang has written it, or nothing yet: run a command that writes, such as hatang "
                    + "inventory apply, to bring it up to date")
        }
        do {
            try migrator.migrate(pool)
        } catch {
            // Two programs that begin at the same time: the slower one finds the work done.
            guard try pool.read(migrator.hasCompletedMigrations) else { throw error }
        }
    }

    static func quickCheck(_ pool: DatabasePool) throws {
        let faults = try pool.read { db in try String.fetchAll(db, sql: "PRAGMA quick_check(5)") }
        guard faults == ["ok"] else {
            throw StorageError(
                .corrupt,
                "\(pool.path): it was not closed cleanly and is damaged (\(faults.joined(separator: "; "))): keep a copy of "
                    + "the file, restore the last backup, then run hatang doctor")
        }
    }

    /// Everything SQLite itself can check: pages, indexes, references between tables. Slow on large files.
    /// - Returns: what is wrong, at most 100 lines; empty when the file is sound.
    /// - Throws: ``StorageError`` when the file cannot be read at all.
    public func integrityCheck() throws -> [String] {
        try read { db in
            let faults = try String.fetchAll(db, sql: "PRAGMA integrity_check(100)").filter { $0 != "ok" }
            let dangling = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(100).map { row in
                let (table, number, parent) = (try row.text(0), try row.optionalInt(1) ?? 0, try row.text(2))
                return "row \(number) of table \(table) refers to a missing row of \(parent)"
            }
            return Array((faults + dangling).prefix(100))
        }
    }
}
