import Foundation
import Glibc
import Remote

/// One connection made by the system's `ssh`: a control master, and one small `ssh` per command that uses it.
final class Program {
    enum Phase { case waiting, starting, ready, dead }

    let id = PendingID.next()
    let target: ShellTarget
    let key: PoolKey
    private(set) var phase = Phase.waiting
    private(set) var error: RemoteError?
    let folder: OpenSSHFolder
    private let agentSocket: String?
    private var master: Child?
    private var deadline = ContinuousClock.Instant.now
    /// The end of what the master has said; it tells how commands ended.
    private var log: [UInt8] = []
    private var greeting: [UInt8] = []
    /// Bytes of it that have been looked at.
    private var counted = 0
    private var signalled = 0

    // For the worker.
    var leases: [UInt64: Lease] = [:]
    var waiting: [Lease] = []
    private(set) var runs: [ProgramRun] = []
    var isAnnounced = false
    var isRetired = false
    var idleSince: ContinuousClock.Instant?

    init(_ target: ShellTarget, _ folder: OpenSSHFolder, agentSocket: String?) {
        self.target = target
        self.folder = folder
        self.agentSocket = agentSocket
        key = PoolKey(target)
    }

    private static let paths = ["/usr/bin/ssh", "/usr/local/bin/ssh", "/bin/ssh"]
    private var program: String { Self.paths.first { access($0, X_OK) == 0 } ?? "" }
    private var environment: [String] {
        ["PATH=/usr/bin:/bin", "LC_ALL=C", "HOME=\(folder.path)", "SSH_ASKPASS=\(folder.path)/ask"]
            + (folder.needsAnswers ? ["SSH_ASKPASS_REQUIRE=force"] : [])
    }
    private var common: [String] { ["-F", "\(folder.path)/config", "-o", "ControlPath=\(folder.path)/c"] }

    /// Begins to connect; each hop may take its time.
    func begin() {
        guard !program.isEmpty else {
            return fail(.unsupported, "this machine needs the system's ssh, which is not installed (openssh-client)")
        }
        deadline = .now + (target.jumps + [target]).reduce(.zero) { $0 + $1.connectTimeout }
        phase = .starting
        let words =
            ["/bin/sh", "\(folder.path)/watch", folder.path, program] + common + [
                "-o", "ControlMaster=yes", "-o", "ControlPersist=no", "-o", "PermitLocalCommand=yes", "-o",
                "LocalCommand=echo hatang-ready", "-o", "LogLevel=DEBUG1", "-N", folder.host,
            ]
        master = Child(words, environment: environment)
        if master == nil { fail(.local, "ssh cannot be started: \(String(cString: strerror(errno)))") }
    }

    /// For the poller.
    var watched: [(token: UInt64, descriptor: Int32, interest: Int16)] {
        // The master's input is only held.
        let own = master?.watched.filter { $0.interest == Int16(POLLIN) } ?? []
        return own + runs.flatMap(\.child.watched)
    }

    var due: ContinuousClock.Instant? {
        if phase == .starting { return deadline }
        return (runs.map(\.deadline) + [idleSince].compactMap(\.self)).min()
    }

    /// Moves on everything that can be moved on without waiting.
    func step(_ now: ContinuousClock.Instant) {
        readMaster()
        if phase == .starting {
            if greeting.starts(with: Array("hatang-ready".utf8)) {
                phase = .ready
            } else if now >= deadline {
                return fail(.timeout, "\(target.endpoint) was not entered within the time for connecting")
            }
        }
        for run in runs { step(run, now) }
        if let master, master.reap() != nil { ended() }
    }

    /// Starts the next command of `lease`.
    func start(_ lease: Lease) {
        guard lease.current == nil, !lease.queue.isEmpty else { return }
        let run = lease.queue.removeFirst()
        let line = run.command.line
        guard !line.utf8.contains(0) else {
            return run.pending.finish(
                .failure(RemoteError(.local, subject: target.subject, message: "a command line holds a NUL byte")))
        }
        // Without the control socket it must not connect by itself.
        let words =
            [program] + common + ["-o", "ControlMaster=no", "-o", "ProxyJump=none", "-o", "ProxyCommand=/bin/false"]
        guard let child = Child(words + ["-T", folder.host, "--", line], environment: environment) else {
            let message = "ssh cannot be started: \(String(cString: strerror(errno)))"
            return run.pending.finish(.failure(RemoteError(.local, subject: target.subject, message: message)))
        }
        run.lease = lease
        lease.current = run
        let made = ProgramRun(run, child, signalledBefore: signalled)
        runs.append(made)
        step(made, .now)
    }

    /// Takes the command's caller away and ends it.
    func drop(_ run: Run, _ error: RemoteError) {
        runs.removeAll { $0.run === run }
        guard let lease = run.lease else { return }
        lease.current = nil
        run.lease = nil
        run.pending.finish(.failure(RemoteError(error.code, subject: target.subject, message: error.message)))
        if !lease.queue.isEmpty { waiting.append(lease) }
    }

