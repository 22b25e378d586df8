import CLibSSH
import Glibc
import Remote

/// One command on one channel.
final class Run {
    private enum Stage { case new, opening, requesting, running }

    /// What one step led to.
    enum Step {
        case waiting
        /// Over; the channel is free for the next command.
        case done(Result<CommandResult, RemoteError>)
        /// Over before it began: the server opens no further channel.
        case refused(RemoteError)
        /// Over, and the connection with it.
        case broken(RemoteError)
    }

    let command: RemoteCommand
    let pending: Pending<CommandResult>
    /// Whose session it is; nil once the caller has given up.
    weak var lease: Lease?
    /// Another connection has been tried already.
    var hasMoved = false
    private var stage = Stage.new
    private var channel: ChannelHandle?
    private var sent = 0
    private var isInputClosed = false
    private(set) var started = ContinuousClock.now
    private(set) var deadline: ContinuousClock.Instant?

    init(_ command: RemoteCommand, _ pending: Pending<CommandResult>) {
        self.command = command
        self.pending = pending
    }

    /// Whether the server has answered: before that nothing can have been executed, and another connection may be used.
    var hasChannel: Bool { stage == .requesting || stage == .running }

    /// Whether the server's answer to the request for a channel is still to come. libssh forgets such a channel when it
    /// is freed, and the server would keep it for ever: it must be waited for.
    var isOpening: Bool { stage == .opening }

    /// Back to the beginning, for another connection.
    func reset() {
        channel = nil
        stage = .new
        deadline = nil
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
            // Each call while it is pending costs a system call; the answer is seen without one.
            switch ssh_channel_open_session(channel.raw) {
            case SSH_OK: stage = .requesting
            case SSH_AGAIN: return .waiting
            default:
                guard session.isAlive, session.wasRefusal else { return broken() }
                return .refused(
                    RemoteError(
                        .remote, subject: subject, message: "the server opens no further channel: \(session.reason)"))
            }
        }
        // Nobody waits for it any more.
        guard lease != nil else { return .done(.failure(.cancelled(subject))) }
        if stage == .requesting {
            switch ssh_channel_request_exec(channel.raw, command.line) {
            case SSH_OK: stage = .running
            case SSH_AGAIN: return .waiting
            default:
                guard session.isAlive, session.wasRefusal else { return broken() }
                return .done(
                    .failure(
                        RemoteError(
                            .remote, subject: subject,
                            message: "the server does not run commands for this user: \(session.reason)")))
            }
        }
        return work(channel, session, subject)
    }

    /// Lets the channel go after the command has ended.
    func finish() { channel = nil }

    /// Ends the command before its time: SIGTERM to it where the server supports that, then the channel is closed.
    func abort() {
        // RFC 4254 section 6.9; OpenSSH 7.9 and later pass it on.
        if let channel, hasChannel { _ = ssh_channel_request_send_signal(channel.raw, "TERM") }
        channel = nil
    }

    private func work(_ channel: ChannelHandle, _ session: SessionHandle, _ subject: String) -> Step {
        if let stream = channel.events.tooLong { return tooLarge(stream, subject) }
        write(channel)
        if let stream = channel.events.tooLong { return tooLarge(stream, subject) }
        let isOver = ssh_channel_is_eof(channel.raw) != 0 || ssh_channel_is_closed(channel.raw) != 0
        if isOver, let termination = channel.events.termination {
            let result = CommandResult(
                stdout: channel.events.stdout, stderr: channel.events.stderr, termination: termination,
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
        abort()
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
