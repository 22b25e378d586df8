public import CMDB

/// Over which relations a path may run.
public enum PathLayer: String, Hashable, Sendable, CaseIterable {
    /// From who needs to what is needed.
    case support
    /// Along cables between devices, out-of-band links and patch panels included, in either direction.
    case cables
    /// Along both, in either direction.
    case all
}

/// One step of a path.
public struct PathStep: Hashable, Sendable {
    /// Where it starts.
    public let from: ObjectID
    /// Where it ends.
    public let to: ObjectID
    /// How the two are related; `linked-to` along cables.
    public let relation: Relation
    /// True where the record says it the other way round: `to` needs `from`.
    public let isReversed: Bool
    /// The record that says so; for links the first cable.
    public let origin: Origin
    /// For links: ports and cables from `from` to `to`.
    public let line: [ObjectID]
}

/// The ways from one object to another.
public struct PathAnswer: Hashable, Sendable {
    /// Shortest first; each visits no object twice.
    public let paths: [[PathStep]]
    /// True when the search ended before all were found: by the limit, or because there are too many to go through.
    public let isCutShort: Bool
    /// True when the second needs the first, not the first the second.
    public let isBackwards: Bool
}

extension SupportGraph {
    /// Ways from `start` to `goal`, shortest first, at most `limit` of them.
    ///
    /// Over ``PathLayer/support`` the other direction is tried when there is none in this one. Ids that are no nodes
    /// have no ways.
    public func paths(from start: ObjectID, to goal: ObjectID, via layer: PathLayer, limit: Int = 1) -> PathAnswer {
        guard let a = core.index[start], let b = core.index[goal], a != b, limit > 0 else {
            return PathAnswer(paths: [], isCutShort: false, isBackwards: false)
        }
        let search = PathSearch(self, layer)
        let (found, cut) = search.run(from: a, to: b, limit: limit)
        if !found.isEmpty || layer != .support {
            return PathAnswer(paths: found, isCutShort: cut, isBackwards: false)
        }
        let (backwards, cutBack) = search.run(from: b, to: a, limit: limit)
        return PathAnswer(paths: backwards, isCutShort: cutBack, isBackwards: !backwards.isEmpty)
    }
}

/// A best-first search over simple paths: what is shortest with the distance left comes first.
struct PathSearch {
    private struct Way {
        let to: Int32
        /// Edge, or -1 - line.
        let by: Int32
        let isReversed: Bool
    }

    private struct Line {
        let a: Int32
        let b: Int32
        let elements: [ObjectID]
        let cable: ObjectID
    }

    private let graph: SupportGraph
    private var ways: [[Way]]
    private var lines: [Line] = []
    /// Partial paths looked at before the search gives up.
    private static let patience = 200_000

    init(_ graph: SupportGraph, _ layer: PathLayer) {
        self.graph = graph
        let core = graph.core
        ways = Array(repeating: [], count: core.ids.count)
        if layer != .cables {
            for (edge, found) in core.edges.enumerated() {
                guard let from = core.index[found.from] else { continue }
                ways[Int(from)].append(Way(to: core.target[edge], by: Int32(edge), isReversed: false))
                if layer == .all {
                    ways[Int(core.target[edge])].append(Way(to: from, by: Int32(edge), isReversed: true))
                }
            }
        }
        if layer != .support { addLines() }
    }

    /// Every line between two devices.
    private mutating func addLines() {
        let snapshot = graph.snapshot
        let tracer = CableTracer(snapshot)
        for port in snapshot.objects(.interface) where !tracer.map.connected(port.id).isEmpty {
            guard let a = Snapshot.ids("device", in: port).first, let from = graph.core.index[a] else { continue }
            for trace in tracer.trace(port.id) where trace.end == .connected || trace.end == .circuit {
                guard let cable = trace.cables.first else { continue }
                let far = trace.end == .circuit ? trace.last : CableMap.machine(of: trace.last, in: snapshot)
                guard let far, far != a, let to = graph.core.index[far],
                    trace.end == .circuit || port.id < trace.last
                else { continue }
                let line = -1 - Int32(lines.count)
                lines.append(Line(a: from, b: to, elements: trace.elements, cable: cable))
                ways[Int(from)].append(Way(to: to, by: line, isReversed: false))
                ways[Int(to)].append(Way(to: from, by: line, isReversed: true))
            }
        }
    }

    func run(from start: Int32, to goal: Int32, limit: Int) -> (paths: [[PathStep]], cut: Bool) {
        let left = distances(to: goal)
        guard left[Int(start)] >= 0 else { return ([], false) }
        struct Partial {
            let node: Int32
            let before: Int32
            let way: Way?
            let length: Int32
        }
        var partials = [Partial(node: start, before: -1, way: nil, length: 0)]
        var buckets: [[Int32]] = Array(repeating: [], count: Int(left[Int(start)]) + 1)
        buckets[Int(left[Int(start)])] = [0]
        var found: [[PathStep]] = []
        var bucket = Int(left[Int(start)])
        var next = 0
        while bucket < buckets.count {
            guard next < buckets[bucket].count else {
                bucket += 1
                next = 0
                continue
            }
            let here = buckets[bucket][next]
            next += 1
            let partial = partials[Int(here)]
            if partial.node == goal {
                if found.count == limit { return (found, true) }
                var chain: [(Int32, Way)] = []
                var at = here
                while at >= 0, let way = partials[Int(at)].way {
                    chain.append((partials[Int(partials[Int(at)].before)].node, way))
                    at = partials[Int(at)].before
                }
                found.append(chain.reversed().map { step(from: $0.0, $0.1) })
                continue
            }
            var visited: Set<Int32> = []
            var at = here
            while at >= 0 {
                visited.insert(partials[Int(at)].node)
                at = partials[Int(at)].before
            }
            for way in ways[Int(partial.node)] where left[Int(way.to)] >= 0 && !visited.contains(way.to) {
                guard partials.count < Self.patience else { return (found, true) }
                let length = partial.length + 1
                let total = Int(length + left[Int(way.to)])
                while buckets.count <= total { buckets.append([]) }
                buckets[total].append(Int32(partials.count))
                partials.append(Partial(node: way.to, before: here, way: way, length: length))
            }
        }
        return (found, false)
    }

    /// Steps to `goal` from everywhere; -1 where there is no way.
    private func distances(to goal: Int32) -> [Int32] {
        var back: [[Int32]] = Array(repeating: [], count: ways.count)
        for (node, out) in ways.enumerated() { for way in out { back[Int(way.to)].append(Int32(node)) } }
        var left = [Int32](repeating: -1, count: ways.count)
        left[Int(goal)] = 0
        var queue = [goal]
        var head = 0
        while head < queue.count {
            let node = queue[head]
            head += 1
            for from in back[Int(node)] where left[Int(from)] < 0 {
                left[Int(from)] = left[Int(node)] + 1
                queue.append(from)
            }
        }
        return left
    }

    private func step(from node: Int32, _ way: Way) -> PathStep {
        let ids = graph.core.ids
        if way.by < 0 {
            let line = lines[Int(-1 - way.by)]
            return PathStep(
                from: ids[Int(node)], to: ids[Int(way.to)], relation: .linkedTo, isReversed: way.isReversed,
                origin: Origin(record: line.cable, field: "a_terminations"),
                line: way.isReversed ? line.elements.reversed() : line.elements)
        }
        let edge = graph.core.edges[Int(way.by)]
        return PathStep(
            from: ids[Int(node)], to: ids[Int(way.to)], relation: edge.relation, isReversed: way.isReversed,
            origin: edge.origin, line: [])
    }
}
