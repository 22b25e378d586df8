/// What lies in a folder: every path below it with what it holds.
public struct TreeListing: Hashable, Sendable {
    /// One path.
    public enum Entry: Hashable, Sendable {
        /// A regular file: bytes, and SHA-256 of them in hex.
        case file(bytes: Int64, sha256: String)
        case folder
        /// A symbolic link and where it points.
        case link(String)
        /// A device, socket or named pipe.
        case special
    }

    /// By path below the folder, without a leading slash.
    public let entries: [String: Entry]
    /// Paths that could not be read, with the reason.
    public let unread: [String: String]

    /// Creates a listing.
    public init(entries: [String: Entry], unread: [String: String] = [:]) {
        self.entries = entries
        self.unread = unread
    }

    /// How many regular files were read.
    public var files: Int {
        entries.values.count { if case .file = $0 { true } else { false } }
    }

    /// Bytes of those files.
    public var bytes: Int64 {
        entries.values.reduce(0) { if case .file(let bytes, _) = $1 { $0 + bytes } else { $0 } }
    }
}

/// Reads folders; an adapter does the input and output.
public protocol TreeReader: Sendable {
    /// Everything below `folder`, not following symbolic links. Paths that cannot be read stand in `unread`.
    /// - Throws: ``BackupError`` `sourceMissing` when `folder` itself cannot be read, `cancelled`.
    func list(_ folder: String) async throws(BackupError) -> TreeListing
}
