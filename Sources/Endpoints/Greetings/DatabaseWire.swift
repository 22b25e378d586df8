import Remote

/// What PostgreSQL and MySQL servers say before a log-in. Pure.
enum DatabaseWire {
    /// A greeting read, without its duration.
    struct Heard: Equatable, Sendable {
        var version: String?
        var offersTLS = false
        var problem: String?
    }

    /// Packets and error messages longer than this are no greetings.
    static let limit = 16 * 1_024

    // MARK: - PostgreSQL (protocol 3.0, section 55.2.11 "SSL Session Encryption")

    /// SSLRequest: length 8, code 80877103. Servers answer it before they look at users or databases.
    static let postgreSQLRequest: [UInt8] = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]

    /// `S`, `N`, or an error message; nil while it is not whole.
    static func postgreSQL(_ bytes: [UInt8]) throws(TalkProblem) -> (Heard, taken: Int)? {
        guard let first = bytes.first else { return nil }
        switch first {
        case UInt8(ascii: "S"), UInt8(ascii: "N"):
            // CVE-2021-23222: bytes in the clear behind the consent would count as said under TLS.
            guard bytes.count == 1 else {
                throw TalkProblem(.protocolViolation, "it sends bytes behind its answer to the request for TLS")
            }
            return (Heard(offersTLS: first == UInt8(ascii: "S")), 1)
        case UInt8(ascii: "E"): return try postgreSQLError(bytes)
        default: throw TalkProblem(.protocolViolation, "what it sends is no answer of PostgreSQL")
        }
    }

    /// ErrorResponse with length and fields, or, from before version 3 and from a server that cannot fork, one text with
    /// a zero behind it.
    private static func postgreSQLError(_ bytes: [UInt8]) throws(TalkProblem) -> (Heard, taken: Int)? {
        guard bytes.count >= 5 else { return nil }
        let length = bytes[1..<5].reduce(0) { $0 << 8 | Int($1) }
        guard (5...limit).contains(length) else { return bytes.contains(0) ? plainError(bytes) : nil }
        guard bytes.count >= 1 + length else { return nil }
        var fields: [UInt8: String] = [:]
        for field in bytes[5..<1 + length].split(separator: 0) {
            if let kind = field.first { fields[kind] = PeerText.line(field.dropFirst()) }
        }
        let words = [fields[UInt8(ascii: "C")], fields[UInt8(ascii: "M")]].compactMap { $0 }
        guard !words.isEmpty else { throw TalkProblem(.protocolViolation, "its error message says nothing") }
        return (Heard(problem: words.joined(separator: ": ")), 1 + length)
    }

    private static func plainError(_ bytes: [UInt8]) -> (Heard, taken: Int) {
        (Heard(problem: PeerText.line(bytes.dropFirst().prefix { $0 != 0 })), bytes.count)
    }

    // MARK: - MySQL and MariaDB (Protocol::HandshakeV10, ERR_Packet)

    /// CLIENT_SSL of the capability flags.
    private static let clientSSL = 0x0800

    /// The initial handshake or an error packet; nil while it is not whole.
    static func mySQL(_ bytes: [UInt8]) throws(TalkProblem) -> (Heard, taken: Int)? {
        guard bytes.count >= 4 else { return nil }
        let length = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
        guard (1...limit).contains(length), bytes[3] == 0 else {
            throw TalkProblem(.protocolViolation, "what it sends is no greeting of MySQL")
        }
        guard bytes.count >= 4 + length else { return nil }
        let body = Array(bytes[4..<4 + length])
        switch body[0] {
        case 10: return (try handshake(body), 4 + length)
        case 0xFF: return (try mySQLError(body), 4 + length)
        default:
            throw TalkProblem(.protocolViolation, "its greeting has version \(body[0]) of the protocol; 10 is known")
        }
    }

    /// 10, version and 0, thread id 4, data 8, filler 1, lower capabilities 2, …
    private static func handshake(_ body: [UInt8]) throws(TalkProblem) -> Heard {
        guard let end = body.firstIndex(of: 0), end > 1, body.count >= end + 16 else {
            throw TalkProblem(.protocolViolation, "its greeting ends too early")
        }
        var version = PeerText.line(body[1..<end], limit: 128)
        // MariaDB puts this in front, so that old replication clients take it for something newer than 5.
        if version.hasPrefix("5.5.5-") { version.removeFirst(6) }
        let capabilities = Int(body[end + 14]) | Int(body[end + 15]) << 8
        return Heard(version: version, offersTLS: capabilities & clientSSL != 0)
    }

    /// 0xFF, code 2, then `#` and five letters of SQLSTATE where it speaks 4.1, then the text.
    private static func mySQLError(_ body: [UInt8]) throws(TalkProblem) -> Heard {
        guard body.count >= 3 else { throw TalkProblem(.protocolViolation, "its error message ends too early") }
        var text = body[3...]
        if text.first == UInt8(ascii: "#") { text = text.dropFirst(6) }
        return Heard(problem: "\(Int(body[1]) | Int(body[2]) << 8): \(PeerText.line(text))")
    }
}
