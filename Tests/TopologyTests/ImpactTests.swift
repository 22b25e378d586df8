import CMDB
import Notation
import Testing
import Topology

@Suite struct ImpactTests {
    @Test("any-of: one of two stand-ins lost is redundancy lost, both lost is down") func anyOf() {
        var plan = Plan()
        for name in ["db-1", "db-2"] { plan.device(name) }
        plan.system("portal")
        plan.depends("system/portal", "depends-on", "device/db-1", group: "db")
        plan.depends("system/portal", "depends-on", "device/db-2", group: "db")
        let graph = plan.graph
        #expect(graph.outcome("device/db-1") == ["portal: redundancy"])
        #expect(graph.outcome("device/db-1", "device/db-2") == ["portal: down"])
        #expect(graph.points("portal").isEmpty)
    }

    @Test("2-of-3: one lost is survived, two are not; the chain counts what is left") func twoOfThree() throws {
        var plan = Plan()
        for name in ["n-1", "n-2", "n-3"] {
            plan.device(name)
            plan.depends("system/store", "runs-on", "device/\(name)", group: "quorum")
        }
        plan.system("store")
        plan.add(.redundancyGroup, "quorum", ["name": "Quorum", "mode": "k-of-n", "required": 2])
        let graph = plan.graph
        #expect(graph.outcome("device/n-2") == ["store: redundancy"])
        #expect(graph.outcome("device/n-2", "device/n-3") == ["store: down"])
        #expect(graph.points("store").isEmpty)
        let impact = graph.impact(of: [ObjectID(.device, "n-1"), ObjectID(.device, "n-3")])
        let step = try #require(impact.systems.first?.losses.first?.chain.first)
        #expect(step.left == 1 && step.need == 2 && step.of == 3 && step.group == "quorum")
        #expect(step.origin.record.kind == .dependency)
    }

    @Test("2-of-2 is no redundancy, and asking 3 of 2 is noted and taken as 2 of 2") func tooFew() {
        for required in [2, 3] {
            var plan = Plan()
            for name in ["n-1", "n-2"] {
                plan.device(name)
                plan.depends("system/store", "runs-on", "device/\(name)", group: "quorum")
            }
            plan.system("store")
            plan.add(.redundancyGroup, "quorum", ["mode": "k-of-n", "required": .int(Int64(required))])
            let graph = plan.graph
            #expect(graph.points("store") == ["device/n-1", "device/n-2"])
            #expect(graph.notes.contains { $0.code == .tooFewMembers } == (required == 3))
        }
    }

    @Test("nested groups: a group of groups needs one of its groups, each of which needs one of its machines")
    func nested() {
        var plan = Plan()
        for name in ["a-1", "a-2", "b-1", "b-2"] { plan.device(name) }
        plan.add(.redundancyGroup, "a", ["members": ["device/a-1", "device/a-2"], "mode": "k-of-n", "required": 2])
        plan.add(.redundancyGroup, "b", ["members": ["device/b-1", "device/b-2"]])
        plan.add(.system, "none", ["status": "retired"])
        plan.system("s")
        plan.depends("system/s", "depends-on", "redundancy-group/a", group: "halls")
        plan.depends("system/s", "depends-on", "redundancy-group/b", group: "halls")
        let graph = plan.graph
        #expect(graph.outcome("device/a-1") == ["s: redundancy"])
        #expect(graph.outcome("device/a-1", "device/b-1") == ["s: redundancy"])
        #expect(graph.outcome("device/a-2", "device/b-1", "device/b-2") == ["s: down"])
        #expect(graph.impact(of: [ObjectID(.device, "a-1")]).considered == 1)
        #expect(graph.impact(of: [ObjectID(.device, "a-1")]).recorded == 2)
    }

    @Test("an HA group serves logical relations; a physical one needs that very machine") func haGroups() {
        var plan = Plan()
        plan.device("fw-1", "firewall", ["ha_group": "fw"])
        plan.device("fw-2", "firewall", ["ha_group": "fw"])
        plan.add(.zone, "dmz", ["guarded_by": ["fw-1", "fw-2"]])
        plan.system("s", fields: ["zones": ["dmz"]])
        plan.system("logical")
        plan.depends("system/logical", "depends-on", "device/fw-1")
        plan.system("physical")
        plan.depends("system/physical", "runs-on", "device/fw-1")
        let graph = plan.graph
        #expect(graph.outcome("device/fw-1") == ["physical: down", "logical: redundancy", "s: redundancy"])
        #expect(graph.outcome("device/fw-1", "device/fw-2") == ["logical: down", "physical: down", "s: down"])
        let chain = graph.impact(of: ["fw-1", "fw-2"].map { ObjectID(.device, $0) }).systems.last?.losses[0].chain
        #expect(chain?.text == "s -uses-zone-> dmz -guarded-by-> fw -member-> fw-2")
    }

    @Test("firewalls without a common HA group do not stand in for each other") func notStatedIsNotRedundant() {
        var plan = Plan()
        plan.device("fw-1", "firewall")
        plan.device("fw-2", "firewall")
        plan.add(.zone, "dmz", ["guarded_by": ["fw-1", "fw-2"]])
        plan.system("s", fields: ["zones": ["dmz"]])
        #expect(plan.graph.points("s") == ["device/fw-1", "device/fw-2"])
    }

