import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Storage

extension InventoryCommand {
    /// What plan and apply share: the same walk, so that what is shown is what is done.
    struct Walk {
        let snapshot: Snapshot
        let loaded: LoadedInventory
        let plan: InventoryPlan
        /// SHA-256 of the plan's canonical JSON.
        let digest: String

        init(_ folders: [String], prune: Bool, database: Database, session: Session) throws {
            snapshot = try database.snapshot()
            let origins = try database.origins()
            loaded = try InventoryCommand.load(folders, onto: snapshot, origins: origins, prune: prune, in: session)
            plan = try InventoryPlan.make(from: snapshot, to: loaded, origins: origins, prune: prune)
            digest = Evidence.Digest.sha256Hex(parts: plan.eachCanonicalPart)
        }

        /// Where a loaded object is written down.
        func provenance(_ id: ObjectID) -> Provenance? {
            loaded[id].map { Provenance(origin: $0.origin, position: $0.position) }
        }

        func answer() -> Answer { ChangeView.answer(plan.changes, digest: digest, unchanged: plan.unchanged) }

        func summary(_ session: Session) {
            for warning in loaded.warnings { session.console.warn(warning.description) }
            if !plan.leftovers.isEmpty {
                session.console.warn(
                    "\(plan.leftovers.count) objects are no longer in the files and stay (--prune deletes them): "
                        + plan.leftovers.prefix(10).map(\.description).joined(separator: ", "))
            }
            let total = plan.changes.count + plan.unchanged
            session.console.say(
                vi:
                    "\(total) đối tượng: tạo \(plan.creates), sửa \(plan.updates), xóa \(plan.deletes), giữ nguyên \(plan.unchanged). Dấu \(digest.prefix(12)).",
                en:
                    "\(total) objects: \(plan.creates) to create, \(plan.updates) to update, \(plan.deletes) to delete, \(plan.unchanged) unchanged. Digest \(digest.prefix(12))."
            )
        }
    }

    struct PlanCommand: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "plan", abstract: "Show what apply would change.",
            discussion: """
                With --out the plan becomes a file that can be reviewed, approved by somebody else and applied later; \
                it is refused then if an object it writes or refers to has changed meanwhile.

                Examples:
                  hatang inventory plan Inventory/langson
                  hatang inventory plan --prune --format json | jq .changes
                  hatang inventory plan Inventory/langson --out plan.json

                Exit codes: 0 nothing to change, 2 there are changes, 6 no file or no object, 65 errors.
                """)
        @OptionGroup var folders: Folders
        @Flag(help: "Also delete objects that these folders once brought and no longer hold.") var prune = false
        @Option(
            help: "Write the plan to this file, to be reviewed, approved and applied.",
            completion: .file(extensions: ["json"]))
        var out: String?
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let database = try session.database(.creating)
            let walk = try Walk(folders.folders, prune: prune, database: database, session: session)
            if out != "-" { session.console.emit(walk.answer()) }
            walk.summary(session)
            if let out, !walk.plan.changes.isEmpty {
                let run = ChangeRun(
                    title: "plan \(folders.folders.joined(separator: " "))", snapshot: walk.snapshot,
                    changes: walk.plan.changes,
                    provenance: Dictionary(
                        walk.plan.changes.compactMap { change in walk.provenance(change.id).map { (change.id, $0) } },
                        uniquingKeysWith: { $1 }), database: database, session: session)
                try PlanFile.write(run.staged(), to: out, session)
            }
            if !walk.plan.changes.isEmpty { throw ExitStatus.answerIsNo }
        }
    }

    struct Apply: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the inventory what the files say: all of it or nothing.",
            discussion: """
                One transaction; one ledger record per change. Any error refuses the whole. A file that plan --out has \
                written is applied as it was reviewed, or refused when an object it writes or refers to has changed \
                since: each move is named with field, person, time and record.

                Examples:
                  hatang inventory apply Inventory/langson --reason "order 12/2026: new hall"
                  hatang inventory apply --dry-run --reason "try"
                  hatang inventory apply --expect 3f9a12bc44d0 --reason "as reviewed"
                  hatang inventory apply plan.json --reason "as approved"

                Exit codes: 0 applied or already so, 6 no file or no object, 7 refused (stale plan, another writer, \
                approval missing), \
                65 errors, 74 storage.
                """)
        @OptionGroup var folders: Folders
        @Option(help: "Why, for the ledger.") var reason: String
        @Flag(help: "Also delete objects that these folders once brought and no longer hold.") var prune = false
        @Flag(help: "Show the plan and change nothing.") var dryRun = false
        @Flag(name: .shortAndLong, help: "Do not ask on a terminal.") var yes = false
        @Option(help: "Apply only if the plan's digest begins with this text, as `plan` showed it.") var expect: String?
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if reason.trimmingCharacters(in: .whitespaces).isEmpty {
                throw ValidationError("--reason is empty: say why")
            }
            if let expect, expect.count < 8 { throw ValidationError("--expect needs at least 8 digits of the digest") }
        }

        func run(in session: Session) async throws {
            if folders.folders.count == 1, PlanFile.isPlan(folders.folders[0]) {
                if prune {
                    throw CommandFailure(.usage, "--prune belongs to plan: the file already says what is deleted")
                }
                return try applyStaged(folders.folders[0], in: session)
            }
            let lock = try session.writerLock("inventory apply")
            defer { lock.release() }
            let database = try session.database(.creating)
            let walk = try Walk(folders.folders, prune: prune, database: database, session: session)
            if let expect, !walk.digest.hasPrefix(expect) {
                throw CommandFailure(
                    .refused,
                    "the plan is now \(walk.digest.prefix(12)), not \(expect): files or inventory have changed; run plan again"
                )
            }
            walk.summary(session)
            let isShown = dryRun || session.console.format != .table || session.console.verbose
            if dryRun || walk.plan.changes.isEmpty {
                if isShown { session.console.emit(walk.answer()) }
                return
            }
            try session.confirm(
                yes: yes, vi: "Áp dụng \(walk.plan.changes.count) thay đổi?",
                en: "Apply \(walk.plan.changes.count) changes?")
            let result = try database.apply(
                changes: walk.plan.changes, actor: session.actor, reason: reason, at: session.now(),
                expectedSequence: walk.snapshot.sequence, provenance: walk.provenance)
            if isShown { session.console.emit(walk.answer()) }
            ChangeView.applied(result, session.console)
        }
    }
}
