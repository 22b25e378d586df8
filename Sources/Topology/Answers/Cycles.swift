public import CMDB

/// Objects that need each other in a circle: none of them could be started first.
public struct DependencyCycle: Hashable, Sendable {
    /// All objects that can reach each other, in order.
    public let members: [ObjectID]
    /// One shortest circle among them, each edge starting where the one before ends.
    public let circle: [SupportEdge]
}

extension SupportGraph {
    /// Every knot of objects that need each other, largest first.
    ///
    /// Two records of one machine (a UPS and the device that stands for it) are no knot; exchanges between systems
    /// (`connects-to`) are, with `including` them, since two systems may well talk to each other.
    public func cycles(includingExchanges: Bool = false) -> [DependencyCycle] {
        func counts(_ edge: Int) -> Bool {
            includingExchanges || core.effect[Int(core.requirementOf[edge])] != .exchange
        }
        return components(counts).compactMap { members -> DependencyCycle? in
            let inside = Set(members)
            let edges = members.flatMap { node in core.requirements(ofNode: node).flatMap { Array(core.edgeRange($0)) }
            }
            .filter { inside.contains(core.target[$0]) && counts($0) }
            guard edges.contains(where: { core.edges[$0].relation != .sameAs }) else { return nil }
            return DependencyCycle(
                members: members.map { core.ids[Int($0)] }.sorted(), circle: circle(inside, edges))
        }
        .sorted {
            $0.members.count != $1.members.count ? $0.members.count > $1.members.count : $0.members[0] < $1.members[0]
        }
    }

    /// The shortest circle among `edges`.
    private func circle(_ inside: Set<Int32>, _ edges: [Int]) -> [SupportEdge] {
        var out: [Int32: [Int]] = [:]
        for edge in edges { out[core.index[core.edges[edge].from] ?? 0, default: []].append(edge) }
        var best: [Int] = []
        // Enough starts to find a short one in any knot people can read.
        for start in inside.sorted(by: { core.ids[Int($0)] < core.ids[Int($1)] }).prefix(200) {
            var came: [Int32: Int] = [:]
            var queue = [start]
            var head = 0
            search: while head < queue.count {
                let node = queue[head]
                head += 1
                for edge in out[node] ?? [] {
                    let next = core.target[edge]
                    guard came[next] == nil else { continue }
                    came[next] = edge
                    if next == start { break search }
                    queue.append(next)
                }
            }
            guard came[start] != nil else { continue }
            var path: [Int] = []
            var node = start
            repeat {
                guard let edge = came[node] else { break }
                path.append(edge)
                node = core.index[core.edges[edge].from] ?? start
            } while node != start
            if best.isEmpty || path.count < best.count { best = path.reversed() }
        }
        return best.map { core.edges[$0] }
    }

    /// Strongly connected components of two and more (Tarjan 1972, without recursion).
    private func components(_ counts: (Int) -> Bool) -> [[Int32]] {
        let total = core.ids.count
        var number = [Int32](repeating: -1, count: total)
        var low = number
        var onStack = [Bool](repeating: false, count: total)
        var stack: [Int32] = []
        var next: Int32 = 0
        var out: [[Int32]] = []
        var frames: [(node: Int32, edge: Int, end: Int)] = []
        func edges(_ node: Int32) -> (Int, Int) {
            let range = core.requirements(ofNode: node)
            return (Int(core.firstEdge[range.lowerBound]), Int(core.firstEdge[range.upperBound]))
        }
        func open(_ node: Int32) {
            number[Int(node)] = next
            low[Int(node)] = next
            next += 1
            stack.append(node)
            onStack[Int(node)] = true
            let (first, end) = edges(node)
            frames.append((node, first, end))
        }
        for root in 0..<Int32(total) where number[Int(root)] < 0 {
            open(root)
            while let frame = frames.last {
                let node = Int(frame.node)
                if frame.edge < frame.end {
                    frames[frames.count - 1].edge += 1
                    guard counts(frame.edge) else { continue }
                    let target = core.target[frame.edge]
                    if number[Int(target)] < 0 {
                        open(target)
                    } else if onStack[Int(target)] {
                        low[node] = min(low[node], number[Int(target)])
                    }
                    continue
                }
                frames.removeLast()
                if let above = frames.last { low[Int(above.node)] = min(low[Int(above.node)], low[node]) }
                guard low[node] == number[node] else { continue }
                var members: [Int32] = []
                while let top = stack.popLast() {
                    onStack[Int(top)] = false
                    members.append(top)
                    if top == frame.node { break }
                }
                if members.count > 1 { out.append(members) }
            }
        }
        return out
    }
}
