import CMDB
import Evidence
import Foundation
import Notation
import Remote
import TestSupport
import Testing

@testable import Probing

@Suite("States of checks")
struct CheckStateTests {
    private static func moment(_ second: Int64) -> Timestamp { World.moment + .seconds(second) }

    /// `o` ok, `w` warning, `c` critical, `u` unknown, `x` cut, `j` joined; answers, for each, in short what changed.
    private static func play(_ script: String, _ policy: CheckPolicy) -> (log: [String], state: CheckState) {
        var state = CheckState(at: World.moment)
        var log: [String] = []
        for (second, letter) in script.enumerated() {
            let event: CheckState.Event =
                switch letter {
                case "w": .observed(.warning)
                case "c": .observed(.critical)
                case "u": .observed(.unknown)
                case "x": .cut
                case "j": .joined
                default: .observed(.ok)
                }
            let changes = state.handle(event, policy: policy, at: moment(Int64(second)))
            log.append(
                changes.map { change in
                    switch change {
                    case .soft(_, let to, let attempt, let of): "\(to.rawValue)?\(attempt)/\(of)"
                    case .hard(_, let to): "\(to.rawValue)!"
                    case .flapping: "flaps"
                    case .calm: "calm"
                    case .unreachable: "cut"
                    case .reachable: "joined"
                    }
                }.joined(separator: "+"))
        }
        return (log, state)
    }

    @Test(
        "soft, hard, recovery",
        arguments: [
            ("ooo", 2, 3, 1, ["", "", ""], "ok"),
            ("occ", 2, 3, 1, ["", "critical?1/2", "critical!"], "critical"),
            ("oc", 1, 1, 1, ["", "critical!"], "critical"),
            // One bad one is a doubt that passes.
            ("oco", 2, 2, 1, ["", "critical?1/2", "ok?0/2"], "ok"),
            // Two of the last three, not in a row.
            ("coc", 2, 3, 1, ["critical?1/2", "ok?0/2", "critical!"], "critical"),
            ("cooc", 2, 3, 1, ["critical?1/2", "ok?0/2", "", "critical?1/2"], "ok"),
            ("wwcw", 2, 2, 1, ["warning?1/2", "warning!", "critical!", "warning!"], "warning"),
            ("ccoo", 2, 2, 2, ["critical?1/2", "critical!", "ok?1/2", "ok!"], "ok"),
            ("ccoco", 2, 2, 2, ["critical?1/2", "critical!", "ok?1/2", "critical?0/2", "ok?1/2"], "critical"),
            ("uu", 2, 2, 1, ["unknown?1/2", "unknown!"], "unknown"),
            // What it was is kept beneath; while it is cut nothing is judged.
            ("ccxjc", 2, 2, 1, ["critical?1/2", "critical!", "cut", "joined", ""], "critical"),
            ("ccxo", 2, 2, 1, ["critical?1/2", "critical!", "cut", "joined+ok!"], "ok"),
            ("xx", 2, 2, 1, ["cut", ""], "unreachable"),
        ] as [(String, Int, Int, Int, [String], String)])
    func transitions(
        _ script: String, _ confirmations: Int, _ outOf: Int, _ recoveries: Int, _ log: [String], _ end: String
    ) {
        let policy = CheckPolicy(
            confirmations: confirmations, outOf: outOf, recoveries: recoveries, flapsFrom: 101)
        let played = Self.play(script, policy)
        #expect(played.log == log)
        #expect(played.state.standing.rawValue == end)
    }

