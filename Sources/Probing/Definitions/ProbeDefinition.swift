public import Notation

/// One file of `Probes/`: what to ask, whom, how often, and how to judge the answers.
public struct ProbeDefinition: Sendable, Equatable {
    /// The protocol a probe speaks.
    public enum Kind: String, Sendable, CaseIterable, Comparable {
        case snmp, ssh, icmp, tcp, tls, http, dns, ntp, smtp, postgresql, mysql
        /// In alphabetical order.
        public static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
    }

    /// What to collect; its shape follows from the kind.
    public enum Collection: Sendable, Equatable {
        case snmp(SNMPCollection)
        case ssh([SSHStep])
        /// `tcp`, `tls`, `ntp`, `smtp`, `postgresql`, `mysql`.
        case endpoint(EndpointCollection)
        case echo(EchoCollection)
        case http(HTTPCollection)
        case dns(DNSCollection)
    }

    /// Slug, unique over all files.
    public let name: String
    /// The protocol.
    public let kind: Kind
    /// Selectors over the CMDB; the probe applies to what any of them finds.
    public let appliesTo: [String]
    /// From one run to the next.
    public let interval: Duration
    /// Of one request: a try (SNMP), a command (SSH), all handshakes (TLS), a connection (TCP), an echo, a page, a
    /// question (DNS, NTP), a greeting.
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

    /// The facts it may give, in the order of the file. A final `.*` stands for the port, the page, the zone or the name
    /// asked. Over a machine's second address family the same name has `.v6` behind it.
    public var factNames: [String] {
        switch collection {
        case .snmp(let collection):
            var names: [String] = []
            for name in collection.groups.map(\.fact) + collection.tables.map(\.fact) where !names.contains(name) {
                names.append(name)
            }
            return names + (collection.versionFact.map { [$0] } ?? [])
        case .ssh(let steps): return steps.flatMap { $0.facts.map(\.name) }
        case .endpoint(let collection): return [kind == .ntp ? collection.fact : collection.fact + ".*"]
        case .echo(let collection): return [collection.fact]
        case .http(let collection): return [collection.fact + ".*"]
        case .dns(let collection):
            return [collection.zones?.fact, collection.names?.fact].compactMap { $0.map { $0 + ".*" } }
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
        case .echo(let collection): return collection.metrics.map(\.metric)
        case .http(let collection): return collection.metrics.map(\.metric)
        case .dns(let collection):
            return ((collection.zones?.metrics ?? []) + (collection.names?.metrics ?? [])).map(\.metric)
        }
    }
}

/// A number inside a fact that also becomes a sample.
public struct MetricPick: Sendable, Equatable {
    /// The series.
    public let metric: String
    /// The member of the fact that holds the number, with dots between the steps of a path; nil: the fact is the number.
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
