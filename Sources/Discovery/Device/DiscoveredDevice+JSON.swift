import Addressing
public import Notation

extension DiscoveredDevice {
    /// The whole of it; members that were not told are left out, lists are always there.
    public var json: JSONValue {
        var out = Members()
        out["endpoints"] = JSONValue.array(endpoints.map { .string($0.description) })
        out["name"] = sysName?.json { .string($0) }
        out.text("sys_descr", sysDescr)
        out.text("sys_object_id", sysObjectID)
        out.text("contact", contact)
        out.text("location", location)
        out["uptime_seconds"] = uptimeSeconds.map { .int(Int64(clamping: $0)) }
        out["manufacturer"] = manufacturer?.json { ["slug": .string($0.slug), "name": .string($0.name)] }
        out["model"] = model?.json { .string($0) }
        out["role"] = role?.json { .string($0) }
        out["platform"] = platform?.json { .string($0) }
        out["os_version"] = osVersion?.json { .string($0) }
        out["serial"] = serial?.json { .string($0) }
        out["asset_tag"] = assetTag?.json { .string($0) }
        out["is_virtual"] = isVirtual?.json { .bool($0) }
        out["interfaces"] = .array(interfaces.map(\.json))
        out["vlans"] = .array(vlans.map(\.json))
        out["neighbours"] = .array(neighbours.map(\.json))
        out["memory"] = memory?.json
        out["storage"] = .array(storage.map(\.json))
        out["cpus"] = .array(cpus.map(\.json))
        out["sensors"] = .array(sensors.map(\.json))
        out["ups"] = ups?.json
        out["power"] = .array(power.map(\.json))
        out["entities"] = .array(entities.map(\.json))
        out["notes"] = .array(notes.map(\.json))
        return out.json
    }
}

/// Members of an object, without those that have no value.
struct Members {
    private var values: [String: JSONValue] = [:]
    subscript(_ name: String) -> JSONValue? {
        get { values[name] }
        set { values[name] = newValue }
    }
    mutating func text(_ name: String, _ value: String?) { values[name] = value.map { .string($0) } }
    mutating func number(_ name: String, _ value: Int?) { values[name] = value.map { .int(Int64($0)) } }
    mutating func number(_ name: String, _ value: Double?) { values[name] = value.map { .double($0) } }
    mutating func number(_ name: String, _ value: UInt64?) { values[name] = value.map { .int(Int64(clamping: $0)) } }
    mutating func bool(_ name: String, _ value: Bool?) { values[name] = value.map { .bool($0) } }
    mutating func numbers(_ name: String, _ value: [Double]) {
        if !value.isEmpty { values[name] = .array(value.map { .double($0) }) }
    }
    var json: JSONValue { .object(values) }
}

extension Known {
    /// `value`, `confidence`, `source`.
    func json(_ render: (Value) -> JSONValue) -> JSONValue {
        ["value": render(value), "confidence": .string(confidence.rawValue), "source": .string(source)]
    }
}

extension DiscoveredInterface {
    /// Units in the keys.
    public var json: JSONValue {
        var out = Members()
        out.number("index", index)
        out.text("name", name)
        out.text("alias", alias)
        out.text("description", description)
        out.number("if_type", ifType)
        out.text("type", type)
        out.number("mtu", mtu)
        out.number("speed_bps", speed)
        out.bool("admin_up", adminUp)
        out.bool("oper_up", operUp)
        out.text("mac", mac?.description)
        out["addresses"] = .array(addresses.map { .string($0.description) })
        out.number("untagged_vlan", untaggedVLAN)
        if !taggedVLANs.isEmpty { out["tagged_vlans"] = .array(taggedVLANs.map { .int(Int64($0)) }) }
        out.number("lag_index", lagParent)
        out.number("parent_index", parent)
        if managementOnly { out.bool("management_only", true) }
        return out.json
    }
}

