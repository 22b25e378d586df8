import Remote

/// A batch and what is known of its results. Only the engine's thread touches it.
final class Job {
    let submission: Submission
    /// What is not settled yet stands as lost.
    var results: [SNMPOutcome]
    private var isSettled: [Bool]
    /// The first request that was not started yet.
    var next = 0
    private(set) var finished = 0
    /// Whether the caller has its results.
    var isClosed = false

    init(_ submission: Submission) {
        self.submission = submission
        let lost = SNMPOutcome(
            .failure(RemoteError(.local, subject: "snmp", message: "the request was lost; please report this")))
        results = Array(repeating: lost, count: submission.requests.count)
        isSettled = Array(repeating: false, count: submission.requests.count)
    }

    var isDrained: Bool { next >= results.count }
    var isFinished: Bool { finished == results.count }

    /// How request `index` ended; nil while it has not.
    func outcome(of index: Int) -> SNMPOutcome? { isSettled[index] && !isClosed ? results[index] : nil }

    /// Takes the first result of each request; false when it has one.
    func settle(_ index: Int, _ outcome: SNMPOutcome) -> Bool {
        guard !isSettled[index] else { return false }
        isSettled[index] = true
        results[index] = outcome
        finished += 1
        return true
    }
}

/// One request under way. Only the engine's thread touches it.
final class Exchange {
    let job: Job
    let index: Int
    let agent: Agent
    /// Version and community; nil for v3.
    let community: CommunityMessage.Identity?
    /// v3: what is kept for its credential at the agent.
    let site: SecuredSite?
    /// v3: contextName.
    let context: [UInt8]
    /// v3: the keys that the question under way is made with; nil until the agent's engine is known.
    var session: USMSession?
    /// Discoveries and re-synchronisations so far; bounded, so that no agent keeps us busy for ever.
    var discoveries = 0
    var resynchronisations = 0
    /// After silence to enciphered questions: one question that is only signed, to tell a wrong privacy pass phrase
    /// (net-snmp says nothing to it) from a dead agent.
    var isDiagnosing = false
    /// Answers dropped for a wrong signature or outside the time window, for the message at the end.
    var unauthenticated = 0
    var outsideWindow = 0

    var conversation: Conversation
    var body: PDUBody
    var requestID: Int32 = 0
    /// Under which id answers to the latest try come: the request id (communities) or the try's msgID (v3); 0 is none.
    var id: Int32 = 0
    /// v3: the msgIDs of earlier tries of the same question.
    var olderIDs: [Int32] = []
    var triesLeft = 0
    /// Tries of the question under way, and messages of all questions.
    var triesUsed = 0
    var messages = 0
    /// When the latest try was written and when it is given up, in the engine's nanoseconds.
    var sentAt: UInt64 = 0
    var dueAt: UInt64 = 0
    let timeoutNanoseconds: UInt64
    let retries: Int
    /// Refusals (ICMP) of the question under way.
    var refusals = 0
    var refusalCode = RemoteError.Code.refused
    var refusal = ""
    /// Whether the last try asks for a single row, to tell an agent that chokes from a dead one.
    var isProbingRows = false

    init(
        job: Job, index: Int, agent: Agent, target: SNMPTarget, site: SecuredSite?, context: [UInt8],
        conversation: Conversation, body: PDUBody
    ) {
        self.job = job
        self.index = index
        self.agent = agent
        self.site = site
        self.context = context
        self.conversation = conversation
        self.body = body
        retries = max(0, min(target.retries, 100))
        timeoutNanoseconds = Self.nanoseconds(target.timeout)
        switch target.credential {
        case .v1(let secret): community = .init(version: 0, community: secret.withBytes { $0 })
        case .v2c(let secret): community = .init(version: 1, community: secret.withBytes { $0 })
        case .v3: community = nil
        }
    }

    var target: SNMPTarget { job.submission.requests[index].target }

    /// Per try, in nanoseconds; at least one millisecond, at most an hour.
    private static func nanoseconds(_ timeout: Duration) -> UInt64 {
        let (seconds, attoseconds) = timeout.components
        guard seconds >= 0, attoseconds >= 0 else { return 1_000_000 }
        guard seconds < 3_600 else { return 3_600_000_000_000 }
        return max(1_000_000, UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
    }

    /// What to say when no try was answered.
    var silence: String {
        let target = target
        let tries = retries + 1
        let asked = "no answer from \(target.endpoint) in \(tries) \(tries == 1 ? "try" : "tries") of \(target.timeout)"
        guard site != nil else {
            return asked + ": the agent is silent or the community is wrong, an agent does not say which; "
                + "check the address, the agent's access rules and the community"
        }
        if unauthenticated > 0 {
            return asked + ": \(unauthenticated) came with a wrong signature and were dropped; "
                + "check the authentication pass phrase and whether another machine answers for the agent"
        }
        if outsideWindow > 0 {
            return asked + ": \(outsideWindow) were outside the time window; the engine's clock is asked anew next time"
        }
        return session == nil
            ? asked + " to the discovery of its SNMPv3 engine; check the address and that the agent speaks SNMPv3"
            : asked + ": the agent answered its discovery only; check its load and the way to it"
    }
}
