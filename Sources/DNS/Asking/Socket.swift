import Addressing
import Glibc
import Remote

/// A non-blocking socket connected to one endpoint; the kernel drops datagrams of all others.
final class Socket {
    let descriptor: Int32

    struct Failure: Error { let code: Int32 }

    enum Kind { case datagrams, stream }

    /// Opens and connects; for a stream the connection is only begun.
    init(_ kind: Kind, to endpoint: Endpoint) throws(Failure) {
        let type = kind == .datagrams ? SOCK_DGRAM : SOCK_STREAM
        var storage = sockaddr_storage()
        let length: socklen_t
        let family: Int32
        switch endpoint.address {
        case .v4(let address):
            var v4 = sockaddr_in()
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = endpoint.port.bigEndian
            v4.sin_addr.s_addr = address.rawValue.bigEndian
            (family, length) = (AF_INET, socklen_t(MemoryLayout<sockaddr_in>.size))
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v4, as: sockaddr_in.self) }
        case .v6(let address):
            var v6 = sockaddr_in6()
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = endpoint.port.bigEndian
            withUnsafeMutableBytes(of: &v6.sin6_addr) { $0.copyBytes(from: address.bytes) }
            if let zone = address.zone {
                v6.sin6_scope_id = if_nametoindex(zone)
                guard v6.sin6_scope_id != 0 else { throw Failure(code: ENODEV) }
            }
            (family, length) = (AF_INET6, socklen_t(MemoryLayout<sockaddr_in6>.size))
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v6, as: sockaddr_in6.self) }
        }
        descriptor = socket(family, Int32(type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        let descriptor = descriptor
        let result = withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        // A class whose initialiser throws after its last member is set runs its deinit, which closes.
        if result != 0, errno != EINPROGRESS { throw Failure(code: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// How many bytes went out; 0: try later.
    func send(_ bytes: ArraySlice<UInt8>) throws(Failure) -> Int {
        let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count >= 0 { return count }
        let code = errno
        if code == EAGAIN || code == EINTR || code == EINPROGRESS || code == ENOTCONN { return 0 }
        throw Failure(code: code)
    }

    /// What came: a datagram or a piece of the stream, empty at the stream's end; nil: nothing for now.
    func receive(_ limit: Int) throws(Failure) -> [UInt8]? {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let got = recv(descriptor, buffer.baseAddress, limit, 0)
            if got < 0 { code = errno }
            count = max(got, 0)
        }
        if code == 0 { return bytes }
        if code == EAGAIN || code == EINTR { return nil }
        throw Failure(code: code)
    }
}

extension Socket.Failure {
    /// The failure in the words of our ports.
    var meaning: (code: RemoteError.Code, message: String) {
        switch code {
        case ECONNREFUSED: (.refused, "nothing listens there: check the port and the service")
        case ETIMEDOUT: (.timeout, "no answer to the connection request")
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, EADDRNOTAVAIL, ENETDOWN, ENODEV, EAFNOSUPPORT, EACCES, EINVAL:
            (.unreachable, "there is no route from here: check address, family and routes")
        case ECONNRESET, EPIPE, ECONNABORTED: (.closed, "the server closed the connection")
        default: (.local, "a failure on our side (errno \(code))")
        }
    }
}
