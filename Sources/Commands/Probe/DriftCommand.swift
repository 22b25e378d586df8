import ArgumentParser
import CMDB
import Evidence
import Notation
import Probing
import Storage

/// Facts against inventory.
struct DriftCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "Compare what was seen with what should be.",
        discussion: """
            Interfaces, addresses, operating system, serial numbers. Only facts that are still valid count; what the
            inventory does not state is not compared, and the summary says how much that is. Each difference has an id
            that stays as long as it does; `hatang inventory accept ID` proposes to write down what was seen.

            Examples:
              hatang inventory drift
              hatang inventory drift --target 'device tag=lab' --format csv

            Exit codes: 0 all observed machines agree, 2 differences, 3 machines without facts or nothing to compare, 6 no machine.
            """)
    @Option(
        help: "Selector; default: all devices and virtual machines.",
        completion: .custom(SelectorArgument.completeMachines))
    var target: String?
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func run(in session: Session) async throws {
        let database = try session.database()
        let snapshot = try session.state(database)
        let machines = try target.map {
            try session.chosen($0, in: snapshot, defaults: [.device, .virtualMachine])
        }
        let report = Drift(snapshot).report(
            facts: try database.currentFacts(of: nil), machines: machines, at: session.now())
        session.console.emit(Self.answer(report))
        let asked = report.observed.count + report.notObserved.count
        session.console.say(
            vi:
                "\(asked) máy: quan sát được \(report.observed.count), chưa có dữ kiện \(report.notObserved.count); so \(report.compared) giá trị, khác \(report.differences.count), không so được \(report.notCompared.count).",
            en:
                "\(asked) machines: \(report.observed.count) observed, \(report.notObserved.count) without facts; \(report.compared) values compared, \(report.differences.count) differ, \(report.notCompared.count) not compared."
        )
        switch report.verdict {
        case .inSync: return
        case .differs: throw ExitStatus.answerIsNo
        case .partial, .nothingCompared: throw ExitStatus.partial
        case .nothingToDo: throw CommandFailure(.nothingToDo, "the inventory has 0 devices and virtual machines")
        }
    }

    static func answer(_ report: DriftReport) -> Answer {
        Answer(
            json: .object([
                "verdict": .string(report.verdict.rawValue), "compared": .int(Int64(report.compared)),
                "observed": .array(report.observed.map { .string($0.description) }),
                "not_observed": .array(report.notObserved.map { .string($0.description) }),
                "differences": .array(report.differences.map(\.json)),
                "not_compared": .array(
                    report.notCompared.map {
                        .object([
                            "subject": .string($0.subject.description), "field": .string($0.field),
                            "reason": .string($0.reason),
                        ])
                    }),
            ]),
            table: TextTable(
                names: ["id", "subject", "field", "expected", "observed", "fact"],
                rows: report.differences.map {
                    [
                        $0.id, $0.subject.description, $0.field, InventoryCommand.List.cell($0.expected),
                        InventoryCommand.List.cell($0.observed), $0.factID,
                    ]
                }, colour: { column, _ in column == 4 ? .yellow : nil }),
            identifiers: report.differences.map { "\($0.subject) \($0.field)" })
    }
}
