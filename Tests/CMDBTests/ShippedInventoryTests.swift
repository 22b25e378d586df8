import CMDB
import Foundation
import Notation
import TestSupport
import Testing

/// The inventories in the repository pass every rule, alone and together.
@Suite(.tags(.medium))
struct ShippedInventoryTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Inventory")

    static func files(_ origin: String) throws -> [InventoryFile] {
        let folder = root.appending(path: origin)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path(percentEncoded: false))
        return try names.filter { $0.hasSuffix(".yaml") }.sorted().map { name in
            InventoryFile(
                path: "Inventory/\(origin)/\(name)",
                text: try String(contentsOf: folder.appending(path: name), encoding: .utf8), origin: origin)
        }
    }

    @Test(arguments: [["langson"], ["lab"], ["device-types"], ["device-types", "lab", "langson"]])
    func loadsWithoutAnError(_ origins: [String]) throws {
        let files = try origins.flatMap(Self.files)
        #expect(!files.isEmpty)
        do {
            let loaded = try InventoryLoader.load(files, onto: Snapshot([]))
            #expect(loaded.warnings.map(\.description) == [])
            #expect(loaded.origins == origins.sorted())
            let snapshot = Snapshot(loaded.objects.map(\.object))
            let again = try InventoryLoader.load(files, onto: snapshot)
            #expect(try InventoryPlan.make(from: snapshot, to: again).isEmpty)
        } catch let errors as InputErrors {
            Issue.record("\(errors.diagnostics.count) errors:\n\(errors)")
        }
    }
}
