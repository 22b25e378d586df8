import Notation

/// Whatever a table holds, it is read or refused with places inside it; what is read and written again reads the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    let lines = text.unicodeScalars.count { $0 == "\n" || $0 == "\r" } + 1
    do throws(InputErrors) {
        let table = try CSVTable.read(text, file: "fuzz.csv")
        var last = 0
        for row in table.rows {
            precondition(row.contains { !$0.text.isEmpty }, "an empty row was kept")
            for cell in row {
                precondition((1...lines).contains(cell.position.line), "line \(cell.position.line) of \(lines)")
                precondition(cell.position.line >= last && cell.position.column >= 1)
                last = cell.position.line
            }
        }
        readsBack(table)
    } catch {
        precondition(!error.diagnostics.isEmpty)
        for diagnostic in error.diagnostics {
            precondition((1...lines).contains(diagnostic.position.line), "line \(diagnostic.position.line) of \(lines)")
        }
    }
    return 0
}

/// Every cell in quotes says the same as it did.
private func readsBack(_ table: CSVTable) {
    let written = table.rows.map { row in row.map { quoted($0.text) }.joined(separator: ",") }
    // The separator is guessed from the first line outside quotes: one column needs none.
    guard let again = try? CSVTable.read(written.joined(separator: "\r\n"), file: "again.csv") else {
        preconditionFailure("what was read does not read again")
    }
    precondition(again.rows.map { $0.map(\.text) } == table.rows.map { $0.map(\.text) }, "it reads differently")
}

/// By scalar: a quote may carry a combining mark.
private func quoted(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    out.append("\"")
    for scalar in text.unicodeScalars { out.append(contentsOf: scalar == "\"" ? [scalar, scalar] : [scalar]) }
    out.append("\"")
    return String(out)
}
