public import Remote

/// One object to read: a scalar's instance, or a table's column.
public struct SNMPField: Sendable, Equatable {
    /// The member of the fact; nil when it becomes a metric only.
    public let field: String?
    /// The series; nil when it becomes a member only.
    public let metric: String?
    /// The object's name in its MIB, such as `ifHCInOctets`.
    public let object: String
    /// The scalar's instance (with `.0`) or the column.
    public let oid: OID
    /// How to read the value.
    public let conversion: SNMPConversion
    /// The number is multiplied by it.
    public let scale: DecimalScale
    /// Raw numbers that mean "not known here".
    public let ignored: [Int]
    /// Names of numbers (`enum`) or of bit positions (`bits`).
    public let names: [Int: String]
    /// How octets or a number are shown (`hint`).
    public let hint: DisplayHint?
    /// UCUM-like unit of the metric.
    public let unit: String?
}

/// Scalars that together make one fact, an object.
public struct SNMPGroup: Sendable, Equatable {
    /// The fact's name.
    public let fact: String
    /// Its members; of two with the same field the first that has a value counts.
    public let fields: [SNMPField]
}

/// One piece of a table's index (RFC 2578 section 7.7), a member of each row.
public struct SNMPIndexPart: Sendable, Equatable {
    /// How sub-identifiers become a value.
    public enum Kind: String, Sendable, CaseIterable {
        /// One sub-identifier, a whole number.
        case int
        /// Four sub-identifiers, an IPv4 address (ipAddrTable).
        case ipv4
        /// Sixteen sub-identifiers, an IPv6 address.
        case ipv6
        /// InetAddressType, length, octets (RFC 4001, ipAddressTable).
        case inet
        /// Six sub-identifiers, `00:1b:54:aa:0f:3c`.
        case mac
        /// Octets as text without control characters.
        case string
        /// Octets as hexadecimal digits.
        case hex
        /// Sub-identifiers in dotted form.
        case oid
    }
    /// The member that takes it.
    public let field: String
    /// How it is read.
    public let kind: Kind
    /// Octets of a `string` or `hex` whose length is fixed; nil: the length stands before it.
    public let size: Int?
    /// Whether a `string`, `hex` or `oid` is the last part and has no length before it (IMPLIED).
    public let implied: Bool
    /// Names for whole numbers.
    public let names: [Int: String]
}

/// A column of another table whose index is a part of this one's: each row takes the value that fits.
public struct SNMPLookup: Sendable, Equatable {
    /// The parts of the index that lead to the value, in the order of the other table's index.
    public let by: [String]
    /// The other table's column; a member only.
    public let column: SNMPField
}

/// Columns that together make one fact, an array of rows.
public struct SNMPTable: Sendable, Equatable {
    /// The fact's name. Tables with the same name give one fact; of rows with the same index the first counts.
    public let fact: String
    /// What the sub-identifiers behind a column's mean, in their order; never empty.
    public let index: [SNMPIndexPart]
    /// The members whose texts, with `/` between them, name the instance of metrics; empty: the index.
    public let instance: [String]
    /// Rows without this member are left out.
    public let rowNeeds: String?
    /// Rows whose member has one of these numbers are left out, here and in later tables of the same fact.
    public let rowDrops: [String: [Int]]
    /// More rows than this are an error.
    public let limit: Int
    /// What to read; of two with the same field the first that has a value counts.
    public let columns: [SNMPField]
    /// What rows take from other tables.
    public let lookups: [SNMPLookup]
}

/// What an `snmp` probe reads.
public struct SNMPCollection: Sendable, Equatable {
    /// Scalars.
    public let groups: [SNMPGroup]
    /// Tables.
    public let tables: [SNMPTable]
    /// The fact that tells the protocol version used: `v1`, `v2c` or `v3`.
    public let versionFact: String?
}
