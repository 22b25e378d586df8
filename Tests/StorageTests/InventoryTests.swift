import CMDB
import Evidence
import Foundation
import Notation
import Storage
import TestSupport
import Testing

@Suite("Inventory in storage", .tags(.medium))
struct InventoryTests {
    @Test("what is applied stands in the snapshot, in the ledger and in the history")
    func lifeOfARecord() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        #expect(try store.snapshot().count == 0 && store.inventorySequence() == 0)

        let place = Provenance(position: SourcePosition(file: "devices.yaml", line: 7, column: 3))
        let (old, new) = (device("core-1"), device("core-1", role: "core-switch"))
        let first = try store.apply(
            changes: [.create(old), .create(device("core-2"))], provenance: [old.id: place], actor: "an",
            reason: "nhập lần đầu", at: noon, expectedSequence: 0)
        #expect(first.created == 2 && first.total == 2 && first.sequence == 2 && first.firstSequence == 1)
        let second = try store.apply(
            changes: [.update(before: old, after: new), .delete(device("core-2"))], actor: "bình", reason: "thay",
            at: noon + .seconds(1), expectedSequence: 2)
        #expect(second.updated == 1 && second.deleted == 1 && second.sequence == 4)

        let snapshot = try store.snapshot()
        #expect(snapshot.all == [new] && snapshot.sequence == 4)
        #expect(try store.provenance(of: old.id) == nil)
        let history = try store.history(of: old.id)
        #expect(history.map(\.action) == ["inventory.create", "inventory.update"])
        #expect(history.map(\.actor) == ["an", "bình"] && history[1].reason == "thay" && history[0].seq == 1)
        #expect(
            history[1].payload["changes"] == ["role": ["before": "access-switch", "after": "core-switch"]])
        #expect(history[0].payload["source"] == ["origin": "file", "file": "devices.yaml", "line": 7])
        let content = JSONValue.object(new.fields).canonical
        #expect(history[1].payload["hash"]?.string == Digest.sha256Hex(content.utf8))
        #expect(try store.verifyLedger().isIntact)
        let audit = try store.verifyInventory()
        #expect(audit.checked == 1 && audit.faults.isEmpty)
    }

    @Test("it is all there after closing and opening again, to the byte")
    func persistence() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        var store = try lab.open()
        let odd = Object(
            id: ObjectID(.prefix, "10.0.0.0/24"),
            fields: [
                "prefix": "10.0.0.0/24", "custom_fields": ["x": 1.0, "big": .int(.max), "t": "\u{1F600}\"\\\n"],
                "description": "e\u{301}",
            ])
        try store.create([odd] + devices(50))
        let before = try store.snapshot().all.map(\.json.canonical)
        try store.close()
        store = try lab.open()
        #expect(!store.recoveredFromCrash)
        let after = try store.snapshot().all.map(\.json.canonical)
        #expect(zip(before, after).allSatisfy { $0.utf8.elementsEqual($1.utf8) } && after.count == 51)
        #expect(try store.snapshot()[odd.id]?["custom_fields"]?["x"] == .double(1))
        #expect(try lab.open(.readOnly).snapshot().count == 51)
    }

    @Test("no change is recorded as nothing")
    func nothing() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        let result = try store.apply(changes: [], actor: "an", reason: "", at: noon)
        #expect(result.total == 0 && result.firstSequence == nil && result.sequence == 0)
        #expect(try store.ledgerHead() == nil)
    }

    @Test(
        "a change that does not fit what is there is refused by name, and everything with it",
        arguments: [
            ("sw-1", Change.create(device("sw-1")), "is there already"),
            ("gone", .delete(device("gone")), "no longer there"),
            ("gone", .update(before: device("gone"), after: device("gone", rank: 9)), "no longer there"),
            ("sw-1", .delete(device("sw-1", rank: 5)), "has been changed"),
            ("sw-1", .update(before: device("sw-1", rank: 5), after: device("sw-1")), "has been changed"),
            ("sw-1", .update(before: device("sw-1"), after: device("sw-x")), "cannot become"),
        ] as [(String, Change, String)])
    func conflict(name: String, change: Change, says: String) throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try store.create(devices(3))
        let head = try store.ledgerHead()
        let changes: [Change] = [.create(device("new")), .delete(device("sw-0", rank: 0)), change]
        let error = #expect(throws: StorageError.self) {
            try store.apply(changes: changes, actor: "an", reason: "", at: noon)
        }
        #expect(error?.code == .conflict)
        #expect(error?.message.contains("device/\(name)") == true && error?.message.contains(says) == true)
        #expect(try store.snapshot().all == devices(3) && store.ledgerHead() == head)
        #expect(try store.verifyLedger().isIntact && store.verifyInventory().faults.isEmpty)
    }

    @Test("two ways to compose one letter are two values")
    func composition() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        func named(_ text: String) -> Object {
            Object(id: ObjectID(.device, "a"), fields: ["slug": "a", "description": .string(text)])
        }
        try store.create([named("\u{E9}")])
        #expect(
            code {
                try store.apply(changes: [.delete(named("e\u{301}"))], actor: "an", reason: "", at: noon)
            } == .conflict)
    }

    @Test("a stale plan is refused; records that are no inventory change make none stale")
    func stale() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try store.create(devices(2))
        let snapshot = try store.snapshot()
        try store.append([
            LedgerEntry(action: "probe.run", subject: nil, actor: "daemon", reason: "", at: noon, payload: [:])
        ])
        try store.apply(
            changes: [.create(device("x"))], actor: "an", reason: "", at: noon, expectedSequence: snapshot.sequence)
        let error = #expect(throws: StorageError.self) {
            try store.apply(
                changes: [.create(device("y"))], actor: "an", reason: "", at: noon, expectedSequence: snapshot.sequence)
        }
        #expect(error?.code == .stale && error?.message.contains("plan again") == true)
        #expect(try store.snapshot().count == 3)
        #expect(try store.latestLedgerRecords(action: "probe.run", limit: 5).map(\.seq) == [3])
    }

    @Test("whichever write of an apply fails, nothing of it is kept")
    func faultInjection() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.filled(3)
        for step in 0..<8 {
            let sabotage = step < 4 ? "object WHEN NEW.key = 'new-\(step)'" : "ledger WHEN NEW.seq = \(step)"
            try lab.tamper("CREATE TRIGGER boom BEFORE INSERT ON \(sabotage) BEGIN SELECT RAISE(ABORT, 'boom'); END")
            let store = try lab.open()
            let head = try store.ledgerHead()
            #expect(throws: StorageError.self, "step \(step)") { try store.create((0..<4).map { device("new-\($0)") }) }
            #expect(try store.snapshot().all == devices(3) && store.ledgerHead() == head)
            #expect(try store.verifyLedger().isIntact && store.verifyInventory().faults.isEmpty)
            try store.close()
            try lab.tamper("DROP TRIGGER boom")
        }
    }

    @Test("20 readers see one consistent state while a write is going on, and the new one after it")
    func readersDuringWrite() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try store.create(devices(200))
        let seen = try ReadersDuringWrite.run(store, readers: 20) { snapshot in
            (snapshot.count, snapshot.sequence)
        }
        #expect(seen.count == 20 && seen.allSatisfy { $0 == (200, 200) })
        #expect(try store.snapshot().count == 201)
    }

    @Test("objects altered behind the suite's back are found and named")
    func alteredObjects() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        try lab.filled(5)
        let changes = [
            ("UPDATE object SET json = replace(json, 'active', 'offline') WHERE key = 'sw-1'", "device/sw-1"),
            ("UPDATE object SET hash = 'x' WHERE key = 'sw-2'", "device/sw-2"),
            ("DELETE FROM object WHERE key = 'sw-3'", "device/sw-3"),
            ("UPDATE object SET key = 'sw-9' WHERE key = 'sw-4'", "device/sw-9"),
            ("UPDATE object SET seq = 77 WHERE key = 'sw-0'", "device/sw-0"),
        ]
        for (sql, name) in changes {
            let copy = try Lab()
            defer { withExtendedLifetime(copy) {} }
            try copy.filled(5)
            try copy.tamper(sql)
            let store = try copy.open(.readOnly)
            let faults = try store.verifyInventory().faults
            #expect(faults.contains { $0.hasPrefix(name + ":") }, "\(sql): \(faults)")
            #expect(try store.verifyLedger().isIntact)
        }
    }

    @Test("an object that cannot be read is named, whatever stands in its row")
    func unreadableObjects() throws {
        for (set, says) in [
            ("json = '{'", "device/sw-1"), ("json = '[]'", "device/sw-1"), ("json = x'ff00'", "json"),
            ("json = 5", "device/sw-1"), ("kind = 'gadget'", "gadget"), ("key = x'ff'", "key"),
        ] {
            let lab = try Lab()
            defer { withExtendedLifetime(lab) {} }
            try lab.filled(3)
            try lab.tamper("UPDATE object SET \(set) WHERE key = 'sw-1'")
            let error = #expect(throws: StorageError.self, "\(set)") { try lab.open(.readOnly).snapshot() }
            #expect(error?.code == .corrupt && error?.message.contains(says) == true, "\(set): \(error?.message ?? "")")
        }
    }
}
