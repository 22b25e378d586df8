import CMDB

/// What falls when something falls: the least set that holds the failed nodes and every owner of a requirement with
/// fewer than `need` members left; devices without a way to an exit are unreachable.
///
/// One value is used for many failures in turn; only what was touched is cleared between them.
struct Simulation {
    /// State of a node.
    static let up: UInt8 = 0
    static let cut: UInt8 = 1
    static let dead: UInt8 = 2

    let core: GraphCore
    let network: NetworkLayer
    /// Whether assumed stand-ins are taken for needed: what *may* fall.
    private(set) var isPessimistic = false

    private(set) var state: [UInt8]
    /// Why a node fell: a requirement, or one of the marks below.
    private(set) var cause: [Int32]
    /// The edge whose member fell last.
    private(set) var trigger: [Int32]
    /// Members lost, by requirement.
    private(set) var lost: [Int32]
    /// Nodes that fell, in order.
    private(set) var fallen: [Int32] = []
    /// Requirements that lost a member.
    private(set) var touched: [Int32] = []
    /// Whether assumed stand-ins were lost: the pessimistic answer may differ.
    private(set) var touchedAssumed = false

    static let failed: Int32 = -1
    static let isolated: Int32 = -2

    private var queue: [Int32] = []
    private var deadLink: [Bool]
    private var deadLinks: [Int32] = []
    private var reached: [Bool]
    private var sweepQueue: [Int32] = []
    /// Network devices that died since the last sweep, other than by being cut off.
    private var fallenDevices = 0
    private var needsSweep = false

    init(core: GraphCore, network: NetworkLayer) {
        self.core = core
        self.network = network
        state = [UInt8](repeating: 0, count: core.ids.count)
        cause = [Int32](repeating: Self.failed, count: core.ids.count)
        trigger = cause
        lost = [Int32](repeating: 0, count: core.owner.count)
        deadLink = [Bool](repeating: false, count: network.links.count)
        reached = [Bool](repeating: false, count: network.devices.count)
    }

    /// Fails `nodes` and follows the consequences.
    mutating func run(_ nodes: [Int32], pessimistic: Bool = false) {
        clear()
        isPessimistic = pessimistic
        for node in nodes { fall(node, to: Self.dead, cause: Self.failed, trigger: -1) }
        repeat {
            drain()
            guard needsSweep else { return }
            needsSweep = false
            sweep()
        } while !queue.isEmpty
    }

    /// Members of `requirement` that are left.
    func left(_ requirement: Int) -> Int { core.edgeRange(requirement).count - Int(lost[requirement]) }

    /// How many must live in this run.
    func need(_ requirement: Int) -> Int {
        isPessimistic && core.assumed[requirement] ? core.edgeRange(requirement).count : Int(core.need[requirement])
    }

    /// Whether the loss of `node` counts for `edge`.
    func isLost(_ edge: Int) -> Bool {
        let state = state[Int(core.target[edge])]
        return state == Self.dead || (state == Self.cut && core.usesNetwork[edge])
    }

    /// Whether the line of a link is broken.
    func isBroken(_ link: Int) -> Bool { deadLink[link] }

    private mutating func clear() {
        for node in fallen { state[Int(node)] = 0 }
        for requirement in touched { lost[Int(requirement)] = 0 }
        for link in deadLinks { deadLink[Int(link)] = false }
        fallen.removeAll(keepingCapacity: true)
        touched.removeAll(keepingCapacity: true)
        deadLinks.removeAll(keepingCapacity: true)
        queue.removeAll(keepingCapacity: true)
        touchedAssumed = false
        needsSweep = false
    }

    private mutating func fall(_ node: Int32, to new: UInt8, cause why: Int32, trigger edge: Int32) {
        let old = state[Int(node)]
        guard old < new else { return }
        if old == Self.up {
            fallen.append(node)
            cause[Int(node)] = why
            trigger[Int(node)] = edge
        }
        state[Int(node)] = new
        queue.append(old == Self.up && new == Self.dead ? node : node | (old == Self.up ? Self.onlyCut : Self.onlyRest))
    }

    // A queue entry says which edges lose a member: all, those over the network, or the others after those.
    private static let onlyCut: Int32 = 1 << 29
    private static let onlyRest: Int32 = 1 << 30
    private static let mask: Int32 = (1 << 29) - 1

    private mutating func drain() {
        var head = 0
        while head < queue.count {
            let entry = queue[head]
            head += 1
            let node = entry & Self.mask
            for edge in core.incoming(node) {
                let overNetwork = core.usesNetwork[Int(edge)]
                if entry & Self.onlyCut != 0, !overNetwork { continue }
                if entry & Self.onlyRest != 0, overNetwork { continue }
                lose(edge)
            }
            if entry & Self.onlyCut == 0 { breakNetwork(at: node) }
        }
        queue.removeAll(keepingCapacity: true)
    }

    private mutating func lose(_ edge: Int32) {
        let requirement = core.requirementOf[Int(edge)]
        let position = Int(requirement)
        if lost[position] == 0 { touched.append(requirement) }
        lost[position] += 1
        if core.assumed[position] { touchedAssumed = true }
        guard left(position) < need(position) else { return }
        switch core.effect[position] {
        case .down: fall(core.owner[position], to: Self.dead, cause: requirement, trigger: edge)
        case .unreachable: fall(core.owner[position], to: Self.cut, cause: requirement, trigger: edge)
        case .exchange, .protection, .backup, .reserve: break
        }
    }

    /// A dead device forwards no more, a dead element breaks its links.
    private mutating func breakNetwork(at node: Int32) {
        guard !network.isEmpty else { return }
        if let links = network.linksOfElement[node] {
            for link in links where !deadLink[Int(link)] {
                deadLink[Int(link)] = true
                deadLinks.append(link)
                needsSweep = true
            }
        }
        guard Int(node) < network.indexOfNode.count else { return }
        let device = network.indexOfNode[Int(node)]
        if device >= 0, network.forwards[Int(device)] { needsSweep = true }
    }

    /// Finds devices that had a way to an exit and have none.
    private mutating func sweep() {
        for device in reached.indices { reached[device] = false }
        network.sweep(dead: state, deadLink: deadLink, queue: &sweepQueue, reached: &reached)
        for device in reached.indices where !reached[device] && network.distance[device] >= 0 {
            fall(network.devices[device], to: Self.cut, cause: Self.isolated, trigger: -1)
        }
    }
}
