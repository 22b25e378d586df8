import CNetSNMP
import Remote

extension USMAuthProtocol {
    /// The shim's number.
    var code: Int32 {
        switch self {
        case .md5: Int32(CNETSNMP_AUTH_MD5)
        case .sha1: Int32(CNETSNMP_AUTH_SHA1)
        case .sha224: Int32(CNETSNMP_AUTH_SHA224)
        case .sha256: Int32(CNETSNMP_AUTH_SHA256)
        case .sha384: Int32(CNETSNMP_AUTH_SHA384)
        case .sha512: Int32(CNETSNMP_AUTH_SHA512)
        }
    }
}

extension USMPrivProtocol {
    /// The shim's number.
    var code: Int32 {
        switch self {
        case .des: Int32(CNETSNMP_PRIV_DES)
        case .aes128: Int32(CNETSNMP_PRIV_AES128)
        case .aes192: Int32(CNETSNMP_PRIV_AES192)
        case .aes256: Int32(CNETSNMP_PRIV_AES256)
        }
    }
}

/// The keys of one credential at one engine.
struct USMKeys: Equatable {
    let authentication: AuthenticationKey?
    let privacy: PrivacyKey?
    /// What messages under these keys must carry.
    var level: USMFlags {
        var flags: USMFlags = []
        if authentication != nil { flags.insert(.auth) }
        if privacy != nil { flags.insert(.priv) }
        return flags
    }
}

/// A localised authentication key (RFC 3414 section 6, RFC 7860 section 4).
struct AuthenticationKey: Equatable {
    private let proto: USMAuthProtocol
    /// Kul; never to be printed.
    let localised: [UInt8]
    /// Bytes of msgAuthenticationParameters.
    let macLength: Int

    /// - Parameter userKey: Ku of the pass phrase.
    init?(_ proto: USMAuthProtocol, userKey: [UInt8], engineID: [UInt8]) {
        let length = cnetsnmp_mac_length(proto.code)
        let key = filled {
            cnetsnmp_localised_key(proto.code, engineID, engineID.count, userKey, userKey.count, $0, $1)
        }
        guard length > 0, let key else { return nil }
        self.proto = proto
        localised = key
        macLength = length
        // A libcrypto that was told to forbid the digest says so now and not in the middle of a message.
        var probe = [UInt8](repeating: 0, count: length)
        guard probe.withUnsafeMutableBytes({ sign($0, macAt: 0) }) else { return nil }
    }

    /// Puts the MAC of `message`, whose MAC field is zero, into that field.
    func sign(_ message: UnsafeMutableRawBufferPointer, macAt offset: Int) -> Bool {
        guard offset >= 0, offset + macLength <= message.count, let start = message.baseAddress else { return false }
        return cnetsnmp_sign(
            proto.code, localised, localised.count, start.assumingMemoryBound(to: UInt8.self), message.count, offset,
            macLength) == 0
    }

    /// Whether `mac`, which lies inside `message`, is the MAC of `message`; the field is zero afterwards.
    func verify(_ message: UnsafeRawBufferPointer, mac field: BERReader) -> Bool {
        guard field.count == macLength, let start = message.baseAddress, field.position >= start,
            field.end <= start + message.count
        else { return false }
        // The datagram lies in the engine's own receive buffer, which no one reads at the same time.
        let bytes = UnsafeMutableRawPointer(mutating: start).assumingMemoryBound(to: UInt8.self)
        return cnetsnmp_verify(
            proto.code, localised, localised.count, bytes, message.count, field.position - start, macLength) == 1
    }
}

/// A localised privacy key (RFC 3414 section 8, RFC 3826).
struct PrivacyKey: Equatable {
    private let proto: USMPrivProtocol
    private let key: [UInt8]

    /// - Parameter userKey: Ku of the privacy pass phrase under the authentication protocol's digest.
    init?(_ proto: USMPrivProtocol, auth: USMAuthProtocol, userKey: [UInt8], engineID: [UInt8]) {
        let key = filled {
            cnetsnmp_privacy_key(
                auth.code, proto.code, engineID, engineID.count, userKey, userKey.count, $0, $1)
        }
        guard let key, key.count >= (proto == .des ? 16 : 1) else { return nil }
        self.proto = proto
        self.key = key
        var probe = [UInt8](repeating: 0, count: 16)
        let works = probe.withUnsafeMutableBytes { out in
            withUnsafeBytes(of: UInt64(0)) { encrypt($0, boots: 0, time: 0, salt: [UInt8]($0), into: out) }
        }
        guard works != nil else { return nil }
    }

