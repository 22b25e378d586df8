import CMDB
import Notation

extension GraphBuilder {
    /// Power, from the device's ports up to the grid.
    mutating func addPower() {
        for device in snapshot.objects(.device) { addDevicePower(device) }
        for port in snapshot.objects(.powerPort) { addPort(port) }
        for outlet in snapshot.objects(.powerOutlet) { addOutlet(outlet) }
        for feed in snapshot.objects(.powerFeed) { addFeed(feed) }
        for panel in snapshot.objects(.powerPanel) { addPanel(panel) }
        for kind in [Kind.ups, .generator, .coolingUnit] {
            for unit in snapshot.objects(kind) { addUnit(unit) }
        }
    }

    /// A device lives while any of its cabled power ports does (or as many as the redundancy group asks that lists
    /// them). Without cabled ports its rack's feeds are assumed: all gone means dark, one gone is unknown.
    private mutating func addDevicePower(_ device: Object) {
        _ = node(device.id)
        guard InService.test(device), !sources.contains(device.id), drawsPower(device) else { return }
        coverage.devices += 1
        let ports = snapshot.referrers(of: device.id, kind: .powerPort, field: "device")
            .filter { !tracer.map.connected($0.id).isEmpty }
        if !ports.isEmpty {
            coverage.powerPorts += 1
            let members = ports.map {
                Member(to: $0.id, relation: .poweredBy, origin: Origin(record: $0.id, field: "device"))
            }
            let (count, group) = asked(ofPorts: ports.map(\.id))
            need(device.id, members, count: count, group: group)
            return
        }
        if !snapshot.referrers(of: device.id, kind: .deviceBay, field: "installed_device").isEmpty {
            coverage.powerPorts += 1
            return
        }
        guard let rack = snapshot.target(of: "rack", in: device) else { return }
        var feeds = members("power_feeds", of: rack, .poweredBy)
        feeds += (rackFeeds[rack.id] ?? []).map {
            Member(to: $0, relation: .poweredBy, origin: Origin(record: $0, field: "rack"))
        }
        guard !feeds.isEmpty else { return }
        coverage.powerByRack += 1
        need(device.id, feeds, assumed: true)
    }

    /// The redundancy group that lists power ports of this device says how many must live.
    private func asked(ofPorts ports: [ObjectID]) -> (count: Int, group: String?) {
        for port in ports {
            let groups = snapshot.referrers(of: port, kind: .redundancyGroup, field: "members")
            if let group = groups.first { return (asked(group.id.key), group.id.key) }
        }
        return (1, nil)
    }

    /// Patch panels draw none.
    private func drawsPower(_ device: Object) -> Bool {
        var isPanel = false
        for reference in snapshot.referrers(of: device.id) where reference.field == "device" {
            switch reference.from.kind {
            case .interface, .powerPort, .consolePort, .powerOutlet: return true
            case .frontPort, .rearPort: isPanel = true
            default: break
            }
        }
        return !isPanel
    }

    /// A power port needs what its cable leads to.
    private mutating func addPort(_ port: Object) {
        let plugs = tracer.map.connected(port.id)
        guard !plugs.isEmpty else { return }
        for plug in plugs {
            let origin = Origin(record: plug.cable.id, field: "b_terminations")
            let ends = plug.far.filter { $0.kind == .powerOutlet || $0.kind == .powerFeed }
            need(port.id, ends.map { Member(to: $0, relation: .poweredBy, origin: origin) })
            need(port.id, [Member(to: plug.cable.id, relation: .poweredBy, origin: origin)])
        }
    }

    /// An outlet needs its PDU and the input it hangs on.
    private mutating func addOutlet(_ outlet: Object) {
        guard !tracer.map.connected(outlet.id).isEmpty else { return }
        need(outlet.id, members("device", of: outlet, .poweredBy))
        guard let name = outlet.text("power_port"), let machine = CableMap.machineKey(of: outlet.id) else { return }
        let port = ObjectID(.powerPort, "\(machine):\(name)")
        guard snapshot[port] != nil else { return }
        let origin = Origin(record: outlet.id, field: "power_port")
        need(outlet.id, [Member(to: port, relation: .poweredBy, origin: origin)])
    }

