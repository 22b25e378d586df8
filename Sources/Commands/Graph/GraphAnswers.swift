import CMDB
import Notation
import Topology

/// The words and JSON shapes that the commands over the graph share.
enum GraphAnswers {
    /// `KIND/SLUG` of a record or of a node that is none (an HA group, a grid line).
    static func node(_ text: String, in graph: SupportGraph) throws -> ObjectID {
        if let id = ObjectID(text), graph.contains(id) { return id }
        let id = try InventoryCommand.object(text, in: graph.snapshot).id
        guard SupportGraph.kinds.contains(id.kind) else {
            let kinds = SupportGraph.kinds.sorted().map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(
                .usage, "no record can say that something needs a \(id.kind.rawValue): name one of \(kinds)")
        }
        return id
    }

    /// `-runs-on-> cluster/kvm [dependency/x, 0 of 2 left, 1 needed]` for every step.
    static func text(_ chain: [ChainStep]) -> String {
        guard let first = chain.first else { return "" }
        let steps = chain.map { step in
            var notes: [String] = []
            if step.origin.record != step.from, step.origin.record != step.to { notes.append("\(step.origin.record)") }
            if let group = step.group { notes.append("group \(group)") }
            if let left = step.left, let need = step.need, let of = step.of, of > 1 {
                notes.append("\(left) of \(of) left, \(need) needed\(step.isAssumed ? ", assumed" : "")")
            }
            let note = notes.isEmpty ? "" : " [\(notes.joined(separator: ", "))]"
            return "-\(step.relation.rawValue)-> \(step.to)\(note)"
        }
        return ([first.from.description] + steps).joined(separator: " ")
    }

    static func json(_ chain: [ChainStep]) -> JSONValue {
        .array(
            chain.map { step in
                var members: [String: JSONValue] = [
                    "from": .string(step.from.description), "to": .string(step.to.description),
                    "relation": .string(step.relation.rawValue), "record": .string(step.origin.record.description),
                    "field": .string(step.origin.field), "assumed": .bool(step.isAssumed),
                ]
                if let left = step.left { members["left"] = .int(Int64(left)) }
                if let need = step.need { members["needed"] = .int(Int64(need)) }
                if let of = step.of { members["members"] = .int(Int64(of)) }
                if let group = step.group { members["group"] = .string(group) }
                return .object(members)
            })
    }

    static func json(_ coverage: Coverage) -> JSONValue {
        .object([
            "devices": .int(Int64(coverage.devices)), "power_by_port": .int(Int64(coverage.powerPorts)),
            "power_by_rack_only": .int(Int64(coverage.powerByRack)),
            "power_not_recorded": .int(Int64(coverage.powerUnknown)),
            "network_recorded": .int(Int64(coverage.network)),
            "network_without_exit": .int(Int64(coverage.networkWithoutExit)),
            "network_not_recorded": .int(Int64(coverage.networkUnknown)),
        ])
    }

    /// What was not assessed, in one line.
    static func sayCoverage(_ coverage: Coverage, _ console: Console) {
        console.say(
            vi: "Không đánh giá được: nguồn điện của \(coverage.powerUnknown) (chỉ biết theo tủ: "
                + "\(coverage.powerByRack)) và mạng của \(coverage.networkUnknown) trong \(coverage.devices) thiết bị, "
                + "vì chưa ghi cổng và cáp.",
            en: "Not assessed: power of \(coverage.powerUnknown) (known by rack only: \(coverage.powerByRack)) and "
                + "network of \(coverage.networkUnknown) of \(coverage.devices) devices, whose ports and cables are not "
                + "recorded.")
    }

    static func level(_ level: Int?) -> JSONValue { level.map { .int(Int64($0)) } ?? .null }

    /// Red for what stops, yellow for what is only lessened.
    static func colour(_ text: String) -> Console.Colour? {
        switch text {
        case Loss.down.rawValue, "dangling", "missing", "loop", "broken": .red
        case Loss.redundancy.rawValue, "unconnected", "planned", "unrecorded": .dim
        case "connected", "circuit", "grid", "generator", "marked": .green
        default: Loss(rawValue: text) == nil ? nil : .yellow
        }
    }
}
