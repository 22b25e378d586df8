public import CMDB
public import Evidence
import GRDB
import Notation

extension Database: FactRepository {
    private static let columns =
        "fact.subject, fact.name, fact.value, fact.unit, fact.observed_at, fact.valid_ms, fact.source"

    /// Stores facts in one transaction; a fact with the same id is not stored twice.
    /// - Throws: ``StorageError``.
    public func store(_ facts: [Fact]) throws {
        try write { db in try Self.insert(facts, db) }
    }

    static func insert(_ facts: [Fact], _ db: GRDB.Database) throws {
        let insert = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO fact (id, subject, name, value, unit, observed_at, valid_ms, source)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let point = try db.cachedStatement(
            sql: """
                INSERT INTO fact_current (subject, name, source, observed_at, fact) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET observed_at = excluded.observed_at, fact = excluded.fact
                WHERE excluded.observed_at >= fact_current.observed_at
                """)
        for fact in facts {
            let (subject, at) = (fact.subject.description, fact.observedAt.milliseconds)
            let (seconds, attoseconds) = fact.validFor.components
            let valid = seconds.multipliedReportingOverflow(by: 1_000)
            let milliseconds =
                valid.overflow ? Int64.max / 4 : valid.partialValue + attoseconds / 1_000_000_000_000_000
            try insert.execute(arguments: [
                fact.id, subject, fact.name, fact.value.canonical, fact.unit, at, milliseconds, fact.source,
            ])
            guard db.changesCount > 0 else { continue }
            try point.execute(arguments: [subject, fact.name, fact.source, at, db.lastInsertedRowID])
        }
    }

    /// Current facts of `subject` (all subjects when nil), valid or not, sorted by subject and name; one of each name,
    /// whatever its source.
    /// - Throws: ``StorageError``.
    public func currentFacts(of subject: ObjectID?) throws -> [Fact] {
        var newest: [Fact] = []
        // Sorted so that the newest of a name comes first.
        for fact in try currentFactsBySource(of: subject) {
            if let last = newest.last, last.subject == fact.subject, last.name == fact.name { continue }
            newest.append(fact)
        }
        return newest
    }

    /// Current facts with one of each name and source: two endpoints of one machine may differ. Sorted by subject and
    /// name, then newest first.
    /// - Throws: ``StorageError``.
    public func currentFactsBySource(of subject: ObjectID?) throws -> [Fact] {
        let facts = try read { db in
            let select = "SELECT \(Self.columns) FROM fact_current AS now JOIN fact ON fact.rowid = now.fact"
            let order = "ORDER BY now.subject, now.name, now.observed_at DESC, now.fact DESC"
            let rows =
                if let subject {
                    try Row.fetchCursor(
                        db, sql: "\(select) WHERE now.subject = ? \(order)", arguments: [subject.description])
                } else {
                    try Row.fetchCursor(db, sql: "\(select) \(order)")
                }
            var facts: [Fact] = []
            while let row = try rows.next() { facts.append(try fact(row)) }
            return facts
        }
        // Subjects in the order of kinds, as everywhere; the sort is stable within a subject.
        return subject == nil
            ? facts.enumerated().sorted { a, b in
                a.element.subject != b.element.subject ? a.element.subject < b.element.subject : a.offset < b.offset
            }.map(\.element) : facts
    }

    /// All facts of one name, oldest first, from `start` on.
    /// - Throws: ``StorageError``.
    public func factHistory(of subject: ObjectID, name: String, since start: Timestamp) throws -> [Fact] {
        try read { db in
            let sql = """
                SELECT \(Self.columns) FROM fact WHERE subject = ? AND name = ? AND observed_at >= ?
                ORDER BY observed_at, rowid
                """
            return try Row.fetchAll(db, sql: sql, arguments: [subject.description, name, start.milliseconds])
                .map { try fact($0) }
        }
    }

    /// The fact called `id`; nil when there is none.
    /// - Throws: ``StorageError``.
    public func fact(_ id: String) throws -> Fact? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT \(Self.columns) FROM fact WHERE id = ?", arguments: [id])
                .map { try fact($0) }
        }
    }

    private func fact(_ row: Row) throws -> Fact {
        let subject = try row.text(0)
        guard let id = ObjectID(subject) else {
            throw StorageError(
                .corrupt, "\(path): a fact speaks of \"\(subject)\", which is no object: run hatang doctor")
        }
        return Fact(
            subject: id, name: try row.text(1), value: try JSONValue.parse(try row.text(2)),
            unit: try row.optionalText(3),
            observedAt: Timestamp(milliseconds: try row.int(4)),
            validFor: .milliseconds(try row.int(5)), source: try row.text(6))
    }
}
