import ArgumentParser
import CMDB
import Foundation
import Notation
import Storage

extension InventoryCommand {
    /// The rules over the stock.
    struct Lint: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hold the validation rules over what is recorded.",
            discussion: """
                Rules are inventory too (validation_rules: in Inventory/rules). They are held when something changes, and
                here over everything; without --rule also those that every inventory is under. A rule that selects
                nothing is said so.

                Examples:
                  hatang inventory lint
                  hatang inventory lint 'device site=ttdl-lang-son' --format csv
                  hatang inventory lint --rule may-chu-co-so-may

                Exit codes: 0 all rules are kept, 2 some are not, 6 nothing to look at, 64 the selector is wrong.
                """)
        @Argument(help: "Selector of the records to tell about; default: all.") var selector: [String] = []
        @Option(help: "Only this validation rule.", completion: .custom(Self.rules)) var rule: String?
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        @Sendable static func rules(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
            ObjectCompletion.complete(words, index, Kind.validationRule.rawValue + "/" + prefix)
                .compactMap { ObjectID($0)?.key }
        }

        func run(in session: Session) async throws {
            let database = try session.database()
            let snapshot = try session.inventory(database)
            var only: ObjectID?
            if let rule {
                let name = rule.contains("/") ? rule : "\(Kind.validationRule.rawValue)/\(rule)"
                only = try InventoryCommand.object(name, in: snapshot).id
            }
            var chosen: Selector?
            if !selector.isEmpty {
                let text = selector.joined(separator: " ")
                _ = try session.chosen(text, in: snapshot, defaults: [])
                chosen = try? Selector(text)
            }
            let lint = InventoryLint.run(snapshot, rule: only, selector: chosen) {
                (try? database.provenance(of: $0))?.position
            }
            session.console.emit(Self.answer(lint))
            try tell(lint, session)
        }

        private func tell(_ lint: InventoryLint, _ session: Session) throws {
            for outcome in lint.outcomes {
                if let fault = outcome.fault {
                    session.console.warn("\(outcome.rule): \(fault)")
                } else if outcome.selected == 0, selector.isEmpty {
                    session.console.warn(
                        session.console.pick(
                            vi: "\(outcome.rule): không chọn được đối tượng nào (\(outcome.select))",
                            en: "\(outcome.rule): it selects nothing (\(outcome.select))"))
                }
            }
            let rules = lint.outcomes.count
            let general = lint.builtIn
            session.console.say(
                vi:
                    "\(rules) quy tắc, \(lint.checks) lượt kiểm tra, \(general) đối tượng theo quy tắc chung: \(lint.breaches.count) vi phạm.",
                en:
                    "\(rules) rules, \(lint.checks) checks, \(general) objects under the built-in rules: \(lint.breaches.count) breaches."
            )
            if !lint.breaches.isEmpty || lint.outcomes.contains(where: { $0.fault != nil }) {
                throw ExitStatus.answerIsNo
            }
            if lint.checks == 0, general == 0 { throw ExitStatus.nothingToDo }
        }

        static func answer(_ lint: InventoryLint) -> Answer {
            Answer(
                json: .object([
                    "checks": .int(Int64(lint.checks)), "built_in_objects": .int(Int64(lint.builtIn)),
                    "rules": .array(
                        lint.outcomes.map {
                            .object([
                                "rule": .string($0.rule.key), "select": .string($0.select), "field": .string($0.field),
                                "severity": .string($0.isError ? "error" : "warning"),
                                "selected": .int(Int64($0.selected)), "broken": .int(Int64($0.broken)),
                                "fault": $0.fault.map { .string($0) } ?? .null,
                            ])
                        }),
                    "breaches": .array(
                        lint.breaches.map {
                            .object([
                                "rule": .string($0.rule?.key ?? "built-in"), "object": .string($0.object),
                                "severity": .string($0.diagnostic.severity.rawValue),
                                "problem": .string($0.diagnostic.problem), "remedy": .string($0.diagnostic.remedy),
                                "file": .string($0.diagnostic.position.file),
                                "line": .int(Int64($0.diagnostic.position.line)),
                            ])
                        }),
                ]),
                table: TextTable(
                    names: ["severity", "rule", "object", "problem", "remedy", "place"],
                    rows: lint.breaches.map {
                        let position = $0.diagnostic.position
                        return [
                            $0.diagnostic.severity.rawValue, $0.rule?.key ?? "built-in", $0.object,
                            $0.diagnostic.problem, $0.diagnostic.remedy,
                            position.line > 0 ? "\(position.file):\(position.line)" : position.file,
                        ]
                    }, colour: { column, text in column == 0 ? (text == "error" ? .red : .yellow) : nil }),
                identifiers: lint.breaches.map(\.object))
        }
    }

    /// The merged settings of a machine.
    struct Context: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the settings of a machine, merged from the config contexts meant for it.",
            discussion: """
                Contexts are merged by weight, then name; mappings key by key, lists whole; local_context_data wins.

                Examples:
                  hatang inventory context device/core-sw-1 --format yaml
                  hatang inventory context virtual-machine/dns-1 --explain

                Exit codes: 0 shown, 6 there is no such record or no setting for it, 64 not a machine.
                """)
        @Argument(help: "device/SLUG or virtual-machine/SLUG.", completion: .custom(ObjectCompletion.complete))
        var id: String
        @Flag(help: "Tell for each value which context gave it.") var explain = false
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let snapshot = try session.inventory(session.database())
            let object = try InventoryCommand.object(id, in: snapshot)
            guard ConfigContexts.kinds.contains(object.id.kind) else {
                throw CommandFailure(
                    .usage, "a \(object.id.kind.rawValue) has no context: name a device or virtual machine")
            }
            let merged = ConfigContexts(of: object, in: snapshot)
            let leaves = merged.origin.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            let rows = leaves.map { path, source in
                [path.joined(separator: "."), List.cell(Self.value(at: path, in: merged.data)), source.description]
            }
            let json: JSONValue =
                explain
                ? .object([
                    "data": merged.data, "sources": .array(merged.sources.map { .string($0.description) }),
                    "values": .array(
                        leaves.map { path, source in
                            .object([
                                "path": .array(path.map { .string($0) }),
                                "value": Self.value(at: path, in: merged.data),
                                "source": .string(source.description),
                            ])
                        }),
                ]) : merged.data
            session.console.emit(
                Answer(
                    json: json,
                    table: TextTable(
                        names: explain ? ["path", "value", "source"] : ["path", "value"],
                        rows: rows.map { explain ? $0 : Array($0.prefix(2)) }),
                    identifiers: merged.sources.map(\.description)))
            let contexts = snapshot.objects(.configContext).count
            session.console.say(
                vi: "\(merged.sources.count) nguồn trong \(contexts) ngữ cảnh, \(leaves.count) giá trị.",
                en: "\(merged.sources.count) sources of \(contexts) contexts, \(leaves.count) values.")
            if merged.sources.isEmpty { throw ExitStatus.nothingToDo }
        }

        private static func value(at path: [String], in data: JSONValue) -> JSONValue {
            path.reduce(data) { $0[$1] ?? .null }
        }
    }
}
