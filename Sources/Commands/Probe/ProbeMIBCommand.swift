import ArgumentParser
import Notation
import Probing
import Remote
import SNMP

extension ProbeCommand {
    /// Names and numbers of SNMP objects.
    struct MIB: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "mib", abstract: "Translate names and identifiers of SNMP objects.",
            discussion: """
                Well-known objects need no file. Others stand in vendors' MIB files: put them into mibs/ below the folder \
                with the probe definitions.

                Examples:
                  hatang probe mib ifHCInOctets
                  hatang probe mib ACME-MIB::acmeTemperature 1.3.6.1.2.1.1.5.0

                Exit codes: 0 all translated, 3 some were not, 6 none was, 65 a MIB file that cannot be parsed.
                """)
        @Argument(help: "Names (IF-MIB::ifDescr, ifDescr.3) or identifiers (1.3.6.1.2.1.2.2.1.2).") var objects:
            [String]
        @OptionGroup var library: Library
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if objects.isEmpty { throw ValidationError("name at least one object") }
        }

        private struct Row {
            let asked: String
            let name: String
            let oid: OID
            var details: [(String, String)] = []
        }

        func run(in session: Session) async throws {
            let folder = MIBFolder(probes: library.folder(session))
            let names = try folder.names()
            var rows: [Row] = []
            for asked in objects {
                if let row = try row(asked, folder) {
                    rows.append(row)
                } else {
                    let known = WellKnownNames.list + folder.knownNames()
                    let hint = NearestName.hint(
                        asked, in: known, otherwise: "put the MIB file that defines it into \(folder.path)/")
                    session.console.warn("\(asked): no object of that name: \(hint)")
                }
            }
            for problem in names.map(MIBFolder.diagnostics) ?? [] {
                if problem.severity == .error {
                    session.console.warn(problem.description)
                } else {
                    session.console.detail(problem.description)
                }
            }
            if rows.isEmpty { throw CommandFailure(.nothingToDo, "0 of \(objects.count) objects translated") }
            show(rows, session)
            session.console.say(
                vi: "Đã dịch \(rows.count)/\(objects.count) tên; \(names?.fileCount ?? 0) tệp MIB.",
                en: "\(rows.count) of \(objects.count) translated; \(names?.fileCount ?? 0) MIB files.")
            if rows.count < objects.count { throw ExitStatus.partial }
        }

        private func row(_ asked: String, _ folder: MIBFolder) throws -> Row? {
            let names = try folder.names()
            let instance = asked.split(separator: ".").dropFirst().compactMap { UInt32($0) }
            let base = String(asked.split(separator: ".").first ?? "")
            let found: OID?
            if let oid = OID(dotted: asked) {
                found = oid
            } else if let known = WellKnownNames.oid(base), asked.split(separator: ".").count == instance.count + 1 {
                found = OID(known.parts + instance)
            } else {
                found = try folder.oid(named: asked)
            }
            guard let oid = found, let name = WellKnownNames.name(of: oid) ?? names?.name(of: oid) else { return nil }
            var row = Row(asked: asked, name: name, oid: oid)
            if let about = names?.description(of: oid) {
                if let type = about.type { row.details.append(("type", type)) }
                if let units = about.units { row.details.append(("units", units)) }
                if let hint = about.hint { row.details.append(("hint", hint)) }
                if !about.index.isEmpty { row.details.append(("index", about.index.joined(separator: ", "))) }
                if !about.names.isEmpty {
                    let list = about.names.keys.sorted().map { "\($0): \(about.names[$0] ?? "")" }
                    row.details.append(("names", "{ \(list.joined(separator: ", ")) }"))
                }
            }
            return row
        }

        private func show(_ rows: [Row], _ session: Session) {
            session.console.emit(
                Answer(
                    json: .array(
                        rows.map { row in
                            var members: [String: JSONValue] = [
                                "asked": .string(row.asked), "name": .string(row.name),
                                "oid": .string(row.oid.description),
                            ]
                            for (key, value) in row.details { members[key] = .string(value) }
                            return .object(members)
                        }),
                    table: TextTable(
                        names: ["name", "oid", "about"],
                        rows: rows.map { row in
                            [
                                row.name, row.oid.description,
                                row.details.map { "\($0.0) \($0.1)" }.joined(separator: "; "),
                            ]
                        }), identifiers: rows.map(\.oid.description)))
        }
    }
}
