import Evidence

/// Windows: who may begin, and who waits where.
extension Schedule {
    /// Lets a target wait for its next ask, if it has one to make and none under way.
    mutating func wait(_ place: Int) {
        guard !isStopped, targets[place].run == nil, targets[place].waitsIn != .main else { return }
        let lane: Lane
        if targets[place].wantsGreeting {
            lane = .suspect
        } else {
            guard targets[place].health == .alive, !targets[place].queue.isEmpty else { return }
            lane = targets[place].queue.contains { !pairs[$0].isMute } ? .main : .suspect
        }
        // A target that waits with a mute pair moves when a living one comes; its old entry is stale then.
        guard targets[place].waitsIn != lane else { return }
        targets[place].waitsIn = lane
        if lane == .suspect {
            suspects.append(place)
        } else {
            let zone = targets[place].zone
            zones[zone].ready.append(place)
            list(zone)
        }
    }

    private mutating func list(_ zone: Int) {
        guard !zones[zone].isListed, !zones[zone].ready.isEmpty, zones[zone].inFlight < limits.zoneWindow else {
            return
        }
        zones[zone].isListed = true
        readyZones.append(zone)
    }

    /// Begins what the windows have room for. Zones take turns.
    mutating func dispatch(_ actions: inout [ScheduleAction]) {
        guard !isStopped else { return }
        while counted.suspectsInFlight < limits.suspectWindow, let target = suspects.popFirst() {
            guard targets[target].waitsIn == .suspect, targets[target].run == nil else { continue }
            targets[target].waitsIn = nil
            begin(target, .suspect, &actions)
        }
        while counted.inFlight < limits.window, let zone = readyZones.popFirst() {
            zones[zone].isListed = false
            guard zones[zone].inFlight < limits.zoneWindow, let target = zones[zone].ready.popFirst() else { continue }
            if targets[target].waitsIn == .main, targets[target].zone == zone, targets[target].run == nil {
                targets[target].waitsIn = nil
                begin(target, .main, &actions)
            }
            list(zone)
        }
    }

    private mutating func begin(_ target: Int, _ lane: Lane, _ actions: inout [ScheduleAction]) {
        if targets[target].wantsGreeting {
            greet(target, &actions)
            return
        }
        guard targets[target].health == .alive,
            let index = targets[target].queue.firstIndex(where: { pairs[$0].isMute == (lane == .suspect) })
        else { return }
        let place = targets[target].queue.remove(at: index)
        counted.queued -= 1
        pairs[place].state = .running
        pairs[place].lastTurn = max(pairs[place].lastTurn, pairs[place].turn)
        let attempt = pairs[place].tries.failures + 1
        let lag = max(0, now - pairs[place].due)
        if attempt == 1 {
            counted.turns += 1
            counted.lag.add(nanoseconds: lag)
        } else {
            counted.retries += 1
        }
        kindCounts[pairs[place].kind].started += 1
        let timeout = timeout(place)
        let run = run(target, place, lane, isGreeting: false)
        if lane == .main, pairs[place].pair.isExchange {
            // RFC 6298, section 2.1: before any measurement one second.
            let known = targets[target].roundTrips[pairs[place].kind]?.hasSample == true
            let expected = known ? timeout : min(timeout, 1_000_000_000)
            let timer = setTimer(.overdue(target), at: now + expected)
            targets[target].run?.overdue = timer
        }
        actions.append(
            .start(
                ScheduleStart(
                    run: run, key: pairs[place].pair.key, purpose: .turn, turn: timestamp(pairs[place].turn),
                    attempt: attempt, timeout: .nanoseconds(timeout), lag: .nanoseconds(lag))))
    }

    private mutating func greet(_ target: Int, _ actions: inout [ScheduleAction]) {
        targets[target].wantsGreeting = false
        guard targets[target].health != .alive, let place = cheapest(target) else { return }
        counted.greetings += 1
        let run = run(target, place, .suspect, isGreeting: true)
        actions.append(
            .start(
                ScheduleStart(
                    run: run, key: pairs[place].pair.key, purpose: .greeting, turn: timestamp(wall),
                    attempt: targets[target].greetings.failures, timeout: .nanoseconds(timeout(place)),
                    lag: .nanoseconds(max(0, now - targets[target].greetingDue)))))
    }

    private func cheapest(_ target: Int) -> Int? {
        targets[target].pairs.min {
            (pairs[$0].pair.rank, pairs[$0].pair.key) < (pairs[$1].pair.rank, pairs[$1].pair.key)
        }
    }

    private mutating func run(_ target: Int, _ place: Int, _ lane: Lane, isGreeting: Bool) -> ScheduleRun {
        serial += 1
        let zone = targets[target].zone
        targets[target].run = Run(
            serial: serial, pair: place, kind: pairs[place].kind, zone: zone, isGreeting: isGreeting, lane: lane)
        if lane == .main {
            counted.inFlight += 1
            zones[zone].inFlight += 1
        } else {
            counted.suspectsInFlight += 1
        }
        return ScheduleRun(target: target, serial: serial)
    }

    /// What one exchange of the pair may take now.
    func timeout(_ place: Int) -> Int64 {
        let ceiling = pairs[place].pair.timeout.inNanoseconds
        guard pairs[place].pair.isExchange,
            let roundTrip = targets[pairs[place].target].roundTrips[pairs[place].kind]
        else { return ceiling }
        let base = roundTrip.limit(floor: limits.timeoutFloor.inNanoseconds, ceiling: ceiling)
        let doubled = base.multipliedReportingOverflow(by: 1 << pairs[place].slowness)
        return doubled.overflow ? ceiling : min(ceiling, doubled.partialValue)
    }

    /// Gives the place in the window to the next one; the answer is still waited for.
    mutating func overdue(_ target: Int) {
        guard let run = targets[target].run, run.lane == .main else { return }
        guard counted.overdue < limits.overdueWindow else {
            let timer = setTimer(.overdue(target), at: now + 100_000_000)
            targets[target].run?.overdue = timer
            return
        }
        targets[target].run?.overdue = nil
        leave(run)
        targets[target].run?.lane = .overdue
        counted.overdue += 1
    }

    /// Frees the place a run holds.
    mutating func leave(_ run: Run) {
        switch run.lane {
        case .main:
            counted.inFlight -= 1
            zones[run.zone].inFlight -= 1
            list(run.zone)
        case .suspect: counted.suspectsInFlight -= 1
        case .overdue: counted.overdue -= 1
        }
        if let timer = run.overdue { wheel.cancel(timer) }
    }
}
