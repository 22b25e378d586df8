public import Notation

/// The settings of a machine, merged from the config contexts that are meant for it.
///
/// Contexts are merged in order of weight, then name; the later wins. Mappings are merged key by key, everything else,
/// lists too, is replaced whole. What the machine says itself (`local_context_data`) wins over all. A context is meant
/// for a machine when every scope it names fits, and a scope fits when any of its members does; regions, site groups,
/// locations and tenant groups hold for what lies below them too.
public struct ConfigContexts: Sendable {
    /// The merged settings; an empty mapping when nothing is said.
    public let data: JSONValue
    /// What took part, in the order of merging; the machine itself last.
    public let sources: [ObjectID]
    /// Which of them gave each leaf, by its path: the keys from the top.
    public let origin: [[String]: ObjectID]

    /// Merges what is meant for `object`, a device or virtual machine.
    public init(of object: Object, in snapshot: Snapshot) {
        let scope = Scope(object, snapshot)
        let contexts = snapshot.objects(.configContext).filter(scope.fits).sorted { a, b in
            let (heavy, light) = (a.int("weight") ?? 1000, b.int("weight") ?? 1000)
            if heavy != light { return heavy < light }
            return (a.displayName, a.id.key) < (b.displayName, b.id.key)
        }
        var merger = Merger()
        var sources: [ObjectID] = []
        for context in contexts {
            guard let data = context.fields["data"]?.object else { continue }
            merger.merge(data, from: context.id)
            sources.append(context.id)
        }
        if let own = object.fields["local_context_data"]?.object {
            merger.merge(own, from: object.id)
            sources.append(object.id)
        }
        data = .object(merger.data)
        origin = merger.origin
        self.sources = sources
    }

    /// Kinds that have settings.
    public static let kinds: [Kind] = [.device, .virtualMachine]

    private struct Merger {
        var data: [String: JSONValue] = [:]
        var origin: [[String]: ObjectID] = [:]

        mutating func merge(_ new: [String: JSONValue], from source: ObjectID) {
            data = merged(data, new, [], source)
        }

        private mutating func merged(
            _ old: [String: JSONValue], _ new: [String: JSONValue], _ path: [String], _ source: ObjectID
        ) -> [String: JSONValue] {
            var out = old
            for (key, value) in new {
                let here = path + [key]
                if let inner = value.object, !inner.isEmpty, let before = out[key]?.object {
                    // An empty mapping that was a leaf of its own is one no longer.
                    origin[here] = nil
                    out[key] = .object(merged(before, inner, here, source))
                } else if value.object != [:] || out[key]?.object == nil {
                    for known in origin.keys where known.starts(with: here) { origin[known] = nil }
                    out[key] = value
                    mark(value, here, source)
                }
            }
            return out
        }

        private mutating func mark(_ value: JSONValue, _ path: [String], _ source: ObjectID) {
            guard let members = value.object, !members.isEmpty else {
                origin[path] = source
                return
            }
            for (key, member) in members { mark(member, path + [key], source) }
        }
    }

    /// Where a machine stands in every respect a context can name.
    private struct Scope {
        private let places: [String: Set<String>]

        init(_ object: Object, _ snapshot: Snapshot) {
            let cluster = snapshot.target(of: "cluster", in: object)
            let host = object.id.kind == .virtualMachine ? snapshot.target(of: "device", in: object) : nil
            let site =
                snapshot.target(of: "site", in: object) ?? cluster.flatMap { snapshot.target(of: "site", in: $0) }
                ?? host.flatMap { snapshot.target(of: "site", in: $0) }
            let tenant = snapshot.target(of: "tenant", in: object)
            func one(_ field: String) -> Set<String> { Set(Snapshot.ids(field, in: object).map(\.key)) }
            func tree(_ field: String, _ start: Object?) -> Set<String> {
                guard let start else { return [] }
                var keys: Set<String> = []
                var here = snapshot.target(of: field, in: start)
                while let at = here, keys.insert(at.id.key).inserted { here = snapshot.target(of: "parent", in: at) }
                return keys
            }
            places = [
                "regions": tree("region", site), "site_groups": tree("group", site),
                "sites": Set(site.map { [$0.id.key] } ?? []), "locations": tree("location", object),
                "device_types": one("device_type"), "roles": one("role"), "platforms": one("platform"),
                "clusters": one("cluster"), "tenant_groups": tree("group", tenant), "tenants": one("tenant"),
                "object_tags": Set(object.texts("tags")),
            ]
        }

        func fits(_ context: Object) -> Bool {
            if context.fields["is_active"]?.bool == false { return false }
            return places.allSatisfy { field, own in
                let wanted = context.texts(field)
                return wanted.isEmpty || wanted.contains(where: own.contains)
            }
        }
    }
}
