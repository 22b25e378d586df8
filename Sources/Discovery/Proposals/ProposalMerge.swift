import Addressing

extension DiscoveredDevice {
    /// Devices that answered at several addresses become one with several endpoints; the order stays.
    ///
    /// Two answers are the same machine when they give the same serial number and model, or the same name and the same
    /// non-empty set of MAC addresses. Anything less is left apart: twins out of one image share names, not MACs.
    public static func merged(_ devices: [DiscoveredDevice]) -> [DiscoveredDevice] {
        var out: [DiscoveredDevice] = []
        var places: [String: Int] = [:]
        for device in devices {
            guard let key = device.machineKey else {
                out.append(device)
                continue
            }
            guard let place = places[key] else {
                places[key] = out.count
                out.append(device)
                continue
            }
            for address in device.endpoints where !out[place].endpoints.contains(address) {
                out[place].endpoints.append(address)
            }
        }
        return out
    }

    private var machineKey: String? {
        if let serial, serial.confidence > .guess, serial.value.utf8.count >= InventoryMatcher.fewestSerialBytes {
            return "serial \(manufacturer?.value.slug ?? "") \(model?.value ?? "") \(serial.value.lowercased())"
        }
        let macs = Set(interfaces.compactMap(\.mac).map(\.description)).sorted()
        guard !macs.isEmpty, let name = sysName?.value else { return nil }
        return "macs \(name) \(macs.joined(separator: " "))"
    }
}
