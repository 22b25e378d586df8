import Addressing
import Foundation
import Glibc
import HeapModule
import NIOCore
import Remote
import Synchronization

/// The thread behind ``ICMPProber``: everything in here belongs to it alone.
final class ICMPEngine {
    /// Whom an answer comes from and to which request.
    private struct Flight: Hashable {
        let high: UInt64
        let low: UInt64
        let sequence: UInt16

        /// - Parameter address: 4 or 16 bytes.
        init(_ address: some Collection<UInt8>, _ sequence: UInt16) {
            var number: UInt128 = 0
            for byte in address { number = number << 8 | UInt128(byte) }
            high = UInt64(truncatingIfNeeded: number >> 64)
            low = UInt64(truncatingIfNeeded: number)
            self.sequence = sequence
        }
    }

    /// One call and how far it has come.
    private final class Request {
        let order: EchoOrder
        let family: ICMPFamily
        let bytes: [UInt8]
        var attempts: [Attempt] = []
        /// All attempts before this one have an end.
        var firstOpen = 0
        var open = 0
        var sent = 0
        var nextSend: UInt64
        var problem: String?
        var isOver = false
        /// Since when the kernel has had no room for our next request.
        var blockedSince: UInt64?

        init(_ order: EchoOrder, now: UInt64) {
            self.order = order
            family = order.address.isIPv6 ? .v6 : .v4
            bytes = order.address.bytes
            nextSend = now
        }

        var isComplete: Bool { attempts.count >= order.count && open == 0 }
    }

    private struct Attempt {
        var flight: Flight?
        let token: UInt64
        let sentAt: UInt64
        var roundTrip: Duration?
    }

    private struct Alarm: Comparable {
        let time: UInt64
        let request: Request
        static func < (a: Alarm, b: Alarm) -> Bool { a.time < b.time }
        static func == (a: Alarm, b: Alarm) -> Bool { a.time == b.time }
    }

    /// Requests sent before answers are looked at again: no burst of ours may fill our own receive buffer.
    private static let burst = 64

    private let post: EchoPost
    private let counter: EchoCounter
    private let opening: ICMPSocket.Opening
    private var sockets: [ICMPFamily: ICMPSocket] = [:]
    private var sequences: [ICMPFamily: UInt16] = [:]
    private var drops: [ICMPFamily: UInt32] = [:]
    private var flights: [Flight: (request: Request, attempt: Int)] = [:]
    private var requests: [ObjectIdentifier: Request] = [:]
    private var alarms = Heap<Alarm>()

    init(_ post: EchoPost, _ counter: EchoCounter, _ opening: @escaping ICMPSocket.Opening) {
        self.post = post
        self.counter = counter
        self.opening = opening
    }

    func run() {
        while true {
            let mail = post.take()
            let now = Self.now()
            for order in mail.orders { adopt(order, now) }
            for ticket in mail.cancelled {
                if let request = requests[ObjectIdentifier(ticket)] { end(request, .failure(request.order.cancelled)) }
            }
            if mail.isStopped {
                for request in Array(requests.values) { end(request, .failure(request.order.cancelled)) }
                return
            }
            let isBusy = runAlarms()
            wait(atMost: isBusy ? 0 : nil)
        }
    }

    static func now() -> UInt64 { NIODeadline.now().uptimeNanoseconds }

    // MARK: - Orders

    private func adopt(_ order: EchoOrder, _ now: UInt64) {
        if order.ticket.isCancelled { return order.done.resume(throwing: order.cancelled) }
        let request = Request(order, now: now)
        requests[ObjectIdentifier(order.ticket)] = request
        alarms.insert(Alarm(time: now, request: request))
    }

    private func end(_ request: Request, _ result: Result<EchoReport, any Error>) {
        guard !request.isOver else { return }
        request.isOver = true
        requests[ObjectIdentifier(request.order.ticket)] = nil
        for attempt in request.attempts[request.firstOpen...] {
            if let flight = attempt.flight { flights[flight] = nil }
        }
        request.order.done.resume(with: result)
    }

    private func fail(_ request: Request, _ code: RemoteError.Code, _ message: String) {
        end(request, .failure(RemoteError(code, subject: request.order.subject, message: message)))
    }

    private func endIfComplete(_ request: Request) -> Bool {
        guard request.isComplete else { return false }
        end(
            request,
            .success(
                EchoReport(
                    sent: request.sent, roundTrips: request.attempts.compactMap(\.roundTrip), problem: request.problem))
        )
        return true
    }

    // MARK: - Time

