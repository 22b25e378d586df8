import CLibSSH
import Glibc
import Remote

/// One connection from its first packet to its end, as a state machine that the SSH thread moves on.
///
/// It knows nothing of the pool: after each step the ``Worker`` looks at ``phase`` and deals with the callers.
final class Connection {
    enum Goal {
        case session(Login)
        case hostKey(Pending<HostKey>)
    }
    enum Phase {
        /// For a jump host, or for its turn.
        case waiting
        case tcp, tunnel, exchange, authentication, ready, dead
    }

    let id = PendingID.next()
    let target: ShellTarget
    let key: PoolKey
    let goal: Goal
    private(set) var phase = Phase.waiting
    /// Why it is dead.
    private(set) var error: RemoteError?
    /// Old algorithms would not help, but the system's client might.
    var needsOtherClient = false
    /// Ours until the key exchange begins; then libssh closes it.
    private var socket: TCPSocket?
    private(set) var session: SessionHandle?
    private var authentication: Authentication?
    private(set) var connectDeadline = ContinuousClock.Instant.now
    /// The key the server has proven to hold.
    private var shownKey: HostKey?
    /// What the server said first, as far as it was seen; only looked at when there is nothing in common.
    private var greeting: [[UInt8]] = []
    /// When something last came from the server.
    var heard = ContinuousClock.now

    // For the worker.
    /// Users of the connection.
    var leases: [UInt64: Lease] = [:]
    /// Leases with a command that waits for a channel.
    var waiting: [Lease] = []
    /// Commands with a channel, also those given up by their callers.
    var runs: [Run] = []
    /// Channels to further machines, and the connections that go through them.
    var tunnels: [UInt64: (tunnel: Tunnel, connection: Connection)] = [:]
    /// Those that have ended since the worker last looked.
    var endedTunnels: [UInt64] = []
    /// Our use of the last jump host.
    var via: Lease?
    /// The number of our tunnel there.
    var tunnel: UInt64?
    /// Counted among the handshakes.
    var isCounted = false
    var isAnnounced = false
    /// Not to be handed out again.
    var isRetired = false
    var idleSince: ContinuousClock.Instant?
    /// Commands at once that the server has shown to allow.
    var channelLimit = Int.max
    /// A command has ended on it.
    var hasServed = false
    /// Leases that need another connection.
    var moving: [Lease] = []
    /// Connections through this one that have been moved on.
    var changed: [Connection] = []

    init(to target: ShellTarget, _ goal: Goal) {
        self.target = target
        self.goal = goal
        key = PoolKey(target)
    }

    var endpoint: Endpoint { target.endpoint }

    /// For the poller; -1 while there is none.
    var descriptor: Int32 {
        switch phase {
        case .waiting, .tunnel, .dead: -1
        case .tcp: socket?.descriptor ?? -1
        case .exchange, .authentication, .ready: session?.descriptor ?? -1
        }
    }

    /// For the poller.
    var interest: Int16 {
        guard phase != .tcp, let session else { return Int16(POLLOUT) }
        return Int16(POLLIN) | (session.wantsToWrite ? Int16(POLLOUT) : 0)
    }

    /// Begins; the time limit runs from here.
    func begin() {
        connectDeadline = .now + target.connectTimeout
        guard target.jumps.isEmpty else {
            phase = .tunnel
            return
        }
        phase = .tcp
        switch TCPSocket.connecting(to: endpoint) {
        case .success(let made):
            socket = made
            step(.now)
        case .failure(let failure): fail(failure.code, failure.message)
        }
    }

    /// Goes on over a channel of the jump host.
    func use(_ socket: SocketOwner) {
        guard phase == .tunnel else { return }
        exchange(over: socket)
        step(.now)
    }

    /// Moves on as far as is possible without waiting.
    func step(_ now: ContinuousClock.Instant) {
        if phase == .ready { return work(now) }
        if phase != .waiting, phase != .dead, connectDeadline <= now { return expire() }
        if phase == .tcp { finishConnecting() }
        if phase == .exchange { exchange() }
        if phase == .authentication { authenticate() }
    }

