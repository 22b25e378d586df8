public import Notation

/// One thing that is wrong with the ledger: which record, what sort, and in words.
public struct LedgerFault: Hashable, Sendable, CustomStringConvertible {
    /// The sort of fault; the raw value is for JSON output.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The hash is not the SHA-256 of the record: one of the two was altered.
        case hashMismatch = "hash-mismatch"
        /// The record does not follow the one before it: one of the two was replaced, moved or put in.
        case previousMismatch = "previous-mismatch"
        /// Numbers are missing: records were removed.
        case gap
        /// The number does not grow: records were put in, doubled or given in the wrong order.
        case outOfOrder = "out-of-order"
        /// The number inside the record is not the number it is stored under: it was moved or renumbered.
        case sequenceDiffers = "sequence-differs"
        /// The bytes are not the canonical JSON of their own content, or not a record at all.
        case notCanonical = "not-canonical"
        /// The signed head names a later record than there is: records were removed at the end.
        case truncated
        /// There are records behind the signed head: they were put in without the key.
        case beyondHead = "beyond-head"
        /// The record the head names has another hash than the head says: it was replaced.
        case headMismatch = "head-mismatch"
        /// The head's signature is not genuine.
        case headSignature = "head-signature"
        /// There are records but no signed head, so the end of the ledger is not proven.
        case headMissing = "head-missing"
    }

    /// The record it was found at; for missing records the first missing one.
    public let seq: Int64
    /// The sort of fault.
    public let kind: Kind
    /// What was expected and what is there.
    public let message: String

    /// `record 12: …`.
    public var description: String { "record \(seq): \(message)" }
    /// Number, kind and message, for output.
    public var json: JSONValue {
        ["kind": .string(kind.rawValue), "message": .string(message), "seq": .int(seq)]
    }
}

/// What an audit of the ledger found.
public struct LedgerVerdict: Hashable, Sendable {
    /// How many records were looked at; the denominator. Zero proves nothing.
    public let checked: Int
    /// The last number seen; 0 when there was no record.
    public let lastSequence: Int64
    /// The hash of the last record seen; ``LedgerRecord/genesis`` when there was none.
    public let lastHash: String
    /// Whether the end was compared with a genuine signed head.
    public let headVerified: Bool
    /// In the order found; at most ``LedgerChain/maximumFaults``.
    public let faults: [LedgerFault]
    /// Faults beyond those listed.
    public let unlistedFaults: Int

    /// No fault, and the end proven by a signed head.
    public var isIntact: Bool { faults.isEmpty && headVerified }

    /// All of it, for output.
    public var json: JSONValue {
        [
            "checked": .int(Int64(checked)), "faults": .array(faults.map(\.json)), "head_verified": .bool(headVerified),
            "intact": .bool(isIntact), "last_hash": .string(lastHash), "last_seq": .int(lastSequence),
            "unlisted_faults": .int(Int64(unlistedFaults)),
        ]
    }
}

/// Walks the ledger record by record in constant memory and names every record that is not as it was sealed.
///
/// What it cannot see: someone who holds the signing key can write a new ledger from the beginning. An auditor who
/// keeps heads (and the public key) elsewhere sees that too, by comparing the hash under the kept number.
public struct LedgerChain: Sendable {
    /// Faults that are listed one by one; the rest is counted.
    public static let maximumFaults = 1_000

    private var last: (seq: Int64, stored: String, computed: String) = (0, LedgerRecord.genesis, LedgerRecord.genesis)
    private var checked = 0
    private var faults: [LedgerFault] = []
    private var unlisted = 0
    private let head: LedgerHead?
    private let publicKey: [UInt8]?
    private var headHash: String?

    /// Starts an audit that will compare the end with `head`, if its signature fits `publicKey` (32 bytes).
    public init(head: LedgerHead?, publicKey: [UInt8]?) {
        self.head = head
        self.publicKey = publicKey
    }

