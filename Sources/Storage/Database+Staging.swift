public import CMDB
public import Evidence
import GRDB
public import Notation
import Synchronization

/// What an apply records beside its changes.
public struct ApplyNote: Sendable {
    /// The digest of the staged plan that is applied; approvals are looked for under it.
    public let plan: String?
    /// Who made that plan.
    public let author: String?
    /// Members to add to the records of single objects: `renamed_from`, `reverts` …
    public let marks: [ObjectID: [String: JSONValue]]

    /// Creates a note.
    public init(plan: String? = nil, author: String? = nil, marks: [ObjectID: [String: JSONValue]] = [:]) {
        self.plan = plan
        self.author = author
        self.marks = marks
    }

    /// What stands in the payload of the record about `id`, beside the change itself; sorted by name, all of them ASCII.
    func members(of id: ObjectID, transaction: Int64) -> [(name: String, value: JSONValue)] {
        var members = marks[id] ?? [:]
        members["transaction"] = .int(transaction)
        members["plan"] = plan.map { .string($0) }
        members["author"] = author.map { .string($0) }
        return members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }
}

/// Whether changes to systems of a high level need a second person.
public struct FourEyes: Hashable, Sendable {
    /// The lowest level that needs it, 1-5; nil when it is off.
    public let minimumLevel: Int?

    /// Creates a setting.
    public init(minimumLevel: Int?) { self.minimumLevel = minimumLevel }

    /// Whether it asks less than `other`.
    public func isWeaker(than other: FourEyes) -> Bool { (minimumLevel ?? 6) > (other.minimumLevel ?? 6) }

    /// As it stands in the ledger.
    public var json: JSONValue { ["min_level": minimumLevel.map { .int(Int64($0)) } ?? .null] }

    init(payload: JSONValue?) { minimumLevel = payload?["min_level"]?.int.map { Int(clamping: $0) } }
}

/// Somebody has looked at a staged plan and agrees.
public struct Approval: Hashable, Sendable {
    /// Number in the ledger.
    public let seq: Int64
    /// Who.
    public let actor: String
    /// When, RFC 3339.
    public let at: String
    /// Why.
    public let reason: String
}

extension Database {
    /// The setting as the newest record of it says; off when there is none.
    ///
    /// It stands in the ledger and nowhere else, so that nobody changes it without a trace.
    /// - Throws: ``StorageError``.
    public func fourEyes() throws -> FourEyes { try read { try fourEyes($0) } }

    private func fourEyes(_ db: GRDB.Database) throws -> FourEyes {
        FourEyes(payload: try newest("setting.four-eyes", db).first?.content["payload"])
    }

    private func newest(
        _ action: String, _ db: GRDB.Database, limit: Int = 1
    ) throws -> [(seq: Int64, content: JSONValue)] {
        let sql = "SELECT seq, record FROM ledger WHERE action = ? ORDER BY seq DESC LIMIT ?"
        return try Row.fetchAll(db, sql: sql, arguments: [action, limit]).map { row in
            let seq = try row.int(0)
            guard let content = try? JSONValue.parse(try row.text(1)) else {
                throw StorageError(.corrupt, "\(path): ledger record \(seq) is damaged: run hatang audit verify")
            }
            return (seq, content)
        }
    }

    /// Asks for, or makes, a change of the setting.
    ///
    /// Asking less than now takes two: the first call is recorded as a request, and takes effect when another actor
    /// makes the same call.
    /// - Returns: nil when it holds now, else who has asked for it, when, so that another may confirm.
    /// - Throws: ``StorageError``.
    public func setFourEyes(
        _ wanted: FourEyes, actor: String, reason: String, at: Timestamp
    ) throws -> Approval? {
        try write { db in
            let now = try fourEyes(db)
            func record(_ action: String) throws -> LedgerRecord? {
                let entry = LedgerEntry(
                    action: action, subject: nil, actor: actor, reason: reason, at: at, payload: wanted.json)
                return try append([entry], in: db).last
            }
            if wanted == now { return nil }
            if wanted.isWeaker(than: now) {
                let since = try newest("setting.four-eyes", db).first?.seq ?? 0
                let requests = try newest("setting.four-eyes-request", db, limit: 100).filter {
                    $0.seq > since && FourEyes(payload: $0.content["payload"]) == wanted
                }
                guard requests.contains(where: { $0.content["actor"]?.string != actor }) else {
                    let record = try record("setting.four-eyes-request")
                    return Approval(seq: record?.seq ?? 0, actor: actor, at: at.description, reason: reason)
                }
            }
            _ = try record("setting.four-eyes")
            return nil
        }
    }

    /// Records that `actor` agrees to the staged plan with this digest.
    /// - Throws: ``StorageError``.
    @discardableResult
    public func approve(
        plan digest: String, author: String, changes: Int, actor: String, reason: String, at: Timestamp
    ) throws -> LedgerRecord? {
        let payload: JSONValue = ["plan": .string(digest), "author": .string(author), "changes": .int(Int64(changes))]
        return try append([
            LedgerEntry(
                action: "inventory.approve", subject: nil, actor: actor, reason: reason, at: at, payload: payload)
        ]).first
    }

    /// Who agreed to the staged plan with this digest, oldest first.
    /// - Throws: ``StorageError``.
    public func approvals(of digest: String) throws -> [Approval] { try read { try Self.approvals(of: digest, $0) } }

    private static func approvals(of digest: String, _ db: GRDB.Database) throws -> [Approval] {
        let sql = """
            SELECT seq, actor, at, reason FROM ledger
            WHERE action = 'inventory.approve' AND json_extract(record, '$.payload.plan') = ? ORDER BY seq
            """
        return try Row.fetchAll(db, sql: sql, arguments: [digest]).map { row in
            Approval(
                seq: try row.int(0), actor: try row.optionalText(1) ?? "", at: try row.optionalText(2) ?? "",
                reason: try row.optionalText(3) ?? "")
        }
    }

    /// Refuses changes that concern a system of a guarded level and that nobody else has approved.
    ///
    /// It stands in the one way into the inventory, so that no command can forget it.
    func requireApproval(_ changes: [Change], _ note: ApplyNote, actor: String, in db: GRDB.Database) throws {
        guard let level = try fourEyes(db).minimumLevel, !changes.isEmpty else { return }
        let before = try current(db, snapshots.state.withLock { $0 }).0
        let touched = LevelGuard(minimumLevel: level, before: before, changes: changes).touched(by: changes)
        guard !touched.isEmpty else { return }
        let names = touched.prefix(5).map {
            "\($0.system) by \($0.changes.prefix(3).map(\.description).joined(separator: ", "))"
        }
        let what =
            "these changes concern \(touched.count) system(s) of level \(level) or higher "
            + "(\(names.joined(separator: "; "))\(touched.count > 5 ? "; …" : "")): nothing was changed; "
        guard let plan = note.plan else {
            throw StorageError(
                .notApproved,
                what + "write them to a file with --out FILE, have somebody other than \(actor) run hatang inventory "
                    + "approve FILE --reason …, then hatang inventory apply FILE")
        }
        let author = note.author ?? actor
        let approvals = try Self.approvals(of: plan, db)
        if approvals.contains(where: { $0.actor != author && $0.actor != actor }) { return }
        let mine = approvals.map(\.actor).joined(separator: ", ")
        throw StorageError(
            .notApproved,
            what + (approvals.isEmpty ? "nobody has approved the plan" : "only \(mine) has approved the plan")
                + " \(plan.prefix(12)): somebody other than its author \(author)"
                + (author == actor ? "" : " and you, \(actor),")
                + " must run hatang inventory approve FILE --reason …")
    }
}
