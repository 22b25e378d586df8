import GRDB
import GRDBSQLite

/// A statement that is run many times with bytes as they are; what GRDB would make of them costs more than the insert.
///
/// SQLite copies what is bound (https://www.sqlite.org/c3ref/bind_blob.html, SQLITE_TRANSIENT).
struct ByteStatement {
    private let statement: Statement
    // SAFETY: the constant -1 of sqlite3.h, which the importer does not show because it is a cast.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ db: GRDB.Database, _ sql: String) throws { statement = try db.cachedStatement(sql: sql) }

    func bind(_ index: Int32, _ bytes: [UInt8]) throws {
        let code = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                sqlite3_bind_text(
                    statement.sqliteStatement, index, text.baseAddress, Int32(clamping: text.count), Self.transient)
            }
        }
        try check(code)
    }

    func bind(_ index: Int32, _ text: String?) throws {
        guard var text else { return try check(sqlite3_bind_null(statement.sqliteStatement, index)) }
        let code = text.withUTF8 { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                sqlite3_bind_text(
                    statement.sqliteStatement, index, text.baseAddress, Int32(clamping: text.count), Self.transient)
            }
        }
        try check(code)
    }

    func bind(_ index: Int32, _ number: Int64?) throws {
        guard let number else { return try check(sqlite3_bind_null(statement.sqliteStatement, index)) }
        try check(sqlite3_bind_int64(statement.sqliteStatement, index, number))
    }

    /// Runs it with what is bound; it gives no rows.
    func run() throws {
        let code = step()
        guard code == SQLITE_DONE else { throw error(code) }
    }

    /// Runs it; false when a row with the same key is there already.
    func runUnlessTaken() throws -> Bool {
        let code = step()
        if code == ResultCode.SQLITE_CONSTRAINT_UNIQUE.rawValue {
            sqlite3_reset(statement.sqliteStatement)
            return false
        }
        guard code == SQLITE_DONE else { throw error(code) }
        return true
    }

    // The message is lost by the reset, so it is taken before.
    private func step() -> Int32 {
        let code = sqlite3_step(statement.sqliteStatement)
        if code != SQLITE_DONE { return code }
        return sqlite3_reset(statement.sqliteStatement) == SQLITE_OK ? code : SQLITE_ERROR
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw error(code) }
    }

    private func error(_ code: Int32) -> DatabaseError {
        let message = sqlite3_db_handle(statement.sqliteStatement).flatMap(sqlite3_errmsg).map { String(cString: $0) }
        sqlite3_reset(statement.sqliteStatement)
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
