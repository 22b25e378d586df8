import Crypto
import Foundation
import Remote

/// What a server shows of its certificate before the handshake ends.
struct Staple: Equatable, Sendable {
    /// DER, leaf first.
    let chain: [[UInt8]]
    /// The OCSP answer, as it came; nil: none was offered.
    let response: [UInt8]?
}

/// Follows a server's part of the handshake as far as its certificate and what is stapled to it.
///
/// In TLS 1.2 both come in clear (RFC 6066 section 8), in TLS 1.3 under the first keys of the handshake (RFC 8446
/// sections 4.4.2.1 and 7). Pure: bytes in, an end out.
struct StapleReading {
    /// The server's part cannot be read, or it does not want to go on.
    struct Failure: Error {}

    private enum Stage { case hello, encrypted(RecordKey), clear }

    /// Longer chains and answers are not for us.
    private static let limit = 256 << 10

    private let hello: StapleHello
    private var records: [UInt8] = []
    private var messages: [UInt8] = []
    private var total = 0
    private var stage = Stage.hello
    private var chain: [[UInt8]]?

    init(_ hello: StapleHello) { self.hello = hello }

    /// Takes what has come; the end, or nil while more is needed.
    mutating func take(_ bytes: some Collection<UInt8>) throws -> Staple? {
        total += bytes.count
        guard total <= Self.limit else { throw Failure() }
        records += bytes
        while records.count >= 5 {
            let length = Int(records[3]) << 8 | Int(records[4])
            // RFC 8446 section 5.2: at most 2^14 and 256 bytes.
            guard length <= 16_640, records[1] == 3 else { throw Failure() }
            guard records.count >= 5 + length else { return nil }
            let record = Array(records[..<(5 + length)])
            records.removeFirst(5 + length)
            if let staple = try take(record: record) { return staple }
        }
        return nil
    }

    private mutating func take(record: [UInt8]) throws -> Staple? {
        var type = record[0]
        var content = Array(record[5...])
        if case .encrypted(var key) = stage, type == 23 {
            (type, content) = try key.open(record)
            stage = .encrypted(key)
        }
        switch type {
        case 20: return nil
        case 22: messages += content
        default: throw Failure()
        }
        while messages.count >= 4 {
            let length = Int(messages[1]) << 16 | Int(messages[2]) << 8 | Int(messages[3])
            guard length <= Self.limit else { throw Failure() }
            guard messages.count >= 4 + length else { return nil }
            let message = Array(messages[..<(4 + length)])
            messages.removeFirst(4 + length)
            if let staple = try take(message: message) { return staple }
        }
        return nil
    }

    private mutating func take(message: [UInt8]) throws -> Staple? {
        let isNew = hello.version == .tls13
        switch (message[0], stage) {
        case (2, .hello): stage = isNew ? .encrypted(try keys(after: message)) : .clear
        // EncryptedExtensions, CertificateRequest.
        case (8, .encrypted), (13, .encrypted): break
        case (11, .encrypted):
            var reader = TLSReader(message[4...])
            guard reader.block(1) != nil, let list = reader.block(3) else { throw Failure() }
            return try Self.newCertificates(list)
        case (11, .clear):
            var reader = TLSReader(message[4...])
            guard chain == nil, var list = reader.block(3) else { throw Failure() }
            var chain: [[UInt8]] = []
            while !list.isAtEnd, chain.count < 20 {
                guard var certificate = list.block(3) else { throw Failure() }
                chain.append(certificate.remainder())
            }
            self.chain = chain
        case (22, .clear):
            var reader = TLSReader(message[4...])
            guard let chain, reader.number(1) == 1, var response = reader.block(3) else { throw Failure() }
            return Staple(chain: chain, response: response.remainder())
        // ServerKeyExchange, CertificateRequest, ServerHelloDone: a status would have come before.
        case (12, .clear), (13, .clear), (14, .clear):
            guard let chain else { throw Failure() }
            return Staple(chain: chain, response: nil)
        default: throw Failure()
        }
        return nil
    }

    private static func newCertificates(_ list: TLSReader) throws -> Staple {
        var list = list
        var chain: [[UInt8]] = []
        var response: [UInt8]?
        while !list.isAtEnd, chain.count < 20 {
            guard var certificate = list.block(3), var extensions = list.block(2) else { throw Failure() }
            let isLeaf = chain.isEmpty
            chain.append(certificate.remainder())
            while !extensions.isAtEnd {
                guard let type = extensions.number(2), var body = extensions.block(2) else { throw Failure() }
                guard isLeaf, type == 5 else { continue }
                guard body.number(1) == 1, var answer = body.block(3) else { throw Failure() }
                response = answer.remainder()
            }
        }
        return Staple(chain: chain, response: response)
    }

