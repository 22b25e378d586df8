import CMDB
public import Remote

extension ProbeRunner {
    /// What talks to machines. A probe whose adapter is missing fails as `unsupported`.
    public struct Adapters: Sendable {
        /// Asks agents.
        public let snmp: any SNMPClient
        /// Opens sessions.
        public let shell: any RemoteShell
        /// Looks at TLS servers.
        public let tls: any TLSInspector
        /// Opens connections.
        public let tcp: any TCPConnector
        /// Sends echo requests.
        public let icmp: (any ICMPEchoer)?
        /// Asks for pages.
        public let http: (any HTTPInspector)?
        /// Asks the DNS.
        public let dns: (any DNSClient)?
        /// Asks time servers.
        public let ntp: (any NTPClient)?
        /// Greets mail servers.
        public let smtp: (any SMTPInspector)?
        /// Greets database servers.
        public let database: (any DatabaseGreeter)?

        /// Creates the set.
        public init(
            snmp: any SNMPClient, shell: any RemoteShell, tls: any TLSInspector, tcp: any TCPConnector,
            icmp: (any ICMPEchoer)? = nil, http: (any HTTPInspector)? = nil, dns: (any DNSClient)? = nil,
            ntp: (any NTPClient)? = nil, smtp: (any SMTPInspector)? = nil, database: (any DatabaseGreeter)? = nil
        ) {
            self.snmp = snmp
            self.shell = shell
            self.tls = tls
            self.tcp = tcp
            self.icmp = icmp
            self.http = http
            self.dns = dns
            self.ntp = ntp
            self.smtp = smtp
            self.database = database
        }
    }
}

/// A probe whose adapter is not there.
func missingAdapter(_ what: String, _ pair: ProbePair) -> RemoteError {
    RemoteError(
        .unsupported, subject: pair.target.id.description, message: "this run has nothing that speaks \(what)")
}
