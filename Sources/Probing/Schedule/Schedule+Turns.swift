import Evidence

/// Whose turn it is.
extension Schedule {
    /// The turn (wall time) that the present moment belongs to.
    private func currentTurn(_ place: Int) -> Int64 {
        let (interval, phase) = (pairs[place].interval, pairs[place].phase)
        let since = wall - phase
        let number = since >= 0 ? since / interval : (since - interval + 1) / interval
        return number * interval + phase
    }

    private func instant(ofWall time: Int64) -> Int64 { now + (time - wall) }

    /// Gives a pair its next turn: at its phase when this interval's turn is done, else in a while, so that what was
    /// missed is not made up all at once.
    mutating func settle(_ place: Int) {
        guard !isStopped, pairs[place].timer == nil else { return }
        let turn = currentTurn(place)
        let interval = pairs[place].interval
        if pairs[place].lastTurn >= turn {
            // A record may lie ahead of this turn by less than an interval after a change of interval.
            arm(place, turn: turn + interval, at: instant(ofWall: turn + interval))
            return
        }
        let spread = min(limits.spread.inNanoseconds, interval)
        let key = pairs[place].pair.key
        let delay = spread <= 0 ? 0 : Int64(StableHash.of(key.probe, key.target) % UInt64(spread))
        // Just before the next turn nothing is made up: the two would meet.
        if limits.repeats, spread > 0, wall + delay + interval / 8 >= turn + interval {
            arm(place, turn: turn + interval, at: instant(ofWall: turn + interval))
        } else {
            arm(place, turn: turn, at: now + delay)
        }
    }

    private mutating func arm(_ place: Int, turn: Int64, at due: Int64) {
        pairs[place].turn = turn
        pairs[place].due = due
        pairs[place].timer = setTimer(.turn(place), at: due)
    }

    mutating func turnCame(_ place: Int, _ actions: inout [ScheduleAction]) {
        pairs[place].timer = nil
        let (due, interval) = (pairs[place].due, pairs[place].interval)
        guard now - due < interval else {
            // The program slept, or was not given the processor, for whole intervals.
            counted.skipped += Int((now - due) / interval)
            settle(place)
            return
        }
        enqueue(place)
    }

    /// Sets the timer of the turn after the one that is being done. Its coming while that is still under way is a
    /// skipped turn.
    mutating func armNext(_ place: Int) {
        guard limits.repeats, !isStopped, !pairs[place].isRemoved, targets[pairs[place].target].health != .dead else {
            return
        }
        settle(place)
    }

    /// Puts a pair whose time has come into its target's queue.
    mutating func enqueue(_ place: Int) {
        let target = pairs[place].target
        guard !isStopped, targets[target].health != .dead else {
            if pairs[place].state != .idle { pairs[place].state = .idle }
            return
        }
        pairs[place].state = .queued
        counted.queued += 1
        targets[target].queue.append(place)
        wait(target)
    }

    /// Ends the turn of a pair and gives it the next one.
    mutating func turnOver(_ place: Int, _ ending: ScheduleEnding, _ actions: inout [ScheduleAction]) {
        pairs[place].state = .idle
        let tries = pairs[place].tries.failures + (ending == .silent ? 0 : 1)
        pairs[place].tries = Retry(limits.turn, seed: pairs[place].tries.seed)
        actions.append(
            .turnOver(pairs[place].pair.key, turn: timestamp(pairs[place].turn), ending, tries: max(1, tries)))
        markOver(place)
        if pairs[place].isRemoved {
            release(place)
        } else {
            skipMissed(place, &actions)
            armNext(place)
        }
    }

    /// Turns that came while this one was under way are left out.
    private mutating func skipMissed(_ place: Int, _ actions: inout [ScheduleAction]) {
        guard limits.repeats else { return }
        let current = currentTurn(place)
        let interval = pairs[place].interval
        var missed = pairs[place].turn + interval
        while missed <= current {
            counted.skipped += 1
            actions.append(.skipped(pairs[place].pair.key, turn: timestamp(missed)))
            pairs[place].lastTurn = missed
            // Long stalls are counted, not listed one by one.
            if current - missed > interval * 16 {
                let more = (current - missed) / interval
                counted.skipped += Int(more)
                pairs[place].lastTurn = missed + more * interval
                break
            }
            missed += interval
        }
    }

    mutating func markOver(_ place: Int) {
        guard !pairs[place].isOver else { return }
        pairs[place].isOver = true
        firstTurns -= 1
    }
}
