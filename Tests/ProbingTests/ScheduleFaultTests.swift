import Evidence
import TestSupport
import Testing

@testable import Probing

private typealias Simulator = ScheduleSimulator

@Suite("Schedule: faults in virtual time")
struct ScheduleFaultTests {
    private static let probes: [(name: String, kind: String, interval: Duration)] = [
        ("ping", "icmp", .seconds(60)), ("sys", "snmp", .seconds(60)),
    ]

    struct Vanishing: Sendable, CustomTestStringConvertible {
        let name: String
        let share: Int
        let seconds: Int64
        var testDescription: String { name }
    }

    @Test(
        "devices vanish and return: the others keep their rhythm, the returned ones come back",
        arguments: [
            Vanishing(name: "half for ten minutes", share: 2, seconds: 600),
            Vanishing(name: "all for five minutes", share: 1, seconds: 300),
            Vanishing(name: "a tenth for an hour", share: 10, seconds: 3_600),
            Vanishing(name: "half for less than one timeout", share: 2, seconds: 1),
        ])
    func vanish(_ fault: Vanishing) {
        var limits = ScheduleLimits()
        limits.window = 32
        limits.zoneWindow = 32
        limits.suspectWindow = 8
        var world = Simulator(limits: limits)
        world.engineTries = 2
        let gone = world.now + 300 * Simulator.second
        let back = gone + fault.seconds * Simulator.second
        for target in 0..<400 where target % fault.share == 0 {
            world.devices["device/d-\(target)"] = Simulator.Device(silences: [gone...back])
        }
        let pairs = Simulator.pairs(400, Self.probes)
        world.plan(pairs)
        world.run(.seconds(300 + fault.seconds + 900))
        let metrics = world.schedule.metrics
        #expect(metrics.dead == 0 && metrics.demoted == 0)
        for pair in pairs {
            let number = Int(pair.key.target.dropFirst("device/d-".count)) ?? 0
            let times = world.answered[pair.key] ?? []
            if number % fault.share == 0 {
                let after = times.filter { $0 > back }
                #expect((after.first ?? .max) - back < (300 + 60 + 60) * Simulator.second, "\(pair.key)")
                #expect(after.count >= 7, "\(pair.key): \(after.count)")
            } else {
                let gaps = zip(times, times.dropFirst()).map { $1 - $0 }.dropFirst()
                #expect(gaps.allSatisfy { $0 < 66 * Simulator.second }, "\(pair.key) waited behind the dead")
            }
        }
    }

    @Test("a device that always answers late is never taken for dead while it keeps within its probe's timeout")
    func late() {
        var world = Simulator()
        world.devices["device/d-0"] = Simulator.Device(latency: .milliseconds(900))
        world.plan(Simulator.pairs(1, Self.probes))
        world.run(.seconds(1_800))
        #expect(world.schedule.metrics.greetings == 0)
        #expect((world.answered[PairKey(target: "device/d-0", probe: "sys")]?.count ?? 0) >= 30)
    }

    @Test("a device that always answers after the timeout is demoted and stays so, whatever comes in late")
    func tooLate() {
        var world = Simulator()
        world.devices["device/d-0"] = Simulator.Device(latency: .milliseconds(1_100))
        world.plan(Simulator.pairs(2, Self.probes))
        world.run(.seconds(600))
        #expect(world.schedule.deadTargets == ["device/d-0"])
        // The end of an ask that is over, and of one that never was, change nothing.
        let before = world.schedule.metrics
        if let old = world.starts.first?.start.run { world.step(.ended(old, .answered, roundTrip: .seconds(2))) }
        world.step(.ended(ScheduleRun(target: 99, serial: 3), .answered))
        #expect(world.schedule.metrics == before)
    }

    @Test("a device that becomes slow is given more time instead of being taken for dead")
    func slower() {
        var world = Simulator()
        world.plan(Simulator.pairs(1, Self.probes, timeout: .seconds(3)))
        world.run(.seconds(600))
        // Its round trips were 20 ms, the limit is at its floor of 250 ms; now it takes 700 ms.
        world.devices["device/d-0"] = Simulator.Device(latency: .milliseconds(700))
        world.run(.seconds(1_200))
        #expect(world.schedule.deadTargets.isEmpty)
        let silent = world.schedule.metrics.kinds.values.reduce(0) { $0 + $1.silent }
        #expect((1...8).contains(silent), "\(silent)")
        #expect((world.answered[PairKey(target: "device/d-0", probe: "sys")]?.count ?? 0) >= 27)
    }

    struct Restart: Sendable, CustomTestStringConvertible {
        let name: String
        /// Seconds without the program.
        let down: Int64
        /// Seconds that the wall clock is moved by meanwhile.
        let jump: Int64
        /// Pairs that may be asked within the first five seconds, of 300.
        let early: ClosedRange<Int>
        /// Whether a pair may be asked again in an interval in which it was asked.
        let mayRepeat: Bool
        var testDescription: String { name }
    }

