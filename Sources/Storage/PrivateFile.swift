import Evidence
import Foundation
import Glibc

/// Files and folders that only their owner may read, and that appear whole or not at all.
enum PrivateFile {
    /// Makes `path` and its missing parents, mode 0700; an existing folder is left as it is.
    static func makeFolder(_ path: String) throws(StorageError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StorageError(
                .io, "\(path): the folder cannot be made (\(error.localizedDescription)): choose another with --data")
        }
    }

    /// Makes an empty file, mode 0600, unless it is there.
    static func touch(_ path: String) throws(StorageError) {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path, "it cannot be made or opened for writing") }
        close(file)
    }

    /// The bytes of a file that nobody but its owner may touch; nil when there is none.
    ///
    /// - Parameter isPublic: others may read it (a public key), but not change it.
    static func read(_ path: String, limit: Int = 4_096, isPublic: Bool = false) throws(StorageError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw failure(path, "the key file cannot be opened") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure(path, "its permissions cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StorageError(.permission, "\(path): it is no ordinary file: a key must be in one")
        }
        guard status.st_mode & (isPublic ? 0o022 : 0o077) == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw StorageError(
                .permission,
                "\(path): others may touch this key (mode 0\(mode)): chmod 600 it, and make a new key if somebody may "
                    + "have read it")
        }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = Glibc.read(file, &bytes, limit)
        guard count >= 0 else { throw failure(path, "it cannot be read") }
        return Array(bytes[..<count])
    }

    /// Writes `bytes` as a new file of mode 0600: whole, on disk, and never over an existing one.
    /// - Returns: false when a file of that name was there already.
    static func create(_ path: String, _ bytes: [UInt8]) throws(StorageError) -> Bool {
        let scratch = path + ".new-\(getpid())"
        unlink(scratch)
        let file = open(scratch, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path, "it cannot be made") }
        defer { unlink(scratch) }
        let written = write(file, bytes, bytes.count)
        let synced = fsync(file)
        close(file)
        guard written == bytes.count, synced == 0 else { throw failure(path, "it cannot be written") }
        // link(2), unlike rename(2), fails when the name is taken: of two programs that start at once one key wins.
        if link(scratch, path) != 0 {
            if errno == EEXIST { return false }
            throw failure(path, "it cannot be put in place")
        }
        syncFolder(of: path)
        return true
    }

    /// Makes the name of a new file durable.
    static func syncFolder(of path: String) {
        let folder = open(parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    static func parent(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    static func failure(_ path: String, _ what: String) -> StorageError {
        let number = errno
        let reason = String(cString: strerror(number))
        switch number {
        case EACCES, EPERM, ELOOP:
            return StorageError(.permission, "\(path): \(what) (\(reason)): check its owner and permissions")
        case EROFS: return StorageError(.readOnly, "\(path): \(what) (\(reason)): mount the file system for writing")
        case ENOSPC, EDQUOT: return StorageError(.full, "\(path): \(what) (\(reason)): make room on the disk")
        case ENOENT: return StorageError(.notFound, "\(path): \(what) (\(reason)): check the path given by --data")
        default: return StorageError(.io, "\(path): \(what) (\(reason)): check the disk")
        }
    }
}
