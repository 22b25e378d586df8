import Foundation
import Notation
import TestSupport

/// The program as it was built, beside the program that runs the tests.
enum Built {
    /// Path of `hatang`.
    static let path: String = {
        // The test program itself, whoever started it: `swift test`, or a person by hand.
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        var candidates = [own, CommandLine.arguments.first ?? "", Bundle.main.bundlePath]
        candidates = candidates.map { ($0 as NSString).deletingLastPathComponent + "/hatang" }
        candidates.append(repositoryRoot + "/.build/debug/hatang")
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "hatang-is-not-built"
    }()
}

/// One data folder and the inventory files that go with it; gone on deinit.
final class World: Sendable {
    let folder: TemporaryFolder

    init(_ label: String) throws { folder = try TemporaryFolder("world-\(label)") }

    var data: String { folder.file("data") }
    var database: String { folder.file("data/hatang.sqlite") }

    var environment: [String: String] {
        [
            "HATANG_DATA": data, "HATANG_LOOPBACK_ONLY": "1", "HATANG_LANG": "en", "HATANG_ACTOR": "tester",
            "HATANG_PROBES": repositoryRoot + "/Probes", "HATANG_KEY_FILE": folder.file("data/secret.key"),
            "HATANG_COLOR": "", "LC_ALL": "C.UTF-8",
        ]
    }

    /// Runs the built program to its end.
    func run(_ arguments: [String], input: String = "", env: [String: String] = [:]) async throws -> ProcessResult {
        try await runProcess(
            Built.path, arguments, input: Array(input.utf8), env: environment.merging(env) { $1 },
            timeout: .seconds(240))
    }

    func run(_ arguments: String...) async throws -> ProcessResult { try await run(arguments) }

    /// Runs it and takes its stdout as JSON.
    func json(_ arguments: String...) async throws -> JSONValue {
        try JSONValue.parse(try await run(arguments + ["--format", "json"]).text)
    }

    /// Starts it and goes on.
    func start(_ arguments: String..., data: String? = nil) throws -> ChildProcess {
        var environment = environment
        if let data { environment["HATANG_DATA"] = data }
        return try ChildProcess(Built.path, arguments, env: environment)
    }

    /// Everything a device needs to refer to.
    static let ground = """
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
        segments:
          - {slug: loopback, name: Loopback, site: hall, ipv4_prefix: 127.0.0.0/8}
          - {slug: test-net, name: TEST-NET-1, site: hall, ipv4_prefix: 192.0.2.0/24}

        """

    /// A device of the small inventory; `monitoring` is a YAML flow map.
    static func device(_ slug: String, _ address: String, monitoring: String) -> String {
        """
          - slug: \(slug)
            name: \(slug)
            role: server
            device_type: box
            site: hall
            interfaces:
              - {name: eth0, ip_addresses: [{address: \(address)/\(address.hasPrefix("127.") ? 8 : 24), primary: true}]}
            monitoring: {\(monitoring)}

        """
    }

    /// Writes an inventory of `devices` (see ``device(_:_:monitoring:)``) and applies it.
    func apply(devices: [String]) async throws -> ProcessResult {
        try folder.write(Self.ground + "devices:\n" + devices.joined(), to: "inventory/a.yaml")
        return try await run("inventory", "apply", folder.file("inventory"), "--reason", "test")
    }

    /// Stores a secret.
    func secret(_ name: String, _ value: String) async throws -> ProcessResult {
        try await run(["secret", "set", name, "--quiet"], input: value)
    }

    /// The objects of `kind`, by key.
    func keys(_ kind: String) async throws -> Set<String> {
        let result = try await run("inventory", "list", kind, "--quiet")
        guard result.status == 0 || result.status == 6 else {
            throw ProcessFailure("inventory list \(kind) ended with \(result.status): \(result.errorText)")
        }
        return Set(result.text.split(separator: "\n").map(String.init))
    }
}

/// Something a test waited for did not happen.
struct ProcessFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The lab's inventory as shipped, moved to the addresses and ports of `lab`.
func writeInventory(of lab: Lab, to folder: String) throws {
    let base = lab.addresses[0].split(separator: ".").dropLast().joined(separator: ".")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: repositoryRoot + "/Inventory/lab") {
        let text = try String(contentsOfFile: repositoryRoot + "/Inventory/lab/" + name, encoding: .utf8)
            .replacing("127.0.10.", with: base + ".")
            .replacing("11610", with: "\(lab.snmpPort)")
            .replacing("12222", with: "\(lab.sshPort)")
            .replacing("14443", with: "\(lab.httpsPort)")
        try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }
}
