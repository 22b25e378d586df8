extension IPAddress {
    /// In `127.0.0.0/8`, or `::1`. An IPv4-mapped loopback address counts, because a socket would reach it.
    public var isLoopback: Bool {
        switch unmapped {
        case .v4(let address): address.rawValue >> 24 == 127
        case .v6(let address): address.rawValue == 1
        }
    }
}