    /// Audits `records`, which come in the order of the numbers they are stored under.
    public static func verify(
        _ records: some Sequence<LedgerRecord>, head: LedgerHead?, publicKey: [UInt8]?
    ) -> LedgerVerdict {
        var chain = LedgerChain(head: head, publicKey: publicKey)
        for record in records { chain.check(record) }
        return chain.verdict()
    }

    /// Looks at the next record.
    public mutating func check(_ record: LedgerRecord) {
        checked += 1
        let computed = Digest.sha256Hex(record.record.utf8)
        if computed != record.hash {
            fault(
                record.seq, .hashMismatch, "its hash is \(record.hash) but its content hashes to \(computed): altered")
        }
        if record.seq <= last.seq {
            fault(record.seq, .outOfOrder, "it comes behind record \(last.seq): put in, doubled or out of order")
        } else if record.seq != last.seq + 1 {
            let count = record.seq - last.seq - 1
            fault(
                last.seq + 1, .gap,
                count == 1
                    ? "it is missing: removed" : "it and \(count - 1) more up to \(record.seq - 1) are missing: removed"
            )
        }
        checkContent(record)
        if record.seq == head?.seq { headHash = record.hash }
        // Numbers never fall back: what stands out of order is named and then left aside.
        if record.seq > last.seq { last = (record.seq, record.hash, computed) }
    }

    private mutating func checkContent(_ record: LedgerRecord) {
        guard let content = try? JSONValue.parse(record.record),
            content.canonical.utf8.elementsEqual(record.record.utf8),
            let seq = content["seq"]?.int, let previous = content["previous"]?.string
        else {
            fault(record.seq, .notCanonical, "it is not the canonical JSON of a record: altered or put in")
            return
        }
        if seq != record.seq {
            fault(record.seq, .sequenceDiffers, "it says of itself that it is record \(seq): moved or renumbered")
        }
        // When the record before was altered, that is already said; its stored hash is what this one was sealed behind.
        if previous != last.stored && previous != last.computed {
            fault(
                record.seq, .previousMismatch,
                last.seq == 0
                    ? "it was sealed behind another record, but none is before it: records were removed"
                    : "it was not sealed behind record \(last.seq) as that is now: one of the two was replaced or moved"
            )
        }
    }

    private mutating func fault(_ seq: Int64, _ kind: LedgerFault.Kind, _ message: String) {
        if faults.count < Self.maximumFaults {
            faults.append(LedgerFault(seq: seq, kind: kind, message: message))
        } else {
            unlisted += 1
        }
    }

    /// Compares the end with the signed head and sums up.
    public func verdict() -> LedgerVerdict {
        var end = self
        let proven = end.checkHead()
        return LedgerVerdict(
            checked: checked, lastSequence: last.seq, lastHash: last.stored, headVerified: proven, faults: end.faults,
            unlistedFaults: end.unlisted)
    }

    private mutating func checkHead() -> Bool {
        guard let head else {
            // An empty ledger without a head is new; nothing was proven, and the verdict says so by its counts.
            guard checked > 0 else { return false }
            fault(last.seq, .headMissing, "no signed head names it as the newest: the end of the ledger is not proven")
            return false
        }
        guard let publicKey else {
            fault(head.seq, .headSignature, "the key that proves the signed head is not there")
            return false
        }
        guard head.isGenuine(publicKey: publicKey) else {
            fault(head.seq, .headSignature, "the head that names it as the newest is not signed with this key: altered")
            return false
        }
        if last.seq < head.seq {
            fault(
                last.seq + 1, .truncated,
                "records up to \(head.seq), signed \(head.at), are missing: removed at the end")
        } else if let headHash, headHash != head.hash {
            fault(head.seq, .headMismatch, "its hash is \(headHash), but \(head.hash) was signed \(head.at): replaced")
        }
        if last.seq > head.seq {
            fault(head.seq + 1, .beyondHead, "it is behind the signed head \(head.seq): put in without the key")
        }
        return true
    }
}
