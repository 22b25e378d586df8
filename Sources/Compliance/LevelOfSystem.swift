public import CMDB
import Notation
public import Regulation

/// What the decrees say about a system's level, beside what is declared.
public struct SystemLevel: Sendable {
    /// How the declared level stands to the derived one.
    public enum Standing: String, Hashable, Sendable {
        /// It is what the rules of every regime give.
        case agrees
        /// A rule asks for more.
        case tooLow = "too-low"
        /// It is above what the rules ask: allowed, a higher risk may be the reason.
        case higher
        /// Nothing is declared.
        case undeclared
        /// The missing inputs could raise the level above what is declared.
        case unsettled
    }

    /// The system.
    public let system: ObjectID
    /// Its `security_level`.
    public let declared: Int?
    /// One for each regime of the table, in its order.
    public let answers: [LevelAnswer]
    /// What happens to it while one regime follows the other.
    public let transition: LevelTransition?
    /// The regime in force on the day that was asked about.
    public let inForce: String?

    /// The level it has at least, by every regime.
    public var least: Int { answers.map(\.least).max() ?? 1 }
    /// Whether every regime gives one level.
    public var isSettled: Bool { answers.allSatisfy(\.isSettled) }
    /// The answer of the regime called `id`.
    public func answer(_ id: String) -> LevelAnswer? { answers.first { $0.regime == id } }
    /// The answer of the regime in force.
    public var current: LevelAnswer? { inForce.flatMap(answer) }

    /// What level counts for what depends on it, such as zones: the higher of declared and derived.
    public var effective: Int { max(declared ?? 1, least) }

    /// How the declared level stands.
    public var standing: Standing {
        guard let declared else { return .undeclared }
        if declared < least { return .tooLow }
        if !isSettled, (answers.map(\.most).max() ?? 5) > declared || answers.contains(where: { !$0.isCovered }) {
            return .unsettled
        }
        return declared > least ? .higher : .agrees
    }

    /// Walks every regime over a system's record.
    /// - Parameter day: `YYYY-MM-DD`, for which regime is in force.
    public static func of(_ system: Object, _ table: LevelTable, on day: String) -> SystemLevel {
        var inputs: [String: JSONValue] = [:]
        for input in table.inputs { inputs[input.name] = system.fields[input.name] }
        var papers = inputs
        for name in ["level_status", "decision_date", "status"] { papers[name] = system.fields[name] ?? "" }
        let regime = table.regimes.last { $0.from <= day && $0.until.map { day <= $0 } ?? true }
        return SystemLevel(
            system: system.id, declared: system.int("security_level"),
            answers: table.regimes.map { table.answer($0, inputs) },
            transition: table.transition.first { $0.when.truth(papers) == .holds }, inForce: regime?.id)
    }
}

/// What level a zone must have, because of what stands in it.
public struct ZoneLevel: Sendable {
    /// The zone.
    public let zone: ObjectID
    /// Its `security_level`.
    public let declared: Int?
    /// How many machines and services in use stand in it: the denominator.
    public let machines: Int
    /// The systems of those machines, the highest first.
    public let systems: [(id: ObjectID, level: Int)]

    /// The least level it must have; nil when no system stands in it.
    public var needed: Int? { systems.first?.level }
    /// Whether what is declared is below what is needed, or nothing is declared where something is needed.
    public var isTooLow: Bool { needed.map { $0 > declared ?? 0 } ?? false }

    /// Every zone, by the machines in it and the systems that name it.
    public static func all(
        in snapshot: Snapshot, _ table: LevelTable, on day: String
    ) -> [ZoneLevel] {
        var members: [ObjectID: Set<ObjectID>] = [:]
        var systems: [ObjectID: Set<ObjectID>] = [:]
        var levels: [ObjectID: Int] = [:]
        for system in snapshot.objects(.system) where system.text("status") != "retired" {
            levels[system.id] = SystemLevel.of(system, table, on: day).effective
            for zone in Snapshot.ids("zones", in: system) { systems[zone, default: []].insert(system.id) }
            for machine in snapshot.machines(of: system) {
                for zone in zones(of: machine, snapshot) { systems[zone, default: []].insert(system.id) }
            }
        }
        for kind in [Kind.device, .virtualMachine] {
            for machine in snapshot.objects(kind) {
                for zone in zones(of: machine, snapshot) { members[zone, default: []].insert(machine.id) }
            }
        }
        return snapshot.objects(.zone).map { zone in
            let own = (systems[zone.id] ?? []).map { (id: $0, level: levels[$0] ?? 1) }
            return ZoneLevel(
                zone: zone.id, declared: zone.int("security_level"), machines: members[zone.id]?.count ?? 0,
                systems: own.sorted { ($1.level, $0.id) < ($0.level, $1.id) })
        }
    }

    /// The zones a machine stands in: its own, and those of its interfaces' segments.
    private static func zones(of machine: Object, _ snapshot: Snapshot) -> Set<ObjectID> {
        var out = Set(Snapshot.ids("zone", in: machine))
        for interface in snapshot.interfaces(of: machine.id) {
            if let segment = snapshot.target(of: "segment", in: interface) {
                out.formUnion(Snapshot.ids("zone", in: segment))
            }
        }
        return out
    }
}
