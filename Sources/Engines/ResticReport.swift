import Continuity
import Notation

/// Reads what restic prints.
enum ResticReport {
    /// The summary of a backup and the errors around it.
    static func outcome(_ ended: ChildProgram.Ended) throws(BackupError) -> BackupOutcome {
        var summary: JSONValue?
        for line in ended.text.split(separator: "\n") {
            guard let message = try? JSONValue.parse(String(line)) else { continue }
            if message["message_type"]?.string == "summary" { summary = message }
        }
        guard let summary, let files = summary["total_files_processed"]?.int,
            let bytes = summary["total_bytes_processed"]?.int
        else {
            throw BackupError(
                .failed, "restic said it was done, but gave no summary: this version of restic is not understood")
        }
        var unread: [String] = []
        var incomplete = ended.status == .exit(3)
        for line in ended.errorText.split(separator: "\n") {
            if let message = try? JSONValue.parse(String(line)), message["message_type"]?.string == "error" {
                unread.append(shown(message["item"]?.string ?? "something restic does not name"))
            } else if line.hasSuffix("does not exist, skipping") {
                unread.append(shown(String(line.dropLast(" does not exist, skipping".count))))
            } else if line.hasPrefix("error:") || line.contains("could not be read") {
                incomplete = true
            }
        }
        return BackupOutcome(
            snapshot: summary["snapshot_id"]?.string.flatMap { $0.isEmpty ? nil : $0 }, files: Int(clamping: files),
            bytes: bytes, bytesAdded: summary["data_added"]?.int ?? 0, unread: unread, incomplete: incomplete,
            duration: ended.duration)
    }

    /// The list of `restic snapshots --json`.
    static func snapshots(_ ended: ChildProgram.Ended) throws(BackupError) -> [BackupSnapshot] {
        let list = try? JSONValue.parse(ended.text)
        // restic prints null for an empty list.
        if list == .null { return [] }
        guard let elements = list?.array else {
            throw BackupError(.failed, "restic's list of snapshots is no list: this version is not understood")
        }
        var out: [BackupSnapshot] = []
        for element in elements {
            guard let id = element["id"]?.string, let time = element["time"]?.string else {
                throw BackupError(.failed, "a snapshot without id or time: this version of restic is not understood")
            }
            func texts(_ name: String) -> [String] { element[name]?.array?.compactMap(\.string) ?? [] }
            out.append(
                BackupSnapshot(
                    id: id, time: time, host: element["hostname"]?.string ?? "", paths: texts("paths"),
                    tags: texts("tags")))
        }
        return out.sorted { $0.time < $1.time }
    }

    /// restic's signs of each cause. Since 0.17 it has exit codes for three of them; before, and for the others, there is
    /// only the text.
    private static let signs: [(text: String, code: BackupError.Code, remedy: String)] = [
        ("wrong password or no key found", .wrongPassword, "check the secret of this repository"),
        ("config file already exists", .repositoryExists, "use it, or choose another location"),
        ("config already initialized", .repositoryExists, "use it, or choose another location"),
        ("already locked", .locked, "wait for the other run; after a crash run restic unlock"),
        ("no matching ID found", .snapshotUnknown, "list the snapshots"),
        ("no snapshot found", .snapshotUnknown, "list the snapshots"),
        ("all target directories/files do not exist", .sourceMissing, "correct the paths"),
        ("no space left on device", .storageFull, "make room or forget old snapshots"),
        ("unable to open config file", .repositoryMissing, "check the location, or initialise it first"),
        ("Is there a repository at the following location", .repositoryMissing, "check the location, or initialise it"),
    ]
    private static let codes: [Int32: (code: BackupError.Code, remedy: String)] = [
        10: (.repositoryMissing, "check the location, or initialise it first"),
        11: (.locked, "wait for the other run; after a crash run restic unlock"),
        12: (.wrongPassword, "check the secret of this repository"),
    ]

    /// Turns an ending we cannot use into an error; an exit code we do not know is a failure.
    static func failure(
        _ what: String, _ ended: ChildProgram.Ended, repository: String, location: String
    ) -> BackupError {
        let words = ended.errorLines.suffix(3).joined(separator: "; ").replacing(repository, with: location)
        let said = words.isEmpty ? "without a word" : String(words.prefix(400))
        if case .exit(let status) = ended.status, let known = codes[status] {
            return BackupError(known.code, "\(what) at \(location) failed: \(said): \(known.remedy)")
        }
        if let sign = signs.first(where: { ended.errorText.contains($0.text) }) {
            return BackupError(sign.code, "\(what) at \(location) failed: \(said): \(sign.remedy)")
        }
        return BackupError(.failed, "\(what) at \(location) failed with \(ended.status): \(said)")
    }

    /// A repository URL without what stands before `@` in its authority.
    static func withoutCredentials(_ repository: String) -> String {
        guard let slashes = repository.firstRange(of: "://") else { return repository }
        let rest = repository[slashes.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return repository }
        return String(repository[..<slashes.upperBound] + rest[rest.index(after: at)...])
    }

    /// One line of the engine, cut and without control characters.
    static func shown(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 32 && !(127...159).contains($0.value) })
        )
        .prefix(500).description
    }
}
