import Addressing
public import CMDB
public import Evidence
public import Notation

/// What a discovered device becomes as evidence: facts about a record of the inventory, or about one that is proposed.
///
/// Interfaces, addresses, parts and the system group have the names and shapes that probes give them, so that drift sees
/// no difference between the two; what only discovery reads stands under `discovery.…`. Nothing is written to the
/// inventory from here.
public struct ProposalFacts: Sendable {
    /// What the people who ran the discovery know beyond what the devices tell.
    public struct Hints: Sendable, Equatable {
        /// Slug of the site for new devices.
        public var site: String?
        /// Slug of the tenant for new devices.
        public var tenant: String?
        /// Slug of the role for new devices whose role nothing tells.
        public var role: String?
        /// How probes reach it (`monitoring` of a device); secrets by reference only.
        public var monitoring: [String: JSONValue] = [:]
        /// No hints.
        public init() {}
    }

    private let validFor: Duration
    private let moment: Timestamp

    /// - Parameter validFor: how long the facts may be believed.
    public init(at moment: Timestamp, validFor: Duration) {
        self.moment = moment
        self.validFor = validFor
    }

    /// A slug for a new device: its name, else its address; never one that is taken.
    public static func slug(_ device: DiscoveredDevice, taken: (String) -> Bool) -> String {
        var base = device.sysName.map { Slug.of(InventoryMatcher.label($0.value)) } ?? ""
        // Names such as "switch" or "localhost" are what devices are called before anybody named them.
        if base.isEmpty || ["localhost", "switch", "router", "default", "unknown", "device"].contains(base) {
            base = Slug.of("discovered \(device.endpoints.first?.description ?? "device")")
        }
        base = String(base.prefix(90))
        if !taken(base) { return base }
        for number in 2..<100_000 where !taken("\(base)-\(number)") { return "\(base)-\(number)" }
        return base
    }

    /// The facts about `device`.
    /// - Parameter source: who asked and where: `discover@192.0.2.7:161`.
    public func facts(_ device: DiscoveredDevice, subject: ObjectID, source: String, hints: Hints) -> [Fact] {
        var out: [Fact] = []
        func note(_ name: String, _ value: JSONValue) {
            out.append(
                Fact(
                    subject: subject, name: name, value: value, observedAt: moment, validFor: validFor, source: source))
        }
        func list(_ name: String, _ values: [JSONValue]) { if !values.isEmpty { note(name, .array(values)) } }
        note("discovery.device", Self.identity(device, hints))
        if let system = Self.system(device) { note("snmp.system", system) }
        list("snmp.interfaces", device.interfaces.map(Self.interface))
        list(
            "snmp.addresses",
            device.interfaces.flatMap { interface in
                interface.addresses.map {
                    [
                        "address": .string($0.address.withoutZone.description),
                        "if_index": .int(Int64(interface.index)),
                        "prefix_length": .int(Int64($0.length)),
                    ]
                }
            })
        list("snmp.entities", device.entities.compactMap(Self.entity))
        list("discovery.neighbours", device.neighbours.map(\.json))
        list("discovery.vlans", device.vlans.map(\.json))
        list("discovery.storage", device.storage.map(\.json))
        list("discovery.cpus", device.cpus.map(\.json))
        list("discovery.sensors", device.sensors.map(\.json))
        list("discovery.power", device.power.map(\.json))
        list("discovery.notes", device.notes.map(\.json))
        if let memory = device.memory { note("discovery.memory", memory.json) }
        if let ups = device.ups { note("discovery.ups", ups.json) }
        return out
    }

    /// What makes it this device and no other; nothing in here changes by itself from one minute to the next.
    private static func identity(_ device: DiscoveredDevice, _ hints: Hints) -> JSONValue {
        var out = Members()
        out["endpoints"] = .array(device.endpoints.map { .string($0.description) })
        out.text("name", device.sysName?.value)
        out["manufacturer"] = device.manufacturer?.json { ["slug": .string($0.slug), "name": .string($0.name)] }
        out["model"] = device.model?.json { .string($0) }
        out["role"] = device.role?.json { .string($0) }
        out["platform"] = device.platform?.json { .string($0) }
        out["os_version"] = device.osVersion?.json { .string($0) }
        out["serial"] = device.serial?.json { .string($0) }
        out["asset_tag"] = device.assetTag?.json { .string($0) }
        out["is_virtual"] = device.isVirtual?.json { .bool($0) }
        out.text("site", hints.site)
        out.text("tenant", hints.tenant)
        out.text("role_hint", hints.role)
        if !hints.monitoring.isEmpty { out["monitoring"] = .object(hints.monitoring) }
        return out.json
    }

    private static func system(_ device: DiscoveredDevice) -> JSONValue? {
        guard device.sysObjectID != nil || device.sysDescr != nil || device.sysName != nil else { return nil }
        var out = Members()
        out.text("sys_descr", device.sysDescr)
        out.text("sys_object_id", device.sysObjectID)
        out.text("sys_name", device.sysName?.value)
        out.text("sys_contact", device.contact)
        out.text("sys_location", device.location)
        out.number("sys_up_time_s", device.uptimeSeconds)
        return out.json
    }

    /// In the shape of the `snmp-interfaces` probe, with what only discovery tells beside it.
    private static func interface(_ interface: DiscoveredInterface) -> JSONValue {
        var out = Members()
        out.number("index", interface.index)
        out.text("name", interface.name)
        out.text("alias", interface.alias)
        out.text("description", interface.description)
        out.number("type", interface.ifType)
        out.text("type_slug", interface.type)
        out.number("mtu", interface.mtu)
        out.number("speed_bps", interface.speed)
        out.bool("admin_up", interface.adminUp)
        out.bool("oper_up", interface.operUp)
        out.text("mac", interface.mac?.description)
        out.number("untagged_vlan", interface.untaggedVLAN)
        if !interface.taggedVLANs.isEmpty {
            out["tagged_vlans"] = .array(interface.taggedVLANs.map { .int(Int64($0)) })
        }
        out.number("lag_index", interface.lagParent)
        if interface.managementOnly { out.bool("management_only", true) }
        return out.json
    }

    /// In the shape of the `snmp-system` probe: parts with a serial number, their class as ENTITY-MIB counts it.
    private static func entity(_ entity: DiscoveredEntity) -> JSONValue? {
        guard let serial = entity.serial, !serial.isEmpty else { return nil }
        let classes = [
            "other", "unknown", "chassis", "backplane", "container", "powerSupply", "fan", "sensor", "module", "port",
            "stack", "cpu",
        ]
        var out = Members()
        out.number("index", entity.index)
        let spelling = entity.entityClass.lowercased().filter(\.isLetter)
        let place = classes.firstIndex { $0.lowercased() == spelling }
        out.number("class", place.map { $0 + 1 })
        out.text("name", entity.name)
        out.text("serial", serial)
        out.text("model", entity.model)
        return out.json
    }
}
