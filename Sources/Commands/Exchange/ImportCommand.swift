import ArgumentParser
import CMDB
import Evidence
import Exchange
import Foundation
import Notation
import Storage

extension InventoryCommand {
    /// Reads the files of other tools into the inventory.
    struct ImportCommand: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Take in NetBox, device-type library, Ansible, CSV and XLSX files.",
            discussion: """
                Records are matched with recorded ones by natural key, never by numbers of another database; fields that \
                the source does not have keep their values. All files of one call are one input: all of it or nothing. \
                An error names its cell: file:line:column, for workbooks file.xlsx:Sheet!B7.

                Formats (--from; told from the file when absent):
                  netbox-csv    headings of NetBox 2 to 4, values or labels; the kind is told from headings or file name
                  netbox-json   lists of the REST interface
                  netbox-yaml   YAML exports, several documents, lists by kind
                  device-types  files or folders of the public device-type library
                  ansible       YAML or JSON inventories with group_vars and host_vars beside them
                  csv           somebody's own table, explained by --mapping
                  xlsx          a workbook with one sheet for each kind

                Examples:
                  hatang inventory import sites.csv racks.csv devices.csv --dry-run
                  hatang inventory import library/device-types/Cisco --from device-types --reason "new switches"
                  hatang inventory import may-chu.csv --mapping may-chu.yaml --reason "list of hall B"
                  hatang inventory import tong-hop.xlsx --reason "order 12/2026" --format json

                Exit codes: 0 applied or already so, 6 no file, 7 refused (another writer), 64 bad command line, \
                65 errors, 74 storage.
                """)

        @Argument(help: "Files or folders.", completion: .file()) var files: [String]
        @Option(
            name: .customLong("from"),
            help:
                "Format: \(ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")). Default: told from each file.",
            completion: .list(ImportFormat.allCases.map(\.rawValue)),
            transform: { text in
                if let format = ImportFormat(rawValue: text) { return format }
                let all = ImportFormat.allCases.map(\.rawValue)
                throw ValidationError(
                    NearestName.hint(text, in: all, otherwise: "write one of \(all.joined(separator: ", "))"))
            })
        var format: ImportFormat?
        @Option(help: "Kind of the records, such as device; default: told from names and headings.") var kind: String?
        @Option(
            help: "YAML file that explains the columns of a CSV of your own.", completion: .file(extensions: ["yaml"]))
        var mapping: String?
        @Option(help: "Whose new records are; recorded ones keep their origin.") var origin = "import"
        @Flag(help: "Leave out unknown columns with a warning instead of refusing them.") var ignoreUnknown = false
        @Flag(help: "An empty cell keeps the recorded value instead of taking it away.") var keepBlank = false
        @Option(help: "Why, for the ledger; not asked by --dry-run.") var reason: String = ""
        @Flag(help: "Show all errors or the plan, and change nothing.") var dryRun = false
        @Flag(name: .shortAndLong, help: "Do not ask on a terminal.") var yes = false
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if !dryRun, reason.trimmingCharacters(in: .whitespaces).isEmpty {
                throw ValidationError("--reason is missing: say why")
            }
            if files.isEmpty { throw ValidationError("no file: name files or folders") }
            if origin.trimmingCharacters(in: .whitespaces).isEmpty { throw ValidationError("--origin is empty") }
            if format == .csv, mapping == nil { throw ValidationError("--from csv needs --mapping FILE") }
            if let kind, Kind(rawValue: kind) == nil {
                let hint = NearestName.hint(
                    kind, in: Kind.allCases.map(\.rawValue), otherwise: "write one such as device or ip-address")
                throw ValidationError("--kind \"\(kind)\" is not known: \(hint)")
            }
        }

        func run(in session: Session) async throws {
            let lock = dryRun ? nil : try session.writerLock("inventory import")
            defer { lock?.release() }
            let database = dryRun ? try ImportFiles.reading(session) : try session.database(.creating)
            let snapshot = try database?.snapshot() ?? Snapshot([])
            let origins = try database?.origins() ?? [:]
            let (imported, loaded) = try load(onto: snapshot, origins, in: session)
            // Records of files keep their origin, so that nothing here is a leftover of theirs.
            let plan = try InventoryPlan.make(from: snapshot, to: loaded)
            for reading in imported.readings { session.console.say(vi: "Đã đọc \(reading)", en: "Read \(reading)") }
            for warning in imported.warnings + loaded.warnings { session.console.warn(warning.description) }
            warnOfFiles(plan, origins, session)
            let answer = ImportFiles.answer(plan, imported)
            session.console.say(
                vi:
                    "\(loaded.objects.count) đối tượng: tạo \(plan.creates), sửa \(plan.updates), giữ nguyên \(plan.unchanged).",
                en:
                    "\(loaded.objects.count) objects: \(plan.creates) to create, \(plan.updates) to update, \(plan.unchanged) unchanged."
            )
            let isShown = dryRun || session.console.format != .table || session.console.verbose
            guard !dryRun, !plan.changes.isEmpty, let database else {
                if isShown { session.console.emit(answer) }
                return
            }
            try session.confirm(
                yes: yes, vi: "Áp dụng \(plan.changes.count) thay đổi?", en: "Apply \(plan.changes.count) changes?")
            let provenance = Dictionary(
                loaded.objects.map { item in
                    (
                        item.object.id,
                        Provenance(origin: origins[item.object.id] ?? item.origin, position: item.position)
                    )
                }, uniquingKeysWith: { $1 })
            let result = try database.apply(
                changes: plan.changes, provenance: provenance, actor: session.actor, reason: reason, at: session.now(),
                expectedSequence: snapshot.sequence)
            if isShown { session.console.emit(answer) }
            session.console.say(
                vi: "Đã áp dụng \(plan.changes.count) thay đổi; sổ cái đến bản ghi \(result.sequence).",
                en: "Applied \(plan.changes.count) changes; ledger at record \(result.sequence).")
        }

        private func load(
            onto snapshot: Snapshot, _ origins: [ObjectID: String], in session: Session
        ) throws -> (ImportedRecords, LoadedInventory) {
            let options = ImportOptions(
                format: format, kind: kind.flatMap { Kind(rawValue: $0) },
                mapping: try mapping.map { try ImportFiles.one($0) }, origin: origin, ignoresUnknown: ignoreUnknown,
                blanksClear: !keepBlank)
            do {
                let sources = try ImportFiles.read(files, format)
                let result = try Importer.load(sources, options: options, onto: snapshot, origins: origins)
                return (result.read, result.loaded)
            } catch let errors as InputErrors where session.console.format != .table {
                session.console.emit(InventoryCommand.diagnosticsAnswer(errors.diagnostics))
                throw CommandFailure(.badInput, "\(errors.diagnostics.count) errors; nothing was changed")
            }
        }

        /// What files manage goes back at their next apply, unless it is written there too.
        private func warnOfFiles(_ plan: InventoryPlan, _ origins: [ObjectID: String], _ session: Session) {
            var counts: [String: Int] = [:]
            for change in plan.changes where change.verb == "update" {
                if let owner = origins[change.id], owner != origin { counts[owner, default: 0] += 1 }
            }
            for (owner, count) in counts.sorted(by: { $0.key < $1.key }) {
                session.console.warn(
                    "\(count) changed records belong to origin \(owner): write the changes into its files too, or its next apply takes them back"
                )
            }
        }
    }

    /// Makes the components that a device's type has and the device lacks.
    struct Stamp: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give recorded devices the components of their type that they lack.",
            discussion: """
                A device gets the interfaces, ports and bays of its type when it is made. Afterwards nothing is added, \
                also when the type grows: this command does it when you want it. Nothing is changed or taken away.

                Examples:
                  hatang inventory stamp device/core-sw-1 --reason "type corrected"
                  hatang inventory stamp "device device_type=generic-access-switch-48" --dry-run

                Exit codes: 0 done or complete already, 6 the selector finds no device, 7 refused (another writer), \
                64 bad selector, 74 storage.
                """)

        @Argument(
            help: "A device or a selector, such as device/core-sw-1.",
            completion: .custom(SelectorArgument.completeMachines))
        var selector: String
        @Option(help: "Why, for the ledger; not asked by --dry-run.") var reason: String = ""
        @Flag(help: "Show what would be made and change nothing.") var dryRun = false
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if !dryRun, reason.trimmingCharacters(in: .whitespaces).isEmpty {
                throw ValidationError("--reason is missing: say why")
            }
        }

        func run(in session: Session) async throws {
            let lock = dryRun ? nil : try session.writerLock("inventory stamp")
            defer { lock?.release() }
            let database = try session.database(dryRun ? .reading : .writing)
            let snapshot = try session.inventory(database)
            let text =
                selector.contains("/") || selector.contains("=") || selector.contains(" ")
                ? selector : "device/\(selector)"
            let devices = try session.chosen(text, in: snapshot, defaults: [.device]).filter { $0.id.kind == .device }
            guard !devices.isEmpty else {
                throw CommandFailure(
                    .nothingToDo, "selector \"\(selector)\" finds no device: components are stamped on devices")
            }
            let made = devices.map { ($0, snapshot.missingComponents(of: $0)) }
            let changes = made.flatMap(\.1).map { Change.create($0) }
            session.console.emit(
                Answer(
                    json: .object([
                        "devices": .int(Int64(devices.count)), "create": .int(Int64(changes.count)),
                        "components": .array(changes.map { .string($0.id.description) }),
                    ]),
                    table: TextTable(
                        names: ["verb", "id", "type"],
                        rows: made.flatMap(\.1).map { ["create", $0.id.description, $0.text("type") ?? ""] }),
                    identifiers: changes.map(\.id.description)))
            let whole = made.count { $0.1.isEmpty }
            session.console.say(
                vi: "\(devices.count) thiết bị: \(changes.count) thành phần cần tạo, \(whole) thiết bị đã đủ.",
                en: "\(devices.count) devices: \(changes.count) components to create, \(whole) devices are complete.")
            if dryRun || changes.isEmpty { return }
            let origins = try database.origins()
            var provenance: [ObjectID: Provenance] = [:]
            for (device, parts) in made {
                for part in parts { provenance[part.id] = Provenance(origin: origins[device.id] ?? "stamp") }
            }
            let result = try database.apply(
                changes: changes, provenance: provenance, actor: session.actor, reason: reason, at: session.now(),
                expectedSequence: snapshot.sequence)
            session.console.say(
                vi: "Đã tạo \(changes.count) thành phần; sổ cái đến bản ghi \(result.sequence).",
                en: "Created \(changes.count) components; ledger at record \(result.sequence).")
        }
    }
}
