import ArgumentParser
import Evidence
import Foundation
import Notation
import Storage

/// Settings that belong to the inventory, not to a person; each change stands in the ledger.
struct SettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Settings of this inventory: who must agree to changes.",
        subcommands: [Show.self, FourEyesCommand.self])

    private static func answer(_ setting: FourEyes) -> Answer {
        let level = setting.minimumLevel
        return Answer(
            json: .object([
                "four_eyes": .object([
                    "enabled": .bool(level != nil), "min_level": level.map { .int(Int64($0)) } ?? .null,
                ])
            ]),
            table: TextTable(
                names: ["setting", "value"],
                rows: [
                    ["four-eyes", level.map { "on, systems of level \($0) and higher" } ?? "off"]
                ]), identifiers: ["four-eyes"])
    }

    struct Show: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the settings.",
            discussion: """
                Example:
                  hatang settings show --format json

                Exit codes: 0 shown, 6 there is no inventory yet.
                """)
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            session.console.emit(SettingsCommand.answer(try session.database().fourEyes()))
        }
    }

    enum Switch: String, ExpressibleByArgument, CaseIterable {
        case on, off
    }

    struct FourEyesCommand: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "four-eyes", abstract: "Whether changes to systems of a high level need a second person.",
            discussion: """
                When it is on, a change that touches a system of at least that level, its components or its zones is \
                refused unless it comes from a plan (--out) that somebody other than its author, and other than who \
                applies it, has approved. Asking less than before takes two: the setting changes when a second person \
                gives the same command.

                It guards against mistakes and haste, and leaves evidence. Who somebody is comes from HATANG_ACTOR or \
                the login name; who can become another user, or write the database file, is not stopped by it.

                Examples:
                  hatang settings four-eyes on --min-level 3 --reason "regulation 5, article 2"
                  hatang settings four-eyes off --reason "migration weekend"

                Exit codes: 0 it holds, 7 recorded as a request, somebody else must give the same command.
                """)
        @Argument(help: "on or off.") var state: Switch
        @Option(help: "Lowest level of a system that needs it, 1-5.") var minLevel = 3
        @Option(help: "Why, for the ledger.") var reason: String
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if reason.trimmingCharacters(in: .whitespaces).isEmpty {
                throw ValidationError("--reason is empty: say why")
            }
            guard (1...5).contains(minLevel) else { throw ValidationError("--min-level is from 1 to 5") }
        }

        func run(in session: Session) async throws {
            let lock = try session.writerLock("settings four-eyes")
            defer { lock.release() }
            let database = try session.database(.creating)
            let wanted = FourEyes(minimumLevel: state == .on ? minLevel : nil)
            let request = try database.setFourEyes(
                wanted, actor: session.actor, reason: reason, at: session.now())
            session.console.emit(SettingsCommand.answer(try database.fourEyes()))
            if let request {
                throw CommandFailure(
                    .refused,
                    "asking less than now takes two: \(request.actor)'s request is record \(request.seq); somebody else must give the same command"
                )
            }
        }
    }
}
