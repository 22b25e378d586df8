import Notation

/// What may come next in a selector that is being typed, for the shell.
public enum SelectorCompletion {
    /// More values than this are no help.
    static let most = 500

    /// Full replacements of the last word of `text`; empty when nothing fits.
    /// - Parameters:
    ///   - text: The selector so far; its last word, possibly empty, is what is completed.
    ///   - defaults: The kinds that are meant when the text names none.
    ///   - snapshot: Where keys, tags and values come from; without it only kinds, fields and choices are known.
    public static func candidates(for text: String, default defaults: [Kind] = [], in snapshot: Snapshot?) -> [String] {
        let start = text.lastIndex { $0 == " " || $0 == "(" }.map { text.index(after: $0) } ?? text.startIndex
        let word = String(text[start...])
        let before = text[..<start].split(separator: " ")
        var out: [String] = []
        let first = before.first.map(String.init)
        let kinds = first.flatMap(Self.kinds) ?? defaults
        if before.isEmpty { out += Kind.allCases.map(\.rawValue) + listed(word) }
        if word.hasPrefix("@") {
            out += (snapshot?.objects(.group) ?? []).map { "@" + $0.id.key }
        } else if let sign = operatorRange(word) {
            out += values(String(word[..<sign.lowerBound]), kinds, snapshot).map {
                String(word[..<sign.upperBound]) + $0
            }
        } else if !kinds.isEmpty {
            out += fields(word, kinds)
            if !before.isEmpty { out += ["and", "or", "not"] }
        }
        let known = Set(out.filter { $0.hasPrefix(word) && $0 != word })
        return Array(known.sorted().prefix(most))
    }

    private static func kinds(_ word: String) -> [Kind]? {
        let found = word.split(separator: ",").map { Kind(rawValue: String($0)) ?? Kind(fileKey: String($0)) }
        return found.isEmpty || found.contains(nil) ? nil : found.compactMap { $0 }
    }

    /// `device,virtual-machine`: the last of several kinds.
    private static func listed(_ word: String) -> [String] {
        guard let comma = word.lastIndex(of: ",") else { return [] }
        return Kind.allCases.map { word[...comma] + $0.rawValue }
    }

    private static func operatorRange(_ word: String) -> Range<String.Index>? {
        guard let at = word.firstIndex(where: { "=<>!".contains($0) }) else { return nil }
        var end = word.index(after: at)
        if end < word.endIndex, word[end] == "=", word[at] != "=" { end = word.index(after: end) }
        return at..<end
    }

    /// Field names with `=` behind them, and paths with `.`; suffixes once `__` stands.
    private static func fields(_ word: String, _ kinds: [Kind]) -> [String] {
        if let mark = word.ranges(of: "__").last {
            let name = word[..<mark.lowerBound]
            return SelectorTest.Lookup.allCases.filter { $0 != .exact }.map { "\(name)__\($0.rawValue)=" }
        }
        var here = kinds
        var prefix = ""
        for step in word.split(separator: ".", omittingEmptySubsequences: false).dropLast() {
            prefix += step + "."
            here = targets(String(step), here)
        }
        return here.flatMap { kind -> [String] in
            let names = KindTable.of(kind).names.flatMap { name in
                targets(name, [kind]).isEmpty ? ["\(prefix)\(name)="] : ["\(prefix)\(name)=", "\(prefix)\(name)."]
            }
            return names + ["\(prefix)tag=", "\(prefix)slug="]
        }
    }

    private static func targets(_ name: String, _ kinds: [Kind]) -> [Kind] {
        let found = kinds.flatMap { kind in
            KindTable.of(kind).edges.first { $0.field == name }.map(\.kinds)
                ?? Snapshot.referring(name, to: [kind]).map { [$0] } ?? []
        }
        return Set(found).sorted()
    }

    private static func values(_ path: String, _ kinds: [Kind], _ snapshot: Snapshot?) -> [String] {
        let path = path.ranges(of: "__").last.map { String(path[..<$0.lowerBound]) } ?? path
        var here = kinds
        let steps = path.split(separator: ".").map(String.init)
        for step in steps.dropLast() { here = targets(step, here) }
        guard let name = steps.last else { return [] }
        if name == "tag" || name == "tags" {
            return distinct(here, snapshot) { $0.texts("tags") }
        }
        if name == "slug" || name == "key" { return distinct(here, snapshot) { [$0.id.key] } }
        let next = targets(name, here)
        if !next.isEmpty { return distinct(next, snapshot) { [next.count == 1 ? $0.id.key : $0.id.description] } }
        var out: [String] = []
        for type in here.compactMap({ KindTable.of($0).fields[name]?.type }) {
            switch type {
            case .choice(let choices), .list(.choice(let choices)): out += choices
            case .bool: out += ["true", "false"]
            case .text, .slug, .int, .address, .prefix, .interfaceAddress:
                out += distinct(here, snapshot) { object in
                    object.fields[name].map { $0.string ?? $0.canonical }.map(quoted).map { [$0] } ?? []
                }
            default: break
            }
        }
        return out
    }

    private static func distinct(
        _ kinds: [Kind], _ snapshot: Snapshot?, _ values: (Object) -> [String]
    ) -> [String] {
        guard let snapshot else { return [] }
        var seen: Set<String> = []
        for kind in kinds {
            for object in snapshot.objects(kind) where seen.count < 4 * most { seen.formUnion(values(object)) }
        }
        return Array(seen)
    }

    /// Texts with spaces stand in quotes.
    private static func quoted(_ text: String) -> String {
        text.contains { " ()\"'".contains($0) } ? "\"\(text.replacing("\"", with: "\\\""))\"" : text
    }
}
