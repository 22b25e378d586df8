import CMDB
import Compliance
import Evidence
import Foundation
import Notation
import Regulation
import TestSupport
import Testing

@testable import Reporting

@Suite(.tags(.small)) struct ReportTests {
    @Test("a page is self-contained, closed, and holds every finding", arguments: Language.allCases)
    func page(language: Language) throws {
        let assessment = try Sample.assessment()
        let html = try Sample.writer().html(assessment, in: language)
        #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
        #expect(html.contains("<html lang=\"\(language.rawValue)\">"))
        for tag in ["details", "table", "section", "svg", "ul", "nav", "main", "tr", "td", "thead", "tbody"] {
            let opened = html.components(separatedBy: "<\(tag)").dropFirst()
                .count { $0.hasPrefix(">") || $0.hasPrefix(" ") }
            #expect(opened == html.components(separatedBy: "</\(tag)>").count - 1, "\(tag)")
            #expect(opened > 0, "\(tag)")
        }
        for finding in assessment.findings { #expect(html.contains("id=\"\(finding.id)\""), "\(finding.control)") }
        for forbidden in ["<script", "<link", "@import", "url(", "{{", " src=\"", "href=\"h", "srcset"] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        #expect(html.contains("Content-Security-Policy"))
        #expect(html.contains("@page{size:A4"))
    }

    @Test("the paraphrase note and the confidence marks are always there")
    func notes() throws {
        let assessment = try Sample.assessment()
        let vi = try Sample.writer().html(assessment, in: .vi)
        #expect(vi.contains("Diễn giải, không phải nguyên văn."))
        #expect(vi.contains("theo trí nhớ, cần đối chiếu") && vi.contains("đã xác nhận"))
        #expect(vi.contains("Báo cáo đánh giá an toàn thông tin theo cấp độ"))
        let en = try Sample.writer().html(assessment, in: .en)
        #expect(en.contains("Paraphrase, not official text.") && en.contains("recalled, to be checked"))
        #expect(en.contains("Hệ thống mới") && en.contains("its level is not decided"))
    }

    @Test("what a device says is shown and never obeyed", arguments: Language.allCases)
    func hostile(language: Language) throws {
        let html = try Sample.writer().html(try Sample.assessment(), in: language)
        #expect(!html.contains("<script") && !html.contains("<img"))
        #expect(html.contains("&lt;script&gt;alert(1)"))
        #expect(html.contains("Cổng &lt;dịch vụ&gt; công &amp; &quot;một cửa&quot;"))
        #expect(!html.unicodeScalars.contains("\u{202E}") && !html.unicodeScalars.contains("\u{1B}"))
        #expect(html.contains("\\u{202e}"))
    }

    @Test(
        "escaping works by scalar, so a combining mark protects nothing",
        arguments: [
            ("<b>", "&lt;b&gt;"), ("\"\u{301}x", "&quot;\u{301}x"), ("'", "&#39;"), ("a&amp;b", "a&amp;amp;b"),
            ("<\u{338}script", "&lt;\u{338}script"), ("a\u{0}b", "a\\u{0}b"), ("Đạt", "Đạt"), ("a\nb", "a\nb"),
        ])
    func escape(text: String, expected: String) {
        #expect(SafeHTML.escape(text).unicodeScalars.elementsEqual(expected.unicodeScalars))
    }

    @Test("bars are exactly as wide as they should be")
    func bars() throws {
        let assessment = try Sample.assessment()
        let view = ReportView(writer: try Sample.writer(), assessment: assessment, language: .vi)
        let pieces = view.bar(assessment.counts)
        let widths = pieces.compactMap { ($0["w"] as? String).flatMap { Int($0) } }
        #expect(widths.reduce(0, +) == 1000 && widths.count == pieces.count)
        let nothing = Assessor(catalogue: try Sample.catalogue.get()).assess(in: .init([]), facts: [], at: Sample.now)
        #expect(view.bar(nothing.counts).isEmpty)
    }

    @Test("an assessment without facts says so on top")
    func noFacts() throws {
        let assessment = Assessor(catalogue: try Sample.catalogue.get()).assess(
            in: .init([]), facts: [], at: Sample.now)
        let html = try Sample.writer().html(assessment, in: .vi)
        #expect(html.contains("Không có dữ kiện nào."))
        #expect(html.contains("0/0 hệ thống"))
    }

    @Test("CSV has a header, one record per finding and one per skipped system, CRLF everywhere")
    func csv() throws {
        let assessment = try Sample.assessment()
        let text = try Sample.writer().csv(assessment, in: .vi)
        let records = try CSVReader.read(text)
        #expect(records.count == 1 + assessment.findings.count + assessment.skipped.count)
        #expect(Set(records.map(\.count)) == [14])
        #expect(records.first?.first == "finding" && records.last?[7] == "not-assessed")
        #expect(text.hasSuffix("\r\n"))
        #expect(records.dropFirst().dropLast().map { $0[0] } == assessment.findings.map(\.id))
        #expect(try Sample.writer().csv(assessment, in: .vi, byteOrderMark: true).unicodeScalars.first == "\u{FEFF}")
    }

    @Test("no cell of a report starts a formula")
    func formulas() throws {
        let records = try CSVReader.read(try Sample.writer().csv(try Sample.assessment(), in: .en))
        let leaders = "=+-@\t\r\n＝＋－＠".unicodeScalars
        for cell in records.joined() where Double(cell) == nil {
            #expect(cell.unicodeScalars.first.map(leaders.contains) != true, "\(cell)")
        }
        #expect(records.joined().contains("'=HYPERLINK(\"http://x\")"))
    }

    @Test(
        "each dangerous cell is made harmless, each plain one left alone",
        arguments: [
            ("=1+1", "'=1+1"), ("+84", "'+84"), ("-3", "-3"), ("-3=1", "'-3=1"), ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\r\nb", "\"a\r\nb\""), ("", ""),
            ("=a,\"b\"", "\"'=a,\"\"b\"\"\""), ("ĐạT 5-1", "ĐạT 5-1"), ("＝1", "'＝1"),
        ])
    func cells(text: String, expected: String) { #expect(CSV.cell(text) == expected) }

    @Test("JSON has the schema's shape, sorted members, and the same bytes each time")
    func json() throws {
        let assessment = try Sample.assessment()
        let text = try Sample.writer().json(assessment)
        #expect(text == (try Sample.writer().json(try Sample.assessment())))
        let value = try JSONValue.parse(text)
        #expect(value.pretty + "\n" == text)
        #expect(
            value.object?.keys.sorted() == [
                "at", "counts", "denominator", "findings", "no_facts", "outcome", "schema", "skipped", "standard",
                "systems", "text_policy",
            ])
        #expect(value["schema"]?.string == "hatang.assessment/1")
        #expect(value["at"]?.string == "2026-11-21T00:00:00.000Z")
        #expect(value["outcome"]?.string == "fails")
        #expect(value["findings"]?.array?.count == assessment.findings.count)
        let finding = value["findings"]?.array?.first { $0["control"]?.string == "SRV-ACC-03" && $0["level"]?.int == 3 }
        #expect(
            finding?.object?.keys.sorted() == [
                "clause", "confidence", "control", "evidence", "evidence_kind", "id", "level", "parameters", "reasons",
                "remedy", "requirement_paraphrase", "status", "system", "title",
            ])
        #expect(finding?["status"]?.string == "fail")
        #expect(
            finding?["evidence"]?.array?.first?.object?.keys.sorted() == [
                "id", "name", "observed_at", "source", "subject", "valid_until", "value",
            ])
        #expect(value["denominator"]?["systems_asked"]?.int == 3)
        #expect(value["skipped"]?.array?.first?["why"]?.string == "level-not-decided")
        let total = value["counts"]?.object?.values.compactMap(\.int).reduce(0, +)
        #expect(total == Int64(assessment.findings.count))
    }
}

