import CMDB
import Evidence
import Foundation
import Notation
import Storage
import TestSupport
import Testing

@Suite("The past of the inventory", .tags(.medium))
struct PastTests {
    /// Objects by id, and nothing clever.
    typealias Model = [ObjectID: [String: JSONValue]]

    private static func model(_ snapshot: Snapshot) -> Model {
        Dictionary(uniqueKeysWithValues: snapshot.all.map { ($0.id, $0.fields.dictionary) })
    }

    /// A few changes to a few small objects; references only to regions, so that reverts meet obstacles.
    private static func changes(_ model: Model, _ random: inout SeededGenerator) -> [Change] {
        let ids = (0..<6).map { ObjectID(.region, "r\($0)") } + (0..<6).map { ObjectID(.site, "s\($0)") }
        var out: [Change] = []
        for id in ids.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random)) {
            let wanted: [String: JSONValue] = {
                var fields: [String: JSONValue] = ["slug": .string(id.key), "name": .string(id.key)]
                for field in ["description", "comments", "source"] where Bool.random(using: &random) {
                    fields[field] = .string("v\(Int.random(in: 0..<3, using: &random))")
                }
                if id.kind == .site {
                    fields["status"] = "active"
                    let regions = model.keys.filter { $0.kind == .region }.sorted()
                    if let region = regions.randomElement(using: &random) { fields["region"] = .string(region.key) }
                }
                return fields
            }()
            let after = Object(id: id, fields: wanted)
            guard let fields = model[id] else {
                out.append(.create(after))
                continue
            }
            let before = Object(id: id, fields: fields)
            if Int.random(in: 0..<4, using: &random) == 0 {
                out.append(.delete(before))
            } else if fields != wanted {
                out.append(.update(before: before, after: after))
            }
        }
        // Nothing may point to what goes.
        let next = ChangeSet.applied(out, to: Snapshot(model.map { Object(id: $0.key, fields: $0.value) }))
        let dangles = next.all.contains { object in
            Snapshot.references(of: object).contains { next[$0.to] == nil }
        }
        return dangles ? [] : out
    }

    @Test("random applies and reverts against a naive model; every state comes back by number and by time")
    func random() throws {
        var random = SeededGenerator("past")
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        var model: Model = [:]
        var states: [(seq: Int64, at: Timestamp, model: Model)] = []
        var applied: [(seq: Int64, count: Int)] = []
        var reverted = 0
        var refused = 0
        var at = noon
        for step in 0..<150 {
            at = at + .seconds(1)
            if step % 3 == 2, let target = applied.suffix(4).randomElement(using: &random) {
                let undo = try store.recordedApply(
                    containing: target.seq + Int64.random(in: 0..<Int64(target.count), using: &random))
                #expect(undo.count == target.count && undo.first?.seq == target.seq)
                let plan = try RevertPlan.make(undo: undo, in: try store.snapshot()) {
                    try store.recordedChanges(of: $0)
                }
                let naive = Self.naiveRevert(undo, model)
                #expect(plan.obstacles.isEmpty == (naive != nil), "step \(step): \(plan.obstacles)")
                guard plan.obstacles.isEmpty, let naive else {
                    refused += 1
                    #expect(plan.changes.isEmpty)
                    #expect(
                        plan.obstacles.allSatisfy { !$0.because.isEmpty && $0.because.allSatisfy { $0 > target.seq } })
                    continue
                }
                let marks = plan.reverts.mapValues { ["reverts": JSONValue.array($0.map { .int($0) })] }
                let result = try store.apply(
                    changes: plan.changes, actor: "bình", reason: "revert", at: at, note: ApplyNote(marks: marks))
                model = naive
                if let first = result.firstSequence { applied.append((first, result.total)) }
                reverted += 1
            } else {
                let changes = Self.changes(model, &random)
                guard !changes.isEmpty else { continue }
                let result = try store.apply(changes: changes, actor: "an", reason: "step \(step)", at: at)
                for change in changes { model[change.id] = change.after?.fields.dictionary }
                applied.append((try #require(result.firstSequence), result.total))
            }
            #expect(Self.model(try store.snapshot()) == model, "step \(step)")
            states.append((try store.ledgerLength(), at, model))
            // Records that are no inventory change lie between.
            if step % 7 == 0 {
                try store.append([
                    LedgerEntry(action: "probe.run", subject: nil, actor: "d", reason: "", at: at, payload: [:])
                ])
            }
        }
        print("past: \(states.count) states, \(reverted) reverts, \(refused) refused")
        #expect(reverted > 5 && refused > 5)
        for state in states {
            let then = try store.snapshot(asOf: state.seq)
            #expect(Self.model(then) == state.model && then.sequence <= state.seq)
            let number = try #require(try store.ledgerSequence(at: state.at + .milliseconds(500)))
            #expect(Self.model(try store.snapshot(asOf: number)) == state.model)
        }
        #expect(try store.ledgerSequence(at: noon) == nil)
        #expect(try store.inventoryTime()?.first.seq == 1)
        #expect(try store.snapshot(asOf: 0).count == 0)
        #expect(try store.verifyLedger().isIntact && store.verifyInventory().faults.isEmpty)
        // A diff of two states leads from one to the other.
        let (first, last) = (try #require(states.first), try #require(states.last))
        let (from, to) = (try store.snapshot(asOf: first.seq), try store.snapshot(asOf: last.seq))
        #expect(Self.model(ChangeSet.applied(ChangeSet.between(from, to), to: from)) == last.model)
        #expect(Self.model(ChangeSet.applied(ChangeSet.between(from, to).map(\.inverse), to: to)) == first.model)
    }

    /// Undoes newest first, field by field; nil when a field is not as the change left it or a reference would dangle.
    private static func naiveRevert(_ undo: [RecordedChange], _ model: Model) -> Model? {
        var model = model
        for change in undo.reversed() {
            switch change.verb {
            case .create:
                guard let now = model[change.id] else { return nil }
                let made = change.differences.reduce(into: [String: JSONValue]()) { $0[$1.field] = $1.after }
                guard now == made else { return nil }
                model[change.id] = nil
            case .delete:
                guard model[change.id] == nil else { return nil }
                model[change.id] = change.differences.reduce(into: [:]) { $0[$1.field] = $1.before }
            case .update:
                guard var now = model[change.id] else { return nil }
                for difference in change.differences {
                    guard now[difference.field] == difference.after else { return nil }
                    now[difference.field] = difference.before
                }
                model[change.id] = now
            }
        }
        for case .string(let region)? in model.filter({ $0.key.kind == .site }).map({ $0.value["region"] })
        where model[ObjectID(.region, region)] == nil { return nil }
        return model
    }

    @Test("a past that was altered is not shown: the object and the record are named") func altered() throws {
        for sql in [
            "UPDATE object SET json = replace(json, 'active', 'offline') WHERE key = 'sw-1'",
            "UPDATE ledger SET record = replace(record, 'access-switch', 'other-switch') WHERE seq = 4",
            "UPDATE ledger SET record = json_remove(record, '$.payload') WHERE seq = 4",
        ] {
            let lab = try Lab()
            defer { withExtendedLifetime(lab) {} }
            var store = try lab.open()
            try store.create(devices(3))
            let old = device("sw-1")
            try store.apply(
                changes: [.update(before: old, after: device("sw-1", role: "core-switch"))], actor: "an", reason: "",
                at: noon)
            #expect(try store.snapshot(asOf: 3)[old.id] == old)
            try store.close()
            try lab.tamper(sql)
            store = try lab.open(.readOnly)
            let error = #expect(throws: StorageError.self, "\(sql)") { try store.snapshot(asOf: 3) }
            #expect(error?.code == .corrupt, "\(sql): \(error?.message ?? "")")
            #expect(error?.message.contains("device/sw-1") == true || error?.message.contains("record 4") == true)
        }
    }

    @Test("the records of an apply belong together, and say which names, plans and changes they mean")
    func transaction() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try store.create(devices(3))
        let note = ApplyNote(
            plan: "aa", author: "cúc",
            marks: [device("y").id: ["renamed_from": "device/sw-1"], device("sw-1").id: ["renamed_to": "device/y"]])
        try store.apply(
            changes: [.create(device("y")), .delete(device("sw-1"))], actor: "an", reason: "", at: noon, note: note)
        #expect(try store.recordedApply(containing: 2).map(\.seq) == [1, 2, 3])
        let second = try store.recordedApply(containing: 5)
        #expect(second.map(\.seq) == [4, 5] && second.allSatisfy { $0.transaction == 4 })
        #expect(second[0].renamedFrom == device("sw-1").id && second[1].renamedTo == device("y").id)
        #expect(second[0].payload["plan"] == "aa" && second[0].payload["author"] == "cúc")
        #expect(try store.recordedApply(containing: 6).isEmpty)
        #expect(try store.verifyLedger().isIntact && store.verifyInventory().faults.isEmpty)
    }
}

