import ArgumentParser
import CMDB
import Continuity
import Engines
import Evidence
import Foundation
import Notation
import Regulation
import Remote
import Storage

/// Backup and recovery.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Backup and recovery: duties from level and tier, backups proven by restoring.",
        subcommands: [Duties.self, Prove.self])

    struct Duties: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "RPO, RTO, copies, drills of every system, from its level and the tier of its data centre.",
            discussion: """
                Each figure carries its mark: [L] law, [S] standard, [G] guidance, [C] customer's document, [D] our default.

                Examples:
                  hatang backup duties
                  hatang backup duties --format csv > duties.csv

                Exit codes: 0 every system has its duties, 2 a tier rule is broken, 3 a system has no level, 6 no system.
                """)
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let snapshot = try session.inventory(session.database())
            let report = BackupDuties.derive(snapshot, try DutyTable.embedded())
            guard report.asked > 0 else { throw CommandFailure(.nothingToDo, "the inventory has 0 systems in use") }
            session.console.emit(DutyView.answer(report, session.console))
            for row in report.rows {
                for judgement in row.warnings where judgement.outcome != .unknown {
                    session.console.warn("\(row.system): \(session.console.pick(judgement.reason))")
                }
                for judgement in row.warnings where judgement.outcome == .unknown {
                    session.console.detail("\(row.system): \(session.console.pick(judgement.reason))")
                }
            }
            for item in report.underivable {
                session.console.warn("\(item.system): \(session.console.pick(item.reason))")
            }
            let broken = report.rows.count { $0.warnings.contains { $0.outcome != .unknown } }
            let unknown = report.rows.count { $0.warnings.contains { $0.outcome == .unknown } }
            session.console.say(
                vi:
                    "\(report.asked) hệ thống: suy được nghĩa vụ của \(report.rows.count), chưa có cấp độ \(report.underivable.count); quy tắc bậc trung tâm dữ liệu: vi phạm \(broken), chưa đánh giá được \(unknown).",
                en:
                    "\(report.asked) systems: duties of \(report.rows.count), \(report.underivable.count) without a level; tier rules: \(broken) broken, \(unknown) could not be judged."
            )
            if broken > 0 { throw ExitStatus.answerIsNo }
            if !report.isComplete { throw ExitStatus.partial }
        }
    }

    struct Prove: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Back a folder up with restic, restore it elsewhere, compare every file.",
            discussion: """
                The repository is made when it is not there. The pass phrase comes from the secret store and reaches
                restic over a pipe, never over its arguments. A proven drill is stored as facts of the subject,
                backup.last_success.KIND and backup.last_restore_test.KIND, valid for the drill interval of its level.

                Example:
                  hatang backup prove --source /srv/portal --repository /backup/portal --secret portal-restic \\
                    --restore-to /var/tmp/drill --subject system/portal --kind business_data

                Exit codes: 0 proven, 2 restored files differ or the repository is damaged, 3 something was not read, \
                6 nothing to back up, 69 restic is missing, 74 the repository cannot be written.
                """)
        @Option(help: "Folder to back up.", completion: .directory) var source: String
        @Option(help: "restic repository.", completion: .directory) var repository: String
        @Option(help: "Name of the secret that holds the repository's pass phrase.") var secret: String
        @Option(help: "Empty or new folder for the restore.", completion: .directory) var restoreTo: String
        @Option(help: "KIND/SLUG of what is protected.", completion: .custom(ObjectCompletion.complete)) var subject:
            String
        @Option(
            help: "What the folder holds: config, os_image, database, business_data or important.",
            completion: .list(DataKind.allCases.map(\.rawValue)),
            transform: { text in
                guard let kind = DataKind(rawValue: text) else {
                    let names = DataKind.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("\"\(text)\" is no kind of data: write one of \(names)")
                }
                return kind
            })
        var kind = DataKind.important
        @Option(help: "Why, for the ledger.") var reason = "restore drill"
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let database = try session.database(.writing)
            let object = try InventoryCommand.object(subject, in: session.inventory(database))
            let password = try session.secrets(database).get(secret)
            let lock = try session.writerLock("backup prove")
            defer { lock.release() }
            let job = session.data.trimmingSlash + "/restic"
            let repository = repository.contains(":") ? repository : absolute(repository)
            let engine = ResticEngine(
                repository: repository, password: password, jobFolder: absolute(job),
                environment: ["PATH": session.environment["PATH"] ?? "/usr/bin:/bin"])
            do {
                try await makeRepository(engine)
                let drill = RestoreDrill(engine: engine, trees: FileTreeReader(), now: { session.now() })
                let report: RestoreDrill.Report
                do {
                    report = try await drill.run(
                        folder: absolute(source), scratch: absolute(restoreTo), tags: ["hatang"], subject: object.id,
                        actor: session.actor, reason: reason)
                } catch {
                    // A drill that failed is something an auditor asks about.
                    try database.append([failed(error, engine, object, session)])
                    throw error
                }
                try database.append(report.entries)
                let check = try await engine.check(readData: true)
                let facts = check.isSound ? try proven(report, object) : []
                try database.store(facts)
                show(report, check, facts, session)
                if !check.isSound {
                    throw CommandFailure(
                        .answerIsNo, "the repository is damaged: \(check.problems.prefix(3).joined(separator: "; "))")
                }
                if report.backup.status == .empty {
                    throw CommandFailure(.nothingToDo, "0 files in \(source): nothing was backed up")
                }
                if report.proof?.verdict == .mismatch || report.restore?.problems.isEmpty == false {
                    throw ExitStatus.answerIsNo
                }
                if !report.isProven { throw ExitStatus.partial }
            } catch let error as BackupError {
                throw CommandFailure(Self.status(of: error), error.message)
            }
        }

        private func failed(
            _ error: BackupError, _ engine: ResticEngine, _ object: Object, _ session: Session
        ) -> LedgerEntry {
            LedgerEntry(
                action: "backup.drill-failed", subject: object.id, actor: session.actor, reason: reason,
                at: session.now(),
                payload: [
                    "engine": .string(engine.name), "repository": .string(engine.location),
                    "source": .string(absolute(source)),
                    "code": .string(error.code.description), "message": .string(error.message),
                ])
        }

        private func proven(_ report: RestoreDrill.Report, _ object: Object) throws -> [Fact] {
            guard let interval = BackupDuties.drillInterval(of: object, try DutyTable.embedded()) else { return [] }
            return report.facts(about: object.id, kind: kind, validFor: interval)
        }

        private func makeRepository(_ engine: ResticEngine) async throws {
            do {
                _ = try await engine.snapshots(tags: [])
            } catch  where error.code == .repositoryMissing {
                try await engine.initialise()
            }
        }

        private func absolute(_ path: String) -> String {
            URL(filePath: path).standardizedFileURL.path(percentEncoded: false).trimmingSlash
        }

        private func show(
            _ report: RestoreDrill.Report, _ check: RepositoryCheck, _ facts: [Fact], _ session: Session
        ) {
            let proof = report.proof
            session.console.emit(
                Answer(
                    json: .object([
                        "proven": .bool(report.isProven && check.isSound),
                        "snapshot": .string(report.backup.snapshot ?? ""),
                        "files": .int(Int64(report.backup.files)), "bytes": .int(report.backup.bytes),
                        "repository_sound": .bool(check.isSound), "proof": proof?.json ?? .null,
                        "kind": .string(kind.rawValue), "facts": .array(facts.map(\.json)),
                    ]),
                    table: TextTable(
                        names: ["path", "difference"],
                        rows: (proof?.mismatches ?? []).map { [$0.path, $0.difference.rawValue] },
                        colour: { _, _ in .red }),
                    identifiers: [report.backup.snapshot ?? ""]))
            let compared = proof?.filesCompared ?? 0
            let bytes = proof?.bytesCompared ?? 0
            session.console.say(
                vi:
                    "restic \(report.engineVersion): sao lưu \(report.backup.files) tệp, khôi phục và so \(compared) tệp (\(bytes) byte), khác \(proof?.mismatches.count ?? 0); kho \(check.isSound ? "nguyên vẹn" : "HỎNG"); \(facts.count) dữ kiện (\(kind.rawValue)).",
                en:
                    "restic \(report.engineVersion): \(report.backup.files) files backed up, \(compared) restored and compared (\(bytes) bytes), \(proof?.mismatches.count ?? 0) differ; repository \(check.isSound ? "sound" : "DAMAGED"); \(facts.count) facts (\(kind.rawValue))."
            )
        }

        static func status(of error: BackupError) -> ExitStatus {
            switch error.code {
            case .engineMissing, .engineUnsupported: .unavailable
            case .sourceMissing, .invalidRequest, .targetNotEmpty: .badInput
            case .storageFull: .storage
            case .wrongPassword: .notPermitted
            case .locked: .refused
            case .cancelled: .interrupted
            default: .answerIsNo
            }
        }
    }
}

extension Console {
    /// The person's language of a text that has both.
    func pick(_ text: Bilingual) -> String { language == .vi ? text.vi : text.en }
}

/// Duties for people and programs.
enum DutyView {
    static func answer(_ report: DutyReport, _ console: Console) -> Answer {
        var columns: [DutyFigure] = []
        for figure in report.rows.flatMap(\.figures) where !columns.contains(where: { $0.name == figure.name }) {
            columns.append(figure)
        }
        return Answer(
            json: report.json,
            table: TextTable(
                names: ["system", "level", "site"] + columns.map(\.name),
                headings: ["SYSTEM", "LEVEL", "SITE"] + columns.map { console.pick($0.title).uppercased() },
                rows: report.rows.map { row in
                    [row.system.key, String(row.level), row.site?.key ?? ""]
                        + columns.map { column in
                            row[column.name].map { "\(console.pick($0.text)) [\($0.mark.rawValue)]" } ?? ""
                        }
                }), identifiers: report.rows.map(\.system.description))
    }
}
