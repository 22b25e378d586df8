import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Probing
import Storage

/// What was seen becomes what should be, when a person says so.
struct AcceptCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Propose to write down what was observed, and do so when told.",
        discussion: """
            DRIFT is the id of a difference as `inventory drift` shows it (d-…, or the first six digits and more), or \
            KIND/SLUG for all differences of a machine. The proposal names the facts behind each change: when and by \
            which probe it was seen. Facts that may not be believed any more are refused. What was not seen any more is \
            taken off its machine; records are deleted only when nothing refers to them.

            Without --yes nothing is written but on a terminal, after asking.

            Examples:
              hatang inventory accept d-3f9a12bc44d0 --reason "replaced by order 14"
              hatang inventory accept device/core-sw-1 --dry-run
              hatang inventory accept d-3f9a12 d-77ab01 --yes --reason "MTU as built"

            Exit codes: 0 applied, 2 proposed and not applied, 3 some of it needs a person, 6 no such difference, 7 facts \
            too old, or the inventory has moved, 65 the change breaks a rule, 74 storage.
            """)
    @Argument(help: "Ids of differences, or KIND/SLUG.", completion: .custom(ObjectCompletion.complete))
    var drifts: [String]
    @Option(help: "Why, for the ledger; not asked by --dry-run.") var reason: String = ""
    @Flag(help: "Show the proposal and change nothing.") var dryRun = false
    @Flag(name: .shortAndLong, help: "Apply without asking.") var yes = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    /// Fewer digits of an id would soon mean several.
    private static let fewestDigits = 6

    func validate() throws {
        if !dryRun, reason.trimmingCharacters(in: .whitespaces).isEmpty {
            throw ValidationError("--reason is missing: say why")
        }
        if dryRun, yes { throw ValidationError("--dry-run and --yes exclude each other") }
        for drift in drifts where !drift.contains("/") {
            guard drift.hasPrefix("d-"), drift.utf8.count >= Self.fewestDigits + 2 else {
                throw ValidationError(
                    "\"\(drift)\" is neither d-… with at least \(Self.fewestDigits) digits nor KIND/SLUG")
            }
        }
    }

    func run(in session: Session) async throws {
        let lock = try dryRun ? nil : session.writerLock("inventory accept")
        defer { lock?.release() }
        let database = try session.database(dryRun ? .reading : .writing)
        let snapshot = try session.state(database)
        let facts = try database.currentFacts(of: nil)
        let now = session.now()
        let chosen = try choose(Drift(snapshot).report(facts: facts, at: now).differences, facts, snapshot, now)
        let valid = facts.filter { $0.isValid(at: now) }
        let proposal = DriftAcceptance(chosen, facts: valid, snapshot: snapshot)
        let origins = try database.origins()
        _ = try ChangeCheck.check(proposal.changes, onto: snapshot, origins: origins, source: "drift")
        session.console.emit(Self.answer(proposal))
        for refusal in proposal.refused {
            session.console.warn(
                "\(refusal.difference.id) \(refusal.difference.subject) \(refusal.difference.field): \(refusal.reason)")
        }
        session.console.say(
            vi:
                "\(chosen.count) sai khác: đề xuất \(proposal.changes.count) thay đổi, \(proposal.refused.count) cần người quyết định.",
            en:
                "\(chosen.count) differences: \(proposal.changes.count) changes proposed, \(proposal.refused.count) need a person."
        )
        if proposal.changes.isEmpty { throw ExitStatus.partial }
        try apply(proposal, snapshot, database, origins, session)
        if !proposal.refused.isEmpty { throw ExitStatus.partial }
    }

    private func apply(
        _ proposal: DriftAcceptance, _ snapshot: Snapshot, _ database: Database, _ origins: [ObjectID: String],
        _ session: Session
    ) throws {
        if dryRun { throw ExitStatus.answerIsNo }
        if !yes {
            // Scripts are not taken at their word here: an observation is no decision.
            guard isatty(0) == 1, Console.output.errIsTerminal else {
                session.console.say(
                    vi: "Chưa ghi gì: thêm --yes để áp dụng.", en: "Nothing was written: add --yes to apply.")
                throw ExitStatus.answerIsNo
            }
            try session.confirm(
                yes: false, vi: "Áp dụng \(proposal.changes.count) thay đổi?",
                en: "Apply \(proposal.changes.count) changes?")
        }
        var provenance: [ObjectID: Provenance] = [:]
        for change in proposal.changes {
            // A new record belongs to the folder of its machine.
            let owner = proposal.grounds[change.id]?.first.flatMap { origins[$0.subject] }
            if let known = try database.provenance(of: change.id) {
                provenance[change.id] = known
            } else if let owner {
                provenance[change.id] = Provenance(origin: owner)
            }
        }
        let facts = Set(proposal.grounds.values.flatMap { $0 }).sorted { $0.id < $1.id }
        let seen = facts.map { "\($0.id) \($0.source) \($0.observedAt)" }.joined(separator: "; ")
        let result = try database.apply(
            changes: proposal.changes, provenance: provenance, actor: session.actor,
            reason: "\(reason) [observed: \(seen)]", at: session.now(), expectedSequence: snapshot.sequence)
        session.console.say(
            vi: "Đã áp dụng \(result.total) thay đổi; sổ cái đến bản ghi \(result.sequence).",
            en: "Applied \(result.total) changes; ledger at record \(result.sequence).")
    }

    // MARK: Choosing

    private func choose(
        _ differences: [Difference], _ facts: [Fact], _ snapshot: Snapshot, _ now: Timestamp
    ) throws -> [Difference] {
        var out: [Difference] = []
        for drift in drifts {
            let found = differences.filter { Self.isMeant($0, by: drift) }
            if found.isEmpty { throw try failure(drift, facts, snapshot, now, differences.count) }
            if drift.hasPrefix("d-"), found.count > 1 {
                throw CommandFailure(
                    .usage, "\(drift) means \(found.map(\.id).joined(separator: ", ")): write more digits")
            }
            out += found.filter { !out.contains($0) }
        }
        return out
    }

    private static func isMeant(_ difference: Difference, by text: String) -> Bool {
        text.contains("/") ? difference.subject.description == text : difference.id.hasPrefix(text)
    }

    /// Why nothing is found: facts too old, or nothing that differs.
    private func failure(
        _ drift: String, _ facts: [Fact], _ snapshot: Snapshot, _ now: Timestamp, _ count: Int
    ) throws -> CommandFailure {
        if drift.contains("/") { _ = try InventoryCommand.object(drift, in: snapshot) }
        // The same comparison with every fact believed for ever.
        let always = facts.map {
            Fact(
                subject: $0.subject, name: $0.name, value: $0.value, unit: $0.unit, observedAt: $0.observedAt,
                validFor: max($0.validFor, now - $0.observedAt), source: $0.source)
        }
        let old = Drift(snapshot).report(facts: always, at: now).differences.filter { Self.isMeant($0, by: drift) }
        guard let first = old.first, let fact = facts.first(where: { $0.id == first.factID }) else {
            return CommandFailure(
                .nothingToDo, "there is no difference \(drift) among \(count): see `hatang inventory drift`")
        }
        return CommandFailure(
            .refused,
            "\(drift): what was seen at \(fact.observedAt) by \(fact.source) could be believed until \(fact.validUntil): "
                + "run `hatang probe run` and look again")
    }

    // MARK: Showing

    static func answer(_ proposal: DriftAcceptance) -> Answer {
        func facts(_ id: ObjectID) -> [Fact] { proposal.grounds[id] ?? [] }
        let rows = proposal.changes.flatMap { change in
            change.differences.map { difference in
                [
                    change.verb, change.id.description, difference.field, InventoryCommand.List.cell(difference.before),
                    InventoryCommand.List.cell(difference.after),
                    facts(change.id).map { "\($0.source) \($0.observedAt)" }.joined(separator: ", "),
                ]
            }
        }
        return Answer(
            json: .object([
                "changes": .array(
                    proposal.changes.map { change in
                        .object([
                            "verb": .string(change.verb), "id": .string(change.id.description),
                            "fields": .array(
                                change.differences.map {
                                    .object([
                                        "field": .string($0.field), "before": $0.before ?? .null,
                                        "after": $0.after ?? .null,
                                    ])
                                }), "facts": .array(facts(change.id).map(\.json)),
                        ])
                    }),
                "refused": .array(
                    proposal.refused.map {
                        .object([
                            "id": .string($0.difference.id), "subject": .string($0.difference.subject.description),
                            "field": .string($0.difference.field), "reason": .string($0.reason),
                        ])
                    }),
            ]),
            table: TextTable(
                names: ["verb", "id", "field", "before", "after", "seen"], rows: rows,
                colour: { column, text in
                    column == 0 ? (text == "create" ? .green : text == "delete" ? .red : .yellow) : nil
                }), identifiers: proposal.changes.map(\.id.description))
    }
}
