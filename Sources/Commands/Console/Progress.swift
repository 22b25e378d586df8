import Foundation
import Synchronization

/// A progress bar on stderr when it is a terminal, a plain line every tenth part when it is not.
///
/// Redraws at most ten times a second; the line is cleared at the end.
final class Progress: Sendable {
    private struct State {
        var done = 0
        var failures = 0
        var drawn: ContinuousClock.Instant?
        var tenth = -1
    }
    private let state = Mutex(State())
    private let title: String
    private let total: Int
    private let console: Console
    private let output: any Output
    private let clock = ContinuousClock()

    init(_ title: String, total: Int, console: Console) {
        self.title = title
        self.total = total
        self.console = console
        output = Console.output
    }

    /// Tells how far the work is.
    func update(done: Int, failures: Int = 0) {
        guard !console.quiet, total > 0 else { return }
        state.withLock { state in
            state.done = max(state.done, done)
            state.failures = failures
            if output.errIsTerminal {
                let now = clock.now
                if let drawn = state.drawn, now - drawn < .milliseconds(100), state.done < total { return }
                state.drawn = now
                output.err("\r\u{1B}[K" + bar(state))
            } else {
                let tenth = state.done * 10 / total
                if tenth > state.tenth {
                    state.tenth = tenth
                    output.err("\(title): \(state.done)/\(total)\(failed(state))\n")
                }
            }
        }
    }

    /// Clears the bar.
    func finish() {
        guard !console.quiet, output.errIsTerminal else { return }
        output.err("\r\u{1B}[K")
    }

    private func failed(_ state: State) -> String {
        state.failures == 0 ? "" : console.pick(vi: ", lỗi \(state.failures)", en: ", \(state.failures) failed")
    }

    private func bar(_ state: State) -> String {
        let width = max(10, min(40, output.width - title.count - 30))
        let filled = width * min(state.done, total) / total
        let cells = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return "\(title) \(console.paint(cells, .cyan, console.colourErr)) \(state.done)/\(total)\(failed(state))"
    }
}
