import ArgumentParser
import CMDB
import Compliance
import Evidence
import Foundation
import Notation
import Regulation
import Reporting
import Storage

/// Compliance: what must be.
struct ComplianceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compliance", abstract: "What must be: assess systems, explain findings, write reports.",
        subcommands: [Assess.self, Explain.self, ListFindings.self, Controls.self])

    struct CatalogueFile: ParsableArguments {
        @Option(
            help: "Control catalogue; default: the embedded TCVN 11930:2017.", completion: .file(extensions: ["yaml"]))
        var catalogue: String?

        func load() throws -> Catalogue {
            guard let catalogue else { return try Catalogue.tcvn11930() }
            guard let bytes = FileManager.default.contents(atPath: catalogue) else {
                throw InputErrors(
                    Diagnostic(
                        SourcePosition(file: catalogue), problem: "cannot be read", remedy: "give a catalogue in YAML"))
            }
            return try Catalogue.load(String(decoding: bytes, as: UTF8.self), file: catalogue)
        }
    }

    struct Assess: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Judge every control of each system's level.",
            discussion: """
                Examples:
                  hatang compliance assess
                  hatang compliance assess --system lgsp --out out

                Exit codes: 0 everything holds, 2 at least one finding fails, 3 not everything could be judged (or there \
                were no facts at all), 6 no system, 65 bad catalogue.
                """)
        @Option(help: "Slug of a system; may be repeated. Default: all systems.") var system: [String] = []
        @Option(help: "Folder for the reports: HTML in Vietnamese and English, CSV, JSON.", completion: .directory)
        var out: String?
        @Option(help: "Why, for the ledger.") var reason = "assessment"
        @OptionGroup var catalogue: CatalogueFile
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let catalogue = try catalogue.load()
            let database = try session.database(session.asOf == nil ? .writing : .reading)
            let snapshot = try session.inventory(database)
            let systems = try chosen(snapshot)
            let past = try session.past(database)
            // What was observed later cannot have been known then.
            let facts = try database.currentFacts(of: nil).filter { fact in
                past.map { fact.observedAt <= $0.at } ?? true
            }
            let assessment = Assessor(catalogue: catalogue).assess(
                systems, in: snapshot, facts: facts, at: past?.at ?? session.now())
            guard assessment.outcome != .nothing else {
                throw CommandFailure(.nothingToDo, "0 systems in the inventory: nothing was assessed")
            }
            let report = Report(assessment: assessment, writer: try ReportWriter(catalogue: catalogue))
            if past == nil {
                let lock = try session.writerLock("compliance assess")
                defer { lock.release() }
                try store(assessment, report, database, session)
            } else {
                session.console.say(
                    vi: "Đánh giá về quá khứ: không ghi vào sổ cái.", en: "An assessment of the past: not recorded.")
            }
            if let out { try Self.write(report, to: out, session) }
            session.console.emit(ComplianceView.answer(assessment, report))
            ComplianceView.summary(assessment, session.console)
            switch assessment.outcome {
            case .holds: return
            case .fails: throw ExitStatus.answerIsNo
            case .partial, .nothing: throw ExitStatus.partial
            }
        }

        private func chosen(_ snapshot: Snapshot) throws -> [Object] {
            if system.isEmpty { return snapshot.objects(.system) }
            return try system.map {
                try InventoryCommand.object($0.hasPrefix("system/") ? $0 : "system/" + $0, in: snapshot)
            }
        }

        private func store(
            _ assessment: Assessment, _ report: Report, _ database: Database, _ session: Session
        ) throws {
            let json = report.json
            let findings = try assessment.findings.map { finding in
                StoredFinding(
                    id: finding.id, system: finding.system.key, control: finding.control,
                    status: finding.status.rawValue, json: try JSONValue.parse(JSONEncoder().encode(finding)))
            }
            let scope = system.count == 1 ? system[0] : system.isEmpty ? "all" : "\(system.count) systems"
            let id = "a-" + Digest.sha256Hex("\(scope) \(assessment.at)".utf8).prefix(12)
            try database.storeAssessment(
                StoredAssessment(id: id, at: assessment.at, scope: scope, json: json), findings: findings)
            let counts = assessment.counts
            try database.append([
                LedgerEntry(
                    action: "compliance.assessment", subject: nil, actor: session.actor, reason: reason,
                    at: assessment.at,
                    payload: [
                        "id": .string(id), "standard": .string(assessment.standard),
                        "systems_asked": .int(Int64(assessment.denominator.systemsAsked)),
                        "systems_assessed": .int(Int64(assessment.denominator.systemsAssessed)),
                        "controls_asked": .int(Int64(assessment.denominator.controlsAsked)),
                        "controls_decided": .int(Int64(assessment.denominator.controlsDecided)),
                        "facts_valid": .int(Int64(assessment.denominator.factsValid)),
                        "counts": .object(
                            Dictionary(
                                FindingStatus.allCases.map { ($0.rawValue, .int(Int64(counts[$0]))) },
                                uniquingKeysWith: { $1 })),
                        "findings_sha256": .string(
                            Digest.sha256Hex(
                                assessment.findings.map { "\($0.id) \($0.status.rawValue)" }.joined(separator: "\n")
                                    .utf8)),
                    ])
            ])
        }

        static func write(_ report: Report, to folder: String, _ session: Session) throws {
            let files: [(String, String)] = [
                ("assessment.vi.html", try report.html(.vi)), ("assessment.en.html", try report.html(.en)),
                ("assessment.csv", report.csv(session.console.language == .vi ? .vi : .en)),
                ("assessment.json", report.json.pretty + "\n"),
            ]
            for (name, text) in files {
                try OutputFiles.write(text, to: folder.trimmingSlash + "/" + name)
                session.console.detail("wrote \(folder.trimmingSlash)/\(name)")
            }
        }
    }

    struct Explain: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Why a finding is what it is: clause, parameters, evidence, remedy.",
            discussion: """
                Examples:
                  hatang compliance explain c-0123456789ab
                  hatang compliance explain cong-thu-nghiem/SRV-AUTH-02 --lang en

                Exit codes: 0 explained, 6 there is no such finding.
                """)
        @Argument(help: "Finding id (c-…) or SYSTEM/CONTROL.") var finding: String
        @OptionGroup var catalogue: CatalogueFile
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let catalogue = try catalogue.load()
            let database = try session.database()
            let stored = try stored(database)
            let found = try JSONDecoder().decode(Finding.self, from: Data(stored.json.canonical.utf8))
            guard let control = catalogue.control(found.control) else {
                throw CommandFailure(
                    .nothingToDo,
                    "the catalogue has no control \(found.control): name the one that was used with --catalogue")
            }
            let text = found.explain(control, in: session.console.language == .vi ? .vi : .en)
            if session.console.format == .table {
                Console.output.out(text.hasSuffix("\n") ? text : text + "\n")
            } else {
                session.console.emit(
                    Answer(
                        json: stored.json,
                        table: TextTable(names: ["id", "explanation"], rows: [[found.id, text]]),
                        identifiers: [found.id]))
            }
        }

        private func stored(_ database: Database) throws -> StoredFinding {
            if let found = try database.finding(finding) { return found }
            if let slash = finding.firstIndex(of: "/") {
                let system = String(finding[..<slash])
                let control = String(finding[finding.index(after: slash)...])
                if let latest = try database.latestAssessment(system: system) {
                    let all = try database.findings(assessment: latest.id, system: system)
                    if let found = all.first(where: { $0.control == control }) { return found }
                    throw CommandFailure(
                        .nothingToDo,
                        "\(system) has no finding for \(control): "
                            + NearestName.hint(
                                control, in: all.map(\.control), otherwise: "see `hatang compliance list`"))
                }
            }
            throw CommandFailure(
                .nothingToDo,
                "there is no finding \(finding): run `hatang compliance assess`, then `hatang compliance list`")
        }
    }

    struct ListFindings: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Findings of the newest assessment.",
            discussion: """
                Example:
                  hatang compliance list --system lgsp --status fail

                Exit codes: 0 listed, 6 none.
                """)
        @Option(help: "Slug of a system.") var system: String?
        @Option(help: "pass, fail, partial, not-applicable, no-evidence or waived; may be repeated.") var status:
            [String] = []
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            let known = FindingStatus.allCases.map(\.rawValue)
            for word in status where !known.contains(word) {
                throw ValidationError(
                    "--status \(word): "
                        + NearestName.hint(word, in: known, otherwise: "use one of \(known.joined(separator: ", "))"))
            }
        }

        func run(in session: Session) async throws {
            let database = try session.database()
            guard let latest = try database.latestAssessment(system: system) else {
                throw CommandFailure(.nothingToDo, "nothing was assessed yet: run `hatang compliance assess`")
            }
            let all = try database.findings(assessment: latest.id, system: system)
            let found = all.filter { status.isEmpty || status.contains($0.status) }
            session.console.emit(
                Answer(
                    json: .array(found.map(\.json)),
                    table: TextTable(
                        names: ["id", "system", "control", "clause", "status"],
                        rows: found.map { [$0.id, $0.system, $0.control, $0.json["clause"]?.string ?? "", $0.status] },
                        colour: { column, text in column == 4 ? ComplianceView.colour(text) : nil }),
                    identifiers: found.map(\.id)))
            session.console.say(
                vi: "\(found.count) trong \(all.count) phát hiện.", en: "\(found.count) of \(all.count) findings.")
            if found.isEmpty { throw ExitStatus.nothingToDo }
        }
    }

    struct Controls: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "The catalogue: controls, clauses, confidence, and which are judged from facts.",
            discussion: """
                Example:
                  hatang compliance controls --level 3 --format csv

                Exit codes: 0 listed, 6 none at that level, 65 bad catalogue.
                """)
        @Option(help: "Only controls of this level, 1 to 5.") var level: Int?
        @OptionGroup var catalogue: CatalogueFile
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let catalogue = try catalogue.load()
            let automated = Set(Assessor(catalogue: catalogue).automatedControls)
            let controls = level.map { catalogue.controls(level: $0) } ?? catalogue.controls
            guard !controls.isEmpty else {
                throw CommandFailure(
                    .nothingToDo, "0 of \(catalogue.controls.count) controls at level \(level ?? 0): levels are 1 to 5")
            }
            let vietnamese = session.console.language == .vi
            session.console.emit(
                Answer(
                    json: .array(
                        controls.map {
                            .object([
                                "id": .string($0.id), "title_vi": .string($0.title.vi),
                                "title_en": .string($0.title.en),
                                "levels": .array($0.levels.map { .int(Int64($0)) }), "family": .string($0.family),
                                "confidence": .string($0.confidence.rawValue),
                                "automated": .bool(automated.contains($0.id)),
                            ])
                        }),
                    table: TextTable(
                        names: ["id", "levels", "confidence", "automated", "title"],
                        rows: controls.map {
                            [
                                $0.id, $0.levels.map(String.init).joined(), $0.confidence.rawValue,
                                automated.contains($0.id) ? "yes" : "", vietnamese ? $0.title.vi : $0.title.en,
                            ]
                        }), identifiers: controls.map(\.id)))
            let count = controls.count { automated.contains($0.id) }
            session.console.say(
                vi: "\(controls.count) biện pháp, \(count) được đánh giá từ dữ kiện hoặc CMDB.",
                en: "\(controls.count) controls, \(count) judged from facts or the inventory.")
        }
    }
}

