import Addressing
import Dispatch
public import Remote
import Synchronization

/// The engine's receiving side without its thread, for the program `FuzzSNMP` and the tests that repeat its inputs.
///
/// Each input plays an agent: it answers one request of ours, in as many datagrams as it likes, with everything that
/// stands between the socket and the caller's rows: message, USM, scoped PDU, bindings, conversation.
@_spi(Fuzzing) public final class SNMPFuzzDoor {
    /// What an input led to.
    public enum Outcome: Equatable {
        /// The request still waits: nothing that came was meant for it, or more is asked.
        case waiting
        /// It ended with so many rows.
        case rows(Int)
        /// It ended with an error.
        case failed(RemoteError.Code)
    }

    private static let root: OID = [1, 3, 6, 1, 2, 1]
    private static let names: [OID] = [[1, 3, 6, 1, 2, 1, 1, 3, 0], [1, 3, 6, 1, 2, 1, 1, 5, 0]]
    private static let columns: [OID] = [[1, 3, 6, 1, 2, 1, 1], [1, 3, 6, 1, 2, 1, 2], [1, 3, 6, 1, 2, 1, 31]]
    private static let operations: [SNMPRequest.Operation] = [
        .get(names), .getNext(names), .getBulk(names, nonRepeaters: 1, maxRepetitions: 10), .walk(root, limit: 200),
    ]
    private static let messageID: Int32 = 2
    private static let requestID: Int32 = 1
    private static let engineID: [UInt8] = [0x80, 0, 0, 0, 1, 2, 3, 4, 5]
    private static let user = USMCredential(
        user: "monitor", auth: .init(proto: .sha256, passphrase: Secret("authpass12")),
        priv: .init(proto: .aes128, passphrase: Secret("privpass12")))
    private static let credentials: [SNMPCredential] = [
        .v2c(community: Secret("public")), .v1(community: Secret("public")), .v3(user),
        .v3(USMCredential(user: "monitor", auth: user.auth, priv: nil)),
        .v3(USMCredential(user: "monitor", auth: nil, priv: nil)),
        .v3(
            USMCredential(
                user: "monitor", auth: .init(proto: .md5, passphrase: Secret("authpass12")),
                priv: .init(proto: .des, passphrase: Secret("privpass12")))),
    ]

