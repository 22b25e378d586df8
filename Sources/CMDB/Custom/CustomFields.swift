import Notation

/// Holds `custom_fields` against the definitions and fills in what they say when nothing is written.
struct CustomFields {
    private let definitions: [Kind: [CustomFieldDefinition]]
    private let index: [ObjectID: Int]
    private let snapshot: Snapshot
    private let gone: Set<ObjectID>
    private let report: Report

    init(
        _ drafts: [Draft], _ index: [ObjectID: Int], _ snapshot: Snapshot, _ gone: Set<ObjectID>, _ report: Report
    ) {
        let recorded = snapshot.objects(.customField).filter { index[$0.id] == nil && !gone.contains($0.id) }
        let loaded = drafts.lazy.filter { $0.id.kind == .customField && $0.isSound }
            .map { Object(id: $0.id, fields: $0.fields) }
        definitions = Self.byKind(recorded + loaded)
        (self.index, self.snapshot, self.gone, self.report) = (index, snapshot, gone, report)
    }

    private static func byKind(_ objects: [Object]) -> [Kind: [CustomFieldDefinition]] {
        objects.compactMap(CustomFieldDefinition.init).sorted { $0.id < $1.id }
            .reduce(into: [:]) { out, own in for kind in own.kinds { out[kind, default: []].append(own) } }
    }

    private func exists(_ id: ObjectID) -> Bool {
        index[id] != nil || snapshot[id] != nil && !gone.contains(id)
    }

    /// Checks and completes the drafts. Kinds without a definition keep what they have, as long as it is plain.
    func apply(to drafts: inout [Draft]) {
        for i in drafts.indices where drafts[i].isSound && index[drafts[i].id] == i {
            let own = definitions[drafts[i].id.kind] ?? []
            let values = drafts[i].fields["custom_fields"]?.object ?? [:]
            if own.isEmpty, values.isEmpty { continue }
            let out = checked(values, own, drafts[i])
            if out != values { drafts[i].fields["custom_fields"] = out.isEmpty ? nil : .object(out) }
        }
        checkUnique(drafts)
        checkGone()
    }

    private func checked(
        _ values: [String: JSONValue], _ own: [CustomFieldDefinition], _ draft: Draft
    ) -> [String: JSONValue] {
        let subject = Subject(draft.id)
        var out = values
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let place = draft.place("custom_fields", member: name)
            guard let definition = own.first(where: { $0.name == name }) else {
                if value.object != nil || value.array?.contains(where: { $0.object != nil || $0.array != nil }) == true
                {
                    report.error(
                        place, subject, "custom_fields.\(name) is a tree", "define a custom field of type json for it")
                } else if !own.isEmpty {
                    report.warning(
                        place, subject, "there is no custom field \(shown(name)) for a \(draft.id.kind.rawValue)",
                        NearestName.hint(name, in: own.map(\.name), otherwise: "define it as custom-field"))
                }
                continue
            }
            switch definition.value(value) {
            case .success(let better):
                out[name] = definition.isReference ? referred(better, definition, place, subject) : better
            case .failure(let fault):
                report.error(place, subject, "custom_fields.\(name) \(fault.problem)", fault.remedy)
            }
        }
        for definition in own where out[definition.name] == nil {
            if let fallback = definition.fallback, case .success(let value) = definition.value(fallback) {
                out[definition.name] = value
            } else if definition.isRequired {
                report.error(
                    draft.place("custom_fields"), subject, "custom_fields.\(definition.name) is missing",
                    "add \(definition.name): below custom_fields:")
            }
        }
        return out
    }

    /// Keys of records that exist, in their canonical form.
    private func referred(
        _ value: JSONValue, _ definition: CustomFieldDefinition, _ place: SourcePosition, _ subject: Subject
    ) -> JSONValue {
        guard let kind = definition.related else { return value }
        func key(_ text: String) -> JSONValue {
            var bare = text
            if let id = ObjectID(text), id.kind == kind { bare = id.key }
            for candidate in [bare, Slug.of(bare)] where exists(ObjectID(kind, candidate)) { return .string(candidate) }
            // What an unreadable file would have held cannot be told from what is missing.
            if !report.hasUnreadableFile {
                let keys = snapshot.objects(kind).map(\.id.key) + index.keys.filter { $0.kind == kind }.map(\.key)
                report.error(
                    place, subject, "custom_fields.\(definition.name): there is no \(kind.rawValue) \(shown(text))",
                    NearestName.hint(bare, in: keys.sorted(), otherwise: "add it, or correct the name"))
            }
            return .string(bare)
        }
        if let elements = value.array {
            return .array(ValueReader.canonicalOrder(elements.map { key($0.string ?? "") }))
        }
        return key(value.string ?? "")
    }

    /// A unique field holds no value twice in a kind.
    private func checkUnique(_ drafts: [Draft]) {
        for (kind, own) in definitions {
            for definition in own where definition.isUnique {
                var seen: [JSONValue: String] = [:]
                for object in snapshot.objects(kind) where index[object.id] == nil && !gone.contains(object.id) {
                    guard let value = object.fields["custom_fields"]?[definition.name] else { continue }
                    seen[value] = "\(object.id) (recorded in the inventory)"
                }
                for (i, draft) in drafts.enumerated() where draft.id.kind == kind && index[draft.id] == i {
                    guard let value = draft.fields["custom_fields"]?[definition.name] else { continue }
                    if let other = seen[value] {
                        report.error(
                            draft.place("custom_fields", member: definition.name), Subject(draft.id),
                            "custom_fields.\(definition.name) \(CustomFieldDefinition.show(value)) is also of \(other)",
                            "use another value")
                    } else {
                        seen[value] = "\(draft.id) (\(draft.position.short))"
                    }
                }
            }
        }
    }

    /// What a recorded record names in a custom field is not deleted under it.
    private func checkGone() {
        guard !gone.isEmpty, definitions.values.contains(where: { $0.contains(where: \.isReference) }) else { return }
        for kind in definitions.keys.sorted() {
            for object in snapshot.objects(kind) where index[object.id] == nil && !gone.contains(object.id) {
                for reference in Self.references(of: object, definitions[kind] ?? []) where gone.contains(reference.to)
                {
                    report.error(
                        SourcePosition(file: "inventory"), Subject(reference.to),
                        "it cannot be deleted, \(object.id) refers to it by \(reference.field)",
                        "change that object first, or keep this one in the files")
                }
            }
        }
    }

    /// What the custom fields of `object` name.
    private static func references(of object: Object, _ own: [CustomFieldDefinition]) -> [Snapshot.Reference] {
        guard let values = object.fields["custom_fields"]?.object else { return [] }
        var out: [Snapshot.Reference] = []
        for definition in own {
            guard let kind = definition.related, definition.isReference, let value = values[definition.name] else {
                continue
            }
            for text in (value.array ?? [value]).compactMap(\.string) {
                out.append(
                    Snapshot.Reference(
                        from: object.id, field: "custom_fields.\(definition.name)", to: ObjectID(kind, text)))
            }
        }
        return out
    }

    /// The edges that custom fields of types object and multiobject make among `objects`; `fields` are the
    /// `custom-field` records. Free where there is no such field.
    static func references(_ fields: [Object], _ objects: (Kind) -> [Object]) -> [Snapshot.Reference] {
        if fields.isEmpty { return [] }
        let definitions = byKind(fields).mapValues { $0.filter(\.isReference) }
        return definitions.keys.sorted().flatMap { kind -> [Snapshot.Reference] in
            guard let own = definitions[kind], !own.isEmpty else { return [] }
            return objects(kind).flatMap { references(of: $0, own) }
        }
    }
}
