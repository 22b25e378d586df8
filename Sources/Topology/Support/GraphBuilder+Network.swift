import CMDB
import Notation

extension GraphBuilder {
    /// Circuits end at devices; cables join devices; see ``NetworkLayer`` for exits and forwarding.
    mutating func addNetwork() {
        for circuit in snapshot.objects(.circuit) { addCircuitEnd(circuit) }
        var links: [NetworkLayer.Link] = []
        var netIndex: [ObjectID: Int32] = [:]
        var netDevices: [ObjectID] = []
        func net(_ device: ObjectID) -> Int32 {
            if let known = netIndex[device] { return known }
            let new = Int32(netDevices.count)
            netDevices.append(device)
            netIndex[device] = new
            return new
        }
        for port in snapshot.objects(.interface) where carries(port) {
            guard !tracer.map.connected(port.id).isEmpty,
                let a = Snapshot.ids("device", in: port).first, a.kind == .device
            else { continue }
            for line in tracer.trace(port.id) where line.end == .connected && line.last.kind == .interface {
                guard port.id < line.last, let far = snapshot[line.last], carries(far),
                    let b = Snapshot.ids("device", in: far).first, b.kind == .device, a != b,
                    let cable = line.cables.first
                else { continue }
                links.append(
                    NetworkLayer.Link(elements: elements(of: line), a: net(a), b: net(b), cable: cable))
            }
        }
        network.links = links
        network.devices = netDevices.map { node($0) }
        network.indexOfNode = [Int32](repeating: -1, count: ids.count)
        for (position, node) in network.devices.enumerated() { network.indexOfNode[Int(node)] = Int32(position) }
        for (position, link) in links.enumerated() {
            for element in link.elements { network.linksOfElement[element, default: []].append(Int32(position)) }
        }
        connect()
        chooseExits(netDevices)
        measure()
        countCoverage(netDevices)
    }

    /// A circuit needs the device it ends on: named, or found along its cable.
    private mutating func addCircuitEnd(_ circuit: Object) {
        var ends = members("terminates_on", of: circuit, .terminatesOn)
        for line in tracer.trace(circuit.id) where line.end == .connected {
            guard let machine = CableMap.machine(of: line.last, in: snapshot), let cable = line.cables.first else {
                continue
            }
            ends.append(
                Member(to: machine, relation: .terminatesOn, origin: Origin(record: cable, field: "a_terminations")))
        }
        need(circuit.id, ends)
        if ends.isEmpty { need(circuit.id, members("site", of: circuit, .standsIn)) }
        if InService.test(circuit) { for end in ends { circuitDevices[end.to, default: []].append(circuit.id) } }
    }

    /// Whether an interface is part of the network that services use.
    private func carries(_ port: Object) -> Bool {
        guard port["enabled"]?.bool != false, !port.flag("mgmt_only") else { return false }
        let type = port.text("type") ?? ""
        return !type.contains("gfc") && !type.contains("infiniband")
    }

    /// Ports, cables and panels of a line, as nodes.
    private mutating func elements(of line: CableTrace) -> [Int32] {
        var out = line.elements.map { node($0) }
        for element in line.elements where element.kind == .frontPort || element.kind == .rearPort {
            if let panel = CableMap.machine(of: element, in: snapshot) { out.append(node(panel)) }
        }
        return out
    }

    /// Adjacency from links.
    private mutating func connect() {
        let count = network.devices.count
        var degree = [Int32](repeating: 0, count: count + 1)
        for link in network.links {
            degree[Int(link.a) + 1] += 1
            degree[Int(link.b) + 1] += 1
        }
        for slot in 0..<count { degree[slot + 1] += degree[slot] }
        network.first = degree
        network.neighbour = [Int32](repeating: 0, count: network.links.count * 2)
        network.linkTo = network.neighbour
        for (position, link) in network.links.enumerated() {
            for (here, there) in [(link.a, link.b), (link.b, link.a)] {
                let slot = Int(degree[Int(here)])
                network.neighbour[slot] = there
                network.linkTo[slot] = Int32(position)
                degree[Int(here)] += 1
            }
        }
    }

    private static let border = ["border", "router", "gateway", "dinh-tuyen"]
    private static let core = ["core"]
    private static let firewall = ["firewall", "tuong-lua"]
    private static let access = ["switch", "chuyen-mach"]
    private static let other = ["bridge", "access-point", "load-balancer", "waf", "wlan", "vpn"]

    /// What a device does, by the words of its role and capabilities.
    private func words(_ device: ObjectID) -> [String] {
        guard let object = snapshot[device] else { return [] }
        return [object.text("role") ?? ""] + object.texts("capabilities")
    }

    private mutating func chooseExits(_ devices: [ObjectID]) {
        let classes = [Self.border, Self.core, Self.firewall, Self.access]
        let known = devices.map { words($0) }
        func matches(_ device: Int, _ texts: [String]) -> Bool {
            known[device].contains { word in texts.contains { word.contains($0) } }
        }
        let all = classes.flatMap { $0 } + Self.other
        network.forwards = devices.indices.map {
            isInService(devices[$0]) && (matches($0, all) || circuitDevices[devices[$0]] != nil)
        }
        var part = [Int](repeating: -1, count: devices.count)
        var parts: [[Int]] = []
        for start in devices.indices where part[start] < 0 {
            var queue = [start]
            part[start] = parts.count
            var head = 0
            while head < queue.count {
                let here = queue[head]
                head += 1
                for slot in Int(network.first[here])..<Int(network.first[here + 1]) {
                    let next = Int(network.neighbour[slot])
                    if part[next] < 0 {
                        part[next] = parts.count
                        queue.append(next)
                    }
                }
            }
            parts.append(queue)
        }
        for members in parts {
            var exits = members.filter { circuitDevices[devices[$0]] != nil && isInService(devices[$0]) }
            for words in classes where exits.isEmpty {
                exits = members.filter { matches($0, words) && isInService(devices[$0]) }
            }
            network.exits += exits.sorted { devices[$0] < devices[$1] }.map(Int32.init)
        }
    }

    /// Distances and parents when all is well.
    private mutating func measure() {
        let count = network.devices.count
        network.distance = [Int32](repeating: -1, count: count)
        network.parent = network.distance
        network.parentLink = network.distance
        var queue = network.exits
        for exit in queue { network.distance[Int(exit)] = 0 }
        var head = 0
        while head < queue.count {
            let here = Int(queue[head])
            head += 1
            guard network.forwards[here] else { continue }
            for slot in Int(network.first[here])..<Int(network.first[here + 1]) {
                let next = Int(network.neighbour[slot])
                guard network.distance[next] < 0 else { continue }
                network.distance[next] = network.distance[here] + 1
                network.parent[next] = Int32(here)
                network.parentLink[next] = network.linkTo[slot]
                queue.append(Int32(next))
            }
        }
    }

    private mutating func countCoverage(_ devices: [ObjectID]) {
        for (position, device) in devices.enumerated() where isInService(device) && !sources.contains(device) {
            if network.distance[position] >= 0 { coverage.network += 1 } else { coverage.networkWithoutExit += 1 }
        }
    }
}
