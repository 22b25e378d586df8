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
    func run(_ arguments: [String]) async throws -> String {
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
    /// - Parameters:
    ///   - key: as for `openssl req -newkey`.
    ///   - extensions: further lines of the extension file.
    ///   - options: for `openssl x509 -req`, such as `-sha1`.
    func signed(
        _ name: String, days: Int, names: String, by authority: String = "ca",
        key: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], extensions: [String] = [], options: [String] = []
    ) async throws {
        if !FileManager.default.fileExists(atPath: folder.file("ca.pem")) {
            try await run([
                "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "ca.key",
                "-out", "ca.pem", "-days", "3650", "-subj", "/CN=Lab CA",
            ])
        }
        let lines = ["subjectAltName=\(names)"] + extensions
        try folder.write(lines.joined(separator: "\n") + "\n", to: "\(name).ext")
        try await run(
            ["req", "-nodes", "-newkey"] + key + [
                "-keyout", "\(name).key", "-out", "\(name).csr", "-subj", "/CN=\(name)",
            ])
        try await run(
            [
                "x509", "-req", "-in", "\(name).csr", "-CA", "\(authority).pem", "-CAkey", "\(authority).key",
                "-CAcreateserial", "-days", "\(days)", "-extfile", "\(name).ext", "-out", "\(name).pem",
            ] + options)
    }

    /// What an OCSP responder's index says of a certificate.
    enum Standing { case good, revoked, absent }

    /// An OCSP answer `NAME.ocsp` about the certificate `NAME.pem` of `ca`, as a responder makes it.
    func answer(_ name: String, _ standing: Standing, signer: String = "ca", options: [String] = []) async throws {
        let serial = try await field(name, "-serial")
        let line =
            switch standing {
            case .good: "V\t401231235959Z\t\t\(serial)\tunknown\t/CN=\(name)\n"
            case .revoked: "R\t401231235959Z\t250101000000Z,keyCompromise\t\(serial)\tunknown\t/CN=\(name)\n"
            case .absent: ""
            }
        try folder.write(line, to: "index.txt")
        try await run(["ocsp", "-issuer", "ca.pem", "-cert", "\(name).pem", "-no_nonce", "-reqout", "\(name).req"])
        try await run(
            [
                "ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "\(signer).pem", "-rkey", "\(signer).key",
                "-reqin", "\(name).req", "-respout", "\(name).ocsp", "-ndays", "7",
            ] + options)
    }

    func pem(_ name: String) throws -> String { try folder.read("\(name).pem") }

    /// One field as openssl itself prints it.
    func field(_ name: String, _ option: String) async throws -> String {
        let text = try await run(["x509", "-in", "\(name).pem", "-noout", option])
        return (text.split(separator: "=", maxSplits: 1).last ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Serves `NAME.pem` on a free loopback port.
    func serve(_ name: String, _ options: [String], on address: String = "127.0.0.1") async throws -> (
        server: ChildProcess, endpoint: Endpoint
    ) {
        let port = try freeTCPPort(on: address)
        let server = try ChildProcess(
            "openssl",
            [
                "s_server", "-accept", address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)", "-cert",
                "\(name).pem", "-key", "\(name).key", "-www",
                "-quiet",
            ]
                + options,
            workingDirectory: folder.path)
        try await server.waitForTCP(port, on: address)
        return (server, Endpoint(address: try IPAddress(address), port: port))
    }
}
