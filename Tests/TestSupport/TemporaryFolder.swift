public import Foundation

/// A folder of its own below the system's temporary folder, mode 0700; removed with everything in it on deinit.
///
/// Keep a reference for as long as the folder is needed (`defer { withExtendedLifetime(folder) {} }` or a stored property).
public final class TemporaryFolder: Sendable {
    /// Absolute path without a trailing slash.
    public let path: String

    /// Creates the folder; `label` becomes part of its name.
    public init(_ label: String = "test") throws {
        let base = FileManager.default.temporaryDirectory.path
        let name = "hatang-\(label)-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString.prefix(8))"
        path = base + (base.hasSuffix("/") ? "" : "/") + name
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The folder as a URL.
    public var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

    /// Path of `name` inside the folder; nothing is created.
    public func file(_ name: String) -> String { path + "/" + name }

    /// Writes `text` as `name` (subfolders are made) and gives the absolute path.
    @discardableResult
    public func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        try write(Array(text.utf8), to: name, mode: mode)
    }

    /// Writes `bytes` as `name` (subfolders are made) and gives the absolute path.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String, mode: Int = 0o600) throws -> String {
        let target = file(name)
        let parent = (target as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: target))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: target)
        return target
    }

    /// The bytes of `name` as text.
    public func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: file(name))), as: UTF8.self)
    }
}

/// Root of the checkout the tests were built from, for `Inventory/`, `Playbooks/`, `Probes/`, `Scripts/`.
public var repositoryRoot: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
}
