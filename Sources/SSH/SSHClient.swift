public import Remote

/// Remote shell and file transfer over libssh, in this process.
///
/// One thread of its own carries any number of sessions; callers wait without occupying a thread. No configuration,
/// known_hosts or identity file of the user is read: everything comes from ``ShellTarget``.
public final class SSHClient: RemoteShell, FileTransfer, Sendable {
    private let engine = Engine()

    /// Starts the SSH thread.
    public init() {}

    /// Closes all sessions and ends the thread; what still waits fails with `closed`. Harmless when called twice.
    public func shutdown() async {
        let done = Pending<Void>()
        // Not cut short by cancellation: it takes no longer than closing the sockets.
        _ = try? await done.value(start: { engine.loop.stop(done) }, cancel: {})
    }

    /// Connects, checks the host key, and only then authenticates.
    public func open(_ target: ShellTarget) async throws -> any ShellSession {
        let loop = engine.loop
        let pending = Pending<UInt64>()
        let session = try await pending.value(
            start: { loop.post(.open(target, pending)) }, cancel: { loop.post(.cancel(pending.id)) })
        return Session(engine: engine, id: session, subject: target.subject)
    }

    /// Connects, takes the host key and leaves; no user name or credential is sent.
    public func hostKey(of endpoint: Endpoint, subject: String, timeout: Duration) async throws -> HostKey {
        let loop = engine.loop
        let pending = Pending<HostKey>()
        return try await pending.value(
            start: { loop.post(.hostKey(endpoint, subject: subject, timeout: timeout, pending)) },
            cancel: { loop.post(.cancel(pending.id)) })
    }
}

/// Shared by the client and its sessions; the thread ends with the last of them.
final class Engine: Sendable {
    let loop = Loop()
    deinit { loop.stop() }
}

/// One open session; a session nobody refers to any more is closed.
final class Session: ShellSession {
    private let engine: Engine
    private let id: UInt64
    let subject: String

    init(engine: Engine, id: UInt64, subject: String) {
        self.engine = engine
        self.id = id
        self.subject = subject
    }

    deinit { engine.loop.post(.close(session: id, nil)) }

    func run(_ command: RemoteCommand) async throws -> CommandResult {
        let loop = engine.loop
        let pending = Pending<CommandResult>()
        return try await pending.value(
            start: { loop.post(.run(session: id, subject: subject, command, pending)) },
            cancel: { loop.post(.cancel(pending.id)) })
    }

    func close() async {
        let pending = Pending<Void>()
        _ = try? await pending.value(start: { engine.loop.post(.close(session: id, pending)) }, cancel: {})
    }
}
