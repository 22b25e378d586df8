import Addressing
import Notation

/// Turns what people wrote into the canonical value of a field, or reports why it cannot.
///
/// References stay as written here; ``ReferenceResolver`` makes keys of them when all files are read.
struct ValueReader {
    let subject: Subject
    let report: Report

    /// Fields whose text is never shown and never kept: only a reference to the secret store may stand there.
    static let secrets: Set<String> = [
        "snmp_community", "snmp_auth_secret", "snmp_priv_secret", "ssh_key", "ssh_password", "licence_key",
        "private_key",
        "secret",
    ]

    /// Text fields that may hold this many characters are paragraphs, all shorter ones are one line.
    private static let severalLines = 1_000

    func fail(_ node: YAMLNode, _ problem: String, _ remedy: String) {
        report.error(node.position, subject, problem, remedy)
    }

    func read(_ node: YAMLNode, _ type: FieldType, _ name: String) -> JSONValue? {
        switch type {
        case .text(let max): return text(node, max, name)
        case .int, .decimal, .bool: return number(node, type, name)
        case .slug: return slug(node, name)
        case .choice(let choices): return choice(node, choices, name)
        case .reference(let kinds): return reference(node, kinds, name)
        case .address, .interfaceAddress, .prefix, .macAddress: return address(node, type, name)
        case .date, .dateTime, .url, .duration: return written(node, type, name)
        case .json: return name == "components" ? ComponentReader(values: self).read(node) : tree(node, name)
        case .list(let element): return list(node, element, name)
        case .map: return map(node, name)
        case .record(let fields): return record(node, fields, name)
        }
    }

    /// The text of a scalar, else an error.
    private func scalar(_ node: YAMLNode, _ name: String, asked: String) -> String? {
        if let text = node.text { return text }
        fail(node, "\(name) is a \(node.shape), \(asked) is asked", "write one value")
        return nil
    }

    private func text(_ node: YAMLNode, _ max: Int, _ name: String) -> JSONValue? {
        guard let raw = scalar(node, name, asked: "text") else { return nil }
        if Self.secrets.contains(name) { return secret(node, raw, name) }
        let oneLine = max < Self.severalLines
        let text = PlainText.canonical(raw, oneLine: oneLine)
        if text.utf8.count > max, text.unicodeScalars.count > max {
            fail(node, "\(name) has \(text.unicodeScalars.count) characters", "write at most \(max)")
            return nil
        }
        if let fault = PlainText.fault(text, oneLine: oneLine) {
            fail(node, "\(name) \(fault.problem)", fault.remedy(name))
            return nil
        }
        return text.isEmpty ? .null : .string(text)
    }

    func secret(_ node: YAMLNode, _ text: String, _ name: String) -> JSONValue? {
        if Self.isSecretReference(text) { return .string(text) }
        fail(
            node, "\(name) holds something that is not a reference to a secret",
            "store it with the secrets and write \(name): secret://NAME")
        return nil
    }

    static func isSecretReference(_ text: String) -> Bool {
        guard text.hasPrefix("secret://") else { return false }
        let name = text.utf8.dropFirst(9)
        return !name.isEmpty
            && name.allSatisfy { byte in
                let scalar = Unicode.Scalar(byte)
                return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                    || "-_./".unicodeScalars.contains(scalar)
            }
    }

    private func number(_ node: YAMLNode, _ type: FieldType, _ name: String) -> JSONValue? {
        switch type {
        case .int(let range):
            if let number = node.int, let value = Int(exactly: number), range.contains(value) { return .int(number) }
            let found = node.text.map(shown) ?? "a \(node.shape)"
            let limits = "from \(range.lowerBound) to \(range.upperBound)"
            fail(
                node, "\(name) is \(found), a whole number \(limits) is asked",
                node.int == nil ? "write digits without quotes" : "write a number \(limits)")
        case .decimal(let range):
            if let number = node.double, range.contains(number) {
                return Int64(exactly: number).map { .int($0) } ?? .double(number)
            }
            let found = node.text.map(shown) ?? "a \(node.shape)"
            let limits = "from \(range.lowerBound) to \(range.upperBound)"
            fail(node, "\(name) is \(found), a number \(limits) is asked", "write a number such as 1.5")
        default:
            if let truth = node.bool { return .bool(truth) }
            fail(
                node, "\(name) is \(node.text.map(shown) ?? "a \(node.shape)"), a truth value is asked",
                "write true or false")
        }
        return nil
    }

    private func slug(_ node: YAMLNode, _ name: String) -> JSONValue? {
        var node = node
        if let map = node.map, let inner = map["slug"] ?? map["name"] { node = inner }
        guard let text = scalar(node, name, asked: "a slug") else { return nil }
        if text.isEmpty { return .null }
        if Slug.isValid(text) { return .string(text) }
        let better = Slug.of(text)
        fail(
            node, "\(name) \(shown(text)) is not a slug",
            better.isEmpty ? "use lower-case ASCII letters, digits and -" : "write \(better)")
        return nil
    }

    private func choice(_ node: YAMLNode, _ choices: [String], _ name: String) -> JSONValue? {
        var node = node
        if let map = node.map, let inner = map["value"] { node = inner }
        guard let text = scalar(node, name, asked: "one of its values") else { return nil }
        if text.isEmpty { return .null }
        if choices.contains(text) { return .string(text) }
        let all = "use one of \(choices.joined(separator: ", "))"
        let near = NearestName.of(text, in: choices)
        fail(node, "\(name) \(shown(text)) is not known", near.map { "did you mean \"\($0)\"? \(all)" } ?? all)
        return nil
    }

