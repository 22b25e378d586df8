import CMDB
import Continuity
import Evidence
import Foundation
import Notation
import Remote
import TestSupport
import Testing

@testable import Engines

/// A source folder, a repository and the real restic between them.
struct Workshop {
    let folder: TemporaryFolder
    let engine: ResticEngine

    init() throws {
        folder = try TemporaryFolder("restic")
        engine = ResticEngine(
            repository: folder.file("repo"), password: Secret("correct horse"), jobFolder: folder.file("job"),
            timeout: .seconds(60))
    }

    func engine(password: String = "correct horse", executable: String = "restic", timeout: Duration = .seconds(60))
        -> ResticEngine
    {
        ResticEngine(
            repository: folder.file("repo"), password: Secret(password), jobFolder: folder.file("job"),
            executable: executable, timeout: timeout)
    }

    /// A few files of seeded content, an empty one, nested folders, a link, names that need care.
    func fill() throws {
        var random = SeededGenerator("restic source")
        for name in ["a.txt", "sub/b.bin", "sub/deep/Tệp tiếng Việt.dat", "sub/--leading", "sub/new\nline"] {
            let size = Int.random(in: 1...40_000, using: &random)
            try folder.write((0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }, to: "src/\(name)")
        }
        try folder.write([UInt8](), to: "src/empty")
        try FileManager.default.createSymbolicLink(atPath: folder.file("src/link"), withDestinationPath: "a.txt")
    }

    var source: String { folder.file("src") }

    /// Writes an executable stand-in for restic.
    func script(_ text: String) throws -> String {
        try folder.write("#!/bin/sh\n" + text, to: "bin/restic", mode: 0o755)
    }

    /// Data packs of the repository, largest first.
    func packs() throws -> [String] {
        let data = folder.file("repo/data")
        return try FileManager.default.subpathsOfDirectory(atPath: data).map { "\(data)/\($0)" }
            .compactMap { path in (try? FileManager.default.attributesOfItem(atPath: path)).map { (path, $0) } }
            .filter { $0.1[.type] as? FileAttributeType == .typeRegular && !$0.0.contains("-tmp-") }
            .sorted { ($0.1[.size] as? Int ?? 0) > ($1.1[.size] as? Int ?? 0) }.map(\.0)
    }
}

@Suite("restic", .tags(.large))
struct ResticTests {
    let shop: Workshop
    init() throws { shop = try Workshop() }

    @Test("a folder is backed up, restored, compared and proven, and the ledger gets both records")
    func drill() async throws {
        try shop.fill()
        try await shop.engine.initialise()
        let drill = RestoreDrill(engine: shop.engine, trees: FileTreeReader()) { Timestamp(milliseconds: 1_000) }
        let report = try await drill.run(
            folder: shop.source, scratch: shop.folder.file("back"), tags: ["portal", "drill"],
            subject: ObjectID(.system, "portal"), actor: "ops", reason: "monthly drill")
        #expect(report.isProven && report.backup.status == .complete && report.backup.files == 6)
        let proof = try #require(report.proof)
        #expect(proof.filesCompared == 6 && proof.bytesCompared == report.backup.bytes && proof.sourceFiles == 6)
        #expect(report.entries.map(\.action) == ["backup.run", "backup.restore-verified"])
        #expect(report.entries[1].payload["proof"]?["verdict"]?.string == "proven")
        #expect(!report.entries.map(\.payload.canonical).joined().contains("correct horse"))

        let snapshots = try await shop.engine.snapshots(tags: ["drill"])
        #expect(
            snapshots.count == 1 && snapshots[0].paths == [shop.source] && snapshots[0].tags == ["portal", "drill"])
        #expect(try await shop.engine.snapshots(tags: ["other"]).isEmpty)
        #expect(try await shop.engine.check(readData: true).isSound)

