import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Storage

extension InventoryCommand {
    struct Renaming: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename", abstract: "Give an object another key, everywhere at once.",
            discussion: """
                One transaction rewrites the object, the keys made from its name (interfaces, cables, dependencies …) \
                and every reference. History stays with it. Facts, host keys and samples stay under the old name. The \
                inventory files still say the old name: change them as told, or the next apply makes it again.

                Examples:
                  hatang inventory rename device/core-sw-1 ttdl-core-01 --reason "naming rule 5"
                  hatang inventory rename interface/core-sw-1:Gi1/0/1 Te1/0/1 --reason "10G module" --dry-run

                Exit codes: 0 renamed, 6 there is none, 7 refused (the name is taken, approval, another writer), \
                64 not a key, 65 the rules speak against it.
                """)
        @Argument(help: "KIND/OLD.", completion: .custom(ObjectCompletion.complete)) var old: String
        @Argument(help: "The new key, without the kind.") var new: String
        @OptionGroup var options: ChangeOptions
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let lock = try session.writerLock("inventory rename")
            defer { lock.release() }
            let database = try session.database(.writing)
            let snapshot = try session.inventory(database)
            let object = try InventoryCommand.object(old, in: snapshot)
            let prefix = object.id.kind.rawValue + "/"
            let key = new.hasPrefix(prefix) ? String(new.dropFirst(prefix.count)) : new
            let rename: Rename
            do throws(Rename.Refusal) {
                rename = try Rename.make(object.id, to: key, in: snapshot)
            } catch {
                throw CommandFailure(error.isTaken ? .refused : .usage, "\(object.id): \(error)")
            }
            let known = try database.provenances()
            var places = ChangeRun.kept(rename.changes, known)
            var marks: [ObjectID: [String: JSONValue]] = [:]
            for (from, to) in rename.names {
                places[to] = known[from]
                marks[to] = ["renamed_from": .string(from.description)]
                marks[from] = ["renamed_to": .string(to.description)]
            }
            let run = ChangeRun(
                title: "rename \(object.id) \(key)", snapshot: snapshot, changes: rename.changes, marks: marks,
                provenance: places, database: database, session: session)
            let result = try run.run(options)
            for left in rename.leftToDo {
                session.console.warn("\(left.id): \(left.field) may still mean \(object.id.key): look at it")
            }
            if result != nil || options.dryRun {
                FilesToEdit.tell(
                    rename.changes.compactMap { change in
                        change.verb == "create" ? rename.names.first { $0.value == change.id }?.key : change.id
                    }, known, session.console)
            }
        }
    }
}

/// Tells which inventory files still say what was.
enum FilesToEdit {
    static func tell(_ ids: [ObjectID], _ places: [ObjectID: Provenance], _ console: Console) {
        let positions = Set(ids.compactMap { places[$0]?.position }.filter { !$0.file.isEmpty })
        let byFile = Dictionary(grouping: positions, by: \.file).sorted { $0.key < $1.key }
        guard !byFile.isEmpty else { return }
        console.warn(
            console.pick(
                vi: "Các tệp sau vẫn ghi như cũ; hãy sửa, nếu không lần apply sau sẽ đưa trở lại:",
                en: "These files still say what was; change them, or the next apply brings it back:"))
        for (file, positions) in byFile {
            let lines = Set(positions.map(\.line)).sorted()
            let more = lines.count > 12 ? ", … (\(lines.count))" : ""
            console.warn("  \(file): " + lines.prefix(12).map(String.init).joined(separator: ", ") + more)
        }
    }
}
