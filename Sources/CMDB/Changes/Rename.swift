import Notation

/// A new key for an object, carried through everything that names it.
public struct Rename: Sendable {
    /// Deletes and creates for what gets another id, updates for what refers to it, in the order of applying.
    public let changes: [Change]
    /// Old id to new id: the object's own, and those of objects whose keys are made from it.
    public let names: [ObjectID: ObjectID]
    /// Texts that name it and that no rule can rewrite, such as selectors of groups: id and field.
    public let leftToDo: [(id: ObjectID, field: String)]

    /// Why a rename cannot be done.
    public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong and what to do.
        public let description: String
        /// Whether the new name belongs to another object.
        public let isTaken: Bool
        init(_ description: String, isTaken: Bool = false) { (self.description, self.isTaken) = (description, isTaken) }
    }

    /// Kinds whose key is their content: another key would be another object.
    private static let contentKinds: Set<Kind> = [.prefix, .ipAddress, .ipRange, .aggregate, .asn]

    /// Works out what changes when `id` is called `key`.
    ///
    /// Keys made from the name follow it: `machine:port` of its parts, slugs of dependencies, flows, cables, services
    /// and assignments that were made from their ends. A `name` that was the key becomes the new key.
    /// - Throws: ``Refusal``.
    public static func make(_ id: ObjectID, to key: String, in snapshot: Snapshot) throws(Refusal) -> Rename {
        guard let object = snapshot[id] else { throw Refusal("there is no \(id)") }
        if contentKinds.contains(id.kind) {
            throw Refusal(
                "a \(id.kind.rawValue) is named by what it is: change it in the files, or make the new one and delete the old"
            )
        }
        let new = ObjectID(id.kind, try newKey(object, key))
        if new == id { throw Refusal("it is called \(id) already") }
        var names = [id: new]
        // Names made of names: until nothing more follows.
        for _ in 0..<8 {
            let renamer = Renamer(names: names, root: id, newKey: new.key)
            var more = names
            for object in snapshot.all where more[object.id] == nil {
                guard let derived = renamer.derivedKey(object) else { continue }
                more[object.id] = ObjectID(object.id.kind, derived)
            }
            if more.count == names.count { break }
            names = more
        }
        let targets = Set(names.values)
        for (old, new) in names.sorted(by: { $0.key < $1.key }) where snapshot[new] != nil && names[new] == nil {
            throw Refusal("\(old) would become \(new), but that is there already", isTaken: true)
        }
        guard targets.count == names.count else {
            throw Refusal("two objects would get one name: rename one of them first", isTaken: true)
        }
        let renamer = Renamer(names: names, root: id, newKey: new.key)
        var changes: [Change] = []
        var leftToDo: [(id: ObjectID, field: String)] = []
        for object in snapshot.all {
            let after = renamer.rewritten(object)
            if after.id != object.id {
                changes += [.create(after), .delete(object)]
            } else if after != object {
                changes.append(.update(before: object, after: after))
            }
            for field in renamer.mentions(object) { leftToDo.append((object.id, field)) }
        }
        return Rename(changes: ChangeSet.ordered(changes), names: names, leftToDo: leftToDo)
    }

    /// `key` as the kind wants it; parts of machines may be given by their name alone.
    private static func newKey(_ object: Object, _ key: String) throws(Refusal) -> String {
        if Kind.components.contains(object.id.kind) {
            let machine = object.text("device").map { NaturalKey.bare($0) } ?? ""
            let name = key.hasPrefix(machine + ":") ? String(key.dropFirst(machine.count + 1)) : key
            guard !name.isEmpty, name.count <= 64, PlainText.fault(name, oneLine: true) == nil else {
                throw Refusal(
                    "\(shown(key)) is not a name for a part of \(machine): give its new name, such as Gi1/0/2")
            }
            return NaturalKey.interface(machine: machine, name: name)
        }
        guard Slug.isValid(key) else {
            let better = Slug.of(key)
            throw Refusal(
                "\(shown(key)) is not a key: use lower-case ASCII letters, digits and -"
                    + (better.isEmpty ? "" : ", such as \(better)"))
        }
        return key
    }
}

/// Rewrites single objects.
private struct Renamer {
    let names: [ObjectID: ObjectID]
    let root: ObjectID
    let newKey: String

    /// Fields that name a part of the same machine by its bare name.
    private static let siblings: [Kind: [(kind: Kind, field: String)]] = [
        .interface: [(.interface, "lag"), (.interface, "parent"), (.interface, "bridge")],
        .rearPort: [(.frontPort, "rear_port")], .powerPort: [(.powerOutlet, "power_port")],
        .inventoryItem: [(.inventoryItem, "parent")],
    ]

    /// Slugs that stand for a record without being references.
    private static let slugFields: [Kind: [String]] = [
        .tag: ["tags", "object_tags"], .redundancyGroup: ["redundancy_group"],
    ]

    func rewritten(_ object: Object) -> Object {
        var fields = referring(object)
        let id = names[object.id] ?? object.id
        if id != object.id {
            if fields["slug"]?.string == object.id.key { fields["slug"] = .string(id.key) }
            if object.id == root { rename(&fields, object) }
        }
        return Object(id: id, fields: fields)
    }

    /// The object's own name, where it was its key.
    private func rename(_ fields: inout Fields, _ object: Object) {
        if Kind.components.contains(root.kind) {
            let machine = object.text("device").map { NaturalKey.bare($0) } ?? ""
            fields["name"] = .string(String(newKey.dropFirst(machine.count + 1)))
        } else if fields["name"]?.string == root.key {
            fields["name"] = .string(newKey)
        }
    }

