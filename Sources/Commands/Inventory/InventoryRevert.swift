import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Storage

/// What to take back: `120`, `120..130`, or `apply/120` for the whole apply that record belongs to.
enum ChangeArgument {
    case records(ClosedRange<Int64>)
    case apply(Int64)

    init?(_ text: String) {
        func number(_ text: some StringProtocol) -> Int64? {
            text.utf8.allSatisfy { (48...57).contains($0) } ? Int64(text).flatMap { $0 > 0 ? $0 : nil } : nil
        }
        if text.hasPrefix("apply/"), let one = number(text.dropFirst(6)) {
            self = .apply(one)
        } else if let one = number(text) {
            self = .records(one...one)
        } else if let dots = text.range(of: ".."), let first = number(text[..<dots.lowerBound]),
            let last = number(text[dots.upperBound...]), first <= last
        {
            self = .records(first...last)
        } else {
            return nil
        }
    }
}

extension InventoryCommand {
    struct Revert: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take changes back, if nothing later was built on them.",
            discussion: """
                A change is a ledger record's number, a range of them, or apply/N for the whole apply that record N \
                belongs to; hatang inventory history and hatang audit log show the numbers. Only the changed fields go \
                back. It is refused, with every later change that stands in the way, when a field has changed since, \
                an object was deleted or made anew, or others refer to it. What is done is recorded and can itself be \
                reverted. The inventory files still say what they said: change them too, or the next apply brings it \
                back.

                Examples:
                  hatang inventory revert 120 --reason "wrong rack"
                  hatang inventory revert apply/120 --dry-run --reason "try"

                Exit codes: 0 taken back, 6 no such inventory change, 7 refused (later changes depend on it, another \
                writer, approval), 64 not a change, 65 the rules speak against it.
                """)
        @Argument(help: "Record, range A..B, or apply/N; several are taken back together.") var change: [String]
        @OptionGroup var options: ChangeOptions
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let wanted = try change.map { text in
                guard let argument = ChangeArgument(text) else {
                    throw CommandFailure(.usage, "\"\(text)\" is not a change: write a record number, A..B or apply/N")
                }
                return (text, argument)
            }
            let lock = try session.writerLock("inventory revert")
            defer { lock.release() }
            let database = try session.database(.writing)
            let snapshot = try session.inventory(database)
            let undo = try Self.recorded(wanted, database)
            let plan = try RevertPlan.make(undo: undo, in: snapshot) { try database.recordedChanges(of: $0) }
            guard plan.obstacles.isEmpty else {
                throw CommandFailure(
                    .refused,
                    "\(plan.obstacles.count) of \(undo.count) changes cannot be taken back: nothing was changed; take the later ones back first\n"
                        + plan.obstacles.map { "  \($0)" }.joined(separator: "\n"))
            }
            guard !plan.changes.isEmpty else {
                session.console.say(
                    vi: "Không có gì để hoàn tác: \(undo.count) thay đổi đã triệt tiêu nhau.",
                    en: "Nothing to take back: the \(undo.count) changes cancel each other out.")
                return
            }
            let run = ChangeRun(
                title: "revert \(change.joined(separator: " "))", snapshot: snapshot, changes: plan.changes,
                marks: Self.marks(plan), provenance: try Self.provenance(plan, undo, database), database: database,
                session: session)
            try run.run(options)
        }

        private static func recorded(
            _ wanted: [(text: String, argument: ChangeArgument)], _ database: Database
        ) throws -> [RecordedChange] {
            var undo: [Int64: RecordedChange] = [:]
            for (text, argument) in wanted {
                let found: [RecordedChange] =
                    switch argument {
                    case .apply(let seq): try database.recordedApply(containing: seq)
                    case .records(let range):
                        try database.recordedChanges(from: range.lowerBound, through: range.upperBound)
                    }
                guard !found.isEmpty else {
                    let length = try database.ledgerLength()
                    throw CommandFailure(
                        .nothingToDo,
                        "\(text): no inventory change among records 1 to \(length) is called so: see hatang audit log")
                }
                for change in found { undo[change.seq] = change }
            }
            return undo.values.sorted { $0.seq < $1.seq }
        }

        private static func marks(_ plan: RevertPlan) -> [ObjectID: [String: JSONValue]] {
            var marks: [ObjectID: [String: JSONValue]] = [:]
            for change in plan.changes {
                var members: [String: JSONValue] = [
                    "reverts": .array((plan.reverts[change.id] ?? []).map { .int($0) })
                ]
                let other = plan.renames[change.id].map { JSONValue.string($0.description) }
                if change.verb == "create" { members["renamed_from"] = other }
                if change.verb == "delete" { members["renamed_to"] = other }
                marks[change.id] = members
            }
            return marks
        }

        /// What is made again is written down where it was.
        private static func provenance(
            _ plan: RevertPlan, _ undo: [RecordedChange], _ database: Database
        ) throws -> [ObjectID: Provenance] {
            var places = ChangeRun.kept(plan.changes, try database.provenances())
            for change in plan.changes where change.verb == "create" {
                let sources = try database.recordedChanges(of: change.id).compactMap { $0.payload["source"] }
                guard let source = sources.last, let origin = source["origin"]?.string else { continue }
                let position = source["file"]?.string.map {
                    SourcePosition(file: $0, line: Int(clamping: source["line"]?.int ?? 0))
                }
                places[change.id] = Provenance(origin: origin, position: position)
            }
            return places
        }
    }
}
