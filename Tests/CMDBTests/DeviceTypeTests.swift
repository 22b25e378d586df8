import CMDB
import Notation
import TestSupport
import Testing

@Suite(.tags(.small))
struct DeviceTypeTests {
    static let library = """
        ---
        manufacturer: Ví dụ
        model: Switch 4+2
        slug: vi-du-switch-4-2
        part_number: VD-4-2
        u_height: 1.0
        is_full_depth: false
        airflow: side-to-rear
        weight: 3.3
        weight_unit: kg
        front_image: true
        comments: |
          [Datasheet](https://example.org/)
        console-ports:
          - name: con 0
            type: rj-45
        power-ports:
          - name: PSU1
            type: iec-60320-c14
            maximum_draw: 715
        power-outlets:
          - name: out
            type: CS6360C
            power_port: PSU1
            feed_leg: A
        interfaces:
          - name: Gi1/0/1
            type: 1000base-t
            poe_mode: pse
          - name: Gi1/0/2
            type: 1000base-t
          - name: mgmt0
            type: 1000base-t
            mgmt_only: true
          - name: Te{module}/1
            type: 10gbase-x-sfpp
          - name: Radio
            type: ieee802.11ac
            rf_role: ap
        rear-ports:
          - {name: R1, type: mpo, positions: 6}
        front-ports:
          - {name: F1, type: lc, rear_port: R1, rear_port_position: 2}
        module-bays:
          - {name: Slot 1, position: '1', label: S1}
        device-bays:
          - name: Bay 1
        inventory-items:
          - {name: Fan, manufacturer: Quạt, part_id: FAN-1}

        """
    static let devices = """
        device_roles: [{name: Switch}]
        sites: [{slug: hall, name: Hall}]
        prefixes: [{prefix: 10.9.0.0/24}]
        devices:
          - name: sw-1
            role: switch
            device_type: vi-du-switch-4-2
            site: hall
            sample: true
            interfaces:
              - {name: Gi1/0/2, description: uplink, ip_addresses: [{address: 10.9.0.1/24, primary: true}]}
              - {name: Vlan1, type: virtual}
        cables:
          - {a_terminations: ["interface/sw-1:Gi1/0/1"], b_terminations: ["front-port/sw-1:F1"]}

        """

    private static func files(_ devices: String = devices, library: String = library) -> [InventoryFile] {
        [
            InventoryFile(path: "Inventory/a.yaml", text: devices, origin: "Inventory"),
            InventoryFile(path: "Inventory/device-types/vd/x.yaml", text: library, origin: "Inventory"),
        ]
    }

    @Test func anUnchangedLibraryFileIsADeviceTypeAndMakesItsMaker() throws {
        let loaded = try InventoryLoader.load(Self.files(), onto: Snapshot([]))
        let snapshot = Fixture.snapshot(loaded)
        let type = try #require(snapshot[ObjectID(.deviceType, "vi-du-switch-4-2")])
        #expect(type["manufacturer"] == "vi-du")
        #expect(type["front_image"] == true)
        #expect(type["components"]?["interfaces"]?.array?.count == 5)
        #expect(type["components"]?["interfaces"]?.array?.last?["rf_role"] == "ap")
        #expect(snapshot[ObjectID(.manufacturer, "vi-du")]?["name"] == "Ví dụ")
        #expect(snapshot[ObjectID(.manufacturer, "quat")] != nil)
        #expect(loaded.warnings.isEmpty, "\(loaded.warnings)")
    }

    @Test func aNewDeviceGetsTheComponentsOfItsType() throws {
        let snapshot = Fixture.snapshot(try InventoryLoader.load(Self.files(), onto: Snapshot([])))
        let port = try #require(snapshot[ObjectID(.interface, "sw-1:Gi1/0/1")])
        #expect(port["type"] == "1000base-t")
        #expect(port["poe_mode"] == "pse")
        #expect(port["enabled"] == true)
        #expect(port["sample"] == true)
        #expect(port["device"] == "device/sw-1")
        // What the file says goes first, the template fills what it leaves open.
        let uplink = try #require(snapshot[ObjectID(.interface, "sw-1:Gi1/0/2")])
        #expect(uplink["description"] == "uplink")
        #expect(uplink["type"] == "1000base-t")
        #expect(snapshot[ObjectID(.powerOutlet, "sw-1:out")]?["type"] == "cs6360c")
        #expect(snapshot[ObjectID(.frontPort, "sw-1:F1")]?["rear_port_position"] == 2)
        #expect(snapshot[ObjectID(.rearPort, "sw-1:R1")]?["positions"] == 6)
        #expect(snapshot[ObjectID(.inventoryItem, "sw-1:Fan")]?["manufacturer"] == "quat")
        #expect(snapshot.interfaces(of: ObjectID(.device, "sw-1")).count == 5, "no module, no {module} interface")
        for kind in [Kind.consolePort, .powerPort, .moduleBay, .deviceBay] {
            #expect(snapshot.objects(kind).count == 1, "\(kind)")
        }
    }

