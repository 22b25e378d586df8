/// Replaced by the real room.
public enum IPAddress: Hashable, Sendable, CustomStringConvertible {
    case v4(IPv4Address), v6(IPv6Address)
    /// Text.
    public var description: String { "" }
}
/// v4
public struct IPv4Address: Hashable, Sendable {
    /** raw */
    public let rawValue: UInt32
}
/// v6
public struct IPv6Address: Hashable, Sendable {
    /** raw */
    public let rawValue: UInt128
}
