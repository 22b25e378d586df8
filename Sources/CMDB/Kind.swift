/// A type of CMDB record. The raw value is the kind's name on the command line and in object ids.
///
/// Names are NetBox's where it has the kind; zones, segments, systems, dependencies, flows, documents, the plant of a
/// building and the papers about it are ours.
public enum Kind: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case region
    case siteGroup = "site-group"
    case tenantGroup = "tenant-group"
    case tenant
    case contact
    case site
    case location
    case rack
    case manufacturer
    case deviceType = "device-type"
    case deviceRole = "device-role"
    case platform
    case software
    case device
    case cluster
    case virtualMachine = "virtual-machine"
    case interface
    case frontPort = "front-port"
    case rearPort = "rear-port"
    case consolePort = "console-port"
    case consoleServerPort = "console-server-port"
    case powerPort = "power-port"
    case powerOutlet = "power-outlet"
    case deviceBay = "device-bay"
    case moduleBay = "module-bay"
    case inventoryItem = "inventory-item"
    case zone
    case vlanGroup = "vlan-group"
    case vlan
    case vrf
    case segment
    case aggregate
    case prefix
    case ipRange = "ip-range"
    case ipAddress = "ip-address"
    case asn
    case provider
    case circuit
    case service
    case system
    case dependency
    case redundancyGroup = "redundancy-group"
    case flow
    case powerPanel = "power-panel"
    case powerFeed = "power-feed"
    case ups
    case generator
    case coolingUnit = "cooling-unit"
    case cable
    case contract
    case licence
    case certificate
    case credential
    case document
    case levelDecision = "level-decision"
    case contactAssignment = "contact-assignment"
    case journalEntry = "journal-entry"
    case tag
    case customField = "custom-field"
    case configContext = "config-context"
    case group
    case validationRule = "validation-rule"

    /// The key of the kind's list in inventory files, such as `ip_addresses`.
    public var fileKey: String {
        switch self {
        case .ipAddress: "ip_addresses"
        case .prefix: "prefixes"
        case .dependency: "dependencies"
        case .journalEntry: "journal_entries"
        case .ups, .software: rawValue
        default: rawValue.replacing("-", with: "_") + "s"
        }
    }

    /// Kinds that are parts of a machine: their keys are `machine:name`, as of interfaces, and files may nest them.
    public static let components: [Kind] = [
        .interface, .frontPort, .rearPort, .consolePort, .consoleServerPort, .powerPort, .powerOutlet, .deviceBay,
        .moduleBay, .inventoryItem,
    ]

    /// The kind whose list stands under `key` in a file.
    public init?(fileKey key: String) {
        guard let kind = Self.allCases.first(where: { $0.fileKey == key }) else { return nil }
        self = kind
    }

    /// By the order of declaration, which is an order in which references mostly point backwards.
    public static func < (a: Kind, b: Kind) -> Bool { a.rank < b.rank }
    /// Feeds the rank: cheaper than the raw text that a raw-valued enum would hash by default.
    public func hash(into hasher: inout Hasher) { hasher.combine(rank) }
    var rank: UInt8 {
        switch self {
        case .region: 0
        case .siteGroup: 1
        case .tenantGroup: 2
        case .tenant: 3
        case .contact: 4
        case .site: 5
        case .location: 6
        case .rack: 7
        case .manufacturer: 8
        case .deviceType: 9
        case .deviceRole: 10
        case .platform: 11
        case .software: 12
        case .device: 13
        case .cluster: 14
        case .virtualMachine: 15
        case .interface: 16
        case .frontPort: 17
        case .rearPort: 18
        case .consolePort: 19
        case .consoleServerPort: 20
        case .powerPort: 21
        case .powerOutlet: 22
        case .deviceBay: 23
        case .moduleBay: 24
        case .inventoryItem: 25
        case .zone: 26
        case .vlanGroup: 27
        case .vlan: 28
        case .vrf: 29
        case .segment: 30
        case .aggregate: 31
        case .prefix: 32
        case .ipRange: 33
        case .ipAddress: 34
        case .asn: 35
        case .provider: 36
        case .circuit: 37
        case .service: 38
        case .system: 39
        case .dependency: 40
        case .redundancyGroup: 41
        case .flow: 42
        case .powerPanel: 43
        case .powerFeed: 44
        case .ups: 45
        case .generator: 46
        case .coolingUnit: 47
        case .cable: 48
        case .contract: 49
        case .licence: 50
        case .certificate: 51
        case .credential: 52
        case .document: 53
        case .levelDecision: 54
        case .contactAssignment: 55
        case .journalEntry: 56
        case .tag: 57
        case .customField: 58
        case .configContext: 59
        case .group: 60
        case .validationRule: 61
        }
    }
}

/// Names one record: `device/core-sw-1`.
///
/// The key may hold slashes (`prefix/10.0.0.0/24`, `interface/core-sw-1:Gi1/0/1`): the first slash parts kind and key.
public struct ObjectID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// The record's type.
    public let kind: Kind
    /// The natural key inside the kind: a slug, or what ``Schema`` composes for kinds without one.
    public let key: String

    /// Creates an id.
    public init(_ kind: Kind, _ key: String) {
        self.kind = kind
        self.key = key
    }

    /// Reads `kind/key`; nil for an unknown kind or an empty key.
    public init?(_ text: String) {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")), let kind = Kind.named(text[..<slash]) else {
            return nil
        }
        let key = text[text.utf8.index(after: slash)...]
        guard !key.isEmpty else { return nil }
        self.init(kind, String(key))
    }

    /// Reads `kind/key`; nil for an unknown kind or an empty key.
    public init?(_ text: some StringProtocol) { self.init(String(text)) }

    /// `kind/key`.
    public var description: String { "\(kind.rawValue)/\(key)" }
    /// By kind, then key.
    public static func < (a: ObjectID, b: ObjectID) -> Bool {
        a.kind != b.kind ? a.kind < b.kind : a.key.utf8.lexicographicallyPrecedes(b.key.utf8)
    }
    /// Decodes `kind/key`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = ObjectID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is not kind/key")
        }
        self = id
    }
    /// Encodes `kind/key`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