/// An assessment and what writes it.
struct Report {
    let assessment: Assessment
    let writer: ReportWriter

    var json: JSONValue { writer.jsonValue(assessment) }
    func csv(_ language: Regulation.Language) -> String { writer.csv(assessment, in: language, byteOrderMark: true) }
    func html(_ language: Regulation.Language) throws -> String {
        let page = writer.html(assessment, in: language)
        guard !page.isEmpty else { throw CommandFailure(.internalError, "the report's templates gave an empty page") }
        return page
    }
}

/// An assessment for people and programs.
enum ComplianceView {
    @Sendable static func colour(_ status: String) -> Console.Colour? {
        switch status {
        case "pass": .green
        case "fail": .red
        case "partial": .yellow
        default: .dim
        }
    }

    static func answer(_ assessment: Assessment, _ report: Report) -> Answer {
        let statuses = FindingStatus.allCases
        return Answer(
            json: report.json,
            table: TextTable(
                names: ["system", "level", "machines"] + statuses.map(\.rawValue),
                rows: assessment.systems.map { system in
                    [system.system.key, String(system.level), String(system.machines)]
                        + statuses.map { String(system.counts[$0]) }
                },
                colour: { column, text in column == 4 && text != "0" ? .red : column == 3 && text != "0" ? .green : nil
                }),
            identifiers: assessment.findings.map(\.id))
    }

