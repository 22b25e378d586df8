import CMDB

/// Devices and the cabled links between their interfaces, patch panels included.
///
/// A device is reachable while a chain of links leads to an *exit* through devices that forward. Exits of a connected
/// part are, by the first rule that finds any: devices where a circuit in service ends; border routers and gateways;
/// core switches; firewalls; switches. A part without any of these has no exit and is not assessed. Hosts never forward.
/// Left out: out-of-band links (`mgmt_only`), disabled interfaces, fibre channel and InfiniBand.
struct NetworkLayer: Sendable {
    /// A line between two interfaces.
    struct Link: Sendable {
        /// Nodes of its ports, cables and patch panels, from the a end to the b end.
        let elements: [Int32]
        let a: Int32
        let b: Int32
        /// The first cable, which names the link.
        let cable: ObjectID
    }

    /// Graph nodes of the devices, and back (-1: no network device).
    var devices: [Int32] = []
    var indexOfNode: [Int32] = []
    var links: [Link] = []
    /// Neighbours of device d: adjacent[first[d]..<first[d + 1]], as (device, link).
    var first: [Int32] = [0]
    var neighbour: [Int32] = []
    var linkTo: [Int32] = []
    var forwards: [Bool] = []
    var exits: [Int32] = []
    /// Hops to the nearest exit when all is well; -1 without one.
    var distance: [Int32] = []
    /// The neighbour and link one hop nearer to the exit, when all is well; -1 at exits.
    var parent: [Int32] = []
    var parentLink: [Int32] = []
    /// Links through an element: node to links.
    var linksOfElement: [Int32: [Int32]] = [:]

    var isEmpty: Bool { links.isEmpty }

    /// Breadth first from the exits over what is not dead, in one go over arrays.
    ///
    /// - Parameters:
    ///   - dead: by graph node.
    ///   - deadLink: by link.
    ///   - visit: called for each device reached with its distance, parent and link.
    func sweep(dead: [UInt8], deadLink: [Bool], queue: inout [Int32], reached: inout [Bool]) {
        queue.removeAll(keepingCapacity: true)
        for exit in exits where dead[Int(devices[Int(exit)])] < 2 {
            reached[Int(exit)] = true
            queue.append(exit)
        }
        var head = 0
        while head < queue.count {
            let here = Int(queue[head])
            head += 1
            guard forwards[here] else { continue }
            for slot in Int(first[here])..<Int(first[here + 1]) {
                let next = Int(neighbour[slot])
                if reached[next] || deadLink[Int(linkTo[slot])] || dead[Int(devices[next])] > 1 { continue }
                reached[next] = true
                queue.append(Int32(next))
            }
        }
    }
}
