import CMDB

/// Reads one finished simulation: who lost what, and the way there.
struct Consequences {
    let graph: SupportGraph
    let run: Simulation
    /// Nodes that run with fewer stand-ins: the edge that leads towards the loss, or -1 - link for a network link.
    private var degraded: [Int32: Int32] = [:]
    /// Losses that do not stop: owner to requirements.
    private var soft: [Int32: [Int32]] = [:]

    init(graph: SupportGraph, run: Simulation) {
        self.graph = graph
        self.run = run
        findPartialLosses()
    }

    /// For chains of what fell only: partial losses are not looked for.
    init(fallenOf run: Simulation, in graph: SupportGraph) {
        self.graph = graph
        self.run = run
    }

    private var core: GraphCore { graph.core }
    private var network: NetworkLayer { graph.network }

    private mutating func findPartialLosses() {
        var queue: [Int32] = []
        for requirement in run.touched {
            let position = Int(requirement)
            let owner = core.owner[position]
            guard run.state[Int(owner)] != Simulation.dead else { continue }
            let isShort = run.left(position) < run.need(position)
            switch core.effect[position] {
            case .exchange, .protection, .backup:
                if isShort {
                    soft[owner, default: []].append(requirement)
                    continue
                }
            case .down, .unreachable, .reserve: break
            }
            guard degraded[owner] == nil, run.state[Int(owner)] == Simulation.up,
                let edge = core.edgeRange(position).first(where: { run.isLost($0) })
            else { continue }
            degraded[owner] = Int32(edge)
            queue.append(owner)
        }
        for (node, link) in lostUplinks(known: degraded) {
            degraded[node] = -1 - link
            queue.append(node)
        }
        var head = 0
        while head < queue.count {
            let node = queue[head]
            head += 1
            for (device, link) in downlinks(of: node) where degraded[device] == nil {
                degraded[device] = -1 - link
                queue.append(device)
            }
            for edge in core.incoming(node) {
                let requirement = Int(core.requirementOf[Int(edge)])
                let owner = core.owner[requirement]
                guard core.effect[requirement] == .down || core.effect[requirement] == .unreachable,
                    run.state[Int(owner)] == Simulation.up, degraded[owner] == nil
                else { continue }
                degraded[owner] = edge
                queue.append(owner)
            }
        }
    }

    /// Devices that are still reached, but lost a link towards the exit, and which.
    private func lostUplinks(known: [Int32: Int32]) -> [(node: Int32, link: Int32)] {
        var out: [(Int32, Int32)] = []
        var seen: Set<Int32> = []
        /// `near`: the end that fell; nil when the link itself is broken.
        func check(_ link: Int32, near: Int32?) {
            let entry = network.links[Int(link)]
            for (here, there) in [(entry.a, entry.b), (entry.b, entry.a)] where near == nil || there == near {
                let node = network.devices[Int(here)]
                guard network.distance[Int(there)] >= 0, network.distance[Int(here)] > network.distance[Int(there)],
                    run.state[Int(node)] == Simulation.up, known[node] == nil, seen.insert(node).inserted
                else { continue }
                out.append((node, link))
            }
        }
        for node in run.fallen {
            if Int(node) < network.indexOfNode.count, network.indexOfNode[Int(node)] >= 0 {
                let device = Int(network.indexOfNode[Int(node)])
                for slot in Int(network.first[device])..<Int(network.first[device + 1]) {
                    check(network.linkTo[slot], near: Int32(device))
                }
            }
            for link in network.linksOfElement[node] ?? [] { check(link, near: nil) }
        }
        return out
    }

    /// Devices further from the exit that a forwarding device serves, and by which link.
    private func downlinks(of node: Int32) -> [(device: Int32, link: Int32)] {
        guard Int(node) < network.indexOfNode.count, network.indexOfNode[Int(node)] >= 0 else { return [] }
        let device = Int(network.indexOfNode[Int(node)])
        guard network.forwards[device], network.distance[device] >= 0 else { return [] }
        return (Int(network.first[device])..<Int(network.first[device + 1])).compactMap { slot in
            let far = Int(network.neighbour[slot])
            guard network.distance[far] > network.distance[device],
                run.state[Int(network.devices[far])] == Simulation.up
            else { return nil }
            return (network.devices[far], network.linkTo[slot])
        }
    }

    /// Everything that suffers, with its worst loss.
    var objects: [ObjectID: Loss] {
        var out: [ObjectID: Loss] = [:]
        for node in degraded.keys { out[core.ids[Int(node)]] = .redundancy }
        for (owner, requirements) in soft {
            let worst = requirements.map { Loss(core.effect[Int($0)]) }.min()
            if let worst { out[core.ids[Int(owner)]] = worst }
        }
        for node in run.fallen {
            out[core.ids[Int(node)]] = run.state[Int(node)] == Simulation.dead ? .down : .unreachable
        }
        return out
    }