    private func reference(_ node: YAMLNode, _ kinds: [Kind], _ name: String) -> JSONValue? {
        if let text = ReferenceText.of(node, kinds) { return .string(text) }
        if node.text != nil { return .null }
        let kind = kinds.map(\.rawValue).joined(separator: ", ")
        if let map = node.map, map["id"] != nil {
            fail(node, "\(name) names a \(kind) by a number of one database", "write its slug: {slug: x} or just x")
        } else {
            fail(node, "\(name) is a \(node.shape) that names no \(kind)", "write its slug: {slug: x} or just x")
        }
        return nil
    }

    private func list(_ node: YAMLNode, _ element: FieldType, _ name: String) -> JSONValue? {
        var values: [JSONValue] = []
        for item in node.list ?? [node] where !item.isNull {
            guard let value = read(item, element, name) else { return nil }
            if value != .null { values.append(value) }
        }
        return values.isEmpty ? .null : .array(Self.canonicalOrder(values))
    }

    /// Sorted and without repetition: order has no meaning in any list of the inventory.
    static func canonicalOrder(_ values: [JSONValue]) -> [JSONValue] {
        if values.count < 2 { return values }
        var out: [JSONValue] = []
        for value in values.sorted(by: precedes) where value != out.last { out.append(value) }
        return out
    }

    private static func precedes(_ a: JSONValue, _ b: JSONValue) -> Bool {
        switch (a, b) {
        case (.int(let a), .int(let b)): a < b
        case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        default: a.canonical.utf8.lexicographicallyPrecedes(b.canonical.utf8)
        }
    }

    private func map(_ node: YAMLNode, _ name: String) -> JSONValue? {
        guard let map = node.map else {
            fail(node, "\(name) is a \(node.shape), a mapping is asked", "write key: value pairs below it")
            return nil
        }
        var out: [String: JSONValue] = [:]
        for entry in map.entries where !entry.value.isNull {
            guard case .scalar(let text, _, _) = entry.value else {
                if Self.looksSecret(entry.key), !Self.holdsReferencesOnly(entry.value) {
                    _ = secret(entry.value, "", "\(name).\(entry.key)")
                    continue
                }
                // Whether a tree may stand here, a custom field of type json says.
                if let value = tree(entry.value, "\(name).\(entry.key)") { out[Slug.composed(entry.key)] = value }
                continue
            }
            if Self.looksSecret(entry.key), !Self.isSecretReference(text) {
                _ = secret(entry.value, text, "\(name).\(entry.key)")
                continue
            }
            if let fault = PlainText.fault(entry.key, oneLine: true) {
                fail(entry.value, "a key of \(name) \(fault.problem)", fault.remedy("it"))
                return nil
            }
            if let fault = PlainText.fault(text, oneLine: false) {
                fail(entry.value, "\(name).\(entry.key) \(fault.problem)", fault.remedy(entry.key))
                return nil
            }
            out[Slug.composed(entry.key)] = Self.asWritten(entry.value, text)
        }
        return out.isEmpty ? .null : .object(out)
    }

    /// A number only when it reads back as it was written: `0123` and `1.10` stay text.
    static func asWritten(_ node: YAMLNode, _ text: String) -> JSONValue {
        if let truth = node.bool { return .bool(truth) }
        if let number = node.int, String(number) == text { return .int(number) }
        if node.int == nil, let number = node.double, "\(number)" == text { return .double(number) }
        return .string(Slug.composed(text))
    }

    /// Whether every leaf is a reference to a secret.
    static func holdsReferencesOnly(_ node: YAMLNode) -> Bool {
        switch node {
        case .scalar(let text, _, _): node.isNull || isSecretReference(text)
        case .list(let elements, _): elements.allSatisfy(holdsReferencesOnly)
        case .map(let map): map.entries.allSatisfy { holdsReferencesOnly($0.value) }
        }
    }

    static func looksSecret(_ key: String) -> Bool {
        let key = key.lowercased()
        return ["password", "passwd", "passphrase", "secret", "community", "private_key", "api_key", "token"]
            .contains { key.contains($0) }
    }

    private func record(_ node: YAMLNode, _ fields: [Field], _ name: String) -> JSONValue? {
        guard let map = node.map else {
            fail(node, "\(name) is a \(node.shape), a mapping is asked", "write key: value pairs below it")
            return nil
        }
        var out: [String: JSONValue] = [:]
        for entry in map.entries {
            guard let field = fields.first(where: { $0.name == entry.key }) else {
                unknown(entry, in: fields.map(\.name), of: name)
                continue
            }
            if entry.value.isNull { continue }
            if let value = read(entry.value, field.type, field.name), value != .null { out[field.name] = value }
        }
        return out.isEmpty ? .null : .object(out)
    }

    /// Reports a key that no field has.
    func unknown(_ entry: YAMLMap.Entry, in names: [String], of owner: String = "") {
        let place = owner.isEmpty ? "" : " in \(owner)"
        report.error(
            entry.keyPosition, subject, "unknown field \(shown(entry.key))\(place)",
            NearestName.hint(entry.key, in: names, otherwise: "known fields: \(names.joined(separator: ", "))"))
    }
}
