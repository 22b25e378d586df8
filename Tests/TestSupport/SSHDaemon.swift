import Foundation
import Glibc

/// A real sshd on free loopback ports with throw-away keys; gone with its folder on deinit.
public final class SSHDaemon: Sendable {
    /// Where it listens.
    public let addresses: [String]
    /// The TCP port, the same on all addresses.
    public let port: UInt16
    /// The only user that may log in: the one who runs the test.
    public let user: String
    /// OpenSSH private key that may log in.
    public let userKey: [UInt8]
    /// OpenSSH private key that may not.
    public let strangerKey: [UInt8]
    /// The host keys as `ssh-keygen` shows them, in the order in which they were asked for.
    public let hostKeys: [(type: String, fingerprint: String)]
    /// The server itself; its ``ChildProcess/output`` is the server's log at level VERBOSE.
    public let process: ChildProcess
    /// Keys and configuration.
    public let folder: TemporaryFolder

    /// Starts it and waits until every address answers.
    /// - Parameters:
    ///   - hostKeyTypes: for `ssh-keygen -t`: `ed25519`, `ecdsa`, `rsa`.
    ///   - options: further lines of sshd_config; they come first, and sshd takes the first value of each keyword.
    public init(
        addresses: [String] = ["127.0.0.1"], hostKeyTypes: [String] = ["ed25519"], options: [String] = [],
        port: UInt16? = nil
    ) async throws {
        guard let sshd = findExecutable("sshd") else {
            throw ProcessFailure(description: "sshd is missing: apt-get install openssh-server")
        }
        folder = try TemporaryFolder("sshd")
        self.addresses = addresses
        self.port = try port ?? freeTCPPort(on: addresses[0])
        user = NSUserName()
        userKey = try await Self.makeKey("ed25519", folder.file("user"))
        strangerKey = try await Self.makeKey("ed25519", folder.file("stranger"))
        try folder.write(try folder.read("user.pub"), to: "authorized_keys")
        var keys: [(String, String)] = []
        for type in hostKeyTypes {
            _ = try await Self.makeKey(type, folder.file("host_\(type)"))
            let shown = try await runProcess("ssh-keygen", ["-lf", folder.file("host_\(type).pub")]).text
            let name = try folder.read("host_\(type).pub").split(separator: " ")[0]
            keys.append((String(name), String(shown.split(separator: " ")[1])))
        }
        hostKeys = keys
        // sshd wants this folder when it runs as root; Debian makes it in the service unit only.
        if geteuid() == 0 {
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        let listen = self.port
        let made = folder
        var lines = options
        lines += addresses.map { "ListenAddress \($0.contains(":") ? "[\($0)]" : $0):\(listen)" }
        lines += hostKeyTypes.map { "HostKey \(made.file("host_\($0)"))" }
        lines += [
            "AuthorizedKeysFile \(made.file("authorized_keys"))", "PidFile none", "AllowUsers \(user)",
            "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PermitRootLogin yes",
            // Without PAM sshd refuses accounts whose password is locked.
            "UsePAM \(Self.isLocked(user) ? "yes" : "no")", "StrictModes no", "LogLevel VERBOSE", "MaxStartups 200",
            "PrintMotd no", "X11Forwarding no", "UseDNS no",
            // bash started by sshd reads ~/.bashrc even for commands, unless it is no first-level shell: the
            // dotfiles of whoever runs the tests must not slow them down.
            "SetEnv SHLVL=2",
        ]
        try folder.write(lines.joined(separator: "\n") + "\n", to: "sshd_config")
        process = try ChildProcess(sshd, ["-D", "-e", "-f", folder.file("sshd_config")])
        for address in addresses { try await process.waitForTCP(self.port, on: address) }
    }

    deinit { process.kill() }

    /// Kills the server and all its sessions, as a power cut would.
    public func kill() { process.kill() }

    /// A fresh OpenSSH private key without pass phrase unless one is given; its public half is at `path`.pub.
    public static func makeKey(_ type: String, _ path: String, passphrase: String = "") async throws -> [UInt8] {
        let arguments = ["-q", "-t", type, "-N", passphrase, "-C", "throw-away", "-f", path]
        let made = try await runProcess("ssh-keygen", arguments)
        guard made.status == 0 else { throw ProcessFailure(description: "ssh-keygen: \(made.errorText)") }
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func isLocked(_ user: String) -> Bool {
        guard let shadow = try? String(contentsOfFile: "/etc/shadow", encoding: .utf8) else { return false }
        return shadow.split(separator: "\n").contains { $0.hasPrefix("\(user):!") }
    }
}