/// A second, naive reader of RFC 4180 to hold the writer against.
enum CSVReader {
    struct Broken: Error { let at: Int }

    static func read(_ text: String) throws -> [[String]] {
        var (records, record, cell): ([[String]], [String], String.UnicodeScalarView) = ([], [], .init())
        var quoted = false
        let scalars = Array(text.unicodeScalars)
        var i = 0
        while i < scalars.count {
            let scalar = scalars[i]
            if quoted {
                if scalar == "\"", i + 1 < scalars.count, scalars[i + 1] == "\"" {
                    cell.append(scalar)
                    i += 1
                } else if scalar == "\"" {
                    quoted = false
                } else {
                    cell.append(scalar)
                }
            } else if scalar == "\"", cell.isEmpty {
                quoted = true
            } else if scalar == "," || scalar == "\r" {
                record.append(String(cell))
                cell = .init()
                if scalar == "\r" {
                    guard i + 1 < scalars.count, scalars[i + 1] == "\n" else { throw Broken(at: i) }
                    i += 1
                    records.append(record)
                    record = []
                }
            } else if scalar == "\"" || scalar == "\n" {
                throw Broken(at: i)
            } else {
                cell.append(scalar)
            }
            i += 1
        }
        guard !quoted, record.isEmpty, cell.isEmpty else { throw Broken(at: i) }
        return records
    }
}
