import Addressing

extension DiscoveredDevice {
    /// One machine of which two told: of each attribute the surer answer, of equally sure ones this device's.
    ///
    /// Interfaces are matched by name, then by hardware address; the lists of parts are taken from the one that has
    /// them. A note that something is absent falls when the other one has it.
    public func merged(with other: DiscoveredDevice) -> DiscoveredDevice {
        var out = self
        func surer<Value>(_ a: Known<Value>?, _ b: Known<Value>?) -> Known<Value>? {
            guard let a, let b else { return a ?? b }
            return b.confidence > a.confidence ? b : a
        }
        out.endpoints += other.endpoints.filter { !endpoints.contains($0) }
        out.sysName = surer(sysName, other.sysName)
        out.sysDescr = sysDescr ?? other.sysDescr
        out.sysObjectID = sysObjectID ?? other.sysObjectID
        out.contact = contact ?? other.contact
        out.location = location ?? other.location
        out.uptimeSeconds = uptimeSeconds ?? other.uptimeSeconds
        out.manufacturer = surer(manufacturer, other.manufacturer)
        out.model = surer(model, other.model)
        out.role = surer(role, other.role)
        out.serial = surer(serial, other.serial)
        out.assetTag = surer(assetTag, other.assetTag)
        out.isVirtual = surer(isVirtual, other.isVirtual)
        // System and version belong together: both from the one that knows the version better.
        let theirs = other.osVersion.map { mine in osVersion.map { mine.confidence > $0.confidence } ?? true } ?? false
        out.osVersion = theirs ? other.osVersion : osVersion
        out.platform = theirs ? other.platform ?? platform : platform ?? other.platform
        out.interfaces = Self.joined(interfaces, other.interfaces)
        if vlans.isEmpty { out.vlans = other.vlans }
        if neighbours.isEmpty { out.neighbours = other.neighbours }
        out.memory = memory ?? other.memory
        if storage.isEmpty { out.storage = other.storage }
        if cpus.isEmpty { out.cpus = other.cpus }
        if sensors.isEmpty { out.sensors = other.sensors }
        out.ups = ups ?? other.ups
        if power.isEmpty { out.power = other.power }
        if entities.isEmpty { out.entities = other.entities }
        let known = out.known
        out.notes = (notes + other.notes.filter { !notes.contains($0) }).filter { note in
            !((note.reason == .absent || note.part == "serial") && known.contains(note.part))
        }
        return out
    }

    /// Parts of which something is known, by the names that notes use.
    private var known: Set<String> {
        let parts: [(String, Bool)] = [
            ("interfaces", !interfaces.isEmpty), ("addresses", interfaces.contains { !$0.addresses.isEmpty }),
            ("vlans", !vlans.isEmpty), ("neighbours", !neighbours.isEmpty), ("entities", !entities.isEmpty),
            ("memory", memory != nil), ("storage", !storage.isEmpty), ("cpus", !cpus.isEmpty),
            ("sensors", !sensors.isEmpty),
            ("manufacturer", manufacturer != nil), ("model", model != nil), ("serial", serial != nil),
            ("os_version", osVersion != nil), ("role", role != nil),
        ]
        return Set(parts.filter(\.1).map(\.0))
    }

    private static func joined(_ mine: [DiscoveredInterface], _ theirs: [DiscoveredInterface]) -> [DiscoveredInterface]
    {
        if mine.isEmpty { return theirs }
        var out = mine
        for port in theirs {
            let place =
                out.firstIndex { $0.name == port.name }
                ?? out.firstIndex {
                    $0.mac != nil && $0.mac == port.mac && $0.type != "virtual" && port.type != "virtual"
                }
            // What only one of the two sees keeps out of the list: indexes of the other count otherwise.
            guard let place else { continue }
            out[place].alias = out[place].alias ?? port.alias
            out[place].mtu = out[place].mtu ?? port.mtu
            out[place].speed = out[place].speed ?? port.speed
            out[place].adminUp = out[place].adminUp ?? port.adminUp
            out[place].operUp = out[place].operUp ?? port.operUp
            out[place].mac = out[place].mac ?? port.mac
            let known = Set(out[place].addresses.map(\.address))
            out[place].addresses = (out[place].addresses + port.addresses.filter { !known.contains($0.address) })
                .sorted()
        }
        return out
    }
}
