import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Storage

/// Inventory: what should be.
struct InventoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory", abstract: "What should be: validate, plan, apply, look up, compare with what is.",
        subcommands: [
            Validate.self, PlanCommand.self, Apply.self, List.self, Show.self, History.self, DriftCommand.self,
            AcceptCommand.self, ExportCommand.self, PullCommand.self, AnsibleCommand.self, SchemaCommand.self,
            Lint.self, Context.self, Expiring.self,
            ImportCommand.self, Stamp.self,
            Diff.self, Revert.self, Renaming.self, Review.self, Approve.self,
        ])

    struct Folders: ParsableArguments {
        @Argument(help: "Folders or files with YAML; default: Inventory.", completion: .directory)
        var folders: [String] = ["Inventory"]
    }

    /// Reads the folders and checks them on top of `snapshot`.
    ///
    /// With `--format json` errors are data on stdout, else they are text on stderr.
    static func load(
        _ folders: [String], onto snapshot: Snapshot, origins: [ObjectID: String] = [:], prune: Bool = false,
        in session: Session
    ) throws -> LoadedInventory {
        do {
            return try InventoryLoader.load(
                InventoryFolders.read(folders), onto: snapshot, origins: origins, prune: prune)
        } catch let error as EmptyInventory {
            throw CommandFailure(.nothingToDo, error.description)
        } catch let errors as InputErrors where session.console.format != .table {
            session.console.emit(diagnosticsAnswer(errors.diagnostics))
            throw CommandFailure(.badInput, "\(errors.diagnostics.count) errors; nothing was changed")
        }
    }

    static func diagnosticsAnswer(_ diagnostics: [Diagnostic]) -> Answer {
        Answer(
            json: .array(
                diagnostics.map {
                    .object([
                        "file": .string($0.position.file), "line": .int(Int64($0.position.line)),
                        "column": .int(Int64($0.position.column)), "severity": .string($0.severity.rawValue),
                        "subject": .string($0.subject), "problem": .string($0.problem), "remedy": .string($0.remedy),
                    ])
                }),
            table: TextTable(
                names: ["file", "line", "column", "severity", "subject", "problem", "remedy"],
                rows: diagnostics.map {
                    [
                        $0.position.file, String($0.position.line), String($0.position.column), $0.severity.rawValue,
                        $0.subject, $0.problem, $0.remedy,
                    ]
                }), identifiers: diagnostics.map(\.subject))
    }

    struct Validate: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check inventory files; report all errors at once.",
            discussion: """
                Each error stands on a line of its own: file:line:column: kind/slug: what is wrong: what to do.

                Examples:
                  hatang inventory validate
                  hatang inventory validate Inventory/langson --format json

                Exit codes: 0 all valid, 6 no file or no object, 65 errors.
                """)
        @OptionGroup var folders: Folders
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let loaded = try load(folders.folders, onto: Snapshot([]), in: session)
            for warning in loaded.warnings { session.console.warn(warning.description) }
            let kinds = loaded.counts.sorted { $0.key < $1.key }
            session.console.emit(
                Answer(
                    json: .object([
                        "files": .int(Int64(loaded.files.count)), "objects": .int(Int64(loaded.objects.count)),
                        "warnings": .int(Int64(loaded.warnings.count)),
                        "kinds": .object(
                            Dictionary(kinds.map { ($0.key.rawValue, .int(Int64($0.value))) }, uniquingKeysWith: { $1 })
                        ),
                    ]),
                    table: TextTable(
                        names: ["kind", "count"], rows: kinds.map { [$0.key.rawValue, String($0.value)] })))
            session.console.say(
                vi:
                    "Hợp lệ: \(loaded.objects.count) đối tượng trong \(loaded.files.count) tệp, \(loaded.warnings.count) cảnh báo.",
                en:
                    "Valid: \(loaded.objects.count) objects in \(loaded.files.count) files, \(loaded.warnings.count) warnings."
            )
        }
    }
}