extension DiscoveredVLAN {
    /// `vid` and `name`.
    public var json: JSONValue {
        var out = Members()
        out.number("vid", vid)
        out.text("name", name)
        return out.json
    }
}

extension DiscoveredNeighbour {
    /// All that was heard.
    public var json: JSONValue {
        var out = Members()
        out.text("protocol", source.rawValue)
        out.text("local_interface", localInterface)
        out.number("local_index", localIndex)
        out.text("chassis_id", chassisID)
        out.text("system_name", systemName)
        out.text("system_description", systemDescription)
        out.text("port_id", portID)
        out.text("port_description", portDescription)
        out.text("platform", platform)
        out["management_addresses"] = .array(managementAddresses.map { .string($0.description) })
        out["capabilities"] = .array(capabilities.map { .string($0) })
        return out.json
    }
}

extension DiscoveredMemory {
    /// Bytes.
    public var json: JSONValue {
        var out = Members()
        out.number("total_bytes", total)
        out.number("used_bytes", used)
        out.text("source", source)
        return out.json
    }
}

extension DiscoveredStorage {
    /// Bytes.
    public var json: JSONValue {
        var out = Members()
        out.text("name", name)
        out.text("kind", kind.rawValue)
        out.number("size_bytes", size)
        out.number("used_bytes", used)
        return out.json
    }
}

extension DiscoveredCPU {
    /// Name and load.
    public var json: JSONValue {
        var out = Members()
        out.text("name", name)
        out.number("load_percent", loadPercent)
        return out.json
    }
}

extension DiscoveredSensor {
    /// Value with its unit beside it.
    public var json: JSONValue {
        var out = Members()
        out.text("name", name)
        out.text("kind", kind.rawValue)
        out.number("value", value)
        if !unit.isEmpty { out.text("unit", unit) }
        out.text("status", status.rawValue)
        return out.json
    }
}

extension DiscoveredUPS {
    /// Units in the keys.
    public var json: JSONValue {
        var out = Members()
        out.text("battery", battery?.rawValue)
        out.text("output", output?.rawValue)
        out.number("charge_percent", chargePercent)
        out.number("minutes_left", minutesLeft)
        out.number("seconds_on_battery", secondsOnBattery)
        out.number("battery_volts", batteryVoltage)
        out.number("temperature_celsius", temperature)
        out.numbers("input_volts", inputVoltages)
        out.number("input_hertz", inputFrequency)
        out.numbers("output_volts", outputVoltages)
        out.numbers("output_amperes", outputCurrents)
        out.numbers("load_percent", loadPercents)
        out.number("output_watts", outputWatts)
        out.number("alarms", alarms)
        return out.json
    }
}

extension DiscoveredPower {
    /// Units in the keys.
    public var json: JSONValue {
        var out = Members()
        out.text("kind", kind.rawValue)
        out.number("index", index)
        out.text("name", name)
        out.bool("on", isOn)
        out.number("amperes", amperes)
        out.number("volts", volts)
        out.number("watts", watts)
        out.number("kilowatt_hours", kilowattHours)
        out.number("rated_amperes", ratedAmperes)
        out.text("status", status.rawValue)
        return out.json
    }
}

extension DiscoveredEntity {
    /// All that was told.
    public var json: JSONValue {
        var out = Members()
        out.number("index", index)
        out.text("class", entityClass)
        out.text("name", name)
        out.text("description", description)
        out.text("model", model)
        out.text("manufacturer", manufacturer)
        out.text("serial", serial)
        out.text("hardware_revision", hardwareRevision)
        out.text("firmware_revision", firmwareRevision)
        out.text("software_revision", softwareRevision)
        out.text("asset_tag", assetTag)
        out.number("parent", parent)
        return out.json
    }
}

extension DiscoveryNote {
    /// `part`, `reason`, `message`.
    public var json: JSONValue {
        ["part": .string(part), "reason": .string(reason.rawValue), "message": .string(message)]
    }
}
