import CMDB
import Foundation
import Notation

/// Reads inventory folders into texts.
enum InventoryFolders {
    /// Every `.yaml` and `.yml` below `folders` (or the files named), sorted by path.
    /// - Throws: `CommandFailure` 65 for what is missing or unreadable, 6 when there is no file at all.
    static func read(_ folders: [String]) throws -> [InventoryFile] {
        var files: [InventoryFile] = []
        var problems: [Diagnostic] = []
        for folder in folders {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
                problems.append(
                    Diagnostic(
                        SourcePosition(file: folder), problem: "no such file or folder",
                        remedy: "give a folder with YAML files, such as Inventory/langson"))
                continue
            }
            let origin = URL(filePath: folder).standardizedFileURL.lastPathComponent
            let paths = isFolder.boolValue ? yamlFiles(below: folder, &problems) : [folder]
            for path in paths {
                do {
                    let bytes = try Data(contentsOf: URL(filePath: path))
                    guard let text = String(validating: bytes, as: UTF8.self) else {
                        problems.append(
                            Diagnostic(
                                SourcePosition(file: path), problem: "not UTF-8", remedy: "save the file as UTF-8"))
                        continue
                    }
                    files.append(InventoryFile(path: path, text: text, origin: origin))
                } catch {
                    problems.append(
                        Diagnostic(
                            SourcePosition(file: path), problem: "cannot be read", remedy: "check its permissions"))
                }
            }
        }
        if !problems.isEmpty { throw InputErrors(problems) }
        guard !files.isEmpty else {
            throw CommandFailure(
                .nothingToDo,
                "0 inventory files in \(folders.joined(separator: ", ")): put .yaml files there, or name another folder"
            )
        }
        return files
    }

    private static func yamlFiles(below folder: String, _ problems: inout [Diagnostic]) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else {
            problems.append(
                Diagnostic(SourcePosition(file: folder), problem: "cannot be listed", remedy: "check its permissions"))
            return []
        }
        var paths: [String] = []
        for case let name as String in walk {
            let parts = name.split(separator: "/")
            if parts.contains(where: { $0.hasPrefix(".") }) { continue }
            if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { paths.append(folder.trimmingSlash + "/" + name) }
        }
        return paths.sorted()
    }
}

extension String {
    /// Without a slash at the end, but `/` stays.
    var trimmingSlash: String {
        var text = self
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        return text
    }
}
