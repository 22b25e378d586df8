import Continuity
import Foundation
import Glibc
import Remote
import Subprocess

/// A program run to its end in an environment built from nothing.
struct ChildProgram: Sendable {
    let program: String
    let environment: [String: String]

    /// How a program ended.
    enum Status: Hashable, CustomStringConvertible {
        case exit(Int32)
        case signal(Int32)

        var description: String {
            switch self {
            case .exit(let code): "exit \(code)"
            case .signal(let number): "signal \(number)"
            }
        }
    }

    /// What a program left behind.
    struct Ended: Sendable {
        let status: Status
        let text: String
        let errorText: String
        let duration: Duration

        /// Lines of standard error, cut and cleaned.
        var errorLines: [String] {
            errorText.split(separator: "\n").map { ResticReport.shown(String($0)) }.filter { !$0.isEmpty }
        }
        /// For messages about an answer that is not understood.
        var firstWords: String { ResticReport.shown(String((text + errorText).prefix(100))) }
    }

    /// Where programs are looked for, besides what an absolute path names.
    private static let folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    private static let outputLimit = 64 << 20

    /// Runs it. `secret` is readable once, by this child, at the path that `RESTIC_PASSWORD_FILE` names.
    ///
    /// Output goes through files in `scratch`, not through pipes: a cancelled child must be able to say so. restic dies of
    /// SIGPIPE before it has removed its lock when nobody reads its last words.
    /// - Throws: `engineMissing`, `cancelled`, `timeout`, `failed`. An exit code is a result, not an error.
    func run(
        _ arguments: [String], secret: Secret?, scratch: String, timeout: Duration
    ) async throws(BackupError) -> Ended {
        if Task.isCancelled { throw Self.cancelled }
        let candidates = program.hasPrefix("/") ? [program] : Self.folders.map { "\($0)/\(program)" }
        guard let path = candidates.first(where: { access($0, X_OK) == 0 }) else { throw missing }
        let pipe = try secret.map { secret throws(BackupError) in try SecretPipe(secret) }
        var variables = environment
        variables["PATH"] = Self.folders.joined(separator: ":")
        variables["RESTIC_PASSWORD_FILE"] = pipe?.path
        let files = OutputFiles(in: scratch)
        defer { files.remove() }
        let words = ["-c", OutputFiles.script, "sh", files.output, files.errors, path] + arguments
        let start = ContinuousClock.now
        let status: Status?
        do {
            let environment = variables
            status = try await Self.race(timeout) { try await Self.shell(words, environment) }
        } catch let error as SubprocessError {
            if Task.isCancelled { throw Self.cancelled }
            throw BackupError(.failed, "\(program) could not be run (\(error.code)): check its permissions and memory")
        } catch {
            if Task.isCancelled { throw Self.cancelled }
            throw BackupError(.failed, "\(program) could not be run: \(type(of: error))")
        }
        withExtendedLifetime(pipe) {}
        if Task.isCancelled { throw Self.cancelled }
        guard let status else {
            throw BackupError(
                .timeout, "\(program) was stopped: not done within \(timeout); look at the repository's link")
        }
        guard let text = files.read(files.output, limit: Self.outputLimit),
            let errorText = files.read(files.errors, limit: Self.outputLimit)
        else {
            throw BackupError(
                .failed, "\(program) (\(status)) left no output, or more than \(Self.outputLimit >> 20) MiB: narrow it")
        }
        return Ended(status: status, text: text, errorText: errorText, duration: start.duration(to: .now))
    }

    private static let cancelled = BackupError(.cancelled, "the run was cancelled; it can be started again")

    private var missing: BackupError {
        BackupError(
            .engineMissing, "\(program) is not there or cannot be run: install it (Debian: apt-get install restic)")
    }

    private static func shell(_ words: [String], _ environment: [String: String]) async throws -> Status {
        var options = PlatformOptions()
        // A session of its own: Ctrl-C on our terminal reaches us alone, and we stop the child in order.
        options.createSession = true
        // SIGINT first: on it restic 0.14 removes its lock, on SIGTERM it only dies (newer ones take both alike).
        options.teardownSequence = [
            .send(signal: .interrupt, allowedDurationToNextStep: .seconds(10)),
            .gracefulShutDown(allowedDurationToNextStep: .seconds(5)),
        ]
        var variables: [Environment.Key: String] = [:]
        for (key, value) in environment { variables[Environment.Key(stringLiteral: key)] = value }
        let result = try await Subprocess.run(
            .name("sh"), arguments: Arguments(words), environment: .custom(variables), platformOptions: options,
            input: .none, output: .discarded, error: .discarded)
        switch result.terminationStatus {
        case .exited(let code): return .exit(code)
        case .signaled(let number): return .signal(number)
        }
    }

    /// The answer, or nil when the time is up; the loser is cancelled and waited for.
    private static func race(
        _ timeout: Duration, _ body: @escaping @Sendable () async throws -> Status
    ) async throws -> Status? {
        try await withThrowingTaskGroup(of: Status?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: timeout)
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}

/// Where the output of one run goes until it is read; names of its own, so that runs side by side do not meet.
private struct OutputFiles {
    let output: String
    let errors: String

    /// Opens both files for the user alone and then becomes the program, so that signals reach it and nothing between.
    static let script = "umask 077; out=$1 err=$2; shift 2; exec \"$@\" >\"$out\" 2>\"$err\""

    init(in folder: String) {
        let name = UUID().uuidString
        output = "\(folder)/\(name).out"
        errors = "\(folder)/\(name).err"
    }

    /// Nil when the file is not there or larger than `limit` bytes.
    func read(_ path: String, limit: Int) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: limit + 1) ?? Data(), data.count <= limit else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    func remove() {
        for path in [output, errors] { unlink(path) }
    }
}

/// A pipe that holds a secret until one reader has emptied it; it never touches a disk.
///
/// The reader opens it through proc(5), `/proc/PID/fd/N`, which only our own user and root may. Both ends are closed on
/// exec, so no child inherits them.
final class SecretPipe: Sendable {
    private let end: Int32

    /// Fills the pipe and closes its writing end, so that the reader finds an end of file.
    init(_ secret: Secret) throws(BackupError) {
        var ends: [Int32] = [-1, -1]
        guard secret.count > 0, secret.count <= 4_096 else {
            throw BackupError(.invalidRequest, "the repository's pass phrase is empty or longer than 4096 bytes")
        }
        guard pipe(&ends) == 0 else { throw BackupError(.failed, "no more files can be opened: raise ulimit -n") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // pipe(7): up to PIPE_BUF, 4096 bytes, an empty pipe takes the whole write at once.
        let written = secret.withBytes { bytes in write(ends[1], bytes, bytes.count) }
        close(ends[1])
        end = ends[0]
        guard written == secret.count else { throw BackupError(.failed, "a pipe did not take the pass phrase") }
    }

    deinit { close(end) }

    /// What the child opens.
    var path: String { "/proc/\(getpid())/fd/\(end)" }
}
