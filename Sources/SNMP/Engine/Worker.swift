import CNetIO
import Glibc
import Remote
import Synchronization

/// The engine's thread: all sockets, tables and deadlines live here and nowhere else.
///
/// Not Sendable. It is made by ``SNMPEngine/init(configuration:)`` and handed once to its thread.
final class Worker {
    let configuration: SNMPEngine.Configuration
    let mailbox: Mailbox
    let counters: Counters
    let v4: UDPLink
    /// Nil on a machine without IPv6.
    let v6: UDPLink?
    /// Requests in flight at most: no more than the receive buffer can hold answers of.
    let window: Int
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: UDPLink.slot + 64, alignment: 16)

    /// Jobs with requests that were not started yet, taken in turn.
    var jobs: [Job] = []
    private var cursor = 0
    var queued = 0
    var inFlight = 0
    var outstanding = IDTable<Exchange>()
    /// Everything under way, once.
    var underWay: [Exchange] { outstanding.entries.filter { $0.value.id == $0.id }.map(\.value) }
    var deadlines = DeadlineQueue()
    var random = RandomSource()
    var vault: KeyVault
    var agents: [WireAddress: Agent] = [:]
    var hints: [WireAddress: SNMPEngineRecord] = [:]
    var salt: UInt64
    var now: UInt64 = 0
    private var isStopping = false
    private var hasMail = true
    private var polled: [pollfd]

    init(configuration: SNMPEngine.Configuration, mailbox: Mailbox, counters: Counters) throws(RemoteError) {
        self.configuration = configuration
        self.mailbox = mailbox
        self.counters = counters
        v4 = try UDPLink(isV6: false, receiveBuffer: configuration.receiveBuffer)
        v6 = try? UDPLink(isV6: true, receiveBuffer: configuration.receiveBuffer)
        // A full frame occupies up to 4 KB of the receive buffer, whatever its payload.
        window = max(16, min(configuration.maxInFlight, Int(v4.grantedBuffer) / 4_096))
        vault = KeyVault(capacity: configuration.maxDevices)
        salt = random.salt()
        polled = [mailbox.wakeup, v4.descriptor, v6?.descriptor ?? -1].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
    }

    deinit { scratch.deallocate() }

    /// Our own clock in seconds that never go backwards.
    var seconds: Int64 { Int64(now / 1_000_000_000) }

    /// Runs until a stop letter comes.
    func run() {
        cnetio_block_signals()
        while true {
            now = monotonicNanoseconds()
            if hasMail { readMail() }
            if isStopping { break }
            fireDeadlines()
            startRequests()
            flush()
            wait()
            now = monotonicNanoseconds()
            receiveAll(v4, polled[1].revents)
            if let v6 { receiveAll(v6, polled[2].revents) }
        }
        finish()
    }

    private func wait() {
        var timeout: Int32 = -1
        if let due = deadlines.next {
            // Rounded up: a deadline must have passed when the loop looks.
            timeout = due <= now ? 0 : Int32(clamping: (due - now + 999_999) / 1_000_000)
        }
        polled[1].events = Int16(POLLIN | (v4.hasUnsent ? POLLOUT : 0))
        polled[2].events = Int16(POLLIN | (v6?.hasUnsent == true ? POLLOUT : 0))
        for index in polled.indices { polled[index].revents = 0 }
        _ = poll(&polled, nfds_t(polled.count), timeout)
        hasMail = polled[0].revents != 0
        if hasMail { cnetio_wakeup_clear(mailbox.wakeup) }
    }

    private func receiveAll(_ link: UDPLink, _ events: Int16) {
        if events & Int16(POLLERR) != 0 { readRefusals(link) }
        guard events & Int16(POLLIN) != 0 else { return }
        // Bounded, so that a flood cannot keep deadlines and letters waiting.
        for round in 0..<8 {
            if round > 0 { now = monotonicNanoseconds() }
            let (count, drops) = link.receive { datagram, peer, isTruncated in
                receive(datagram, from: peer, isTruncated: isTruncated)
            }
            counters.received.add(UInt64(count), ordering: .relaxed)
            if drops > 0 { counters.socketDrops.add(UInt64(drops), ordering: .relaxed) }
            startRequests()
            flush()
            if count < UDPLink.batch { break }
        }
    }

    // MARK: Letters

    private func readMail() {
        for letter in mailbox.take() {
            switch letter {
            case .submit(let submission): take(submission)
            case .cancel(let ticket): cancel(ticket)
            case .exportCache(let continuation): continuation.resume(returning: exportCache())
            case .importCache(let records): importCache(records)
            case .exportAgents(let continuation): continuation.resume(returning: exportAgents())
            case .importAgents(let records): importAgents(records)
            case .roundTrip(let endpoint, let continuation):
                let known = WireAddress(endpoint).flatMap { agents[$0]?.roundTrip }
                continuation.resume(returning: known.flatMap { $0.samples > 0 ? $0 : nil })
            case .stop: isStopping = true
            }
        }
    }

    private func take(_ submission: Submission) {
        let job = Job(submission)
        jobs.append(job)
        queued += submission.requests.count
        let rest = { (code: RemoteError.Code, message: String) in
            self.fillRest(of: job, code, message)
        }
        if submission.ticket.isCancelled.load(ordering: .acquiring) {
            rest(.cancelled, "the caller gave up before the request was sent")
        } else if queued > configuration.maxQueued {
            rest(
                .local,
                "more than \(configuration.maxQueued) requests are waiting; ask fewer at a time or raise maxQueued")
        }
        closeIfDone(job)
    }

    private func cancel(_ ticket: Ticket) {
        let running = underWay.filter { $0.job.submission.ticket === ticket }
        let found = running.first?.job ?? jobs.first { $0.submission.ticket === ticket }
        guard let job = found else { return }
        fillRest(of: job, .cancelled, "the caller gave up before the request was sent")
        for exchange in running { fail(exchange, .cancelled, "the caller gave up") }
        closeIfDone(job)
    }

    /// Gives every request of `job` that was not started the same error.
    private func fillRest(of job: Job, _ code: RemoteError.Code, _ message: String) {
        while !job.isDrained {
            let subject = job.submission.requests[job.next].target.subject
            _ = job.settle(
                job.next, SNMPOutcome(.failure(RemoteError(code, subject: subject, message: message))))
            job.next += 1
            queued -= 1
        }
    }

    private func closeIfDone(_ job: Job) {
        guard job.isFinished, !job.isClosed else { return }
        job.isClosed = true
        job.submission.continuation.resume(returning: job.results)
        job.results = []
    }

    /// Fails everything that waits; nobody hangs on a closed engine.
    private func finish() {
        let letters = mailbox.close()
        for exchange in underWay {
            fail(exchange, .closed, "the SNMP engine was shut down")
        }
        for job in jobs {
            fillRest(of: job, .closed, "the SNMP engine was shut down")
            closeIfDone(job)
        }
        for letter in letters {
            switch letter {
            case .submit(let submission):
                submission.continuation.resume(
                    returning: submission.requests.map {
                        SNMPOutcome(
                            .failure(
                                RemoteError(
                                    .closed, subject: $0.target.subject, message: "the SNMP engine was shut down")))
                    })
            case .exportCache(let continuation): continuation.resume(returning: exportCache())
            case .exportAgents(let continuation): continuation.resume(returning: exportAgents())
            case .roundTrip(_, let continuation): continuation.resume(returning: nil)
            case .cancel, .importCache, .importAgents, .stop: break
            }
        }
    }

    // MARK: Starting and finishing

    /// Takes requests of all jobs in turn while the window has room, so that no big job starves a small one.
    private func startRequests() {
        while inFlight < window, !jobs.isEmpty {
            if cursor >= jobs.count { cursor = 0 }
            let job = jobs[cursor]
            guard !job.isDrained else {
                jobs.swapAt(cursor, jobs.count - 1)
                jobs.removeLast()
                continue
            }
            cursor += 1
            let index = job.next
            job.next += 1
            queued -= 1
            inFlight += 1
            start(job, index)
        }
    }

    private func start(_ job: Job, _ index: Int) {
        let request = job.submission.requests[index]
        let target = request.target
        let refuse = { (code: RemoteError.Code, message: String) in
            self.settle(
                job, index,
                SNMPOutcome(.failure(RemoteError(code, subject: target.subject, message: message))))
        }
        guard let peer = WireAddress(target.endpoint), target.endpoint.port != 0 else {
            return refuse(.unreachable, "\(target.endpoint) names a zone or port that cannot be used from here")
        }
        guard !peer.isV6 || v6 != nil else {
            return refuse(.unreachable, "\(target.endpoint): this machine has no IPv6")
        }
        switch begin(job, index, request, at: peer) {
        case .asked: break
        case .done(let rows): settle(job, index, SNMPOutcome(.success(rows)))
        case .refused(let code, let message): refuse(code, message)
        }
    }

    /// What became of a request that was to be started.
    enum Beginning {
        case asked(Exchange)
        case done([VarBind])
        case refused(RemoteError.Code, String)
    }

    /// Asks the first question of a request.
    func begin(_ job: Job, _ index: Int, _ request: SNMPRequest, at peer: WireAddress) -> Beginning {
        let agent = agent(at: peer)
        var conversation = Conversation(request.operation, circumstances(of: request, agent))
        let first: PDUBody
        switch conversation.begin() {
        case .ask(let body): first = body
        case .done(let rows): return .done(rows)
        case .failed(let code, let message): return .refused(code, message)
        }
        var site: SecuredSite?
        var context: [UInt8] = []
        if case .v3(let credential) = request.target.credential {
            if let problem = Self.problem(with: credential) { return .refused(.unsupported, problem) }
            site = self.site(of: credential, agent)
            if !credential.context.isEmpty { context = Array(credential.context.utf8) }
        }
        let exchange = Exchange(
            job: job, index: index, agent: agent, target: request.target, site: site, context: context,
            conversation: conversation, body: first)
        exchange.session = site?.session
        ask(exchange)
        return .asked(exchange)
    }

    /// What is known of `peer`, from now on.
    func agent(at peer: WireAddress) -> Agent {
        if let known = agents[peer] { return known }
        if agents.count >= configuration.maxDevices { agents.removeAll() }
        let agent = Agent(peer)
        agents[peer] = agent
        return agent
    }

    private func circumstances(of request: SNMPRequest, _ agent: Agent) -> Conversation.Circumstances {
        var known = Conversation.Circumstances()
        if case .v1 = request.target.credential { known.isV1 = true }
        if case .v3 = request.target.credential { known.overhead = TableWalk.securedOverhead }
        switch request.operation {
        case .walk(let root, _): known.learnt = agent.tables.entry(root)
        case .table(let columns, _): known.learnt = columns.first.flatMap { agent.tables.entry($0) }
        case .get, .getNext, .getBulk: return known
        }
        known.most = request.target.maxRepetitions
        known.ceiling = agent.repetitions.ceiling
        return known
    }

    /// A new question: new ids, all tries.
    func ask(_ exchange: Exchange) {
        forget(exchange)
        exchange.triesLeft = exchange.retries
        exchange.triesUsed = 0
        exchange.refusals = 0
        exchange.isProbingRows = false
        exchange.requestID = random.identifier()
        transmit(exchange)
    }

    /// Removes the ids under which answers are taken.
    func forget(_ exchange: Exchange) {
        if exchange.id != 0 { outstanding[exchange.id] = nil }
        exchange.id = 0
        guard !exchange.olderIDs.isEmpty else { return }
        for id in exchange.olderIDs { outstanding[id] = nil }
        exchange.olderIDs.removeAll()
    }

    func fail(_ exchange: Exchange, _ code: RemoteError.Code, _ message: String) {
        let subject = exchange.job.submission.requests[exchange.index].target.subject
        complete(exchange, .failure(RemoteError(code, subject: subject, message: message)))
    }

    func complete(_ exchange: Exchange, _ result: SNMPResult, microseconds: Int64 = -1) {
        forget(exchange)
        settle(
            exchange.job, exchange.index,
            SNMPOutcome(result, messages: exchange.messages, microseconds: microseconds))
    }

    private func settle(_ job: Job, _ index: Int, _ outcome: SNMPOutcome) {
        guard job.settle(index, outcome) else { return }
        inFlight -= 1
        closeIfDone(job)
    }

    // MARK: Deadlines

    private func fireDeadlines() {
        // With a time-out of seconds and thousands of answers a second nearly all entries are of what is done.
        if deadlines.count > 4_096, deadlines.count > 4 * outstanding.count {
            deadlines.sweep { outstanding[$0] != nil }
        }
        while let id = deadlines.pop(dueAt: now) {
            // Only the latest try of an exchange has a deadline that counts.
            guard let exchange = outstanding[id], exchange.id == id, exchange.dueAt <= now else { continue }
            if exchange.triesLeft > 0 {
                exchange.triesLeft -= 1
                counters.retried.add(1, ordering: .relaxed)
                transmit(exchange)
            } else if exchange.refusals > 0 {
                giveUp(exchange)
            } else if mayDiagnose(exchange) {
                exchange.isDiagnosing = true
                ask(exchange)
            } else if mayProbeRows(exchange) {
                exchange.isProbingRows = true
                counters.retried.add(1, ordering: .relaxed)
                transmit(exchange)
            } else {
                if exchange.outsideWindow > 0 { dropEngine(of: exchange) }
                giveUp(exchange)
            }
        }
    }

    /// Whether silence may come from too many rows: an agent that was well so far is asked once for a single one.
    private func mayProbeRows(_ exchange: Exchange) -> Bool {
        exchange.body.kind == .getBulk && (exchange.conversation.walk?.askedRows ?? 0) > 1
            && exchange.agent.hasAnswered && !exchange.agent.isSilent && !exchange.isProbingRows
            && !exchange.isDiagnosing && (exchange.site == nil || exchange.session != nil)
    }
}

/// The system's clock that never goes backwards, in nanoseconds.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
