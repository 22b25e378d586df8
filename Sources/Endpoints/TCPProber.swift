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
    /// - Throws: ``RemoteError``: `refused`, `timeout`, `unreachable`, `local`, `cancelled`.
    public func connect(_ endpoint: Endpoint, subject: String, timeout: Duration) async throws -> Duration {
        let address = try Sockets.address(endpoint, subject: subject)
        let started = NIODeadline.now()
        do {
            let bootstrap = ClientBootstrap(group: loops.group).connectTimeout(timeout.timeAmount)
            let (channel, connectedAt) = try await Dial.connect(bootstrap, to: address)
            channel.close(promise: nil)
            return .nanoseconds((connectedAt - started).nanoseconds)
        } catch {
            throw Sockets.remoteError(error, endpoint, subject: subject)
        }
    }
}
