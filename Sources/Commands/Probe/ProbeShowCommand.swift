import ArgumentParser
import CMDB
import Notation
import Probing
import Remote

extension ProbeCommand {
    /// One definition in full.
    struct Show: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "One definition: what it asks, what it gives, whom it reaches and how.",
            discussion: """
                Example:
                  hatang probe show snmp-interfaces
                  hatang probe show http-page --target device/web-01 --format json

                Exit codes: 0 shown, 64 unknown probe, 65 bad definitions.
                """)
        @Argument(help: "Name of the probe.") var name: String
        @Option(
            help: "Selector; default: whatever the probe applies to.",
            completion: .custom(SelectorArgument.completeMachines))
        var target: String?
        @OptionGroup var library: Library
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        private struct Row {
            let section: String
            let name: String
            let value: String
        }

        func run(in session: Session) async throws {
            let library = try library.load(session)
            guard let probe = library[name] else {
                let known = library.probes.map(\.name)
                throw CommandFailure(
                    .usage,
                    "there is no probe \"\(name)\": "
                        + NearestName.hint(name, in: known, otherwise: "there are \(known.joined(separator: ", "))"))
            }
            var rows = Self.head(probe)
            rows += Self.objects(probe)
            rows += probe.factNames.map { Row(section: "fact", name: $0, value: "") }
            rows += probe.metricNames.map { Row(section: "metric", name: $0, value: "") }
            rows += probe.thresholds.map { threshold in
                let limits = [("warn", threshold.warning), ("crit", threshold.critical)]
                    .compactMap { limit in limit.1.map { "\(limit.0) \($0)" } }
                return Row(section: "threshold", name: threshold.name, value: limits.joined(separator: ", "))
            }
            let reached = try machines(probe, library, session)
            rows += reached.rows
            emit(rows, session)
            session.console.say(
                vi:
                    "\(reached.pairs) đích sẽ được hỏi, \(reached.skipped) bị bỏ qua\(reached.note.map { " (\($0))" } ?? "").",
                en:
                    "\(reached.pairs) endpoints would be asked, \(reached.skipped) left out\(reached.note.map { " (\($0))" } ?? "")."
            )
        }

        private static func head(_ probe: ProbeDefinition) -> [Row] {
            [
                Row(section: "probe", name: "name", value: probe.name),
                Row(section: "probe", name: "kind", value: probe.kind.rawValue),
                Row(section: "probe", name: "description", value: probe.description),
                Row(section: "probe", name: "file", value: probe.position.file),
                Row(section: "probe", name: "applies_to", value: probe.appliesTo.joined(separator: " | ")),
                Row(section: "probe", name: "interval", value: DurationText.format(probe.interval)),
                Row(section: "probe", name: "timeout", value: DurationText.format(probe.timeout)),
                Row(section: "probe", name: "valid_for", value: DurationText.format(probe.validFor)),
            ]
        }

        /// SNMP objects with their identifiers, commands of SSH steps.
        private static func objects(_ probe: ProbeDefinition) -> [Row] {
            switch probe.collection {
            case .snmp(let collection):
                let fields =
                    collection.groups.flatMap(\.fields)
                    + collection.tables.flatMap { $0.columns + $0.lookups.map(\.column) }
                return fields.map { field in
                    let gives = [field.field, field.metric].compactMap { $0 }.joined(separator: ", ")
                    return Row(
                        section: "object", name: field.object,
                        value: "\(field.oid) as \(field.conversion.rawValue) → \(gives)")
                }
            case .ssh(let steps):
                return steps.map { step in
                    Row(
                        section: "command", name: step.facts.map(\.name).joined(separator: ", "),
                        value: step.command.split(whereSeparator: \.isNewline).first.map(String.init) ?? "")
                }
            case .endpoint, .echo, .http, .dns: return []
            }
        }

        private struct Reached {
            var rows: [Row] = []
            var pairs = 0
            var skipped = 0
            var note: String?
        }

        /// Whom it would ask; without an inventory that is not known, and said so.
        private func machines(_ probe: ProbeDefinition, _ library: ProbeLibrary, _ session: Session) throws -> Reached {
            var reached = Reached()
            let plan: ProbePlan
            do {
                let database = try session.database(.reading)
                let snapshot = try session.inventory(database)
                let context = try Run.context(snapshot, database, session)
                if let target { _ = try session.chosen(target, in: snapshot, defaults: [.device, .virtualMachine]) }
                plan = try ProbePlan(library, names: [probe.name], target: target, in: context)
            } catch let error as ProbePlanError {
                reached.skipped = error.skipped.count
                reached.rows = error.skipped.filter(\.reason.isGap).map(Self.row)
                return reached
            } catch let failure as CommandFailure where failure.status == .nothingToDo && target == nil {
                reached.note = session.console.pick(vi: "chưa có dữ liệu kiểm kê", en: "there is no inventory yet")
                return reached
            }
            reached.pairs = plan.pairs.count
            reached.skipped = plan.skipped.count
            reached.rows = plan.pairs.map { pair in
                Row(
                    section: "target", name: pair.target.id.description, value: "\(pair.source)\(Self.way(pair.access))"
                )
            }
            reached.rows += plan.skipped.filter(\.reason.isGap).map(Self.row)
            return reached
        }

        private static func row(_ skip: ProbeSkip) -> Row {
            Row(section: "skipped", name: skip.target.description, value: "\(skip.reason.rawValue): \(skip.detail)")
        }

        /// How a target is entered; no secrets.
        private static func way(_ access: ProbeAccess) -> String {
            switch access {
            case .snmp(let target):
                switch target.credential {
                case .v1: return " SNMPv1"
                case .v2c: return " SNMPv2c"
                case .v3(let user):
                    let auth = user.auth.map { " \($0.proto.rawValue)" } ?? " noAuth"
                    return " SNMPv3\(auth)\(user.priv.map { "/\($0.proto.rawValue)" } ?? "")"
                }
            case .ssh(let target):
                let through = target.jumps.map(\.subject).joined(separator: " → ")
                return " as \(target.user)\(through.isEmpty ? "" : " through \(through)")"
            case .http(let pages): return " " + pages.map(\.url).joined(separator: " ")
            case .dns(let ask): return " \(ask.zones.count) zones, \(ask.names.count) names"
            case .tls(let name), .smtp(let name): return name.map { " as \($0)" } ?? ""
            case .icmp, .tcp, .ntp, .database: return ""
            }
        }

        private func emit(_ rows: [Row], _ session: Session) {
            var sections: [String: [JSONValue]] = [:]
            for row in rows {
                sections[row.section, default: []].append(["name": .string(row.name), "value": .string(row.value)])
            }
            session.console.emit(
                Answer(
                    json: .object(sections.mapValues { .array($0) }),
                    table: TextTable(
                        names: ["section", "name", "value"], rows: rows.map { [$0.section, $0.name, $0.value] }),
                    identifiers: rows.filter { $0.section == "target" }.map(\.name)))
        }
    }
}
