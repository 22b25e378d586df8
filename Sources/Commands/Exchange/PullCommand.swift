import ArgumentParser
import CMDB
import Exchange
import Foundation
import Notation
import Storage

/// Files are made to say what the inventory says.
struct PullCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Rewrite inventory files so that they say what the inventory says.",
        discussion: """
            Files are edited where they differ: comments, order, quoting and layout stay, other files stay byte for \
            byte. Records that came from another folder are left to it; new ones go to a file that has their like, or \
            where the convention puts them. The differences are shown first. Afterwards `inventory plan DIR` has nothing \
            to do.

            Examples:
              hatang inventory pull Inventory/langson --dry-run
              hatang inventory pull Inventory/langson && git diff

            Exit codes: 0 the files say it now or did already, 2 they differ (--dry-run), 6 the inventory holds nothing for \
            this folder, 7 a file was changed meanwhile or cannot be edited, 65 the files cannot be read, 74 the disk.
            """)
    @Argument(help: "Folder of inventory files; its last part names what belongs there.", completion: .directory)
    var folder: String
    @Flag(help: "Show the differences and write nothing.") var dryRun = false
    @Flag(name: .shortAndLong, help: "Do not ask on a terminal.") var yes = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func run(in session: Session) async throws {
        let database = try session.database()
        let snapshot = try session.inventory(database)
        let origins = try database.origins()
        let folder = folder.trimmingSlash
        let origin = URL(filePath: folder).standardizedFileURL.lastPathComponent
        let own = snapshot.all.count { origins[$0.id].map { $0 == origin } ?? true }
        guard own > 0 else {
            let known = Set(origins.values).sorted().joined(separator: ", ")
            throw CommandFailure(
                .nothingToDo, "none of \(snapshot.count) records belongs to \"\(origin)\": the folders are \(known)")
        }
        let files = try read(folder)
        let pull: InventoryPull
        do {
            pull = try InventoryPull.make(files, folder: folder, origin: origin, snapshot: snapshot, origins: origins)
        } catch let failure as PullFailure {
            throw CommandFailure(
                .refused, "these cannot be written into the files, nothing was changed:\n\(failure)")
        }
        show(pull, session)
        if pull.changes.isEmpty { return }
        if dryRun { throw ExitStatus.answerIsNo }
        try session.confirm(
            yes: yes, vi: "Ghi \(pull.changes.count) tệp?", en: "Write \(pull.changes.count) files?")
        for change in pull.changes {
            let now = FileManager.default.contents(atPath: change.path)
            guard now == change.before.map({ Data($0.utf8) }) else {
                throw CommandFailure(.refused, "\(change.path) was changed meanwhile: run pull again")
            }
        }
        for change in pull.changes { try OutputFiles.write(change.after, to: change.path) }
        session.console.say(vi: "Đã ghi \(pull.changes.count) tệp.", en: "\(pull.changes.count) files written.")
    }

    /// A folder that is not there yet, or holds no file, is filled by convention.
    private func read(_ folder: String) throws -> [InventoryFile] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        do {
            return try InventoryFolders.read([folder])
        } catch let failure as CommandFailure where failure.status == .nothingToDo {
            return []
        }
    }

    private func show(_ pull: InventoryPull, _ session: Session) {
        if session.console.format == .table, !session.console.quiet {
            for change in pull.changes { Console.output.out(change.diff) }
        } else {
            func ids(_ list: [ObjectID]) -> JSONValue { .array(list.map { .string($0.description) }) }
            session.console.emit(
                Answer(
                    json: .object([
                        "files": .array(
                            pull.changes.map {
                                .object([
                                    "path": .string($0.path), "new": .bool($0.before == nil), "diff": .string($0.diff),
                                ])
                            }), "created": ids(pull.created), "changed": ids(pull.changed),
                        "removed": ids(pull.removed), "records": .int(Int64(pull.records)),
                    ]),
                    table: TextTable(
                        names: ["path", "new"], rows: pull.changes.map { [$0.path, String($0.before == nil)] }),
                    identifiers: pull.changes.map(\.path)))
        }
        let (new, changed, gone) = (pull.created.count, pull.changed.count, pull.removed.count)
        session.console.say(
            vi: "\(pull.records) đối tượng: thêm \(new), sửa \(changed), bỏ \(gone); \(pull.changes.count) tệp khác.",
            en:
                "\(pull.records) records: \(new) added, \(changed) changed, \(gone) taken out; \(pull.changes.count) files differ."
        )
    }
}
