import CLibSSH
import Glibc
import Remote

/// The only owner of one `ssh_session`, of its socket once the key exchange has begun, and of its channel callbacks.
///
/// Confined to the SSH thread: libssh allows one thread per session at a time. Channels must be gone before it is,
/// because `ssh_disconnect` frees those that remain.
final class SessionHandle {
    let raw: ssh_session
    private var socket: (descriptor: Int32, identity: SocketIdentity?)?
    /// Takes in packets; libssh has no other call for that when no channel is open.
    private var event: ssh_event?
    /// All that were ever needed at once; libssh may call the struct of a channel until the session ends.
    private var slots: [ChannelSlot] = []
    private var freeSlots: [ChannelSlot] = []

    /// Nil when there is no memory.
    init?() {
        guard let raw = ssh_new() else { return nil }
        self.raw = raw
    }

    deinit {
        if let event {
            _ = ssh_event_remove_session(event, raw)
            ssh_event_free(event)
        }
        ssh_disconnect(raw)
        ssh_free(raw)
        if let socket, SocketIdentity(socket.descriptor) == socket.identity { close(socket.descriptor) }
    }

    /// Makes `owner`'s socket this session's.
    ///
    /// libssh 0.10 closes a socket it has been given when writing to it fails, and in no other case; and it does not
    /// tell. What stands behind the number afterwards does.
    func take(_ owner: SocketOwner) {
        socket = (owner.descriptor, SocketIdentity(owner.descriptor))
        owner.giveAway()
    }

    /// The file descriptor, -1 when the socket is closed.
    var descriptor: Int32 { ssh_get_fd(raw) }

    /// False as soon as the peer has closed the connection or broken the protocol.
    var isAlive: Bool { ssh_is_connected(raw) == 1 }

    /// Whether something waits for the socket to take it. During the key exchange libssh also waits to hear that it may
    /// write at all; later that would be one needless wake-up for every packet sent.
    var wantsToWrite: Bool {
        (isOpen ? ssh_get_status(raw) : ssh_get_poll_flags(raw)) & SSH_WRITE_PENDING != 0
    }
    /// Past the login.
    var isOpen = false
    /// Bytes of output that have come in since it was set to zero.
    fileprivate(set) var received = 0

    /// libssh's reason for the last failure, fit for a message.
    var reason: String {
        guard let text = ssh_get_error(UnsafeMutableRawPointer(raw)) else { return "no reason given" }
        let reason = printable(String(cString: text), limit: 200)
        return reason.isEmpty ? "no reason given" : reason
    }

    /// Whether the last failure was a refusal that leaves the session usable (`SSH_REQUEST_DENIED`).
    var wasRefusal: Bool { ssh_get_error_code(UnsafeMutableRawPointer(raw)) == Int32(SSH_REQUEST_DENIED.rawValue) }

    /// libssh makes the socket blocking as soon as it finds it connected; a peer that stops reading in the middle of
    /// our input would then stop the SSH thread, and with it all other sessions.
    func keepSocketNonBlocking() {
        let descriptor = descriptor
        guard descriptor >= 0 else { return }
        let flags = fcntl(descriptor, F_GETFL)
        if flags >= 0, flags & O_NONBLOCK == 0 { _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
    }

    /// What waits in the socket, left there; for the server's first message, which libssh does not show.
    func peek() -> [UInt8]? {
        let descriptor = descriptor
        guard descriptor >= 0 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { buffer in
            let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
            return count > 0 ? [UInt8](buffer.prefix(count)) : nil
        }
    }

    /// Reads and writes what the socket allows, a packet or two; false when there was nothing to do.
    func pump() -> Bool {
        if event == nil {
            guard let made = ssh_event_new() else { return false }
            guard ssh_event_add_session(made, raw) == SSH_OK else {
                ssh_event_free(made)
                return false
            }
            event = made
        }
        received = 0
        return ssh_event_dopoll(event, 0) != SSH_AGAIN && isAlive
    }

    fileprivate func takeSlot() -> ChannelSlot {
        if let slot = freeSlots.popLast() { return slot }
        let slot = ChannelSlot(self)
        slots.append(slot)
        return slot
    }

    fileprivate func giveBack(_ slot: ChannelSlot) {
        slot.events.expect(nil, limit: 0)
        freeSlots.append(slot)
    }
}

/// What the kernel knows a socket by as long as it is open.
struct SocketIdentity: Equatable {
    private let device: UInt64
    private let inode: UInt64

