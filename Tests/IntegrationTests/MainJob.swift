import Foundation
import Notation
import TestSupport

/// What one command said and how it ended.
struct Said: Sendable {
    let text: String
    let errorText: String
    let status: Int32

    init(stdout: String, stderr: String, status: Int32) {
        (text, errorText, self.status) = (stdout, stderr, status)
    }

    init(_ result: ProcessResult) { self.init(stdout: result.text, stderr: result.errorText, status: result.status) }
}

/// The main job, end to end and twice, with everything each command said.
final class MainJob: Sendable {
    let world: World
    let lab: Lab
    let first: [String: Said]
    let second: [String: Said]
    /// Objects after the first and after the second run, by kind.
    let objects: [[String: Int]]

    var out: String { world.folder.file("out") }

    init(lab: Lab) async throws {
        self.lab = lab
        world = try World("main")
        try writeInventory(of: lab, to: world.folder.file("lab"))
        first = try await Self.round(world, lab, 1)
        let before = try await Self.count(world)
        second = try await Self.round(world, lab, 2)
        objects = [before, try await Self.count(world)]
    }

    /// A step of the first run.
    subscript(_ step: String) -> Said { first[step] ?? Said(stdout: "", stderr: "no such step: \(step)", status: -1) }

    static let parent = "2001:db8:1000::/44"

    /// The steps in order: a name and a command line. `%lab`, `%out` … are filled in.
    private static let steps: [(name: String, arguments: [String])] = [
        ("apply", ["inventory", "apply", "Inventory/langson", "%lab", "--reason", "load", "--format", "json"]),
        ("host keys", ["host-key", "import", "%keys", "--replace", "--reason", "keys of the lab"]),
        ("probe", ["probe", "run", "--target", "device tag=lab", "--format", "json"]),
        ("drift", ["inventory", "drift", "--target", "device tag=lab", "--format", "json"]),
        ("ipv6 saved", ["ipv6", "plan", "--parent", parent, "--save", "--format", "json"]),
        ("ipv6 again", ["ipv6", "plan", "--parent", parent, "--format", "json"]),
        ("ipv6 third", ["ipv6", "plan", "--parent", parent, "--format", "json"]),
        ("duties", ["backup", "duties", "--format", "json"]),
        (
            "prove",
            [
                "backup", "prove", "--subject", "system/cong-thu-nghiem", "--source", "%lab", "--repository",
                "%repository", "--secret", "lab-restic", "--restore-to", "%restore", "--format", "json",
            ]
        ),
        ("assess", ["compliance", "assess", "--out", "%out", "--format", "json"]),
        ("explain", ["compliance", "explain", "cong-thu-nghiem/SRV-AUTH-02"]),
        (
            "playbook",
            [
                "playbook", "run", "Playbooks/collect-baseline.yaml", "--limit", "lab-01", "--limit", "lab-02",
                "--format", "json",
            ]
        ),
        ("verify", ["audit", "verify", "--format", "json"]),
        ("doctor", ["doctor", "--format", "json"]),
    ]

    private static func round(_ world: World, _ lab: Lab, _ number: Int) async throws -> [String: Said] {
        let places = [
            "%lab": world.folder.file("lab"), "%keys": lab.folder.file("lab/known_hosts"),
            "%out": world.folder.file("out"), "%repository": world.folder.file("repository"),
            "%restore": world.folder.file("restore-\(number)"),
        ]
        var results: [String: Said] = [:]
        for (name, arguments) in steps {
            let words = arguments.map { word in
                let path = places[word] ?? word
                let isOurs = path.hasPrefix("Inventory/") || path.hasPrefix("Playbooks/")
                return isOurs ? repositoryRoot + "/" + path : path
            }
            results[name] = Said(try await world.run(words))
            if name == "apply" { results.merge(try await secrets(world, lab)) { $1 } }
        }
        return results
    }

    /// What must never be seen again: name in the store, bytes.
    static func secretValues(_ lab: Lab) throws -> [(name: String, value: String)] {
        [
            ("lab-snmp-community", try lab.read("snmp_community")), ("lab-snmp-auth", try lab.read("snmp_auth")),
            ("lab-snmp-priv", try lab.read("snmp_priv")), ("lab-ssh-key", try lab.read("user_key")),
            ("lab-restic", "a-pass-phrase-for-restic-alone"),
        ]
    }

    private static func secrets(_ world: World, _ lab: Lab) async throws -> [String: Said] {
        var results: [String: Said] = [:]
        for (name, value) in try secretValues(lab) {
            results["secret " + name] = Said(try await world.secret(name, value))
        }
        return results
    }

    private static func count(_ world: World) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for kind in ["device", "system", "segment", "zone", "tenant", "service", "interface", "ip-address", "document"]
        {
            let listed = try await world.run("inventory", "list", kind, "--quiet")
            if listed.status == 0 { counts[kind] = listed.text.split(separator: "\n").count }
        }
        return counts
    }
}
