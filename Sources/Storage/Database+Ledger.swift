public import CMDB
public import Evidence
import GRDB
import Notation

extension Database: LedgerReader, LedgerWriter {
    /// Records in order of `seq`, from `first`, at most `limit`.
    /// - Throws: ``StorageError``.
    public func ledgerRecords(from first: Int64, limit: Int) throws -> [LedgerRecord] {
        try read { db in
            try Self.records(
                db, "SELECT seq, record, hash FROM ledger WHERE seq >= ? ORDER BY seq LIMIT ?", [first, max(0, limit)])
        }
    }

    /// Records that concern `subject`, in order.
    /// - Throws: ``StorageError``.
    public func ledgerRecords(of subject: ObjectID) throws -> [LedgerRecord] {
        try read { db in
            try Self.records(
                db, "SELECT seq, record, hash FROM ledger WHERE subject = ? ORDER BY seq", [subject.description])
        }
    }

    /// The newest records with one of `actions`, newest first, at most `limit`.
    /// - Throws: ``StorageError``.
    public func latestLedgerRecords(action: String, limit: Int) throws -> [LedgerRecord] {
        try read { db in
            try Self.records(
                db, "SELECT seq, record, hash FROM ledger WHERE action = ? ORDER BY seq DESC LIMIT ?",
                [action, max(0, limit)])
        }
    }

    private static func records(
        _ db: GRDB.Database, _ sql: String, _ arguments: StatementArguments
    ) throws -> [LedgerRecord] {
        try Row.fetchAll(db, sql: sql, arguments: arguments).map { try record($0) }
    }

    private static func record(_ row: Row) throws -> LedgerRecord {
        LedgerRecord(seq: try row.int(0), record: try row.text(1), hash: try row.text(2))
    }

    /// Appends the entries in one transaction and returns them sealed; durable when it returns.
    /// - Throws: ``StorageError``; `corrupt` when the end of the ledger is not the one that was signed, `wrongKey`
    ///   when the signing key is missing or another.
    @discardableResult
    public func append(_ entries: [LedgerEntry]) throws -> [LedgerRecord] {
        try write { db in try append(entries, in: db) }
    }

    /// Seals `entries` behind the newest record and signs the new head.
    func append(_ entries: [LedgerEntry], in db: GRDB.Database) throws -> [LedgerRecord] {
        guard let newest = entries.last else { return [] }
        let head = try Self.head(db)
        let last = try Self.records(db, "SELECT seq, record, hash FROM ledger ORDER BY seq DESC LIMIT 1", []).first
        let signer = try signer(isNewLedger: last == nil && head == nil)
        try checkEnd(last: last, head: head, signer: signer)

        var previous = last?.hash ?? LedgerRecord.genesis
        var seq = last?.seq ?? 0
        var sealed: [LedgerRecord] = []
        sealed.reserveCapacity(entries.count)
        let insert = try db.cachedStatement(sql: "INSERT INTO ledger (seq, record, hash) VALUES (?, ?, ?)")
        for entry in entries {
            seq += 1
            let record = LedgerRecord(sealing: entry, seq: seq, previous: previous)
            try insert.execute(arguments: [record.seq, record.record, record.hash])
            previous = record.hash
            sealed.append(record)
        }
        if let record = sealed.last {
            let head = try signer.sign(record, at: newest.at)
            try db.execute(
                sql: "INSERT OR REPLACE INTO ledger_head (id, seq, hash, at, signature) VALUES (1, ?, ?, ?, ?)",
                arguments: [head.seq, head.hash, head.at.milliseconds, head.signature.data])
        }
        return sealed
    }

    // Signing behind a cut or replaced end would make the damage look genuine.
    private func checkEnd(last: LedgerRecord?, head: LedgerHead?, signer: LedgerSigner) throws {
        if last == nil && head == nil { return }
        guard let last, let head, head.seq == last.seq, head.hash == last.hash else {
            throw StorageError(
                .corrupt,
                "\(path): the ledger's newest record (\(last.map { String($0.seq) } ?? "none")) is not the one that was "
                    + "signed as the newest (\(head.map { String($0.seq) } ?? "none")): nothing was written; run hatang "
                    + "audit verify, and restore the last backup")
        }
        guard head.isGenuine(publicKey: signer.publicKey) else {
            throw StorageError(
                .wrongKey,
                "\(ledgerKeyPath): the ledger's head was not signed with this key: nothing was written; restore the key "
                    + "that belongs to this database, and run hatang audit verify")
        }
    }

