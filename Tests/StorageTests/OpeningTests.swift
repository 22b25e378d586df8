import CMDB
import Evidence
import Foundation
import GRDB
import Glibc
import Remote
import TestSupport
import Testing

@testable import Storage

@Suite("Opening a database", .tags(.medium))
struct OpeningTests {
    private func mode(_ path: String) throws -> Int {
        (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int) ?? -1
    }

    @Test("folder and files are made for their owner alone")
    func permissions() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let path = lab.folder.file("data/deep/hatang.sqlite")
        let store = try Store(path: path)
        try store.create([device("a")])
        try SecretStore(store).set("x", Secret("y"), actor: "an", reason: "", at: noon)
        #expect(try mode(lab.folder.file("data")) == 0o700 && mode(lab.folder.file("data/deep")) == 0o700)
        let names = try FileManager.default.contentsOfDirectory(atPath: lab.folder.file("data/deep"))
        #expect(names.count >= 6 && names.contains("hatang.sqlite-wal") && names.contains("secret.key"))
        for name in names { #expect(try mode(lab.folder.file("data/deep/\(name)")) == 0o600, "\(name)") }
    }

    @Test("reading where nothing is says so and makes nothing")
    func missing() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        for mode in [Store.Mode.readOnly, .immutable] {
            let text = message { _ = try lab.open(mode) }
            #expect(code { _ = try lab.open(mode) } == .notFound && text.contains(lab.path) && text.contains("--data"))
        }
        #expect(!FileManager.default.fileExists(atPath: lab.folder.file("data")))
    }

    @Test("a path that cannot be a folder is named")
    func noFolder() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.folder.write("x", to: "data")
        let text = message { _ = try lab.open() }
        #expect(text.contains(lab.folder.file("data")) && code { _ = try lab.open() } == .io)
    }

    @Test("a path that looks like a URI is a path")
    func uri() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try Store(path: lab.folder.path + "/file:x?mode=memory")
        try store.create([device("a")])
        #expect(FileManager.default.fileExists(atPath: lab.folder.file("file:x?mode=memory")))
    }

    @Test("opened for reading, every writing call is refused and nothing changes")
    func readOnly() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.filled(3)
        let before = try lab.bytes("data/hatang.sqlite")
        for mode in [Store.Mode.readOnly, .immutable] {
            let store = try lab.open(mode)
            #expect(try store.snapshot().count == 3 && store.verifyLedger().isIntact)
            #expect(code { try store.create([device("x")]) } == .readOnly)
            #expect(code { try store.store([]) } == .readOnly)
            #expect(
                code { try SecretStore(store).set("x", Secret("y"), actor: "an", reason: "", at: noon) } == .readOnly)
            try store.close()
        }
        #expect(try lab.bytes("data/hatang.sqlite") == before)
    }

    @Test("a file that SQLite may not write to gives the same refusal, with what to check")
    func readOnlyFile() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try store.create(devices(2))
        // What a read-only file system answers; permissions would not stop root.
        try store.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = ON") }
        let text = message { try store.create([device("x")]) }
        #expect(text.contains("can only be read") && text.contains("permissions"))
        #expect(code { try store.create([device("x")]) } == .readOnly)
        #expect(try store.snapshot().count == 2)
    }

    @Test("a copy without anything beside it opens as immutable and stays alone")
    func immutable() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.filled(3)
        let copy = try lab.folder.write(lab.bytes("data/hatang.sqlite"), to: "copy/100% báo cáo?.sqlite", mode: 0o400)
        let store = try Store(path: copy, mode: .immutable)
        #expect(try store.snapshot().count == 3)
        let names = try FileManager.default.contentsOfDirectory(atPath: lab.folder.file("copy"))
        #expect(names == ["100% báo cáo?.sqlite"])
    }

    @Test("while another program writes, a write fails as locked in good time, and reading goes on")
    func locked() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let (one, two) = (try lab.open(), try lab.open())
        try one.create(devices(2))
        try one.write { _ throws in
            let text = message { try two.create([device("x")]) }
            #expect(text.contains("another program is writing") && text.contains(lab.path))
            #expect(code { try two.create([device("x")]) } == .locked)
            #expect(try two.snapshot().count == 2)
            // A third program can start meanwhile, too.
            #expect(try lab.open(.readOnly).snapshot().count == 2)
        }
        try two.create([device("x")])
        #expect(try one.snapshot().count == 3)
    }

    @Test("a newer version's file is left alone")
    func newerSchema() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.filled(1)
        try lab.tamper("INSERT INTO grdb_migrations (identifier) VALUES ('9999-from-the-future')")
        for mode in [Store.Mode.readWrite, .readOnly] {
            let text = message { _ = try lab.open(mode) }
            #expect(text.contains("newer hatang") && code { _ = try lab.open(mode) } == .newerSchema)
        }
    }

    @Test("a database of another program is left alone")
    func foreign() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try FileManager.default.createDirectory(atPath: lab.folder.file("data"), withIntermediateDirectories: true)
        try lab.tamper("CREATE TABLE recipes (name TEXT)")
        #expect(code { _ = try lab.open() } == .corrupt)
        #expect(message { _ = try lab.open(.readOnly) }.contains("another program"))
        let empty = try Lab()
        defer { withExtendedLifetime(empty) {} }
        try empty.folder.write("", to: "data/hatang.sqlite")
        #expect(code { _ = try empty.open(.readOnly) } == .readOnly)
        #expect(try empty.open().snapshot().count == 0)
    }

    @Test("a database whose making was cut short is made in full, and not taken for another program's")
    func halfMade() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try FileManager.default.createDirectory(atPath: lab.folder.file("data"), withIntermediateDirectories: true)
        try lab.tamper("CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        let store = try lab.open()
        try store.create([device("a")])
        #expect(try lab.open().snapshot().count == 1)
    }

    @Test("a closed database leaves no trace of a crash; a copy taken in the middle of a write recovers")
    func crash() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try store.create(devices(20))
        let crashed = try Lab()
        defer { withExtendedLifetime(crashed) {} }
        // As after kill -9 in the middle of a transaction: pages of it are in the write-ahead log, the commit is not.
        try store.pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA cache_size = 5; PRAGMA cache_spill = 5")
            try db.inTransaction {
                for i in 0..<2_000 {
                    try db.execute(
                        sql: "INSERT INTO object (kind, key, json, hash, seq) VALUES ('device', ?, ?, '', 1)",
                        arguments: ["half-\(i)", String(repeating: "x", count: 500)])
                }
                for name in ["hatang.sqlite", "hatang.sqlite-wal", "hatang.sqlite.open", "ledger.key", "ledger.pub"] {
                    try crashed.folder.write(lab.bytes("data/\(name)"), to: "data/\(name)")
                }
                return .rollback
            }
        }
        #expect(try crashed.bytes("data/hatang.sqlite-wal").count > 500 * 1_000, "nothing of it was in the log")
        let said = message { _ = try crashed.open(.immutable) }
        #expect(said.contains("-wal") && said.contains("not in the file yet"))
        let again = try crashed.open()
        #expect(again.recoveredFromCrash)
        #expect(try again.snapshot().all == devices(20) && again.verifyLedger().isIntact)
        #expect(try again.verifyInventory().faults.isEmpty && again.integrityCheck().isEmpty)
        try again.create([device("later")])
        try again.close()
        #expect(try !crashed.open().recoveredFromCrash)
    }

    @Test("while somebody has it open, nobody takes that for a crash")
    func noFalseCrash() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let one = try lab.open()
        let two = try lab.open()
        try one.close()
        #expect(try !two.recoveredFromCrash && !lab.open().recoveredFromCrash)
        try two.close()
        #expect(try lab.bytes("data/hatang.sqlite.open").isEmpty)
    }
}

