import CMDB
import Notation
import TestSupport
import Testing

@Suite(.tags(.small))
struct ContextTests {
    static let machines = """
        regions: [{slug: chau-a, name: Châu Á}, {slug: viet-nam, name: Việt Nam, parent: chau-a}]
        tenants: [{name: T}]
        sites: [{slug: here, name: Here, region: viet-nam}, {slug: there, name: There}]
        manufacturers: [{name: M}]
        device_types: [{slug: box, manufacturer: m, model: Box}]
        device_roles: [{name: Server}]
        clusters: [{name: K, type: kvm, site: here}]
        devices:
          - {name: d1, role: server, device_type: box, site: here, tags: [web], local_context_data: {dns: [10.0.0.9], snmp: {port: 1161}}}
          - {name: d2, role: server, device_type: box, site: there}
        virtual_machines: [{name: v1, cluster: k}]

        """

    static let contexts = """
        config_contexts:
          - {name: Base, weight: 100, data: {ntp: [a, b], snmp: {port: 161, user: ops}, deep: {x: {y: 1}}}}
          - {name: Asia, weight: 200, regions: [chau-a], data: {ntp: [c], snmp: {user: asia}}}
          - {name: Also Asia, weight: 200, regions: [chau-a], data: {snmp: {user: also}, deep: {x: {z: 2}}}}
          - {name: Web here, weight: 300, sites: [here], object_tags: [web, db], data: {role: web}}
          - {name: Elsewhere, weight: 300, sites: [here], object_tags: [db], data: {role: db}}
          - {name: Off, weight: 900, is_active: false, data: {ntp: [z]}}
          - {name: Boxes, weight: 50, device_types: [box], data: {deep: 7, box: true}}

        """

    static func merged(_ id: ObjectID) throws -> ConfigContexts {
        let snapshot = Fixture.snapshot(try Fixture.load(machines, contexts))
        return ConfigContexts(of: try #require(snapshot[id]), in: snapshot)
    }

    @Test func weightThenNameThenTheMachineItself() throws {
        let merged = try Self.merged(ObjectID(.device, "d1"))
        #expect(
            merged.data == [
                "ntp": ["c"], "snmp": ["port": 1161, "user": "asia"], "deep": ["x": ["y": 1, "z": 2]], "role": "web",
                "box": true, "dns": ["10.0.0.9"],
            ])
        #expect(
            merged.sources.map(\.description) == [
                "config-context/boxes", "config-context/base", "config-context/also-asia", "config-context/asia",
                "config-context/web-here", "device/d1",
            ])
        #expect(merged.origin[["snmp", "user"]]?.key == "asia")
        #expect(merged.origin[["snmp", "port"]]?.key == "d1")
        #expect(merged.origin[["deep", "x", "z"]]?.key == "also-asia")
        #expect(merged.origin[["deep"]] == nil)
        #expect(merged.origin.count == 8)
    }

    @Test func scopes() throws {
        #expect(try Self.merged(ObjectID(.device, "d2")).sources.map(\.key) == ["boxes", "base"])
        // A virtual machine is where its cluster is, and of no device type.
        #expect(try Self.merged(ObjectID(.virtualMachine, "v1")).sources.map(\.key) == ["base", "also-asia", "asia"])
    }

    @Test("every leaf has one origin, whatever is merged") func originsCoverLeaves() throws {
        var random = SeededGenerator("contexts")
        func tree(_ depth: Int) -> JSONValue {
            let kind = random.next() % (depth > 2 ? 2 : 4)
            switch kind {
            case 0: return .int(Int64(random.next() % 5))
            case 1: return [.int(1)]
            default:
                return .object(
                    Dictionary((0..<(random.next() % 3)).map { ("k\($0)", tree(depth + 1)) }, uniquingKeysWith: { $1 }))
            }
        }
        func leaves(_ value: JSONValue, _ path: [String]) -> [[String]] {
            guard let members = value.object, !members.isEmpty else { return path.isEmpty ? [] : [path] }
            return members.flatMap { leaves($1, path + [$0]) }
        }
        for _ in 0..<300 {
            let contexts = (0..<4).map { i in
                Object(
                    id: ObjectID(.configContext, "c\(i)"),
                    fields: ["name": .string("c\(i)"), "weight": .int(Int64(i)), "data": .object(["top": tree(0)])])
            }
            let device = Object(id: ObjectID(.device, "d"), fields: [:])
            let merged = ConfigContexts(of: device, in: Snapshot(contexts + [device]))
            #expect(Set(leaves(merged.data, [])) == Set(merged.origin.keys), "seed \(random.seed)")
        }
    }
}

@Suite(.tags(.small))
struct ExpiringTests {
    static let inventory = """
        tenants: [{name: T}]
        manufacturers: [{name: M}]
        platforms: [{slug: old-os, name: Old, version: '1', eol_date: 2026-01-31}, {slug: unused, name: U, eol_date: 2020-01-01}]
        software: [{slug: db, name: DB, version: '9', eol_date: 2026-12-01}]
        device_types: [{slug: box, manufacturer: m, model: Box, eol_date: 2027-06-01}]
        device_roles: [{name: Server}]
        sites: [{name: S}]
        devices:
          - {name: d1, role: server, device_type: box, site: s, platform: old-os, software: [db], warranty_until: 2026-11-30, credentials: [root]}
          - {name: d2, role: server, device_type: box, site: s, platform: old-os, status: decommissioning, warranty_until: 2020-01-01}
        systems: [{name: Sys, components: [device/d1]}]
        contracts: [{name: C, contract_type: support, expires: 2026-12-31, covers: [device/d1]}]
        licences: [{name: L, assigned_to: [system/sys]}]
        certificates: [{name: Cert, not_after: 2026-11-20, used_by: [system/sys]}]
        credentials: [{name: root, type: password, secret: "secret://root", expires: 2026-11-21}]
        prefixes: [{prefix: 10.0.0.0/8, reserved_until: 2026-11-25, reserved_for: x}]

        """

    @Test func listsWhatEndsAndWhoIsAffected() throws {
        let snapshot = Fixture.snapshot(try Fixture.load(Self.inventory))
        let items = ExpiringItem.list(snapshot, until: "2026-12-20")
        #expect(
            items.map {
                "\($0.date) \($0.reason.rawValue) \($0.object) -> \($0.affected.map(\.description)) \($0.systems.map(\.key))"
            }
                == [
                    "2026-01-31 platform-eol platform/old-os -> [\"device/d1\"] [\"sys\"]",
                    "2026-11-20 certificate certificate/cert -> [\"system/sys\"] [\"sys\"]",
                    "2026-11-21 credential credential/root -> [\"device/d1\"] [\"sys\"]",
                    "2026-11-25 reservation prefix/10.0.0.0/8 -> [] []",
                    "2026-11-30 warranty device/d1 -> [\"device/d1\"] [\"sys\"]",
                    "2026-12-01 software-eol software/db -> [\"device/d1\"] [\"sys\"]",
                ])
        // The last day itself is not past.
        #expect(items.filter { $0.isPast("2026-11-21") }.map(\.object.key) == ["old-os", "cert"])
        #expect(ExpiringItem.dated(in: snapshot) == 10)
        #expect(ExpiringItem.list(snapshot, until: "2027-12-31").count == 8)
    }
}
