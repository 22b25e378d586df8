public import CMDB

/// What a record says that one object has to do with another, and what its loss carries.
///
/// Loss ("down") runs up through all of them but four: `backed-up-by` takes only the backup, `protected-by` only the
/// protection, `connects-to` between systems only the exchange, and `linked-to` (like `connects-to` of a machine)
/// only reachability, which then counts as loss for whoever uses the machine over the network, never for whom it
/// powers or carries. What is not recorded carries nothing and is counted in ``Coverage``.
public enum Relation: String, Hashable, Sendable, CaseIterable, Comparable {
    /// A dependency record: down. Physical: an HA group does not step in.
    case runsOn = "runs-on"
    /// A dependency record: down. To a machine with an `ha_group`: the group steps in.
    case dependsOn = "depends-on"
    /// A dependency record. To a system or service: the exchange; from a machine: reachability; else down.
    case connectsTo = "connects-to"
    /// A dependency record: no more backups.
    case backedUpBy = "backed-up-by"
    /// A dependency record, `service.waf`: exposed.
    case protectedBy = "protected-by"
    /// `system.components`, `service.system`: down. HA groups step in; so do like services on machines of one group.
    case consistsOf = "consists-of"
    /// Of an HA group or a redundancy-group record: down when fewer are left than it asks (any-of: one).
    case member = "member"
    /// `service.parent`, `virtual-machine.device`: down.
    case hostedOn = "hosted-on"
    /// `virtual-machine.cluster`: down.
    case inCluster = "in-cluster"
    /// `device.cluster`, read from the cluster: down with the last host, or as its redundancy group asks.
    case clusterHost = "cluster-host"
    /// `system.zones` and the zones of a system's machines: down.
    case usesZone = "uses-zone"
    /// `zone.guarded_by`: down, since firewalls stand in the line. An HA group steps in.
    case guardedBy = "guarded-by"
    /// `service.exposure` and the circuits of that type at the site: down with the last line; without a common
    /// `redundancy_group` the loss of one line is unknown.
    case reachedBy = "reached-by"
    /// `circuit.terminates_on`, or a cable from the circuit: down.
    case terminatesOn = "terminates-on"
    /// `circuit.provider`: down.
    case providedBy = "provided-by"
    /// Ports, outlets, feeds, panels, UPS, generators, the grid: down with the last of a device's cabled ports; where
    /// only the rack's feeds are known, the loss of one is unknown.
    case poweredBy = "powered-by"
    /// `ups.device` and the like, one machine recorded twice: down, both ways.
    case sameAs = "same-as"
    /// A room and its cooling units: down with the last; without a common `redundancy_group` one is unknown.
    case cooledBy = "cooled-by"
    /// Rack, location, site: down.
    case standsIn = "stands-in"
    /// A device bay: down.
    case installedIn = "installed-in"
    /// Network links from cables: unreachable when no way to an exit is left.
    case linkedTo = "linked-to"

    /// By the order of declaration.
    public static func < (a: Relation, b: Relation) -> Bool { a.rank < b.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What the owner of a requirement loses when too few of its members are left.
public enum Effect: String, Hashable, Sendable, CaseIterable {
    /// It stops.
    case down
    /// It runs, but nobody reaches it: only relations that use the network carry that further.
    case unreachable
    /// It runs without an exchange with another system.
    case exchange
    /// It runs exposed.
    case protection
    /// It runs, and nothing is backed up any more.
    case backup
    /// It runs without a reserve, such as a generator that waits.
    case reserve
}

/// The record that says so.
public struct Origin: Hashable, Sendable {
    /// Whose field it is.
    public let record: ObjectID
    /// Which field.
    public let field: String
}

/// `from` needs `to`, alone or together with others that stand in for it.
public struct SupportEdge: Hashable, Sendable {
    /// Who needs.
    public let from: ObjectID
    /// Whom it needs.
    public let to: ObjectID
    /// How.
    public let relation: Relation
    /// Which record says so.
    public let origin: Origin
    /// Index of the requirement it belongs to, for ``SupportGraph/requirement(_:)``.
    public let requirement: Int
}

/// So many of these must live, or `owner` suffers `effect`.
public struct Requirement: Hashable, Sendable {
    /// Who needs them.
    public let owner: ObjectID
    /// What happens to it when fewer than `need` are left.
    public let effect: Effect
    /// How many must live; 1...members.count.
    public let need: Int
    /// The members, as edges; never empty.
    public let members: [SupportEdge]
    /// The group's name where a record names one.
    public let group: String?
    /// True where records do not say that the members stand in for each other, only that they may: the loss of some is
    /// then *unknown*, never harmless (two feeds of a rack when the device's power ports are not recorded).
    public let isAssumed: Bool

    /// Whether the loss of one member is survived, as far as records say.
    public var isRedundant: Bool { members.count > need && !isAssumed }
}

/// What the graph could not take as it was written.
public struct GraphNote: Hashable, Sendable {
    /// What kind of trouble.
    public enum Code: String, Hashable, Sendable {
        /// A group asks for more members than are recorded and in service.
        case tooFewMembers = "too-few-members"
        /// A stand-in is not in service and does not count.
        case notInService = "not-in-service"
        /// All that is needed is recorded as not in service.
        case nothingInService = "nothing-in-service"
    }
    /// Whose requirement.
    public let owner: ObjectID
    /// The kind of trouble.
    public let code: Code
    /// Members it is about.
    public let members: [ObjectID]
    /// Asked for, for `tooFewMembers`.
    public let asked: Int
}
