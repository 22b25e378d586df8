import Addressing
import Notation

/// Holds selectors against records; references are followed in `snapshot`.
struct SelectorMatcher {
    let snapshot: Snapshot
    /// Compiled once for the whole run.
    private let patterns: [String: Pattern]

    private let prefixes: [String: Prefix]
    let groups: [String: Selector]

    init(snapshot: Snapshot, root: SelectorNode, groups: [String: Selector]) {
        self.snapshot = snapshot
        self.groups = groups
        let tests = root.tests + groups.values.flatMap(\.root.tests)
        patterns = tests.reduce(into: [:]) { patterns, test in
            if test.lookup == .regex { patterns[test.operand.text] = try? Pattern(test.operand.text) }
        }
        prefixes = tests.reduce(into: [:]) { prefixes, test in
            if [.within, .withinInclude, .contains].contains(test.lookup) {
                prefixes[test.operand.text] = try? Prefix(test.operand.text)
            }
        }
    }

    func holds(_ node: SelectorNode, _ object: Object) -> Bool {
        switch node {
        case .everything: true
        case .test(let test): holds(test, object)
        case .all(let nodes): nodes.allSatisfy { holds($0, object) }
        case .any(let nodes): nodes.contains { holds($0, object) }
        case .not(let inner): !holds(inner, object)
        case .group(let slug, _):
            groups[slug].map { $0.kinds.contains(object.id.kind) && holds($0.root, object) } ?? false
        }
    }

    func holds(_ test: SelectorTest, _ object: Object) -> Bool {
        let values = values(test, object)
        if test.lookup == .empty { return values.isEmpty == (test.operand.text == "true") }
        let isFound = values.contains { isMet($0, test) }
        return test.lookup.isNegative ? !isFound : isFound
    }

    /// The same for a record whose one value at the end of the path is `value`.
    func holds(_ test: SelectorTest, single value: JSONValue) -> Bool {
        if test.lookup == .empty { return test.operand.text != "true" }
        return isMet(value, test) != test.lookup.isNegative
    }

    /// Whether `value` is what the test asks for, or for negative lookups what it asks not to be there.
    private func isMet(_ value: JSONValue, _ test: SelectorTest) -> Bool {
        let operand = test.operand
        switch test.lookup {
        case .exact, .n: return Self.equal(value, test)
        case .ic, .nic: return Self.text(value)?.lowercased().contains(operand.lower) ?? false
        case .isw, .nisw: return Self.text(value)?.lowercased().hasPrefix(operand.lower) ?? false
        case .iew, .niew: return Self.text(value)?.lowercased().hasSuffix(operand.lower) ?? false
        case .ie, .nie: return Self.text(value)?.lowercased() == operand.lower
        case .empty: return false
        case .regex:
            guard let pattern = patterns[operand.text], let text = Self.text(value) else { return false }
            return pattern.isFound(in: text)
        case .lt, .lte, .gt, .gte: return Self.ordered(value, test)
        case .within, .withinInclude, .contains:
            if let kinds = test.treeKinds { return snapshot.isBelow(value.string ?? "", test, kinds) }
            return prefixes[operand.text].map { Self.nested(value, test.lookup, $0) } ?? false
        }
    }

    /// The values at the end of the test's path; lists count by their elements.
    func values(_ test: SelectorTest, _ object: Object) -> [JSONValue] {
        var objects = [object]
        var path = test.path[...]
        while path.count > 1, let name = path.first {
            if case .object = objects.first?.fields[name] { return Self.members(path, objects) }
            if name == "custom_fields" || name == "monitoring" { return Self.members(path, objects) }
            objects = objects.flatMap { snapshot.step(name, from: $0) }
            path = path.dropFirst()
        }
        guard let name = path.first else { return [] }
        switch test.leaf {
        case .id: return objects.map { .string($0.id.description) }
        case .kind: return objects.map { .string($0.id.kind.rawValue) }
        case .key: return objects.map { .string($0.id.key) }
        case .name: return objects.map { .string($0.text("name") ?? $0.text("model") ?? $0.id.key) }
        case .referrers: return objects.flatMap { snapshot.step(name, from: $0) }.map { .string($0.id.key) }
        case .tag, .reference, .value: return objects.flatMap { Self.elements($0.fields[name]) }
        }
    }

    private static func members(_ path: ArraySlice<String>, _ objects: [Object]) -> [JSONValue] {
        guard let owner = path.first, let member = path.dropFirst().first else { return [] }
        return objects.flatMap { elements($0.fields[owner]?[member]) }
    }

    private static func elements(_ value: JSONValue?) -> [JSONValue] {
        switch value {
        case nil, .null: []
        case .array(let elements): elements
        case .some(let one): [one]
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .int, .double, .bool: value.canonical
        default: nil
        }
    }