    @Test("each relation carries its own loss") func relations() {
        var plan = Plan()
        for name in ["vault", "guard", "host"] { plan.device(name) }
        plan.system("bus", level: 2, "device/host")
        plan.system("s", level: 4)
        plan.system("deaf", level: 1)
        plan.depends("system/s", "backed-up-by", "device/vault")
        plan.depends("system/s", "protected-by", "device/guard")
        plan.depends("system/s", "connects-to", "system/bus")
        plan.depends("system/deaf", "depends-on", "system/bus")
        let graph = plan.graph
        #expect(graph.outcome("device/vault") == ["s: no-backup"])
        #expect(graph.outcome("device/guard") == ["s: unprotected"])
        #expect(graph.outcome("device/host") == ["s: exchange", "bus: down", "deaf: down"])
        #expect(graph.outcome("device/host", "device/guard", "device/vault")[0] == "s: exchange unprotected no-backup")
        #expect(graph.points("s").isEmpty)
    }

    @Test("what a component loses in protection or backup, its system loses") func componentsOfSystems() {
        var plan = Plan()
        for name in ["waf-1", "app-1", "app-2", "vault"] { plan.device(name) }
        plan.objects[1] = Object(id: ObjectID(.device, "app-1"), fields: ["role": "server", "ha_group": "app"])
        plan.objects[2] = Object(id: ObjectID(.device, "app-2"), fields: ["role": "server", "ha_group": "app"])
        plan.add(.service, "web", ["parent": "device/app-1", "system": "s", "waf": "device/waf-1"])
        plan.system("s", "device/app-1", "device/app-2")
        plan.depends("device/app-2", "backed-up-by", "device/vault")
        let graph = plan.graph
        #expect(graph.outcome("device/waf-1") == ["s: unprotected"])
        #expect(graph.outcome("device/vault") == ["s: no-backup"])
    }

    @Test("a cluster lives while one host does; its machines are redundant in hosts, not in the cluster")
    func clusters() {
        var plan = Plan()
        plan.add(.cluster, "kvm", ["type": "kvm"])
        for name in ["h-1", "h-2", "h-3"] { plan.device(name, "hypervisor", ["cluster": "kvm"]) }
        plan.add(.virtualMachine, "vm", ["cluster": "kvm"])
        plan.add(.virtualMachine, "pinned", ["cluster": "kvm", "device": "h-1"])
        plan.system("s", "virtual-machine/vm")
        plan.system("p", "virtual-machine/pinned")
        let graph = plan.graph
        #expect(graph.outcome("device/h-1") == ["p: down", "s: redundancy"])
        #expect(graph.outcome("device/h-1", "device/h-2", "device/h-3") == ["p: down", "s: down"])
        #expect(graph.points("s") == ["cluster/kvm", "virtual-machine/vm"].sorted { ObjectID($0)! < ObjectID($1)! })
    }

    @Test("a stand-in that is not in service does not count") func standInNotInService() {
        var plan = Plan()
        plan.device("db-1", "server", ["ha_group": "db"])
        plan.device("db-2", "server", ["ha_group": "db", "status": "planned"])
        plan.system("s", "device/db-1")
        let graph = plan.graph
        #expect(graph.points("s") == ["device/db-1"])
        #expect(graph.notes.contains { $0.code == .notInService && $0.members == [ObjectID(.device, "db-2")] })
    }

    @Test("highest level first, then the worst loss, then the key; planned systems are not judged") func order() {
        var plan = Plan()
        plan.device("x")
        for (name, level) in [("b", 2), ("a", 2), ("top", 5)] {
            plan.system(name, level: level)
            plan.depends("system/\(name)", name == "a" ? "backed-up-by" : "runs-on", "device/x")
        }
        plan.add(.system, "later", ["status": "planned", "components": ["device/x"]])
        #expect(plan.graph.outcome("device/x") == ["top: down", "b: down", "a: no-backup"])
        let impact = plan.graph.impact(of: [ObjectID(.device, "x")])
        #expect(impact.considered == 3 && impact.recorded == 4)
        #expect(impact.count(.down) == 2 && impact.count(.noBackup) == 1)
    }

    @Test("a circle of needs falls together when one falls, stands when none does, and is reported with its members")
    func cycles() {
        var plan = Plan()
        for name in ["a", "b", "c"] { plan.system(name) }
        plan.device("free")
        plan.depends("system/a", "depends-on", "system/b")
        plan.depends("system/b", "depends-on", "system/c")
        plan.depends("system/c", "depends-on", "system/a")
        plan.depends("system/a", "depends-on", "device/free")
        let graph = plan.graph
        #expect(graph.outcome("system/b") == ["a: down", "b: down", "c: down"])
        #expect(graph.impact(of: []).systems.isEmpty)
        let cycles = graph.cycles()
        #expect(cycles.map { $0.members.map(\.key) } == [["a", "b", "c"]])
        #expect(cycles[0].circle.map(\.to.key) == ["b", "c", "a"])
    }

    @Test("systems that talk to each other are a circle only when exchanges are asked for") func exchanges() {
        var plan = Plan()
        plan.system("a")
        plan.system("b")
        plan.depends("system/a", "connects-to", "system/b")
        plan.depends("system/b", "connects-to", "system/a")
        #expect(plan.graph.cycles().isEmpty)
        #expect(plan.graph.cycles(includingExchanges: true).count == 1)
    }
}
