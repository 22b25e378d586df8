import CLibXLSXWriter
import Foundation

/// Owns one workbook of libxlsxwriter; nothing is written until ``close()``.
///
/// The library keeps the first error of a cell in nobody's hands: every call's code is looked at here.
final class Workbook {
    private var book: UnsafeMutablePointer<lxw_workbook>?
    let path: String
    private var formats: [Style: UnsafeMutablePointer<lxw_format>] = [:]

    /// How a cell looks.
    enum Style: Hashable { case heading, title, date, wrapped }

    init(path: String) throws(WorkbookError) {
        self.path = path
        guard let book = workbook_new(path) else { throw WorkbookError(message: "\(path): no workbook can be made") }
        self.book = book
    }

    // "The workbook_close() function … frees memory" (workbook.h); one that was never closed is freed unwritten.
    deinit { if let book { lxw_workbook_free(book) } }

    /// Packs and writes the file.
    func close() throws(WorkbookError) {
        guard let book else { return }
        self.book = nil
        try check(workbook_close(book))
    }

    func check(_ code: lxw_error) throws(WorkbookError) {
        guard code != LXW_NO_ERROR else { return }
        let text = lxw_strerror(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
        throw WorkbookError(message: "\(path): \(text)")
    }

    /// Properties with a creation time of our own, so that the same content gives the same bytes.
    func setProperties(title: String, created: Int64) throws(WorkbookError) {
        var properties = lxw_doc_properties()
        properties.created = time_t(created)
        let code = title.withCString { text in
            properties.title = UnsafeMutablePointer(mutating: text)
            return workbook_set_properties(book, &properties)
        }
        try check(code)
    }

    func addSheet(_ name: String) throws(WorkbookError) -> Sheet {
        guard let book, let sheet = workbook_add_worksheet(book, name) else {
            throw WorkbookError(message: "\(path): no sheet \"\(name)\" can be added")
        }
        return Sheet(sheet: sheet, book: self)
    }

    func format(_ style: Style) -> UnsafeMutablePointer<lxw_format>? {
        if let known = formats[style] { return known }
        guard let book, let format = workbook_add_format(book) else { return nil }
        switch style {
        case .heading:
            format_set_bold(format)
            format_set_bg_color(format, 0xDDEBF7)
            format_set_bottom(format, UInt8(LXW_BORDER_THIN.rawValue))
        case .title:
            format_set_bold(format)
            format_set_font_size(format, 14)
        case .date: format_set_num_format(format, "yyyy-mm-dd")
        case .wrapped: format_set_text_wrap(format)
        }
        formats[style] = format
        return format
    }
}

/// A sheet of a ``Workbook``, valid as long as that is open.
struct Sheet {
    let sheet: UnsafeMutablePointer<lxw_worksheet>
    let book: Workbook

    /// Text is written as text: nothing is ever taken for a formula, a link or a number.
    func write(_ text: String, _ row: Int, _ column: Int, _ style: Workbook.Style? = nil) throws(WorkbookError) {
        try book.check(
            worksheet_write_string(
                sheet, lxw_row_t(row), lxw_col_t(column), Self.escaped(text), style.flatMap(book.format)))
    }

    func write(_ number: Double, _ row: Int, _ column: Int) throws(WorkbookError) {
        try book.check(worksheet_write_number(sheet, lxw_row_t(row), lxw_col_t(column), number, nil))
    }

    func write(year: Int, month: Int, day: Int, _ row: Int, _ column: Int) throws(WorkbookError) {
        var date = lxw_datetime()
        (date.year, date.month, date.day) = (Int32(year), Int32(month), Int32(day))
        try book.check(
            worksheet_write_datetime(sheet, lxw_row_t(row), lxw_col_t(column), &date, book.format(.date)))
    }

    func setWidth(_ width: Double, column: Int) throws(WorkbookError) {
        try book.check(worksheet_set_column(sheet, lxw_col_t(column), lxw_col_t(column), width, nil))
    }

    /// Filters on the headings; they and the first column stay in sight.
    func arrange(rows: Int, columns: Int) throws(WorkbookError) {
        worksheet_freeze_panes(sheet, 1, 1)
        try book.check(worksheet_autofilter(sheet, 0, 0, lxw_row_t(rows), lxw_col_t(max(columns - 1, 0))))
    }

    /// Offers `values` in a list for the cells of a column, and refuses others.
    func offer(_ values: [String], column: Int, rows: Int) throws(WorkbookError) {
        var texts: [UnsafeMutablePointer<CChar>?] = values.map { strdup($0) } + [nil]
        defer { texts.forEach { free($0) } }
        let code = texts.withUnsafeMutableBufferPointer { list in
            var validation = lxw_data_validation()
            validation.validate = UInt8(LXW_VALIDATION_TYPE_LIST.rawValue)
            validation.value_list = list.baseAddress
            return worksheet_data_validation_range(
                sheet, 1, lxw_col_t(column), lxw_row_t(rows), lxw_col_t(column), &validation)
        }
        try book.check(code)
    }

    /// `_x0041_` in a text would be read as an escape (ECMA-376 part 1, 22.9.2.19): its underscore is escaped itself.
    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(0x5F), text.contains("_x") else { return text }
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        for (i, byte) in bytes.enumerated() {
            let isEscape =
                byte == 0x5F && i + 6 < bytes.count && bytes[i + 1] == 0x78 && bytes[i + 6] == 0x5F
                && bytes[(i + 2)..<(i + 6)].allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
            out += isEscape ? Array("_x005F_".utf8) : [byte]
        }
        return String(decoding: out, as: UTF8.self)
    }
}

/// A workbook that cannot be written.
public struct WorkbookError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, with the file or record.
    public let message: String
    /// As it is.
    public var description: String { message }
}
