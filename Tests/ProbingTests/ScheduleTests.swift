import Evidence
import TestSupport
import Testing

@testable import Probing

private typealias Simulator = ScheduleSimulator

private let three: [(name: String, kind: String, interval: Duration)] = [
    ("port", "tcp", .seconds(300)), ("sys", "snmp", .seconds(300)), ("base", "ssh", .seconds(300)),
]

@Suite("Schedule")
struct ScheduleTests {
    @Test("phases are flat: ten thousand pairs, a hundred buckets")
    func flat() {
        var buckets = [Int](repeating: 0, count: 100)
        for pair in Simulator.pairs(5_000, [("a", "snmp", .seconds(300)), ("b", "snmp", .seconds(300))]) {
            buckets[Int(pair.phase / .seconds(3))] += 1
        }
        // Expected 100 in each with a deviation of 10: five deviations either way.
        #expect(buckets.allSatisfy { (50...150).contains($0) }, "\(buckets)")
        let square = buckets.reduce(0.0) { $0 + Double(($1 - 100) * ($1 - 100)) / 100 }
        #expect(square < 160, "chi-square with 99 degrees of freedom")
    }

    @Test("the hash is the same everywhere and for ever")
    func stable() {
        // Computed by another program from the published algorithms.
        #expect(StableHash.of("device/core-sw-1", "snmp-system") == 0xf0ef4a9b94e84107)
        #expect(StableHash.of("ab", "c") != StableHash.of("a", "bc"))
        #expect(StableHash.of("a") == 0x3aec69d286fbd39b)
    }

    @Test("5,000 targets and three probes for an hour: one ask per target, every pair once per interval")
    func hour() {
        var limits = ScheduleLimits()
        limits.window = 64
        limits.zoneWindow = 40
        var world = Simulator(limits: limits)
        world.keepsActions = false
        world.plan(Simulator.pairs(5_000, three, zones: 4))
        world.run(.seconds(3_600))
        let metrics = world.schedule.metrics
        #expect(metrics.skipped == 0)
        // Whoever waits longer than it takes for the windows to turn over was forgotten.
        #expect(metrics.lag.longest < .seconds(2))
        #expect(world.mostPerZone.values.allSatisfy { $0 <= 40 })
        #expect(world.answered.count == 15_000)
        // The first turn may be a made-up one of the interval that was running at the start.
        #expect(world.answered.values.allSatisfy { (12...13).contains($0.count) })
    }

    @Test("windows bind, and a narrow zone does not hold up the others")
    func windows() {
        var limits = ScheduleLimits()
        limits.window = 20
        limits.zoneWindow = 5
        limits.spread = .zero
        limits.repeats = false
        var world = Simulator(limits: limits)
        let pairs = Simulator.pairs(400, [("sys", "snmp", .seconds(300))], zones: 2)
        for pair in pairs where pair.zone == "z0" {
            world.devices[pair.key.target] = Simulator.Device(latency: .milliseconds(900))
        }
        world.plan(pairs)
        #expect(world.mostInFlight == 10)
        // Eight times as quick: the fast zone is through when the slow one has not done a tenth.
        world.run(.milliseconds(900 * 2))
        let fast = world.answered.keys.count { world.zones[$0.target] == "z1" }
        #expect(fast == 200)
        world.run(.seconds(600)) { $0.remaining == 0 }
        #expect(world.answered.count == 400)
        #expect(world.mostPerZone == ["z0": 5, "z1": 5])
    }

    @Test("a tenth of dead devices does not stretch the living ones' cycle", arguments: [1, 3])
    func tenth(_ tries: Int) {
        func cycle(dead: Bool, known: Set<String>) -> (time: Int64, answered: Int, dead: Set<String>) {
            var limits = ScheduleLimits()
            limits.window = 64
            limits.zoneWindow = 64
            limits.spread = .zero
            limits.repeats = false
            var world = Simulator(limits: limits, dead: known)
            world.engineTries = tries
            for target in 0..<1_000 {
                world.devices["device/d-\(target)"] = Simulator.Device(
                    silences: dead && target % 10 == 3 ? [0 ... .max] : [])
            }
            let begin = world.now
            world.plan(Simulator.pairs(1_000, [("sys", "snmp", .seconds(60))]))
            world.run(.seconds(600)) { $0.remaining == 0 }
            return (world.lastAnswer - begin, world.answered.count, Set(world.schedule.deadTargets))
        }
        let without = cycle(dead: false, known: [])
        #expect(without.answered == 1_000)
        let first = cycle(dead: true, known: [])
        #expect(first.answered == 900)
        #expect(first.dead.count == 100)
        let steady = cycle(dead: true, known: first.dead)
        #expect(steady.answered == 900)
        #expect(Double(steady.time) <= 1.2 * Double(without.time), "\(steady.time) against \(without.time)")
    }

