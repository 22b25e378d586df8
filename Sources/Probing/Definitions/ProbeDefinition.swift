public import Notation

/// One file of `Probes/`: what to ask, whom, how often, and how to judge the answers.
public struct ProbeDefinition: Sendable, Equatable {
    /// The protocol a probe speaks.
    public enum Kind: String, Sendable, CaseIterable, Comparable {
        case snmp, ssh, tls, tcp
        /// In alphabetical order.
        public static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
    }

    /// What to collect; its shape follows from the kind.
    public enum Collection: Sendable, Equatable {
        case snmp(SNMPCollection)
        case ssh([SSHStep])
        case endpoint(EndpointCollection)
    }

    /// Slug, unique over all files.
    public let name: String
    /// The protocol.
    public let kind: Kind
    /// Selectors over the CMDB; the probe applies to what any of them finds.
    public let appliesTo: [String]
    /// From one run to the next.
    public let interval: Duration
    /// Of one request: a try (SNMP), a command (SSH), all handshakes (TLS), a connection (TCP).
    public let timeout: Duration
    /// How long its facts may be believed; at least one interval.
    public let validFor: Duration
    /// What to collect.
    public let collection: Collection
    /// How to judge it.
    public let thresholds: [Threshold]
    /// One or two sentences for people.
    public let description: String
    /// Where it is defined.
    public let position: SourcePosition

    /// The facts it may give, in the order of the file. Those of `tls` and `tcp` end in `.*`, which stands for the port.
    public var factNames: [String] {
        switch collection {
        case .snmp(let collection):
            var names: [String] = []
            for name in collection.groups.map(\.fact) + collection.tables.map(\.fact) where !names.contains(name) {
                names.append(name)
            }
            return names + (collection.versionFact.map { [$0] } ?? [])
        case .ssh(let steps): return steps.flatMap { $0.facts.map(\.name) }
        case .endpoint(let collection): return [collection.fact + ".*"]
        }
    }

    /// The metrics it may give, in the order of the file.
    public var metricNames: [String] {
        switch collection {
        case .snmp(let collection):
            return collection.groups.flatMap { $0.fields.compactMap(\.metric) }
                + collection.tables.flatMap { $0.columns.compactMap(\.metric) }
        case .ssh(let steps): return steps.flatMap { $0.metrics.map(\.metric) }
        case .endpoint(let collection): return collection.metrics.map(\.metric)
        }
    }
}

/// How a raw SNMP value becomes a value of a fact.
public enum SNMPConversion: String, Sendable, CaseIterable {
    /// Octets as UTF-8 without control characters.
    case text
    /// Six octets as `00:1b:54:aa:0f:3c`; anything else is left out.
    case mac
    /// TimeTicks as whole seconds.
    case ticks
    /// Any whole number.
    case int
    /// INTEGER: 1 is true (up(1), TruthValue true(1)), anything else false.
    case bool
    /// An object identifier in dotted form.
    case oid
    /// A netmask as the length of its prefix.
    case netmask
    /// A RowPointer into ipAddressPrefixTable: its last sub-identifier is the length (RFC 4293).
    case prefixPointer = "prefix-pointer"
}

/// One object to read: a scalar's instance, or a table's column.
public struct SNMPField: Sendable, Equatable {
    /// The member of the fact; nil when it becomes a metric only.
    public let field: String?
    /// The series; nil when it becomes a member only.
    public let metric: String?
    /// The object's name in its MIB, such as `ifHCInOctets`.
    public let object: String
    /// The scalar's instance (with `.0`) or the column.
    public let oid: String
    /// How to read the value.
    public let conversion: SNMPConversion
    /// The number is multiplied by it.
    public let scale: Int
    /// Raw numbers that mean "not known here".
    public let ignored: [Int]
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

/// Columns that together make one fact, an array of rows.
public struct SNMPTable: Sendable, Equatable {
    /// How the index behind the column's identifier becomes a member.
    public enum Index: String, Sendable, CaseIterable {
        /// One sub-identifier, a whole number.
        case int
        /// Four sub-identifiers, an IPv4 address (ipAddrTable).
        case ipv4
        /// InetAddressType, length, octets (RFC 4001, ipAddressTable).
        case inet
    }
    /// The fact's name. Tables with the same name give one fact; of rows with the same index the first counts.
    public let fact: String
    /// The member that takes the index.
    public let indexField: String
    /// How the index is read.
    public let index: Index
    /// The member whose text names the instance of metrics; nil: the index.
    public let instance: String?
    /// Rows without this member are left out.
    public let rowNeeds: String?
    /// Rows whose member has one of these numbers are left out, here and in later tables of the same fact.
    public let rowDrops: [String: [Int]]
    /// More rows than this are an error.
    public let limit: Int
    /// What to read; of two with the same field the first that has a value counts.
    public let columns: [SNMPField]
}

/// What an `snmp` probe reads.
public struct SNMPCollection: Sendable, Equatable {
    /// Scalars.
    public let groups: [SNMPGroup]
    /// Tables.
    public let tables: [SNMPTable]
    /// The fact that tells the protocol version used, `v2c` or `v3`.
    public let versionFact: String?
}

/// A number inside a fact that also becomes a sample.
public struct MetricPick: Sendable, Equatable {
    /// The series.
    public let metric: String
    /// The member of the fact that holds the number; nil: the fact is the number.
    public let member: String?
    /// UCUM-like unit.
    public let unit: String
}

/// One command of an `ssh` probe.
public struct SSHStep: Sendable, Equatable {
    /// A fact and the member of the parsed value it takes; nil: all of it.
    public struct Target: Sendable, Equatable {
        /// The fact's name.
        public let name: String
        /// The member.
        public let member: String?
    }
    /// The facts it gives.
    public let facts: [Target]
    /// A script for a POSIX shell; see ``ShellScript`` for the functions it may use and its exit codes.
    public let command: String
    /// Reads its standard output.
    public let parser: ParserName
    /// Whether it may be that the machine cannot tell.
    public let optional: Bool
    /// Whether the script may use `sudo -n` for an ordinary user.
    public let sudo: Bool
    /// Unit of the facts.
    public let unit: String?
    /// Numbers that also become samples.
    public let metrics: [MetricPick]
}

/// What a `tls` or `tcp` probe gives for each port.
public struct EndpointCollection: Sendable, Equatable {
    /// The fact's name without the port, which is appended: `tls.endpoint` becomes `tls.endpoint.443`.
    public let fact: String
    /// Numbers that also become samples; the instance is the port.
    public let metrics: [MetricPick]
}
