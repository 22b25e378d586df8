public import Addressing

/// An address and a port; names are resolved before this point.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// Where to send.
    public let address: IPAddress
    /// UDP or TCP port, 1-65535.
    public let port: UInt16

    /// Creates an endpoint.
    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `192.0.2.1:161` or `[2001:db8::1]:161` (RFC 5952 section 6).
    public var description: String {
        switch address {
        case .v4: "\(address):\(port)"
        case .v6: "[\(address)]:\(port)"
        }
    }
}