    func fail(_ code: RemoteError.Code, _ message: String) {
        guard phase != .dead else { return }
        phase = .dead
        error = RemoteError(code, subject: target.subject, message: message)
        runs = []
        master = nil
    }

    private func readMaster() {
        master?.readOutput { bytes in if self.greeting.count < 64 { self.greeting += bytes } }
        master?.readErrors { bytes in self.log += bytes }
        // Whole lines are counted, then only the end is kept.
        guard let end = log.lastIndex(of: 0x0a), end >= counted else { return }
        let news = String(decoding: log[counted...end], as: UTF8.self)
        signalled += news.split(separator: "\n").count { $0.hasPrefix("debug1: ") && $0.contains("rtype exit-signal") }
        counted = end + 1
        if counted > 16_384 {
            log.removeFirst(counted - 8192)
            counted = 8192
        }
    }

    private func step(_ run: ProgramRun, _ now: ContinuousClock.Instant) {
        run.pump()
        let command = run.run.command
        if let stream = run.tooLong {
            let message =
                "the command wrote more than \(command.outputLimit) bytes to \(stream) and was told to stop; "
                + "ask for less or raise the limit"
            return drop(run.run, RemoteError(.tooLarge, subject: target.subject, message: message))
        }
        guard let status = run.ended else {
            guard now >= run.deadline else { return }
            let message =
                "the command did not end within \(command.timeout); its channel was closed but it may still run there; "
                + "the session stays usable"
            return drop(run.run, RemoteError(.timeout, subject: target.subject, message: message))
        }
        runs.removeAll { $0 === run }
        guard let lease = run.run.lease else { return }
        lease.current = nil
        run.run.lease = nil
        readMaster()
        run.run.pending.finish(judge(run, status))
        if !lease.queue.isEmpty { waiting.append(lease) }
    }

    /// 255 is ssh's own word for trouble and may also be the command's: the master knows which.
    private func judge(_ run: ProgramRun, _ status: Int32) -> Result<CommandResult, RemoteError> {
        func result(_ termination: CommandResult.Termination) -> Result<CommandResult, RemoteError> {
            .success(
                CommandResult(
                    stdout: run.stdout, stderr: run.stderr, termination: termination,
                    duration: run.started.duration(to: .now)))
        }
        if status < 255 { return result(.exit(Int(status))) }
        if master?.reap() == nil, phase == .ready {
            // ssh does not tell the signal's name.
            return result(signalled > run.signalledBefore ? .signal("unknown") : .exit(255))
        }
        return .failure(
            RemoteError(
                .closed, subject: target.subject,
                message: "the connection broke while the command ran; whether it finished there is not known"))
    }

    private func ended() {
        readMaster()
        if phase == .ready { return fail(.closed, "the connection of the system's ssh has ended: \(lastWords)") }
        if let error = folder.keyError(for: target) { return fail(error.code, error.message) }
        let text = String(decoding: log, as: UTF8.self)
        let codes: [(String, RemoteError.Code)] = [
            ("Permission denied", .authentication), ("Too many authentication failures", .authentication),
            ("Unable to negotiate", .unsupported), ("Connection refused", .refused),
            ("Connection timed out", .timeout), ("No route to host", .unreachable),
            ("Network is unreachable", .unreachable), ("Host key verification failed", .hostKeyUnknown),
        ]
        let code = codes.first { text.contains($0.0) }?.1 ?? .closed
        fail(code, "the system's ssh did not get into \(target.endpoint): \(lastWords)")
    }

    /// The last thing that is no report of what goes well.
    private var lastWords: String {
        let lines = String(decoding: log, as: UTF8.self).split(whereSeparator: \.isNewline)
        return printable(lines.last { !$0.hasPrefix("debug1: ") }.map(String.init) ?? "no reason given", limit: 200)
    }
}

/// One command by way of the system's `ssh`.
final class ProgramRun {
    let run: Run
    let child: Child
    let started = ContinuousClock.now
    let signalledBefore: Int
    private(set) var stdout: [UInt8] = []
    private(set) var stderr: [UInt8] = []
    private var sent = 0

    init(_ run: Run, _ child: Child, signalledBefore: Int) {
        self.run = run
        self.child = child
        self.signalledBefore = signalledBefore
    }

    var deadline: ContinuousClock.Instant { started + run.command.timeout }

    var tooLong: String? {
        stdout.count > run.command.outputLimit
            ? "standard output" : stderr.count > run.command.outputLimit ? "standard error" : nil
    }

    /// The exit status once both outputs have ended.
    var ended: Int32? { child.output < 0 && child.errors < 0 ? child.reap() : nil }

    func pump() {
        child.write(run.command.input, from: &sent)
        let limit = run.command.outputLimit
        child.readOutput { bytes in if self.stdout.count <= limit { self.stdout += bytes } }
        child.readErrors { bytes in if self.stderr.count <= limit { self.stderr += bytes } }
    }
}
