public import CMDB
import Notation

/// CSV of one kind as NetBox users exchange it, and JSON of all kinds in the shape of inventory files.
public enum TableExport {
    /// The rows of `objects`, sorted by key, below NetBox's headings and ours.
    ///
    /// RFC 4180 with CRLF. Cells that a spreadsheet would run are guarded reversibly (``FormulaGuard``); with `bare`
    /// they are left as they are, for programs that know no guard. The same records give the same bytes.
    public static func csv(_ kind: Kind, _ objects: some Sequence<Object>, in snapshot: Snapshot, bare: Bool = false)
        -> String
    {
        let objects = objects.filter { $0.id.kind == kind }.sorted { $0.id < $1.id }
        let columns = ColumnTable.columns(kind, for: objects)
        let writer = RowWriter(snapshot)
        var out = row(columns.map(\.name), bare)
        for object in objects { out += row(writer.cells(object, columns), bare) }
        return out
    }

    /// All records as one JSON object with a list for each kind, which `inventory apply` reads like a YAML file.
    public static func json(_ objects: some Sequence<Object>) -> String {
        let groups = Dictionary(grouping: objects, by: \.id.kind)
        let lists = groups.map { kind, records in
            (kind.fileKey, JSONValue.array(records.sorted { $0.id < $1.id }.map { .object($0.fields) }))
        }
        return JSONValue.object(Dictionary(lists, uniquingKeysWith: { first, _ in first })).pretty + "\n"
    }

    private static func row(_ cells: [String], _ bare: Bool) -> String {
        cells.map { quoted(bare ? $0 : FormulaGuard.guarded($0)) }.joined(separator: ",") + "\r\n"
    }

    /// Quotes where RFC 4180 asks for them, and where a reader might trim white space.
    private static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isSpecial =
            scalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
            || scalars.first?.properties.isWhitespace == true || scalars.last?.properties.isWhitespace == true
        guard isSpecial else { return text }
        var out = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in scalars {
            if scalar == "\"" { out.append("\"") }
            out.append(scalar)
        }
        out.append("\"")
        return String(out)
    }
}
