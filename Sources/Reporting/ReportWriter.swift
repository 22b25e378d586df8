import CMDB
public import Compliance
import Evidence
import Mustache
import Notation
public import Regulation

/// Writes an assessment for people (HTML), spreadsheets (CSV) and programs (JSON).
public struct ReportWriter: Sendable {
    /// The name and version of the JSON form; fields are only ever added to it.
    public static let schema = "hatang.assessment/1"

    /// Where titles and paraphrases come from.
    public let catalogue: Catalogue
    let controls: [String: Control]
    private let library: MustacheLibrary

    /// Prepares the templates that ship with the program.
    /// - Throws: the template parser's error, which means that the program was built from broken templates.
    public init(catalogue: Catalogue) throws {
        self.catalogue = catalogue
        controls = Dictionary(catalogue.controls.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        MustacheContentTypes.register(SafeHTML(), named: SafeHTML.name)
        let head = "{{% CONTENT_TYPE:\(SafeHTML.name)}}"
        func template(_ bytes: [UInt8], _ head: String) throws -> MustacheTemplate {
            try MustacheTemplate(string: head + String(decoding: bytes, as: UTF8.self))
        }
        library = MustacheLibrary(templates: [
            "report": try template(PackageResources.report_mustache, ""),
            "system": try template(PackageResources.system_mustache, head),
            "finding": try template(PackageResources.finding_mustache, head),
        ])
    }

    /// One self-contained page: no script, no reference to anything outside, printable on A4.
    ///
    /// Everything that came from machines or the inventory is escaped. The note that requirement texts are
    /// paraphrases and the confidence marks are part of every page.
    public func html(_ assessment: Assessment, in language: Language) -> String {
        let view = ReportView(writer: self, assessment: assessment, language: language)
        var page = view.page()
        page["style"] = String(decoding: PackageResources.style_css, as: UTF8.self)
        return library.render(page, withTemplate: "report") ?? ""
    }

    /// One line per finding, RFC 4180 with a header, UTF-8.
    ///
    /// - Parameter byteOrderMark: spreadsheets that guess the encoding need it for Vietnamese; programs do not.
    public func csv(_ assessment: Assessment, in language: Language, byteOrderMark: Bool = false) -> String {
        var out = byteOrderMark ? "\u{FEFF}" : ""
        let names = Dictionary(assessment.systems.map { ($0.system, $0.name) }, uniquingKeysWith: { first, _ in first })
        out += CSV.row([
            "finding", "system", "system_name", "level", "control", "title", "clause", "status", "confidence",
            "evidence_kind", "reasons", "remedy", "evidence", "text_policy",
        ])
        for finding in assessment.findings {
            let control = controls[finding.control]
            let reasons = finding.reasons.filter { $0.kind != .asked }.map { reason in
                (reason.subject.map { "\($0): " } ?? "") + reason.text[language]
            }
            out += CSV.row([
                finding.id, finding.system.key, names[finding.system] ?? "", String(finding.level), finding.control,
                control?.title[language] ?? "", finding.clause, finding.status.rawValue, finding.confidence.rawValue,
                finding.evidenceKind.rawValue, reasons.joined(separator: "; "), finding.remedy?[language] ?? "",
                finding.evidence.map(\.id).joined(separator: " "), "paraphrase",
            ])
        }
        for skipped in assessment.skipped {
            out += CSV.row([
                "", skipped.system.key, skipped.name, "", "", "", "", "not-assessed", "", "", skipped.text[language],
                "",
                "", "",
            ])
        }
        return out
    }

    /// The whole assessment as one JSON object with sorted members, two spaces of indent and a final line end.
    public func json(_ assessment: Assessment) -> String { jsonValue(assessment).pretty + "\n" }
}
