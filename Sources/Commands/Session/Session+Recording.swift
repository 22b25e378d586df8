import CMDB
import Evidence
import Foundation
import Notation
import Storage

extension Session {
    /// Takes records in that a command made, under the same rules as if they stood in a file.
    /// - Parameter records: Kind and fields, as a file would have them.
    /// - Returns: What changed; nothing when all is recorded so already.
    /// - Throws: `InputErrors` with everything that is wrong with them.
    func record(
        _ records: [(kind: Kind, fields: [String: JSONValue])], onto snapshot: Snapshot, in database: Database,
        reason: String
    ) throws -> [Change] {
        let lists = Dictionary(grouping: records, by: \.kind).map { kind, some in
            (kind.fileKey, JSONValue.array(some.map { .object($0.fields) }))
        }
        // JSON is YAML: the loader reads what it always reads.
        let file = InventoryFile(
            path: "command line", text: JSONValue.object(Dictionary(lists, uniquingKeysWith: { $1 })).canonical,
            origin: "command line")
        let origins = try database.origins()
        let loaded = try InventoryLoader.load([file], onto: snapshot, origins: origins)
        for warning in loaded.warnings { console.warn(warning.description) }
        let plan = try InventoryPlan.make(from: snapshot, to: loaded)
        if plan.isEmpty { return [] }
        try database.apply(
            changes: plan.changes, actor: actor, reason: reason, at: now(), expectedSequence: snapshot.sequence)
        return plan.changes
    }
}
