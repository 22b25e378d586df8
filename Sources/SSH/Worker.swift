import CLibSSH
import Glibc
import Remote

/// The SSH thread's body: one epoll over all connections, each moved on when its socket or its deadline says so.
final class Worker {
    let settings: SSHClient.Settings
    private let loop: Loop
    private let ear: Int32
    let poller: Poller
    var connections: [UInt64: Connection] = [:]
    var leases: [UInt64: Lease] = [:]
    /// Connections that may be handed out.
    var pool: [PoolKey: [Connection]] = [:]
    /// Connections that wait for their turn, oldest first.
    var backlog: [Connection] = []
    /// Handshakes under way, by server.
    var handshakes: [Endpoint: Int] = [:]
    /// The tunnels' local sockets: which connection carries them.
    var carriers: [UInt64: Connection] = [:]
    /// Connections to look at after a step.
    var touched: [Connection] = []
    /// Connections by the system's client, those that wait for their turn, and whose descriptors are watched.
    var programs: [UInt64: Program] = [:]
    var waitingPrograms: [Program] = []
    var touchedPrograms: [Program] = []
    var programTokens: [UInt64: Program] = [:]
    /// Targets that the library has turned out not to be able to enter.
    var foreign: Set<PoolKey> = []
    var statistics = SSHClient.Statistics()
    /// No deadline is earlier.
    private var earliest: ContinuousClock.Instant?
    /// Parsed private keys, newest last: decrypting one costs 100 ms and more by design.
    private var keys: [(pem: Secret, passphrase: Secret?, key: KeyHandle)] = []
    private static let earToken: UInt64 = 0

    init(loop: Loop, ear: Int32, poller: Poller, settings: SSHClient.Settings) {
        self.loop = loop
        self.ear = ear
        self.poller = poller
        self.settings = settings
        // Once per process, before any session (libssh counts calls).
        ssh_init()
        poller.watch(Self.earToken, ear, Int16(POLLIN))
    }

    func run() {
        while true {
            let (messages, isOpen) = loop.take()
            messages.forEach(handle)
            guard isOpen else { break }
            settle()
            wait()
        }
        let error = RemoteError(.closed, subject: "ssh", message: "the SSH client has been shut down")
        for lease in leases.values { lease.fail(error) }
        for connection in connections.values {
            if case .hostKey(let pending) = connection.goal { pending.finish(.failure(error)) }
            connection.fail(error)
            connection.release()
        }
        // The tables refer to each other.
        for connection in connections.values { (connection.leases, connection.via) = ([:], nil) }
        for program in programs.values {
            program.fail(error.code, error.message)
            program.leases = [:]
        }
        for lease in leases.values { (lease.connection, lease.program) = (nil, nil) }
        (connections, leases, pool, carriers) = ([:], [:], [:], [:])
        (backlog, touched, waitingPrograms, touchedPrograms) = ([], [], [], [])
        // Their folders go with them, before anybody is told that all is over.
        (programTokens, programs) = ([:], [:])
        loop.ended()
    }

    private func handle(_ message: Message) {
        switch message {
        case .open(let target, let pending):
            guard !pending.isCancelled else { return pending.finish(.failure(.cancelled(target.subject))) }
            let lease = Lease(target, .session, opening: pending)
            leases[lease.id] = lease
            attach(lease)
        case .hostKey(let endpoint, let subject, let timeout, let pending):
            guard !pending.isCancelled else { return pending.finish(.failure(.cancelled(subject))) }
            let target = ShellTarget(
                subject: subject, endpoint: endpoint, user: "", credential: .agent, hostKeys: [],
                connectTimeout: timeout)
            let connection = Connection(to: target, .hostKey(pending))
            connections[connection.id] = connection
            backlog.append(connection)
        case .run(let session, let subject, let command, let pending):
            guard !pending.isCancelled else { return pending.finish(.failure(.cancelled(subject))) }
            guard let lease = leases[session] else {
                let message = "the session is closed: open a new one to go on"
                return pending.finish(.failure(RemoteError(.closed, subject: subject, message: message)))
            }
            lease.queue.append(Run(command, pending))
            if lease.current == nil, let connection = lease.connection {
                connection.waiting.append(lease)
                touched.append(connection)
            }
            if lease.current == nil, let program = lease.program {
                program.waiting.append(lease)
                touchedPrograms.append(program)
            }
        case .cancel(let id): cancel(id)
        case .close(let session, let pending):
            if let lease = leases[session] {
                let error = RemoteError(
                    .closed, subject: lease.target.subject, message: "the session has been closed by the caller")
                end(lease, error)
            }
            pending?.finish(.success(()))
        case .statistics(let pending):
            statistics.open =
                connections.values.count { $0.phase == .ready } + programs.values.count { $0.phase == .ready }
            pending.finish(.success(statistics))
        }
    }

