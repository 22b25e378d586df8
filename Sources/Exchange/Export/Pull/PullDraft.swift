import CMDB
import Notation

/// One attempt to make files say what the inventory says.
struct PullDraft {
    private let files: [PullFile]
    private let folder: String
    private let origin: String
    private let wanted: [ObjectID: Object]
    private let snapshot: Snapshot
    private var loaded: [ObjectID: Object] = [:]
    private var items: [ObjectID: PullItem] = [:]
    private var fresh: [String: String] = [:]
    private var created: [ObjectID] = []
    private var changed: [ObjectID] = []
    private var removed: [ObjectID] = []
    private let forced: Set<ObjectID>

    init(
        _ files: [InventoryFile], folder: String, origin: String, snapshot: Snapshot, origins: [ObjectID: String],
        forced: Set<ObjectID>
    ) throws {
        self.folder = folder
        self.origin = origin
        self.snapshot = snapshot
        self.forced = forced
        let all = snapshot.all
        let own = all.filter { origins[$0.id].map { $0 == origin } ?? true }
        wanted = Dictionary(own.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        var read: [PullFile] = []
        for (i, file) in files.enumerated() { read.append(try PullFile(file, index: i)) }
        self.files = read
        let others = Snapshot(all.filter { origins[$0.id].map { $0 != origin } ?? false })
        do {
            let now = try InventoryLoader.load(files, onto: others, origins: origins)
            identify(now.objects)
        } catch is EmptyInventory {
            // Everything is new.
        }
        work()
    }

    /// Finds the item of each loaded record. Those without are implied by a device type, or stand in its file.
    private mutating func identify(_ objects: [LoadedObject]) {
        struct Place: Hashable {
            let kind: Kind
            let position: SourcePosition
        }
        var places: [Place: PullItem] = [:]
        for file in files {
            for item in file.items { places[Place(kind: item.kind, position: item.node.position)] = item }
        }
        for object in objects {
            loaded[object.object.id] = object.object
            guard let item = places[Place(kind: object.object.id.kind, position: object.position)] else { continue }
            item.id = object.object.id
            items[object.object.id] = item
        }
    }

    // MARK: The work

    private mutating func work() {
        for (id, item) in items where wanted[id] == nil {
            leave(item)
            removed.append(id)
        }
        for id in wanted.keys.sorted() {
            guard let object = wanted[id] else { continue }
            guard let item = items[id] else { continue }
            if mustMove(item, object) { leave(item) }
        }
        var new: [Object] = []
        var nestedLists: [ObjectIdentifier: [Object]] = [:]
        for id in wanted.keys.sorted() {
            guard let object = wanted[id] else { continue }
            if let item = items[id], !item.isGone { continue }
            // Said by its device's type already, in full.
            if items[id] == nil, loaded[id] == object { continue }
            new.append(object)
        }
        var yaml = InventoryYAML(new)
        yaml.comments = comments(of: new)
        for head in yaml.heads {
            if let owner = home(of: head) { nestedLists[ObjectIdentifier(owner), default: []].append(head) }
        }
        let nested = Set(nestedLists.values.flatMap { $0.map(\.id) })
        for id in items.keys.sorted() {
            guard let item = items[id], !item.isGone, let object = wanted[id], let now = loaded[id] else { continue }
            edit(item, from: now, to: object, nestedLists[ObjectIdentifier(item)] ?? [], yaml)
        }
        removeItems()
        insert(yaml.heads.filter { !nested.contains($0.id) }, yaml)
        for object in new where items[object.id] == nil { created.append(object.id) }
        for object in new where items[object.id] != nil { changed.append(object.id) }
    }

    /// The comments inside items that are written anew elsewhere: they go with them.
    private func comments(of objects: [Object]) -> [ObjectID: [String]] {
        var out: [ObjectID: [String]] = [:]
        for object in objects {
            guard let item = items[object.id] else { continue }
            let lines = files[item.file].extent.comments(in: item.node, without: item.children.map(\.node))
            if !lines.isEmpty { out[object.id] = lines }
        }
        return out
    }

    /// Takes an item with all it nests out of its place.
    private func leave(_ item: PullItem) {
        item.isGone = true
        item.children.forEach(leave)
    }

    /// Whether a record cannot be said where it stands.
    private func mustMove(_ item: PullItem, _ object: Object) -> Bool {
        if item.isGone { return false }
        if forced.contains(object.id) { return true }
        guard let now = loaded[object.id] else { return false }
        if item.owner != nil, let field = Self.ownerField(object.id.kind), now[field] != object[field] { return true }
        // What is inherited cannot be taken away.
        let given = inherited(item)
        return given.keys.contains { object[$0] == nil }
    }

    private static func ownerField(_ kind: Kind) -> String? {
        switch kind {
        case .ipAddress: "assigned_object"
        case .service: "parent"
        default: Kind.components.contains(kind) ? "device" : nil
        }
    }

    /// What the file, or the record around it, says for an item.
    private func inherited(_ item: PullItem) -> [String: JSONValue] {
        guard let owner = item.owner else { return files[item.file].defaults }
        return owner.id.flatMap { wanted[$0] }.map(InventoryYAML.inheritance) ?? [:]
    }

    /// The item in which a new record can be nested.
    private func home(of object: Object) -> PullItem? {
        guard let owner = InventoryYAML.owner(of: object), let item = items[owner], !item.isGone, item.node.map != nil,
            let around = wanted[owner]
        else { return nil }
        // Interfaces at the top of a file nest addresses too; what the owner says once must hold for the new one.
        return InventoryYAML.inheritance(of: around).keys.allSatisfy { object[$0] != nil } ? item : nil
    }

    // MARK: Edits

    private mutating func edit(
        _ item: PullItem, from now: Object, to object: Object, _ nested: [Object], _ yaml: InventoryYAML
    ) {
        let changes = changes(item, from: now, to: object)
        if changes.isEmpty, nested.isEmpty { return }
        if !changes.isEmpty { changed.append(object.id) }
        let editor = MapEditor(file: files[item.file])
        guard let map = item.node.map else {
            // An address that is its text alone.
            let alone = InventoryYAML([object], nestedIn: item.owner?.id)
            editor.replace(item.node, with: alone.flowText(object, within: inherited(item)))
            return
        }
        let flow = editor.isFlow(item.node)
        let before = files[item.file].edits
        do throws(MapEditor.Uneditable) {
            try editor.set(
                changes, lists: try lists(nested, in: item, editor, flow, yaml), in: map, flow: flow,
                order: Schema.of(object.id.kind).fields.map { key($0.name, item) })
        } catch {
            // The check at the end finds it and has the whole record written anew.
            files[item.file].edits = before
        }
    }

    /// What has to change among an item's own keys.
    private func changes(_ item: PullItem, from now: Object, to object: Object) -> [(key: String, value: JSONValue?)] {
        var out: [(key: String, value: JSONValue?)] = []
        let given = inherited(item)
        for field in Schema.of(object.id.kind).fields where now[field.name] != object[field.name] {
            let key = key(field.name, item)
            let isThere = item.node.map?[key] != nil
            if let value = object[field.name] {
                if !isThere, isImplied(field.name, value, object) { continue }
                if !isThere, value == given[field.name] ?? field.fallback { continue }
                out.append((key, value))
            } else if isThere {
                out.append((key, nil))
            }
        }
        return out
    }

    /// The key under which a field stands, or would stand, in an item.
    private func key(_ name: String, _ item: PullItem) -> String {
        guard item.kind == .ipAddress, name == "is_primary" || name == "is_oob" else { return name }
        let short = String(name.dropFirst(3))
        let map = item.node.map
        return map?[name] == nil && (map?[short] != nil || item.owner != nil) ? short : name
    }

    /// Whether a marked address says the primary address of its machine.
    private func isImplied(_ field: String, _ value: JSONValue, _ machine: Object) -> Bool {
        guard ["primary_ip4", "primary_ip6", "oob_ip"].contains(field), let host = value.string else { return false }
        let mark = field == "oob_ip" ? "is_oob" : "is_primary"
        return snapshot.addresses(of: machine.id).contains {
            $0.flag(mark) && $0.text("address")?.split(separator: "/").first.map(String.init) == host
                && wanted[$0.id] != nil
        }
    }

    /// Puts new records into lists that an item has; gives back those it does not have yet.
    private func lists(
        _ nested: [Object], in item: PullItem, _ editor: MapEditor, _ flow: Bool, _ yaml: InventoryYAML
    ) throws(MapEditor.Uneditable) -> [MapEditor.NewList] {
        var out: [MapEditor.NewList] = []
        let given = item.id.flatMap { wanted[$0] }.map(InventoryYAML.inheritance) ?? [:]
        for (kind, objects) in Dictionary(grouping: nested, by: \.id.kind).sorted(by: { $0.key < $1.key }) {
            var inner = InventoryYAML(yaml.families(of: objects), nestedIn: item.id)
            inner.comments = yaml.comments
            if let entry = item.node.map?.entries.first(where: { $0.key == kind.fileKey }) {
                try editor.append(objects, to: entry, item.children.filter { $0.list.kind == kind }, inner, given)
            } else {
                let indent = editor.indent(of: item.node) + 2
                out.append(
                    .init(
                        key: kind.fileKey, blocks: objects.map { inner.element($0, indent: indent, within: given) },
                        flow: objects.map { inner.flowText($0, within: given) }.joined(separator: ", ")))
            }
        }
        return out
    }

    private func removeItems() {
        for file in files {
            let editor = MapEditor(file: file)
            for item in file.items where item.isGone && item.owner?.isGone != true {
                try? editor.removeElement(item.node, flow: editor.isFlow(item.list.key.value))
            }
        }
    }

    // MARK: New records at the top of files

    private mutating func insert(_ heads: [Object], _ yaml: InventoryYAML) {
        var rest: [Object] = []
        for object in heads {
            let family = yaml.family(of: object)
            let fits = { (file: PullFile) in
                family.allSatisfy { member in file.defaults.keys.allSatisfy { member[$0] != nil } }
            }
            let found = files.lazy.compactMap { file in
                fits(file)
                    ? file.lists.first { $0.kind == object.id.kind && $0.key.value.list != nil }.map { (file, $0) }
                    : nil
            }.first
            guard let (file, list) = found else {
                rest.append(object)
                continue
            }
            let editor = MapEditor(file: file)
            do throws(MapEditor.Uneditable) {
                try editor.append([object], to: list.key, list.items, yaml, file.defaults)
            } catch {
                rest.append(object)
            }
        }
        write(rest, yaml)
    }

    /// Records for which no file has a list: to the file of the layout, at its end, or to a new one.
    private mutating func write(_ objects: [Object], _ yaml: InventoryYAML) {
        let ids = Set(objects.map(\.id))
        let groups = Dictionary(grouping: objects) { "\(folder)/\(InventoryLayout.path(of: $0))" }
        for (path, group) in groups.sorted(by: { $0.key < $1.key }) {
            let chosen = Set(group.map(\.id)).intersection(ids)
            let text = yaml.document { chosen.contains($0.id) }
            var path = path
            var number = 1
            while files.contains(where: { Self.isSame($0.file.path, path) }) {
                number += 1
                path = path.replacing(".yaml", with: "") + "-\(number).yaml"
            }
            fresh[path, default: ""] += text
        }
    }

    private static func isSame(_ a: String, _ b: String) -> Bool {
        func parts(_ path: String) -> [Substring] { path.split(separator: "/").filter { $0 != "." } }
        return parts(a) == parts(b)
    }

    // MARK: Results

    /// All files as they would be.
    var after: [InventoryFile] {
        files.map { InventoryFile(path: $0.file.path, text: $0.newText, origin: $0.file.origin) }
            + fresh.map { InventoryFile(path: $0.key, text: $0.value, origin: origin) }
    }

    func result() -> InventoryPull {
        let edited = files.compactMap { file -> InventoryPull.FileChange? in
            let text = file.newText
            return text == file.file.text ? nil : .init(path: file.file.path, before: file.file.text, after: text)
        }
        let made = fresh.map { InventoryPull.FileChange(path: $0.key, before: nil, after: $0.value) }
        return InventoryPull(
            changes: (edited + made).sorted { $0.path < $1.path }, created: created.sorted(),
            changed: Set(changed).sorted(), removed: removed.sorted(), records: wanted.count)
    }
}