    @Test("in steady state living devices are asked when it is their turn, with a tenth dead and without")
    func steady() {
        func lag(dead: Bool) -> (p95: Duration, longest: Duration, answered: Int) {
            var limits = ScheduleLimits()
            limits.window = 16
            limits.zoneWindow = 16
            limits.suspectWindow = 4
            var world = Simulator(limits: limits)
            world.keepsActions = false
            world.engineTries = 3
            for target in 0..<1_000 {
                world.devices["device/d-\(target)"] = Simulator.Device(
                    silences: dead && target % 10 == 3 ? [0 ... .max] : [])
            }
            world.plan(Simulator.pairs(1_000, [("sys", "snmp", .seconds(60))]))
            world.run(.seconds(900))
            return (
                world.schedule.metrics.lag.quantile(0.95), world.schedule.metrics.lag.longest,
                world.answered.values.reduce(0) { $0 + $1.count }
            )
        }
        let (well, ill) = (lag(dead: false), lag(dead: true))
        #expect(well.answered >= 15_000)
        #expect(ill.answered >= 900 * 15)
        #expect(ill.p95 <= well.p95 + .milliseconds(20))
    }

    @Test("turns that come while the one before is under way are left out and counted, never doubled")
    func skipping() {
        var world = Simulator()
        world.devices["device/d-0"] = Simulator.Device(latency: .milliseconds(3_500))
        world.plan(Simulator.pairs(1, [("slow", "ssh", .seconds(1))], timeout: .seconds(10)))
        world.run(.seconds(60))
        let skipped = world.actions.count { if case .skipped = $0.action { true } else { false } }
        #expect(skipped == world.schedule.metrics.skipped)
        #expect((40...46).contains(skipped))
        #expect((14...16).contains(world.schedule.metrics.turns))
    }

    @Test("the cheapest pair greets a dead target, with growing pauses, and all pairs come back spread")
    func demotion() {
        var limits = ScheduleLimits()
        limits.spread = .seconds(30)
        var world = Simulator(limits: limits)
        let gone = world.now + 600 * Simulator.second
        let back = gone + 3_600 * Simulator.second
        world.devices["device/d-0"] = Simulator.Device(silences: [gone...back])
        let names = (0..<12).map { (name: "p\($0)", kind: $0 == 4 ? "icmp" : "snmp", interval: Duration.seconds(60)) }
        let pairs = Simulator.pairs(1, names).map { pair in
            ScheduledPair(
                key: pair.key, kind: pair.kind, interval: pair.interval, timeout: pair.timeout,
                rank: pair.kind == "icmp" ? 0 : 2)
        }
        world.plan(pairs)
        world.run(.seconds(600 + 3_600 + 900))
        let during = world.starts.filter { $0.at > gone + 60 * Simulator.second && $0.at < back }
        #expect(during.allSatisfy { $0.start.purpose == .greeting && $0.start.key.probe == "p4" })
        // 10, 20, 40 … 300 seconds, up to a quarter less.
        #expect((13...20).contains(during.count), "\(during.count)")
        let gaps = zip(during, during.dropFirst()).map { $1.at - $0.at }
        #expect(gaps.allSatisfy { $0 < 302 * Simulator.second } && (gaps.last ?? 0) > 200 * Simulator.second)
        let died = world.actions.count { if case .died = $0.action { true } else { false } }
        let revived = world.actions.compactMap { entry -> Int64? in
            if case .revived = entry.action { entry.at } else { nil }
        }
        #expect(died == 1 && revived.count == 1)
        guard let moment = revived.first else { return }
        let after = world.starts.filter { $0.at >= moment && $0.at < moment + 30 * Simulator.second }
        #expect(Set(after.map(\.start.key)).count == 12, "everything is asked again within the spread")
        #expect(after.filter { $0.at < moment + 5 * Simulator.second }.count <= 7, "and not in one burst")
        #expect(world.schedule.metrics.dead == 0 && world.schedule.metrics.demoted == 0)
    }

