import Remote

/// Object names of the standard modules; columns without, scalars with their `.0`.
enum Names {
    static let sysDescr: OID = [1, 3, 6, 1, 2, 1, 1, 1, 0]
    static let sysObjectID: OID = [1, 3, 6, 1, 2, 1, 1, 2, 0]
    static let sysUpTime: OID = [1, 3, 6, 1, 2, 1, 1, 3, 0]
    static let sysContact: OID = [1, 3, 6, 1, 2, 1, 1, 4, 0]
    static let sysName: OID = [1, 3, 6, 1, 2, 1, 1, 5, 0]
    static let sysLocation: OID = [1, 3, 6, 1, 2, 1, 1, 6, 0]
    static let sysServices: OID = [1, 3, 6, 1, 2, 1, 1, 7, 0]
    static let system = [sysDescr, sysObjectID, sysUpTime, sysContact, sysName, sysLocation, sysServices]

    /// IF-MIB (RFC 2863).
    static let ifEntry: OID = [1, 3, 6, 1, 2, 1, 2, 2, 1]
    static let ifXEntry: OID = [1, 3, 6, 1, 2, 1, 31, 1, 1, 1]
    static let ifStackStatus: OID = [1, 3, 6, 1, 2, 1, 31, 1, 2, 1, 3]
    /// IEEE8023-LAG-MIB dot3adAggPort: SelectedAggID 12, AttachedAggID 13.
    static let lagPort: OID = [1, 2, 840, 10006, 300, 43, 1, 2, 1, 1]

    /// IP-MIB: ipAddrEntry (RFC 1213), ipAddressEntry and ipAddressPrefixOrigin (RFC 4293).
    static let ipAddrEntry: OID = [1, 3, 6, 1, 2, 1, 4, 20, 1]
    static let ipAddressEntry: OID = [1, 3, 6, 1, 2, 1, 4, 34, 1]
    static let ipAddressPrefix: OID = [1, 3, 6, 1, 2, 1, 4, 32, 1]
    /// IPV6-MIB ipv6AddrPfxLength (RFC 2465).
    static let ipv6AddrPfxLength: OID = [1, 3, 6, 1, 2, 1, 55, 1, 8, 1, 2]
    /// CISCO-IETF-IP-MIB cIpAddressEntry: the draft of ipAddressEntry.
    static let ciscoAddressEntry: OID = [1, 3, 6, 1, 4, 1, 9, 10, 86, 1, 1, 2, 1]

    /// BRIDGE-MIB (RFC 4188), Q-BRIDGE-MIB (RFC 4363).
    static let basePortIfIndex: OID = [1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2]
    static let vlanCurrent: OID = [1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 2, 1]
    static let vlanStatic: OID = [1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1]
    static let pvid: OID = [1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1]

    /// CISCO-VTP-MIB, CISCO-VLAN-MEMBERSHIP-MIB, CISCO-CDP-MIB.
    static let vtpVlanName: OID = [1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1, 4]
    static let vtpTrunkPort: OID = [1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 6, 1, 1]
    static let vmVlan: OID = [1, 3, 6, 1, 4, 1, 9, 9, 68, 1, 2, 2, 1, 2]
    /// HUAWEI-L2VLAN-MIB hwL2VlanDescr.
    static let huaweiVlanName: OID = [1, 3, 6, 1, 4, 1, 2011, 5, 25, 42, 3, 1, 1, 1, 1, 2]
    static let cdpCache: OID = [1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1]

    /// LLDP-MIB (IEEE 802.1AB-2005) and LLDP-V2-MIB (802.1AB-2009).
    static let lldpRemote: OID = [1, 0, 8802, 1, 1, 2, 1, 4, 1, 1]
    static let lldpRemoteAddress: OID = [1, 0, 8802, 1, 1, 2, 1, 4, 2, 1]
    static let lldpLocalPort: OID = [1, 0, 8802, 1, 1, 2, 1, 3, 7, 1]
    static let lldp2Remote: OID = [1, 3, 111, 2, 802, 1, 1, 13, 1, 4, 1, 1]
    static let lldp2RemoteAddress: OID = [1, 3, 111, 2, 802, 1, 1, 13, 1, 4, 2, 1]

    /// ENTITY-MIB (RFC 6933), ENTITY-SENSOR-MIB (RFC 3433), CISCO-ENTITY-SENSOR-MIB (its draft).
    static let entity: OID = [1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1]
    static let entitySensor: OID = [1, 3, 6, 1, 2, 1, 99, 1, 1, 1]
    static let ciscoSensor: OID = [1, 3, 6, 1, 4, 1, 9, 9, 91, 1, 1, 1, 1]

    /// HOST-RESOURCES-MIB (RFC 2790).
    static let hrMemorySize: OID = [1, 3, 6, 1, 2, 1, 25, 2, 2, 0]
    static let hrStorage: OID = [1, 3, 6, 1, 2, 1, 25, 2, 3, 1]
    static let hrStorageTypes: OID = [1, 3, 6, 1, 2, 1, 25, 2, 1]
    static let hrDevice: OID = [1, 3, 6, 1, 2, 1, 25, 3, 2, 1]
    static let hrDeviceTypes: OID = [1, 3, 6, 1, 2, 1, 25, 3, 1]
    static let hrProcessorLoad: OID = [1, 3, 6, 1, 2, 1, 25, 3, 3, 1, 2]

    /// UCD-SNMP-MIB of net-snmp.
    static let ucdMemory: OID = [1, 3, 6, 1, 4, 1, 2021, 4]
    static let ucdDisk: OID = [1, 3, 6, 1, 4, 1, 2021, 9, 1]
    static let ucdCPU: OID = [1, 3, 6, 1, 4, 1, 2021, 11]
    static let lmSensors: OID = [1, 3, 6, 1, 4, 1, 2021, 13, 16]

    /// UPS-MIB (RFC 1628), Printer-MIB (RFC 3805), POWER-ETHERNET-MIB (RFC 3621).
    static let ups: OID = [1, 3, 6, 1, 2, 1, 33, 1]
    static let printer: OID = [1, 3, 6, 1, 2, 1, 43]
    static let pethMain: OID = [1, 3, 6, 1, 2, 1, 105, 1, 3, 1, 1]

    static func columns(_ entry: OID, _ numbers: UInt32...) -> [OID] { numbers.map { entry.appending($0) } }
}
