import CMDB
import Notation

/// An Ansible inventory: groups, hosts and their variables, as the `yaml` inventory plugin reads them.
struct AnsibleSource {
    /// One variable with the place of its name.
    struct Variable {
        let node: YAMLNode
        let place: SourcePosition
    }

    struct Group {
        var variables: [String: Variable] = [:]
        var children: Set<String> = []
        var hosts: Set<String> = []
    }

    struct Host {
        var own: [String: Variable] = [:]
        let place: SourcePosition
    }

    private(set) var groups: [String: Group] = [:]
    private(set) var hosts: [String: Host] = [:]
    private(set) var report = ImportReport()

    /// A range may stand for so many hosts.
    private static let mostHosts = 100_000

    mutating func read(_ source: ImportSource) {
        let roots: [YAMLNode]
        do throws(InputErrors) {
            let isJSON = source.suffix == "json"
            roots =
                isJSON
                ? try NetBoxDocuments.json(source) : try NetBoxDocuments.documents(try source.text(), file: source.path)
        } catch {
            report.errors += error.diagnostics
            return
        }
        for root in roots {
            guard let map = root.map else {
                report.error(root.position, "a \(root.shape) stands where groups are asked", "begin with all:")
                continue
            }
            if let owner = Self.owner(source.path, "group_vars") {
                addVariables(map, to: owner, isHost: false)
            } else if let owner = Self.owner(source.path, "host_vars") {
                addVariables(map, to: owner, isHost: true)
            } else {
                for entry in map.entries where entry.key != "_meta" {
                    readGroup(entry.key, entry.value, entry.keyPosition)
                }
                for entry in map["_meta"]?.map?["hostvars"]?.map?.entries ?? [] {
                    addHost(entry.key, entry.value, entry.keyPosition)
                }
            }
        }
    }