@Suite("Four eyes", .tags(.medium))
struct FourEyesTests {
    private let system = Object(
        id: ObjectID(.system, "portal"),
        fields: ["slug": "portal", "name": "Portal", "security_level": 3, "components": ["device/sw-1"]])

    private func guarded() throws -> (Lab, Store) {
        let lab = try Lab()
        let store = try lab.open()
        try store.create(devices(3) + [system])
        #expect(try store.setFourEyes(FourEyes(minimumLevel: 3), actor: "an", reason: "rule", at: noon) == nil)
        return (lab, store)
    }

    private var change: Change { .update(before: device("sw-1"), after: device("sw-1", role: "core-switch")) }

    @Test("a change of a guarded system needs a plan that neither its author nor who applies it approved")
    func approval() throws {
        let (lab, store) = try guarded()
        defer { withExtendedLifetime(lab) {} }
        func apply(_ note: ApplyNote, by actor: String) -> StorageError? {
            do {
                try store.apply(changes: [change], actor: actor, reason: "", at: noon, note: note)
                return nil
            } catch { return error as? StorageError ?? StorageError(.other, "\(error)") }
        }
        #expect(apply(ApplyNote(), by: "an")?.code == .notApproved)
        #expect(apply(ApplyNote(), by: "an")?.message.contains("system/portal by device/sw-1") == true)
        let note = ApplyNote(plan: "digest", author: "an")
        #expect(apply(note, by: "an")?.message.contains("nobody has approved") == true)
        try store.approve(plan: "digest", author: "an", changes: 1, actor: "an", reason: "me", at: noon)
        #expect(apply(note, by: "an")?.message.contains("only an has approved") == true)
        try store.approve(plan: "other", author: "an", changes: 1, actor: "bình", reason: "x", at: noon)
        #expect(apply(note, by: "an") != nil)
        try store.approve(plan: "digest", author: "an", changes: 1, actor: "bình", reason: "ok", at: noon)
        // Who approves does not also apply: a forged author would make two people of one.
        #expect(apply(note, by: "bình")?.code == .notApproved)
        #expect(try store.snapshot()[device("sw-1").id] == device("sw-1"))
        #expect(apply(note, by: "an") == nil)
        #expect(try store.approvals(of: "digest").map(\.actor) == ["an", "bình"])
        #expect(try store.verifyLedger().isIntact)
        // What touches no guarded system needs nobody.
        try store.apply(changes: [.delete(device("sw-2", rank: 2))], actor: "an", reason: "", at: noon)
    }

    @Test("asking more is for one, asking less is for two") func setting() throws {
        let (lab, store) = try guarded()
        defer { withExtendedLifetime(lab) {} }
        let off = FourEyes(minimumLevel: nil)
        #expect(try store.setFourEyes(off, actor: "an", reason: "", at: noon)?.actor == "an")
        #expect(try store.setFourEyes(off, actor: "an", reason: "", at: noon) != nil)
        #expect(try store.fourEyes().minimumLevel == 3)
        #expect(try store.setFourEyes(FourEyes(minimumLevel: 4), actor: "bình", reason: "", at: noon) != nil)
        #expect(try store.setFourEyes(off, actor: "bình", reason: "", at: noon) == nil)
        #expect(try store.fourEyes() == off)
        #expect(try store.setFourEyes(FourEyes(minimumLevel: 2), actor: "an", reason: "", at: noon) == nil)
        // A request of before does not count again.
        #expect(try store.setFourEyes(off, actor: "bình", reason: "", at: noon) != nil)
    }
}
