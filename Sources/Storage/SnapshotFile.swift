import CMDB
import Glibc

/// `hatang.sqlite-snapshot`: the inventory as ``CMDB/PackedSnapshot``, beside the database it was made from.
///
/// It is read with pread(2) and not mapped: whoever cut it short while it is open could otherwise end this process.
struct SnapshotFile: Sendable {
    let path: String
    /// The database; who owns it is believed.
    let database: String

    init(of database: String) {
        path = database + "-snapshot"
        self.database = database
    }

    /// The checked file; nil when there is none, or none that can be used.
    func open() -> PackedSnapshot? {
        guard let source = Bytes(path, ownedAs: database) else { return nil }
        return try? PackedSnapshot(checking: source)
    }

    /// Puts a new file in place: whole, on disk, or not at all.
    /// - Returns: whether it is there; nobody loses anything when it is not.
    func write(_ snapshot: Snapshot, ledgerHash: String) -> Bool {
        let scratch = "\(path).new-\(getpid())-\(UInt32.random(in: .min ... .max))"
        let file = Glibc.open(scratch, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return false }
        var isWritten = false
        do {
            try PackedSnapshot.write(snapshot, ledgerHash: ledgerHash) { try Self.write($0, to: file) }
            isWritten = fsync(file) == 0
        } catch {}
        close(file)
        guard isWritten, rename(scratch, path) == 0 else {
            unlink(scratch)
            return false
        }
        PrivateFile.syncFolder(of: path)
        return true
    }

    private static func write(_ bytes: [UInt8], to file: Int32) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(file, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw PackedFault("not written: \(errno)") }
            done += count
        }
    }

    /// The bytes of an open file, which stays the same one when another takes its name.
    private final class Bytes: PackedSource {
        private let file: Int32
        let size: Int

        /// Nil for a file that is not there, is no ordinary one, is another's, or may be changed by others.
        init?(_ path: String, ownedAs database: String) {
            file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            var (own, other) = (stat(), stat())
            guard file >= 0, fstat(file, &own) == 0, stat(database, &other) == 0,
                own.st_mode & S_IFMT == S_IFREG, own.st_mode & 0o022 == 0, own.st_uid == other.st_uid
            else {
                if file >= 0 { close(file) }
                return nil
            }
            size = Int(own.st_size)
        }

        deinit { close(file) }

        func bytes(at offset: Int, count: Int) throws -> [UInt8] {
            guard offset >= 0, count >= 0, count <= size - offset else { throw PackedFault("beyond the end") }
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let more = pread(
                        file, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                    if more < 0, errno == EINTR { continue }
                    guard more > 0 else { throw PackedFault("cut off while it was read") }
                    filled += more
                }
            }
        }
    }
}