    private let worker: Worker
    private let requests: [SNMPRequest]
    private let submission: Submission
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 8)
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 8)

    /// Opens the sockets that a worker has; datagrams of ours go to the discard port of 127.0.0.1 at most.
    public init() throws {
        var configuration = SNMPEngine.Configuration()
        configuration.maxDevices = 256
        worker = try Worker(configuration: configuration, mailbox: try Mailbox(), counters: Counters())
        let endpoint = Endpoint(address: .v4(.init(127, 0, 0, 1)), port: 9)
        requests =
            Self.credentials.flatMap { credential in
                Self.operations.map { operation in
                    Self.request(operation, credential, endpoint)
                }
            } + Self.credentials.map { Self.request(.table(Self.columns, limit: 100), $0, endpoint) }
        submission = Self.waiting(requests)
    }

    private static func request(
        _ operation: SNMPRequest.Operation, _ credential: SNMPCredential, _ endpoint: Endpoint
    ) -> SNMPRequest {
        SNMPRequest(
            operation,
            from: SNMPTarget(
                subject: "device/fuzz", endpoint: endpoint, credential: credential, retries: 0, maxRepetitions: 10))
    }

    deinit {
        room.deallocate()
        scratch.deallocate()
        submission.continuation.resume(returning: [])
    }

    /// A submission whose caller waits: a job of it is never complete, because not all of its requests are started.
    private static func waiting(_ requests: [SNMPRequest]) -> Submission {
        let box = Box()
        // Ends when the door goes and resumes it.
        Task.detached { _ = await withCheckedContinuation { box.put($0) } }
        return Submission(ticket: Ticket(), requests: requests, continuation: box.take())
    }

    private final class Box: Sendable {
        private let content = Mutex<CheckedContinuation<[SNMPOutcome], Never>?>(nil)
        private let isThere = DispatchSemaphore(value: 0)

        func put(_ continuation: CheckedContinuation<[SNMPOutcome], Never>) {
            content.withLock { $0 = continuation }
            isThere.signal()
        }

        func take() -> CheckedContinuation<[SNMPOutcome], Never> {
            while true {
                isThere.wait()
                if let found = content.withLock({ $0 }) { return found }
            }
        }
    }

    /// Plays one input.
    ///
    /// Byte 0 chooses credential and operation, byte 1 how the rest becomes datagrams: as it stands, or as bindings or
    /// scoped PDU of a message that is otherwise right. The rest is cut into answers: their length in two bytes, then
    /// they.
    public func play(_ input: UnsafeRawBufferPointer) -> Outcome {
        guard input.count >= 2, let peer = WireAddress(requests[0].target.endpoint) else { return .waiting }
        reset()
        let index = Int(input[0]) % requests.count
        let request = requests[index]
        let job = Job(submission)
        guard let exchange = begin(request, job, index, peer, isKnown: input[1] & 0x80 == 0) else {
            return .failed(.unsupported)
        }
        var rest = UnsafeRawBufferPointer(rebasing: input[2...])
        while rest.count >= 2, job.outcome(of: index) == nil {
            let end = min(rest.count, 2 + Int(rest[0]) << 8 + Int(rest[1]))
            nameIDs(exchange)
            send(UnsafeRawBufferPointer(rebasing: rest[2..<end]), as: input[1] & 0x0F, exchange, peer)
            rest = UnsafeRawBufferPointer(rebasing: rest[end...])
        }
        precondition(worker.outstanding.count <= 8, "ids of one request pile up")
        guard let result = job.outcome(of: index)?.result else { return .waiting }
        precondition(worker.outstanding.count == 0, "a finished request is still waited for")
        return judge(result, request.operation)
    }

    private func reset() {
        worker.outstanding = IDTable<Exchange>()
        worker.agents.removeAll(keepingCapacity: true)
        worker.hints.removeAll(keepingCapacity: true)
        worker.deadlines = DeadlineQueue()
        worker.inFlight = 1
        worker.now = 1_000_000_000_000
    }

    /// Asks, with an engine that is known already or with one that must be discovered; nil when it is refused.
    private func begin(
        _ request: SNMPRequest, _ job: Job, _ index: Int, _ peer: WireAddress, isKnown: Bool
    ) -> Exchange? {
        if isKnown {
            worker.hints[peer] = SNMPEngineRecord(
                address: "127.0.0.1", port: 9, engineID: Self.engineID, boots: 3, time: 500,
                observedAt: realtimeSeconds())
        }
        guard case .asked(let exchange) = worker.begin(job, index, request, at: peer) else { return nil }
        return exchange
    }

    /// Gives the question ids that an input can know.
    private func nameIDs(_ exchange: Exchange) {
        worker.forget(exchange)
        exchange.requestID = Self.requestID
        exchange.id = exchange.site == nil ? Self.requestID : Self.messageID
        worker.outstanding[exchange.id] = exchange
    }

    private func send(_ bytes: UnsafeRawBufferPointer, as form: UInt8, _ exchange: Exchange, _ peer: WireAddress) {
        guard let whole = form == 0 ? copied(bytes) : wrapped(bytes, form, exchange) else { return }
        worker.receive(whole, from: peer, isTruncated: form == 15)
    }

    /// Copied: verifying a signature writes into the datagram.
    private func copied(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard bytes.count <= room.count else { return nil }
        room.copyMemory(from: bytes)
        return UnsafeRawBufferPointer(rebasing: room[..<bytes.count])
    }

    /// Form 1: `bytes` are the bindings of a Response; 2: of a Report; 3: they begin with error-status and error-index;
    /// others: they are the whole scoped PDU or PDU.
    private func wrapped(_ bytes: UnsafeRawBufferPointer, _ form: UInt8, _ exchange: Exchange)
        -> UnsafeRawBufferPointer?
    {
        var writer = BERWriter(room)
        let write = { (writer: inout BERWriter) in Self.writePDU(bytes, form, to: &writer) }
        if let identity = exchange.community {
            write(&writer)
            writer.octets(identity.community)
            writer.integer(identity.version)
            writer.header(BERTag.sequence, since: 0)
        } else {
            let envelope = USMEnvelope(
                messageID: Self.messageID, maxSize: 65_507, engineID: Self.engineID, boots: 3, time: 500,
                user: exchange.site?.user ?? [], context: [])
            let keys = exchange.session?.keys
            guard envelope.write(keys: keys, salt: 7, scratch: scratch, to: &writer, pdu: write) else { return nil }
        }
        return writer.overflowed ? nil : UnsafeRawBufferPointer(writer.written)
    }

    private static func writePDU(_ bytes: UnsafeRawBufferPointer, _ form: UInt8, to writer: inout BERWriter) {
        guard (1...3).contains(form) else { return writer.raw(bytes) }
        let mark = writer.count
        let skipped = form == 3 ? min(2, bytes.count) : 0
        writer.raw(UnsafeRawBufferPointer(rebasing: bytes[skipped...]))
        writer.header(BERTag.sequence, since: mark)
        writer.integer(form == 3 && bytes.count > 1 ? Int32(bytes[1]) : 0)
        writer.integer(form == 3 && bytes.count > 0 ? Int32(bytes[0]) : 0)
        writer.integer(requestID)
        writer.header((form == 2 ? PDUKind.report : .response).rawValue, since: mark)
    }

    /// What callers rely on, whatever an agent says.
    private func judge(_ result: SNMPResult, _ operation: SNMPRequest.Operation) -> Outcome {
        switch result {
        case .failure(let error):
            precondition(!error.message.isEmpty && error.subject == "device/fuzz")
            return .failed(error.code)
        case .success(let rows):
            switch operation {
            case .get(let names): precondition(rows.map(\.oid) == names, "a GET gave other objects")
            case .getNext(let names): precondition(rows.count <= names.count)
            case .getBulk(let names, _, let repetitions): precondition(rows.count <= names.count * repetitions)
            case .table(let columns, let limit):
                precondition(rows.count <= limit * columns.count, "a table gave more than its limit")
                for (before, after) in zip(rows, rows.dropFirst()) {
                    precondition(before.oid < after.oid, "columns in their order do not increase")
                }
            case .walk(let root, let limit):
                precondition(rows.count <= limit, "a walk gave more than its limit")
                for (before, after) in zip([VarBind(root, .null)] + rows, rows) {
                    precondition(before.oid < after.oid && after.oid.isWithin(root), "a walk's names do not increase")
                }
            }
            return .rows(rows.count)
        }
    }
}