    /// Nil when `descriptor` is not open.
    init?(_ descriptor: Int32) {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return nil }
        (device, inode) = (UInt64(info.st_dev), UInt64(info.st_ino))
    }
}

/// One callback struct for one channel after another.
final class ChannelSlot {
    let events: ChannelEvents
    let callbacks: UnsafeMutablePointer<ssh_channel_callbacks_struct>

    init(_ session: SessionHandle) {
        events = ChannelEvents(session)
        callbacks = .allocate(capacity: 1)
        callbacks.initialize(to: ssh_channel_callbacks_struct())
        // What the macro ssh_callbacks_init does.
        callbacks.pointee.size = MemoryLayout<ssh_channel_callbacks_struct>.size
        callbacks.pointee.userdata = Unmanaged.passUnretained(events).toOpaque()
        callbacks.pointee.channel_data_function = { _, channel, data, length, isStderr, userdata in
            guard let userdata, let data else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: data, count: Int(length))
            return Unmanaged<ChannelEvents>.fromOpaque(userdata).takeUnretainedValue()
                .received(channel, bytes, isStderr: isStderr != 0)
        }
        callbacks.pointee.channel_exit_status_function = { _, channel, status, userdata in
            guard let userdata else { return }
            Unmanaged<ChannelEvents>.fromOpaque(userdata).takeUnretainedValue().exited(channel, Int(status))
        }
        callbacks.pointee.channel_exit_signal_function = { _, channel, name, _, _, _, userdata in
            guard let userdata, let name else { return }
            let text = printable(String(cString: name), limit: 32)
            Unmanaged<ChannelEvents>.fromOpaque(userdata).takeUnretainedValue().killed(channel, text)
        }
    }

    deinit {
        callbacks.deinitialize(count: 1)
        callbacks.deallocate()
    }
}

/// What the server has told about one channel: its outputs and its end.
///
/// Output comes by callback and not by reading, because every read takes in packets of the other stream as well, for
/// which no socket event comes any more.
final class ChannelEvents {
    private weak var session: SessionHandle?
    private var channel: ssh_channel?
    private var limit = 0
    private var isPipe = false
    private(set) var stdout: [UInt8] = []
    private(set) var stderr: [UInt8] = []
    private(set) var termination: CommandResult.Termination?

    init(_ session: SessionHandle) { self.session = session }

    /// Forgets the last command and listens to `channel`, keeping `limit` bytes of each stream and one packet more.
    ///
    /// A pipe takes nothing beyond its limit, so that the server's window closes until ``drop(_:)``; a command's
    /// output is thrown away from there on.
    func expect(_ channel: ssh_channel?, limit: Int, isPipe: Bool = false) {
        self.channel = channel
        self.limit = limit
        self.isPipe = isPipe
        (stdout, stderr, termination, isHeldBack) = ([], [], nil, false)
    }

    /// `standard output` or `standard error` when that one is too long.
    var tooLong: String? {
        stdout.count > limit ? "standard output" : stderr.count > limit ? "standard error" : nil
    }

    /// Whether libssh still holds output that a pipe had no room for.
    private(set) var isHeldBack = false

    /// Forgets the first `count` bytes of the output, which have been passed on.
    func drop(_ count: Int) { stdout.removeFirst(count) }

