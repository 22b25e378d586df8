import CMDB
import Foundation
import Notation
import TestSupport
import Testing

@Suite("Renames and mergers", .tags(.small))
struct RenameTests {
    private static let more = """
        tenants:
          - {slug: so-a, name: Sở A}
          - {slug: so-b, name: Sở B, parent: so-a}
          - {slug: so-c, name: Sở C, parent: so-a}
        virtual_machines:
          - {name: web, role: server, tenant: so-a, owner: so-b}
        systems:
          - {slug: portal, name: Portal, owner: so-a, operator: so-b, components: [device/srv-dvc-01]}
        dependencies:
          - {from: system/portal, relation: runs-on, to: device/srv-dvc-01}
        cables:
          - {a_terminations: [interface/srv-dvc-01:eno1], b_terminations: [interface/srv-dvc-01:eno2]}
        interfaces:
          - {device: device/srv-dvc-01, name: eno2, lag: eno1}
        groups: [{name: Ours, selector: device slug=srv-dvc-01}]
        """

    private func snapshot() throws -> Snapshot {
        Fixture.snapshot(try Fixture.load(Fixture.base, Fixture.machine, Self.more))
    }

    /// No reference leads nowhere, and everything is still as files would make it.
    private func check(_ changes: [Change], _ snapshot: Snapshot) throws -> Snapshot {
        _ = try ChangeCheck.check(changes, onto: snapshot, source: "test")
        let after = ChangeSet.applied(changes, to: snapshot)
        for object in after.all {
            for reference in Snapshot.references(of: object) { #expect(after[reference.to] != nil, "\(reference)") }
        }
        return after
    }

    @Test("a machine takes its parts, their addresses and everything that names it along") func machine() throws {
        let before = try snapshot()
        let rename = try Rename.make(ObjectID(.device, "srv-dvc-01"), to: "ttdl-web-1", in: before)
        let after = try check(rename.changes, before)
        #expect(after.count == before.count)
        #expect(!after.all.contains { $0.json.canonical.contains("srv-dvc-01") && $0.id.kind != .group })
        let device = try #require(after[ObjectID(.device, "ttdl-web-1")])
        #expect(device.text("slug") == "ttdl-web-1" && device.text("name") == "ttdl-web-1")
        #expect(after.interfaces(of: device.id).map(\.id.key) == ["ttdl-web-1:eno1", "ttdl-web-1:eno2"])
        #expect(after.addresses(of: device.id).count == 2)
        #expect(after[ObjectID(.dependency, "portal-runs-on-ttdl-web-1")]?.text("to") == "device/ttdl-web-1")
        #expect(after[ObjectID(.cable, "ttdl-web-1-eno1-ttdl-web-1-eno2")] != nil)
        #expect(after[ObjectID(.service, "ttdl-web-1-cong-dich-vu-cong")] != nil)
        #expect(rename.leftToDo.map(\.id.description) == ["group/ours"])
        // Loading the same files with the new name everywhere gives the very same inventory.
        let texts = [Fixture.base, Fixture.machine, Self.more].map { $0.replacing("srv-dvc-01", with: "ttdl-web-1") }
        let loaded = Fixture.snapshot(try Fixture.load(texts[0], texts[1], texts[2]))
        #expect(ChangeSet.between(after, loaded).map(\.id.description) == ["group/ours"])
        #expect(ChangeSet.between(after, before).count == rename.changes.count)
    }

    @Test("a part of a machine keeps its machine; siblings that name it follow") func part() throws {
        let before = try snapshot()
        let rename = try Rename.make(ObjectID(.interface, "srv-dvc-01:eno1"), to: "te1/0/1", in: before)
        let after = try check(rename.changes, before)
        #expect(after[ObjectID(.interface, "srv-dvc-01:te1/0/1")]?.text("name") == "te1/0/1")
        #expect(after[ObjectID(.interface, "srv-dvc-01:eno2")]?.text("lag") == "te1/0/1")
        #expect(after[ObjectID(.ipAddress, "10.20.110.11/24")]?.text("assigned_object") == "srv-dvc-01:te1/0/1")
    }

    @Test("names that are taken, no names, and kinds that are named by their content are refused")
    func refused() throws {
        let before = try snapshot()
        for (id, key, says) in [
            ("site/ttdl", "dr", "there already"), ("site/ttdl", "T T", "not a key"), ("site/ttdl", "ttdl", "already"),
            ("site/none", "x", "there is no"), ("prefix/10.20.0.0/16", "10.21.0.0/16", "named by what it is"),
            ("interface/srv-dvc-01:eno1", "eno2", "there already"),
        ] {
            let error = #expect(throws: Rename.Refusal.self) {
                try Rename.make(#require(ObjectID(id)), to: key, in: before)
            }
            #expect(error?.description.contains(says) == true, "\(id): \(error?.description ?? "")")
        }
    }

    @Test("a tag and a custom field are renamed where they stand") func labels() throws {
        let files = Fixture.base + "tags: [{name: Web}]\n"
        let before = Fixture.snapshot(try Fixture.load(files, Fixture.machine))
        let rename = try Rename.make(ObjectID(.tag, "web"), to: "www", in: before)
        let after = try check(rename.changes, before)
        #expect(after[ObjectID(.device, "srv-dvc-01")]?.texts("tags") == ["prod", "www"])
    }

    private let a = ObjectID(.tenant, "so-a")
    private let b = ObjectID(.tenant, "so-b")
    private let c = ObjectID(.tenant, "so-c")

    @Test("merged agencies leave everything to the new one and stay as history") func merge() throws {
        let before = try snapshot()
        let move = try TenantMove.merge([a, b], into: c, day: "2025-06-30", in: before)
        let after = try check(move.changes, before)
        #expect(after.referrers(of: c).count { $0.field != "successor" } == 4)
        #expect(after[ObjectID(.system, "portal")]?.text("operator") == "so-c")
        for id in [a, b] {
            let old = try #require(after[id])
            #expect(old.text("status") == "merged" && old.text("successor") == "so-c")
            #expect(old.text("end_date") == "2025-06-30")
        }
        // The new one stood under an old one that ends: it stands on its own now.
        #expect(after[c]?.text("parent") == nil && after[b]?.text("parent") == "so-a")
        #expect(move.moved[c] == ["owner": 2, "operator": 1, "tenant": 1])
        let kept = try TenantMove.merge([a], into: c, keep: ["tenant"], day: "2025-06-30", in: before)
        #expect(ChangeSet.applied(kept.changes, to: before)[ObjectID(.virtualMachine, "web")]?.text("tenant") == "so-a")
        for (old, new) in [([a], a), ([a, a], b), ([ObjectID(.tenant, "x")], b)] {
            #expect(throws: TenantMove.Refusal.self) {
                try TenantMove.merge(old, into: new, day: "2025-06-30", in: before)
            }
        }
        #expect(throws: TenantMove.Refusal.self) {
            try TenantMove.merge([a], into: b, day: "2025-06-30", in: after)
        }
    }

    @Test("a split agency gives each thing to exactly one") func split() throws {
        let before = try snapshot()
        let (web, portal) = (ObjectID(.virtualMachine, "web"), ObjectID(.system, "portal"))
        #expect(TenantMove.holdings(of: a, in: before) == [web, portal, b, c])
        let move = try TenantMove.split(
            a, [.init(tenant: b, objects: [web])], rest: c, day: "2025-06-30", in: before)
        let after = try check(move.changes, before)
        #expect(after[web]?.text("tenant") == "so-b" && after[portal]?.text("owner") == "so-c")
        #expect(after[a]?.texts("successors") == ["so-b", "so-c"] && after[a]?.text("status") == "split")
        #expect(after[b]?.text("parent") == nil && after[c]?.text("parent") == nil)
        let unclaimed = #expect(throws: TenantMove.Refusal.self) {
            try TenantMove.split(
                a, [.init(tenant: b, objects: [web]), .init(tenant: c, objects: [web])], rest: nil, day: "2025-06-30",
                in: before)
        }
        #expect(unclaimed?.problems.contains { $0.contains("system/portal: nobody") } == true)
        #expect(unclaimed?.problems.contains { $0.contains("virtual-machine/web: so-b and so-c") } == true)
    }

    @Test("who touches a system of a guarded level is known, by whatever part") func levels() throws {
        let before = try snapshot()
        let portal = try #require(before[ObjectID(.system, "portal")])
        var fields = portal.fields
        fields["security_level"] = 3
        let guarded = ChangeSet.applied(
            [.update(before: portal, after: Object(id: portal.id, fields: fields))], to: before)
        func systems(_ change: Change, _ level: Int = 3) -> [String] {
            LevelGuard(minimumLevel: level, before: guarded, changes: [change]).touched(by: [change]).map {
                $0.system.description
            }
        }
        for id in [
            "system/portal", "device/srv-dvc-01", "interface/srv-dvc-01:eno1", "ip-address/10.20.110.11/24",
            "dependency/portal-runs-on-srv-dvc-01", "service/srv-dvc-01-cong-dich-vu-cong",
            "cable/srv-dvc-01-eno1-srv-dvc-01-eno2",
        ] {
            let object = try #require(ObjectID(id).flatMap { guarded[$0] }, "\(id)")
            #expect(systems(.delete(object)) == ["system/portal"], "\(id)")
            #expect(systems(.delete(object), 4).isEmpty, "\(id)")
        }
        for id in ["rack/a-03", "virtual-machine/web", "tenant/so-a", "site/ttdl"] {
            let object = try #require(ObjectID(id).flatMap { guarded[$0] })
            #expect(systems(.delete(object)).isEmpty, "\(id)")
        }
        // Lowering the level that guards it is such a change itself.
        let now = try #require(guarded[portal.id])
        #expect(systems(.update(before: now, after: portal)) == ["system/portal"])
        #expect(systems(.update(before: portal, after: now)) == ["system/portal"])
    }
}
