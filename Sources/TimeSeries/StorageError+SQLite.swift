import Evidence
import GRDB

extension StorageError {
    /// Turns what SQLite and GRDB report into the codes of repositories; result codes:
    /// https://www.sqlite.org/rescode.html
    init(samples error: any Error, path: String) {
        guard let sqlite = error as? DatabaseError else {
            self = error as? StorageError ?? StorageError(.other, "\(path): \(error)")
            return
        }
        let said = sqlite.message ?? "SQLite error \(sqlite.extendedResultCode.rawValue)"
        let (code, message): (Code, String) =
            switch sqlite.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                (.locked, "another program is writing to it: nothing was stored; try again when it is done")
            case .SQLITE_READONLY:
                (.readOnly, "it can only be read (\(said)): nothing was stored; check owner and permissions")
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                (.corrupt, "it is damaged or no database (\(said)): move it away and restore the last backup")
            case .SQLITE_FULL: (.full, "the disk is full: nothing was stored; make room (df -h shows where)")
            case .SQLITE_CANTOPEN:
                (.io, "it cannot be opened (\(said)): check that you may read and write in its folder")
            case .SQLITE_IOERR: (.io, "the disk reported an error (\(said)): look at dmesg and the disk's health")
            case .SQLITE_PERM, .SQLITE_AUTH: (.permission, "not permitted (\(said)): check who owns the file")
            default: (.other, said)
            }
        self.init(code, "\(path): \(message)")
    }
}
