import ArgumentParser
import Automation
import CMDB
import Evidence
import Foundation
import Notation
import Probing
import Remote
import SSH
import Storage
import Synchronization

/// Playbooks: what to do, host by host.
struct PlaybookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "playbook", abstract: "Run tasks over SSH on many hosts, with a recap and a ledger record.",
        subcommands: [RunPlaybook.self, CheckPlaybook.self])

    static func read(_ path: String) throws -> Playbook {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: path), problem: "cannot be read",
                    remedy: "give a playbook, such as Playbooks/collect-baseline.yaml"))
        }
        return try Playbook.parse(String(decoding: bytes, as: UTF8.self), file: path)
    }

    struct RunPlaybook: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Run a playbook.",
            discussion: """
                Examples:
                  hatang playbook run Playbooks/collect-baseline.yaml --limit lab-01 --limit lab-02
                  hatang playbook run Playbooks/collect-baseline.yaml --hosts 'device tag=lab' --format json

                Exit codes: 0 every task on every host, 2 a host failed, 4 a host unreachable, none failed, \
                6 no host (or a misspelt --limit), 7 it would change hosts and --yes is missing, 65 bad playbook, 130 interrupted.
                """)
        @Argument(help: "Playbook file.", completion: .file(extensions: ["yaml", "yml"])) var file: String
        @Option(help: "Only these of the playbook's hosts; may be repeated.") var limit: [String] = []
        @Option(
            help: "Selector instead of the playbook's own hosts.",
            completion: .custom(SelectorArgument.completeMachines))
        var hosts: String?
        @Option(help: "Hosts at the same time.") var forks = 8
        @Flag(name: .shortAndLong, help: "Allow tasks that change hosts.") var yes = false
        @Option(help: "Why, for the ledger.") var reason = "playbook run"
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if !(1...500).contains(forks) { throw ValidationError("--forks must be from 1 to 500") }
        }

        func run(in session: Session) async throws {
            let playbook = try PlaybookCommand.read(file)
            let database = try session.database(.writing)
            let snapshot = try session.inventory(database)
            do {
                let selected: [ObjectID]
                if let hosts {
                    let machines: [Kind] = [.device, .virtualMachine]
                    selected = try session.chosen(hosts, in: snapshot, defaults: machines).map(\.id)
                        .filter { machines.contains($0.kind) }
                } else {
                    selected = try playbook.hosts(in: snapshot)
                }
                let names = limit.flatMap { $0.split(separator: ",").map(String.init) }
                let ids = try HostLimit.apply(names, to: selected)
                try await run(playbook, on: ids.compactMap { snapshot[$0] }, database, snapshot, session)
            } catch let error as PlaybookError {
                throw CommandFailure(error.code == .refused ? .refused : .nothingToDo, error.message)
            }
        }

        private func run(
            _ playbook: Playbook, on objects: [Object], _ database: Database, _ snapshot: Snapshot, _ session: Session
        ) async throws {
            let context = try ProbeCommand.Run.context(snapshot, database, session)
            let targets = objects.map { PlaybookHost(id: $0.id, target: context.shellTarget(for: $0)) }
            let lock = try session.writerLock("playbook run")
            defer { lock.release() }
            let shell = SSHClient()
            let runner = PlaybookRunner(
                shell: shell, gate: ConsentGuard(consent: yes), forks: forks, now: { session.now() })
            let progress = Progress(playbook.name, total: targets.count, console: session.console)
            let failures = Mutex(0)
            let result = try await runner.run(playbook, on: targets) { event in
                guard case .hostEnded(let host, let done, _) = event else { return }
                let failed = failures.withLock { count in
                    if host.status != .ok { count += 1 }
                    return count
                }
                progress.update(done: done, failures: failed)
            }
            progress.finish()
            try database.append([result.ledgerEntry(actor: session.actor, reason: reason)])
            await shell.shutdown()
            session.console.emit(PlaybookView.answer(result))
            PlaybookView.summary(result, session.console)
            switch result.outcome {
            case .complete: return
            case .failed: throw ExitStatus.answerIsNo
            case .unreachable: throw ExitStatus.unreachable
            case .interrupted: throw ExitStatus.interrupted
            }
        }
    }

    struct CheckPlaybook: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Read a playbook and show its tasks; nothing is run.",
            discussion: """
                Example:
                  hatang playbook check Playbooks/collect-baseline.yaml

                Exit codes: 0 valid, 65 errors.
                """)
        @Argument(help: "Playbook file.", completion: .file(extensions: ["yaml", "yml"])) var file: String
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let playbook = try PlaybookCommand.read(file)
            session.console.emit(
                Answer(
                    json: .object([
                        "name": .string(playbook.name), "hosts": .string(playbook.selector.text),
                        "sha256": .string(playbook.digest),
                        "tasks": .array(
                            playbook.tasks.map {
                                .object([
                                    "name": .string($0.name), "action": .string($0.action.kind),
                                    "changes": .bool($0.changes),
                                    "timeout": .string(DurationText.format($0.timeout)),
                                ])
                            }),
                    ]),
                    table: TextTable(
                        names: ["task", "action", "changes", "timeout"],
                        rows: playbook.tasks.map {
                            [$0.name, $0.action.kind, $0.changes ? "yes" : "no", DurationText.format($0.timeout)]
                        }), identifiers: playbook.tasks.map(\.name)))
        }
    }
}

/// A run for people and programs: Ansible's recap, a line a host.
enum PlaybookView {
    static func answer(_ run: PlaybookRun) -> Answer {
        let columns = ["ok", "changed", "unreachable", "failed", "skipped", "ignored"]
        return Answer(
            json: run.json,
            table: TextTable(
                names: ["host", "status"] + columns + ["message"],
                rows: run.hosts.map { host in
                    [host.host.description, host.status.rawValue]
                        + columns.map { String(host.recap[$0]?.int ?? 0) } + [message(host)]
                },
                colour: { column, text in
                    guard column == 1 else { return nil }
                    return text == "ok" ? .green : .red
                }), identifiers: run.hosts.map(\.host.description))
    }

    private static func message(_ host: PlaybookRun.HostResult) -> String {
        if !host.message.isEmpty { return host.message }
        return host.tasks.first { $0.status == .failed }.map { "\($0.task): \($0.message)" } ?? ""
    }

    static func summary(_ run: PlaybookRun, _ console: Console) {
        let tasks = run.hosts.reduce(0) { $0 + $1.tasks.count }
        console.say(
            vi:
                "\(run.playbook): \(run.hosts.count) máy, \(tasks) việc; đạt \(run.count(.ok)), lỗi \(run.count(.failed)), không tới được \(run.count(.unreachable)), bị ngắt \(run.count(.cancelled)).",
            en:
                "\(run.playbook): \(run.hosts.count) hosts, \(tasks) tasks; \(run.count(.ok)) ok, \(run.count(.failed)) failed, \(run.count(.unreachable)) unreachable, \(run.count(.cancelled)) cancelled."
        )
    }
}
