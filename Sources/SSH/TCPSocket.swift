import Addressing
import Glibc
import Remote

/// The only owner of a socket until libssh takes it over.
class SocketOwner {
    private(set) var descriptor: Int32

    init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Somebody else closes it from now on.
    func giveAway() { descriptor = -1 }
}

/// A TCP socket that is being connected.
final class TCPSocket: SocketOwner {
    struct Failure: Error {
        let code: RemoteError.Code
        let message: String
    }
    enum State {
        case waiting, connected
        case failed(Failure)
    }

    private let endpoint: Endpoint

    private init(_ descriptor: Int32, _ endpoint: Endpoint) {
        self.endpoint = endpoint
        super.init(owning: descriptor)
    }

    /// Begins to connect, without waiting.
    static func connecting(to endpoint: Endpoint) -> Result<TCPSocket, Failure> {
        let family = endpoint.address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { return .failure(failure(errno, endpoint)) }
        let made = TCPSocket(descriptor, endpoint)
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        // Small packets at once; dead peers of idle sessions are noticed in the end.
        _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, size)
        // A peer that vanished without a word is noticed within a minute, also while nothing is asked of it.
        for (option, seconds) in [(TCP_KEEPIDLE, Int32(30)), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 3)] {
            var value = seconds
            _ = setsockopt(descriptor, Int32(IPPROTO_TCP), option, &value, size)
        }
        let code = withSocketAddress(endpoint) { connect(descriptor, $0, $1) }
        guard code == 0 || errno == EINPROGRESS else { return .failure(failure(errno, endpoint)) }
        return .success(made)
    }

    /// How far it has come.
    var state: State {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, 0) > 0 else { return .waiting }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        if getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) != 0 { code = errno }
        return code == 0 ? .connected : .failed(Self.failure(code, endpoint))
    }

    private static func failure(_ code: Int32, _ endpoint: Endpoint) -> Failure {
        let reason = String(cString: strerror(code))
        switch code {
        case ECONNREFUSED:
            return Failure(code: .refused, message: "\(endpoint) refuses the connection: does sshd run on that port?")
        case ETIMEDOUT: return Failure(code: .timeout, message: "\(endpoint) does not answer: \(reason)")
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL:
            return Failure(code: .unreachable, message: "\(endpoint) cannot be reached: \(reason)")
        case ECONNRESET: return Failure(code: .closed, message: "\(endpoint) closed the connection at once")
        default: return Failure(code: .local, message: "no connection to \(endpoint) can be made: \(reason)")
        }
    }

    private static func withSocketAddress<R>(
        _ endpoint: Endpoint, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
    ) -> R {
        func call<S>(_ value: S) -> R {
            withUnsafePointer(to: value) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<S>.size))
                }
            }
        }
        let bytes = endpoint.address.bytes
        switch endpoint.address {
        case .v4:
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = endpoint.port.bigEndian
            withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: bytes) }
            return call(address)
        case .v6(let value):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = endpoint.port.bigEndian
            withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: bytes) }
            // RFC 4007 section 11: a zone is an interface's name or its number.
            address.sin6_scope_id = value.zone.map { UInt32($0) ?? if_nametoindex($0) } ?? 0
            return call(address)
        }
    }
}
