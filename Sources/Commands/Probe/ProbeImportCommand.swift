import ArgumentParser
import Foundation
import Notation
import Probing

extension ProbeCommand {
    /// Definitions from snmp_exporter's configuration.
    struct Import: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn modules of snmp_exporter's snmp.yml into definitions.",
            discussion: """
                Each module becomes a file in the folder of definitions. Everything that could not be carried over is \
                listed with its place. Log-ins are never copied: the list says which fields of a machine's monitoring \
                take their place.

                Examples:
                  hatang probe import snmp.yml --module if_mib --applies-to 'device role=access-switch'
                  hatang probe import snmp.yml --dry-run
                  hatang probe import snmp.yml --module apcups --out - | less

                Exit codes: 0 all carried over, 3 some of it was not (listed), 7 a file or name is there already, \
                64 wrong options, 65 unreadable, or nothing of it could be carried over.
                """)
        @Argument(help: "The snmp.yml.", completion: .file(extensions: ["yml", "yaml"])) var file: String
        @Option(help: "Only this module; may be repeated. Default: all.") var module: [String] = []
        @Option(help: "File to write, or - for standard output; one module only. Default: NAME.yaml in --probes.")
        var out: String?
        @Option(help: "Selector of the machines to ask. Default: device tag=NAME, a tag that nothing has yet.")
        var appliesTo: String?
        @Flag(help: "Replace files that are there.") var force = false
        @Flag(help: "List what would be written and what would be left out.") var dryRun = false
        @OptionGroup var library: Library
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if out != nil, module.count > 1 { throw ValidationError("--out takes one --module") }
            if out == "-", dryRun { throw ValidationError("--out - writes nothing: leave out --dry-run") }
        }

        private struct Item {
            let translation: ExporterTranslation
            let path: String
        }

        func run(in session: Session) async throws {
            let source = try read()
            let names = module.isEmpty ? source.moduleNames : module
            if out != nil, names.count > 1 {
                throw CommandFailure(
                    .usage, "--out takes one module, the file has \(names.count): name it with --module")
            }
            var items: [Item] = []
            var failures: [Diagnostic] = []
            for name in names {
                do {
                    items.append(try translate(source, name, session))
                } catch let errors as InputErrors {
                    failures += errors.diagnostics
                }
            }
            if items.isEmpty { throw InputErrors(failures) }
            for note in source.notes + items.flatMap(\.translation.notes) + failures {
                session.console.warn(note.description)
            }
            if out == "-" {
                Console.output.out(items[0].translation.text)
            } else {
                try guardExisting(items, session)
                if !dryRun { for item in items { try OutputFiles.write(item.translation.text, to: item.path) } }
                show(items, session)
            }
            summarise(items, modules: names.count, session)
            let isWhole =
                items.count == names.count && items.allSatisfy { $0.translation.carried == $0.translation.total }
            if !isWhole { throw ExitStatus.partial }
        }

        private func read() throws -> ExporterFile {
            guard let data = FileManager.default.contents(atPath: file), data.count <= 64 << 20 else {
                throw InputErrors(
                    Diagnostic(
                        SourcePosition(file: file), problem: "the file cannot be read, or is above 64 MiB",
                        remedy: "check its path and permissions"))
            }
            return try ExporterFile(String(decoding: data, as: UTF8.self), file: file)
        }

        private func translate(_ source: ExporterFile, _ name: String, _ session: Session) throws -> Item {
            let fallback = "device tag=" + ExporterTranslation.definitionName(of: name)
            let translation = try ExporterTranslation(source, module: name, appliesTo: appliesTo ?? fallback)
            let folder = library.folder(session).trimmingSlash
            return Item(translation: translation, path: out ?? "\(folder)/\(translation.name).yaml")
        }

        private func guardExisting(_ items: [Item], _ session: Session) throws {
            var seen: Set<String> = []
            for item in items where !seen.insert(item.path).inserted {
                throw CommandFailure(
                    .refused, "two modules would both be written to \(item.path): import them one by one")
            }
            let taken = (try? library.load(session))?.probes ?? []
            for item in items {
                if !force, !dryRun, FileManager.default.fileExists(atPath: item.path) {
                    throw CommandFailure(.refused, "\(item.path) is there already: say --force to replace it, or --out")
                }
                if let other = taken.first(where: { $0.name == item.translation.name }),
                    other.position.file != item.path
                {
                    throw CommandFailure(
                        .refused,
                        "a probe \(item.translation.name) stands in \(other.position.file) already: rename one of the two"
                    )
                }
            }
        }

        private func show(_ items: [Item], _ session: Session) {
            session.console.emit(
                Answer(
                    json: .array(
                        items.map { item in
                            let translation = item.translation
                            return .object([
                                "module": .string(translation.module), "probe": .string(translation.name),
                                "file": .string(item.path), "written": .bool(!dryRun),
                                "metrics": .int(Int64(translation.total)),
                                "carried": .int(Int64(translation.carried)),
                                "notes": .array(translation.notes.map { .string($0.description) }),
                            ])
                        }),
                    table: TextTable(
                        names: ["module", "probe", "metrics", "carried", "notes", "file"],
                        rows: items.map { item in
                            let translation = item.translation
                            return [
                                translation.module, translation.name, String(translation.total),
                                String(translation.carried), String(translation.notes.count), item.path,
                            ]
                        }), identifiers: items.map(\.translation.name)))
        }

        private func summarise(_ items: [Item], modules: Int, _ session: Session) {
            let total = items.reduce(0) { $0 + $1.translation.total }
            let carried = items.reduce(0) { $0 + $1.translation.carried }
            let notes = items.reduce(0) { $0 + $1.translation.notes.count }
            session.console.say(
                vi:
                    "\(items.count)/\(modules) mô-đun, \(carried)/\(total) số đo được chuyển; \(notes) điều không chuyển được (liệt kê ở trên).",
                en:
                    "\(items.count) of \(modules) modules, \(carried) of \(total) metrics carried over; \(notes) notes of what was not (listed above)."
            )
        }
    }
}
