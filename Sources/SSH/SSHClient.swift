public import Remote

/// Remote shell and file transfer over libssh, in this process.
///
/// One thread of its own carries any number of sessions; callers wait without occupying a thread. No configuration,
/// known_hosts or identity file of the user is read: everything comes from ``ShellTarget``.
///
/// Connections are kept: a session that is closed leaves its connection open for the next one with the same address,
/// user, credential, way and old algorithms, for ``Settings/idleTime``. The host key that was shown is compared with
/// the keys recorded for the target at each hand-out. A connection that failed is thrown away; one that turns out to be
/// dead when it is used again is replaced once, unseen by the caller.
public final class SSHClient: RemoteShell, FileTransfer, Sendable {
    private let engine: Engine

    /// Starts the SSH thread.
    public init(_ settings: Settings = Settings()) { engine = Engine(settings) }

    /// What has been done so far.
    /// - Throws: ``RemoteError``: `closed` after ``shutdown()``.
    public func statistics() async throws -> Statistics {
        let pending = Pending<Statistics>()
        return try await pending.value(start: { engine.loop.post(.statistics(pending)) }, cancel: {})
    }

    /// Closes all sessions and ends the thread; what still waits fails with `closed`. Harmless when called twice.
    public func shutdown() async {
        let done = Pending<Void>()
        // Not cut short by cancellation: it takes no longer than closing the sockets.
        _ = try? await done.value(start: { engine.loop.stop(done) }, cancel: {})
    }

    /// Hands out a kept connection, or connects, checks the host key, and only then authenticates.
    ///
    /// - Throws: ``RemoteError``; what failed at a jump host names it, and `unsupported` says which old algorithms the
    ///   server's record would have to allow.
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
    let loop: Loop
    init(_ settings: SSHClient.Settings) { loop = Loop(settings) }
    deinit { loop.stop() }
}

/// One handed-out session; one that nobody refers to any more is given back.
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
