import CMDB
import Evidence
import Notation
import Remote

/// What one probe has brought home from one endpoint so far.
struct Collected: Sendable {
    var facts: [Fact] = []
    var samples: [Sample] = []
    /// Steps that failed though the machine answered.
    var failures: [ProbeProblem] = []
    /// Facts that the machine could not tell.
    var notObserved: [ProbeProblem] = []
    /// Whether the facts in hand say that nothing answered: having them is no answer.
    var saysSilence = false
    /// What ended the work early.
    var error: RemoteError?

    /// Whether the work was broken off by us.
    var interrupted: Bool { error?.code == .cancelled }
}

/// Adds facts and samples of one pair, all with the same source and validity.
struct Notebook {
    let pair: ProbePair
    let now: @Sendable () -> Timestamp
    var collected = Collected()

    init(_ pair: ProbePair, now: @escaping @Sendable () -> Timestamp) {
        self.pair = pair
        self.now = now
    }

    mutating func note(_ name: String, _ value: JSONValue, unit: String? = nil) {
        collected.facts.append(
            Fact(
                subject: pair.target.id, name: name, value: value, unit: unit, observedAt: now(),
                validFor: pair.probe.validFor, source: pair.source))
    }

    mutating func measure(_ metric: String, _ instance: String, _ value: Sample.Number, unit: String) {
        collected.samples.append(
            Sample(subject: pair.target.id, name: metric, instance: instance, value: value, unit: unit, at: now()))
    }

    mutating func measure(_ picks: [MetricPick], of value: JSONValue, instance: String = "") {
        for pick in picks {
            let source = pick.member.map { Self.member($0, of: value) } ?? value
            guard let number = source?.number, number.isFinite else { continue }
            measure(pick.metric, instance, .gauge(number), unit: pick.unit)
        }
    }

    private static func member(_ path: String, of value: JSONValue) -> JSONValue? {
        path.split(separator: ".").reduce(value as JSONValue?) { $0?[String($1)] }
    }

    mutating func fail(_ what: String, _ reason: String) {
        collected.failures.append(ProbeProblem(what: what, reason: reason))
    }

    mutating func absent(_ what: String, _ reason: String) {
        collected.notObserved.append(ProbeProblem(what: what, reason: reason))
    }
}

/// Whatever an adapter throws, as an error of a machine.
func remoteError(_ error: any Error, _ pair: ProbePair) -> RemoteError {
    if let error = error as? RemoteError { return error }
    let subject = pair.target.id.description
    if error is CancellationError { return RemoteError(.cancelled, subject: subject, message: "interrupted") }
    return RemoteError(.local, subject: subject, message: "a failure on our side: \(type(of: error))")
}
