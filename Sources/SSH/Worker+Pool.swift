import Glibc
import Remote

/// Who gets which connection, and what becomes of connections afterwards.
extension Worker {
    /// Gives the lease a connection: a kept one, one that is being opened, or a new one.
    func attach(_ lease: Lease) {
        let target = lease.target
        if let error = legacyError(target) { return end(lease, error) }
        if case .session = lease.purpose, needsProgram(target) { return attachProgram(lease) }
        while let known = usable(for: target) {
            if known.phase == .ready {
                // A connection that has been closed in the meantime shows it here; a dead one when it is used.
                known.work(.now)
                touched.append(known)
                if known.phase == .dead { continue }
                if known.keyError(for: target) != nil {
                    retire(known)
                    continue
                }
                statistics.reused += 1
                lease.mayMove = !lease.hasMoved
            }
            return bind(lease, known)
        }
        switch login(of: target) {
        case .failure(let error): end(lease, error)
        case .success(let login):
            let connection = Connection(to: target, .session(login))
            connections[connection.id] = connection
            pool[connection.key, default: []].append(connection)
            evict()
            bind(lease, connection)
            if let jump = target.lastJump {
                let way = Lease(jump, .jump(connection))
                connection.via = way
                attach(way)
            } else {
                backlog.append(connection)
            }
        }
    }

    private func usable(for target: ShellTarget) -> Connection? {
        pool[PoolKey(target)]?.first {
            !$0.isRetired && $0.phase != .dead && $0.target.hasSameCredentials(as: target)
                && ($0.phase == .ready || $0.target.hasSameHostKeys(as: target))
        }
    }

    private func bind(_ lease: Lease, _ connection: Connection) {
        lease.connection = connection
        connection.leases[lease.id] = lease
        connection.idleSince = nil
        if !lease.queue.isEmpty { connection.waiting.append(lease) }
        touched.append(connection)
        if connection.isAnnounced { announce(connection, to: lease) }
    }

    /// Takes the lease away from its user, who hears `error` if something is still waited for.
    func end(_ lease: Lease, _ error: RemoteError) {
        leases[lease.id] = nil
        if let connection = lease.connection {
            if let run = lease.current { connection.drop(run, error) }
            connection.leases[lease.id] = nil
            lease.connection = nil
            touched.append(connection)
        }
        if let program = lease.program {
            if let run = lease.current { program.drop(run, error) }
            program.leases[lease.id] = nil
            lease.program = nil
            touchedPrograms.append(program)
        }
        lease.fail(error)
        guard case .jump(let connection) = lease.purpose, connection.via === lease else { return }
        connection.via = nil
        connection.fail(
            error.code, "through \(lease.target.subject) (\(lease.target.endpoint)): \(error.message)")
        touched.append(connection)
    }

    /// Hands it out no more; it ends with its last user.
    private func retire(_ connection: Connection) {
        connection.isRetired = true
        pool[connection.key]?.removeAll { $0 === connection }
        if pool[connection.key]?.isEmpty == true { pool[connection.key] = nil }
        touched.append(connection)
    }

    /// Closes what nobody has used for longest while there are too many.
    private func evict() {
        var excess = connections.count - settings.maximumSessions
        guard excess > 0 else { return }
        let idle = connections.values.filter { $0.idleSince != nil && $0.phase == .ready }
            .sorted { ($0.idleSince ?? .now) < ($1.idleSince ?? .now) }
        for connection in idle where excess > 0 {
            connection.fail(.closed, "closed to make room")
            statistics.evicted += 1
            excess -= 1
            touched.append(connection)
        }
    }

    /// Deals with everything that the last steps have changed.
    func settle() {
        repeat {
            while let connection = touched.popLast() { settle(connection) }
            startNext()
            settlePrograms()
        } while !touched.isEmpty || !touchedPrograms.isEmpty
    }

    private func settle(_ connection: Connection) {
        guard connections[connection.id] != nil else { return }
        if connection.phase == .ready {
            if !connection.isAnnounced { announce(connection) }
            connection.dispatch(channels: settings.channels)
        }
        let moving = connection.moving
        connection.moving = []
        if !moving.isEmpty { retire(connection) }
        for lease in moving where lease.connection === connection { move(lease) }
        touched += connection.changed
        connection.changed = []
        for id in connection.endedTunnels {
            carriers[id] = nil
            poller.forget(id, isOpen: false)
        }
        connection.endedTunnels = []
        if connection.phase == .dead { return bury(connection) }
        watchTunnels(of: connection)
        poller.watch(connection.id, connection.descriptor, connection.interest)
        let isSession = if case .session = connection.goal { true } else { false }
        if isSession, connection.leases.isEmpty, connection.runs.isEmpty, connection.tunnels.isEmpty {
            // Nobody waits for its opening any more, nobody may have it, or nobody wants it kept.
            if connection.phase != .ready || connection.isRetired || settings.idleTime == .zero {
                connection.fail(.closed, "not used any more")
                return bury(connection)
            }
            connection.idleSince = connection.idleSince ?? .now
        } else {
            connection.idleSince = nil
        }
        if let due = deadline(of: connection) { note(due) }
    }

