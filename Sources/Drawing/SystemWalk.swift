import CMDB
import Topology

/// What a system stands on, as far as a picture can show: a walk along the requirements of the support graph.
struct SystemWalk {
    /// A box of the picture.
    struct Box {
        let id: String
        /// One record, or the alike ones that it stands for; sorted.
        let members: [ObjectID]
        var isHeap: Bool { members.count > 1 }
    }

    /// An arrow of the picture.
    struct Arrow: Hashable {
        let from: String
        let to: String
        let effect: Effect
    }

    /// A mark between an owner and its stand-ins.
    struct Hub {
        let id: String
        let need: Int
        let of: Int
        let isAssumed: Bool
    }

    let root: ObjectID
    private(set) var boxes: [Box] = []
    private(set) var arrows: [Arrow] = []
    private(set) var hubs: [Hub] = []
    /// Depth that fitted; smaller than asked when there was too much.
    private(set) var depth: Int

    private let graph: SupportGraph
    private var depths: [ObjectID: Int] = [:]
    private var needs: [(requirement: Requirement, index: Int)] = []
    private var users: [SupportEdge] = []

    init(_ graph: SupportGraph, root: ObjectID, depth: Int, limit: Int) {
        self.graph = graph
        self.root = root
        self.depth = depth
        users = graph.dependents(of: root).filter { $0.from != root }
        gather()
        while depths.count + users.count > limit * 3, self.depth > 1 {
            self.depth -= 1
            gather()
        }
        fold(limit: limit)
        while boxes.count > limit, self.depth > 1 {
            self.depth -= 1
            gather()
            fold(limit: limit)
        }
    }

    /// Where a thing stands is drawn only when one looks deep; the ground under everything says little.
    private func isShown(_ edge: SupportEdge) -> Bool {
        switch edge.relation {
        case .standsIn, .cooledBy, .linkedTo, .sameAs: depth > 2 && edge.to.kind != .site && edge.to.kind != .location
        default: true
        }
    }

    /// Breadth first to `depth`. A group is no step of its own, and other systems are named, not opened.
    private mutating func gather() {
        depths = [root: 0]
        needs = []
        var queue = [root]
        var head = 0
        while head < queue.count {
            let here = queue[head]
            head += 1
            let step = depths[here] ?? 0
            guard step < depth || here.kind == .redundancyGroup, here == root || here.kind != .system else { continue }
            for (index, requirement) in graph.requirements(of: here).enumerated() {
                let members = requirement.members.filter(isShown)
                guard !members.isEmpty else { continue }
                needs.append((requirement, index))
                for edge in members where depths[edge.to] == nil {
                    depths[edge.to] = edge.to.kind == .redundancyGroup ? step : step + 1
                    queue.append(edge.to)
                }
            }
        }
    }

    /// Decides which records share a box, then draws arrows between boxes.
    private mutating func fold(limit: Int) {
        var groups: [String: [ObjectID]] = [:]
        // Stand-ins of one requirement, four or more, of one kind.
        for need in needs where need.requirement.members.count >= 4 {
            let members = need.requirement.members.map(\.to)
            if Set(members.map(\.kind)).count == 1 { groups["\(need.requirement.owner)#\(need.index)"] = members }
        }
        var standIn: [ObjectID: String] = [:]
        func settle(_ groups: [String: [ObjectID]], _ standIn: inout [ObjectID: String]) {
            for key in groups.keys.sorted() {
                let fresh = (groups[key] ?? []).filter { standIn[$0] == nil && $0 != root }.sorted()
                guard fresh.count > 1 else { continue }
                for member in fresh { standIn[member] = "heap/\(fresh[0])" }
            }
        }
        settle(groups, &standIn)
        let everything = Set(depths.keys).union(users.map(\.from))
        func count() -> Int { everything.filter { standIn[$0] == nil }.count + Set(standIn.values).count }
        if count() > limit {
            // Alike: of one kind, needed by the same, one step from the same.
            var owners: [ObjectID: Set<String>] = [:]
            for need in needs {
                for edge in need.requirement.members {
                    owners[edge.to, default: []].insert(standIn[need.requirement.owner] ?? "\(need.requirement.owner)")
                }
            }
            settle(
                Dictionary(grouping: everything.sorted()) { id in
                    "\(id.kind.rawValue) \((owners[id] ?? []).sorted().joined(separator: "\u{1F}"))"
                }, &standIn)
        }
        if count() > limit, depth <= 1 {
            settle(Dictionary(grouping: everything.sorted()) { $0.kind.rawValue }, &standIn)
        }
        let byBox = Dictionary(grouping: everything) { standIn[$0] ?? $0.description }
        boxes = byBox.keys.sorted().map { Box(id: $0, members: (byBox[$0] ?? []).sorted()) }
        join(standIn)
    }

    private mutating func join(_ standIn: [ObjectID: String]) {
        func box(_ id: ObjectID) -> String { standIn[id] ?? id.description }
        var found: Set<Arrow> = []
        hubs = []
        for (requirement, index) in needs {
            let effect = requirement.effect
            let owner = box(requirement.owner)
            let ends = Set(requirement.members.filter(isShown).map { box($0.to) }).subtracting([owner])
            let isGroup = requirement.owner.kind == .redundancyGroup
            guard requirement.members.count > 1, !isGroup, requirement.need < requirement.members.count else {
                for end in ends { found.insert(Arrow(from: owner, to: end, effect: effect)) }
                continue
            }
            let hub = Hub(
                id: "hub/\(requirement.owner)#\(index)", need: requirement.need, of: requirement.members.count,
                isAssumed: requirement.isAssumed)
            hubs.append(hub)
            found.insert(Arrow(from: owner, to: hub.id, effect: effect))
            for end in ends { found.insert(Arrow(from: hub.id, to: end, effect: effect)) }
        }
        for edge in users {
            let effect = graph.requirement(edge.requirement).effect
            if box(edge.from) != box(root) {
                found.insert(Arrow(from: box(edge.from), to: box(root), effect: effect))
            }
        }
        arrows = found.sorted { ($0.from, $0.to, $0.effect.rawValue) < ($1.from, $1.to, $1.effect.rawValue) }
        hubs.sort { $0.id < $1.id }
    }
}
