import Addressing
import ArgumentParser
import CMDB
import Endpoints
import Evidence
import Foundation
import Notation
import Probing
import Remote
import SNMP
import SSH
import Storage
import TimeSeries

/// Probes: what is.
struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "What is: ask devices and services.",
        subcommands: [Run.self, Loop.self, ListProbes.self, Show.self, Import.self, MIB.self])

    struct Library: ParsableArguments {
        @Option(help: "Folder with probe definitions. Default: $HATANG_PROBES, else Probes.", completion: .directory)
        var probes: String?

        func folder(_ session: Session) -> String { probes ?? session.environment["HATANG_PROBES"] ?? "Probes" }

        func load(_ session: Session) throws -> ProbeLibrary {
            let folder = folder(session)
            guard FileManager.default.fileExists(atPath: folder) else {
                throw InputErrors(
                    Diagnostic(
                        SourcePosition(file: folder), problem: "there is no such folder",
                        remedy: "run hatang where Probes/ is, or name it with --probes DIR or HATANG_PROBES"))
            }
            return try ProbeLibrary(folder: folder, names: MIBFolder(probes: folder))
        }
    }

    struct Run: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask, and store what was seen as facts and samples.",
            discussion: """
                Examples:
                  hatang probe run --target 'device tag=lab'
                  hatang probe run --probe ssh-linux-baseline --target device/web-01

                Exit codes: 0 all answered, 2 a target failed, 3 something unread or skipped, 4 a target unreachable, \
                6 no probe meets any target, 64 unknown probe, 65 bad definitions, 130 interrupted (what was read is kept).
                """)
        @Option(
            help: "Selector; default: whatever each probe applies to.",
            completion: .custom(SelectorArgument.completeMachines))
        var target: String?
        @Option(help: "Only this probe; may be repeated.") var probe: [String] = []
        @Option(help: "Targets asked at the same time.") var concurrency = 32
        @Option(help: "Why, for the ledger.") var reason = "probe run"
        @OptionGroup var library: Library
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if !(1...1000).contains(concurrency) { throw ValidationError("--concurrency must be from 1 to 1000") }
        }

        func run(in session: Session) async throws {
            let database = try session.database(.writing)
            let snapshot = try session.inventory(database)
            let plan = try Self.plan(library.load(session), names: probe, target: target, snapshot, database, session)
            let lock = try session.writerLock("probe run")
            defer { lock.release() }
            let equipment = try ProbeEquipment()
            let snmp = equipment.snmp
            try EngineCache.recall(plan, into: snmp, from: database)
            Self.warnOfWeakness(plan, session)
            let runner = ProbeRunner(
                equipment.adapters, concurrency: concurrency,
                now: { session.now() })
            let progress = Progress(
                session.console.pick(vi: "thăm dò", en: "probing"), total: plan.pairs.count, console: session.console)
            let report = await runner.run(plan) { progress.update(done: $0.done, failures: $0.failures) }
            progress.finish()
            try database.store(report.facts)
            try session.samples(writing: true).store(report.samples)
            try await EngineCache.keep(snmp, in: database)
            for double in await EngineCache.doubles(snmp) { session.console.warn(double) }
            try database.append([report.ledgerEntry(actor: session.actor, reason: reason)])
            await equipment.shutdown()
            show(report, session)
            switch report.verdict {
            case .done: return
            case .failed: throw ExitStatus.answerIsNo
            case .partial: throw ExitStatus.partial
            case .unreachable: throw ExitStatus.unreachable
            case .interrupted: throw ExitStatus.interrupted
            }
        }

        /// One line for all machines that are entered weakly.
        static func warnOfWeakness(_ plan: ProbePlan, _ session: Session) {
            let weak = plan.weakAccess
            if weak.isEmpty { return }
            let named = weak.prefix(10).map { "\($0.target) (\($0.reasons.joined(separator: ", ")))" }
            let rest = weak.count > 10 ? " …" : ""
            let list = named.joined(separator: "; ") + rest
            session.console.warn(
                session.console.pick(
                    vi: "\(weak.count) máy được truy cập bằng cách yếu: \(list)",
                    en: "\(weak.count) machines are entered in a weak way: \(list)"))
        }

        static func plan(
            _ library: ProbeLibrary, names: [String], target: String?, _ snapshot: Snapshot, _ database: Database,
            _ session: Session
        ) throws -> ProbePlan {
            let context = try context(snapshot, database, session)
            if let target { _ = try session.chosen(target, in: snapshot, defaults: [.device, .virtualMachine]) }
            do {
                return try ProbePlan(library, names: names, target: target, in: context)
            } catch let error as ProbePlanError {
                for skip in error.skipped.prefix(20) {
                    session.console.warn("\(skip.target): \(skip.probe): \(skip.detail)")
                }
                let counted = error.skipped.isEmpty ? "" : " (\(error.skipped.count) pairs skipped, 0 asked)"
                throw CommandFailure(error.code == .unknownProbe ? .usage : .nothingToDo, error.message + counted)
            }
        }

        /// Secrets, host keys and the guard that every contact with a machine goes through.
        static func context(_ snapshot: Snapshot, _ database: Database, _ session: Session) throws -> ProbePlan.Context
        {
            let loopbackOnly = session.loopbackOnly
            return ProbePlan.Context(
                snapshot: snapshot,
                query: { try session.select($0, in: snapshot, defaults: [.device, .virtualMachine]) },
                secrets: StoredSecrets(secrets: session.secrets(database)),
                hostKeys: StoredHostKeys(keys: session.hostKeys(database)), defaultSSHUser: session.loginName,
                allowed: { !loopbackOnly || $0.address.isLoopback })
        }

        private func show(_ report: ProbeRunReport, _ session: Session) {
            let console = session.console
            for result in report.results {
                if case .failed(let error) = result.outcome {
                    console.warn("\(result.pair.probe.name): \(error)")
                }
                for problem in result.failures where result.outcome == .partial {
                    console.warn(
                        "\(result.pair.target.id): \(result.pair.probe.name): \(problem.what): \(problem.reason)")
                }
                for problem in result.notObserved {
                    console.detail(
                        "\(result.pair.target.id): \(result.pair.probe.name): \(problem.what): \(problem.reason)")
                }
            }
            for skip in report.skipped where skip.reason.isGap {
                console.warn("\(skip.target): \(skip.probe): \(skip.detail)")
            }
            console.emit(ProbeView.answer(report))
            let counts = report.counts
            let gaps = report.skipped.count(where: \.reason.isGap)
            let idle = counts.skipped - gaps
            console.say(
                vi:
                    "Hỏi \(counts.asked), trả lời \(counts.reached): đủ \(counts.ok), một phần \(counts.partial), lỗi \(counts.failed) (không tới được \(counts.unreachable)), bỏ qua \(counts.skipped) (thiếu \(gaps), không áp dụng \(idle)); \(counts.factCount) dữ kiện, \(report.samples.count) mẫu số liệu.",
                en:
                    "Asked \(counts.asked), reached \(counts.reached): \(counts.ok) complete, \(counts.partial) partial, \(counts.failed) failed (\(counts.unreachable) unreachable), \(counts.skipped) skipped (\(gaps) gaps, \(idle) do not apply); \(counts.factCount) facts, \(report.samples.count) samples."
            )
        }
    }

    struct ListProbes: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Probe definitions and where they apply.",
            discussion: """
                Example:
                  hatang probe list --format json

                Exit codes: 0 listed, 65 bad definitions.
                """)
        @OptionGroup var library: Library
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let probes = try library.load(session).probes
            session.console.emit(
                Answer(
                    json: .array(
                        probes.map {
                            .object([
                                "name": .string($0.name), "kind": .string($0.kind.rawValue),
                                "applies_to": .array($0.appliesTo.map { .string($0) }),
                                "interval": .string(DurationText.format($0.interval)),
                                "timeout": .string(DurationText.format($0.timeout)),
                            ])
                        }),
                    table: TextTable(
                        names: ["name", "kind", "interval", "timeout", "applies_to"],
                        rows: probes.map {
                            [
                                $0.name, $0.kind.rawValue, DurationText.format($0.interval),
                                DurationText.format($0.timeout),
                                $0.appliesTo.joined(separator: " | "),
                            ]
                        }), identifiers: probes.map(\.name)))
            session.console.say(vi: "\(probes.count) phép thăm dò.", en: "\(probes.count) probes.")
        }
    }
}

