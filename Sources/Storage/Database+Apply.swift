public import CMDB
public import Evidence
import GRDB
import Notation

/// What an apply did.
public struct ApplyResult: Hashable, Sendable {
    /// Records made.
    public let created: Int
    /// Records changed.
    public let updated: Int
    /// Records removed.
    public let deleted: Int
    /// The number of the first change in the ledger, nil when there was none: each change has one record, in the
    /// order of the changes, and the last is numbered ``sequence``.
    public let firstSequence: Int64?
    /// The state's number afterwards, as ``CMDB/Snapshot/sequence`` counts.
    public let sequence: Int64

    /// All changes; zero when there was nothing to do.
    public var total: Int { created + updated + deleted }
}

extension Database {
    /// Makes the changes and records each in the ledger, in one transaction; on any error nothing is kept.
    ///
    /// - Parameters:
    ///   - provenance: where new and changed records are written down.
    ///   - expectedSequence: ``CMDB/Snapshot/sequence`` of the state the changes were planned on; nil skips the check.
    ///   - note: the staged plan they come from, and what else their records say.
    /// - Returns: what was done; without changes all counts are zero and nothing is recorded.
    /// - Throws: ``StorageError``: `stale` when the inventory has changed since the plan, `conflict` when a record is
    ///   not what the change says it was before (the message names it), `notApproved` when a second person must agree
    ///   first, and the errors of writing.
    @discardableResult
    public func apply(
        changes: [Change], provenance: [ObjectID: Provenance] = [:], actor: String, reason: String, at: Timestamp,
        expectedSequence: Int64? = nil, note: ApplyNote = ApplyNote()
    ) throws -> ApplyResult {
        try apply(
            changes: changes, actor: actor, reason: reason, at: at, expectedSequence: expectedSequence, note: note
        ) { provenance[$0] }
    }

    /// The same with the places asked one by one: a table of a million places need not be made.
    /// - Throws: as the other.
    @discardableResult
    public func apply(
        changes: [Change], actor: String, reason: String, at: Timestamp, expectedSequence: Int64?,
        note: ApplyNote = ApplyNote(), provenance: (ObjectID) -> Provenance?
    ) throws -> ApplyResult {
        let (before, result) = try write { db in
            let before = try Self.sequence(db)
            let result = try apply(
                changes, provenance: provenance, actor: actor, reason: reason, at: at,
                expectedSequence: expectedSequence, note: note, in: db)
            return (before, result)
        }
        if result.total > 0 { advanceSnapshot(changes, from: before, to: result.sequence) }
        return result
    }

    /// The same inside a transaction that may do more.
    func apply(
        _ changes: [Change], provenance: (ObjectID) -> Provenance?, actor: String, reason: String, at: Timestamp,
        expectedSequence: Int64? = nil, note: ApplyNote = ApplyNote(), in db: GRDB.Database
    ) throws -> ApplyResult {
        let current = try Self.sequence(db)
        if let expectedSequence, expectedSequence != current {
            throw StorageError(
                .stale,
                "the inventory has changed since this plan was made (it was at \(expectedSequence), now \(current)): "
                    + "nothing was changed; plan again")
        }
        guard !changes.isEmpty else {
            return ApplyResult(created: 0, updated: 0, deleted: 0, firstSequence: nil, sequence: current)
        }
        try requireApproval(changes, note, actor: actor, in: db)
        var writer = try InventoryWriter(db, ledger: ledgerAppender(in: db))
        let first = writer.ledger.nextSeq
        for change in changes {
            writer.members = note.members(of: change.id, transaction: first)
            try writer.write(change, provenance(change.id), actor: actor, reason: reason, at: at)
        }
        try writer.ledger.signHead(at: at)
        return ApplyResult(
            created: writer.created, updated: writer.updated, deleted: writer.deleted, firstSequence: first,
            sequence: writer.ledger.nextSeq - 1)
    }
}

/// Writes changes one by one: each record's JSON is made once and serves its row, its hash and the ledger.
struct InventoryWriter {
    private let db: GRDB.Database
    private let insert: ByteStatement
    private let update: ByteStatement
    var ledger: LedgerAppender
    /// Members of the next record's payload beside the change itself, sorted by name.
    var members: [(name: String, value: JSONValue)] = []
    private(set) var created = 0
    private(set) var updated = 0
    private(set) var deleted = 0
    private var json: [UInt8] = []
    private var hash: [UInt8] = []
    private var details: [UInt8] = []
    private var values: [(name: String, bytes: Range<Int>)] = []

