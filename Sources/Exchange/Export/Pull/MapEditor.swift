import CMDB
import Notation

/// Changes entries of one mapping in its text: values, new keys, keys taken out. Comments stay.
struct MapEditor {
    let file: PullFile
    private var source: SourceText { file.source }
    private var extent: YAMLExtent { file.extent }

    /// A text that cannot be edited where it stands: it has an anchor, or nothing to hold on to.
    struct Uneditable: Error {}

    /// A list of records that a record gets, with its elements as block lines and as one flow text.
    struct NewList {
        let key: String
        let blocks: [String]
        let flow: String
    }

    /// Gives keys of `map` values, takes those without out, and adds lists.
    ///
    /// `order` are the keys in the order in which they should stand.
    func set(
        _ changes: [(key: String, value: JSONValue?)], lists: [NewList] = [], in map: YAMLMap, flow: Bool,
        order: [String]
    ) throws(Uneditable) {
        let leaving = Set(changes.filter { $0.value == nil }.map(\.key))
        let staying = map.entries.filter { !leaving.contains($0.key) }
        for (key, value) in changes {
            if let i = map.entries.firstIndex(where: { $0.key == key }) {
                if let value {
                    try change(map.entries[i], to: value, flow: flow)
                } else {
                    try remove(i, from: map, flow: flow)
                }
            } else if let value {
                try add(key, value, behind: staying, flow: flow, order: order)
            }
        }
        for list in lists { try add(list, behind: staying, flow: flow) }
    }

    // MARK: Values

    private func change(_ entry: YAMLMap.Entry, to value: JSONValue, flow: Bool) throws(Uneditable) {
        let key = source.offset(entry.keyPosition)
        guard let range = extent.range(entry.value, key: key) else { throw Uneditable() }
        if case .map(let inner) = entry.value, let members = value.object, !members.isEmpty, !inner.entries.isEmpty {
            return try merge(members, into: inner, flow: flow || extent.isFlow(entry.value))
        }
        if let nodes = entry.value.list, !nodes.isEmpty, let wanted = value.array, !wanted.isEmpty,
            nodes.allSatisfy({ $0.text != nil }), wanted.allSatisfy({ $0.array == nil && $0.object == nil }),
            !extent.isFlow(entry.value) || source.scalars[range].contains("\n")
        {
            return try list(nodes, in: entry.value, wanted, flow: flow || extent.isFlow(entry.value))
        }
        keepComments(in: entry.value, above: key)
        let text = render(value, like: entry.value, at: key, flow: flow)
        let space = source[range.lowerBound - 1]?.properties.isWhitespace == true ? "" : " "
        // A block has its own line break before it.
        if text.hasPrefix("\n") {
            file.edits.append(.init(range: (extent.colon(key) + 1)..<range.upperBound, text: text))
        } else if source.scalars[min(extent.colon(key) + 1, range.lowerBound)..<range.lowerBound].contains("\n") {
            // The old value began on a line of its own.
            file.edits.append(.init(range: range, text: text))
        } else {
            file.edits.append(.init(range: range, text: space + text))
        }
    }

