import Addressing
import CNetIO
import Glibc
import Remote

/// A UDP peer in the form that tables and comparisons want.
struct WireAddress: Hashable {
    let high: UInt64
    let low: UInt64
    let scope: UInt32
    let port: UInt16
    let isV6: Bool

    init(_ raw: cnetio_address) {
        high = raw.high
        low = raw.low
        // Only link-local addresses mean different machines on different links.
        scope = raw.high >> 54 == 0x3FA ? raw.scope : 0
        port = raw.port
        isV6 = raw.is_v6 != 0
    }

    /// Nil when the address names a zone that is no interface of this machine.
    init?(_ endpoint: Endpoint) {
        port = endpoint.port
        switch endpoint.address {
        case .v4(let address):
            (high, low, scope, isV6) = (0, UInt64(address.rawValue), 0, false)
        case .v6(let address):
            high = UInt64(truncatingIfNeeded: address.rawValue >> 64)
            low = UInt64(truncatingIfNeeded: address.rawValue)
            isV6 = true
            if let zone = address.zone {
                let index = UInt32(zone) ?? if_nametoindex(zone)
                guard index != 0 else { return nil }
                scope = index
            } else {
                scope = 0
            }
        }
    }

    /// One step for the hasher: the peers in our tables are those that our own inventory names.
    func hash(into hasher: inout Hasher) {
        hasher.combine(low ^ high &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(port) << 40 ^ UInt64(scope) << 24)
    }

    var raw: cnetio_address {
        cnetio_address(high: high, low: low, scope: scope, port: port, is_v6: isV6 ? 1 : 0)
    }

    /// The address as RFC 5952 writes it, without a zone.
    var text: String {
        isV6
            ? IPv6Address(rawValue: UInt128(high) << 64 | UInt128(low)).description
            : IPv4Address(rawValue: UInt32(truncatingIfNeeded: low)).description
    }
}
