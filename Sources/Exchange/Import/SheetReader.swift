import Notation

/// Reads the cells of one sheet.
struct SheetReader {
    private let file: String
    private let name: String
    private let strings: [String]
    private let dates: DateStyles
    private(set) var problems: [Diagnostic] = []
    /// Texts by row and column, both from 0.
    private var cells: [Int: [Int: String]] = [:]
    private var merges: [(column: Int, rows: ClosedRange<Int>)] = []
    private var count = 0

    private static let mostCells = 4_000_000
    private static let mostProblems = 200

    init(file: String, name: String, strings: [String], dates: DateStyles) {
        (self.file, self.name, self.strings, self.dates) = (file, name, strings, dates)
    }

    /// One cell while it is read.
    private struct Cell {
        var place = (row: 0, column: 0)
        var type = ""
        var style = 0
        var value = ""
        var inline = ""
        var hasFormula = false
        var hasValue = false
    }

    mutating func read(_ bytes: [UInt8]) throws(InputErrors) -> [[CSVTable.Cell]] {
        let walk = try XMLWalk(bytes, file: "\(file):\(name)")
        var cell = Cell()
        var row = -1
        var column = -1
        var path = ""
        var phonetic = 0
        while let node = try walk.next() {
            switch node {
            case .open("row"):
                row = walk.attribute("r").flatMap { Int($0) }.map { $0 - 1 } ?? row + 1
                column = -1
                guard (0..<1_048_576).contains(row) else { throw beyond() }
            case .open("c"):
                cell = Cell()
                cell.place =
                    try walk.attribute("r").map { (text) throws(InputErrors) in try place(text) } ?? (row, column + 1)
                (row, column) = cell.place
                cell.type = walk.attribute("t") ?? "n"
                cell.style = walk.attribute("s").flatMap { Int($0) } ?? 0
            case .open("rPh"): phonetic += 1
            case .close("rPh"): phonetic -= 1
            case .open("f"):
                cell.hasFormula = true
                path = "f"
            case .open("v"):
                cell.hasValue = true
                path = "v"
            case .open("t"): path = "t"
            case .close("v"), .close("f"), .close("t"): path = ""
            case .text(let text):
                if path == "v" { cell.value += text }
                if path == "t", phonetic == 0 { cell.inline += text }
            case .close("c"):
                try take(cell)
            case .open("mergeCell"): if let range = walk.attribute("ref") { try merge(range) }
            default: break
            }
        }
        fillMerged()
        return rows()
    }

    private func beyond() -> InputErrors {
        InputErrors(
            Diagnostic(
                SourcePosition(file: "\(file):\(name)"),
                problem: "a cell stands outside of every sheet, or there are too many",
                remedy: "save the workbook anew from a spreadsheet program, or split the sheet"))
    }