    /// The new value in the manner of the old one.
    private func render(_ value: JSONValue, like node: YAMLNode, at key: Int, flow: Bool) -> String {
        let start = source.offset(node.position)
        if case .string(let text) = value, case .scalar(_, false, _) = node {
            if source[start] == "'", !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value > 0x7E }) {
                return "'" + text.replacing("'", with: "''") + "'"
            }
            if source[start] == "\"" { return YAMLStyle.quoted(text) }
        }
        if flow { return YAMLStyle.flow(value) }
        let indent = source.column(key) + 2
        let column = indent + extent.colon(key) - key
        let text = YAMLStyle.afterKey(value, indent: indent, column: column)
        return text.hasPrefix("\n") ? text : String(text.dropFirst())
    }

    /// Makes a mapping hold exactly `members`.
    private func merge(_ members: [String: JSONValue], into map: YAMLMap, flow: Bool) throws(Uneditable) {
        let names = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        // When nothing of it stays, new keys have nothing to hold on to.
        guard map.entries.contains(where: { members[$0.key] != nil }) else { throw Uneditable() }
        var changes: [(key: String, value: JSONValue?)] = []
        for entry in map.entries where members[entry.key] == nil { changes.append((entry.key, nil)) }
        for name in names {
            let entry = map.entries.first { $0.key == name }
            if entry.map({ Self.meaning($0.value) }) != members[name] { changes.append((name, members[name])) }
        }
        try set(changes, in: map, flow: flow, order: names)
    }

    /// What a node of free values means, as the loader reads it.
    static func meaning(_ node: YAMLNode) -> JSONValue {
        switch node {
        case .scalar(let text, true, _) where !node.isNull: CellText.readPlain(text)
        case .scalar(let text, false, _): .string(text)
        case .list(let nodes, _): .array(nodes.map(meaning))
        case .map(let map):
            .object(Dictionary(map.entries.map { ($0.key, meaning($0.value)) }, uniquingKeysWith: { $1 }))
        default: .null
        }
    }

    /// Takes elements out and puts new ones behind the last.
    private func list(_ nodes: [YAMLNode], in list: YAMLNode, _ wanted: [JSONValue], flow: Bool) throws(Uneditable) {
        var missing = wanted
        var leaving: [Int] = []
        for (i, node) in nodes.enumerated() {
            if let found = missing.firstIndex(where: { Self.isSame(node, $0) }) {
                missing.remove(at: found)
            } else {
                leaving.append(i)
            }
        }
        let isFlow = extent.isFlow(list)
        if leaving.count == nodes.count { throw Uneditable() }
        for i in leaving { try removeElement(nodes[i], flow: isFlow) }
        let staying = nodes.indices.filter { !leaving.contains($0) }.map { nodes[$0] }
        let texts = missing.map { isFlow ? YAMLStyle.flow($0) : YAMLStyle.scalar($0, flow: false) }
        try append(texts, behind: staying, flow: isFlow)
    }

    private static func isSame(_ node: YAMLNode, _ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): node.text == text
        case .int(let number): node.int == number
        default: meaning(node) == value
        }
    }

    // MARK: Elements

    /// Takes an element of a list out, with its lines or its comma.
    func removeElement(_ node: YAMLNode, flow: Bool) throws(Uneditable) {
        guard let range = extent.range(node) else { throw Uneditable() }
        if flow { return removeBetweenCommas(range) }
        guard let dash = extent.dash(range.lowerBound) else { throw Uneditable() }
        removeLines(source.lineStart(dash)..<range.upperBound)
    }

    /// Puts elements behind the last of a list; texts of block elements come without dash and indentation.
    func append(_ texts: [String], behind nodes: [YAMLNode], flow: Bool) throws(Uneditable) {
        guard let last = nodes.last, let range = extent.range(last) else { throw Uneditable() }
        if flow {
            for text in texts {
                file.edits.append(.init(range: range.upperBound..<range.upperBound, text: ", " + text))
            }
            return
        }
        guard let dash = extent.dash(range.lowerBound) else { throw Uneditable() }
        let pad = YAMLStyle.pad(source.column(dash))
        insertLines(texts.map { pad + "- " + $0 }, behind: range.upperBound)
    }

    /// New lines behind the line that holds `offset`.
    func insertLines(_ lines: [String], behind offset: Int) {
        let at = source.nextLine(max(offset - 1, 0))
        let atEnd = at == source.scalars.count && source[at - 1] != "\n"
        let text = lines.map { (atEnd ? "\n" : "") + $0 + (atEnd ? "" : "\n") }.joined()
        let indent = lines.first?.prefix { $0 == " " }.count ?? 0
        file.edits.append(.init(range: at..<at, text: text, order: -indent * Self.indentWeight))
    }

    /// Of lines that are put at one place the deeper come first, then elements before keys.
    private static let indentWeight = 10_000

    // MARK: Entries

    private func remove(_ i: Int, from map: YAMLMap, flow: Bool) throws(Uneditable) {
        let entry = map.entries[i]
        let key = source.offset(entry.keyPosition)
        guard let range = extent.range(entry.value, key: key) else { throw Uneditable() }
        let end = max(range.upperBound, extent.colon(key) + 1)
        if flow { return removeBetweenCommas(key..<end) }
        guard map.entries.count > 1 else { throw Uneditable() }
        keepComments(in: entry.value, above: key)
        if source.isBlank(source.lineStart(key)..<key) { return removeLines(source.lineStart(key)..<end) }
        // On the line of the dash: what follows moves up, unless a comment stands between.
        guard i == 0 else { throw Uneditable() }
        let next = source.offset(map.entries[1].keyPosition)
        file.edits.append(.init(range: key..<(source.isBlank(end..<next) ? next : end), text: ""))
    }

    /// Comments inside a value that goes stay above its key, where that begins a line.
    private func keepComments(in node: YAMLNode, above key: Int) {
        let comments = extent.comments(in: node, without: [])
        let start = source.lineStart(key)
        guard !comments.isEmpty, source.isBlank(start..<key) else { return }
        let pad = YAMLStyle.pad(source.column(key))
        file.edits.append(.init(range: start..<start, text: comments.map { pad + $0 + "\n" }.joined()))
    }

    /// From the start of a line to `range`'s end; a comment behind it keeps its line, and those inside theirs.
    private func removeLines(_ range: Range<Int>) {
        if let comment = extent.trailingComment(range.upperBound) {
            var first = range.lowerBound
            while source[first] == " " { first += 1 }
            file.edits.append(.init(range: first..<comment.lowerBound, text: ""))
        } else {
            file.edits.append(.init(range: range.lowerBound..<source.nextLine(max(range.upperBound - 1, 0)), text: ""))
        }
    }

    private func removeBetweenCommas(_ range: Range<Int>) {
        var end = range.upperBound
        while let scalar = source[end], scalar == " " { end += 1 }
        if source[end] == "," {
            end += 1
            while let scalar = source[end], scalar == " " { end += 1 }
            file.edits.append(.init(range: range.lowerBound..<end, text: ""))
            return
        }
        // The last one: its comma stands before it, and may stay (a flow collection may end in a comma).
        file.edits.append(.init(range: range, text: ""))
    }

    private func add(
        _ key: String, _ value: JSONValue, behind staying: [YAMLMap.Entry], flow: Bool, order: [String]
    ) throws(Uneditable) {
        let rank = order.firstIndex(of: key) ?? order.count
        let before = staying.last { entry in order.firstIndex(of: entry.key).map { $0 < rank } ?? false }
        guard let entry = before ?? staying.first else { throw Uneditable() }
        let at = source.offset(entry.keyPosition)
        guard let range = extent.range(entry.value, key: at) else { throw Uneditable() }
        let end = max(range.upperBound, extent.colon(at) + 1)
        if flow {
            let text = ", \(YAMLStyle.scalar(.string(key), flow: true)): \(YAMLStyle.flow(value))"
            file.edits.append(.init(range: end..<end, text: text, order: rank))
            return
        }
        let indent = source.column(at)
        let name = YAMLStyle.scalar(.string(key), flow: true)
        let text =
            YAMLStyle.pad(indent) + name + ":"
            + YAMLStyle.afterKey(value, indent: indent + 2, column: indent + name.unicodeScalars.count + 1)
        addLines(text, behind: end, order: rank, indent: indent)
    }

    /// Adds a nested list to a record that has none.
    private func add(_ list: NewList, behind staying: [YAMLMap.Entry], flow: Bool) throws(Uneditable) {
        guard let entry = staying.last else { throw Uneditable() }
        let at = source.offset(entry.keyPosition)
        guard let range = extent.range(entry.value, key: at) else { throw Uneditable() }
        let end = max(range.upperBound, extent.colon(at) + 1)
        if flow {
            file.edits.append(.init(range: end..<end, text: ", \(list.key): [\(list.flow)]", order: 1_000))
        } else {
            let lines = [YAMLStyle.pad(source.column(at)) + "\(list.key):"] + list.blocks
            addLines(lines.joined(separator: "\n"), behind: end, order: 1_000, indent: source.column(at))
        }
    }

    private func addLines(_ text: String, behind offset: Int, order: Int, indent: Int) {
        let at = source.nextLine(max(offset - 1, 0))
        let atEnd = at == source.scalars.count && source[at - 1] != "\n"
        file.edits.append(
            .init(
                range: at..<at, text: atEnd ? "\n" + text : text + "\n",
                order: 1 + order - indent * Self.indentWeight))
    }
}

