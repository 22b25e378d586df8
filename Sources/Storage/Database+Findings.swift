public import Evidence
import GRDB
public import Notation

/// An assessment as it is kept.
public struct StoredAssessment: Hashable, Sendable {
    /// Chosen by whoever assessed.
    public let id: String
    /// When it was made.
    public let at: Timestamp
    /// What was assessed: a system's slug, or a selector in the assessor's words.
    public let scope: String
    /// Everything else.
    public let json: JSONValue

    /// Creates an assessment.
    public init(id: String, at: Timestamp, scope: String, json: JSONValue) {
        self.id = id
        self.at = at
        self.scope = scope
        self.json = json
    }
}

/// A finding as it is kept.
public struct StoredFinding: Hashable, Sendable {
    /// The same in every assessment that judges the same control of the same subject, or new each time.
    public let id: String
    /// Slug of the system it concerns.
    public let system: String
    /// The control's code in its catalogue.
    public let control: String
    /// `pass`, `fail` …
    public let status: String
    /// Everything else.
    public let json: JSONValue

    /// Creates a finding.
    public init(id: String, system: String, control: String, status: String, json: JSONValue) {
        self.id = id
        self.system = system
        self.control = control
        self.status = status
        self.json = json
    }
}

extension Database {
    /// Keeps an assessment with its findings, in one transaction; one of the same id is replaced with all it had.
    /// - Throws: ``StorageError``; `conflict` when two findings have one id.
    public func storeAssessment(_ assessment: StoredAssessment, findings: [StoredFinding]) throws {
        try write { db in
            try db.execute(sql: "DELETE FROM finding WHERE assessment = ?", arguments: [assessment.id])
            try db.execute(
                sql: "INSERT OR REPLACE INTO assessment (id, at, scope, json) VALUES (?, ?, ?, ?)",
                arguments: [
                    assessment.id, assessment.at.milliseconds, assessment.scope, assessment.json.canonical,
                ])
            let insert = try db.cachedStatement(
                sql: "INSERT INTO finding (assessment, id, system, control, status, json) VALUES (?, ?, ?, ?, ?, ?)")
            for finding in findings {
                try insert.execute(arguments: [
                    assessment.id, finding.id, finding.system, finding.control, finding.status, finding.json.canonical,
                ])
            }
        }
    }

    /// The finding called `id`, of the newest assessment that has it; nil when none has.
    /// - Throws: ``StorageError``.
    public func finding(_ id: String) throws -> StoredFinding? {
        let sql = """
            SELECT finding.id, system, control, status, finding.json FROM finding
            JOIN assessment ON assessment.id = finding.assessment
            WHERE finding.id = ? ORDER BY assessment.at DESC, assessment.rowid DESC LIMIT 1
            """
        return try read { db in try Row.fetchOne(db, sql: sql, arguments: [id]).map(Self.finding) }
    }

    /// The findings of an assessment, of one system when given, by system and control; empty for an unknown id.
    /// - Throws: ``StorageError``.
    public func findings(assessment: String, system: String? = nil) throws -> [StoredFinding] {
        let sql = """
            SELECT id, system, control, status, json FROM finding
            WHERE assessment = ?1 AND (?2 IS NULL OR system = ?2) ORDER BY system, control, id
            """
        return try read { db in
            try Row.fetchAll(db, sql: sql, arguments: [assessment, system]).map(Self.finding)
        }
    }

    private static func finding(_ row: Row) throws -> StoredFinding {
        StoredFinding(
            id: try row.text(0), system: try row.text(1), control: try row.text(2), status: try row.text(3),
            json: try JSONValue.parse(try row.text(4)))
    }

    /// The newest assessment that judged `system` (any when nil); nil when there is none.
    /// - Throws: ``StorageError``.
    public func latestAssessment(system: String? = nil) throws -> StoredAssessment? {
        let sql = """
            SELECT id, at, scope, json FROM assessment
            WHERE ?1 IS NULL OR scope = ?1
                OR EXISTS (SELECT 1 FROM finding WHERE finding.system = ?1 AND finding.assessment = assessment.id)
            ORDER BY at DESC, rowid DESC LIMIT 1
            """
        return try read { db in
            try Row.fetchOne(db, sql: sql, arguments: [system]).map { row in
                StoredAssessment(
                    id: try row.text(0), at: Timestamp(milliseconds: try row.int(1)), scope: try row.text(2),
                    json: try JSONValue.parse(try row.text(3)))
            }
        }
    }
}