        let copy = shop.engine.restoredPath(of: shop.source, below: shop.folder.file("back"))
        let file = URL(fileURLWithPath: copy + "/sub/b.bin")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.startIndex] ^= 1
        try bytes.write(to: file)
        try FileManager.default.removeItem(atPath: copy + "/empty")
        let trees = FileTreeReader()
        let changed = RestoreVerifier.compare(
            source: try await trees.list(shop.source), restored: try await trees.list(copy))
        #expect(changed.mismatches.map { "\($0.path) \($0.difference)" } == ["empty missing", "sub/b.bin content"])

        let again = await #expect(throws: BackupError.self) {
            try await shop.engine.restore(snapshots[0].id, to: shop.folder.file("back"))
        }
        #expect(again?.code == .targetNotEmpty)
        let unknown = await #expect(throws: BackupError.self) {
            try await shop.engine.restore("deadbeef", to: shop.folder.file("other"))
        }
        #expect(unknown?.code == .snapshotUnknown)
        let exists = await #expect(throws: BackupError.self) { try await shop.engine.initialise() }
        #expect(exists?.code == .repositoryExists)
    }

    @Test("a source that cannot be read makes the backup partial and is named")
    func partial() async throws {
        try shop.fill()
        try await shop.engine.initialise()
        // Reading it fails for everybody, root too: proc(5), /proc/PID/clear_refs is for writing only.
        let unreadable = "/proc/\(ProcessInfo.processInfo.processIdentifier)/clear_refs"
        let outcome = try await shop.engine.backup(BackupRequest(paths: [shop.source, unreadable]))
        #expect(outcome.status == .partial && outcome.unread == [unreadable] && outcome.files >= 6)
    }

    @Test("a cancelled backup leaves no lock behind, and the next one runs")
    func cancelledForReal() async throws {
        try shop.fill()
        try await shop.engine.initialise()
        // The first pack in the repository shows that restic holds its lock; sparse files keep it busy for seconds more.
        var random = SeededGenerator("restic pack")
        let words = (0..<3_000_000).map { _ in random.next() }
        try words.withUnsafeBytes { _ = try shop.folder.write(Array($0), to: "big/0") }
        for n in 1...4 {
            let path = try shop.folder.write("", to: "big/\(n)")
            #expect(truncate(path, 2 << 30) == 0)
        }
        let (engine, big) = (shop.engine, shop.folder.file("big"))
        let task = Task { try await engine.backup(BackupRequest(paths: [big])) }
        while try shop.packs().isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        let locks = shop.folder.file("repo/locks")
        #expect(try FileManager.default.contentsOfDirectory(atPath: locks).count == 1)
        task.cancel()
        let error = await #expect(throws: BackupError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(try FileManager.default.contentsOfDirectory(atPath: locks).isEmpty, "restic left its lock")
        #expect(try await shop.engine.backup(BackupRequest(paths: [shop.source])).status == .complete)
    }

    @Test("a missing path among others is an error before anything is copied, and a folder without files is empty")
    func missingAndEmpty() async throws {
        try shop.fill()
        try await shop.engine.initialise()
        let missing = await #expect(throws: BackupError.self) {
            try await shop.engine.backup(BackupRequest(paths: [shop.source, shop.source + "/vanished"]))
        }
        #expect(missing?.code == .sourceMissing && missing?.message.contains("vanished") == true)
        #expect(try await shop.engine.snapshots(tags: []).isEmpty)
        let bare = shop.folder.file("bare")
        try FileManager.default.createDirectory(atPath: bare, withIntermediateDirectories: true)
        #expect(try await shop.engine.backup(BackupRequest(paths: [bare])).status == .empty)
        for paths in [[], ["relative"]] {
            let invalid = await #expect(throws: BackupError.self) {
                try await shop.engine.backup(BackupRequest(paths: paths))
            }
            #expect(invalid?.code == .invalidRequest)
        }
    }

    @Test("damage is found: changed bytes by the full read, a cut pack by the structure check")
    func corruption() async throws {
        try shop.fill()
        try await shop.engine.initialise()
        #expect(try await shop.engine.backup(BackupRequest(paths: [shop.source])).status == .complete)
        let pack = try #require(try shop.packs().first)
        let whole = try Data(contentsOf: URL(fileURLWithPath: pack))
        var broken = whole
        broken[broken.startIndex + 100] ^= 0xFF
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: pack)
        try broken.write(to: URL(fileURLWithPath: pack))
        let full = try await shop.engine.check(readData: true)
        #expect(!full.isSound && full.readData)
        let restored = try await shop.engine.restore("latest", to: shop.folder.file("damaged"))
        #expect(!restored.problems.isEmpty)
        try whole.prefix(1_000).write(to: URL(fileURLWithPath: pack))
        let structure = try await shop.engine.check(readData: false)
        #expect(!structure.isSound && structure.problems.joined().contains("size"), "\(structure.problems)")
    }

    @Test("wrong password, no repository and a held lock are told apart, and messages hold no secret")
    func refusals() async throws {
        let missing = await #expect(throws: BackupError.self) { try await shop.engine.snapshots(tags: []) }
        #expect(missing?.code == .repositoryMissing)
        try await shop.engine.initialise()
        let wrong = await #expect(throws: BackupError.self) {
            try await shop.engine(password: "wrong battery").snapshots(tags: [])
        }
        #expect(wrong?.code == .wrongPassword && wrong?.description.contains("battery") == false)
        let check = await #expect(throws: BackupError.self) {
            try await shop.engine(password: "wrong battery").check(readData: false)
        }
        #expect(check?.code == .wrongPassword, "a check that could not look is no finding")
        let empty = await #expect(throws: BackupError.self) { try await shop.engine(password: "").snapshots(tags: []) }
        #expect(empty?.code == .invalidRequest)
    }

    @Test("restic answers with its version; without restic the error says what to install")
    func versions() async throws {
        let version = try await shop.engine.version()
        #expect(version.split(separator: ".").count >= 2)
        let engine = shop.engine(executable: shop.folder.file("nowhere/restic"))
        let missing = await #expect(throws: BackupError.self) { try await engine.version() }
        #expect(missing?.code == .engineMissing && missing?.message.contains("install") == true)
        let old = try shop.engine(executable: shop.script("echo restic 0.9.6 compiled with go1.13"))
        let error = await #expect(throws: BackupError.self) { try await old.version() }
        #expect(error?.code == .engineUnsupported)
        let other = try shop.engine(executable: shop.script("echo hello"))
        await #expect(throws: BackupError.self) { try await other.version() }
    }
}