    /// `B7` as row 6, column 1.
    private func place(_ text: String) throws(InputErrors) -> (row: Int, column: Int) {
        var column = 0
        var row = 0
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A where row == 0 && column < 16_384: column = column * 26 + Int(byte) - 0x40
            case 0x30...0x39 where column > 0 && row < 1_048_577: row = row * 10 + Int(byte) - 0x30
            default: throw beyond()
            }
        }
        guard (1...16_384).contains(column), (1...1_048_576).contains(row) else { throw beyond() }
        return (row - 1, column - 1)
    }

    static func letters(_ column: Int) -> String {
        var out = ""
        var rest = column + 1
        while rest > 0 {
            out = String(UnicodeScalar(UInt8(0x41 + (rest - 1) % 26))) + out
            rest = (rest - 1) / 26
        }
        return out
    }

    private func position(_ row: Int, _ column: Int) -> SourcePosition {
        SourcePosition(file: "\(file):\(name)!\(Self.letters(column))\(row + 1)")
    }

    private mutating func fail(_ place: (row: Int, column: Int), _ problem: String, _ remedy: String) {
        guard problems.count < Self.mostProblems else { return }
        problems.append(Diagnostic(position(place.row, place.column), problem: problem, remedy: remedy))
    }

    private mutating func take(_ cell: Cell) throws(InputErrors) {
        count += 1
        if count > Self.mostCells { throw beyond() }
        guard let text = text(cell), !text.isEmpty else { return }
        cells[cell.place.row, default: [:]][cell.place.column] = text
    }

    private mutating func text(_ cell: Cell) -> String? {
        switch cell.type {
        case "s":
            guard let index = Int(cell.value), strings.indices.contains(index) else {
                if cell.hasValue { fail(cell.place, "its text is not in the workbook", "save the workbook anew") }
                return nil
            }
            return Self.unescaped(strings[index])
        case "inlineStr": return Self.unescaped(cell.inline)
        case "str", "d": return Self.unescaped(cell.value)
        case "b": return cell.value == "1" || cell.value == "true" ? "true" : cell.hasValue ? "false" : nil
        case "e":
            fail(cell.place, "it holds the error \(cell.value.prefix(20))", "correct its formula")
            return nil
        default:
            if !cell.hasValue {
                if cell.hasFormula {
                    fail(
                        cell.place, "its formula was saved without a value",
                        "open and save the workbook in a spreadsheet program")
                }
                return nil
            }
            return number(cell)
        }
    }

    private mutating func number(_ cell: Cell) -> String? {
        guard let value = Double(cell.value), value.isFinite else {
            fail(cell.place, "\"\(cell.value.prefix(30))\" is not a number", "save the workbook anew")
            return nil
        }
        if dates.isDate(style: cell.style), let date = dates.text(value) { return date }
        if let whole = Int64(exactly: value), abs(value) < 1e15 { return String(whole) }
        return "\(value)"
    }

    /// `_x000D_` stands for a character that XML cannot hold (ECMA-376 part 1, 22.4.2.4).
    static func unescaped(_ text: String) -> String {
        guard text.contains("_x") else { return text }
        var out = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "_x") {
            out += rest[..<start.lowerBound]
            let tail = rest[start.upperBound...]
            let digits = tail.prefix(4)
            if digits.utf8.count == 4, tail.dropFirst(4).first == "_", let code = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(code)
            {
                if scalar != "\r" { out.unicodeScalars.append(scalar) }
                rest = tail.dropFirst(5)
            } else {
                out += "_x"
                rest = tail
            }
        }
        return out + rest
    }

    private mutating func merge(_ range: String) throws(InputErrors) {
        let ends = range.split(separator: ":").map(String.init)
        guard ends.count == 2, merges.count < 100_000 else { return }
        let (first, last) = (try place(ends[0]), try place(ends[1]))
        if first.column == last.column, first.row < last.row { merges.append((first.column, first.row...last.row)) }
    }

    private mutating func fillMerged() {
        for merge in merges {
            guard let text = cells[merge.rows.lowerBound]?[merge.column] else { continue }
            // Only rows that hold something else are filled; the rest of a long merge is empty paper.
            let rows =
                merge.rows.count < cells.count ? Array(merge.rows) : cells.keys.filter { merge.rows.contains($0) }
            for row in rows where cells[row] != nil && cells[row]?[merge.column] == nil {
                cells[row]?[merge.column] = text
            }
        }
    }

    /// Rows as wide as the headings, and one more cell where a row has something behind them.
    private func rows() -> [[CSVTable.Cell]] {
        let order = cells.keys.filter { row in cells[row]?.values.contains { !$0.isBlankText } ?? false }.sorted()
        guard let header = order.first, let width = cells[header]?.keys.max().map({ $0 + 1 }) else { return [] }
        return order.map { row in
            var out = (0..<width).map { column in
                CSVTable.Cell(text: cells[row]?[column] ?? "", position: position(row, column), isQuoted: true)
            }
            if let extra = cells[row]?.keys.filter({ $0 >= width }).min(), let text = cells[row]?[extra] {
                out.append(CSVTable.Cell(text: text, position: position(row, extra)))
            }
            return out
        }
    }
}
