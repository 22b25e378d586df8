import Notation

/// Where the values of a YAML text end: the reader says only where they begin.
struct YAMLExtent {
    let source: SourceText

    /// The range of a node that is the value of a key, or an element of a list.
    ///
    /// - Parameters:
    ///   - key: the offset of the key it belongs to; nil for elements.
    /// - Returns: nil for what has an anchor, an alias or a tag.
    func range(_ node: YAMLNode, key: Int? = nil) -> Range<Int>? {
        let start = source.offset(node.position)
        if node.isNull, node.text?.isEmpty == true { return empty(start, key: key) }
        guard let first = source[start], !"&*!".unicodeScalars.contains(first) else { return nil }
        switch first {
        case "[", "{": return closing(start).map { start..<$0 }
        case "\"", "'": return start..<quoted(start)
        case "|", ">":
            if case .scalar = node { return start..<block(start, key: key) }
            return nil
        default: break
        }
        switch node {
        case .scalar: return start..<plain(start, node)
        case .list(let nodes, _): return nodes.last.flatMap { range($0) }.map { start..<$0.upperBound }
        case .map(let map):
            return map.entries.last.flatMap { entry in
                range(entry.value, key: source.offset(entry.keyPosition))
            }.map { start..<$0.upperBound }
        }
    }

    /// `key:` with nothing behind it: the empty range behind the colon.
    private func empty(_ start: Int, key: Int?) -> Range<Int> {
        guard let key else { return start..<start }
        let end = colon(key) + 1
        return end..<end
    }

    /// The colon behind a key.
    func colon(_ key: Int) -> Int {
        var i = key
        if let first = source[i], first == "\"" || first == "'" { i = quoted(i) }
        while let scalar = source[i], scalar != "\n" {
            if scalar == ":" { return i }
            i += 1
        }
        return i
    }

    /// Whether a collection is written with brackets.
    func isFlow(_ node: YAMLNode) -> Bool {
        guard let first = source[source.offset(node.position)] else { return false }
        return first == "[" || first == "{"
    }

    /// Behind the quote that closes the one at `start`.
    private func quoted(_ start: Int) -> Int {
        guard let quote = source[start] else { return start }
        var i = start + 1
        while let scalar = source[i] {
            if scalar == "\\", quote == "\"" {
                i += 2
                continue
            }
            if scalar == quote {
                if quote == "'", source[i + 1] == "'" {
                    i += 2
                    continue
                }
                return i + 1
            }
            i += 1
        }
        return i
    }

    /// Behind the bracket that closes the one at `start`.
    private func closing(_ start: Int) -> Int? {
        var depth = 0
        var i = start
        var atToken = true
        while let scalar = source[i] {
            switch scalar {
            case "[", "{":
                depth += 1
                atToken = true
            case "]", "}":
                depth -= 1
                if depth == 0 { return i + 1 }
            case "\"" where atToken, "'" where atToken:
                i = quoted(i) - 1
                atToken = false
            case "#" where source[i - 1]?.properties.isWhitespace == true:
                i = source.lineTail(i) - 1
            case ",", ":": atToken = true
            case "&" where atToken, "*" where atToken, "!" where atToken: return nil
            default: if !scalar.properties.isWhitespace { atToken = false }
            }
            i += 1
        }
        return nil
    }

    /// The end of a plain scalar, found by its own text: folding turns line ends into spaces.
    private func plain(_ start: Int, _ node: YAMLNode) -> Int {
        var rest = Array((node.text ?? "").unicodeScalars)[...]
        var i = start
        while let wanted = rest.first, let scalar = source[i] {
            if scalar == wanted {
                rest.removeFirst()
                i += 1
            } else if wanted.properties.isWhitespace || wanted == "\n" {
                rest.removeFirst()
                while let space = source[i], space.properties.isWhitespace { i += 1 }
                while let next = rest.first, next == "\n" { rest.removeFirst() }
            } else {
                break
            }
        }
        return i
    }

    /// The end of the last line of a block scalar: lines indented deeper than what holds it, and blank ones between.
    private func block(_ start: Int, key: Int?) -> Int {
        let outer = key.map { source.column($0) } ?? source.column(start) - 1
        var end = source.lineTail(start)
        var line = source.nextLine(start)
        while line < source.scalars.count {
            var i = line
            while source[i] == " " { i += 1 }
            let tail = source.lineTail(i)
            if i < tail {
                if i - line <= outer { break }
                end = tail
            }
            let next = source.nextLine(i)
            if next == line { break }
            line = next
        }
        return end
    }

    /// The dash of an element of a block list; nil when there is none before it.
    func dash(_ start: Int) -> Int? {
        var i = start - 1
        while let scalar = source[i], scalar.properties.isWhitespace { i -= 1 }
        return source[i] == "-" && source.isBlank(source.lineStart(i)..<i) ? i : nil
    }

    /// A comment behind `offset` on its line.
    func trailingComment(_ offset: Int) -> Range<Int>? {
        var i = offset
        while let scalar = source[i], scalar == " " || scalar == "\t" || scalar == "," { i += 1 }
        guard i > offset, source[i] == "#" else { return nil }
        return i..<source.lineTail(i)
    }

    /// The comments that stand inside a node, but in none of `inner`.
    func comments(in node: YAMLNode, without inner: [YAMLNode]) -> [String] {
        guard let range = range(node) else { return [] }
        var taken = inner.compactMap { self.range($0) }
        scalars(node, &taken)
        taken.sort { $0.lowerBound < $1.lowerBound }
        var out: [String] = []
        var next = taken[...]
        var i = range.lowerBound
        while i < range.upperBound {
            if let first = next.first, first.lowerBound <= i {
                next.removeFirst()
                i = max(i, first.upperBound)
                continue
            }
            if source[i] == "#", i == 0 || source[i - 1]?.properties.isWhitespace == true {
                let tail = source.lineTail(i)
                out.append(source.text(i..<tail))
                i = tail
            } else {
                i += 1
            }
        }
        return out
    }

    private func scalars(_ node: YAMLNode, _ out: inout [Range<Int>]) {
        switch node {
        case .scalar: if let range = range(node) { out.append(range) }
        case .list(let nodes, _): for node in nodes { scalars(node, &out) }
        case .map(let map):
            for entry in map.entries {
                let key = source.offset(entry.keyPosition)
                out.append(key..<colon(key))
                if case .scalar = entry.value {
                    if let range = range(entry.value, key: key) { out.append(range) }
                } else {
                    scalars(entry.value, &out)
                }
            }
        }
    }
}
