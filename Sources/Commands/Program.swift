import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Remote
import Storage
import Synchronization

/// Runs one command line and turns whatever happened into text and an exit code.
public enum Program {
    /// Runs `arguments` (without the program's name) with Ctrl-C and SIGTERM as cancellation.
    public static func main(_ arguments: [String]) async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        let work = Task { await run(arguments) }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            let count = Mutex(0)
            source.setEventHandler {
                work.cancel()
                // A second Ctrl-C is from somebody who does not want to wait.
                if count.withLock({
                    $0 += 1; return $0
                }) > 1 {
                    exit(ExitStatus.interrupted.rawValue)
                }
            }
            source.resume()
            return source
        }
        let status = await work.value
        sources.forEach { $0.cancel() }
        // A reader that went away (head) is no failure; a full disk behind `>` is.
        if status == ExitStatus.done.rawValue, let number = ProcessOutput.failure, number != EPIPE {
            Console.output.err(
                "hatang: standard output cannot be written (\(String(cString: strerror(number)))): the work is done, its answer is not\n"
            )
            return ExitStatus.storage.rawValue
        }
        return status
    }

    /// Runs `arguments` inside the current task.
    static func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try Suite.parseAsRoot(GlobalOptions.behindTheNoun(arguments))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitStatus.done.rawValue
        } catch {
            return report(error).rawValue
        }
    }

    private static func report(_ error: any Error) -> ExitStatus {
        let output = Console.output
        func fail(_ status: ExitStatus, _ text: String) -> ExitStatus {
            output.err(text.hasSuffix("\n") ? text : text + "\n")
            return status
        }
        switch error {
        case let status as ExitStatus: return status
        case let failure as CommandFailure:
            return failure.message.isEmpty ? failure.status : fail(failure.status, "hatang: " + failure.message)
        case let errors as InputErrors:
            let count = errors.diagnostics.count
            return fail(
                .badInput, errors.description + "\nhatang: \(count) error\(count == 1 ? "" : "s"); nothing was changed")
        case let error as StorageError: return fail(status(of: error), "hatang: \(error)")
        case let error as RemoteError: return fail(error.mayRetry ? .unreachable : .answerIsNo, "hatang: \(error)")
        case is CancellationError: return fail(.interrupted, "hatang: interrupted; what was finished is kept")
        default: break
        }
        let code = Suite.exitCode(for: error)
        let text = Suite.fullMessage(for: error)
        if code == .success {
            output.out(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n")
            return .done
        }
        if code == .validationFailure { return fail(.usage, text) }
        return fail(.internalError, "hatang: internal error: \(text)")
    }

    private static func status(of error: StorageError) -> ExitStatus {
        switch error.code {
        case .locked, .conflict, .stale, .notApproved: .refused
        case .readOnly, .permission, .wrongKey: .notPermitted
        case .notFound: .nothingToDo
        default: .storage
        }
    }
}
