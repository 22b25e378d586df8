import CMDB
import Exchange
import Foundation
import Notation
import TestSupport
import Testing

/// Workbooks as Excel, LibreOffice and hostile people write them, put together from their parts.
struct BookParts {
    var parts: [String: String]

    init(sheets: [(name: String, rows: String)], shared: [String] = [], styles: String = "", is1904: Bool = false) {
        let names = sheets.enumerated().map { i, sheet in
            "<sheet name=\"\(sheet.name)\" sheetId=\"\(i + 1)\" r:id=\"rId\(i + 1)\"/>"
        }.joined()
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        let relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        parts = [
            "xl/workbook.xml":
                "<workbook xmlns=\"\(main)\" xmlns:r=\"\(relationships)\"><workbookPr date1904=\"\(is1904 ? 1 : 0)\"/><sheets>\(names)</sheets></workbook>",
            "_rels/.rels":
                "<Relationships><Relationship Id=\"r1\" Type=\"\(relationships)/officeDocument\" Target=\"/xl/workbook.xml\"/></Relationships>",
            "xl/sharedStrings.xml":
                "<sst xmlns=\"\(main)\">\(shared.map { "<si>\($0)</si>" }.joined())</sst>",
            "xl/styles.xml": "<styleSheet xmlns=\"\(main)\">\(styles)</styleSheet>",
        ]
        var links = """
            <Relationship Id="s" Type="\(relationships)/sharedStrings" Target="sharedStrings.xml"/>\
            <Relationship Id="y" Type="\(relationships)/styles" Target="styles.xml"/>
            """
        for (i, sheet) in sheets.enumerated() {
            parts["xl/worksheets/sheet\(i + 1).xml"] = "<worksheet xmlns=\"\(main)\">\(sheet.rows)</worksheet>"
            links +=
                "<Relationship Id=\"rId\(i + 1)\" Type=\"\(relationships)/worksheet\" Target=\"worksheets/sheet\(i + 1).xml\"/>"
        }
        parts["xl/_rels/workbook.xml.rels"] = "<Relationships>\(links)</Relationships>"
    }

    /// Packed by Python's zipfile.
    func source(_ name: String = "t.xlsx") async throws -> ImportSource {
        let script = """
            import sys, json, zipfile, io
            parts = json.load(sys.stdin)
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
                for name, text in parts.items(): book.writestr(name, text)
            sys.stdout.buffer.write(out.getvalue())
            """
        let json = JSONValue.object(parts.mapValues { .string($0) }).canonical
        let made = try await runProcess("python3", ["-c", script], input: Array(json.utf8))
        #expect(made.status == 0, "\(made.errorText)")
        return ImportSource(path: name, bytes: made.stdout)
    }
}

@Suite("Workbooks come in", .tags(.medium))
struct ImportWorkbookTests {
    private func header(_ names: String...) -> String {
        "<row r=\"1\">"
            + names.enumerated().map { i, name in
                "<c r=\"\(Character(UnicodeScalar(UInt8(65 + i))))1\" t=\"inlineStr\"><is><t>\(name)</t></is></c>"
            }.joined() + "</row>"
    }

