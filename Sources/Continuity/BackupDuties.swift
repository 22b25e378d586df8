public import CMDB
public import Notation
public import Regulation

/// One figure of a system's duty, with what it weighs and where it comes from.
public struct DutyFigure: Hashable, Sendable {
    /// The table's name of it: `rpo_files`, `rto`, `copies`, `restore_drill` …
    public let name: String
    /// What people call it.
    public let title: Bilingual
    /// The figure in one short text: `24h`, `3`, `1, 1d, ≥ 30 km`; `–` where none is asked.
    public let text: Bilingual
    /// The figure for programs; durations in seconds under `seconds`.
    public let value: JSONValue
    /// Law, standard, guidance, customer, or our default.
    public let mark: Mark
    /// What the figure comes from, in words.
    public let source: String
    /// The figure that is owed where ``text`` is a stricter default of ours; nil otherwise.
    public let owed: Bilingual?
    /// Mark of the owed figure.
    public let owedMark: Mark?
}

/// How a rule about the data-centre grade turned out for one system.
public struct DutyJudgement: Hashable, Sendable {
    /// Which rule.
    public let rule: TierJudgement.Rule
    /// How it turned out.
    public let outcome: TierJudgement.Outcome
    /// Why, for people.
    public let reason: Bilingual

    init(_ judgement: TierJudgement) {
        rule = judgement.rule
        outcome = judgement.outcome
        reason = judgement.reason
    }

    /// A rule that cannot be judged, because something is not recorded.
    init(unknown rule: TierJudgement.Rule, _ reason: Bilingual) {
        self.rule = rule
        outcome = .unknown
        self.reason = reason
    }
}

/// What one information system owes, derived from its level and its site.
public struct DutyRow: Hashable, Sendable {
    /// The system.
    public let system: ObjectID
    /// What people call it.
    public let name: String
    /// 1-5.
    public let level: Int
    /// Main site; nil when none is recorded.
    public let site: ObjectID?
    /// A second site that is in use; nil when none is.
    public let standbySite: ObjectID?
    /// Scheme of the main site's grade, as recorded; never translated into another.
    public let tierScheme: String?
    /// Grade in that scheme.
    public let tierGrade: Int?
    /// In the order of the table.
    public let figures: [DutyFigure]
    /// What the two rules about data-centre grades say.
    public let judgements: [DutyJudgement]

    /// The figure called `name`.
    public subscript(_ name: String) -> DutyFigure? { figures.first { $0.name == name } }
    /// Judgements that are not `holds`: violations, and what could not be judged.
    public var warnings: [DutyJudgement] { judgements.filter { $0.outcome != .holds } }
}

/// The duties of an inventory; `asked` is the denominator.
public struct DutyReport: Hashable, Sendable {
    /// A system whose duties cannot be derived.
    public struct Underivable: Hashable, Sendable {
        /// The system.
        public let system: ObjectID
        /// What people call it.
        public let name: String
        /// Why, and what to record.
        public let reason: Bilingual
    }
    /// By key of the system.
    public let rows: [DutyRow]
    /// Systems without duties, because something is not recorded; never counted as done.
    public let underivable: [Underivable]
    /// Systems that are retired and owe nothing any more.
    public let retired: [ObjectID]
    /// Systems in the inventory that are not retired.
    public var asked: Int { rows.count + underivable.count }
    /// Whether there was a system and every one has its duties.
    public var isComplete: Bool { !rows.isEmpty && underivable.isEmpty }
}

/// Derives what each system must be able to do.
public enum BackupDuties {
    /// Takes each system's level to the table, and holds the result against the grade of its data centre.
    ///
    /// Rule (a) is asked of systems that claim to run without unplanned stop (`h24`), rule (b) of all. A site without a
    /// recorded grade, or with one of a scheme without yearly figures, gives `unknown`, not a translation.
    public static func derive(_ snapshot: Snapshot, _ table: DutyTable) -> DutyReport {
        var rows: [DutyRow] = []
        var underivable: [DutyReport.Underivable] = []
        var retired: [ObjectID] = []
        for system in snapshot.objects(.system) {
            if system.text("status") == "retired" {
                retired.append(system.id)
            } else if let level = system.int("security_level"), let duty = table.duty(level: level) {
                rows.append(row(system, duty, snapshot, table))
            } else {
                underivable.append(
                    DutyReport.Underivable(
                        system: system.id, name: system.displayName,
                        reason: Bilingual(
                            vi: "chưa có cấp độ an toàn: ghi security_level",
                            en: "no security level: record security_level")))
            }
        }
        return DutyReport(rows: rows, underivable: underivable, retired: retired)
    }

    private static func row(_ system: Object, _ duty: Duty, _ snapshot: Snapshot, _ table: DutyTable) -> DutyRow {
        let site = snapshot.target(of: "site", in: system)
        var standby = snapshot.target(of: "standby_site", in: system)
        // A second site that is only planned takes nothing over, and the same site twice is one.
        if standby?.id == site?.id || standby?.text("status") ?? "active" != "active" { standby = nil }
        let scheme = site?.text("tier_scheme")
        let grade = site?.int("tier_grade")
        var judgements: [DutyJudgement] = []
        if let scheme, let grade {
            if system.flag("h24") {
                judgements.append(
                    DutyJudgement(table.judgeClaim(rto: duty.rto.value, scheme: scheme, grade: grade)))
            }
            judgements.append(
                DutyJudgement(
                    table.judgeHall(
                        rto: duty.rto.value, scheme: scheme, grade: grade, hasSecondSite: standby != nil)))
        } else {
            let rules: [TierJudgement.Rule] =
                (system.flag("h24") ? [.incidentFitsYear] : []) + [.hallNeedsSecondSite]
            judgements = rules.map { DutyJudgement(unknown: $0, ungraded(site)) }
        }
        return DutyRow(
            system: system.id, name: system.displayName, level: duty.level, site: site?.id, standbySite: standby?.id,
            tierScheme: scheme, tierGrade: grade, figures: DutyFigures(duty, table).all, judgements: judgements)
    }

    private static func ungraded(_ site: Object?) -> Bilingual {
        guard let site else {
            return Bilingual(vi: "chưa ghi địa điểm chính: ghi site", en: "no main site is recorded: record site")
        }
        return Bilingual(
            vi: "\(site.id) chưa ghi hệ phân bậc và bậc trung tâm dữ liệu: ghi tier_scheme và tier_grade",
            en: "\(site.id) has no data-centre grade: record tier_scheme and tier_grade")
    }
}
