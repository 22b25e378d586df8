import Evidence
import Foundation
import GRDB
import Synchronization

/// The suite's memory: objects, ledger, facts, findings, plans and secrets in one SQLite file.
///
/// Writers queue behind each other; readers see the state at the moment they begin and are never blocked. What a
/// writing call reports as done is on disk (WAL, `synchronous=FULL`). All calls block the thread they run on.
public final class Database: Sendable {
    /// How a file is opened.
    public enum Mode: Sendable {
        /// Makes folder, file and tables if they are missing, and takes newer tables on.
        case readWrite
        /// Changes nothing; others may write meanwhile.
        case readOnly
        /// Changes nothing, not even beside the file, which nobody else may write: for copies on a read-only medium.
        /// A copy needs the `-wal` file folded in (made after a clean close, or by `VACUUM INTO`).
        case immutable
    }

    /// Absolute path of the file.
    public let path: String
    /// How it was opened.
    public let mode: Mode
    /// The folder of the file, where keys and locks stand too.
    public var folder: String { PrivateFile.parent(of: path) }
    /// The last program that wrote did not close the database; the file was checked and is sound.
    public let recoveredFromCrash: Bool

    let pool: DatabasePool
    private let marker: CrashMarker?
    private let isOpen = Mutex(true)
    private let signerCache = Mutex<LedgerSigner?>(nil)
    let snapshots = SnapshotCache()

    /// Opens the database at `path`.
    /// - Parameter busyTimeout: how long a call waits for another program's transaction before it fails as `locked`.
    /// - Throws: ``StorageError``: `notFound` (not in mode `readWrite`), `locked`, `corrupt`, `newerSchema`,
    ///   `readOnly`, `full`, `permission`, `io`.
    public init(path: String, mode: Mode = .readWrite, busyTimeout: Duration = .seconds(2)) throws {
        // GRDB takes "file:…" for a URI; an absolute path cannot be one.
        let path = URL(fileURLWithPath: path).standardizedFileURL.path
        self.path = path
        self.mode = mode
        var marker: CrashMarker?
        if mode == .readWrite {
            try PrivateFile.makeFolder(PrivateFile.parent(of: path))
            try PrivateFile.touch(path)
            marker = try CrashMarker(besides: path)
        } else if !FileManager.default.fileExists(atPath: path) {
            throw StorageError(
                .notFound,
                "\(path): there is no database: run hatang inventory apply first, or name the folder by --data")
        }
        if mode == .immutable { try Self.requireFoldedLog(path) }
        self.marker = marker
        recoveredFromCrash = marker?.foundCrash ?? false
        do {
            pool = try DatabasePool(
                path: mode == .immutable ? Self.immutableURI(path) : path,
                configuration: Self.configuration(mode, busyTimeout))
            if recoveredFromCrash { try Self.quickCheck(pool) }
            try Self.prepareSchema(pool, path: path, mode: mode)
        } catch {
            throw StorageError(error, path: path)
        }
        marker?.arm()
    }

    deinit { try? close() }

    /// Closes all connections and folds the write-ahead log into the file; harmless when called twice.
    ///
    /// Without it the same happens when the last reference goes. A program that ends otherwise is taken for crashed,
    /// and the next start checks the file.
    /// - Throws: ``StorageError`` when a call is still running.
    public func close() throws {
        try isOpen.withLock { isOpen in
            guard isOpen else { return }
            if mode == .readWrite { foldLog() }
            do { try pool.close() } catch { throw StorageError(error, path: path) }
            marker?.close()
            isOpen = false
        }
    }

    // SQLite folds the write-ahead log in when a writer closes last; GRDB closes readers last. Not done (another
    // program reads) is no loss: the next writer does it.
    private func foldLog() {
        pool.releaseMemory()
        try? pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    }

