import CMDB
import Notation

/// One record as it stands in a file: its mapping, where it is nested, and what it inherits.
final class PullItem {
    let kind: Kind
    let node: YAMLNode
    let file: Int
    /// The record around it; nil at the top of a file.
    let owner: PullItem?
    /// The list it stands in, and the key of that list.
    let list: PullList
    var children: [PullItem] = []
    /// Set when the loaded record at this place is known.
    var id: ObjectID?
    /// Not to stand here any more.
    var isGone = false

    init(kind: Kind, node: YAMLNode, file: Int, owner: PullItem?, list: PullList) {
        (self.kind, self.node, self.file, self.owner, self.list) = (kind, node, file, owner, list)
    }
}

/// A list of records under a key, and its elements.
final class PullList {
    let kind: Kind
    let key: YAMLMap.Entry
    var items: [PullItem] = []

    init(kind: Kind, key: YAMLMap.Entry) { (self.kind, self.key) = (kind, key) }
}

/// One file with its records.
final class PullFile {
    let file: InventoryFile
    let source: SourceText
    let extent: YAMLExtent
    let root: YAMLMap?
    var lists: [PullList] = []
    /// What the file says once for all its records.
    var defaults: [String: JSONValue] = [:]
    var edits: [SourceText.Edit] = []

    init(_ file: InventoryFile, index: Int) throws(InputErrors) {
        self.file = file
        source = SourceText(file.text)
        extent = YAMLExtent(source: source)
        root = try YAMLReader.read(file.text, file: file.path)?.map
        for entry in root?.entries ?? [] {
            switch entry.key {
            case "sample": if let truth = entry.value.bool { defaults["sample"] = .bool(truth) }
            case "source": if let text = entry.value.text, !text.isEmpty { defaults["source"] = .string(text) }
            default:
                if let kind = Kind(fileKey: entry.key) {
                    lists.append(read(entry, kind, owner: nil, index: index))
                }
            }
        }
    }

    private func read(_ entry: YAMLMap.Entry, _ kind: Kind, owner: PullItem?, index: Int) -> PullList {
        let list = PullList(kind: kind, key: entry)
        for node in entry.value.list ?? [] {
            let item = PullItem(kind: kind, node: node, file: index, owner: owner, list: list)
            list.items.append(item)
            owner?.children.append(item)
            for inner in node.map?.entries ?? [] {
                guard let part = Self.nested(inner.key, in: kind) else { continue }
                _ = read(inner, part, owner: item, index: index)
            }
        }
        return list
    }

    static func nested(_ key: String, in kind: Kind) -> Kind? {
        switch (kind, key) {
        case (.virtualMachine, "interfaces"): .interface
        case (.device, _) where Kind(fileKey: key).map(Kind.components.contains) ?? false: Kind(fileKey: key)
        case (.device, "services"), (.virtualMachine, "services"): .service
        case (.interface, "ip_addresses"): .ipAddress
        default: nil
        }
    }

    /// All records, those around others first.
    var items: [PullItem] {
        func all(_ items: [PullItem]) -> [PullItem] { items.flatMap { [$0] + all($0.children) } }
        return all(lists.flatMap(\.items))
    }

    var newText: String { edits.isEmpty ? file.text : source.applying(edits) }
}
