import Remote

/// Client side of RFC 5905: the request, and what a reply tells. Pure.
enum NTPWire {
    /// 64 bits in units of 2^-32 s since 1900, going round in 2036 (RFC 5905 section 6).
    typealias Timestamp = UInt64

    /// A client request: version 4, mode 3, everything else zero but the transmit timestamp.
    ///
    /// `cookie` is random and not our time: the server copies it and learns nothing, and who does not see the request
    /// cannot forge the reply (RFC 9109's spirit, RFC 8915 section 5.7's practice).
    static func request(cookie: Timestamp) -> [UInt8] {
        [0x23] + [UInt8](repeating: 0, count: 39) + (0..<8).map { UInt8(truncatingIfNeeded: cookie >> (56 - 8 * $0)) }
    }

    /// Seconds and nanoseconds since 1970 as an NTP timestamp.
    static func timestamp(seconds: Int64, nanoseconds: Int64) -> Timestamp {
        // 1900-01-01 to 1970-01-01. Eras are dropped: differences modulo 2^64 are right for 68 years each way.
        let since1900 = UInt32(truncatingIfNeeded: seconds &+ 2_208_988_800)
        let clamped = UInt64(max(0, min(nanoseconds, 999_999_999)))
        return UInt64(since1900) << 32 | (clamped << 32) / 1_000_000_000
    }

    /// `a - b` in seconds, right across the turn of the era.
    static func seconds(from b: Timestamp, to a: Timestamp) -> Double {
        Double(Int64(bitPattern: a &- b)) / 4_294_967_296
    }

    /// The fields of a reply that a client needs.
    struct Reply: Equatable {
        let leap: Int
        let stratum: Int
        let referenceID: [UInt8]
        let rootDelay: Double
        let rootDispersion: Double
        let receive: Timestamp
        let transmit: Timestamp
    }

    /// What a datagram is to the request with `cookie`.
    enum Fit: Equatable {
        /// Not an answer to our request: forged, late, or no NTP.
        case stray
        /// "Go away" with four letters (RFC 5905 section 7.4).
        case kiss(String)
        /// Ours, and not what a server may say.
        case violation(String)
        case reply(Reply)
    }

    static func read(_ bytes: [UInt8], cookie: Timestamp) -> Fit {
        // Extension fields and a MAC may follow; they are for associations that we do not have.
        guard bytes.count >= 48, number(bytes, 24, 8) == cookie, bytes[0] & 0x07 == 4 else { return .stray }
        let version = bytes[0] >> 3 & 0x07
        guard (3...4).contains(version) else { return .violation("it answers with version \(version) of the protocol") }
        let leap = Int(bytes[0] >> 6)
        let stratum = Int(bytes[1])
        let reference = Array(bytes[12..<16])
        guard stratum <= 16 else { return .violation("its stratum is \(stratum); 0 to 16 exist") }
        if stratum == 0, let code = letters(reference), code.count == 4, !["INIT", "STEP"].contains(code) {
            return .kiss(code)
        }
        let transmit = number(bytes, 40, 8)
        guard transmit != 0 else { return .violation("it does not say when it answered") }
        return .reply(
            Reply(
                leap: leap, stratum: stratum == 0 ? 16 : stratum, referenceID: reference,
                rootDelay: Double(number(bytes, 4, 4)) / 65_536, rootDispersion: Double(number(bytes, 8, 4)) / 65_536,
                receive: number(bytes, 32, 8), transmit: transmit))
    }

    /// Offset and delay from the four moments (RFC 5905 section 8).
    /// - Parameters:
    ///   - sent: our clock when the request left.
    ///   - elapsed: seconds until the reply came, by a clock that nobody sets, so that a jump of ours in between does no
    ///     harm.
    /// - Returns: nil when the server says that it answered before it was asked, or took longer than we waited.
    static func report(_ reply: Reply, sent: Timestamp, elapsed: Double) -> NTPReport? {
        let processing = seconds(from: reply.receive, to: reply.transmit)
        // Clocks tick in steps: a microsecond less than nothing is no lie.
        guard processing >= -0.001, processing <= elapsed + 0.001 else { return nil }
        let there = seconds(from: sent, to: reply.receive)
        let back = seconds(from: sent, to: reply.transmit) - elapsed
        return NTPReport(
            offset: (there + back) / 2, delay: max(elapsed - max(processing, 0), 0), stratum: reply.stratum,
            leap: reply.leap, referenceID: referenceText(reply.referenceID, stratum: reply.stratum),
            rootDelay: reply.rootDelay, rootDispersion: reply.rootDispersion)
    }

    /// Letters for stratum 0 and 1 (and for servers not synchronised that give some), else an address, which for servers
    /// that follow an IPv6 one is a digest (RFC 5905 section 7.3).
    private static func referenceText(_ bytes: [UInt8], stratum: Int) -> String {
        if stratum == 1 || stratum == 16, let text = letters(bytes), !text.isEmpty { return text }
        return bytes.map(String.init).joined(separator: ".")
    }

    /// Visible ASCII, filled with zeros at the end; nil for anything else.
    private static func letters(_ bytes: [UInt8]) -> String? {
        var body = bytes[...]
        while body.last == 0 { body = body.dropLast() }
        guard body.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: body, as: UTF8.self)
    }

    private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> UInt64 {
        bytes[at..<at + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