    /// The first moment of an open connection.
    private func announce(_ connection: Connection) {
        connection.isAnnounced = true
        statistics.logins += 1
        uncount(connection)
        for lease in connection.leases.values { announce(connection, to: lease) }
    }

    private func announce(_ connection: Connection, to lease: Lease) {
        lease.opening?.finish(.success(lease.id))
        lease.opening = nil
        guard case .jump(let further) = lease.purpose else { return }
        if further.phase == .waiting { backlog.append(further) }
        if further.phase == .tunnel { dig(further, connection) }
    }

    private func uncount(_ connection: Connection) {
        guard connection.isCounted else { return }
        connection.isCounted = false
        let left = (handshakes[connection.endpoint] ?? 1) - 1
        handshakes[connection.endpoint] = left > 0 ? left : nil
    }

    /// Begins as many waiting connections as may be begun.
    private func startNext() {
        guard !backlog.isEmpty else { return }
        var total = handshakes.values.reduce(0, +)
        var left: [Connection] = []
        for connection in backlog {
            guard connection.phase == .waiting else { continue }
            let atServer = handshakes[connection.endpoint] ?? 0
            guard total < settings.handshakes, atServer < settings.handshakesPerServer else {
                left.append(connection)
                continue
            }
            total += 1
            handshakes[connection.endpoint] = atServer + 1
            connection.isCounted = true
            statistics.connects += 1
            connection.begin()
            if connection.phase == .tunnel, let carrier = connection.via?.connection, carrier.isAnnounced {
                dig(connection, carrier)
            }
            touched.append(connection)
        }
        backlog = left
    }

    /// Asks the jump host for a channel.
    private func dig(_ connection: Connection, _ carrier: Connection) {
        guard let session = carrier.session, let tunnel = Tunnel(to: connection.endpoint, over: session) else {
            return connection.fail(.closed, "through \(carrier.target.subject): the connection has just been closed")
        }
        carrier.tunnels[tunnel.id] = (tunnel, connection)
        connection.tunnel = tunnel.id
        carrier.work(.now)
        touched.append(carrier)
    }

    private func watchTunnels(of connection: Connection) {
        guard let session = connection.session else { return }
        for (id, entry) in connection.tunnels {
            carriers[id] = connection
            poller.watch(id, entry.tunnel.descriptor, entry.tunnel.interest(session))
        }
    }

    /// To a new connection, because the server has not answered on the kept one.
    private func move(_ lease: Lease) {
        lease.connection?.leases[lease.id] = nil
        lease.connection = nil
        lease.mayMove = false
        lease.hasMoved = true
        statistics.moved += 1
        attach(lease)
    }

    /// Lets the system's client try where the library has nothing in common with a server on the way.
    private func fallBack(_ lease: Lease) -> Bool {
        guard lease.target.client == .automatic else { return false }
        switch lease.purpose {
        case .jump(let further):
            // The whole way is the other client's then.
            further.needsOtherClient = true
            return false
        case .session:
            if foreign.count >= 10_000 { foreign.removeAll() }
            foreign.insert(PoolKey(lease.target))
            lease.connection = nil
            attach(lease)
            return true
        }
    }

    /// The end of a connection: its users hear of it, or get another one.
    private func bury(_ connection: Connection) {
        connections[connection.id] = nil
        retire(connection)
        uncount(connection)
        poller.forget(connection.id, isOpen: false)
        let error =
            connection.error
            ?? RemoteError(.closed, subject: connection.target.subject, message: "the connection has been closed")
        if case .hostKey(let pending) = connection.goal { pending.finish(.failure(error)) }
        let tunnels = connection.tunnels
        for id in tunnels.keys {
            carriers[id] = nil
            poller.forget(id, isOpen: false)
        }
        connection.release()
        for lease in connection.leases.values {
            if connection.needsOtherClient, fallBack(lease) {
                continue
            } else if lease.mayMove {
                if let run = lease.current {
                    run.reset()
                    lease.current = nil
                    lease.queue.insert(run, at: 0)
                }
                move(lease)
            } else {
                lease.connection = nil
                end(lease, error)
            }
        }
        connection.leases = [:]
        if let way = connection.via {
            connection.via = nil
            if let carrier = way.connection {
                if let id = connection.tunnel, let entry = carrier.tunnels.removeValue(forKey: id) {
                    carriers[id] = nil
                    poller.forget(id, isOpen: entry.tunnel.descriptor >= 0)
                    entry.tunnel.close()
                }
                carrier.leases[way.id] = nil
                touched.append(carrier)
            }
            way.connection = nil
        }
    }
}