    private static func head(_ db: GRDB.Database) throws -> LedgerHead? {
        try Row.fetchOne(db, sql: "SELECT seq, hash, at, signature FROM ledger_head").map { row in
            LedgerHead(
                seq: try row.int(0), hash: try row.text(1), at: Timestamp(milliseconds: try row.int(2)),
                signature: try row.blob(3))
        }
    }

    /// The signed head; nil when nothing was ever recorded.
    /// - Throws: ``StorageError``.
    public func ledgerHead() throws -> LedgerHead? { try read { try Self.head($0) } }

    /// Audits the whole ledger as it is at this moment, in constant memory.
    /// - Parameter publicKey: 32 bytes kept elsewhere; nil takes those beside the database, which whoever could
    ///   replace the database could replace too.
    /// - Returns: the verdict; a verdict that looked at no record proves nothing.
    /// - Throws: ``StorageError`` when the file cannot be read.
    public func verifyLedger(publicKey: [UInt8]? = nil) throws -> LedgerVerdict {
        let key = try publicKey ?? ledgerPublicKey()
        return try read { db in
            var chain = LedgerChain(head: try Self.head(db), publicKey: key)
            let rows = try Row.fetchCursor(db, sql: "SELECT seq, record, hash FROM ledger ORDER BY seq")
            while let row = try rows.next() { chain.check(try Self.record(row)) }
            return chain.verdict()
        }
    }

    /// Compares every object with the ledger record that made it what it is.
    /// - Returns: how many objects were compared, and what differs, one line each, at most 1,000.
    /// - Throws: ``StorageError`` when the file cannot be read.
    public func verifyInventory() throws -> (checked: Int, faults: [String]) {
        try read { db in
            var faults: [String] = []
            var checked = 0
            let sql = """
                SELECT object.kind, object.key, object.json, object.hash, object.seq, ledger.record FROM object
                LEFT JOIN ledger ON ledger.seq = object.seq
                """
            let rows = try Row.fetchCursor(db, sql: sql)
            while let row = try rows.next() {
                checked += 1
                if let fault = try Self.fault(object: row), faults.count < 1_000 { faults.append(fault) }
            }
            faults += try Self.missingObjects(db).prefix(1_000 - faults.count)
            return (checked, faults)
        }
    }

    private static func fault(object row: Row) throws -> String? {
        let id = "\(try row.text(0))/\(try row.text(1))"
        let seq = try row.int(4)
        let hash = Digest.sha256Hex(try row.text(2).utf8)
        guard let text = try row.optionalText(5), let record = try? JSONValue.parse(text) else {
            return "\(id): its ledger record \(seq) is missing or unreadable"
        }
        guard record["subject"]?.string == id else { return "\(id): its ledger record \(seq) speaks of another object" }
        guard record["payload"]?["hash"]?.string == hash, try row.text(3) == hash else {
            return "\(id): it is not what ledger record \(seq) made it: altered outside of the suite"
        }
        return nil
    }

    // An object whose newest inventory record is not a delete must exist, made by that very record.
    private static func missingObjects(_ db: GRDB.Database) throws -> [String] {
        let sql = """
            SELECT newest.subject, newest.seq FROM (
                SELECT subject, max(seq) AS seq, action FROM ledger
                WHERE action IN ('inventory.create', 'inventory.update', 'inventory.delete') GROUP BY subject
            ) AS newest
            LEFT JOIN object ON object.kind = substr(newest.subject, 1, instr(newest.subject, '/') - 1)
                AND object.key = substr(newest.subject, instr(newest.subject, '/') + 1)
            WHERE (newest.action = 'inventory.delete' AND object.key IS NOT NULL)
                OR (newest.action != 'inventory.delete' AND object.seq IS NOT newest.seq)
            """
        return try Row.fetchAll(db, sql: sql).map { row in
            let (id, seq) = (try row.optionalText(0) ?? "?", try row.int(1))
            return "\(id): the inventory does not hold what ledger record \(seq) left: altered outside of the suite"
        }
    }
}
