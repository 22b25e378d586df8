import Remote

/// What a Report says: the counter that the agent raised (RFC 3414 section 3.2, RFC 3412 section 5, RFC 3413).
enum USMReport: Equatable {
    case unsupportedSecurityLevel
    case notInTimeWindow
    case unknownUser
    case unknownEngineID
    case wrongDigest
    case decryptionError
    case other(OID)

    private static let usmStats: OID = [1, 3, 6, 1, 6, 3, 15, 1, 1]

    /// Reads the first binding's name; nil when there is none.
    init?(_ bindings: [VarBind]) {
        guard let name = bindings.first?.oid else { return nil }
        switch name.suffix(after: Self.usmStats)?.first {
        case 1: self = .unsupportedSecurityLevel
        case 2: self = .notInTimeWindow
        case 3: self = .unknownUser
        case 4: self = .unknownEngineID
        case 5: self = .wrongDigest
        case 6: self = .decryptionError
        default: self = .other(name)
        }
    }

    /// Code and message for a caller; nil for those that the engine handles itself.
    var failure: (code: RemoteError.Code, message: String)? {
        switch self {
        case .notInTimeWindow, .unknownEngineID: nil
        case .unsupportedSecurityLevel:
            (
                .authentication,
                "the agent does not allow this user at this security level (usmStatsUnsupportedSecLevels); "
                    + "check which of authentication and privacy the agent has for the user"
            )
        case .unknownUser:
            (.authentication, "the agent does not know the user (usmStatsUnknownUserNames); check the user name")
        case .wrongDigest:
            (
                .authentication,
                "the agent refused our signature (usmStatsWrongDigests); check the authentication pass phrase and protocol"
            )
        case .decryptionError:
            (
                .authentication,
                "the agent could not decipher the request (usmStatsDecryptionErrors); check the privacy pass phrase and protocol"
            )
        case .other(let name):
            (.remote, "the agent reported \(name) instead of answering; check the context name and the agent's log")
        }
    }
}