    /// A feed needs its panel (or, when the panel is dark, a generator behind it) and one of the UPSes in its line.
    private mutating func addFeed(_ feed: Object) {
        _ = node(feed.id)
        let behind = members("backed_by", of: feed, .poweredBy)
        let generators = behind.filter { $0.to.kind == .generator }
        let panels = members("power_panel", of: feed, .poweredBy)
        need(feed.id, behind.filter { $0.to.kind != .generator })
        if panels.isEmpty {
            need(feed.id, generators, effect: .reserve)
        } else {
            need(feed.id, panels + generators)
        }
    }

    /// A panel with a transfer switch needs any of its sources; without one every source it names is in its line, but
    /// for units of one redundancy group.
    private mutating func addPanel(_ panel: Object) {
        _ = node(panel.id)
        var sources = members("fed_by", of: panel, .poweredBy)
        if let line = panel.text("utility") {
            let grid = ObjectID(.powerPanel, "grid:\(line)")
            sources.append(
                Member(to: grid, relation: .poweredBy, origin: Origin(record: panel.id, field: "utility")))
        }
        let transfer = panel.text("transfer") ?? "none"
        if transfer != "none" { need(panel.id, sources) } else { needByGroup(panel.id, sources) }
    }

    /// A UPS takes whichever input is live, and dies with it when its batteries are empty. `device` is the same machine.
    private mutating func addUnit(_ unit: Object) {
        _ = node(unit.id)
        need(unit.id, members("fed_by", of: unit, .poweredBy))
        need(unit.id, members("power_feeds", of: unit, .poweredBy))
        for body in members("device", of: unit, .sameAs) {
            need(unit.id, [body])
            need(body.to, [Member(to: unit.id, relation: .sameAs, origin: body.origin)])
        }
    }

    /// Devices stand in racks, racks in rooms, rooms at sites; a room is cooled by the units in it.
    mutating func addPlaces() {
        for device in snapshot.objects(.device) { addPlace(device, ["rack", "location", "site"]) }
        for rack in snapshot.objects(.rack) { addPlace(rack, ["location", "site"]) }
        for kind in [Kind.powerPanel, .ups, .generator] {
            for unit in snapshot.objects(kind) { addPlace(unit, ["rack", "location", "site"]) }
        }
        // Not in its room: the room needs it, and that is enough.
        for unit in snapshot.objects(.coolingUnit) { addPlace(unit, ["site"]) }
        for feed in snapshot.objects(.powerFeed) where feed.text("power_panel") == nil { addPlace(feed, ["site"]) }
        var cooling: [ObjectID: [Object]] = [:]
        for unit in snapshot.objects(.coolingUnit) {
            if let room = Snapshot.ids("location", in: unit).first { cooling[room, default: []].append(unit) }
        }
        for location in snapshot.objects(.location) {
            addPlace(location, ["parent", "site"])
            let units = cooling[location.id] ?? []
            let groups = Set(units.map { $0.text("redundancy_group") })
            let group = groups.count == 1 ? groups.first.flatMap { $0 } : nil
            need(
                location.id,
                units.map {
                    Member(to: $0.id, relation: .cooledBy, origin: Origin(record: $0.id, field: "location"))
                }, count: group.map(asked) ?? 1, group: group, assumed: group == nil)
        }
    }

    /// In the first place that is recorded; that one stands in the next.
    private mutating func addPlace(_ object: Object, _ fields: [String]) {
        for field in fields {
            let place = members(field, of: object, .standsIn)
            guard !place.isEmpty else { continue }
            need(object.id, place)
            return
        }
    }
}
