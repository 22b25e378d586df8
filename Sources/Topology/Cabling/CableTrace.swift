public import CMDB

/// One line from a port to where it ends, through cables and patch panels.
public struct CableTrace: Hashable, Sendable {
    /// One move along the line.
    public struct Step: Hashable, Sendable {
        /// The port left.
        public let from: ObjectID
        /// The cable taken; nil inside a patch panel.
        public let cable: ObjectID?
        /// The port or circuit reached.
        public let to: ObjectID
        /// Position on the rear port, for moves inside a patch panel.
        public let position: Int?
    }

    /// How a line ends.
    public enum End: String, Hashable, Sendable, CaseIterable {
        /// At an interface, a console port, an outlet, a feed: a thing that uses the line.
        case connected
        /// At a circuit, which leads out of the site.
        case circuit
        /// No cable is plugged into the port asked about.
        case unconnected
        /// Connected to something that is not recorded (`mark_connected`).
        case marked
        /// The cable is recorded, but planned or being removed.
        case planned
        /// In a patch panel: the port reached has no cable, or nothing is wired behind it.
        case dangling
        /// The cable names a port that does not exist.
        case missing
        /// The line comes back to itself.
        case loop
    }

    /// The port asked about.
    public let start: ObjectID
    /// From `start` on; empty when nothing is plugged in.
    public let steps: [Step]
    /// How it ends.
    public let end: End
    /// Whether the line was one of several because a cable or a rear port splits.
    public let isSplit: Bool

    /// Where it ends; the start when nothing is plugged in.
    public var last: ObjectID { steps.last?.to ?? start }
    /// The cables it runs through.
    public var cables: [ObjectID] { steps.compactMap(\.cable) }
    /// Every port, cable and circuit on it, start and end included, in order.
    public var elements: [ObjectID] { [start] + steps.flatMap { [$0.cable, $0.to].compactMap { $0 } } }
    /// Whether it ends at something that uses it.
    public var isComplete: Bool { end == .connected || end == .circuit || end == .marked }
}

/// Follows cables.
public struct CableTracer: Sendable {
    let snapshot: Snapshot
    let map: CableMap
    /// Longest line followed; beyond it is called a loop.
    private static let longest = 512

    /// Reads the cables and patch panels of `snapshot` once.
    public init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        map = CableMap(snapshot)
    }

    /// All lines that leave `port`, in order of port names: one, or several where the line splits. From a port of a
    /// patch panel both ways are followed: out through its cable and through the panel.
    public func trace(_ port: ObjectID) -> [CableTrace] {
        var walk = Walk(tracer: self, start: port)
        walk.leave(port, stack: [])
        if port.kind == .frontPort || port.kind == .rearPort { walk.enterPanel(port, stack: []) }
        return walk.done
    }

    /// All ports of a device, in order of kind and name, connected or not. Virtual interfaces, bundles and bridges have
    /// no plug and are left out unless a cable says otherwise.
    public func ports(of device: ObjectID) -> [ObjectID] {
        snapshot.referrers(of: device)
            .filter { $0.field == "device" && Schema.pluggableComponents.contains($0.from.kind) }
            .map(\.from)
            .filter { port in
                guard port.kind == .interface, let type = snapshot[port]?.text("type") else { return true }
                return !["virtual", "lag", "bridge"].contains(type) || !map.plugs(port).isEmpty
            }
            .sorted()
    }

    /// Every line of a device: one trace or more per port.
    public func trace(device: ObjectID) -> [CableTrace] { ports(of: device).flatMap { trace($0) } }

    /// Every line a cable is part of, each from one end to the other: from its first a end outwards and through.
    public func trace(cable: ObjectID) -> [CableTrace] {
        guard let object = snapshot[cable] else { return [] }
        let far = Snapshot.ids("b_terminations", in: object).flatMap { trace($0) }
            .filter { $0.cables.first != cable }.map(\.last)
        // From beyond a patch panel the whole line is seen, from the cable's own end only its half.
        let starts = far.isEmpty ? Snapshot.ids("a_terminations", in: object) : far
        return starts.flatMap { trace($0) }.filter { $0.cables.contains(cable) }
    }

    private struct Place: Hashable {
        let port: ObjectID
        let stack: [Int]
        let inside: Bool
    }

    private struct Walk {
        let tracer: CableTracer
        let start: ObjectID
        var steps: [CableTrace.Step] = []
        var seen: Set<Place> = []
        var splits = 0
        var done: [CableTrace] = []

        mutating func finish(_ end: CableTrace.End) {
            done.append(CableTrace(start: start, steps: steps, end: end, isSplit: splits > 0))
        }

        /// Takes the cable at `port`.
        mutating func leave(_ port: ObjectID, stack: [Int]) {
            let place = Place(port: port, stack: stack, inside: false)
            guard seen.insert(place).inserted, steps.count < CableTracer.longest else { return finish(.loop) }
            defer { seen.remove(place) }
            let all = tracer.map.plugs(port)
            let plugs = all.filter { InService.test($0.cable) }
            guard !plugs.isEmpty else {
                if let plug = all.first {
                    for far in plug.far {
                        steps.append(.init(from: port, cable: plug.cable.id, to: far, position: nil))
                        finish(.planned)
                        steps.removeLast()
                    }
                    return
                }
                if steps.isEmpty {
                    return finish(tracer.snapshot[port]?.flag("mark_connected") == true ? .marked : .unconnected)
                }
                return finish(.dangling)
            }
            let ways = plugs.flatMap { plug in plug.far.map { (plug.cable.id, $0) } }
            splits += ways.count > 1 ? 1 : 0
            defer { splits -= ways.count > 1 ? 1 : 0 }
            for (cable, far) in ways {
                steps.append(.init(from: port, cable: cable, to: far, position: nil))
                arrive(far, stack: stack)
                steps.removeLast()
            }
        }

        private mutating func arrive(_ port: ObjectID, stack: [Int]) {
            guard tracer.snapshot[port] != nil else { return finish(.missing) }
            switch port.kind {
            case .frontPort, .rearPort: enterPanel(port, stack: stack)
            case .circuit: finish(.circuit)
            default: finish(port == start ? .loop : .connected)
            }
        }

        /// Goes through the panel from `port` to its other side and on.
        mutating func enterPanel(_ port: ObjectID, stack: [Int]) {
            let place = Place(port: port, stack: stack, inside: true)
            guard seen.insert(place).inserted, steps.count < CableTracer.longest else { return finish(.loop) }
            defer { seen.remove(place) }
            if port.kind == .frontPort {
                guard let (rear, position) = tracer.map.behind(port), tracer.snapshot[rear] != nil else {
                    return finish(.dangling)
                }
                steps.append(.init(from: port, cable: nil, to: rear, position: position))
                leave(rear, stack: stack + [position])
                steps.removeLast()
                return
            }
            let fronts = tracer.map.before(port, position: stack.last)
            guard !fronts.isEmpty else { return finish(.dangling) }
            splits += fronts.count > 1 ? 1 : 0
            defer { splits -= fronts.count > 1 ? 1 : 0 }
            for (front, position) in fronts {
                steps.append(.init(from: port, cable: nil, to: front, position: position))
                leave(front, stack: Array(stack.dropLast()))
                steps.removeLast()
            }
        }
    }
}

extension Schema {
    /// Components that take a plug.
    static let pluggableComponents: Set<Kind> = [
        .interface, .frontPort, .rearPort, .consolePort, .consoleServerPort, .powerPort, .powerOutlet,
    ]
}
