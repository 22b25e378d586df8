import CLibSSH
import Glibc
import Remote

/// One connection from TCP connect to its end, as a state machine that the SSH thread moves on.
final class Connection {
    private enum Goal {
        case session(Login, Pending<UInt64>)
        case hostKey(Pending<HostKey>)

        var waiter: UInt64 {
            switch self {
            case .session(_, let pending): pending.id
            case .hostKey(let pending): pending.id
            }
        }
    }
    private enum Phase {
        case tcp, exchange, authentication, ready, dead
    }

    let id = PendingID.next()
    private let subject: String
    private let endpoint: Endpoint
    private let user: String
    private let hostKeys: [HostKey]
    private let timeout: Duration
    private let goal: Goal
    private let connectDeadline: ContinuousClock.Instant
    private var phase = Phase.tcp
    /// Ours until the key exchange begins; then libssh closes it.
    private var socket: TCPSocket?
    private var session: SessionHandle?
    private var authentication: Authentication?
    private var current: Run?
    private var queue: [Run] = []

    /// A connection that becomes a session.
    init(to target: ShellTarget, login: Login, _ pending: Pending<UInt64>) {
        subject = target.subject
        endpoint = target.endpoint
        user = target.user
        hostKeys = target.hostKeys
        timeout = target.connectTimeout
        connectDeadline = .now + target.connectTimeout
        goal = .session(login, pending)
    }

    /// A connection that ends as soon as the host key is known.
    init(asking endpoint: Endpoint, subject: String, timeout: Duration, _ pending: Pending<HostKey>) {
        self.subject = subject
        self.endpoint = endpoint
        user = ""
        hostKeys = []
        self.timeout = timeout
        connectDeadline = .now + timeout
        goal = .hostKey(pending)
    }

    var isDead: Bool { phase == .dead }

    /// When ``step(_:)`` must be called at the latest.
    var deadline: ContinuousClock.Instant? {
        switch phase {
        case .tcp, .exchange, .authentication: connectDeadline
        case .ready: current?.deadline
        case .dead: nil
        }
    }

    /// For poll(2); -1 is passed over by it.
    var descriptor: Int32 { phase == .tcp ? socket?.descriptor ?? -1 : session?.descriptor ?? -1 }

    /// For poll(2).
    var interest: Int16 {
        guard phase != .tcp, let session else { return Int16(POLLOUT) }
        let wantsToWrite = ssh_get_poll_flags(session.raw) & SSH_WRITE_PENDING != 0
        return Int16(POLLIN) | (wantsToWrite ? Int16(POLLOUT) : 0)
    }

    /// Begins to connect.
    func start() {
        switch TCPSocket.connecting(to: endpoint) {
        case .success(let made):
            socket = made
            step(.now)
        case .failure(let failure): fail(failure.code, failure.message)
        }
    }

    /// Moves on as far as is possible without waiting.
    func step(_ now: ContinuousClock.Instant) {
        if let deadline, deadline <= now { return expire() }
        if phase == .tcp { finishConnecting() }
        if phase == .exchange { exchange() }
        if phase == .authentication { authenticate() }
        if phase == .ready { work() }
    }

    /// Takes a command; it waits when another is at work.
    func enqueue(_ run: Run) {
        queue.append(run)
        if phase == .ready, current == nil { work() }
    }

    /// Gives up what the waiting caller `waiter` asked for, if it is here.
    func cancel(_ waiter: UInt64) -> Bool {
        if phase != .ready, goal.waiter == waiter {
            fail(.cancelled, "given up by the caller")
            return true
        }
        if let index = queue.firstIndex(where: { $0.pending.id == waiter }) {
            queue.remove(at: index).pending.finish(.failure(.cancelled(subject)))
            return true
        }
        guard let run = current, run.pending.id == waiter else { return false }
        drop(run, .cancelled(subject))
        return true
    }

    /// Ends the connection; everyone who waits is told.
    func fail(_ code: RemoteError.Code, _ message: String) {
        fail(RemoteError(code, subject: subject, message: message))
    }

    private func fail(_ error: RemoteError) {
        guard phase != .dead else { return }
        phase = .dead
        let runs = [current].compactMap(\.self) + queue
        // Channels go before their session, the session before the callers hear of it.
        runs.forEach { _ = $0.abort() }
        (current, queue, authentication, session, socket) = (nil, [], nil, nil, nil)
        switch goal {
        case .session(_, let pending): pending.finish(.failure(error))
        case .hostKey(let pending): pending.finish(.failure(error))
        }
        runs.forEach { $0.pending.finish(.failure(error)) }
    }

    private func expire() {
        let limit = "within \(timeout)"
        switch phase {
        case .tcp: fail(.timeout, "\(endpoint) does not answer \(limit): is it up, and does a firewall let us through?")
        case .exchange:
            fail(.timeout, "\(endpoint) accepts connections but did not finish the SSH key exchange \(limit)")
        case .authentication: fail(.timeout, "\(endpoint) did not decide about the login of \(user) \(limit)")
        case .ready:
            guard let run = current else { return }
            let stays = run.isAbortable
            drop(
                run,
                RemoteError(
                    .timeout, subject: subject,
                    message: "the command did not end within \(run.command.timeout); it was told to stop "
                        + "but may still run there; the session "
                        + (stays ? "stays usable" : "is closed")))
        case .dead: break
        }
    }

    private func drop(_ run: Run, _ error: RemoteError) {
        current = nil
        guard run.abort() else {
            run.pending.finish(.failure(error))
            return fail(.closed, "the session was closed after an unanswered request")
        }
        run.pending.finish(.failure(error))
        work()
    }

    // MARK: Phases

    private func finishConnecting() {
        guard let socket else { return fail(.local, "no socket") }
        switch socket.state {
        case .waiting: return
        case .failed(let failure): return fail(failure.code, failure.message)
        case .connected: break
        }
        guard let session = SessionHandle(), session.configure(user: user, hostKeys: hostKeys, socket: socket) else {
            return fail(.local, "libssh could not set up a session: no memory?")
        }
        self.session = session
        self.socket = nil
        phase = .exchange
    }

    private func exchange() {
        guard let session else { return }
        switch ssh_connect(session.raw) {
        case SSH_OK: break
        case SSH_AGAIN: return
        default:
            let failure = exchangeFailure(session.reason, endpoint)
            return fail(failure.code, failure.message)
        }
        guard let offered = session.serverKey else {
            return fail(.protocolViolation, "\(endpoint) showed no usable host key")
        }
        switch goal {
        case .hostKey(let pending):
            pending.finish(.success(offered))
            fail(.closed, "done")
        case .session(let login, _):
            if let error = hostKeyError(offered, recorded: hostKeys, subject: subject, endpoint: endpoint) {
                return fail(error)
            }
            authentication = Authentication(login, user: user)
            phase = .authentication
        }
    }

    private func authenticate() {
        guard let session, case .session(_, let pending) = goal else { return }
        switch authentication?.step(session) {
        case .waiting: break
        case .accepted:
            authentication = nil
            phase = .ready
            pending.finish(.success(id))
        case .failed(let code, let message): fail(code, message)
        case nil: fail(.local, "no credential")
        }
    }

    private func work() {
        while phase == .ready, let session {
            if current == nil, !queue.isEmpty { current = queue.removeFirst() }
            guard let run = current else {
                session.pumpIdle()
                if !session.isAlive { fail(.closed, "the server closed the connection") }
                return
            }
            switch run.step(session, subject) {
            case .waiting: return
            case .done(let result):
                current = nil
                run.finish()
                run.pending.finish(result)
            case .broken(let error):
                return fail(error)
            }
        }
    }
}
