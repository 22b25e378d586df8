/// A text with gaps: `Cisco IOS Software, {*}Version {version},`.
///
/// Fixed parts are looked for from left to right, each at its first place after the part before it. `{name}` keeps what
/// stands between two fixed parts, one word if the second one starts with a blank; at the end of the template it keeps
/// the word there (up to a blank, `,`, `;` or a bracket it did not open). `{*}` keeps nothing, `^` at the start ties the
/// first part to the beginning. There is no backtracking: one pass.
struct TextTemplate: Sendable, Equatable {
    enum Piece: Sendable, Equatable {
        case fixed([Unicode.Scalar])
        case gap(String)
        case any
    }
    let pieces: [Piece]
    let isAnchored: Bool
    /// Names of the gaps that keep something.
    var names: Set<String> {
        Set(pieces.compactMap { if case .gap(let name) = $0 { name } else { nil } })
    }

    /// Reads a template; nil when a brace is not closed or two gaps stand side by side.
    init?(_ text: String) {
        var rest = Substring(text)
        isAnchored = rest.first == "^"
        if isAnchored { rest.removeFirst() }
        var pieces: [Piece] = []
        while !rest.isEmpty {
            if rest.first == "{" {
                guard let end = rest.firstIndex(of: "}") else { return nil }
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                if case .fixed = pieces.last ?? .fixed([]) {} else { return nil }
                pieces.append(name == "*" ? .any : .gap(name))
                rest = rest[rest.index(after: end)...]
            } else {
                let end = rest.firstIndex(of: "{") ?? rest.endIndex
                pieces.append(.fixed(Array(rest[..<end].unicodeScalars)))
                rest = rest[end...]
            }
        }
        if pieces.isEmpty { return nil }
        self.pieces = pieces
    }

    /// What the gaps keep, if the text has all fixed parts in order; upper and lower case are the same.
    func captures(in text: String) -> [String: String]? {
        let scalars = Array(text.unicodeScalars)
        var at = 0
        var kept: [String: String] = [:]
        var open: (name: String?, start: Int)?
        for (number, piece) in pieces.enumerated() {
            switch piece {
            case .any: open = (nil, at)
            case .gap(let name): open = (name, at)
            case .fixed(let part):
                let mayMove = open != nil || (number == 0 && !isAnchored)
                guard let found = Self.find(part, in: scalars, from: at, mayMove: mayMove) else { return nil }
                if open?.name != nil, part.first == " ", scalars[at..<found].contains(" ") { return nil }
                if let name = open?.name, !keep(scalars[at..<found], as: name, in: &kept) { return nil }
                open = nil
                at = found + part.count
            }
        }
        if let name = open?.name {
            let word = scalars[at...].prefix(Self.wordLength(scalars[at...]))
            if !keep(word, as: name, in: &kept) { return nil }
        }
        return kept
    }

    /// A word ends at a blank, `,` or `;`, and at a bracket that it did not open itself: `9.8(2)` is one.
    private static func wordLength(_ scalars: ArraySlice<Unicode.Scalar>) -> Int {
        var depth = 0
        var length = 0
        for scalar in scalars {
            switch scalar {
            case " ", ",", ";": return length
            case "(" where length == 0: return 0
            case "(": depth += 1
            case ")":
                if depth == 0 { return length }
                depth -= 1
            default: break
            }
            length += 1
        }
        return length
    }

    private func keep(_ scalars: ArraySlice<Unicode.Scalar>, as name: String, in kept: inout [String: String]) -> Bool {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        let value = OneLine.clean(String(view), limit: 120)
        if value.isEmpty { return false }
        kept[name] = value
        return true
    }

    private static func find(_ part: [Unicode.Scalar], in text: [Unicode.Scalar], from: Int, mayMove: Bool) -> Int? {
        var start = from
        while start + part.count <= text.count {
            if zip(part, text[start...]).allSatisfy({ same($0, $1) }) { return start }
            if !mayMove { return nil }
            start += 1
        }
        return nil
    }

    private static func same(_ a: Unicode.Scalar, _ b: Unicode.Scalar) -> Bool { lower(a) == lower(b) }
    private static func lower(_ scalar: Unicode.Scalar) -> UInt32 {
        (65...90).contains(scalar.value) ? scalar.value + 32 : scalar.value
    }
}
