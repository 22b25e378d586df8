import CNetIO
import Glibc
import Remote
import Synchronization

/// The engine's thread: all sockets, tables and deadlines live here and nowhere else.
///
/// Not Sendable. It is made by ``SNMPEngine/init(configuration:)`` and handed once to its thread.
final class Worker {
    struct DeviceKey: Hashable {
        let peer: WireAddress
        let credential: Int
    }

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
    var outstanding: [Int32: Exchange] = [:]
    var deadlines = DeadlineQueue()
    var random = RandomSource()
    var vault: KeyVault
    var devices: [DeviceKey: AgentEngine] = [:]
    var hints: [WireAddress: SNMPEngineRecord] = [:]
    var salt: UInt64
    var now: UInt64 = 0
    private var isStopping = false

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
    }

    deinit { scratch.deallocate() }

    /// Our own clock in seconds that never go backwards.
    var seconds: Int64 { Int64(now / 1_000_000_000) }

    /// Runs until a stop letter comes.
    func run() {
        cnetio_block_signals()
        while true {
            now = monotonicNanoseconds()
            readMail()
            if isStopping { break }
            fireDeadlines()
            startRequests()
            flush()
            wait()
            now = monotonicNanoseconds()
            receiveAll()
        }
        finish()
    }

    private func wait() {
        var timeout: Int32 = -1
        if let due = deadlines.next {
            // Rounded up: a deadline must have passed when the loop looks.
            timeout = due <= now ? 0 : Int32(clamping: (due - now + 999_999) / 1_000_000)
        }
        var entries = [pollfd(fd: mailbox.wakeup, events: Int16(POLLIN), revents: 0)]
        for link in links {
            entries.append(
                pollfd(fd: link.descriptor, events: Int16(POLLIN | (link.hasUnsent ? POLLOUT : 0)), revents: 0))
        }
        _ = poll(&entries, nfds_t(entries.count), timeout)
        if entries[0].revents != 0 { cnetio_wakeup_clear(mailbox.wakeup) }
    }

    private var links: [UDPLink] { v6.map { [v4, $0] } ?? [v4] }

    private func receiveAll() {
        for link in links {
            // Bounded, so that a flood cannot keep deadlines and letters waiting.
            for _ in 0..<8 {
                let (count, drops) = link.receive { datagram, peer, isTruncated in
                    counters.received.add(1, ordering: .relaxed)
                    receive(datagram, from: peer, isTruncated: isTruncated)
                }
                if drops > 0 { counters.socketDrops.add(UInt64(drops), ordering: .relaxed) }
                startRequests()
                flush()
                if count < UDPLink.batch { break }
            }
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
        let running = outstanding.values.filter { $0.job.submission.ticket === ticket }
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
            job.results[job.next] = .failure(RemoteError(code, subject: subject, message: message))
            job.next += 1
            job.finished += 1
            queued -= 1
        }
    }

    private func closeIfDone(_ job: Job) {
        guard job.finished == job.results.count, !job.isClosed else { return }
        job.isClosed = true
        let requests = job.submission.requests
        job.submission.continuation.resume(
            returning: job.results.enumerated().map { index, result in
                result
                    ?? .failure(
                        RemoteError(.local, subject: requests[index].target.subject, message: "the request was lost"))
            })
    }

    /// Fails everything that waits; nobody hangs on a closed engine.
    private func finish() {
        let letters = mailbox.close()
        for exchange in outstanding.values {
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
                        .failure(
                            RemoteError(.closed, subject: $0.target.subject, message: "the SNMP engine was shut down"))
                    })
            case .exportCache(let continuation): continuation.resume(returning: exportCache())
            case .cancel, .importCache, .stop: break
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
            self.settle(job, index, .failure(RemoteError(code, subject: target.subject, message: message)))
        }
        guard let peer = WireAddress(target.endpoint), target.endpoint.port != 0 else {
            return refuse(.unreachable, "\(target.endpoint) names a zone or port that cannot be used from here")
        }
        guard !peer.isV6 || v6 != nil else {
            return refuse(.unreachable, "\(target.endpoint): this machine has no IPv6")
        }
        let conversation = Conversation(request.operation, maxRepetitions: target.maxRepetitions)
        let first: PDUBody
        switch conversation.begin() {
        case .ask(let body): first = body
        case .done(let rows): return settle(job, index, .success(rows))
        case .failed(let code, let message): return refuse(code, message)
        }
        let exchange = Exchange(
            job: job, index: index, target: target, peer: peer, conversation: conversation, body: first)
        if case .v3(let credential) = target.credential {
            if let problem = Self.problem(with: credential) { return refuse(.unsupported, problem) }
            prepare(exchange, credential)
        }
        ask(exchange)
    }

    /// A new question: new ids, all tries.
    func ask(_ exchange: Exchange) {
        forget(exchange)
        exchange.triesLeft = max(0, min(exchange.target.retries, 100))
        exchange.requestID = random.identifier()
        transmit(exchange)
    }

    /// Removes the ids under which answers are taken.
    func forget(_ exchange: Exchange) {
        for id in exchange.ids { outstanding[id] = nil }
        exchange.ids.removeAll(keepingCapacity: true)
    }

    func fail(_ exchange: Exchange, _ code: RemoteError.Code, _ message: String) {
        complete(exchange, .failure(RemoteError(code, subject: exchange.target.subject, message: message)))
    }

    func complete(_ exchange: Exchange, _ result: SNMPResult) {
        forget(exchange)
        settle(exchange.job, exchange.index, result)
    }

    private func settle(_ job: Job, _ index: Int, _ result: SNMPResult) {
        guard job.results[index] == nil else { return }
        job.results[index] = result
        job.finished += 1
        inFlight -= 1
        closeIfDone(job)
    }

    // MARK: Deadlines

    private func fireDeadlines() {
        while let id = deadlines.pop(dueAt: now) {
            // Only the latest try of an exchange has a deadline that counts.
            guard let exchange = outstanding[id], exchange.ids.last == id else { continue }
            if exchange.triesLeft > 0 {
                exchange.triesLeft -= 1
                counters.retried.add(1, ordering: .relaxed)
                transmit(exchange)
            } else if mayDiagnose(exchange) {
                exchange.secured?.isDiagnosing = true
                ask(exchange)
            } else {
                if exchange.secured.map({ $0.outsideWindow > 0 }) == true { dropEngine(of: exchange) }
                fail(exchange, .timeout, exchange.silence)
            }
        }
    }
}

/// The system's clock that never goes backwards, in nanoseconds.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
