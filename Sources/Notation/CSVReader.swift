/// A table read from CSV: its header and its rows, each cell with its place.
public struct CSVTable: Sendable {
    /// One cell.
    public struct Cell: Sendable {
        /// The text without the quotes around it; line ends inside are LF.
        public let text: String
        /// Line and column where the cell begins; cells with line ends inside keep the lines below them right.
        public let position: SourcePosition
        /// Whether it stood in quotes: then white space at its ends is meant.
        public let isQuoted: Bool

        /// Creates a cell.
        public init(text: String, position: SourcePosition, isQuoted: Bool = false) {
            self.text = text
            self.position = position
            self.isQuoted = isQuoted
        }
    }

    /// The rows in their order, the header first; rows of nothing but empty cells are left out.
    public let rows: [[Cell]]
    /// What parts the cells.
    public let separator: Character

    /// Reads CSV (RFC 4180) as people and their spreadsheets write it.
    ///
    /// A byte order mark, LF, CRLF and CR line ends, quotes and line ends inside quotes are understood. The separator
    /// is the one of `,`, `;` and tab that stands most often in the first line outside quotes (Excel writes `;` where
    /// the comma is the decimal sign, as in Vietnam); a first line `sep=;` names it.
    /// - Throws: ``InputErrors`` for a quote that is not closed, for text behind a closing quote, and for control
    ///   characters.
    public static func read(_ text: String, file: String) throws(InputErrors) -> CSVTable {
        var reader = CSVScanner(text, file: file)
        return try reader.table()
    }
}

/// One pass over the scalars.
private struct CSVScanner {
    private let scalars: [Unicode.Scalar]
    private let file: String
    private var at = 0
    private var line = 1
    private var column = 1
    private var separator: Unicode.Scalar = ","
    private var problems: [Diagnostic] = []

    init(_ text: String, file: String) {
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        self.scalars = scalars
        self.file = file
    }

    mutating func table() throws(InputErrors) -> CSVTable {
        findSeparator()
        var rows: [[CSVTable.Cell]] = []
        while at < scalars.count, problems.count < 100 {
            let row = row()
            if row.contains(where: { !$0.text.isEmpty }) { rows.append(row) }
        }
        if !problems.isEmpty { throw InputErrors(problems) }
        return CSVTable(rows: rows, separator: Character(separator))
    }

    private mutating func findSeparator() {
        if scalars.count >= 5, String(String.UnicodeScalarView(scalars[..<4])).lowercased() == "sep=" {
            separator = scalars[4]
            at = 5
            while at < scalars.count, !Self.isLineEnd(scalars[at]) { at += 1 }
            endLine()
            return
        }
        var counts: [Unicode.Scalar: Int] = [:]
        var isQuoted = false
        for scalar in scalars {
            if scalar == "\"" { isQuoted.toggle() }
            if isQuoted { continue }
            if Self.isLineEnd(scalar) { break }
            if scalar == "," || scalar == ";" || scalar == "\t" { counts[scalar, default: 0] += 1 }
        }
        for candidate: Unicode.Scalar in [",", ";", "\t"] where counts[candidate] ?? 0 > counts[separator] ?? 0 {
            separator = candidate
        }
    }

    private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }

    private var here: SourcePosition { SourcePosition(file: file, line: line, column: column) }

    private mutating func fail(_ position: SourcePosition, _ problem: String, _ remedy: String) {
        problems.append(Diagnostic(position, problem: problem, remedy: remedy))
    }

    /// Steps over one line end of any kind.
    private mutating func endLine() {
        guard at < scalars.count else { return }
        let isPair = scalars[at] == "\r" && at + 1 < scalars.count && scalars[at + 1] == "\n"
        at += isPair ? 2 : 1
        line += 1
        column = 1
    }

    private mutating func row() -> [CSVTable.Cell] {
        var cells: [CSVTable.Cell] = []
        while true {
            cells.append(cell())
            guard at < scalars.count else { return cells }
            if scalars[at] == separator {
                at += 1
                column += 1
                continue
            }
            endLine()
            return cells
        }
    }

    private mutating func cell() -> CSVTable.Cell {
        let start = here
        if at < scalars.count, scalars[at] == "\"" { return quoted(start) }
        let first = at
        while at < scalars.count, scalars[at] != separator, !Self.isLineEnd(scalars[at]) { advance() }
        return CSVTable.Cell(text: String(String.UnicodeScalarView(scalars[first..<at])), position: start)
    }

    private mutating func advance() {
        let scalar = scalars[at]
        if scalar.value < 0x20, scalar != "\t" || separator == "\t" {
            fail(here, "a control character (U+\(String(scalar.value, radix: 16)))", "save the file as plain CSV text")
        }
        at += 1
        column += 1
    }

    private mutating func quoted(_ start: SourcePosition) -> CSVTable.Cell {
        at += 1
        column += 1
        var out = String.UnicodeScalarView()
        while at < scalars.count {
            let scalar = scalars[at]
            if scalar == "\"" {
                if at + 1 < scalars.count, scalars[at + 1] == "\"" {
                    out.append("\"")
                    at += 2
                    column += 2
                    continue
                }
                at += 1
                column += 1
                checkEnd()
                return CSVTable.Cell(text: String(out), position: start, isQuoted: true)
            }
            if Self.isLineEnd(scalar) {
                out.append("\n")
                endLine()
                continue
            }
            out.append(scalar)
            advance()
        }
        fail(start, "a quote is opened and not closed", "close it, or double the quotes inside a cell")
        return CSVTable.Cell(text: String(out), position: start, isQuoted: true)
    }

    /// Behind a closing quote stands a separator or the end of the line.
    private mutating func checkEnd() {
        guard at < scalars.count, scalars[at] != separator, !Self.isLineEnd(scalars[at]) else { return }
        fail(here, "text stands behind a closing quote", "double the quotes inside a cell: \"a \"\"b\"\" c\"")
        while at < scalars.count, scalars[at] != separator, !Self.isLineEnd(scalars[at]) { advance() }
    }
}
