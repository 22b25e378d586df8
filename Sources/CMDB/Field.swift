public import Notation

/// What a field may hold.
public indirect enum FieldType: Hashable, Sendable {
    /// At most so many characters: one line below 1000, else one line or several. Without control characters and
    /// characters that turn the direction of writing, and not blank.
    case text(max: Int)
    /// Lower-case ASCII letters, digits, `-`, `_`, `.`.
    case slug
    case int(ClosedRange<Int>)
    case decimal(ClosedRange<Double>)
    case bool
    /// `2026-11-21`.
    case date
    /// One of NetBox's (or our) values.
    case choice([String])
    /// The key of a record of one of these kinds; written and kept as the bare key when there is one kind, else
    /// `kind/key`. NetBox's nested form `{slug: x}` is accepted.
    case reference([Kind])
    /// IPv4 or IPv6 address without mask.
    case address
    /// Address with mask, `10.20.110.11/24`.
    case interfaceAddress
    /// A network, host bits zero.
    case prefix
    case macAddress
    /// `http://` or `https://`.
    case url
    case duration
    case list(FieldType)
    /// Free text to text or number, for `custom_fields`.
    case map
    /// Any tree of values, for `data` of a config context. Keys that look like secrets hold references only.
    case json
    /// RFC 3339 with zone, kept in UTC with seconds: `2026-11-21T08:00:00Z`.
    case dateTime
    /// A mapping with fields of its own, for `monitoring`.
    case record([Field])
}

/// One field of a kind.
public struct Field: Hashable, Sendable {
    /// NetBox's name where it has the field.
    public let name: String
    /// What it may hold.
    public let type: FieldType
    /// Whether a record without it is refused.
    public let required: Bool
    /// Filled in when absent.
    public let fallback: JSONValue?
    /// One line for people, with unit and source.
    public let help: String

    /// Creates a field.
    public init(_ name: String, _ type: FieldType, required: Bool = false, fallback: JSONValue? = nil, _ help: String) {
        self.name = name
        self.type = type
        self.required = required
        self.fallback = fallback
        self.help = help
    }
}
