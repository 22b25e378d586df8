/// TLS protocol versions we ask for. SSLv3 and older are not testable with the library we use.
public enum TLSVersion: String, Sendable, CaseIterable, Comparable, Codable {
    case tls10 = "TLSv1.0"
    case tls11 = "TLSv1.1"
    case tls12 = "TLSv1.2"
    case tls13 = "TLSv1.3"
    /// Older is smaller.
    public static func < (a: TLSVersion, b: TLSVersion) -> Bool { a.rawValue < b.rawValue }
}

/// What of one certificate matters to an operator.
public struct CertificateSummary: Sendable, Equatable, Codable {
    /// Distinguished name of the holder.
    public let subject: String
    /// Distinguished name of the issuer.
    public let issuer: String
    /// Hexadecimal, as `openssl x509 -serial`.
    public let serial: String
    /// Seconds since 1970, UTC.
    public let notBefore: Int64
    /// Seconds since 1970, UTC.
    public let notAfter: Int64
    /// Subject alternative names: DNS names and addresses.
    public let names: [String]
    /// `RSA`, `EC`, `Ed25519` …
    public let keyType: String
    /// Bits of the key.
    public let keyBits: Int
    /// For example `sha256WithRSAEncryption`.
    public let signatureAlgorithm: String
    /// SHA-256 of the DER, hexadecimal.
    public let sha256: String

    /// Creates a summary.
    public init(
        subject: String, issuer: String, serial: String, notBefore: Int64, notAfter: Int64, names: [String],
        keyType: String, keyBits: Int, signatureAlgorithm: String, sha256: String
    ) {
        self.subject = subject
        self.issuer = issuer
        self.serial = serial
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.names = names
        self.keyType = keyType
        self.keyBits = keyBits
        self.signatureAlgorithm = signatureAlgorithm
        self.sha256 = sha256
    }
}

/// A stapled OCSP answer (RFC 6960, RFC 6066 section 8).
public struct OCSPStatus: Sendable, Equatable, Codable {
    /// What it says of the leaf.
    public enum Status: String, Sendable, Codable { case good, revoked, unknown, unreadable }
    /// What it says of the leaf; `unreadable` for an answer that is none, is not about the leaf or is not signed rightly.
    public let status: Status
    /// Seconds since 1970, UTC: when the status was right; nil when unreadable.
    public let thisUpdate: Int64?
    /// Seconds since 1970, UTC: when newer information will be there.
    public let nextUpdate: Int64?
    /// Creates a status.
    public init(status: Status, thisUpdate: Int64?, nextUpdate: Int64?) {
        self.status = status
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
    }
}

/// What a TLS server shows.
public struct TLSReport: Sendable, Equatable {
    /// Versions it accepted, each tried with a handshake of its own.
    public let accepted: [TLSVersion]
    /// Versions it refused.
    public let refused: [TLSVersion]
    /// Leaf first, as sent.
    public let chain: [CertificateSummary]
    /// Why the chain or the name was not believed; nil when it verifies.
    public let verificationProblem: String?
    /// The stapled revocation status; nil when the server offers none.
    public let ocsp: OCSPStatus?

    /// Creates a report.
    public init(
        accepted: [TLSVersion], refused: [TLSVersion], chain: [CertificateSummary], verificationProblem: String?,
        ocsp: OCSPStatus? = nil
    ) {
        self.ocsp = ocsp
        self.accepted = accepted
        self.refused = refused
        self.chain = chain
        self.verificationProblem = verificationProblem
    }
}

/// Looks at TLS servers. It never sends application data.
public protocol TLSInspector: Sendable {
    /// - Parameter serverName: for SNI and the name check; nil when the endpoint has no name.
    /// - Throws: ``RemoteError``: `refused`, `timeout`, `protocolViolation` when no version gave a handshake.
    func inspect(_ endpoint: Endpoint, serverName: String?, subject: String, timeout: Duration) async throws
        -> TLSReport
}

/// Opens and closes TCP connections.
public protocol TCPConnector: Sendable {
    /// How long the handshake took.
    /// - Throws: ``RemoteError``: `refused`, `timeout`, `unreachable`.
    func connect(_ endpoint: Endpoint, subject: String, timeout: Duration) async throws -> Duration
}
