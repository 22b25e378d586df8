public import Remote

/// How one request ended, and what its last message told about the way.
public struct SNMPOutcome: Sendable {
    /// The bindings, or why there are none.
    public let result: Result<[VarBind], RemoteError>
    /// Messages that the request took, retries and discovery included; 0 when it was refused before any was sent.
    public let messages: Int
    private let microseconds: Int64

    init(_ result: Result<[VarBind], RemoteError>, messages: Int = 0, microseconds: Int64 = -1) {
        self.result = result
        self.messages = messages
        self.microseconds = microseconds
    }

    /// From the last message to its answer; nil when it was sent more than once, because then nobody knows which try
    /// was answered (Karn's rule, RFC 6298 section 3), and when nothing was answered.
    public var roundTrip: Duration? { microseconds < 0 ? nil : .microseconds(microseconds) }
}
