public import Notation
public import Remote

/// Names of objects that definitions may use without any MIB file: those of the standards our own probes read.
public struct WellKnownNames: ObjectNames {
    /// Knows nothing else.
    public init() {}

    /// The identifier of `IF-MIB::ifDescr` or `ifDescr`; nil when it is not in the list.
    public func oid(named name: String) throws(InputErrors) -> OID? { Self.oid(name) }
    /// All of the list.
    public func knownNames() -> [String] { [] }

    /// The identifier of `IF-MIB::ifDescr` or `ifDescr`; nil when it is not in the list.
    public static func oid(_ name: String) -> OID? {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 1 { return all[name]?.oid }
        guard parts.count == 3, parts[1].isEmpty, let found = all[String(parts[2])], found.module == parts[0] else {
            return nil
        }
        return found.oid
    }

    /// `IF-MIB::ifDescr.3` for an identifier at or below one of the list; nil for others.
    public static func name(of oid: OID) -> String? {
        for length in stride(from: oid.parts.count, to: 6, by: -1) {
            guard let known = byOID[OID(Array(oid.parts[..<length]))] else { continue }
            return ([known] + oid.parts[length...].map(String.init)).joined(separator: ".")
        }
        return nil
    }

    /// All names, sorted.
    public static let list: [String] = all.keys.sorted()

    private static let byOID: [OID: String] = Dictionary(
        all.map { ($0.value.oid, "\($0.value.module)::\($0.key)") }, uniquingKeysWith: { min($0, $1) })

    static let all: [String: (module: String, oid: OID)] = {
        var out: [String: (module: String, oid: OID)] = [:]
        for (module, root, names) in groups {
            guard let base = OID(dotted: root) else { continue }
            for (name, last) in names { out[name] = (module, base.appending(last)) }
        }
        return out
    }()

