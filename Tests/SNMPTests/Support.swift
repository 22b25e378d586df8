import Addressing
import Remote
import Testing

@testable import SNMP

let sysDescr: OID = [1, 3, 6, 1, 2, 1, 1, 1, 0]
let sysName: OID = [1, 3, 6, 1, 2, 1, 1, 5, 0]
let system: OID = [1, 3, 6, 1, 2, 1, 1]

/// A target on loopback with short deadlines.
func target(
    _ address: String, _ port: UInt16, _ credential: SNMPCredential, timeout: Duration = .milliseconds(200),
    retries: Int = 1, maxRepetitions: Int = 10
) throws -> SNMPTarget {
    SNMPTarget(
        subject: "device/test-agent", endpoint: Endpoint(address: try IPAddress(address), port: port),
        credential: credential, timeout: timeout, retries: retries, maxRepetitions: maxRepetitions)
}

func community(_ text: String) -> SNMPCredential { .v2c(community: Secret(text)) }

func user(
    _ name: String, auth: USMAuthProtocol? = nil, priv: USMPrivProtocol? = nil, authPassphrase: String = "authpass12",
    privPassphrase: String = "privpass12"
) -> SNMPCredential {
    .v3(
        USMCredential(
            user: name, auth: auth.map { .init(proto: $0, passphrase: Secret(authPassphrase)) },
            priv: priv.map { .init(proto: $0, passphrase: Secret(privPassphrase)) }))
}

/// The code that `body` fails with, or nil when it does not fail.
func failureCode(_ body: () async throws -> [VarBind]) async throws -> RemoteError.Code? {
    do {
        _ = try await body()
        return nil
    } catch let error as RemoteError {
        return error.code
    }
}

/// Bytes from annotated hexadecimal: everything behind `--` on a line is a note.
func hex(_ text: String) throws -> [UInt8] {
    var digits = ""
    for line in text.split(separator: "\n") {
        let code = line.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        digits += code.filter { !$0.isWhitespace }
    }
    try #require(digits.count.isMultiple(of: 2))
    return try stride(from: 0, to: digits.count, by: 2).map { offset in
        let start = digits.index(digits.startIndex, offsetBy: offset)
        return try #require(UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16))
    }
}
