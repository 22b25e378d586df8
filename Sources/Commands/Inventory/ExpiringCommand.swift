import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation

extension InventoryCommand {
    /// What ends soon, or has ended.
    struct Expiring: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "What ends soon or has ended: support, contracts, licences, certificates, passwords, reservations.",
            discussion: """
                Software, platforms and device types count only where they are in use. Days are counted in UTC.

                Examples:
                  hatang inventory expiring
                  hatang inventory expiring --within 365d --format csv

                Exit codes: 0 nothing is past, 2 something is past, 6 nothing in the inventory has a last day.
                """)
        @Option(help: "How far to look ahead, such as 90d.") var within = "90d"
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            guard let span = DurationText.parse(within), span >= .zero, span <= .seconds(86_400 * 36_500) else {
                throw ValidationError("--within \"\(within)\" is not a duration: write days, such as 90d")
            }
        }

        func run(in session: Session) async throws {
            let snapshot = try session.inventory(session.database())
            let total = ExpiringItem.dated(in: snapshot)
            guard total > 0 else {
                throw CommandFailure(
                    .nothingToDo,
                    "no record has a last day: write eol_date, expires, not_after, warranty_until or reserved_until")
            }
            let now = session.now()
            let today = Day.text(now)
            let until = Day.text(now + (DurationText.parse(within) ?? .zero))
            let items = ExpiringItem.list(snapshot, until: until)
            session.console.emit(Self.answer(items, today, session))
            let past = items.count { $0.isPast(today) }
            session.console.say(
                vi: "\(past) đã hết hạn, \(items.count - past) hết hạn đến \(until), trong \(total) bản ghi có hạn.",
                en: "\(past) past, \(items.count - past) ending by \(until), of \(total) records with a last day.")
            if past > 0 { throw ExitStatus.answerIsNo }
        }

        static func answer(_ items: [ExpiringItem], _ today: String, _ session: Session) -> Answer {
            func days(_ item: ExpiringItem) -> Int { Day.distance(from: today, to: item.date) ?? 0 }
            return Answer(
                json: .array(
                    items.map { item in
                        .object([
                            "date": .string(item.date), "days": .int(Int64(days(item))),
                            "past": .bool(item.isPast(today)), "reason": .string(item.reason.rawValue),
                            "id": .string(item.object.description), "name": .string(item.name),
                            "field": .string(item.field),
                            "affected": .array(item.affected.map { .string($0.description) }),
                            "systems": .array(item.systems.map { .string($0.description) }),
                        ])
                    }),
                table: TextTable(
                    names: ["date", "days", "reason", "id", "name", "affected", "systems"],
                    rows: items.map { item in
                        [
                            item.date, String(days(item)), item.reason.rawValue, item.object.description, item.name,
                            few(item.affected.map(\.description)), few(item.systems.map(\.key)),
                        ]
                    },
                    colour: { column, text in
                        guard column == 1, let days = Int(text) else { return nil }
                        return days < 0 ? .red : days < 30 ? .yellow : nil
                    }), identifiers: items.map(\.object.description))
        }

        private static func few(_ names: [String]) -> String {
            names.prefix(4).joined(separator: " ") + (names.count > 4 ? " +\(names.count - 4)" : "")
        }
    }
}

/// Days of the calendar as the inventory writes them.
enum Day {
    /// `YYYY-MM-DD` in UTC.
    static func text(_ moment: Timestamp) -> String { String(moment.description.prefix(10)) }

    /// Whole days from one day to another; nil when one is no day.
    static func distance(from a: String, to b: String) -> Int? {
        guard let a = try? Date(a + "T00:00:00Z", strategy: .iso8601),
            let b = try? Date(b + "T00:00:00Z", strategy: .iso8601)
        else { return nil }
        return Int((b.timeIntervalSince(a) / 86_400).rounded())
    }
}