    private static func requireFoldedLog(_ path: String) throws {
        let size = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        guard let size, size > 0 else { return }
        throw StorageError(
            .io,
            "\(path): its write-ahead log, \(path)-wal, holds changes that are not in the file yet: copy both to a folder "
                + "that can be written to and open them there")
    }

    private static func immutableURI(_ path: String) -> String {
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        return "file:\(escaped)?immutable=1"
    }

    private static func configuration(_ mode: Mode, _ busyTimeout: Duration) -> Configuration {
        var configuration = Configuration()
        let milliseconds = max(0, busyTimeout / .milliseconds(1))
        configuration.readonly = mode != .readWrite
        configuration.maximumReaderCount = 16
        configuration.label = "hatang"
        configuration.prepareDatabase { db in
            // Damaged cells are found when they are read (https://www.sqlite.org/pragma.html#pragma_cell_size_check).
            try db.execute(sql: "PRAGMA cell_size_check = ON")
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // Said in SQL because it has to hold for readers too; it replaces the handler GRDB has set.
            try db.execute(sql: "PRAGMA busy_timeout = \(Int32(clamping: Int64(milliseconds)))")
        }
        return configuration
    }

    /// Reads in one transaction: everything `body` sees is of one moment.
    func read<T>(_ body: (GRDB.Database) throws -> T) throws -> T {
        do { return try pool.read(body) } catch { throw StorageError(error, path: path) }
    }

    /// Writes in one transaction: all of `body` is kept, or nothing when it throws.
    func write<T>(_ body: (GRDB.Database) throws -> T) throws -> T {
        guard mode == .readWrite else {
            throw StorageError(.readOnly, "\(path): it was opened for reading only: nothing was changed")
        }
        do { return try pool.write(body) } catch { throw StorageError(error, path: path) }
    }

    // MARK: - Keys

    /// Where the key that signs the ledger's head is kept.
    public var ledgerKeyPath: String { folder + "/ledger.key" }
    /// Where its public half is kept, in hex, for auditors.
    public var ledgerPublicKeyPath: String { folder + "/ledger.pub" }

    /// The key that signs heads; made at the first record of a new ledger, and only then.
    func signer(isNewLedger: Bool) throws -> LedgerSigner {
        try signerCache.withLock { cached in
            if let cached { return cached }
            let signer = try loadSigner(isNewLedger: isNewLedger)
            cached = signer
            return signer
        }
    }

    private func loadSigner(isNewLedger: Bool) throws -> LedgerSigner {
        if isNewLedger, try PrivateFile.read(ledgerKeyPath) == nil {
            _ = try PrivateFile.create(ledgerKeyPath, LedgerSigner().privateKey)
        }
        guard let bytes = try PrivateFile.read(ledgerKeyPath) else {
            throw StorageError(
                .wrongKey,
                "\(ledgerKeyPath): the key that signs the ledger is missing: nothing was written; restore it from the "
                    + "backup of this folder")
        }
        guard let signer = LedgerSigner(privateKey: bytes) else {
            throw StorageError(
                .wrongKey, "\(ledgerKeyPath): it does not hold 32 bytes: restore it from the backup of this folder")
        }
        _ = try PrivateFile.create(ledgerPublicKeyPath, Array((Digest.hex(signer.publicKey) + "\n").utf8))
        return signer
    }

    /// The public key heads are checked with: of `ledger.pub`, else of `ledger.key`; nil when neither is there.
    public func ledgerPublicKey() throws -> [UInt8]? {
        if let text = try PrivateFile.read(ledgerPublicKeyPath, isPublic: true) {
            let hex = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard let key = Digest.bytes(hex: hex), key.count == 32 else {
                throw StorageError(
                    .wrongKey, "\(ledgerPublicKeyPath): it does not hold 64 hex digits: restore it from the backup")
            }
            return key
        }
        return try PrivateFile.read(ledgerKeyPath).flatMap { LedgerSigner(privateKey: $0)?.publicKey }
    }
}
