import CLibSSH
import Glibc
import Remote

/// The SSH thread's body: one poll(2) over all connections, each moved on when its socket or its deadline says so.
final class Worker {
    private let loop: Loop
    private let ear: Int32
    private var connections: [UInt64: Connection] = [:]
    /// Parsed private keys, newest last: decrypting one costs 100 ms and more by design.
    private var keys: [(pem: Secret, passphrase: Secret?, key: KeyHandle)] = []

    init(loop: Loop, ear: Int32) {
        self.loop = loop
        self.ear = ear
        // Once per process, before any session (libssh counts calls).
        ssh_init()
    }

    func run() {
        while true {
            let (messages, isOpen) = loop.take()
            messages.forEach(handle)
            guard isOpen else { break }
            wait()
        }
        for connection in connections.values {
            connection.fail(.closed, "the SSH client has been shut down")
        }
        connections.removeAll()
        loop.ended()
    }

    private func handle(_ message: Message) {
        switch message {
        case .open(let target, let pending):
            guard !pending.isCancelled else {
                return pending.finish(.failure(.cancelled(target.subject)))
            }
            switch login(of: target) {
            case .success(let login): add(Connection(to: target, login: login, pending))
            case .failure(let error): pending.finish(.failure(error))
            }
        case .hostKey(let endpoint, let subject, let timeout, let pending):
            guard !pending.isCancelled else { return pending.finish(.failure(.cancelled(subject))) }
            add(Connection(asking: endpoint, subject: subject, timeout: timeout, pending))
        case .run(let session, let subject, let command, let pending):
            guard !pending.isCancelled else { return pending.finish(.failure(.cancelled(subject))) }
            guard let connection = connections[session] else {
                return pending.finish(
                    .failure(
                        RemoteError(
                            .closed, subject: subject, message: "the session is closed: open a new one to go on")))
            }
            connection.enqueue(Run(command, pending))
            removeIfDead(connection)
        case .cancel(let id):
            for connection in connections.values where connection.cancel(id) { removeIfDead(connection) }
        case .close(let session, let pending):
            connections.removeValue(forKey: session)?.fail(.closed, "the session has been closed by the caller")
            pending?.finish(.success(()))
        }
    }

    private func add(_ connection: Connection) {
        connections[connection.id] = connection
        connection.start()
        removeIfDead(connection)
    }

    private func removeIfDead(_ connection: Connection) {
        if connection.isDead { connections.removeValue(forKey: connection.id) }
    }

    private func wait() {
        let all = Array(connections.values)
        var entries = [pollfd(fd: ear, events: Int16(POLLIN), revents: 0)]
        entries += all.map { pollfd(fd: $0.descriptor, events: $0.interest, revents: 0) }
        var pause: Duration?
        let now = ContinuousClock.now
        for connection in all {
            guard let due = connection.deadline else { continue }
            pause = min(pause ?? .seconds(3600), max(.zero, due - now))
        }
        // Rounded up, else the last millisecond before a deadline would be spent spinning.
        let milliseconds = pause.map { Int32(clamping: Int64(($0 / .milliseconds(1)).rounded(.up))) } ?? -1
        if poll(&entries, nfds_t(entries.count), milliseconds) < 0, errno != EINTR { usleep(1000) }
        if entries[0].revents != 0 {
            var sink = [UInt8](repeating: 0, count: 256)
            while recv(ear, &sink, sink.count, 0) == sink.count {}
        }
        let after = ContinuousClock.now
        for (connection, entry) in zip(all, entries.dropFirst()) {
            let isDue = connection.deadline.map { $0 <= after } ?? false
            guard entry.revents != 0 || isDue else { continue }
            connection.step(after)
            removeIfDead(connection)
        }
    }

    private func login(of target: ShellTarget) -> Result<Login, RemoteError> {
        switch target.credential {
        case .password(let password): return .success(.password(password))
        case .agent:
            guard getenv("SSH_AUTH_SOCK") != nil else {
                return .failure(
                    RemoteError(
                        .local, subject: target.subject,
                        message: "no SSH agent: SSH_AUTH_SOCK is not set; start ssh-agent or name a private key"))
            }
            return .success(.agent)
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
    case agent
}

extension RemoteError {
    static func cancelled(_ subject: String) -> RemoteError {
        RemoteError(.cancelled, subject: subject, message: "given up by the caller")
    }
}