    /// Does what is due; true when more is due than one burst.
    private func runAlarms() -> Bool {
        var left = Self.burst
        while let alarm = alarms.min, alarm.request.isOver || alarm.time <= Self.now() {
            if left == 0 { return true }
            alarms.removeMin()
            let request = alarm.request
            if request.isOver { continue }
            let now = Self.now()
            expire(request, now)
            if request.attempts.count < request.order.count, request.nextSend <= now {
                left -= 1
                send(request)
            }
            if request.isOver || endIfComplete(request) { continue }
            alarms.insert(Alarm(time: nextTime(request), request: request))
        }
        return false
    }

    private func expire(_ request: Request, _ now: UInt64) {
        while request.firstOpen < request.attempts.count {
            if let flight = request.attempts[request.firstOpen].flight {
                guard request.attempts[request.firstOpen].sentAt &+ request.order.timeout <= now else { return }
                flights[flight] = nil
                request.attempts[request.firstOpen].flight = nil
                request.open -= 1
            }
            request.firstOpen += 1
        }
    }

    private func nextTime(_ request: Request) -> UInt64 {
        var time = request.attempts.count < request.order.count ? request.nextSend : .max
        if request.firstOpen < request.attempts.count {
            time = min(time, request.attempts[request.firstOpen].sentAt &+ request.order.timeout)
        }
        return time
    }

    private func wait(atMost limit: Int32?) {
        var timeout = limit ?? -1
        if limit == nil, let next = alarms.min {
            let now = Self.now()
            // Rounded up, so that we do not wake up just before the time and turn in circles.
            timeout = next.time <= now ? 0 : Int32(clamping: (next.time - now + 999_999) / 1_000_000)
        }
        if timeout != 0, !post.fallAsleep() { timeout = 0 }
        let open = Array(sockets.values)
        var entries = [pollfd(fd: post.bell, events: Int16(POLLIN), revents: 0)]
        for socket in open { entries.append(pollfd(fd: socket.fd, events: Int16(POLLIN), revents: 0)) }
        guard poll(&entries, nfds_t(entries.count), timeout) > 0 else { return }
        if entries[0].revents != 0 {
            var rings: UInt64 = 0
            // At most one ring is in it: the bell is only rung for a sleeping thread.
            read(post.bell, &rings, 8)
        }
        for (socket, entry) in zip(open, entries.dropFirst()) where entry.revents != 0 {
            if Int32(entry.revents) & Int32(POLLERR) != 0 { takeComplaints(socket) }
            takeAnswers(socket)
        }
    }

    // MARK: - Sending

    private func send(_ request: Request) {
        let socket: ICMPSocket
        do {
            socket = try self.socket(request.family)
        } catch let failure as ICMPSocket.Failure {
            return fail(request, failure.code, "\(request.order.address): \(failure.message)")
        } catch {
            return fail(request, .local, "\(request.order.address): no ICMP socket")
        }
        let flight = freeFlight(request)
        let token = UInt64.random(in: .min ... .max)
        let packet = EchoPacket(identifier: socket.identifier, sequence: flight.sequence, token: token)
            .request(request.family)
        var sentAt = Self.now()
        var status = socket.send(packet, to: request.order.address)
        // With IP_RECVERR the complaint about one target fails the next send to any other: what repeats is ours.
        for _ in 0..<4 where Self.maySayAnother(status) {
            takeComplaints(socket)
            sentAt = Self.now()
            status = socket.send(packet, to: request.order.address)
        }
        switch status {
        case 0:
            flights[flight] = (request, request.attempts.count)
            request.attempts.append(Attempt(flight: flight, token: token, sentAt: sentAt, roundTrip: nil))
            request.sent += 1
            request.open += 1
            request.blockedSince = nil
            request.nextSend = sentAt &+ request.order.interval
        case EAGAIN, ENOBUFS:
            let since = request.blockedSince ?? sentAt
            request.blockedSince = since
            if sentAt - since > request.order.timeout {
                return fail(request, .local, "\(request.order.address): our own send buffer stays full")
            }
            request.nextSend = sentAt &+ 1_000_000
        default: unsendable(request, status, sentAt)
        }
    }

    private static func maySayAnother(_ status: Int32) -> Bool {
        switch status {
        case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EPROTO, EMSGSIZE, EHOSTDOWN, ENOPROTOOPT, EOPNOTSUPP, EACCES:
            true
        default: false
        }
    }

