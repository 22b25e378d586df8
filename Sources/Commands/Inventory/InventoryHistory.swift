import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Storage

extension InventoryCommand {
    struct History: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Who changed an object, when, why and how.",
            discussion: """
                Oldest first, with each field before and after. An object that was renamed keeps the history of its \
                old names. Values of new and deleted objects are shown with --verbose.

                Examples:
                  hatang inventory history system/lgsp
                  hatang inventory history device/core-sw-1 --as-of 2026-06-30 --format csv

                Exit codes: 0 shown, 6 there is none.
                """)
        @Argument(help: "KIND/SLUG.", completion: .custom(ObjectCompletion.complete)) var id: String
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let database = try session.database()
            guard let subject = ObjectID(id) else {
                _ = try InventoryCommand.object(id, in: database.snapshot())
                return
            }
            let end = try session.past(database)?.seq ?? .max
            let records = try Self.chain(subject, through: end, database)
            guard !records.isEmpty else {
                _ = try InventoryCommand.object(id, in: session.state(database))
                throw CommandFailure(.nothingToDo, "the ledger says nothing about \(subject)")
            }
            let ledger = LedgerView.answer(records)
            session.console.emit(
                Answer(
                    json: ledger.json, table: Self.table(records, all: session.console.verbose),
                    identifiers: ledger.identifiers))
            if let last = records.last.flatMap(Self.change), last.id == subject, let new = last.renamedTo {
                session.console.say(
                    vi: "Từ bản ghi \(last.seq) nó tên là \(new).", en: "Since record \(last.seq) it is called \(new).")
            }
            session.console.say(vi: "\(records.count) bản ghi.", en: "\(records.count) records.")
        }

        static func change(_ record: LedgerRecord) -> RecordedChange? {
            (try? JSONValue.parse(record.record)).flatMap { RecordedChange(seq: record.seq, record: $0) }
        }

        /// The records of an object under all its names up to a number, oldest first.
        static func chain(_ id: ObjectID, through end: Int64, _ database: Database) throws -> [LedgerRecord] {
            var records = try database.ledgerRecords(of: id).filter { $0.seq <= end }
            // The newest change of name to this one; what this name meant before is told by its own records.
            for change in records.compactMap(change) {
                guard let old = change.renamedFrom else { continue }
                let earlier = try chain(old, through: change.seq, database)
                let leaving = try database.ledgerRecords(of: old).filter { record in
                    guard record.seq > change.seq, let delete = Self.change(record) else { return false }
                    return delete.renamedTo == id && delete.transaction == change.transaction
                }
                records += earlier + leaving
            }
            var seen: Set<Int64> = []
            return records.filter { seen.insert($0.seq).inserted }.sorted { $0.seq < $1.seq }
        }

        private static func table(_ records: [LedgerRecord], all: Bool) -> TextTable {
            var rows: [[String]] = []
            for record in records {
                let json = (try? JSONValue.parse(record.record)) ?? .null
                func text(_ name: String) -> String { json[name]?.string ?? "" }
                let head = [String(record.seq), text("at"), text("actor"), text("action"), text("subject")]
                let change = change(record)
                let differences = change.map { $0.verb == .update || all ? $0.differences : [] } ?? []
                if differences.isEmpty {
                    let count = change.map { "(\($0.differences.count) fields)" } ?? ""
                    rows.append(head + [count, "", "", text("reason")])
                }
                for difference in differences {
                    rows.append(
                        head + [
                            difference.field, ChangeView.cell(difference.before), ChangeView.cell(difference.after),
                            text("reason"),
                        ])
                }
            }
            return TextTable(
                names: ["seq", "at", "actor", "action", "subject", "field", "before", "after", "reason"], rows: rows)
        }
    }

    struct Diff: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "What differs between two moments.",
            discussion: """
                A moment is now, a ledger record's number, or a time (the machine's zone unless one is written). The \
                selector chooses objects that it finds at either moment.

                Examples:
                  hatang inventory diff 2026-06-30..now
                  hatang inventory diff 120..145 device site=ttdl --format csv

                Exit codes: 0 nothing differs, 2 something does, 6 the selector finds nothing at either moment, 64 a \
                moment before the first record or in the future.
                """)
        @Argument(help: "A..B, such as 2026-06-30T12:00..now.") var moments: String
        @Argument(help: "Selector.") var selector: [String] = []
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            if session.asOf != nil {
                throw CommandFailure(.usage, "diff has two moments of its own: leave --as-of out")
            }
            guard let dots = moments.range(of: "..") else {
                throw CommandFailure(.usage, "\"\(moments)\" is not A..B: \(Moment.forms) on each side")
            }
            let database = try session.database()
            let ends = [String(moments[..<dots.lowerBound]), String(moments[dots.upperBound...])]
            let (before, after) = try (state(ends[0], database, session), state(ends[1], database, session))
            var changes = ChangeSet.between(before, after)
            var total = Set(before.all.map(\.id)).union(after.all.map(\.id)).count
            if !selector.isEmpty {
                let text = selector.joined(separator: " ")
                let chosen = try Set(
                    (session.select(text, in: before, defaults: Kind.allCases)
                        + session.select(text, in: after, defaults: Kind.allCases)).map(\.id))
                guard !chosen.isEmpty else {
                    throw CommandFailure(
                        .nothingToDo, "selector \"\(text)\" finds 0 of \(total) objects at either moment")
                }
                total = chosen.count
                changes = changes.filter { chosen.contains($0.id) }
            }
            changes.sort { $0.id < $1.id }
            session.console.emit(Self.answer(changes, before.sequence, after.sequence))
            session.console.say(
                vi:
                    "\(changes.count) trong \(total) đối tượng khác nhau giữa bản ghi \(before.sequence) và \(after.sequence).",
                en:
                    "\(changes.count) of \(total) objects differ between records \(before.sequence) and \(after.sequence)."
            )
            if !changes.isEmpty { throw ExitStatus.answerIsNo }
        }

        private func state(_ text: String, _ database: Database, _ session: Session) throws -> Snapshot {
            let moment = try session.moment(text)
            if moment == .now { return try database.snapshot() }
            return try database.snapshot(asOf: session.sequence(of: moment, in: database))
        }

        private static func answer(_ changes: [Change], _ from: Int64, _ to: Int64) -> Answer {
            Answer(
                json: .object([
                    "from_seq": .int(from), "to_seq": .int(to), "changes": .array(changes.map(ChangeView.json)),
                ]),
                table: TextTable(
                    names: ["verb", "id", "field", "before", "after"],
                    rows: changes.flatMap { change in
                        change.differences.map {
                            [
                                change.verb, change.id.description, $0.field, ChangeView.cell($0.before),
                                ChangeView.cell($0.after),
                            ]
                        }
                    }, colour: ChangeView.colour), identifiers: changes.map(\.id.description))
        }
    }
}
