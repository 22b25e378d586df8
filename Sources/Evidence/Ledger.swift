public import CMDB
public import Notation

/// What is to be written into the ledger; number, time order and hashes are added when it is appended.
public struct LedgerEntry: Hashable, Sendable {
    /// Dotted verb: `inventory.create`, `inventory.update`, `inventory.delete`, `probe.run`, `playbook.run`,
    /// `compliance.assessment`, `backup.run`, `backup.restore-verified`, `host-key.record`, `secret.set` …
    public let action: String
    /// Whom it concerns; nil when it concerns the whole suite.
    public let subject: ObjectID?
    /// Who did it: login name, or `daemon`.
    public let actor: String
    /// Why, in the actor's words; may be empty where no reason is asked.
    public let reason: String
    /// When.
    public let at: Timestamp
    /// The details. Never secrets.
    public let payload: JSONValue

    /// Creates an entry.
    public init(
        action: String, subject: ObjectID?, actor: String, reason: String, at: Timestamp, payload: JSONValue
    ) {
        self.action = action
        self.subject = subject
        self.actor = actor
        self.reason = reason
        self.at = at
        self.payload = payload
    }
}

/// One link of the hash chain.
///
/// `record` is canonical JSON with the members `action`, `actor`, `at` (RFC 3339), `payload`, `previous` (hash of the
/// record before, 64 zeros for the first), `reason`, `seq` (from 1, without gaps), `subject` (`kind/key` or null).
/// `hash` is the SHA-256 of exactly those bytes, in hex.
public struct LedgerRecord: Hashable, Sendable {
    /// From 1, without gaps.
    public let seq: Int64
    /// Canonical JSON, the very bytes that were hashed.
    public let record: String
    /// SHA-256 of `record`, hex.
    public let hash: String

    /// The hash before the first record.
    public static let genesis = String(repeating: "0", count: 64)

    /// Takes a stored record as it is; ``LedgerChain`` tells whether it is genuine.
    public init(seq: Int64, record: String, hash: String) {
        self.seq = seq
        self.record = record
        self.hash = hash
    }

    /// Seals `entry` as number `seq` behind the record whose hash is `previous`.
    public init(sealing entry: LedgerEntry, seq: Int64, previous: String) {
        self.seq = seq
        record =
            JSONValue.object([
                "action": .string(entry.action), "actor": .string(entry.actor), "at": .string(entry.at.description),
                "payload": entry.payload, "previous": .string(previous), "reason": .string(entry.reason),
                "seq": .int(seq), "subject": entry.subject.map { .string($0.description) } ?? .null,
            ]).canonical
        hash = Digest.sha256Hex(record.utf8)
    }
}

/// Holds the ledger of evidence and the objects it explains: written together or not at all.
public protocol LedgerReader: Sendable {
    /// Records in order of `seq`, from `first`, at most `limit`.
    func ledgerRecords(from first: Int64, limit: Int) throws -> [LedgerRecord]
    /// Records that concern `subject`, in order.
    func ledgerRecords(of subject: ObjectID) throws -> [LedgerRecord]
}

/// Appends what is not an inventory change.
public protocol LedgerWriter: Sendable {
    /// Appends the entries in one transaction and returns them sealed; durable when it returns.
    @discardableResult
    func append(_ entries: [LedgerEntry]) throws -> [LedgerRecord]
}

/// Remembers facts: the newest of each subject and name is current, older ones are kept.
public protocol FactRepository: Sendable {
    /// Stores facts in one transaction; a fact with the same id is not stored twice.
    func store(_ facts: [Fact]) throws
    /// Current facts of `subject` (all subjects when nil), valid or not, sorted by subject and name; one of each name,
    /// whatever its source.
    func currentFacts(of subject: ObjectID?) throws -> [Fact]
    /// The fact called `id`.
    func fact(_ id: String) throws -> Fact?
}

/// Remembers samples.
public protocol SampleRepository: Sendable {
    /// Stores samples in one transaction.
    func store(_ samples: [Sample]) throws
    /// Samples of one series from `start` on, in order of time.
    func samples(subject: ObjectID, name: String, instance: String, since start: Timestamp) throws -> [Sample]
    /// The series there are: subject, name, instance, unit, newest sample.
    func latestSamples(subject: ObjectID?) throws -> [Sample]
}
