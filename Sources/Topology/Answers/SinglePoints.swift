public import CMDB

/// One object whose loss alone stops a system.
public struct SinglePoint: Hashable, Sendable {
    /// The system.
    public let system: ObjectID
    /// Its security level; nil when none is recorded.
    public let level: Int?
    /// What must not fail.
    public let point: ObjectID
    /// `down` when it is certain, `unknown` when it follows only if assumed stand-ins do not stand in.
    public let loss: Loss
    /// From the system to the point.
    public let chain: [ChainStep]

    /// The first group on the way that was meant to be redundant and that this one point defeats, such as two feeds
    /// behind one UPS; nil when nothing on the way claimed redundancy.
    public var defeated: ChainStep? { chain.first { ($0.of ?? 1) > ($0.need ?? 1) } }
}

/// What kinds of objects are tried as single points.
public struct SinglePointScope: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: Int
    /// Takes the bits.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// Machines, clusters, systems, circuits, providers and the plant.
    public static let equipment = SinglePointScope(rawValue: 1)
    /// Racks, rooms and sites.
    public static let places = SinglePointScope(rawValue: 2)
    /// Ports, outlets and cables.
    public static let parts = SinglePointScope(rawValue: 4)
}

/// The single points of failure of some systems.
public struct SinglePoints: Sendable {
    /// By level (highest first), system, certainty and point.
    public let points: [SinglePoint]
    /// Systems judged, in the order of the answer.
    public let systems: [ObjectID]
    /// Objects whose failure was tried, each alone.
    public let candidates: Int
    /// How much of the ground is recorded.
    public let coverage: Coverage

    /// Systems without any certain single point.
    public var systemsWithout: [ObjectID] {
        let with = Set(points.lazy.filter { $0.loss == .down }.map(\.system))
        return systems.filter { !with.contains($0) }
    }
}

extension SupportGraph {
    /// Tries every object the systems hang on, each alone, and keeps those that stop a system.
    ///
    /// Only what lies below a system is tried, and each try costs what falls, not the size of the graph; a sweep over
    /// the network is made only when a device that forwards or a cable falls.
    public func singlePoints(of systems: [ObjectID], scope: SinglePointScope = .equipment) -> SinglePoints {
        let wanted = systems.compactMap { core.index[$0] }
        let isWanted = Set(wanted)
        let candidates = candidates(below: wanted, scope: scope)
        var run = Simulation(core: core, network: network)
        var found: [SinglePoint] = []
        for candidate in candidates {
            run.run([candidate])
            let certain = run.fallen.filter { $0 != candidate && isWanted.contains($0) }
            if !certain.isEmpty { found += points(certain, candidate, run, loss: .down) }
            guard run.touchedAssumed else { continue }
            run.run([candidate], pessimistic: true)
            let known = Set(certain)
            let possible = run.fallen.filter { $0 != candidate && isWanted.contains($0) && !known.contains($0) }
            if !possible.isEmpty { found += points(possible, candidate, run, loss: .unknown) }
        }
        let order = Dictionary(
            systems.sorted { level($0) != level($1) ? level($0) > level($1) : $0 < $1 }.enumerated().map { ($1, $0) },
            uniquingKeysWith: { first, _ in first })
        found.sort {
            let (a, b) = (order[$0.system] ?? 0, order[$1.system] ?? 0)
            if a != b { return a < b }
            return $0.loss != $1.loss ? $0.loss < $1.loss : $0.point < $1.point
        }
        return SinglePoints(
            points: found, systems: order.sorted { $0.value < $1.value }.map(\.key), candidates: candidates.count,
            coverage: coverage)
    }

    private func level(_ id: ObjectID) -> Int { snapshot[id]?.int("security_level") ?? 0 }

    private func points(_ systems: [Int32], _ candidate: Int32, _ run: Simulation, loss: Loss) -> [SinglePoint] {
        let consequences = Consequences(fallenOf: run, in: self)
        return systems.map { system in
            let id = core.ids[Int(system)]
            return SinglePoint(
                system: id, level: snapshot[id]?.int("security_level"), point: core.ids[Int(candidate)], loss: loss,
                chain: consequences.chain(from: system))
        }
    }

    /// Everything below `systems` that is worth trying, in order of kind and key.
    private func candidates(below systems: [Int32], scope: SinglePointScope) -> [Int32] {
        var seen = [Bool](repeating: false, count: core.ids.count)
        var queue = systems
        for system in systems { seen[Int(system)] = true }
        var hasNetwork = false
        func visit(_ node: Int32) {
            guard !seen[Int(node)] else { return }
            seen[Int(node)] = true
            queue.append(node)
        }
        var head = 0
        while head < queue.count {
            let node = queue[head]
            head += 1
            for requirement in core.requirements(ofNode: node) {
                guard core.effect[requirement] == .down || core.effect[requirement] == .unreachable else { continue }
                for edge in core.edgeRange(requirement) { visit(core.target[edge]) }
            }
            if Int(node) < network.indexOfNode.count, network.indexOfNode[Int(node)] >= 0, !hasNetwork {
                hasNetwork = true
                for (device, forwards) in network.forwards.enumerated() where forwards {
                    visit(network.devices[device])
                }
                for link in network.links { for element in link.elements { visit(element) } }
            }
        }
        return queue.filter { scope.contains(.of(core.ids[Int($0)].kind)) }
            .sorted { core.ids[Int($0)] < core.ids[Int($1)] }
    }
}

extension SinglePointScope {
    /// The scope a kind belongs to; groups, zones and services are no things that fail by themselves.
    static func of(_ kind: Kind) -> SinglePointScope {
        switch kind {
        case .device, .virtualMachine, .cluster, .system, .circuit, .provider, .powerFeed, .powerPanel, .ups,
            .generator, .coolingUnit:
            .equipment
        case .site, .location, .rack: .places
        case .interface, .frontPort, .rearPort, .powerPort, .powerOutlet, .cable: .parts
        default: SinglePointScope(rawValue: 8)
        }
    }
}
