import CMDB
import Notation
import TestSupport
import Testing

@Suite(.tags(.small))
struct PlanTests {
    private func recorded(_ texts: String...) throws -> (Snapshot, [ObjectID: String]) {
        let loaded = try InventoryLoader.load(
            texts.enumerated().map { InventoryFile(path: "inv/\($0).yaml", text: $1) }, onto: Snapshot([]))
        let snapshot = Fixture.snapshot(loaded)
        return (snapshot, Dictionary(uniqueKeysWithValues: loaded.objects.map { ($0.object.id, $0.origin) }))
    }

    @Test func theSecondLoadChangesNothing() throws {
        let (snapshot, origins) = try recorded(Fixture.base, Fixture.machine)
        let again = try Fixture.load(Fixture.base, Fixture.machine, onto: snapshot, origins: origins, prune: true)
        let plan = try InventoryPlan.make(from: snapshot, to: again, origins: origins, prune: true)
        #expect(plan.isEmpty)
        #expect(plan.unchanged == snapshot.count)
        #expect(plan.summary == "0 to create, 0 to update, 0 to delete, \(snapshot.count) unchanged")
    }

    @Test func createsComeWithWhatTheyReferToFirst() throws {
        let loaded = try Fixture.load(
            Fixture.base, Fixture.machine, "tenants: [{name: A, parent: b}, {name: B, parent: c}, {name: C}]")
        let plan = try InventoryPlan.make(from: Snapshot([]), to: loaded)
        #expect(plan.creates == loaded.objects.count)
        var done: Set<ObjectID> = []
        for change in plan.changes {
            guard case .create(let object) = change else { continue }
            for reference in Snapshot.references(of: object) { #expect(done.contains(reference.to)) }
            done.insert(object.id)
        }
    }

    @Test func updatesTellTheFieldsAndTheCanonicalTextTellsStalePlans() throws {
        let (snapshot, origins) = try recorded(Fixture.base)
        let changed = Fixture.base.replacing("region: bac", with: "region: dong-bac")
        let plan = try InventoryPlan.make(
            from: snapshot, to: try Fixture.load(changed, onto: snapshot, origins: origins), origins: origins)
        #expect(plan.summary == "0 to create, 1 to update, 0 to delete, \(snapshot.count - 1) unchanged")
        #expect(plan.changes.first?.differences.map(\.field) == ["region"])
        #expect(
            plan.canonical
                == #"{"changes":[{"fields":{"region":["bac","dong-bac"]},"id":"site/ttdl","verb":"update"}],"origins":["inv"],"version":1}"#
        )
        let (other, _) = try recorded(Fixture.base.replacing("region: bac", with: "region: tay-bac"))
        let stale = try InventoryPlan.make(from: other, to: try Fixture.load(changed))
        #expect(stale.canonical != plan.canonical)
    }

    @Test func onlyPruneDeletesAndOnlyWhatTheSameOriginBrought() throws {
        let (snapshot, origins) = try recorded(Fixture.base, Fixture.machine)
        var mixed = origins
        mixed[ObjectID(.vrf, "lab")] = "lab"
        mixed[ObjectID(.prefix, "lab:10.9.0.0/24")] = "lab"
        let rest = Fixture.base.replacing("vrfs: [{slug: lab, name: Lab}]", with: "")
            .replacing(", {prefix: 10.9.0.0/24, vrf: lab}", with: "")
        let loaded = try Fixture.load(rest, onto: snapshot, origins: mixed, prune: true)
        let kept = try InventoryPlan.make(from: snapshot, to: loaded, origins: mixed)
        #expect(kept.isEmpty)
        #expect(kept.leftovers.count == 5)
        let plan = try InventoryPlan.make(from: snapshot, to: loaded, origins: mixed, prune: true)
        #expect(plan.deletes == 5)
        #expect(plan.changes.last?.id == ObjectID(.device, "srv-dvc-01"))
        #expect(plan.changes.allSatisfy { mixed[$0.id] == "inv" })
    }

