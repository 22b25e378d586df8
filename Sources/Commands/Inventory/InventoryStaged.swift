import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Storage

extension InventoryCommand.Apply {
    /// Applies what `plan --out` has staged, if it still stands on the same ground.
    func applyStaged(_ path: String, in session: Session) throws {
        let plan = try PlanFile.read(path)
        if let expect, !plan.digest.hasPrefix(expect) {
            throw CommandFailure(.refused, "\(path) has the digest \(plan.digest.prefix(12)), not \(expect)")
        }
        let lock = try session.writerLock("inventory apply")
        defer { lock.release() }
        let database = try session.database(.writing)
        let snapshot = try database.snapshot()
        try PlanFile.requireGround(plan, snapshot, database, path: path)
        // What others have changed beside the plan may still not go together with it.
        let warnings = try ChangeCheck.check(
            plan.changes, onto: snapshot, origins: try database.origins(), source: path)
        for warning in warnings { session.console.warn(warning.description) }
        ChangeView.summary(plan.changes, plan.digest, session.console)
        let answer = ChangeView.answer(plan.changes, digest: plan.digest)
        let isShown = dryRun || session.console.format != .table || session.console.verbose
        if isShown { session.console.emit(answer) }
        if dryRun { return }
        try session.confirm(
            yes: yes, vi: "Áp dụng \(plan.changes.count) thay đổi?", en: "Apply \(plan.changes.count) changes?")
        var provenance: [ObjectID: Provenance] = [:]
        var marks: [ObjectID: [String: JSONValue]] = [:]
        for step in plan.steps {
            provenance[step.change.id] = step.origin.map { Provenance(origin: $0, position: step.position) }
            if !step.marks.isEmpty { marks[step.change.id] = step.marks }
        }
        let result = try database.apply(
            changes: plan.changes, provenance: provenance, actor: session.actor, reason: reason, at: session.now(),
            expectedSequence: snapshot.sequence,
            note: ApplyNote(plan: plan.digest, author: plan.author, marks: marks))
        ChangeView.applied(result, session.console)
    }
}

extension InventoryCommand {
    /// What a person who reviews or approves a plan must see.
    private static func show(_ plan: StagedPlan, _ snapshot: Snapshot, _ database: Database, _ session: Session) throws
    {
        let moved = plan.moved(in: snapshot, hash: ChangeRun.hash)
        let approvals = try database.approvals(of: plan.digest)
        let level = try database.fourEyes().minimumLevel
        let touched = LevelGuard(minimumLevel: level ?? 3, before: snapshot, changes: plan.changes)
            .touched(by: plan.changes)
        let shown = ChangeView.answer(plan.changes, digest: plan.digest)
        var members = shown.json.object ?? [:]
        members["author"] = .string(plan.author)
        members["created_at"] = .string(plan.createdAt)
        members["title"] = .string(plan.title)
        members["base_sequence"] = .int(plan.baseSequence)
        members["moved"] = .array(moved.map { .string($0.description) })
        members["systems"] = .array(touched.map { .string($0.system.description) })
        members["four_eyes_min_level"] = level.map { .int(Int64($0)) } ?? .null
        members["approvals"] = .array(
            approvals.map {
                .object([
                    "seq": .int($0.seq), "actor": .string($0.actor), "at": .string($0.at), "reason": .string($0.reason),
                ])
            })
        session.console.emit(Answer(json: .object(members), table: shown.table, identifiers: shown.identifiers))
        ChangeView.summary(plan.changes, plan.digest, session.console)
        session.console.say(
            vi: "\(plan.title), do \(plan.author) lập lúc \(plan.createdAt), trên trạng thái \(plan.baseSequence).",
            en:
                "\(plan.title), made by \(plan.author) at \(plan.createdAt) on the state at record \(plan.baseSequence)."
        )
        if !touched.isEmpty {
            let names = touched.map { $0.system.description }.joined(separator: ", ")
            session.console.say(
                vi: "Động đến hệ thống từ cấp \(level ?? 3): \(names).",
                en: "It concerns systems of level \(level ?? 3) or higher: \(names).")
        }
        for approval in approvals {
            session.console.say(
                vi: "\(approval.actor) đã duyệt lúc \(approval.at): \(approval.reason)",
                en: "\(approval.actor) approved it at \(approval.at): \(approval.reason)")
        }
    }

    struct Review: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look at a staged plan: what it changes, whether its ground still stands, who has approved it.",
            discussion: """
                Examples:
                  hatang inventory plan Inventory/langson --out plan.json
                  hatang inventory review plan.json

                Exit codes: 0 it can be applied as it is, 2 the ground has moved (each move is named) or the rules speak \
                against it, 65 the file is no plan, or was edited.
                """)
        @Argument(help: "File that plan --out has written.", completion: .file(extensions: ["json"])) var file: String
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let plan = try PlanFile.read(file)
            let database = try session.database()
            let snapshot = try database.snapshot()
            try InventoryCommand.show(plan, snapshot, database, session)
            let moved = plan.moved(in: snapshot, hash: ChangeRun.hash)
            if !moved.isEmpty {
                session.console.warn(
                    session.console.pick(
                        vi: "\(moved.count) đối tượng đã thay đổi từ khi lập kế hoạch:",
                        en: "\(moved.count) objects have moved since the plan was made:"))
                for line in try PlanFile.lines(moved, plan, database) { session.console.warn(line) }
                throw ExitStatus.answerIsNo
            }
            do throws(InputErrors) {
                _ = try ChangeCheck.check(plan.changes, onto: snapshot, source: file)
            } catch {
                session.console.warn(error.description)
                throw ExitStatus.answerIsNo
            }
        }
    }

    struct Approve: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Agree to a staged plan that somebody else has made.",
            discussion: """
                The ledger records who agreed to exactly this content, by its digest. Who you are is taken from \
                HATANG_ACTOR or your login name: give each person an account of their own, and the data folder to none \
                of them alone.

                Example:
                  hatang inventory approve plan.json --reason "checked against order 12/2026"

                Exit codes: 0 recorded, 7 refused (your own plan, or its ground has moved), 65 the file is no plan, or \
                was edited.
                """)
        @Argument(help: "File that plan --out has written.", completion: .file(extensions: ["json"])) var file: String
        @Option(help: "Why, for the ledger.") var reason: String
        @Flag(name: .shortAndLong, help: "Do not ask on a terminal.") var yes = false
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if reason.trimmingCharacters(in: .whitespaces).isEmpty {
                throw ValidationError("--reason is empty: say why")
            }
        }

        func run(in session: Session) async throws {
            let plan = try PlanFile.read(file)
            guard plan.author != session.actor else {
                throw CommandFailure(
                    .refused, "\(file): \(plan.author) has made this plan: somebody else must approve it")
            }
            let lock = try session.writerLock("inventory approve")
            defer { lock.release() }
            let database = try session.database(.writing)
            let snapshot = try database.snapshot()
            try PlanFile.requireGround(plan, snapshot, database, path: file)
            _ = try ChangeCheck.check(plan.changes, onto: snapshot, source: file)
            try InventoryCommand.show(plan, snapshot, database, session)
            try session.confirm(yes: yes, vi: "Duyệt kế hoạch này?", en: "Approve this plan?")
            let record = try database.approve(
                plan: plan.digest, author: plan.author, changes: plan.changes.count, actor: session.actor,
                reason: reason, at: session.now())
            session.console.say(
                vi: "Đã duyệt, bản ghi \(record?.seq ?? 0): hatang inventory apply \(file) --reason …",
                en: "Approved, record \(record?.seq ?? 0): hatang inventory apply \(file) --reason …")
        }
    }
}
