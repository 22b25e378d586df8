import Addressing
import Glibc
import NIOCore
import NIOPosix
import Remote

/// The threads that TLS and TCP probes share. Shut it down when the last probe is done.
public final class EndpointLoops: Sendable {
    let group: MultiThreadedEventLoopGroup

    /// Starts `threads` event loops; one serves hundreds of endpoints at a time.
    public init(threads: Int = 1) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
    }

    /// Ends the threads; connections still open are closed. Probes begun afterwards fail with `local`.
    public func shutdown() async {
        try? await group.shutdownGracefully()
    }
}

extension Duration {
    /// For timers; never negative, at most a day.
    var timeAmount: TimeAmount {
        let limited = min(max(self, .zero), .seconds(86_400))
        return .nanoseconds(limited.components.seconds * 1_000_000_000 + limited.components.attoseconds / 1_000_000_000)
    }
}

/// Sockets and their errors, in the words of our ports.
enum Sockets {
    /// The endpoint as a socket address, with the zone's interface as scope.
    static func address(_ endpoint: Endpoint, subject: String) throws(RemoteError) -> SocketAddress {
        switch endpoint.address {
        case .v4(let address):
            var raw = sockaddr_in()
            raw.sin_family = sa_family_t(AF_INET)
            raw.sin_port = endpoint.port.bigEndian
            raw.sin_addr.s_addr = address.rawValue.bigEndian
            return SocketAddress(raw)
        case .v6(let address):
            var raw = sockaddr_in6()
            raw.sin6_family = sa_family_t(AF_INET6)
            raw.sin6_port = endpoint.port.bigEndian
            withUnsafeMutableBytes(of: &raw.sin6_addr) { $0.copyBytes(from: address.bytes) }
            if let zone = address.zone {
                let index = if_nametoindex(String(zone))
                guard index > 0 else {
                    throw RemoteError(
                        .unreachable, subject: subject, message: "this machine has no interface for \(endpoint)")
                }
                raw.sin6_scope_id = index
            }
            return SocketAddress(raw)
        }
    }

    /// What a failed connection means.
    static func remoteError(_ error: any Error, _ endpoint: Endpoint, subject: String) -> RemoteError {
        if let error = error as? RemoteError { return error }
        func make(_ code: RemoteError.Code, _ message: String) -> RemoteError {
            RemoteError(code, subject: subject, message: "\(endpoint): \(message)")
        }
        if error is CancellationError { return make(.cancelled, "interrupted") }
        if case ChannelError.connectTimeout = error {
            return make(.timeout, "no answer to the connection request: check address, routes and packet filters")
        }
        guard let failure = error as? IOError else { return make(.local, "a failure on our side: \(type(of: error))") }
        switch failure.errnoCode {
        case ECONNREFUSED: return make(.refused, "nothing listens there: check the port and the service")
        case ETIMEDOUT: return make(.timeout, "no answer to the connection request")
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, EADDRNOTAVAIL, ENETDOWN:
            return make(.unreachable, "there is no route: check address and routes")
        case ECONNRESET, EPIPE, ECONNABORTED: return make(.closed, "the peer closed the connection")
        default: return make(.local, "a failure on our side (errno \(failure.errnoCode))")
        }
    }
}
