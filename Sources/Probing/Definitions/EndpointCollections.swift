/// What a probe gives for each port of a machine, or for its one clock (`ntp`).
public struct EndpointCollection: Sendable, Equatable {
    /// The fact's name without the port, which is appended: `tls.endpoint` becomes `tls.endpoint.443`.
    public let fact: String
    /// Numbers that also become samples; the instance is the port.
    public let metrics: [MetricPick]
}

/// What an `icmp` probe sends and gives.
public struct EchoCollection: Sendable, Equatable {
    /// The fact's name.
    public let fact: String
    /// Requests of one run, 1-100.
    public let count: Int
    /// From one request to the next.
    public let spacing: Duration
    /// Numbers that also become samples.
    public let metrics: [MetricPick]
}

/// What an `http` probe gives for each page.
public struct HTTPCollection: Sendable, Equatable {
    /// The fact's name without the page, which is appended: `http.page` becomes `http.page.https_www_example_vn`.
    public let fact: String
    /// Bytes of body that are searched for `match` at most.
    public let bodyLimit: Int
    /// Numbers that also become samples; the instance is the page.
    public let metrics: [MetricPick]
}

/// What a `dns` probe gives.
public struct DNSCollection: Sendable, Equatable {
    /// A fact for each zone or each name.
    public struct Part: Sendable, Equatable {
        /// The fact's name without the zone, or without name and type, which are appended.
        public let fact: String
        /// Numbers that also become samples; the instance is the zone, or the name and the type.
        public let metrics: [MetricPick]
    }
    /// Of the zones a server serves; nil: not asked.
    public let zones: Part?
    /// Of the names it must resolve; nil: not asked.
    public let names: Part?
}
