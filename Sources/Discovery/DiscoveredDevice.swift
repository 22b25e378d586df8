/// What stands at an address, as far as it told us.
public struct DiscoveredDevice: Sendable, Equatable {
    /// Creates an empty one.
    public init() {}
}
