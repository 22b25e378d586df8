import CMDB
import Notation
import Topology

/// A small topology, record by record; reads like the drawing on a whiteboard.
struct Plan {
    var objects: [Object] = []

    var snapshot: Snapshot { Snapshot(objects) }
    var graph: SupportGraph { SupportGraph(snapshot) }

    mutating func add(_ kind: Kind, _ key: String, _ fields: [String: JSONValue] = [:]) {
        objects.append(Object(id: ObjectID(kind, key), fields: fields))
    }

    mutating func device(_ key: String, _ role: String = "server", _ fields: [String: JSONValue] = [:]) {
        add(.device, key, ["role": .string(role)].merging(fields) { $1 })
    }

    mutating func system(_ key: String, level: Int = 3, _ components: String..., fields: [String: JSONValue] = [:]) {
        add(
            .system, key,
            [
                "security_level": .int(Int64(level)), "status": "active",
                "components": .array(components.map { .string($0) }),
            ].merging(fields) { $1 })
    }

    mutating func depends(_ from: String, _ relation: String, _ to: String, group: String? = nil) {
        var fields: [String: JSONValue] = ["from": .string(from), "relation": .string(relation), "to": .string(to)]
        if let group { fields["redundancy_group"] = .string(group) }
        add(.dependency, "\(from)-\(relation)-\(to)".replacing("/", with: "-"), fields)
    }

    /// A cable between ports written as `kind/key`; ports that are not there yet are made.
    mutating func cable(_ a: String, _ b: String, status: String = "connected") {
        for end in [a, b] { port(end) }
        add(
            .cable, "\(a)--\(b)".replacing("/", with: "-").replacing(":", with: "-"),
            [
                "a_terminations": .array([.string(a)]), "b_terminations": .array([.string(b)]),
                "status": .string(status),
            ])
    }

    mutating func port(_ text: String, _ fields: [String: JSONValue] = [:]) {
        guard let id = ObjectID(text), Kind.components.contains(id.kind), !objects.contains(where: { $0.id == id })
        else { return }
        let parts = id.key.split(separator: ":", maxSplits: 1).map(String.init)
        let machine: JSONValue = .string(id.kind == .interface ? "device/\(parts[0])" : parts[0])
        add(id.kind, id.key, ["device": machine, "name": .string(parts[1])].merging(fields) { $1 })
    }

    /// Joins two devices by a cable between interfaces named after the other end.
    mutating func link(_ a: String, _ b: String) { cable("interface/\(a):to-\(b)", "interface/\(b):to-\(a)") }
}

extension SupportGraph {
    /// `system: loss loss` for every system that loses something when `failed` fail, in the order of the answer.
    func outcome(_ failed: String...) -> [String] {
        impact(of: failed.compactMap { ObjectID($0) }).systems.map { impact in
            "\(impact.system.key): \(impact.losses.map(\.loss.rawValue).joined(separator: " "))"
        }
    }

    /// The points that stop a system for certain, and with `?` those that may.
    func points(_ system: String, _ scope: SinglePointScope = .equipment) -> [String] {
        singlePoints(of: [ObjectID(.system, system)], scope: scope).points.map {
            $0.point.description + ($0.loss == .unknown ? "?" : "")
        }
    }
}

extension [ChainStep] {
    /// `a -relation-> b -relation-> c`.
    var text: String {
        guard let first else { return "" }
        return first.from.key + map { " -\($0.relation.rawValue)-> \($0.to.key)" }.joined()
    }
}
