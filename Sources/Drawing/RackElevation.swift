import CMDB
import Notation

/// What stands where in a rack: the figures behind the drawing.
struct RackElevation {
    /// One device on one face.
    struct Slot {
        let device: Object
        /// Units from the lowest edge of the rack to the lower edge of the device.
        let bottom: Double
        let height: Double
        /// The face it is screwed to.
        let face: RackFace
        let isFullDepth: Bool
        /// Place among devices that claim the same units: 0 of 1 when there is no such clash.
        var lane = 0
        var lanes = 1

        func isSeen(from side: RackFace) -> Bool { isFullDepth || side == face }
        var top: Double { bottom + height }
    }

    let rack: Object
    let units: Int
    let slots: [Slot]
    /// In the rack without taking a unit: no position, or no height.
    let unplaced: [Object]
    /// Placed outside the rack's units.
    let outside: [Object]
    /// Pairs of devices on the same units of the same face.
    let clashes: Int

    init(_ rack: Object, in snapshot: Snapshot) {
        self.rack = rack
        let units = rack.int("u_height") ?? 42
        self.units = units
        let start = Double(rack.int("starting_unit") ?? 1)
        var slots: [Slot] = []
        var unplaced: [Object] = []
        var outside: [Object] = []
        for device in snapshot.referrers(of: rack.id, kind: .device, field: "rack") {
            let type = snapshot.target(of: "device_type", in: device)
            let height = type?["u_height"]?.number ?? 1
            guard let position = device["position"]?.number, height > 0 else {
                unplaced.append(device)
                continue
            }
            let offset = position - start
            let bottom = rack.flag("desc_units") ? Double(units) - offset - height : offset
            guard bottom > -0.001, bottom + height < Double(units) + 0.001 else {
                outside.append(device)
                continue
            }
            slots.append(
                Slot(
                    device: device, bottom: bottom, height: height,
                    face: device.text("face").flatMap(RackFace.init) ?? .front,
                    isFullDepth: type?["is_full_depth"]?.bool ?? true))
        }
        slots.sort { ($0.bottom, $0.device.id) < ($1.bottom, $1.device.id) }
        clashes = Self.spread(&slots)
        self.slots = slots
        self.unplaced = unplaced
        self.outside = outside
    }

    /// Gives devices that claim the same space lanes of their own, so that none hides another.
    private static func spread(_ slots: inout [Slot]) -> Int {
        var clashes = 0
        var heap: [Int] = []
        var top = -1.0
        func settle(_ heap: [Int], _ slots: inout [Slot]) {
            guard heap.count > 1 else { return }
            for (lane, index) in heap.enumerated() {
                slots[index].lane = lane
                slots[index].lanes = heap.count
            }
        }
        for index in slots.indices {
            let meets = heap.filter { other in
                slots[other].top > slots[index].bottom + 0.001
                    && RackFace.allCases.contains { slots[other].isSeen(from: $0) && slots[index].isSeen(from: $0) }
            }
            clashes += meets.count
            if meets.isEmpty, slots[index].bottom >= top - 0.001 {
                settle(heap, &slots)
                heap = [index]
            } else if meets.isEmpty {
                continue
            } else {
                heap.append(index)
            }
            top = max(top, slots[index].top)
        }
        settle(heap, &slots)
        return clashes
    }

    /// Runs of half units that nothing takes on this face, as bottom and height in units.
    func free(_ side: RackFace) -> [(bottom: Double, height: Double)] {
        var taken = [Bool](repeating: false, count: units * 2)
        for slot in slots where slot.isSeen(from: side) {
            let first = max(0, Int((slot.bottom * 2).rounded(.down)))
            let last = min(taken.count, Int((slot.top * 2).rounded(.up)))
            for index in first..<max(first, last) { taken[index] = true }
        }
        var runs: [(bottom: Double, height: Double)] = []
        var index = 0
        while index < taken.count {
            guard !taken[index] else {
                index += 1
                continue
            }
            let begin = index
            while index < taken.count, !taken[index] { index += 1 }
            runs.append((Double(begin) / 2, Double(index - begin) / 2))
        }
        return runs
    }

    /// The number printed beside a unit, counted from the lowest edge.
    func number(_ unit: Int) -> Int {
        let start = rack.int("starting_unit") ?? 1
        return rack.flag("desc_units") ? start + units - 1 - unit : start + unit
    }

    /// What a rack draws, and how many of its devices say so.
    struct Power {
        var allocated = 0.0
        var maximum = 0.0
        /// Devices with at least one power port that states its draw.
        var known = 0
        var devices = 0
    }

    func power(_ snapshot: Snapshot) -> Power {
        var power = Power()
        for device in slots.map(\.device) + unplaced + outside {
            power.devices += 1
            let ports = snapshot.referrers(of: device.id, kind: .powerPort, field: "device")
            let allocated = ports.compactMap { $0.int("allocated_draw") }
            let maximum = ports.compactMap { $0.int("maximum_draw") }
            power.allocated += Double(allocated.reduce(0, +))
            power.maximum += Double(maximum.reduce(0, +))
            if !allocated.isEmpty || !maximum.isEmpty { power.known += 1 }
        }
        return power
    }

    /// The feeds of the rack, sorted.
    func feeds(_ snapshot: Snapshot) -> [Object] {
        let named = Snapshot.ids("power_feeds", in: rack)
        let back = snapshot.referrers(of: rack.id, kind: .powerFeed, field: "rack").map(\.id)
        return Set(named + back).sorted().compactMap { snapshot[$0] }
    }

    /// What a feed may carry in watts: voltage × amperage × utilisation, × √3 on three phases.
    static func capacity(_ feed: Object) -> Double? {
        guard let volt = feed.int("voltage"), let ampere = feed.int("amperage") else { return nil }
        let phases = feed.text("phase") == "three-phase" ? 3.0.squareRoot() : 1
        return abs(Double(volt)) * Double(ampere) * phases * Double(feed.int("max_utilization") ?? 80) / 100
    }
}
