import CMDB
import Evidence
import Foundation
import Notation
import Probing
import Remote
import Synchronization

/// A loop for people and programs.
enum LoopView {
    static func lags(_ metrics: ScheduleMetrics) -> [(name: String, value: Duration)] {
        [
            ("p50", metrics.lag.quantile(0.5)), ("p95", metrics.lag.quantile(0.95)), ("max", metrics.lag.longest),
        ]
    }

    static func milliseconds(_ duration: Duration) -> String {
        String((duration / .milliseconds(1) * 10).rounded() / 10)
    }

    static func answer(_ report: ProbeLoopReport) -> Answer {
        func number(_ value: Int) -> JSONValue { .int(Int64(value)) }
        let metrics = report.metrics
        let lag = lags(metrics).map {
            ($0.name, JSONValue.double(($0.value / .milliseconds(1) * 1_000).rounded() / 1_000))
        }
        var members: [String: JSONValue] = [
            "started_at": .string(report.startedAt.description), "finished_at": .string(report.finishedAt.description),
            "verdict": .string(report.verdict.rawValue), "end": .string(report.end.rawValue),
            "pairs": number(report.pairs.count), "targets": number(metrics.targets), "runs": number(report.runCount),
            "turns": number(metrics.turns), "retries": number(metrics.retries), "greetings": number(metrics.greetings),
            "skipped": number(report.skipped.count),
            "skipped_gaps": number(report.skipped.count(where: \.reason.isGap)),
            "skipped_cycles": number(metrics.skipped), "facts": number(report.factCount),
            "samples": number(report.sampleCount), "state_changes": number(report.changeCount),
            "lag_ms": .object(Dictionary(lag, uniquingKeysWith: { $1 })),
            "dead_targets": .array(report.deadTargets.map { .string($0) }),
            "states": .object(
                Dictionary(
                    Standing.allCases.map { ($0.rawValue, number(report.standings[$0] ?? 0)) },
                    uniquingKeysWith: { $1 })),
            "results": .array(
                report.pairs.map { pair, outcome, detail in
                    .object([
                        "target": .string(pair.target.id.description), "probe": .string(pair.probe.name),
                        "endpoint": .string(pair.endpoint.description), "outcome": .string(outcome.rawValue),
                        "detail": .string(detail),
                    ])
                }),
            "skips": .array(
                report.skipped.map {
                    .object([
                        "target": .string($0.target.description), "probe": .string($0.probe),
                        "reason": .string($0.reason.rawValue), "detail": .string($0.detail),
                    ])
                }),
        ]
        for outcome in ProbeLoopReport.Outcome.allCases {
            members[outcome.rawValue.replacing("-", with: "_")] = number(report.count(outcome))
        }
        return Answer(
            json: .object(members),
            table: TextTable(
                names: ["target", "probe", "endpoint", "outcome", "detail"],
                rows: report.pairs.map { pair, outcome, detail in
                    [
                        pair.target.id.description, pair.probe.name, pair.endpoint.description, outcome.rawValue,
                        detail,
                    ]
                },
                colour: { column, text in
                    guard column == 3 else { return nil }
                    return text == "ok" ? .green : text == "partial" || text == "not-due" ? .yellow : .red
                }), identifiers: report.pairs.map { "\($0.pair.target.id) \($0.pair.source)" })
    }

    /// `device/web-01 ssh-linux-baseline@127.0.0.1:22 disk/used: ok → critical (disk/used = 97)`; nil for doubts.
    static func line(_ change: StateChange) -> String? {
        let what: String
        switch change.change {
        case .soft: return nil
        case .hard(let from, let to): what = "\(from.rawValue) → \(to.rawValue)"
        case .flapping(let percent): what = "flapping (\(percent) %)"
        case .calm: what = "no longer flapping"
        case .unreachable(let was): what = "\(was.rawValue) → unreachable"
        case .reachable: what = "reachable"
        }
        let name = [change.key.probe, change.key.check].filter { !$0.isEmpty }.joined(separator: " ")
        let because = change.because.isEmpty ? "" : " (\(change.because))"
        return "\(change.at) \(change.key.subject) \(name): \(what)\(because)"
    }
}

/// What a person sees while a loop runs: a line that stands on a terminal, state changes above it.
final class LoopFace: Sendable {
    private struct State {
        var progress: ProbeLoopProgress?
        var drawn: ContinuousClock.Instant?
        var isDrawn = false
        var written: ContinuousClock.Instant?
        var problem: String?
    }
    private let state = Mutex(State())
    private let console: Console
    private let output: any Output
    private let metrics: String?
    private let clock = ContinuousClock()

    init(_ console: Console, metrics: String?) {
        self.console = console
        self.metrics = metrics
        output = Console.output
    }

    /// Why the file of counts could not be written while the loop ran; nil: it could.
    var metricsProblem: String? { state.withLock { $0.problem } }

    func take(_ news: ProbeLoopNews) {
        switch news {
        case .progress(let progress): draw(progress)
        case .changes(let changes):
            let lines = changes.compactMap { change in
                LoopView.line(change).map { console.paint($0, Self.colour(change), console.colourErr) }
            }
            guard !lines.isEmpty else { return }
            state.withLock { state in
                clear(&state)
                output.err(lines.joined(separator: "\n") + "\n")
            }
        case .metrics(let counts): write(counts)
        }
    }

    /// Clears the line.
    func finish() { state.withLock { clear(&$0) } }

    private static func colour(_ change: StateChange) -> Console.Colour {
        switch change.change {
        case .hard(_, .ok), .reachable, .calm: .green
        case .hard(_, .critical): .red
        default: .yellow
        }
    }

    private func clear(_ state: inout State) {
        guard state.isDrawn else { return }
        output.err("\r\u{1B}[K")
        state.isDrawn = false
    }

    private func draw(_ progress: ProbeLoopProgress) {
        guard !console.quiet else { return }
        state.withLock { state in
            let now = clock.now
            let pause: Duration = output.errIsTerminal ? .milliseconds(100) : .seconds(60)
            if let drawn = state.drawn, now - drawn < pause { return }
            // The first plain line would say that nothing has happened.
            let isFirst = state.drawn == nil
            state.drawn = now
            let text = console.pick(
                vi:
                    "đang hỏi \(progress.inFlight), xong \(progress.done), trễ \(progress.late), không trả lời \(progress.dead), đã lưu \(progress.stored)",
                en:
                    "in flight \(progress.inFlight), done \(progress.done), late \(progress.late), dead \(progress.dead), stored \(progress.stored)"
            )
            if output.errIsTerminal {
                output.err("\r\u{1B}[K" + text)
                state.isDrawn = true
            } else if !isFirst {
                output.err(text + "\n")
            }
        }
    }

    private func write(_ counts: ScheduleMetrics) {
        guard let metrics else { return }
        state.withLock { state in
            let now = clock.now
            if let written = state.written, now - written < .seconds(10) { return }
            state.written = now
            do {
                try OutputFiles.write(counts.prometheus, to: metrics)
                state.problem = nil
            } catch {
                state.problem = (error as? CommandFailure)?.message ?? "\(metrics) cannot be written"
            }
        }
    }
}
