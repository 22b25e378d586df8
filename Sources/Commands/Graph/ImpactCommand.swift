import ArgumentParser
import CMDB
import Notation
import Topology

/// What is taken to happen to the object.
enum AssumedFailure: String, ExpressibleByArgument, CaseIterable {
    case down
}

/// Which systems suffer when something fails.
struct ImpactCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "impact", abstract: "Which systems lose what when an object fails.",
        discussion: """
            Follows what the inventory says: dependencies, components, clusters, HA groups, zones and their firewalls,
            circuits, power from port to grid, racks and rooms, and cables between switches. Redundancy counts: any-of,
            k-of-n, A and B power, two ways to the network.

            Losses, worst first: down; unreachable; unknown (records do not tell, as when a rack has two feeds and the
            device's ports are not recorded: never taken for harmless); exchange (connects-to another system);
            unprotected (protected-by, waf); no-backup (backed-up-by); redundancy (it runs with fewer stand-ins).

            Examples:
              hatang impact device/core-sw-1
              hatang impact ups/ups-a --also device/esx-1 --format json
              hatang impact device/esx-3 --objects

            Exit codes: 0 answered, 3 answered but something is unknown, 6 there is no such object, 64 not KIND/SLUG.
            """)
    @Argument(help: "KIND/SLUG.", completion: .custom(ObjectCompletion.complete)) var id: String
    @Option(name: .customLong("if"), help: "What happens to it: down.") var happens: AssumedFailure = .down
    @Option(
        name: .long, help: "Fails at the same time; may be repeated.", completion: .custom(ObjectCompletion.complete))
    var also: [String] = []
    @Flag(name: .long, help: "List every object that suffers, not only systems.") var objects = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func run(in session: Session) async throws {
        let graph = SupportGraph(try session.inventory(session.database()))
        let failed = try ([id] + also).map { try GraphAnswers.node($0, in: graph) }
        let impact = graph.impact(of: failed)
        session.console.emit(objects ? Self.objectAnswer(impact, graph) : Self.answer(impact, graph))
        Self.say(impact, graph, session.console)
        if impact.count(.unknown) > 0 { throw ExitStatus.partial }
    }

    private static func say(_ impact: Impact, _ graph: SupportGraph, _ console: Console) {
        let names = impact.failed.map { graph.displayName($0) }.joined(separator: ", ")
        let (down, unknown) = (impact.count(.down), impact.count(.unknown))
        let less = impact.systems.count - down - unknown
        let rest = impact.considered - impact.systems.count
        GraphAnswers.sayCoverage(impact.coverage, console)
        let kinds = impact.kinds.map { "\($0.count) \($0.kind.rawValue)" }.joined(separator: ", ")
        if !kinds.isEmpty { console.say(vi: "Ngừng hoặc mất liên lạc: \(kinds).", en: "Stopped or cut off: \(kinds).") }
        console.say(
            vi: "Khi \(names) ngừng: \(down) hệ thống ngừng, \(unknown) chưa rõ, \(less) suy giảm, \(rest) không ảnh "
                + "hưởng, trong \(impact.considered) hệ thống đang vận hành (\(impact.recorded) đã ghi).",
            en: "If \(names) fails: \(down) systems stop, \(unknown) unknown, \(less) lessened, \(rest) unaffected, of "
                + "\(impact.considered) in service (\(impact.recorded) recorded).")
    }

    static func answer(_ impact: Impact, _ graph: SupportGraph) -> Answer {
        let rows = impact.systems.flatMap { system in
            system.losses.map { report in
                [
                    system.level.map(String.init) ?? "", system.system.key, graph.displayName(system.system),
                    report.loss.rawValue, GraphAnswers.text(report.chain),
                ]
            }
        }
        return Answer(
            json: .object([
                "failed": .array(impact.failed.map { .string($0.description) }),
                "systems_considered": .int(Int64(impact.considered)),
                "systems_recorded": .int(Int64(impact.recorded)),
                "systems": .array(
                    impact.systems.map { system in
                        .object([
                            "system": .string(system.system.description),
                            "name": .string(graph.displayName(system.system)),
                            "security_level": GraphAnswers.level(system.level),
                            "worst": .string(system.worst.rawValue),
                            "losses": .array(
                                system.losses.map {
                                    .object([
                                        "loss": .string($0.loss.rawValue), "chain": GraphAnswers.json($0.chain),
                                    ])
                                }),
                        ])
                    }),
                "objects": .object(
                    Dictionary(
                        impact.objects.map { ($0.key.description, .string($0.value.rawValue)) },
                        uniquingKeysWith: { $1 })),
                "coverage": GraphAnswers.json(impact.coverage),
            ]),
            table: TextTable(
                names: ["level", "system", "name", "loss", "via"], rows: rows,
                colour: { $0 == 3 ? GraphAnswers.colour($1) : nil }),
            identifiers: impact.systems.map(\.system.description))
    }

    static func objectAnswer(_ impact: Impact, _ graph: SupportGraph) -> Answer {
        let sorted = impact.objects.sorted { $0.value != $1.value ? $0.value < $1.value : $0.key < $1.key }
        return Answer(
            json: answer(impact, graph).json,
            table: TextTable(
                names: ["object", "name", "loss"],
                rows: sorted.map { [$0.key.description, graph.displayName($0.key), $0.value.rawValue] },
                colour: { $0 == 2 ? GraphAnswers.colour($1) : nil }), identifiers: sorted.map(\.key.description))
    }
}
