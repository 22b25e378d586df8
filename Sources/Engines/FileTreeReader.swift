public import Continuity
import Crypto
import Foundation
import Glibc
import Synchronization

/// Reads a folder of this machine: kinds, sizes and SHA-256 digests, on a thread of its own.
public struct FileTreeReader: TreeReader {
    /// Creates a reader.
    public init() {}

    /// Walks `folder` without following symbolic links. Names that are not UTF-8 appear with `\xNN` for each such byte.
    public func list(_ folder: String) async throws(BackupError) -> TreeListing {
        let stop = Flag()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (done: CheckedContinuation<Result<TreeListing, BackupError>, Never>) in
                Thread.detachNewThread { done.resume(returning: TreeWalk.walk(folder, stop: stop)) }
            }
        } onCancel: {
            stop.raise()
        }
        return try result.get()
    }
}

/// One walk; bytes, not text, name files until the very end.
struct TreeWalk {
    private var entries: [String: TreeListing.Entry] = [:]
    private var unread: [String: String] = [:]
    private let stop: Flag

    static func walk(_ folder: String, stop: Flag) -> Result<TreeListing, BackupError> {
        var walk = TreeWalk(stop: stop)
        guard !folder.isEmpty, !folder.utf8.contains(0) else {
            return .failure(BackupError(.invalidRequest, "the folder's path is empty or holds a NUL"))
        }
        if let reason = walk.enter(Array(folder.utf8), []) {
            return .failure(
                BackupError(.sourceMissing, "\(folder) cannot be read (\(reason)): check the path and its permissions"))
        }
        if stop.isRaised { return .failure(BackupError(.cancelled, "reading \(folder) was cancelled")) }
        return .success(TreeListing(entries: walk.entries, unread: walk.unread))
    }

    private init(stop: Flag) { self.stop = stop }

    /// Reads one folder and what is below it; gives the reason when it cannot be opened.
    private mutating func enter(_ path: [UInt8], _ name: [UInt8]) -> String? {
        guard let stream = path.withCPath({ opendir($0) }) else { return Self.reason() }
        defer { closedir(stream) }
        while !stop.isRaised {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { unread[Self.text(name)] = Self.reason() }
                break
            }
            let leaf = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if leaf == [46] || leaf == [46, 46] { continue }
            let below = name.isEmpty ? leaf : name + [47] + leaf
            visit(path + [47] + leaf, below)
        }
        return nil
    }

    private mutating func visit(_ path: [UInt8], _ name: [UInt8]) {
        let key = Self.text(name)
        var info = stat()
        guard path.withCPath({ lstat($0, &info) }) == 0 else {
            unread[key] = Self.reason()
            return
        }
        switch info.st_mode & S_IFMT {
        case S_IFDIR:
            entries[key] = .folder
            if let reason = enter(path, name) { unread[key] = reason }
        case S_IFLNK:
            var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
            let count = path.withCPath { path in
                target.withUnsafeMutableBytes { bytes in
                    let chars = bytes.bindMemory(to: CChar.self)
                    return chars.baseAddress.map { readlink(path, $0, chars.count) } ?? -1
                }
            }
            if count < 0 {
                unread[key] = Self.reason()
            } else {
                entries[key] = .link(Self.text(Array(target[..<count])))
            }
        case S_IFREG:
            switch Self.digest(path, stop) {
            case .success(let entry): entries[key] = entry
            case .failure(let fault): unread[key] = fault.reason
            }
        default: entries[key] = .special
        }
    }

    private struct Fault: Error { let reason: String }

    private static func digest(_ path: [UInt8], _ stop: Flag) -> Result<TreeListing.Entry, Fault> {
        let file = path.withCPath { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
        guard file >= 0 else { return .failure(Fault(reason: reason())) }
        defer { close(file) }
        var hash = SHA256()
        var total: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        while !stop.isRaised {
            let count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0 { return .failure(Fault(reason: reason())) }
            if count == 0 { break }
            buffer.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            total += Int64(count)
        }
        let hex = hash.finalize().map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }
        return .success(.file(bytes: total, sha256: hex.joined()))
    }

    private static func reason() -> String { String(cString: strerror(errno)) }

    /// UTF-8 as it is, other bytes as `\xNN`, so that two names never become one.
    private static func text(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return bytes.map { byte in
            if byte < 0x80 { return String(UnicodeScalar(byte)) }
            return "\\x" + String(byte, radix: 16)
        }.joined()
    }
}

/// Raised once, seen from the walking thread.
final class Flag: Sendable {
    private let raised = Atomic(false)
    func raise() { raised.store(true, ordering: .relaxed) }
    var isRaised: Bool { raised.load(ordering: .relaxed) }
}

extension [UInt8] {
    /// The bytes as a C path; the caller has made sure there is no NUL among them.
    fileprivate func withCPath<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
        (self + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { chars in
                var empty: CChar = 0
                return chars.baseAddress.map(body) ?? withUnsafePointer(to: &empty, body)
            }
        }
    }
}
