/// What went wrong between us and a remote machine.
///
/// One unreachable device is a result, not the end of a run: callers collect these per target.
public struct RemoteError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cause, fit for branching; never branch on `message`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// The code's stable name, as it stands in JSON and in the ledger.
        public var description: String { name }

        /// No answer within the deadline.
        public static let timeout = Code("timeout")
        /// The peer actively refused the connection (TCP RST, ICMP port unreachable).
        public static let refused = Code("refused")
        /// No route, network down, name not resolvable.
        public static let unreachable = Code("unreachable")
        /// The peer answered, and did not accept our credential.
        public static let authentication = Code("authentication")
        /// The peer's host key is not recorded: nothing was sent to it.
        public static let hostKeyUnknown = Code("host-key-unknown")
        /// The peer's host key differs from the recorded one: nothing was sent to it.
        public static let hostKeyChanged = Code("host-key-changed")
        /// The peer sent something that its protocol does not allow.
        public static let protocolViolation = Code("protocol-violation")
        /// More output or data than the caller allowed.
        public static let tooLarge = Code("too-large")
        /// The peer closed the connection before the work was done.
        public static let closed = Code("closed")
        /// The caller gave up (Ctrl-C, cancelled task).
        public static let cancelled = Code("cancelled")
        /// This build or this peer cannot do what was asked.
        public static let unsupported = Code("unsupported")
        /// The peer answered with an error of its own (SNMP error-status, TLS alert).
        public static let remote = Code("remote")
        /// A failure on our side (no file descriptors, no memory).
        public static let local = Code("local")
    }

    /// The cause, fit for branching.
    public let code: Code
    /// Whom it concerns: an object id such as `device/core-sw-1`, else the address.
    public let subject: String
    /// What happened and what to do next, without secrets.
    public let message: String

    /// Creates an error; `message` must hold no secret and no raw bytes of the peer.
    public init(_ code: Code, subject: String, message: String) {
        self.code = code
        self.subject = subject
        self.message = message
    }

    /// `subject: message (code)`.
    public var description: String { "\(subject): \(message) (\(code))" }

    /// Whether trying again, unchanged, may help.
    public var mayRetry: Bool { code == .timeout || code == .unreachable || code == .closed || code == .refused }
}
