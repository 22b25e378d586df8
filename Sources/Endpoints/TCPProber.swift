import Addressing
import NIOCore
import NIOPosix
public import Remote

/// Opens and closes TCP connections; nothing is sent.
public struct TCPProber: TCPConnector {
    private let loops: EndpointLoops

    /// Uses the threads of `loops`.
    public init(_ loops: EndpointLoops) { self.loops = loops }

    /// How long the three-way handshake took.
    /// - Throws: ``RemoteError``: `refused`, `timeout`, `unreachable`, `local`.
    public func connect(_ endpoint: Endpoint, subject: String, timeout: Duration) async throws -> Duration {
        let address = try Sockets.address(endpoint, subject: subject)
        let started = ContinuousClock.now
        do {
            try Task.checkCancellation()
            // The end is taken on the event loop: this task may be resumed much later on a busy machine.
            let (channel, took) = try await ClientBootstrap(group: loops.group).connectTimeout(timeout.timeAmount)
                .connect(to: address).map { ($0, started.duration(to: .now)) }.get()
            try? await channel.close()
            return took
        } catch {
            throw Sockets.remoteError(error, endpoint, subject: subject)
        }
    }
}
