public import Addressing

/// What echo requests brought back (RFC 792, RFC 4443).
public struct EchoReport: Sendable, Equatable {
    /// Requests sent.
    public let sent: Int
    /// One for each answer, in the order of the requests.
    public let roundTrips: [Duration]
    /// What a router or the machine said instead of an answer, such as `destination unreachable: host`; nil: nothing.
    public let problem: String?

    /// Answers.
    public var received: Int { roundTrips.count }

    /// Creates a report.
    public init(sent: Int, roundTrips: [Duration], problem: String? = nil) {
        self.sent = sent
        self.roundTrips = roundTrips
        self.problem = problem
    }
}

/// Sends echo requests from an unprivileged datagram socket.
public protocol ICMPEchoer: Sendable {
    /// Sends `count` requests, `interval` apart, each with its own `timeout`.
    ///
    /// No answer at all is a report with `received == 0`, not an error.
    /// - Throws: ``RemoteError``: `unreachable` (no route, no such family here), `unsupported` (the kernel lets us open
    ///   no such socket: net.ipv4.ping_group_range), `cancelled`.
    func echo(_ address: IPAddress, subject: String, count: Int, interval: Duration, timeout: Duration) async throws
        -> EchoReport
}

/// One page to ask for.
public struct HTTPCheck: Sendable, Equatable {
    /// `http` or `https`, host, optional port, path and query; the host is for SNI, Host and the certificate's name.
    public let url: String
    /// Where the connection goes, whatever the name in `url` resolves to.
    public let endpoint: Endpoint
    /// Bytes of body kept at most; the rest is read and counted up to ten times as much.
    public let bodyLimit: Int
    /// Further PEM roots to trust besides the system's.
    public let additionalRootsPEM: [UInt8]?

    /// Creates a check.
    public init(url: String, endpoint: Endpoint, bodyLimit: Int = 1 << 20, additionalRootsPEM: [UInt8]? = nil) {
        self.url = url
        self.endpoint = endpoint
        self.bodyLimit = bodyLimit
        self.additionalRootsPEM = additionalRootsPEM
    }
}

/// What a web server answered; redirects are not followed, they are an answer.
public struct HTTPReport: Sendable, Equatable {
    /// Status code, 100-599.
    public let status: Int
    /// `HTTP/1.1`, `HTTP/2`.
    public let version: String
    /// Names in lower case with their values as sent; untrusted.
    public let headers: [(name: String, value: String)]
    /// The first bytes of the body; untrusted.
    public let body: [UInt8]
    /// Bytes of body that came.
    public let bodyBytes: Int
    /// Whether the whole body came.
    public let isComplete: Bool
    /// From the start to the TCP connection.
    public let connect: Duration
    /// From there to the end of the TLS handshake; nil without TLS.
    public let tls: Duration?
    /// From the request to the first byte of the answer.
    public let firstByte: Duration
    /// From the start to the last byte.
    public let total: Duration

    /// Creates a report.
    public init(
        status: Int, version: String, headers: [(name: String, value: String)], body: [UInt8], bodyBytes: Int,
        isComplete: Bool, connect: Duration, tls: Duration?, firstByte: Duration, total: Duration
    ) {
        self.status = status
        self.version = version
        self.headers = headers
        self.body = body
        self.bodyBytes = bodyBytes
        self.isComplete = isComplete
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
        self.total = total
    }

