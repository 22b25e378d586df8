import Foundation
import Glibc
import Synchronization

/// A real snmpd on loopback with SNMPv2c and a user for each protocol pair; its files live in a temporary folder.
///
/// All its addresses share one engine id, as cloned devices do.
public final class SNMPDaemon: Sendable {
    /// Read-only community.
    public static let community = "lab-community"
    /// Authentication pass phrase of every user.
    public static let authPassphrase = "authpass12"
    /// Privacy pass phrase of every user.
    public static let privPassphrase = "privpass12"
    /// snmpEngineID: enterprise 8072, format 4 (text), `lab-engine`.
    public static let engineID: [UInt8] = [0x80, 0x00, 0x1F, 0x88, 0x04] + Array("lab-engine".utf8)
    /// Users as snmpd writes protocols; the level is the least that the agent asks of them.
    public static let users: [(name: String, auth: String?, priv: String?, level: String)] = [
        ("monitor", "SHA-256", "AES", "priv"), ("md5des", "MD5", "DES", "priv"), ("sha1only", "SHA", nil, "auth"),
        ("sha1aes256", "SHA", "AES-256", "priv"), ("sha224aes", "SHA-224", "AES", "priv"),
        ("sha384aes192", "SHA-384", "AES-192", "priv"), ("sha512aes256", "SHA-512", "AES-256", "priv"),
        ("nobody", nil, nil, "noauth"),
    ]

    /// Where it answers.
    public let addresses: [String]
    /// The UDP port at each address.
    public let port: UInt16
    private let folder: TemporaryFolder
    private let process: Mutex<ChildProcess>

    /// Starts it and waits until it answers.
    /// - Parameters:
    ///   - addresses: loopback addresses; give each test its own ones.
    ///   - sysName: what `sysName.0` says.
    public init(on addresses: [String], sysName: String = "lab-agent") async throws {
        folder = try TemporaryFolder("snmpd")
        self.addresses = addresses
        port = try freeUDPPort(on: addresses.first ?? "127.0.0.1")
        var lines = [
            "rocommunity \(Self.community)", "rocommunity6 \(Self.community)", "sysName \(sysName)",
            "sysLocation test rack",
        ]
        lines += ["sysContact nobody", "engineID lab-engine"]
        for user in Self.users {
            let auth = user.auth.map { " \($0) \(Self.authPassphrase)" } ?? ""
            let priv = user.priv.map { " \($0) \(Self.privPassphrase)" } ?? ""
            lines += ["createUser \(user.name)\(auth)\(priv)", "rouser \(user.name) \(user.level)"]
        }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "conf/snmpd.conf")
        try FileManager.default.createDirectory(atPath: folder.file("state"), withIntermediateDirectories: true)
        process = Mutex(try Self.start(folder, addresses, port))
        try await waitUntilItAnswers()
    }

    private static func start(_ folder: TemporaryFolder, _ addresses: [String], _ port: UInt16) throws -> ChildProcess {
        guard let path = findExecutable("snmpd") else {
            throw ProcessFailure(description: "snmpd is not installed; install the package 'snmpd'")
        }
        // Addresses stand on the command line: in the file their list is cut at about 2.5 KB. The folders are given by
        // the environment and not with -C, because -C also leaves the persistent file with engineBoots unread.
        return try ChildProcess(
            path,
            ["-f", "-Lo", "-I", "-smux,mteTrigger,mteTriggerConf"]
                + addresses.map { $0.contains(":") ? "udp6:[\($0)]:\(port)" : "udp:\($0):\(port)" },
            env: [
                "SNMPCONFPATH": folder.file("conf") + ":" + folder.file("state"),
                "SNMP_PERSISTENT_DIR": folder.file("state"), "MIBS": "",
            ])
    }

    /// Ends it properly and starts it again at the same addresses: engineBoots goes up by one, its clock starts at 0.
    public func restart() async throws {
        let old = process.withLock { $0 }
        old.signal(SIGTERM)
        _ = try await old.waitForExit()
        let new = try Self.start(folder, addresses, port)
        process.withLock { $0 = new }
        try await waitUntilItAnswers()
    }

    /// Ends it; its addresses fall silent.
    public func stop() { process.withLock { $0 }.kill() }

    /// Everything it has written.
    public var log: String { process.withLock { $0 }.output }

    private func waitUntilItAnswers() async throws {
        let current = process.withLock { $0 }
        for address in addresses {
            try await current.waitForUDP(port, on: address, request: Self.sysUpTimeRequest)
        }
    }

    /// GET sysUpTime.0 with the community above.
    private static let sysUpTimeRequest: [UInt8] =
        [0x30, 0x2D, 0x02, 0x01, 0x01, 0x04, 0x0D] + Array(community.utf8) + [
            0xA0, 0x19, 0x02, 0x01, 0x01, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00,
            0x30, 0x0E, 0x30, 0x0C, 0x06, 0x08, 0x2B, 0x06, 0x01, 0x02, 0x01, 0x01, 0x03, 0x00, 0x05, 0x00,
        ]
}
