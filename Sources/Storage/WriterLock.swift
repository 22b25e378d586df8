public import Evidence
import Foundation
import Glibc
import Synchronization

/// The right to write to a data folder; one program at a time has it.
///
/// It is a kernel lock (flock(2)) on `writer.lock`: the kernel gives it back when the program ends, however it ends,
/// `kill -9` included. The file's existence means nothing; its content only names the holder for others.
public final class WriterLock: Sendable {
    private let file: Mutex<Int32?>

    /// Takes the lock of `folder` (made if missing) or fails at once; it never waits.
    /// - Parameters:
    ///   - command: what others are told, such as `hatang inventory apply`; no arguments that may hold secrets.
    ///   - at: told to others too.
    /// - Throws: ``StorageError``: `locked`, naming the holder's process number and command.
    public init(folder: String, command: String, at: Timestamp) throws(StorageError) {
        try PrivateFile.makeFolder(folder)
        let path = folder + "/writer.lock"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw PrivateFile.failure(path, "the writer's lock cannot be opened") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let taken = errno == EWOULDBLOCK
            let failure = PrivateFile.failure(path, "the writer's lock cannot be taken")
            let holder = Self.holder(file)
            close(file)
            guard taken else { throw failure }
            throw StorageError(
                .locked,
                "\(folder): \(holder) is writing to it: nothing was changed; wait until it is done, or stop it first")
        }
        let line = command.unicodeScalars.filter { $0.properties.generalCategory != .control }
        var note = Array("\(getpid())\n\(String(String.UnicodeScalarView(line)).prefix(200))\n\(at)\n".utf8)
        ftruncate(file, 0)
        // A note that cannot be written (full disk) costs others the holder's name, not us the lock.
        _ = pwrite(file, &note, note.count, 0)
        self.file = Mutex(file)
    }

    private static func holder(_ file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = max(0, pread(file, &bytes, bytes.count, 0))
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        guard lines.count == 3, let process = Int32(lines[0]) else { return "another program" }
        return "process \(process) (\(lines[1]), since \(lines[2]))"
    }

    /// Gives the lock back; harmless when called twice.
    public func release() {
        file.withLock { file in
            guard let open = file else { return }
            ftruncate(open, 0)
            close(open)
            file = nil
        }
    }

    deinit { release() }
}

/// Tells after a crash that there was one: every program that has the database open for writing holds a shared flock(2)
/// on a file beside it, and the last one to close it cleanly empties that file.
final class CrashMarker: Sendable {
    private let file: Mutex<Int32?>
    private let armed = Mutex(false)
    /// Nobody has the database open, yet the one who had it last did not close it.
    let foundCrash: Bool

    init(besides database: String) throws(StorageError) {
        let path = database + ".open"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw PrivateFile.failure(path, "it cannot be opened for writing") }
        var status = stat()
        let alone = flock(file, LOCK_EX | LOCK_NB) == 0
        foundCrash = alone && fstat(file, &status) == 0 && status.st_size > 0
        self.file = Mutex(file)
    }

    /// From here on an end without ``close()`` counts as a crash.
    func arm() {
        file.withLock { file in
            guard let file else { return }
            var mark = UInt8(ascii: "1")
            _ = pwrite(file, &mark, 1, 0)
            flock(file, LOCK_SH | LOCK_NB)
        }
        armed.withLock { $0 = true }
    }

    func close() {
        file.withLock { file in
            guard let open = file else { return }
            // Who never came to arm it has not checked what the crash left: the mark stays for the next.
            if armed.withLock({ $0 }), flock(open, LOCK_EX | LOCK_NB) == 0 { ftruncate(open, 0) }
            Glibc.close(open)
            file = nil
        }
    }

    // Without close() the mark stays: whoever dropped us did not finish.
    deinit { file.withLock { file in if let file { Glibc.close(file) } } }
}
