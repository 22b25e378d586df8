public import Evidence
import Notation

extension ProbeLoopReport {
    /// In one word, for the exit code; pairs count with their last outcome.
    public enum Verdict: String, Sendable {
        /// Everything that was asked answered (0).
        case done
        /// At least one pair failed though its target answered (2).
        case failed
        /// Something unread, or skipped though it was wanted (3).
        case partial
        /// At least one target unreachable, none failed (4).
        case unreachable
        /// Nothing had its turn in that time (6).
        case nothing
        /// Stopped before its end (130).
        case interrupted
    }

    /// In one word.
    public var verdict: Verdict {
        if end == .interrupted { return .interrupted }
        if count(.notDue) == pairs.count { return .nothing }
        if count(.failed) > 0 { return .failed }
        if count(.unreachable) > 0 || !deadTargets.isEmpty { return .unreachable }
        if count(.partial) + count(.interrupted) > 0 || skipped.contains(where: \.reason.isGap) { return .partial }
        return .done
    }

    /// The record of this loop for the ledger: denominators and who was dead at its end.
    public func ledgerEntry(actor: String, reason: String) -> LedgerEntry {
        func number(_ value: Int) -> JSONValue { .int(Int64(value)) }
        return LedgerEntry(
            action: "probe.loop", subject: nil, actor: actor, reason: reason, at: finishedAt,
            payload: [
                "started_at": .string(startedAt.description), "finished_at": .string(finishedAt.description),
                "verdict": .string(verdict.rawValue), "pairs": number(pairs.count),
                "targets": number(metrics.targets), "runs": number(runCount), "ok": number(count(.ok)),
                "partial": number(count(.partial)), "failed": number(count(.failed)),
                "unreachable": number(count(.unreachable)), "not_due": number(count(.notDue)),
                "interrupted": number(count(.interrupted)), "skipped": number(skipped.count),
                "skipped_cycles": number(metrics.skipped), "facts": number(factCount),
                "samples": number(sampleCount), "state_changes": number(changeCount),
                "dead": .array(deadTargets.map { .string($0) }),
            ])
    }
}
