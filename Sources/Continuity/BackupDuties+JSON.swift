import CMDB
public import Notation
import Regulation

extension DutyReport {
    /// Rows, what could not be derived, and the denominators; fields are only ever added.
    public var json: JSONValue {
        [
            "systems": .array(rows.map(\.json)),
            "underivable": .array(
                underivable.map {
                    ["system": .string($0.system.description), "name": .string($0.name), "reason": both($0.reason)]
                }),
            "retired": .array(retired.map { .string($0.description) }), "counts": counts,
        ]
    }

    /// Systems asked, derived, not derivable, retired; warnings by rule.
    public var counts: JSONValue {
        let judgements = rows.flatMap(\.judgements)
        return [
            "asked": .int(Int64(asked)), "derived": .int(Int64(rows.count)),
            "underivable": .int(Int64(underivable.count)), "retired": .int(Int64(retired.count)),
            "rules_violated": .int(Int64(judgements.count { $0.outcome == .violated })),
            "rules_unknown": .int(Int64(judgements.count { $0.outcome == .unknown })),
        ]
    }
}

extension DutyRow {
    /// The row with every figure, its mark and its source.
    public var json: JSONValue {
        func text(_ id: ObjectID?) -> JSONValue { id.map { .string($0.description) } ?? .null }
        return [
            "system": .string(system.description), "name": .string(name), "security_level": .int(Int64(level)),
            "site": text(site), "standby_site": text(standbySite),
            "tier_scheme": tierScheme.map { .string($0) } ?? .null,
            "tier_grade": tierGrade.map { .int(Int64($0)) } ?? .null,
            "figures": .array(figures.map(\.json)),
            "judgements": .array(
                judgements.map {
                    [
                        "rule": .string($0.rule.rawValue), "outcome": .string($0.outcome.rawValue),
                        "reason": both($0.reason),
                    ]
                }),
        ]
    }
}

extension DutyFigure {
    /// Name, title, text, value, mark, source and the owed figure where it differs.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(name), "title": both(title), "text": both(text), "value": value,
            "mark": .string(mark.rawValue), "source": .string(source),
        ]
        members["owed"] = owed.map(both)
        members["owed_mark"] = owedMark.map { .string($0.rawValue) }
        return .object(members)
    }
}

/// Both languages side by side.
private func both(_ text: Bilingual) -> JSONValue { ["vi": .string(text.vi), "en": .string(text.en)] }