    /// Whether two reports tell the same.
    public static func == (a: HTTPReport, b: HTTPReport) -> Bool {
        a.status == b.status && a.version == b.version && a.body == b.body && a.bodyBytes == b.bodyBytes
            && a.isComplete == b.isComplete && a.connect == b.connect && a.tls == b.tls
            && a.firstByte == b.firstByte && a.total == b.total
            && a.headers.elementsEqual(b.headers) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// Asks web servers for one page.
public protocol HTTPInspector: Sendable {
    /// One GET over a connection of its own.
    /// - Parameter timeout: for all of it.
    /// - Throws: ``RemoteError``: `refused`, `timeout`, `unreachable`, `authentication` (the certificate is not
    ///   believed; the message says why), `protocolViolation`, `tooLarge` (its header), `closed`, `cancelled`,
    ///   `unsupported` (the URL is none we can ask for).
    func fetch(_ check: HTTPCheck, subject: String, timeout: Duration) async throws -> HTTPReport
}

/// A question to the DNS.
public struct DNSQuestion: Hashable, Sendable {
    /// Record types we ask for.
    public enum RecordType: String, Sendable, CaseIterable, Codable {
        case a = "A"
        case aaaa = "AAAA"
        case ptr = "PTR"
        case mx = "MX"
        case soa = "SOA"
        case ns = "NS"
        case cname = "CNAME"
        case txt = "TXT"
    }
    /// The name, absolute, with or without the last dot.
    public let name: String
    /// What of it.
    public let type: RecordType

    /// Creates a question.
    public init(_ name: String, _ type: RecordType) {
        self.name = name
        self.type = type
    }
}

/// What the DNS answered.
public struct DNSReport: Sendable, Equatable {
    /// What DNSSEC validation says (RFC 4035 section 4.3).
    public enum Security: String, Sendable, Codable {
        /// Signed, and the chain of trust holds.
        case secure
        /// Provably not signed, or no trust anchor covers it.
        case insecure
        /// Signed, and the chain of trust is broken.
        case bogus
        /// Not validated: the server was asked directly, without recursion.
        case unchecked
    }
    /// `NOERROR`, `NXDOMAIN`, `SERVFAIL` …
    public let rcode: String
    /// The answer section's records of the type asked, in presentation form (RFC 1035 section 5.1), in order of text.
    public let records: [String]
    /// Lowest time to live of the records in seconds; nil without records.
    public let ttl: UInt32?
    /// Whether the chain of trust holds.
    public let security: Security
    /// Why it is bogus; nil otherwise.
    public let bogusReason: String?
    /// Whether the server said that it is an authority (AA); nil when a resolver was asked.
    public let authoritative: Bool?
    /// The SOA's serial, if one was asked for and came.
    public let serial: UInt32?
    /// From question to answer.
    public let duration: Duration

    /// Creates a report.
    public init(
        rcode: String, records: [String], ttl: UInt32?, security: Security, bogusReason: String?,
        authoritative: Bool?, serial: UInt32?, duration: Duration
    ) {
        self.rcode = rcode
        self.records = records
        self.ttl = ttl
        self.security = security
        self.bogusReason = bogusReason
        self.authoritative = authoritative
        self.serial = serial
        self.duration = duration
    }
}

/// Asks the DNS.
public protocol DNSClient: Sendable {
    /// Resolves through the recursive resolver at `server` with DNSSEC validation of our own.
    /// - Throws: ``RemoteError``: `timeout`, `refused`, `unreachable`, `protocolViolation`, `cancelled`.
    func resolve(_ question: DNSQuestion, through server: Endpoint, subject: String, timeout: Duration) async throws
        -> DNSReport

    /// Asks the authoritative server at `server`, without recursion; TCP when the answer is truncated.
    /// - Throws: as ``resolve(_:through:subject:timeout:)``.
    func ask(_ question: DNSQuestion, at server: Endpoint, subject: String, timeout: Duration) async throws
        -> DNSReport
}

/// What a time server says (RFC 5905).
public struct NTPReport: Sendable, Equatable {
    /// Its clock minus ours, in seconds; positive: it is ahead.
    public let offset: Double
    /// Round trip without the server's own time, in seconds.
    public let delay: Double
    /// 1 for a reference clock's server, 2-15 below; 16 not synchronised.
    public let stratum: Int
    /// Leap indicator, 0-3; 3: not synchronised.
    public let leap: Int
    /// Reference id: four letters (stratum 0 and 1) or an address.
    public let referenceID: String
    /// To the reference clock and back, in seconds.
    public let rootDelay: Double
    /// Greatest error to the reference clock, in seconds.
    public let rootDispersion: Double

    /// Creates a report.
    public init(
        offset: Double, delay: Double, stratum: Int, leap: Int, referenceID: String, rootDelay: Double,
        rootDispersion: Double
    ) {
        self.offset = offset
        self.delay = delay
        self.stratum = stratum
        self.leap = leap
        self.referenceID = referenceID
        self.rootDelay = rootDelay
        self.rootDispersion = rootDispersion
    }
}

/// Asks time servers.
public protocol NTPClient: Sendable {
    /// One client request; a kiss-o'-death is an error `remote` with its code.
    /// - Throws: ``RemoteError``: `timeout`, `refused`, `unreachable`, `remote`, `protocolViolation`, `cancelled`.
    func query(_ endpoint: Endpoint, subject: String, timeout: Duration) async throws -> NTPReport
}

/// What a mail server says before mail (RFC 5321, RFC 3207).
public struct SMTPReport: Sendable, Equatable {
    /// The greeting's text without its code; untrusted.
    public let banner: String
    /// Keywords of the EHLO answer in upper case, such as `STARTTLS`, `SIZE 10240000`; untrusted.
    public let capabilities: [String]
    /// What the handshake after STARTTLS showed; nil when it is not offered.
    public let tls: TLSReport?
    /// From the start to the greeting.
    public let duration: Duration

    /// Creates a report.
    public init(banner: String, capabilities: [String], tls: TLSReport?, duration: Duration) {
        self.banner = banner
        self.capabilities = capabilities
        self.tls = tls
        self.duration = duration
    }
}

/// Greets mail servers and leaves; it never sends mail.
public protocol SMTPInspector: Sendable {
    /// Greeting, EHLO, STARTTLS if offered, QUIT.
    /// - Throws: ``RemoteError``: `refused`, `timeout`, `unreachable`, `closed`, `remote` (4xx and 5xx greetings),
    ///   `protocolViolation`, `cancelled`.
    func greet(_ endpoint: Endpoint, serverName: String?, subject: String, timeout: Duration) async throws
        -> SMTPReport
}

/// What a database server says before a log-in.
public struct DatabaseGreeting: Sendable, Equatable {
    /// The protocol spoken.
    public enum Engine: String, Sendable, Codable, CaseIterable { case postgresql, mysql }
    /// The protocol spoken.
    public let engine: Engine
    /// The server's version where it tells one before log-in (MySQL does, PostgreSQL does not); untrusted.
    public let version: String?
    /// Whether it offers TLS.
    public let offersTLS: Bool
    /// What it said instead of a greeting, such as MySQL's "Too many connections"; nil: it would take a log-in.
    public let problem: String?
    /// From the start to the greeting.
    public let duration: Duration

    /// Creates a greeting.
    public init(engine: Engine, version: String?, offersTLS: Bool, problem: String?, duration: Duration) {
        self.engine = engine
        self.version = version
        self.offersTLS = offersTLS
        self.problem = problem
        self.duration = duration
    }
}

/// Greets database servers and leaves; it never logs in.
public protocol DatabaseGreeter: Sendable {
    /// PostgreSQL: SSLRequest; MySQL and MariaDB: the initial handshake packet.
    /// - Throws: ``RemoteError``: `refused`, `timeout`, `unreachable`, `closed`, `protocolViolation`, `cancelled`.
    func greet(_ endpoint: Endpoint, as engine: DatabaseGreeting.Engine, subject: String, timeout: Duration)
        async throws -> DatabaseGreeting
}