@Suite("restic as a child process", .tags(.large))
struct ChildTests {
    let shop: Workshop
    init() throws {
        shop = try Workshop()
        try shop.fill()
    }

    @Test("the pass phrase is neither argument nor variable, and nothing of our environment leaks in")
    func secrecy() async throws {
        let seen = shop.folder.file("seen")
        let program = try shop.script(
            """
            echo "$@" > \(seen)
            env >> \(seen)
            cat "$RESTIC_PASSWORD_FILE" > \(seen).password
            cat "$RESTIC_PASSWORD_FILE" > \(seen).again
            echo '[]'
            """)
        #expect(try await shop.engine(executable: program).snapshots(tags: []).isEmpty)
        let text = try shop.folder.read("seen")
        #expect(!text.contains("correct horse") && text.contains("snapshots --json"))
        #expect(try shop.folder.read("seen.password") == "correct horse")
        #expect(try shop.folder.read("seen.again") == "", "it can be read once only")
        let names = Set(text.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "=" }) })
        #expect(names.contains("RESTIC_REPOSITORY"))
        let known: Set<String> = [
            "RESTIC_REPOSITORY", "RESTIC_CACHE_DIR", "RESTIC_PASSWORD_FILE", "RESTIC_PROGRESS_FPS", "HOME", "TMPDIR",
            "LC_ALL", "PATH", "PWD", "OLDPWD", "SHLVL", "_",
        ]
        #expect(names.subtracting(known).isEmpty, "\(names.subtracting(known))")
    }

    @Test(
        "an ending we do not know is a failure, whatever was printed",
        arguments: ["exit 42", "kill -KILL $$", "exit 10", "exit 12"])
    func endings(line: String) async throws {
        let summary =
            #"{"message_type":"summary","total_files_processed":3,"total_bytes_processed":9,"snapshot_id":"ab"}"#
        let program = try shop.script("echo '\(summary)'\n\(line)\n")
        let error = await #expect(throws: BackupError.self) {
            try await shop.engine(executable: program).backup(BackupRequest(paths: [shop.source]))
        }
        let codes: [String: BackupError.Code] = ["exit 10": .repositoryMissing, "exit 12": .wrongPassword]
        #expect(error?.code == codes[line] ?? .failed)
    }

    @Test("success without a summary is a failure")
    func silence() async throws {
        let program = try shop.script("exit 0")
        let error = await #expect(throws: BackupError.self) {
            try await shop.engine(executable: program).backup(BackupRequest(paths: [shop.source]))
        }
        #expect(error?.code == .failed)
    }

    @Test("a path that vanished after the first look is unread, even when restic ends with 0")
    func vanished() async throws {
        let summary =
            #"{"message_type":"summary","total_files_processed":3,"total_bytes_processed":9,"snapshot_id":"ab"}"#
        let program = try shop.script("echo '/x/gone does not exist, skipping' >&2\necho '\(summary)'\n")
        let outcome = try await shop.engine(executable: program).backup(BackupRequest(paths: [shop.source]))
        #expect(outcome.status == .partial && outcome.unread == ["/x/gone"])
    }

    @Test("cancelling asks the program to stop and waits for it; an overdue run is stopped too")
    func stopping() async throws {
        let ready = shop.folder.file("ready")
        let program = try shop.script(
            """
            trap 'echo stopped > \(shop.folder.file("stopped")); exit 130' INT
            echo ready > \(ready)
            while :; do sleep 0.05; done
            """)
        let engine = shop.engine(executable: program)
        let source = shop.source
        let task = Task { try await engine.backup(BackupRequest(paths: [source])) }
        while !FileManager.default.fileExists(atPath: ready) { try await Task.sleep(for: .milliseconds(10)) }
        task.cancel()
        let error = await #expect(throws: BackupError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(try shop.folder.read("stopped") == "stopped\n")
        let overdue = await #expect(throws: BackupError.self) {
            try await shop.engine(executable: program, timeout: .milliseconds(300)).snapshots(tags: [])
        }
        #expect(overdue?.code == .timeout)
    }

    @Test(
        "user names and pass phrases in a repository URL are not shown",
        arguments: [
            ("rest:https://user:pw@host:8000/repo", "rest:https://host:8000/repo"), ("/srv/repo", "/srv/repo"),
            ("rest:https://host/a@b", "rest:https://host/a@b"),
            ("s3:https://k:s@s3.example/b", "s3:https://s3.example/b"),
        ])
    func redaction(repository: String, shown: String) {
        #expect(ResticReport.withoutCredentials(repository) == shown)
    }
}

