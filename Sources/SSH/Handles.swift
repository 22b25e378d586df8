import CLibSSH
import Glibc
import Remote

/// The only owner of one `ssh_session`, of its socket once the key exchange has begun, and of its channel callbacks.
///
/// Confined to the SSH thread: libssh allows one thread per session at a time. Channels must be gone before it is,
/// because `ssh_disconnect` frees those that remain.
final class SessionHandle {
    let raw: ssh_session
    /// What the server told about the end of the current command.
    let events = ChannelEvents()
    /// One for all channels of the session, alive as long as libssh may call it.
    let callbacks: UnsafeMutablePointer<ssh_channel_callbacks_struct>

    /// Nil when there is no memory.
    init?() {
        guard let raw = ssh_new() else { return nil }
        self.raw = raw
        callbacks = .allocate(capacity: 1)
        callbacks.initialize(to: ssh_channel_callbacks_struct())
        // What the macro ssh_callbacks_init does.
        callbacks.pointee.size = MemoryLayout<ssh_channel_callbacks_struct>.size
        callbacks.pointee.userdata = Unmanaged.passUnretained(events).toOpaque()
        callbacks.pointee.channel_data_function = { _, channel, data, length, isStderr, userdata in
            guard let userdata, let data else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: data, count: Int(length))
            Unmanaged<ChannelEvents>.fromOpaque(userdata).takeUnretainedValue()
                .received(channel, bytes, isStderr: isStderr != 0)
            // All of it is taken; libssh opens the window again by itself.
            return Int32(length)
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
        ssh_disconnect(raw)
        ssh_free(raw)
        callbacks.deinitialize(count: 1)
        callbacks.deallocate()
    }

    /// The file descriptor, -1 when the socket is closed.
    var descriptor: Int32 { ssh_get_fd(raw) }

    /// False as soon as the peer has closed the connection or broken the protocol.
    var isAlive: Bool { ssh_is_connected(raw) == 1 }

    /// libssh's reason for the last failure, fit for a message.
    var reason: String {
        guard let text = ssh_get_error(UnsafeMutableRawPointer(raw)) else { return "no reason given" }
        let reason = printable(String(cString: text), limit: 200)
        return reason.isEmpty ? "no reason given" : reason
    }

    /// Whether the last failure was a refusal that leaves the session usable (`SSH_REQUEST_DENIED`).
    var wasRefusal: Bool { ssh_get_error_code(UnsafeMutableRawPointer(raw)) == Int32(SSH_REQUEST_DENIED.rawValue) }

    /// Handles packets of a session on which no command runs: late data of a closed channel, keep-alive requests.
    ///
    /// Only an `ssh_event` does that without a channel; without it the socket would stay readable for ever.
    func pumpIdle() {
        guard let event = ssh_event_new() else { return }
        defer { ssh_event_free(event) }
        guard ssh_event_add_session(event, raw) == SSH_OK else { return }
        _ = ssh_event_dopoll(event, 0)
        _ = ssh_event_remove_session(event, raw)
    }
}

/// What the server has told about the current command: its outputs and its end.
///
/// Output comes by callback and not by reading, because every read takes in packets of the other stream as well, for
/// which no socket event comes any more.
final class ChannelEvents {
    private var channel: ssh_channel?
    private var limit = 0
    private(set) var stdout: [UInt8] = []
    private(set) var stderr: [UInt8] = []
    private(set) var termination: CommandResult.Termination?

    /// Forgets the last command and listens to `channel`, keeping `limit` bytes of each stream and one packet more.
    func expect(_ channel: ssh_channel?, limit: Int) {
        self.channel = channel
        self.limit = limit
        (stdout, stderr, termination) = ([], [], nil)
    }

    /// `standard output` or `standard error` when that one is too long.
    var tooLong: String? {
        stdout.count > limit ? "standard output" : stderr.count > limit ? "standard error" : nil
    }

    fileprivate func received(_ channel: ssh_channel?, _ bytes: UnsafeRawBufferPointer, isStderr: Bool) {
        guard channel == self.channel, channel != nil, tooLong == nil else { return }
        if isStderr { stderr.append(contentsOf: bytes) } else { stdout.append(contentsOf: bytes) }
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

    /// Nil when there is no memory.
    init?(of session: SessionHandle, outputLimit: Int) {
        guard let raw = ssh_channel_new(session.raw) else { return nil }
        self.raw = raw
        guard ssh_set_channel_callbacks(raw, session.callbacks) == SSH_OK else {
            ssh_channel_free(raw)
            return nil
        }
        session.events.expect(raw, limit: outputLimit)
    }

    deinit { ssh_channel_free(raw) }
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