    private static func equal(_ value: JSONValue, _ test: SelectorTest) -> Bool {
        let operand = test.operand
        switch value {
        case .int, .double: return value.number == operand.number
        case .bool(let truth): return truth == operand.bool
        case .string(let text):
            if text == operand.text { return true }
            switch test.leaf {
            case .referrers: return text == operand.slug && !operand.slug.isEmpty
            case .reference(let kinds):
                if kinds.count == 1 { return text == operand.slug && !operand.slug.isEmpty }
                guard let slash = text.firstIndex(of: "/") else { return false }
                return text[text.index(after: slash)...] == operand.text
            case .value:
                // `address=10.0.0.1` finds the address whatever its mask.
                return text.utf8.contains(UInt8(ascii: "/")) && !operand.text.utf8.contains(UInt8(ascii: "/"))
                    && text.hasPrefix(operand.text + "/") && (try? InterfaceAddress(text)) != nil
            default: return false
            }
        default: return false
        }
    }

    private static func ordered(_ value: JSONValue, _ test: SelectorTest) -> Bool {
        if let number = value.number, let limit = test.operand.number {
            switch test.lookup {
            case .lt: return number < limit
            case .lte: return number <= limit
            case .gt: return number > limit
            default: return number >= limit
            }
        }
        // Dates: their text sorts as they do.
        guard let text = value.string, test.operand.number == nil else { return false }
        switch test.lookup {
        case .lt: return text < test.operand.text
        case .lte: return text <= test.operand.text
        case .gt: return text > test.operand.text
        default: return text >= test.operand.text
        }
    }

    private static func nested(_ value: JSONValue, _ lookup: SelectorTest.Lookup, _ asked: Prefix) -> Bool {
        guard let text = value.string else { return false }
        let own: Prefix
        if let prefix = try? Prefix(text) {
            own = prefix
        } else if let address = try? InterfaceAddress(text) {
            // An address is inside when the host is; it contains others by the network of its mask.
            if lookup != .contains { return asked.contains(address.address) }
            own = address.prefix
        } else if let address = try? IPAddress(text) {
            return lookup == .contains
                ? asked.contains(address) && asked.addressCount == 1 : asked.contains(address)
        } else {
            return false
        }
        switch lookup {
        case .within: return asked.contains(own) && asked != own
        case .withinInclude: return asked.contains(own)
        default: return own.contains(asked)
        }
    }
}

/// Says which names of a selector no record bears.
struct SelectorHints {
    let snapshot: Snapshot

    func hint(_ test: SelectorTest) -> String? {
        let wanted = test.operand.text
        switch test.leaf {
        case .id:
            guard let id = ObjectID(wanted), snapshot[id] == nil else { return nil }
            return hint(id.key, [id.kind], keysAndNames([id.kind], names: false))
        case .key(let kinds), .reference(let kinds):
            if let id = ObjectID(wanted), kinds.contains(id.kind) {
                return snapshot[id] == nil ? hint(id.key, [id.kind], keysAndNames([id.kind], names: false)) : nil
            }
            let keys = keysAndNames(kinds, names: false)
            return keys.contains(wanted) || keys.contains(test.operand.slug) ? nil : hint(wanted, kinds, keys)
        case .name(let kinds):
            let names = keysAndNames(kinds, names: true)
            return names.contains(wanted) ? nil : hint(wanted, kinds, names)
        case .tag:
            let tags = Set(snapshot.all.flatMap { $0.texts("tags") }).sorted()
            if tags.contains(wanted) { return nil }
            return "no object has the tag \(shown(wanted))" + near(wanted, tags)
        case .referrers(let kind):
            let keys = keysAndNames([kind], names: false)
            return keys.contains(wanted) || keys.contains(test.operand.slug) ? nil : hint(wanted, [kind], keys)
        case .kind, .value: return nil
        }
    }

    private func keysAndNames(_ kinds: [Kind], names: Bool) -> [String] {
        kinds.flatMap { kind in
            snapshot.objects(kind).map { names ? $0.text("name") ?? $0.text("model") ?? $0.id.key : $0.id.key }
        }
    }

    private func hint(_ wanted: String, _ kinds: [Kind], _ known: [String]) -> String {
        let what = kinds.map(\.rawValue).joined(separator: " or ")
        if known.isEmpty { return "there is no \(what) at all" }
        return "there is no \(what) \(shown(wanted))" + near(wanted, known)
    }

    private func near(_ wanted: String, _ known: [String]) -> String {
        NearestName.of(wanted, in: known).map { ": did you mean \"\($0)\"?" } ?? ""
    }
}
