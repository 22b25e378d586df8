import CMDB
import Evidence
import TestSupport
import Testing

@Suite(.tags(.small)) struct CounterStepTests {
    private static func sample(_ value: Sample.Number, _ second: Int64) -> Sample {
        Sample(
            subject: ObjectID(.device, "sw"), name: "c", value: value, unit: "By",
            at: Timestamp(milliseconds: second * 1_000))
    }

    private static func step(
        _ old: Sample.Number, _ new: Sample.Number, upTimes: [(Double, Int64)] = [], seconds: Int64 = 60
    ) -> CounterStep? {
        CounterStep.between(
            sample(old, 1_000), sample(new, 1_000 + seconds),
            upTimes: upTimes.map { CounterStep.UpTime(seconds: $0.0, at: Timestamp(milliseconds: $0.1 * 1_000)) })
    }

    @Test("growth is exact, beyond 53 bits too") func growth() {
        #expect(Self.step(.counter(1 << 60), .counter((1 << 60) + 7)) == .advanced(7))
        #expect(Self.step(.counter32(5), .counter32(5)) == .advanced(0))
        #expect(Self.step(.counter(0), .counter(.max)) == .advanced(.max))
    }

    @Test("a smaller number of an agent that runs on is a wrap in 32 bits and a clearing in 64")
    func wraps() {
        let running: [(Double, Int64)] = [(50_000, 1_000), (50_060, 1_060)]
        #expect(Self.step(.counter32(.max), .counter32(9), upTimes: running) == .wrapped(10))
        #expect(Self.step(.counter32(100), .counter32(99), upTimes: running) == .wrapped(4_294_967_295))
        #expect(Self.step(.counter(100), .counter(99), upTimes: running) == .cleared)
        #expect(Self.step(.counter(.max), .counter(9), upTimes: running) == .wrapped(10))
    }

    @Test("an agent that has started anew leaves a gap, whatever its numbers look like") func restarts() {
        let restarted: [(Double, Int64)] = [(50_000, 1_000), (20, 1_060)]
        for (old, new) in [(Sample.Number.counter32(.max), Sample.Number.counter32(9)), (.counter(5), .counter(900))] {
            #expect(Self.step(old, new, upTimes: restarted) == .restarted)
            #expect(Self.step(old, new, upTimes: restarted)?.increase == nil)
        }
        // Read a little later than the counter: the start still lies between.
        #expect(Self.step(.counter(5), .counter(1), upTimes: [(50_000, 1_000), (90, 1_120)]) == .restarted)
        // Restarted after the second reading: that says nothing of what lies before it.
        #expect(Self.step(.counter(5), .counter(9), upTimes: [(50_060, 1_060), (10, 1_100)]) == .advanced(4))
    }

    @Test("sysUpTime's own end after 497 days is no restart") func upTimeWraps() {
        let wrapped: [(Double, Int64)] = [(42_949_660, 1_000), (47.04, 1_060)]
        #expect(Self.step(.counter32(.max), .counter32(9), upTimes: wrapped) == .wrapped(10))
        #expect(Self.step(.counter(100), .counter(200), upTimes: wrapped) == .advanced(100))
        let trulyRestarted: [(Double, Int64)] = [(42_900_000, 1_000), (47.04, 1_060)]
        #expect(Self.step(.counter(100), .counter(200), upTimes: trulyRestarted) == .restarted)
    }

    @Test("without the agent's clock only plausibility is left") func noClock() {
        #expect(Self.step(.counter32(.max), .counter32(9)) == .wrapped(10))
        #expect(Self.step(.counter32(1_000_000), .counter32(9)) == .restarted)
        #expect(Self.step(.counter(1_000_000), .counter(9)) == .restarted)
        #expect(Self.step(.counter(9), .counter(10)) == .advanced(1))
    }

    @Test("gauges have no steps, and time must go forward") func others() {
        #expect(Self.step(.gauge(1), .gauge(2)) == nil)
        #expect(Self.step(.counter(1), .counter(2), seconds: 0) == .unordered)
        #expect(Self.step(.counter(1), .counter(2), seconds: -3_600) == .unordered)
    }

    @Test("no history of readings ever gives a negative or impossible growth", arguments: [UInt64(1), 2, 3])
    func property(_ seed: UInt64) {
        var random = SeededGenerator("counter steps", seed: seed)
        for _ in 0..<2_000 {
            let (old, new) = (
                UInt32.random(in: 0...(.max), using: &random), UInt32.random(in: 0...(.max), using: &random)
            )
            let up = Double.random(in: 0...1e6, using: &random)
            let step = Self.step(
                .counter32(old), .counter32(new),
                upTimes: [(up, 1_000), (Double.random(in: 0...1e6, using: &random), 1_060)])
            if let increase = step?.increase { #expect(increase < 1 << 32, "seed \(seed)") }
        }
    }
}
