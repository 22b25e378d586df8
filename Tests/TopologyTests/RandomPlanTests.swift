import CMDB
import Notation
import TestSupport
import Testing
import Topology

/// Random small worlds: groups of all kinds, clusters, needs in circles, power by port or by rack, cabled switches.
enum RandomPlan {
    static func make(_ random: inout SeededGenerator) -> Plan {
        var plan = Plan()
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
        let (devices, machines, systems) = (3 + pick(8), pick(5), 1 + pick(4))
        let groups = ["g0", "g1", "g2"]
        for panel in 0..<2 { plan.add(.powerPanel, "p\(panel)") }
        for feed in 0..<3 {
            plan.add(.powerFeed, "f\(feed)", chance(70) ? ["power_panel": .string("p\(pick(2))")] : [:])
        }
        plan.add(.rack, "r0", ["power_feeds": ["f0", "f1"]])
        plan.add(.rack, "r1", ["power_feeds": ["f2"]])
        for cluster in 0..<2 { plan.add(.cluster, "c\(cluster)") }
        if chance(60) {
            plan.add(
                .redundancyGroup, groups[pick(3)],
                ["mode": "k-of-n", "required": .int(Int64(1 + pick(3)))].merging(
                    chance(40) ? ["members": [.string("device/d\(pick(devices))")]] : [:]
                ) { $1 })
        }
        let switches = 1 + pick(4)
        plan.device("core", "core-switch")
        for n in 0..<switches { plan.device("sw\(n)", "access-switch") }
        for n in 0..<devices {
            var fields: [String: JSONValue] = [:]
            if chance(40) { fields["ha_group"] = .string(groups[pick(3)]) }
            if chance(30) { fields["cluster"] = .string("c\(pick(2))") }
            if chance(50) { fields["rack"] = .string("r\(pick(2))") }
            plan.device("d\(n)", "server", fields)
            for side in ["a", "b"] where chance(35) { plan.cable("power-port/d\(n):\(side)", "power-feed/f\(pick(3))") }
        }
        for n in 0..<machines {
            var fields: [String: JSONValue] = chance(80) ? ["cluster": .string("c\(pick(2))")] : [:]
            if chance(20) { fields["device"] = .string("d\(pick(devices))") }
            if chance(30) { fields["ha_group"] = .string(groups[pick(3)]) }
            plan.add(.virtualMachine, "v\(n)", fields)
        }
        let names = (0..<devices).map { "device/d\($0)" } + (0..<machines).map { "virtual-machine/v\($0)" }
        for n in 0..<systems {
            plan.add(
                .system, "s\(n)",
                ["components": .array((0..<pick(4)).map { _ in .string(names[pick(names.count)]) })])
        }
        let all = names + (0..<systems).map { "system/s\($0)" } + ["cluster/c0", "cluster/c1"]
        var seen: Set<ObjectID> = []
        for _ in 0..<pick(12) {
            let (from, to) = (all[pick(all.count)], all[pick(all.count)])
            guard from != to else { continue }
            let before = plan.objects.count
            plan.depends(
                from, chance(50) ? "runs-on" : "depends-on", to, group: chance(50) ? groups[pick(3)] : nil)
            if !seen.insert(plan.objects[before].id).inserted { plan.objects.removeLast() }
        }
        let ports = ["core"] + (0..<switches).map { "sw\($0)" } + (0..<devices).map { "d\($0)" }
        for (position, name) in ports.enumerated() {
            for other in ports[(position + 1)...] where chance(other.hasPrefix("sw") ? 60 : 25) {
                plan.link(name, other)
            }
        }
        return plan
    }
}

@Suite struct RandomPlanTests {
    @Test("the graph agrees with the slow way on 100 random worlds, for every object and for pairs", .tags(.medium))
    func agrees() throws {
        var random = SeededGenerator("topology")
        var fallen = 0
        for world in 0..<100 {
            let plan = RandomPlan.make(&random)
            let snapshot = plan.snapshot
            let graph = SupportGraph(snapshot)
            let candidates = snapshot.all.map(\.id).filter { graph.contains($0) }
            let some = (0..<6).map { _ in candidates[Int.random(in: 0..<candidates.count, using: &random)] }
            for failed in some.map({ [$0] }) + [[some[0], some[1]], [some[2], some[3], some[4]]] {
                let impact = graph.impact(of: failed)
                let sure = Naive(snapshot, failed: failed, pessimistic: false)
                let possible = Naive(snapshot, failed: failed, pessimistic: true)
                for system in snapshot.objects(.system) {
                    let loss = impact.systems.first { $0.system == system.id }?.worst
                    let expected: Loss? = sure.live(system.id) ? (possible.live(system.id) ? nil : .unknown) : .down
                    let seen = loss == .redundancy ? nil : loss
                    #expect(seen == expected, "world \(world): \(failed) -> \(system.id)")
                    fallen += expected == nil ? 0 : 1
                    if let chain = impact.systems.first(where: { $0.system == system.id })?.losses.first?.chain {
                        let isWhole = chain.isEmpty ? failed.contains(system.id) : failed.contains(chain.last!.to)
                        #expect(isWhole, "world \(world): \(failed) -> \(chain.text)")
                        #expect(
                            zip(chain, chain.dropFirst()).allSatisfy { $0.to == $1.from || $1.relation == .linkedTo })
                    }
                }
            }
        }
        #expect(fallen > 50)
    }

    @Test("single points are exactly the objects whose loss alone stops the system", .tags(.medium)) func points() {
        var random = SeededGenerator("topology points")
        var found = 0
        for world in 0..<40 {
            let plan = RandomPlan.make(&random)
            let snapshot = plan.snapshot
            let graph = SupportGraph(snapshot)
            let systems = snapshot.objects(.system).map(\.id)
            let points = graph.singlePoints(of: systems, scope: [.equipment, .places, .parts]).points
            let some = snapshot.all.map(\.id).filter { graph.contains($0) }.shuffled(using: &random).prefix(20)
            for candidate in some {
                guard candidate.kind != .redundancyGroup else { continue }
                let sure = Naive(snapshot, failed: [candidate], pessimistic: false)
                let possible = Naive(snapshot, failed: [candidate], pessimistic: true)
                for system in systems where system != candidate {
                    let expected: Loss? = sure.live(system) ? (possible.live(system) ? nil : .unknown) : .down
                    let seen = points.first { $0.point == candidate && $0.system == system }?.loss
                    #expect(seen == expected, "world \(world): \(candidate) -> \(system)")
                    found += expected == nil ? 0 : 1
                }
            }
        }
        #expect(found > 15)
    }
}
