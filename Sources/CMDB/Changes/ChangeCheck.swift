public import Notation

/// Holds changes that come from no inventory file (staged plans, reverts, renames, mergers) against everything that
/// files are held against: shapes of values, references, and the rules that look at several objects.
public enum ChangeCheck {
    /// Every reason why `changes` cannot be made to `snapshot`, at once.
    /// - Parameters:
    ///   - origins: the recorded origin of each object, for messages.
    ///   - source: what the changes come from, such as the plan's file; it stands in the diagnostics.
    /// - Throws: ``Notation/InputErrors``.
    /// - Returns: warnings, sorted.
    public static func check(
        _ changes: [Change], onto snapshot: Snapshot, origins: [ObjectID: String] = [:], source: String
    ) throws(InputErrors) -> [Diagnostic] {
        let report = Report()
        let position = SourcePosition(file: source)
        var index: [ObjectID: Int] = [:]
        var drafts: [Draft] = []
        var gone: Set<ObjectID> = []
        for change in changes {
            guard let after = change.after else {
                gone.insert(change.id)
                continue
            }
            checkValues(after, position, report)
            index[after.id] = drafts.count
            drafts.append(
                Draft(
                    id: after.id, fields: after.fields.dictionary, map: YAMLMap(entries: [], position: position),
                    origin: origins[after.id] ?? "", isSound: true))
        }
        gone.subtract(index.keys)
        checkReferences(drafts, gone, snapshot, index, report)
        if report.errors.isEmpty {
            let union = Union(drafts: drafts, index: index, snapshot: snapshot, gone: gone, origins: origins)
            Rules(union: union, report: report).check()
        }
        if !report.errors.isEmpty { throw InputErrors(report.errors) }
        return report.warnings.sorted()
    }

    /// Every value must be exactly what reading it from a file would give.
    private static func checkValues(_ object: Object, _ position: SourcePosition, _ report: Report) {
        let table = KindTable.of(object.id.kind)
        let subject = Subject(object.id)
        let reader = ValueReader(subject: subject, report: report)
        for (name, value) in object.fields.sorted(by: { $0.key < $1.key }) {
            guard let field = table.fields[name] else {
                report.error(
                    position, subject, "\(object.id.kind.rawValue) has no field \(shown(name))",
                    NearestName.hint(name, in: table.names, otherwise: "remove it"))
                continue
            }
            let before = report.errors.count
            let read = reader.read(node(value, position), field.type, name)
            if report.errors.count == before, read != value {
                report.error(
                    position, subject, "\(name) is \(shown(value.canonical)), which is not its canonical form",
                    "make the plan again with this version")
            }
        }
        for name in table.required where object.fields[name] == nil {
            report.error(position, subject, "\(name) is missing", "make the plan again")
        }
    }

    private static func checkReferences(
        _ drafts: [Draft], _ gone: Set<ObjectID>, _ snapshot: Snapshot, _ index: [ObjectID: Int], _ report: Report
    ) {
        func exists(_ id: ObjectID) -> Bool { index[id] != nil || snapshot[id] != nil && !gone.contains(id) }
        for draft in drafts {
            for reference in Snapshot.references(of: Object(id: draft.id, fields: draft.fields))
            where !exists(reference.to) {
                report.error(
                    draft.position, Subject(draft.id), "\(reference.field): there is no \(reference.to)",
                    "make that object first, or change the reference")
            }
        }
        for id in gone.sorted() {
            for reference in snapshot.referrers(of: id) where !gone.contains(reference.from) {
                // One that is written anew counts as it will be, and was looked at above.
                if index[reference.from] != nil { continue }
                report.error(
                    SourcePosition(file: "inventory"), Subject(id),
                    "it cannot be deleted, \(reference.from) refers to it by \(reference.field)",
                    "change that object first")
            }
        }
    }

    private static func node(_ value: JSONValue, _ position: SourcePosition) -> YAMLNode {
        switch value {
        case .string(let text): .scalar(text, plain: false, position)
        case .array(let elements): .list(elements.map { node($0, position) }, position)
        case .object(let members):
            .map(
                YAMLMap(
                    entries: members.sorted { $0.key < $1.key }.map {
                        YAMLMap.Entry(key: $0.key, keyPosition: position, value: node($0.value, position))
                    }, position: position))
        case .null: .scalar("null", plain: true, position)
        case .bool, .int, .double: .scalar(value.canonical, plain: true, position)
        }
    }
}
