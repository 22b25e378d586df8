import ArgumentParser
import CMDB
import Notation
import Topology

/// Where the cables go, and where the current comes from.
struct TraceCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Follow cables through patch panels, and power up to the grid.",
        discussion: """
            A device alone shows all its ports, connected or not, and its ways of power with their A or B side. Ends:
            connected, circuit, marked (connected to what is not recorded), unconnected, planned, dangling (in a patch
            panel), missing (the port does not exist), loop; of power: grid, generator, unrecorded (nothing is recorded
            above), unconnected, broken, loop.

            Examples:
              hatang trace core-sw-1
              hatang trace core-sw-1:Gi1/0/1 --format json
              hatang trace power-feed/a-01-a
              hatang trace circuit/int-vnpt-01

            Exit codes: 0 traced, 2 a line dangles, goes in a loop or leads to what does not exist, 6 there is no such
            device or port, or it has no ports, 64 the name is wrong.
            """)
    @Argument(
        help: "DEVICE, DEVICE:PORT, or KIND/SLUG of a port, cable, circuit or power unit.",
        completion: .custom(ObjectCompletion.complete))
    var target: String
    @Flag(name: .long, help: "Cables only.") var cables = false
    @Flag(name: .long, help: "Power only.") var power = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if cables, power { throw ValidationError("--cables and --power exclude each other: leave both out for both") }
    }

    func run(in session: Session) async throws {
        let snapshot = try session.inventory(session.database())
        let tracer = CableTracer(snapshot)
        let found = try starts(snapshot)
        let lines = power ? [] : found.flatMap { Self.lines($0, tracer) }
        let ways = cables ? [] : found.flatMap { Self.ways($0, tracer) }
        guard !lines.isEmpty || !ways.isEmpty else {
            throw CommandFailure(
                .nothingToDo, "\(target) has no port, cable or power in the inventory: nothing to trace")
        }
        session.console.emit(Self.answer(lines, ways))
        let complete = lines.count(where: \.isComplete)
        let open = lines.count { $0.end == .unconnected }
        let faults =
            lines.filter { [.dangling, .missing, .loop].contains($0.end) }.count
            + ways.filter { [.broken, .loop].contains($0.end) }.count
        let sides = Set(ways.compactMap(\.side)).sorted().map { $0.uppercased() }.joined(separator: ", ")
        let assumed = ways.contains(where: \.isAssumed)
        session.console.say(
            vi: "\(lines.count) đường cáp: \(complete) thông suốt, \(open) cổng chưa đấu, \(faults) lỗi; "
                + "\(ways.count) đường điện, phía \(sides.isEmpty ? "chưa rõ" : sides)"
                + "\(assumed ? " (suy từ tủ, chưa ghi cổng nguồn)" : "").",
            en: "\(lines.count) lines: \(complete) complete, \(open) ports unconnected, \(faults) faults; "
                + "\(ways.count) ways of power, side \(sides.isEmpty ? "unknown" : sides)"
                + "\(assumed ? " (by rack only, no power port is recorded)" : "").")
        if faults > 0 { throw ExitStatus.answerIsNo }
    }

    /// What the argument names: a device, or ports; one name may stand for ports of several kinds.
    private func starts(_ snapshot: Snapshot) throws -> [ObjectID] {
        if let id = ObjectID(target) {
            let found = try InventoryCommand.object(target, in: snapshot).id
            guard Self.traceable.contains(id.kind) else {
                throw CommandFailure(
                    .usage,
                    "a \(id.kind.rawValue) has no cable: name a device, a port, a cable, a circuit or a power unit")
            }
            return [found]
        }
        guard let colon = target.firstIndex(of: ":") else {
            return [try InventoryCommand.object("device/\(target)", in: snapshot).id]
        }
        let device = ObjectID(.device, String(target[..<colon]))
        _ = try InventoryCommand.object(device.description, in: snapshot)
        let ports = Self.portKinds.map { ObjectID($0, target) }.filter { snapshot[$0] != nil }
        guard ports.isEmpty else { return ports }
        let names = CableTracer(snapshot).ports(of: device).map { String($0.key.dropFirst(device.key.count + 1)) }
        let port = String(target[target.index(after: colon)...])
        throw CommandFailure(
            .nothingToDo,
            "\(device) has no port \(port) among \(names.count): "
                + NearestName.hint(port, in: names, otherwise: "see `hatang trace \(device.key)`"))
    }

    private static let portKinds: [Kind] = [
        .interface, .frontPort, .rearPort, .consolePort, .consoleServerPort, .powerPort, .powerOutlet,
    ]
    private static let powered: [Kind] = [
        .device, .powerPort, .powerOutlet, .powerFeed, .powerPanel, .ups, .generator, .coolingUnit,
    ]
    private static let traceable: [Kind] = portKinds + powered + [.cable, .circuit]

    private static func lines(_ id: ObjectID, _ tracer: CableTracer) -> [CableTrace] {
        switch id.kind {
        case .device: tracer.trace(device: id)
        case .cable: tracer.trace(cable: id)
        case .powerPanel, .ups, .generator, .coolingUnit: []
        case .powerFeed: tracer.trace(id).filter { $0.end != .unconnected }
        default: tracer.trace(id)
        }
    }

    private static func ways(_ id: ObjectID, _ tracer: CableTracer) -> [PowerTrace] {
        guard powered.contains(id.kind) else { return [] }
        return tracer.powerTraces(id).filter { !$0.steps.isEmpty || $0.end != .unrecorded }
    }

    static func answer(_ lines: [CableTrace], _ ways: [PowerTrace]) -> Answer {
        let lineRows = lines.map { line in
            [
                "cable", line.start.description, line.end.rawValue, line.steps.isEmpty ? "" : line.last.description, "",
                line.steps.map { ($0.cable.map { "=\($0.key)=" } ?? "~\($0.position ?? 1)~") + " \($0.to.key)" }
                    .joined(separator: " "),
            ]
        }
        let wayRows = ways.map { way in
            [
                "power", way.start.description, way.end.rawValue, way.steps.isEmpty ? "" : way.last.description,
                (way.side?.uppercased() ?? "") + (way.isAssumed ? "?" : ""),
                way.steps.map { "< \($0.to.key)" }.joined(separator: " "),
            ]
        }
        return Answer(
            json: .object(["cables": .array(lines.map(json)), "power": .array(ways.map(json))]),
            table: TextTable(
                names: ["what", "start", "end", "far", "side", "line"], rows: lineRows + wayRows,
                colour: { $0 == 2 ? GraphAnswers.colour($1) : nil }),
            identifiers: lines.map(\.last.description) + ways.map(\.last.description))
    }

    private static func json(_ line: CableTrace) -> JSONValue {
        .object([
            "start": .string(line.start.description), "end": .string(line.end.rawValue),
            "far": line.steps.isEmpty ? .null : .string(line.last.description), "split": .bool(line.isSplit),
            "steps": .array(
                line.steps.map { step in
                    var members: [String: JSONValue] = [
                        "from": .string(step.from.description), "to": .string(step.to.description),
                    ]
                    if let cable = step.cable { members["cable"] = .string(cable.description) }
                    if let position = step.position { members["position"] = .int(Int64(position)) }
                    return .object(members)
                }),
        ])
    }

    private static func json(_ way: PowerTrace) -> JSONValue {
        .object([
            "start": .string(way.start.description), "end": .string(way.end.rawValue),
            "far": way.steps.isEmpty ? .null : .string(way.last.description),
            "side": way.side.map { .string($0) } ?? .null, "assumed": .bool(way.isAssumed),
            "steps": .array(
                way.steps.map {
                    .object([
                        "from": .string($0.from.description), "to": .string($0.to.description),
                        "record": .string($0.origin.record.description), "field": .string($0.origin.field),
                    ])
                }),
        ])
    }
}
