public import Notation

/// One change as the ledger has kept it: who did what to which fields, and when.
public struct RecordedChange: Hashable, Sendable {
    /// What was done; the raw value is the last word of the ledger's action.
    public enum Verb: String, Hashable, Sendable { case create, update, delete }

    /// One field that the change touched; nil where there was, or is, no value.
    public struct Difference: Hashable, Sendable {
        /// The field's name.
        public let field: String
        /// The value before.
        public let before: JSONValue?
        /// The value after.
        public let after: JSONValue?

        /// Creates a difference.
        public init(_ field: String, before: JSONValue?, after: JSONValue?) {
            self.field = field
            self.before = before
            self.after = after
        }
    }

    /// Number in the ledger.
    public let seq: Int64
    /// Whom it concerned.
    public let id: ObjectID
    /// What was done.
    public let verb: Verb
    /// Sorted by field; all fields for create and delete.
    public let differences: [Difference]
    /// SHA-256 of the canonical fields afterwards, hex; nil when the object was deleted.
    public let hash: String?
    /// When, RFC 3339 in UTC.
    public let at: String
    /// Who.
    public let actor: String
    /// Why.
    public let reason: String
    /// Everything else the record says: `transaction`, `source`, `renamed_from`, `reverts` …
    public let payload: JSONValue

    /// Creates a recorded change; differences are sorted.
    public init(
        seq: Int64, id: ObjectID, verb: Verb, differences: [Difference], hash: String?, at: String, actor: String,
        reason: String, payload: JSONValue = .null
    ) {
        self.seq = seq
        self.id = id
        self.verb = verb
        self.differences = differences.sorted { $0.field < $1.field }
        self.hash = hash
        self.at = at
        self.actor = actor
        self.reason = reason
        self.payload = payload
    }

    /// Reads a ledger record of an inventory change; nil for any other record and for one that is damaged.
    public init?(seq: Int64, record: JSONValue) {
        guard let action = record["action"]?.string, action.hasPrefix("inventory."),
            let verb = Verb(rawValue: String(action.dropFirst("inventory.".count))),
            let id = record["subject"]?.string.flatMap({ ObjectID($0) }), let payload = record["payload"],
            let fields = payload["changes"]?.object
        else { return nil }
        self.init(
            seq: seq, id: id, verb: verb,
            differences: fields.map { Difference($0.key, before: $0.value["before"], after: $0.value["after"]) },
            hash: payload["hash"]?.string, at: record["at"]?.string ?? "", actor: record["actor"]?.string ?? "",
            reason: record["reason"]?.string ?? "", payload: payload)
    }

    /// The number of the first change of the apply it belonged to; nil in records of before applies were numbered.
    public var transaction: Int64? { payload["transaction"]?.int }
    /// The name it had before, when this change gave it another.
    public var renamedFrom: ObjectID? { payload["renamed_from"]?.string.flatMap { ObjectID($0) } }
    /// The name it has since, when this change took this one away.
    public var renamedTo: ObjectID? { payload["renamed_to"]?.string.flatMap { ObjectID($0) } }
    /// The changes this one took back.
    public var reverts: [Int64] { payload["reverts"]?.array?.compactMap(\.int) ?? [] }

    /// `bình at 2026-06-30T05:00:00.000Z (record 12: "moved")`, for messages.
    public var whoAndWhen: String { "\(actor) at \(at) (record \(seq): \(shown(reason)))" }

    /// The fields of the object before this change; `fields` are those after it. Nil means that it is not there.
    public func undone(on fields: Fields?) -> Fields? {
        if verb == .create { return nil }
        var fields = verb == .delete ? Fields() : fields ?? Fields()
        for difference in differences { fields[difference.field] = difference.before }
        return fields
    }

    /// The fields of the object after this change; `fields` are those before it. Nil means that it is not there.
    public func redone(on fields: Fields?) -> Fields? {
        if verb == .delete { return nil }
        var fields = verb == .create ? Fields() : fields ?? Fields()
        for difference in differences { fields[difference.field] = difference.after }
        return fields
    }
}
