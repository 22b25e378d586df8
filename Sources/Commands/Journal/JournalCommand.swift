import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Storage

/// What people note about records.
struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Notes of people about records: add, list.",
        subcommands: [Add.self, List.self])

    /// NetBox's kinds of entries.
    enum EntryKind: String, ExpressibleByArgument, CaseIterable { case info, success, warning, danger }

    struct Add: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Note something about a record.",
            discussion: """
                Examples:
                  hatang journal add device/core-sw-1 --kind warning 'Quạt 2 kêu to'
                  hatang journal add system/lgsp - < bien-ban.md

                Exit codes: 0 noted, 6 there is no such record, 7 another writer, 65 the text cannot be taken.
                """)
        @Argument(help: "KIND/SLUG.", completion: .custom(ObjectCompletion.complete)) var id: String
        @Argument(help: "The note, Markdown; - reads standard input.") var text: String
        @Option(help: "info, success, warning or danger.") var kind: EntryKind = .info
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let lock = try session.writerLock("journal add")
            defer { lock.release() }
            let database = try session.database(.writing)
            let snapshot = try session.inventory(database)
            let object = try InventoryCommand.object(id, in: snapshot)
            let note = try text == "-" ? Self.standardInput() : text
            if note.allSatisfy(\.isWhitespace) { throw CommandFailure(.usage, "the note is empty: write a text") }
            let created = Self.seconds(session.now())
            // Two notes of one second are two notes.
            let base = Slug.of("\(object.id) \(created)")
            var slug = base
            var number = 2
            while snapshot[ObjectID(.journalEntry, slug)] != nil {
                slug = "\(base)-\(number)"
                number += 1
            }
            _ = try session.record(
                [
                    (
                        .journalEntry,
                        [
                            "slug": .string(slug), "assigned_object": .string(object.id.description),
                            "created": .string(created), "created_by": .string(session.actor),
                            "entry_kind": .string(kind.rawValue), "comments": .string(note),
                        ]
                    )
                ], onto: snapshot, in: database, reason: "journal: \(object.id)")
            session.console.emit(
                Answer(
                    json: .object(["id": .string("journal-entry/\(slug)"), "created": .string(created)]),
                    table: TextTable(names: ["id", "created"], rows: [["journal-entry/\(slug)", created]]),
                    identifiers: ["journal-entry/\(slug)"]))
            session.console.say(vi: "Đã ghi vào nhật ký của \(object.id).", en: "Noted about \(object.id).")
        }

        private static func seconds(_ moment: Timestamp) -> String { String(moment.description.prefix(19)) + "Z" }

        private static func standardInput() throws -> String {
            let bytes = try FileHandle.standardInput.read(upToCount: 1_000_000) ?? Data()
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw CommandFailure(.badInput, "standard input is not UTF-8: save the text as UTF-8")
            }
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    struct List: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "List notes, the newest first.",
            discussion: """
                Examples:
                  hatang journal list
                  hatang journal list device/core-sw-1 --format json

                Exit codes: 0 listed, 6 there is no note or no such record.
                """)
        @Argument(help: "KIND/SLUG; default: all.", completion: .custom(ObjectCompletion.complete)) var id: String?
        @Option(help: "Only this kind of entry.") var kind: EntryKind?
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let snapshot = try session.inventory(session.database())
            let about = try id.map { try InventoryCommand.object($0, in: snapshot).id }
            let all = snapshot.objects(.journalEntry)
            let entries = all.filter { entry in
                (about == nil || entry.text("assigned_object") == about?.description)
                    && (kind == nil || entry.text("entry_kind") == kind?.rawValue)
            }.sorted { ($1.text("created") ?? "", $1.id) < ($0.text("created") ?? "", $0.id) }
            let names = ["created", "kind", "object", "by", "text"]
            session.console.emit(
                Answer(
                    json: .array(entries.map(\.json)),
                    table: TextTable(
                        names: names,
                        rows: entries.map { entry in
                            ["created", "entry_kind", "assigned_object", "created_by", "comments"].map {
                                entry.text($0) ?? ""
                            }
                        },
                        colour: { column, text in
                            guard column == 1 else { return nil }
                            return text == "danger" ? .red : text == "warning" ? .yellow : nil
                        }), identifiers: entries.map(\.id.description)))
            session.console.say(
                vi: "\(entries.count) trong \(all.count) mục nhật ký.", en: "\(entries.count) of \(all.count) entries.")
            if entries.isEmpty { throw ExitStatus.nothingToDo }
        }
    }
}
