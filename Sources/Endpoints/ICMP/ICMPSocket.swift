import Addressing
import Glibc
import Remote

/// A socket for echo requests of one family, shared by all targets; closed with its last reference.
final class ICMPSocket {
    /// How the kernel lets us speak ICMP.
    enum Kind: Sendable {
        /// icmp(7): no privilege, but our group must be in net.ipv4.ping_group_range (for IPv6 too).
        case datagram
        /// raw(7): CAP_NET_RAW.
        case raw
    }

    /// Why there is no socket.
    struct Failure: Error {
        let code: RemoteError.Code
        let message: String
    }

    /// Opens the socket of one family; called on the thread that will use it.
    typealias Opening = @Sendable (ICMPFamily) throws -> ICMPSocket

    /// What one message was.
    struct Received {
        /// Of the sender, in network order; of our target for complaints.
        var address: [UInt8]
        var length: Int
        var control: ICMPControl
    }

    let fd: Int32
    let kind: Kind
    let family: ICMPFamily
    /// What stands in our requests; the kernel writes its own number over it for datagram sockets.
    let identifier: UInt16
    private var data = [UInt8](repeating: 0, count: 2_048)
    private var beside = [UInt8](repeating: 0, count: 512)

    private init(fd: Int32, kind: Kind, family: ICMPFamily) {
        self.fd = fd
        self.kind = kind
        self.family = family
        identifier = .random(in: .min ... .max)
    }

    deinit { close(fd) }

    /// Without privilege if the kernel lets us, else raw.
    static func open(_ family: ICMPFamily) throws(Failure) -> ICMPSocket {
        let (domain, icmp) = family == .v4 ? (AF_INET, Int32(IPPROTO_ICMP)) : (AF_INET6, Int32(58))
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let fd = Glibc.socket(domain, Int32(SOCK_DGRAM.rawValue) | flags, icmp)
        if fd >= 0 { return configured(ICMPSocket(fd: fd, kind: .datagram, family: family)) }
        let first = errno
        guard first == EACCES || first == EPERM || first == EPROTONOSUPPORT else { throw failure(first, family) }
        let raw = Glibc.socket(domain, Int32(SOCK_RAW.rawValue) | flags, icmp)
        guard raw >= 0 else { throw failure(errno, family) }
        return configured(ICMPSocket(fd: raw, kind: .raw, family: family))
    }

    private static func failure(_ number: Int32, _ family: ICMPFamily) -> Failure {
        switch number {
        case EACCES, EPERM, EPROTONOSUPPORT:
            Failure(
                code: .unsupported,
                message: "the kernel lets this user open no ICMP socket: put one of its groups into the sysctl "
                    + "net.ipv4.ping_group_range (it counts for IPv6 too), or grant CAP_NET_RAW")
        case EAFNOSUPPORT:
            Failure(code: .unreachable, message: "this machine does not speak IPv\(family == .v4 ? 4 : 6)")
        case EMFILE, ENFILE:
            Failure(code: .local, message: "no file descriptor is left for an ICMP socket: raise the limit (nofile)")
        default: Failure(code: .local, message: "no ICMP socket (errno \(number))")
        }
    }

    /// Options that only make it better are not insisted on.
    private static func configured(_ socket: ICMPSocket) -> ICMPSocket {
        let isV4 = socket.family == .v4
        socket.set(SOL_SOCKET, ICMPControl.timestampType, 1)
        socket.set(SOL_SOCKET, ICMPControl.dropsType, 1)
        socket.set(isV4 ? 0 : 41, isV4 ? ICMPControl.v4ErrorType : ICMPControl.v6ErrorType, 1)
        // Room for thousands of answers at once; beyond net.core.rmem_max only for the privileged.
        if !socket.set(SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20) { socket.set(SOL_SOCKET, SO_RCVBUF, 8 << 20) }
        if socket.kind == .raw {
            if isV4 {
                // ICMP_FILTER: a set bit blocks the type; all but answers.
                socket.set(255, 1, Int32(bitPattern: ~1))
            } else {
                // ICMP6_FILTER, RFC 3542 section 3.2: 256 bits, a set bit blocks; type 129 is bit 1 of word 4.
                var filter = [UInt32](repeating: .max, count: 8)
                filter[4] = ~2
                setsockopt(socket.fd, 58, 1, filter, 32)
            }
        }
        return socket
    }

