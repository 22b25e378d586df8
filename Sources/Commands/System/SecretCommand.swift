import ArgumentParser
import Foundation
import Notation
import Remote
import Storage

/// Secrets: kept encrypted, referred to as `secret://NAME`.
struct SecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Pass phrases and keys, encrypted at rest; files refer to them as secret://NAME.",
        subcommands: [SetSecret.self, ListSecrets.self, Delete.self])

    static func check(_ name: String) throws {
        guard name.wholeMatch(of: /[a-z0-9][a-z0-9._-]{0,63}/) != nil else {
            throw ValidationError(
                "\"\(name)\" is no secret name: lower-case letters, digits, . _ - and at most 64 characters")
        }
    }

    struct SetSecret: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Store a secret read from standard input.",
            discussion: """
                One newline at the end is dropped unless the secret has several lines (a private key).

                Examples:
                  hatang secret set snmp-auth < passphrase.txt
                  hatang secret set ops-key < ~/.ssh/id_ed25519

                Exit codes: 0 stored, 64 bad name, 65 empty input, 74 storage.
                """)
        @Argument(help: "Name, without secret://.") var name: String
        @Option(help: "Why, for the ledger.") var reason = "set by hand"
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws { try SecretCommand.check(name) }

        func run(in session: Session) async throws {
            if isatty(0) == 1 {
                throw CommandFailure(
                    .usage, "the secret is read from standard input: `hatang secret set \(name) < FILE`")
            }
            var bytes = [UInt8](FileHandle.standardInput.readDataToEndOfFile())
            if bytes.last == 10, bytes.count(where: { $0 == 10 }) == 1 { bytes.removeLast() }
            guard !bytes.isEmpty else { throw CommandFailure(.badInput, "standard input is empty: nothing was stored") }
            guard bytes.count <= 65_536 else {
                throw CommandFailure(.badInput, "more than 65,536 bytes: this is no secret")
            }
            let database = try session.database(.creating)
            let lock = try session.writerLock("secret set")
            defer { lock.release() }
            let store = session.secrets(database)
            if try StoredSecrets(secrets: store).secret(name) == Secret(bytes) {
                session.console.say(vi: "secret://\(name) đã đúng như vậy.", en: "secret://\(name) is so already.")
                return
            }
            try store.set(name, Secret(bytes), actor: session.actor, reason: reason, at: session.now())
            session.console.say(vi: "Đã lưu secret://\(name).", en: "Stored secret://\(name).")
        }
    }

    struct ListSecrets: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Names of the stored secrets; never their values.",
            discussion: "Exit codes: 0 listed, 6 none.")
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let names = try session.secrets(session.database()).names()
            guard !names.isEmpty else {
                throw CommandFailure(.nothingToDo, "no secret is stored: `hatang secret set NAME < FILE` stores one")
            }
            session.console.emit(
                Answer(
                    json: .array(names.map { .object(["name": .string($0)]) }),
                    table: TextTable(names: ["name"], rows: names.map { [$0] }), identifiers: names))
        }
    }

    struct Delete: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget a secret.", discussion: "Exit codes: 0 forgotten, 6 there is none.")
        @Argument(help: "Name, without secret://.") var name: String
        @Option(help: "Why, for the ledger.") var reason = "deleted by hand"
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws { try SecretCommand.check(name) }

        func run(in session: Session) async throws {
            let database = try session.database(.writing)
            let lock = try session.writerLock("secret delete")
            defer { lock.release() }
            let secrets = session.secrets(database)
            let names = try secrets.names()
            guard names.contains(name) else {
                throw CommandFailure(
                    .nothingToDo,
                    "there is no secret \"\(name)\": "
                        + NearestName.hint(name, in: names, otherwise: "see `hatang secret list`"))
            }
            try secrets.delete(name, actor: session.actor, reason: reason, at: session.now())
            session.console.say(vi: "Đã xóa secret://\(name).", en: "Deleted secret://\(name).")
        }
    }
}
