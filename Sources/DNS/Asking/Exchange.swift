import Glibc
import Remote

/// One question for one server.
struct ExchangeRequest: Sendable {
    let question: WireQuestion
    let server: Endpoint
    let recursion: Bool
    let subject: String
    let started: ContinuousClock.Instant
    let timeout: Duration
}

/// The reply that fits the question, and how long it took.
struct Exchanged: Sendable {
    let message: Message
    let duration: Duration
}

/// What a datagram or stream message is to the question that is open.
enum Fit {
    /// Another id or question: a late or forged answer.
    case stray
    /// The right id and question, and then nonsense.
    case malformed(String)
    /// Cut short: to be asked again over TCP.
    case truncated
    case reply(Message)

    /// RFC 5452 section 9.1: id and question must be ours; the address and ports are the kernel's affair.
    init(_ bytes: [UInt8], id: UInt16, question: WireQuestion) {
        var reader = WireReader(bytes)
        guard let theirs = try? reader.uint16(), theirs == id, let flags = try? reader.uint16(),
            flags & 0xF800 == 0x8000
        else {
            self = .stray
            return
        }
        do {
            let questions = try reader.uint16()
            _ = try reader.skip(6)
            if questions == 1 {
                let asked = WireQuestion(
                    name: try reader.name(), type: try reader.uint16(), questionClass: try reader.uint16())
                guard asked == question else {
                    self = .stray
                    return
                }
            } else if questions != 0 || flags & 0x000F == 0 {
                // Only errors may come without the question.
                self = .stray
                return
            }
            if flags & 0x0200 != 0 {
                self = .truncated
                return
            }
            self = .reply(try Message(bytes))
        } catch {
            self = .malformed(error.message)
        }
    }
}

/// A question on its way: UDP, again after a while, TCP when the answer is truncated, without EDNS when that is not
/// understood.
final class Exchange: Job {
    private let request: ExchangeRequest
    private let waiter: Waiter<Exchanged>
    private let deadline: ContinuousClock.Instant
    private var socket: Socket?
    private var isStream = false
    private var usesEDNS = true
    /// RFC 5452 section 9.2: hard to guess, as is the port that the kernel chooses.
    private var id = UInt16.random(in: .min ... .max)
    private var sends = 0
    private var unsent: ArraySlice<UInt8> = []
    private var received: [UInt8] = []
    private var strays = 0
    private(set) var isDone = false

    /// Datagrams that fit nothing, after which a server is called a flood.
    static let strayLimit = 100

    init(_ request: ExchangeRequest, _ waiter: Waiter<Exchanged>) {
        self.request = request
        self.waiter = waiter
        deadline = request.started + request.timeout
    }

    var waiterID: UInt64 { waiter.id }
    var descriptor: Int32 { socket?.descriptor ?? -1 }
    var interest: Int16 { Int16(isStream && !unsent.isEmpty ? POLLOUT : POLLIN) }

    /// Datagrams are sent up to three times, at the start, after a quarter and after half of the time.
    var wakeAt: ContinuousClock.Instant {
        guard !isStream, (1...2).contains(sends) else { return deadline }
        return min(deadline, request.started + request.timeout / 4 * sends)
    }

    private var query: [UInt8] {
        request.question.query(id: id, recursion: request.recursion, edns: usesEDNS)
    }

    func start() {
        attempt { () throws(Socket.Failure) in
            socket = try Socket(.datagrams, to: request.server)
            try sendDatagram()
        }
    }

    func step(ready: Bool, now: ContinuousClock.Instant) {
        if ready {
            attempt { () throws(Socket.Failure) in isStream ? try moveStream() : try readDatagrams() }
        }
        guard !isDone else { return }
        if now >= deadline { return overdue() }
        if !isStream, now >= wakeAt { attempt(sendDatagram) }
    }

    func end(_ code: RemoteError.Code, _ message: String) {
        guard !isDone else { return }
        finish(
            .failure(RemoteError(code, subject: request.subject, message: "DNS \(request.server): \(message)")))
    }

    private func finish(_ result: Result<Exchanged, RemoteError>) {
        isDone = true
        socket = nil
        waiter.finish(result)
    }

    private func attempt(_ body: () throws(Socket.Failure) -> Void) {
        do {
            try body()
        } catch {
            let meaning = error.meaning
            end(meaning.code, (isStream ? "its answer is truncated, and over TCP: " : "") + meaning.message)
        }
    }

    private func overdue() {
        if strays > 0 {
            end(.protocolViolation, "\(strays) datagrams came, none of which answers the question")
        } else if isStream {
            end(.timeout, "its answer is truncated, and over TCP none came in time")
        } else {
            end(.timeout, "no answer in time: check address, routes, packet filters and the service")
        }
    }

    private func sendDatagram() throws(Socket.Failure) {
        sends += 1
        _ = try socket?.send(query[...])
    }

    private func readDatagrams() throws(Socket.Failure) {
        while !isDone, !isStream, let bytes = try socket?.receive(65_535) {
            switch Fit(bytes, id: id, question: request.question) {
            case .stray:
                strays += 1
                if strays >= Self.strayLimit { return overdue() }
            case .malformed(let message): return end(.protocolViolation, "its answer cannot be read: \(message)")
            case .truncated: return try openStream()
            case .reply(let message): try take(message)
            }
        }
    }

    private func take(_ message: Message) throws(Socket.Failure) {
        // FORMERR, NOTIMP, BADVERS: perhaps a server from before EDNS (RFC 6891 section 7).
        if usesEDNS, [1, 4, 16].contains(message.rcode) {
            usesEDNS = false
            id = UInt16.random(in: .min ... .max)
            return isStream ? try openStream() : try sendDatagram()
        }
        finish(.success(Exchanged(message: message, duration: request.started.duration(to: .now))))
    }

    // MARK: - TCP (RFC 7766): two bytes of length in front of each message

    private func openStream() throws(Socket.Failure) {
        isStream = true
        received = []
        let query = query
        unsent = ([UInt8(query.count >> 8), UInt8(query.count & 0xFF)] + query)[...]
        socket = try Socket(.stream, to: request.server)
    }

    private func moveStream() throws(Socket.Failure) {
        if !unsent.isEmpty {
            unsent = unsent.dropFirst(try socket?.send(unsent) ?? 0)
            return
        }
        while !isDone, let bytes = try socket?.receive(65_537) {
            guard !bytes.isEmpty else {
                return end(.closed, "it closed the TCP connection before its answer was whole")
            }
            received += bytes
            guard received.count >= 2 else { continue }
            let length = Int(received[0]) << 8 | Int(received[1])
            guard received.count >= 2 + length else { continue }
            switch Fit(Array(received[2..<2 + length]), id: id, question: request.question) {
            case .stray: return end(.protocolViolation, "its answer over TCP is to another question")
            case .malformed(let message): return end(.protocolViolation, "its answer cannot be read: \(message)")
            case .truncated: return end(.protocolViolation, "its answer is truncated even over TCP")
            case .reply(let message): return try take(message)
            }
        }
    }
}
