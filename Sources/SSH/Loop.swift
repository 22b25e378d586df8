import Foundation
import Glibc
import Remote
import Synchronization

/// What callers ask of the SSH thread.
enum Message: Sendable {
    case open(ShellTarget, Pending<UInt64>)
    case hostKey(Endpoint, subject: String, timeout: Duration, Pending<HostKey>)
    case run(session: UInt64, subject: String, RemoteCommand, Pending<CommandResult>)
    case cancel(UInt64)
    case close(session: UInt64, Pending<Void>?)
    case statistics(Pending<SSHClient.Statistics>)

    /// Answers a message that will never be worked on.
    func refuse() {
        func error(_ subject: String) -> RemoteError {
            RemoteError(.closed, subject: subject, message: "the SSH client has been shut down")
        }
        switch self {
        case .open(let target, let pending): pending.finish(.failure(error(target.subject)))
        case .hostKey(_, let subject, _, let pending): pending.finish(.failure(error(subject)))
        case .run(_, let subject, _, let pending): pending.finish(.failure(error(subject)))
        case .cancel: break
        case .close(_, let pending): pending?.finish(.success(()))
        case .statistics(let pending): pending.finish(.failure(error("ssh")))
        }
    }
}

/// The SSH thread's letter box. libssh is called by that thread and by no other.
final class Loop: Sendable {
    private struct Inbox {
        var messages: [Message] = []
        var stoppers: [Pending<Void>] = []
        var isOpen = true
        /// Writing end of the pair that interrupts poll(2); closed under the lock by the thread when it ends.
        var bell: Int32 = -1
    }

    // The thread sanitizer reports races inside `withLock` here: it does not see into the contended path of Mutex, which
    // lies in libswiftSynchronization. Two threads that only append to an array under a Mutex give the same report.
    private let inbox: Mutex<Inbox>

    /// Starts the thread, which lives until ``stop(_:)``.
    init(_ settings: SSHClient.Settings) {
        var ends: [Int32] = [-1, -1]
        // Without descriptors nothing can be opened: the box is shut from the start and every message refused.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let made = socketpair(AF_UNIX, type, 0, &ends) == 0
        // Made here, so that failing to make it is known at once; from then on the thread alone has it.
        let box = made ? Poller().map(Handover.init) : nil
        if made, box == nil { ends.forEach { _ = close($0) } }
        inbox = Mutex(Inbox(isOpen: box != nil, bell: box == nil ? -1 : ends[1]))
        guard let box else { return }
        let ear = ends[0]
        let thread = Thread { [self] in
            // libssh writes to its sockets without MSG_NOSIGNAL: SIGPIPE must not reach this thread. Other signals
            // are left to threads that wait for them.
            var all = sigset_t()
            sigfillset(&all)
            pthread_sigmask(SIG_BLOCK, &all, nil)
            Worker(loop: self, ear: ear, poller: box.poller, settings: settings).run()
            close(ear)
        }
        thread.name = "hatang-ssh"
        thread.start()
    }

    /// Hands `message` to the thread, or refuses it when the client has been shut down.
    func post(_ message: Message) {
        let isOpen = inbox.withLock { inbox in
            if inbox.isOpen {
                // Behind a message that has not been taken there is a ring that has not been heard.
                if inbox.messages.isEmpty { ring(inbox.bell) }
                inbox.messages.append(message)
            }
            return inbox.isOpen
        }
        if !isOpen { message.refuse() }
    }

    /// Ends the thread and all sessions; `done` is told when they are gone.
    func stop(_ done: Pending<Void>? = nil) {
        let isRunning = inbox.withLock { inbox in
            guard inbox.bell >= 0 else { return false }
            inbox.isOpen = false
            if let done { inbox.stoppers.append(done) }
            ring(inbox.bell)
            return true
        }
        if !isRunning { done?.finish(.success(())) }
    }

    /// The messages since the last call, and whether to go on; for the thread.
    func take() -> (messages: [Message], isOpen: Bool) {
        inbox.withLock { inbox in
            defer { inbox.messages.removeAll(keepingCapacity: true) }
            return (inbox.messages, inbox.isOpen)
        }
    }

    /// The thread's last word.
    func ended() {
        let (messages, stoppers) = inbox.withLock { inbox in
            close(inbox.bell)
            inbox.bell = -1
            defer { (inbox.messages, inbox.stoppers) = ([], []) }
            return (inbox.messages, inbox.stoppers)
        }
        messages.forEach { $0.refuse() }
        stoppers.forEach { $0.finish(.success(())) }
    }

    private func ring(_ bell: Int32) {
        // A full pair is fine: the thread has not yet heard the earlier rings.
        var byte: UInt8 = 1
        _ = send(bell, &byte, 1, Int32(MSG_NOSIGNAL))
    }
}

/// Carries the poller to its thread.
///
/// Safe: it is made, stored here, and read once by the thread that is started afterwards; nobody else has it.
private struct Handover: @unchecked Sendable {
    let poller: Poller
}
