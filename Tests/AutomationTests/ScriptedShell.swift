import Addressing
import CMDB
import Remote
import Synchronization

@testable import Automation

/// A remote shell whose hosts do what the test says; an unscripted host fails loudly.
final class ScriptedShell: RemoteShell {
    /// Answers one command line of one host.
    typealias Answer = @Sendable (String) async throws -> CommandResult

    private struct State {
        var answers: [String: Answer] = [:]
        var open = 0
        var mostOpen = 0
        var commands: [String: [String]] = [:]
        var closed: [String] = []
    }
    private let state = Mutex(State())

    func on(_ host: ObjectID, _ answer: @escaping Answer) { state.withLock { $0.answers[host.description] = answer } }

    /// How many sessions were open at the same time, at most.
    var mostOpen: Int { state.withLock(\.mostOpen) }
    var openNow: Int { state.withLock(\.open) }
    func commands(of host: ObjectID) -> [String] { state.withLock { $0.commands[host.description] ?? [] } }

    func open(_ target: ShellTarget) async throws -> any ShellSession {
        let answer = state.withLock { state -> Answer? in
            guard let answer = state.answers[target.subject] else { return nil }
            state.open += 1
            state.mostOpen = max(state.mostOpen, state.open)
            return answer
        }
        guard let answer else { throw RemoteError(.refused, subject: target.subject, message: "nobody listens") }
        return Session(shell: self, subject: target.subject, answer: answer)
    }

    func hostKey(of endpoint: Endpoint, subject: String, timeout: Duration) async throws -> HostKey {
        throw RemoteError(.unsupported, subject: subject, message: "not scripted")
    }

    private struct Session: ShellSession {
        let shell: ScriptedShell
        let subject: String
        let answer: Answer

        func run(_ command: RemoteCommand) async throws -> CommandResult {
            shell.state.withLock { $0.commands[subject, default: []].append(command.line) }
            return try await answer(command.line)
        }
        func close() async {
            shell.state.withLock {
                $0.open -= 1
                $0.closed.append(subject)
            }
        }
    }
}

func answer(_ text: String = "", exit: Int = 0, errors: String = "") -> CommandResult {
    CommandResult(
        stdout: Array(text.utf8), stderr: Array(errors.utf8), termination: .exit(exit), duration: .milliseconds(5))
}

func device(_ name: String) -> ObjectID { ObjectID(.device, name) }

func host(_ name: String) -> PlaybookHost {
    let endpoint = Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 22)
    return PlaybookHost(
        id: device(name),
        target: .success(
            ShellTarget(
                subject: device(name).description, endpoint: endpoint, user: "ops", credential: .agent, hostKeys: [])))
}
