import CMDB
import Exchange
import Foundation
import Notation
import Storage

/// Files of other tools on disk, and the answer about them.
enum ImportFiles {
    /// Larger ones are refused before they are read.
    private static let largest = 512 << 20

    /// What a folder's files may be called.
    private static let suffixes: Set<String> = ["csv", "tsv", "json", "yaml", "yml", "xlsx"]

    /// Reads files and everything readable in folders, sorted by path; for an Ansible inventory also the variables
    /// beside it.
    static func read(_ paths: [String], _ format: ImportFormat?) throws -> [ImportSource] {
        var names: [String] = []
        var problems: [Diagnostic] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                problems.append(
                    Diagnostic(
                        SourcePosition(file: path), problem: "no such file or folder", remedy: "correct the path"))
                continue
            }
            if isFolder.boolValue {
                names += files(below: path)
            } else {
                names.append(path)
                if format == nil || format == .ansible { names += variables(beside: path) }
            }
        }
        if !problems.isEmpty { throw InputErrors(problems) }
        guard !names.isEmpty else {
            throw CommandFailure(
                .nothingToDo, "0 files in \(paths.joined(separator: ", ")): name files, or folders that hold some")
        }
        var sources: [ImportSource] = []
        var seen: Set<String> = []
        for name in names where seen.insert(name).inserted {
            do { sources.append(try one(name)) } catch let errors as InputErrors { problems += errors.diagnostics }
        }
        if !problems.isEmpty { throw InputErrors(problems) }
        return sources
    }

    /// One file.
    static func one(_ path: String) throws -> ImportSource {
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? nil
        guard let size, size <= largest, let bytes = try? Data(contentsOf: URL(filePath: path)) else {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: path),
                    problem: (size ?? 0) > largest ? "more than \(largest >> 20) MiB" : "cannot be read",
                    remedy: (size ?? 0) > largest ? "split it" : "check the path and its permissions"))
        }
        return ImportSource(path: path, bytes: [UInt8](bytes))
    }

    private static func files(below folder: String) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
        var found: [String] = []
        for case let name as String in walk {
            if name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) { continue }
            let suffix = (name as NSString).pathExtension.lowercased()
            let isVariables = name.contains("group_vars/") || name.contains("host_vars/")
            var isFolder: ObjCBool = false
            let path = folder.trimmingSlash + "/" + name
            guard suffixes.contains(suffix) || isVariables && suffix.isEmpty,
                FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
            else { continue }
            found.append(path)
        }
        return found.sorted()
    }

    /// `group_vars` and `host_vars` in the folder of an inventory file.
    private static func variables(beside path: String) -> [String] {
        guard ["yaml", "yml", "json", ""].contains((path as NSString).pathExtension.lowercased()) else { return [] }
        let folder = (path as NSString).deletingLastPathComponent
        return ["group_vars", "host_vars"].flatMap { name in
            files(below: (folder.isEmpty ? "" : folder.trimmingSlash + "/") + name)
        }
    }

    /// The database for looking only; nil when there is none yet, and none is made.
    static func reading(_ session: Session) throws -> Database? {
        guard FileManager.default.fileExists(atPath: session.databasePath) else { return nil }
        return try Database(path: session.databasePath, mode: .readOnly)
    }

    /// The plan, with how each source was read.
    static func answer(_ plan: InventoryPlan, _ imported: ImportedRecords) -> Answer {
        func short(_ value: JSONValue?) -> String {
            guard let value else { return "-" }
            let text = value.string ?? value.canonical
            return text.count > 40 ? String(text.prefix(39)) + "…" : text
        }
        return Answer(
            json: .object([
                "create": .int(Int64(plan.creates)), "update": .int(Int64(plan.updates)),
                "unchanged": .int(Int64(plan.unchanged)),
                "sources": .array(imported.readings.map { .string($0) }),
                "warnings": .array(imported.warnings.map { .string($0.description) }),
                "changes": .array(
                    plan.changes.map { change in
                        .object([
                            "verb": .string(change.verb), "id": .string(change.id.description),
                            "fields": .array(
                                change.differences.map {
                                    .object([
                                        "field": .string($0.field), "before": $0.before ?? .null,
                                        "after": $0.after ?? .null,
                                    ])
                                }),
                        ])
                    }),
            ]),
            table: TextTable(
                names: ["verb", "id", "fields"],
                rows: plan.changes.map { change in
                    let fields = change.differences.map {
                        change.verb == "update" ? "\($0.field): \(short($0.before)) → \(short($0.after))" : $0.field
                    }
                    return [change.verb, change.id.description, fields.joined(separator: ", ")]
                }), identifiers: plan.changes.map(\.id.description))
    }
}