    @Test func deletingWhatSomethingLeftRefersToIsRefused() throws {
        let (snapshot, origins) = try recorded(Fixture.base, Fixture.machine)
        var mixed = origins
        mixed[ObjectID(.device, "srv-dvc-01")] = "other"
        mixed[ObjectID(.interface, "srv-dvc-01:eno1")] = "other"
        let loaded = try Fixture.load("tenants: [{name: T}]", onto: snapshot, origins: mixed, prune: true)
        let errors = #expect(throws: InputErrors.self) {
            try InventoryPlan.make(from: snapshot, to: loaded, origins: mixed, prune: true)
        }
        let lines = errors?.diagnostics.map(\.description) ?? []
        #expect(
            lines.contains {
                $0.contains("site/ttdl: it cannot be deleted, device/srv-dvc-01 of origin other refers to it by site")
            })
        #expect(!lines.contains { $0.contains("site/dr") })
    }

    @Test func aRenamedMachineDoesNotCollideWithItsFormerSelfWhenPruned() throws {
        let (snapshot, origins) = try recorded(Fixture.base, Fixture.machine)
        let renamed = Fixture.machine.replacing("srv-dvc-01", with: "srv-dvc-02")
        #expect(throws: InputErrors.self) { try Fixture.load(Fixture.base, renamed, onto: snapshot, origins: origins) }
        let loaded = try Fixture.load(Fixture.base, renamed, onto: snapshot, origins: origins, prune: true)
        let plan = try InventoryPlan.make(from: snapshot, to: loaded, origins: origins, prune: true)
        #expect(plan.summary == "3 to create, 2 to update, 3 to delete, \(loaded.objects.count - 5) unchanged")
    }

    /// Generated inventories load, apply and load again without a difference, whatever the order of their lists.
    @Test func generatedInventoriesAreStable() throws {
        var random = SeededGenerator("inventory")
        for _ in 0..<20 {
            let text = GeneratedInventory.text(machines: Int.random(in: 1...40, using: &random), using: &random)
            let first = try InventoryLoader.load([InventoryFile(path: "g/a.yaml", text: text)], onto: Snapshot([]))
            let plan = try InventoryPlan.make(from: Snapshot([]), to: first)
            var objects: [ObjectID: Object] = [:]
            for change in plan.changes {
                if case .create(let object) = change { objects[object.id] = object }
            }
            let snapshot = Snapshot(objects.values)
            #expect(snapshot.count == first.objects.count)
            let again = try InventoryLoader.load([InventoryFile(path: "g/a.yaml", text: text)], onto: snapshot)
            let second = try InventoryPlan.make(from: snapshot, to: again)
            #expect(second.isEmpty)
            #expect(second.unchanged == first.objects.count)
        }
    }
}

/// A random inventory that is right: networks do not overlap, addresses are unique, names have diacritics.
enum GeneratedInventory {
    static func text(machines: Int, using random: inout some RandomNumberGenerator) -> String {
        let words = ["Máy", "chủ", "Cổng", "dữ liệu", "Đăng ký", "Sở", "Ủy ban"]
        var out = """
            manufacturers: [{name: Hãng Đ}]
            device_types: [{slug: t, manufacturer: Hãng Đ, model: T}]
            device_roles: [{name: Server}]
            sites: [{name: S}]

            """
        out += "segments:\n"
        for i in 0..<4 {
            out += "  - {name: seg \(i), site: s, ipv4_prefix: 10.0.\(i).0/24, ipv6_prefix: \"2001:db8:\(i)::/64\"}\n"
        }
        out += "devices:\n"
        for i in 0..<machines {
            let name =
                "\(words.randomElement(using: &random) ?? "x") \(words.randomElement(using: &random) ?? "y") \(i)"
            let segment = Int.random(in: 0..<4, using: &random)
            let tags = ["b", "a", "c"].shuffled(using: &random).joined(separator: ", ")
            out += "  - name: \(name)\n    role: Server\n    device_type: t\n    site: S\n    tags: [\(tags)]\n"
            out += "    comments: \"dòng \\\"một\\\"\\nhai: # không phải ghi chú\"\n    interfaces:\n"
            out +=
                "      - {name: \"eth0\", segment: \"seg \(segment)\", mtu: \(Int.random(in: 576...9000, using: &random)), "
            out += "ip_addresses: [{address: 10.0.\(segment).\(i + 2)/24, primary: \(Bool.random(using: &random))}, "
            out += "\"2001:DB8:\(segment):0:0::\(String(i + 2, radix: 16))/64\"]}\n"
        }
        return out
    }
}
