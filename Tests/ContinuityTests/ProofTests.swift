import CMDB
import Evidence
import Notation
import Regulation
import Synchronization
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
        #expect(report.facts(about: ObjectID(.system, "portal"), kind: .database, validFor: .seconds(9)) == [])
    }

    @Test("a proven drill yields facts of its kind, as old as what they tell; anything less yields none")
    func facts() async throws {
        let subject = ObjectID(.system, "portal")
        func run(_ restored: TreeListing, problems: [String] = []) async throws -> RestoreDrill.Report {
            let outcome = BackupOutcome(
                snapshot: "ab12", files: 1, bytes: 3, bytesAdded: 3, unread: [], duration: .seconds(1))
            let clock = Clock()
            let drill = RestoreDrill(
                engine: EmptyEngine(
                    outcome: outcome,
                    restored: RestoreOutcome(
                        snapshot: "ab12", folder: "/scratch", problems: problems, duration: .seconds(1))),
                trees: TwoTrees(source: ["a": file(3, "x")], copy: restored.entries)
            ) { clock.tick() }
            return try await drill.run(
                folder: "/data", scratch: "/scratch", subject: subject, actor: "ops", reason: "drill")
        }
        let report = try await run(TreeListing(entries: ["a": file(3, "x")]))
        let facts = report.facts(about: subject, kind: .businessData, validFor: .seconds(92 * 86_400))
        #expect(
            facts.map(\.name) == ["backup.last_success.business_data", "backup.last_restore_test.business_data"])
        #expect(facts.map(\.observedAt.milliseconds) == [1_000, 2_000])
        #expect(facts.allSatisfy { $0.subject == subject && $0.source == "fake@nowhere" })
        #expect(facts.allSatisfy { $0.validUntil == $0.observedAt + .seconds(92 * 86_400) })
        #expect(facts[0].value["at"]?.string == "1970-01-01T00:00:01.000Z" && facts[0].value["snapshot"] == "ab12")
        #expect(facts[1].value["files_compared"] == 1)
        let damaged = try await run(TreeListing(entries: ["a": file(3, "y")]))
        #expect(damaged.facts(about: subject, kind: .database, validFor: .seconds(1)) == [])
        let half = try await run(TreeListing(entries: ["a": file(3, "x")]), problems: ["a: denied"])
        #expect(half.facts(about: subject, kind: .database, validFor: .seconds(1)) == [])
    }

    @Test("a drill stands as long as the level's interval; without a level as long as the shortest")
    func interval() throws {
        let table = try DutyTable.embedded()
        func days(_ fields: [String: JSONValue], _ kind: Kind = .system) -> Int64? {
            BackupDuties.drillInterval(of: Object(id: ObjectID(kind, "x"), fields: fields), table)
                .map { $0.components.seconds / 86_400 }
        }
        #expect(days(["security_level": 3]) == 92 && days(["security_level": 1]) == 366)
        #expect(days([:]) == 31 && days([:], .device) == 31)
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

private struct TwoTrees: TreeReader {
    let source: [String: TreeListing.Entry]
    let copy: [String: TreeListing.Entry]
    func list(_ folder: String) async throws(BackupError) -> TreeListing {
        TreeListing(entries: folder == "/data" ? source : copy)
    }
}

/// One second later each time it is read.
private final class Clock: Sendable {
    private let seconds = Mutex<Int64>(0)
    func tick() -> Timestamp {
        seconds.withLock {
            $0 += 1
            return Timestamp(milliseconds: $0 * 1_000)
        }
    }
}

/// Answers a backup with what it was given; anything else fails loudly.
private struct EmptyEngine: BackupEngine {
    let outcome: BackupOutcome
    var restored: RestoreOutcome?
    let name = "fake"
    let location = "nowhere"
    func version() async throws(BackupError) -> String { "1" }
    func initialise() async throws(BackupError) { throw unscripted }
    func backup(_ request: BackupRequest) async throws(BackupError) -> BackupOutcome { outcome }
    func snapshots(tags: [String]) async throws(BackupError) -> [BackupSnapshot] { throw unscripted }
    func check(readData: Bool) async throws(BackupError) -> RepositoryCheck { throw unscripted }
    func restore(_ snapshot: String, to folder: String) async throws(BackupError) -> RestoreOutcome {
        guard let restored else { throw unscripted }
        return restored
    }
    func restoredPath(of source: String, below folder: String) -> String { folder + source }
    private var unscripted: BackupError { BackupError(.failed, "the test did not expect this call") }
}
