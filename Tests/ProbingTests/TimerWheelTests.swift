import TestSupport
import Testing

@testable import Probing

@Suite("Timer wheel")
struct TimerWheelTests {
    @Test("a hundred thousand timers all expire, once, and in order")
    func many() {
        var wheel = TimerWheel<Int>(now: 0)
        var random = SeededGenerator("timer wheel, many", seed: 0x4841_5441)
        var ticks: [UInt64] = []
        for place in 0..<100_000 {
            let tick = UInt64.random(in: 1...5_000_000, using: &random)
            ticks.append(tick)
            _ = wheel.set(place, at: tick)
        }
        #expect(wheel.count == 100_000)
        var seen: [Int] = []
        var now: UInt64 = 0
        while now < 5_000_000 {
            now += 50_000
            let expired = wheel.advance(to: now)
            #expect(expired.allSatisfy { ticks[$0] <= now && ticks[$0] > now - 50_000 })
            seen += expired
        }
        #expect(seen.count == 100_000)
        #expect(wheel.count == 0)
        #expect(wheel.nextTick == nil)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { (ticks[$0], $0) < (ticks[$1], $1) })
    }

    @Test("it behaves as a sorted list does", arguments: 0..<40)
    func model(_ number: Int) {
        let seed = UInt64(7_000 + number)
        var random = SeededGenerator("timer wheel, model", seed: seed)
        let start = [UInt64(0), 255, 65_535, 16_777_000, 1 << 40][number % 5]
        var wheel = TimerWheel<Int>(now: start)
        var model: [(tick: UInt64, id: Int, handle: TimerWheel<Int>.Handle)] = []
        var now = start
        for id in 0..<600 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let reach = [3, 300, 70_000, 20_000_000, 1 << 34][Int.random(in: 0..<5, using: &random)]
                let past = Bool.random(using: &random) && now > 5
                let tick =
                    past
                    ? now - UInt64.random(in: 0...5, using: &random)
                    : now + UInt64.random(in: 0...UInt64(reach), using: &random)
                model.append((tick, id, wheel.set(id, at: tick)))
            case 6:
                guard let place = model.indices.randomElement(using: &random) else { continue }
                let (once, twice) = (wheel.cancel(model[place].handle), wheel.cancel(model[place].handle))
                #expect(once && !twice, "seed \(seed)")
                model.remove(at: place)
            default:
                let step = [1, 100, 66_000, 17_000_000, 1 << 33][Int.random(in: 0..<5, using: &random)]
                if let next = wheel.nextTick, let first = model.map(\.tick).min() {
                    #expect(next <= max(first, now), "seed \(seed): nothing may expire before nextTick")
                }
                let before = now
                now += UInt64.random(in: 0...UInt64(step), using: &random)
                let due = model.filter { $0.tick <= now }
                model.removeAll { $0.tick <= now }
                // What was due when it was set comes first, in the order of setting.
                let late = due.filter { $0.tick <= before }
                let timely = due.filter { $0.tick > before }.sorted { ($0.tick, $0.id) < ($1.tick, $1.id) }
                let expired = wheel.advance(to: now)
                #expect(Set(expired.prefix(late.count)) == Set(late.map(\.id)), "seed \(seed)")
                #expect(Array(expired.dropFirst(late.count)) == timely.map(\.id), "seed \(seed)")
            }
            #expect(wheel.count == model.count, "seed \(seed)")
            #expect((wheel.nextTick == nil) == model.isEmpty, "seed \(seed)")
        }
    }

    @Test("an hour without timers costs no walk through its ticks, and time beyond the last tick is the last tick")
    func ends() {
        var wheel = TimerWheel<Int>(now: 0)
        let early = wheel.advance(to: 1 << 47)
        #expect(early.isEmpty)
        _ = wheel.set(1, at: .max)
        #expect(wheel.nextTick != nil)
        let late = wheel.advance(to: .max)
        #expect(late == [1])
    }
}