@Suite("File trees", .tags(.medium))
struct TreeTests {
    @Test("kinds, sizes and digests are read; what cannot be read is named; a missing folder is an error")
    func list() async throws {
        let folder = try TemporaryFolder("tree")
        try folder.write("hello", to: "src/a")
        try folder.write("", to: "src/sub/empty")
        try FileManager.default.createSymbolicLink(atPath: folder.file("src/loop"), withDestinationPath: "loop")
        #expect(mkfifo(folder.file("src/pipe"), 0o600) == 0)
        let tree = try await FileTreeReader().list(folder.file("src"))
        #expect(
            tree.entries == [
                "a": .file(
                    bytes: 5, sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
                "sub": .folder,
                "sub/empty": .file(
                    bytes: 0, sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                "loop": .link("loop"), "pipe": .special,
            ])
        #expect(tree.unread.isEmpty && tree.files == 2 && tree.bytes == 5)
        let error = await #expect(throws: BackupError.self) { try await FileTreeReader().list(folder.file("none")) }
        #expect(error?.code == .sourceMissing)
        guard geteuid() != 0 else { return }  // root reads everything
        try folder.write("secret", to: "src/locked", mode: 0o000)
        let partial = try await FileTreeReader().list(folder.file("src"))
        #expect(partial.unread == ["locked": "Permission denied"] && partial.entries["locked"] == nil)
    }
}
