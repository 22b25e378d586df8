import ArgumentParser
import CMDB
import Notation
import Topology

/// Over which relations, as people write it.
enum PathRelations: String, ExpressibleByArgument, CaseIterable {
    case support, cables, all

    var layer: PathLayer {
        switch self {
        case .support: .support
        case .cables: .cables
        case .all: .all
        }
    }
}

/// The ways from one object to another.
struct PathCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "path", abstract: "How two objects hang together.",
        discussion: """
            --via support: from who needs to what is needed (the other way round when there is none this way);
            --via cables: along cables between devices, patch panels included; --via all: along both, in either
            direction. Shortest first; no object twice on one way.

            Examples:
              hatang path system/lgsp device/core-sw-1 --via all
              hatang path device/esx-1 device/rt-bien-1 --via cables --limit 5

            Exit codes: 0 found, 2 there is no way, 6 there is no such object, 64 not KIND/SLUG or the same twice.
            """)
    @Argument(help: "KIND/SLUG where it starts.", completion: .custom(ObjectCompletion.complete)) var from: String
    @Argument(help: "KIND/SLUG where it ends.", completion: .custom(ObjectCompletion.complete)) var to: String
    @Option(name: .long, help: "Over which relations: support, cables or all.") var via: PathRelations = .support
    @Option(name: .long, help: "How many ways at most, 1-10000.") var limit: Int = 1
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit is \(limit): give 1 to 10000") }
    }

    func run(in session: Session) async throws {
        let graph = SupportGraph(try session.inventory(session.database()))
        let (start, goal) = (try GraphAnswers.node(from, in: graph), try GraphAnswers.node(to, in: graph))
        guard start != goal else { throw CommandFailure(.usage, "\(start) is given twice: name two objects") }
        let found = graph.paths(from: start, to: goal, via: via.layer, limit: limit)
        session.console.emit(Self.answer(found))
        let more = found.isCutShort && limit > 1
        session.console.say(
            vi: found.paths.isEmpty
                ? "Không có đường từ \(start) tới \(goal) theo \(via.rawValue)."
                : "\(found.paths.count) đường, ngắn nhất \(found.paths[0].count) bước\(more ? "; còn nữa" : "")"
                    + "\(found.isBackwards ? "; chiều ngược: \(goal) cần \(start)" : "").",
            en: found.paths.isEmpty
                ? "There is no way from \(start) to \(goal) over \(via.rawValue)."
                : "\(found.paths.count) ways, the shortest of \(found.paths[0].count) steps"
                    + "\(more ? "; there are more" : "")"
                    + "\(found.isBackwards ? "; backwards: \(goal) needs \(start)" : "").")
        if found.paths.isEmpty { throw ExitStatus.answerIsNo }
    }

    static func answer(_ found: PathAnswer) -> Answer {
        let rows = found.paths.enumerated().flatMap { number, steps in
            steps.enumerated().map { position, step in
                [
                    String(number + 1), String(position + 1), step.from.description,
                    (step.isReversed && step.relation != .linkedTo ? "<-" : "") + step.relation.rawValue,
                    step.to.description, step.origin.record.description,
                    step.line.map(\.description).joined(separator: " "),
                ]
            }
        }
        return Answer(
            json: .object([
                "cut_short": .bool(found.isCutShort), "backwards": .bool(found.isBackwards),
                "paths": .array(
                    found.paths.map { steps in
                        .array(
                            steps.map { step in
                                .object([
                                    "from": .string(step.from.description), "to": .string(step.to.description),
                                    "relation": .string(step.relation.rawValue), "reversed": .bool(step.isReversed),
                                    "record": .string(step.origin.record.description),
                                    "line": .array(step.line.map { .string($0.description) }),
                                ])
                            })
                    }),
            ]),
            table: TextTable(
                names: ["path", "step", "from", "relation", "to", "record", "line"], rows: rows),
            identifiers: found.paths.map { steps in
                (steps.prefix(1).map(\.from) + steps.map(\.to)).map(\.description).joined(separator: " ")
            })
    }
}
