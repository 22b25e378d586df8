import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Storage

/// Options of every command that changes the inventory without files.
struct ChangeOptions: ParsableArguments {
    @Option(help: "Why, for the ledger.") var reason: String
    @Flag(help: "Show the plan and change nothing.") var dryRun = false
    @Flag(name: .shortAndLong, help: "Do not ask on a terminal.") var yes = false
    @Option(
        help: "Write the plan to this file instead, to be reviewed, approved and applied.",
        completion: .file(extensions: ["json"]))
    var out: String?

    func validate() throws {
        if reason.trimmingCharacters(in: .whitespaces).isEmpty { throw ValidationError("--reason is empty: say why") }
        if dryRun, out != nil { throw ValidationError("--dry-run and --out exclude each other") }
    }
}

/// The one way for changes that come from no folder: checked, shown, asked about, then staged or applied.
struct ChangeRun {
    /// What makes them, in words: `rename device/a b`.
    let title: String
    /// The state they were worked out on.
    let snapshot: Snapshot
    let changes: [Change]
    var marks: [ObjectID: [String: JSONValue]] = [:]
    let provenance: [ObjectID: Provenance]
    let database: Database
    let session: Session

    static func hash(_ text: String) -> String { Evidence.Digest.sha256Hex(text.utf8) }

    /// Where each object that stays is written down now.
    static func kept(_ changes: [Change], _ known: [ObjectID: Provenance]) -> [ObjectID: Provenance] {
        Dictionary(changes.compactMap { change in known[change.id].map { (change.id, $0) } }, uniquingKeysWith: { $1 })
    }

    func staged() -> StagedPlan {
        let steps = changes.map { change in
            let place = provenance[change.id]
            return StagedPlan.Step(
                change, origin: place?.origin, position: place?.position, marks: marks[change.id] ?? [:])
        }
        return StagedPlan(
            steps, on: snapshot, author: session.actor, createdAt: session.now().description, title: title,
            hash: Self.hash)
    }

    /// Does it.
    /// - Returns: what was done; nil when nothing was, because the plan was only wanted.
    @discardableResult
    func run(_ options: ChangeOptions) throws -> ApplyResult? {
        let plan = staged()
        let warnings = try ChangeCheck.check(
            changes, onto: snapshot, origins: provenance.mapValues(\.origin), source: title)
        for warning in warnings { session.console.warn(warning.description) }
        session.console.emit(ChangeView.answer(changes, digest: plan.digest))
        ChangeView.summary(changes, plan.digest, session.console)
        if options.dryRun { return nil }
        if let out = options.out {
            try PlanFile.write(plan, to: out, session)
            return nil
        }
        try session.confirm(
            yes: options.yes, vi: "Áp dụng \(changes.count) thay đổi?", en: "Apply \(changes.count) changes?")
        let result = try database.apply(
            changes: changes, provenance: provenance, actor: session.actor, reason: options.reason, at: session.now(),
            expectedSequence: snapshot.sequence, note: ApplyNote(marks: marks))
        ChangeView.applied(result, session.console)
        return result
    }
}

/// Changes for people and programs.
enum ChangeView {
    static func answer(_ changes: [Change], digest: String, unchanged: Int = 0) -> Answer {
        func count(_ verb: String) -> JSONValue { .int(Int64(changes.count { $0.verb == verb })) }
        return Answer(
            json: .object([
                "digest": .string(digest), "create": count("create"), "update": count("update"),
                "delete": count("delete"), "unchanged": .int(Int64(unchanged)), "changes": .array(changes.map(json)),
            ]),
            table: TextTable(
                names: ["verb", "id", "fields"],
                rows: changes.map { change in
                    [change.verb, change.id.description, fields(change)]
                }, colour: colour), identifiers: changes.map(\.id.description))
    }

    /// Names of fields; an update tells its values too.
    private static func fields(_ change: Change) -> String {
        let differences = change.differences
        guard change.verb == "update" else { return differences.map(\.field).joined(separator: ", ") }
        return differences.map { "\($0.field): \(cell($0.before)) → \(cell($0.after))" }.joined(separator: "; ")
    }

    static func json(_ change: Change) -> JSONValue {
        .object([
            "verb": .string(change.verb), "id": .string(change.id.description),
            "fields": .array(
                change.differences.map {
                    .object(["field": .string($0.field), "before": $0.before ?? .null, "after": $0.after ?? .null])
                }),
        ])
    }

