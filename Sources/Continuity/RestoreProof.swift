public import Notation

/// What comparing a source with its restored copy showed, with its denominators.
public struct RestoreProof: Hashable, Sendable {
    /// How a path differs.
    public enum Difference: String, Hashable, Sendable, CaseIterable {
        /// In the source, not in the copy.
        case missing
        /// In the copy, not in the source.
        case extra
        /// A file here, a folder or link there.
        case kind
        /// Same kind, other number of bytes.
        case size
        /// Same size, other bytes.
        case content
        /// A symbolic link that points elsewhere.
        case target
    }

    /// A path that differs.
    public struct Mismatch: Hashable, Sendable {
        /// Below the compared folders.
        public let path: String
        /// How.
        public let difference: Difference
    }

    /// The proof in one word.
    public enum Verdict: String, Hashable, Sendable {
        /// Every file of the source was read, is in the copy, and is the same; there was at least one.
        case proven
        /// Something differs.
        case mismatch
        /// What was compared is the same, but something could not be read.
        case partial
        /// There was no file to compare: nothing is proven.
        case nothing
    }

    /// Regular files in the source, unread ones not among them.
    public let sourceFiles: Int
    /// Regular files in the copy.
    public let restoredFiles: Int
    /// Files whose digest was compared on both sides.
    public let filesCompared: Int
    /// Bytes of those files.
    public let bytesCompared: Int64
    /// Sorted by path.
    public let mismatches: [Mismatch]
    /// Paths of either side that could not be read, sorted.
    public let unread: [String]

    /// The proof in one word.
    public var verdict: Verdict {
        if !mismatches.isEmpty { return .mismatch }
        if !unread.isEmpty { return .partial }
        return filesCompared == 0 ? .nothing : .proven
    }

    /// Denominators, verdict and the first hundred mismatches and unread paths.
    public var json: JSONValue {
        [
            "verdict": .string(verdict.rawValue), "source_files": .int(Int64(sourceFiles)),
            "restored_files": .int(Int64(restoredFiles)), "files_compared": .int(Int64(filesCompared)),
            "bytes_compared": .int(bytesCompared), "mismatch_count": .int(Int64(mismatches.count)),
            "mismatches": .array(
                mismatches.prefix(100).map {
                    ["path": .string($0.path), "difference": .string($0.difference.rawValue)]
                }),
            "unread_count": .int(Int64(unread.count)), "unread": .array(unread.prefix(100).map { .string($0) }),
        ]
    }
}

/// Compares what was backed up with what came back.
public enum RestoreVerifier {
    /// Compares two listings path by path: kinds, sizes, SHA-256 digests, link targets.
    ///
    /// A path that could not be read on either side is unread, never a match. Sockets, pipes and devices are compared by
    /// kind only.
    public static func compare(source: TreeListing, restored: TreeListing) -> RestoreProof {
        let unread = Set(source.unread.keys).union(restored.unread.keys)
        var mismatches: [RestoreProof.Mismatch] = []
        var (files, bytes) = (0, Int64(0))
        for path in Set(source.entries.keys).union(restored.entries.keys).subtracting(unread) {
            func note(_ difference: RestoreProof.Difference) {
                mismatches.append(RestoreProof.Mismatch(path: path, difference: difference))
            }
            switch (source.entries[path], restored.entries[path]) {
            case (.file(let size, let digest)?, .file(let otherSize, let otherDigest)?):
                files += 1
                bytes += size
                if size != otherSize { note(.size) } else if digest != otherDigest { note(.content) }
            case (.link(let target)?, .link(let other)?): if target != other { note(.target) }
            case (.folder?, .folder?), (.special?, .special?), (nil, nil): break
            case (_?, nil): note(.missing)
            case (nil, _?): note(.extra)
            case (_?, _?): note(.kind)
            }
        }
        return RestoreProof(
            sourceFiles: source.files, restoredFiles: restored.files, filesCompared: files, bytesCompared: bytes,
            mismatches: mismatches.sorted { $0.path < $1.path }, unread: unread.sorted())
    }
}