@Suite("Damaged files", .tags(.medium))
struct DamageTests {
    @Test("what is no database is called that and left as it is")
    func noDatabase() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let text = String(repeating: "devices:\n  - slug: a\n", count: 500)
        try lab.folder.write(text, to: "data/hatang.sqlite")
        for mode in [Store.Mode.readWrite, .readOnly, .immutable] {
            let said = message { _ = try lab.open(mode) }
            #expect(code { _ = try lab.open(mode) } == .corrupt && said.contains("not a database"), "\(said)")
        }
        #expect(try lab.folder.read("data/hatang.sqlite") == text)
    }

    @Test("a file cut off anywhere is found when opened or looked at")
    func truncated() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.filled(60)
        let whole = try lab.bytes("data/hatang.sqlite")
        var found = 0
        for length in stride(from: 4_096, to: whole.count, by: 8_192) {
            try lab.overwrite("data/hatang.sqlite", Array(whole[..<length]))
            try? FileManager.default.removeItem(atPath: lab.path + "-wal")
            try? FileManager.default.removeItem(atPath: lab.path + "-shm")
            #expect(try Self.isFound(lab), "cut at \(length) of \(whole.count)")
            found += 1
        }
        #expect(found > 5)
    }

    @Test("a page overwritten anywhere is found, and traps nothing")
    func overwritten() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.filled(60)
        let whole = try lab.bytes("data/hatang.sqlite")
        var random = SeededGenerator("damaged pages")
        for page in 0..<whole.count / 4_096 {
            var bytes = whole
            for i in page * 4_096..<(page + 1) * 4_096 { bytes[i] = UInt8.random(in: 0...255, using: &random) }
            try lab.overwrite("data/hatang.sqlite", bytes)
            #expect(try Self.isFound(lab), "page \(page + 1)")
        }
    }

    @Test("after a crash a damaged file is not opened for writing")
    func crashedAndDamaged() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.filled(60)
        var bytes = try lab.bytes("data/hatang.sqlite")
        let last = bytes.count - 4_096
        for i in last..<bytes.count { bytes[i] = 0xFF }
        try lab.overwrite("data/hatang.sqlite", bytes)
        try lab.overwrite("data/hatang.sqlite.open", [0x31])
        let said = message { _ = try lab.open() }
        #expect(code { _ = try lab.open() } == .corrupt && said.contains("restore the last backup"), "\(said)")
    }

    private static func isFound(_ lab: Lab) throws -> Bool {
        do {
            let store = try lab.open(.readOnly)
            _ = try store.snapshot()
            return try !store.integrityCheck().isEmpty || !store.verifyLedger().isIntact
                || !store.verifyInventory().faults.isEmpty
        } catch let error as StorageError {
            #expect(error.code == .corrupt || error.code == .io, "\(error)")
            return true
        }
    }
}