    @Test(
        "a restart in the middle of a cycle asks nothing twice and makes nothing up in a burst",
        arguments: [
            Restart(name: "at once", down: 0, jump: 0, early: 0...20, mayRepeat: false),
            Restart(name: "after half a cycle", down: 150, jump: 0, early: 2...40, mayRepeat: false),
            Restart(name: "after a day", down: 86_400, jump: 0, early: 10...60, mayRepeat: false),
            Restart(name: "clock an hour forward", down: 5, jump: 3_600, early: 10...60, mayRepeat: true),
            Restart(
                name: "clock an hour back: records of the future say nothing", down: 5, jump: -3_600,
                early: 10...60, mayRepeat: true),
        ])
    func restart(_ fault: Restart) {
        let pairs = Simulator.pairs(300, [("sys", "snmp", .seconds(300))])
        var first = Simulator()
        first.plan(pairs)
        first.run(.seconds(450))
        first.step(.stop)
        first.run(.seconds(2))
        let wall = Timestamp(milliseconds: first.wall.milliseconds + (fault.down + fault.jump) * 1_000)
        // Another process: its monotonic clock began elsewhere.
        var second = Simulator(records: first.records, wall: wall, now: 5)
        second.plan(pairs)
        second.run(.seconds(5))
        #expect(fault.early.contains(second.starts.count), "\(second.starts.count)")
        second.run(.seconds(600))
        #expect(second.answered.count == 300)
        #expect(second.schedule.metrics.lag.longest < .seconds(1))
        if !fault.mayRepeat {
            let done = Set(first.records)
            for record in second.records {
                #expect(!done.contains(record), "\(record.key) had this turn before the restart")
            }
        }
        // The phase is the same in both lives, whatever the monotonic clock says.
        for pair in pairs.prefix(20) {
            let phase = pair.phase.inNanoseconds / 1_000_000
            for record in first.records + second.records where record.key == pair.key {
                #expect(record.turn.milliseconds % 300_000 == phase)
            }
        }
    }

    @Test("what was dead before a restart is greeted first, and not asked in full")
    func deadBefore() {
        let pairs = Simulator.pairs(100, Self.probes)
        var world = Simulator(dead: Set((0..<50).map { "device/d-\($0)" }))
        for target in 0..<25 { world.devices["device/d-\(target)"] = Simulator.Device(silences: [0 ... .max]) }
        world.plan(pairs)
        #expect(world.schedule.metrics.dead == 50)
        world.run(.seconds(200))
        #expect(world.schedule.metrics.dead == 25)
        #expect(world.schedule.metrics.revivals == 25)
        for (_, start) in world.starts where start.purpose == .turn {
            #expect((Int(start.key.target.dropFirst(9)) ?? 0) >= 25)
        }
    }

    @Test("the machine sleeps an hour: nothing comes in a burst, the missed turns are counted")
    func sleep() {
        let pairs = Simulator.pairs(300, [("sys", "snmp", .seconds(300))])
        var world = Simulator()
        world.plan(pairs)
        world.run(.seconds(450))
        let before = world.starts.count
        world.leap(.seconds(3_600))
        world.run(.seconds(5))
        #expect(world.starts.count - before < 60)
        #expect(world.schedule.metrics.skipped > 300 * 10)
        world.run(.seconds(300))
        #expect(world.schedule.metrics.lag.longest < .seconds(2))
        // Back: a monotonic clock cannot do that; one that does is not believed.
        world.leap(.seconds(-3_600))
        world.step(.tick)
        #expect(world.schedule.now > world.now)
    }

    @Test("whatever happens in whatever order, the rules hold", arguments: 0..<6)
    func storm(_ number: Int) {
        let seed = UInt64(900 + number)
        var random = SeededGenerator("schedule storm", seed: seed)
        var limits = ScheduleLimits()
        limits.window = Int.random(in: 1...20, using: &random)
        limits.zoneWindow = Int.random(in: 1...10, using: &random)
        limits.suspectWindow = Int.random(in: 1...4, using: &random)
        limits.overdueWindow = Int.random(in: 0...4, using: &random)
        limits.deadAfter = Int.random(in: 1...4, using: &random)
        var world = Simulator(limits: limits)
        let all = Simulator.pairs(
            40, [("a", "icmp", .seconds(10)), ("b", "snmp", .seconds(20)), ("c", "ssh", .seconds(45))], zones: 3,
            timeout: .seconds(2))
        for target in 0..<40 {
            var silences: [ClosedRange<Int64>] = []
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let from = Int64.random(in: 0...600, using: &random) * Simulator.second
                silences.append(from...from + Int64.random(in: 1...200, using: &random) * Simulator.second)
            }
            world.devices["device/d-\(target)"] = Simulator.Device(
                latency: .milliseconds(Int.random(in: 1...2_300, using: &random)), silences: silences)
        }
        world.plan(all)
        for _ in 0..<12 {
            world.run(.seconds(Int64.random(in: 1...90, using: &random)))
            if Bool.random(using: &random) { world.plan(all.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }) }
        }
        for target in 0..<40 { world.devices["device/d-\(target)"] = Simulator.Device() }
        world.plan(all)
        world.run(.seconds(900))
        let metrics = world.schedule.metrics
        #expect(metrics.dead == 0, "seed \(seed)")
        #expect(metrics.pairs == 120 && metrics.targets == 40)
        #expect(metrics.queued <= 120)
        let recent = world.answered.filter { ($0.value.last ?? 0) > world.now - 120 * Simulator.second }
        #expect(recent.count == 120, "seed \(seed): \(recent.count) pairs are alive at the end")
        world.plan([])
        world.run(.seconds(10))
        let empty = world.schedule.metrics
        #expect(empty.allInFlight == 0 && empty.queued == 0 && empty.pairs == 0 && world.schedule.remaining == 0)
    }
}