    @Test("One sheet for each kind: shared and inline texts, numbers, truths, formulas, dates, rich text") func cells()
        async throws
    {
        let book = BookParts(
            sheets: [
                (
                    "Đơn vị",
                    "<sheetData>\(header("name", "slug"))<row r=\"3\"><c r=\"A3\" t=\"s\"><v>0</v></c></row></sheetData>"
                ),
                (
                    "sites",
                    "<sheetData>\(header("slug", "name", "tenant", "latitude", "cf_on", "cf_day"))<row r=\"2\"><c r=\"A2\" t=\"str\"><f>LOWER(\"HALL\")</f><v>hall</v></c><c r=\"B2\" t=\"s\"><v>1</v></c><c r=\"C2\" t=\"s\"><v>0</v></c><c r=\"D2\"><v>21.5</v></c><c r=\"E2\" t=\"b\"><v>1</v></c><c r=\"F2\" s=\"1\"><v>46347</v></c></row><row r=\"9\"/></sheetData>"
                ),
                (
                    "Ghi chép",
                    "<sheetData>\(header("Ngày", "Việc"))<row r=\"2\"><c t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData>"
                ),
            ],
            shared: [
                "<t>Sở Tài chính</t>", "<r><t>Phòng </t></r><r><rPr><b/></rPr><t>máy</t></r><rPh><t>no</t></rPh>",
            ],
            styles: "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>")
        let made = try Importing.load([try await book.source()])
        let site = try #require(made.snapshot[ObjectID(.site, "hall")])
        #expect(site["name"] == "Phòng máy")
        #expect(site["tenant"] == "so-tai-chinh")
        #expect(site["latitude"] == 21.5)
        #expect(site["custom_fields"] == ["on": true, "day": "2026-11-21"])
        #expect(made.warnings.contains { $0.hasPrefix("t.xlsx:Ghi chép: ") && $0.contains("left out") })
    }

