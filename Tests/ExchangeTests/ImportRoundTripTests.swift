import CMDB
import Exchange
import Foundation
import Notation
import TestSupport
import Testing

/// Imports as the command does: read, then load through the rules of the inventory.
enum Importing {
    static func load(
        _ sources: [ImportSource], _ options: ImportOptions = ImportOptions(), onto snapshot: Snapshot = Snapshot([])
    ) throws -> (snapshot: Snapshot, plan: InventoryPlan, warnings: [String], readings: [String]) {
        let (read, loaded) = try Importer.load(sources, options: options, onto: snapshot)
        let plan = try InventoryPlan.make(from: snapshot, to: loaded)
        var after = Dictionary(uniqueKeysWithValues: snapshot.all.map { ($0.id, $0) })
        for item in loaded.objects { after[item.object.id] = item.object }
        return (
            Snapshot(after.values), plan, (read.warnings + loaded.warnings).map(\.description), read.readings
        )
    }

    static func source(_ name: String, _ text: String) -> ImportSource {
        ImportSource(path: name, bytes: Array(text.utf8))
    }

    static func errors(
        _ sources: [ImportSource], _ options: ImportOptions = ImportOptions(), onto snapshot: Snapshot = Snapshot([])
    ) -> [String] {
        do {
            _ = try load(sources, options, onto: snapshot)
            return []
        } catch let errors as InputErrors {
            return errors.diagnostics.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }
}

@Suite("What is exported comes in again", .tags(.medium))
struct ImportRoundTripTests {
    private func tables(_ world: Snapshot) -> [ImportSource] {
        Kind.allCases.filter { !world.objects($0).isEmpty }.map { kind in
            Importing.source("\(kind.fileKey).csv", TableExport.csv(kind, world.objects(kind), in: world))
        }
    }

    @Test("CSV of every kind into an empty inventory gives the same records", arguments: 0..<4)
    func csv(_ round: Int) throws {
        let world = try ExportWorld.snapshot("import csv \(round)")
        let back = try Importing.load(tables(world))
        #expect(ExportWorld.differences(world, back.snapshot) == [])
    }

    @Test("CSV onto the inventory it came from changes nothing", arguments: 0..<4)
    func unchanged(_ round: Int) throws {
        let world = try ExportWorld.snapshot("import same \(round)")
        let back = try Importing.load(tables(world), onto: world)
        #expect(
            back.plan.isEmpty,
            "\(back.plan.changes.map { "\($0.verb) \($0.id): \($0.differences.map { "\($0.field) \($0.before?.canonical ?? "-") -> \($0.after?.canonical ?? "-")" })" })"
        )
    }

    @Test("CSV imported and exported again has the same bytes", arguments: 0..<2)
    func bytes(_ round: Int) throws {
        let world = try ExportWorld.snapshot("import bytes \(round)")
        let back = try Importing.load(tables(world)).snapshot
        #expect(tables(back).map(\.bytes) == tables(world).map(\.bytes))
    }

    @Test("A workbook gives the same records", arguments: 0..<2)
    func workbook(_ round: Int) throws {
        let world = try ExportWorld.snapshot("import xlsx \(round)")
        let folder = try TemporaryFolder("import-xlsx")
        let path = folder.file("world.xlsx")
        try WorkbookExport.write(
            world.all, in: world, to: path,
            cover: WorkbookExport.Cover(made: "2026-11-21T08:00:00Z", seconds: 1_795_248_000, sequence: 1, author: "t"))
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let back = try Importing.load([ImportSource(path: "world.xlsx", bytes: bytes)])
        #expect(ExportWorld.differences(world, back.snapshot) == [])
        #expect(try Importing.load([ImportSource(path: "world.xlsx", bytes: bytes)], onto: world).plan.isEmpty)
    }

    @Test("JSON and YAML lists by kind come in as they are", arguments: ["world.json", "world.yaml"])
    func lists(_ name: String) throws {
        let world = try ExportWorld.snapshot("import lists")
        let text = name.hasSuffix("json") ? TableExport.json(world.all) : InventoryYAML(world.all).document()
        let back = try Importing.load([Importing.source(name, text)])
        #expect(ExportWorld.differences(world, back.snapshot) == [])
    }
}
