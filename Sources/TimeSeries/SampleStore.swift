public import CMDB
public import Evidence
import Foundation
import GRDB

/// Numbers in time, in an SQLite file of their own, so that they neither slow the ledger down nor grow its backups.
///
/// Counters stay exact: they are kept as the bit pattern of a signed 64-bit integer, and the kind of number is kept
/// with every value (1 counter, 2 gauge, 3 counter of 32 bits). Rows are appended in order of time. Losing power loses at most the newest
/// transactions, never the file (`synchronous=NORMAL`).
public final class SampleStore: SampleRepository {
    /// Absolute path of the file.
    public let path: String
    private let pool: DatabasePool
    private let readOnly: Bool

    /// Opens `path`; makes folder (mode 0700) and file (mode 0600) unless `readOnly`.
    /// - Parameter busyTimeout: how long a call waits for another program's transaction before it fails as `locked`.
    /// - Throws: ``StorageError``: `notFound`, `locked`, `corrupt`, `newerSchema`, `readOnly`, `full`, `io`.
    public init(path: String, readOnly: Bool = false, busyTimeout: Duration = .seconds(2)) throws {
        let path = URL(fileURLWithPath: path).standardizedFileURL.path
        self.path = path
        self.readOnly = readOnly
        let files = FileManager.default
        if !files.fileExists(atPath: path) {
            guard !readOnly else {
                throw StorageError(.notFound, "\(path): there are no samples yet: run hatang probe run first")
            }
            try Self.create(path)
        }
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.label = "hatang samples"
        let milliseconds = Int32(clamping: Int64(max(0, busyTimeout / .milliseconds(1))))
        configuration.prepareDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA synchronous = NORMAL;
                    PRAGMA wal_autocheckpoint = 4000; PRAGMA busy_timeout = \(milliseconds)
                    """)
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try Self.prepareSchema(pool, path: path, readOnly: readOnly)
        } catch {
            throw StorageError(samples: error, path: path)
        }
    }

    private static func create(_ path: String) throws {
        let files = FileManager.default
        let folder = (path as NSString).deletingLastPathComponent
        do {
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StorageError(
                .io, "\(folder): the folder cannot be made (\(error.localizedDescription)): choose another with --data")
        }
        guard files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw StorageError(.io, "\(path): it cannot be made: check the owner and permissions of its folder")
        }
    }

    private static func prepareSchema(_ pool: DatabasePool, path: String, readOnly: Bool) throws {
        let migrator = Self.migrator
        let isComplete = try pool.read { db in
            if try migrator.hasBeenSuperseded(db) {
                throw StorageError(
                    .newerSchema,
                    "\(path): a newer hatang has written it: nothing was changed; install that version or a later one")
            }
            return try migrator.hasCompletedMigrations(db)
        }
        if isComplete { return }
        guard !readOnly else {
            throw StorageError(.readOnly, "\(path): it holds no samples yet: run hatang probe run first")
        }
        try migrator.migrate(pool)
    }

    /// Append only: a migration that was released is never changed, only followed.
    ///
    /// `sample` is clustered by time: new rows go to the end (about 1.4 million rows a second), and a question about the
    /// last hour reads the last hour.
    private static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001-samples") { db in
            try db.execute(
                sql: """
                    CREATE TABLE series (
                        id INTEGER PRIMARY KEY,
                        subject TEXT NOT NULL,
                        name TEXT NOT NULL,
                        instance TEXT NOT NULL,
                        unit TEXT NOT NULL,
                        latest_at INTEGER NOT NULL,
                        latest_type INTEGER NOT NULL,
                        latest_value INTEGER NOT NULL,
                        UNIQUE (subject, name, instance)
                    );
                    CREATE TABLE sample (
                        at INTEGER NOT NULL,
                        series INTEGER NOT NULL REFERENCES series (id),
                        type INTEGER NOT NULL,
                        value INTEGER NOT NULL,
                        PRIMARY KEY (at, series)
                    ) WITHOUT ROWID;
                    """)
        }
        return migrator
    }()

    /// Closes all connections and folds the write-ahead log into the file.
    /// - Throws: ``StorageError`` when a call is still running.
    public func close() throws {
        do { try pool.close() } catch { throw StorageError(samples: error, path: path) }
    }

    /// Stores samples in one transaction; one of the same series and millisecond is replaced.
    /// - Throws: ``StorageError``; `conflict` when a series comes with another unit than it has.
    public func store(_ samples: [Sample]) throws {
        guard !readOnly else {
            throw StorageError(.readOnly, "\(path): it was opened for reading only: nothing was changed")
        }
        do { try pool.write { db in try Self.insert(samples, db) } } catch {
            throw StorageError(samples: error, path: path)
        }
    }

    private struct SeriesKey: Hashable {
        let subject: ObjectID
        let name: String
        let instance: String
    }

    private static func insert(_ samples: [Sample], _ db: GRDB.Database) throws {
        let insert = try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO sample (at, series, type, value) VALUES (?, ?, ?, ?)")
        let advance = try db.cachedStatement(
            sql:
                "UPDATE series SET latest_at = ?1, latest_type = ?2, latest_value = ?3 WHERE id = ?4 AND latest_at <= ?1"
        )
        var known: [SeriesKey: (id: Int64, unit: String)] = [:]
        for sample in samples {
            let key = SeriesKey(subject: sample.subject, name: sample.name, instance: sample.instance)
            let series = try known[key] ?? series(of: sample, db)
            known[key] = series
            guard series.unit == sample.unit else {
                throw StorageError(
                    .conflict,
                    "\(sample.subject): \(sample.name) is kept in \"\(series.unit)\", a sample came in \"\(sample.unit)\": "
                        + "nothing was stored; give the number another name or convert it")
            }
            let (type, bits) = encode(sample.value)
            try insert.execute(arguments: [sample.at.milliseconds, series.id, type, bits])
            try advance.execute(arguments: [sample.at.milliseconds, type, bits, series.id])
        }
    }

    private static func series(of sample: Sample, _ db: GRDB.Database) throws -> (id: Int64, unit: String) {
        let find = try db.cachedStatement(
            sql: "SELECT id, unit FROM series WHERE subject = ? AND name = ? AND instance = ?")
        let subject = sample.subject.description
        if let row = try Row.fetchOne(find, arguments: [subject, sample.name, sample.instance]) {
            return (try row.whole(0), try row.word(1))
        }
        let (type, bits) = encode(sample.value)
        try db.execute(
            sql: """
                INSERT INTO series (subject, name, instance, unit, latest_at, latest_type, latest_value)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                subject, sample.name, sample.instance, sample.unit, sample.at.milliseconds, type, bits,
            ])
        return (db.lastInsertedRowID, sample.unit)
    }

    private static func encode(_ value: Sample.Number) -> (type: Int64, bits: Int64) {
        switch value {
        case .counter(let count): (1, Int64(bitPattern: count))
        case .counter32(let count): (3, Int64(count))
        case .gauge(let level): (2, Int64(bitPattern: level.bitPattern))
        }
    }

    private static func decode(type: Int64, bits: Int64) throws -> Sample.Number {
        switch type {
        case 1: return .counter(UInt64(bitPattern: bits))
        case 2: return .gauge(Double(bitPattern: UInt64(bitPattern: bits)))
        case 3:
            guard let count = UInt32(exactly: bits) else {
                throw StorageError(.corrupt, "a 32-bit counter holds \(bits): the file was altered or damaged")
            }
            return .counter32(count)
        default: throw StorageError(.corrupt, "a sample has the unknown type \(type): the file was altered or damaged")
        }
    }

    /// Samples of one series from `start` on, in order of time; empty for an unknown series.
    /// - Throws: ``StorageError``.
    public func samples(
        subject: ObjectID, name: String, instance: String, since start: Timestamp
    ) throws -> [Sample] {
        try read { db in
            let sql = """
                SELECT series.unit, sample.at, sample.type, sample.value FROM sample
                JOIN series ON series.id = sample.series
                WHERE sample.at >= ?1 AND sample.series =
                    (SELECT id FROM series WHERE subject = ?2 AND name = ?3 AND instance = ?4)
                ORDER BY sample.at
                """
            return try Row.fetchAll(
                db, sql: sql, arguments: [start.milliseconds, subject.description, name, instance]
            ).map { row in
                Sample(
                    subject: subject, name: name, instance: instance,
                    value: try Self.decode(type: try row.whole(2), bits: try row.whole(3)), unit: try row.word(0),
                    at: Timestamp(milliseconds: try row.whole(1)))
            }
        }
    }

    /// The newest sample of every series, of `subject` when given, by subject, name and instance.
    /// - Throws: ``StorageError``.
    public func latestSamples(subject: ObjectID?) throws -> [Sample] {
        let samples = try read { db in
            let sql = """
                SELECT subject, name, instance, unit, latest_at, latest_type, latest_value FROM series
                WHERE ?1 IS NULL OR subject = ?1 ORDER BY name, instance
                """
            return try Row.fetchAll(db, sql: sql, arguments: [subject?.description]).map { row in
                let text = try row.word(0)
                guard let id = ObjectID(text) else {
                    throw StorageError(.corrupt, "a series belongs to \"\(text)\", which is no object")
                }
                return Sample(
                    subject: id, name: try row.word(1), instance: try row.word(2),
                    value: try Self.decode(type: try row.whole(5), bits: try row.whole(6)), unit: try row.word(3),
                    at: Timestamp(milliseconds: try row.whole(4)))
            }
        }
        return samples.enumerated().sorted { a, b in
            a.element.subject != b.element.subject ? a.element.subject < b.element.subject : a.offset < b.offset
        }.map(\.element)
    }

    /// How many series and how many samples there are.
    /// - Throws: ``StorageError``.
    public func counts() throws -> (series: Int, samples: Int) {
        try read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM series") ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM sample") ?? 0
            )
        }
    }

    private func read<T>(_ body: (GRDB.Database) throws -> T) throws -> T {
        do { return try pool.read(body) } catch { throw StorageError(samples: error, path: path) }
    }
}

/// Typed access that throws where GRDB's subscripts would trap: the file may have been altered by anybody.
extension Row {
    fileprivate func whole(_ column: Int) throws -> Int64 {
        let value: DatabaseValue = self[column]
        guard case .int64(let number) = value.storage else { throw Self.unexpected(column) }
        return number
    }

    fileprivate func word(_ column: Int) throws -> String {
        let value: DatabaseValue = self[column]
        guard case .string(let text) = value.storage else { throw Self.unexpected(column) }
        return text
    }

    private static func unexpected(_ column: Int) -> StorageError {
        StorageError(
            .corrupt, "the samples hold something unexpected in column \(column): the file was altered or damaged")
    }
}