    /// `web` of `…/group_vars/web.yml` and of `…/group_vars/web/vault.yml`.
    private static func owner(_ path: String, _ folder: String) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        guard let at = parts.lastIndex(of: folder), at + 1 < parts.count else { return nil }
        let name = parts[at + 1]
        guard at + 2 == parts.count else { return name }
        for suffix in [".yml", ".yaml", ".json"] where name.hasSuffix(suffix) {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    private mutating func addVariables(_ map: YAMLMap, to owner: String, isHost: Bool) {
        let variables = Dictionary(
            map.entries.map { ($0.key, Variable(node: $0.value, place: $0.keyPosition)) }, uniquingKeysWith: { $1 })
        if isHost {
            hosts[owner, default: Host(place: map.position)].own.merge(variables) { $1 }
        } else {
            groups[owner, default: Group()].variables.merge(variables) { $1 }
        }
    }

    private mutating func readGroup(_ name: String, _ node: YAMLNode, _ place: SourcePosition, depth: Int = 0) {
        guard depth < 64 else { return report.error(place, "groups are nested deeper than 64", "write them flatter") }
        groups[name, default: Group()].hosts.formUnion([])
        if node.isNull { return }
        // The oldest JSON form: a group is the list of its hosts.
        if let list = node.list { return addHosts(.list(list, node.position), to: name) }
        guard let map = node.map else {
            return report.error(
                node.position, "group \(name) is a \(node.shape)", "write hosts:, vars: and children: below it")
        }
        for entry in map.entries {
            switch entry.key {
            case "hosts": addHosts(entry.value, to: name)
            case "vars":
                if let vars = entry.value.map {
                    addVariables(vars, to: name, isHost: false)
                } else if !entry.value.isNull {
                    report.error(
                        entry.value.position, "vars of \(name) is a \(entry.value.shape)", "write name: value pairs")
                }
            case "children":
                for child in entry.value.map?.entries ?? [] {
                    groups[name]?.children.insert(child.key)
                    readGroup(child.key, child.value, child.keyPosition, depth: depth + 1)
                }
                for child in entry.value.list ?? [] {
                    guard let text = child.text else { continue }
                    groups[name]?.children.insert(text)
                    groups[text, default: Group()].hosts.formUnion([])
                }
            default:
                report.error(
                    entry.keyPosition, "group \(name) has the unknown key \"\(entry.key.prefix(60))\"",
                    NearestName.hint(
                        entry.key, in: ["hosts", "vars", "children"],
                        otherwise: "only hosts, vars and children stand in a group"))
            }
        }
    }

    private mutating func addHosts(_ node: YAMLNode, to group: String) {
        if node.isNull { return }
        var pairs: [(name: String, vars: YAMLNode?, place: SourcePosition)] = []
        if let map = node.map { pairs = map.entries.map { ($0.key, $0.value, $0.keyPosition) } }
        if let list = node.list { pairs = list.compactMap { item in item.text.map { ($0, nil, item.position) } } }
        if node.text != nil {
            return report.error(
                node.position, "hosts of \(group) is a text", "write one host per line with a colon behind it")
        }
        for pair in pairs {
            guard let names = Self.expanded(pair.name, room: Self.mostHosts - hosts.count) else {
                report.error(
                    pair.place, "\"\(pair.name.prefix(60))\" is no range, or stands for too many hosts",
                    "write name[01:10], at most \(Self.mostHosts) hosts in all")
                continue
            }
            for name in names {
                groups[group, default: Group()].hosts.insert(name)
                addHost(name, pair.vars, pair.place)
            }
        }
    }

    private mutating func addHost(_ name: String, _ vars: YAMLNode?, _ place: SourcePosition) {
        if hosts[name] == nil { hosts[name] = Host(place: place) }
        guard let vars, !vars.isNull else { return }
        guard let map = vars.map else {
            return report.error(
                vars.position, "the variables of \(name) are a \(vars.shape)", "write name: value pairs")
        }
        addVariables(map, to: name, isHost: true)
    }

    /// `web[01:03]` as `web01`, `web02`, `web03`; letters and steps (`[a:f]`, `[1:9:2]`) too; nil for a broken range.
    static func expanded(_ name: String, room: Int) -> [String]? {
        guard let open = name.firstIndex(of: "[") else { return room > 0 ? [name] : nil }
        guard let close = name[open...].firstIndex(of: "]") else { return nil }
        let parts = name[name.index(after: open)..<close].split(separator: ":", omittingEmptySubsequences: false).map(
            String.init)
        guard (2...3).contains(parts.count), let step = parts.count == 3 ? Int(parts[2]) : 1, step > 0 else {
            return nil
        }
        let head = String(name[..<open])
        var middle: [String] = []
        if let first = Int(parts[0]), let last = Int(parts[1]), first >= 0, first <= last, (last - first) / step < room
        {
            let width = parts[0].utf8.count
            middle = stride(from: first, through: last, by: step).map { number in
                let digits = String(number)
                return parts[0].hasPrefix("0") && digits.utf8.count < width
                    ? String(repeating: "0", count: width - digits.utf8.count) + digits : digits
            }
        } else if let first = parts[0].utf8.first, let last = parts[1].utf8.first, parts[0].utf8.count == 1,
            parts[1].utf8.count == 1, (0x41...0x7A).contains(first), (0x41...0x7A).contains(last), first <= last
        {
            middle = stride(from: Int(first), through: Int(last), by: step).map { String(UnicodeScalar(UInt8($0))) }
        } else {
            return nil
        }
        guard let tails = expanded(String(name[name.index(after: close)...]), room: max(room / max(middle.count, 1), 0))
        else { return nil }
        return middle.flatMap { part in tails.map { head + part + $0 } }
    }

    /// The groups a host is in, also through children, from the outermost inwards; `all` comes first.
    func memberships() -> [String: [String]] {
        var parents: [String: Set<String>] = [:]
        for (name, group) in groups { for child in group.children { parents[child, default: []].insert(name) } }
        var depths: [String: Int] = ["all": 0]
        func depth(_ name: String, _ open: Set<String>) -> Int {
            if let known = depths[name] { return known }
            // A circle of groups ends where it closes.
            let above = (parents[name] ?? []).filter { !open.contains($0) }
            let made = (above.map { depth($0, open.union([name])) }.max() ?? 0) + 1
            depths[name] = made
            return made
        }
        var out: [String: [String]] = [:]
        for name in hosts.keys {
            var found: Set<String> = ["all"]
            var rest = groups.filter { $0.value.hosts.contains(name) }.map(\.key)
            while let next = rest.popLast() {
                guard found.insert(next).inserted || next == "all" else { continue }
                if next != "all" { rest += parents[next] ?? [] }
            }
            out[name] = found.sorted { (depth($0, []), $0) < (depth($1, []), $1) }
        }
        return out
    }
}
