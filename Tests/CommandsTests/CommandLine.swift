import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Commands

/// Streams in memory.
final class MemoryOutput: Output {
    private let streams = Mutex((out: "", err: ""))
    func out(_ text: String) { streams.withLock { $0.out += text } }
    func err(_ text: String) { streams.withLock { $0.err += text } }
    var outIsTerminal: Bool { false }
    var errIsTerminal: Bool { false }
    var width: Int { 100 }
    var stdout: String { streams.withLock { $0.out } }
    var stderr: String { streams.withLock { $0.err } }
}

/// What a command line left behind.
struct Outcome {
    let status: Int32
    let stdout: String
    let stderr: String
}

/// Runs command lines inside the test process, each against a data folder of its own.
struct CommandLine {
    let folder: TemporaryFolder
    var environment: [String: String]

    init() throws {
        folder = try TemporaryFolder()
        environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HATANG_DATA": folder.path + "/data",
            "HATANG_LOOPBACK_ONLY": "1", "HATANG_ACTOR": "tester", "HATANG_LANG": "en",
            "HATANG_PROBES": Self.root + "/Probes",
        ]
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    func run(_ arguments: String...) async -> Outcome { await run(arguments) }

    func run(_ arguments: [String]) async -> Outcome {
        let output = MemoryOutput()
        let status = await Console.$output.withValue(output) {
            await Session.$environment.withValue(environment) { await Program.run(arguments) }
        }
        return Outcome(status: status, stdout: output.stdout, stderr: output.stderr)
    }

    /// Writes a file below the temporary folder and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let path = folder.path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// A small inventory that validates: returns its folder.
    func smallInventory(extra: String = "") throws -> String {
        try write(
            "inventory/a.yaml",
            """
            tenants:
              - {slug: so-tttt, name: Sở Thông tin và Truyền thông}
            sites:
              - {slug: hall, name: Phòng máy}
            manufacturers:
              - {slug: lab, name: Lab}
            device_types:
              - {slug: box, manufacturer: lab, model: Box}
            device_roles:
              - {slug: server, name: Máy chủ}
            zones:
              - {slug: dmz, name: DMZ, zone_type: dmz, site: hall}
            segments:
              - {slug: web, name: Web, site: hall, zone: dmz, ipv4_prefix: 127.0.30.0/24}
            devices:
              - slug: web-01
                name: web-01
                role: server
                device_type: box
                site: hall
                zone: dmz
                tags: [lab]
                interfaces:
                  - {name: eth0, ip_addresses: [{address: 127.0.30.5/24, primary: true}]}
            systems:
              - {slug: portal, name: Cổng, security_level: 3, owner: so-tttt, site: hall, components: [device/web-01]}
            \(extra)
            """)
        return folder.path + "/inventory"
    }
}