    @Test("what changes all the time flaps until it is calm")
    func flapping() {
        let policy = CheckPolicy(confirmations: 1, outOf: 1)
        let (log, state) = Self.play(String(repeating: "oc", count: 12) + String(repeating: "o", count: 20), policy)
        let begins = log.indices.filter { log[$0].contains("flaps") }
        let ends = log.indices.filter { log[$0].contains("calm") }
        #expect(begins.count == 1 && ends.count == 1)
        // More than 30 percent of 20 pairs, the newest weighing 1.2: the sixth change.
        #expect(begins.first == 6)
        #expect((ends.first ?? 0) > 34 && !state.isFlapping)
        // One change a day does not flap, and a policy that cannot be reached never does.
        #expect(!Self.play("ooooooooccccccccoooooooo", policy).log.joined().contains("flaps"))
        #expect(
            !Self.play(String(repeating: "oc", count: 30), CheckPolicy(flapsFrom: 200)).log.joined().contains("flaps"))
    }

    @Test(
        "hysteresis keeps a broken limit until it is kept by the margin",
        arguments: [
            // limit, values in turn, states
            ([">= 80", ">= 90"], [85, 91, 89, 86, 85, 84, 77, 75], "wcccwwwo"),
            (["< 20", "< 10"], [15, 9, 10, 10.4, 11, 20.5, 22], "wcccwwo"),
            (["> 0", "> 5"], [0.5, 0, -0.1], "wwo"),
            (["!= 3", "== 7"], [3, 7, 3], "oco"),
        ] as [([String], [Double], String)])
    func hysteresis(_ limits: [String], _ values: [Double], _ states: String) {
        let threshold = Threshold(
            subject: .metric("m"), warning: Comparison(limits[0]), critical: Comparison(limits[1]), isOptional: false,
            position: SourcePosition(file: "x"))
        var state = ThresholdState.ok
        var seen = ""
        for value in values {
            state = threshold.state(of: .double(value), after: state, margin: 0.05)
            seen += state == .critical ? "c" : state == .warning ? "w" : "o"
        }
        #expect(seen == states)
        // Without a margin, and for what is no number, it is the plain judgement.
        #expect(
            threshold.state(of: .double(values[0]), after: .critical, margin: 0)
                == threshold.state(of: .double(values[0])))
        #expect(threshold.state(of: "up", after: .critical, margin: 0.05) == threshold.state(of: "up"))
    }

    @Test("a state is read back as it was written, and nonsense is refused")
    func coding() throws {
        let state = Self.play("oocwcxj", CheckPolicy()).state
        let data = try JSONEncoder().encode(state)
        #expect(try JSONDecoder().decode(CheckState.self, from: data) == state)
        for (good, bad) in [("\"attempt\":", "\"attempt\":-"), ("\"hard\":\"ok\"", "\"hard\":\"unreachable\"")] {
            let text = String(decoding: try JSONEncoder().encode(CheckState(at: World.moment)), as: UTF8.self)
                .replacing(good, with: bad).replacing("-0", with: "-1")
            #expect(throws: (any Error).self) { try JSONDecoder().decode(CheckState.self, from: Data(text.utf8)) }
        }
    }
}

@Suite("Alerts")
struct AlertStateTests {
    struct Step: Sendable {
        let second: Int64
        let event: AlertState.Event
        let actions: [AlertState.Action]
        init(_ second: Int64, _ event: AlertState.Event, _ actions: [AlertState.Action] = []) {
            self.second = second
            self.event = event
            self.actions = actions
        }
    }
    struct Story: Sendable, CustomTestStringConvertible {
        let name: String
        let steps: [Step]
        var testDescription: String { name }
    }