    /// A value on one line; `-` where there is none.
    static func cell(_ value: JSONValue?) -> String {
        value.map { InventoryCommand.List.cell($0) } ?? "-"
    }

    @Sendable static func colour(_ column: Int, _ text: String) -> Console.Colour? {
        guard column == 0 else { return nil }
        return text == "create" ? .green : text == "delete" ? .red : .yellow
    }

    static func summary(_ changes: [Change], _ digest: String, _ console: Console) {
        func count(_ verb: String) -> Int { changes.count { $0.verb == verb } }
        console.say(
            vi:
                "\(changes.count) thay đổi: tạo \(count("create")), sửa \(count("update")), xóa \(count("delete")). Dấu \(digest.prefix(12)).",
            en:
                "\(changes.count) changes: \(count("create")) to create, \(count("update")) to update, \(count("delete")) to delete. Digest \(digest.prefix(12))."
        )
    }

    static func applied(_ result: ApplyResult, _ console: Console) {
        let number = result.firstSequence ?? result.sequence
        console.say(
            vi:
                "Đã áp dụng \(result.total) thay đổi; sổ cái đến bản ghi \(result.sequence). Hoàn tác: hatang inventory revert apply/\(number)",
            en:
                "Applied \(result.total) changes; ledger at record \(result.sequence). To take them back: hatang inventory revert apply/\(number)"
        )
    }
}

/// Staged plans on disk.
enum PlanFile {
    /// No plan of a province comes near; what is larger is not read at all.
    static let maximumSize = 512 << 20

    static func write(_ plan: StagedPlan, to path: String, _ session: Session) throws {
        if path == "-" {
            Console.output.out(plan.json.pretty + "\n")
            return
        }
        try OutputFiles.write(plan.json.pretty + "\n", to: path)
        session.console.say(
            vi:
                "Đã ghi kế hoạch vào \(path), dấu \(plan.digest.prefix(12)): xem lại bằng hatang inventory review \(path)",
            en:
                "Plan written to \(path), digest \(plan.digest.prefix(12)): look at it with hatang inventory review \(path)"
        )
    }

    /// Whether `path` is a file that begins as JSON does and is not called YAML.
    static func isPlan(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
            !path.hasSuffix(".yaml"), !path.hasSuffix(".yml"),
            let file = FileHandle(forReadingAtPath: path)
        else { return false }
        defer { try? file.close() }
        let head = (try? file.read(upToCount: 4_096)) ?? nil
        return head?.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{") || path.hasSuffix(".json")
    }

    static func read(_ path: String) throws -> StagedPlan {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int else {
            throw CommandFailure(.badInput, "\(path): no such file: name one that plan --out has written")
        }
        guard size <= maximumSize else {
            throw CommandFailure(.badInput, "\(path): \(size) bytes are too many for a plan: make it again")
        }
        guard let bytes = FileManager.default.contents(atPath: path),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw CommandFailure(.badInput, "\(path): it cannot be read as UTF-8: check its permissions") }
        return try StagedPlan.read(text, file: path, hash: ChangeRun.hash)
    }

    /// Refuses a plan whose ground has moved, and says what moved: object, field, by whom, when, record.
    static func requireGround(_ plan: StagedPlan, _ snapshot: Snapshot, _ database: Database, path: String) throws {
        let moved = plan.moved(in: snapshot, hash: ChangeRun.hash)
        guard !moved.isEmpty else { return }
        throw CommandFailure(
            .refused,
            "\(path): the ground has moved since the plan was made (at record \(plan.baseSequence)): nothing was changed; plan again\n"
                + (try lines(moved, plan, database)).joined(separator: "\n"))
    }

    /// One line for each later change of what has moved.
    static func lines(_ moved: [ObjectID], _ plan: StagedPlan, _ database: Database) throws -> [String] {
        var lines: [String] = []
        for id in moved.prefix(100) {
            let later = try database.recordedChanges(of: id).filter { $0.seq > plan.baseSequence }
            if later.isEmpty { lines.append("  \(id): it differs, and the ledger does not say why: run hatang doctor") }
            for change in later {
                let what =
                    change.verb == .update
                    ? change.differences.map {
                        "\($0.field) \(ChangeView.cell($0.before)) → \(ChangeView.cell($0.after))"
                    }.joined(separator: ", ") : "\(change.verb.rawValue)d"
                lines.append("  \(id): \(what), by \(change.whoAndWhen)")
            }
        }
        if moved.count > 100 { lines.append("  … and \(moved.count - 100) more objects") }
        return lines
    }
}
