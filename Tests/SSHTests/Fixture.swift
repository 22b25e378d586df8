import Addressing
import Foundation
import Remote
import SSH
import TestSupport
import Testing

extension SSHDaemon {
    /// The daemon as a target; everything right unless told otherwise.
    func target(
        address: String? = nil, subject: String = "device/web-01", credential: ShellCredential? = nil,
        hostKeys: [HostKey]? = nil, connectTimeout: Duration = .seconds(20), port: UInt16? = nil,
        legacyAlgorithms: [String] = [], jumps: [ShellTarget] = [], client: ShellClientChoice = .automatic
    ) throws -> ShellTarget {
        ShellTarget(
            subject: subject,
            endpoint: Endpoint(address: try IPAddress(address ?? addresses[0]), port: port ?? self.port), user: user,
            credential: credential ?? .privateKey(Secret(userKey), passphrase: nil),
            hostKeys: hostKeys ?? recordedKeys, connectTimeout: connectTimeout, legacyAlgorithms: legacyAlgorithms,
            jumps: jumps, client: client)
    }

    /// How many times somebody has been let in.
    var logins: Int {
        process.output.split(whereSeparator: \.isNewline).count {
            $0.hasPrefix("Accepted ") && $0.contains(" for \(user) ")
        }
    }

    var recordedKeys: [HostKey] { hostKeys.map { HostKey(type: $0.type, fingerprint: $0.fingerprint) } }

    /// Whether anyone got as far as the authentication protocol.
    var sawAuthentication: Bool {
        let log = process.output
        return ["Accepted ", "Failed ", "Postponed ", "authenticating user", "Invalid user"].contains {
            log.contains($0)
        }
    }
}

/// The error's code, or nil (and a recorded issue) when `body` did not fail with a ``RemoteError``.
func failure(
    _ location: SourceLocation = #_sourceLocation, of body: () async throws -> Void
) async -> RemoteError? {
    do {
        try await body()
        Issue.record("it did not fail", sourceLocation: location)
    } catch let error as RemoteError {
        return error
    } catch {
        Issue.record("it failed with \(error)", sourceLocation: location)
    }
    return nil
}
