import ArgumentParser
import CMDB
import Notation
import Topology

/// What must not fail.
struct SinglePointCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "spof", abstract: "Single points of failure of systems, each with the way it hurts.",
        discussion: """
            Every object below the systems is failed alone; those that stop a system are listed. Where a group that was
            meant to be redundant is defeated (two feeds behind one UPS), the column says which. A point marked unknown
            stops the system only if stand-ins that are merely assumed do not stand in.

            Examples:
              hatang spof --level 3
              hatang spof --system lgsp --places --parts --format json

            Exit codes: 0 none, 2 some, 3 none for certain but some unknown, 6 no system in service matched.
            """)
    @Option(name: .long, help: "Only systems of at least this security level, 1-5.") var level: Int?
    @Option(
        name: .long, help: "Only this system; may be repeated.", completion: .custom(SystemSlugCompletion.complete))
    var system: [String] = []
    @Flag(name: .long, help: "Also racks, rooms and sites.") var places = false
    @Flag(name: .long, help: "Also ports, outlets and cables.") var parts = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if let level, !(1...5).contains(level) { throw ValidationError("--level is \(level): levels are 1 to 5") }
    }

    func run(in session: Session) async throws {
        let graph = SupportGraph(try session.inventory(session.database()))
        let systems = try chosen(graph)
        var scope: SinglePointScope = [.equipment]
        if places { scope.insert(.places) }
        if parts { scope.insert(.parts) }
        let found = graph.singlePoints(of: systems, scope: scope)
        session.console.emit(Self.answer(found, graph))
        let certain = found.points.count { $0.loss == .down }
        let unknown = found.points.count - certain
        GraphAnswers.sayCoverage(found.coverage, session.console)
        Self.sayNotes(graph.notes, session.console)
        session.console.say(
            vi: "\(certain) điểm lỗi đơn chắc chắn, \(unknown) chưa rõ, ở \(found.systems.count) hệ thống "
                + "(\(found.systemsWithout.count) không có); đã thử \(found.candidates) đối tượng.",
            en: "\(certain) single points for certain, \(unknown) unknown, in \(found.systems.count) systems "
                + "(\(found.systemsWithout.count) without any); \(found.candidates) objects tried.")
        if certain > 0 { throw ExitStatus.answerIsNo }
        if unknown > 0 { throw ExitStatus.partial }
    }

    /// Groups that promise more than is recorded, and stand-ins that do not count.
    private static func sayNotes(_ notes: [GraphNote], _ console: Console) {
        for note in notes where note.code == .tooFewMembers {
            console.say(
                vi:
                    "\(note.owner): nhóm cần \(note.asked) thành viên nhưng chỉ có \(note.members.count) đang vận hành: "
                    + "coi như cần tất cả.",
                en: "\(note.owner): the group asks for \(note.asked) members, \(note.members.count) are in service: "
                    + "taken as all of them.")
        }
        let idle = notes.filter { $0.code != .tooFewMembers }
        guard !idle.isEmpty else { return }
        console.say(
            vi: "\(idle.count) quan hệ có thành viên dự phòng không vận hành, không được tính (xem --verbose).",
            en: "\(idle.count) requirements have stand-ins that are not in service and do not count (see --verbose).")
        for note in idle {
            console.detail("\(note.owner): \(note.members.map(\.description).joined(separator: " ")): not in service")
        }
    }

    private func chosen(_ graph: SupportGraph) throws -> [ObjectID] {
        let judged = graph.systemsInService
        var ids = judged.map(\.id)
        if !system.isEmpty {
            ids = try system.map { text in
                let name = text.hasPrefix("system/") ? text : "system/\(text)"
                let id = try InventoryCommand.object(name, in: graph.snapshot).id
                guard ids.contains(id) else {
                    throw CommandFailure(.nothingToDo, "\(id) is not in service: its status is not active or pilot")
                }
                return id
            }
        }
        if let level { ids.removeAll { (graph.snapshot[$0]?.int("security_level") ?? 0) < level } }
        guard ids.isEmpty else { return ids }
        throw CommandFailure(
            .nothingToDo, "none of \(judged.count) systems in service matches: check --level and --system")
    }

    static func answer(_ found: SinglePoints, _ graph: SupportGraph) -> Answer {
        Answer(
            json: .object([
                "systems": .array(found.systems.map { .string($0.description) }),
                "systems_without": .array(found.systemsWithout.map { .string($0.description) }),
                "objects_tried": .int(Int64(found.candidates)),
                "points": .array(
                    found.points.map { point in
                        var members: [String: JSONValue] = [
                            "system": .string(point.system.description),
                            "security_level": GraphAnswers.level(point.level),
                            "point": .string(point.point.description),
                            "name": .string(graph.displayName(point.point)),
                            "loss": .string(point.loss.rawValue), "chain": GraphAnswers.json(point.chain),
                        ]
                        if let step = point.defeated { members["defeats"] = .string(defeats(step)) }
                        return .object(members)
                    }),
                "coverage": GraphAnswers.json(found.coverage),
            ]),
            table: TextTable(
                names: ["level", "system", "point", "loss", "defeats", "via"],
                rows: found.points.map {
                    [
                        $0.level.map(String.init) ?? "", $0.system.key, $0.point.description, $0.loss.rawValue,
                        $0.defeated.map(defeats) ?? "", GraphAnswers.text($0.chain),
                    ]
                }, colour: { $0 == 3 ? GraphAnswers.colour($1) : nil }),
            identifiers: found.points.map(\.point.description))
    }

    /// The group that was meant to hold.
    private static func defeats(_ step: ChainStep) -> String {
        "\(step.from) \(step.relation.rawValue) \(step.need ?? 1) of \(step.of ?? 1)"
    }
}

