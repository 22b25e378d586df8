import CLibSSH
import Glibc
import Remote

/// One command on one channel; a session has at most one at work.
final class Run {
    private enum Stage { case new, opening, requesting, running }

    /// What one step led to.
    enum Step {
        case waiting
        /// More is there than was read in one go: come back without waiting for the socket.
        case hungry
        /// Over; the session can take the next command.
        case done(Result<CommandResult, RemoteError>)
        /// Over, and the session with it.
        case broken(RemoteError)
    }

    let command: RemoteCommand
    let pending: Pending<CommandResult>
    private var stage = Stage.new
    private var channel: ChannelHandle?
    private var sent = 0
    private var isInputClosed = false
    private var stdout: [UInt8] = []
    private var stderr: [UInt8] = []
    private var started = ContinuousClock.now
    private(set) var deadline: ContinuousClock.Instant?

    init(_ command: RemoteCommand, _ pending: Pending<CommandResult>) {
        self.command = command
        self.pending = pending
    }

    /// Goes as far as is possible without waiting.
    func step(_ session: SessionHandle, _ subject: String) -> Step {
        func broken() -> Step {
            .broken(RemoteError(.closed, subject: subject, message: "the connection broke: \(session.reason)"))
        }
        if stage == .new {
            guard !command.line.utf8.contains(0) else {
                return .done(
                    .failure(RemoteError(.local, subject: subject, message: "a command line holds a NUL byte")))
            }
            started = .now
            deadline = started + command.timeout
            channel = ChannelHandle(of: session)
            stage = .opening
        }
        guard let channel else {
            return .broken(RemoteError(.local, subject: subject, message: "no memory for a channel"))
        }
        if stage == .opening {
            switch ssh_channel_open_session(channel.raw) {
            case SSH_OK: stage = .requesting
            case SSH_AGAIN: return .waiting
            default:
                guard session.isAlive, session.wasRefusal else { return broken() }
                return refused("the server opens no further channel", session, subject)
            }
        }
        if stage == .requesting {
            switch ssh_channel_request_exec(channel.raw, command.line) {
            case SSH_OK: stage = .running
            case SSH_AGAIN: return .waiting
            default:
                guard session.isAlive, session.wasRefusal else { return broken() }
                return refused("the server does not run commands for this user", session, subject)
            }
        }
        return pump(channel, session, subject)
    }

    /// Whether ``abort()`` leaves the session usable. While the channel is being opened it does not: libssh forgets a
    /// channel whose confirmation is still to come, and the server would keep it for ever.
    var isAbortable: Bool { stage != .opening }

    /// Lets the channel go after the command has ended.
    func finish() { channel = nil }

    /// Ends the command before its time: SIGTERM to it where the server supports that, then the channel is closed.
    ///
    /// - Returns: ``isAbortable``.
    func abort() -> Bool {
        defer { channel = nil }
        guard isAbortable else { return false }
        guard let channel else { return true }
        // RFC 4254 section 6.9; OpenSSH 7.9 and later pass it on.
        _ = ssh_channel_request_send_signal(channel.raw, "TERM")
        return true
    }

    private func refused(_ what: String, _ session: SessionHandle, _ subject: String) -> Step {
        .done(.failure(RemoteError(.remote, subject: subject, message: "\(what): \(session.reason)")))
    }

    private func pump(_ channel: ChannelHandle, _ session: SessionHandle, _ subject: String) -> Step {
        write(channel)
        var moreToRead = true
        // Both streams share one window: leaving one unread would stop the other. A bounded number of rounds keeps
        // a server that never stops from starving the other sessions.
        for _ in 0..<64 where moreToRead {
            let out = read(channel, into: &stdout, isStderr: false)
            let err = read(channel, into: &stderr, isStderr: true)
            if max(stdout.count, stderr.count) > command.outputLimit {
                _ = abort()
                return .done(
                    .failure(
                        RemoteError(
                            .tooLarge, subject: subject,
                            message: "the command wrote more than \(command.outputLimit) bytes to "
                                + (stdout.count > command.outputLimit ? "standard output" : "standard error")
                                + " and was stopped; ask for less or raise the limit")))
            }
            moreToRead = out || err
        }
        if moreToRead { return .hungry }
        // Behind the end of the output reading no longer takes packets in, but the exit status is still to come.
        if ssh_channel_is_eof(channel.raw) != 0, session.events.termination == nil { session.pumpIdle() }
        let isOver = ssh_channel_is_eof(channel.raw) != 0 || ssh_channel_is_closed(channel.raw) != 0
        if isOver, let termination = session.events.termination {
            let result = CommandResult(
                stdout: stdout, stderr: stderr, termination: termination, duration: started.duration(to: .now))
            return .done(.success(result))
        }
        guard session.isAlive else {
            return .broken(
                RemoteError(
                    .closed, subject: subject,
                    message: "the connection broke while the command ran; whether it finished there is not known: "
                        + session.reason))
        }
        if ssh_channel_is_closed(channel.raw) != 0 {
            return .done(
                .failure(
                    RemoteError(
                        .closed, subject: subject,
                        message: "the server closed the command's channel without telling its exit status")))
        }
        return .waiting
    }

    private func write(_ channel: ChannelHandle) {
        while sent < command.input.count {
            let count = command.input.withUnsafeBytes { bytes -> Int32 in
                guard let base = bytes.baseAddress else { return 0 }
                return ssh_channel_write(channel.raw, base + sent, UInt32(min(32_768, bytes.count - sent)))
            }
            // An error means that the command has ended without reading all of its input: its status tells the rest.
            if count < 0 { sent = command.input.count }
            if count <= 0 { break }
            sent += Int(count)
        }
        if sent == command.input.count, !isInputClosed {
            _ = ssh_channel_send_eof(channel.raw)
            isInputClosed = true
        }
    }

    /// Reads what is there, at most one buffer; tells whether there was something.
    private func read(_ channel: ChannelHandle, into stream: inout [UInt8], isStderr: Bool) -> Bool {
        let count = withUnsafeTemporaryAllocation(byteCount: 32_768, alignment: 16) { buffer -> Int32 in
            let count = ssh_channel_read_nonblocking(
                channel.raw, buffer.baseAddress, UInt32(buffer.count), isStderr ? 1 : 0)
            // 0, SSH_EOF and SSH_ERROR: nothing to read; the caller looks at the channel and the session.
            if count > 0 { stream.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)])) }
            return count
        }
        return count > 0
    }
}
