public import CMDB

/// What a record says that one object has to do with another.
public enum Relation: String, Hashable, Sendable, CaseIterable, Comparable {
    // Of dependency records.
    case runsOn = "runs-on"
    case dependsOn = "depends-on"
    case connectsTo = "connects-to"
    case backedUpBy = "backed-up-by"
    case protectedBy = "protected-by"
    // Of fields.
    /// `system.components`, `service.system`.
    case consistsOf = "consists-of"
    /// A member of an HA group or a redundancy-group record.
    case member = "member"
    /// `service.parent`, `virtual-machine.device`.
    case hostedOn = "hosted-on"
    /// `virtual-machine.cluster`.
    case inCluster = "in-cluster"
    /// `device.cluster`, read from the cluster.
    case clusterHost = "cluster-host"
    /// `system.zones`, the zone of a system's machines.
    case usesZone = "uses-zone"
    /// `zone.guarded_by`.
    case guardedBy = "guarded-by"
    /// `service.exposure` and the circuits of that type at the site.
    case reachedBy = "reached-by"
    /// `circuit.terminates_on`, or a cable from the circuit.
    case terminatesOn = "terminates-on"
    /// `circuit.provider`.
    case providedBy = "provided-by"
    /// Power: ports, outlets, feeds, panels, UPS, generators, the grid.
    case poweredBy = "powered-by"
    /// `ups.device` and the like: one machine recorded twice.
    case sameAs = "same-as"
    /// `location` and its cooling units.
    case cooledBy = "cooled-by"
    /// Rack, location, site.
    case standsIn = "stands-in"
    /// A device bay.
    case installedIn = "installed-in"
    /// Network links from cables; made by the network layer, not by requirements.
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
