public import CMDB
public import Evidence
public import Regulation

/// How many findings have each status.
public struct StatusCounts: Hashable, Sendable, Codable {
    /// Zero is kept: every status is named.
    public let byStatus: [FindingStatus: Int]

    init(_ findings: some Sequence<Finding>) {
        var counts: [FindingStatus: Int] = [:]
        for status in FindingStatus.allCases { counts[status] = 0 }
        for finding in findings { counts[finding.status, default: 0] += 1 }
        byStatus = counts
    }

    /// How many have `status`.
    public subscript(_ status: FindingStatus) -> Int { byStatus[status] ?? 0 }
    /// All.
    public var total: Int { byStatus.values.reduce(0, +) }
    /// Those that facts or the inventory decided.
    public var decided: Int { FindingStatus.allCases.filter(\.isDecided).reduce(0) { $0 + self[$1] } }
}

/// What was asked and what of it could be decided.
public struct Denominator: Hashable, Sendable, Codable {
    /// One kind of evidence.
    public struct Row: Hashable, Sendable, Codable {
        /// Controls asked, over all systems.
        public let asked: Int
        /// Of these, decided by facts or the inventory.
        public let decided: Int
    }
    /// Systems that were to be assessed.
    public let systemsAsked: Int
    /// Systems that were.
    public let systemsAssessed: Int
    /// Controls asked, over all systems.
    public let controlsAsked: Int
    /// Of these, decided.
    public let controlsDecided: Int
    /// By how the catalogue says a control can be judged.
    public let byEvidence: [EvidenceKind: Row]
    /// Facts handed in about machines of the assessed systems.
    public let facts: Int
    /// Of these, still valid.
    public let factsValid: Int
}

/// A system that was assessed.
public struct AssessedSystem: Hashable, Sendable, Codable {
    /// Which.
    public let system: ObjectID
    /// As people call it.
    public let name: String
    /// Its level.
    public let level: Int
    /// Machines it is made of.
    public let machines: Int
    /// How its findings turned out.
    public let counts: StatusCounts
}

/// A system that was not assessed, and why.
public struct SkippedSystem: Hashable, Sendable, Codable {
    /// Why not.
    public enum Why: String, Hashable, Sendable, Codable, CaseIterable {
        /// `security_level` is absent: nobody has decided what must be asked.
        case levelNotDecided = "level-not-decided"
        /// Its status is `retired`.
        case retired
        /// The catalogue asks nothing at its level; nothing asked is nothing passed.
        case noControlsAtLevel = "no-controls-at-level"
    }
    /// Which.
    public let system: ObjectID
    /// As people call it.
    public let name: String
    /// Why not.
    public let why: Why

    /// Why, and what to do.
    public var text: Bilingual {
        switch why {
        case .levelNotDecided:
            Bilingual(
                vi: "chưa xác định cấp độ: ghi security_level vào hồ sơ hệ thống rồi đánh giá lại",
                en: "its level is not decided: record security_level and assess again")
        case .retired: Bilingual(vi: "hệ thống đã ngừng dùng", en: "the system is retired")
        case .noControlsAtLevel:
            Bilingual(vi: "danh mục không có biện pháp nào ở cấp này", en: "the catalogue has no control at its level")
        }
    }
}

/// The result of one assessment: findings with their denominator.
public struct Assessment: Hashable, Sendable, Codable {
    /// How it ended, for the exit code.
    public enum Outcome: String, Hashable, Sendable, Codable {
        /// Everything asked is a pass, not applicable or waived.
        case holds
        /// At least one finding fails.
        case fails
        /// Nothing fails, but something is partial, without evidence or was skipped; or there were no facts at all.
        case partial
        /// No system was assessed and none skipped.
        case nothing
    }

    /// The moment it was made for; facts count if they were valid then.
    public let at: Timestamp
    /// The standard, such as `TCVN 11930:2017`.
    public let standard: String
    /// Assessed systems, by key.
    public let systems: [AssessedSystem]
    /// Systems that were not assessed, by key.
    public let skipped: [SkippedSystem]
    /// By system, then in the catalogue's order.
    public let findings: [Finding]
    /// What was asked and decided.
    public let denominator: Denominator

    /// Over all systems.
    public var counts: StatusCounts { StatusCounts(findings) }
    /// Whether not one valid fact was there: only the inventory could decide.
    public var noFacts: Bool { denominator.factsValid == 0 }
    /// How it ended; without any fact never better and never worse than partial.
    public var outcome: Outcome {
        if systems.isEmpty { return skipped.isEmpty ? .nothing : .partial }
        if noFacts { return .partial }
        let counts = counts
        if counts[.fail] > 0 { return .fails }
        return counts[.partial] + counts[.noEvidence] + skipped.count > 0 ? .partial : .holds
    }

    /// The findings of one system, in the catalogue's order.
    public func findings(of system: ObjectID) -> [Finding] { findings.filter { $0.system == system } }
    /// The finding called `id`.
    public func finding(_ id: String) -> Finding? { findings.first { $0.id == id } }
}
