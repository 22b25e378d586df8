import Addressing

/// The two kinds of ICMP we speak.
enum ICMPFamily: Sendable, Hashable, CaseIterable {
    /// RFC 792.
    case v4
    /// RFC 4443.
    case v6

    var requestType: UInt8 { self == .v4 ? 8 : 128 }
    var replyType: UInt8 { self == .v4 ? 0 : 129 }
    var addressLength: Int { self == .v4 ? 4 : 16 }
}

/// An echo message (RFC 792 page 14, RFC 4443 section 4): type, code, checksum, identifier, sequence, data.
///
/// The data begin with eight random bytes, so that nobody who has not seen the request can answer it.
///
///     08 00 f7 ff  00 07 00 01  | 00 11 22 33 44 55 66 77 | 00 …
///     type  sum    id    seq      token                     filling up to 56 bytes
struct EchoPacket: Equatable, Sendable {
    let identifier: UInt16
    let sequence: UInt16
    /// Nil where only the first eight bytes came back, as old routers do in their errors.
    let token: UInt64?

    /// As long as the packets of ping(8).
    static let length = 64

    /// The bytes of a request; the kernel sums ICMPv6 up by itself.
    func request(_ family: ICMPFamily) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.length)
        bytes[0] = family.requestType
        (bytes[4], bytes[5]) = (UInt8(identifier >> 8), UInt8(truncatingIfNeeded: identifier))
        (bytes[6], bytes[7]) = (UInt8(sequence >> 8), UInt8(truncatingIfNeeded: sequence))
        let token = token ?? 0
        for index in 0..<8 { bytes[8 + index] = UInt8(truncatingIfNeeded: token >> UInt64(56 - 8 * index)) }
        if family == .v4 {
            let sum = Self.checksum(bytes.span)
            (bytes[2], bytes[3]) = (UInt8(sum >> 8), UInt8(truncatingIfNeeded: sum))
        }
        return bytes
    }

    /// Reads an answer; nil for everything that is none of ours.
    /// - Parameter hasIPHeader: raw IPv4 sockets give the IP header along.
    static func reply(_ bytes: Span<UInt8>, _ family: ICMPFamily, hasIPHeader: Bool) -> EchoPacket? {
        var start = 0
        if hasIPHeader {
            // RFC 791: version 4, header length in words of four bytes, protocol 1.
            guard bytes.count >= 20, bytes[0] >> 4 == 4, bytes[9] == 1 else { return nil }
            start = Int(bytes[0] & 15) * 4
            guard start >= 20 else { return nil }
        }
        guard bytes.count >= start + 16, bytes[start] == family.replyType, bytes[start + 1] == 0 else { return nil }
        return read(bytes, at: start)
    }

    /// Reads the beginning of one of our requests out of somebody's complaint about it.
    static func quotedRequest(_ bytes: Span<UInt8>, _ family: ICMPFamily) -> EchoPacket? {
        guard bytes.count >= 8, bytes[0] == family.requestType, bytes[1] == 0 else { return nil }
        return read(bytes, at: 0)
    }

    private static func read(_ bytes: Span<UInt8>, at start: Int) -> EchoPacket {
        var token: UInt64?
        if bytes.count >= start + 16 {
            var value: UInt64 = 0
            for index in 0..<8 { value = value << 8 | UInt64(bytes[start + 8 + index]) }
            token = value
        }
        return EchoPacket(
            identifier: UInt16(bytes[start + 4]) << 8 | UInt16(bytes[start + 5]),
            sequence: UInt16(bytes[start + 6]) << 8 | UInt16(bytes[start + 7]), token: token)
    }

    /// RFC 1071.
    static func checksum(_ bytes: Span<UInt8>) -> UInt16 {
        var sum: UInt32 = 0
        var index = 0
        while index + 1 < bytes.count {
            sum &+= UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
            // Folded as we go: no length can overflow it.
            sum = (sum & 0xFFFF) &+ (sum >> 16)
            index += 2
        }
        if index < bytes.count {
            sum &+= UInt32(bytes[index]) << 8
            sum = (sum & 0xFFFF) &+ (sum >> 16)
        }
        sum = (sum & 0xFFFF) &+ (sum >> 16)
        return ~UInt16(truncatingIfNeeded: sum)
    }
}

/// What ICMP errors are called, by type and code.
enum ICMPComplaint {
    private static let v4 = [
        "network", "host", "protocol", "port", "fragmentation needed", "source route failed", "network unknown",
        "host unknown", "source isolated", "network prohibited", "host prohibited", "network for this type of service",
        "host for this type of service", "communication prohibited", "host precedence violation", "precedence cut off",
    ]
    private static let v6 = [
        "no route", "communication prohibited", "beyond the scope of the source address", "host", "port",
        "source address refused by policy", "route rejected",
    ]

    static func text(_ family: ICMPFamily, type: UInt8, code: UInt8) -> String {
        func unreachable(_ names: [String]) -> String {
            "destination unreachable: \(Int(code) < names.count ? names[Int(code)] : "code \(code)")"
        }
        switch (family, type) {
        case (.v4, 3): return unreachable(v4)
        case (.v6, 1): return unreachable(v6)
        case (.v6, 2): return "packet too big"
        case (.v4, 11), (.v6, 3): return code == 0 ? "time to live exceeded" : "reassembly time exceeded"
        case (.v4, 12), (.v6, 4): return "parameter problem"
        case (.v4, 4): return "source quench"
        case (.v4, 5), (.v6, 137): return "redirected"
        default: return "ICMP type \(type) code \(code)"
        }
    }
}
