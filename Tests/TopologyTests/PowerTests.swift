import CMDB
import Notation
import Testing
import Topology

@Suite struct PowerTests {
    /// A server with two supplies, each on a PDU, each PDU on a feed; `shared` puts one UPS behind both feeds.
    private func room(shared: Bool) -> Plan {
        var plan = Plan()
        plan.device("srv")
        plan.system("s", "device/srv")
        for side in ["a", "b"] {
            let ups = shared ? "ups" : "ups-\(side)"
            plan.device("pdu-\(side)", "pdu")
            plan.port("power-outlet/pdu-\(side):1", ["power_port": "in"])
            plan.cable("power-port/srv:psu-\(side)", "power-outlet/pdu-\(side):1")
            plan.add(.powerFeed, "feed-\(side)", ["side": .string(side), "power_panel": .string("panel-\(side)")])
            plan.cable("power-port/pdu-\(side):in", "power-feed/feed-\(side)")
            plan.add(.powerPanel, "panel-\(side)", ["fed_by": [.string("ups/\(ups)")]])
            if side == "a" || !shared { plan.add(.ups, ups, ["fed_by": ["power-panel/main"]]) }
        }
        plan.add(
            .powerPanel, "main", ["fed_by": ["generator/gen"], "utility": "Line 471", "transfer": "automatic"])
        plan.add(.generator, "gen")
        return plan
    }

    @Test("A and B: either side may go, both may not") func sides() {
        let graph = room(shared: false).graph
        for side in ["ups/ups-a", "power-panel/panel-b", "power-feed/feed-a", "device/pdu-b", "power-port/srv:psu-a"] {
            #expect(graph.outcome(side) == ["s: redundancy"], "\(side)")
        }
        #expect(graph.outcome("ups/ups-a", "device/pdu-b") == ["s: down"])
        #expect(graph.outcome("generator/gen") == ["s: redundancy"])
        #expect(graph.outcome("generator/gen", "power-panel/grid:Line 471") == ["s: down"])
        #expect(graph.points("s") == ["device/srv", "power-panel/main"])
    }

    @Test("one UPS behind both feeds makes A and B a false redundancy, and the answer says which group it defeats")
    func falseRedundancy() throws {
        let graph = room(shared: true).graph
        #expect(graph.outcome("ups/ups") == ["s: down"])
        let points = graph.singlePoints(of: [ObjectID(.system, "s")]).points
        #expect(points.map(\.point.key) == ["srv", "main", "ups"])
        let defeated = try #require(points.last?.defeated)
        #expect(defeated.from == ObjectID(.device, "srv") && defeated.of == 2 && defeated.left == 0)
    }

    @Test("a second supply that is not plugged in is no redundancy") func unplugged() {
        var plan = Plan()
        plan.device("srv")
        plan.system("s", "device/srv")
        plan.add(.powerFeed, "feed-a", ["side": "a"])
        plan.cable("power-port/srv:psu-a", "power-feed/feed-a")
        plan.port("power-port/srv:psu-b")
        #expect(plan.graph.points("s") == ["device/srv", "power-feed/feed-a"])
        #expect(plan.graph.coverage.powerPorts == 1)
    }

    @Test("a rack's two feeds are not called redundant for a device whose ports are not recorded") func assumed() {
        var plan = Plan()
        plan.add(.rack, "r-1", ["power_feeds": ["feed-a", "feed-b"]])
        plan.device("srv", "server", ["rack": "r-1"])
        plan.system("s", "device/srv")
        for side in ["a", "b"] { plan.add(.powerFeed, "feed-\(side)", ["side": .string(side)]) }
        let graph = plan.graph
        #expect(graph.outcome("power-feed/feed-a") == ["s: unknown"])
        #expect(graph.outcome("power-feed/feed-a", "power-feed/feed-b") == ["s: down"])
        #expect(graph.points("s") == ["device/srv", "power-feed/feed-a?", "power-feed/feed-b?"])
        #expect(graph.coverage.powerByRack == 1 && graph.coverage.powerUnknown == 0)
    }

    @Test("three supplies of which two are needed: a redundancy group of the ports says so") func twoOfThree() {
        var plan = Plan()
        plan.device("chassis")
        plan.system("s", "device/chassis")
        for n in 1...3 {
            plan.add(.powerFeed, "feed-\(n)")
            plan.cable("power-port/chassis:p\(n)", "power-feed/feed-\(n)")
        }
        plan.add(
            .redundancyGroup, "chassis-psu",
            [
                "mode": "k-of-n", "required": 2,
                "members": ["power-port/chassis:p1", "power-port/chassis:p2", "power-port/chassis:p3"],
            ])
        let graph = plan.graph
        #expect(graph.outcome("power-feed/feed-1") == ["s: redundancy"])
        #expect(graph.outcome("power-feed/feed-1", "power-feed/feed-3") == ["s: down"])
    }

