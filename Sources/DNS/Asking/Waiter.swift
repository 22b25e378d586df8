import Remote
import Synchronization

/// One waiting caller: resumed exactly once, by the DNS thread, also when its task is cancelled.
final class Waiter<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value, any Error>?
        var isCancelled = false
    }

    let id = WaiterID.next()
    private let state = Mutex(State())

    /// Whether the caller's task has been cancelled.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Waits for ``finish(_:)``. `start` hands self to the thread; `cancel` wakes that thread on cancellation.
    func value(start: () -> Void, cancel: @escaping @Sendable () -> Void) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.continuation = continuation }
                start()
            }
        } onCancel: {
            state.withLock { $0.isCancelled = true }
            cancel()
        }
    }

    /// Resumes the caller; further calls do nothing.
    func finish(_ result: Result<Value, RemoteError>) {
        let continuation = state.withLock { state in
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(with: result.mapError { $0 as any Error })
    }
}

/// Numbers for waiting callers, unique in the process.
enum WaiterID {
    private static let last = Atomic<UInt64>(0)
    static func next() -> UInt64 { last.add(1, ordering: .relaxed).newValue }
}
