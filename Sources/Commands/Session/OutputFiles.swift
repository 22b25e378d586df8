import Foundation

/// Files that matter: written beside, synced, renamed.
enum OutputFiles {
    /// Replaces `path` by `text` in one step; makes the folder.
    /// - Throws: `CommandFailure` 74 that names the file.
    static func write(_ text: String, to path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        do {
            if !folder.isEmpty {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            let temporary = path + ".partial-\(getpid())"
            try Data(text.utf8).write(to: URL(filePath: temporary))
            let handle = try FileHandle(forUpdating: URL(filePath: temporary))
            try handle.synchronize()
            try handle.close()
            guard rename(temporary, path) == 0 else {
                let reason = String(cString: strerror(errno))
                try? FileManager.default.removeItem(atPath: temporary)
                throw CommandFailure(.storage, "\(path) cannot be written: \(reason)")
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(
                .storage, "\(path) cannot be written: check the folder, its permissions and free space")
        }
    }
}
