import CMDB
import Foundation
import Notation
import Regulation
import Testing

@testable import Compliance

/// The province's 29 systems under both decrees, with what its documents say and do not say.
@Suite struct SystemLevelTests {
    static let day = "2026-11-21"

    static func inventory() throws -> Snapshot {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Inventory/langson")
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
        let files = try names.filter { $0.hasSuffix(".yaml") }.sorted().map { name in
            InventoryFile(
                path: name, text: try String(contentsOf: root.appending(path: name), encoding: .utf8), origin: "langson"
            )
        }
        return Snapshot(try InventoryLoader.load(files, onto: Snapshot([])).objects.map(\.object))
    }

    @Test("all 29: at least the level their type gives, never a false certainty") func systems() throws {
        let snapshot = try Self.inventory()
        let table = try LevelTable.embedded()
        let systems = snapshot.objects(.system)
        #expect(systems.count == 29)
        for system in systems {
            let level = SystemLevel.of(system, table, on: Self.day)
            #expect(level.answers.count == 2)
            #expect(level.inForce == "decree-331-2026")
            let least =
                switch (system.text("role"), system.text("info")) {
                case ("internal", "public"): 1
                case ("internal", _): 2
                case ("shared_infrastructure", _): 3
                case ("citizen_facing", _): 2
                default: 0
                }
            let old = try #require(level.answer("decree-85-2016"))
            #expect(old.least >= least, "\(system.id)")
            // Whether it serves defence or security no document says: the level is a lower bound, and that is named.
            if system.fields["defence_security"] == nil {
                #expect(!level.isSettled && old.missing.contains("defence_security"), "\(system.id)")
                #expect(level.standing != .agrees, "\(system.id)")
            }
            if let declared = system.int("security_level") { #expect(declared >= old.least, "\(system.id)") }
            let isRunning = system.text("status") == "active"
            #expect(level.transition?.id == (isRunning ? "never-levelled" : "under-investment"), "\(system.id)")
        }
    }

    static func system(_ fields: [String: JSONValue]) -> Object {
        Object(id: ObjectID(.system, "s"), fields: fields.merging(["name": "S"]) { $1 })
    }

    static let complete: [String: JSONValue] = [
        "role": "shared_infrastructure", "info": "private_or_personal", "reach": "province_or_sector",
        "defence_security": false, "status": "active",
    ]

    @Test func standing() throws {
        let table = try LevelTable.embedded()
        func standing(_ more: [String: JSONValue]) -> SystemLevel.Standing {
            SystemLevel.of(Self.system(Self.complete.merging(more) { $1 }), table, on: Self.day).standing
        }
        #expect(standing(["security_level": 3]) == .agrees)
        #expect(standing(["security_level": 2]) == .tooLow)
        #expect(standing(["security_level": 4]) == .higher)
        #expect(standing([:]) == .undeclared)
        var open = Self.complete
        open["defence_security"] = nil
        open["security_level"] = 3
        #expect(SystemLevel.of(Self.system(open), table, on: Self.day).standing == .unsettled)
        open["security_level"] = 5
        #expect(SystemLevel.of(Self.system(open), table, on: Self.day).standing == .higher)
    }

    @Test(
        arguments: [
            (["level_status": "approved", "decision_date": "2025-03-01"], "approved-before"),
            (["level_status": "approved", "decision_date": "2026-09-01"], nil),
            (["level_status": "approved"], "approved-without-date"),
            (["status": "planned"], "under-investment"), (["status": "active"], "never-levelled"),
            (["status": "active", "level_status": "appraised"], "never-levelled"), (["status": "retired"], nil),
        ] as [([String: JSONValue], String?)])
    func transition(_ fields: [String: JSONValue], _ id: String?) throws {
        let level = SystemLevel.of(Self.system(fields), try LevelTable.embedded(), on: Self.day)
        #expect(level.transition?.id == id)
    }

    @Test func regimeInForce() throws {
        let table = try LevelTable.embedded()
        func regime(_ day: String) -> String? { SystemLevel.of(Self.system([:]), table, on: day).inForce }
        #expect(regime("2026-08-18") == "decree-85-2016")
        #expect(regime("2026-08-19") == "decree-331-2026")
        #expect(regime("2010-01-01") == nil)
    }

    @Test("a zone's level follows from what stands in it") func zones() throws {
        let text = """
            tenants: [{name: T}]
            sites: [{name: S}]
            manufacturers: [{name: M}]
            device_types: [{slug: box, manufacturer: m, model: Box}]
            device_roles: [{name: Server}]
            zones:
              - {name: A, zone_type: dmz, security_level: 2}
              - {name: B, zone_type: db, security_level: 3}
              - {name: C, zone_type: wireless}
              - {name: D, zone_type: management}
            segments: [{name: Seg, site: s, zone: d, ipv4_prefix: 10.0.0.0/24}]
            devices:
              - {name: a1, role: server, device_type: box, site: s, zone: a}
              - {name: b1, role: server, device_type: box, site: s, zone: b, interfaces: [{name: e0, segment: seg}]}
            services: [{name: svc, parent: device/a1, system: big}]
            systems:
              - {name: Big, role: shared_infrastructure, reach: province_or_sector}
              - {name: Small, security_level: 1, components: [device/b1], role: internal, info: public}
            """
        let loaded = try InventoryLoader.load([InventoryFile(path: "a.yaml", text: text)], onto: Snapshot([]))
        let zones = ZoneLevel.all(
            in: Snapshot(loaded.objects.map(\.object)), try LevelTable.embedded(), on: Self.day)
        #expect(zones.map(\.zone.key) == ["a", "b", "c", "d"])
        #expect(zones.map(\.needed) == [3, 1, nil, 1])
        #expect(zones.map(\.isTooLow) == [true, false, false, true])
        #expect(zones.map(\.machines) == [1, 1, 0, 1])
    }
}
