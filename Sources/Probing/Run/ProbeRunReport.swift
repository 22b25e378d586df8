import CMDB
public import Evidence
import Notation
public import Remote

/// A part of a probe that gave nothing, and why.
public struct ProbeProblem: Sendable, Equatable {
    /// The fact or step.
    public let what: String
    /// Why; no secrets, no raw output.
    public let reason: String
}

/// What became of one pair.
public struct ProbeResult: Sendable {
    /// How it ended.
    public enum Outcome: Sendable, Equatable {
        /// All that was asked was answered.
        case ok
        /// Some of it was.
        case partial
        /// None of it was.
        case failed(RemoteError)
        /// It was not begun, or broken off with nothing in hand, because the run was interrupted.
        case interrupted
    }
    /// The pair.
    public let pair: ProbePair
    /// How it ended.
    public let outcome: Outcome
    /// In the order of the definition.
    public let facts: [Fact]
    /// In the order of the definition.
    public let samples: [Sample]
    /// Steps that failed; for `partial` also what ended the work.
    public let failures: [ProbeProblem]
    /// What the machine could not tell; by itself this makes nothing partial.
    public let notObserved: [ProbeProblem]
    /// Whether the run's interruption cut it short, with or without something in hand.
    public let cutShort: Bool

    /// Whether the machine answered at all.
    public var reached: Bool {
        switch outcome {
        case .ok, .partial: true
        case .interrupted: false
        case .failed(let error): !Self.silent.contains(error.code)
        }
    }

    private static let silent: Set<RemoteError.Code> = [.timeout, .refused, .unreachable, .local, .cancelled]
}

/// The denominators of a run.
public struct ProbeRunCounts: Sendable, Equatable {
    /// Pairs the selectors found: the sum of all that follows except `reached`, `unreachable` and `factCount`.
    public let asked: Int
    /// Pairs whose machine answered.
    public let reached: Int
    /// Pairs with all they asked for.
    public let ok: Int
    /// Pairs with some of it.
    public let partial: Int
    /// Pairs with none of it.
    public let failed: Int
    /// Of the failed ones: those whose machine did not answer.
    public let unreachable: Int
    /// Pairs left out by the plan.
    public let skipped: Int
    /// Pairs not begun or broken off.
    public let interrupted: Int
    /// Facts in hand.
    public let factCount: Int
}

/// What a run did.
public struct ProbeRunReport: Sendable {
    /// When it began.
    public let startedAt: Timestamp
    /// When it ended.
    public let finishedAt: Timestamp
    /// One for each pair of the plan, in its order.
    public let results: [ProbeResult]
    /// What the plan left out.
    public let skipped: [ProbeSkip]
    /// Whether it was broken off; what was collected until then is here.
    public var interrupted: Bool { results.contains(where: \.cutShort) }

    /// In one word, for the exit code.
    public enum Verdict: String, Sendable {
        /// Everything answered (0).
        case done
        /// At least one target failed though it answered (2).
        case failed
        /// Something unread, or skipped though it was wanted (3).
        case partial
        /// At least one target unreachable, none failed (4).
        case unreachable
        /// Broken off (130).
        case interrupted
    }

    /// All facts, in the order of the plan.
    public var facts: [Fact] { results.flatMap(\.facts) }
    /// All samples, in the order of the plan.
    public var samples: [Sample] { results.flatMap(\.samples) }

    /// The denominators.
    public var counts: ProbeRunCounts {
        var (ok, partial, failed, unreachable, broken) = (0, 0, 0, 0, 0)
        for result in results {
            switch result.outcome {
            case .ok: ok += 1
            case .partial: partial += 1
            case .failed:
                failed += 1
                if !result.reached { unreachable += 1 }
            case .interrupted: broken += 1
            }
        }
        return ProbeRunCounts(
            asked: results.count + skipped.count, reached: results.count(where: \.reached), ok: ok, partial: partial,
            failed: failed, unreachable: unreachable, skipped: skipped.count, interrupted: broken,
            factCount: results.reduce(0) { $0 + $1.facts.count })
    }

    /// In one word, for the exit code.
    public var verdict: Verdict {
        let counts = counts
        if interrupted { return .interrupted }
        if counts.failed > counts.unreachable { return .failed }
        if counts.unreachable > 0 { return .unreachable }
        if counts.partial > 0 || skipped.contains(where: \.reason.isGap) { return .partial }
        return .done
    }

    /// The record of this run for the ledger: denominators, probes, targets and the digest of all fact ids.
    public func ledgerEntry(actor: String, reason: String) -> LedgerEntry {
        let counts = counts
        func names(_ values: some Sequence<String>) -> JSONValue { .array(Set(values).sorted().map { .string($0) }) }
        let failures: [JSONValue] = results.compactMap { result in
            guard case .failed(let error) = result.outcome else { return nil }
            return ["source": .string(result.pair.source), "code": .string(error.code.description)]
        }
        let digest = Digest.sha256Hex(facts.map(\.id).sorted().joined(separator: "\n").utf8)
        return LedgerEntry(
            action: "probe.run", subject: nil, actor: actor, reason: reason, at: finishedAt,
            payload: [
                "started_at": .string(startedAt.description), "finished_at": .string(finishedAt.description),
                "verdict": .string(verdict.rawValue), "asked": .int(Int64(counts.asked)),
                "reached": .int(Int64(counts.reached)), "ok": .int(Int64(counts.ok)),
                "partial": .int(Int64(counts.partial)), "failed": .int(Int64(counts.failed)),
                "unreachable": .int(Int64(counts.unreachable)), "skipped": .int(Int64(counts.skipped)),
                "interrupted": .int(Int64(counts.interrupted)), "facts": .int(Int64(counts.factCount)),
                "facts_sha256": .string(digest), "probes": names(results.map(\.pair.probe.name)),
                "targets": names(results.map(\.pair.target.id.description)), "failures": .array(failures),
            ])
    }
}
