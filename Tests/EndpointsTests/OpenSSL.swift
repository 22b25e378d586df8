import Addressing
import Foundation
import Remote
import TestSupport

/// Throw-away certificates and servers made with openssl(1).
struct OpenSSL {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("tls") }

    struct Failure: Error { let text: String }

    @discardableResult
    private func run(_ arguments: [String]) async throws -> String {
        let result = try await runProcess("openssl", arguments, workingDirectory: folder.path)
        guard result.status == 0 else { throw Failure(text: result.errorText) }
        return result.text
    }

    /// A self-signed certificate `NAME.pem` with key `NAME.key`.
    func selfSigned(_ name: String, key: [String], names: String = "DNS:localhost,IP:127.0.0.1") async throws {
        try await run(
            ["req", "-x509", "-nodes", "-newkey"] + key + [
                "-keyout", "\(name).key", "-out", "\(name).pem", "-days", "30", "-subj", "/O=Lab/CN=\(name)", "-addext",
                "subjectAltName=\(names)",
            ])
    }

    /// A certificate `NAME.pem` signed by the authority `ca`, which is made when it is not there.
    func signed(_ name: String, days: Int, names: String) async throws {
        if !FileManager.default.fileExists(atPath: folder.file("ca.pem")) {
            try await run([
                "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "ca.key",
                "-out", "ca.pem", "-days", "3650", "-subj", "/CN=Lab CA",
            ])
        }
        try folder.write("subjectAltName=\(names)\n", to: "\(name).ext")
        try await run([
            "req", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "\(name).key", "-out",
            "\(name).csr", "-subj", "/CN=\(name)",
        ])
        try await run([
            "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days",
            "\(days)", "-extfile", "\(name).ext", "-out", "\(name).pem",
        ])
    }

    func pem(_ name: String) throws -> String { try folder.read("\(name).pem") }

    /// One field as openssl itself prints it.
    func field(_ name: String, _ option: String) async throws -> String {
        let text = try await run(["x509", "-in", "\(name).pem", "-noout", option])
        return (text.split(separator: "=", maxSplits: 1).last ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Serves `NAME.pem` on a free loopback port.
    func serve(_ name: String, _ options: [String]) async throws -> (server: ChildProcess, endpoint: Endpoint) {
        let port = try freeTCPPort()
        let server = try ChildProcess(
            "openssl",
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", "\(name).pem", "-key", "\(name).key", "-www",
                "-quiet",
            ]
                + options,
            workingDirectory: folder.path)
        try await server.waitForTCP(port)
        return (server, Endpoint(address: try IPAddress("127.0.0.1"), port: port))
    }
}
