import Remote

/// A batch and what is known of its results. Only the engine's thread touches it.
final class Job {
    let submission: Submission
    var results: [SNMPResult?]
    /// The first request that was not started yet.
    var next = 0
    var finished = 0
    /// Whether the caller has its results.
    var isClosed = false

    init(_ submission: Submission) {
        self.submission = submission
        results = Array(repeating: nil, count: submission.requests.count)
    }

    var isDrained: Bool { next >= results.count }
}

/// One request under way. Only the engine's thread touches it.
final class Exchange {
    /// v3's part of the state.
    struct Secured {
        let credential: USMCredential
        /// The credential's number in the key vault.
        let number: Int
        let user: [UInt8]
        let context: [UInt8]
        /// Nil until the agent's engine is known.
        var keys: USMKeys?
        var engineID: [UInt8] = []
        /// Discoveries and re-synchronisations so far; bounded, so that no agent keeps us busy for ever.
        var discoveries = 0
        var resynchronisations = 0
        /// After silence to enciphered questions: one question that is only signed, to tell a wrong privacy pass phrase
        /// (net-snmp says nothing to it) from a dead agent.
        var isDiagnosing = false
        /// Answers dropped for a wrong signature or outside the time window, for the message at the end.
        var unauthenticated = 0
        var outsideWindow = 0
    }

    let job: Job
    let index: Int
    let target: SNMPTarget
    let peer: WireAddress
    /// v2c only.
    let community: [UInt8]
    var secured: Secured?
    var conversation: Conversation
    var body: PDUBody
    var requestID: Int32 = 0
    /// Under which ids the table of outstanding exchanges knows it: the request id (v2c), the msgIDs of all tries (v3).
    var ids: [Int32] = []
    var triesLeft: Int

    init(job: Job, index: Int, target: SNMPTarget, peer: WireAddress, conversation: Conversation, body: PDUBody) {
        self.job = job
        self.index = index
        self.target = target
        self.peer = peer
        self.conversation = conversation
        self.body = body
        triesLeft = max(0, min(target.retries, 100))
        if case .v2c(let secret) = target.credential { community = secret.withBytes { $0 } } else { community = [] }
    }

    /// Whether the next message is the probe for the engine id.
    var isDiscovering: Bool { secured != nil && secured?.keys == nil }

    /// Per try, in nanoseconds; at least one millisecond, at most an hour.
    var timeoutNanoseconds: UInt64 {
        let (seconds, attoseconds) = target.timeout.components
        guard seconds >= 0, attoseconds >= 0 else { return 1_000_000 }
        guard seconds < 3_600 else { return 3_600_000_000_000 }
        return max(1_000_000, UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
    }

    /// What to say when no try was answered.
    var silence: String {
        let tries = max(0, min(target.retries, 100)) + 1
        let asked = "no answer from \(target.endpoint) in \(tries) \(tries == 1 ? "try" : "tries") of \(target.timeout)"
        guard let secured else {
            return asked + ": the agent is silent or the community is wrong, an agent does not say which; "
                + "check the address, the agent's access rules and the community"
        }
        if secured.unauthenticated > 0 {
            return asked + ": \(secured.unauthenticated) came with a wrong signature and were dropped; "
                + "check the authentication pass phrase and whether another machine answers for the agent"
        }
        if secured.outsideWindow > 0 {
            return asked + ": \(secured.outsideWindow) were outside the time window; the engine's clock is asked "
                + "anew next time"
        }
        return secured.keys == nil
            ? asked + " to the discovery of its SNMPv3 engine; check the address and that the agent speaks SNMPv3"
            : asked + ": the agent answered its discovery only; check its load and the way to it"
    }
}
