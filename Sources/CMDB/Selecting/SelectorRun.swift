import Notation

/// A selector at work on one snapshot, for many records one after another.
///
/// What a test says of a record mostly hangs on one field of it. Where that field is a reference, the answer is the same
/// for all records that refer to the same, so it is worked out once; plain values are looked at where they stand.
final class SelectorRun {
    private indirect enum Step {
        case always
        case test(RunningTest)
        case all([Step])
        case any([Step])
        case not(Step)
        case group(Set<Kind>, Step)
        case never
    }

    private let matcher: SelectorMatcher
    private let root: Step

    init(_ matcher: SelectorMatcher, root: SelectorNode) {
        self.matcher = matcher
        self.root = Self.step(root, matcher)
    }

    private static func step(_ node: SelectorNode, _ matcher: SelectorMatcher) -> Step {
        switch node {
        case .everything: .always
        case .test(let test): .test(RunningTest(test))
        case .all(let nodes): .all(nodes.map { step($0, matcher) })
        case .any(let nodes): .any(nodes.map { step($0, matcher) })
        case .not(let node): .not(step(node, matcher))
        case .group(let slug, _):
            matcher.groups[slug].map { .group(Set($0.kinds), step($0.root, matcher)) } ?? .never
        }
    }

    func holds(_ object: Object) -> Bool { holds(root, object) }

    private func holds(_ step: Step, _ object: Object) -> Bool {
        switch step {
        case .always: true
        case .never: false
        case .test(let test): test.holds(object, matcher)
        case .all(let steps): steps.allSatisfy { holds($0, object) }
        case .any(let steps): steps.contains { holds($0, object) }
        case .not(let inner): !holds(inner, object)
        case .group(let kinds, let inner): kinds.contains(object.id.kind) && holds(inner, object)
        }
    }
}

/// One test with what it has learnt during the run.
private final class RunningTest {
    private let test: SelectorTest
    /// How the value of the first field decides; learnt anew when the kind changes.
    private enum Way { case whole, byReference, byValue }
    private var way = Way.whole
    private var kind: Kind?
    private var verdicts: [String: Bool] = [:]
    private var verdictOnAbsence: Bool?
    private var shape: Shape?
    private var index: Int?

    init(_ test: SelectorTest) { self.test = test }

    func holds(_ object: Object, _ matcher: SelectorMatcher) -> Bool {
        if object.id.kind != kind { turn(to: object.id.kind) }
        if way == .whole { return matcher.holds(test, object) }
        guard let value = firstValue(of: object) else {
            if let verdictOnAbsence { return verdictOnAbsence }
            let verdict = matcher.holds(test, object)
            verdictOnAbsence = verdict
            return verdict
        }
        switch value {
        case .array, .object, .null: return matcher.holds(test, object)
        case .string(let text) where way == .byReference:
            if let verdict = verdicts[text] { return verdict }
            let verdict = matcher.holds(test, object)
            verdicts[text] = verdict
            return verdict
        default: return matcher.holds(test, single: value)
        }
    }

    private func turn(to kind: Kind) {
        self.kind = kind
        verdicts = [:]
        verdictOnAbsence = nil
        (shape, index) = (nil, nil)
        way = .whole
        guard let name = test.path.first, KindTable.of(kind).fields[name] != nil else { return }
        let isReference = KindTable.of(kind).edges.contains { $0.field == name }
        switch test.leaf {
        case .tag, .reference, .value: way = isReference ? .byReference : test.path.count == 1 ? .byValue : .whole
        // The keys and names of records that a reference leads to; the record's own are not in a field.
        case .key, .name, .id, .kind, .referrers: way = isReference && test.path.count > 1 ? .byReference : .whole
        }
    }

    private func firstValue(of object: Object) -> JSONValue? {
        let fields = object.fields
        if fields.shape !== shape {
            shape = fields.shape
            index = test.path.first.flatMap { fields.shape.index(of: $0) }
        }
        return index.map { fields.values[$0] }
    }
}
