public import CMDB

/// What one object loses.
public enum Loss: String, Hashable, Sendable, CaseIterable, Comparable {
    /// It stops.
    case down
    /// A device or machine that runs but cannot be reached.
    case unreachable
    /// Records do not tell: the side of its power, or the line it uses, is not recorded. Never counted as harmless.
    case unknown
    /// An exchange with another system stops.
    case exchange
    /// It runs exposed.
    case unprotected
    /// Nothing is backed up any more.
    case noBackup = "no-backup"
    /// It runs, with fewer stand-ins than before.
    case redundancy

    /// Worst first.
    public static func < (a: Loss, b: Loss) -> Bool { a.rank < b.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    init(_ effect: Effect) {
        switch effect {
        case .down: self = .down
        case .unreachable: self = .unreachable
        case .exchange: self = .exchange
        case .protection: self = .unprotected
        case .backup: self = .noBackup
        case .reserve: self = .redundancy
        }
    }
}

/// One link of an explanation: `from` lost `to`, and the record that says it needed it.
public struct ChainStep: Hashable, Sendable {
    /// Who suffers.
    public let from: ObjectID
    /// What it lost, or what lost something itself.
    public let to: ObjectID
    /// How the two are related.
    public let relation: Relation
    /// Which record says so; for network links the cable.
    public let origin: Origin
    /// Members of the requirement left, needed and in all; nil for network links.
    public let left: Int?
    /// See `left`.
    public let need: Int?
    /// See `left`.
    public let of: Int?
    /// The group's name where a record names one.
    public let group: String?
    /// Whether the stand-ins are only assumed.
    public let isAssumed: Bool
}

/// What one object loses, and by which way.
public struct LossReport: Hashable, Sendable {
    /// What is lost.
    public let loss: Loss
    /// From the object to the failed one.
    public let chain: [ChainStep]
}

/// What a system loses.
public struct SystemImpact: Hashable, Sendable {
    /// The system.
    public let system: ObjectID
    /// Its security level; nil when none is recorded.
    public let level: Int?
    /// Worst first, one of each kind; never empty.
    public let losses: [LossReport]

    /// The worst of them.
    public var worst: Loss { losses[0].loss }
}

/// What follows when some objects fail.
public struct Impact: Sendable {
    /// What was taken to fail.
    public let failed: [ObjectID]
    /// Systems that lose something: highest level first, then worst loss, then key.
    public let systems: [SystemImpact]
    /// How many systems in service were looked at.
    public let considered: Int
    /// How many systems are recorded at all.
    public let recorded: Int
    /// Everything that stops or cannot be reached, the failed ones included, in order.
    public let objects: [ObjectID: Loss]
    /// How much of the ground is recorded.
    public let coverage: Coverage

    /// Systems whose worst loss is this.
    public func count(_ loss: Loss) -> Int { systems.count { $0.worst == loss } }
    /// How many objects of each kind stop or cannot be reached.
    public var kinds: [(kind: Kind, count: Int)] {
        var counts: [Kind: Int] = [:]
        for (id, loss) in objects where loss == .down || loss == .unreachable { counts[id.kind, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension SupportGraph {
    /// What follows when all of `failed` fail at once.
    ///
    /// Ids that are no nodes have no consequences; ask ``contains(_:)`` first.
    public func impact(of failed: [ObjectID]) -> Impact {
        let nodes = failed.compactMap { core.index[$0] }
        var run = Simulation(core: core, network: network)
        run.run(nodes)
        let consequences = Consequences(graph: self, run: run)
        var systems: [ObjectID: [LossReport]] = [:]
        var objects = consequences.objects
        let judged = systemsInService
        for system in judged { systems[system.id] = consequences.losses(of: system.id) }
        if run.touchedAssumed {
            var worst = run
            worst.run(nodes, pessimistic: true)
            let possible = Consequences(graph: self, run: worst)
            for (id, loss) in possible.objects where loss <= .unreachable {
                if (objects[id] ?? .redundancy) > .unreachable { objects[id] = .unknown }
            }
            for system in judged where systems[system.id]?.first?.loss != .down {
                guard let down = possible.losses(of: system.id).first, down.loss == .down else { continue }
                let known = (systems[system.id] ?? []).filter { $0.loss != .redundancy }
                systems[system.id] = [LossReport(loss: .unknown, chain: down.chain)] + known
            }
        }
        let impacts = judged.compactMap { system -> SystemImpact? in
            guard let losses = systems[system.id], !losses.isEmpty else { return nil }
            return SystemImpact(system: system.id, level: system.int("security_level"), losses: losses)
        }
        return Impact(
            failed: failed,
            systems: impacts.enumerated().sorted {
                let (a, b) = ($0.element, $1.element)
                if a.level ?? 0 != b.level ?? 0 { return a.level ?? 0 > b.level ?? 0 }
                // Systems come by level and key already.
                return a.worst != b.worst ? a.worst < b.worst : $0.offset < $1.offset
            }.map(\.element),
            considered: judged.count, recorded: snapshot.objects(.system).count, objects: objects, coverage: coverage)
    }
}