    @Test("one mute pair of a living target is tried again, then goes through the suspects' window")
    func mute() {
        var world = Simulator()
        let pairs = Simulator.pairs(1, [("ping", "icmp", .seconds(10)), ("walk", "snmp", .seconds(10))])
        world.plan(pairs)
        var died = false
        var lanes: Set<ScheduleStart.Purpose> = []
        // Answered by hand: the ping always, the walk never.
        var now = world.now
        var schedule = Schedule(wall: World.moment, at: Instant(nanoseconds: now))
        var open: [ScheduleStart] = []
        func take(_ actions: [ScheduleAction]) {
            for action in actions {
                switch action {
                case .start(let start):
                    lanes.insert(start.purpose)
                    open.append(start)
                case .died: died = true
                default: break
                }
            }
        }
        take(schedule.handle(.plan(pairs), at: Instant(nanoseconds: now)))
        var inSuspects = 0
        for _ in 0..<600 {
            now += 1_000_000_000
            take(schedule.handle(.tick, at: Instant(nanoseconds: now)))
            while let start = open.popLast() {
                if start.key.probe == "walk", start.purpose == .turn {
                    inSuspects += schedule.metrics.suspectsInFlight
                    take(schedule.handle(.ended(start.run, .silent), at: Instant(nanoseconds: now)))
                } else {
                    take(
                        schedule.handle(
                            .ended(start.run, .answered, roundTrip: .milliseconds(3)), at: Instant(nanoseconds: now)))
                }
            }
        }
        #expect(!died)
        #expect(schedule.metrics.greetings == 2, "one per try of the first turn, none later")
        #expect(schedule.metrics.retries == 1)
        #expect(inSuspects >= 55)
        #expect((schedule.metrics.kinds["icmp"]?.answered ?? 0) >= 55)
    }

    @Test("a plan that changes keeps the phase of what stays, and ends what goes")
    func changes() {
        var world = Simulator()
        let before = Simulator.pairs(50, [("a", "snmp", .seconds(60)), ("b", "snmp", .seconds(60))])
        world.plan(before)
        world.run(.seconds(300))
        let kept = before.filter { $0.key.probe == "a" }
        let changed = before.filter { $0.key.probe == "b" }.prefix(10).map {
            ScheduledPair(key: $0.key, kind: "snmp", zone: "z9", interval: .seconds(30), timeout: $0.timeout)
        }
        let cut = world.now
        world.plan(kept + changed + Simulator.pairs(60, [("c", "tcp", .seconds(60))]))
        world.run(.seconds(600))
        #expect(world.schedule.metrics.pairs == 50 + 10 + 60)
        for pair in kept {
            let times = world.answered[pair.key] ?? []
            #expect(times.count >= 14)
            let steps = zip(times.dropFirst(), times.dropFirst(2)).map { ($1 - $0) / 1_000_000 }
            #expect(steps.allSatisfy { abs($0 - 60_000) < 1_000 }, "\(pair.key): \(steps)")
        }
        for pair in before where pair.key.probe == "b" {
            let after = (world.answered[pair.key] ?? []).filter { $0 > cut + Simulator.second }
            let stays = changed.contains { $0.key == pair.key }
            #expect(stays ? (19...22).contains(after.count) : after.isEmpty)
        }
        // Everything goes, also what is under way, and comes back without a second turn in its interval.
        world.plan([])
        world.run(.seconds(5))
        #expect(world.schedule.metrics.pairs == 0 && world.schedule.metrics.allInFlight == 0)
        #expect(world.schedule.metrics.queued == 0)
        world.plan(kept)
        world.run(.seconds(200))
        #expect(world.schedule.metrics.pairs == 50)
    }

    @Test("stopping begins nothing more and lets what is under way end")
    func stopping() {
        var limits = ScheduleLimits()
        limits.spread = .zero
        limits.window = 10
        var world = Simulator(limits: limits)
        world.plan(Simulator.pairs(100, three))
        #expect(world.schedule.metrics.allInFlight == 10)
        let begun = world.starts.count
        world.step(.stop)
        world.run(.seconds(600))
        #expect(world.starts.count == begun)
        #expect(world.schedule.isQuiet)
        #expect(world.schedule.metrics.queued == 0)
        #expect(world.schedule.nextWake == nil)
    }

    @Test("metrics are in the text format of Prometheus")
    func prometheus() {
        var world = Simulator()
        world.plan(Simulator.pairs(3, three))
        world.run(.seconds(400))
        let text = world.schedule.metrics.prometheus
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ")
            #expect(parts.count == 2 && parts[0].hasPrefix("hatang_schedule_") && Double(parts[1]) != nil, "\(line)")
        }
        #expect(text.contains("hatang_schedule_pairs 9\n"))
        #expect(text.contains("hatang_schedule_asks_total{kind=\"ssh\",ending=\"answered\"} "))
        #expect(text.contains("hatang_schedule_lag_seconds{quantile=\"0.95\"} "))
    }
}