    init(_ db: GRDB.Database, ledger: LedgerAppender) throws {
        self.db = db
        self.ledger = ledger
        insert = try ByteStatement(
            db,
            """
            INSERT INTO object (json, origin, file, line, "column", hash, seq, kind, key)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        update = try ByteStatement(
            db,
            """
            UPDATE object SET json = ?, origin = ?, file = ?, line = ?, "column" = ?, hash = ?, seq = ?
            WHERE kind = ? AND key = ?
            """)
    }

    mutating func write(
        _ change: Change, _ provenance: Provenance?, actor: String, reason: String, at: Timestamp
    ) throws {
        switch change {
        case .create(let object): render(object.fields)
        case .update(let before, let after):
            guard before.id == after.id else {
                throw StorageError(
                    .conflict,
                    "\(before.id): it cannot become \(after.id): nothing was changed; delete one and make the other")
            }
            try require(before)
            render(after.fields)
        case .delete(let object): try require(object)
        }
        var details = details
        self.details = []
        details.removeAll(keepingCapacity: true)
        payload(change, provenance, to: &details)
        try ledger.append(
            action: "inventory.\(change.verb)", subject: change.id, actor: actor, reason: reason, at: at
        ) { $0.append(contentsOf: details) }
        self.details = details
        try store(change, provenance)
    }

    private mutating func render(_ fields: Fields) {
        json.removeAll(keepingCapacity: true)
        hash.removeAll(keepingCapacity: true)
        var values = values
        self.values = []
        values.removeAll(keepingCapacity: true)
        fields.appendCanonical(to: &json) { values.append(($0, $1)) }
        self.values = values
        Digest.appendSHA256Hex(of: json[...], to: &hash)
    }

    /// `changes` (field to `after` and `before`), `hash` of what it is now, `source`, and ``members`` among them;
    /// canonical JSON.
    private func payload(_ change: Change, _ provenance: Provenance?, to out: inout [UInt8]) {
        out.append("{")
        append(from: "", to: "changes", commaFirst: false, &out)
        out.append("\"changes\":{")
        switch change {
        case .create:
            for (i, value) in values.enumerated() {
                if i > 0 { out.append(",") }
                JSONValue.appendQuoted(value.name, to: &out)
                out.append(":{\"after\":")
                out.append(contentsOf: json[value.bytes])
                out.append("}")
            }
        case .update, .delete:
            for (i, difference) in change.differences.enumerated() {
                if i > 0 { out.append(",") }
                JSONValue.appendQuoted(difference.field, to: &out)
                out.append(":{")
                if let after = difference.after {
                    out.append("\"after\":")
                    after.appendCanonical(to: &out)
                    if difference.before != nil { out.append(",") }
                }
                if let before = difference.before {
                    out.append("\"before\":")
                    before.appendCanonical(to: &out)
                }
                out.append("}")
            }
        }
        out.append("}")
        append(from: "changes", to: "hash", &out)
        if change.verb != "delete" {
            out.append(",\"hash\":\"")
            out.append(contentsOf: hash)
            out.append("\"")
        }
        append(from: "hash", to: "source", &out)
        if let provenance { source(provenance, to: &out) }
        append(from: "source", to: nil, &out)
        out.append("}")
    }

    /// The ``members`` whose names lie between two others.
    private func append(from first: String, to last: String?, commaFirst: Bool = true, _ out: inout [UInt8]) {
        for member in members where member.name > first && last.map({ member.name < $0 }) ?? true {
            if commaFirst { out.append(",") }
            JSONValue.appendQuoted(member.name, to: &out)
            out.append(":")
            member.value.appendCanonical(to: &out)
            if !commaFirst { out.append(",") }
        }
    }

    private func source(_ provenance: Provenance, to out: inout [UInt8]) {
        out.append(",\"source\":{")
        if let position = provenance.position {
            out.append("\"file\":")
            JSONValue.appendQuoted(position.file, to: &out)
            out.append(",\"line\":")
            JSONValue.appendDigits(Int64(position.line), to: &out)
            out.append(",")
        }
        out.append("\"origin\":")
        JSONValue.appendQuoted(provenance.origin, to: &out)
        out.append("}")
    }

    private mutating func store(_ change: Change, _ provenance: Provenance?) throws {
        let id = change.id
        switch change {
        case .create:
            created += 1
            try bind(insert, id, provenance)
            guard try insert.runUnlessTaken() else {
                throw StorageError(
                    .conflict, "\(id): it was to be made, but is there already: nothing was changed; plan again")
            }
        case .update:
            updated += 1
            try bind(update, id, provenance)
            try update.run()
        case .delete:
            deleted += 1
            let delete = try db.cachedStatement(sql: "DELETE FROM object WHERE kind = ? AND key = ?")
            try delete.execute(arguments: [id.kind.rawValue, id.key])
        }
    }

    private func bind(_ statement: ByteStatement, _ id: ObjectID, _ provenance: Provenance?) throws {
        let position = provenance?.position
        try statement.bind(1, json)
        try statement.bind(2, provenance?.origin)
        try statement.bind(3, position?.file)
        try statement.bind(4, position.map { Int64($0.line) })
        try statement.bind(5, position.map { Int64($0.column) })
        try statement.bind(6, hash)
        try statement.bind(7, ledger.nextSeq - 1)
        try statement.bind(8, id.kind.rawValue)
        try statement.bind(9, id.key)
    }

    private mutating func require(_ before: Object) throws {
        let id = before.id
        let find = try db.cachedStatement(sql: "SELECT json FROM object WHERE kind = ? AND key = ?")
        guard let stored = try String.fetchOne(find, arguments: [id.kind.rawValue, id.key]) else {
            throw StorageError(.conflict, "\(id): it is no longer there: nothing was changed; plan again")
        }
        render(before.fields)
        // Bytes, not Swift's string equality: two ways to compose "ạ" are two values here.
        guard stored.utf8.elementsEqual(json) else {
            throw StorageError(
                .conflict, "\(id): it has been changed since this plan was made: nothing was changed; plan again")
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) { text.withUTF8Buffer { append(contentsOf: $0) } }
}
