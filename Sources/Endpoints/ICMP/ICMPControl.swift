/// What the kernel tells beside a message: recvmsg(2), cmsg(3), ip(7) IP_RECVERR, socket(7) SO_TIMESTAMPNS.
struct ICMPControl: Equatable, Sendable {
    /// When the message arrived, nanoseconds since 1970.
    var timestamp: Int64?
    /// Messages lost in our socket buffer since it was opened; wraps.
    var drops: UInt32?
    /// Somebody's complaint about a message we sent.
    var complaint: Complaint?

    /// struct sock_extended_err and the address that follows it.
    struct Complaint: Equatable, Sendable {
        let errno: Int32
        /// 1 we ourselves, 2 ICMP, 3 ICMPv6.
        let origin: UInt8
        let type: UInt8
        let code: UInt8
        /// Address of the machine that complains, in network order; empty when the kernel does not know.
        let offender: [UInt8]
    }

    static let timestampType: Int32 = 35
    static let dropsType: Int32 = 40
    static let v4ErrorType: Int32 = 11
    static let v6ErrorType: Int32 = 25
    private static let socketLevel: Int32 = 1
    private static let v4Level: Int32 = 0
    private static let v6Level: Int32 = 41

    /// Reads a control buffer: headers of a length (8 bytes), a level and a type (4 bytes each), each aligned to 8.
    init(_ bytes: Span<UInt8>) {
        var start = 0
        while start + 16 <= bytes.count {
            let length = Self.number(bytes, start, 8)
            guard length >= 16, length <= UInt64(bytes.count - start) else { return }
            let end = start + Int(length)
            let level = Int32(truncatingIfNeeded: Self.number(bytes, start + 8, 4))
            let type = Int32(truncatingIfNeeded: Self.number(bytes, start + 12, 4))
            take(bytes, level, type, start + 16, end)
            start += (Int(length) + 7) & ~7
        }
    }

    private mutating func take(_ bytes: Span<UInt8>, _ level: Int32, _ type: Int32, _ start: Int, _ end: Int) {
        switch (level, type) {
        case (Self.socketLevel, Self.timestampType) where end - start >= 16:
            let seconds = Int64(bitPattern: Self.number(bytes, start, 8))
            let nanoseconds = Int64(bitPattern: Self.number(bytes, start + 8, 8))
            timestamp = seconds &* 1_000_000_000 &+ nanoseconds
        case (Self.socketLevel, Self.dropsType) where end - start >= 4:
            drops = UInt32(truncatingIfNeeded: Self.number(bytes, start, 4))
        case (Self.v4Level, Self.v4ErrorType), (Self.v6Level, Self.v6ErrorType):
            guard end - start >= 16 else { return }
            // sock_extended_err has 16 bytes; then sockaddr_in (address at 4) or sockaddr_in6 (address at 8).
            let isV4 = level == Self.v4Level
            let address = isV4 ? start + 20..<start + 24 : start + 24..<start + 40
            let family = end - start >= 18 ? Self.number(bytes, start + 16, 2) : 0
            let isKnown = address.upperBound <= end && family == (isV4 ? 2 : 10)
            complaint = Complaint(
                errno: Int32(truncatingIfNeeded: Self.number(bytes, start, 4)), origin: bytes[start + 4],
                type: bytes[start + 5], code: bytes[start + 6],
                offender: isKnown ? address.map { bytes[$0] } : [])
        default: break
        }
    }

    /// In the order of this machine; every machine we run on is little-endian.
    private static func number(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[start + index]) }
        return value
    }
}
