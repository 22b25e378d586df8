import CMDB
import Evidence
import Foundation
import Notation
import Storage
import TestSupport
import Testing

@Suite("Ledger in storage", .tags(.medium))
struct LedgerTests {
    private func found(_ store: Store, publicKey: [UInt8]? = nil) throws -> [String] {
        try store.verifyLedger(publicKey: publicKey).faults.map { "\($0.seq) \($0.kind.rawValue)" }
    }

    @Test("a row is the record and nothing that could say something else")
    func table() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try store.create(devices(3))
        let records = try store.ledgerRecords(from: 1, limit: 10)
        #expect(records.map(\.seq) == [1, 2, 3])
        #expect(try store.ledgerRecords(from: 2, limit: 1) == [records[1]])
        #expect(try store.ledgerRecords(from: 4, limit: 10).isEmpty)
        #expect(try store.ledgerRecords(of: ObjectID(.device, "sw-2")) == [records[2]])
        try store.close()
        // at, action, subject, actor and reason are computed from the record: they cannot be altered alone.
        for column in ["at", "action", "subject", "actor", "reason"] {
            #expect(throws: (any Error).self) { try lab.tamper("UPDATE ledger SET \(column) = 'x'") }
        }
    }

    @Test(
        "tampering of every sort is found and named",
        arguments: [
            ("UPDATE ledger SET record = replace(record, 'lần đầu', 'lần sau') WHERE seq = 4", ["4 hash-mismatch"]),
            ("UPDATE ledger SET hash = upper(hash) WHERE seq = 4", ["4 hash-mismatch"]),
            ("DELETE FROM ledger WHERE seq = 4", ["4 gap", "5 previous-mismatch"]),
            ("DELETE FROM ledger WHERE seq <= 2", ["1 gap", "3 previous-mismatch"]),
            ("DELETE FROM ledger WHERE seq > 8", ["9 truncated"]),
            ("DELETE FROM ledger", ["1 truncated"]),
            ("UPDATE ledger SET seq = 99 WHERE seq = 10", ["10 gap", "99 sequence-differs", "11 beyond-head"]),
            (
                "UPDATE ledger SET seq = -seq WHERE seq IN (4, 5); UPDATE ledger SET seq = 9 + seq WHERE seq < 0",
                ["4 sequence-differs", "4 previous-mismatch", "5 sequence-differs", "6 previous-mismatch"]
            ),
            (
                "INSERT INTO ledger (seq, record, hash) SELECT 11, record, hash FROM ledger WHERE seq = 10",
                ["11 sequence-differs", "11 previous-mismatch", "11 beyond-head"]
            ),
            ("UPDATE ledger SET record = '{\"a\" :1}' WHERE seq = 10", ["10 hash-mismatch", "10 not-canonical"]),
            ("UPDATE ledger_head SET seq = 9, hash = (SELECT hash FROM ledger WHERE seq = 9)", ["9 head-signature"]),
            ("UPDATE ledger_head SET signature = zeroblob(64)", ["10 head-signature"]),
            ("DELETE FROM ledger_head", ["10 head-missing"]),
        ] as [(String, [String])])
    func tampering(sql: String, faults: [String]) throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.filled(10)
        #expect(try lab.open(.readOnly).verifyLedger().isIntact)
        try lab.tamper(sql)
        let store = try lab.open(.readOnly)
        let verdict = try store.verifyLedger()
        let names = Set(verdict.faults.map { "\($0.seq) \($0.kind.rawValue)" })
        #expect(names.isSuperset(of: faults), "\(verdict.faults)")
        #expect(!verdict.isIntact)
    }

    @Test("nothing is written behind a cut or replaced end, so that the damage stays visible")
    func noSealingOverDamage() throws {
        for sql in [
            "DELETE FROM ledger WHERE seq > 8", "DELETE FROM ledger", "DELETE FROM ledger_head",
            "UPDATE ledger SET hash = lower(hash) || ' ' WHERE seq = 10",
        ] {
            let lab = try Lab()
            defer { withExtendedLifetime(lab) {} }
            try lab.filled(10)
            try lab.tamper(sql)
            let store = try lab.open()
            let error = #expect(throws: StorageError.self, "\(sql)") { try store.create([device("new")]) }
            #expect(error?.code == .corrupt && error?.message.contains("audit verify") == true)
            #expect(try store.snapshot().count == 10)
        }
    }

    @Test("without the signing key, or with another, nothing is written and nobody is fooled")
    func keys() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.filled(4)
        let key = try lab.bytes("data/ledger.key")
        #expect(key.count == 32)
        try FileManager.default.removeItem(atPath: lab.folder.file("data/ledger.key"))
        #expect(code { try lab.open().create([device("a")]) } == .wrongKey)
        #expect(try lab.open(.readOnly).verifyLedger().isIntact, "the public half proves without the private one")

        let other = LedgerSigner()
        try lab.folder.write(other.privateKey, to: "data/ledger.key")
        #expect(code { try lab.open().create([device("a")]) } == .wrongKey)
        #expect(try found(lab.open(.readOnly), publicKey: other.publicKey) == ["4 head-signature"])

        try lab.folder.write(key, to: "data/ledger.key", mode: 0o640)
        #expect(code { try lab.open().create([device("a")]) } == .permission)
        try lab.folder.write(Array(key.dropLast()), to: "data/ledger.key")
        #expect(code { try lab.open().create([device("a")]) } == .wrongKey)
        try lab.folder.write(key, to: "data/ledger.key")
        try lab.open().create([device("a")])
        #expect(try lab.open(.readOnly).verifyLedger().isIntact)
    }

    @Test("someone who writes the whole ledger anew is found by a public key kept elsewhere")
    func keptKey() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.filled(3)
        let kept = try #require(try lab.open(.readOnly).ledgerPublicKey())
        for name in ["hatang.sqlite", "ledger.key", "ledger.pub"] {
            try FileManager.default.removeItem(atPath: lab.folder.file("data/\(name)"))
        }
        try lab.filled(3)
        #expect(try lab.open(.readOnly).verifyLedger().isIntact)
        #expect(try found(lab.open(.readOnly), publicKey: kept) == ["3 head-signature"])
    }

    @Test("an empty ledger is not reported as proven")
    func empty() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let verdict = try lab.open().verifyLedger()
        #expect(verdict.checked == 0 && !verdict.isIntact && verdict.faults.isEmpty)
    }
}
