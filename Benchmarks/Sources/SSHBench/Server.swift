import BenchSupport
import Foundation
import Remote

/// Real sshd processes that are a hundred hosts: they listen at as many addresses of 127.3.0.0/16, with throw-away keys.
final class Server {
    let port: UInt16 = 32_222
    let folder: String
    let addresses: [String]
    let hostKey: HostKey
    let privateKey: Secret
    private var children: [pid_t] = []
    /// sshd listens at no more addresses than its MAX_LISTEN_SOCKS.
    private static let addressesPerServer = 16

    init(hosts: Int) throws {
        guard let sshd = installed("sshd") else { throw BenchFailure("sshd is not installed (openssh-server)") }
        folder = temporaryFile("sshd")
        addresses = (0..<hosts).map { "127.3.\($0 / 250).\($0 % 250 + 1)" }
        let manager = FileManager.default
        try manager.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // sshd wants this folder when it runs as root; Debian makes it in the service unit only.
        if geteuid() == 0 { try manager.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true) }
        for name in ["host", "user"] {
            let words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "throw-away", "-f", "\(folder)/\(name)"]
            try cpuOfFinished(try start(words, output: "/dev/null"), "ssh-keygen")
        }
        try cpuOfFinished(
            try start(["ssh-keygen", "-lf", "\(folder)/host.pub"], output: "\(folder)/shown"), "ssh-keygen -l")
        let shown = try Self.read("\(folder)/shown").split(separator: " ")
        guard shown.count > 1 else { throw BenchFailure("ssh-keygen shows no fingerprint") }
        hostKey = HostKey(type: "ssh-ed25519", fingerprint: String(shown[1]))
        privateKey = Secret(try Self.read("\(folder)/user"))
        let known = try Self.read("\(folder)/host.pub").split(separator: " ").prefix(2).joined(separator: " ")
        let listen = port
        try Self.write(addresses.map { "[\($0)]:\(listen) \(known)" }, to: "\(folder)/known_hosts")
        for first in stride(from: 0, to: hosts, by: Self.addressesPerServer) {
            let own = addresses[first..<min(hosts, first + Self.addressesPerServer)]
            let file = "\(folder)/sshd_config.\(first)"
            try Self.write(
                own.map { "ListenAddress \($0):\(listen)" } + [
                    "HostKey \(folder)/host", "AuthorizedKeysFile \(folder)/user.pub", "PidFile none",
                    "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PermitRootLogin yes", "UsePAM no",
                    "StrictModes no", "LogLevel ERROR", "MaxStartups 2000", "PrintMotd no", "UseDNS no",
                    // bash started by sshd reads ~/.bashrc even for commands, unless it is no first-level shell.
                    "SetEnv SHLVL=2",
                ], to: file)
            children.append(try start([sshd, "-D", "-e", "-f", file], output: "/dev/null"))
        }
        for address in addresses { try waitFor(address) }
    }

    deinit {
        for child in children {
            kill(child, SIGTERM)
            _ = try? cpuOfFinished(child, "sshd", status: nil)
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func waitFor(_ address: String) throws {
        for _ in 0..<500 {
            guard children.allSatisfy({ waitpid($0, nil, WNOHANG) == 0 }) else {
                throw BenchFailure("sshd did not start at port \(port)")
            }
            let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(fd) }
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_port = port.bigEndian
            inet_pton(AF_INET, address, &place.sin_addr)
            let code = withUnsafePointer(to: &place) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if code == 0 { return }
            usleep(10_000)
        }
        throw BenchFailure("sshd does not answer at \(address)")
    }

    static func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    static func write(_ lines: [String], to path: String) throws {
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}
