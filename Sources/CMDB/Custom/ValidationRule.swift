import Notation

/// A `validation-rule` record, read: whom it looks at, where, and what it asks.
struct ValidationRule {
    let id: ObjectID
    let object: Object
    let selector: Selector
    /// The field it looks at, reached as a selector reaches it.
    let test: SelectorTest
    let pattern: Pattern?
    /// Whether the field holds a list, so that lengths count elements.
    let isList: Bool

    var isError: Bool { object.text("severity") != "warning" }
    var isUnique: Bool { object.flag("unique") }
    /// Whether records it looks at can change their standing when another record changes.
    var looksElsewhere: Bool {
        isUnique || Self.follows(test) || !selector.root.groups.isEmpty
            || selector.root.tests.contains(where: Self.follows)
    }

    /// The field as it stands in the record: the first step of the way.
    var field: String { test.path.first ?? "slug" }

    private static func follows(_ test: SelectorTest) -> Bool {
        if case .referrers = test.leaf { return true }
        return test.path.count > 1 && test.path[0] != "custom_fields" && test.path[0] != "monitoring"
    }

    /// Why a rule is refused: field, problem, remedy.
    struct Fault {
        let field: String
        let problem: String
        let remedy: String
        /// Whether the rule cannot be used for it.
        var isError = true
    }

    /// Reads a rule; nil when it cannot be used, with the reasons in `faults`.
    init?(_ object: Object, _ faults: inout [Fault]) {
        var found: [Fault] = []
        defer { faults += found }
        guard let select = object.text("select"), let field = object.text("field") else { return nil }
        let selector: Selector
        do throws(SelectorError) {
            selector = try Selector(select)
        } catch {
            found.append(Fault(field: "select", problem: error.described, remedy: error.remedy))
            return nil
        }
        guard let test = Self.read(field, selector.kinds, &found) else { return nil }
        let types = Self.types(test, selector.kinds)
        var pattern: Pattern?
        if let text = object.text("regex") {
            do throws(Pattern.Fault) {
                pattern = try Pattern(text)
            } catch {
                found.append(
                    Fault(field: "regex", problem: "column \(error.column): \(error.problem)", remedy: error.remedy))
            }
        }
        found += Self.contradictions(object) + Self.misfits(object, field, types)
        if found.contains(where: \.isError) { return nil }
        (self.id, self.object, self.selector, self.test, self.pattern) = (object.id, object, selector, test, pattern)
        if case .referrers = test.leaf {
            isList = true
        } else {
            isList = types.contains { if case .list = $0 { true } else { false } }
        }
    }

    private static func read(_ field: String, _ kinds: [Kind], _ found: inout [Fault]) -> SelectorTest? {
        if field.contains("__") || field.contains("=") {
            found.append(
                Fault(field: "field", problem: "\(shown(field)) is a condition", remedy: "write the field alone"))
            return nil
        }
        var test: SelectorTest?
        // One kind at a time: a field that only some of them have would never hold for the others.
        for kind in kinds {
            do throws(SelectorError) {
                let reader = SelectorTestReader(text: field, column: 1, kinds: [kind])
                test = try reader.read(field + "__empty", "true")
            } catch {
                found.append(Fault(field: "field", problem: error.problem, remedy: error.remedy))
                return nil
            }
        }
        guard kinds.count > 1 else { return test }
        let reader = SelectorTestReader(text: field, column: 1, kinds: kinds)
        return (try? reader.read(field + "__empty", "true")) ?? test
    }

    /// The types the field has in the kinds, where it is theirs and not another record's.
    private static func types(_ test: SelectorTest, _ kinds: [Kind]) -> [FieldType] {
        guard test.path.count == 1, let name = test.path.first else { return [] }
        return kinds.compactMap { KindTable.of($0).fields[name]?.type }
    }

    private static let checks = [
        "min", "max", "min_length", "max_length", "regex", "required", "prohibited", "equal", "one_of", "unique",
    ]

    private static func contradictions(_ object: Object) -> [Fault] {
        let own = checks.filter { object.fields[$0] != nil && object.fields[$0] != .bool(false) }
        if own.isEmpty {
            return [
                Fault(
                    field: "field", problem: "the rule asks nothing",
                    remedy: "add one of \(checks.joined(separator: ", "))")
            ]
        }
        if own.contains("prohibited"), own.count > 1 {
            return [
                Fault(
                    field: "prohibited", problem: "prohibited with \(own.filter { $0 != "prohibited" }[0])",
                    remedy: "what must not be there needs no other check")
            ]
        }
        return [("min", "max"), ("min_length", "max_length")].compactMap { low, high in
            guard let least = object.fields[low]?.number, let most = object.fields[high]?.number, least > most else {
                return nil
            }
            return Fault(field: high, problem: "\(high) is less than \(low)", remedy: "swap the two")
        }
    }

    /// Checks that no value of the field could ever pass or fail.
    private static func misfits(_ object: Object, _ field: String, _ types: [FieldType]) -> [Fault] {
        var out: [Fault] = []
        let elements = types.map { type in if case .list(let element) = type { element } else { type } }
        for check in ["min", "max"] where object.fields[check] != nil {
            let isNumber = elements.contains {
                switch $0 {
                case .int, .decimal, .map, .json: true
                default: false
                }
            }
            if !elements.isEmpty, !isNumber {
                out.append(
                    Fault(
                        field: check, problem: "\(field) is no number", remedy: "use min_length, regex or one_of",
                        isError: false))
            }
        }
        let choices = elements.flatMap { type -> [String] in if case .choice(let some) = type { some } else { [] } }
        guard !choices.isEmpty else { return out }
        for check in ["one_of", "equal"] {
            let wanted = object.fields[check].map { $0.array ?? [$0] } ?? []
            for text in wanted.compactMap(\.string) where !choices.contains(text) {
                out.append(
                    Fault(
                        field: check, problem: "\(field) is never \(shown(text))",
                        remedy: NearestName.hint(
                            text, in: choices, otherwise: "use some of \(choices.joined(separator: ", "))")))
            }
        }
        return out
    }
}