    private func cancel(_ id: UInt64) {
        for connection in connections.values {
            if case .hostKey(let pending) = connection.goal, pending.id == id {
                connection.fail(.cancelled(connection.target.subject))
                return touched.append(connection)
            }
        }
        for lease in leases.values {
            let error = RemoteError.cancelled(lease.target.subject)
            if lease.opening?.id == id { return end(lease, error) }
            if let index = lease.queue.firstIndex(where: { $0.pending.id == id }) {
                return lease.queue.remove(at: index).pending.finish(.failure(error))
            }
            if let run = lease.current, run.pending.id == id, let connection = lease.connection {
                connection.drop(run, error)
                return touched.append(connection)
            }
            if let run = lease.current, run.pending.id == id, let program = lease.program {
                program.drop(run, error)
                return touchedPrograms.append(program)
            }
        }
    }

    private func wait() {
        let now = ContinuousClock.now
        // Rounded up, else the last millisecond before a deadline would be spent spinning.
        let pause = earliest.map { Int32(clamping: Int64((max(.zero, $0 - now) / .milliseconds(1)).rounded(.up))) }
        let events = poller.wait(pause ?? -1)
        let after = ContinuousClock.now
        for event in events {
            if event.token == Self.earToken {
                var sink = [UInt8](repeating: 0, count: 256)
                while recv(ear, &sink, sink.count, 0) == sink.count {}
            } else if let connection = connections[event.token] {
                if event.isReadable { connection.heard = after }
                connection.step(after)
                touched.append(connection)
            } else if let carrier = carriers[event.token] {
                if event.isReadable { carrier.tunnels[event.token]?.tunnel.isReadable = true }
                carrier.step(after)
                touched.append(carrier)
            } else if let program = programTokens[event.token] {
                program.step(after)
                touchedPrograms.append(program)
            }
        }
        if let earliest, earliest <= after { expire(after) }
    }

    /// Looks at every deadline; otherwise only the earliest is known.
    private func expire(_ now: ContinuousClock.Instant) {
        earliest = nil
        expirePrograms(now)
        for connection in connections.values {
            guard let due = deadline(of: connection) else { continue }
            if due <= now {
                connection.expire(now, checkTime: settings.checkTime, idleTime: settings.idleTime)
                touched.append(connection)
            } else {
                note(due)
            }
        }
    }

    func deadline(of connection: Connection) -> ContinuousClock.Instant? {
        connection.deadline(checkTime: settings.checkTime, idleTime: settings.idleTime)
    }

    /// Makes sure that the thread wakes at `due`.
    func note(_ due: ContinuousClock.Instant) { earliest = earliest.map { min($0, due) } ?? due }

    /// The credential in libssh's form.
    func login(of target: ShellTarget) -> Result<Login, RemoteError> {
        switch target.credential {
        case .password(let password): return .success(.password(password))
        case .agent:
            guard let socket = settings.agentSocket ?? getenv("SSH_AUTH_SOCK").map({ String(cString: $0) }) else {
                return .failure(
                    RemoteError(
                        .local, subject: target.subject,
                        message: "no SSH agent: SSH_AUTH_SOCK is not set; start ssh-agent or name a private key"))
            }
            return .success(.agent(socket))
        case .privateKey(let pem, let passphrase):
            if let known = keys.first(where: { $0.pem == pem && $0.passphrase == passphrase }) {
                return .success(.key(known.key))
            }
            guard let key = KeyHandle(pem: pem, passphrase: passphrase) else {
                return .failure(
                    RemoteError(
                        .local, subject: target.subject,
                        message: "the private key cannot be read: it is damaged, not in OpenSSH or PEM form, or its "
                            + "pass phrase is \(passphrase == nil ? "missing" : "wrong")"))
            }
            if keys.count >= 16 { keys.removeFirst() }
            keys.append((pem, passphrase, key))
            return .success(.key(key))
        }
    }
}

/// A credential in the form in which the SSH thread uses it.
enum Login {
    case key(KeyHandle)
    case password(Secret)
    /// At this socket.
    case agent(String)
}

extension RemoteError {
    static func cancelled(_ subject: String) -> RemoteError {
        RemoteError(.cancelled, subject: subject, message: "given up by the caller")
    }
}
