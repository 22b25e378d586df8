import CMDB
import Notation
import TestSupport
import Testing

/// A ledger in memory: applies changes and remembers them as the ledger does.
struct MemoryLedger {
    private(set) var snapshot = Snapshot([])
    private(set) var records: [RecordedChange] = []

    init() {}

    mutating func apply(_ changes: [Change], by actor: String = "an") {
        let first = Int64(records.count + 1)
        for change in changes {
            records.append(
                RecordedChange(
                    seq: Int64(records.count + 1), id: change.id,
                    verb: RecordedChange.Verb(rawValue: change.verb) ?? .update,
                    differences: change.differences.map {
                        RecordedChange.Difference($0.field, before: $0.before, after: $0.after)
                    }, hash: nil, at: "2026-06-30T05:00:00.000Z", actor: actor, reason: "because",
                    payload: ["transaction": .int(first)]))
        }
        snapshot = ChangeSet.applied(changes, to: snapshot)
    }

    func revert(_ numbers: Int64...) -> RevertPlan {
        RevertPlan.make(undo: records.filter { numbers.contains($0.seq) }, in: snapshot) { id in
            records.filter { $0.id == id }
        }
    }
}

func object(_ id: String, _ fields: [String: JSONValue]) -> Object {
    let id = ObjectID(id) ?? ObjectID(.tag, id)
    var fields = fields
    fields["slug"] = .string(id.key)
    if fields["name"] == nil { fields["name"] = .string(id.key) }
    return Object(id: id, fields: fields)
}

@Suite("Reverting changes", .tags(.small))
struct RevertTests {
    private let site = object("site/ttdl", [:])
    private func rack(_ fields: [String: JSONValue] = [:]) -> Object {
        object("rack/a", fields.merging(["site": "ttdl"]) { $1 })
    }

    @Test("an update goes back field by field; what others changed beside it stays")
    func fields() {
        var ledger = MemoryLedger()
        ledger.apply([.create(site), .create(rack())])
        ledger.apply([.update(before: rack(), after: rack(["serial": "1"]))])
        ledger.apply([.update(before: rack(["serial": "1"]), after: rack(["serial": "1", "asset_tag": "x"]))])
        let plan = ledger.revert(3)
        #expect(plan.obstacles.isEmpty)
        #expect(
            plan.changes == [
                .update(before: rack(["serial": "1", "asset_tag": "x"]), after: rack(["asset_tag": "x"]))
            ])
        #expect(plan.reverts == [rack().id: [3]])
    }

    @Test("a field that was changed since is named, with who changed it; both together go back")
    func changedSince() {
        var ledger = MemoryLedger()
        ledger.apply([.create(site), .create(rack())])
        ledger.apply([.update(before: rack(), after: rack(["serial": "1"]))])
        ledger.apply([.update(before: rack(["serial": "1"]), after: rack(["serial": "2"]))], by: "bình")
        let plan = ledger.revert(3)
        #expect(plan.changes.isEmpty && plan.obstacles.map(\.because) == [[4]])
        #expect(plan.obstacles[0].description.contains("rack/a") && plan.obstacles[0].description.contains("serial"))
        #expect(plan.obstacles[0].description.contains("bình at 2026-06-30T05:00:00.000Z (record 4"))
        let both = ledger.revert(3, 4)
        #expect(both.changes == [.update(before: rack(["serial": "2"]), after: rack())])
    }

    @Test("what others refer to is not taken away; the referrer and who wrote it are named")
    func referrers() {
        var ledger = MemoryLedger()
        ledger.apply([.create(site)])
        ledger.apply([.create(rack())], by: "bình")
        let plan = ledger.revert(1)
        #expect(plan.obstacles.map(\.because) == [[2]])
        #expect(plan.obstacles[0].description.contains("rack/a refers to it by site"))
        #expect(Set(ledger.revert(1, 2).changes) == [.delete(site), .delete(rack())])
    }

    @Test("what was deleted since, made anew since, or lost what it refers to, is refused with the reason")
    func gone() {
        var ledger = MemoryLedger()
        ledger.apply([.create(site), .create(rack())])
        ledger.apply([.update(before: rack(), after: rack(["serial": "1"]))])
        ledger.apply([.delete(rack(["serial": "1"]))])
        #expect(ledger.revert(3).obstacles.map(\.because) == [[4]])
        #expect(ledger.revert(2).obstacles.map(\.because) == [[4]])
        #expect(ledger.revert(4).changes == [.create(rack(["serial": "1"]))])
        ledger.apply([.delete(site)])
        #expect(ledger.revert(4).obstacles.map(\.because) == [[5]])
        ledger.apply([.create(site), .create(rack())])
        #expect(ledger.revert(4).obstacles.map(\.because) == [[7]])
    }

    @Test("a revert can be reverted") func twice() {
        var ledger = MemoryLedger()
        ledger.apply([.create(site), .create(rack())])
        let full = ledger.snapshot
        ledger.apply(ledger.revert(1, 2).changes)
        #expect(ledger.snapshot.count == 0)
        ledger.apply(ledger.revert(3, 4).changes)
        #expect(ledger.snapshot.all == full.all)
        #expect(ledger.revert(1, 2, 3, 4, 5, 6).changes.count == 2)
    }
}
