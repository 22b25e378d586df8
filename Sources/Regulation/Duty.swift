/// One figure of the duty table with the mark and the source that carry it.
public struct Figure<Value: Hashable & Sendable>: Hashable, Sendable {
    /// What we plan with.
    public let value: Value
    /// Where `value` comes from.
    public let mark: Mark
    /// The table's name of the source, see ``DutyTable/sources``.
    public let source: String
    /// The figure that is a duty, where `value` is a stricter default of ours.
    public let bound: Bound?
    /// What the source leaves open; English.
    public let note: String?

    /// What a text outside this program asks for.
    public struct Bound: Hashable, Sendable {
        /// The figure.
        public let value: Value
        /// Where it comes from.
        public let mark: Mark
        /// The table's name of the source.
        public let source: String
    }

    /// The figure a text asks for: the bound, else `value` when its own mark is a duty.
    public var duty: Value? { bound?.value ?? (mark.isDuty ? value : nil) }

    /// The same figure with another value, as when a system has one of its own.
    public func replacing(_ value: Value) -> Figure {
        Figure(value: value, mark: .ours, source: source, bound: bound, note: note)
    }
}

/// How far the copies stand from what they protect.
public enum Separation: String, Hashable, Sendable, Codable, CaseIterable {
    case none
    case apartFromProduction = "apart_from_production"
    case independent
}

/// Copies in another place.
public struct OffsiteDuty: Hashable, Sendable {
    /// How many; 0 when none is asked.
    public let copies: Int
    /// At least this often; nil when none is asked.
    public let every: Duration?
    /// Kilometres between the sites; nil when any other site will do.
    public let minDistanceKm: Int?
    /// Links between the sites; nil when not asked.
    public let links: Int?
    /// Whether a whole standby system is asked, not only a copy.
    public let standbySystem: Bool
}

/// Copies that nobody can change or reach.
public struct ImmutableDuty: Hashable, Sendable {
    /// How many; 0 when none is asked.
    public let copies: Int
    /// At least this often; nil when none is asked or when it is continuous.
    public let every: Duration?
    /// Whether every copy is written that way.
    public let continuous: Bool
}

/// Which copies are encrypted, from little to much.
public enum EncryptionDuty: String, Hashable, Sendable, Codable, CaseIterable {
    case offsite
    case offsiteAndPortable = "offsite_and_portable"
    case importantData = "important_data"
    case all
    case allOwnKey = "all_own_key"
    case allSplitKey = "all_split_key_2_of_3"
}

/// How many copies of each age are kept (grandfather, father, son).
public struct RetentionDuty: Hashable, Sendable {
    /// Last days.
    public let daily: Int
    /// Last weeks.
    public let weekly: Int
    /// Last months.
    public let monthly: Int
    /// Last years.
    public let yearly: Int
}

/// What main network devices need beside them.
public enum NetworkStandby: String, Hashable, Sendable, Codable, CaseIterable {
    case none
    case spare
    case hotStandby = "hot_standby"
    case hotStandbyAll = "hot_standby_all"
}

/// What a system of one level must be able to do, in figures.
public struct Duty: Hashable, Sendable {
    /// 1-5.
    public let level: Int
    /// How much file and configuration work may be lost.
    public let rpoFiles: Figure<Duration>
    /// How much database work may be lost.
    public let rpoDatabase: Figure<Duration>
    /// How long it may take until the system serves again.
    public let rto: Figure<Duration>
    /// Copies, the live one included.
    public let copies: Figure<Int>
    /// Kinds of media.
    public let media: Figure<Int>
    /// How far copies stand from production.
    public let separation: Figure<Separation>
    /// Copies in another place.
    public let offsite: Figure<OffsiteDuty>
    /// Copies nobody can change.
    public let immutable: Figure<ImmutableDuty>
    /// Which copies are encrypted.
    public let encryption: Figure<EncryptionDuty>
    /// Longest time between two checks of the repository structure.
    public let verifyStructure: Figure<Duration>
    /// Longest time between two full reads.
    public let verifyFull: Figure<Duration>
    /// Longest time between two restore drills.
    public let restoreDrill: Figure<Duration>
    /// Longest time between two exercises of the whole plan; nil when none is asked (level 1).
    public let planExercise: Figure<Duration>?
    /// Copies kept by age.
    public let retention: Figure<RetentionDuty>
    /// Months that logs are kept.
    public let logRetentionMonths: Figure<Int>
    /// Months between two reviews of the policy.
    public let policyReviewMonths: Figure<Int>
    /// What main network devices need beside them.
    public let networkStandby: Figure<NetworkStandby>
}

/// The yearly unplanned standstill that a grade of data centre promises.
public struct TierBudget: Hashable, Sendable {
    /// `uptime`; other schemes have no such figures and none is made up for them.
    public let scheme: String
    /// 1-4.
    public let grade: Int
    /// Per cent of the year.
    public let availabilityPercent: Double
    /// Standstill per year.
    public let yearlyBudget: Duration
    /// What the figures weigh.
    public let mark: Mark
    /// The table's name of the source.
    public let source: String
}