    /// The fields with every reference to a renamed object rewritten.
    private func referring(_ object: Object) -> Fields {
        var fields = object.fields
        for edge in KindTable.of(object.id.kind).edges {
            switch fields[edge.field] {
            case .string(let text):
                if let to = edge.id(text).flatMap({ names[$0] }) { fields[edge.field] = .string(edge.text(to)) }
            case .array(let values):
                let renamed = values.map { value in
                    value.string.flatMap(edge.id).flatMap { names[$0] }.map { .string(edge.text($0)) } ?? value
                }
                if renamed != values { fields[edge.field] = .array(ValueReader.canonicalOrder(renamed)) }
            default: break
            }
        }
        if Kind.components.contains(root.kind) { renameSibling(&fields, object) }
        for field in Self.slugFields[root.kind] ?? [] { renameSlug(&fields, field) }
        renameCustomField(&fields, object)
        return fields
    }

    private func renameSibling(_ fields: inout Fields, _ object: Object) {
        guard let colon = root.key.firstIndex(of: ":"), let device = object.text("device"),
            NaturalKey.bare(device) == root.key[..<colon]
        else { return }
        let (old, new) = (root.key[root.key.index(after: colon)...], newKey[newKey.index(after: colon)...])
        for sibling in Self.siblings[root.kind] ?? [] where sibling.kind == object.id.kind {
            if fields[sibling.field]?.string == String(old) { fields[sibling.field] = .string(String(new)) }
        }
    }

    private func renameSlug(_ fields: inout Fields, _ field: String) {
        switch fields[field] {
        case .string(root.key): fields[field] = .string(newKey)
        case .array(let values) where values.contains(.string(root.key)):
            let renamed = Set(values.map { $0 == .string(root.key) ? .string(newKey) : $0 })
            fields[field] = .array(ValueReader.canonicalOrder(Array(renamed)))
        default: break
        }
    }

    private func renameCustomField(_ fields: inout Fields, _ object: Object) {
        guard root.kind == .customField, var custom = fields["custom_fields"]?.object,
            let value = custom.removeValue(forKey: root.key)
        else { return }
        custom[newKey] = value
        fields["custom_fields"] = .object(custom)
    }

    /// The new key of an object whose key was made from names that change; nil when it stays.
    func derivedKey(_ object: Object) -> String? {
        guard let old = Self.key(object.id.kind, object.fields, object.id.key), old == object.id.key,
            let new = Self.key(object.id.kind, referring(object), object.id.key), new != old
        else { return nil }
        return new
    }

    /// The key that the files' reader makes for these fields; nil for kinds that are named by people.
    private static func key(_ kind: Kind, _ fields: Fields, _ current: String) -> String? {
        func text(_ name: String) -> String? { fields[name]?.string }
        func bare(_ name: String) -> String? { text(name).map { NaturalKey.bare($0) } }
        switch kind {
        case let part where Kind.components.contains(part):
            guard let machine = text("device"), let name = text("name") else { return nil }
            return NaturalKey.interface(machine: machine, name: name)
        case .ipAddress:
            guard let address = text("address") else { return nil }
            return NaturalKey.address(
                address, vrf: text("vrf"), shared: current.contains("@") ? text("assigned_object") : nil)
        case .prefix: return text("prefix").map { NaturalKey.prefix($0, vrf: text("vrf")) }
        case .ipRange:
            guard let first = text("start_address"), let last = text("end_address") else { return nil }
            return NaturalKey.range(first, last, vrf: text("vrf"))
        case .levelDecision:
            guard let system = bare("system"), let regime = text("regime") else { return nil }
            return Slug.of("\(system) \(regime)")
        case .cable:
            func end(_ name: String) -> String? {
                fields[name]?.array?.compactMap(\.string).min().map { ObjectID($0)?.key ?? $0 }
            }
            guard let a = end("a_terminations"), let b = end("b_terminations") else { return nil }
            return Slug.of("\(a) \(b)")
        case .contactAssignment:
            guard let object = text("object"), let contact = bare("contact") else { return nil }
            return Slug.of("\(object) \(contact) \(text("role") ?? "")")
        case .journalEntry:
            guard let object = text("assigned_object"), let created = text("created") else { return nil }
            return Slug.of("\(object) \(created)")
        case .flow:
            guard let from = bare("source_zone"), let to = bare("destination_zone") else { return nil }
            let ports = fields["ports"]?.array?.compactMap(\.int).map(String.init).sorted().joined(separator: " ") ?? ""
            return Slug.of("\(from) \(to) \(text("protocol") ?? "any") \(ports) \(text("action") ?? "allow")")
        case .dependency:
            guard let from = text("from"), let relation = text("relation"), let to = text("to") else { return nil }
            return NaturalKey.dependency(from: from, relation: relation, to: to)
        case .service:
            guard let name = text("name"), let parent = bare("parent") else { return nil }
            return Slug.of("\(parent) \(name)")
        default: return nil
        }
    }

    /// Fields of selectors whose text holds the old key as a word.
    func mentions(_ object: Object) -> [String] {
        let fields: [String] =
            switch object.id.kind {
            case .group: ["selector"]
            case .validationRule: ["select"]
            default: []
            }
        return fields.filter { field in
            object.text(field)?.split { !($0.isLetter || $0.isNumber || "-_.:".contains($0)) }.contains {
                String($0) == root.key
            } ?? false
        }
    }
}
