import Notation

extension Rules {
    /// Half units: NetBox allows positions such as 10.5.
    private struct Slot: Hashable {
        let rack: String
        let half: Int
        let isRear: Bool
    }

    /// Devices lie inside their rack and no two in one place.
    func checkRacks() {
        var taken: [Slot: Union.Item] = [:]
        for item in union.items(.device) {
            let device = item.object
            guard let position = device.fields["position"]?.number else { continue }
            guard let rackKey = device.text("rack") else {
                if item.isLoaded {
                    report.error(
                        union.place(item, "position"), Subject(item.id), "position without rack",
                        "add rack:, or leave position out")
                }
                continue
            }
            guard let rack = union[ObjectID(.rack, rackKey)] else { continue }
            let model = union.target("device_type", .deviceType, of: device)
            let height = model?.fields["u_height"]?.number ?? 1
            let halves = Int(position * 2)..<Int((position + height) * 2)
            if Double(Int(position * 2)) != position * 2 {
                if item.isLoaded {
                    report.error(
                        union.place(item, "position"), Subject(item.id), "position \(position) is between half units",
                        "write whole or half units such as 10 or 10.5")
                }
                continue
            }
            let top = (rack.int("u_height") ?? 42) + 1
            if halves.upperBound > top * 2, item.isLoaded {
                report.error(
                    union.place(item, "position"), Subject(item.id),
                    "units \(units(halves)) lie outside rack \(rackKey), which has \(top - 1)",
                    "lower the position, or correct u_height of the rack or device type")
                continue
            }
            let isFull = model?.fields["is_full_depth"]?.bool ?? true
            let face = device.text("face")
            let sides = isFull || face == nil ? [false, true] : [face == "rear"]
            place(item, rackKey, halves, sides, &taken)
        }
    }

    private func place(
        _ item: Union.Item, _ rack: String, _ halves: Range<Int>, _ sides: [Bool], _ taken: inout [Slot: Union.Item]
    ) {
        var clashes: [ObjectID: Union.Item] = [:]
        for half in halves {
            for side in sides {
                let slot = Slot(rack: rack, half: half, isRear: side)
                if let other = taken[slot] { clashes[other.id] = other } else { taken[slot] = item }
            }
        }
        guard item.isLoaded else { return }
        for other in clashes.values.sorted(by: { $0.id < $1.id }) {
            report.error(
                union.place(item, "position"), Subject(item.id),
                "units \(units(halves)) of rack \(rack) are taken by \(other.id) (\(union.whereabouts(other)))",
                "move one of the two")
        }
    }

    /// `U21` or `U21-U22`.
    private func units(_ halves: Range<Int>) -> String {
        let (low, high) = (halves.lowerBound / 2, max(halves.lowerBound, halves.upperBound - 1) / 2)
        return low == high ? "U\(low)" : "U\(low)-U\(high)"
    }
}