/// A run for people and programs.
enum ProbeView {
    static func answer(_ report: ProbeRunReport) -> Answer {
        let counts = report.counts
        let rows = report.results.map { result in
            (result, outcome(result))
        }
        return Answer(
            json: .object([
                "asked": .int(Int64(counts.asked)), "reached": .int(Int64(counts.reached)),
                "ok": .int(Int64(counts.ok)),
                "partial": .int(Int64(counts.partial)), "failed": .int(Int64(counts.failed)),
                "unreachable": .int(Int64(counts.unreachable)), "skipped": .int(Int64(counts.skipped)),
                "skipped_gaps": .int(Int64(report.skipped.count(where: \.reason.isGap))),
                "interrupted": .int(Int64(counts.interrupted)), "facts": .int(Int64(counts.factCount)),
                "samples": .int(Int64(report.samples.count)), "verdict": .string(report.verdict.rawValue),
                "results": .array(
                    rows.map { result, outcome in
                        .object([
                            "target": .string(result.pair.target.id.description),
                            "probe": .string(result.pair.probe.name),
                            "endpoint": .string(result.pair.endpoint.description), "outcome": .string(outcome.0),
                            "detail": .string(outcome.1), "facts": .int(Int64(result.facts.count)),
                        ])
                    }),
                "skips": .array(
                    report.skipped.map {
                        .object([
                            "target": .string($0.target.description), "probe": .string($0.probe),
                            "reason": .string($0.reason.rawValue), "detail": .string($0.detail),
                        ])
                    }),
            ]),
            table: TextTable(
                names: ["target", "probe", "endpoint", "outcome", "facts", "detail"],
                rows: rows.map { result, outcome in
                    [
                        result.pair.target.id.description, result.pair.probe.name, result.pair.endpoint.description,
                        outcome.0, String(result.facts.count), outcome.1,
                    ]
                },
                colour: { column, text in
                    guard column == 3 else { return nil }
                    return text == "ok" ? .green : text == "partial" ? .yellow : .red
                }), identifiers: report.facts.map(\.id))
    }

    private static func outcome(_ result: ProbeResult) -> (String, String) {
        switch result.outcome {
        case .ok: ("ok", "")
        case .partial: ("partial", result.failures.map { "\($0.what): \($0.reason)" }.joined(separator: "; "))
        case .failed(let error): ("failed", "\(error.message) (\(error.code))")
        case .interrupted: ("interrupted", "")
        }
    }
}
