import Addressing
import Notation

/// Reads the ways in which people name another record: a slug, a natural key, `kind/key`, or NetBox's nested form.
enum ReferenceText {
    /// The text that names the record, for any kind; nil for shapes that name nothing.
    static func of(_ node: YAMLNode) -> String? { of(node, []) }

    /// The text that names one of `kinds`; `kind/key` where a mapping says which kind.
    static func of(_ node: YAMLNode, _ kinds: [Kind]) -> String? {
        switch node {
        case .scalar(let text, _, _): return text.isEmpty ? nil : Slug.composed(text)
        case .list: return nil
        case .map(let map): return of(map, kinds)
        }
    }

    private static func of(_ map: YAMLMap, _ kinds: [Kind]) -> String? {
        func part(_ name: String) -> String? { map[name].flatMap { $0.isNull ? nil : of($0, []) } }
        if let key = part("slug") ?? part("key") {
            if let kind = part("kind").flatMap(Kind.init(rawValue:)) { return "\(kind.rawValue)/\(key)" }
            return key
        }
        if let name = part("name") {
            guard let machine = part("device") ?? part("virtual_machine") else { return name }
            return NaturalKey.interface(machine: machine, name: name)
        }
        if let address = part("address") { return NaturalKey.address(address, vrf: part("vrf"), shared: nil) }
        if let prefix = part("prefix") { return NaturalKey.prefix(prefix, vrf: part("vrf")) }
        if let maker = part("manufacturer"), let model = part("model") { return Slug.of("\(maker) \(model)") }
        if let cid = part("cid") { return Slug.of(cid) }
        if map.entries.count == 1, let entry = map.entries.first,
            let kind = Kind(rawValue: entry.key.replacing("_", with: "-")), kinds.isEmpty || kinds.contains(kind)
        {
            return of(entry.value, [kind]).map { "\(kind.rawValue)/\($0)" }
        }
        return nil
    }
}

/// Keys of kinds that have no slug, composed from what tells their records apart.
enum NaturalKey {
    /// `core-sw-1:Gi1/0/1`; the machine may be written as `device/core-sw-1` or by its name.
    static func interface(machine: String, name: String) -> String { "\(bare(machine)):\(name)" }

    /// `10.20.110.11/24`, `lan:10.20.110.11/24`, and with the interface for addresses several machines share
    /// (`10.20.110.1/24@fw-1:ha0`), of which there may be one on each.
    static func address(_ text: String, vrf: String?, shared interface: String?) -> String {
        var key = (try? InterfaceAddress(text))?.description ?? text
        if let vrf { key = "\(bare(vrf)):\(key)" }
        if let interface { key += "@\(interface)" }
        return key
    }

    /// `10.20.110.0/24` or `lan:10.20.110.0/24`.
    static func prefix(_ text: String, vrf: String?) -> String {
        let key = (try? Prefix(text))?.description ?? text
        return vrf.map { "\(bare($0)):\(key)" } ?? key
    }

    /// `10.20.110.10/24-10.20.110.50/24` or `lan:10.20.110.10/24-10.20.110.50/24`.
    static func range(_ first: String, _ last: String, vrf: String?) -> String {
        let ends = [first, last].map { (try? InterfaceAddress($0))?.description ?? $0 }
        let key = ends.joined(separator: "-")
        return vrf.map { "\(bare($0)):\(key)" } ?? key
    }

    /// `from relation to` as one slug, without the kinds.
    static func dependency(from: String, relation: String, to: String) -> String {
        Slug.of("\(bare(from)) \(relation) \(bare(to))")
    }

    /// The key inside `kind/key`; names become slugs.
    static func bare(_ text: String) -> String {
        if let id = ObjectID(text) { return bare(id.key) }
        return Slug.isValid(text) ? text : Slug.of(text)
    }

    /// Roles whose addresses live on several machines at once (NetBox's list of roles that may repeat).
    static let sharedRoles: Set<String> = ["anycast", "vip", "vrrp", "hsrp", "glbp", "carp"]
}