    /// Ends the connection; the worker tells those who wait.
    func fail(_ code: RemoteError.Code, _ message: String) {
        fail(RemoteError(code, subject: target.subject, message: message))
    }

    func fail(_ error: RemoteError) {
        guard phase != .dead else { return }
        phase = .dead
        self.error = error
        runs.forEach { $0.abort() }
        tunnels.values.forEach { $0.tunnel.close() }
        (authentication, socket) = (nil, nil)
    }

    /// Frees what libssh holds. Channels go before their session.
    func release() {
        runs.removeAll()
        tunnels.removeAll()
        session = nil
    }

    /// Nil when `target` may use what has been opened for an equal one: every key that was shown on the way must be
    /// among those recorded now.
    func keyError(for target: ShellTarget) -> RemoteError? {
        guard let shownKey else { return nil }
        if let error = hostKeyError(
            shownKey, recorded: target.hostKeys, subject: target.subject, endpoint: target.endpoint)
        {
            return error
        }
        guard let jump = target.lastJump, let connection = via?.connection else { return nil }
        return connection.keyError(for: jump)
    }

    // MARK: Phases

    private func expire() {
        let limit = "within \(target.connectTimeout)"
        switch phase {
        case .tcp: fail(.timeout, "\(endpoint) does not answer \(limit): is it up, and does a firewall let us through?")
        case .tunnel: fail(.timeout, "the jump host did not reach \(endpoint) \(limit)")
        case .exchange:
            fail(.timeout, "\(endpoint) accepts connections but did not finish the SSH key exchange \(limit)")
        default: fail(.timeout, "\(endpoint) did not decide about the login of \(target.user) \(limit)")
        }
    }

    private func finishConnecting() {
        guard let socket else { return fail(.local, "no socket") }
        switch socket.state {
        case .waiting: return
        case .failed(let failure): return fail(failure.code, failure.message)
        case .connected: break
        }
        exchange(over: socket)
    }

    private func exchange(over socket: SocketOwner) {
        guard let session = SessionHandle(),
            session.configure(
                user: target.user, hostKeys: target.hostKeys, legacy: target.legacyAlgorithms, socket: socket)
        else { return fail(.local, "libssh could not set up a session: no memory?") }
        self.session = session
        self.socket = nil
        phase = .exchange
    }

    private func exchange() {
        guard let session else { return }
        if greeting.count < 4, let said = session.peek() { greeting.append(said) }
        let code = ssh_connect(session.raw)
        session.keepSocketNonBlocking()
        switch code {
        case SSH_OK: break
        case SSH_AGAIN: return
        default: return exchangeFailed(session.reason)
        }
        greeting = []
        guard let shown = session.serverKey else {
            return fail(.protocolViolation, "\(endpoint) showed no usable host key")
        }
        shownKey = shown
        switch goal {
        case .hostKey(let pending):
            pending.finish(.success(shown))
            fail(.closed, "done")
        case .session(let login):
            if let error = keyError(for: target) { return fail(error) }
            authentication = Authentication(login, user: target.user)
            phase = .authentication
        }
    }

    private func exchangeFailed(_ reason: String) {
        let failure = exchangeFailure(reason, endpoint)
        guard failure.code == .unsupported, let offer = greeting.lazy.compactMap({ KeyExchangeOffer($0) }).first else {
            return fail(failure.code, failure.message)
        }
        let misfit = offer.judge(allowed: target.legacyAlgorithms)
        guard !misfit.missing.isEmpty else { return fail(failure.code, failure.message) }
        needsOtherClient = !misfit.hopeless.isEmpty
        fail(.unsupported, offer.explanation(misfit, endpoint))
    }

    private func authenticate() {
        guard let session else { return }
        switch authentication?.step(session) {
        case .waiting: break
        case .accepted:
            authentication = nil
            session.isOpen = true
            phase = .ready
        case .failed(let code, let message): fail(code, message)
        case nil: fail(.local, "no credential")
        }
    }
}
