public import CMDB
public import Evidence
public import Remote

/// A host of a run and how to enter it.
public struct PlaybookHost: Sendable {
    /// Which machine.
    public let id: ObjectID
    /// How to enter it; a failure (no address, no credential, unknown host key …) makes the host
    /// failed, one of the network unreachable.
    public let target: Result<ShellTarget, RemoteError>

    /// Creates a host.
    public init(id: ObjectID, target: Result<ShellTarget, RemoteError>) {
        self.id = id
        self.target = target
    }
}

/// What a guard says about a run before anything is sent.
public enum GuardVerdict: Hashable, Sendable {
    case allowed
    /// Why, and what would make it allowed.
    case refused(String)
}

/// Decides whether a run may start: consent, maintenance windows, blast radius.
public protocol PlaybookGuard: Sendable {
    /// Asked once per run, before the first connection.
    func decide(_ playbook: Playbook, hosts: [ObjectID]) async -> GuardVerdict
}

/// Lets read-only playbooks pass, and changing ones only with consent given beforehand (`--yes`).
public struct ConsentGuard: PlaybookGuard {
    private let consent: Bool

    /// `consent` is what the person said.
    public init(consent: Bool) { self.consent = consent }

    /// Refuses a playbook with changing tasks unless consent was given; the message names the tasks.
    public func decide(_ playbook: Playbook, hosts: [ObjectID]) async -> GuardVerdict {
        guard playbook.changesHosts, !consent else { return .allowed }
        let tasks = playbook.tasks.filter(\.changes).map { "\"\($0.name)\"" }.joined(separator: ", ")
        return .refused(
            "playbook \(playbook.name) changes \(hosts.count) hosts (\(tasks)): look at it and give --yes")
    }
}

/// What a run tells while it runs.
public enum PlaybookProgress: Sendable {
    case hostStarted(ObjectID)
    case taskEnded(ObjectID, PlaybookRun.TaskResult)
    /// With how many hosts have ended, of how many.
    case hostEnded(PlaybookRun.HostResult, done: Int, of: Int)
}

/// Runs a playbook: hosts side by side up to a limit, tasks of a host one after the other.
public struct PlaybookRunner: Sendable {
    private let shell: any RemoteShell
    private let gate: any PlaybookGuard
    private let forks: Int
    private let now: @Sendable () -> Timestamp

    /// Creates a runner.
    /// - Parameters:
    ///   - shell: opens the sessions; the deadlines of connections and commands are kept there.
    ///   - gate: asked before the first connection.
    ///   - forks: hosts at the same time, at least 1.
    ///   - now: the wall clock.
    public init(
        shell: any RemoteShell, gate: any PlaybookGuard, forks: Int = 8, now: @escaping @Sendable () -> Timestamp
    ) {
        self.shell = shell
        self.gate = gate
        self.forks = max(1, forks)
        self.now = now
    }

    /// Runs every task on every host; a host stops at its first failure.
    ///
    /// A host that fails or cannot be reached is part of the result. When the calling task is cancelled, hosts that
    /// have not ended are `cancelled` in the result, and nothing more is sent.
    /// - Throws: ``PlaybookError`` `nothingSelected` for no hosts, `refused` by the guard; nothing was sent then.
    public func run(
        _ playbook: Playbook, on hosts: [PlaybookHost],
        progress: @escaping @Sendable (PlaybookProgress) -> Void = { _ in }
    ) async throws(PlaybookError) -> PlaybookRun {
        guard !hosts.isEmpty else {
            throw PlaybookError(
                .nothingSelected, "playbook \(playbook.name) has no host to run on: widen the selection")
        }
        if case .refused(let why) = await gate.decide(playbook, hosts: hosts.map(\.id)) {
            throw PlaybookError(.refused, why)
        }
        let started = now()
        var results = [PlaybookRun.HostResult?](repeating: nil, count: hosts.count)
        await withTaskGroup(of: (Int, PlaybookRun.HostResult).self) { group in
            var next = 0
            var done = 0
            func start() {
                guard next < hosts.count else { return }
                let (index, host) = (next, hosts[next])
                next += 1
                group.addTask {
                    (index, await HostRun(playbook: playbook, host: host, shell: shell, progress: progress).result())
                }
            }
            for _ in 0..<min(forks, hosts.count) { start() }
            while let (index, result) = await group.next() {
                results[index] = result
                done += 1
                progress(.hostEnded(result, done: done, of: hosts.count))
                start()
            }
        }
        return PlaybookRun(
            playbook: playbook.name, digest: playbook.digest, hosts: results.compactMap(\.self), started: started,
            ended: now())
    }
}