    @Test func aSecondApplyChangesNothingEvenWithPrune() throws {
        let first = try InventoryLoader.load(Self.files(), onto: Snapshot([]))
        let snapshot = Fixture.snapshot(first)
        let origins = Dictionary(uniqueKeysWithValues: first.objects.map { ($0.object.id, $0.origin) })
        for prune in [false, true] {
            let again = try InventoryLoader.load(Self.files(), onto: snapshot, origins: origins, prune: prune)
            let plan = try InventoryPlan.make(from: snapshot, to: again, origins: origins, prune: prune)
            #expect(plan.isEmpty, "\(plan.changes.map(\.id.description))")
            #expect(plan.leftovers.isEmpty, "\(plan.leftovers)")
        }
    }

    @Test func aRecordedDeviceIsNotStampedAgainUnlessAsked() throws {
        let first = try InventoryLoader.load(Self.files(), onto: Snapshot([]))
        let all = first.objects.map(\.object)
        let without = Snapshot(all.filter { $0.id.key != "sw-1:mgmt0" })
        let origins = Dictionary(uniqueKeysWithValues: first.objects.map { ($0.object.id, $0.origin) })
        let again = try InventoryLoader.load(Self.files(), onto: without, origins: origins)
        #expect(try InventoryPlan.make(from: without, to: again, origins: origins).isEmpty)
        let device = try #require(without[ObjectID(.device, "sw-1")])
        #expect(without.missingComponents(of: device).map(\.id.key) == ["sw-1:mgmt0"])
        #expect(Snapshot(all).missingComponents(of: device).isEmpty)
        let stamped = try #require(without.missingComponents(of: device).first)
        #expect(Snapshot(all)[stamped.id] == stamped, "asked for, it is as at the first time")
    }

    @Test func aChangedTypeChangesNoRecordedDevice() throws {
        let first = try InventoryLoader.load(Self.files(), onto: Snapshot([]))
        let snapshot = Fixture.snapshot(first)
        let origins = Dictionary(uniqueKeysWithValues: first.objects.map { ($0.object.id, $0.origin) })
        let library = Self.library.replacing("type: 1000base-t", with: "type: 2.5gbase-t")
        let again = try InventoryLoader.load(Self.files(library: library), onto: snapshot, origins: origins)
        let plan = try InventoryPlan.make(from: snapshot, to: again, origins: origins)
        #expect(plan.changes.map(\.id.description) == ["device-type/vi-du-switch-4-2"])
    }

    @Test(arguments: [
        ("  - type: rj-45", "has no name"), ("  - {name: a, type: x}\n  - {name: a, type: x}", "twice"),
        ("  - {name: a, type: Not a type}", "is not a slug"), ("  - just text", "a mapping is asked"),
        ("  - {name: a, speed: fast}", "whole number"),
    ])
    func aWrongTemplateIsRefusedWithItsPlace(_ list: String, _ problem: String) throws {
        let text = "manufacturer: A\nmodel: B\nslug: a-b\nu_height: 1\nis_full_depth: true\nconsole-ports:\n\(list)\n"
        do {
            _ = try InventoryLoader.load([InventoryFile(path: "t/b.yaml", text: text)], onto: Snapshot([]))
            Issue.record("it was taken")
        } catch let errors as InputErrors {
            #expect(errors.description.contains(problem), "\(errors)")
            #expect(errors.diagnostics.allSatisfy { $0.position.line >= 7 }, "\(errors)")
        }
    }

    @Test func keysOfOlderAndNewerLibrariesDoNotStopAFile() throws {
        let text =
            "---\nmanufacturer: Generic\nmodel: Blank\nslug: generic-blank\n_is_powered: false\nu_height: 1.0\nis_full_depth: false\nwarp_drive: true\n"
        let loaded = try InventoryLoader.load([InventoryFile(path: "t/b.yaml", text: text)], onto: Snapshot([]))
        #expect(Fixture.snapshot(loaded)[ObjectID(.deviceType, "generic-blank")]?["is_powered"] == false)
        #expect(loaded.warnings.map(\.position.line) == [8])
        #expect(loaded.warnings.first?.problem.contains("warp_drive") ?? false)
    }

    @Test func moduleTypesAreNamedAndLeftOut() throws {
        let module = InventoryFile(
            path: "Inventory/module-types/A/x.yaml", text: "manufacturer: A\nmodel: M\n", origin: "Inventory")
        let loaded = try InventoryLoader.load(Self.files() + [module], onto: Snapshot([]))
        #expect(loaded.counts[.deviceType] == 1)
        #expect(loaded.warnings.contains { $0.problem.contains("module types") })
    }

    @Test func recordsOfOtherReadersGoThroughTheSameRules() throws {
        let at = SourcePosition(file: "x.csv", line: 2, column: 1)
        func entry(_ key: String, _ text: String) -> YAMLMap.Entry {
            YAMLMap.Entry(key: key, keyPosition: at, value: .scalar(text, plain: true, at))
        }
        let good = InventoryRecord(
            kind: .tenant, map: YAMLMap(entries: [entry("name", "Sở Y tế")], position: at), origin: "import")
        let loaded = try InventoryLoader.load([], records: [good], onto: Snapshot([]))
        #expect(loaded.objects.map(\.object.id.description) == ["tenant/so-y-te"])
        #expect(loaded.origins == ["import"])
        let bad = InventoryRecord(
            kind: .tenant, map: YAMLMap(entries: [entry("nam", "Sở Y tế")], position: at), origin: "import")
        #expect(throws: InputErrors.self) { try InventoryLoader.load([], records: [bad], onto: Snapshot([])) }
    }
}
