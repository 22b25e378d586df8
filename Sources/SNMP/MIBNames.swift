import CNetSNMP
import Foundation
public import Remote

/// Names of objects from MIB files, read by libsnmp.
///
/// libsnmp keeps one tree per process: what one value has loaded, all see. Many systems ship without the IETF's MIB
/// files; a name that no file defines has no translation, and that is no error.
public struct MIBNames: Sendable {
    /// Something wrong in a MIB file, as the parser says it.
    public struct Problem: Sendable, Hashable {
        /// The file; nil when the parser names none.
        public let file: String?
        /// From 1; nil when the parser names none.
        public let line: Int?
        /// What is wrong, on one line.
        public let text: String
        /// Whether objects may be missing by it: a module that is imported and stands nowhere often costs nothing.
        public let isError: Bool
    }

    /// What an object is, for people who write definitions.
    public struct Description: Sendable, Equatable {
        /// Its ASN.1 type; nil for a node that holds no value.
        public let type: String?
        /// Its DISPLAY-HINT.
        public let hint: String?
        /// Its UNITS.
        public let units: String?
        /// The objects that make up its table's index.
        public let index: [String]
        /// Names of its numbers.
        public let names: [Int: String]
    }

    /// MIB files found in the directories; 0 means that no name will be known but those loaded before.
    public let fileCount: Int
    /// What was wrong in them, in the order of the files.
    public let problems: [Problem]

    /// Reads every MIB file in `directories`. Takes tens of milliseconds per hundred files: do it once.
    /// - Parameter imports: directories whose modules are read where a file imports them; those that cannot be read are
    ///   left out. The names at the root (`enterprises`, `mib-2`) need none.
    /// - Throws: ``RemoteError`` `local` when a directory cannot be read.
    public init(directories: [String], imports: [String] = []) throws {
        var modules: [String] = []
        var files: [String] = []
        var strangers: [Problem] = []
        for directory in directories {
            guard let entries = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
                throw RemoteError(
                    .local, subject: directory, message: "cannot read the MIB directory; check its path and permissions"
                )
            }
            for entry in entries.sorted() where !entry.hasPrefix(".") {
                let path = directory + "/" + entry
                if entry.hasPrefix("README") || entry.hasSuffix(".md") { continue }
                guard let module = Self.module(path) else {
                    strangers.append(
                        Problem(
                            file: path, line: 1, text: "no MIB module begins here (NAME DEFINITIONS ::= BEGIN)",
                            isError: true))
                    continue
                }
                files.append(path)
                if !modules.contains(module) { modules.append(module) }
            }
        }
        fileCount = files.count
        guard !files.isEmpty else {
            problems = strangers
            return
        }
        _ = Self.takeLog()
        let roots = try MIBRoots()
        defer { roots.remove() }
        for directory in [roots.path] + imports + directories { _ = cnetsnmp_mib_add_directory(directory) }
        // What is said while directories are listed is about their order, not about what stands in the files.
        _ = Self.takeLog()
        for module in modules { _ = cnetsnmp_mib_read_module(module) }
        problems = strangers + Self.problems(Self.takeLog(), files: files)
    }

    /// The name in front of DEFINITIONS; nil for a file that is no MIB.
    private static func module(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 16 << 20 else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard text.contains("DEFINITIONS") else { return nil }
        for line in text.split(whereSeparator: \.isNewline) {
            let text = line.split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
            guard let word = text.split(whereSeparator: \.isWhitespace).first else { continue }
            let fits = word.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
            }
            return fits && word.utf8.count <= 128 ? String(word) : nil
        }
        return nil
    }

    private static func takeLog() -> String {
        String(unsafeUninitializedCapacity: 1 << 20) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { cnetsnmp_mib_log($0.baseAddress, $0.count) }
        }
    }

    /// Every name known, for "did you mean"; at most 1 MiB of them.
    public func labels() -> [String] {
        let text = String(unsafeUninitializedCapacity: 1 << 20) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { cnetsnmp_mib_labels($0.baseAddress, $0.count) }
        }
        return Set(text.split(separator: "\n").map(String.init)).sorted()
    }

    /// What the object at or above `oid` is; nil when no loaded file names any part of it.
    public func description(of oid: OID) -> Description? {
        guard name(of: oid) != nil else { return nil }
        let parts = oid.parts
        let text = String(unsafeUninitializedCapacity: 1 << 16) { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                cnetsnmp_mib_describe(parts, parts.count, $0.baseAddress, $0.count)
            }
        }
        var values: [String: [String]] = [:]
        for line in text.split(separator: "\n") {
            let pair = line.split(separator: "\t", maxSplits: 1).map(String.init)
            if pair.count == 2 { values[pair[0], default: []].append(pair[1]) }
        }
        var names: [Int: String] = [:]
        for entry in values["enum"] ?? [] {
            let pair = entry.split(separator: " ", maxSplits: 1)
            if pair.count == 2, let number = Int(pair[0]) { names[number] = String(pair[1]) }
        }
        return Description(
            type: values["type"]?.first, hint: values["hint"]?.first, units: values["units"]?.first,
            index: values["index"] ?? [], names: names)
    }

    /// The identifier of `IF-MIB::ifDescr.1`, `ifDescr.1` or dotted decimal; nil when no loaded file defines it.
    public func oid(named name: String) -> OID? {
        if let oid = OID(dotted: name) { return oid }
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5F: true
            default: false
            }
        }
        guard allowed, !name.isEmpty, name.utf8.count <= 512 else { return nil }
        var count = 0
        let parts = [UInt32](unsafeUninitializedCapacity: 128) { buffer, initialised in
            count = cnetsnmp_mib_oid(name, buffer.baseAddress, buffer.count)
            initialised = count
        }
        return count > 0 ? OID(parts) : nil
    }

    /// `IF-MIB::ifDescr.1` for an identifier; nil when no loaded file names any part of it.
    public func name(of oid: OID) -> String? {
        let parts = oid.parts
        var length = 0
        let text = String(unsafeUninitializedCapacity: 2_048) { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                length = cnetsnmp_mib_name(parts, parts.count, $0.baseAddress, $0.count)
            }
            return length
        }
        return length > 0 ? text : nil
    }
}
