/// A server's public key as it was recorded: type and SHA-256 fingerprint.
public struct HostKey: Hashable, Sendable, Codable, CustomStringConvertible {
    /// `ssh-ed25519`, `ecdsa-sha2-nistp256`, `rsa-sha2-512` …, as RFC 4253 names it.
    public let type: String
    /// `SHA256:` and unpadded base64, as OpenSSH prints it.
    public let fingerprint: String

    /// Creates a key; see `ssh-keygen -lf` for the form.
    public init(type: String, fingerprint: String) {
        self.type = type
        self.fingerprint = fingerprint
    }

    /// `ssh-ed25519 SHA256:…`.
    public var description: String { "\(type) \(fingerprint)" }
}

/// How we prove who we are to a server.
public enum ShellCredential: Sendable, Equatable {
    /// An OpenSSH private key, PEM text; the pass phrase if it is encrypted.
    case privateKey(Secret, passphrase: Secret?)
    case password(Secret)
    /// Whatever the agent at `SSH_AUTH_SOCK` offers.
    case agent
}

/// Which SSH client is used.
public enum ShellClientChoice: String, Sendable, Codable, CaseIterable {
    /// The library; the system's `ssh` where the library has no algorithm in common with the server.
    case automatic
    /// The library alone.
    case libssh
    /// The system's `ssh` alone.
    case openssh
}

/// One server and how to enter it.
public struct ShellTarget: Sendable {
    /// For messages: the object id, e.g. `device/web-01`.
    public let subject: String
    /// Where it listens; names are resolved before.
    public let endpoint: Endpoint
    /// Login name.
    public let user: String
    /// Who we are.
    public let credential: ShellCredential
    /// Keys recorded in the inventory. Empty: the connection is refused.
    public let hostKeys: [HostKey]
    /// For TCP connect, key exchange and authentication together.
    public let connectTimeout: Duration
    /// Old algorithms, by their RFC names (`ssh-rsa`, `diffie-hellman-group14-sha1`, `aes128-cbc`, `hmac-sha1`), that
    /// this server alone may use besides the modern ones.
    public let legacyAlgorithms: [String]
    /// Machines to pass through, the first one reached directly; each with credential and host keys of its own.
    public let jumps: [ShellTarget]
    /// Which client enters.
    public let client: ShellClientChoice

    /// Creates a target.
    public init(
        subject: String, endpoint: Endpoint, user: String, credential: ShellCredential, hostKeys: [HostKey],
        connectTimeout: Duration = .seconds(10), legacyAlgorithms: [String] = [], jumps: [ShellTarget] = [],
        client: ShellClientChoice = .automatic
    ) {
        self.legacyAlgorithms = legacyAlgorithms
        self.jumps = jumps
        self.client = client
        self.subject = subject
        self.endpoint = endpoint
        self.user = user
        self.credential = credential
        self.hostKeys = hostKeys
        self.connectTimeout = connectTimeout
    }
}

/// One command line for the remote user's shell.
public struct RemoteCommand: Sendable, Equatable {
    /// Given to the remote shell as it is: quote untrusted parts with ``shellQuoted(_:)``.
    public let line: String
    /// Sent to its standard input, then closed.
    public let input: [UInt8]
    /// From the request to the exit status.
    public let timeout: Duration
    /// Bytes kept of stdout and of stderr, each; more makes the command fail with `tooLarge`.
    public let outputLimit: Int

    /// Creates a command.
    public init(_ line: String, input: [UInt8] = [], timeout: Duration = .seconds(30), outputLimit: Int = 1 << 20) {
        self.line = line
        self.input = input
        self.timeout = timeout
        self.outputLimit = outputLimit
    }

    /// `text` as one word for a POSIX shell.
    public static func shellQuoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

/// What a command left behind. A non-zero exit is a result, not an error.
public struct CommandResult: Sendable, Equatable {
    /// How it ended.
    public enum Termination: Sendable, Equatable {
        /// Exit status 0-255.
        case exit(Int)
        /// Killed by the named signal, without `SIG` (RFC 4254 section 6.10).
        case signal(String)
    }
    /// All of its standard output.
    public let stdout: [UInt8]
    /// All of its standard error.
    public let stderr: [UInt8]
    /// How it ended.
    public let termination: Termination
    /// From the request to the exit status.
    public let duration: Duration

    /// Creates a result.
    public init(stdout: [UInt8], stderr: [UInt8], termination: Termination, duration: Duration) {
        self.stdout = stdout
        self.stderr = stderr
        self.termination = termination
        self.duration = duration
    }

    /// Standard output as text, invalid UTF-8 replaced.
    public var text: String { String(decoding: stdout, as: UTF8.self) }
    /// Standard error as text, invalid UTF-8 replaced.
    public var errorText: String { String(decoding: stderr, as: UTF8.self) }
    /// Whether it exited with 0.
    public var succeeded: Bool { termination == .exit(0) }
}

/// An open, authenticated session. One command at a time; close it when done.
public protocol ShellSession: Sendable {
    /// Runs one command.
    /// - Throws: ``RemoteError``: `timeout` (the channel is closed, the session stays usable), `tooLarge`, `closed`.
    func run(_ command: RemoteCommand) async throws -> CommandResult
    /// Ends the session; harmless when called twice.
    func close() async
}

/// Opens sessions. The host key is compared with the recorded ones before any credential leaves us.
public protocol RemoteShell: Sendable {
    /// - Throws: ``RemoteError``: `hostKeyUnknown`, `hostKeyChanged`, `authentication`, `timeout`, `refused` …
    func open(_ target: ShellTarget) async throws -> any ShellSession
    /// The key a server shows, without authenticating: for recording it after a person has compared it.
    func hostKey(of endpoint: Endpoint, subject: String, timeout: Duration) async throws -> HostKey
}

/// Moves whole small files over an open session.
public protocol FileTransfer: Sendable {
    /// Writes `bytes` to `path` with `mode` (octal permission bits), replacing it in one step.
    func upload(_ bytes: [UInt8], to path: String, mode: UInt16, over session: any ShellSession) async throws
    /// Reads `path`, at most `limit` bytes.
    func download(_ path: String, limit: Int, over session: any ShellSession) async throws -> [UInt8]
}