    /// msgPrivacyParameters: for AES the number itself, for DES engineBoots and its lower half (RFC 3414 section
    /// 8.1.1.1).
    func saltBytes(_ salt: UInt64, boots: Int32) -> [UInt8] {
        let number = proto == .des ? UInt64(UInt32(bitPattern: boots)) << 32 | salt & 0xFFFF_FFFF : salt
        return bigEndianBytes(number)
    }

    /// The initialisation vector: for DES the pre-IV behind its key mixed with the salt, for AES boots and time before
    /// the salt (RFC 3826 section 3.1.2.1).
    private func withVector<R>(
        boots: Int32, time: Int32, salt: UnsafeRawBufferPointer, _ body: (UnsafePointer<UInt8>, Int) -> R
    ) -> R {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { room in
            if proto == .des {
                for index in 0..<8 { room[index] = key[8 + index] ^ salt[index] }
            } else {
                room.storeBytes(of: boots.bigEndian, as: Int32.self)
                room.storeBytes(of: time.bigEndian, toByteOffset: 4, as: Int32.self)
                for index in 0..<8 { room[8 + index] = salt[index] }
            }
            let bytes = room.bindMemory(to: UInt8.self)
            return body(UnsafePointer(bytes.baseAddress.unsafelyUnwrapped), proto == .des ? 8 : 16)
        }
    }

    /// Bytes written to `out`, or nil when it is too small or the library refuses.
    func encrypt(
        _ plain: UnsafeRawBufferPointer, boots: Int32, time: Int32, salt: [UInt8],
        into out: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard out.count >= plain.count + 8, salt.count == 8,
            let source = plain.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let sink = out.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return nil }
        return salt.withUnsafeBytes { salt in
            withVector(boots: boots, time: time, salt: salt) { iv, ivLength in
                guard proto == .des else {
                    let result = cnetsnmp_aes_encrypt(
                        proto.code, key, key.count, iv, source, plain.count, sink)
                    return result == 0 ? plain.count : nil
                }
                var length = 0
                let result = cnetsnmp_des_encrypt(key, 8, iv, ivLength, source, plain.count, sink, &length)
                return result == 0 && length <= out.count ? length : nil
            }
        }
    }

    /// Bytes written to `out`, or nil when the lengths cannot be or the library refuses.
    func decrypt(
        _ cipher: UnsafeRawBufferPointer, boots: Int32, time: Int32, salt: UnsafeRawBufferPointer,
        into out: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard out.count >= cipher.count, salt.count == 8, !cipher.isEmpty,
            let source = cipher.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let sink = out.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return nil }
        guard proto != .des || cipher.count.isMultiple(of: 8) else { return nil }
        return withVector(boots: boots, time: time, salt: salt) { iv, ivLength in
            guard proto == .des else {
                let result = cnetsnmp_aes_decrypt(proto.code, key, key.count, iv, source, cipher.count, sink)
                return result == 0 ? cipher.count : nil
            }
            var length = 0
            let result = cnetsnmp_des_decrypt(key, 8, iv, ivLength, source, cipher.count, sink, &length)
            return result == 0 && length <= out.count ? length : nil
        }
    }
}

/// Ku of a pass phrase: a megabyte of hashing, about 2.5 ms (RFC 3414 section A.2). Nil below eight bytes.
func userKey(_ proto: USMAuthProtocol, passphrase: [UInt8]) -> [UInt8]? {
    filled { cnetsnmp_user_key(proto.code, passphrase, passphrase.count, $0, $1) }
}

/// `number` as eight bytes, most significant first.
func bigEndianBytes(_ number: UInt64) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) }
}

/// The bytes that a function of the shim writes; nil when it does not answer 0.
private func filled(_ body: (UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>) -> Int32) -> [UInt8]? {
    var length = 0
    var worked = false
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(CNETSNMP_MAX_KEY)) { buffer, count in
        worked = body(buffer.baseAddress, &length) == 0 && length <= buffer.count
        count = worked ? length : 0
    }
    return worked ? bytes : nil
}
