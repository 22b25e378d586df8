import Notation

extension Rules {
    /// Tags, custom fields, contexts, groups and flows of words: what is said about records makes sense itself.
    func checkDefinitions() {
        checkTags()
        checkCustomFields()
        checkGroups()
        checkContexts()
    }

    private func checkTags() {
        for item in union.loadedItems(.tag) {
            for text in item.object.texts("object_types") where CustomFieldDefinition.kind(text) == nil {
                report.error(
                    union.place(item, "object_types", element: text), Subject(item.id),
                    "there is no kind \(shown(text))", CustomFieldDefinition.kindHint(text))
            }
        }
        let tags = union.items(.tag)
        guard !tags.isEmpty else { return }
        let allowed = Dictionary(
            tags.map { ($0.id.key, Set($0.object.texts("object_types").compactMap(CustomFieldDefinition.kind))) },
            uniquingKeysWith: { first, _ in first })
        for draft in union.drafts where draft.fields["tags"] != nil && draft.isSound {
            for tag in draft.fields["tags"]?.array?.compactMap(\.string) ?? [] {
                let place = draft.place("tags", element: tag)
                guard let kinds = allowed[tag] else {
                    report.warning(
                        place, Subject(draft.id), "tag \(shown(tag)) is not defined",
                        NearestName.hint(tag, in: allowed.keys.sorted(), otherwise: "add it to tags:"))
                    continue
                }
                if kinds.isEmpty || kinds.contains(draft.id.kind) { continue }
                report.error(
                    place, Subject(draft.id),
                    "tag \(tag) is not for a \(draft.id.kind.rawValue)",
                    "it is for \(kinds.sorted().map(\.rawValue).joined(separator: ", ")); use another tag")
            }
        }
        let used = Set(tags.map(\.id.key))
        for tag in tags where tag.isLoaded {
            let kinds = allowed[tag.id.key] ?? []
            guard !kinds.isEmpty, used.contains(tag.id.key) else { continue }
            for kind in Kind.allCases where !kinds.contains(kind) {
                for item in union.items(kind) where !item.isLoaded && item.object.texts("tags").contains(tag.id.key) {
                    report.error(
                        union.place(tag, "object_types"), Subject(tag.id),
                        "\(item.id) has it, but it would not be for a \(kind.rawValue)",
                        "add \(kind.rawValue) to object_types, or take the tag off")
                }
            }
        }
    }

    private func checkCustomFields() {
        var seen: [[String]: Union.Item] = [:]
        for item in union.items(.customField) {
            if item.isLoaded {
                for fault in CustomFieldDefinition.problems(item.object) {
                    report.error(
                        union.place(item, fault.field), Subject(item.id), fault.problem, fault.remedy)
                }
            }
            if item.isLoaded {
                for fault in CustomFieldDefinition.idle(item.object) {
                    report.warning(union.place(item, fault.field), Subject(item.id), fault.problem, fault.remedy)
                }
            }
            guard let own = CustomFieldDefinition(item.object) else { continue }
            for kind in own.kinds.sorted() {
                guard let other = seen.updateValue(item, forKey: [own.name, kind.rawValue]),
                    let (here, there) = blamed(item, other)
                else { continue }
                report.error(
                    union.place(here, "name"), Subject(here.id),
                    "\(own.name) is defined for a \(kind.rawValue) already, by \(there.id) (\(union.whereabouts(there)))",
                    "use another name, or other object_types")
            }
        }
    }

    /// Saved selectors can be read.
    private func checkGroups() {
        for item in union.loadedItems(.group) {
            guard let text = item.object.text("selector") else { continue }
            do throws(SelectorError) {
                _ = try Selector(text)
            } catch {
                // Nothing breaks before somebody uses it, and that is then told at its column.
                report.warning(union.place(item, "selector"), Subject(item.id), error.described, error.remedy)
            }
        }
    }

    /// Contexts are mappings, or there would be nothing to merge.
    private func checkContexts() {
        let places: [(kind: Kind, field: String)] = [
            (.configContext, "data"), (.device, "local_context_data"), (.virtualMachine, "local_context_data"),
        ]
        for (kind, field) in places {
            for item in union.loadedItems(kind) {
                guard let data = item.object.fields[field], data.object == nil else { continue }
                report.error(
                    union.place(item, field), Subject(item.id),
                    "\(field) is \(CustomFieldDefinition.show(data)), a mapping is asked",
                    "write key: value pairs below it")
            }
        }
        var seen: [String: Union.Item] = [:]
        for item in union.items(.configContext) {
            guard let name = item.object.text("name"), let other = seen.updateValue(item, forKey: name),
                let (here, there) = blamed(item, other)
            else { continue }
            // Contexts of equal weight are merged by name.
            report.error(
                union.place(here, "name"), Subject(here.id),
                "\(there.id) (\(union.whereabouts(there))) has the same name", "give one another name")
        }
    }
}

extension SelectorError {
    /// Column and problem, for messages that have a remedy of their own.
    var described: String { "selector column \(column): \(problem)" }
}
