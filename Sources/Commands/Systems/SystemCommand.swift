import ArgumentParser
import CMDB
import Compliance
import Evidence
import Foundation
import Notation
import Regulation
import Storage

/// Information systems and the security level the decrees give them.
struct SystemCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "system",
        abstract: "Security levels of systems and zones under Decree 85/2016 and Decree 331/2026.",
        subcommands: [Level.self, Levels.self, Zones.self])

    struct Level: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Walk the rules of both decrees for one system and tell its level.",
            discussion: """
                Every rule is told: it holds, it fails, or it cannot be known because something is not written down; then
                the level is a lower bound, and what is missing is named. Rule texts are paraphrases with their
                confidence: C confirmed, S secondary source, R recollection, D our inference.

                Examples:
                  hatang system level lgsp
                  hatang system level lgsp --store --reason "hồ sơ cấp độ 2026" --document qd-kien-truc-2-0

                Exit codes: 0 the declared level is right or higher, 2 it is too low or not declared, 3 the level cannot be \
                told for certain, 6 there is no such system, 7 another writer, 65 a paper is not recorded.
                """)
        @Argument(help: "Slug of the system.", completion: .custom(SystemCompletion.complete)) var slug: String
        @Flag(help: "Record the answer of each decree as a level decision.") var store = false
        @Option(help: "With --store: slug of a recorded document; may be repeated.") var document: [String] = []
        @Option(help: "With --store: number of the approval.") var decisionNumber: String?
        @Option(help: "With --store: date of the approval, YYYY-MM-DD.") var decisionDate: String?
        @Option(help: "With --store: why, for the ledger.") var reason: String?
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            let needed = !document.isEmpty || decisionNumber != nil || decisionDate != nil || reason != nil
            if needed, !store { throw ValidationError("papers and reasons are recorded with --store only: add it") }
            if store, (reason ?? "").allSatisfy(\.isWhitespace) {
                throw ValidationError("--store needs --reason: say why")
            }
        }

        func run(in session: Session) async throws {
            let lock = store ? try session.writerLock("system level") : nil
            defer { lock?.release() }
            let database = try session.database(store ? .writing : .reading)
            let snapshot = try session.inventory(database)
            let object = try InventoryCommand.object(slug.contains("/") ? slug : "system/\(slug)", in: snapshot)
            guard object.id.kind == .system else {
                throw CommandFailure(.usage, "\(object.id) is no system: name a system")
            }
            let table = try LevelTable.embedded()
            let level = SystemLevel.of(object, table, on: Day.text(session.now()))
            let view = LevelView(level: level, table: table, object: object, language: session.console.language)
            session.console.emit(view.answer)
            for line in view.summary { session.console.say(vi: line, en: line) }
            if store { try keep(level, view, snapshot, database, session) }
            try Self.end([level])
        }

        private func keep(
            _ level: SystemLevel, _ view: LevelView, _ snapshot: Snapshot, _ database: Database, _ session: Session
        ) throws {
            let records = level.answers.map { answer -> (kind: Kind, fields: [String: JSONValue]) in
                var fields: [String: JSONValue] = [
                    "system": .string(level.system.key), "regime": .string(answer.regime),
                    "level": .int(Int64(answer.least)),
                    "reasoning": .string(String(view.reasoning(answer).prefix(3_900))),
                    "decided_at": .string(String(session.now().description.prefix(19)) + "Z"),
                ]
                if !answer.article.isEmpty { fields["article"] = .string(answer.article) }
                if let declared = level.declared { fields["declared_level"] = .int(Int64(declared)) }
                if !answer.missing.isEmpty { fields["missing_inputs"] = .array(answer.missing.map { .string($0) }) }
                if let decisionNumber { fields["decision_number"] = .string(decisionNumber) }
                if let decisionDate { fields["decision_date"] = .string(decisionDate) }
                if !document.isEmpty { fields["documents"] = .array(document.map { .string($0) }) }
                return (.levelDecision, fields)
            }
            let changes = try session.record(records, onto: snapshot, in: database, reason: reason ?? "")
            session.console.say(
                vi: "Đã lưu \(changes.count) quyết định cấp độ: \(changes.map(\.id.key).joined(separator: ", ")).",
                en: "Recorded \(changes.count) level decisions: \(changes.map(\.id.key).joined(separator: ", ")).")
        }

        /// One code for one system or many: the worst counts.
        static func end(_ levels: [SystemLevel]) throws {
            if levels.contains(where: { $0.standing == .tooLow || $0.standing == .undeclared }) {
                throw ExitStatus.answerIsNo
            }
            if levels.contains(where: { $0.standing == .unsettled }) { throw ExitStatus.partial }
        }
    }

    struct Levels: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "The levels of all systems: declared, and as the decrees give them.",
            discussion: """
                A level with + is a lower bound: the inputs in the last column are not written down.

                Examples:
                  hatang system levels
                  hatang system levels 'system security_level__gte=3' --format csv

                Exit codes: 0 every declared level is right or higher, 2 one is too low or not declared, 3 some cannot be \
                told for certain, 6 there is no system.
                """)
        @Argument(help: "Selector of systems; default: all.") var selector: [String] = []
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let snapshot = try session.inventory(session.database())
            let text = selector.isEmpty ? "system" : selector.joined(separator: " ")
            let systems = try session.chosen(text, in: snapshot, defaults: [.system]).filter { $0.id.kind == .system }
            guard !systems.isEmpty else { throw CommandFailure(.nothingToDo, "there is no system in the inventory") }
            let table = try LevelTable.embedded()
            let day = Day.text(session.now())
            let levels = systems.map { SystemLevel.of($0, table, on: day) }
            session.console.emit(Self.answer(levels, table, snapshot, session.console.language))
            func count(_ standing: SystemLevel.Standing) -> Int { levels.count { $0.standing == standing } }
            let (right, low) = (count(.agrees) + count(.higher), count(.tooLow))
            let (none, open) = (count(.undeclared), count(.unsettled))
            session.console.say(
                vi:
                    "\(levels.count) hệ thống: \(right) khai báo đủ cấp độ, \(low) thấp hơn quy tắc, \(none) chưa khai báo, \(open) chưa đủ dữ liệu để kết luận.",
                en:
                    "\(levels.count) systems: \(right) declared high enough, \(low) too low, \(none) undeclared, \(open) not to be told for certain."
            )
            try Level.end(levels)
        }

        static func answer(
            _ levels: [SystemLevel], _ table: LevelTable, _ snapshot: Snapshot, _ language: Language
        ) -> Answer {
            let names =
                ["system", "declared"] + table.regimes.flatMap { [$0.id, $0.id + "-article"] } + [
                    "standing", "missing",
                ]
            let rows = levels.map { level in
                [level.system.key, level.declared.map(String.init) ?? "-"]
                    + level.answers.flatMap { [LevelView.short($0), $0.article] } + [
                        LevelView.word(level.standing, language),
                        Set(level.answers.flatMap(\.missing)).sorted().joined(separator: " "),
                    ]
            }
            return Answer(
                json: .array(levels.map { LevelView.json($0, full: false) }),
                table: TextTable(
                    names: names,
                    headings: language == .vi
                        ? ["HỆ THỐNG", "KHAI BÁO"] + table.regimes.flatMap { [$0.title.vi, "ĐIỀU"] }
                            + ["KẾT LUẬN", "CÒN THIẾU"] : nil,
                    rows: rows), identifiers: levels.map(\.system.description))
        }
    }

    struct Zones: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "The level each zone must have, because of the systems that stand in it.",
            discussion: """
                A system counts where its machines stand, where its machines' interfaces are, and where its record says.
                Its level is the higher of the declared one and what the decrees give at least.

                Example:
                  hatang system zones

                Exit codes: 0 every zone is declared high enough, 2 one is not, 6 there is no zone.
                """)
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let snapshot = try session.inventory(session.database())
            let zones = ZoneLevel.all(in: snapshot, try LevelTable.embedded(), on: Day.text(session.now()))
            guard !zones.isEmpty else { throw CommandFailure(.nothingToDo, "there is no zone in the inventory") }
            session.console.emit(
                Answer(
                    json: .array(
                        zones.map { zone in
                            .object([
                                "zone": .string(zone.zone.key), "declared": Self.number(zone.declared),
                                "needed": Self.number(zone.needed), "too_low": .bool(zone.isTooLow),
                                "machines": .int(Int64(zone.machines)),
                                "systems": .array(
                                    zone.systems.map {
                                        .object(["system": .string($0.id.key), "level": .int(Int64($0.level))])
                                    }),
                            ])
                        }),
                    table: TextTable(
                        names: ["zone", "declared", "needed", "machines", "systems"],
                        rows: zones.map { zone in
                            [
                                zone.zone.key, zone.declared.map(String.init) ?? "-",
                                zone.needed.map(String.init) ?? "-", String(zone.machines),
                                zone.systems.prefix(5).map { "\($0.id.key):\($0.level)" }.joined(separator: " ")
                                    + (zone.systems.count > 5 ? " +\(zone.systems.count - 5)" : ""),
                            ]
                        }), identifiers: zones.map(\.zone.description)))
            for zone in zones where zone.isTooLow {
                let (declared, needed) = (zone.declared.map(String.init) ?? "-", zone.needed ?? 0)
                session.console.warn(
                    session.console.pick(
                        vi:
                            "\(zone.zone): khai báo cấp độ \(declared), cần ít nhất \(needed) vì \(zone.systems[0].id.key)",
                        en:
                            "\(zone.zone): level \(declared) is declared, at least \(needed) is needed because of \(zone.systems[0].id.key)"
                    ))
            }
            let (low, empty) = (zones.count(where: \.isTooLow), zones.count { $0.needed == nil })
            session.console.say(
                vi: "\(zones.count) vùng: \(low) thấp hơn mức cần, \(empty) không có hệ thống nào.",
                en: "\(zones.count) zones: \(low) too low, \(empty) without a system.")
            if low > 0 { throw ExitStatus.answerIsNo }
        }

        private static func number(_ value: Int?) -> JSONValue { value.map { .int(Int64($0)) } ?? .null }
    }
}

/// Completes slugs of systems.
enum SystemCompletion {
    @Sendable static func complete(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        ObjectCompletion.complete(words, index, Kind.system.rawValue + "/" + prefix).compactMap { ObjectID($0)?.key }
    }
}
