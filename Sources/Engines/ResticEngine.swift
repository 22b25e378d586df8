public import Continuity
import Foundation
import Notation
public import Remote

/// restic (0.14 or newer) as a child process, on one repository.
///
/// The pass phrase goes through a pipe that only restic's process reads: it is never an argument, never in an
/// environment, never on a disk. The environment is built from nothing, caches and temporary files stay in the job's
/// folder, and a cancelled or overdue run gets SIGINT, on which restic removes its lock, then SIGTERM, then SIGKILL.
public struct ResticEngine: BackupEngine {
    /// `restic`.
    public var name: String { "restic" }
    /// The repository without user name and pass phrase.
    public let location: String

    private let repository: String
    private let password: Secret
    private let jobFolder: String
    private let child: ChildProgram
    private let timeout: Duration

    /// Creates an engine; nothing is run yet.
    /// - Parameters:
    ///   - repository: as `RESTIC_REPOSITORY` takes it: a folder, `rest:https://…`, `sftp:…`, `s3:…`.
    ///   - password: opens the repository; its first line, without the newline, is the pass phrase.
    ///   - jobFolder: made if absent, mode 0700; holds cache and temporary files.
    ///   - executable: absolute path, or a name that is looked up in the usual folders.
    ///   - environment: what a remote repository needs besides, such as `AWS_ACCESS_KEY_ID`.
    ///   - timeout: of one operation, all of it.
    public init(
        repository: String, password: Secret, jobFolder: String, executable: String = "restic",
        environment: [String: String] = [:], timeout: Duration = .seconds(86_400)
    ) {
        self.repository = repository
        self.password = password
        self.jobFolder = jobFolder
        self.timeout = timeout
        location = ResticReport.withoutCredentials(repository)
        child = ChildProgram(
            program: executable,
            environment: environment.merging(
                [
                    "RESTIC_REPOSITORY": repository, "RESTIC_CACHE_DIR": jobFolder + "/cache", "HOME": jobFolder,
                    "TMPDIR": jobFolder + "/tmp", "LC_ALL": "C", "RESTIC_PROGRESS_FPS": "0.1",
                ]) { $1 })
    }

    /// Runs `restic version`; older ones than 0.14 are refused.
    public func version() async throws(BackupError) -> String {
        try makeFolders()
        let ended = try await child.run(["version"], secret: nil, scratch: jobFolder + "/tmp", timeout: .seconds(30))
        let words = ended.text.split(separator: " ")
        guard ended.status == .exit(0), words.count > 1, words[0] == "restic" else {
            throw BackupError(.failed, "\(child.program) does not answer like restic: \(ended.firstWords)")
        }
        let parts = words[1].split(separator: ".").prefix(2).map { Int($0.prefix(while: \.isNumber)) ?? 0 }
        guard parts.count == 2, parts[0] > 0 || parts[1] >= 14 else {
            throw BackupError(.engineUnsupported, "restic \(words[1]) is too old: install 0.14 or newer")
        }
        return String(words[1])
    }

    /// Runs `restic init`.
    public func initialise() async throws(BackupError) {
        let ended = try await restic(["init", "--json"])
        guard ended.status == .exit(0) else { throw failure("creating the repository", ended) }
    }

    /// Runs `restic backup`. Paths are looked at before, because restic 0.14 leaves out a missing one of several and
    /// still ends with 0.
    public func backup(_ request: BackupRequest) async throws(BackupError) -> BackupOutcome {
        guard !request.paths.isEmpty, request.paths.allSatisfy({ $0.hasPrefix("/") && !$0.utf8.contains(0) }) else {
            throw BackupError(.invalidRequest, "a backup needs at least one path, each written from / on")
        }
        guard request.tags.allSatisfy({ !$0.isEmpty && !$0.contains(",") && !$0.utf8.contains(0) }) else {
            throw BackupError(.invalidRequest, "a tag is empty or holds a comma: write plain words")
        }
        let missing = request.paths.filter { (try? FileManager.default.attributesOfItem(atPath: $0)) == nil }
        guard missing.isEmpty else {
            throw BackupError(
                .sourceMissing,
                "nothing was backed up, because there is no \(missing.joined(separator: ", ")): correct the paths")
        }
        let ended = try await restic(
            ["backup", "--json", "--quiet"] + request.tags.flatMap { ["--tag", $0] } + ["--"] + request.paths)
        // restic's manual, "Exit status codes": 0 complete, 3 some source data could not be read, else no snapshot.
        guard ended.status == .exit(0) || ended.status == .exit(3) else { throw failure("the backup", ended) }
        return try ResticReport.outcome(ended)
    }

