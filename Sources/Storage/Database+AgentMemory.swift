import GRDB

/// What was learnt about SNMP agents beyond their engines: rows of tables, round-trip times, how much they bear.
///
/// It saves time and is never needed for right answers; the text is the adapter's own, this room does not read it.
extension Database {
    static let agentMemory = """
        CREATE TABLE agent_memory (
            address TEXT PRIMARY KEY,
            memory TEXT NOT NULL
        ) WITHOUT ROWID
        """

    /// The remembered texts by address (`127.0.10.1:161`), of those `addresses` that have one.
    /// - Throws: ``StorageError``.
    public func agentMemories(at addresses: some Sequence<String>) throws -> [String: String] {
        try read { db in
            let find = try db.cachedStatement(sql: "SELECT memory FROM agent_memory WHERE address = ?")
            var out: [String: String] = [:]
            for address in addresses {
                if let row = try Row.fetchOne(find, arguments: [address]) { out[address] = try row.text(0) }
            }
            return out
        }
    }

    /// Remembers texts by address, in one transaction.
    /// - Throws: ``StorageError``.
    public func storeAgentMemories(_ memories: [String: String]) throws {
        guard !memories.isEmpty else { return }
        try write { db in
            let insert = try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO agent_memory (address, memory) VALUES (?, ?)")
            for (address, memory) in memories { try insert.execute(arguments: [address, memory]) }
        }
    }
}