/// Completes slugs of systems.
enum SystemSlugCompletion {
    @Sendable static func complete(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        ObjectCompletion.complete(words, index, "system/").map { String($0.dropFirst("system/".count)) }
    }
}

/// Needs that go in a circle.
struct CyclesCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "cycles", abstract: "Objects that need each other in a circle.",
        discussion: """
            After a blackout nothing in such a circle can be started first. Exchanges between systems (connects-to) do
            not count unless asked for.

            Examples:
              hatang cycles
              hatang cycles --exchanges --format json

            Exit codes: 0 none, 2 some.
            """)
    @Flag(name: .long, help: "Count exchanges between systems too.") var exchanges = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func run(in session: Session) async throws {
        let graph = SupportGraph(try session.inventory(session.database()))
        let cycles = graph.cycles(includingExchanges: exchanges)
        session.console.emit(
            Answer(
                json: .object([
                    "objects": .int(Int64(graph.nodeCount)), "edges": .int(Int64(graph.edgeCount)),
                    "cycles": .array(
                        cycles.map { cycle in
                            .object([
                                "members": .array(cycle.members.map { .string($0.description) }),
                                "circle": .array(
                                    cycle.circle.map {
                                        .object([
                                            "from": .string($0.from.description), "to": .string($0.to.description),
                                            "relation": .string($0.relation.rawValue),
                                            "record": .string($0.origin.record.description),
                                        ])
                                    }),
                            ])
                        }),
                ]),
                table: TextTable(
                    names: ["members", "circle", "records"],
                    rows: cycles.map { cycle in
                        [
                            cycle.members.map(\.description).joined(separator: " "),
                            (cycle.circle.prefix(1).map(\.from) + cycle.circle.map(\.to)).map(\.description)
                                .joined(separator: " -> "),
                            cycle.circle.map(\.origin.record.description).joined(separator: " "),
                        ]
                    }), identifiers: cycles.flatMap { $0.members.map(\.description) }))
        session.console.say(
            vi: "\(cycles.count) vòng phụ thuộc trong \(graph.nodeCount) đối tượng, \(graph.edgeCount) quan hệ.",
            en: "\(cycles.count) circles among \(graph.nodeCount) objects, \(graph.edgeCount) relations.")
        if !cycles.isEmpty { throw ExitStatus.answerIsNo }
    }
}
