import CMDB

/// Nodes, requirements and edges as arrays; edges point both ways through offsets.
struct GraphCore: Sendable {
    var ids: [ObjectID] = []
    var index: [ObjectID: Int32] = [:]

    // Requirements, grouped by owner.
    var owner: [Int32] = []
    var need: [Int32] = []
    var effect: [Effect] = []
    var group: [String?] = []
    var assumed: [Bool] = []
    /// Edges of requirement r: firstEdge[r]..<firstEdge[r + 1].
    var firstEdge: [Int32] = [0]
    /// Requirements of node n: firstRequirement[n]..<firstRequirement[n + 1].
    var firstRequirement: [Int32] = []

    // Edges, grouped by requirement.
    var edges: [SupportEdge] = []
    var target: [Int32] = []
    var requirementOf: [Int32] = []
    /// Whether the loss of reachability counts like a loss.
    var usesNetwork: [Bool] = []
    /// Incoming edges of node n: incomingEdges[firstIncoming[n]..<firstIncoming[n + 1]].
    var firstIncoming: [Int32] = []
    var incomingEdges: [Int32] = []

    func requirements(ofNode node: Int32) -> Range<Int> {
        Int(firstRequirement[Int(node)])..<Int(firstRequirement[Int(node) + 1])
    }

    func edgeRange(_ requirement: Int) -> Range<Int> {
        Int(firstEdge[requirement])..<Int(firstEdge[requirement + 1])
    }

    func incoming(_ node: Int32) -> ArraySlice<Int32> {
        incomingEdges[Int(firstIncoming[Int(node)])..<Int(firstIncoming[Int(node) + 1])]
    }

    func requirement(_ index: Int) -> Requirement {
        Requirement(
            owner: ids[Int(owner[index])], effect: effect[index], need: Int(need[index]),
            members: Array(edges[edgeRange(index)]), group: group[index], isAssumed: assumed[index])
    }
}

extension Relation {
    /// Relations by which one uses another over the network, so that an unreachable target is a lost one.
    var usesNetwork: Bool {
        switch self {
        case .runsOn, .dependsOn, .connectsTo, .backedUpBy, .protectedBy, .consistsOf, .member, .hostedOn, .inCluster,
            .clusterHost, .usesZone, .guardedBy, .reachedBy, .terminatesOn, .linkedTo:
            true
        case .providedBy, .poweredBy, .sameAs, .cooledBy, .standsIn, .installedIn: false
        }
    }
}
