import Addressing
public import CMDB
public import Remote

/// How a probe enters its target, with everything resolved.
public enum ProbeAccess: Sendable {
    case snmp(SNMPTarget)
    case ssh(ShellTarget)
    case icmp
    case tcp
    /// The name is for SNI and the name check.
    case tls(serverName: String?)
    /// The pages behind one port.
    case http([HTTPPage])
    case dns(DNSAsk)
    case ntp
    /// The name is for SNI and the name check after STARTTLS.
    case smtp(serverName: String?)
    case database(DatabaseGreeting.Engine)
}

/// One page that must answer, and how its answer is judged.
public struct HTTPPage: Sendable, Equatable {
    /// As the inventory has it.
    public let url: String
    /// Names it in facts and series: `https_www_example_vn_health`.
    public let key: String
    /// Status codes that are right; empty: 200-399.
    public let statuses: [Int]
    /// What the body must contain.
    public let match: Pattern?

    /// Whether `status` is right.
    public func accepts(_ status: Int) -> Bool {
        statuses.isEmpty ? (200...399).contains(status) : statuses.contains(status)
    }
}

/// What is asked of one DNS server.
public struct DNSAsk: Sendable, Equatable {
    /// A zone it serves, and the other servers that must have the same.
    public struct Zone: Sendable, Equatable {
        /// A server of another machine.
        public struct Peer: Sendable, Equatable {
            /// The machine.
            public let subject: ObjectID
            /// Where it is asked, over the same address family.
            public let endpoint: Endpoint
        }
        /// In lower case, without the last dot.
        public let name: String
        /// Every other machine whose `dns_zones` has it, by machine.
        public let peers: [Peer]
    }
    /// A name it must resolve.
    public struct Name: Sendable, Equatable {
        /// The question.
        public let question: DNSQuestion
        /// Whether the name lies in a zone of the server: it is then asked as an authority, else as a resolver.
        public let isOwn: Bool
    }
    /// In the order of the inventory.
    public let zones: [Zone]
    /// In the order of the inventory.
    public let names: [Name]
}

/// One probe against one endpoint of one object.
public struct ProbePair: Sendable {
    /// The probe.
    public let probe: ProbeDefinition
    /// Whom it asks.
    public let target: Object
    /// Where. ICMP has no ports: 0.
    public let endpoint: Endpoint
    /// How.
    public let access: ProbeAccess
    /// Whether the machine is also asked over another family, whose facts have the plain names.
    ///
    /// A machine's first family (IPv4 where it has both) gives `tls.endpoint.443`, the second `tls.endpoint.443.v6`, so
    /// that rules and reports that know one name per port go on to mean what they meant.
    public let isSecondFamily: Bool

    init(
        probe: ProbeDefinition, target: Object, endpoint: Endpoint, access: ProbeAccess, isSecondFamily: Bool = false
    ) {
        self.probe = probe
        self.target = target
        self.endpoint = endpoint
        self.access = access
        self.isSecondFamily = isSecondFamily
    }

    /// `v4` or `v6`.
    public var family: String { endpoint.address.isIPv6 ? "v6" : "v4" }

    /// The `source` of its facts: `ssh-linux-baseline@127.0.10.1:22`, `icmp-echo@127.0.10.1`.
    public var source: String {
        if case .icmp = access { return "\(probe.name)@\(endpoint.address)" }
        return "\(probe.name)@\(endpoint)"
    }

    /// `parts` as a fact's name, with the family behind it where it must be told.
    func factName(_ parts: String...) -> String {
        (parts + (isSecondFamily ? [family] : [])).joined(separator: ".")
    }

    /// A series' instance, with the family behind it where it must be told.
    func instance(_ part: String = "") -> String {
        guard isSecondFamily else { return part }
        return part.isEmpty ? family : "\(part).\(family)"
    }
}
