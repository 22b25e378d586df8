import CMDB
public import Compliance
import Evidence
public import Notation
import Regulation

extension ReportWriter {
    /// The whole assessment as a JSON value of schema ``schema``.
    public func jsonValue(_ assessment: Assessment) -> JSONValue {
        [
            "schema": .string(Self.schema),
            "at": .string(assessment.at.description),
            "standard": .string(assessment.standard),
            "text_policy": .string(catalogue.textPolicy),
            "outcome": .string(assessment.outcome.rawValue),
            "no_facts": .bool(assessment.noFacts),
            "counts": counts(assessment.counts),
            "denominator": denominator(assessment.denominator),
            "systems": .array(assessment.systems.map(system)),
            "skipped": .array(assessment.skipped.map(skipped)),
            "findings": .array(assessment.findings.map(finding)),
        ]
    }

    private func pair(_ text: Bilingual) -> JSONValue { ["vi": .string(text.vi), "en": .string(text.en)] }

    private func counts(_ counts: StatusCounts) -> JSONValue {
        .object(
            Dictionary(
                FindingStatus.allCases.map { ($0.rawValue, .int(Int64(counts[$0]))) }, uniquingKeysWith: { a, _ in a }))
    }

    private func denominator(_ sum: Denominator) -> JSONValue {
        var rows: [String: JSONValue] = [:]
        for (kind, row) in sum.byEvidence {
            rows[kind.rawValue] = ["asked": .int(Int64(row.asked)), "decided": .int(Int64(row.decided))]
        }
        return [
            "systems_asked": .int(Int64(sum.systemsAsked)), "systems_assessed": .int(Int64(sum.systemsAssessed)),
            "controls_asked": .int(Int64(sum.controlsAsked)), "controls_decided": .int(Int64(sum.controlsDecided)),
            "facts": .int(Int64(sum.facts)), "facts_valid": .int(Int64(sum.factsValid)),
            "by_evidence": .object(rows),
        ]
    }

    private func system(_ system: AssessedSystem) -> JSONValue {
        [
            "system": .string(system.system.description), "name": .string(system.name),
            "level": .int(Int64(system.level)), "machines": .int(Int64(system.machines)),
            "counts": counts(system.counts),
        ]
    }

    private func skipped(_ system: SkippedSystem) -> JSONValue {
        [
            "system": .string(system.system.description), "name": .string(system.name),
            "why": .string(system.why.rawValue), "text": pair(system.text),
        ]
    }

    /// One finding, as it also stands in the list of an assessment.
    public func finding(_ finding: Finding) -> JSONValue {
        var out: [String: JSONValue] = [
            "id": .string(finding.id), "system": .string(finding.system.description),
            "control": .string(finding.control), "level": .int(Int64(finding.level)),
            "clause": .string(finding.clause), "status": .string(finding.status.rawValue),
            "confidence": .string(finding.confidence.rawValue), "evidence_kind": .string(finding.evidenceKind.rawValue),
            "parameters": .object(finding.parameters), "evidence": .array(finding.evidence.map(exhibit)),
            "reasons": .array(finding.reasons.map(reason)),
        ]
        if let control = controls[finding.control] {
            out["title"] = pair(control.title)
            out["requirement_paraphrase"] = pair(control.requirement)
        }
        if let remedy = finding.remedy { out["remedy"] = pair(remedy) }
        return .object(out)
    }

    private func exhibit(_ item: Exhibit) -> JSONValue {
        var out: [String: JSONValue] = [
            "id": .string(item.id), "subject": .string(item.subject.description), "name": .string(item.name),
            "value": .string(item.value), "source": .string(item.source),
        ]
        if let time = item.observedAt { out["observed_at"] = .string(time.description) }
        if let time = item.validUntil { out["valid_until"] = .string(time.description) }
        return .object(out)
    }

    private func reason(_ reason: Reason) -> JSONValue {
        var out: [String: JSONValue] = ["kind": .string(reason.kind.rawValue), "text": pair(reason.text)]
        if let subject = reason.subject { out["subject"] = .string(subject.description) }
        return .object(out)
    }
}
