import Notation

/// Holds the inventory's own rules, loaded and recorded, over the inventory as it will be.
///
/// What was recorded already and breaks a rule that was recorded already is left to the lint: a change is refused for
/// what it does.
struct ValidationRules {
    let union: Union
    let report: Report

    /// So many breaches of a warning are told one by one; more are summed up.
    private static let shownEach = 3

    func check() {
        let items = union.items(.validationRule)
        guard !items.isEmpty else { return }
        let rules = items.compactMap { item in read(item).map { (item, $0) } }
        guard !rules.isEmpty else { return }
        let view = union.snapshot()
        for (item, rule) in rules {
            if let fault = rule.groupFault(in: view) {
                _ = refuse(item, [fault])
                continue
            }
            let isNew = item.isLoaded && union.before[item.id]?.fields != item.object.fields
            let scope = rule.selector.kinds.flatMap { kind in
                isNew || rule.looksElsewhere ? union.items(kind) : union.loadedItems(kind)
            }
            guard !scope.isEmpty else { continue }
            let (selected, breaches) = rule.check(scope.map(\.object), in: view)
            tell(item, rule, (selected, breaches), isNew)
        }
    }

    private func read(_ item: Union.Item) -> ValidationRule? {
        var faults: [ValidationRule.Fault] = []
        let rule = ValidationRule(item.object, &faults)
        return faults.isEmpty ? rule : refuse(item, faults, rule)
    }

    /// Tells the faults; the rule when it can still be used.
    private func refuse(
        _ item: Union.Item, _ faults: [ValidationRule.Fault], _ rule: ValidationRule? = nil
    ) -> ValidationRule? {
        for fault in faults {
            let place = union.place(item, fault.field)
            if item.isLoaded, fault.isError {
                report.error(place, Subject(item.id), fault.problem, fault.remedy)
            } else if item.isLoaded {
                report.warning(place, Subject(item.id), fault.problem, fault.remedy)
            } else if fault.isError {
                report.warning(
                    SourcePosition(file: "inventory"), Subject(item.id),
                    "the rule cannot be held: \(fault.field): \(fault.problem)", fault.remedy)
            }
        }
        return rule
    }

    private func tell(
        _ item: Union.Item, _ rule: ValidationRule,
        _ found: (selected: Int, breaches: [ValidationRule.Breach]),
        _ isNew: Bool
    ) {
        let (selected, breaches) = found
        var before = Before(rule: rule, union: union, breaches: breaches)
        var lines: [Diagnostic] = []
        var recorded: [ObjectID] = []
        for breach in breaches {
            let place: SourcePosition
            if let own = union.loaded(breach.object.id) {
                place = spot(own, rule, breach.element)
            } else if isNew {
                if recorded.last != breach.object.id { recorded.append(breach.object.id) }
                continue
            } else if before.explains(breach) {
                continue
            } else {
                place = culprit(breach.object)
            }
            lines.append(
                Diagnostic(
                    place, subject: breach.object.id.description,
                    problem: rule.said(breach), remedy: rule.remedy,
                    severity: rule.isError ? .error : .warning))
        }
        if !rule.isError, lines.count > Self.shownEach, let first = lines.first {
            lines = [
                Diagnostic(
                    first.position, subject: first.subject,
                    problem: "\(first.problem) (and \(lines.count - 1) more like it, of \(selected))",
                    remedy: "see hatang inventory lint --rule \(rule.id.key)", severity: .warning)
            ]
        }
        if !recorded.isEmpty {
            let names = recorded.prefix(3).map(\.description).joined(separator: ", ")
            lines.append(
                Diagnostic(
                    union.place(item, "select"), subject: item.id.description,
                    problem: "\(recorded.count) recorded object(s) do not keep it: \(names)"
                        + (recorded.count > 3 ? ", …" : ""),
                    remedy: rule.isError
                        ? "correct them in the same change, or begin with severity: warning"
                        : "see hatang inventory lint --rule \(rule.id.key)",
                    severity: rule.isError ? .error : .warning))
        }
        for line in lines { report.add(line) }
    }

    /// Where a value stands: that of a custom field, of a member, or of a list's element exactly.
    private func spot(_ item: Union.Item, _ rule: ValidationRule, _ element: String?)
        -> SourcePosition
    {
        if let draft = item.draft, rule.test.path.count == 2, let member = rule.test.path.last {
            return union.drafts[draft].place(rule.field, member: member)
        }
        return element.map { union.place(item, rule.field, element: $0) }
            ?? union.place(item, rule.field)
    }

    /// What recorded objects were before the change; looked at when the first of them breaks a rule.
    private struct Before {
        let rule: ValidationRule
        let union: Union
        let breaches: [ValidationRule.Breach]
        private var broken: Set<ObjectID>?
        private var told: Set<String> = []

        init(rule: ValidationRule, union: Union, breaches: [ValidationRule.Breach]) {
            (self.rule, self.union, self.breaches) = (rule, union, breaches)
        }

        /// Whether a recorded object's breach is old, or is told of the loaded one that shares its value.
        mutating func explains(_ breach: ValidationRule.Breach) -> Bool {
            let broken = broken ?? look()
            if broken.contains(breach.object.id) { return true }
            return rule.isUnique && breach.element.map(told.contains) ?? false
        }

        private mutating func look() -> Set<ObjectID> {
            let recorded = union.before
            let among =
                rule.isUnique
                ? rule.selector.kinds.flatMap { recorded.objects($0) }
                : breaches.compactMap { recorded[$0.object.id] }
            let found = Set(rule.check(among, in: recorded).breaches.map(\.object.id))
            told = Set(breaches.filter { union.loaded($0.object.id) != nil }.compactMap(\.element))
            broken = found
            return found
        }
    }

    /// The loaded record a recorded one has to do with: its change is to blame.
    private func culprit(_ object: Object) -> SourcePosition {
        for reference in Snapshot.references(of: object) {
            if let item = union.loaded(reference.to) { return union.drafts[item.draft ?? 0].position }
        }
        return SourcePosition(file: "inventory")
    }
}

extension ValidationRule {
    /// The message for people, with the rule's name.
    func said(_ breach: Breach) -> String {
        let own = object.text("message").map { "\($0) (\(breach.problem))" } ?? breach.problem
        return "rule \(id.key): \(own)"
    }

    /// What to do about a breach.
    var remedy: String { object.text("remedy") ?? "correct \(name), or the rule" }
}
