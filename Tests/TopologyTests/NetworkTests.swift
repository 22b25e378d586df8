import CMDB
import Notation
import Testing
import Topology

@Suite struct NetworkTests {
    /// Two cores, two access switches on both cores, a server on one or both access switches.
    private func campus(dualHomed: Bool) -> Plan {
        var plan = Plan()
        plan.device("rt", "border-router")
        for n in 1...2 {
            plan.device("core-\(n)", "core-switch")
            plan.link("rt", "core-\(n)")
        }
        for n in 1...2 {
            plan.device("acc-\(n)", "access-switch")
            plan.link("core-1", "acc-\(n)")
            plan.link("core-2", "acc-\(n)")
        }
        plan.device("srv")
        plan.link("acc-1", "srv")
        if dualHomed { plan.link("acc-2", "srv") }
        plan.add(.provider, "vnpt")
        plan.add(.circuit, "line", ["provider": "vnpt", "terminates_on": "rt", "type": "internet"])
        plan.system("s", "device/srv")
        return plan
    }

    @Test("a single-homed server falls with its switch, a dual-homed one with both") func homing() {
        let single = campus(dualHomed: false).graph
        #expect(single.outcome("device/acc-1") == ["s: down"])
        #expect(single.outcome("device/acc-2").isEmpty)
        #expect(single.outcome("device/core-1") == ["s: redundancy"])
        #expect(single.outcome("device/core-1", "device/core-2") == ["s: down"])
        #expect(single.points("s") == ["device/acc-1", "device/rt", "device/srv"])
        let dual = campus(dualHomed: true).graph
        #expect(dual.outcome("device/acc-1") == ["s: redundancy"])
        #expect(dual.outcome("device/acc-1", "device/acc-2") == ["s: down"])
        #expect(dual.points("s") == ["device/rt", "device/srv"])
        #expect(dual.coverage.network == 6)
    }

    @Test("the chain follows the cable to what broke: a switch, a port, a cable") func chains() throws {
        let graph = campus(dualHomed: false).graph
        func chain(_ id: String) throws -> String {
            let failed = try #require(ObjectID(id))
            return try #require(graph.impact(of: [failed]).systems.first).losses[0].chain.text
        }
        #expect(try chain("device/acc-1") == "s -consists-of-> srv -linked-to-> acc-1")
        #expect(
            try chain("interface/srv:to-acc-1") == "s -consists-of-> srv -linked-to-> srv:to-acc-1")
        #expect(
            try chain("cable/interface-acc-1-to-srv--interface-srv-to-acc-1")
                == "s -consists-of-> srv -linked-to-> interface-acc-1-to-srv--interface-srv-to-acc-1")
        #expect(try chain("device/rt") == "s -consists-of-> srv -linked-to-> acc-1 -linked-to-> core-1 -linked-to-> rt")
    }

    @Test("a server does not forward: two switches that only share a server are not joined") func hostsDoNotForward() {
        var plan = campus(dualHomed: true)
        plan.device("isle", "access-switch")
        plan.device("far")
        plan.link("isle", "far")
        plan.link("isle", "srv")
        plan.link("core-1", "isle")
        plan.system("f", "device/far")
        #expect(plan.graph.outcome("device/core-1") == ["f: down", "s: redundancy"])
    }

    @Test("an out-of-band link carries no service") func outOfBand() {
        var plan = campus(dualHomed: false)
        plan.port("interface/srv:ipmi", ["mgmt_only": true])
        plan.cable("interface/srv:ipmi", "interface/acc-2:ipmi")
        #expect(plan.graph.outcome("device/acc-1") == ["s: down"])
    }

    @Test("a patch panel, its ports and its trunk are parts of the link") func patchPanels() {
        var plan = Plan()
        plan.device("sw", "core-switch")
        plan.device("srv")
        for name in ["pp-1", "pp-2"] {
            plan.device(name, "patch-panel")
            plan.port("rear-port/\(name):r", ["positions": 2])
            plan.port("front-port/\(name):f1", ["rear_port": "r", "rear_port_position": 1])
        }
        plan.cable("interface/sw:1", "front-port/pp-1:f1")
        plan.cable("rear-port/pp-1:r", "rear-port/pp-2:r")
        plan.cable("front-port/pp-2:f1", "interface/srv:1")
        plan.system("s", "device/srv")
        let graph = plan.graph
        for part in [
            "device/pp-1", "rear-port/pp-2:r", "front-port/pp-1:f1", "cable/rear-port-pp-1-r--rear-port-pp-2-r",
        ] { #expect(graph.outcome(part) == ["s: down"], "\(part)") }
        #expect(graph.points("s", [.equipment]) == ["device/pp-1", "device/pp-2", "device/srv", "device/sw"])
        #expect(graph.points("s", [.parts]).count == 9)
    }

    @Test("a part of the network without an exit is not assessed, and said to be so") func noExit() {
        var plan = Plan()
        plan.device("x")
        plan.device("y")
        plan.link("x", "y")
        plan.system("s", "device/y")
        let graph = plan.graph
        #expect(graph.outcome("device/x").isEmpty)
        #expect(graph.coverage.networkWithoutExit == 2 && graph.coverage.network == 0)
    }

    @Test("lines of one redundancy group replace each other; other lines of a site are only assumed to") func lines() {
        for grouped in [true, false] {
            var plan = campus(dualHomed: true)
            plan.objects.removeAll { $0.id.kind == .circuit || $0.id.key == "srv" }
            plan.device("srv", "server", ["site": "dc"])
            plan.add(.site, "dc")
            for n in 1...2 {
                plan.add(
                    .circuit, "line-\(n)",
                    [
                        "provider": "vnpt", "terminates_on": .string("core-\(n)"), "type": "internet", "site": "dc",
                        "status": "active",
                    ].merging(grouped ? ["redundancy_group": "wan"] : [:]) { $1 })
            }
            plan.add(.service, "web", ["parent": "device/srv", "system": "s", "exposure": "internet"])
            let graph = plan.graph
            #expect(graph.outcome("circuit/line-1") == [grouped ? "s: redundancy" : "s: unknown"])
            #expect(graph.outcome("circuit/line-1", "circuit/line-2") == ["s: down"])
            #expect(graph.outcome("provider/vnpt") == ["s: down"])
        }
    }

    @Test("ways between objects: shortest first, each object once, over needs or over cables") func paths() {
        let graph = campus(dualHomed: true).graph
        let (s, rt) = (ObjectID(.device, "srv"), ObjectID(.device, "rt"))
        let cables = graph.paths(from: s, to: rt, via: .cables, limit: 100)
        #expect(cables.paths.count == 8 && !cables.isCutShort)
        #expect(cables.paths.map(\.count) == [3, 3, 3, 3, 5, 5, 5, 5])
        #expect(cables.paths[0][0].line.first == ObjectID(.interface, "srv:to-acc-1"))
        #expect(graph.paths(from: s, to: rt, via: .cables, limit: 3).isCutShort)
        let needs = graph.paths(from: ObjectID(.system, "s"), to: s, via: .support, limit: 5)
        #expect(needs.paths.count == 1 && !needs.isBackwards && needs.paths[0][0].relation == .consistsOf)
        #expect(graph.paths(from: s, to: ObjectID(.system, "s"), via: .support).isBackwards)
        #expect(graph.paths(from: s, to: rt, via: .support).paths.isEmpty)
        let all = graph.paths(from: ObjectID(.system, "s"), to: ObjectID(.provider, "vnpt"), via: .all)
        #expect(all.paths[0].map(\.to.key) == ["srv", "acc-1", "core-1", "rt", "line", "vnpt"])
    }
}
