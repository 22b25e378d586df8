import Addressing
import Notation

/// Suggestions for kinds, by their names and the keys of their lists in files.
enum NearestNameHint {
    static func nearestKind(_ name: String) -> String? { NearestName.of(name, in: Kind.allCases.map(\.rawValue)) }

    static func name(_ name: String, in known: [String], otherwise: String) -> String {
        NearestName.hint(name, in: known, otherwise: otherwise)
    }

    static func kind(_ name: String) -> String {
        NearestName.hint(
            name, in: Kind.allCases.map(\.rawValue),
            otherwise: "use one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
}

/// Makes a test of `field__suffix` and its value: the field must exist and the value be one it can have.
struct SelectorTestReader {
    let text: String
    let column: Int
    let kinds: [Kind]

    private struct Target {
        var leaf: SelectorTest.Leaf
        var types: [FieldType] = []
        /// The path with the fields' own names.
        var path: [String] = []
    }

    func read(
        _ name: String, _ value: String, _ sign: SelectorToken.Operator? = nil
    ) throws(SelectorError) -> SelectorTest {
        var field = name
        var lookup = sign?.lookup ?? .exact
        if let range = name.ranges(of: "__").last {
            let suffix = String(name[range.upperBound...])
            field = String(name[..<range.lowerBound])
            if lookup != .exact {
                throw SelectorError(
                    text, column + name.count, "two comparisons: \(shown("__" + suffix)) and another sign",
                    "write \(field)__\(suffix)=value")
            }
            guard let known = SelectorTest.Lookup(rawValue: suffix), known != .exact else {
                throw SelectorError(
                    text, column + field.count, "unknown suffix \(shown("__" + suffix))", Self.hint(forSuffix: suffix))
            }
            lookup = known
        }
        let path = field.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let target = try target(path)
        let operand = try operand(value, lookup, target, at: column + name.count + (sign?.length ?? 1))
        return SelectorTest(
            path: Self.canonical(target.path), leaf: target.leaf, lookup: lookup, operand: operand, column: column)
    }

    private static func hint(forSuffix suffix: String) -> String {
        let all = SelectorTest.Lookup.allCases.map(\.rawValue).filter { !$0.isEmpty }
        let list = "use one of \(all.joined(separator: ", "))"
        // Of one or two letters nearly every short suffix is near.
        let near = suffix.count > 2 ? NearestName.of(suffix, in: all) : nil
        return near.map { "did you mean \"\($0)\"? \(list)" } ?? list
    }

    /// `cf_x` reads member x of `custom_fields`, `tag` reads `tags`.
    private static func canonical(_ path: [String]) -> [String] {
        guard let last = path.last else { return path }
        if last.hasPrefix("cf_") { return path.dropLast() + ["custom_fields", String(last.dropFirst(3))] }
        return last == "tag" ? path.dropLast() + ["tags"] : path
    }

    private func target(_ path: [String]) throws(SelectorError) -> Target {
        var here = kinds
        var at = column
        var canonical: [String] = []
        for (i, name) in path.enumerated() {
            let isLast = i == path.count - 1
            if isLast, let special = Self.special(name, here) {
                return Target(leaf: special.leaf, types: special.types, path: canonical + [name])
            }
            var types = here.compactMap { KindTable.of($0).fields[name]?.type }
            var name = name
            if types.isEmpty, name == "level" {
                name = "security_level"
                types = here.compactMap { KindTable.of($0).fields[name]?.type }
            }
            canonical.append(name)
            if types.isEmpty {
                guard let kind = Snapshot.referring(name, to: here) else { throw unknown(path[i], here, at) }
                if isLast { return Target(leaf: .referrers(kind), types: [.reference([kind])], path: canonical) }
                at += path[i].count + 1
                here = [kind]
                continue
            }
            let next = Set(types.flatMap(Self.referenced)).sorted()
            if isLast { return Target(leaf: next.isEmpty ? .value : .reference(next), types: types, path: canonical) }
            at += path[i].count + 1
            if next.isEmpty {
                let rest = Array(path[(i + 1)...])
                let target = try member(rest, of: name, types, at)
                return Target(leaf: target.leaf, types: target.types, path: canonical + rest)
            }
            here = next
        }
        throw SelectorError(text, column, "the field is missing before =", "write field=value")
    }

    private static func special(_ name: String, _ kinds: [Kind]) -> Target? {
        switch name {
        case "id": return Target(leaf: .id)
        case "kind": return Target(leaf: .kind, types: [.choice(kinds.map(\.rawValue))])
        case "slug", "key": return Target(leaf: .key(kinds))
        case "name": return Target(leaf: .name(kinds))
        case "tag", "tags": return Target(leaf: .tag)
        default: return name.hasPrefix("cf_") && name.count > 3 ? Target(leaf: .value, types: [.map]) : nil
        }
    }

    /// What stands behind a dot that follows no reference: a member of `monitoring` or `custom_fields`.
    private func member(_ path: [String], of name: String, _ types: [FieldType], _ at: Int) throws(SelectorError)
        -> Target
    {
        if path.count == 1 {
            for type in types {
                if case .map = type { return Target(leaf: .value, types: [.map]) }
                guard case .record(let fields) = type else { continue }
                if let field = fields.first(where: { $0.name == path[0] }) {
                    return Target(leaf: .value, types: [field.type])
                }
                throw SelectorError(
                    text, at, "\(name) has no member \(shown(path[0]))",
                    NearestName.hint(
                        path[0], in: fields.map(\.name),
                        otherwise: "use one of \(fields.map(\.name).joined(separator: ", "))"))
            }
        }
        throw SelectorError(text, at, "\(name) refers to nothing that has fields", "end the path at \(name)")
    }

    private static func referenced(_ type: FieldType) -> [Kind] {
        switch type {
        case .reference(let kinds): kinds
        case .list(let element): referenced(element)
        default: []
        }
    }

    private func unknown(_ name: String, _ kinds: [Kind], _ at: Int) -> SelectorError {
        let known = Set(kinds.flatMap { KindTable.of($0).names }).union(["id", "kind", "slug", "name", "tag"]).sorted()
        let owner = kinds.map(\.rawValue).joined(separator: ", ")
        return SelectorError(
            text, at, "\(owner) has no field \(shown(name))",
            NearestName.hint(name, in: known, otherwise: "use one of \(known.joined(separator: ", "))"))
    }

    private func operand(
        _ value: String, _ lookup: SelectorTest.Lookup, _ target: Target, at: Int
    ) throws(SelectorError) -> SelectorTest.Operand {
        var value = Slug.composed(value)
        let type = target.types.first.map(Self.element)
        if lookup == .within || lookup == .withinInclude, SelectorTest.treeKinds(target.leaf) != nil {
            return SelectorTest.Operand(
                text: value, lower: value.lowercased(), slug: Slug.of(value), number: nil, bool: nil)
        }
        switch lookup {
        case .exact, .n: value = try exact(value, target.types.map(Self.element), at)
        case .empty:
            if value != "true", value != "false" {
                throw SelectorError(text, at, "__empty asks for true or false", "write true or false")
            }
        case .regex:
            do throws(Pattern.Fault) {
                _ = try Pattern(value)
            } catch {
                throw SelectorError(
                    text, at, "\(shown(value)) is no regular expression: \(error.problem)", error.remedy)
            }
        case .lt, .lte, .gt, .gte: try order(value, type, lookup, at)
        case .within, .withinInclude, .contains: value = try network(value, type, lookup, at)
        case .ic, .nic, .isw, .nisw, .iew, .niew, .ie, .nie: break
        }
        return SelectorTest.Operand(
            text: value, lower: value.lowercased(), slug: Slug.of(value), number: Double(value), bool: Bool(value))
    }

    private static func element(_ type: FieldType) -> FieldType {
        if case .list(let element) = type { element } else { type }
    }

    /// A value that the field could have, in canonical form.
    private func exact(_ value: String, _ types: [FieldType], _ at: Int) throws(SelectorError) -> String {
        var choices: [String] = []
        for type in types {
            switch type {
            case .choice(let some): choices += some
            case .int, .decimal:
                if Double(value) == nil {
                    throw SelectorError(text, at, "\(shown(value)) is not a number", "write a number")
                }
            case .bool:
                if Bool(value) == nil {
                    throw SelectorError(text, at, "\(shown(value)) is not a truth value", "write true or false")
                }
            case .address, .interfaceAddress, .prefix:
                if let prefix = try? Prefix(value), type == .prefix { return prefix.description }
                if let address = try? InterfaceAddress(value) { return address.description }
                if let address = try? IPAddress(value) { return address.description }
                throw SelectorError(text, at, "\(shown(value)) is no address or prefix", "correct it")
            case .macAddress:
                guard let address = try? MACAddress(value) else {
                    throw SelectorError(text, at, "\(shown(value)) is no hardware address", "write 00:1b:54:aa:0f:3c")
                }
                return address.description
            default: break
            }
        }
        if !choices.isEmpty, !choices.contains(value) {
            let all = Set(choices).sorted().joined(separator: ", ")
            throw SelectorError(
                text, at, "no such value \(shown(value))",
                NearestName.hint(value, in: choices, otherwise: "use one of \(all)"))
        }
        return value
    }

    private func order(
        _ value: String, _ type: FieldType?, _ lookup: SelectorTest.Lookup, _ at: Int
    ) throws(SelectorError) {
        switch type {
        case .int, .decimal, .map:
            if Double(value) == nil {
                throw SelectorError(text, at, "\(shown(value)) is not a number", "write a number")
            }
        case .date:
            if !ValueReader.isDate(value) {
                throw SelectorError(text, at, "\(shown(value)) is not a date", "write year-month-day")
            }
        default:
            throw SelectorError(
                text, column, "__\(lookup.rawValue) is for numbers and dates", "use __isw, __ic or __regex for texts")
        }
    }

    private func network(
        _ value: String, _ type: FieldType?, _ lookup: SelectorTest.Lookup, _ at: Int
    ) throws(SelectorError) -> String {
        switch type {
        case .address, .interfaceAddress, .prefix: break
        default:
            throw SelectorError(
                text, column, "__\(lookup.rawValue) is for addresses and prefixes", "use __ic for texts")
        }
        if let prefix = try? Prefix(value) { return prefix.description }
        if lookup == .contains {
            if let address = try? IPAddress(value).withoutZone { return "\(address)/\(address.isIPv6 ? 128 : 32)" }
            if let address = try? InterfaceAddress(value) {
                return "\(address.address)/\(address.isIPv6 ? 128 : 32)"
            }
        }
        throw SelectorError(text, at, "\(shown(value)) is no prefix", "write a network such as 10.20.0.0/16")
    }
}
