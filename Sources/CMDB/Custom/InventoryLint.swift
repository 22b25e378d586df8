public import Notation

/// What rules say about the inventory as it is recorded.
public struct InventoryLint: Sendable {
    /// One record that does not keep a rule.
    public struct Breach: Hashable, Sendable {
        /// The rule, nil for the rules every inventory is under.
        public let rule: ObjectID?
        /// Who.
        public let object: String
        /// Where it is written down, what is wrong, and what to do.
        public let diagnostic: Diagnostic
    }

    /// One rule and what came of it.
    public struct Outcome: Hashable, Sendable {
        /// The rule.
        public let rule: ObjectID
        /// Its selector.
        public let select: String
        /// The field it looks at.
        public let field: String
        /// Whether a change that breaks it is refused.
        public let isError: Bool
        /// How many records it looked at; none is worth a word.
        public let selected: Int
        /// How many of them break it.
        public let broken: Int
        /// Why the rule itself cannot be held.
        public let fault: String?
    }

    /// By rule.
    public let outcomes: [Outcome]
    /// By rule and record; those of the built-in rules last.
    public let breaches: [Breach]
    /// How many records were looked at by built-in rules; 0 when they were not asked.
    public let builtIn: Int

    /// Rules times records: the denominator.
    public var checks: Int { outcomes.reduce(0) { $0 + $1.selected } }

    /// Holds the recorded validation rules, and the rules every inventory is under, over `snapshot`.
    /// - Parameters:
    ///   - rule: Only this one; nil for all, with the built-in ones.
    ///   - selector: Only what it selects is told; nil for everything. Uniqueness is still looked for among all.
    ///   - place: Where a record is written down.
    public static func run(
        _ snapshot: Snapshot, rule: ObjectID? = nil, selector: Selector? = nil,
        place: (ObjectID) -> SourcePosition? = { _ in nil }
    ) -> InventoryLint {
        let chosen: Set<ObjectID>? = selector.map { Set(((try? $0.select(snapshot)) ?? []).map(\.id)) }
        func spot(_ id: ObjectID) -> SourcePosition { place(id) ?? SourcePosition(file: "inventory") }
        var outcomes: [Outcome] = []
        var breaches: [Breach] = []
        for object in snapshot.objects(.validationRule) where rule == nil || object.id == rule {
            var faults: [ValidationRule.Fault] = []
            let read = ValidationRule(object, &faults)
            if let fault = read?.groupFault(in: snapshot) { faults.append(fault) }
            guard let own = read, !faults.contains(where: \.isError) else {
                outcomes.append(
                    outcome(object, 0, 0, faults.first.map { "\($0.field): \($0.problem)" } ?? "unreadable"))
                continue
            }
            let among = own.selector.kinds.flatMap { snapshot.objects($0) }
            var (selected, found) = own.check(among, in: snapshot)
            if let chosen {
                selected = own.check(among.filter { chosen.contains($0.id) }, in: snapshot).selected
                found = found.filter { chosen.contains($0.object.id) }
            }
            outcomes.append(outcome(object, selected, Set(found.map(\.object.id)).count, nil))
            breaches += found.map { breach in
                Breach(
                    rule: own.id, object: breach.object.id.description,
                    diagnostic: Diagnostic(
                        spot(breach.object.id), subject: breach.object.id.description, problem: own.said(breach),
                        remedy: own.remedy, severity: own.isError ? .error : .warning))
            }
        }
        guard rule == nil else { return InventoryLint(outcomes: outcomes, breaches: breaches, builtIn: 0) }
        let names = chosen.map { Set($0.map(\.description)) }
        let general = builtInRules(snapshot).filter { names?.contains($0.subject) ?? true }.map { line in
            Diagnostic(
                ObjectID(line.subject).map(spot) ?? line.position, subject: line.subject, problem: line.problem,
                remedy: line.remedy, severity: line.severity)
        }
        return InventoryLint(
            outcomes: outcomes,
            breaches: breaches + general.map { Breach(rule: nil, object: $0.subject, diagnostic: $0) },
            builtIn: chosen?.count ?? snapshot.count)
    }

    private static func outcome(_ object: Object, _ selected: Int, _ broken: Int, _ fault: String?) -> Outcome {
        Outcome(
            rule: object.id, select: object.text("select") ?? "", field: object.text("field") ?? "",
            isError: object.text("severity") != "warning", selected: selected, broken: broken, fault: fault)
    }

    /// The rules of the loader, with every record taken as just loaded.
    private static func builtInRules(_ snapshot: Snapshot) -> [Diagnostic] {
        let report = Report()
        let map = YAMLMap(entries: [], position: SourcePosition(file: "inventory"))
        var drafts = snapshot.all.map { object in
            Draft(
                id: object.id, fields: object.fields.dictionary, map: map, origin: "", isSound: true)
        }
        let index = Dictionary(drafts.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let empty = Snapshot([])
        CustomFields(drafts, index, empty, [], report).apply(to: &drafts)
        let union = Union(drafts: drafts, index: index, snapshot: empty, gone: [], origins: [:])
        Rules(union: union, report: report).check(withRecorded: false)
        return (report.errors + report.warnings).sorted()
    }
}
