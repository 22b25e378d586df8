import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import Storage

/// A kind as people write it: `device`, `devices`, `virtual_machines`.
struct KindArgument: ExpressibleByArgument {
    let kind: Kind

    init?(argument: String) {
        guard let kind = Kind(rawValue: argument) ?? Kind(fileKey: argument.replacing("-", with: "_")) else {
            return nil
        }
        self.kind = kind
    }

    static let completionKind = CompletionKind.list(Kind.allCases.map(\.rawValue))
    static var allValueStrings: [String] { Kind.allCases.map(\.rawValue) }
    static var defaultCompletionKind: CompletionKind { completionKind }
}

extension InventoryCommand {
    /// `KIND/SLUG` or an error that says what is near.
    static func object(_ text: String, in snapshot: Snapshot) throws -> Object {
        guard let id = ObjectID(text) else {
            let kinds = Kind.allCases.map(\.rawValue)
            let word = text.split(separator: "/").first.map(String.init) ?? text
            throw CommandFailure(
                .usage,
                "\"\(text)\" is not KIND/SLUG: "
                    + NearestName.hint(word, in: kinds, otherwise: "kinds are \(kinds.joined(separator: ", "))"))
        }
        if let object = snapshot[id] { return object }
        let keys = snapshot.objects(id.kind).map(\.id.key)
        throw CommandFailure(
            .nothingToDo,
            "there is no \(id) among \(keys.count) of its kind: "
                + NearestName.hint(id.key, in: keys, otherwise: "see `hatang inventory list \(id.kind.rawValue)`"))
    }

    struct List: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "List objects of a kind, filtered.",
            discussion: """
                Filters are field=value with NetBox's suffixes (__n, __ic, __isw, __gte …), OR by repeating a field,
                not, and/or with parentheses, and fields of referred objects (site.region=north).

                Examples:
                  hatang inventory list system 'security_level__gte=3'
                  hatang inventory list device role=firewall role=core-switch --format csv

                Exit codes: 0 listed, 6 nothing matched, 64 the filter is wrong.
                """)
        @Argument(help: "Kind, such as device, system, segment.") var kind: KindArgument
        @Argument(help: "Filters.", completion: .custom(SelectorArgument.completeFilters)) var selector: [String] = []
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let snapshot = try session.inventory(session.database())
            let text = ([kind.kind.rawValue] + selector).joined(separator: " ")
            let objects = try session.select(text, in: snapshot)
            let total = snapshot.objects(kind.kind).count
            session.console.emit(Self.answer(objects, kind: kind.kind))
            session.console.say(
                vi: "\(objects.count) trong \(total) \(kind.kind.rawValue).",
                en: "\(objects.count) of \(total) \(kind.kind.rawValue).")
            if objects.isEmpty { throw ExitStatus.nothingToDo }
        }

        static func answer(_ objects: [Object], kind: Kind) -> Answer {
            let schema = Schema.of(kind)
            let columns = ["key"] + schema.columns.filter { $0 != "slug" }
            return Answer(
                json: .array(objects.map(\.json)),
                table: TextTable(
                    names: columns,
                    rows: objects.map { object in
                        columns.map { $0 == "key" ? object.id.key : cell(object.fields[$0]) }
                    }), identifiers: objects.map(\.id.description))
        }

        static func cell(_ value: JSONValue?) -> String {
            switch value {
            case nil, .null: ""
            case .string(let text): text
            case .array(let elements): elements.map { cell($0) }.joined(separator: " ")
            case .some(let other): other.canonical
            }
        }
    }

    struct Show: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one object with its place in the files and who refers to it.",
            discussion: """
                Examples:
                  hatang inventory show system/lgsp
                  hatang inventory show device/core-sw-1 --format json

                Exit codes: 0 shown, 6 there is none, 64 not KIND/SLUG.
                """)
        @Argument(help: "KIND/SLUG.", completion: .custom(ObjectCompletion.complete)) var id: String
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let database = try session.database()
            let snapshot = try session.inventory(database)
            let object = try InventoryCommand.object(id, in: snapshot)
            let provenance = try Self.provenance(of: object.id, database, session)
            let referrers = snapshot.referrers(of: object.id)
            var members = object.fields.dictionary
            members["kind"] = .string(object.id.kind.rawValue)
            members["key"] = .string(object.id.key)
            members["referred_by"] = .array(
                referrers.map { .object(["id": .string($0.from.description), "field": .string($0.field)]) })
            if let provenance {
                members["origin"] = .object([
                    "folder": .string(provenance.origin), "file": .string(provenance.position?.file ?? ""),
                    "line": .int(Int64(provenance.position?.line ?? 0)),
                ])
            }
            var rows = Schema.of(object.id.kind).fields.compactMap { field in
                object.fields[field.name].map { [field.name, List.cell($0)] }
            }
            rows += referrers.map { ["← \($0.field)", $0.from.description] }
            if let place = provenance?.position { rows.append(["(file)", "\(place.file):\(place.line)"]) }
            session.console.emit(
                Answer(
                    json: .object(members), table: TextTable(names: ["field", "value"], rows: rows),
                    identifiers: [object.id.description]))
        }

        /// Where the object is, or was at `--as-of`, written down.
        private static func provenance(
            of id: ObjectID, _ database: Database, _ session: Session
        ) throws -> Provenance? {
            guard let past = try session.past(database) else { return try database.provenance(of: id) }
            guard
                let source = try database.recordedChanges(of: id).last(where: { $0.seq <= past.seq })?.payload[
                    "source"],
                let origin = source["origin"]?.string
            else { return nil }
            return Provenance(
                origin: origin,
                position: source["file"]?.string.map {
                    SourcePosition(file: $0, line: Int(clamping: source["line"]?.int ?? 0))
                })
        }
    }
}

/// Completes KIND/SLUG from the inventory of the default data folder.
enum ObjectCompletion {
    @Sendable static func complete(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        let kinds = Kind.allCases.map { $0.rawValue + "/" }
        guard let slash = prefix.firstIndex(of: "/"), let kind = Kind(rawValue: String(prefix[..<slash])) else {
            return kinds
        }
        guard let options = try? GlobalOptions.parse([]), let session = try? Session(options: options),
            let snapshot = try? session.database().snapshot()
        else { return [] }
        return snapshot.objects(kind).map(\.id.description)
    }
}
