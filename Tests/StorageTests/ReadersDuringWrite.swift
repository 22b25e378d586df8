import CMDB
import Foundation
import GRDB
import Synchronization

@testable import Storage

/// Readers that all run while one write transaction is open.
enum ReadersDuringWrite {
    static func run<T: Sendable>(
        _ store: Store, readers: Int, _ look: @escaping @Sendable (Snapshot) -> T
    ) throws -> [T] {
        let seen = Mutex<[T]>([])
        try store.write { db in
            try db.execute(
                sql: "INSERT INTO object (kind, key, json, hash, seq) VALUES ('device', 'half-way', '{}', '', 1)")
            let group = DispatchGroup()
            for _ in 0..<readers {
                DispatchQueue.global().async(group: group) {
                    guard let snapshot = try? store.snapshot() else { return }
                    seen.withLock { $0.append(look(snapshot)) }
                }
            }
            // The write stays open until every reader has come back: a reader that waits for it would never.
            _ = group.wait(timeout: .now() + 60)
        }
        return seen.withLock { $0 }
    }
}
