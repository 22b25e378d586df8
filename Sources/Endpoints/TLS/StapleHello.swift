import Crypto
import Remote

/// The first message of a handshake that asks for a stapled OCSP answer (RFC 6066 section 8), and the keys behind it.
///
/// The TLS library never asks for one: this hello goes only as far as the server's certificate, and proves nothing by
/// itself. What it brings is signed by the certificate's authority.
struct StapleHello {
    let version: Remote.TLSVersion
    /// The handshake message, without a record around it.
    let message: [UInt8]
    /// The whole record to send.
    let record: [UInt8]
    /// For TLS 1.3.
    let x25519 = Curve25519.KeyAgreement.PrivateKey()
    /// For TLS 1.3 servers that do not speak X25519.
    let p256 = P256.KeyAgreement.PrivateKey()

    /// - Parameters:
    ///   - version: TLS 1.3, or 1.2 and everything before it.
    ///   - serverName: already fit for SNI.
    init(_ version: Remote.TLSVersion, serverName: String?) {
        self.version = version
        var random = SystemRandomNumberGenerator()
        var body = TLSWriter()
        // legacy_version; the true one of TLS 1.3 stands in an extension.
        body.number(version == .tls10 ? 0x0301 : version == .tls11 ? 0x0302 : 0x0303, 2)
        body.bytes((0..<32).map { _ in random.next() as UInt8 })
        let isNew = version == .tls13
        // RFC 8446 appendix D.4: a session identifier makes old boxes on the way believe in TLS 1.2.
        body.block(1) { block in if isNew { block.bytes((0..<32).map { _ in random.next() as UInt8 }) } }
        body.block(2) { block in for suite in isNew ? Self.newSuites : Self.oldSuites { block.number(suite, 2) } }
        body.block(1) { $0.number(0, 1) }
        let keys = [
            (0x001D, Array(x25519.publicKey.rawRepresentation)), (0x0017, Array(p256.publicKey.x963Representation)),
        ]
        body.block(2) { block in
            if let serverName {
                block.number(0, 2)
                block.block(2) {
                    $0.block(2) { list in
                        list.number(0, 1); list.block(2) { $0.bytes(Array(serverName.utf8)) }
                    }
                }
            }
            // status_request: OCSP, no responder names, no extensions.
            block.number(5, 2)
            block.block(2) { $0.bytes([1, 0, 0, 0, 0]) }
            block.number(10, 2)
            block.block(2) {
                $0.block(2) { list in
                    for group in isNew ? [0x1D, 0x17] : [0x1D, 0x17, 0x18, 0x19] { list.number(group, 2) }
                }
            }
            block.number(13, 2)
            block.block(2) { $0.block(2) { list in for scheme in Self.schemes { list.number(scheme, 2) } } }
            if isNew {
                block.number(43, 2)
                block.block(2) { $0.block(1) { $0.number(0x0304, 2) } }
                block.number(51, 2)
                block.block(2) {
                    $0.block(2) { list in
                        for (group, key) in keys { list.number(group, 2); list.block(2) { $0.bytes(key) } }
                    }
                }
            } else {
                block.number(11, 2)
                block.block(2) { $0.block(1) { $0.number(0, 1) } }
            }
        }
        var message = TLSWriter()
        message.number(1, 1)
        message.block(3) { $0.bytes(body.output) }
        self.message = message.output
        var record = TLSWriter()
        record.bytes([22, 3, 1])
        record.block(2) { $0.bytes(message.output) }
        self.record = record.output
    }

    private static let newSuites = [0x1301, 0x1302, 0x1303]
    /// ECDHE, DHE and RSA, ECDSA before RSA as other clients have it; the last is the renegotiation signal (RFC 5746).
    private static let oldSuites = [
        0xC02B, 0xC02C, 0xCCA9, 0xC02F, 0xC030, 0xCCA8, 0xC023, 0xC027, 0xC009, 0xC013, 0xC00A, 0xC014, 0x009E, 0x009F,
        0x0033, 0x0039, 0x009C, 0x009D, 0x003C, 0x002F, 0x0035, 0x000A, 0x00FF,
    ]
    private static let schemes = [
        0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0603, 0x0806, 0x0601, 0x0807, 0x0203, 0x0201,
    ]
}

/// Numbers and blocks with their length before them (RFC 8446 section 3).
struct TLSWriter {
    private(set) var output: [UInt8] = []

    mutating func bytes(_ bytes: [UInt8]) { output += bytes }

    mutating func number(_ value: Int, _ width: Int) {
        for index in (0..<width).reversed() { output.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }

    mutating func block(_ width: Int, _ body: (inout TLSWriter) -> Void) {
        var inner = TLSWriter()
        body(&inner)
        number(inner.output.count, width)
        output += inner.output
    }
}

/// Reads what ``TLSWriter`` writes; every read says nil rather than go beyond the end.
struct TLSReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }
    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func number(_ width: Int) -> Int? {
        bytes(width)?.reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func block(_ width: Int) -> TLSReader? {
        guard let count = number(width), let inner = bytes(count) else { return nil }
        return TLSReader(inner)
    }

    /// All that is left.
    mutating func remainder() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}
