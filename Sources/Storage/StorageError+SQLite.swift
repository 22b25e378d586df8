import Evidence
import GRDB
import Notation

extension StorageError {
    /// Turns what SQLite and GRDB report into our codes; `path` is named in the message, values and SQL are not.
    ///
    /// Result codes: https://www.sqlite.org/rescode.html
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StorageError: self = error
        case let error as DatabaseError: self.init(sqlite: error, path: path)
        case let error as JSONSyntaxError:
            self.init(
                .corrupt,
                "\(path): a stored value is \(error): the file was altered or damaged; run hatang doctor, and restore "
                    + "the last backup if it confirms that")
        case is RowDecodingError:
            self.init(
                .corrupt,
                "\(path): a row does not hold what its table promises: the file was altered or damaged; run hatang doctor"
            )
        default: self.init(.other, "\(path): \(error)")
        }
    }

    private init(sqlite error: DatabaseError, path: String) {
        let said = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .locked,
                "\(path): another program is writing to it: nothing was changed; try again when it is done "
                    + "(fuser \(path) names it)")
        case .SQLITE_READONLY:
            self.init(
                .readOnly,
                "\(path): it can only be read (\(said)): nothing was changed; check the owner and the permissions of the "
                    + "file and its folder, and that the file system is mounted for writing")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            let what = error.resultCode == .SQLITE_NOTADB ? "it is not a database" : "the database is damaged"
            self.init(
                .corrupt,
                "\(path): \(what) (\(said)): keep a copy of the file, restore the last backup, then run hatang doctor")
        case .SQLITE_FULL:
            self.init(
                .full,
                "\(path): the disk is full, or the database has reached its size limit: nothing was changed; make room "
                    + "(df -h shows where) and run the command again")
        case .SQLITE_CANTOPEN:
            self.init(
                .io,
                "\(path): it cannot be opened (\(said)): check that the folder exists and that you may read and write in "
                    + "it; SQLite needs to write beside the database even for reading, so copy a database from a "
                    + "read-only medium first")
        case .SQLITE_IOERR:
            self.init(
                .io,
                "\(path): the disk reported an error (\(said)): the last transaction was not kept; look at dmesg and the "
                    + "disk's health before going on")
        case .SQLITE_PERM, .SQLITE_AUTH:
            self.init(.permission, "\(path): not permitted (\(said)): check who owns the file")
        case .SQLITE_CONSTRAINT:
            self.init(
                .conflict, "\(path): what was to be stored contradicts what is there (\(said)): nothing was changed")
        default: self.init(.other, "\(path): \(said)")
        }
    }
}
