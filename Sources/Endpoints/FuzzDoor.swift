import Remote

/// What reads bytes of other machines, for the program `FuzzDecoders` and the tests that repeat its inputs.
@_spi(Fuzzing) public enum EndpointsFuzzDoor {
    /// Reads one ICMP packet each way we take them.
    public static func echo(_ bytes: [UInt8]) -> Bool {
        var found = false
        for family in ICMPFamily.allCases {
            for hasHeader in [false, true] where EchoPacket.reply(bytes.span, family, hasIPHeader: hasHeader) != nil {
                found = true
            }
            if EchoPacket.quotedRequest(bytes.span, family) != nil { found = true }
        }
        _ = EchoPacket.checksum(bytes.span)
        return found
    }

    /// Reads one NTP answer to a request whose cookie stands in it, so that everything behind that check is reached.
    public static func time(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 48 else { return NTPWire.read(bytes, cookie: 1) != .stray }
        let cookie = bytes[24..<32].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard case .reply(let reply) = NTPWire.read(bytes, cookie: cookie) else { return false }
        guard let report = NTPWire.report(reply, sent: cookie, elapsed: 0.5) else { return false }
        precondition(report.delay >= 0 && report.delay.isFinite && report.offset.isFinite, "\(report)")
        return true
    }

    /// Reads one certificate.
    public static func certificate(_ bytes: [UInt8]) -> Bool {
        guard let summary = try? CertificateReading.summary(bytes) else { return false }
        precondition(summary.keyBits >= 0)
        return true
    }
}
