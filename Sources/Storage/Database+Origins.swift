public import CMDB
import GRDB

extension Database {
    /// Which folder of files brought each object that came from one.
    /// - Throws: ``StorageError``.
    public func origins() throws -> [ObjectID: String] {
        try read { db in
            var origins: [ObjectID: String] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT kind, key, origin FROM object WHERE origin IS NOT NULL")
            while let row = try rows.next() {
                guard let kind = Kind(rawValue: try row.text(0)) else { continue }
                origins[ObjectID(kind, try row.text(1))] = try row.text(2)
            }
            return origins
        }
    }

    /// The number of the newest ledger record; 0 for an empty ledger.
    /// - Throws: ``StorageError``.
    public func ledgerLength() throws -> Int64 {
        try read { try Int64.fetchOne($0, sql: "SELECT max(seq) FROM ledger") ?? 0 }
    }
}
