import CMDB
import Evidence
import Notation
import TestSupport
import Testing

@testable import Continuity

@Suite("Restore proof", .tags(.small))
struct ProofTests {
    func file(_ bytes: Int64, _ digest: String) -> TreeListing.Entry { .file(bytes: bytes, sha256: digest) }

    @Test("equal trees are proven with their denominators")
    func equal() {
        let tree = TreeListing(entries: [
            "a": file(3, "x"), "d": .folder, "d/b": file(0, "e"), "l": .link("a"), "p": .special,
        ])
        let proof = RestoreVerifier.compare(source: tree, restored: tree)
        #expect(proof.verdict == .proven && proof.filesCompared == 2 && proof.bytesCompared == 3)
        #expect(proof.json["source_files"]?.int == 2 && proof.json["verdict"]?.string == "proven")
    }

    @Test("every kind of difference is found and named")
    func differences() {
        let source = TreeListing(entries: [
            "gone": file(1, "a"), "size": file(1, "a"), "bytes": file(1, "a"), "kind": file(1, "a"), "link": .link("a"),
            "same": file(1, "a"),
        ])
        let copy = TreeListing(entries: [
            "more": file(1, "a"), "size": file(2, "a"), "bytes": file(1, "b"), "kind": .folder, "link": .link("b"),
            "same": file(1, "a"),
        ])
        let proof = RestoreVerifier.compare(source: source, restored: copy)
        #expect(
            proof.mismatches.map { "\($0.path) \($0.difference)" } == [
                "bytes content", "gone missing", "kind kind", "link target", "more extra", "size size",
            ])
        #expect(proof.verdict == .mismatch && proof.filesCompared == 3)
    }

    @Test("nothing compared proves nothing, something unread is no proof")
    func noProof() {
        let empty = TreeListing(entries: ["d": .folder])
        #expect(RestoreVerifier.compare(source: empty, restored: empty).verdict == .nothing)
        let half = TreeListing(entries: ["a": file(1, "a")], unread: ["b": "Permission denied"])
        let full = TreeListing(entries: ["a": file(1, "a"), "b": file(1, "b")])
        let proof = RestoreVerifier.compare(source: half, restored: full)
        #expect(proof.verdict == .partial && proof.unread == ["b"] && proof.mismatches.isEmpty)
    }

    @Test("a backup of no files is empty, and a drill on it ends there, with a record")
    func emptyBackup() async throws {
        let outcome = BackupOutcome(
            snapshot: "abc", files: 0, bytes: 0, bytesAdded: 9, unread: [], duration: .seconds(1))
        #expect(outcome.status == .empty)
        let drill = RestoreDrill(engine: EmptyEngine(outcome: outcome), trees: NoTrees()) { Timestamp(milliseconds: 7) }
        let report = try await drill.run(
            folder: "/data", scratch: "/scratch", subject: ObjectID(.system, "portal"), actor: "ops", reason: "drill")
        #expect(!report.isProven && report.proof == nil && report.entries.map(\.action) == ["backup.run"])
        #expect(report.entries.first?.payload["status"]?.string == "empty")
    }

    @Test("unread or incomplete makes a backup partial")
    func partial() {
        func outcome(_ unread: [String], _ incomplete: Bool, _ snapshot: String? = "a") -> BackupOutcome.Status {
            BackupOutcome(
                snapshot: snapshot, files: 2, bytes: 1, bytesAdded: 1, unread: unread, incomplete: incomplete,
                duration: .zero
            ).status
        }
        #expect(outcome([], false) == .complete && outcome(["x"], false) == .partial && outcome([], true) == .partial)
        #expect(outcome([], false, nil) == .empty)
    }
}

private struct NoTrees: TreeReader {
    func list(_ folder: String) async throws(BackupError) -> TreeListing { TreeListing(entries: [:]) }
}

/// Answers a backup with what it was given; anything else fails loudly.
private struct EmptyEngine: BackupEngine {
    let outcome: BackupOutcome
    let name = "fake"
    let location = "nowhere"
    func version() async throws(BackupError) -> String { "1" }
    func initialise() async throws(BackupError) { throw unscripted }
    func backup(_ request: BackupRequest) async throws(BackupError) -> BackupOutcome { outcome }
    func snapshots(tags: [String]) async throws(BackupError) -> [BackupSnapshot] { throw unscripted }
    func check(readData: Bool) async throws(BackupError) -> RepositoryCheck { throw unscripted }
    func restore(_ snapshot: String, to folder: String) async throws(BackupError) -> RestoreOutcome { throw unscripted }
    func restoredPath(of source: String, below folder: String) -> String { folder + source }
    private var unscripted: BackupError { BackupError(.failed, "the test did not expect this call") }
}
