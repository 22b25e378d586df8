public import CMDB
public import Evidence
public import Notation
public import Regulation

/// How one control turned out for one system.
public enum FindingStatus: String, Hashable, Sendable, Codable, CaseIterable {
    case pass
    case fail
    /// Some of what had to be looked at was, and all of that passes.
    case partial
    case notApplicable = "not-applicable"
    /// Nothing valid was there to judge by, or a paper is needed. Never counts as a pass.
    case noEvidence = "no-evidence"
    /// Somebody with a name accepted the gap until a date.
    case waived

    /// Whether facts or the inventory decided it.
    public var isDecided: Bool { self == .pass || self == .fail || self == .partial || self == .notApplicable }
}

/// One thing a finding rests on: a fact as it was seen, or a field of the inventory.
///
/// A copy, not a reference: the finding explains itself even when the fact has been superseded.
public struct Exhibit: Hashable, Sendable, Codable {
    /// The fact's id (`f-…`), or the record's id (`zone/dmz`).
    public let id: String
    /// Whom it describes.
    public let subject: ObjectID
    /// The fact's name with the part that mattered (`ssh.sshd.permitrootlogin`), or the inventory field.
    public let name: String
    /// What was seen, canonical JSON, cut after 300 characters. From a machine: untrusted text.
    public let value: String
    /// When it was seen; nil for the inventory.
    public let observedAt: Timestamp?
    /// Until when it may be believed; nil for the inventory.
    public let validUntil: Timestamp?
    /// Probe and endpoint, or `inventory`.
    public let source: String

    static let longest = 300

    init(fact: Fact, part: String? = nil) {
        id = fact.id
        subject = fact.subject
        name = part.map { "\(fact.name).\($0)" } ?? fact.name
        value = Self.cut((part.map { fact.value[$0] ?? .null } ?? fact.value).canonical)
        observedAt = fact.observedAt
        validUntil = fact.validUntil
        source = fact.source
    }

    init(object: Object, field: String) {
        id = object.id.description
        subject = object.id
        name = field
        value = Self.cut((object[field] ?? .null).canonical)
        observedAt = nil
        validUntil = nil
        source = "inventory"
    }

    private static func cut(_ text: String) -> String {
        text.count <= longest ? text : String(text.prefix(longest)) + "…"
    }
}

/// One sentence of why a finding is what it is.
public struct Reason: Hashable, Sendable, Codable {
    /// What the sentence is about.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// What was asked, with the parameter that was used.
        case asked
        /// How many were asked, assessed, passing.
        case denominator
        /// Something that satisfies.
        case good
        /// Something that does not.
        case bad
        /// Nothing was there to judge by.
        case missing
        /// A fact was there but is no longer valid; it did not count.
        case stale
        /// A paper is needed.
        case needsDocument = "needs-document"
        /// No rule decides this control from facts.
        case notAutomated = "not-automated"
        /// Who accepted the gap, why and until when.
        case waived
        /// What the reader should know besides.
        case note
    }
    /// What the sentence is about.
    public let kind: Kind
    /// Whom it concerns; nil for the system as a whole.
    public let subject: ObjectID?
    /// The sentence. May hold text from machines: untrusted.
    public let text: Bilingual
}

/// One control × one system, with everything that decided it.
public struct Finding: Hashable, Sendable, Codable, Identifiable {
    /// `c-` and 12 hex digits of the SHA-256 of system, control and level: the same question has the same id.
    public let id: String
    /// The system.
    public let system: ObjectID
    /// The control's id, such as `SRV-LOG-07`.
    public let control: String
    /// The level it was judged for.
    public let level: Int
    /// The clause at that level.
    public let clause: String
    /// How it turned out.
    public let status: FindingStatus
    /// How the catalogue says it can be judged.
    public let evidenceKind: EvidenceKind
    /// Parameters of the control at that level that the rule used.
    public let parameters: [String: JSONValue]
    /// What decided it; empty when nothing was there.
    public let evidence: [Exhibit]
    /// Why, in the order to read.
    public let reasons: [Reason]
    /// What to do; nil for a pass.
    public let remedy: Bilingual?
    /// How sure we are of the control's text at that level.
    public let confidence: Confidence

    /// The id of the question that `control` at `level` asks of `system`.
    public static func id(system: ObjectID, control: String, level: Int) -> String {
        let text = JSONValue.array([.string(system.description), .string(control), .int(Int64(level))]).canonical
        return "c-" + Digest.sha256Hex(text.utf8).prefix(12)
    }
}

/// A gap that somebody answers for, until a day.
public struct Waiver: Hashable, Sendable, Codable {
    /// For which system.
    public let system: ObjectID
    /// For which control.
    public let control: String
    /// Why the gap is accepted.
    public let reason: String
    /// Who accepted it.
    public let by: String
    /// Last moment it holds.
    public let until: Timestamp

    /// Creates a waiver; one without a reason or a name is not honoured.
    public init(system: ObjectID, control: String, reason: String, by: String, until: Timestamp) {
        self.system = system
        self.control = control
        self.reason = reason
        self.by = by
        self.until = until
    }
}
