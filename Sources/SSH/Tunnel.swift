import Addressing
import CLibSSH
import Glibc
import Remote

/// A channel through a jump host to another machine (`direct-tcpip`, RFC 4254 section 7.2), and the pair of local
/// sockets by which libssh uses it as if it were a TCP connection.
final class Tunnel {
    enum Step {
        case waiting
        /// The far end has just been reached; the socket is for the session through the tunnel.
        case opened(SocketOwner)
        case failed(RemoteError.Code, String)
        /// Either side has closed it and everything has been passed on.
        case over
    }
    private enum Stage { case opening, open, over }

    let id = PendingID.next()
    let began = ContinuousClock.now
    private let endpoint: Endpoint
    private let channel: ChannelHandle
    private var stage = Stage.opening
    /// Our end of the pair; the other one belongs to the session through the tunnel.
    private var local = SocketOwner(owning: -1)
    /// The local socket has something for us, or may have.
    var isReadable = false
    private var isFinished = false

    /// More than a packet, little enough to hold for hundreds of tunnels.
    private static let limit = 128 << 10

    /// Nil when there is no memory.
    init?(to endpoint: Endpoint, over session: SessionHandle) {
        guard let channel = ChannelHandle(of: session, outputLimit: Self.limit, isPipe: true) else { return nil }
        self.endpoint = endpoint
        self.channel = channel
    }

    /// See ``Run/isOpening``.
    var isOpening: Bool { stage == .opening }

    /// For the poller.
    var descriptor: Int32 { local.descriptor }

    /// For the poller: reading only while the jump host takes more.
    func interest(_ session: SessionHandle) -> Int16 {
        guard stage == .open else { return 0 }
        let canSend = ssh_channel_window_size(channel.raw) > 0 && !session.wantsToWrite && !isFinished
        let hasMore = !channel.events.stdout.isEmpty || channel.events.isHeldBack
        return (canSend ? Int16(POLLIN) : 0) | (hasMore ? Int16(POLLOUT) : 0)
    }

    /// Passes on what can be passed on without waiting.
    func step(_ session: SessionHandle) -> Step {
        switch stage {
        case .over: return .over
        case .opening: return open(session)
        case .open: break
        }
        receive()
        send(session)
        let isEnd = ssh_channel_is_eof(channel.raw) != 0 || ssh_channel_is_closed(channel.raw) != 0
        let isPassedOn = channel.events.stdout.isEmpty && !channel.events.isHeldBack
        if !session.isAlive || (isEnd && isPassedOn) || isFinished {
            close()
            return .over
        }
        return .waiting
    }

    /// Ends it; the session through it finds its socket closed.
    func close() {
        stage = .over
        local = SocketOwner(owning: -1)
    }

    private func open(_ session: SessionHandle) -> Step {
        let address = endpoint.address.description
        // The originator is for the jump host's log only.
        switch ssh_channel_open_forward(channel.raw, address, Int32(endpoint.port), "127.0.0.1", 0) {
        case SSH_AGAIN: return .waiting
        case SSH_OK: break
        default:
            stage = .over
            guard session.isAlive, session.wasRefusal else {
                return .failed(.closed, "the connection to it broke: \(session.reason)")
            }
            return refusal(session.reason)
        }
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            stage = .over
            return .failed(.local, "no descriptors left: \(String(cString: strerror(errno)))")
        }
        local = SocketOwner(owning: ends[0])
        stage = .open
        return .opened(SocketOwner(owning: ends[1]))
    }

    /// RFC 4254 section 5.1: 1 is "administratively prohibited", 2 "connect failed".
    private func refusal(_ reason: String) -> Step {
        if reason.contains("error (1)") {
            return .failed(.remote, "it does not forward connections to \(endpoint) (AllowTcpForwarding): \(reason)")
        }
        let isRefused = reason.lowercased().contains("refused")
        return .failed(isRefused ? .refused : .unreachable, "it cannot reach \(endpoint): \(reason)")
    }

    /// From the far end to the local socket.
    private func receive() {
        let events = channel.events
        while true {
            if events.stdout.isEmpty {
                guard events.isHeldBack else { return }
                var bytes = [UInt8](repeating: 0, count: Self.limit)
                let count = ssh_channel_read_nonblocking(channel.raw, &bytes, UInt32(bytes.count), 0)
                events.append(bytes.prefix(max(0, Int(count))))
                guard count > 0 else { return }
            }
            let sent = events.stdout.withUnsafeBytes {
                Glibc.send(local.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else {
                if sent < 0, errno != EAGAIN, errno != EINTR { isFinished = true }
                return
            }
            events.drop(sent)
        }
    }

    /// From the local socket to the far end.
    private func send(_ session: SessionHandle) {
        guard isReadable else { return }
        var bytes = [UInt8](repeating: 0, count: 32_768)
        while !session.wantsToWrite {
            let window = Int(ssh_channel_window_size(channel.raw))
            guard window > 0 else { return }
            let count = recv(local.descriptor, &bytes, min(bytes.count, window), 0)
            if count <= 0 {
                isReadable = false
                if count == 0 || (errno != EAGAIN && errno != EINTR) { isFinished = true }
                return
            }
            // Never less than asked for within the window.
            if ssh_channel_write(channel.raw, bytes, UInt32(count)) != count { isFinished = true }
        }
    }
}
