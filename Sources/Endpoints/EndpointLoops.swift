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
        func unreachable() -> RemoteError {
            RemoteError(.unreachable, subject: subject, message: "this machine has no interface for \(endpoint)")
        }
        do {
            if case .v6(let address) = endpoint.address, let zone = address.zone {
                guard if_nametoindex(zone) > 0 else { throw unreachable() }
                // getaddrinfo(3) reads numeric addresses without asking anybody, and sets the scope.
                return try SocketAddress.makeAddressResolvingHost(address.description, port: Int(endpoint.port))
            }
            return try SocketAddress(
                packedIPAddress: ByteBuffer(bytes: endpoint.address.bytes), port: Int(endpoint.port))
        } catch {
            throw unreachable()
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
        return remoteError(errno: failure.errnoCode, endpoint, subject: subject)
    }

    /// What the kernel's word about a connection means (connect(2)).
    static func remoteError(errno number: Int32, _ endpoint: Endpoint, subject: String) -> RemoteError {
        func make(_ code: RemoteError.Code, _ message: String) -> RemoteError {
            RemoteError(code, subject: subject, message: "\(endpoint): \(message)")
        }
        switch number {
        case ECONNREFUSED: return make(.refused, "nothing listens there: check the port and the service")
        case ETIMEDOUT: return make(.timeout, "no answer to the connection request")
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, EADDRNOTAVAIL, ENETDOWN:
            return make(.unreachable, "there is no route: check address and routes")
        case ECONNRESET, EPIPE, ECONNABORTED: return make(.closed, "the peer closed the connection")
        case EACCES, EPERM: return make(.local, "a packet filter of this machine, or a route here, forbids it")
        case EMFILE, ENFILE: return make(.local, "no file descriptor is left here: raise the limit (nofile)")
        default: return make(.local, "a failure on our side (errno \(number))")
        }
    }
}
