import Remote

@_spi(Fuzzing) extension EndpointsFuzzDoor {
    /// Reads one server's part of a handshake, whole and byte by byte; both must come to the same.
    public static func staple(_ bytes: [UInt8]) -> Bool {
        var found = false
        for version in [TLSVersion.tls12, .tls13] {
            let hello = StapleHello(version, serverName: nil)
            var whole = StapleReading(hello)
            var pieces = StapleReading(hello)
            let first = try? whole.take(bytes)
            var second: Staple?
            do {
                for byte in bytes where second == nil { second = try pieces.take(CollectionOfOne(byte)) }
            } catch {
                second = nil
            }
            precondition(first == second, "\(String(describing: first)) is not \(String(describing: second))")
            found = found || first != nil
        }
        return found
    }

    /// Reads what recvmsg(2) gives beside a message.
    public static func control(_ bytes: [UInt8]) -> Bool {
        ICMPControl(bytes.span) != ICMPControl([UInt8]().span)
    }

    /// Reads a URL.
    public static func url(_ text: String) -> Bool {
        guard let target = try? HTTPTarget(text) else { return false }
        precondition(!(target.authority + target.path).utf8.contains { $0 <= 0x20 || $0 >= 0x7F }, text)
        return true
    }
}
