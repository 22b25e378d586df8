import Evidence
import Notation
import Remote

/// Runs the steps of one probe over an open session.
struct SSHCollector {
    let steps: [SSHStep]
    let timeout: Duration

    func run(over session: any ShellSession, _ book: inout Notebook) async {
        for step in steps {
            let label = step.facts[0].name
            do {
                try Task.checkCancellation()
                let result = try await session.run(ShellScript.remoteCommand(step, timeout: timeout))
                take(result, step, label, &book)
            } catch {
                let problem = remoteError(error, book.pair)
                // The channel is gone, the session is not: the other steps may still answer.
                guard problem.code == .timeout || problem.code == .tooLarge else {
                    book.collected.error = problem
                    return
                }
                book.fail(label, "\(problem.message) (\(problem.code))")
            }
        }
    }

    private func take(_ result: CommandResult, _ step: SSHStep, _ label: String, _ book: inout Notebook) {
        func missing(_ reason: String) {
            if step.optional { book.absent(label, reason) } else { book.fail(label, reason) }
        }
        if let command = ShellScript.overdueCommand(result) {
            return book.fail(label, "\(command) did not end in time on the machine")
        }
        switch result.termination {
        case .exit(0): break
        case .exit(ShellScript.unavailable):
            let reason = CleanText.line(CleanText.lines(result.errorText).last ?? "", limit: 200)
            return missing(reason.isEmpty ? "this machine cannot tell" : reason)
        case .exit(let status): return book.fail(label, "the command ended with status \(status)")
        case .signal(let name):
            return book.fail(label, "the command was killed by SIG\(CleanText.line(name, limit: 16))")
        }
        do throws(ParseProblem) {
            let value = try step.parser.parse(result.text)
            for fact in step.facts {
                guard let member = fact.member else {
                    book.note(fact.name, value, unit: step.unit)
                    continue
                }
                if let part = value[member] {
                    book.note(fact.name, part, unit: step.unit)
                } else {
                    book.absent(fact.name, "the output has no \(member)")
                }
            }
            book.measure(step.metrics, of: value)
        } catch {
            if error.unavailable { missing(error.message) } else { book.fail(label, error.message) }
        }
    }
}
