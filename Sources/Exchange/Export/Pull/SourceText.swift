import Notation

/// A text that is edited at places the YAML reader names: lines and columns from 1, columns in Unicode scalars.
struct SourceText {
    /// One replacement; the range counts scalars.
    struct Edit {
        let range: Range<Int>
        let text: String
        /// Of insertions at one place the lower comes first.
        var order = 0
    }

    let scalars: [Unicode.Scalar]
    /// Where each line begins.
    private let lines: [Int]
    private let mark: Bool
    /// The line end that the file uses.
    let lineEnd: String

    init(_ text: String) {
        var scalars = Array(text.unicodeScalars)
        mark = scalars.first == "\u{FEFF}"
        if mark { scalars.removeFirst() }
        self.scalars = scalars
        var lines = [0]
        for (i, scalar) in scalars.enumerated() {
            // What libyaml counts as line breaks (YAML 1.1).
            switch scalar {
            case "\n", "\u{85}", "\u{2028}", "\u{2029}": lines.append(i + 1)
            case "\r" where i + 1 == scalars.count || scalars[i + 1] != "\n": lines.append(i + 1)
            default: break
            }
        }
        self.lines = lines
        lineEnd = text.contains("\r\n") ? "\r\n" : "\n"
    }

    func offset(_ position: SourcePosition) -> Int {
        let line = min(max(position.line, 1), lines.count) - 1
        return min(lines[line] + max(position.column, 1) - 1, scalars.count)
    }

    /// The column, from 0, of an offset.
    func column(_ offset: Int) -> Int { offset - lineStart(offset) }

    /// The start of the line that holds `offset`.
    func lineStart(_ offset: Int) -> Int {
        var low = 0
        var high = lines.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if lines[middle] <= offset { low = middle } else { high = middle }
        }
        return lines[low]
    }

    /// The start of the next line, or the end of the text.
    func nextLine(_ offset: Int) -> Int {
        var i = offset
        while i < scalars.count, scalars[i] != "\n" { i += 1 }
        return min(i + 1, scalars.count)
    }

    /// The end of the line, before its line end.
    func lineTail(_ offset: Int) -> Int {
        var i = offset
        while i < scalars.count, scalars[i] != "\n", scalars[i] != "\r" { i += 1 }
        return i
    }

    subscript(_ offset: Int) -> Unicode.Scalar? { scalars.indices.contains(offset) ? scalars[offset] : nil }

    func text(_ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(scalars[range.clamped(to: 0..<scalars.count)]))
    }

    func isBlank(_ range: Range<Int>) -> Bool {
        scalars[range.clamped(to: 0..<scalars.count)].allSatisfy { $0.properties.isWhitespace }
    }

    /// The text with the edits made; those inside a range that another deletes are left out.
    func applying(_ edits: [Edit]) -> String {
        let deletions = edits.filter { !$0.range.isEmpty }.sorted { $0.range.lowerBound < $1.range.lowerBound }
        var outer: [Edit] = []
        for edit in deletions {
            if let last = outer.last, edit.range.lowerBound < last.range.upperBound { continue }
            outer.append(edit)
        }
        let insertions = edits.filter { edit in
            edit.range.isEmpty
                && !outer.contains {
                    $0.range.lowerBound < edit.range.lowerBound && edit.range.lowerBound < $0.range.upperBound
                }
        }
        let all = (outer + insertions).enumerated().sorted { a, b in
            let (x, y) = (a.element, b.element)
            if x.range.lowerBound != y.range.lowerBound { return x.range.lowerBound < y.range.lowerBound }
            if x.range.isEmpty != y.range.isEmpty { return x.range.isEmpty }
            return (x.order, a.offset) < (y.order, b.offset)
        }
        var out = String.UnicodeScalarView()
        if mark { out.append("\u{FEFF}") }
        var at = 0
        for (_, edit) in all {
            if edit.range.lowerBound > at { out.append(contentsOf: scalars[at..<edit.range.lowerBound]) }
            let text = lineEnd == "\n" ? edit.text : edit.text.replacing("\n", with: lineEnd)
            out.append(contentsOf: text.unicodeScalars)
            at = max(at, edit.range.upperBound)
        }
        out.append(contentsOf: scalars[at...])
        return String(out)
    }
}