    @discardableResult
    private func set(_ level: Int32, _ name: Int32, _ value: Int32) -> Bool {
        var value = value
        return setsockopt(fd, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    /// Sends; 0, or the errno.
    func send(_ packet: [UInt8], to address: IPAddress) -> Int32 {
        guard let name = Self.name(of: address) else { return ENODEV }
        while true {
            let sent = name.withUnsafeBytes { name in
                sendto(
                    fd, packet, packet.count, Int32(MSG_NOSIGNAL),
                    name.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                    socklen_t(name.count))
            }
            if sent >= 0 { return 0 }
            if errno != EINTR { return errno }
        }
    }

    /// sockaddr_in (ip(7): family, port, address, 8 bytes of nothing) or sockaddr_in6 (ipv6(7): family, port, flow,
    /// address, scope); nil without the zone's interface.
    private static func name(of address: IPAddress) -> [UInt8]? {
        func native(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
        switch address {
        case .v4(let v4):
            return native(UInt16(AF_INET)) + [0, 0] + v4.bytes + [UInt8](repeating: 0, count: 8)
        case .v6(let v6):
            var scope: UInt32 = 0
            if let zone = v6.zone {
                scope = if_nametoindex(zone)
                if scope == 0 { return nil }
            }
            return native(UInt16(AF_INET6)) + [0, 0, 0, 0, 0, 0] + v6.bytes + native(scope)
        }
    }

    /// The next message, nil when there is none.
    func receive(fromErrorQueue: Bool = false) -> Received? {
        var name = sockaddr_storage()
        var controlLength = 0
        let flags = Int32(fromErrorQueue ? MSG_ERRQUEUE : 0)
        let fd = fd
        let count = withUnsafeMutableBytes(of: &name) { name in
            data.withUnsafeMutableBytes { data in
                beside.withUnsafeMutableBytes { control in
                    var part = iovec(iov_base: data.baseAddress, iov_len: data.count)
                    return withUnsafeMutablePointer(to: &part) { part in
                        var message = msghdr()
                        message.msg_name = name.baseAddress
                        message.msg_namelen = socklen_t(name.count)
                        message.msg_iov = part
                        message.msg_iovlen = 1
                        message.msg_control = control.baseAddress
                        message.msg_controllen = control.count
                        let count = recvmsg(fd, &message, flags)
                        controlLength = Int(message.msg_controllen)
                        return count
                    }
                }
            }
        }
        guard count >= 0 else { return nil }
        let start = family == .v4 ? 4 : 8
        let address = withUnsafeBytes(of: &name) { Array($0[start..<start + family.addressLength]) }
        let control = ICMPControl(beside.span.extracting(0..<min(controlLength, beside.count)))
        return Received(address: address, length: min(count, data.count), control: control)
    }

    /// The message ``receive(fromErrorQueue:)`` has just given, read as an answer.
    func reply(_ received: Received) -> EchoPacket? {
        let bytes = data
        let packet = EchoPacket.reply(
            bytes.span.extracting(0..<received.length), family, hasIPHeader: kind == .raw && family == .v4)
        // The kernel has compared the number of a datagram socket already, and only it knows the number.
        return kind == .datagram || packet?.identifier == identifier ? packet : nil
    }

    /// The message ``receive(fromErrorQueue:)`` has just given, read as a complaint about one of our requests.
    func quotedRequest(_ received: Received) -> EchoPacket? {
        let bytes = data
        let packet = EchoPacket.quotedRequest(bytes.span.extracting(0..<received.length), family)
        return kind == .datagram || packet?.identifier == identifier ? packet : nil
    }

    /// Takes the pending error, which belongs to some earlier message and would fail the next call instead.
    func clearError() {
        var status: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &status, &size)
    }
}