@Suite("Round trips and retries")
struct RetryTests {
    @Test(
        "the limit follows RFC 6298",
        arguments: [
            // samples in ms, floor, ceiling, limit in ms
            ([], 250, 3_000, 3_000),
            ([100], 250, 3_000, 300),
            ([10], 250, 3_000, 250),
            ([1_000], 250, 3_000, 3_000),
            ([1_000], 250, 2_000, 2_000),
            ([100, 100, 100, 100, 100, 100, 100, 100, 100, 100], 1, 3_000, 115),
        ] as [([Int64], Int64, Int64, Int64)])
    func limits(_ samples: [Int64], _ floor: Int64, _ ceiling: Int64, _ limit: Int64) {
        var trip = RoundTrip()
        for sample in samples { trip.measured(sample * 1_000_000) }
        #expect(trip.limit(floor: floor * 1_000_000, ceiling: ceiling * 1_000_000) / 1_000_000 == limit)
    }

    @Test("silence doubles the limit up to the ceiling, one measurement takes that back")
    func doubling() {
        var trip = RoundTrip()
        trip.measured(100_000_000)
        func limit() -> Int64 { trip.limit(floor: 1, ceiling: 2_000_000_000) / 1_000_000 }
        var seen = [limit()]
        for _ in 0..<4 {
            trip.timedOut()
            seen.append(limit())
        }
        #expect(seen == [300, 600, 1_200, 2_000, 2_000])
        for _ in 0..<100 { trip.timedOut() }
        #expect(limit() == 2_000)
        trip.measured(100_000_000)
        #expect(limit() < 300)
    }

    @Test("pauses grow to the longest one and tries end")
    func pauses() {
        var retry = Retry(RetryPolicy(first: .seconds(1), longest: .seconds(5), tries: 6))
        var now = Instant(nanoseconds: 0)
        var pauses: [Int64] = []
        loop: for _ in 0..<10 {
            switch retry.handle(.failed, at: now) {
            case .again(let at):
                pauses.append((at - now).components.seconds)
                now = at
            case .giveUp: break loop
            case .done: Issue.record("it did not work")
            }
        }
        #expect(pauses == [1, 2, 4, 5, 5])
        #expect(retry.failures == 6)
        let (good, bad) = (retry.handle(.succeeded, at: now), retry.handle(.failed, at: now))
        #expect(good == .done)
        #expect(bad == .again(at: now + .seconds(1)))
    }

    @Test("a seed shortens pauses by less than a quarter, the same way each time; huge policies do not overflow")
    func jitter() {
        let policy = RetryPolicy(first: .seconds(8), longest: .seconds(Int64.max / 2), factor: 1_000_000)
        for seed in 1..<200 as Range<UInt64> {
            var one = Retry(policy, seed: seed)
            var other = Retry(policy, seed: seed)
            let now = Instant(nanoseconds: 5)
            let (action, same) = (one.handle(.failed, at: now), other.handle(.failed, at: now))
            #expect(action == same)
            guard case .again(let at) = action else {
                Issue.record("it gave up")
                return
            }
            #expect(at - now > .seconds(6) && at - now <= .seconds(8))
            for _ in 0..<70 { _ = one.handle(.failed, at: now) }
            #expect(one.pause > .seconds(1_000_000))
        }
    }

    @Test("quantiles of a histogram are off by at most a quarter")
    func histogram() {
        var histogram = DurationHistogram()
        #expect(histogram.quantile(0.5) == .zero)
        for number in 1...1_000 { histogram.add(.milliseconds(number)) }
        #expect(histogram.count == 1_000)
        #expect(histogram.longest == .seconds(1))
        #expect(histogram.sum == .milliseconds(500_500))
        for (share, exact) in [(0.5, 500.0), (0.95, 950.0), (0.01, 10.0)] {
            let found = histogram.quantile(share) / .milliseconds(1)
            #expect(found >= exact && found <= exact * 1.26, "\(share): \(found)")
        }
        #expect(histogram.quantile(1) == .seconds(1))
        histogram.add(.seconds(-4))
        #expect(histogram.quantile(0) == .zero)
    }
}