    static func summary(_ assessment: Assessment, _ console: Console) {
        let denominator = assessment.denominator
        let counts = assessment.counts
        for skipped in assessment.skipped {
            console.warn("\(skipped.system): " + (console.language == .vi ? skipped.text.vi : skipped.text.en))
        }
        console.say(
            vi:
                "\(assessment.standard): \(denominator.systemsAssessed)/\(denominator.systemsAsked) hệ thống, \(denominator.controlsAsked) lượt biện pháp, quyết định được \(denominator.controlsDecided) (đạt \(counts[.pass]), không đạt \(counts[.fail]), một phần \(counts[.partial]), không áp dụng \(counts[.notApplicable])), thiếu bằng chứng \(counts[.noEvidence]); \(denominator.factsValid)/\(denominator.facts) dữ kiện còn hiệu lực.",
            en:
                "\(assessment.standard): \(denominator.systemsAssessed)/\(denominator.systemsAsked) systems, \(denominator.controlsAsked) controls asked, \(denominator.controlsDecided) decided (\(counts[.pass]) pass, \(counts[.fail]) fail, \(counts[.partial]) partial, \(counts[.notApplicable]) not applicable), \(counts[.noEvidence]) without evidence; \(denominator.factsValid) of \(denominator.facts) facts valid."
        )
        if assessment.noFacts {
            console.warn(
                console.pick(
                    vi: "không có dữ kiện nào còn hiệu lực: chỉ CMDB quyết định; chạy `hatang probe run`",
                    en: "not one valid fact: only the inventory decided; run `hatang probe run`"))
        }
    }
}
