import CMDB
import Evidence
import Notation
import Probing
import TestSupport
import Testing

@Suite(.tags(.small)) struct ThresholdTests {
    @Test(
        "comparisons hold, do not hold, or cannot be made",
        arguments: [
            ("< 30", JSONValue.int(29), true), ("< 30", .int(30), false), ("<= 30", .int(30), true),
            ("> 0.5", .double(0.6), true), (">= 90", .int(89), false), ("== 3", .double(3), true),
            ("!= 3", .int(3), false), ("== false", .bool(false), true), ("== up", .string("up"), true),
            ("!= up", .string("down"), true), ("< 30", .string("29"), nil), ("== false", .string("false"), nil),
            ("== up", .null, nil),
        ] as [(String, JSONValue, Bool?)]) func comparisons(_ text: String, _ value: JSONValue, _ holds: Bool?) throws
    {
        #expect(try #require(Comparison(text)).holds(value) == holds)
    }

    @Test("what is no comparison is refused", arguments: ["", "30", "<", "< up", "~ 3", ">= nan", "=> 3"])
    func noComparison(_ text: String) { #expect(Comparison(text) == nil) }

    private func probe(_ threshold: String) throws -> ProbeDefinition {
        let text = tcpProbe.replacing(
            "{ fact: tcp.port }", with: "{ fact: tcp.port, metrics: [{ metric: t.ms, member: ms, unit: ms }] }")
        return try #require(try World.library(text + "\nthresholds: [\(threshold)]").probes.first)
    }

    private let id = ObjectID(.device, "a")

    private func fact(_ name: String, _ value: JSONValue, age: Int64 = 0) -> Fact {
        Fact(
            subject: id, name: name, value: value, observedAt: Timestamp(milliseconds: World.moment.milliseconds - age),
            validFor: .seconds(300), source: "port@127.0.10.1:1")
    }

    @Test("the worst port decides, and says which it was") func worst() throws {
        let probe = try probe("{ fact: tcp.port.*, path: open, crit: \"== false\" }")
        let facts = [
            fact("tcp.port.22", ["open": true]), fact("tcp.port.80", ["open": false]),
            fact("tcp.portal.1", ["open": false]), fact("tcp.port", ["open": false]),
        ]
        let verdict = try #require(probe.judge(id, facts: facts, samples: [], at: World.moment).first)
        #expect(verdict.state == .critical)
        #expect(verdict.because.map(\.place) == ["tcp.port.80/open"])
        #expect(probe.judge(id, facts: [facts[0]], samples: [], at: World.moment).map(\.state) == [.ok])
    }

    @Test("nothing seen, too old, of somebody else, or not comparable is unknown, never well") func unknown() throws {
        let probe = try probe("{ fact: tcp.port.*, path: open, crit: \"== false\" }")
        func state(_ facts: [Fact]) -> [ThresholdState] {
            probe.judge(id, facts: facts, samples: [], at: World.moment).map(\.state)
        }
        #expect(state([]) == [.unknown])
        #expect(state([fact("tcp.port.22", ["open": true], age: 300_001)]) == [.unknown])
        #expect(state([fact("tcp.port.22", ["open": "yes"])]) == [.unknown])
        #expect(state([fact("tcp.port.22", ["ms": 3])]) == [.unknown])
        let verdicts = probe.judge(
            ObjectID(.device, "b"), facts: [fact("tcp.port.22", ["open": true])], samples: [], at: World.moment)
        #expect(verdicts.map(\.state) == [.unknown])
    }

    @Test("of a series the newest sample counts, and both limits apply") func metrics() throws {
        let probe = try probe("{ metric: t.ms, warn: \"> 500\", crit: \"> 2000\" }")
        func sample(_ value: Double, age: Int64 = 0) -> Sample {
            Sample(
                subject: id, name: "t.ms", instance: "22", value: .gauge(value), unit: "ms",
                at: Timestamp(milliseconds: World.moment.milliseconds - age))
        }
        func state(_ samples: [Sample]) -> ThresholdState? {
            probe.judge(id, facts: [], samples: samples, at: World.moment).first?.state
        }
        #expect(state([sample(10)]) == .ok)
        #expect(state([sample(501)]) == .warning)
        #expect(state([sample(2_001)]) == .critical)
        #expect(state([sample(2_001, age: 1_000), sample(10)]) == .ok)
        #expect(state([sample(10, age: 300_001)]) == .unknown)
    }
}
