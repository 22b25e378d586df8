import Foundation
public import Notation

/// The probes there are, by name.
public struct ProbeLibrary: Sendable {
    /// Sorted by name.
    public let probes: [ProbeDefinition]

    /// Reads the texts of several files; nothing is taken when one of them has an error.
    /// - Parameter names: knows the objects of vendors' MIB files; asked only for names that are not well known.
    /// - Throws: every error of every file: not YAML, unknown keys (with the nearest name), wrong values, names that
    ///   stand in two files; one error without position when there is no file at all.
    public init(files: [(name: String, text: String)], names: any ObjectNames = WellKnownNames()) throws(InputErrors) {
        var reader = ProbeFileReader(names: names)
        var probes: [ProbeDefinition] = []
        var places: [String: SourcePosition] = [:]
        for file in files.sorted(by: { $0.name < $1.name }) {
            guard let probe = reader.read(file.text, file: file.name) else { continue }
            if let other = places[probe.name] {
                reader.problems.append(
                    Diagnostic(
                        probe.position, subject: "probe/\(probe.name)", problem: "the name is taken by \(other.file)",
                        remedy: "rename one of the two probes"))
                continue
            }
            places[probe.name] = probe.position
            probes.append(probe)
        }
        if files.isEmpty {
            reader.problems.append(
                Diagnostic(
                    SourcePosition(file: "Probes"), problem: "there are no probe files",
                    remedy: "put definitions named *.yaml into this folder"))
        }
        if !reader.problems.isEmpty { throw InputErrors(reader.problems) }
        self.probes = probes.sorted { $0.name < $1.name }
    }

    /// Reads all `*.yaml` and `*.yml` of a folder, not of folders inside it.
    /// - Throws: ``InputErrors`` as the other initialiser, also for a folder or file that cannot be read, and for a
    ///   folder without probe files.
    public init(folder path: String, names: any ObjectNames = WellKnownNames()) throws(InputErrors) {
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: path), problem: "the folder cannot be read",
                    remedy: "check that it exists and that you may read it"))
        }
        var files: [(name: String, text: String)] = []
        for name in entries.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            guard let data = FileManager.default.contents(atPath: file), data.count <= 4 << 20 else {
                throw InputErrors(
                    Diagnostic(
                        SourcePosition(file: file), problem: "the file cannot be read, or is above 4 MiB",
                        remedy: "check its permissions and size"))
            }
            files.append((file, String(decoding: data, as: UTF8.self)))
        }
        if files.isEmpty {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: path), problem: "there are no probe files",
                    remedy: "put definitions named *.yaml into this folder"))
        }
        try self.init(files: files, names: names)
    }

    /// The probe called `name`.
    public subscript(_ name: String) -> ProbeDefinition? { probes.first { $0.name == name } }
}
