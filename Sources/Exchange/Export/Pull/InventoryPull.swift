public import CMDB
import Notation

/// New texts for inventory files, so that they say what the inventory says.
///
/// Files are edited where they differ: values in the quoting they have, keys in the order of the schema, records at the
/// end of the list that has their like. Comments and everything that holds already stay as they are. New records go to a
/// file that has their kind, else where ``InventoryLayout`` says. The result is loaded and planned before it is given
/// out: the plan of the new files is empty, or nothing is.
public struct InventoryPull: Sendable {
    /// One file that changes.
    public struct FileChange: Hashable, Sendable {
        /// As the file was named.
        public let path: String
        /// Its text now; nil when there is no such file.
        public let before: String?
        /// Its new text.
        public let after: String
        /// What changes, as `diff -u` prints it.
        public var diff: String { UnifiedDiff.text(path: path, before: before, after: after) }
    }

    /// Sorted by path; empty when the files say it all already.
    public let changes: [FileChange]
    /// Records that were written anew, changed in place, taken out.
    public let created: [ObjectID], changed: [ObjectID], removed: [ObjectID]
    /// How many records the files hold afterwards: the denominator.
    public let records: Int

    /// Finds what to change.
    /// - Parameters:
    ///   - files: all files of `folder`.
    ///   - folder: where new files go; its last component is the origin of what it holds.
    ///   - snapshot: the inventory.
    ///   - origins: the origin of each record; records of other origins are left to their folders, those of none are
    ///     taken in.
    /// - Throws: `InputErrors` when the files as they are cannot be read, ``PullFailure`` when they cannot be edited.
    public static func make(
        _ files: [InventoryFile], folder: String, origin: String, snapshot: Snapshot, origins: [ObjectID: String]
    ) throws -> InventoryPull {
        var forced: Set<ObjectID> = []
        for _ in 0..<4 {
            let draft = try PullDraft(
                files, folder: folder, origin: origin, snapshot: snapshot, origins: origins, forced: forced)
            let result = draft.result()
            let remaining = try remaining(draft.after, origin: origin, snapshot: snapshot, origins: origins)
            if remaining.isEmpty { return result }
            let more = Set(remaining.map(\.id)).subtracting(forced)
            if more.isEmpty { throw PullFailure(problems: remaining.map(\.text)) }
            // What could not be changed in place is written anew.
            forced.formUnion(more)
        }
        throw PullFailure(problems: ["the files keep differing from the inventory"])
    }

    init(changes: [FileChange], created: [ObjectID], changed: [ObjectID], removed: [ObjectID], records: Int) {
        (self.changes, self.created, self.changed) = (changes, created, changed)
        (self.removed, self.records) = (removed, records)
    }

    /// What a plan of the new files would still change.
    private static func remaining(
        _ files: [InventoryFile], origin: String, snapshot: Snapshot, origins: [ObjectID: String]
    ) throws -> [(id: ObjectID, text: String)] {
        let loaded = try InventoryLoader.load(files, onto: snapshot, origins: origins)
        let plan = try InventoryPlan.make(from: snapshot, to: loaded, origins: origins)
        let open = plan.changes.map { change in
            let fields = change.differences.map {
                "\($0.field) \($0.before?.canonical ?? "-") -> \($0.after?.canonical ?? "-")"
            }
            return (change.id, "\(change.id): \(change.verb) \(fields.joined(separator: ", "))")
        }
        return open + plan.leftovers.map { ($0, "\($0) stands in no file") }
    }
}
