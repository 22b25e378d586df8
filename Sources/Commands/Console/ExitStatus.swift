/// The one table of exit codes, for every command (documented in the README).
public enum ExitStatus: Int32, Error, Sendable, CaseIterable {
    /// All that was asked was done, or holds already, and the denominator is not zero.
    case done = 0
    /// A defect of ours.
    case internalError = 1
    /// It ran, and the answer is "no": differences, failing findings, failed targets.
    case answerIsNo = 2
    /// Something unread, skipped against the plan, or not assessed.
    case partial = 3
    /// At least one target unreachable, none failed.
    case unreachable = 4
    /// Nothing to do: selector, tag or catalogue matched nothing.
    case nothingToDo = 6
    /// Refused by a guard: approval, window, stale plan, lock.
    case refused = 7
    /// Failed and rolled back cleanly.
    case rolledBack = 8
    /// Failed and not cleanly rolled back.
    case notRolledBack = 9
    /// Bad command line.
    case usage = 64
    /// Bad input, all errors listed with file, line, column.
    case badInput = 65
    /// A needed service or program is not there.
    case unavailable = 69
    /// Storage failed.
    case storage = 74
    /// Not permitted.
    case notPermitted = 77
    /// Interrupted; can be resumed.
    case interrupted = 130

    /// One line for `hatang help` and the README.
    public var meaning: String {
        switch self {
        case .done: "all that was asked was done, or holds already"
        case .internalError: "internal error"
        case .answerIsNo: "it ran, and the answer is no: differences, failing findings, failed targets"
        case .partial: "partial: something unread, skipped, or not assessed"
        case .unreachable: "at least one target unreachable, none failed"
        case .nothingToDo: "nothing to do: selector, name or catalogue matched nothing"
        case .refused: "refused by a guard: approval, window, stale plan, lock"
        case .rolledBack: "failed and rolled back cleanly"
        case .notRolledBack: "failed and not cleanly rolled back"
        case .usage: "bad command line"
        case .badInput: "bad input, all errors listed"
        case .unavailable: "a needed service or program is not there"
        case .storage: "storage failed"
        case .notPermitted: "not permitted"
        case .interrupted: "interrupted; can be resumed"
        }
    }
}

/// Ends a command: the code, what happened, and the next step.
struct CommandFailure: Error {
    let status: ExitStatus
    /// Printed on stderr as it is; may have several lines.
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
