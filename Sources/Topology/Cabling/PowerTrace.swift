public import CMDB

/// One way of current, from who draws it up to where it comes from.
public struct PowerTrace: Hashable, Sendable {
    /// How a way ends.
    public enum End: String, Hashable, Sendable, CaseIterable {
        /// At a line of the grid.
        case grid
        /// At a generator.
        case generator
        /// At a UPS, panel or feed above which nothing is recorded.
        case unrecorded
        /// The power port has no cable.
        case unconnected
        /// The cable is planned or being removed, or leads to something that gives no power.
        case broken
        /// It comes back to itself.
        case loop
    }

    /// One move upstream.
    public struct Step: Hashable, Sendable {
        /// Who draws.
        public let from: ObjectID
        /// Who gives.
        public let to: ObjectID
        /// The record that says so: a cable, or who has the field.
        public let origin: Origin
    }

    /// The device, port, outlet, feed or unit asked about.
    public let start: ObjectID
    /// Upstream.
    public let steps: [Step]
    /// How it ends.
    public let end: End
    /// `a` or `b`, from the first feed, panel or UPS on the way that states it; nil when none does.
    public let side: String?
    /// True where it is only known that the rack has this feed, not that the device is plugged into it.
    public let isAssumed: Bool

    /// Where it ends.
    public var last: ObjectID { steps.last?.to ?? start }
}

extension CableTracer {
    /// All ways of current to `start`: a device, a power port, an outlet, a feed, a panel, a UPS or a cooling unit.
    ///
    /// A device without cabled power ports is shown with the feeds of its rack, marked as assumed.
    public func powerTraces(_ start: ObjectID) -> [PowerTrace] {
        var walk = PowerWalk(tracer: self, start: start)
        walk.follow(start)
        return walk.done
    }
}

private struct PowerWalk {
    let tracer: CableTracer
    let start: ObjectID
    var steps: [PowerTrace.Step] = []
    var seen: Set<ObjectID> = []
    var sides: [String] = []
    var assumed = 0
    var done: [PowerTrace] = []

    private var snapshot: Snapshot { tracer.snapshot }

    mutating func finish(_ end: PowerTrace.End) {
        done.append(PowerTrace(start: start, steps: steps, end: end, side: sides.first, isAssumed: assumed > 0))
    }

    mutating func follow(_ id: ObjectID) {
        guard seen.insert(id).inserted else { return finish(.loop) }
        defer { seen.remove(id) }
        guard let object = snapshot[id] else { return finish(id.key.hasPrefix("grid:") ? .grid : .broken) }
        let side = object.text("side")
        if let side { sides.append(side) }
        defer { if side != nil { sides.removeLast() } }
        switch id.kind {
        case .device: device(object)
        case .powerPort: port(object)
        case .powerOutlet: outlet(object)
        case .generator: finish(.generator)
        default: plant(object)
        }
    }

    private mutating func go(_ from: ObjectID, _ ways: [(to: ObjectID, origin: Origin)], else end: PowerTrace.End) {
        guard !ways.isEmpty else { return finish(end) }
        for way in ways {
            steps.append(PowerTrace.Step(from: from, to: way.to, origin: way.origin))
            follow(way.to)
            steps.removeLast()
        }
    }

    private mutating func device(_ device: Object) {
        if let unit = snapshot.referrers(of: device.id).first(where: {
            $0.field == "device" && [.ups, .generator, .coolingUnit].contains($0.from.kind)
        }) {
            return go(device.id, [(unit.from, Origin(record: unit.from, field: "device"))], else: .unrecorded)
        }
        let ports = snapshot.referrers(of: device.id, kind: .powerPort, field: "device").map(\.id)
        if ports.contains(where: { !tracer.map.plugs($0).isEmpty }) {
            return go(device.id, ports.map { ($0, Origin(record: $0, field: "device")) }, else: .unrecorded)
        }
        if let bay = snapshot.referrers(of: device.id, kind: .deviceBay, field: "installed_device").first,
            let chassis = Snapshot.ids("device", in: bay).first
        {
            return go(device.id, [(chassis, Origin(record: bay.id, field: "installed_device"))], else: .unrecorded)
        }
        guard let rack = snapshot.target(of: "rack", in: device) else { return finish(.unrecorded) }
        var feeds = Snapshot.ids("power_feeds", in: rack).map { ($0, Origin(record: rack.id, field: "power_feeds")) }
        for feed in snapshot.referrers(of: rack.id, kind: .powerFeed, field: "rack")
        where !feeds.contains(where: { $0.0 == feed.id }) {
            feeds.append((feed.id, Origin(record: feed.id, field: "rack")))
        }
        assumed += 1
        go(device.id, feeds, else: .unrecorded)
        assumed -= 1
    }

    private mutating func port(_ port: Object) {
        let plugs = tracer.map.connected(port.id)
        guard !plugs.isEmpty else {
            return finish(tracer.map.plugs(port.id).isEmpty ? .unconnected : .broken)
        }
        for plug in plugs {
            let ends = plug.far.filter { $0.kind == .powerOutlet || $0.kind == .powerFeed }
            go(port.id, ends.map { ($0, Origin(record: plug.cable.id, field: "b_terminations")) }, else: .broken)
        }
    }

    private mutating func outlet(_ outlet: Object) {
        guard let machine = CableMap.machineKey(of: outlet.id) else { return finish(.broken) }
        if let name = outlet.text("power_port") {
            let port = ObjectID(.powerPort, "\(machine):\(name)")
            return go(outlet.id, [(port, Origin(record: outlet.id, field: "power_port"))], else: .broken)
        }
        go(outlet.id, [(ObjectID(.device, machine), Origin(record: outlet.id, field: "device"))], else: .broken)
    }

    private mutating func plant(_ unit: Object) {
        var ways: [(ObjectID, Origin)] = []
        for field in ["backed_by", "power_panel", "fed_by", "power_feeds"] {
            for id in Snapshot.ids(field, in: unit) { ways.append((id, Origin(record: unit.id, field: field))) }
        }
        if let line = unit.text("utility") {
            ways.append((ObjectID(.powerPanel, "grid:\(line)"), Origin(record: unit.id, field: "utility")))
        }
        go(unit.id, ways, else: .unrecorded)
    }
}
