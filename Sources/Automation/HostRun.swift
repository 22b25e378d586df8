import CMDB
import Notation
import Remote

/// The tasks of one host, one after the other.
struct HostRun {
    let playbook: Playbook
    let host: PlaybookHost
    let shell: any RemoteShell
    let progress: @Sendable (PlaybookProgress) -> Void

    func result() async -> PlaybookRun.HostResult {
        if Task.isCancelled { return end(.cancelled, "the run was cancelled before this host began", []) }
        progress(.hostStarted(host.id))
        let session: any ShellSession
        do {
            session = try await shell.open(host.target.get())
        } catch {
            if Self.isCancellation(error) { return end(.cancelled, Self.text(error), []) }
            // A host that answered and did not let us in, or one we have no credential for, is not out of reach.
            let isOutOfReach = (error as? RemoteError)?.mayRetry ?? true
            return end(isOutOfReach ? .unreachable : .failed, Self.text(error), [])
        }
        let result = await runTasks(session)
        await session.close()
        return result
    }

    private func runTasks(_ session: any ShellSession) async -> PlaybookRun.HostResult {
        var done: [PlaybookRun.TaskResult] = []
        for task in playbook.tasks {
            if Task.isCancelled { return end(.cancelled, "the run was cancelled", done) }
            let result: PlaybookRun.TaskResult
            do {
                result = Self.judge(task, try await session.run(Self.command(of: task)))
            } catch {
                if Self.isCancellation(error) { return end(.cancelled, "the run was cancelled", done) }
                result = Self.judge(task, error)
            }
            done.append(result)
            progress(.taskEnded(host.id, result))
            let message = "\(task.name): \(result.message)"
            if result.status == .failed { return end(.failed, message, done) }
            if result.status == .unreachable { return end(.unreachable, message, done) }
        }
        return end(.ok, "", done)
    }

    /// Files the tasks that were not tried as skipped.
    private func end(
        _ status: PlaybookRun.HostStatus, _ message: String, _ done: [PlaybookRun.TaskResult]
    ) -> PlaybookRun.HostResult {
        let rest = playbook.tasks.dropFirst(done.count).map { Self.result($0, .skipped) }
        return PlaybookRun.HostResult(
            host: host.id, status: status, message: DisplayText.clean(message), tasks: done + rest)
    }

    /// What goes to the remote shell.
    static func command(of task: PlaybookTask) -> RemoteCommand {
        switch task.action {
        case .command(let line): RemoteCommand(line, timeout: task.timeout)
        // As an argument, not on standard input: a program in the script that reads its input would eat the rest of it.
        case .script(let text):
            RemoteCommand("exec /bin/sh -c \(RemoteCommand.shellQuoted(text))", timeout: task.timeout)
        case .fetch(let path): RemoteCommand("cat -- \(RemoteCommand.shellQuoted(path))", timeout: task.timeout)
        }
    }

    /// Compares what came back with what was expected.
    static func judge(_ task: PlaybookTask, _ answer: CommandResult) -> PlaybookRun.TaskResult {
        var faults: [String] = []
        let termination: String
        switch answer.termination {
        case .exit(let code):
            termination = "exit \(code)"
            if !task.expect.exits.contains(code) {
                let wanted = task.expect.exits.map(String.init).joined(separator: " or ")
                let words = DisplayText.clean(answer.stderr).split(separator: "\n").first.map { ", \($0.prefix(200))" }
                faults.append("exit \(code), expected \(wanted)\(words ?? "")")
            }
        case .signal(let name):
            termination = "signal \(DisplayText.clean(name))"
            faults.append("killed by \(termination)")
        }
        let stdout = answer.text
        for text in task.expect.contains where !stdout.contains(text) {
            faults.append("standard output does not contain \"\(text)\"")
        }
        let failure: PlaybookRun.TaskStatus = task.ignoreErrors ? .ignored : .failed
        return PlaybookRun.TaskResult(
            task: task.name, register: task.register, status: faults.isEmpty ? .ok : failure, changed: task.changes,
            termination: termination, message: faults.joined(separator: "; "), stdout: answer.stdout,
            stderr: answer.stderr, duration: answer.duration)
    }

    /// A command out of time, or with too much output, fails; anything else means that the connection is gone.
    static func judge(_ task: PlaybookTask, _ error: any Error) -> PlaybookRun.TaskResult {
        let code = (error as? RemoteError)?.code
        guard code == .timeout || code == .tooLarge else {
            return result(task, .unreachable, text(error), changed: task.changes)
        }
        return result(task, task.ignoreErrors ? .ignored : .failed, text(error), changed: task.changes)
    }

    private static func result(
        _ task: PlaybookTask, _ status: PlaybookRun.TaskStatus, _ message: String = "", changed: Bool = false
    ) -> PlaybookRun.TaskResult {
        PlaybookRun.TaskResult(
            task: task.name, register: task.register, status: status, changed: changed, termination: nil,
            message: DisplayText.clean(message), stdout: [], stderr: [], duration: .zero)
    }

    private static func isCancellation(_ error: any Error) -> Bool {
        error is CancellationError || (error as? RemoteError)?.code == .cancelled
    }

    private static func text(_ error: any Error) -> String {
        (error as? RemoteError).map { "\($0.message) (\($0.code))" } ?? "the connection failed: \(type(of: error))"
    }
}
