/// Pairs come, change and go while the schedule runs.
extension Schedule {
    mutating func take(_ plan: [ScheduledPair], _ actions: inout [ScheduleAction]) {
        var wanted = Set<PairKey>(minimumCapacity: plan.count)
        for pair in plan where wanted.insert(pair.key).inserted {
            if let place = places[pair.key] {
                if pairs[place].pair != pair { change(place, pair) }
            } else {
                add(pair)
            }
        }
        for (key, place) in places where !wanted.contains(key) { remove(place, &actions) }
        counted.pairs = places.count
        counted.targets = targets.count { !$0.pairs.isEmpty }
        counted.dead = targets.count { $0.health == .dead }
        counted.demoted = targets.reduce(0) { $0 + ($1.health == .dead ? $1.pairs.count : 0) }
    }

    private mutating func kind(_ name: String) -> Int {
        if let place = kinds.firstIndex(of: name) { return place }
        kinds.append(name)
        kindCounts.append(ScheduleMetrics.KindCounts())
        return kinds.count - 1
    }

    private mutating func zone(_ name: String) -> Int {
        if let place = zonePlaces[name] { return place }
        zones.append(Zone())
        zonePlaces[name] = zones.count - 1
        return zones.count - 1
    }

    private mutating func target(of pair: ScheduledPair) -> Int {
        let zone = zone(pair.zone)
        if let place = targetPlaces[pair.key.target] {
            if targets[place].pairs.isEmpty { moveTarget(place, to: zone) }
            return place
        }
        var target = Target(name: pair.key.target, zone: zone, greetings: Retry(limits.revival))
        let place = targets.count
        if deadAtStart.contains(pair.key.target), !isStopped {
            let seed = StableHash.of(pair.key.target)
            target.health = .dead
            target.greetings = Retry(limits.revival, seed: seed | 1)
            let first = max(1, limits.revival.first.inNanoseconds)
            target.greetingTimer = setTimer(.greeting(place), at: now + Int64(seed % UInt64(first)))
        }
        targets.append(target)
        targetPlaces[pair.key.target] = place
        return place
    }

    private mutating func moveTarget(_ place: Int, to zone: Int) {
        guard targets[place].zone != zone else { return }
        targets[place].zone = zone
        if targets[place].waitsIn == .main {
            targets[place].waitsIn = nil
            wait(place)
        }
    }

    private mutating func add(_ pair: ScheduledPair) {
        let target = target(of: pair)
        var entry = Pair(
            pair: pair, target: target, kind: kind(pair.kind), interval: Self.whole(pair.interval),
            phase: pair.phase.inNanoseconds,
            tries: Retry(limits.turn, seed: StableHash.of(pair.key.target, pair.key.probe) | 1))
        entry.lastTurn = records.removeValue(forKey: pair.key) ?? .min
        let place: Int
        if let free = freePairs.popLast() {
            place = free
            pairs[place] = entry
        } else {
            place = pairs.count
            pairs.append(entry)
        }
        places[pair.key] = place
        targets[target].pairs.append(place)
        if targets[target].health == .dead {
            pairs[place].isOver = true
        } else {
            firstTurns += 1
            settle(place)
        }
    }

    /// Turns are counted in whole milliseconds, as records are.
    private static func whole(_ duration: Duration) -> Int64 {
        max(1_000_000, duration.inNanoseconds / 1_000_000 * 1_000_000)
    }

    private mutating func change(_ place: Int, _ pair: ScheduledPair) {
        let interval = Self.whole(pair.interval)
        let moves = pairs[place].interval != interval
        pairs[place].pair = pair
        pairs[place].kind = kind(pair.kind)
        pairs[place].interval = interval
        pairs[place].phase = pair.phase.inNanoseconds
        moveTarget(pairs[place].target, to: zone(pair.zone))
        guard moves, pairs[place].state == .idle, let timer = pairs[place].timer else { return }
        wheel.cancel(timer)
        pairs[place].timer = nil
        settle(place)
    }

    private mutating func remove(_ place: Int, _ actions: inout [ScheduleAction]) {
        let target = pairs[place].target
        places[pairs[place].pair.key] = nil
        // Should it come back within its interval, its turn is not done twice.
        if pairs[place].lastTurn > .min { records[pairs[place].pair.key] = pairs[place].lastTurn }
        targets[target].pairs.removeAll { $0 == place }
        if let timer = pairs[place].timer { wheel.cancel(timer) }
        pairs[place].timer = nil
        pairs[place].isRemoved = true
        markOver(place)
        if targets[target].accused == place {
            targets[target].accused = nil
            pairs[place].state = .idle
        }
        switch pairs[place].state {
        case .running: break
        case .queued:
            targets[target].queue.removeAll { $0 == place }
            counted.queued -= 1
            release(place)
        case .idle, .resting: release(place)
        }
        if targets[target].pairs.isEmpty { forget(target) }
    }

    /// A target without pairs has no health.
    private mutating func forget(_ target: Int) {
        if let timer = targets[target].greetingTimer { wheel.cancel(timer) }
        targets[target].greetingTimer = nil
        targets[target].wantsGreeting = false
        targets[target].health = .alive
        targets[target].waitsIn = nil
        targets[target].roundTrips = [:]
    }

    /// Frees the place of a removed pair.
    mutating func release(_ place: Int) {
        pairs[place].state = .idle
        freePairs.append(place)
    }
}
