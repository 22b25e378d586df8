/// One value of a variable binding (RFC 2578 section 7, RFC 3416 section 2.5).
public enum SNMPValue: Hashable, Sendable {
    case integer(Int32)
    case octets([UInt8])
    case null
    case oid(OID)
    case ipAddress([UInt8])
    case counter32(UInt32)
    case gauge32(UInt32)
    case timeTicks(UInt32)
    case opaque([UInt8])
    case counter64(UInt64)
    /// Exceptions: the answer to this one binding is "there is none".
    case noSuchObject
    case noSuchInstance
    case endOfMibView

    /// Whether the agent said "there is none".
    public var isException: Bool {
        switch self {
        case .noSuchObject, .noSuchInstance, .endOfMibView: true
        default: false
        }
    }
}

/// A name and its value.
public struct VarBind: Hashable, Sendable {
    /// The instance's name.
    public let oid: OID
    /// Its value.
    public let value: SNMPValue

    /// Creates a binding.
    public init(_ oid: OID, _ value: SNMPValue) {
        self.oid = oid
        self.value = value
    }
}

/// Authentication protocols of USM (RFC 3414, RFC 7860).
public enum USMAuthProtocol: String, Sendable, CaseIterable, Codable {
    case md5, sha1, sha224, sha256, sha384, sha512
    /// Weak ones are for old gear only and are reported.
    public var isWeak: Bool { self == .md5 || self == .sha1 }
}

/// Privacy protocols of USM (RFC 3414, RFC 3826; 192/256 as net-snmp and Cisco have them).
public enum USMPrivProtocol: String, Sendable, CaseIterable, Codable {
    case des, aes128, aes192, aes256
    /// Weak ones are for old gear only and are reported.
    public var isWeak: Bool { self == .des }
}

/// A USM user. Without `auth` it is noAuthNoPriv, without `priv` authNoPriv.
public struct USMCredential: Sendable, Equatable {
    /// One protocol and its pass phrase (at least 8 bytes, RFC 3414 section 11.2).
    public struct Auth: Sendable, Equatable {
        /// The protocol.
        public let proto: USMAuthProtocol
        /// The pass phrase, not yet localised.
        public let passphrase: Secret
        /// Creates it.
        public init(proto: USMAuthProtocol, passphrase: Secret) {
            self.proto = proto
            self.passphrase = passphrase
        }
    }
    /// One protocol and its pass phrase.
    public struct Priv: Sendable, Equatable {
        /// The protocol.
        public let proto: USMPrivProtocol
        /// The pass phrase, not yet localised.
        public let passphrase: Secret
        /// Creates it.
        public init(proto: USMPrivProtocol, passphrase: Secret) {
            self.proto = proto
            self.passphrase = passphrase
        }
    }
    /// msgUserName, at most 32 bytes.
    public let user: String
    /// Authentication, if any.
    public let auth: Auth?
    /// Privacy, only together with authentication.
    public let priv: Priv?
    /// contextName; empty for the default context.
    public let context: String

    /// Creates a credential.
    public init(user: String, auth: Auth?, priv: Priv?, context: String = "") {
        self.user = user
        self.auth = auth
        self.priv = priv
        self.context = context
    }
}

extension USMCredential {
    /// The protocols of this user that no longer protect, by name; what is missing counts too.
    public var weaknesses: [String] {
        guard let auth else { return ["no authentication, no privacy"] }
        var found: [String] = []
        if auth.proto.isWeak { found.append("\(auth.proto.rawValue) authentication") }
        guard let priv else { return found + ["no privacy"] }
        if priv.proto.isWeak { found.append("\(priv.proto.rawValue) privacy") }
        return found
    }
}

/// How we prove who we are to an agent.
public enum SNMPCredential: Sendable, Equatable {
    /// SNMPv1, for gear that knows no other: no GETBULK, no 64-bit counters.
    case v1(community: Secret)
    case v2c(community: Secret)
    case v3(USMCredential)

    /// What of this credential is weak and ought to be reported, by name and without secrets; empty when nothing is.
    ///
    /// A community is readable by everybody on the way, so versions 1 and 2c are weak as such.
    public var weaknesses: [String] {
        switch self {
        case .v1: ["SNMPv1: the community travels in clear"]
        case .v2c: ["SNMPv2c: the community travels in clear"]
        case .v3(let user): user.weaknesses
        }
    }
}

/// One agent and how to ask it.
public struct SNMPTarget: Sendable {
    /// For messages: the object id, e.g. `device/core-sw-1`.
    public let subject: String
    /// Where it listens.
    public let endpoint: Endpoint
    /// Who we are.
    public let credential: SNMPCredential
    /// Per try.
    public let timeout: Duration
    /// Further tries after the first.
    public let retries: Int
    /// GETBULK's max-repetitions at most; fewer are asked where the end of a table is known, where an answer would
    /// grow past 1,400 bytes, and of agents that choke.
    public let maxRepetitions: Int

    /// Creates a target.
    public init(
        subject: String, endpoint: Endpoint, credential: SNMPCredential, timeout: Duration = .seconds(1),
        retries: Int = 2, maxRepetitions: Int = 50
    ) {
        self.subject = subject
        self.endpoint = endpoint
        self.credential = credential
        self.timeout = timeout
        self.retries = retries
        self.maxRepetitions = maxRepetitions
    }
}

/// Asks agents. Requests are idempotent; the client itself retries lost ones.
public protocol SNMPClient: Sendable {
    /// One GET; answers in the order asked, exceptions as values.
    /// - Throws: ``RemoteError``: `timeout` (silent, or a wrong v2c community: the two cannot be told apart),
    ///   `authentication` (USM report), `remote` (error-status), `protocolViolation`.
    func get(_ oids: [OID], from target: SNMPTarget) async throws -> [VarBind]

    /// Everything below `root`, by GETBULK, in order; empty when there is nothing.
    /// - Throws: ``RemoteError``; `tooLarge` past `limit` rows, `protocolViolation` when names do not increase.
    func walk(_ root: OID, from target: SNMPTarget, limit: Int) async throws -> [VarBind]

    /// Several columns of one table side by side: for each of `columns`, in their order, everything below it.
    ///
    /// A column that ends early is not asked again while longer ones go on.
    /// - Parameter limit: rows of one column at most.
    /// - Throws: as ``walk(_:from:limit:)``.
    func table(_ columns: [OID], from target: SNMPTarget, limit: Int) async throws -> [[VarBind]]

    /// The round-trip time seen so far at `endpoint`, from messages that were sent once only; nil when there is none.
    func roundTrip(at endpoint: Endpoint) async -> RoundTripEstimate?
}

extension SNMPClient {
    /// One walk after the other, for clients that know no better.
    public func table(_ columns: [OID], from target: SNMPTarget, limit: Int) async throws -> [[VarBind]] {
        var out: [[VarBind]] = []
        for column in columns { out.append(try await walk(column, from: target, limit: limit)) }
        return out
    }

    /// Nothing, for clients that do not measure.
    public func roundTrip(at endpoint: Endpoint) async -> RoundTripEstimate? { nil }
}
