import CMDB
import Notation

/// Records inside records, as our own inventory files nest them: interfaces in machines, addresses in interfaces.
enum Nesting {
    /// The record and those inside it, each with what the nesting says about it.
    static func flattened(
        _ map: YAMLMap, _ kind: Kind, _ shared: [YAMLMap.Entry] = []
    ) -> [(map: YAMLMap, kind: Kind)] {
        var own: [YAMLMap.Entry] = []
        var inner: [(map: YAMLMap, kind: Kind)] = []
        let passed =
            shared.filter { map[$0.key] == nil } + map.entries.filter { ["sample", "source"].contains($0.key) }
        for entry in map.entries {
            guard let child = nestedKind(entry.key, kind), let list = entry.value.list,
                list.allSatisfy({ isRecord($0, child) })
            else {
                own.append(entry)
                continue
            }
            for node in list {
                inner += flattened(owned(node, child, by: map, kind), child, passed)
            }
        }
        let plain = YAMLMap(entries: own + shared.filter { map[$0.key] == nil }, position: map.position)
        return [(plain, kind)] + inner
    }

    private static func nestedKind(_ key: String, _ kind: Kind) -> Kind? {
        switch (kind, key) {
        case (.virtualMachine, "interfaces"): .interface
        case (.device, _): Kind(fileKey: key).flatMap { Kind.components.contains($0) || $0 == .service ? $0 : nil }
        case (.virtualMachine, "services"): .service
        case (.interface, "ip_addresses"): .ipAddress
        default: nil
        }
    }

    private static func isRecord(_ node: YAMLNode, _ kind: Kind) -> Bool {
        node.map.map { $0["id"] == nil } ?? (kind == .ipAddress && node.text != nil)
    }

    private static func owned(_ node: YAMLNode, _ child: Kind, by map: YAMLMap, _ kind: Kind) -> YAMLMap {
        func entry(_ key: String, _ value: YAMLNode) -> YAMLMap.Entry {
            YAMLMap.Entry(key: key, keyPosition: node.position, value: value)
        }
        var entries = node.map?.entries ?? [entry("address", node)]
        if kind == .interface {
            for name in ["device", "virtual_machine"] {
                if let machine = map[name] { entries.append(entry(name, machine)) }
            }
            if let name = map["name"] { entries.append(entry("interface", name)) }
            entries = entries.map { item in
                let name = ["primary": "is_primary", "oob": "is_oob"][item.key] ?? item.key
                return YAMLMap.Entry(key: name, keyPosition: item.keyPosition, value: item.value)
            }
        } else if let machine = map["slug"] ?? map["name"] {
            entries.append(entry(kind == .virtualMachine ? "virtual_machine" : "device", machine))
        }
        return YAMLMap(entries: entries, position: node.position)
    }
}
