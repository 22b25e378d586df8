import Foundation
import Glibc
import Remote
import Synchronization

/// Work that the DNS thread moves on when its socket or its moment says so. Used by that thread alone.
protocol Job: AnyObject {
    var waiterID: UInt64 { get }
    var descriptor: Int32 { get }
    var interest: Int16 { get }
    /// When to be called without anything being readable.
    var wakeAt: ContinuousClock.Instant { get }
    var isDone: Bool { get }
    func start()
    /// - Parameter ready: whether the descriptor has something to say.
    func step(ready: Bool, now: ContinuousClock.Instant)
    /// Ends it from outside: cancelled, shut down.
    func end(_ code: RemoteError.Code, _ message: String)
}

/// What callers ask of the DNS thread.
enum Order: Sendable {
    case exchange(ExchangeRequest, Waiter<Exchanged>)
    case validate(ValidationRequest, Waiter<Validated>)
    case cancel(UInt64)

    func job() -> (any Job)? {
        switch self {
        case .exchange(let request, let waiter): Exchange(request, waiter)
        case .validate(let request, let waiter): Validation(request, waiter)
        case .cancel: nil
        }
    }

    var isCancelled: Bool {
        switch self {
        case .exchange(_, let waiter): waiter.isCancelled
        case .validate(_, let waiter): waiter.isCancelled
        case .cancel: false
        }
    }
}

/// The DNS thread and its letter box: one poll(2) over all questions under way. libunbound works in threads of its own and
/// tells this one through a descriptor (libunbound(3), ub_fd).
final class Loop: Sendable {
    /// Questions under way at once; further ones wait in the order of their coming.
    static let window = 64

    private struct Inbox {
        var orders: [Order] = []
        var stoppers: [Waiter<Void>] = []
        var isOpen = true
        /// Writing end of the pair that interrupts poll(2); closed under the lock by the thread when it ends.
        var bell: Int32 = -1
    }

    private let inbox: Mutex<Inbox>

    /// Starts the thread, which lives until ``stop(_:)``.
    init() {
        var ends: [Int32] = [-1, -1]
        // Without descriptors nothing can be asked: the box is shut from the start and every order refused.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let made = socketpair(AF_UNIX, type, 0, &ends) == 0
        inbox = Mutex(Inbox(isOpen: made, bell: ends[1]))
        guard made else { return }
        let ear = ends[0]
        let thread = Thread { [self] in
            // The threads that libunbound starts inherit the mask: signals are left to threads that wait for them.
            var all = sigset_t()
            sigfillset(&all)
            pthread_sigmask(SIG_BLOCK, &all, nil)
            run(ear)
            close(ear)
        }
        thread.name = "hatang-dns"
        thread.start()
    }

    /// Hands `order` to the thread, or refuses it when the resolver has been shut down.
    func post(_ order: Order) {
        let isOpen = inbox.withLock { inbox in
            if inbox.isOpen {
                inbox.orders.append(order)
                ring(inbox.bell)
            }
            return inbox.isOpen
        }
        if !isOpen { order.job()?.end(.closed, Self.shutDown) }
    }

    /// Ends the thread; what is under way fails with `closed`.
    func stop(_ done: Waiter<Void>? = nil) {
        let isRunning = inbox.withLock { inbox in
            guard inbox.bell >= 0 else { return false }
            inbox.isOpen = false
            if let done { inbox.stoppers.append(done) }
            ring(inbox.bell)
            return true
        }
        if !isRunning { done?.finish(.success(())) }
    }

    private static let shutDown = "the resolver has been shut down"

    private func ring(_ bell: Int32) {
        // A full pair is fine: the thread has not yet heard the earlier rings.
        var byte: UInt8 = 1
        _ = send(bell, &byte, 1, Int32(MSG_NOSIGNAL))
    }

    // MARK: - The thread's own part

    private func run(_ ear: Int32) {
        var waiting: [any Job] = []
        var active: [any Job] = []
        while true {
            let (orders, isOpen) = inbox.withLock { inbox in
                defer { inbox.orders.removeAll() }
                return (inbox.orders, inbox.isOpen)
            }
            for order in orders {
                if case .cancel(let id) = order {
                    (active + waiting).first { $0.waiterID == id }?.end(.cancelled, "interrupted")
                } else if let job = order.job() {
                    if order.isCancelled { job.end(.cancelled, "interrupted") } else { waiting.append(job) }
                }
            }
            guard isOpen else { break }
            let now = ContinuousClock.now
            waiting.removeAll { job in
                if !job.isDone, job.wakeAt <= now { job.end(.timeout, "\(Self.window) questions were in front of it") }
                return job.isDone
            }
            active.removeAll(where: \.isDone)
            while active.count < Self.window, !waiting.isEmpty {
                let job = waiting.removeFirst()
                job.start()
                if !job.isDone { active.append(job) }
            }
            wait(ear, active, until: (active + waiting).map(\.wakeAt).min())
        }
        (active + waiting).forEach { $0.end(.closed, Self.shutDown) }
        let (orders, stoppers) = inbox.withLock { inbox in
            close(inbox.bell)
            inbox.bell = -1
            defer { (inbox.orders, inbox.stoppers) = ([], []) }
            return (inbox.orders, inbox.stoppers)
        }
        orders.forEach { $0.job()?.end(.closed, Self.shutDown) }
        stoppers.forEach { $0.finish(.success(())) }
    }

    private func wait(_ ear: Int32, _ jobs: [any Job], until moment: ContinuousClock.Instant?) {
        var entries = [pollfd(fd: ear, events: Int16(POLLIN), revents: 0)]
        entries += jobs.map { pollfd(fd: $0.descriptor, events: $0.interest, revents: 0) }
        var milliseconds: Int32 = -1
        if let moment {
            let pause = min(max(ContinuousClock.now.duration(to: moment), .zero), .seconds(3_600))
            // Rounded up: waking a moment early would turn the wait into a busy one.
            milliseconds =
                Int32(pause.components.seconds * 1_000 + pause.components.attoseconds / 1_000_000_000_000_000) + 1
        }
        _ = poll(&entries, nfds_t(entries.count), milliseconds)
        if entries[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 256)
            while recv(ear, &bytes, bytes.count, 0) > 0 {}
        }
        let now = ContinuousClock.now
        for (job, entry) in zip(jobs, entries.dropFirst()) where entry.revents != 0 || job.wakeAt <= now {
            job.step(ready: entry.revents != 0, now: now)
        }
    }
}
