import ArgumentParser
import CMDB
import Exchange
import Notation

/// The JSON Schema of inventory files.
struct SchemaCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print a JSON Schema of inventory files, for editors that complete and check.",
        discussion: """
            Write it beside the inventory and name it in the first line of a file:

              # yaml-language-server: $schema=../inventory.schema.json

            Examples:
              hatang inventory schema --out Inventory/inventory.schema.json

            Exit codes: 0 written, 74 the disk.
            """)
    @Option(help: "File; default: stdout.", completion: .file(extensions: ["json"])) var out: String?
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func run(in session: Session) async throws {
        try ExportWriter(session: session).put(InventorySchema.document.pretty + "\n", to: out)
        session.console.say(
            vi: "Lược đồ của \(Kind.allCases.count) loại.", en: "Schema of \(Kind.allCases.count) kinds.")
    }
}
