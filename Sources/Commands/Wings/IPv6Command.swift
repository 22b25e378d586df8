import Addressing
import ArgumentParser
import CMDB
import Evidence
import Notation
import Storage
import Transition

/// The IPv6 transition.
struct IPv6Command: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ipv6", abstract: "The IPv6 transition: address plan.", subcommands: [PlanPrefixes.self])

    struct PlanPrefixes: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "plan", abstract: "Give every segment a /64 on levels that end between hex digits.",
            discussion: """
                Saved plans are continued: what a segment has been given stays when others come and go.

                Examples:
                  hatang ipv6 plan --parent 2001:db8:1000::/44
                  hatang ipv6 plan --parent 2001:db8:1000::/44 --save --format csv > plan.csv

                Exit codes: 0 every segment has its /64, 3 some could not be placed (each says why), 6 no segment, \
                64 the parent cannot be used.
                """)
        @Option(help: "IPv6 prefix on a nibble boundary.") var parent: String
        @Flag(help: "Keep the plan, so that the next one continues it.") var save = false
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let database = try session.database(save ? .writing : .reading)
            let snapshot = try session.inventory(database)
            let prefix: Prefix
            do {
                prefix = try Prefix(parent)
            } catch {
                throw CommandFailure(.usage, "--parent \(parent): \(error)")
            }
            let plans = StoredIPv6Plans(database: database, actor: session.actor, now: { session.now() })
            let plan: IPv6Plan
            do {
                plan = try IPv6Planner.plan(snapshot, parent: prefix, previous: try plans.latestIPv6Plan(under: prefix))
            } catch let error as IPv6PlanError {
                throw CommandFailure(.usage, error.description)
            }
            guard !plan.rows.isEmpty else {
                throw CommandFailure(.nothingToDo, "the inventory has 0 segments: nothing to plan")
            }
            if save {
                let lock = try session.writerLock("ipv6 plan")
                defer { lock.release() }
                try plans.save(plan)
            }
            session.console.emit(Self.answer(plan))
            let counts = plan.counts
            session.console.say(
                vi:
                    "\(plan.rows.count) phân đoạn: mới \(counts.new), giữ \(counts.kept), đã có \(counts.existing), xung đột \(counts.conflict), chưa xếp được \(counts.unplaced). Dấu \(plan.digest.prefix(12)).",
                en:
                    "\(plan.rows.count) segments: \(counts.new) new, \(counts.kept) kept, \(counts.existing) existing, \(counts.conflict) conflicts, \(counts.unplaced) unplaced. Digest \(plan.digest.prefix(12))."
            )
            if counts.unplaced + counts.conflict > 0 { throw ExitStatus.partial }
        }

        static func answer(_ plan: IPv6Plan) -> Answer {
            Answer(
                json: plan.json,
                table: TextTable(
                    names: ["segment", "site", "zone", "vlan", "ipv4_prefix", "ipv6_prefix", "state", "reason"],
                    rows: plan.rows.map {
                        [
                            $0.segment, $0.site ?? "", $0.zone ?? "", $0.vlan.map(String.init) ?? "", $0.ipv4 ?? "",
                            $0.ipv6?.description ?? "", $0.state.rawValue, $0.reason?.message ?? "",
                        ]
                    },
                    colour: { column, text in
                        guard column == 6 else { return nil }
                        return text == "unplaced" || text == "conflict" ? .red : text == "new" ? .green : nil
                    }), identifiers: plan.rows.map(\.segment))
        }
    }
}

/// IPv6 plans among the runs of the database: one per parent.
struct StoredIPv6Plans: IPv6PlanRepository {
    let database: Database
    let actor: String
    let now: @Sendable () -> Timestamp

    private func id(_ parent: Prefix) -> String { "ipv6-plan/\(parent)" }

    func latestIPv6Plan(under parent: Prefix) throws -> IPv6Plan? {
        try database.run(id(parent)).map { try IPv6Plan(json: $0.json) }
    }

    /// Saving an equal plan again changes nothing and leaves no record.
    func save(_ plan: IPv6Plan) throws {
        if try database.run(id(plan.parent))?.json.canonical == plan.json.canonical { return }
        try database.storeRun(
            StoredRun(id: id(plan.parent), kind: "ipv6.plan", at: now(), status: "saved", json: plan.json))
        try database.append([
            LedgerEntry(
                action: "ipv6.plan", subject: nil, actor: actor, reason: "plan saved", at: now(),
                payload: [
                    "parent": .string(plan.parent.description), "digest": .string(plan.digest),
                    "segments": .int(Int64(plan.rows.count)),
                ])
        ])
    }
}