    /// RFC 8446 section 7.1, as far as the server's handshake key.
    private func keys(after serverHello: [UInt8]) throws -> RecordKey {
        var reader = TLSReader(serverHello[4...])
        guard reader.number(2) == 0x0303, let random = reader.bytes(32), reader.block(1) != nil,
            let suite = reader.number(2), reader.number(1) == 0, var extensions = reader.block(2),
            // A request to begin again (RFC 8446 section 4.1.3) comes from servers with other groups than ours.
            random.prefix(4) != [0xCF, 0x21, 0xAD, 0x74]
        else { throw Failure() }
        var share: (group: Int, key: [UInt8])?
        while !extensions.isAtEnd {
            guard let type = extensions.number(2), var body = extensions.block(2) else { throw Failure() }
            guard type == 51 else { continue }
            guard let group = body.number(2), var key = body.block(2) else { throw Failure() }
            share = (group, key.remainder())
        }
        let secret: SharedSecret
        switch share {
        case (0x1D, let key)?:
            secret = try hello.x25519.sharedSecretFromKeyAgreement(with: .init(rawRepresentation: key))
        case (0x17, let key)?:
            secret = try hello.p256.sharedSecretFromKeyAgreement(with: .init(x963Representation: key))
        default: throw Failure()
        }
        let transcript = hello.message + serverHello
        switch suite {
        case 0x1301: return Self.key(SHA256.self, secret, transcript, .aes, 16)
        case 0x1302: return Self.key(SHA384.self, secret, transcript, .aes, 32)
        case 0x1303: return Self.key(SHA256.self, secret, transcript, .chacha, 32)
        default: throw Failure()
        }
    }

    private static func key<H: HashFunction>(
        _: H.Type, _ shared: SharedSecret, _ transcript: [UInt8], _ cipher: RecordKey.Cipher, _ length: Int
    ) -> RecordKey {
        func expand(_ secret: some ContiguousBytes, _ label: String, _ context: [UInt8], _ count: Int) -> SymmetricKey {
            var info = TLSWriter()
            info.number(count, 2)
            info.block(1) { $0.bytes(Array("tls13 \(label)".utf8)) }
            info.block(1) { $0.bytes(context) }
            return HKDF<H>.expand(pseudoRandomKey: secret, info: info.output, outputByteCount: count)
        }
        let size = H.Digest.byteCount
        let zeros = [UInt8](repeating: 0, count: size)
        let early = HKDF<H>.extract(inputKeyMaterial: SymmetricKey(data: zeros), salt: zeros)
        let derived = expand(early, "derived", Array(H.hash(data: [UInt8]())), size).withUnsafeBytes { Array($0) }
        let handshake = HKDF<H>.extract(
            inputKeyMaterial: SymmetricKey(data: shared.withUnsafeBytes { Array($0) }), salt: derived)
        let traffic = expand(handshake, "s hs traffic", Array(H.hash(data: transcript)), size)
        return RecordKey(
            cipher: cipher, key: expand(traffic, "key", [], length),
            iv: expand(traffic, "iv", [], 12).withUnsafeBytes { Array($0) })
    }
}

/// Opens the records of one direction (RFC 8446 section 5.2).
struct RecordKey {
    enum Cipher { case aes, chacha }

    let cipher: Cipher
    let key: SymmetricKey
    let iv: [UInt8]
    private var sequence: UInt64 = 0

    init(cipher: Cipher, key: SymmetricKey, iv: [UInt8]) {
        self.cipher = cipher
        self.key = key
        self.iv = iv
    }

    /// The content of a whole record and its true type.
    mutating func open(_ record: [UInt8]) throws -> (type: UInt8, content: [UInt8]) {
        guard record.count >= 5 + 17 else { throw StapleReading.Failure() }
        var nonce = iv
        for index in 0..<8 { nonce[4 + index] ^= UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * index)) }
        sequence += 1
        let (header, body, tag) = (record[..<5], record[5..<(record.count - 16)], record[(record.count - 16)...])
        var plain: [UInt8]
        switch cipher {
        case .aes:
            let box = try AES.GCM.SealedBox(nonce: .init(data: nonce), ciphertext: body, tag: tag)
            plain = Array(try AES.GCM.open(box, using: key, authenticating: header))
        case .chacha:
            let box = try ChaChaPoly.SealedBox(nonce: .init(data: nonce), ciphertext: body, tag: tag)
            plain = Array(try ChaChaPoly.open(box, using: key, authenticating: header))
        }
        // Filled up with zeros behind the type.
        while plain.last == 0 { plain.removeLast() }
        guard let type = plain.popLast() else { throw StapleReading.Failure() }
        return (type, plain)
    }
}