extension ValidationRule {
    /// Why the saved groups of its selector cannot be followed in `view`; nil when they can.
    func groupFault(in view: Snapshot) -> Fault? {
        do throws(SelectorError) {
            _ = try selector.groups(in: view)
            return nil
        } catch {
            return Fault(field: "select", problem: error.described, remedy: error.remedy)
        }
    }

    /// One record that does not keep the rule.
    struct Breach {
        let object: Object
        /// The element of a list that is to blame.
        let element: String?
        let problem: String
    }

    /// Those of `objects` the rule looks at, and those of them that break it; `view` resolves references.
    func check(_ objects: [Object], in view: Snapshot) -> (selected: Int, breaches: [Breach]) {
        guard let groups = try? selector.groups(in: view) else { return (0, []) }
        let matcher = SelectorMatcher(snapshot: view, root: .all([selector.root, .test(test)]), groups: groups)
        var selected = 0
        var breaches: [Breach] = []
        var owners: [JSONValue: [Object]] = [:]
        for object in objects where selector.kinds.contains(object.id.kind) && matcher.holds(selector.root, object) {
            selected += 1
            let values = matcher.values(test, object)
            if isUnique { for value in Set(values) { owners[value, default: []].append(object) } }
            breaches += faults(values).map { Breach(object: object, element: $0.element, problem: $0.problem) }
        }
        for (value, sharers) in owners where sharers.count > 1 {
            for object in sharers {
                let others = sharers.filter { $0.id != object.id }.map(\.id).sorted()
                let more = others.count > 1 ? " and \(others.count - 1) more" : ""
                breaches.append(
                    Breach(
                        object: object, element: value.string,
                        problem: "\(name) \(Self.show(value)) is also of \(others[0])\(more)"))
            }
        }
        return (selected, breaches.sorted { ($0.object.id, $0.problem) < ($1.object.id, $1.problem) })
    }

    /// The field as the rule names it.
    var name: String { object.text("field") ?? field }

    private static func show(_ value: JSONValue) -> String { CustomFieldDefinition.show(value) }

    private func faults(_ values: [JSONValue]) -> [(element: String?, problem: String)] {
        if object.flag("prohibited") {
            return values.isEmpty ? [] : [(nil, "\(name) must not be there, it is \(Self.show(values[0]))")]
        }
        if values.isEmpty, object.flag("required") { return [(nil, "\(name) is missing")] }
        var out: [(element: String?, problem: String)] = []
        if isList {
            let count = values.count
            if let least = object.int("min_length"), count < least {
                out.append((nil, "\(name) has \(count) element(s), at least \(least) are asked"))
            }
            if let most = object.int("max_length"), count > most {
                out.append((nil, "\(name) has \(count) elements, at most \(most) are asked"))
            }
        }
        if values.isEmpty { return out }
        if let equal = object.fields["equal"], !isEqual(values, equal) {
            let found = values.count == 1 ? Self.show(values[0]) : JSONValue.array(values).canonical
            out.append((nil, "\(name) is \(found), not \(equal.string.map(shown) ?? equal.canonical)"))
        }
        for value in values {
            if let problem = fault(value) { out.append((value.string, problem)) }
        }
        return out
    }

    private func isEqual(_ values: [JSONValue], _ wanted: JSONValue) -> Bool {
        if let list = wanted.array { return Set(list.map(\.canonical)) == Set(values.map(\.canonical)) }
        return values.allSatisfy { value in
            if let a = value.number, let b = wanted.number { return a == b }
            return value == wanted || value.string != nil && value.string == Self.text(wanted)
        }
    }

    private static func text(_ value: JSONValue) -> String { value.string ?? value.canonical }

    private func fault(_ value: JSONValue) -> String? {
        let text = Self.text(value)
        if let least = object.fields["min"]?.number {
            guard let number = value.number else { return "\(name) is \(Self.show(value)), not a number" }
            if number < least { return "\(name) is \(text), at least \(Self.show(.double(least))) is asked" }
        }
        if let most = object.fields["max"]?.number {
            guard let number = value.number else { return "\(name) is \(Self.show(value)), not a number" }
            if number > most { return "\(name) is \(text), at most \(Self.show(.double(most))) is asked" }
        }
        if !isList {
            let length = text.unicodeScalars.count
            if let least = object.int("min_length"), length < least {
                return "\(name) has \(length) character(s), at least \(least) are asked"
            }
            if let most = object.int("max_length"), length > most {
                return "\(name) has \(length) characters, at most \(most) are asked"
            }
        }
        if let pattern, !pattern.matchesWhole(text) { return "\(name) \(shown(text)) does not fit \(pattern.text)" }
        let allowed = object.texts("one_of")
        if !allowed.isEmpty, !allowed.contains(text) {
            return "\(name) \(shown(text)) is none of \(allowed.joined(separator: ", "))"
        }
        return nil
    }
}
