import CMDB
import Foundation
import Notation
import TestSupport
import Testing

@testable import Drawing

/// Inventories for pictures.
enum Fixture {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A folder of `Inventory/`, as the suite would hold it.
    static func shipped(_ name: String) throws -> Snapshot {
        let folder = root.appending(path: "Inventory/\(name)")
        let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL]
        let files = try (found ?? []).filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }.map {
            InventoryFile(
                path: "\(name)/\($0.lastPathComponent)", text: try String(contentsOf: $0, encoding: .utf8),
                origin: name)
        }
        return Snapshot(try InventoryLoader.load(files, onto: Snapshot([])).objects.map(\.object))
    }

    /// Records from one YAML text.
    static func records(_ text: String) throws -> Snapshot {
        Snapshot(
            try InventoryLoader.load([InventoryFile(path: "a.yaml", text: text, origin: "a")], onto: Snapshot([]))
                .objects.map(\.object))
    }

    /// Records made by hand, for values that no loader would let in.
    static func raw(_ objects: [(ObjectID, [String: JSONValue])]) -> Snapshot {
        Snapshot(objects.map { Object(id: $0.0, fields: $0.1) })
    }
}
