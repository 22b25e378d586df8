public import CMDB
public import Evidence
import Notation

/// One backup that is restored and compared, so that it is known to be one.
public struct RestoreDrill: Sendable {
    private let engine: any BackupEngine
    private let trees: any TreeReader
    private let now: @Sendable () -> Timestamp

    /// Creates a drill; `now` is the wall clock.
    public init(
        engine: any BackupEngine, trees: any TreeReader, now: @escaping @Sendable () -> Timestamp
    ) {
        self.engine = engine
        self.trees = trees
        self.now = now
    }

    /// What a drill found, and what it leaves in the ledger.
    public struct Report: Hashable, Sendable {
        /// Version of the engine.
        public let engineVersion: String
        /// Engine and repository, `restic@/backup/portal`: the source of what the drill saw.
        public let source: String
        /// What the backup did.
        public let backup: BackupOutcome
        /// What the restore did; nil when there was no snapshot to restore.
        public let restore: RestoreOutcome?
        /// What the comparison showed; nil when nothing was restored.
        public let proof: RestoreProof?
        /// `backup.run`, and `backup.restore-verified` when something was restored, in this order.
        public let entries: [LedgerEntry]

        /// When the backup was finished.
        var backedUpAt: Timestamp? { entries.first { $0.action == "backup.run" }?.at }
        /// When the comparison was finished.
        var verifiedAt: Timestamp? { entries.first { $0.action == "backup.restore-verified" }?.at }

        /// Whether a complete backup was restored and every file is the same.
        public var isProven: Bool { backup.status == .complete && restore?.problems == [] && proof?.verdict == .proven }
    }

    /// Backs up `folder`, restores the snapshot below `scratch`, and compares.
    ///
    /// The source is listed before the backup begins; files that change meanwhile show up as mismatches, because nobody
    /// can tell them from damage.
    /// - Parameters:
    ///   - folder: absolute path of a folder.
    ///   - scratch: empty or absent; the caller removes it afterwards.
    ///   - subject: the system or machine it is done for.
    public func run(
        folder: String, scratch: String, tags: [String] = [], subject: ObjectID?, actor: String, reason: String
    ) async throws(BackupError) -> Report {
        let version = try await engine.version()
        let origin = "\(engine.name)@\(engine.location)"
        let source = try await trees.list(folder)
        let request = BackupRequest(paths: [folder], tags: tags)
        let backup = try await engine.backup(request)
        var entries = [
            LedgerEntry(
                action: "backup.run", subject: subject, actor: actor, reason: reason, at: now(),
                payload: payload(request, backup, version))
        ]
        guard let snapshot = backup.snapshot, backup.status != .empty else {
            return Report(
                engineVersion: version, source: origin, backup: backup, restore: nil, proof: nil, entries: entries)
        }
        let restore = try await engine.restore(snapshot, to: scratch)
        let restored = try await trees.list(engine.restoredPath(of: folder, below: scratch))
        let proof = RestoreVerifier.compare(source: source, restored: restored)
        entries.append(
            LedgerEntry(
                action: "backup.restore-verified", subject: subject, actor: actor, reason: reason, at: now(),
                payload: [
                    "engine": .string(engine.name), "engine_version": .string(version),
                    "repository": .string(engine.location), "snapshot": .string(snapshot), "source": .string(folder),
                    "restore_ms": milliseconds(restore.duration),
                    "restore_problems": .int(Int64(restore.problems.count)), "proof": proof.json,
                ]))
        return Report(
            engineVersion: version, source: origin, backup: backup, restore: restore, proof: proof, entries: entries)
    }

    private func payload(_ request: BackupRequest, _ outcome: BackupOutcome, _ version: String) -> JSONValue {
        [
            "engine": .string(engine.name), "engine_version": .string(version), "repository": .string(engine.location),
            "paths": .array(request.paths.map { .string($0) }), "tags": .array(request.tags.map { .string($0) }),
            "status": .string(outcome.status.rawValue), "snapshot": outcome.snapshot.map { .string($0) } ?? .null,
            "files": .int(Int64(outcome.files)), "bytes": .int(outcome.bytes), "bytes_added": .int(outcome.bytesAdded),
            "unread_count": .int(Int64(outcome.unread.count)),
            "unread": .array(outcome.unread.prefix(100).map { .string($0) }),
            "duration_ms": milliseconds(outcome.duration),
        ]
    }

    private func milliseconds(_ duration: Duration) -> JSONValue {
        let (seconds, attoseconds) = duration.components
        return .int(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }
}
