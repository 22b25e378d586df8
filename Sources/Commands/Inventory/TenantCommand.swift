import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Storage

/// Agencies that merge and split.
struct TenantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Agencies: merge them, split them.", subcommands: [Merge.self, Split.self])

    /// What both share.
    struct Transfer: ParsableArguments {
        @Option(help: "Last day of the old ones, such as 2025-06-30. Default: today (UTC).") var on: String?
        @Option(help: "Reference field that stays with the old ones, such as issuer; may be repeated.")
        var keep: [String] = []

        func validate() throws {
            if let on, Timestamp(day: on) == nil { throw ValidationError("--on \(on) is not a day such as 2025-06-30") }
            let fields = Set(Kind.allCases.flatMap { Schema.of($0).fields }.map(\.name))
            if let unknown = keep.first(where: { !fields.contains($0) }) {
                throw ValidationError("--keep \(unknown): there is no such field")
            }
        }
    }

    static func tenant(_ text: String, in snapshot: Snapshot) throws -> ObjectID {
        try InventoryCommand.object(text.hasPrefix("tenant/") ? text : "tenant/" + text, in: snapshot).id
    }

    /// Shows, asks, applies or stages, and says what went where.
    private static func run(
        _ title: String, _ options: ChangeOptions, in session: Session,
        _ make: (Snapshot) throws -> TenantMove
    ) throws {
        let lock = try session.writerLock("tenant " + (title.split(separator: " ").first.map(String.init) ?? ""))
        defer { lock.release() }
        let database = try session.database(.writing)
        let snapshot = try session.inventory(database)
        let move: TenantMove
        do {
            move = try make(snapshot)
        } catch let refusal as TenantMove.Refusal {
            throw CommandFailure(
                .badInput,
                refusal.problems.map { "tenant \(title): \($0)" }.joined(separator: "\n")
                    + "\n\(refusal.problems.count) problems; nothing was changed")
        }
        let known = try database.provenances()
        let run = ChangeRun(
            title: "tenant \(title)", snapshot: snapshot, changes: move.changes,
            provenance: ChangeRun.kept(move.changes, known), database: database, session: session)
        let result = try run.run(options)
        for (tenant, fields) in move.moved.sorted(by: { $0.key < $1.key }) {
            let counts = fields.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            session.console.say(vi: "\(tenant) nhận: \(counts).", en: "\(tenant) gets: \(counts).")
        }
        if result != nil || options.dryRun { FilesToEdit.tell(move.changes.map(\.id), known, session.console) }
    }

    struct Merge: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let agencies become one; everything they had goes over.",
            discussion: """
                Every reference to them (owner, tenant, operator, issuer, parent …) goes to the new one, which must be \
                in the inventory. They stay, with status merged, successor and end_date. One transaction; it can be \
                taken back with hatang inventory revert.

                Examples:
                  hatang tenant merge so-tttt so-khcn --into so-khcn-moi --on 2025-02-28 --reason "resolution 18"
                  hatang tenant merge huyen-cao-loc --into xa-dong-dang --keep issuer --dry-run --reason "try"

                Exit codes: 0 done, 6 no such agency, 7 refused (approval, another writer), 65 it cannot be done (each \
                reason is named).
                """)
        @Argument(help: "Slugs of the old ones.") var old: [String]
        @Option(help: "Slug of the new one.") var into: String
        @OptionGroup var transfer: Transfer
        @OptionGroup var options: ChangeOptions
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            try TenantCommand.run("merge \(old.joined(separator: " ")) into \(into)", options, in: session) {
                snapshot in
                try TenantMove.merge(
                    old.map { try tenant($0, in: snapshot) }, into: tenant(into, in: snapshot),
                    keep: Set(transfer.keep), day: transfer.on ?? session.now().day, in: snapshot)
            }
        }
    }

    struct Split: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let an agency become several; say who gets what.",
            discussion: """
                Each --give names a new agency and a selector; --rest names who gets what no selector finds. An object \
                that nobody or more than one would get is an error. The new agencies must be in the inventory. The old \
                one stays, with status split, successors and end_date.

                Examples:
                  hatang tenant split huyen-cao-loc --give 'xa-dong-dang: device site=dong-dang' --rest xa-cao-loc \
                --on 2025-06-30 --reason "no districts from July 2025"

                Exit codes: 0 done, 6 no such agency or a selector finds nothing of it, 7 refused (approval, another \
                writer), 64 not TENANT: SELECTOR, 65 it cannot be done (each reason is named).
                """)
        @Argument(help: "Slug of the old one.") var old: String
        @Option(name: .long, help: "TENANT: SELECTOR; may be repeated, also for one tenant.") var give: [String] = []
        @Option(help: "Slug of who gets the rest.") var rest: String?
        @OptionGroup var transfer: Transfer
        @OptionGroup var options: ChangeOptions
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if give.isEmpty { throw ValidationError("--give is missing: say who gets what, 'TENANT: SELECTOR'") }
        }

        func run(in session: Session) async throws {
            try TenantCommand.run("split \(old)", options, in: session) { snapshot in
                let old = try tenant(old, in: snapshot)
                let holdings = TenantMove.holdings(of: old, keep: Set(transfer.keep), in: snapshot)
                let shares = try give.map { text in
                    guard let colon = text.firstIndex(of: ":") else {
                        throw CommandFailure(.usage, "--give \"\(text)\" is not 'TENANT: SELECTOR'")
                    }
                    let selector = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                    let found = try session.select(selector, in: snapshot, defaults: Kind.allCases).map(\.id)
                    let share = holdings.intersection(found)
                    guard !share.isEmpty else {
                        throw CommandFailure(
                            .nothingToDo,
                            "--give \"\(text)\": the selector finds \(found.count) objects, 0 of the \(holdings.count) that refer to \(old)"
                        )
                    }
                    return TenantMove.Share(tenant: try tenant(String(text[..<colon]), in: snapshot), objects: share)
                }
                return try TenantMove.split(
                    old, shares, rest: rest.map { try tenant($0, in: snapshot) }, keep: Set(transfer.keep),
                    day: transfer.on ?? session.now().day, in: snapshot)
            }
        }
    }
}
