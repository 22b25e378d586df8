import CLibSSH
import Glibc
import Remote

/// One command on one channel; a session has at most one at work.
final class Run {
    private enum Stage { case new, opening, requesting, running }

    /// What one step led to.
    enum Step {
        case waiting
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
            channel = ChannelHandle(of: session, outputLimit: command.outputLimit)
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
        // A bounded number of rounds keeps a server that never stops from starving the other sessions. Whatever has been
        // taken in has also been worked on, so poll(2) tells when there is more.
        for _ in 0..<16 {
            let before = session.events.stdout.count + session.events.stderr.count
            // Behind the end of the output libssh takes nothing in here, but the exit status is still to come.
            if ssh_channel_poll(channel.raw, 0) == SSH_EOF { session.pumpIdle() }
            if let stream = session.events.tooLong { return tooLarge(stream, subject) }
            if session.events.stdout.count + session.events.stderr.count == before { break }
        }
        // After taking in, because that may have opened the server's window.
        write(channel)
        if let stream = session.events.tooLong { return tooLarge(stream, subject) }
        let isOver = ssh_channel_is_eof(channel.raw) != 0 || ssh_channel_is_closed(channel.raw) != 0
        if isOver, let termination = session.events.termination {
            let result = CommandResult(
                stdout: session.events.stdout, stderr: session.events.stderr, termination: termination,
                duration: started.duration(to: .now))
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

    private func tooLarge(_ stream: String, _ subject: String) -> Step {
        _ = abort()
        return .done(
            .failure(
                RemoteError(
                    .tooLarge, subject: subject,
                    message: "the command wrote more than \(command.outputLimit) bytes to \(stream) and was told to "
                        + "stop; ask for less or raise the limit")))
    }

    /// Sends what the server's window allows.
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
}
