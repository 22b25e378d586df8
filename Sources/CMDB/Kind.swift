/// A type of CMDB record. The raw value is the kind's name on the command line and in object ids.
///
/// Names are NetBox's where it has the kind; `zone`, `segment`, `system`, `dependency` and `document` are ours.
public enum Kind: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case tenant
    case contact
    case site
    case location
    case rack
    case manufacturer
    case deviceType = "device-type"
    case deviceRole = "device-role"
    case platform
    case device
    case cluster
    case virtualMachine = "virtual-machine"
    case interface
    case zone
    case vlan
    case vrf
    case segment
    case prefix
    case ipAddress = "ip-address"
    case provider
    case circuit
    case service
    case system
    case dependency
    case powerFeed = "power-feed"
    case document

    /// The key of the kind's list in inventory files, such as `ip_addresses`.
    public var fileKey: String {
        switch self {
        case .ipAddress: "ip_addresses"
        case .prefix: "prefixes"
        case .dependency: "dependencies"
        case .deviceType: "device_types"
        case .deviceRole: "device_roles"
        case .virtualMachine: "virtual_machines"
        case .powerFeed: "power_feeds"
        default: rawValue + "s"
        }
    }

    /// The kind whose list stands under `key` in a file.
    public init?(fileKey key: String) {
        guard let kind = Self.allCases.first(where: { $0.fileKey == key }) else { return nil }
        self = kind
    }

    /// By the order of declaration, which is an order in which references mostly point backwards.
    public static func < (a: Kind, b: Kind) -> Bool { a.rank < b.rank }
    /// Feeds the rank: cheaper than the raw text that a raw-valued enum would hash by default.
    public func hash(into hasher: inout Hasher) { hasher.combine(rank) }
    private var rank: UInt8 {
        switch self {
        case .tenant: 0
        case .contact: 1
        case .site: 2
        case .location: 3
        case .rack: 4
        case .manufacturer: 5
        case .deviceType: 6
        case .deviceRole: 7
        case .platform: 8
        case .device: 9
        case .cluster: 10
        case .virtualMachine: 11
        case .interface: 12
        case .zone: 13
        case .vlan: 14
        case .vrf: 15
        case .segment: 16
        case .prefix: 17
        case .ipAddress: 18
        case .provider: 19
        case .circuit: 20
        case .service: 21
        case .system: 22
        case .dependency: 23
        case .powerFeed: 24
        case .document: 25
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
    public init?(_ text: some StringProtocol) {
        guard let slash = text.firstIndex(of: "/"), let kind = Kind(rawValue: String(text[..<slash])) else {
            return nil
        }
        let key = text[text.index(after: slash)...]
        guard !key.isEmpty else { return nil }
        self.init(kind, String(key))
    }

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
