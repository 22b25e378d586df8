import CMDB
import Notation
import Testing
import Topology

@Suite struct TraceTests {
    /// Switch – panel 1 – trunk of two – panel 2 – server; positions 1 and 2.
    private func panels() -> Plan {
        var plan = Plan()
        for name in ["sw", "srv", "pp-1", "pp-2"] { plan.device(name) }
        for panel in ["pp-1", "pp-2"] {
            plan.port("rear-port/\(panel):r", ["positions": 2])
            for n in 1...2 {
                plan.port("front-port/\(panel):f\(n)", ["rear_port": "r", "rear_port_position": .int(Int64(n))])
            }
        }
        plan.cable("rear-port/pp-1:r", "rear-port/pp-2:r")
        plan.cable("interface/sw:1", "front-port/pp-1:f2")
        plan.cable("front-port/pp-2:f2", "interface/srv:eth0")
        return plan
    }

    private func trace(_ plan: Plan, _ port: String) throws -> [CableTrace] {
        CableTracer(plan.snapshot).trace(try #require(ObjectID(port)))
    }

    @Test("through two patch panels, keeping the position on the trunk, both ways") func positions() throws {
        let plan = panels()
        let there = try trace(plan, "interface/sw:1")
        #expect(there.count == 1 && there[0].end == .connected && !there[0].isSplit)
        #expect(there[0].steps.map(\.to.key) == ["pp-1:f2", "pp-1:r", "pp-2:r", "pp-2:f2", "srv:eth0"])
        #expect(there[0].steps.map(\.position) == [nil, 2, nil, 2, nil])
        #expect(there[0].cables.count == 3)
        let back = try trace(plan, "interface/srv:eth0")
        #expect(back[0].elements == there[0].elements.reversed())
    }

    @Test("a position that is wired to nothing dangles; a port without cable is unconnected") func dangling() throws {
        var plan = panels()
        plan.cable("interface/sw:2", "front-port/pp-1:f1")
        plan.port("interface/sw:3")
        plan.port("interface/sw:4", ["mark_connected": true])
        plan.add(.interface, "sw:vlan1", ["device": "device/sw", "name": "vlan1", "type": "virtual"])
        #expect(try trace(plan, "interface/sw:2").map(\.end) == [.dangling])
        #expect(try trace(plan, "interface/sw:2")[0].last.key == "pp-2:f1")
        let all = CableTracer(plan.snapshot).trace(device: ObjectID(.device, "sw"))
        #expect(all.map(\.start.key) == ["sw:1", "sw:2", "sw:3", "sw:4"])
        #expect(all.map(\.end) == [.connected, .dangling, .unconnected, .marked])
        #expect(all.map(\.isComplete) == [true, false, false, true])
    }

    @Test("nested trunks: positions are kept like brackets") func nested() throws {
        var plan = Plan()
        for name in ["a", "b", "p1", "p2", "q1", "q2"] { plan.device(name) }
        for (panel, count) in [("p1", 2), ("p2", 2), ("q1", 3), ("q2", 3)] {
            plan.port("rear-port/\(panel):r", ["positions": .int(Int64(count))])
            for n in 1...count {
                plan.port("front-port/\(panel):f\(n)", ["rear_port": "r", "rear_port_position": .int(Int64(n))])
            }
        }
        plan.cable("interface/a:1", "front-port/p1:f2")
        plan.cable("rear-port/p1:r", "front-port/q1:f3")
        plan.cable("rear-port/q1:r", "rear-port/q2:r")
        plan.cable("front-port/q2:f3", "rear-port/p2:r")
        plan.cable("front-port/p2:f2", "interface/b:1")
        let lines = try trace(plan, "interface/a:1")
        #expect(lines.map(\.end) == [.connected] && lines[0].last.key == "b:1")
        #expect(lines[0].steps.compactMap(\.position) == [2, 3, 3, 2])
    }

    @Test("a trunk traced from its rear splits into its front ports; so does a breakout cable") func splits() throws {
        var plan = panels()
        plan.cable("front-port/pp-2:f1", "interface/srv:eth1")
        plan.cable("interface/x:q1", "rear-port/pp-3:r")
        plan.device("pp-3")
        for n in 1...2 { plan.port("front-port/pp-3:f\(n)", ["rear_port": "r", "rear_port_position": .int(Int64(n))]) }
        let split = try trace(plan, "interface/x:q1")
        #expect(split.map(\.end) == [.dangling, .dangling] && split.allSatisfy(\.isSplit))
        plan.add(
            .cable, "breakout",
            [
                "a_terminations": ["interface/sw:q"], "b_terminations": ["interface/srv:b1", "interface/srv:b2"],
                "status": "connected",
            ])
        for port in ["sw:q", "srv:b1", "srv:b2"] { plan.port("interface/\(port)") }
        let ways = try trace(plan, "interface/sw:q")
        #expect(ways.map(\.last.key) == ["srv:b1", "srv:b2"] && ways.allSatisfy(\.isSplit))
        let rear = try trace(plan, "rear-port/pp-1:r")
        #expect(Set(rear.map(\.last.key)) == ["srv:eth0", "srv:eth1", "sw:1", "pp-1:f1"])
    }

    @Test("to a circuit, over a planned cable, to a port that is not there, and in a loop") func ends() throws {
        var plan = Plan()
        plan.device("rt")
        plan.add(.circuit, "line", ["type": "internet"])
        plan.cable("interface/rt:wan", "circuit/line")
        plan.cable("interface/rt:new", "interface/rt:other", status: "planned")
        plan.add(
            .cable, "lost",
            ["a_terminations": ["interface/rt:lost"], "b_terminations": ["interface/gone:1"], "status": "connected"])
        plan.port("interface/rt:lost")
        #expect(try trace(plan, "interface/rt:wan").map(\.end) == [.circuit])
        #expect(try trace(plan, "interface/rt:new").map(\.end) == [.planned])
        #expect(try trace(plan, "interface/rt:lost").map(\.end) == [.missing])
        #expect(try trace(plan, "circuit/line").map(\.last.key) == ["rt:wan"])
        var loop = Plan()
        loop.device("pp")
        for n in 1...2 {
            loop.port("rear-port/pp:r\(n)", ["positions": 1])
            loop.port("front-port/pp:f\(n)", ["rear_port": .string("r\(n)"), "rear_port_position": 1])
        }
        loop.cable("rear-port/pp:r1", "rear-port/pp:r2")
        loop.cable("front-port/pp:f1", "front-port/pp:f2")
        #expect(try trace(loop, "front-port/pp:f1").allSatisfy { $0.end == .loop })
    }

    @Test("a line may pass one trunk twice at different positions") func thereAndBack() throws {
        var plan = panels()
        plan.objects.removeAll { $0.id.kind == .cable && $0.id.key.contains("srv") }
        plan.cable("front-port/pp-2:f2", "front-port/pp-2:f1")
        plan.cable("front-port/pp-1:f1", "interface/srv:eth9")
        let lines = try trace(plan, "interface/sw:1")
        #expect(lines.map(\.end) == [.connected] && lines[0].last.key == "srv:eth9")
        #expect(lines[0].steps.compactMap(\.position) == [2, 2, 1, 1])
    }
}
