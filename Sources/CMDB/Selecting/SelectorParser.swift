/// Reads the words of a selector: rows of tests, joined by `and`, `or`, `not` and parentheses.
struct SelectorParser {
    private let text: String
    private let tokens: [SelectorToken]
    private(set) var kinds: [Kind]
    private var next = 0
    private var depth = 0

    /// Parentheses deeper than this are refused rather than followed.
    private static let deepest = 50

    init(_ text: String, defaults: [Kind]) throws(SelectorError) {
        self.text = text
        tokens = try SelectorLexer.tokens(text)
        kinds = defaults
        guard let first = tokens.first else {
            throw SelectorError(text, 1, "the selector is empty", "write a kind such as device, or kind/slug")
        }
        if case .word(let word, nil) = first.form, !first.isQuoted, !first.isGroup, word != "not",
            ObjectID(word) == nil
        {
            try takeKinds(word, first.column, defaults)
        } else if defaults.isEmpty {
            for token in tokens {
                if case .word(let word, nil) = token.form, let id = ObjectID(word) { kinds.append(id.kind) }
            }
        }
        // A group alone says by itself which kinds it holds.
        if kinds.isEmpty, tokens.contains(where: \.isGroup) { kinds = Kind.allCases }
        if kinds.isEmpty { throw SelectorError(text, 1, "no kind is named", "begin with a kind such as device") }
    }

    private mutating func takeKinds(_ word: String, _ column: Int, _ defaults: [Kind]) throws(SelectorError) {
        var found: [Kind] = []
        var at = column
        for part in word.split(separator: ",", omittingEmptySubsequences: false) {
            let name = String(part)
            if let kind = Kind(rawValue: name) ?? Kind(fileKey: name.replacing("-", with: "_")) {
                found.append(kind)
            } else if !defaults.isEmpty, !word.contains(",") {
                return  // a record's name, read by `bare`
            } else {
                throw SelectorError(
                    text, at, "there is no kind \(shown(name))",
                    NearestNameHint.kind(name))
            }
            at += part.count + 1
        }
        kinds = found
        next = 1
    }

    mutating func parse() throws(SelectorError) -> SelectorNode {
        if next == tokens.count { return .everything }
        let node = try alternatives()
        if next < tokens.count {
            throw SelectorError(text, tokens[next].column, "a ) without (", "remove it, or open it before")
        }
        return node
    }

    private var keyword: String? {
        guard next < tokens.count, !tokens[next].isQuoted, case .word(let word, nil) = tokens[next].form else {
            return nil
        }
        return ["and", "or", "not"].contains(word) ? word : nil
    }

    private var column: Int { next < tokens.count ? tokens[next].column : text.count + 1 }

    private mutating func alternatives() throws(SelectorError) -> SelectorNode {
        var nodes = [try conjunction()]
        while keyword == "or" {
            next += 1
            nodes.append(try conjunction())
        }
        return nodes.count == 1 ? nodes[0] : .any(nodes)
    }

    private mutating func conjunction() throws(SelectorError) -> SelectorNode {
        var nodes = [try row()]
        while keyword == "and" {
            next += 1
            nodes.append(try row())
        }
        return nodes.count == 1 ? nodes[0] : .all(nodes)
    }

    /// Words side by side. Equal fields with equal suffixes are alternatives, except tags and negative suffixes.
    private mutating func row() throws(SelectorError) -> SelectorNode {
        var nodes: [SelectorNode] = []
        var groups: [[String]: Int] = [:]
        while next < tokens.count, tokens[next].form != .close, keyword != "and", keyword != "or" {
            let node = try negation()
            guard case .test(let test) = node, test.leaf != .tag, !test.lookup.isNegative else {
                nodes.append(node)
                continue
            }
            let key = test.path + [test.lookup.rawValue]
            if let i = groups[key] {
                if case .any(let members) = nodes[i] {
                    nodes[i] = .any(members + [node])
                } else {
                    nodes[i] = .any([nodes[i], node])
                }
            } else {
                groups[key] = nodes.count
                nodes.append(node)
            }
        }
        guard let first = nodes.first else {
            let what = next < tokens.count ? keyword ?? ")" : "the end"
            throw SelectorError(text, column, "a condition is missing before \(what)", "write field=value there")
        }
        return nodes.count == 1 ? first : .all(nodes)
    }

    private mutating func negation() throws(SelectorError) -> SelectorNode {
        var isNegative = false
        while keyword == "not" {
            isNegative.toggle()
            next += 1
        }
        let node = try atom()
        return isNegative ? .not(node) : node
    }

    private mutating func atom() throws(SelectorError) -> SelectorNode {
        guard next < tokens.count else {
            throw SelectorError(text, column, "a condition is missing at the end", "write field=value there")
        }
        let token = tokens[next]
        switch token.form {
        case .close: throw SelectorError(text, token.column, "a condition is missing before )", "write field=value")
        case .word(let word, let sign):
            if keyword != nil {
                throw SelectorError(text, token.column, "a condition is missing before \(word)", "write field=value")
            }
            next += 1
            guard let sign else { return try bare(word, token) }
            let name = String(word.prefix(sign.offset))
            let reader = SelectorTestReader(text: text, column: token.column, kinds: kinds)
            return .test(try reader.read(name, String(word.dropFirst(sign.offset + sign.length)), sign))
        case .open:
            depth += 1
            if depth > Self.deepest { throw SelectorError(text, token.column, "too many (", "nest less deeply") }
            next += 1
            let node = try alternatives()
            guard next < tokens.count, tokens[next].form == .close else {
                throw SelectorError(text, token.column, "the ( is not closed", "add ) where the group ends")
            }
            next += 1
            depth -= 1
            return node
        }
    }

    /// `kind/key`, or the key alone of a record of the kinds that are chosen from.
    private func bare(_ word: String, _ token: SelectorToken) throws(SelectorError) -> SelectorNode {
        if word.hasPrefix("@"), !token.isQuoted {
            let slug = String(word.dropFirst())
            if !Slug.isValid(slug) {
                throw SelectorError(text, token.column, "\(shown(word)) names no group", "write @SLUG of a group")
            }
            return .group(slug, column: token.column)
        }
        let reader = SelectorTestReader(text: text, column: token.column, kinds: kinds)
        if let id = ObjectID(word) {
            if !kinds.contains(id.kind) {
                throw SelectorError(
                    text, token.column, "a \(id.kind.rawValue) is not asked here",
                    "name a \(kinds.map(\.rawValue).joined(separator: " or "))")
            }
            return .test(try reader.read("id", word))
        }
        if let slash = word.firstIndex(of: "/"), !kinds.contains(where: { $0 == .interface || $0 == .prefix }) {
            let name = String(word[..<slash])
            if let kind = NearestNameHint.nearestKind(name) {
                throw SelectorError(
                    text, token.column, "there is no kind \(shown(name))", "did you mean \"\(kind)\"?")
            }
        }
        return .test(try reader.read("slug", word))
    }
}
