import Remote
import TestSupport
import Testing

@testable import SNMP

@Suite(.tags(.small)) struct SecurityTests {
    /// RFC 3414 sections A.3.1 and A.3.2: "maplesyrup" at engine 00…02.
    @Test(arguments: [
        (USMAuthProtocol.md5, "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"),
        (.sha1, "9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f"),
    ])
    func `keys are those of RFC 3414 appendix A`(proto: USMAuthProtocol, ku: String, localised: String) throws {
        let engineID = [UInt8](repeating: 0, count: 11) + [2]
        let base = try #require(userKey(proto, passphrase: Array("maplesyrup".utf8)))
        #expect(try base == hex(ku))
        let key = try #require(AuthenticationKey(proto, userKey: base, engineID: engineID))
        #expect(key.localised == (try hex(localised)))
    }

    /// RFC 7860 section 4.2: the MAC is cut to these lengths.
    @Test(arguments: [
        (USMAuthProtocol.md5, 12), (.sha1, 12), (.sha224, 16), (.sha256, 24), (.sha384, 32), (.sha512, 48),
    ])
    func `a MAC has its protocol's length and covers every byte`(proto: USMAuthProtocol, length: Int) throws {
        let base = try #require(userKey(proto, passphrase: Array("authpass12".utf8)))
        let key = try #require(AuthenticationKey(proto, userKey: base, engineID: [1, 2, 3, 4, 5]))
        #expect(key.macLength == length)
        let message = [UInt8](repeating: 0, count: 100)
        /// Signs at 20, changes what `change` changes, verifies.
        func verifies(_ change: (inout [UInt8]) -> Void) -> Bool {
            var bytes = message
            guard bytes.withUnsafeMutableBytes({ key.sign($0, macAt: 20) }) else { return false }
            change(&bytes)
            return bytes.withUnsafeBytes { raw in
                let field = BERReader(UnsafeRawBufferPointer(rebasing: raw[20..<(20 + length)]))
                return key.verify(raw, mac: field)
            }
        }
        #expect(verifies { _ in })
        for place in message.indices {
            let isTaken = verifies { $0[place] ^= 0x10 }
            #expect(!isTaken, "byte \(place)")
        }
        #expect(!message.withUnsafeBytes { key.verify($0, mac: BERReader($0)) })
    }

    @Test(arguments: USMPrivProtocol.allCases, [1, 7, 8, 9, 200])
    func `what is enciphered can be deciphered, and not with another salt`(proto: USMPrivProtocol, size: Int) throws {
        let base = try #require(userKey(.sha1, passphrase: Array("privpass12".utf8)))
        let key = try #require(PrivacyKey(proto, auth: .sha1, userKey: base, engineID: [1, 2, 3, 4, 5]))
        let plain = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        var cipher = [UInt8](repeating: 0, count: size + 8)
        var back = [UInt8](repeating: 0, count: size + 8)
        let salt = key.saltBytes(0x0102_0304_0506_0708, boots: 9)
        #expect(salt == (proto == .des ? [0, 0, 0, 9, 5, 6, 7, 8] : [1, 2, 3, 4, 5, 6, 7, 8]))
        let length = try #require(
            plain.withUnsafeBytes { plain in
                cipher.withUnsafeMutableBytes { key.encrypt(plain, boots: 9, time: 3, salt: salt, into: $0) }
            })
        #expect(length == (proto == .des ? (size + 7) / 8 * 8 : size))
        func decipher(_ salt: [UInt8]) -> [UInt8]? {
            let count = cipher[..<length].withUnsafeBytes { cipher in
                salt.withUnsafeBytes { salt in
                    back.withUnsafeMutableBytes { key.decrypt(cipher, boots: 9, time: 3, salt: salt, into: $0) }
                }
            }
            return count.map { Array(back[..<$0].prefix(size)) }
        }
        #expect(decipher(salt) == plain)
        #expect(decipher(salt.map { $0 ^ 1 }) != plain)
        #expect(decipher(Array(salt.dropLast())) == nil)
    }

    @Test func `a pass phrase is hashed once for all engines and all equal credentials`() throws {
        var vault = KeyVault(capacity: 100)
        let credential = SecureAgent().credential
        let same = SecureAgent().credential
        #expect(vault.number(of: credential) == vault.number(of: same))
        for engine in 0..<20 {
            let keys = vault.keys(credential, number: 1, engineID: [UInt8](repeating: UInt8(engine), count: 5))
            #expect(keys?.level == [.auth, .priv])
        }
        #expect(vault.derivations == 2)
    }

    @Test func `the time window is that of RFC 3414 section 3_2`() {
        let engine = AgentEngine(engineID: [1, 2, 3, 4, 5], guessedBoots: 900, time: 5, now: 0)
        #expect(engine.estimatedTime(now: 10) == 15)
        var known = engine
        func accepts(_ boots: Int32, _ time: Int32, _ now: Int64) -> Bool {
            known.accept(boots: boots, time: time, now: now)
        }
        // The first authentic message replaces the guess, even downwards.
        #expect(accepts(7, 1_000, 100))
        #expect(known.boots == 7 && known.isAuthentic)
        #expect(known.estimatedTime(now: 160) == 1_060)
        #expect(accepts(7, 910, 160))
        #expect(!accepts(7, 909, 160))
        // Old messages do not turn the clock back.
        #expect(known.estimatedTime(now: 160) == 1_060)
        #expect(!accepts(6, 5_000, 160))
        #expect(accepts(8, 0, 160))
        #expect(!accepts(7, 9_000, 160))
        #expect(accepts(8, 4_000, 161))
        #expect(known.estimatedTime(now: 161) == 4_000)
        #expect(!accepts(.max, 1, 162))
        #expect(AgentEngine(engineID: [], guessedBoots: 0, time: .max, now: 0).estimatedTime(now: 99) == .max)
    }

    @Test func `secrets stand in no description`() {
        let credential = SecureAgent().credential
        for text in ["\(credential)", String(reflecting: credential)] {
            #expect(!text.contains("authpass12") && !text.contains("privpass12"))
        }
    }
}
