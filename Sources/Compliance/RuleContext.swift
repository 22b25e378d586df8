import CMDB
import Evidence
import Notation
import Regulation

/// Everything a rule may look at. Rules have no other input: no clock, no files, no network.
struct RuleContext: Sendable {
    let system: Object
    let level: Int
    let control: Control
    let scene: Scene
    let facts: FactIndex
    let now: Timestamp

    var snapshot: Snapshot { scene.snapshot }

    /// A whole-number parameter of the control at the system's level.
    func int(_ name: String) -> Int? { control.parameter(name, level: level)?.int.map(Int.init) }
    /// A list of texts among the parameters.
    func texts(_ name: String) -> [String] {
        control.parameter(name, level: level)?.array?.compactMap(\.string) ?? []
    }
    /// Whole days from a date field to now; negative for a date to come; nil for an absent or unreadable one.
    func age(_ object: Object, _ field: String) -> Int? {
        object.text(field).flatMap { Timestamp(day: $0) }.map {
            Int((now.milliseconds - $0.milliseconds) / 86_400_000)
        }
    }
}

/// What kind of machine a record is; decides which rules ask about it.
enum MachineClass: Sendable {
    case server
    case network
    case storage
    /// UPS, sensors, tape libraries: no login, no rules about servers.
    case facility

    private static let networkWords: Set<String> = [
        "switch", "sw", "router", "firewall", "waf", "ips", "ids", "balancer", "wlan", "wlc", "ap", "access-point",
        "vpn", "gateway", "modem",
    ]
    private static let storageWords: Set<String> = ["storage", "san", "nas"]
    private static let facilityWords: Set<String> = [
        "ups", "pdu", "generator", "cooling", "sensor", "tape", "library", "camera", "kvm",
    ]

    /// By the words of the role's slug; a device whose role says nothing counts as a server, which asks the most.
    static func of(_ machine: Object) -> MachineClass {
        guard machine.id.kind == .device else { return .server }
        let words = Set((machine.text("role") ?? "").split(separator: "-").map(String.init))
        if !words.isDisjoint(with: facilityWords) { return .facility }
        if !words.isDisjoint(with: networkWords) { return .network }
        if !words.isDisjoint(with: storageWords) { return .storage }
        return .server
    }
}

/// The system's surroundings, found once and used by all rules.
struct Scene: Sendable {
    let snapshot: Snapshot
    /// Machines of the system that are in use.
    let machines: [Object]
    /// Machines of the system that are planned, in store or being taken out: not judged, but named.
    let idle: [Object]
    /// Where the system and its machines stand.
    let sites: Set<ObjectID>
    /// Zones of the system, of its machines and of its sites.
    let zones: [Object]
    /// Machines in use at the system's sites, its own included.
    let neighbours: [Object]
    /// Services of the system: by their own word, or as its components.
    let services: [Object]

    private static let idleStatus: Set<String> = ["planned", "inventory", "decommissioning", "staged"]
    static func isIdle(_ machine: Object) -> Bool { idleStatus.contains(machine.text("status") ?? "active") }

    init(_ system: Object, _ snapshot: Snapshot) {
        self.snapshot = snapshot
        let all = snapshot.machines(of: system)
        machines = all.filter { !Self.isIdle($0) }
        idle = all.filter(Self.isIdle)
        var sites: Set<ObjectID> = []
        for id in Snapshot.ids("site", in: system) { sites.insert(id) }
        for machine in machines { sites.formUnion(Self.site(machine, snapshot)) }
        self.sites = sites
        var zones = Set(Snapshot.ids("zones", in: system))
        for machine in machines { zones.formUnion(Snapshot.ids("zone", in: machine)) }
        for zone in snapshot.objects(.zone) where !sites.isDisjoint(with: Snapshot.ids("site", in: zone)) {
            zones.insert(zone.id)
        }
        self.zones = zones.sorted().compactMap { snapshot[$0] }
        var near = Set(machines.map(\.id))
        for machine in snapshot.objects(.device) + snapshot.objects(.virtualMachine)
        where !Self.isIdle(machine) && !sites.isDisjoint(with: Self.site(machine, snapshot)) {
            near.insert(machine.id)
        }
        neighbours = near.sorted().compactMap { snapshot[$0] }
        var services = Set(snapshot.referrers(of: system.id, kind: .service, field: "system").map(\.id))
        for id in Snapshot.ids("components", in: system) where id.kind == .service { services.insert(id) }
        self.services = services.sorted().compactMap { snapshot[$0] }
    }

    /// The site of a machine; a virtual machine without one stands where its cluster does.
    static func site(_ machine: Object, _ snapshot: Snapshot) -> [ObjectID] {
        let own = Snapshot.ids("site", in: machine)
        guard own.isEmpty, machine.id.kind == .virtualMachine else { return own }
        if let cluster = snapshot.target(of: "cluster", in: machine) { return Snapshot.ids("site", in: cluster) }
        return snapshot.target(of: "device", in: machine).map { Snapshot.ids("site", in: $0) } ?? []
    }

    func servers() -> [Object] { machines.filter { MachineClass.of($0) == .server } }
    func zones(ofType type: String) -> [Object] { zones.filter { $0.text("zone_type") == type } }
    /// Machines near the system that can do one of `names`.
    func capable(_ names: Set<String>) -> [Object] {
        neighbours.filter { !names.isDisjoint(with: $0.texts("capabilities")) }
    }
    /// Whether anybody has written down what the machines near the system can do.
    var capabilitiesKnown: Bool { neighbours.contains { !$0.texts("capabilities").isEmpty } }

    /// Where `dependency` edges of one relation lead from the system or its machines.
    func targets(_ relation: String, of system: Object) -> [(edge: Object, target: ObjectID)] {
        let own = Set(machines.map(\.id)).union([system.id])
        return snapshot.objects(.dependency).flatMap { edge -> [(Object, ObjectID)] in
            guard edge.text("relation") == relation, !own.isDisjoint(with: Snapshot.ids("from", in: edge)) else {
                return []
            }
            return Snapshot.ids("to", in: edge).map { (edge, $0) }
        }
    }
}
