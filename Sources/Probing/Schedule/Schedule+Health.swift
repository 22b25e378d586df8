import Evidence

/// What an answer or its absence means for the target.
extension Schedule {
    mutating func ended(
        _ token: ScheduleRun, _ ending: ScheduleEnding, _ roundTrip: Duration?, _ actions: inout [ScheduleAction]
    ) {
        guard targets.indices.contains(token.target), let run = targets[token.target].run, run.serial == token.serial
        else { return }
        let target = token.target
        targets[target].run = nil
        leave(run)
        measure(target, run.kind, ending, roundTrip)
        if run.isGreeting {
            greetingEnded(target, ending, &actions)
        } else {
            count(run.kind, ending)
            pairEnded(run.pair, target, ending, &actions)
        }
        wait(target)
    }

    private mutating func measure(_ target: Int, _ kind: Int, _ ending: ScheduleEnding, _ roundTrip: Duration?) {
        if let roundTrip {
            targets[target].roundTrips[kind, default: RoundTrip()].measured(roundTrip.inNanoseconds)
        } else if ending == .silent {
            targets[target].roundTrips[kind]?.timedOut()
        }
    }

    private mutating func count(_ kind: Int, _ ending: ScheduleEnding) {
        switch ending {
        case .answered: kindCounts[kind].answered += 1
        case .slow: kindCounts[kind].slow += 1
        case .silent: kindCounts[kind].silent += 1
        case .unknown: kindCounts[kind].unknown += 1
        }
    }

    private mutating func pairEnded(
        _ place: Int, _ target: Int, _ ending: ScheduleEnding, _ actions: inout [ScheduleAction]
    ) {
        switch ending {
        case .answered, .slow:
            pairs[place].isMute = false
            if ending == .slow { pairs[place].slowness = min(8, pairs[place].slowness + 1) }
            turnOver(place, ending, &actions)
        case .unknown: turnOver(place, ending, &actions)
        case .silent:
            _ = pairs[place].tries.handle(.failed, at: Instant(nanoseconds: now))
            // Of a mute pair silence is no news, unless no other one would tell of its target's death.
            if pairs[place].isMute, targets[target].pairs.contains(where: { !pairs[$0].isMute }) {
                turnOver(place, .silent, &actions)
            } else if pairs[place].isRemoved || isStopped {
                turnOver(place, .silent, &actions)
            } else {
                pairs[place].state = .resting
                targets[target].accused = place
                targets[target].greetings = Retry(limits.confirmation)
                silence(target, 1, &actions)
            }
        }
    }

    /// The `number`th silent result in a row.
    private mutating func silence(_ target: Int, _ number: Int, _ actions: inout [ScheduleAction]) {
        if number >= limits.deadAfter {
            die(target, &actions)
        } else {
            targets[target].health = .suspect(silences: number)
            greetLater(target)
        }
    }

    private mutating func greetLater(_ target: Int) {
        guard !isStopped else { return }
        let action = targets[target].greetings.handle(.failed, at: Instant(nanoseconds: now))
        guard case .again(let moment) = action else { return }
        targets[target].greetingTimer = setTimer(.greeting(target), at: moment.nanoseconds)
    }

    private mutating func greetingEnded(_ target: Int, _ ending: ScheduleEnding, _ actions: inout [ScheduleAction]) {
        // All its pairs have gone from the plan.
        guard !targets[target].pairs.isEmpty else { return }
        switch (targets[target].health, ending) {
        case (.alive, _): break
        case (_, .unknown): greetLater(target)
        case (.dead, .silent): greetLater(target)
        case (.suspect(let silences), .silent): silence(target, silences + 1, &actions)
        case (.suspect, _):
            targets[target].health = .alive
            acquit(target, &actions)
        case (.dead, _): revive(target, &actions)
        }
    }

    /// The target lives, so the silence was the pair's own: it is tried again, then taken for mute.
    private mutating func acquit(_ target: Int, _ actions: inout [ScheduleAction]) {
        guard let place = targets[target].accused else { return }
        targets[target].accused = nil
        pairs[place].slowness = min(8, pairs[place].slowness + 1)
        let policy = pairs[place].tries.policy
        if !pairs[place].isMute, !isStopped, policy.tries.map({ pairs[place].tries.failures < $0 }) ?? true {
            pairs[place].timer = setTimer(.retry(place), at: now + pairs[place].tries.pause.inNanoseconds)
        } else {
            pairs[place].isMute = true
            turnOver(place, .silent, &actions)
        }
    }

    private mutating func die(_ target: Int, _ actions: inout [ScheduleAction]) {
        targets[target].health = .dead
        targets[target].waitsIn = nil
        targets[target].accused = nil
        counted.dead += 1
        counted.demoted += targets[target].pairs.count
        actions.append(.died(target: targets[target].name))
        counted.queued -= targets[target].queue.count
        targets[target].queue = []
        for place in targets[target].pairs {
            if let timer = pairs[place].timer { wheel.cancel(timer) }
            pairs[place].timer = nil
            let wasDue = pairs[place].state != .idle
            // A turn that found the target dead is made up when it returns.
            if wasDue { pairs[place].lastTurn = .min }
            if wasDue || (!limits.repeats && !pairs[place].isOver) {
                counted.dropped += 1
                turnOver(place, .silent, &actions)
            }
        }
        targets[target].greetings = Retry(limits.revival, seed: StableHash.of(targets[target].name) | 1)
        greetLater(target)
    }

    private mutating func revive(_ target: Int, _ actions: inout [ScheduleAction]) {
        targets[target].health = .alive
        counted.dead -= 1
        counted.demoted -= targets[target].pairs.count
        counted.revivals += 1
        actions.append(.revived(target: targets[target].name))
        for place in targets[target].pairs {
            pairs[place].isMute = false
            if limits.repeats, pairs[place].state == .idle { settle(place) }
        }
    }
}
