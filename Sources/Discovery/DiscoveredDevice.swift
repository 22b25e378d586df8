public import Addressing

/// How sure we are of something a device told us, or of what a rule made of it.
public enum Confidence: String, Sendable, Comparable, CaseIterable {
    /// Concluded from a sign that others share: a kernel name, an open service, a default.
    case guess
    /// Read out of a free text by a rule, or told by an object that some models fill carelessly.
    case likely
    /// Told by an object that exists for it: a serial number object, a registered sysObjectID.
    case certain

    /// `guess` before `likely` before `certain`.
    public static func < (a: Confidence, b: Confidence) -> Bool { a.rank < b.rank }
    private var rank: Int {
        switch self {
        case .guess: 0
        case .likely: 1
        case .certain: 2
        }
    }
}

/// A value with how sure we are of it and who said so.
public struct Known<Value: Sendable & Equatable>: Sendable, Equatable {
    /// What it is.
    public let value: Value
    /// How sure we are.
    public let confidence: Confidence
    /// The object or rule that said so: `ENTITY-MIB entPhysicalSerialNum`, `sysDescr rule cisco-ios`, `os-release`.
    public let source: String

    /// Creates it; `source` is for people, in a few words.
    public init(_ value: Value, _ confidence: Confidence, source: String) {
        self.value = value
        self.confidence = confidence
        self.source = source
    }
}

/// A maker: its slug as the inventory would have it, and its name.
public struct DiscoveredManufacturer: Sendable, Equatable {
    /// `cisco`, `palo-alto`, `hpe`, as NetBox's device type library spells them.
    public let slug: String
    /// `Cisco`, `Palo Alto`, `HPE`.
    public let name: String
    /// Creates it.
    public init(slug: String, name: String) {
        self.slug = slug
        self.name = name
    }
}

/// What stands at an address, as far as it told us. Texts are one line each and free of control characters.
///
/// An empty list means "none was told"; ``notes`` says which lists could not be read and why, so that silence of a
/// device is never taken for absence.
public struct DiscoveredDevice: Sendable, Equatable {
    /// Where we reached it.
    public var endpoints: [IPAddress] = []
    /// Its own name (sysName, or the host name a shell printed).
    public var sysName: Known<String>?
    /// What it says of itself, one line.
    public var sysDescr: String?
    /// Its registered type, dotted decimal.
    public var sysObjectID: String?
    /// sysContact.
    public var contact: String?
    /// sysLocation.
    public var location: String?
    /// Since the agent (or the system) started, seconds.
    public var uptimeSeconds: UInt64?
    /// Who made it.
    public var manufacturer: Known<DiscoveredManufacturer>?
    /// The maker's name of the model, such as `WS-C3750G-24TS-1U`.
    public var model: Known<String>?
    /// What it is for, as NetBox users name roles: `access-switch`, `router`, `firewall`, `server`, `ups`, `pdu`,
    /// `printer`, `wireless-controller`, `access-point`, `load-balancer`, `storage`, `environment-sensor` …
    public var role: Known<String>?
    /// Family of its operating system: `Cisco IOS`, `VRP`, `PAN-OS`, `Debian GNU/Linux`.
    public var platform: Known<String>?
    /// Version of that operating system, or of the firmware.
    public var osVersion: Known<String>?
    /// Serial number of the whole machine.
    public var serial: Known<String>?
    /// The owner's number, if somebody wrote it into the device.
    public var assetTag: Known<String>?
    /// Whether it is a virtual machine, where it told.
    public var isVirtual: Known<Bool>?
    /// In order of `ifIndex`.
    public var interfaces: [DiscoveredInterface] = []
    /// In order of number.
    public var vlans: [DiscoveredVLAN] = []
    /// Machines at the other ends of its cables.
    public var neighbours: [DiscoveredNeighbour] = []
    /// Main memory, if told.
    public var memory: DiscoveredMemory?
    /// Discs, volumes, other stores.
    public var storage: [DiscoveredStorage] = []
    /// Processors, one for each core or module the device counts.
    public var cpus: [DiscoveredCPU] = []
    /// Temperature, fans, voltages …
    public var sensors: [DiscoveredSensor] = []
    /// Battery and lines, when it is a UPS.
    public var ups: DiscoveredUPS?
    /// Outlets and phases, when it distributes power.
    public var power: [DiscoveredPower] = []
    /// Chassis, modules, power supplies, fans as it lists them.
    public var entities: [DiscoveredEntity] = []
    /// What could not be read, and why; what was cut.
    public var notes: [DiscoveryNote] = []

    /// Creates one of which nothing is known.
    public init() {}
}

/// Something that was not assessed, so that nobody takes an empty list for an answer.
public struct DiscoveryNote: Sendable, Equatable {
    /// Why it was not assessed.
    public enum Reason: String, Sendable {
        /// The device refused, fell silent or answered against its protocol.
        case failed
        /// It has more than we read.
        case cut
        /// The time or the number of requests for one device was used up before.
        case skipped
        /// It answered something that cannot be true.
        case implausible
        /// It does not offer what we asked for.
        case absent
    }
    /// What the note is about: `interfaces`, `lldp`, `ENTITY-MIB` …
    public let part: String
    /// Why.
    public let reason: Reason
    /// One line for people.
    public let message: String
    /// Creates a note.
    public init(part: String, reason: Reason, message: String) {
        self.part = part
        self.reason = reason
        self.message = message
    }
}
