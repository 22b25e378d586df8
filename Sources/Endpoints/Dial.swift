import NIOCore
import NIOPosix
import Synchronization

/// Opens TCP connections that a cancelled task gives up at once.
enum Dial {
    /// The connection, and when the loop saw it made: the task may be resumed much later on a busy machine.
    /// - Parameter prepare: runs on the channel's loop before the connection is asked for.
    /// - Throws: `CancellationError`, or what the connection failed with.
    static func connect(
        _ bootstrap: ClientBootstrap, to address: SocketAddress,
        prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Void> = { $0.eventLoop.makeSucceededVoidFuture() }
    ) async throws -> (channel: any Channel, at: NIODeadline) {
        try Task.checkCancellation()
        let line = Line()
        return try await withTaskCancellationHandler {
            do {
                return try await bootstrap.channelInitializer { channel in
                    line.hold(channel)
                    return prepare(channel)
                }.connect(to: address).map { ($0, .now()) }.get()
            } catch {
                if line.isCut { throw CancellationError() }
                throw error
            }
        } onCancel: {
            line.cut()
        }
    }

    /// The channel on its way, wherever the cancellation comes from.
    private final class Line: Sendable {
        private let state = Mutex<(channel: (any Channel)?, isCut: Bool)>((nil, false))

        var isCut: Bool { state.withLock { $0.isCut } }

        func hold(_ channel: any Channel) {
            let isCut = state.withLock { state in
                state.channel = channel
                return state.isCut
            }
            // Later: the channel is not registered yet.
            if isCut { channel.eventLoop.execute { channel.close(promise: nil) } }
        }

        func cut() {
            let channel = state.withLock { state in
                state.isCut = true
                return state.channel
            }
            channel?.close(promise: nil)
        }
    }
}
