import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Storage

/// Says what is installed, reachable and writable, and how to mend what is not.
struct DoctorCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check what is installed, reachable, writable; say how to mend it.",
        discussion: """
            Examples:
              hatang doctor
              hatang doctor --format json

            Exit codes: 0 all well, 3 something optional is missing, 69 something needed is missing, 74 storage is sick.
            """)
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    struct Check {
        enum State: String {
            case ok, optional, missing, sick
        }
        let name: String
        let state: State
        let detail: String
        let remedy: String
    }

    func run(in session: Session) async throws {
        var checks = [dataFolder(session)]
        checks += storage(session)
        if let database = try? session.database(), let snapshot = try? database.snapshot(), snapshot.count > 0 {
            checks += secrets(snapshot, session.secrets(database))
            checks += await MachineChecks(session: session, snapshot: snapshot, database: database).run()
        }
        checks += programs(session)
        checks.append(loopback())
        session.console.emit(
            Answer(
                json: .array(
                    checks.map {
                        .object([
                            "check": .string($0.name), "state": .string($0.state.rawValue),
                            "detail": .string($0.detail),
                            "remedy": .string($0.remedy),
                        ])
                    }),
                table: TextTable(
                    names: ["check", "state", "detail", "remedy"],
                    rows: checks.map { [$0.name, $0.state.rawValue, $0.detail, $0.remedy] },
                    colour: { column, text in
                        guard column == 1 else { return nil }
                        return text == "ok" ? .green : text == "optional" ? .yellow : .red
                    }), identifiers: checks.filter { $0.state != .ok }.map(\.name)))
        let bad = checks.count { $0.state != .ok }
        session.console.say(
            vi: "\(checks.count) mục kiểm tra, \(bad) cần xem lại.", en: "\(checks.count) checks, \(bad) to look at.")
        if checks.contains(where: { $0.state == .sick }) { throw ExitStatus.storage }
        if checks.contains(where: { $0.state == .missing }) { throw ExitStatus.unavailable }
        if bad > 0 { throw ExitStatus.partial }
    }

    private func dataFolder(_ session: Session) -> Check {
        let path = session.data
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder.boolValue else {
                return Check(
                    name: "data folder", state: .sick, detail: "\(path) is a file", remedy: "name a folder with --data")
            }
            if access(path, W_OK) != 0 {
                return Check(
                    name: "data folder", state: .sick, detail: "\(path) is not writable",
                    remedy: "chown it to the user who runs hatang, or name another with --data")
            }
            return Check(name: "data folder", state: .ok, detail: path, remedy: "")
        }
        var parent = URL(filePath: path).standardizedFileURL
        while parent.path != "/", !FileManager.default.fileExists(atPath: parent.path) {
            parent.deleteLastPathComponent()
        }
        if access(parent.path, W_OK | X_OK) != 0 {
            return Check(
                name: "data folder", state: .sick,
                detail: "\(path) does not exist and cannot be made in \(parent.path)",
                remedy: "name a folder you may write to with --data")
        }
        return Check(
            name: "data folder", state: .optional, detail: "\(path) does not exist yet",
            remedy: "hatang inventory apply DIR --reason … makes it")
    }

    private func storage(_ session: Session) -> [Check] {
        guard FileManager.default.fileExists(atPath: session.databasePath) else { return [] }
        do {
            let database = try Database(path: session.databasePath, mode: .readOnly)
            let problems = try database.integrityCheck()
            guard problems.isEmpty else {
                return [
                    Check(
                        name: "database", state: .sick, detail: problems.prefix(3).joined(separator: "; "),
                        remedy: "restore the data folder from a backup; keep this one for inquiry")
                ]
            }
            let verdict = try database.verifyLedger()
            return [
                Check(name: "database", state: .ok, detail: "integrity checked", remedy: ""),
                verdict.isIntact
                    ? Check(name: "ledger", state: .ok, detail: "\(verdict.checked) records verified", remedy: "")
                    : Check(
                        name: "ledger", state: .sick, detail: "\(verdict.faults.count) faults",
                        remedy: "hatang audit verify names them"),
            ]
        } catch {
            return [
                Check(
                    name: "database", state: .sick, detail: "\(error)",
                    remedy: "restore the data folder from a backup; keep this one for inquiry")
            ]
        }
    }

    /// Every `secret://` of the inventory against the store.
    private func secrets(_ snapshot: Snapshot, _ store: SecretStore) -> [Check] {
        var wanted: Set<String> = []
        for machine in snapshot.objects(.device) + snapshot.objects(.virtualMachine) {
            for (_, value) in machine["monitoring"]?.object ?? [:] {
                if let text = value.string, text.hasPrefix("secret://") { wanted.insert(String(text.dropFirst(9))) }
            }
        }
        guard !wanted.isEmpty else { return [] }
        do {
            let missing = wanted.subtracting(try store.names()).sorted()
            guard let first = missing.first else {
                return [
                    Check(name: "secrets", state: .ok, detail: "\(wanted.count) of \(wanted.count) stored", remedy: "")
                ]
            }
            return [
                Check(
                    name: "secrets", state: .optional,
                    detail: "\(missing.count) of \(wanted.count) missing: \(missing.prefix(5).joined(separator: ", "))",
                    remedy: "hatang secret set \(first) < FILE")
            ]
        } catch {
            return [
                Check(name: "secrets", state: .sick, detail: "\(error)", remedy: "check the key file's permissions")
            ]
        }
    }

    private func programs(_ session: Session) -> [Check] {
        [
            ("restic", "backups", "apt-get install restic"),
            ("ssh", "hosts that libssh cannot enter", "apt-get install openssh-client"),
            ("openssl", "the lab's certificates", "apt-get install openssl"),
            ("snmpd", "the lab", "apt-get install snmpd"), ("sshd", "the lab", "apt-get install openssh-server"),
        ].map { name, use, remedy in
            if let path = Self.find(name, session.environment) {
                return Check(name: name, state: .ok, detail: path, remedy: "")
            }
            return Check(name: name, state: .optional, detail: "not installed; needed for \(use)", remedy: remedy)
        }
    }

    /// The program's path on PATH and in the system folders that ordinary users lack.
    static func find(_ name: String, _ environment: [String: String]) -> String? {
        let folders =
            (environment["PATH"] ?? "").split(separator: ":").map(String.init) + [
                "/usr/sbin", "/sbin", "/usr/local/sbin",
            ]
        return folders.map { $0 + "/" + name }.first { access($0, X_OK) == 0 }
    }

    private func loopback() -> Check {
        let socket = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { if socket >= 0 { close(socket) } }
        return socket >= 0
            ? Check(name: "UDP sockets", state: .ok, detail: "can be opened", remedy: "")
            : Check(
                name: "UDP sockets", state: .missing, detail: "cannot be opened",
                remedy: "check the user's limits (ulimit -n)")
    }
}
