import ArgumentParser
import CMDB
import Evidence
import Notation
import Storage

/// Facts: what was seen.
struct FactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fact", abstract: "What probes have seen.", subcommands: [ListFacts.self, ShowFact.self])

    static func answer(_ facts: [Fact], now: Timestamp) -> Answer {
        Answer(
            json: .array(facts.map(\.json)),
            table: TextTable(
                names: ["id", "subject", "name", "value", "unit", "observed_at", "valid", "source"],
                rows: facts.map {
                    [
                        $0.id, $0.subject.description, $0.name, InventoryCommand.List.cell($0.value), $0.unit ?? "",
                        $0.observedAt.description, $0.isValid(at: now) ? "yes" : "stale", $0.source,
                    ]
                }, colour: { column, text in column == 6 && text == "stale" ? .yellow : nil }),
            identifiers: facts.map(\.id))
    }

    struct ListFacts: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Current facts of one object, or of all.",
            discussion: """
                Examples:
                  hatang fact list device/lab-01
                  hatang fact list --name ssh.sshd --format json

                Exit codes: 0 listed, 6 none.
                """)
        @Argument(help: "KIND/SLUG.", completion: .custom(ObjectCompletion.complete)) var subject: String?
        @Option(help: "Only facts of this name or below it (ssh covers ssh.sshd).") var name: String?
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let database = try session.database()
            let id = try subject.map { try InventoryCommand.object($0, in: session.inventory(database)).id }
            let all = try database.currentFacts(of: id)
            let facts = all.filter { fact in name.map { fact.name == $0 || fact.name.hasPrefix($0 + ".") } ?? true }
            guard !facts.isEmpty else {
                throw CommandFailure(.nothingToDo, "no fact among \(all.count) fits: run `hatang probe run`")
            }
            session.console.emit(FactCommand.answer(facts, now: session.now()))
            session.console.say(vi: "\(facts.count) dữ kiện.", en: "\(facts.count) facts.")
        }
    }

    struct ShowFact: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "One fact by its id, as findings name it.",
            discussion: """
                Example:
                  hatang fact show f-0123456789abcdef --format json

                Exit codes: 0 shown, 6 there is none.
                """)
        @Argument(help: "f-…") var id: String
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            guard let fact = try session.database().fact(id) else {
                throw CommandFailure(.nothingToDo, "there is no fact \(id): see `hatang fact list`")
            }
            session.console.emit(FactCommand.answer([fact], now: session.now()))
        }
    }
}
