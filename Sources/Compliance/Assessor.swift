public import CMDB
public import Evidence
import Notation
public import Regulation

/// Judges every control that a catalogue asks at a system's level.
public struct Assessor: Sendable {
    /// What is asked.
    public let catalogue: Catalogue

    /// Judges by `catalogue`, which is never empty (an empty one cannot be loaded).
    public init(catalogue: Catalogue) { self.catalogue = catalogue }

    /// Controls that a rule decides from facts or the inventory, sorted.
    public var automatedControls: [String] {
        catalogue.controls.map(\.id).filter { Rules.all[$0] != nil }.sorted()
    }

    /// Judges `systems`, or all of the snapshot when nil.
    ///
    /// Pure: the same input gives the same assessment. Facts that are not valid at `now` do not count and are named.
    /// A system without a level is skipped and named, not judged.
    public func assess(
        _ systems: [Object]? = nil, in snapshot: Snapshot, facts: [Fact], waivers: [Waiver] = [], at now: Timestamp
    ) -> Assessment {
        let asked = (systems ?? snapshot.objects(.system)).filter { $0.id.kind == .system }
        let index = FactIndex(facts, at: now)
        var assessed: [AssessedSystem] = []
        var skipped: [SkippedSystem] = []
        var findings: [Finding] = []
        var subjects: Set<ObjectID> = []
        for system in asked.sorted(by: { $0.id < $1.id }) {
            if let why = reasonToSkip(system) {
                skipped.append(SkippedSystem(system: system.id, name: system.displayName, why: why))
                continue
            }
            let level = system.int("security_level") ?? 0
            let scene = Scene(system, snapshot)
            let own = catalogue.controls(level: level).map { control in
                judge(
                    RuleContext(
                        system: system, level: level, control: control, scene: scene, facts: index, now: now), waivers)
            }
            findings += own
            subjects.formUnion(scene.machines.map(\.id) + [system.id])
            assessed.append(
                AssessedSystem(
                    system: system.id, name: system.displayName, level: level, machines: scene.machines.count,
                    counts: StatusCounts(own)))
        }
        return Assessment(
            at: now, standard: catalogue.standard, systems: assessed, skipped: skipped, findings: findings,
            denominator: denominator(asked.count, assessed.count, findings, subjects, index))
    }

    private func reasonToSkip(_ system: Object) -> SkippedSystem.Why? {
        if system.text("status") == "retired" { return .retired }
        guard let level = system.int("security_level") else { return .levelNotDecided }
        return catalogue.controls(level: level).isEmpty ? .noControlsAtLevel : nil
    }

    private func denominator(
        _ asked: Int, _ assessed: Int, _ findings: [Finding], _ subjects: Set<ObjectID>, _ index: FactIndex
    ) -> Denominator {
        var rows: [EvidenceKind: Denominator.Row] = [:]
        for kind in EvidenceKind.allCases {
            let own = findings.filter { $0.evidenceKind == kind }
            rows[kind] = Denominator.Row(asked: own.count, decided: own.count { $0.status.isDecided })
        }
        let counts = subjects.map { index.count($0) }
        return Denominator(
            systemsAsked: asked, systemsAssessed: assessed, controlsAsked: findings.count,
            controlsDecided: findings.count { $0.status.isDecided }, byEvidence: rows,
            facts: counts.reduce(0) { $0 + $1.all }, factsValid: counts.reduce(0) { $0 + $1.valid })
    }

    private func judge(_ context: RuleContext, _ waivers: [Waiver]) -> Finding {
        let control = context.control
        var verdict = Rules.all[control.id]?(context) ?? undecided(context)
        var reasons = [asked(context)] + verdict.reasons
        if verdict.status != .noEvidence, let note = sampleNote(verdict, context.snapshot) { reasons.append(note) }
        if verdict.status != .pass, verdict.status != .notApplicable, let waiver = waiver(context, waivers) {
            let was = verdict.status.rawValue
            verdict.status = .waived
            reasons.append(
                Reason(
                    kind: .waived, subject: nil,
                    text: Bilingual(
                        vi: "\(waiver.by) chấp nhận đến \(waiver.until.day): \(waiver.reason) (trước đó: \(was))",
                        en: "\(waiver.by) accepts it until \(waiver.until.day): \(waiver.reason) (was: \(was))")))
        }
        let decided = verdict.status == .pass || verdict.status == .notApplicable
        return Finding(
            id: Finding.id(system: context.system.id, control: control.id, level: context.level),
            system: context.system.id, control: control.id, level: context.level,
            clause: control.clause(level: context.level), status: verdict.status, evidenceKind: control.evidence,
            parameters: control.parameters(level: context.level), evidence: verdict.exhibits, reasons: reasons,
            remedy: decided ? nil : verdict.remedy, confidence: control.confidence(level: context.level))
    }

    /// What rests on records marked `sample` says nothing about the real place; the reader must know.
    private func sampleNote(_ verdict: Verdict, _ snapshot: Snapshot) -> Reason? {
        let subjects = Set(verdict.exhibits.filter { $0.observedAt == nil }.map(\.subject))
        let count = subjects.count { snapshot[$0]?.flag("sample") == true }
        guard count > 0 else { return nil }
        return Reason(
            kind: .note, subject: nil,
            text: Bilingual(
                vi: "dựa vào \(count) bản ghi mẫu (sample: true) trên \(subjects.count), chưa phải số liệu thật",
                en: "rests on \(count) sample records (sample: true) of \(subjects.count), not on real data"))
    }

    private func waiver(_ context: RuleContext, _ waivers: [Waiver]) -> Waiver? {
        waivers.first {
            $0.system == context.system.id && $0.control == context.control.id && context.now <= $0.until
                && !$0.reason.isEmpty && !$0.by.isEmpty
        }
    }

    private func asked(_ context: RuleContext) -> Reason {
        let control = context.control
        let used = control.parameters(level: context.level).sorted { $0.key < $1.key }
            .map { "\($0.key) = \($0.value.canonical)" }.joined(separator: ", ")
        let tail = used.isEmpty ? "" : " [\(used)]"
        return Reason(
            kind: .asked, subject: nil,
            text: Bilingual(vi: control.requirement.vi + tail, en: control.requirement.en + tail))
    }

    /// No rule: a paper or a person has to decide, which is never a pass.
    private func undecided(_ context: RuleContext) -> Verdict {
        let control = context.control
        let what = control.document ?? control.probe ?? ""
        if control.evidence == .document {
            let verdict = Verdict(
                remedy: Bilingual(vi: "nộp văn bản: \(what)", en: "provide the document: \(what)"))
            return verdict.ending(
                .noEvidence, .needsDocument, "cần văn bản: \(what)", "needs document: \(what)")
        }
        let verdict = Verdict(
            remedy: Bilingual(
                vi: "kiểm tra và lưu bằng chứng: \(what)", en: "check by hand and keep the evidence: \(what)"))
        return verdict.ending(
            .noEvidence, .notAutomated, "chưa có quy tắc tự động; cần xem: \(what)",
            "no rule decides this yet; look at: \(what)")
    }
}
