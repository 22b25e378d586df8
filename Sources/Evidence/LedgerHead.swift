import Crypto
public import Notation

/// The newest record of the ledger, signed: without it nobody could tell that records are missing at the end.
public struct LedgerHead: Hashable, Sendable {
    /// Number of the newest record.
    public let seq: Int64
    /// Its hash.
    public let hash: String
    /// When it was signed.
    public let at: Timestamp
    /// Ed25519 (RFC 8032), 64 bytes, over ``signedBytes(seq:hash:at:)``.
    public let signature: [UInt8]

    /// Takes a stored head as it is; ``isGenuine(publicKey:)`` tells whether to believe it.
    public init(seq: Int64, hash: String, at: Timestamp, signature: [UInt8]) {
        self.seq = seq
        self.hash = hash
        self.at = at
        self.signature = signature
    }

    /// Whether the holder of the private half of `publicKey` (32 bytes) signed exactly this head.
    public func isGenuine(publicKey: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: Self.signedBytes(seq: seq, hash: hash, at: at))
    }

    /// `hatang ledger head v1`, a line feed, and canonical JSON of `at` (RFC 3339), `hash`, `seq`.
    static func signedBytes(seq: Int64, hash: String, at: Timestamp) -> [UInt8] {
        let head: JSONValue = ["at": .string(at.description), "hash": .string(hash), "seq": .int(seq)]
        return Array("hatang ledger head v1\n".utf8) + Array(head.canonical.utf8)
    }

    /// All of it, the signature in hex, for output and for keeping elsewhere.
    public var json: JSONValue {
        [
            "at": .string(at.description), "hash": .string(hash), "seq": .int(seq),
            "signature": .string(Digest.hex(signature)),
        ]
    }
}

/// Signs heads of the ledger with an Ed25519 key. It prints nothing of the key.
public struct LedgerSigner: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: Curve25519.Signing.PrivateKey

    /// Makes a new key from the system's random numbers.
    public init() { key = Curve25519.Signing.PrivateKey() }

    /// Takes the 32 bytes of a private key; nil for any other number of bytes.
    public init?(privateKey: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: privateKey) else { return nil }
        self.key = key
    }

    /// The 32 bytes to be kept where only the suite can read them.
    public var privateKey: [UInt8] { Array(key.rawRepresentation) }
    /// The 32 bytes that prove a signature; give them to whoever audits.
    public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    /// Signs `record` as the newest.
    /// - Throws: what the cryptographic library reports; not seen in practice.
    public func sign(_ record: LedgerRecord, at: Timestamp) throws -> LedgerHead {
        let bytes = LedgerHead.signedBytes(seq: record.seq, hash: record.hash, at: at)
        return LedgerHead(
            seq: record.seq, hash: record.hash, at: at, signature: Array(try key.signature(for: bytes)))
    }

    /// The public half only.
    public var description: String { "ledger signer \(Digest.hex(publicKey))" }
    /// A mirror without children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Digest {
    /// Lower-case hex, two digits a byte.
    public static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Reads hex digits of either case, two a byte; nil for anything else.
    public static func bytes(hex text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var out: [UInt8] = []
        for i in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Character(Unicode.Scalar(digits[i])).hexDigitValue,
                let low = Character(Unicode.Scalar(digits[i + 1])).hexDigitValue
            else { return nil }
            out.append(UInt8(high << 4 | low))
        }
        return out
    }
}
