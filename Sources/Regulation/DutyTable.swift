public import Notation

/// The duties of all five levels and the budgets of data-centre grades, as data.
public struct DutyTable: Sendable {
    /// By level, all of 1-5.
    public let duties: [Int: Duty]
    /// Yearly budgets by scheme and grade.
    public let tiers: [TierBudget]
    /// What each source name stands for.
    public let sources: [String: String]
    /// What each figure is called, by its name in the table (`rpo_files`).
    public let titles: [String: Bilingual]

    /// The duty of `level`; nil outside 1-5.
    public func duty(level: Int) -> Duty? { duties[level] }

    /// The yearly budget of a grade; nil for schemes without such figures, which are never translated.
    public func budget(scheme: String, grade: Int) -> TierBudget? {
        tiers.first { $0.scheme == scheme && $0.grade == grade }
    }

    /// The table that ships with the program.
    public static func embedded() throws(InputErrors) -> DutyTable {
        try load(dutiesText, file: "duties.yaml")
    }

    /// Reads a table; all errors come at once, with their places.
    public static func load(_ text: String, file: String) throws(InputErrors) -> DutyTable {
        var reader = DutyReader(file: file)
        return try reader.read(text)
    }
}

/// How a rule about the data-centre grade turned out.
public struct TierJudgement: Hashable, Sendable {
    /// The two rules.
    public enum Rule: String, Hashable, Sendable, Codable {
        /// (a) One incident must not use up the year: RTO within the budget of the availability that is claimed.
        case incidentFitsYear = "incident-fits-year"
        /// (b) When the hall's own budget is larger than the RTO, the RTO holds only with a second site.
        case hallNeedsSecondSite = "hall-needs-second-site"
    }
    /// What came out.
    public enum Outcome: String, Hashable, Sendable, Codable {
        case holds
        case violated
        /// The grade has no yearly figures, or is not recorded.
        case unknown
    }
    /// Which rule.
    public let rule: Rule
    /// How it turned out.
    public let outcome: Outcome
    /// Why, for people.
    public let reason: Bilingual
}

extension DutyTable {
    /// Rule (a): `rto` against the budget of the grade whose availability the system claims.
    public func judgeClaim(rto: Duration, scheme: String, grade: Int) -> TierJudgement {
        guard let budget = budget(scheme: scheme, grade: grade) else {
            return unknown(.incidentFitsYear, scheme, grade)
        }
        let (own, year) = (DurationText.format(rto), DurationText.format(budget.yearlyBudget))
        return TierJudgement(
            rule: .incidentFitsYear, outcome: rto <= budget.yearlyBudget ? .holds : .violated,
            reason: Bilingual(
                vi: "RTO \(own); mức ngừng cả năm của \(scheme) bậc \(grade) là \(year)",
                en: "RTO \(own); the yearly budget of \(scheme) grade \(grade) is \(year)"))
    }

    /// Rule (b): `rto` of a system in a hall of that grade, with or without a second site.
    public func judgeHall(rto: Duration, scheme: String, grade: Int, hasSecondSite: Bool) -> TierJudgement {
        guard let budget = budget(scheme: scheme, grade: grade) else {
            return unknown(.hallNeedsSecondSite, scheme, grade)
        }
        let (own, year) = (DurationText.format(rto), DurationText.format(budget.yearlyBudget))
        let needed = budget.yearlyBudget > rto
        let tail =
            switch (needed, hasSecondSite) {
            case (false, _): Bilingual(vi: "một phòng máy là đủ", en: "one hall is enough")
            case (true, true): Bilingual(vi: "đã có địa điểm dự phòng", en: "a standby site is registered")
            case (true, false):
                Bilingual(
                    vi: "cần địa điểm dự phòng, chưa đăng ký nơi nào", en: "a standby site is needed, none registered")
            }
        return TierJudgement(
            rule: .hallNeedsSecondSite, outcome: needed && !hasSecondSite ? .violated : .holds,
            reason: Bilingual(
                vi: "phòng máy \(scheme) bậc \(grade) (ngừng tới \(year) mỗi năm), RTO \(own): \(tail.vi)",
                en: "\(scheme) grade \(grade) hall (budget \(year)), RTO \(own): \(tail.en)"))
    }

    private func unknown(_ rule: TierJudgement.Rule, _ scheme: String, _ grade: Int) -> TierJudgement {
        TierJudgement(
            rule: rule, outcome: .unknown,
            reason: Bilingual(
                vi: "\(scheme) bậc \(grade) không có số liệu ngừng hằng năm; không quy đổi giữa các hệ phân bậc",
                en: "\(scheme) grade \(grade) has no yearly figures; grades are not translated between schemes"))
    }
}
