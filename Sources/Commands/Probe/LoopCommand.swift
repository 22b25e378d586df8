import ArgumentParser
import CMDB
import Endpoints
import Evidence
import Foundation
import Notation
import Probing
import SNMP
import SSH
import Storage
import Synchronization
import TimeSeries
import Topology

extension ProbeCommand {
    /// The engine at work: every probe at its interval, for a while.
    struct Loop: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask again and again, each probe at its interval, and tell what changes.",
            discussion: """
                Each probe of each target has its own moment in its interval. A target that gives no answer twice is \
                asked with one cheap probe, less and less often, until it answers. What is told as changed is stored. \
                While it runs, other commands that write to the data folder are refused.

                Examples:
                  hatang probe loop --for 10m
                  hatang probe loop --once --target 'device tag=lab'
                  hatang probe loop --for 1h --metrics /var/lib/node_exporter/hatang.prom

                Exit codes: 0 the time is over and all answered, 2 a target failed, 3 something unread or skipped, \
                4 a target unreachable, 6 nothing had its turn, 64 unknown probe, 65 bad definitions, 74 not stored, \
                130 interrupted (what was read is kept). Each probe counts with its last answer.
                """)
        @Option(name: .customLong("for"), help: "How long: 30s, 10m, 1h30m. Until Ctrl-C when neither this nor --once.")
        var duration: String?
        @Option(
            help: "Selector; default: whatever each probe applies to.",
            completion: .custom(SelectorArgument.completeMachines))
        var target: String?
        @Option(help: "Only this probe; may be repeated.") var probe: [String] = []
        @Option(help: "Asks under way at the same time.") var concurrency = 256
        @Option(help: "Asks under way at the same time in one zone. Default: as --concurrency.") var windowZone: Int?
        @Option(help: "File for the schedule's counts in the text format of Prometheus.", completion: .file())
        var metrics: String?
        @Flag(help: "Every probe once, now, whatever was asked before; then end.") var once = false
        @Option(help: "Why, for the ledger.") var reason = "probe loop"
        @OptionGroup var library: Library
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if !(1...10_000).contains(concurrency) { throw ValidationError("--concurrency must be from 1 to 10000") }
            if let windowZone, !(1...10_000).contains(windowZone) {
                throw ValidationError("--window-zone must be from 1 to 10000")
            }
            if once, duration != nil { throw ValidationError("--once ends by itself: leave out --for") }
            if let duration, (DurationText.parse(duration) ?? .zero) <= .zero {
                throw ValidationError("--for must be a time such as 30s, 10m or 1h30m")
            }
        }

        private var options: ProbeLoopOptions {
            var options = ProbeLoopOptions()
            options.limits.window = concurrency
            options.limits.zoneWindow = windowZone ?? concurrency
            options.limits.suspectWindow = max(8, concurrency / 4)
            options.limits.overdueWindow = concurrency
            options.once = once
            options.duration = duration.flatMap { DurationText.parse($0) }
            // Whatever was missed is made up within a quarter of the time there is.
            if let duration = options.duration { options.limits.spread = min(options.limits.spread, duration / 4) }
            return options
        }

        func run(in session: Session) async throws {
            let database = try session.database(.writing)
            let snapshot = try session.inventory(database)
            let plan = try Run.plan(library.load(session), names: probe, target: target, snapshot, database, session)
            let lock = try session.writerLock("probe loop")
            defer { lock.release() }
            try database.forgetProbeHistory(except: Set(snapshot.all.map(\.id)))
            let (memory, problems) = try LoopStore.memory(of: database, dependents: Self.dependents(snapshot))
            for problem in problems { session.console.warn(problem) }
            let store = LoopStore(database, try session.samples(writing: true))
            let equipment = try ProbeEquipment()
            let snmp = equipment.snmp
            try EngineCache.recall(plan, into: snmp, from: database)
            Run.warnOfWeakness(plan, session)
            let runner = ProbeRunner(equipment.adapters, now: { session.now() })
            let face = LoopFace(session.console, metrics: metrics)
            let loop = ProbeLoop(runner, plan: plan, options: options, memory: memory, store: store)
            let result: Result<ProbeLoopReport, any Error>
            do { result = .success(try await loop.run { face.take($0) }) } catch { result = .failure(error) }
            face.finish()
            try await EngineCache.keep(snmp, in: database)
            await equipment.shutdown()
            let report = try result.get()
            try database.append([report.ledgerEntry(actor: session.actor, reason: reason)])
            for problem in store.problems { session.console.warn(problem) }
            if let metrics { try OutputFiles.write(report.metrics.prometheus, to: metrics) }
            if let problem = face.metricsProblem { session.console.warn(problem) }
            show(report, session)
            switch report.verdict {
            case .done: return
            case .failed: throw ExitStatus.answerIsNo
            case .partial: throw ExitStatus.partial
            case .unreachable: throw ExitStatus.unreachable
            case .interrupted: throw ExitStatus.interrupted
            case .nothing:
                throw CommandFailure(
                    .nothingToDo,
                    session.console.pick(
                        vi:
                            "không phép nào trong \(report.pairs.count) phép đến lượt: cho thêm thời gian, hoặc dùng --once",
                        en: "none of \(report.pairs.count) probes had its turn: give it more time, or use --once"))
            }
        }

        /// What cannot be reached, or stops, when one machine fails.
        private static func dependents(_ snapshot: Snapshot) -> @Sendable (ObjectID) -> Set<ObjectID> {
            let graph = Mutex<SupportGraph?>(nil)
            return { id in
                let graph = graph.withLock { kept in
                    let made = kept ?? SupportGraph(snapshot)
                    kept = made
                    return made
                }
                guard graph.contains(id) else { return [] }
                return Set(graph.impact(of: [id]).objects.filter { $0.value <= .unreachable }.keys)
            }
        }

        private func show(_ report: ProbeLoopReport, _ session: Session) {
            let console = session.console
            for (pair, outcome, detail) in report.pairs where outcome == .failed || outcome == .partial {
                console.warn("\(pair.target.id): \(pair.probe.name): \(detail)")
            }
            for target in report.deadTargets {
                console.warn(console.pick(vi: "\(target): không trả lời", en: "\(target): does not answer"))
            }
            for skip in report.skipped where skip.reason.isGap {
                console.warn("\(skip.target): \(skip.probe): \(skip.detail)")
            }
            console.emit(LoopView.answer(report))
            let metrics = report.metrics
            let lag = LoopView.lags(metrics).map { LoopView.milliseconds($0.value) }
            let gaps = report.skipped.count(where: \.reason.isGap)
            func count(_ outcome: ProbeLoopReport.Outcome) -> Int { report.count(outcome) }
            console.say(
                vi:
                    "\(report.pairs.count) phép trên \(metrics.targets) máy, \(report.runCount) lượt hỏi: đủ \(count(.ok)), một phần \(count(.partial)), lỗi \(count(.failed)), không tới được \(count(.unreachable)), dở dang \(count(.interrupted)), chưa đến lượt \(count(.notDue)); bỏ qua \(report.skipped.count) (thiếu \(gaps)), lỡ \(metrics.skipped) chu kỳ, \(report.deadTargets.count) máy không trả lời; trễ p50 \(lag[0]) ms, p95 \(lag[1]) ms, lớn nhất \(lag[2]) ms; \(report.factCount) dữ kiện, \(report.sampleCount) mẫu số liệu, \(report.changeCount) thay đổi trạng thái.",
                en:
                    "\(report.pairs.count) probes on \(metrics.targets) targets, \(report.runCount) runs: \(count(.ok)) complete, \(count(.partial)) partial, \(count(.failed)) failed, \(count(.unreachable)) unreachable, \(count(.interrupted)) broken off, \(count(.notDue)) not due; \(report.skipped.count) left out (\(gaps) gaps), \(metrics.skipped) cycles skipped, \(report.deadTargets.count) targets dead; lag p50 \(lag[0]) ms, p95 \(lag[1]) ms, max \(lag[2]) ms; \(report.factCount) facts, \(report.sampleCount) samples, \(report.changeCount) state changes."
            )
        }
    }
}
