import Glibc
public import Remote
import Synchronization

/// Asks any number of agents from one thread and one UDP socket per address family.
///
/// SNMPv1, SNMPv2c and SNMPv3 with its User-based Security Model. Lost messages are sent again; answers are matched by source
/// address and unpredictable ids; cancelling the task ends its requests at once.
public final class SNMPEngine: SNMPClient, Sendable {
    /// Limits of an engine.
    public struct Configuration: Sendable {
        /// Bytes of receive buffer asked from the kernel; more than `net.core.rmem_max` needs CAP_NET_ADMIN.
        public var receiveBuffer = 4 << 20
        /// Requests under way at most; fewer when the kernel gave a small receive buffer.
        public var maxInFlight = 512
        /// Requests that may wait behind those under way; more fail at once with `local`.
        public var maxQueued = 1_000_000
        /// Bytes of one answer; a longer one fails its request with `tooLarge`. Sent as msgMaxSize in v3.
        public var maxResponseBytes = 65_507
        /// Variable bindings of one answer.
        public var maxResponseBindings = 10_000
        /// SNMPv3 agents remembered; past that all are forgotten and discovered again.
        public var maxDevices = 200_000
        /// The defaults suit tens of thousands of devices.
        public init() {}
    }

    private let mailbox: Mailbox
    private let counters = Counters()
    private let thread: Mutex<pthread_t?>

    /// Opens the sockets and starts the thread.
    /// - Throws: ``RemoteError`` `local` when the machine gives no socket or no thread.
    public init(configuration: Configuration = Configuration()) throws {
        let mailbox = try Mailbox()
        let worker = try Worker(configuration: configuration, mailbox: mailbox, counters: counters)
        // The worker is given away here, once: from now on only its thread touches it.
        let handle = Unmanaged.passRetained(worker)
        var started = pthread_t()
        let code = pthread_create(
            &started, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Worker>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, handle.toOpaque())
        guard code == 0 else {
            handle.release()
            throw RemoteError(.local, subject: "snmp", message: "cannot start a thread (errno \(code))")
        }
        self.mailbox = mailbox
        thread = Mutex(started)
    }

    deinit { shutdown() }

    /// Ends the thread and closes the sockets; requests under way fail with `closed`. Harmless when called twice.
    public func shutdown() {
        _ = mailbox.post(.stop)
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let running { pthread_join(running, nil) }
    }

    /// What the engine did so far.
    public var statistics: SNMPStatistics { counters.snapshot }

    /// Asks all of `requests`, as many at once as the limits allow, and gives one result per request in their order.
    ///
    /// Far cheaper than one task per request. A failed request is a result, it stops no other.
    public func poll(_ requests: [SNMPRequest]) async -> [Result<[VarBind], RemoteError>] {
        await ask(requests).map(\.result)
    }

    /// Like ``poll(_:)``, with the round-trip time and the number of messages beside each result.
    public func ask(_ requests: [SNMPRequest]) async -> [SNMPOutcome] {
        guard !requests.isEmpty else { return [] }
        let ticket = Ticket()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let submission = Submission(ticket: ticket, requests: requests, continuation: continuation)
                if !mailbox.post(.submit(submission)) {
                    continuation.resume(
                        returning: requests.map {
                            SNMPOutcome(
                                .failure(
                                    RemoteError(
                                        .closed, subject: $0.target.subject, message: "the SNMP engine is shut down")))
                        })
                }
            }
        } onCancel: {
            // First the mark, then the letter: whichever of letter and submission comes first, one of them is seen.
            ticket.isCancelled.store(true, ordering: .releasing)
            _ = mailbox.post(.cancel(ticket))
        }
    }

    private func one(_ operation: SNMPRequest.Operation, _ target: SNMPTarget) async throws -> [VarBind] {
        let results = await poll([SNMPRequest(operation, from: target)])
        guard let result = results.first else {
            throw RemoteError(.local, subject: target.subject, message: "the request was lost")
        }
        return try result.get()
    }

    /// The values of exactly these instances, in the order asked; "there is none" comes as a value.
    public func get(_ oids: [OID], from target: SNMPTarget) async throws -> [VarBind] {
        try await one(.get(oids), target)
    }

    /// For each name the next instance behind it.
    public func getNext(_ oids: [OID], from target: SNMPTarget) async throws -> [VarBind] {
        try await one(.getNext(oids), target)
    }

    /// One GETBULK; see ``SNMPRequest/Operation/getBulk(_:nonRepeaters:maxRepetitions:)``.
    public func getBulk(
        _ oids: [OID], nonRepeaters: Int, maxRepetitions: Int, from target: SNMPTarget
    ) async throws -> [VarBind] {
        try await one(.getBulk(oids, nonRepeaters: nonRepeaters, maxRepetitions: maxRepetitions), target)
    }

    /// Everything below `root`, in order; empty when there is nothing.
    public func walk(_ root: OID, from target: SNMPTarget, limit: Int) async throws -> [VarBind] {
        try await one(.walk(root, limit: limit), target)
    }

    /// Several columns side by side: for each of `columns`, in their order, everything below it.
    ///
    /// As few messages as fit: columns that ended are not asked again, the number of rows follows from the last walk of
    /// the same table, and answers stay below 1,400 bytes. A column given twice is asked once.
    /// - Throws: ``RemoteError``; `unsupported` when one column lies below another.
    public func table(_ columns: [OID], from target: SNMPTarget, limit: Int) async throws -> [[VarBind]] {
        var unique: [OID] = []
        for column in columns where !unique.contains(column) { unique.append(column) }
        var rest = try await one(.table(unique, limit: limit), target)[...]
        // Column after column, and no column lies below another: the prefix says where each ends.
        var found: [OID: [VarBind]] = [:]
        for column in unique {
            let end = rest.firstIndex { !$0.oid.isWithin(column) } ?? rest.endIndex
            found[column] = Array(rest[..<end])
            rest = rest[end...]
        }
        return columns.map { found[$0] ?? [] }
    }

    /// The round-trip time seen so far at `endpoint`; nil before the first answer that came to a first try.
    public func roundTrip(at endpoint: Endpoint) async -> RoundTripEstimate? {
        await withCheckedContinuation { continuation in
            if !mailbox.post(.roundTrip(endpoint, continuation)) { continuation.resume(returning: nil) }
        }
    }

    /// Engine ids that several endpoints claim; see ``SNMPEngineRecord/duplicates(in:)``.
    public func duplicateEngineIDs() async -> [SNMPDuplicateEngine] {
        SNMPEngineRecord.duplicates(in: await exportEngineCache())
    }

    /// What was learnt about agents beside their SNMPv3 engines, to keep across restarts; empty after ``shutdown()``.
    public func exportAgents() async -> [SNMPAgentRecord] {
        await withCheckedContinuation { continuation in
            if !mailbox.post(.exportAgents(continuation)) { continuation.resume(returning: []) }
        }
    }

    /// Takes records of an earlier run; what cannot be true is left out, what this run has learnt itself stays.
    public func importAgents(_ records: [SNMPAgentRecord]) {
        _ = mailbox.post(.importAgents(records))
    }

    /// What was learnt about SNMPv3 engines, to keep across restarts; empty after ``shutdown()``.
    public func exportEngineCache() async -> [SNMPEngineRecord] {
        await withCheckedContinuation { continuation in
            if !mailbox.post(.exportCache(continuation)) { continuation.resume(returning: []) }
        }
    }

    /// Takes records of an earlier run; those that cannot be true are left out.
    public func importEngineCache(_ records: [SNMPEngineRecord]) {
        _ = mailbox.post(.importCache(records))
    }
}