// MARK: - Records

extension MapEditor {
    /// Whether a node is written with brackets.
    func isFlow(_ node: YAMLNode) -> Bool { extent.isFlow(node) }

    /// The column, from 0, at which the keys of a mapping stand.
    func indent(of node: YAMLNode) -> Int { source.column(source.offset(node.position)) }

    /// Puts another text in the place of a node.
    func replace(_ node: YAMLNode, with text: String) {
        guard let range = extent.range(node) else { return }
        file.edits.append(.init(range: range, text: text))
    }

    /// Puts records at the end of the list under `entry`, whose elements are `items`.
    func append(
        _ objects: [Object], to entry: YAMLMap.Entry, _ items: [PullItem], _ yaml: InventoryYAML,
        _ given: [String: JSONValue]
    ) throws(Uneditable) {
        let key = source.offset(entry.keyPosition)
        let staying = items.filter { !$0.isGone }.map(\.node)
        let isFlow = entry.value.list != nil && extent.isFlow(entry.value)
        if isFlow {
            let texts = objects.map { yaml.flowText($0, within: given) }
            if !staying.isEmpty { return try append(texts, behind: staying, flow: true) }
            let at = source.offset(entry.value.position) + 1
            // Several calls may come: each text is followed by a comma, the last of which YAML allows.
            for text in texts { file.edits.append(.init(range: at..<at, text: text + ", ")) }
            return
        }
        if let last = staying.last ?? items.last?.node, let range = extent.range(last) {
            guard let dash = extent.dash(range.lowerBound) else { throw Uneditable() }
            let column = source.column(dash)
            return insertLines(
                objects.map { yaml.element($0, indent: column, within: given) }, behind: range.upperBound)
        }
        insertLines(
            objects.map { yaml.element($0, indent: source.column(key) + 2, within: given) },
            behind: extent.colon(key) + 1)
    }
}