    @Test("parallel UPS modules of one redundancy group, k of n") func modules() {
        var plan = Plan()
        plan.device("srv")
        plan.system("s", "device/srv")
        plan.cable("power-port/srv:p", "power-feed/f")
        plan.add(.powerFeed, "f", ["power_panel": "bus"])
        plan.add(.powerPanel, "bus", ["fed_by": ["ups/u1", "ups/u2", "ups/u3"]])
        for n in 1...3 { plan.add(.ups, "u\(n)", ["redundancy_group": "n-plus-1"]) }
        plan.add(.redundancyGroup, "n-plus-1", ["mode": "k-of-n", "required": 2])
        let graph = plan.graph
        #expect(graph.outcome("ups/u1") == ["s: redundancy"])
        #expect(graph.outcome("ups/u1", "ups/u2") == ["s: down"])
    }

    @Test("the UPS record and the device that stands for it fall together and are no circle") func sameMachine() {
        var plan = Plan()
        plan.device("ups-dev", "ups")
        plan.device("srv")
        plan.system("s", "device/srv")
        plan.add(.ups, "u", ["device": "ups-dev", "fed_by": ["power-panel/main"]])
        plan.add(.powerPanel, "main", ["utility": "Line"])
        plan.add(.powerFeed, "f", ["backed_by": ["device/ups-dev"]])
        plan.cable("power-port/srv:p", "power-feed/f")
        let graph = plan.graph
        #expect(graph.outcome("power-panel/main") == ["s: down"])
        #expect(graph.outcome("ups/u") == ["s: down"])
        #expect(graph.outcome("device/ups-dev") == ["s: down"])
        #expect(graph.cycles().isEmpty)
    }

    @Test("a UPS that the network loses sight of still gives power") func managementOfPower() {
        var plan = Plan()
        plan.device("sw", "core-switch")
        plan.device("edge", "access-switch")
        plan.device("ups-dev", "ups")
        plan.device("srv")
        plan.link("sw", "edge")
        plan.link("edge", "ups-dev")
        plan.add(.powerFeed, "f", ["backed_by": ["device/ups-dev"]])
        plan.cable("power-port/srv:p", "power-feed/f")
        plan.system("s", "device/srv")
        #expect(plan.graph.outcome("device/edge").isEmpty)
        #expect(plan.graph.outcome("device/ups-dev") == ["s: down"])
    }

    @Test("power is traced to the grid with its side; open and assumed ways say so") func traces() {
        let plan = room(shared: false)
        let tracer = CableTracer(plan.snapshot)
        let ways = tracer.powerTraces(ObjectID(.device, "srv"))
        #expect(ways.map(\.side) == ["a", "a", "b", "b"])
        #expect(ways.map(\.end) == [.generator, .grid, .generator, .grid])
        #expect(
            ways[1].steps.map(\.to.key) == [
                "srv:psu-a", "pdu-a:1", "pdu-a:in", "feed-a", "panel-a", "ups-a", "main", "grid:Line 471",
            ])
        #expect(ways[1].steps[1].origin.record.kind == .cable)
        var open = Plan()
        open.device("x")
        open.port("power-port/x:p1")
        open.port("power-port/x:p2")
        open.cable("power-port/x:p2", "power-feed/f", status: "planned")
        open.add(.powerFeed, "f")
        #expect(CableTracer(open.snapshot).powerTraces(ObjectID(.device, "x")).map(\.end) == [.unconnected, .broken])
        var rack = Plan()
        rack.add(.rack, "r", ["power_feeds": ["f"]])
        rack.add(.powerFeed, "f", ["side": "b"])
        rack.device("y", "server", ["rack": "r"])
        let assumed = CableTracer(rack.snapshot).powerTraces(ObjectID(.device, "y"))
        #expect(assumed.map(\.isAssumed) == [true] && assumed[0].side == "b" && assumed[0].end == .unrecorded)
    }

    @Test("a room is cooled by any unit of one group; ungrouped units are not taken for stand-ins") func cooling() {
        for grouped in [true, false] {
            var plan = Plan()
            plan.add(.site, "dc")
            plan.add(.location, "hall", ["site": "dc"])
            for n in 1...2 {
                plan.add(
                    .coolingUnit, "crac-\(n)",
                    ["location": "hall", "site": "dc"].merging(grouped ? ["redundancy_group": "n+1"] : [:]) { $1 })
            }
            plan.device("srv", "server", ["location": "hall"])
            plan.system("s", "device/srv")
            #expect(plan.graph.outcome("cooling-unit/crac-1") == [grouped ? "s: redundancy" : "s: unknown"])
            #expect(plan.graph.outcome("cooling-unit/crac-1", "cooling-unit/crac-2") == ["s: down"])
            #expect(plan.graph.points("s", .places) == ["site/dc", "location/hall"])
        }
    }
}