    /// Adds what was held back; none means that nothing is any more.
    func append(_ bytes: ArraySlice<UInt8>) {
        stdout.append(contentsOf: bytes)
        isHeldBack = !bytes.isEmpty
    }

    /// Gives the number of bytes that libssh may forget; it opens the window again by itself for those.
    fileprivate func received(_ channel: ssh_channel?, _ bytes: UnsafeRawBufferPointer, isStderr: Bool) -> Int32 {
        let all = Int32(clamping: bytes.count)
        session?.received += bytes.count
        guard channel == self.channel, channel != nil else { return all }
        if isPipe {
            guard !isStderr else { return all }
            isHeldBack = isHeldBack || stdout.count >= limit
            // In the order in which it came: behind what is held back only that itself may follow.
            if isHeldBack { return 0 }
            stdout.append(contentsOf: bytes)
        } else if tooLong == nil {
            if isStderr { stderr.append(contentsOf: bytes) } else { stdout.append(contentsOf: bytes) }
        }
        return all
    }

    fileprivate func exited(_ channel: ssh_channel?, _ status: Int) {
        if channel == self.channel, channel != nil { termination = .exit(status) }
    }

    fileprivate func killed(_ channel: ssh_channel?, _ name: String) {
        if channel == self.channel, channel != nil { termination = .signal(name) }
    }
}

/// The only owner of one `ssh_channel`; closes it on deinit (`ssh_channel_free` sends the close).
final class ChannelHandle {
    let raw: ssh_channel
    private let session: SessionHandle
    private let slot: ChannelSlot

    var events: ChannelEvents { slot.events }

    /// Nil when there is no memory.
    init?(of session: SessionHandle, outputLimit: Int, isPipe: Bool = false) {
        guard let raw = ssh_channel_new(session.raw) else { return nil }
        let slot = session.takeSlot()
        guard ssh_set_channel_callbacks(raw, slot.callbacks) == SSH_OK else {
            ssh_channel_free(raw)
            session.giveBack(slot)
            return nil
        }
        slot.events.expect(raw, limit: outputLimit, isPipe: isPipe)
        self.raw = raw
        self.session = session
        self.slot = slot
    }

    deinit {
        ssh_channel_free(raw)
        session.giveBack(slot)
    }
}

/// The only owner of one private `ssh_key`; used by the SSH thread alone.
final class KeyHandle {
    let raw: ssh_key

    /// Nil when `pem` is no private key or the pass phrase does not open it.
    init?(pem: Secret, passphrase: Secret?) {
        var key: ssh_key?
        let code = pem.withCString { text in
            guard let passphrase else { return ssh_pki_import_privkey_base64(text, nil, nil, nil, &key) }
            return passphrase.withCString { ssh_pki_import_privkey_base64(text, $0, nil, nil, &key) } ?? SSH_ERROR
        }
        guard code == SSH_OK, let key else { return nil }
        raw = key
    }

    deinit { ssh_key_free(raw) }
}

extension Secret {
    /// The secret as a C string for as long as `body` runs, wiped afterwards; nil when it holds a NUL.
    func withCString<R>(_ body: (UnsafePointer<CChar>) -> R) -> R? {
        withBytes { bytes in
            guard !bytes.contains(0) else { return nil }
            var copy = bytes.map { CChar(bitPattern: $0) } + [0]
            defer {
                copy.withUnsafeMutableBytes { buffer in
                    if let base = buffer.baseAddress { explicit_bzero(base, buffer.count) }
                }
            }
            return copy.withUnsafeBufferPointer { buffer in buffer.baseAddress.map(body) }
        }
    }
}

/// Printable ASCII of `text`, other characters as `?`: what a peer sent must not reach a terminal as it is.
func printable(_ text: String, limit: Int) -> String {
    let kept = text.unicodeScalars.prefix(limit).map { (0x20...0x7e).contains($0.value) ? Character($0) : "?" }
    return String(kept) + (text.unicodeScalars.count > limit ? "…" : "")
}