    /// What `id` loses, worst first, one chain of each kind.
    func losses(of id: ObjectID) -> [LossReport] {
        guard let node = core.index[id] else { return [] }
        if run.state[Int(node)] != Simulation.up {
            let loss: Loss = run.state[Int(node)] == Simulation.dead ? .down : .unreachable
            return [LossReport(loss: loss, chain: chain(from: node))]
        }
        var found: [Loss: [ChainStep]] = [:]
        for (part, way) in parts(of: node) {
            for requirement in soft[part] ?? [] {
                let loss = Loss(core.effect[Int(requirement)])
                guard found[loss] == nil, let edge = core.edgeRange(Int(requirement)).first(where: { run.isLost($0) })
                else { continue }
                found[loss] = way + [step(edge)] + chain(from: core.target[edge])
            }
        }
        if degraded[node] != nil { found[.redundancy] = degradedChain(from: node) }
        return found.sorted { $0.key < $1.key }.map { LossReport(loss: $0.key, chain: $0.value) }
    }

    /// The node itself and, for what consists of others, its parts: exposure and backup count for the whole.
    private func parts(of node: Int32) -> [(node: Int32, way: [ChainStep])] {
        var out: [(Int32, [ChainStep])] = [(node, [])]
        guard core.ids[Int(node)].kind == .system, !soft.isEmpty else { return out }
        for requirement in core.requirements(ofNode: node) {
            for edge in core.edgeRange(requirement) where core.edges[edge].relation == .consistsOf {
                let part = core.target[edge]
                out.append((part, [step(edge)]))
                guard core.ids[Int(part)].kind == .redundancyGroup else { continue }
                for inner in core.requirements(ofNode: part) {
                    for member in core.edgeRange(inner) {
                        out.append((core.target[member], [step(edge), step(member)]))
                    }
                }
            }
        }
        return out
    }

    private func step(_ edge: Int) -> ChainStep {
        let requirement = Int(core.requirementOf[edge])
        let found = core.edges[edge]
        return ChainStep(
            from: found.from, to: found.to, relation: found.relation, origin: found.origin,
            left: run.left(requirement), need: Int(core.need[requirement]), of: core.edgeRange(requirement).count,
            group: core.group[requirement], isAssumed: core.assumed[requirement])
    }

    private func step(link: Int, from: Int32, to: ObjectID) -> ChainStep {
        ChainStep(
            from: core.ids[Int(from)], to: to, relation: .linkedTo,
            origin: Origin(record: network.links[link].cable, field: "a_terminations"), left: nil, need: nil, of: nil,
            group: nil, isAssumed: false)
    }

    /// From a fallen node to what failed.
    func chain(from start: Int32) -> [ChainStep] {
        var out: [ChainStep] = []
        var node = start
        var seen: Set<Int32> = []
        while seen.insert(node).inserted, run.state[Int(node)] != Simulation.up {
            let cause = run.cause[Int(node)]
            if cause == Simulation.isolated {
                let (steps, next) = isolation(of: node)
                out += steps
                guard let next else { return out }
                node = next
                continue
            }
            guard cause >= 0, run.trigger[Int(node)] >= 0 else { return out }
            let edge = Int(run.trigger[Int(node)])
            out.append(step(edge))
            node = core.target[edge]
        }
        return out
    }

    /// Along the way to the exit as it was, to the first thing that is broken.
    private func isolation(of node: Int32) -> (steps: [ChainStep], next: Int32?) {
        var steps: [ChainStep] = []
        var device = network.indexOfNode[Int(node)]
        var here = node
        while device >= 0, network.parent[Int(device)] >= 0 {
            let link = Int(network.parentLink[Int(device)])
            let above = network.parent[Int(device)]
            let next = network.devices[Int(above)]
            if run.state[Int(next)] != Simulation.dead, run.isBroken(link),
                let element = network.links[link].elements.first(where: { run.state[Int($0)] == Simulation.dead })
            {
                steps.append(step(link: link, from: here, to: core.ids[Int(element)]))
                return (steps, element)
            }
            steps.append(step(link: link, from: here, to: core.ids[Int(next)]))
            if run.state[Int(next)] == Simulation.dead { return (steps, next) }
            device = above
            here = next
        }
        return (steps, nil)
    }

    /// From a node that lost a stand-in somewhere below, to what failed.
    private func degradedChain(from start: Int32) -> [ChainStep] {
        var out: [ChainStep] = []
        var node = start
        var seen: Set<Int32> = []
        while seen.insert(node).inserted, let way = degraded[node] {
            if way < 0 {
                let link = Int(-1 - way)
                let entry = network.links[link]
                let far = network.devices[Int(entry.a)] == node ? entry.b : entry.a
                let broken = entry.elements.first { run.state[Int($0)] == Simulation.dead }
                let next = broken ?? network.devices[Int(far)]
                out.append(step(link: link, from: node, to: core.ids[Int(next)]))
                if run.state[Int(next)] != Simulation.up { return out + chain(from: next) }
                node = next
                continue
            }
            out.append(step(Int(way)))
            let next = core.target[Int(way)]
            if run.state[Int(next)] != Simulation.up { return out + chain(from: next) }
            node = next
        }
        return out
    }
}
