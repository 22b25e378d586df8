import Addressing
import Remote
import TestSupport
import Testing

@Suite(.tags(.small)) struct RemoteTests {
    @Test(
        "dotted identifiers are read strictly",
        arguments: [
            ("1.3.6.1", [1, 3, 6, 1]), (".1.3.6.1", [1, 3, 6, 1]), ("2.999.4294967295", [2, 999, 4_294_967_295]),
        ] as [(String, [UInt32])])
    func dotted(text: String, parts: [UInt32]) throws {
        let oid = try #require(OID(dotted: text))
        #expect(oid.parts == parts)
        #expect(OID(dotted: oid.description) == oid)
    }

    @Test(
        "what is no identifier is refused",
        arguments: [
            "", ".", "1", "1..3", "1.3.", "3.1", "1.-3", "1.+3", "1.3.x", "1.4294967296", "1.٣", " 1.3",
            "1" + String(repeating: ".1", count: 128),
        ])
    func refused(text: String) { #expect(OID(dotted: text) == nil) }

    @Test("order and containment are those of a walk") func walkOrder() {
        let root: OID = [1, 3, 6]
        #expect(root < root.appending(1) && root.appending(2) < root.appending(10))
        #expect(root.appending(2, 5).isWithin(root) && !root.isWithin(root.appending(2)))
        #expect(root.appending(2, 5).suffix(after: root) == [2, 5])
        #expect(OID([1, 3, 61]).suffix(after: root) == nil)
    }

    @Test("a secret prints nothing of itself, however it is printed") func secrets() {
        let secret = Secret("correct horse")
        var dumped = ""
        dump(USMCredential(user: "u", auth: .init(proto: .sha256, passphrase: secret), priv: nil), to: &dumped)
        let texts = [
            "\(secret)", String(reflecting: secret), String(describing: SNMPCredential.v2c(community: secret)), dumped,
        ]
        for text in texts { #expect(!text.contains("horse"), "\(text)") }
        #expect(secret.withBytes { $0.count } == 13 && secret == Secret("correct horse") && secret != Secret("x"))
    }

    @Test(
        "a quoted word reaches a real shell as it is",
        arguments: ["plain", "", "it's", "$(touch x); `id` \\ \"q\" *", "dòng 1\ndòng 2", "'", "-n"])
    func quoting(text: String) async throws {
        let line = "printf %s " + RemoteCommand.shellQuoted(text)
        let result = try await runProcess("/bin/sh", ["-c", line])
        #expect(result.status == 0 && result.text == text)
    }

    @Test("endpoints put IPv6 addresses into brackets (RFC 5952 section 6)") func endpoints() throws {
        #expect(Endpoint(address: try IPAddress("192.0.2.1"), port: 161).description == "192.0.2.1:161")
        #expect(Endpoint(address: try IPAddress("2001:db8::1"), port: 22).description == "[2001:db8::1]:22")
    }

    @Test("only what may pass by itself is worth another try") func retries() {
        let may: Set<RemoteError.Code> = [.timeout, .unreachable, .closed, .refused]
        let others: Set<RemoteError.Code> = [.authentication, .hostKeyUnknown, .hostKeyChanged, .local, .tooLarge]
        for code in may.union(others) {
            #expect(RemoteError(code, subject: "device/a", message: "m").mayRetry == may.contains(code), "\(code)")
        }
    }
}