    private func unsendable(_ request: Request, _ status: Int32, _ now: UInt64) {
        let (code, text): (RemoteError.Code, String) =
            switch status {
            case ENETUNREACH, EHOSTUNREACH, EHOSTDOWN, ENETDOWN, EADDRNOTAVAIL, ECONNREFUSED:
                (.unreachable, "there is no route: check address and routes")
            case ENODEV: (.unreachable, "this machine has no such interface")
            case EINVAL: (.unreachable, "the address needs its zone (%interface), or cannot be sent to from here")
            case EACCES: (.unreachable, "it is a broadcast address, or a route here prohibits it")
            case EPERM: (.local, "a packet filter of this machine holds the request back")
            default: (.local, "the request could not be sent (errno \(status))")
            }
        if request.sent == 0 { return fail(request, code, "\(request.order.address): \(text)") }
        request.problem = text
        request.attempts.append(Attempt(flight: nil, token: 0, sentAt: now, roundTrip: nil))
        request.nextSend = now &+ request.order.interval
    }

    private func socket(_ family: ICMPFamily) throws -> ICMPSocket {
        if let socket = sockets[family] { return socket }
        let made = try opening(family)
        sockets[family] = made
        return made
    }

    /// Sequence numbers come round after 65,536; a target that still owes an answer to one gets another.
    private func freeFlight(_ request: Request) -> Flight {
        var sequence = sequences[request.family, default: .random(in: .min ... .max)]
        var flight: Flight
        repeat {
            sequence &+= 1
            flight = Flight(request.bytes, sequence)
        } while flights[flight] != nil
        sequences[request.family] = sequence
        return flight
    }

    // MARK: - Receiving

    private func takeAnswers(_ socket: ICMPSocket) {
        // Bounded, so that a flood of foreign answers cannot keep us from sending.
        for _ in 0..<4 * Self.burst {
            guard let received = socket.receive() else { return }
            let now = Self.now()
            count(received.control.drops, socket.family)
            guard let packet = socket.reply(received) else { continue }
            let flight = Flight(received.address, packet.sequence)
            guard let (request, index) = flights[flight], packet.token == request.attempts[index].token else {
                continue
            }
            let roundTrip = Self.roundTrip(
                sent: request.attempts[index].sentAt, now: now, arrived: received.control.timestamp,
                wall: Int64(Date().timeIntervalSince1970 * 1_000_000_000))
            guard roundTrip <= request.order.timeout else { continue }
            request.attempts[index].roundTrip = .nanoseconds(Int64(clamping: roundTrip))
            land(flight, request, index)
        }
    }

    private func takeComplaints(_ socket: ICMPSocket) {
        socket.clearError()
        for _ in 0..<4 * Self.burst {
            guard let received = socket.receive(fromErrorQueue: true) else { return }
            guard let complaint = received.control.complaint, complaint.origin == 2 || complaint.origin == 3,
                let packet = socket.quotedRequest(received)
            else { continue }
            let flight = Flight(received.address, packet.sequence)
            guard let (request, index) = flights[flight] else { continue }
            // A quotation that is long enough must show what only we and the way to the target know.
            if let token = packet.token, token != request.attempts[index].token { continue }
            let text = ICMPComplaint.text(socket.family, type: complaint.type, code: complaint.code)
            let offender = IPAddress(bytes: complaint.offender)
            request.problem = offender.map { "\(text) (says \($0))" } ?? text
            land(flight, request, index)
        }
    }

    private func land(_ flight: Flight, _ request: Request, _ index: Int) {
        flights[flight] = nil
        request.attempts[index].flight = nil
        request.open -= 1
        _ = endIfComplete(request)
    }

    private func count(_ drops: UInt32?, _ family: ICMPFamily) {
        guard let drops else { return }
        let new = drops &- self.drops[family, default: 0]
        guard new > 0, new < 1 << 31 else { return }
        self.drops[family] = drops
        counter.drops.wrappingAdd(UInt64(new), ordering: .relaxed)
    }

    /// The kernel's time of arrival is wall-clock time, which may jump: only how long the answer lay in our buffer is
    /// taken from it, and only when it can be true.
    /// - Parameters:
    ///   - sent: on the clock that never jumps, nanoseconds, as `now`.
    ///   - arrived: nanoseconds since 1970, as `wall`; nil when the kernel does not say.
    static func roundTrip(sent: UInt64, now: UInt64, arrived: Int64?, wall: Int64) -> UInt64 {
        let whole = now > sent ? now - sent : 0
        guard let arrived else { return whole }
        let (waited, isAbsurd) = wall.subtractingReportingOverflow(arrived)
        return !isAbsurd && waited >= 0 && UInt64(waited) < whole ? whole - UInt64(waited) : whole
    }
}
