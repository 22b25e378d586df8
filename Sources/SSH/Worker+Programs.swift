import Glibc
import Remote

/// Sessions by the system's `ssh`, for servers with which the library has nothing in common.
extension Worker {
    /// So many may be connecting at once; each is several processes.
    private var programWindow: Int { min(8, settings.handshakes) }

    /// Whether `target` cannot be entered by the library alone.
    func needsProgram(_ target: ShellTarget) -> Bool {
        if (target.jumps + [target]).contains(where: { $0.client == .openssh }) { return true }
        return target.client == .automatic && foreign.contains(PoolKey(target))
    }

    func attachProgram(_ lease: Lease) {
        let target = lease.target
        let kept = programs.values.filter {
            !$0.isRetired && $0.phase != .dead && $0.key == PoolKey(target)
                && $0.target.hasSameCredentials(as: target)
        }
        for program in kept {
            if program.phase == .ready {
                program.step(.now)
                guard program.phase == .ready, program.folder.keyError(for: target) == nil else {
                    program.isRetired = true
                    touchedPrograms.append(program)
                    continue
                }
                statistics.reused += 1
            } else if !program.target.hasSameHostKeys(as: target) {
                continue
            }
            return bind(lease, program)
        }
        let agent = settings.agentSocket ?? getenv("SSH_AUTH_SOCK").map { String(cString: $0) }
        switch OpenSSHFolder.make(for: target, agentSocket: agent) {
        case .failure(let error): end(lease, error)
        case .success(let folder):
            let program = Program(target, folder, agentSocket: agent)
            programs[program.id] = program
            statistics.fallbacks += 1
            bind(lease, program)
            waitingPrograms.append(program)
        }
    }

    private func bind(_ lease: Lease, _ program: Program) {
        lease.program = program
        program.leases[lease.id] = lease
        program.idleSince = nil
        if !lease.queue.isEmpty { program.waiting.append(lease) }
        touchedPrograms.append(program)
        if program.isAnnounced {
            lease.opening?.finish(.success(lease.id))
            lease.opening = nil
        }
    }

    func settlePrograms() {
        var starting = programs.values.count { $0.phase == .starting }
        while starting < programWindow, !waitingPrograms.isEmpty {
            let next = waitingPrograms.removeFirst()
            guard next.phase == .waiting, !next.leases.isEmpty else { continue }
            starting += 1
            statistics.connects += 1
            next.begin()
            touchedPrograms.append(next)
        }
        while let program = touchedPrograms.popLast() { settle(program) }
    }

    private func settle(_ program: Program) {
        guard programs[program.id] != nil else { return }
        if program.phase == .ready, !program.isAnnounced {
            program.isAnnounced = true
            statistics.logins += 1
            for lease in program.leases.values {
                lease.opening?.finish(.success(lease.id))
                lease.opening = nil
            }
        }
        while program.phase == .ready, program.runs.count < settings.channels, !program.waiting.isEmpty {
            let lease = program.waiting.removeFirst()
            if lease.program === program { program.start(lease) }
        }
        watch(program)
        if program.phase == .dead { return bury(program) }
        if program.leases.isEmpty, program.runs.isEmpty {
            if program.phase != .ready || program.isRetired || settings.idleTime == .zero {
                program.fail(.closed, "not used any more")
                watch(program)
                return bury(program)
            }
            program.idleSince = program.idleSince ?? .now + settings.idleTime
        }
        if let due = program.due { note(due) }
    }

    private func watch(_ program: Program) {
        let wanted = program.watched
        for (token, owner) in programTokens where owner === program && !wanted.contains(where: { $0.token == token }) {
            // Closed by its owner.
            poller.forget(token, isOpen: false)
            programTokens[token] = nil
        }
        for entry in wanted {
            programTokens[entry.token] = program
            poller.watch(entry.token, entry.descriptor, entry.interest)
        }
    }

    private func bury(_ program: Program) {
        programs[program.id] = nil
        let error =
            program.error
            ?? RemoteError(.closed, subject: program.target.subject, message: "the connection has been closed")
        for lease in program.leases.values {
            lease.program = nil
            end(lease, error)
        }
        program.leases = [:]
    }

    func expirePrograms(_ now: ContinuousClock.Instant) {
        for program in programs.values {
            guard let due = program.due else { continue }
            if due > now {
                note(due)
                continue
            }
            if let idle = program.idleSince, idle <= now {
                program.fail(.closed, "not used any more")
            } else {
                program.step(now)
            }
            touchedPrograms.append(program)
        }
    }
}
