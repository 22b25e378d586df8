import Foundation
import Notation
import Probing
import Remote
import SNMP
import Synchronization

/// Vendors' MIB files in `Probes/mibs/`, read when the first name is asked for that is not well known.
final class MIBFolder: ObjectNames {
    let path: String
    private let loaded = Mutex<Result<MIBNames, InputErrors>?>(nil)

    /// Where distributions keep the modules that vendors' files import.
    private static let imports = [
        "/usr/share/snmp/mibs", "/usr/share/snmp/mibs/iana", "/usr/share/snmp/mibs/ietf", "/var/lib/mibs/iana",
        "/var/lib/mibs/ietf",
    ]

    /// - Parameter probes: the folder with definitions.
    init(probes: String) { path = probes.trimmingSlash + "/mibs" }

    /// What the files define; nil when there is no such folder.
    func names() throws(InputErrors) -> MIBNames? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let result = loaded.withLock { loaded in
            if let loaded { return loaded }
            let made: Result<MIBNames, InputErrors>
            do {
                made = .success(try MIBNames(directories: [path], imports: Self.imports))
            } catch {
                made = .failure(
                    InputErrors(
                        Diagnostic(
                            SourcePosition(file: path), problem: "the MIB files cannot be read",
                            remedy: "check the folder's permissions")))
            }
            loaded = made
            return made
        }
        return try result.get()
    }

    func oid(named name: String) throws(InputErrors) -> OID? {
        guard let names = try names() else { return nil }
        if let oid = names.oid(named: name) { return oid }
        // A name that is nowhere may stand in what could not be parsed.
        let errors = Self.diagnostics(names).filter { $0.severity == .error }
        if !errors.isEmpty { throw InputErrors(errors) }
        return nil
    }

    func knownNames() -> [String] { ((try? names()) ?? nil)?.labels() ?? [] }

    /// What is wrong in the files, with file and line.
    static func diagnostics(_ names: MIBNames) -> [Diagnostic] {
        names.problems.map { problem in
            Diagnostic(
                SourcePosition(
                    file: problem.file ?? "mibs", line: problem.line ?? 0, column: problem.line == nil ? 0 : 1),
                problem: problem.text,
                remedy: problem.isError
                    ? "correct the file, or ask its maker for one that parses"
                    : "add the module it imports if a name is missing", severity: problem.isError ? .error : .warning)
        }
    }
}
