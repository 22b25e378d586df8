import CMDB
import Evidence
import Foundation
import GRDB
import Notation
import Storage
import TestSupport
import Testing

@Suite("Turns and checks")
struct ScheduleStoreTests {
    private let device = ObjectID(.device, "core-sw-1")
    private let other = ObjectID(.device, "core-sw-2")

    private func fact(_ name: String, at milliseconds: Int64 = 5) -> Fact {
        Fact(
            subject: device, name: name, value: 1, unit: nil, observedAt: Timestamp(milliseconds: milliseconds),
            validFor: .seconds(60), source: "sys@127.0.0.1:161")
    }

    private func turn(_ target: ObjectID, _ at: Int64, _ ending: String = "answered") -> StoredTurn {
        StoredTurn(
            target: target.description, probe: "sys@127.0.0.1:161", turn: Timestamp(milliseconds: at), ending: ending)
    }

    @Test("facts, turns and checks are kept together and replace what was before")
    func together() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/hatang.sqlite"
        do {
            let database = try Storage.Database(path: path)
            let check = StoredCheck(subject: device, probe: "p", check: "answers", json: ["hard": "ok"])
            try database.store(facts: [fact("a")], turns: [turn(device, 60_000), turn(other, 1)], checks: [check])
            let worse = StoredCheck(subject: device, probe: "p", check: "answers", json: ["hard": "critical"])
            // The clock was set back.
            try database.store(facts: [fact("a", at: 9)], turns: [turn(device, 30_000, "silent")], checks: [worse])
            try database.close()
        }
        let database = try Storage.Database(path: path)
        #expect(try database.turns() == [turn(device, 30_000, "silent"), turn(other, 1)])
        #expect(try database.checks().map(\.json) == [["hard": "critical"]])
        #expect(try database.currentFacts(of: device).count == 1)
        #expect(try database.forgetProbeHistory(except: [device]) == 1)
        #expect(try database.forgetProbeHistory(except: [device]) == 0)
        #expect(try database.turns().map(\.target) == [device.description])
    }

    @Test("nothing of a batch is kept when a part of it cannot be")
    func atomic() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/hatang.sqlite"
        let database = try Storage.Database(path: path)
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER refuse BEFORE INSERT ON probe_check BEGIN SELECT RAISE(ABORT, 'no'); END
                    """)
        }
        let check = StoredCheck(subject: device, probe: "p", check: "answers", json: [:])
        #expect(throws: StorageError.self) {
            try database.store(facts: [fact("a")], turns: [turn(device, 1)], checks: [check])
        }
        #expect(try database.turns().isEmpty)
        #expect(try database.currentFacts(of: nil).isEmpty)
    }

    @Test("a file of the first release gets the tables and keeps what it has")
    func migration() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/hatang.sqlite"
        do {
            let database = try Storage.Database(path: path)
            try database.store([fact("a")])
            try database.close()
        }
        // As the first release left it.
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
            try db.execute(
                sql: """
                    DROP TABLE probe_turn; DROP TABLE probe_check;
                    DELETE FROM grdb_migrations WHERE identifier = '0002-schedule'
                    """)
        }
        try queue.close()
        let database = try Storage.Database(path: path)
        #expect(try database.currentFacts(of: device).count == 1)
        try database.store(facts: [], turns: [turn(device, 1)], checks: [])
        #expect(try database.turns().count == 1)
    }
}
