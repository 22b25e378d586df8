import Foundation
import Remote
import TestSupport
import Testing

@testable import SSH

@Suite("Old algorithms", .tags(.large), .timeLimit(.minutes(3)))
struct LegacyTests {
    private static let old = ["diffie-hellman-group14-sha1", "ssh-rsa", "aes128-cbc", "hmac-sha1"]
    private static let options = [
        "KexAlgorithms diffie-hellman-group14-sha1", "HostKeyAlgorithms ssh-rsa", "Ciphers aes128-cbc",
        "MACs hmac-sha1",
    ]

    @Test("a server that has only old ones is named with the entry that would let it in, and let in by it")
    func onlyOld() async throws {
        let daemon = try await SSHDaemon(hostKeyTypes: ["rsa"], options: Self.options)
        let client = SSHClient()
        let refused = await failure { _ = try await client.open(daemon.target(client: .libssh)) }
        #expect(refused?.code == .unsupported)
        let entry = "ssh_legacy_algorithms: [\(Self.old.joined(separator: ", "))]"
        #expect(refused?.message.contains(entry) == true, "\(refused as Any)")
        #expect(refused?.message.contains("key exchange diffie-hellman-group14-sha1") == true)
        // One of them missing is one thing to write down.
        let partly = await failure {
            _ = try await client.open(daemon.target(legacyAlgorithms: Array(Self.old.dropLast()), client: .libssh))
        }
        #expect(partly?.message.contains("ssh_legacy_algorithms: [hmac-sha1]") == true, "\(partly as Any)")
        let session = try await client.open(daemon.target(legacyAlgorithms: Self.old))
        #expect(try await session.run(RemoteCommand("echo old")).text == "old\n")
        await session.close()
        // What one record allows opens nothing for another.
        let other = await failure { _ = try await client.open(daemon.target(client: .libssh)) }
        #expect(other?.code == .unsupported)
        await client.shutdown()
    }

    @Test("a server with modern ones keeps them whatever its record allows")
    func modernFirst() async throws {
        let daemon = try await SSHDaemon(
            hostKeyTypes: ["rsa"], options: ["LogLevel DEBUG1", "KexAlgorithms +diffie-hellman-group14-sha1"])
        let client = SSHClient()
        let session = try await client.open(daemon.target(legacyAlgorithms: Self.old))
        #expect(try await session.run(RemoteCommand("true")).succeeded)
        let log = daemon.process.output
        #expect(log.contains("kex: algorithm: curve25519-sha256"), "\(log)")
        #expect(log.contains("kex: host key algorithm: rsa-sha2-"))
        await client.shutdown()
    }

    @Test("a name the library does not have is an error that lists those it has, before anything is sent")
    func unknown() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let error = await failure {
            _ = try await client.open(daemon.target(legacyAlgorithms: ["arcfour", "ssh-rsa"]))
        }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("arcfour") == true && error?.message.contains("aes128-cbc") == true)
        await client.shutdown()
        // The one that is there is the fixture's, waiting for the server.
        #expect(daemon.process.output.components(separatedBy: "Connection from").count <= 2)
    }

    @Test("every old algorithm we name is one that libssh has", .tags(.small))
    func known() throws {
        for group in AlgorithmGroup.allCases {
            for name in group.legacy + group.modern {
                let session = try #require(SessionHandle())
                #expect(session.knows(name, group), "\(name)")
            }
        }
    }

    @Test("a server's first message is read, and nothing else is taken for it", .tags(.small))
    func offers() throws {
        func list(_ text: String) -> [UInt8] { [0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8) }
        let names = ["kex-1,kex-2", "ssh-rsa", "a-cbc", "b-cbc", "mac-a", "mac-b", "none", "none", "", ""]
        let payload = [20] + [UInt8](repeating: 9, count: 16) + names.flatMap(list) + [0, 0, 0, 0, 0]
        let packet = [0, 0, 0, UInt8(payload.count + 1 + 4), 4] + payload + [0, 0, 0, 0]
        let offer = try #require(KeyExchangeOffer(packet))
        #expect(
            offer.names == [
                .keyExchange: ["kex-1", "kex-2"], .hostKey: ["ssh-rsa"], .cipher: ["b-cbc"], .mac: ["mac-b"],
            ])
        #expect(KeyExchangeOffer(Array("hello\r\nSSH-2.0-old\r\n".utf8) + packet) == offer)
        for count in 0..<(packet.count - 1) { #expect(KeyExchangeOffer(Array(packet.prefix(count))) == nil) }
        #expect(KeyExchangeOffer([255, 255, 255, 255, 4, 20] + payload) == nil)
        var generator = SeededGenerator("kexinit")
        for _ in 0..<2000 {
            var bytes = packet
            for _ in 0..<4 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            _ = KeyExchangeOffer(bytes)
        }
    }

    @Test("what would help is told apart from what cannot", .tags(.small))
    func misfits() throws {
        func judge(_ kex: [String], allowed: [String] = []) -> KeyExchangeOffer.Misfit {
            KeyExchangeOffer(
                names: [
                    .keyExchange: kex, .hostKey: ["ssh-ed25519"], .cipher: ["aes128-ctr"], .mac: ["hmac-sha2-256"],
                ]
            ).judge(allowed: allowed)
        }
        #expect(judge(["curve25519-sha256"]).missing.isEmpty)
        #expect(judge(["diffie-hellman-group14-sha1"]).help == ["diffie-hellman-group14-sha1"])
        #expect(judge(["diffie-hellman-group14-sha1"], allowed: ["diffie-hellman-group14-sha1"]).missing.isEmpty)
        #expect(judge(["sntrup761x25519-sha512@openssh.com"]).hopeless == [.keyExchange])
    }
}
