import Addressing
import Remote
import SSH
import TestSupport
import Testing

@Suite("Through jump hosts", .tags(.large), .timeLimit(.minutes(3)))
struct JumpTests {
    @Test("a target behind one and behind two jump hosts, over IPv4 and IPv6, with outputs of all sizes")
    func reaches() async throws {
        let first = try await SSHDaemon()
        let second = try await SSHDaemon()
        let inner = try await SSHDaemon(addresses: ["127.0.0.1", "::1"])
        let client = SSHClient()
        let one = try first.target(subject: "device/jump-1")
        let two = try second.target(subject: "device/jump-2")
        for (address, jumps) in [("127.0.0.1", [one]), ("::1", [one]), ("127.0.0.1", [one, two])] {
            let session = try await client.open(inner.target(address: address, jumps: jumps))
            #expect(try await session.run(RemoteCommand("echo $SSH_CONNECTION")).text.contains(address))
            let input = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            let echoed = try await session.run(RemoteCommand("cat", input: input, outputLimit: 4_000_000))
            #expect(echoed.stdout == input)
            let large = try await session.run(RemoteCommand("head -c 20000000 /dev/zero", outputLimit: 20_000_000))
            #expect(large.stdout.count == 20_000_000)
            await session.close()
        }
        // One connection to each jump host serves all.
        #expect(first.logins == 1 && second.logins == 1 && inner.logins == 3)
        await client.shutdown()
    }

    @Test("fifteen targets share one connection to the jump host")
    func shared() async throws {
        let jump = try await SSHDaemon()
        let inner = try await SSHDaemon(addresses: (1...15).map { "127.0.33.\($0)" })
        let client = SSHClient()
        let way = try jump.target(subject: "device/jump-1")
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for address in inner.addresses {
                group.addTask {
                    let session = try await client.open(inner.target(address: address, jumps: [way]))
                    return try await session.run(RemoteCommand("echo $SSH_CONNECTION")).text
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert(String($1.split(separator: " ")[2])) }
        }
        #expect(answers == Set(inner.addresses))
        #expect(jump.logins == 1)
        await client.shutdown()
    }

    @Test("host keys are strict at every hop, and errors name the hop")
    func strict() async throws {
        let jump = try await SSHDaemon()
        let inner = try await SSHDaemon()
        let client = SSHClient()
        let wrong = [HostKey(type: "ssh-ed25519", fingerprint: "SHA256:" + String(repeating: "A", count: 43))]
        let atJump = await failure {
            let way = try jump.target(subject: "device/jump-1", hostKeys: wrong)
            _ = try await client.open(inner.target(jumps: [way]))
        }
        #expect(atJump?.code == .hostKeyChanged && atJump?.subject == "device/web-01")
        #expect(atJump?.message.hasPrefix("through device/jump-1 (") == true, "\(atJump as Any)")
        let good = try jump.target(subject: "device/jump-1")
        let atEnd = await failure { _ = try await client.open(inner.target(hostKeys: wrong, jumps: [good])) }
        #expect(atEnd?.code == .hostKeyChanged && atEnd?.message.contains("jump-1") == false, "\(atEnd as Any)")
        let stranger = ShellCredential.privateKey(Secret(jump.strangerKey), passphrase: nil)
        let noLogin = await failure {
            let way = try jump.target(subject: "device/jump-1", credential: stranger)
            _ = try await client.open(inner.target(jumps: [way]))
        }
        #expect(noLogin?.code == .authentication && noLogin?.message.contains("device/jump-1") == true)
        // A key of the jump host that is revoked while its connection is kept: the whole way is closed.
        #expect(try await client.open(inner.target(jumps: [good])).run(RemoteCommand("true")).succeeded)
        let revoked = await failure {
            let way = try jump.target(subject: "device/jump-1", hostKeys: wrong)
            _ = try await client.open(inner.target(jumps: [way]))
        }
        #expect(revoked?.code == .hostKeyChanged && revoked?.message.contains("device/jump-1") == true)
        await client.shutdown()
    }

    @Test("a jump host that may not forward, cannot reach the target, is down, or dies")
    func broken() async throws {
        let closed = try await SSHDaemon(options: ["AllowTcpForwarding no"])
        let inner = try await SSHDaemon()
        let client = SSHClient()
        let forbidden = await failure {
            _ = try await client.open(inner.target(jumps: [closed.target(subject: "device/jump-1")]))
        }
        #expect(forbidden?.code == .remote && forbidden?.message.contains("AllowTcpForwarding") == true)
        let jump = try await SSHDaemon()
        let way = try jump.target(subject: "device/jump-1")
        let nobody = ShellTarget(
            subject: "device/web-01", endpoint: Endpoint(address: try IPAddress("127.0.0.1"), port: try freeTCPPort()),
            user: "root", credential: .password(Secret("x")), hostKeys: [], jumps: [way])
        let refused = await failure { _ = try await client.open(nobody) }
        #expect(refused?.code == .refused && refused?.message.contains("device/jump-1") == true, "\(refused as Any)")
        let session = try await client.open(inner.target(jumps: [way]))
        #expect(try await session.run(RemoteCommand("true")).succeeded)
        jump.kill()
        let died = await failure { _ = try await session.run(RemoteCommand("sleep 60")) }
        #expect(died?.code == .closed, "\(died as Any)")
        let down = await failure { _ = try await client.open(inner.target(jumps: [way])) }
        #expect(down?.code == .refused && down?.message.hasPrefix("through device/jump-1 (") == true)
        await client.shutdown()
    }
}