    @Test(
        "alert stories",
        arguments: [
            Story(
                name: "opens, gets worse, is resolved",
                steps: [
                    Step(0, .standing(.ok)), Step(1, .standing(.warning), [.open(.warning)]),
                    Step(2, .standing(.warning)),
                    Step(3, .standing(.critical), [.change(from: .warning, to: .critical)]),
                    Step(4, .standing(.ok), [.resolve(.critical)]), Step(5, .standing(.ok)),
                ]),
            Story(
                name: "nobody takes it on: two rungs, each once",
                steps: [
                    Step(0, .standing(.critical), [.open(.critical)]), Step(899, .tick),
                    Step(900, .tick, [.escalate(.critical, rung: 1)]), Step(901, .tick),
                    Step(3_600, .tick, [.escalate(.critical, rung: 2)]), Step(99_999, .tick),
                ]),
            Story(
                name: "a late tick catches up",
                steps: [
                    Step(0, .standing(.critical), [.open(.critical)]),
                    Step(9_000, .tick, [.escalate(.critical, rung: 1), .escalate(.critical, rung: 2)]),
                ]),
            Story(
                name: "an acknowledgement stops the ladder until it ends",
                steps: [
                    Step(0, .standing(.warning), [.open(.warning)]),
                    Step(
                        10, .acknowledge(by: "lan", until: World.moment + .seconds(2_000)), [.acknowledged(by: "lan")]),
                    Step(11, .acknowledge(by: "lan", until: World.moment + .seconds(2_000))), Step(1_000, .tick),
                    Step(2_000, .tick, [.unacknowledged]), Step(2_900, .tick, [.escalate(.warning, rung: 1)]),
                ]),
            Story(
                name: "worse than what was taken on is not taken on; better is",
                steps: [
                    Step(0, .standing(.warning), [.open(.warning)]),
                    Step(1, .acknowledge(by: "lan", until: nil), [.acknowledged(by: "lan")]),
                    Step(2, .standing(.critical), [.change(from: .warning, to: .critical), .unacknowledged]),
                    Step(3, .acknowledge(by: "an", until: nil), [.acknowledged(by: "an")]),
                    Step(4, .standing(.warning), [.change(from: .critical, to: .warning)]), Step(9_000, .tick),
                    Step(9_001, .withdraw, [.unacknowledged]), Step(9_002, .standing(.ok), [.resolve(.warning)]),
                ]),
            Story(
                name: "maintenance hides a problem, and what is left of it afterwards is told",
                steps: [
                    Step(0, .silence(.maintenance)),
                    Step(1, .standing(.critical), [.suppress(.critical, .maintenance)]), Step(5_000, .tick),
                    Step(5_001, .speak(.maintenance), [.open(.critical)]),
                ]),
            Story(
                name: "a problem that comes and goes in maintenance is never told",
                steps: [
                    Step(0, .silence(.maintenance)),
                    Step(1, .standing(.critical), [.suppress(.critical, .maintenance)]), Step(2, .standing(.ok)),
                    Step(3, .speak(.maintenance)),
                ]),
            Story(
                name: "an open one that becomes unreachable is silent, and resolved after its return",
                steps: [
                    Step(0, .standing(.critical), [.open(.critical)]),
                    Step(1, .silence(.unreachable), [.suppress(.critical, .unreachable)]),
                    Step(2, .silence(.flapping)), Step(5_000, .tick), Step(5_001, .standing(.ok)),
                    Step(5_002, .speak(.unreachable)), Step(5_003, .speak(.flapping), [.resolve(.critical)]),
                ]),
            Story(
                name: "there is nothing to acknowledge, and unreachable is no state of its own",
                steps: [
                    Step(0, .acknowledge(by: "lan", until: nil)), Step(1, .withdraw), Step(2, .standing(.unreachable)),
                    Step(3, .tick),
                ]),
        ])
    func stories(_ story: Story) throws {
        var alert = AlertState()
        for (place, step) in story.steps.enumerated() {
            let actions = alert.handle(step.event, policy: AlertPolicy(), at: World.moment + .seconds(step.second))
            #expect(actions == step.actions, "step \(place)")
        }
        #expect(try JSONDecoder().decode(AlertState.self, from: JSONEncoder().encode(alert)) == alert)
    }

    @Test("it says when time matters")
    func waking() {
        var alert = AlertState()
        let policy = AlertPolicy(escalations: [.seconds(60)], alertsOnUnknown: false)
        #expect(alert.wake(policy) == nil)
        #expect(alert.handle(.standing(.unknown), policy: policy, at: World.moment) == [])
        _ = alert.handle(.standing(.critical), policy: policy, at: World.moment)
        #expect(alert.wake(policy) == World.moment + .seconds(60))
        _ = alert.handle(.acknowledge(by: "lan", until: World.moment + .seconds(9)), policy: policy, at: World.moment)
        #expect(alert.wake(policy) == World.moment + .seconds(9))
        _ = alert.handle(.tick, policy: policy, at: World.moment + .seconds(9))
        #expect(alert.wake(policy) == World.moment + .seconds(69))
        _ = alert.handle(.tick, policy: policy, at: World.moment + .seconds(69))
        #expect(alert.wake(policy) == nil)
    }
}

@Suite("State board")
struct StateBoardTests {
    private static let sw = ObjectID(.device, "core-sw")
    private static let web = ObjectID(.device, "web")
    private static let db = ObjectID(.device, "db")
    private static let policy = CheckPolicy(confirmations: 2, outOf: 2)

    private func board() -> StateBoard {
        StateBoard(policy: Self.policy) { $0 == Self.sw ? [Self.web, Self.db] : [] }
    }

