import ArgumentParser
import Evidence
import Foundation
import Notation
import Storage

/// The ledger: read and verified.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The tamper-evident ledger: verify it, read it.",
        subcommands: [Verify.self, Log.self])

    struct Verify: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check every record's hash, number and place in the chain.",
            discussion: """
                Example:
                  hatang audit verify

                Exit codes: 0 intact, 2 altered, removed or reordered records (each is named), 6 no record at all.
                """)
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let verdict = try session.database().verifyLedger()
            guard verdict.checked > 0 || !verdict.faults.isEmpty else {
                throw CommandFailure(.nothingToDo, "the ledger has no record: nothing was verified")
            }
            session.console.emit(
                Answer(
                    json: verdict.json,
                    table: TextTable(
                        names: ["seq", "fault"], rows: verdict.faults.map { [String($0.seq), $0.description] },
                        colour: { _, _ in .red }), identifiers: verdict.faults.map { String($0.seq) }))
            let count = verdict.faults.count + verdict.unlistedFaults
            guard verdict.isIntact else {
                let why =
                    count > 0
                    ? session.console.pick(
                        vi: "\(count) sai lệch trong \(verdict.checked) bản ghi",
                        en: "\(count) faults in \(verdict.checked) records")
                    : session.console.pick(
                        vi: "đầu chuỗi chưa được chứng thực bằng chữ ký", en: "the end is not proven by a signed head")
                throw CommandFailure(
                    .answerIsNo,
                    session.console.pick(vi: "sổ cái KHÔNG nguyên vẹn: ", en: "the ledger is NOT intact: ") + why)
            }
            session.console.say(
                vi: "Sổ cái nguyên vẹn: đã kiểm \(verdict.checked) bản ghi, đầu chuỗi \(verdict.lastHash.prefix(12)).",
                en: "Ledger intact: \(verdict.checked) records checked, head \(verdict.lastHash.prefix(12)).")
        }
    }

    struct Log: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "List ledger records, newest last.",
            discussion: """
                Example:
                  hatang audit log --last 20

                Exit codes: 0 listed, 6 none.
                """)
        @Option(help: "How many of the newest records.") var last = 50
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws { if last < 1 { throw ValidationError("--last must be at least 1") } }

        func run(in session: Session) async throws {
            let database = try session.database()
            let newest = try database.ledgerLength()
            let records = try database.ledgerRecords(from: max(1, newest - Int64(last) + 1), limit: last)
            guard !records.isEmpty else { throw CommandFailure(.nothingToDo, "the ledger has no record") }
            session.console.emit(LedgerView.answer(records))
            session.console.say(
                vi: "\(records.count) trong \(newest) bản ghi.", en: "\(records.count) of \(newest) records.")
        }
    }
}

/// Ledger records for people.
enum LedgerView {
    /// When a record was written.
    static func time(of record: LedgerRecord) -> Timestamp? {
        guard let text = (try? JSONValue.parse(record.record))?["at"]?.string,
            case .time(let time, _)? = Moment(text, zone: .gmt)
        else { return nil }
        return time
    }

    static func answer(_ records: [LedgerRecord]) -> Answer {
        let parsed = records.map { ($0, (try? JSONValue.parse($0.record)) ?? .null) }
        return Answer(
            json: .array(
                parsed.map { record, json in
                    var members = json.object ?? [:]
                    members["hash"] = .string(record.hash)
                    return .object(members)
                }),
            table: TextTable(
                names: ["seq", "at", "actor", "action", "subject", "reason"],
                rows: parsed.map { record, json in
                    [String(record.seq)]
                        + ["at", "actor", "action", "subject", "reason"].map { json[$0]?.string ?? "" }
                }), identifiers: records.map { String($0.seq) })
    }
}
