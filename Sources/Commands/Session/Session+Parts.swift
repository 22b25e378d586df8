import CMDB
import Evidence
import Foundation
import Storage

extension Session {
    var databasePath: String { data.trimmingSlash + "/hatang.sqlite" }

    /// The database; one that does not exist is created only when `creating`.
    func database(creating: Bool = false) throws -> Database {
        if !creating, !FileManager.default.fileExists(atPath: databasePath) {
            throw CommandFailure(
                .nothingToDo,
                "there is no inventory in \(data): run `hatang inventory apply DIR --reason …`, or name another folder with --data"
            )
        }
        return try Database(path: databasePath, mode: .readWrite)
    }

    /// The one writer at a time; a second one is refused at once and told who holds the lock.
    func writerLock(_ command: String) throws -> WriterLock {
        try WriterLock(folder: data, command: command, at: now())
    }

    /// The inventory as it is; an empty one is not a basis for anything.
    func inventory(_ database: Database) throws -> Snapshot {
        let snapshot = try database.snapshot()
        guard snapshot.count > 0 else {
            throw CommandFailure(.nothingToDo, "the inventory is empty: run `hatang inventory apply DIR --reason …`")
        }
        return snapshot
    }

    /// Asks on a terminal; scripts are taken at their word.
    func confirm(yes: Bool, vi: String, en: String) throws {
        guard !yes, isatty(0) == 1, Console.output.errIsTerminal else { return }
        Console.output.err(console.pick(vi: vi + " [c/K] ", en: en + " [y/N] "))
        let answer = (readLine() ?? "").lowercased()
        guard ["y", "yes", "c", "có", "co"].contains(answer) else {
            throw CommandFailure(.refused, console.pick(vi: "không làm gì cả", en: "nothing was done"))
        }
    }
}