    @Test(
        "Dates of both systems, by built-in and own formats",
        arguments: [
            (false, "14", "", "46347", "2026-11-21"), (true, "14", "", "44885", "2026-11-21"),
            (false, "14", "", "1", "1900-01-01"), (false, "14", "", "59", "1900-02-28"),
            (false, "14", "", "61", "1900-03-01"), (true, "14", "", "0", "1904-01-01"),
            (false, "170", "dd/mm/yyyy", "46347", "2026-11-21"), (false, "170", "\"d\"0.00", "46347", "46347"),
            (false, "170", "[Red]0.0", "46347", "46347"), (false, "22", "", "46347.5", "2026-11-21T12:00:00"),
            (false, "0", "", "46347", "46347"),
        ])
    func dates(_ is1904: Bool, _ format: String, _ code: String, _ serial: String, _ text: String) async throws {
        let custom =
            code.isEmpty
            ? ""
            : "<numFmts><numFmt numFmtId=\"170\" formatCode=\"\(code.replacing("\"", with: "&quot;"))\"/></numFmts>"
        let book = BookParts(
            sheets: [
                (
                    "tenants",
                    "<sheetData>\(header("name", "description"))<row><c t=\"inlineStr\"><is><t>T</t></is></c><c s=\"1\"><v>\(serial)</v></c></row></sheetData>"
                )
            ], styles: "\(custom)<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"\(format)\"/></cellXfs>", is1904: is1904)
        let made = try Importing.load([try await book.source()])
        #expect(made.snapshot[ObjectID(.tenant, "t")]?["description"] == .string(text))
    }

    @Test("A value merged over rows stands in each of them") func merged() async throws {
        let rows = (2...4).map { row in
            let site = row == 2 ? "<c r=\"A2\" t=\"inlineStr\"><is><t>hall</t></is></c>" : ""
            return "<row r=\"\(row)\">\(site)<c r=\"B\(row)\" t=\"inlineStr\"><is><t>R\(row)</t></is></c></row>"
        }.joined()
        let book = BookParts(sheets: [
            (
                "racks",
                "<sheetData>\(header("site", "name"))\(rows)</sheetData><mergeCells><mergeCell ref=\"A2:A1048576\"/></mergeCells>"
            )
        ])
        let world = try ExportWorld.load(["sites: [{slug: hall, name: Hall}]\n"])
        let made = try Importing.load([try await book.source()], onto: world)
        #expect(made.snapshot.objects(.rack).map { $0.text("site") } == ["hall", "hall", "hall"])
    }

    @Test("Errors name the sheet and the cell, all at once") func errors() async throws {
        let book = BookParts(sheets: [
            (
                "racks",
                "<sheetData>\(header("site", "name", "u_height"))<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>nowhere</t></is></c><c r=\"B2\" t=\"inlineStr\"><is><t>R</t></is></c><c r=\"C2\"><v>4200</v></c></row></sheetData>"
            )
        ])
        let found = Importing.errors([try await book.source()])
        #expect(found.count == 2, "\(found)")
        #expect(found.contains { $0.hasPrefix("t.xlsx:racks!A2: rack/r: site: there is no site") }, "\(found)")
        #expect(found.contains { $0.hasPrefix("t.xlsx:racks!C2: rack/r: u_height is \"4200\"") }, "\(found)")
        let faulty = BookParts(sheets: [
            (
                "tenants",
                "<sheetData>\(header("name", "description"))<row r=\"2\"><c r=\"A2\" t=\"e\"><v>#N/A</v></c><c r=\"B2\"><f>NOW()</f></c></row><row r=\"3\"><c r=\"A3\" t=\"s\"><v>7</v></c></row></sheetData>"
            )
        ])
        let cells = Importing.errors([try await faulty.source()])
        #expect(cells.count == 3, "\(cells)")
        #expect(cells[0].hasPrefix("t.xlsx:tenants!A2: it holds the error #N/A"))
    }

    @Test("Hostile packages are refused and never trap") func hostile() async throws {
        let good = BookParts(sheets: [
            ("tenants", "<sheetData>\(header("name"))<row><c t=\"inlineStr\"><is><t>T</t></is></c></row></sheetData>")
        ])
        var cases: [(String, BookParts)] = []
        func changed(_ name: String, _ part: String, _ text: String) {
            var book = good
            book.parts[part] = text
            cases.append((name, book))
        }
        let sheet = "xl/worksheets/sheet1.xml"
        changed(
            "entities", sheet,
            "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><worksheet><sheetData><row><c t=\"inlineStr\"><is><t>&b;</t></is></c></row></sheetData></worksheet>"
        )
        changed("external", sheet, "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><worksheet/>")
        changed(
            "bomb", sheet,
            "<worksheet><sheetData>" + String(repeating: " ", count: 60 << 20) + "</sheetData></worksheet>")
        changed("deep", sheet, String(repeating: "<a>", count: 5_000))
        changed("broken", sheet, "<worksheet><sheetData><row>")
        changed(
            "far row", sheet,
            "<worksheet><sheetData><row r=\"99999999999\"><c r=\"A1\"><v>1</v></c></row></sheetData></worksheet>")
        changed(
            "far cell", sheet,
            "<worksheet><sheetData><row><c r=\"ZZZZZZZZZZ1\"><v>1</v></c></row></sheetData></worksheet>")
        changed("negative row", sheet, "<worksheet><sheetData><row r=\"-5\"/></sheetData></worksheet>")
        changed(
            "no workbook", "_rels/.rels",
            "<Relationships><Relationship Id=\"r1\" Type=\"x/officeDocument\" Target=\"../../../etc/passwd\"/></Relationships>"
        )
        for (name, book) in cases {
            let found = Importing.errors([try await book.source()])
            #expect(!found.isEmpty, "\(name) was taken")
            #expect(found.allSatisfy { $0.hasPrefix("t.xlsx") }, "\(name): \(found)")
        }
        let bytes = try await good.source().bytes
        #expect(Importing.errors([ImportSource(path: "t.xlsx", bytes: bytes)]).isEmpty)
        #expect(Importing.errors([ImportSource(path: "t.xlsx", bytes: [])]).first?.contains("not an XLSX") ?? false)
        #expect(
            Importing.errors([ImportSource(path: "t.xlsx", bytes: [0xD0, 0xCF, 0x11, 0xE0])]).first?.contains(
                "password") ?? false)
        var random = SeededGenerator("broken workbooks")
        for _ in 0..<300 {
            var noisy = bytes
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                noisy[Int.random(in: 0..<noisy.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                noisy = Array(noisy.prefix(Int.random(in: 0...noisy.count, using: &random)))
            }
            _ = Importing.errors([ImportSource(path: "t.xlsx", bytes: noisy)])
        }
    }
}
