public import CMDB

/// Something about addresses or names that does not fit together.
public struct AddressFinding: Hashable, Sendable, Comparable {
    /// How bad it is.
    public enum Severity: String, Sendable, CaseIterable, Comparable {
        /// Two things cannot both be true.
        case error
        /// Probably not meant.
        case warning
        /// Worth knowing; no fault.
        case info

        /// Errors first.
        public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
        private var rank: Int { self == .error ? 0 : self == .warning ? 1 : 2 }
    }

    /// What was looked for.
    public enum Check: String, Sendable, CaseIterable {
        /// One address recorded twice in a routing table.
        case duplicateAddress = "duplicate-address"
        /// One address recorded in several routing tables.
        case duplicateAcrossVRFs = "duplicate-across-vrfs"
        /// One network recorded twice in a routing table.
        case duplicatePrefix = "duplicate-prefix"
        /// One network recorded in several routing tables.
        case prefixAcrossVRFs = "prefix-across-vrfs"
        /// A network inside one that is no container.
        case overlap
        /// Ranges that share addresses.
        case rangeOverlap = "range-overlap"
        /// A range that leaves its network.
        case rangeOutside = "range-outside"
        /// An address that no network holds.
        case homeless = "no-network"
        /// A mask that is not the network's.
        case mask
        /// A network, broadcast or subnet-router anycast address on a host.
        case unusable = "unusable-address"
        /// A single address recorded in a range that is populated elsewhere.
        case populated = "in-populated-range"
        /// A name that is no host name.
        case nameSyntax = "name-syntax"
        /// One name on several addresses of a family.
        case nameNotUnique = "name-not-unique"
        /// Several names on one address, so that its PTR record is not clear.
        case pointerNotUnique = "pointer-not-unique"
        /// A machine whose IPv4 and IPv6 names differ, or that has a name in one family only.
        case familyNames = "family-names"
        /// A machine that is called otherwise in the DNS.
        case machineName = "machine-name"
        /// A name outside the domains that are ours.
        case foreignName = "foreign-name"
        /// A reservation whose day has passed.
        case reservationOver = "reservation-over"
    }

    /// What was looked for.
    public let check: Check
    /// How bad it is.
    public let severity: Severity
    /// The routing table, empty for the global one; several are joined by commas.
    public let vrf: String
    /// The address, network or name in question.
    public let subject: String
    /// The records concerned, sorted.
    public let records: [ObjectID]
    /// What is wrong.
    public let problem: String
    /// What to do about it.
    public let remedy: String

    /// Worst first, then by check, routing table and subject.
    public static func < (a: AddressFinding, b: AddressFinding) -> Bool {
        if a.severity != b.severity { return a.severity < b.severity }
        if a.check != b.check { return a.check.rawValue < b.check.rawValue }
        return (a.vrf, a.subject, a.problem) < (b.vrf, b.subject, b.problem)
    }
}

/// What the checks found, and in how much.
public struct AddressReport: Sendable {
    /// Worst first.
    public let findings: [AddressFinding]
    /// How many things each check looked at; checks that did not run are missing.
    public let looked: [AddressFinding.Check: Int]

    /// How many findings there are of a severity.
    public func count(_ severity: AddressFinding.Severity) -> Int { findings.count { $0.severity == severity } }
    /// Whether there is an error or a warning.
    public var hasProblems: Bool { findings.contains { $0.severity != .info } }
}
