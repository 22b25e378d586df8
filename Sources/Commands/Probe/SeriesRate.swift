import CMDB
import Evidence
import Notation

/// Counters as growth per second.
struct SeriesRate {
    /// The later of two samples.
    let after: Sample
    /// What happened between them.
    let step: CounterStep
    /// From the one to the other, in seconds.
    let seconds: Double

    /// The series in which probes keep sysUpTime.
    static let upTimeSeries = "snmp.sys_up_time"

    /// Nil where the growth is not known.
    var perSecond: Double? { step.increase.flatMap { seconds > 0 ? Double($0) / seconds : nil } }

    /// One for each pair of neighbours; empty for gauges.
    static func rates(_ samples: [Sample], upTimes: [Sample]) -> [SeriesRate] {
        let clock = upTimes.compactMap { sample -> CounterStep.UpTime? in
            guard case .gauge(let seconds) = sample.value else { return nil }
            return CounterStep.UpTime(seconds: seconds, at: sample.at)
        }.sorted { $0.at < $1.at }
        var place = 0
        return zip(samples, samples.dropFirst()).compactMap { before, after in
            // Only the readings around the interval matter; both lists are in order of time.
            while place < clock.count, clock[place].at < before.at { place += 1 }
            let around = clock[max(0, place - 2)...].prefix { $0.at <= after.at + .seconds(3_600) }.prefix(64)
            guard let step = CounterStep.between(before, after, upTimes: Array(around)) else { return nil }
            return SeriesRate(
                after: after, step: step, seconds: Double(after.at.milliseconds - before.at.milliseconds) / 1_000)
        }
    }

    private var word: String {
        switch step {
        case .advanced: "advanced"
        case .wrapped: "wrapped"
        case .restarted: "restarted"
        case .cleared: "cleared"
        case .unordered: "unordered"
        }
    }

    static func answer(_ rates: [SeriesRate]) -> Answer {
        Answer(
            json: .array(
                rates.map { rate in
                    var members: [String: JSONValue] = [
                        "at": .string(rate.after.at.description), "seconds": .double(rate.seconds),
                        "step": .string(rate.word), "unit": .string(rate.after.unit + "/s"),
                    ]
                    members["per_second"] = rate.perSecond.map { .double($0) } ?? .null
                    members["increase"] = rate.step.increase.map {
                        Int64(exactly: $0).map { .int($0) } ?? .string(String($0))
                    }
                    return .object(members)
                }),
            table: TextTable(
                names: ["at", "seconds", "increase", "per_second", "unit", "step"],
                rows: rates.map { rate in
                    [
                        rate.after.at.description, SeriesCommand.text(.gauge(rate.seconds)),
                        rate.step.increase.map(String.init) ?? "",
                        rate.perSecond.map { SeriesCommand.text(.gauge(($0 * 1_000).rounded() / 1_000)) } ?? "",
                        rate.after.unit + "/s", rate.word,
                    ]
                }, colour: { column, text in column == 5 && text != "advanced" ? .yellow : nil }),
            identifiers: rates.map(\.after.at.description))
    }
}