    private func short(_ changes: [StateChange]) -> [String] {
        changes.map { change in
            let what =
                switch change.change {
                case .soft(_, let to, _, _): "\(to.rawValue)?"
                case .hard(_, let to): "\(to.rawValue)!"
                case .unreachable: "cut"
                case .reachable: "joined"
                case .flapping: "flaps"
                case .calm: "calm"
                }
            let actions = change.actions.map { "\($0)".prefix { $0 != "(" } }.joined(separator: ",")
            return "\(change.key.subject.key)/\(change.key.check) \(what) \(actions)"
        }
    }

    @Test("what stands behind a dead one is unreachable, in whichever order they fall silent")
    func dependency() {
        var board = board()
        #expect(short(board.died(Self.web, at: World.moment)) == ["web/reachable critical! open"])
        #expect(
            short(board.died(Self.sw, at: World.moment)) == [
                "core-sw/reachable critical! open", "web/reachable cut suppress",
            ])
        #expect(short(board.died(Self.db, at: World.moment)) == ["db/reachable cut "])
        #expect(board.unreachable == [Self.sw, Self.db, Self.web])
        #expect(board.counts == [.critical: 1, .unreachable: 2])
        // The switch returns, the database with it, the web server does not: its problem is its own.
        #expect(
            short(board.revived(Self.sw, at: World.moment)) == [
                "core-sw/reachable ok! resolve", "db/reachable joined ", "db/reachable critical! open",
                "web/reachable joined ",
            ])
        #expect(short(board.revived(Self.db, at: World.moment)) == ["db/reachable ok! resolve"])
        #expect(board.unreachable == [Self.web])
    }

    @Test("results become states, with their values, and the checks of a dead target are suppressed")
    func results() throws {
        let text =
            tcpProbe.replacing(
                "collect: { fact: tcp.port }",
                with:
                    "collect: { fact: tcp.port }\nthresholds:\n  - { fact: tcp.port.*, path: ms, warn: \">= 80\", crit: \">= 90\" }"
            )
        let plan = try ProbePlan(
            World.library(text),
            in: World.context([World.device("web", monitoring: ["tcp_ports": [443]])]))
        let pair = try #require(plan.pairs.first)
        func result(_ ms: Double?, _ outcome: ProbeResult.Outcome = .ok) -> ProbeResult {
            let facts = ms.map {
                [
                    Fact(
                        subject: Self.web, name: "tcp.port.443", value: ["ms": .double($0)], unit: nil,
                        observedAt: World.moment, validFor: .seconds(300), source: pair.source)
                ]
            }
            return ProbeResult(
                pair: pair, outcome: outcome, facts: facts ?? [], samples: [], failures: [], notObserved: [],
                cutShort: false)
        }
        var board = board()
        #expect(short(board.take(result(10), at: World.moment)) == [])
        #expect(short(board.take(result(91), at: World.moment)) == ["web/tcp.port.*/ms critical? "])
        let hard = board.take(result(89), at: World.moment)
        #expect(short(hard) == ["web/tcp.port.*/ms critical! open"], "within the margin it is still critical")
        #expect(hard.first?.because == "tcp.port.443/ms = 89.0")
        let kept = board.takeTouched()
        #expect(kept.map(\.key.check) == ["answers", "tcp.port.*/ms"])
        #expect(board.takeTouched().isEmpty)
        let silent = result(nil, .failed(RemoteError(.timeout, subject: "device/web", message: "silent")))
        #expect(short(board.take(silent, at: World.moment)) == ["web/answers critical? "])
        #expect(
            short(board.died(Self.web, at: World.moment)) == [
                "web/reachable critical! open", "web/answers cut ", "web/tcp.port.*/ms cut suppress",
            ])
        // A restart: everything comes back from what was kept.
        let all = kept + board.takeTouched()
        let data = try JSONEncoder().encode(all.map(\.entry))
        let read = try JSONDecoder().decode([StateBoard.Entry].self, from: data)
        var again = StateBoard(
            policy: Self.policy, entries: Dictionary(zip(all.map(\.key), read), uniquingKeysWith: { $1 }))
        #expect(again.unreachable == [Self.web])
        _ = again.revived(Self.web, at: World.moment)
        #expect(short(again.take(result(10), at: World.moment)).contains("web/tcp.port.*/ms ok! resolve"))
        #expect(short(again.take(result(nil, .interrupted), at: World.moment)) == [])
        #expect(again.tick(at: World.moment + .seconds(9_000)).isEmpty)
    }
}
