import CNetIO
import Glibc
import Remote
import Synchronization

typealias SNMPResult = Result<[VarBind], RemoteError>

/// A batch of requests on its way to the engine's thread.
struct Submission: Sendable {
    let ticket: Ticket
    let requests: [SNMPRequest]
    let continuation: CheckedContinuation<[SNMPOutcome], Never>
}

/// Names a submission; set when its task was cancelled, which may happen before the submission is posted.
final class Ticket: Sendable {
    let isCancelled = Atomic<Bool>(false)
}

/// What other threads tell the engine's thread.
enum Letter: Sendable {
    case submit(Submission)
    case cancel(Ticket)
    case exportCache(CheckedContinuation<[SNMPEngineRecord], Never>)
    case importCache([SNMPEngineRecord])
    case exportAgents(CheckedContinuation<[SNMPAgentRecord], Never>)
    case importAgents([SNMPAgentRecord])
    case roundTrip(Endpoint, CheckedContinuation<RoundTripEstimate?, Never>)
    case stop
}

/// The door of the engine's thread: letters in, one wake-up for many.
final class Mailbox: Sendable {
    private struct State {
        var letters: [Letter] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    /// An eventfd for the thread's poll; lives as long as the mailbox.
    let wakeup: Int32

    init() throws(RemoteError) {
        wakeup = cnetio_wakeup_open()
        guard wakeup >= 0 else {
            throw RemoteError(
                .local, subject: "snmp",
                message: "cannot make an event descriptor (errno \(-wakeup)); raise the limit of open files")
        }
    }

    deinit { Glibc.close(wakeup) }

    /// False when the engine is shut down: the letter was not taken.
    func post(_ letter: Letter) -> Bool {
        let (taken, first) = state.withLock { state in
            if state.isClosed { return (false, false) }
            state.letters.append(letter)
            return (true, state.letters.count == 1)
        }
        if first { cnetio_wakeup_raise(wakeup) }
        return taken
    }

    /// All letters so far, oldest first.
    func take() -> [Letter] {
        state.withLock { state in
            defer { state.letters.removeAll() }
            return state.letters
        }
    }

    /// No letter is taken from now on; gives those that were not read.
    func close() -> [Letter] {
        state.withLock { state in
            state.isClosed = true
            defer { state.letters.removeAll() }
            return state.letters
        }
    }
}
