import Notation

/// A workbook of Office Open XML (ECMA-376): the texts of its sheets, each cell with its place.
struct SpreadsheetBook {
    /// One sheet: rows of equal width, the headings first. Empty rows are left out.
    struct Sheet {
        let name: String
        let rows: [[CSVTable.Cell]]
    }

    let sheets: [Sheet]

    /// Reads a workbook.
    ///
    /// Values are what a person sees: formulas by the value that was saved with them, dates as `2026-11-21`. A value
    /// merged over several rows of one column stands in each of them.
    /// - Throws: ``Notation/InputErrors`` for what is no workbook, for cells that hold errors, and for packages beyond
    ///   all reason.
    static func read(_ bytes: [UInt8], file: String) throws(InputErrors) -> SpreadsheetBook {
        let package = try ZipPackage(bytes, file: file)
        var reader = BookReader(package: package, file: file)
        return SpreadsheetBook(sheets: try reader.sheets())
    }
}

/// Reads the parts that a workbook is made of.
private struct BookReader {
    let package: ZipPackage
    let file: String
    private var strings: [String] = []
    private var dates = DateStyles()

    init(package: ZipPackage, file: String) {
        self.package = package
        self.file = file
    }

    mutating func sheets() throws(InputErrors) -> [SpreadsheetBook.Sheet] {
        let main = try mainPart()
        guard let bytes = try package.part(main) else {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: file), problem: "no workbook in the package",
                    remedy: "save it as .xlsx from a spreadsheet program"))
        }
        let folder = main.split(separator: "/").dropLast().joined(separator: "/")
        let name = main.split(separator: "/").last.map(String.init) ?? main
        let links = try relations("\(folder)/_rels/\(name).rels", below: folder)
        var found: [(name: String, part: String)] = []
        let walk = try XMLWalk(bytes, file: file)
        while let node = try walk.next() {
            guard case .open(let element) = node else { continue }
            if element == "workbookPr" { dates.is1904 = ["1", "true"].contains(walk.attribute("date1904") ?? "") }
            if element == "sheet", let name = walk.attribute("name"),
                let link = walk.attribute("r:id") ?? walk.attribute("d3p1:id"), let part = links[link]?.part
            {
                found.append((name, part))
            }
        }
        for link in links.values.sorted(by: { $0.part < $1.part }) {
            if link.type.hasSuffix("/sharedStrings"), let bytes = try package.part(link.part) { try readStrings(bytes) }
            if link.type.hasSuffix("/styles"), let bytes = try package.part(link.part) { try dates.read(bytes, file) }
        }
        var out: [SpreadsheetBook.Sheet] = []
        var problems: [Diagnostic] = []
        for (name, part) in found {
            guard let bytes = try package.part(part) else { continue }
            var sheet = SheetReader(file: file, name: name, strings: strings, dates: dates)
            out.append(SpreadsheetBook.Sheet(name: name, rows: try sheet.read(bytes)))
            problems += sheet.problems
        }
        if !problems.isEmpty { throw InputErrors(problems) }
        return out
    }

    private func mainPart() throws(InputErrors) -> String {
        let links = try relations("_rels/.rels", below: "")
        return links.values.first { $0.type.hasSuffix("/officeDocument") }?.part ?? "xl/workbook.xml"
    }

    private func relations(
        _ part: String, below folder: String
    ) throws(InputErrors) -> [String: (type: String, part: String)] {
        guard let bytes = try package.part(part) else { return [:] }
        let walk = try XMLWalk(bytes, file: file)
        var out: [String: (type: String, part: String)] = [:]
        while let node = try walk.next() {
            guard case .open("Relationship") = node, let id = walk.attribute("Id"),
                let target = walk.attribute("Target"),
                walk.attribute("TargetMode") != "External"
            else { continue }
            out[id] = (walk.attribute("Type") ?? "", Self.path(target, below: folder))
        }
        return out
    }

    /// A target as a path from the root of the package.
    private static func path(_ target: String, below folder: String) -> String {
        var parts = target.hasPrefix("/") ? [] : folder.split(separator: "/").map(String.init)
        for part in target.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }

    private mutating func readStrings(_ bytes: [UInt8]) throws(InputErrors) {
        let walk = try XMLWalk(bytes, file: file)
        var text = ""
        var isText = false
        var phonetic = 0
        while let node = try walk.next() {
            switch node {
            case .open("si"): text = ""
            case .open("t"): isText = phonetic == 0
            case .close("t"): isText = false
            case .open("rPh"): phonetic += 1
            case .close("rPh"): phonetic -= 1
            case .text(let part): if isText { text += part }
            case .close("si"): strings.append(text)
            default: break
            }
        }
    }
}

/// Tells which numbers are days (ECMA-376 part 1, 18.8.30 and 18.8.31).
struct DateStyles {
    var is1904 = false
    /// Whether each cell style shows a date.
    private var styles: [Bool] = []

    mutating func read(_ bytes: [UInt8], _ file: String) throws(InputErrors) {
        let walk = try XMLWalk(bytes, file: file)
        var custom: Set<Int> = []
        var isInCells = false
        while let node = try walk.next() {
            switch node {
            case .open("numFmt"):
                if let id = walk.attribute("numFmtId").flatMap({ Int($0) }), let code = walk.attribute("formatCode"),
                    Self.isDate(code)
                {
                    custom.insert(id)
                }
            case .open("cellXfs"): isInCells = true
            case .close("cellXfs"): isInCells = false
            case .open("xf"):
                guard isInCells else { continue }
                let id = walk.attribute("numFmtId").flatMap { Int($0) } ?? 0
                let isBuiltIn =
                    (14...22).contains(id) || (27...36).contains(id) || (45...47).contains(id) || (50...58).contains(id)
                styles.append(isBuiltIn || custom.contains(id))
            default: break
            }
        }
    }

    /// Whether a format code shows days or times: `d`, `m`, `y`, `h`, `s` outside quotes and brackets.
    static func isDate(_ code: String) -> Bool {
        var isQuoted = false
        var isBracketed = false
        var isEscaped = false
        for scalar in code.lowercased().unicodeScalars {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch scalar {
            case "\\", "_", "*": isEscaped = !isQuoted
            case "\"": isQuoted.toggle()
            case "[": isBracketed = true
            case "]": isBracketed = false
            case "d", "m", "y", "h", "s": if !isQuoted, !isBracketed { return true }
            case ";": return false
            default: break
            }
        }
        return false
    }

    func isDate(style: Int) -> Bool { styles.indices.contains(style) && styles[style] }

    /// A serial number as `2026-11-21`, with the time behind it when there is one; nil outside the calendar.
    func text(_ serial: Double) -> String? {
        guard serial >= 0, serial < 2_958_466 else { return nil }
        var day = Int(serial)
        var seconds = Int(((serial - Double(day)) * 86_400).rounded())
        if seconds == 86_400 { (day, seconds) = (day + 1, 0) }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        if day == 0, !is1904 { return clock }
        // The 1900 system counts 1900-02-29, which never was (ECMA-376 part 1, 18.17.4.1).
        let date = Self.civil(is1904 ? day - 24_107 : day < 60 ? day - 25_568 : day - 25_569)
        return seconds == 0 ? date : "\(date)T\(clock)"
    }

    /// The Gregorian day so many days after 1970-01-01 (days-from-civil turned round, by eras of 400 years).
    private static func civil(_ days: Int) -> String {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let index = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * index + 2) / 5 + 1
        let month = index < 10 ? index + 3 : index - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(month))-\(two(day))"
    }
}
