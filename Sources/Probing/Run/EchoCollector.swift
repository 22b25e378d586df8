import CMDB
import Evidence
import Notation
import Remote

/// Sends echo requests to one machine.
struct EchoCollector {
    let prober: (any ICMPEchoer)?
    let collection: EchoCollection
    let timeout: Duration

    func run(_ book: inout Notebook) async {
        let pair = book.pair
        let subject = pair.target.id.description
        do {
            guard let prober else { throw missingAdapter("ICMP", pair) }
            let report = try await prober.echo(
                pair.endpoint.address, subject: subject, count: collection.count, interval: collection.spacing,
                timeout: timeout)
            guard report.sent > 0 else {
                throw RemoteError(.local, subject: subject, message: "no echo request could be sent")
            }
            let value = JSONValue.object(Self.members(report, family: pair.family))
            book.note(pair.factName(collection.fact), value)
            book.measure(collection.metrics, of: value, instance: pair.instance())
            if report.received == 0 {
                let why = report.problem.map { CleanText.line($0, limit: 200) } ?? "none of \(report.sent) was answered"
                book.collected.saysSilence = true
                book.collected.error = RemoteError(
                    report.problem == nil ? .timeout : .unreachable, subject: subject, message: "echo: \(why)")
            }
        } catch {
            book.collected.error = remoteError(error, pair)
        }
    }

    static func members(_ report: EchoReport, family: String) -> [String: JSONValue] {
        let lost = max(0, report.sent - report.received)
        var members: [String: JSONValue] = [
            "sent": .int(Int64(report.sent)), "received": .int(Int64(report.received)),
            "loss_percent": .double((Double(lost) * 1_000 / Double(report.sent)).rounded() / 10),
            "family": .string(family),
        ]
        if let problem = report.problem { members["problem"] = .string(CleanText.line(problem, limit: 200)) }
        if let least = report.roundTrips.min(), let most = report.roundTrips.max() {
            members["rtt_min_ms"] = milliseconds(least)
            members["rtt_avg_ms"] = milliseconds(report.roundTrips.reduce(.zero, +) / report.roundTrips.count)
            members["rtt_max_ms"] = milliseconds(most)
        }
        return members
    }
}
