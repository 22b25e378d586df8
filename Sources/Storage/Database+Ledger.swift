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
        var ledger = try ledgerAppender(in: db)
        var sealed: [LedgerRecord] = []
        sealed.reserveCapacity(entries.count)
        for entry in entries {
            try ledger.append(
                action: entry.action, subject: entry.subject, actor: entry.actor, reason: entry.reason, at: entry.at
            ) { entry.payload.appendCanonical(to: &$0) }
            sealed.append(ledger.newest)
        }
        try ledger.signHead(at: newest.at)
        return sealed
    }

    /// Takes up the ledger where it ends; to be used inside one transaction and ended by a signed head.
    func ledgerAppender(in db: GRDB.Database) throws -> LedgerAppender {
        let head = try Self.head(db)
        let last = try Self.records(db, "SELECT seq, record, hash FROM ledger ORDER BY seq DESC LIMIT 1", []).first
        let signer = try signer(isNewLedger: last == nil && head == nil)
        try checkEnd(last: last, head: head, signer: signer)
        return try LedgerAppender(db, after: last, signer: signer)
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

/// Appends record after record to the ledger inside one transaction.
struct LedgerAppender {
    private let db: GRDB.Database
    private let signer: LedgerSigner
    private let insert: ByteStatement
    private var sealer: LedgerSealer

    init(_ db: GRDB.Database, after last: LedgerRecord?, signer: LedgerSigner) throws {
        self.db = db
        self.signer = signer
        sealer = LedgerSealer(after: last?.seq ?? 0, hash: last?.hash ?? LedgerRecord.genesis)
        insert = try ByteStatement(db, "INSERT INTO ledger (seq, record, hash) VALUES (?, ?, ?)")
    }

    /// The number of the record that comes next.
    var nextSeq: Int64 { sealer.seq + 1 }

    /// The record appended last, as a value.
    var newest: LedgerRecord {
        LedgerRecord(
            seq: sealer.seq, record: String(decoding: sealer.record, as: UTF8.self),
            hash: String(decoding: sealer.hash, as: UTF8.self))
    }

    /// Seals a record and writes it; `payload` appends canonical JSON.
    mutating func append(
        action: String, subject: ObjectID?, actor: String, reason: String, at: Timestamp,
        payload: (inout [UInt8]) throws -> Void
    ) throws {
        try sealer.seal(action: action, subject: subject, actor: actor, reason: reason, at: at, payload: payload)
        try insert.bind(1, sealer.seq)
        try insert.bind(2, sealer.record)
        try insert.bind(3, sealer.hash)
        try insert.run()
    }

    /// Signs the newest record as the end of the ledger.
    func signHead(at: Timestamp) throws {
        let head = try signer.sign(newest, at: at)
        try db.execute(
            sql: "INSERT OR REPLACE INTO ledger_head (id, seq, hash, at, signature) VALUES (1, ?, ?, ?, ?)",
            arguments: [head.seq, head.hash, head.at.milliseconds, head.signature.data])
    }
}
