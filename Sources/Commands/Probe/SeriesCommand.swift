import ArgumentParser
import CMDB
import Evidence
import Foundation
import Notation
import TimeSeries

/// Samples in time.
struct SeriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "series", abstract: "Numbers in time: which there are, and one of them.",
        subcommands: [ListSeries.self, ShowSeries.self])

    /// The samples, or that there are none yet.
    static func store(_ session: Session) throws -> SampleStore {
        guard FileManager.default.fileExists(atPath: session.data.trimmingSlash + "/samples.sqlite") else {
            throw CommandFailure(.nothingToDo, "no sample is stored: run `hatang probe run`")
        }
        return try session.samples()
    }

    static func text(_ number: Sample.Number) -> String {
        switch number {
        case .counter(let value): String(value)
        case .counter32(let value): String(value)
        case .gauge(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        }
    }

    static func json(_ sample: Sample) -> JSONValue {
        var members: [String: JSONValue] = [
            "subject": .string(sample.subject.description), "name": .string(sample.name),
            "instance": .string(sample.instance), "unit": .string(sample.unit), "at": .string(sample.at.description),
        ]
        switch sample.value {
        case .counter(let value):
            members["type"] = "counter"
            // Beyond 63 bits a JSON integer of ours would lose the top bit: such counters are strings.
            members["value"] = Int64(exactly: value).map { .int($0) } ?? .string(String(value))
        case .counter32(let value):
            members["type"] = "counter32"
            members["value"] = .int(Int64(value))
        case .gauge(let value):
            members["type"] = "gauge"
            members["value"] = .double(value)
        }
        return .object(members)
    }

    static func answer(_ samples: [Sample]) -> Answer {
        Answer(
            json: .array(samples.map(json)),
            table: TextTable(
                names: ["subject", "name", "instance", "value", "unit", "at"],
                rows: samples.map {
                    [$0.subject.description, $0.name, $0.instance, text($0.value), $0.unit, $0.at.description]
                }), identifiers: samples.map { "\($0.subject) \($0.name) \($0.instance)" })
    }

    struct ListSeries: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Every series with its newest sample.",
            discussion: """
                Example:
                  hatang series list device/lab-01

                Exit codes: 0 listed, 6 none.
                """)
        @Argument(help: "KIND/SLUG.", completion: .custom(ObjectCompletion.complete)) var subject: String?
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let id = try subject.map { try InventoryCommand.object($0, in: session.inventory(session.database())).id }
            let samples = try SeriesCommand.store(session).latestSamples(subject: id)
            guard !samples.isEmpty else {
                throw CommandFailure(.nothingToDo, "no sample is stored: run `hatang probe run`")
            }
            session.console.emit(SeriesCommand.answer(samples))
            session.console.say(vi: "\(samples.count) chuỗi.", en: "\(samples.count) series.")
        }
    }

    struct ShowSeries: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "The samples of one series.",
            discussion: """
                With --rate a counter becomes what it grew by in a second. A counter that wrapped is told from an agent \
                that has started anew by sysUpTime; where the growth is not known there is a gap, never a negative rate.

                Examples:
                  hatang series show device/lab-01 snmp.if_hc_in_octets --instance lo --since 24h
                  hatang series show device/lab-01 snmp.if_hc_in_octets --instance lo --rate

                Exit codes: 0 shown, 6 none, 64 --rate of something that is no counter.
                """)
        @Argument(help: "KIND/SLUG.", completion: .custom(ObjectCompletion.complete)) var subject: String
        @Argument(help: "Name, as `series list` shows it.") var name: String
        @Option(help: "Instance, such as an interface.") var instance = ""
        @Option(help: "How far back: 90m, 24h, 7d.") var since = "24h"
        @Flag(help: "Growth per second instead of the counter itself.") var rate = false
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            guard let span = DurationText.parse(since) else {
                throw CommandFailure(.usage, "--since \"\(since)\" is no duration: write 90m, 24h or 7d")
            }
            let id = try InventoryCommand.object(subject, in: session.inventory(session.database())).id
            let start = session.now() + (.zero - span)
            let samples = try SeriesCommand.store(session).samples(
                subject: id, name: name, instance: instance, since: start)
            guard !samples.isEmpty else {
                let names = Set(
                    try SeriesCommand.store(session).latestSamples(subject: id).map { "\($0.name) \($0.instance)" })
                throw CommandFailure(
                    .nothingToDo,
                    "no sample of \(name) \(instance) since \(start): "
                        + NearestName.hint(
                            "\(name) \(instance)", in: names, otherwise: "see `hatang series list \(id)`"))
            }
            guard rate else { return session.console.emit(SeriesCommand.answer(samples)) }
            let upTimes = try SeriesCommand.store(session).samples(
                subject: id, name: SeriesRate.upTimeSeries, instance: "", since: start + .seconds(-86_400))
            let rates = SeriesRate.rates(samples, upTimes: upTimes)
            guard !rates.isEmpty else {
                throw CommandFailure(
                    samples.count < 2 ? .nothingToDo : .usage,
                    samples.count < 2
                        ? "one sample has no rate: ask again after the next probe"
                        : "\(name) is no counter: leave --rate out")
            }
            session.console.emit(SeriesRate.answer(rates))
            let gaps = rates.count(where: { $0.perSecond == nil })
            session.console.say(
                vi: "\(rates.count) khoảng, \(gaps) không rõ.", en: "\(rates.count) intervals, \(gaps) not known.")
        }
    }
}
