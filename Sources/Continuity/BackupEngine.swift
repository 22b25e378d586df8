/// Runs an existing backup engine on one repository. Adapters implement it; it holds no policy.
///
/// Every operation is cancellable: the engine is then asked to stop and `cancelled` is thrown. `initialise`, `backup` and
/// `restore` may not be retried blindly; the others may.
public protocol BackupEngine: Sendable {
    /// For people and for the ledger: `restic`.
    var name: String { get }
    /// Where the repository is, without user names and pass phrases.
    var location: String { get }
    /// The engine's own version, such as `0.14.0`.
    /// - Throws: ``BackupError`` `engineMissing`, `engineUnsupported`.
    func version() async throws(BackupError) -> String
    /// Creates the repository.
    /// - Throws: ``BackupError`` `repositoryExists` when there is one.
    func initialise() async throws(BackupError)
    /// Copies the paths into a new snapshot. An incomplete or empty copy is a result, not an error.
    /// - Throws: ``BackupError`` `sourceMissing` when a path does not exist (nothing was copied), `repositoryMissing`,
    ///   `wrongPassword`, `locked`, `storageFull`, `failed`.
    func backup(_ request: BackupRequest) async throws(BackupError) -> BackupOutcome
    /// Snapshots that bear all `tags`, oldest first; none is no error.
    func snapshots(tags: [String]) async throws(BackupError) -> [BackupSnapshot]
    /// Checks the repository's structure, and every byte of it when `readData`. Damage is a result, not an error.
    func check(readData: Bool) async throws(BackupError) -> RepositoryCheck
    /// Writes a snapshot below `folder`, which must be empty or absent. Files that could not be written are a result.
    /// - Throws: ``BackupError`` `snapshotUnknown`, `targetNotEmpty`.
    func restore(_ snapshot: String, to folder: String) async throws(BackupError) -> RestoreOutcome
    /// Where `source`, an absolute path that was backed up, comes to lie when restored below `folder`.
    func restoredPath(of source: String, below folder: String) -> String
}

/// What to copy.
public struct BackupRequest: Hashable, Sendable {
    /// Absolute paths of files and folders, at least one.
    public let paths: [String]
    /// Labels of the snapshot, without commas.
    public let tags: [String]

    /// Creates a request.
    public init(paths: [String], tags: [String] = []) {
        self.paths = paths
        self.tags = tags
    }
}

/// What a backup did.
public struct BackupOutcome: Hashable, Sendable {
    /// How good the copy is.
    public enum Status: String, Hashable, Sendable {
        /// Everything asked for is in the snapshot, and that is at least one file.
        case complete
        /// A snapshot was written, but something asked for is not in it.
        case partial
        /// No file was copied; whatever the engine says, this is no backup.
        case empty
    }

    /// How good the copy is.
    public let status: Status
    /// The snapshot's id; nil when the engine wrote none.
    public let snapshot: String?
    /// Files in the snapshot.
    public let files: Int
    /// Bytes of those files.
    public let bytes: Int64
    /// Bytes the repository grew by.
    public let bytesAdded: Int64
    /// What could not be read, as the engine names it, sorted.
    public let unread: [String]
    /// How long it took.
    public let duration: Duration

    /// Judges what an engine reports: no files is `empty`, anything unread is `partial`, so is a copy that the engine
    /// itself calls incomplete.
    public init(
        snapshot: String?, files: Int, bytes: Int64, bytesAdded: Int64, unread: [String], incomplete: Bool = false,
        duration: Duration
    ) {
        status = files == 0 || snapshot == nil ? .empty : unread.isEmpty && !incomplete ? .complete : .partial
        self.snapshot = snapshot
        self.files = files
        self.bytes = bytes
        self.bytesAdded = bytesAdded
        self.unread = Set(unread).sorted()
        self.duration = duration
    }
}

/// One copy in a repository.
public struct BackupSnapshot: Hashable, Sendable {
    /// Full id.
    public let id: String
    /// When it was taken, RFC 3339 as the engine writes it.
    public let time: String
    /// Machine that took it.
    public let host: String
    /// What was copied.
    public let paths: [String]
    /// Its labels.
    public let tags: [String]

    /// Creates a snapshot.
    public init(id: String, time: String, host: String, paths: [String], tags: [String]) {
        self.id = id
        self.time = time
        self.host = host
        self.paths = paths
        self.tags = tags
    }
}

/// What a check of a repository found.
public struct RepositoryCheck: Hashable, Sendable {
    /// Whether every byte was read, or the structure only.
    public let readData: Bool
    /// What is damaged, in the engine's words; empty for a sound repository.
    public let problems: [String]
    /// Whether nothing was found.
    public var isSound: Bool { problems.isEmpty }

    /// Creates a result.
    public init(readData: Bool, problems: [String]) {
        self.readData = readData
        self.problems = problems
    }
}

/// What a restore did. It proves nothing yet: see ``RestoreProof``.
public struct RestoreOutcome: Hashable, Sendable {
    /// Full id, or what was asked for.
    public let snapshot: String
    /// The folder it was written below.
    public let folder: String
    /// What could not be written, in the engine's words.
    public let problems: [String]
    /// How long it took; a measured part of the RTO.
    public let duration: Duration

    /// Creates a result.
    public init(snapshot: String, folder: String, problems: [String], duration: Duration) {
        self.snapshot = snapshot
        self.folder = folder
        self.problems = problems
        self.duration = duration
    }
}

/// Why an engine could not do its work.
public struct BackupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The cause, fit for branching. New codes may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// The code's stable name, as it stands in JSON.
        public var description: String { name }

        /// The engine is not installed.
        public static let engineMissing = Code("engine-missing")
        /// The engine is there, but not in a version we know.
        public static let engineUnsupported = Code("engine-unsupported")
        /// There is no repository at the location.
        public static let repositoryMissing = Code("repository-missing")
        /// There is a repository already.
        public static let repositoryExists = Code("repository-exists")
        /// The pass phrase does not open the repository.
        public static let wrongPassword = Code("wrong-password")
        /// Another process holds the repository's lock.
        public static let locked = Code("locked")
        /// A path to copy does not exist.
        public static let sourceMissing = Code("source-missing")
        /// No snapshot has that id.
        public static let snapshotUnknown = Code("snapshot-unknown")
        /// The folder to restore into has something in it.
        public static let targetNotEmpty = Code("target-not-empty")
        /// No space left.
        public static let storageFull = Code("storage-full")
        /// The caller gave up.
        public static let cancelled = Code("cancelled")
        /// Not done within the deadline.
        public static let timeout = Code("timeout")
        /// The request itself is wrong.
        public static let invalidRequest = Code("invalid-request")
        /// The engine failed, or ended in a way we do not know.
        public static let failed = Code("failed")
    }

    /// The cause, fit for branching.
    public let code: Code
    /// What happened and what to do, without secrets.
    public let message: String

    /// Creates an error; `message` must hold no secret.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message and its code.
    public var description: String { "\(message) (\(code))" }
}
