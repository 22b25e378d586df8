public import CMDB

/// What hangs on what, indexed once per snapshot: nodes are integers, edges lie in arrays.
///
/// Every node needs the members of its requirements; see ``Requirement``. Beside them stands the network: devices and
/// the cables between them, where "needed" means "a way to an exit is left" (``NetworkLayer``). The rules that turn
/// records into requirements are in `GraphBuilder`, one paragraph per kind.
///
/// Some nodes are not records: an HA group (`redundancy-group/NAME`) when no record of that slug exists, and a grid
/// line (`power-panel/grid:LINE`) named by `power-panel.utility`.
public struct SupportGraph: Sendable {
    /// The inventory it was made from.
    public let snapshot: Snapshot
    /// What was odd about the records.
    public let notes: [GraphNote]
    /// How much of power and network is recorded.
    public let coverage: Coverage

    /// Information systems in service, highest level first, then by key; planned and retired ones are not judged.
    public let systemsInService: [Object]

    let core: GraphCore
    let network: NetworkLayer

    /// Indexes `snapshot`. O(records + cables); nothing else of this room reads the whole inventory again.
    public init(_ snapshot: Snapshot) {
        var builder = GraphBuilder(snapshot)
        builder.build()
        self.snapshot = snapshot
        notes = builder.notes
        core = builder.core()
        network = builder.network
        coverage = builder.coverage
        systemsInService = snapshot.objects(.system).filter(InService.test).map { ($0.int("security_level") ?? 0, $0) }
            .sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1.id < $1.1.id }.map(\.1)
    }

    /// All nodes, in order of kind and key.
    public var nodes: [ObjectID] { core.ids.sorted() }
    /// How many nodes.
    public var nodeCount: Int { core.ids.count }
    /// How many requirement edges.
    public var edgeCount: Int { core.edges.count }
    /// How many network links.
    public var linkCount: Int { network.links.count }
    /// Whether anything is known about `id`.
    public func contains(_ id: ObjectID) -> Bool { core.index[id] != nil }
    /// Whether the node stands for something that is not a record: an HA group or a grid line.
    public func isVirtual(_ id: ObjectID) -> Bool { contains(id) && snapshot[id] == nil }
    /// Every edge; members of one requirement stand together.
    public var edges: [SupportEdge] { core.edges }

    /// The requirement at `index`, as edges name it.
    public func requirement(_ index: Int) -> Requirement { core.requirement(index) }

    /// What `id` needs.
    public func requirements(of id: ObjectID) -> [Requirement] {
        guard let node = core.index[id] else { return [] }
        return core.requirements(ofNode: node).map { core.requirement($0) }
    }

    /// Who needs `id`, directly.
    public func dependents(of id: ObjectID) -> [SupportEdge] {
        guard let node = core.index[id] else { return [] }
        return core.incoming(node).map { core.edges[Int($0)] }
    }

    /// What people call a node: the record's name, `HA x` for a group without record, the line for a grid node.
    public func displayName(_ id: ObjectID) -> String {
        if let object = snapshot[id] { return object.displayName }
        if id.kind == .redundancyGroup { return "HA \(id.key)" }
        return id.key.hasPrefix("grid:") ? String(id.key.dropFirst(5)) : id.key
    }
}

/// How much of the physical world is recorded: what is not, is not assessed.
public struct Coverage: Hashable, Sendable {
    /// Devices in service that draw power.
    public internal(set) var devices = 0
    /// Of these, with a cabled power port (or inside a chassis).
    public internal(set) var powerPorts = 0
    /// Of these, only known to stand in a rack with feeds: which side they hang on is unknown.
    public internal(set) var powerByRack = 0
    /// Devices in service with at least one cabled interface and a way to an exit.
    public internal(set) var network = 0
    /// Devices with cabled interfaces in a part of the network without any known exit.
    public internal(set) var networkWithoutExit = 0

    /// Devices about whose power nothing is recorded.
    public var powerUnknown: Int { devices - powerPorts - powerByRack }
    /// Devices about whose network nothing is recorded.
    public var networkUnknown: Int { devices - network }
}

/// Whether a record takes part at all.
enum InService {
    private static let idle: Set<String> = [
        "planned", "staged", "staging", "offline", "failed", "inventory", "decommissioning", "decommissioned",
        "deprovisioning", "provisioning", "retired", "deprecated", "paused",
    ]
    static func test(_ object: Object) -> Bool { object.text("status").map { !idle.contains($0) } ?? true }
}

extension SupportGraph {
    /// Kinds whose loss has consequences here; of other kinds (a VLAN, a contact) nothing is known to hang on them.
    public static let kinds: Set<Kind> = [
        .site, .location, .rack, .device, .cluster, .virtualMachine, .interface, .frontPort, .rearPort, .powerPort,
        .powerOutlet, .zone, .provider, .circuit, .service, .system, .redundancyGroup, .powerPanel, .powerFeed, .ups,
        .generator, .coolingUnit, .cable,
    ]
}
