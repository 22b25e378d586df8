import CMDB
import Evidence
import Foundation
import GRDB
import Notation
import TestSupport

@testable import Storage

/// GRDB has a `Database` too; tests that speak SQL need both.
typealias Store = Storage.Database

/// A data folder of its own.
struct Lab {
    let folder: TemporaryFolder
    var path: String { folder.file("data/hatang.sqlite") }

    init() throws { folder = try TemporaryFolder("storage") }

    func open(_ mode: Store.Mode = .readWrite, busyTimeout: Duration = .milliseconds(50)) throws -> Store {
        try Store(path: path, mode: mode, busyTimeout: busyTimeout)
    }

    /// A closed database with `count` devices.
    func filled(_ count: Int) throws {
        let store = try open()
        try store.create(devices(count))
        try store.close()
    }

    /// What somebody with the sqlite3 program could do: no checks, no ledger.
    func tamper(_ sql: String, _ arguments: StatementArguments = []) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { db in try db.execute(sql: sql, arguments: arguments) }
        try queue.close()
    }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
    }

    func overwrite(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    }
}

let noon = Timestamp(milliseconds: 1_795_262_400_000)

func device(_ slug: String, role: String = "access-switch", rank: Int64 = 1) -> Object {
    Object(
        id: ObjectID(.device, slug),
        fields: [
            "slug": .string(slug), "role": .string(role), "status": "active", "site": "ttdl", "position": .int(rank),
            "tags": ["mẫu", "core"], "description": "Thiết bị của Trung tâm dữ liệu",
        ])
}

/// `sw-0` and so on, in the order of a snapshot.
func devices(_ count: Int) -> [Object] {
    (0..<count).map { device("sw-\($0)", rank: Int64($0)) }.sorted { $0.id < $1.id }
}

extension Store {
    @discardableResult
    func create(_ objects: [Object]) throws -> ApplyResult {
        try apply(changes: objects.map { .create($0) }, actor: "an", reason: "lần đầu", at: noon)
    }
}

/// The code of the ``StorageError`` that `body` throws; nil when it throws none, `other` for foreign errors.
func code(_ body: () throws -> Void) -> StorageError.Code? {
    do {
        try body()
        return nil
    } catch let error as StorageError {
        return error.code
    } catch {
        return .other
    }
}

/// The message of the ``StorageError`` that `body` throws; empty when it throws none.
func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return ""
    } catch {
        return "\(error)"
    }
}
