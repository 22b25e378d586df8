import CMDB
import Exchange
import Foundation
import Notation
import TestSupport
import Testing

@Suite("The device-type library comes in", .tags(.small))
struct ImportDeviceTypeTests {
    private func shipped() throws -> [ImportSource] {
        let folder = repositoryRoot + "/Inventory/device-types"
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
            .sorted()
        return try names.map {
            ImportSource(
                path: "device-types/\($0)", bytes: [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))))
        }
    }

    @Test("A folder of files makes types and makers; a second time changes nothing") func folder() throws {
        let made = try Importing.load(try shipped(), ImportOptions(format: .deviceTypes))
        #expect(made.snapshot.objects(.deviceType).count == 3)
        #expect(made.snapshot.objects(.manufacturer).map(\.id.key) == ["generic"])
        let again = try Importing.load(try shipped(), onto: made.snapshot)
        #expect(again.plan.isEmpty)
        #expect(again.readings.allSatisfy { $0.contains("device-types") }, "told from the files: \(again.readings)")
    }

    @Test("The maker that is recorded stays as it is; a type is found by maker and model") func known() throws {
        let world = try ExportWorld.load([
            "manufacturers: [{slug: gen, name: Generic, description: ours}]\ndevice_types: [{slug: own-key, manufacturer: gen, model: PDU 8, ipv6: \"yes\"}]\n"
        ])
        let pdu = try shipped().filter { $0.path.contains("pdu") }
        let byModel = ImportSource(
            path: pdu[0].path,
            bytes: Array(
                String(decoding: pdu[0].bytes, as: UTF8.self).replacing("slug: generic-pdu-8\n", with: "").utf8))
        let made = try Importing.load([byModel], onto: world)
        #expect(made.plan.creates == 0)
        let type = try #require(made.snapshot[ObjectID(.deviceType, "own-key")])
        #expect(type["ipv6"] == "yes", "what the file does not say stays")
        #expect(type["components"]?["power-outlets"]?.array?.count == 8)
        #expect(made.snapshot[ObjectID(.manufacturer, "gen")]?["description"] == "ours")
    }

    @Test("Ten devices of a type with 48 ports get all their ports from one CSV") func stamping() throws {
        let base = try ExportWorld.load(["sites: [{slug: hall, name: Hall}]\ndevice_roles: [{name: Switch}]\n"])
        let types = try Importing.load(try shipped(), onto: base).snapshot
        let rows = (1...10).map { "sw-\($0),switch,Generic,Access Switch 48,hall\n" }.joined()
        let csv = Importing.source("devices.csv", "name,role,manufacturer,device_type,site\n" + rows)
        let made = try Importing.load([csv], onto: types)
        #expect(made.snapshot.objects(.interface).count == 530)
        #expect(made.snapshot.objects(.powerPort).count == 20)
        #expect(made.plan.creates == 10 * 57)
        #expect(try Importing.load([csv], onto: made.snapshot).plan.isEmpty)
    }

    @Test("What is no device type is refused with its place") func other() {
        let errors = Importing.errors([Importing.source("t/x.yaml", "a: 1\n")], ImportOptions(format: .deviceTypes))
        #expect(
            errors == [
                "t/x.yaml:1:1: not a device type: manufacturer and model are missing: give files of the device-type library"
            ])
    }
}
