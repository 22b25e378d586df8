import ArgumentParser
import CMDB
import Evidence
import Foundation
import IPAM
import Notation
import Storage

extension IPCommand {
    struct Expire: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "List reservations whose last day has passed; release them.",
            discussion: """
                --release deletes those on which nothing rests. Those that carry an interface or hold other records, and
                those that stand in an inventory file (it would bring them back), are left and named.

                Examples:
                  hatang ip expire
                  hatang ip expire --release --reason "monthly clean-up"

                Exit codes: 0 listed or released, 3 some could not be released, 6 there are no reservations at all, \
                7 another writer for longer than --wait.
                """)
        @Flag(help: "Delete the reservations that are over.") var release = false
        @Option(help: "Why, for the ledger; required with --release.") var reason: String?
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            let text = reason?.trimmingCharacters(in: .whitespaces) ?? ""
            if release, text.isEmpty { throw ValidationError("--reason is missing: say why, it stands in the ledger") }
            if !release, reason != nil { throw ValidationError("--reason belongs to --release") }
        }

        /// A reservation that is over, and what became of it.
        private struct Row {
            let record: ReservedRecord
            let outcome: String
            let ledger: LedgerRecord?
        }

        func run(in session: Session) async throws {
            let (rows, total): ([Row], Int)
            if release {
                let desk = AllocationDesk(session: session, command: "ip expire", limit: .seconds(session.wait ?? 30))
                (rows, total) = try await desk.whileLocked { database in
                    let book = try session.addressBook(database)
                    let all = book.reservations()
                    let over = all.filter { $0.state != .holds }
                    let changes = over.filter { $0.state == .lapsed }.map { Change.delete($0.object) }
                    let records = try desk.write(changes.reversed(), reason ?? "", book, database)
                    return (try over.map { try Self.row($0, records[$0.object.id], database) }, all.count)
                }
            } else {
                let database = try session.database()
                let all = try session.addressBook(database).reservations()
                rows = try all.filter { $0.state != .holds }.map { try Self.row($0, nil, database) }
                total = all.count
            }
            session.console.emit(Self.answer(rows))
            let released = rows.count { $0.ledger != nil }
            session.console.say(
                vi: "\(rows.count) trong \(total) giữ chỗ đã quá hạn, đã gỡ \(released).",
                en: "\(rows.count) of \(total) reservations are over, \(released) released.")
            if total == 0 { throw ExitStatus.nothingToDo }
            if release, released < rows.count { throw ExitStatus.partial }
        }

        private static func row(_ record: ReservedRecord, _ ledger: LedgerRecord?, _ database: Database) throws -> Row {
            if ledger != nil { return Row(record: record, outcome: "released", ledger: ledger) }
            if record.state == .lapsed { return Row(record: record, outcome: "over", ledger: nil) }
            if let place = try database.provenance(of: record.object.id)?.position {
                return Row(record: record, outcome: "stands in \(place.file):\(place.line)", ledger: nil)
            }
            return Row(record: record, outcome: "in use", ledger: nil)
        }

        private static func answer(_ rows: [Row]) -> Answer {
            Answer(
                json: .array(
                    rows.map { row in
                        let reservation = row.record.reservation
                        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
                        return .object([
                            "id": .string(row.record.object.id.description), "until": text(reservation.until),
                            "for": text(reservation.purpose), "by": text(reservation.by),
                            "owner": text(reservation.owner), "outcome": .string(row.outcome),
                            "ledger": row.ledger.map { ["seq": .int($0.seq), "hash": .string($0.hash)] } ?? .null,
                        ])
                    }),
                table: TextTable(
                    names: ["id", "until", "for", "by", "owner", "outcome"],
                    rows: rows.map { row in
                        let reservation = row.record.reservation
                        return [
                            row.record.object.id.description, reservation.until ?? "", reservation.purpose ?? "",
                            reservation.by ?? "", reservation.owner ?? "", row.outcome,
                        ]
                    }), identifiers: rows.map(\.record.object.id.description))
        }
    }
}