    /// Module, the entry or group, and its objects with their last sub-identifier.
    private static let groups: [(String, String, [(String, UInt32)])] = [
        (
            "SNMPv2-MIB", "1.3.6.1.2.1.1",
            [
                ("sysDescr", 1), ("sysObjectID", 2), ("sysUpTime", 3), ("sysContact", 4), ("sysName", 5),
                ("sysLocation", 6), ("sysServices", 7),
            ]
        ),
        (
            "SNMP-FRAMEWORK-MIB", "1.3.6.1.6.3.10.2.1",
            [("snmpEngineID", 1), ("snmpEngineBoots", 2), ("snmpEngineTime", 3)]
        ),
        ("IF-MIB", "1.3.6.1.2.1.2", [("ifNumber", 1)]),
        (
            "IF-MIB", "1.3.6.1.2.1.2.2.1",
            [
                ("ifIndex", 1), ("ifDescr", 2), ("ifType", 3), ("ifMtu", 4), ("ifSpeed", 5), ("ifPhysAddress", 6),
                ("ifAdminStatus", 7), ("ifOperStatus", 8), ("ifLastChange", 9), ("ifInOctets", 10),
                ("ifInUcastPkts", 11), ("ifInDiscards", 13), ("ifInErrors", 14), ("ifInUnknownProtos", 15),
                ("ifOutOctets", 16), ("ifOutUcastPkts", 17), ("ifOutDiscards", 19), ("ifOutErrors", 20),
            ]
        ),
        (
            "IF-MIB", "1.3.6.1.2.1.31.1.1.1",
            [
                ("ifName", 1), ("ifInMulticastPkts", 2), ("ifInBroadcastPkts", 3), ("ifOutMulticastPkts", 4),
                ("ifOutBroadcastPkts", 5), ("ifHCInOctets", 6), ("ifHCInUcastPkts", 7), ("ifHCInMulticastPkts", 8),
                ("ifHCInBroadcastPkts", 9), ("ifHCOutOctets", 10), ("ifHCOutUcastPkts", 11),
                ("ifHCOutMulticastPkts", 12), ("ifHCOutBroadcastPkts", 13), ("ifLinkUpDownTrapEnable", 14),
                ("ifHighSpeed", 15), ("ifPromiscuousMode", 16), ("ifConnectorPresent", 17), ("ifAlias", 18),
                ("ifCounterDiscontinuityTime", 19),
            ]
        ),
        (
            "IP-MIB", "1.3.6.1.2.1.4.20.1",
            [("ipAdEntAddr", 1), ("ipAdEntIfIndex", 2), ("ipAdEntNetMask", 3), ("ipAdEntBcastAddr", 4)]
        ),
        (
            "IP-MIB", "1.3.6.1.2.1.4.34.1",
            [
                ("ipAddressIfIndex", 3), ("ipAddressType", 4), ("ipAddressPrefix", 5), ("ipAddressOrigin", 6),
                ("ipAddressStatus", 7),
            ]
        ),
        (
            "IP-MIB", "1.3.6.1.2.1.4.35.1",
            [("ipNetToPhysicalPhysAddress", 4), ("ipNetToPhysicalType", 6), ("ipNetToPhysicalState", 7)]
        ),
        (
            "ENTITY-MIB", "1.3.6.1.2.1.47.1.1.1.1",
            [
                ("entPhysicalDescr", 2), ("entPhysicalVendorType", 3), ("entPhysicalContainedIn", 4),
                ("entPhysicalClass", 5), ("entPhysicalParentRelPos", 6), ("entPhysicalName", 7),
                ("entPhysicalHardwareRev", 8), ("entPhysicalFirmwareRev", 9), ("entPhysicalSoftwareRev", 10),
                ("entPhysicalSerialNum", 11), ("entPhysicalMfgName", 12), ("entPhysicalModelName", 13),
                ("entPhysicalAlias", 14), ("entPhysicalAssetID", 15), ("entPhysicalIsFRU", 16),
            ]
        ),
        (
            "ENTITY-SENSOR-MIB", "1.3.6.1.2.1.99.1.1.1",
            [
                ("entPhySensorType", 1), ("entPhySensorScale", 2), ("entPhySensorPrecision", 3),
                ("entPhySensorValue", 4), ("entPhySensorOperStatus", 5), ("entPhySensorUnitsDisplay", 6),
            ]
        ),
        (
            "HOST-RESOURCES-MIB", "1.3.6.1.2.1.25.1",
            [("hrSystemUptime", 1), ("hrSystemDate", 2), ("hrSystemNumUsers", 5), ("hrSystemProcesses", 6)]
        ),
        ("HOST-RESOURCES-MIB", "1.3.6.1.2.1.25.2", [("hrMemorySize", 2)]),
        (
            "HOST-RESOURCES-MIB", "1.3.6.1.2.1.25.2.3.1",
            [
                ("hrStorageIndex", 1), ("hrStorageType", 2), ("hrStorageDescr", 3), ("hrStorageAllocationUnits", 4),
                ("hrStorageSize", 5), ("hrStorageUsed", 6), ("hrStorageAllocationFailures", 7),
            ]
        ),
        ("HOST-RESOURCES-MIB", "1.3.6.1.2.1.25.3.3.1", [("hrProcessorFrwID", 1), ("hrProcessorLoad", 2)]),
        (
            "HOST-RESOURCES-MIB", "1.3.6.1.2.1.25.3.2.1",
            [("hrDeviceType", 2), ("hrDeviceDescr", 3), ("hrDeviceStatus", 5), ("hrDeviceErrors", 6)]
        ),
        ("UPS-MIB", "1.3.6.1.2.1.33.1.1", [("upsIdentManufacturer", 1), ("upsIdentModel", 2), ("upsIdentName", 5)]),
        (
            "UPS-MIB", "1.3.6.1.2.1.33.1.2",
            [
                ("upsBatteryStatus", 1), ("upsSecondsOnBattery", 2), ("upsEstimatedMinutesRemaining", 3),
                ("upsEstimatedChargeRemaining", 4), ("upsBatteryVoltage", 5), ("upsBatteryCurrent", 6),
                ("upsBatteryTemperature", 7),
            ]
        ),
        ("UPS-MIB", "1.3.6.1.2.1.33.1.4", [("upsOutputSource", 1)]),
        (
            "UPS-MIB", "1.3.6.1.2.1.33.1.3.3.1",
            [("upsInputFrequency", 2), ("upsInputVoltage", 3), ("upsInputCurrent", 4), ("upsInputTruePower", 5)]
        ),
        (
            "UPS-MIB", "1.3.6.1.2.1.33.1.4.4.1",
            [("upsOutputVoltage", 2), ("upsOutputCurrent", 3), ("upsOutputPower", 4), ("upsOutputPercentLoad", 5)]
        ),
        ("UPS-MIB", "1.3.6.1.2.1.33.1.6", [("upsAlarmsPresent", 1)]),
        (
            "UCD-SNMP-MIB", "1.3.6.1.4.1.2021.10.1",
            [("laNames", 2), ("laLoad", 3), ("laLoadInt", 5), ("laLoadFloat", 6)]
        ),
        (
            "UCD-SNMP-MIB", "1.3.6.1.4.1.2021.4",
            [
                ("memTotalSwap", 3), ("memAvailSwap", 4), ("memTotalReal", 5), ("memAvailReal", 6), ("memBuffer", 14),
                ("memCached", 15),
            ]
        ),
        (
            "LLDP-MIB", "1.0.8802.1.1.2.1.4.1.1",
            [
                ("lldpRemChassisIdSubtype", 4), ("lldpRemChassisId", 5), ("lldpRemPortIdSubtype", 6),
                ("lldpRemPortId", 7), ("lldpRemPortDesc", 8), ("lldpRemSysName", 9), ("lldpRemSysDesc", 10),
            ]
        ),
    ]
}
