public import Addressing

/// One interface of a device.
public struct DiscoveredInterface: Sendable, Equatable {
    /// The device's own number of it (ifIndex).
    public var index: Int
    /// ifName, or ifDescr where there is none; unique within the device.
    public var name: String
    /// What its operator wrote (ifAlias).
    public var alias: String?
    /// The device's own description (ifDescr).
    public var description: String?
    /// IANAifType number, such as 6 (ethernetCsmacd).
    public var ifType: Int?
    /// NetBox's slug for the type: `1000base-t`, `10gbase-x-sfpp`, `lag`, `virtual`, `other`.
    public var type: String
    /// Octets of the largest packet.
    public var mtu: Int?
    /// bit/s; nil when not told or 0.
    public var speed: UInt64?
    /// Whether its operator switched it on.
    public var adminUp: Bool?
    /// Whether it works.
    public var operUp: Bool?
    /// Hardware address; nil for none and for all zeros.
    public var mac: MACAddress?
    /// With the length of their networks.
    public var addresses: [InterfaceAddress] = []
    /// The VLAN of frames without a tag (PVID), on ports of a bridge.
    public var untaggedVLAN: Int?
    /// VLANs of frames with a tag, ascending.
    public var taggedVLANs: [Int] = []
    /// Index of the bundle it is a member of.
    public var lagParent: Int?
    /// Index of the interface it is a sub-interface of.
    public var parent: Int?
    /// Whether it is for management alone (a management port, judged by its name).
    public var managementOnly: Bool = false

    /// Creates one.
    public init(index: Int, name: String, type: String = "other") {
        self.index = index
        self.name = name
        self.type = type
    }
}

/// A VLAN a bridge knows.
public struct DiscoveredVLAN: Sendable, Equatable {
    /// 1 to 4094.
    public var vid: Int
    /// As the device names it.
    public var name: String?
    /// Creates one.
    public init(vid: Int, name: String? = nil) {
        self.vid = vid
        self.name = name
    }
}

/// A machine at the other end of a cable, as the device heard of it.
public struct DiscoveredNeighbour: Sendable, Equatable {
    /// Who says so.
    public enum Source: String, Sendable {
        case lldp
        case cdp
    }
    /// The protocol it was heard by.
    public var source: Source
    /// Name of our device's interface; nil when it could not be told.
    public var localInterface: String?
    /// Its ifIndex.
    public var localIndex: Int?
    /// The other's chassis id: a MAC address in usual form, an address or a name.
    public var chassisID: String?
    /// The other's system name.
    public var systemName: String?
    /// What the other says of itself, one line.
    public var systemDescription: String?
    /// The other's port id: an interface name, or a MAC address in usual form.
    public var portID: String?
    /// The other's description of its port.
    public var portDescription: String?
    /// The other's model or platform (CDP).
    public var platform: String?
    /// Where the other is managed.
    public var managementAddresses: [IPAddress] = []
    /// What the other can do: `bridge`, `router`, `wlan-access-point`, `telephone` …
    public var capabilities: [String] = []
    /// Creates one.
    public init(source: Source) { self.source = source }
}
