import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Remote
import Storage

/// Recorded SSH host keys: what is not recorded is not entered.
struct HostKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host-key", abstract: "SSH host keys that were compared by a person and recorded.",
        subcommands: [Record.self, Import.self, ListKeys.self])

    struct Record: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record the key of one machine by its fingerprint.",
            discussion: """
                Compare the fingerprint on the machine itself: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub

                Example:
                  hatang host-key record device/web-01 --fingerprint SHA256:abc… --reason "compared at the console"

                Exit codes: 0 recorded, 6 no such machine, 7 another key is recorded (use --replace).
                """)
        @Argument(help: "KIND/SLUG of a device or virtual machine.", completion: .custom(ObjectCompletion.complete))
        var id: String
        @Option(help: "SHA256:… as ssh-keygen -lf prints.") var fingerprint: String
        @Option(help: "Key type.") var type = "ssh-ed25519"
        @Option(help: "Why, for the ledger.") var reason: String
        @Flag(help: "Replace another recorded key.") var replace = false
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if fingerprint.wholeMatch(of: /SHA256:[A-Za-z0-9+\/]{43}/) == nil {
                throw ValidationError("\"\(fingerprint)\" is no fingerprint: SHA256: and 43 base64 characters")
            }
        }

        func run(in session: Session) async throws {
            let database = try session.database(.writing)
            let text = id.contains("/") ? id : "device/" + id
            let object = try InventoryCommand.object(text, in: session.inventory(database))
            let lock = try session.writerLock("host-key record")
            defer { lock.release() }
            try session.hostKeys(database).record(
                [HostKey(type: type, fingerprint: fingerprint)], for: object.id, replace: replace, actor: session.actor,
                reason: reason, at: session.now())
            session.console.say(vi: "Đã ghi khóa của \(object.id).", en: "Recorded the key of \(object.id).")
        }
    }

    struct Import: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record keys from a known_hosts file for the machines whose addresses it names.",
            discussion: """
                Example:
                  hatang host-key import known_hosts --reason "collected at the consoles"

                Exit codes: 0 recorded, 3 some lines fit no machine, 6 no line fits, 7 another key is recorded, 65 unreadable.
                """)
        @Argument(help: "File as ssh-keyscan writes it.", completion: .file()) var file: String
        @Option(help: "Why, for the ledger.") var reason: String
        @Flag(help: "Replace other recorded keys.") var replace = false
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let database = try session.database(.writing)
            let snapshot = try session.inventory(database)
            let lines = try KnownHosts.read(file)
            let lock = try session.writerLock("host-key import")
            defer { lock.release() }
            let keys = session.hostKeys(database)
            let machines = KnownHosts.machinesByEndpoint(snapshot)
            var recorded = 0
            var same = 0
            var unknown: [String] = []
            var byMachine: [ObjectID: [HostKey]] = [:]
            for line in lines {
                if let machine = machines[line.endpoint] {
                    byMachine[machine, default: []].append(line.key)
                } else {
                    unknown.append(line.endpoint)
                }
            }
            for (machine, list) in byMachine.sorted(by: { $0.key < $1.key }) {
                let fresh = try keys.record(
                    list, for: machine, replace: replace, actor: session.actor, reason: reason, at: session.now())
                if fresh { recorded += list.count } else { same += list.count }
            }
            session.console.say(
                vi: "\(lines.count) khóa: ghi \(recorded), đã có \(same), không khớp máy nào \(unknown.count).",
                en: "\(lines.count) keys: \(recorded) recorded, \(same) known already, \(unknown.count) fit no machine."
            )
            if unknown.count == lines.count {
                throw CommandFailure(.nothingToDo, "no line of \(file) names an address and SSH port of the inventory")
            }
            if !unknown.isEmpty {
                throw CommandFailure(.partial, "no machine for: \(unknown.prefix(10).joined(separator: ", "))")
            }
        }
    }

    struct ListKeys: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Recorded keys.", discussion: "Exit codes: 0 listed, 6 none.")
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let all = try session.hostKeys(session.database()).list()
            guard !all.isEmpty else { throw CommandFailure(.nothingToDo, "no host key is recorded") }
            session.console.emit(
                Answer(
                    json: .array(
                        all.map {
                            .object([
                                "subject": .string($0.subject.description), "type": .string($0.key.type),
                                "fingerprint": .string($0.key.fingerprint),
                            ])
                        }),
                    table: TextTable(
                        names: ["subject", "type", "fingerprint"],
                        rows: all.map { [$0.subject.description, $0.key.type, $0.key.fingerprint] }),
                    identifiers: all.map(\.subject.description)))
        }
    }
}

/// known_hosts files (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), plain names only.
enum KnownHosts {
    struct Line: Hashable {
        /// `127.0.0.1:22`.
        let endpoint: String
        let key: HostKey
    }

    static func read(_ path: String) throws -> [Line] {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw InputErrors(
                Diagnostic(SourcePosition(file: path), problem: "cannot be read", remedy: "give a known_hosts file"))
        }
        var lines: [Line] = []
        var problems: [Diagnostic] = []
        let text = String(decoding: bytes, as: UTF8.self)
        for (number, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 3, !words[0].hasPrefix("|"), !words[0].hasPrefix("@"),
                let blob = Data(base64Encoded: words[2])
            else {
                problems.append(
                    Diagnostic(
                        SourcePosition(file: path, line: number + 1, column: 1),
                        problem: "not a plain known_hosts line",
                        remedy: "write ADDRESS TYPE KEY; hashed names and markers are not taken"))
                continue
            }
            let key = HostKey(type: words[1], fingerprint: "SHA256:" + Fingerprint.sha256(blob))
            for name in words[0].split(separator: ",") {
                lines.append(Line(endpoint: endpoint(String(name)), key: key))
            }
        }
        if !problems.isEmpty { throw InputErrors(problems) }
        guard !lines.isEmpty else { throw CommandFailure(.nothingToDo, "\(path) holds no key") }
        return lines
    }

    /// `[127.0.0.1]:2222` or `127.0.0.1` to `127.0.0.1:2222`.
    static func endpoint(_ name: String) -> String {
        guard name.hasPrefix("["), let close = name.firstIndex(of: "]") else { return name + ":22" }
        let address = name[name.index(after: name.startIndex)..<close]
        let rest = name[name.index(after: close)...]
        return String(address) + (rest.hasPrefix(":") ? String(rest) : ":22")
    }

    /// Devices and virtual machines by primary address and SSH port.
    static func machinesByEndpoint(_ snapshot: Snapshot) -> [String: ObjectID] {
        var out: [String: ObjectID] = [:]
        for machine in snapshot.objects(.device) + snapshot.objects(.virtualMachine) {
            let port = machine["monitoring"]?["ssh_port"]?.int ?? 22
            for field in ["primary_ip4", "primary_ip6"] {
                if let address = machine.text(field) { out["\(address):\(port)"] = machine.id }
            }
        }
        return out
    }
}

enum Fingerprint {
    /// Unpadded base64 of the SHA-256 of `blob`.
    static func sha256(_ blob: Data) -> String {
        let hex = Digest.sha256Hex(blob)
        var bytes: [UInt8] = []
        var rest = Substring(hex)
        while let byte = UInt8(rest.prefix(2), radix: 16), rest.count >= 2 {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return Data(bytes).base64EncodedString().replacing("=", with: "")
    }
}
