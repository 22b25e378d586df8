import Foundation
import Glibc

/// Runs `program` as the account `user` where we are root, which these servers refuse to run as; else as ourselves.
private func asAccount(_ user: String, _ program: String, _ arguments: [String]) -> (String, [String]) {
    guard getuid() == 0 else { return (program, arguments) }
    return ("setpriv", ["--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--", program] + arguments)
}

private func give(_ folder: TemporaryFolder, to user: String) async throws {
    guard getuid() == 0 else { return }
    let result = try await runProcess("chown", ["-R", "\(user):", folder.path])
    guard result.status == 0 else { throw ProcessFailure(description: "chown: \(result.errorText)") }
}

private func check(_ result: ProcessResult, _ what: String) throws {
    guard result.status == 0 else {
        throw ProcessFailure(description: "\(what) ended with \(result.status): \(result.text)\(result.errorText)")
    }
}

/// A real PostgreSQL on 127.0.0.1, ::1 and a socket in its folder; data in a temporary folder, superuser `postgres`.
public final class PostgreSQLServer: Sendable {
    /// TCP, and the number in the socket's name.
    public let port: UInt16
    /// Where the socket lies, for `PGHOST`.
    public let folder: TemporaryFolder
    /// The postmaster.
    public let process: ChildProcess

    /// The newest version installed; nil when none is.
    public static var binaries: String? {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap(Int.init).max().map { "\(root)/\($0)/bin" }
    }

    /// Makes a cluster, or a standby streaming from `primary`, and starts it.
    /// - Parameter settings: further settings, `name=value`.
    public init(standbyOf primary: PostgreSQLServer? = nil, settings: [String] = []) async throws {
        guard let binaries = Self.binaries else {
            throw ProcessFailure(description: "PostgreSQL is not installed; install the package 'postgresql'")
        }
        folder = try TemporaryFolder("postgresql")
        port = try freeTCPPort()
        try await give(folder, to: "postgres")
        let data = folder.file("data")
        if let primary {
            let (path, arguments) = asAccount(
                "postgres", "\(binaries)/pg_basebackup",
                [
                    "-D", data, "-R", "-X", "stream", "-c", "fast", "-h", primary.folder.path, "-p", "\(primary.port)",
                    "-U", "postgres",
                ])
            try check(await runProcess(path, arguments), "pg_basebackup")
        } else {
            let (path, arguments) = asAccount(
                "postgres", "\(binaries)/initdb",
                ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "--locale=C.UTF-8"])
            try check(await runProcess(path, arguments), "initdb")
        }
        let all =
            [
                "listen_addresses=127.0.0.1,::1", "unix_socket_directories=\(folder.path)", "fsync=off",
                "shared_buffers=16MB", "wal_receiver_status_interval=1", "log_line_prefix=",
            ] + settings
        let (path, arguments) = asAccount(
            "postgres", "\(binaries)/postgres", ["-D", data, "-p", "\(port)"] + all.flatMap { ["-c", $0] })
        process = try ChildProcess(path, arguments)
        try await process.waitForOutput("ready to accept", within: .seconds(40))
    }

    /// One statement as superuser; what it prints, unaligned.
    @discardableResult
    public func sql(_ statement: String) async throws -> String {
        let result = try await runProcess(
            "\(Self.binaries ?? "")/psql",
            ["-XAtq", "-h", folder.path, "-p", "\(port)", "-U", "postgres", "-d", "postgres", "-c", statement])
        try check(result, "psql")
        return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// A real MariaDB on 127.0.0.1 and a socket in its folder; data in a temporary folder, `root` without a password.
public final class MariaDBServer: Sendable {
    /// TCP.
    public let port: UInt16
    /// Where data and socket lie.
    public let folder: TemporaryFolder
    /// The server.
    public let process: ChildProcess

    /// Path of the socket.
    public var socket: String { folder.file("mysqld.sock") }

    /// Makes the data folder and starts the server.
    /// - Parameter options: further command-line options.
    public init(options: [String] = []) async throws {
        guard let server = findExecutable("mariadbd"), let install = findExecutable("mariadb-install-db") else {
            throw ProcessFailure(description: "MariaDB is not installed; install the package 'mariadb-server'")
        }
        folder = try TemporaryFolder("mariadb")
        port = try freeTCPPort()
        try await give(folder, to: "mysql")
        let (path, arguments) = asAccount(
            "mysql", install,
            [
                "--no-defaults", "--datadir=\(folder.file("data"))", "--auth-root-authentication-method=normal",
                "--skip-test-db", "--tmpdir=\(folder.path)",
                "--innodb-flush-log-at-trx-commit=0",
            ])
        try check(await runProcess(path, arguments), "mariadb-install-db")
        let (program, words) = asAccount(
            "mysql", server,
            [
                "--no-defaults", "--datadir=\(folder.file("data"))", "--socket=\(folder.file("mysqld.sock"))",
                "--tmpdir=\(folder.path)", "--port=\(port)", "--bind-address=127.0.0.1",
                "--pid-file=\(folder.file("pid"))",
                "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M",
            ] + options)
        process = try ChildProcess(program, words)
        try await process.waitForOutput("ready for connections", within: .seconds(40))
    }

    /// Statements as root; what they print, tab-separated, without headings.
    @discardableResult
    public func sql(_ statements: String) async throws -> String {
        let result = try await runProcess(
            "mariadb", ["--no-defaults", "-N", "-B", "-u", "root", "-S", socket, "-e", statements])
        try check(result, "mariadb")
        return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
