public import Addressing
import Foundation
import Glibc
import NIOCore
public import Remote
import Synchronization

/// Echo requests to any number of targets at once: one thread and one socket for each family.
///
/// Without privilege where the kernel allows it (icmp(7)), else raw if we may. Round trips end when the kernel has the
/// answer, not when we get round to reading it.
public final class ICMPProber: ICMPEchoer {
    private let opening: ICMPSocket.Opening
    private let counter = EchoCounter()
    private let post = Mutex<EchoPost?>(nil)

    /// Opens nothing yet.
    public convenience init() { self.init(opening: { family in try ICMPSocket.open(family) }) }

    /// - Parameter opening: runs on the prober's own thread.
    init(opening: @escaping ICMPSocket.Opening) { self.opening = opening }

    deinit { post.withLock { $0?.stop() } }

    /// Answers that our own socket buffers had no room for: a loss that is ours, not the targets'.
    public var ownDrops: UInt64 { counter.drops.load(ordering: .relaxed) }

    /// Sends at least one and at most 1,000 requests; the first unanswerable send (no route) ends it with an error.
    public func echo(_ address: IPAddress, subject: String, count: Int, interval: Duration, timeout: Duration)
        async throws -> EchoReport
    {
        let ticket = EchoTicket()
        let post = try running(subject)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { done in
                post.submit(
                    EchoOrder(
                        ticket: ticket, address: address.unmapped, subject: subject, count: min(max(count, 1), 1_000),
                        interval: interval.clampedNanoseconds, timeout: max(1_000_000, timeout.clampedNanoseconds),
                        done: done))
            }
        } onCancel: {
            ticket.cancel()
            post.cancel(ticket)
        }
    }

    /// Ends the thread; echoes under way end as `cancelled`. A later echo starts it again.
    public func shutdown() {
        post.withLock {
            $0?.stop()
            $0 = nil
        }
    }

    private func running(_ subject: String) throws(RemoteError) -> EchoPost {
        let made = post.withLock { post -> EchoPost? in
            if let post { return post }
            guard let new = EchoPost() else { return nil }
            let (opening, counter) = (opening, counter)
            let thread = Thread { ICMPEngine(new, counter, opening).run() }
            thread.name = "icmp"
            thread.start()
            post = new
            return new
        }
        guard let made else {
            throw RemoteError(.local, subject: subject, message: "no file descriptor is left: raise the limit (nofile)")
        }
        return made
    }
}

extension Duration {
    /// 0 … one day.
    fileprivate var clampedNanoseconds: UInt64 { UInt64(timeAmount.nanoseconds) }
}

/// Numbers that outlive the thread.
final class EchoCounter: Sendable {
    let drops = Atomic<UInt64>(0)
}

/// Stands for one call.
final class EchoTicket: Sendable {
    private let cancelled = Atomic<Bool>(false)
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    func cancel() { cancelled.store(true, ordering: .releasing) }
}

/// One call of ``ICMPProber/echo(_:subject:count:interval:timeout:)``; times in nanoseconds.
struct EchoOrder: Sendable {
    let ticket: EchoTicket
    let address: IPAddress
    let subject: String
    let count: Int
    let interval: UInt64
    let timeout: UInt64
    let done: CheckedContinuation<EchoReport, any Error>
}

/// Where callers leave their orders for the thread.
final class EchoPost: Sendable {
    /// What came since the thread looked last.
    struct Mail: Sendable {
        var orders: [EchoOrder] = []
        var cancelled: [EchoTicket] = []
        var isStopped = false
    }

    private struct State {
        var mail = Mail()
        var isSleeping = false
    }

    /// Readable when there is mail for a sleeping thread.
    let bell: Int32
    private let rope: Int32
    private let state = Mutex(State())

    init?() {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { return nil }
        (bell, rope) = (ends[0], ends[1])
    }

    deinit {
        close(bell)
        close(rope)
    }

    func submit(_ order: EchoOrder) {
        let isStopped = state.withLock { state in
            if !state.mail.isStopped {
                state.mail.orders.append(order)
                ring(&state)
            }
            return state.mail.isStopped
        }
        if isStopped { order.done.resume(throwing: order.cancelled) }
    }

    /// The ticket must be cancelled already: its order may still be on the way here.
    func cancel(_ ticket: EchoTicket) {
        state.withLock {
            $0.mail.cancelled.append(ticket)
            ring(&$0)
        }
    }

    func stop() {
        state.withLock {
            $0.mail.isStopped = true
            ring(&$0)
        }
    }

    /// All mail; the thread is awake from now on.
    func take() -> Mail {
        state.withLock {
            let mail = $0.mail
            $0.mail = Mail(isStopped: mail.isStopped)
            $0.isSleeping = false
            return mail
        }
    }

    /// Whether there is nothing to do: then the bell is rung for the next mail.
    func fallAsleep() -> Bool {
        state.withLock {
            $0.isSleeping = $0.mail.orders.isEmpty && $0.mail.cancelled.isEmpty && !$0.mail.isStopped
            return $0.isSleeping
        }
    }

    private func ring(_ state: inout State) {
        guard state.isSleeping else { return }
        state.isSleeping = false
        var one: UInt8 = 1
        write(rope, &one, 1)
    }
}

extension EchoOrder {
    var cancelled: RemoteError { RemoteError(.cancelled, subject: subject, message: "\(address): interrupted") }
}
