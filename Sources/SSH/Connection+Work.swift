import CLibSSH
import Glibc
import Remote

/// An open connection: commands and tunnels side by side.
extension Connection {
    /// How long a server that answers nothing at all may keep a request for a channel waiting before the connection
    /// counts as dead: one that has been used before `checkTime`, a new one as long as its opening might have taken.
    private func patience(_ lease: Lease?, _ checkTime: Duration) -> Duration {
        lease?.mayMove == true ? checkTime : max(checkTime, target.connectTimeout)
    }

    /// When ``step(_:)`` must be called at the latest.
    func deadline(checkTime: Duration, idleTime: Duration) -> ContinuousClock.Instant? {
        switch phase {
        case .waiting, .dead: return nil
        case .tcp, .tunnel, .exchange, .authentication: return connectDeadline
        case .ready: break
        }
        var due = idleSince.map { $0 + idleTime }
        func atLatest(_ instant: ContinuousClock.Instant?) {
            if let instant { due = due.map { min($0, instant) } ?? instant }
        }
        for run in runs {
            atLatest(run.lease == nil ? nil : run.deadline)
            if run.isOpening { atLatest(max(run.started, heard) + patience(run.lease, checkTime)) }
        }
        for (tunnel, connection) in tunnels.values where tunnel.isOpening {
            atLatest(max(tunnel.began, heard) + patience(connection.via, checkTime))
        }
        return due
    }

    /// Ends what has taken too long.
    func expire(_ now: ContinuousClock.Instant, checkTime: Duration, idleTime: Duration) {
        guard phase == .ready else { return step(now) }
        if let idleSince, idleSince + idleTime <= now { return fail(.closed, "not used any more") }
        for run in runs {
            if run.isOpening, max(run.started, heard) + patience(run.lease, checkTime) <= now {
                return fail(.timeout, "\(endpoint) does not answer any more on an open connection")
            }
            guard run.lease != nil, let deadline = run.deadline, deadline <= now else { continue }
            let message =
                "the command did not end within \(run.command.timeout); it was told to stop but may still run there; "
                + "the session stays usable"
            drop(run, RemoteError(.timeout, subject: target.subject, message: message))
        }
        for (tunnel, connection) in tunnels.values where tunnel.isOpening {
            if max(tunnel.began, heard) + patience(connection.via, checkTime) <= now {
                return fail(.timeout, "\(endpoint) does not answer any more on an open connection")
            }
        }
    }

    /// Takes a command's caller away: it hears `error`, and the command is told to stop.
    func drop(_ run: Run, _ error: RemoteError) {
        guard let lease = run.lease else { return }
        lease.current = nil
        run.lease = nil
        // While it is being opened the channel stays, see Run.isOpening.
        if !run.isOpening {
            run.abort()
            runs.removeAll { $0 === run }
        }
        run.pending.finish(
            .failure(RemoteError(error.code, subject: lease.target.subject, message: error.message)))
        if !lease.queue.isEmpty { waiting.append(lease) }
    }

    /// Begins waiting commands while channels are free.
    func dispatch(channels: Int) {
        while phase == .ready, runs.count < min(channels, channelLimit), !waiting.isEmpty {
            let lease = waiting.removeFirst()
            guard lease.connection === self, lease.current == nil, !lease.queue.isEmpty else { continue }
            let run = lease.queue.removeFirst()
            run.lease = lease
            lease.current = run
            runs.append(run)
            work(.now)
        }
    }

    /// Moves on everything that goes over this connection.
    func work(_ now: ContinuousClock.Instant) {
        guard let session else { return }
        // A bounded number of rounds keeps a server that never stops from starving the other sessions; the poller tells
        // when there is more.
        for _ in 0..<16 {
            let hasMoved = session.pump()
            // One read takes in a few kilobytes at most: after much of it there is likely more.
            let isMuch = session.received > 2000
            for run in runs {
                step(run, session)
                if phase == .dead { return }
            }
            if !tunnels.isEmpty {
                for (id, entry) in tunnels { step(id, entry.tunnel, entry.connection, session) }
            }
            guard session.isAlive else { return fail(.closed, "the server closed the connection: \(session.reason)") }
            // What has just been said goes out at once, unless the socket is full.
            if !isMuch, !session.wantsToWrite || !hasMoved { return }
        }
    }

    private func step(_ run: Run, _ session: SessionHandle) {
        let subject = run.lease?.target.subject ?? target.subject
        let step = run.step(session, subject)
        if run.hasChannel { run.lease?.mayMove = false }
        switch step {
        case .waiting: break
        case .done(let result): end(run, result)
        case .refused(let error): refuse(run, error)
        case .broken(let error): fail(error)
        }
    }

    /// The server opens no further channel; nothing has been executed.
    private func refuse(_ run: Run, _ error: RemoteError) {
        guard let lease = run.lease else { return end(run, .failure(error)) }
        let others = runs.count - 1
        guard others > 0 || ((hasServed || lease.mayMove) && !run.hasMoved) else { return end(run, .failure(error)) }
        runs.removeAll { $0 === run }
        run.reset()
        lease.current = nil
        lease.queue.insert(run, at: 0)
        if others > 0 {
            // So many at once, then: it waits for one of the others to end.
            channelLimit = min(channelLimit, others)
            waiting.insert(lease, at: 0)
        } else {
            // Commands that do not end use up the channels, or the server allows one command per connection.
            run.hasMoved = true
            isRetired = true
            moving.append(lease)
        }
    }

    private func end(_ run: Run, _ result: Result<CommandResult, RemoteError>) {
        run.finish()
        hasServed = true
        runs.removeAll { $0 === run }
        guard let lease = run.lease else { return }
        run.lease = nil
        lease.current = nil
        run.pending.finish(result)
        if !lease.queue.isEmpty { waiting.append(lease) }
    }

    private func step(_ id: UInt64, _ tunnel: Tunnel, _ connection: Connection, _ session: SessionHandle) {
        switch tunnel.step(session) {
        case .waiting: break
        case .opened(let socket):
            connection.via?.mayMove = false
            connection.use(socket)
            changed.append(connection)
        case .failed(let code, let message):
            // A broken connection is dealt with as a whole.
            guard session.isAlive else { return }
            forget(id)
            connection.fail(code, "through \(target.subject) (\(endpoint)): \(message)")
            changed.append(connection)
        case .over: forget(id)
        }
    }

    private func forget(_ tunnel: UInt64) {
        tunnels[tunnel] = nil
        endedTunnels.append(tunnel)
    }
}
