import CMDB
import Evidence
import Foundation
import Storage

extension Session {
    var databasePath: String { data.trimmingSlash + "/hatang.sqlite" }

    /// What a command wants of the database.
    enum Access {
        case reading
        case writing
        /// Writing, and making it when it is not there.
        case creating
    }

    /// The database. Who may not write can still read: an auditor on a copy, a medium mounted read-only.
    func database(_ access: Access = .reading) throws -> Database {
        if access != .reading { try refuseInThePast("this command") }
        if access != .creating { try requireFile() }
        guard access == .reading, !isWritable else { return try Database(path: databasePath, mode: .readWrite) }
        let log = try? FileManager.default.attributesOfItem(atPath: databasePath + "-wal")[.size] as? Int
        return try Database(path: databasePath, mode: (log ?? 0) == 0 ? .immutable : .readOnly)
    }

    /// Whether this process may write to the data folder and the database.
    var isWritable: Bool { access(data, W_OK) == 0 && access(databasePath, W_OK) == 0 }

    private func requireFile() throws {
        guard access(databasePath, F_OK) != 0 else { return }
        switch errno {
        case ENOENT:
            throw CommandFailure(
                .nothingToDo,
                "there is no inventory in \(data): run `hatang inventory apply DIR --reason …`, or name another folder with --data"
            )
        case EACCES, EPERM:
            throw CommandFailure(
                .notPermitted, "\(data) may not be read by \(loginName): check its owner and permissions")
        case ENOTDIR:
            throw CommandFailure(.storage, "\(data) is a file, not a folder: name a folder with --data")
        default:
            throw CommandFailure(.storage, "\(databasePath): \(String(cString: strerror(errno))): check the disk")
        }
    }

    /// The inventory as it is, or was at `--as-of`; an empty one is not a basis for anything.
    func inventory(_ database: Database) throws -> Snapshot {
        let snapshot = try state(database)
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
