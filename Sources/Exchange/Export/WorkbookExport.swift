public import CMDB
import Foundation
import Notation

/// The inventory as an XLSX workbook: a sheet that says what it is, then one for each kind.
///
/// Sheets have the columns of ``ColumnTable``. Texts are written as texts, whatever they begin with; whole numbers and
/// fractions as numbers where a spreadsheet keeps them exactly; dates as dates from March 1900 on. Choices are offered
/// in lists.
public enum WorkbookExport {
    /// What the first sheet says.
    public struct Cover: Hashable, Sendable {
        /// When it was made, RFC 3339, and the same in seconds since 1970.
        public let made: String, seconds: Int64
        /// The number of the inventory's state in the ledger.
        public let sequence: Int64
        /// Who made it.
        public let author: String
        /// Which records were asked for; nil: all.
        public let selector: String?

        /// Creates a cover.
        public init(made: String, seconds: Int64, sequence: Int64, author: String, selector: String? = nil) {
            (self.made, self.seconds, self.sequence) = (made, seconds, sequence)
            (self.author, self.selector) = (author, selector)
        }
    }

    /// Excel's limit for the text of one cell.
    static let mostCharacters = 32_767
    /// Excel's limit for rows, the heading among them.
    static let mostRows = 1_048_576
    /// Excel's limit for the words of a list in a cell, with commas.
    private static let mostListCharacters = 255

    /// Writes `objects` to `path`, replacing what is there. The same content and cover give the same bytes.
    /// - Throws: ``WorkbookError`` that names the file or the record with a text longer than a cell may be.
    public static func write(
        _ objects: some Sequence<Object>, in snapshot: Snapshot, to path: String, cover: Cover
    ) throws(WorkbookError) {
        let groups = Dictionary(grouping: objects, by: \.id.kind)
        let book = try Workbook(path: path)
        try book.setProperties(title: "Hạ Tầng", created: cover.seconds)
        let kinds = Kind.allCases.filter { groups[$0] != nil }
        try writeCover(cover, kinds.map { ($0, groups[$0]?.count ?? 0) }, book)
        for kind in kinds { try writeSheet(kind, (groups[kind] ?? []).sorted { $0.id < $1.id }, snapshot, book) }
        try book.close()
    }

    private static func writeCover(_ cover: Cover, _ counts: [(Kind, Int)], _ book: Workbook) throws(WorkbookError) {
        let sheet = try book.addSheet(SheetNames.readme)
        try sheet.setWidth(34, column: 0)
        try sheet.setWidth(70, column: 1)
        try sheet.write("Hạ Tầng: dữ liệu quản lý hạ tầng", 0, 0, .title)
        let total = counts.reduce(0) { $0 + $1.1 }
        var rows: [(String, String)] = [
            ("Thời điểm xuất (made)", cover.made), ("Số thứ tự sổ cái (sequence)", String(cover.sequence)),
            ("Người xuất (author)", cover.author), ("Bộ chọn (selector)", cover.selector ?? "*"),
            ("Số đối tượng (records)", String(total)),
            (
                "Nhập lại (import)",
                "Sửa trong các trang, giữ nguyên hàng tiêu đề và tên trang, rồi nhập lại tệp này bằng hatang inventory import."
            ),
            (
                "How to bring it back",
                "Edit the sheets, keep the headings and the names of the sheets, then take the file in with hatang inventory import."
            ),
        ]
        rows.append(("", ""))
        rows += counts.map { (SheetNames.title($0.0), String($0.1)) }
        for (i, row) in rows.enumerated() {
            try sheet.write(row.0, i + 2, 0)
            try sheet.write(row.1, i + 2, 1, .wrapped)
        }
    }

    private static func writeSheet(
        _ kind: Kind, _ objects: [Object], _ snapshot: Snapshot, _ book: Workbook
    ) throws(WorkbookError) {
        guard objects.count < mostRows else {
            throw WorkbookError(message: "\(objects.count) \(kind.rawValue) do not fit a sheet: use CSV or a selector")
        }
        let sheet = try book.addSheet(SheetNames.title(kind))
        let columns = ColumnTable.columns(kind, for: objects)
        let writer = RowWriter(snapshot)
        var widths = columns.map { max(8, $0.name.count + 4) }
        for (i, column) in columns.enumerated() { try sheet.write(column.name, 0, i, .heading) }
        for (r, object) in objects.enumerated() {
            for (c, text) in writer.cells(object, columns).enumerated() where !text.isEmpty {
                guard text.utf16.count <= mostCharacters else {
                    throw WorkbookError(
                        message: "\(object.id) \(columns[c].name) has \(text.utf16.count) characters, a cell holds "
                            + "\(mostCharacters): use CSV or YAML")
                }
                try write(text, type(columns[c]), sheet, r + 1, c)
                widths[c] = max(widths[c], min(50, text.prefix(60).count + 2))
            }
        }
        for (i, column) in columns.enumerated() {
            try sheet.setWidth(Double(min(50, widths[i])), column: i)
            let choices = choices(column)
            if !choices.isEmpty { try sheet.offer(choices, column: i, rows: min(objects.count + 500, mostRows - 1)) }
        }
        try sheet.arrange(rows: objects.count, columns: columns.count)
    }

    private static func type(_ column: Column) -> FieldType? {
        switch column.content {
        case .field(let field), .member(_, let field): field.type
        default: nil
        }
    }

    private static func choices(_ column: Column) -> [String] {
        let words: [String]
        switch type(column) {
        case .choice(let values): words = values
        case .bool: words = ["true", "false"]
        default: return []
        }
        return words.joined(separator: ",").utf16.count <= mostListCharacters ? words : []
    }

    private static func write(_ text: String, _ type: FieldType?, _ sheet: Sheet, _ row: Int, _ column: Int)
        throws(WorkbookError)
    {
        switch type {
        case .int, .decimal:
            // libxlsxwriter writes 16 digits.
            if let number = Double(text), Double(String(format: "%.16G", number)) == number, abs(number) < 9e15 {
                return try sheet.write(number, row, column)
            }
        case .date:
            let parts = text.split(separator: "-").compactMap { Int($0) }
            // Excel takes 1900 for a leap year: days before March 1900 are not told apart.
            if parts.count == 3, text >= "1900-03-01" {
                return try sheet.write(year: parts[0], month: parts[1], day: parts[2], row, column)
            }
        default: break
        }
        try sheet.write(text, row, column)
    }
}
