import Addressing
import CMDB
import Notation

/// Finds out which record each one that comes in is, and what its references mean.
struct Binder {
    private let snapshot: Snapshot
    private var finder: RecordFinder
    private(set) var report = ImportReport()
    private(set) var records: [Pending] = []

    init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        finder = RecordFinder(snapshot)
    }

    /// Binds all of one import, whatever their order: what is referred to comes first by kind.
    mutating func bind(_ pendings: [Pending]) {
        records = pendings
        let byKind = Dictionary(grouping: pendings, by: \.kind)
        for kind in Kind.allCases {
            for pending in byKind[kind] ?? [] { identify(pending) }
        }
        for kind in Kind.allCases {
            for pending in byKind[kind] ?? [] { resolve(pending) }
        }
        uniteImplied()
        mirrorPrimaries()
    }

    /// What one record implies about another belongs into that record where the sources hold it.
    private mutating func uniteImplied() {
        var first: [ObjectID: Pending] = [:]
        for pending in records where !pending.isImplied {
            if let key = pending.key, first[ObjectID(pending.kind, key)] == nil {
                first[ObjectID(pending.kind, key)] = pending
            }
        }
        records = records.filter { pending in
            guard pending.isImplied, let key = pending.key else { return true }
            guard let known = first[ObjectID(pending.kind, key)] else {
                first[ObjectID(pending.kind, key)] = pending
                return true
            }
            for (name, node) in pending.given where known.given[name] == nil && name != "slug" {
                known.given[name] = node
                known.resolved[name] = pending.resolved[name]
            }
            return false
        }
    }

    // MARK: - Which record it is

    /// The fields that tell records of one name apart: those that must agree, and those that help where several do.
    private static func identity(_ kind: Kind) -> (name: String, strict: [String], loose: [String]) {
        switch kind {
        case .device: ("name", ["site"], ["tenant", "location"])
        case .virtualMachine: ("name", [], ["cluster", "site", "tenant"])
        case .rack: ("name", ["site"], ["location"])
        case .location: ("name", ["site"], ["parent"])
        case .cluster: ("name", [], ["site"])
        case .deviceType: ("model", ["manufacturer"], [])
        case .circuit: ("cid", ["provider"], [])
        case .powerPanel: ("name", ["site"], [])
        case .powerFeed: ("name", ["power_panel"], ["site"])
        case .ups, .generator, .coolingUnit: ("name", ["site"], [])
        case .software: ("name", ["version"], [])
        case .service: ("name", ["parent", "protocol"], [])
        case .vlanGroup: ("name", [], ["site"])
        default: ("name", [], [])
        }
    }

    private mutating func identify(_ pending: Pending) {
        let kind = pending.kind
        resolveMachine(pending)
        for name in ["site", "tenant", "group", "provider", "manufacturer", "cluster", "vrf", "device", "power_panel"] {
            resolve(name, pending)
        }
        if let field = pending.keyField, let known = recorded(kind, field, pending) {
            settle(pending, known)
            return
        }
        if Schema.of(kind).field("slug") == nil {
            if let key = InventoryLoader.naturalKey(of: view(pending), kind: kind) { settle(pending, key) }
            return
        }
        if let slug = pending.text("slug") {
            settle(pending, Slug.isValid(slug) ? slug : Slug.of(slug))
            return
        }
        switch kind {
        case .cable, .dependency, .flow, .contactAssignment, .journalEntry, .levelDecision:
            // They are named by what they join: that is resolved first.
            resolve(pending)
            identifyByEnds(pending)
        case .vlan: identifyVLAN(pending)
        default: identifyByName(pending)
        }
    }

    /// The key of the record whose `field` is the same; nil when none or several are.
    private mutating func recorded(_ kind: Kind, _ field: String, _ pending: Pending) -> String? {
        guard let value = value(field, pending) else {
            report.error(
                pending.position, "\(kind.rawValue)/?", "the key \(field) is empty", "fill it, or name another key")
            return nil
        }
        let found = snapshot.objects(kind).filter { object in
            object.text(field) == value || object.int(field).map(String.init) == value
        }
        if found.count > 1 {
            report.error(
                pending.position, "\(kind.rawValue)/?",
                "\(field) \"\(value.prefix(60))\" is that of \(found.count) records", "name another key")
        }
        return found.count == 1 ? found[0].id.key : nil
    }

    private mutating func identifyByName(_ pending: Pending) {
        let (nameField, strict, loose) = Self.identity(pending.kind)
        guard let name = pending.text(nameField) else {
            report.error(
                pending.position, "\(pending.kind.rawValue)/?", "\(nameField) is missing",
                "fill the column \(nameField)")
            return
        }
        var found = finder.candidates(pending.kind, name)
        for field in strict {
            guard let value = value(field, pending) else { continue }
            found = found.filter { $0.facts[field] == value || $0.facts[field] == nil && $0.id.key == name }
        }
        narrow(&found, pending, loose)
        choose(found, pending, name)
    }

    /// One 802.1Q id is one VLAN within its group or site.
    private mutating func identifyVLAN(_ pending: Pending) {
        guard let vid = pending.text("vid") else { return identifyByName(pending) }
        var found = finder.candidates(.vlan, vid).filter { $0.facts["vid"] == vid }
        if let group = value("group", pending) {
            found = found.filter { $0.facts["group"] == group }
        } else if let site = value("site", pending) {
            found = found.filter { $0.facts["site"] == site }
        }
        if let name = pending.text("name"), found.count > 1 {
            let same = finder.candidates(.vlan, name).map(\.id)
            let fitting = found.filter { same.contains($0.id) }
            if !fitting.isEmpty { found = fitting }
        }
        choose(found, pending, pending.text("name") ?? "vlan \(vid)")
    }

    private mutating func identifyByEnds(_ pending: Pending) {
        let made = view(pending)
        if pending.kind == .cable {
            let ends = ["a_terminations", "b_terminations"].map { RecordFinder.texts(made[$0]) }
            let name = RecordFinder.ends(ends[0], ends[1])
            if let known = finder.candidates(.cable, name).first {
                settle(pending, known.id.key)
                return
            }
            if let key = InventoryLoader.naturalKey(of: made, kind: .cable) {
                settle(pending, free(key, pending))
                finder.add(entry(pending), names: [name])
            }
            return
        }
        if let key = InventoryLoader.naturalKey(of: made, kind: pending.kind) { settle(pending, key) }
    }

    private func narrow(_ found: inout [RecordFinder.Entry], _ pending: Pending, _ fields: [String]) {
        for field in fields where found.count > 1 {
            guard let value = value(field, pending) else { continue }
            let fitting = found.filter { $0.facts[field] == value }
            if !fitting.isEmpty { found = fitting }
        }
    }

    private mutating func choose(_ found: [RecordFinder.Entry], _ pending: Pending, _ name: String) {
        var ids: [ObjectID] = []
        for entry in found where !ids.contains(entry.id) { ids.append(entry.id) }
        if ids.count > 1 {
            report.error(
                pending.position, "\(pending.kind.rawValue)/\(name)",
                "several records are called that: \(ids.map(\.description).joined(separator: ", "))",
                "tell them apart by slug, or by site and tenant")
            return
        }
        if let id = ids.first { return settle(pending, id.key) }
        guard let key = InventoryLoader.naturalKey(of: view(pending), kind: pending.kind) else {
            report.error(
                pending.position, "\(pending.kind.rawValue)/?", "no key can be made from \"\(name.prefix(60))\"",
                "add a column slug")
            return
        }
        var base = key
        if pending.kind == .service, let parent = value("parent", pending), let id = ObjectID(parent) {
            base = Slug.of("\(id.key) \(name)")
        }
        settle(pending, free(base, pending))
        finder.add(entry(pending), names: names(pending))
    }

    /// A key that no other record has: where the plain one is taken, the place goes before it.
    private func free(_ base: String, _ pending: Pending) -> String {
        if !finder.keys.contains(ObjectID(pending.kind, base)) { return base }
        for field in ["site", "group", "manufacturer", "provider", "location", "tenant", "parent", "vid", "version"] {
            guard let value = value(field, pending) else { continue }
            let key = Slug.of("\(ObjectID(value)?.key ?? value) \(base)")
            if !finder.keys.contains(ObjectID(pending.kind, key)) { return key }
        }
        return (2...).lazy.map { "\(base)-\($0)" }.first { !finder.keys.contains(ObjectID(pending.kind, $0)) } ?? base
    }

    private mutating func settle(_ pending: Pending, _ key: String) {
        pending.key = key
        let id = ObjectID(pending.kind, key)
        pending.recorded = snapshot[id]
        if !finder.keys.contains(id) { finder.add(entry(pending), names: names(pending)) }
    }

    private func entry(_ pending: Pending) -> RecordFinder.Entry {
        var facts: [String: String] = [:]
        for field in Schema.of(pending.kind).fields {
            if let value = value(field.name, pending) { facts[field.name] = value }
        }
        return RecordFinder.Entry(id: ObjectID(pending.kind, pending.key ?? ""), facts: facts, pending: pending)
    }

    private func names(_ pending: Pending) -> [String] {
        [pending.key ?? ""] + RecordFinder.nameFields(pending.kind).compactMap { pending.text($0) }
    }

    /// What a field will be: resolved, given, or recorded.
    private func value(_ field: String, _ pending: Pending) -> String? {
        if let node = pending.resolved[field] ?? pending.given[field] ?? pending.context[field] {
            return RecordFinder.texts(node).first
        }
        return pending.recorded?.text(field) ?? pending.recorded?.int(field).map(String.init)
    }

    private func view(_ pending: Pending) -> YAMLMap {
        var nodes = pending.given
        for (name, node) in pending.resolved { nodes[name] = node }
        let entries = nodes.sorted { $0.key < $1.key }.map {
            YAMLMap.Entry(key: $0.key, keyPosition: $0.value.position, value: $0.value)
        }
        return YAMLMap(entries: entries, position: pending.position)
    }

    // MARK: - What its references mean

    /// The machine of an interface, an address or a service.
    private mutating func resolveMachine(_ pending: Pending) {
        guard let machine = pending.machine else { return }
        let found = find(machine.node, machine.kinds, hints: RecordFinder.hints(machine.node), pending)
        let text = RecordFinder.texts(machine.node).first ?? ""
        let id = found ?? ObjectID(text) ?? ObjectID(machine.kinds[0], Slug.isValid(text) ? text : Slug.of(text))
        pending.machine = nil
        switch pending.kind {
        case .interface: pending.given["device"] = machine.node.with(id.description)
        case .service: pending.given["parent"] = machine.node.with(id.description)
        case .ipAddress:
            guard let name = pending.interface?.trimmedText else { return }
            pending.given["assigned_object"] = (pending.interface ?? machine.node).with("\(id.key):\(name)")
        default: break
        }
    }

    private mutating func resolve(_ pending: Pending) {
        if let maker = pending.context["manufacturer"], let id = find(maker, [.manufacturer], hints: [], pending) {
            pending.context["manufacturer"] = maker.with(id.key)
        }
        if let group = pending.context["group"], let id = find(group, [.vlanGroup], hints: [], pending) {
            pending.context["group"] = group.with(id.key)
        }
        for field in Schema.of(pending.kind).fields { resolve(field.name, pending) }
        for (name, ends) in pending.ends {
            let before = pending.given[name]?.list ?? []
            pending.given[name] = .list(before + ends.map { resolve($0, pending) }, ends[0].name.position)
        }
        pending.ends = [:]
    }

    private mutating func resolve(_ end: Pending.End, _ pending: Pending) -> YAMLNode {
        let name = end.name.trimmedText ?? ""
        if Kind.components.contains(end.kind), let device = end.device {
            let kinds: [Kind] = end.kind == .interface ? [.device, .virtualMachine] : [.device]
            let key =
                find(device, kinds, hints: [], pending)?.key
                ?? RecordFinder.texts(device).first.map { Slug.isValid($0) ? $0 : Slug.of($0) } ?? ""
            return end.name.with("\(end.kind.rawValue)/\(key):\(name)")
        }
        var hints: [(fact: String, value: String)] = []
        if let panel = end.panel, let id = find(panel, [.powerPanel], hints: [], pending) {
            hints.append(("power_panel", id.key))
        }
        if let id = find(end.name, [end.kind], hints: hints, pending) { return end.name.with(id.description) }
        return end.name.with("\(end.kind.rawValue)/\(name)")
    }

    private mutating func resolve(_ name: String, _ pending: Pending) {
        guard pending.resolved[name] == nil, let node = pending.given[name],
            let field = Schema.of(pending.kind).field(name)
        else { return }
        switch field.type {
        case .reference(let kinds):
            let kinds = narrowed(kinds, pending)
            if let id = find(node, kinds, hints: hints(node, name, pending), pending) {
                pending.resolved[name] = node.with(field.type == .reference([id.kind]) ? id.key : id.description)
            }
        case .list(.reference(let kinds)):
            let nodes = node.list ?? [node]
            pending.resolved[name] = .list(
                nodes.map { item in
                    guard let id = find(item, kinds, hints: hints(item, name, pending), pending) else { return item }
                    return item.with(kinds.count == 1 ? id.key : id.description)
                }, node.position)
        default: break
        }
    }

    private func narrowed(_ kinds: [Kind], _ pending: Pending) -> [Kind] {
        guard let only = pending.context["object_kind"]?.text.flatMap(Kind.init(rawValue:)), kinds.contains(only) else {
            return kinds
        }
        return [only]
    }

    /// Where to look when several records share a name: what the row says, then where its machine stands.
    private func hints(_ node: YAMLNode, _ field: String, _ pending: Pending) -> [(fact: String, value: String)] {
        var out = RecordFinder.hints(node)
        func add(_ fact: String, _ from: String) {
            if let value = value(from, pending) { out.append((fact, value)) }
        }
        switch field {
        case "vlan", "untagged_vlan", "tagged_vlans":
            add("group", "group")
            add("site", "vlan_site")
            add("site", "site")
            if let device = value("device", pending).flatMap({ ObjectID($0) }), let site = site(of: device) {
                out.append(("site", site))
            }
        case "device_type": add("manufacturer", "manufacturer")
        default:
            add("site", "site")
            add("location", "location")
            add("tenant", "tenant")
        }
        return out
    }

    private func site(of machine: ObjectID) -> String? {
        snapshot[machine]?.text("site") ?? finder.candidates(machine.kind, machine.key).first?.facts["site"]
    }

    private mutating func find(
        _ node: YAMLNode, _ kinds: [Kind], hints: [(fact: String, value: String)], _ pending: Pending
    ) -> ObjectID? {
        for text in RecordFinder.texts(node) {
            if let id = ObjectID(text), kinds.contains(id.kind), case .one(let found) = finder.find(id.kind, id.key) {
                return found
            }
            var several: [ObjectID] = []
            for kind in kinds {
                switch finder.find(kind, text, hints: hints) {
                case .one(let id): return id
                case .several(let ids): several += ids
                case .none: break
                }
            }
            if !several.isEmpty {
                report.error(
                    node.position, "\(pending.kind.rawValue)/\(pending.key ?? pending.text("name") ?? "?")",
                    "\"\(text.prefix(60))\" names several records: \(several.prefix(5).map(\.description).joined(separator: ", "))",
                    "write the key of one of them")
                return several.first
            }
        }
        return nil
    }

    // MARK: - Primary addresses

    /// An address that becomes the primary one of its machine changes the machine, and the address before it.
    private mutating func mirrorPrimaries() {
        let present = Dictionary(
            records.compactMap { pending in pending.key.map { (ObjectID(pending.kind, $0), pending) } },
            uniquingKeysWith: { first, _ in first })
        var implied: [ObjectID: Pending] = [:]
        for pending in records where pending.kind == .ipAddress {
            for (mark, isOOB) in [("is_primary", false), ("is_oob", true)] where pending.given[mark]?.bool == true {
                guard let object = value("assigned_object", pending), let address = pending.text("address"),
                    let colon = object.firstIndex(of: ":"), let host = try? InterfaceAddress(address).address,
                    let machine = [Kind.device, .virtualMachine].lazy
                        .map({ ObjectID($0, String(object[..<colon])) })
                        .first(where: { present[$0] != nil || self.snapshot[$0] != nil })
                else { continue }
                let field = isOOB ? "oob_ip" : host.isIPv6 ? "primary_ip6" : "primary_ip4"
                let target =
                    present[machine] ?? implied[machine] ?? Pending(machine.kind, at: pending.position, isImplied: true)
                if present[machine] == nil { implied[machine] = target }
                if target.key == nil {
                    target.key = machine.key
                    target.recorded = snapshot[machine]
                }
                if target.given[field] == nil {
                    target.given[field] = .scalar(host.description, plain: false, pending.position)
                }
                for other in snapshot.addresses(of: machine)
                where other.flag(mark) && other.id.key != pending.key && present[other.id] == nil
                    && implied[other.id] == nil
                    && (isOOB || other.text("address")?.contains(":") == host.isIPv6)
                {
                    let before = Pending(.ipAddress, at: pending.position, isImplied: true)
                    before.key = other.id.key
                    before.recorded = other
                    before.given[mark] = .scalar("false", plain: true, pending.position)
                    implied[other.id] = before
                }
            }
        }
        records += implied.sorted { $0.key < $1.key }.map(\.value)
    }
}
