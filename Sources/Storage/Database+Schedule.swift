public import CMDB
public import Evidence
import GRDB
public import Notation

/// The last turn of a probe against a target, as it is kept.
public struct StoredTurn: Hashable, Sendable {
    /// Whom it asked.
    public let target: String
    /// What it asked, and where.
    public let probe: String
    /// When the turn was due.
    public let turn: Timestamp
    /// How it ended, in the schedule's words.
    public let ending: String

    /// Creates a record.
    public init(target: String, probe: String, turn: Timestamp, ending: String) {
        self.target = target
        self.probe = probe
        self.turn = turn
        self.ending = ending
    }
}

/// How a check stands, as it is kept.
public struct StoredCheck: Hashable, Sendable {
    /// Whom it concerns.
    public let subject: ObjectID
    /// The probe and its endpoint; empty for the subject itself.
    public let probe: String
    /// The check's name.
    public let check: String
    /// Everything else.
    public let json: JSONValue

    /// Creates a record.
    public init(subject: ObjectID, probe: String, check: String, json: JSONValue) {
        self.subject = subject
        self.probe = probe
        self.check = check
        self.json = json
    }
}

extension Database {
    static let scheduleTables = """
        CREATE TABLE probe_turn (
            target TEXT NOT NULL,
            probe TEXT NOT NULL,
            turn_at INTEGER NOT NULL,
            ending TEXT NOT NULL,
            PRIMARY KEY (target, probe)
        ) WITHOUT ROWID;
        CREATE TABLE probe_check (
            subject TEXT NOT NULL,
            probe TEXT NOT NULL,
            "check" TEXT NOT NULL,
            json TEXT NOT NULL,
            PRIMARY KEY (subject, probe, "check")
        ) WITHOUT ROWID;
        """

    /// Stores what a loop brought home in one transaction: facts, the turns that gave them, the checks they changed.
    ///
    /// Turns and checks replace what was kept of the same ones: also a turn that is earlier than the one before, for the
    /// clock may have been set back.
    /// - Throws: ``StorageError``; nothing of it is stored then.
    public func store(facts: [Fact], turns: [StoredTurn], checks: [StoredCheck]) throws {
        try write { db in
            try Self.insert(facts, db)
            let turn = try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO probe_turn (target, probe, turn_at, ending) VALUES (?, ?, ?, ?)")
            for one in turns {
                try turn.execute(arguments: [one.target, one.probe, one.turn.milliseconds, one.ending])
            }
            let check = try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO probe_check (subject, probe, \"check\", json) VALUES (?, ?, ?, ?)")
            for one in checks {
                try check.execute(arguments: [one.subject.description, one.probe, one.check, one.json.canonical])
            }
        }
    }

    /// The last turn of every pair, by target and probe.
    /// - Throws: ``StorageError``.
    public func turns() throws -> [StoredTurn] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT target, probe, turn_at, ending FROM probe_turn").map { row in
                StoredTurn(
                    target: try row.text(0), probe: try row.text(1), turn: Timestamp(milliseconds: try row.int(2)),
                    ending: try row.text(3))
            }
        }
    }

    /// All checks, by subject (in the order of text), probe and name.
    /// - Throws: ``StorageError``.
    public func checks() throws -> [StoredCheck] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT subject, probe, \"check\", json FROM probe_check").map { row in
                let subject = try row.text(0)
                guard let id = ObjectID(subject) else {
                    throw StorageError(
                        .corrupt, "\(path): a check speaks of \"\(subject)\", which is no object: run hatang doctor")
                }
                return StoredCheck(
                    subject: id, probe: try row.text(1), check: try row.text(2),
                    json: try JSONValue.parse(try row.text(3)))
            }
        }
    }

    /// Forgets turns and checks of objects that no longer are in the inventory.
    /// - Returns: how many of both were removed.
    /// - Throws: ``StorageError``.
    @discardableResult
    public func forgetProbeHistory(except kept: Set<ObjectID>) throws -> Int {
        let known = try Set(turns().map(\.target) + checks().map(\.subject.description))
        let gone = known.subtracting(kept.map(\.description))
        guard !gone.isEmpty else { return 0 }
        return try write { db in
            var removed = 0
            for target in gone.sorted() {
                try db.execute(sql: "DELETE FROM probe_turn WHERE target = ?", arguments: [target])
                removed += db.changesCount
                try db.execute(sql: "DELETE FROM probe_check WHERE subject = ?", arguments: [target])
                removed += db.changesCount
            }
            return removed
        }
    }
}