    /// Runs `restic snapshots`.
    public func snapshots(tags: [String]) async throws(BackupError) -> [BackupSnapshot] {
        let filter = tags.isEmpty ? [] : ["--tag", tags.joined(separator: ",")]
        let ended = try await restic(["snapshots", "--json"] + filter)
        guard ended.status == .exit(0) else { throw failure("listing the snapshots", ended) }
        return try ResticReport.snapshots(ended)
    }

    /// Runs `restic check`.
    public func check(readData: Bool) async throws(BackupError) -> RepositoryCheck {
        let ended = try await restic(["check"] + (readData ? ["--read-data"] : []))
        if ended.status == .exit(0) { return RepositoryCheck(readData: readData, problems: []) }
        let error = failure("the check", ended)
        // Only what restic says about the repository's content is damage; a wrong password or a lock is not.
        guard error.code == .failed, ended.status == .exit(1),
            ended.errorText.contains("repository contains errors") || ended.errorText.contains("ciphertext")
                || ended.errorText.contains("does not match") || ended.errorText.contains("invalid data")
        else { throw error }
        let lines = ended.errorLines.filter { !$0.hasPrefix("Fatal: repository contains errors") }
        return RepositoryCheck(readData: readData, problems: lines.isEmpty ? ended.errorLines : lines)
    }

    /// Runs `restic restore`.
    public func restore(_ snapshot: String, to folder: String) async throws(BackupError) -> RestoreOutcome {
        guard folder.hasPrefix("/"), !folder.utf8.contains(0) else {
            throw BackupError(.invalidRequest, "\(folder) is not a path from / on")
        }
        guard !snapshot.isEmpty, snapshot == "latest" || snapshot.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            throw BackupError(.snapshotUnknown, "\"\(snapshot.prefix(64))\" is no snapshot id: list the snapshots")
        }
        if let names = try? FileManager.default.contentsOfDirectory(atPath: folder), !names.isEmpty {
            throw BackupError(
                .targetNotEmpty, "\(folder) has something in it: restore into an empty folder, then move what you need")
        }
        let ended = try await restic(["restore", snapshot, "--target", folder])
        let problems = ended.errorLines.filter { !$0.hasPrefix("Fatal: There were") }
        switch ended.status {
        case .exit(0): break
        case .exit(1) where ended.errorText.contains("Fatal: There were"): break
        default: throw failure("the restore", ended)
        }
        let incomplete = ended.status == .exit(0) || !problems.isEmpty ? problems : ended.errorLines
        return RestoreOutcome(
            snapshot: snapshot, folder: folder, problems: incomplete.map(ResticReport.shown), duration: ended.duration)
    }

    /// restic repeats the whole path below the target folder.
    public func restoredPath(of source: String, below folder: String) -> String {
        folder + (source.hasPrefix("/") ? "" : "/") + source
    }

    private func restic(_ arguments: [String]) async throws(BackupError) -> ChildProgram.Ended {
        try makeFolders()
        return try await child.run(arguments, secret: password, scratch: jobFolder + "/tmp", timeout: timeout)
    }

    private func makeFolders() throws(BackupError) {
        do {
            for folder in [jobFolder, jobFolder + "/tmp", jobFolder + "/cache"] {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw BackupError(.failed, "cannot make the job's folder \(jobFolder): check its parent and permissions")
        }
    }

    private func failure(_ what: String, _ ended: ChildProgram.Ended) -> BackupError {
        ResticReport.failure(what, ended, repository: repository, location: location)
    }
}
