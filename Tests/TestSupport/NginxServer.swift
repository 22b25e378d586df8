import Foundation
import Glibc

/// A real nginx on free loopback ports; gone with its folder on deinit.
public final class NginxServer: Sendable {
    /// Where it listens.
    public let addresses: [String]
    /// Speaks HTTP, on all addresses.
    public let port: UInt16
    /// Speaks HTTPS, on all addresses; the same as ``port`` when no certificate was given.
    public let tlsPort: UInt16
    /// Configuration, logs and pages (below `www`).
    public let folder: TemporaryFolder
    private let process: ChildProcess

    /// Starts it and waits until every address answers.
    /// - Parameters:
    ///   - pages: contents by path below the root, such as `index.html`.
    ///   - certificate: PEM texts of chain and key, for HTTPS.
    ///   - server: further lines of each server block.
    ///   - http: further lines of the http block, such as further server blocks; `$PORT` and `$TLS` are the ports.
    public init(
        addresses: [String] = ["127.0.0.1"], pages: [String: String] = [:],
        certificate: (chain: String, key: String)? = nil, server: [String] = [], http: [String] = []
    ) async throws {
        guard let nginx = findExecutable("nginx") else {
            throw ProcessFailure(description: "nginx is missing: apt-get install nginx-light")
        }
        let folder = try TemporaryFolder("nginx")
        self.folder = folder
        self.addresses = addresses
        let port = try freeTCPPort(on: addresses[0])
        let tlsPort = certificate == nil ? port : try freeTCPPort(on: addresses[0])
        (self.port, self.tlsPort) = (port, tlsPort)
        try folder.write("", to: "www/.keep")
        for (path, text) in pages { try folder.write(text, to: "www/\(path)") }
        if let certificate {
            try folder.write(certificate.chain, to: "chain.pem")
            try folder.write(certificate.key, to: "key.pem")
        }
        func block(_ port: UInt16, _ tls: Bool) -> String {
            let shown = addresses.map { $0.contains(":") ? "[\($0)]" : $0 }
            let listen = shown.map { "listen \($0):\(port) default_server\(tls ? " ssl" : "");" }
            let keys = tls ? ["ssl_certificate chain.pem;", "ssl_certificate_key key.pem;"] : []
            return "server {\n" + (listen + keys + ["root \(folder.path)/www;"] + server).joined(separator: "\n")
                + "\n}\n"
        }
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder.path)/\($0);"
        }
        let further = http.map {
            $0.replacingOccurrences(of: "$PORT", with: "\(port)").replacingOccurrences(of: "$TLS", with: "\(tlsPort)")
        }
        let lines =
            (geteuid() == 0 ? ["user root;"] : []) + [
                "daemon off;", "worker_processes 1;", "pid \(folder.path)/pid;", "error_log stderr notice;",
                "events { worker_connections 4096; }", "http {", "access_log \(folder.path)/access.log;",
                "default_type text/plain;",
            ] + temporary + [block(port, false)] + (certificate == nil ? [] : [block(tlsPort, true)]) + further + [
                "}", "",
            ]
        try folder.write(lines.joined(separator: "\n"), to: "nginx.conf")
        process = try ChildProcess(nginx, ["-p", folder.path, "-c", folder.file("nginx.conf"), "-e", "stderr"])
        for address in addresses {
            try await process.waitForTCP(port, on: address)
            try await process.waitForTCP(tlsPort, on: address)
        }
    }

    deinit { process.kill() }

    /// Its log of requests: one line for each that was answered.
    public var accessLog: String { (try? folder.read("access.log")) ?? "" }

    /// Its messages.
    public var output: String { process.output }

    /// Puts another certificate in place and has it taken up; connections made a moment later may still see the old one.
    public func replaceCertificate(chain: String, key: String) throws {
        try folder.write(chain, to: "chain.pem")
        try folder.write(key, to: "key.pem")
        process.signal(SIGHUP)
    }
}
