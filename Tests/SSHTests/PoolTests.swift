import Foundation
import Glibc
import Remote
import SSH
import TestSupport
import Testing

@Suite("Kept sessions", .tags(.large), .timeLimit(.minutes(3)))
struct PoolTests {
    @Test("a second session to the same server costs no login, a different user of it does")
    func reuse() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        for number in 0..<5 {
            let session = try await client.open(daemon.target())
            #expect(try await session.run(RemoteCommand("echo \(number)")).text == "\(number)\n")
            await session.close()
        }
        #expect(daemon.logins == 1)
        let statistics = try await client.statistics()
        #expect(statistics.connects == 1 && statistics.logins == 1 && statistics.reused == 4 && statistics.open == 1)
        // Another credential must prove itself.
        let error = await failure {
            _ = try await client.open(
                daemon.target(credential: .privateKey(Secret(daemon.strangerKey), passphrase: nil)))
        }
        #expect(error?.code == .authentication)
        await client.shutdown()
    }

    @Test("many sessions at once share one connection, and no more channels than the server allows")
    func shared() async throws {
        let daemon = try await SSHDaemon(options: ["MaxSessions 3"])
        let client = SSHClient()
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<25 {
                group.addTask {
                    let session = try await client.open(daemon.target())
                    let text = try await session.run(RemoteCommand("sleep 0.05; echo \(number)")).text
                    await session.close()
                    return text
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts == Set((0..<25).map { "\($0)\n" }))
        #expect(daemon.logins <= 2, "a second one only where the limit was found out the hard way")
        await client.shutdown()
    }

    @Test("a key that is no longer recorded is not used, and one more recorded key changes nothing")
    func revoked() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        try await client.open(daemon.target()).close()
        let other = HostKey(type: "ssh-ed25519", fingerprint: "SHA256:" + String(repeating: "A", count: 43))
        try await client.open(daemon.target(hostKeys: daemon.recordedKeys + [other])).close()
        #expect(daemon.logins == 1)
        let changed = await failure { _ = try await client.open(daemon.target(hostKeys: [other])) }
        #expect(changed?.code == .hostKeyChanged)
        let unknown = await failure { _ = try await client.open(daemon.target(hostKeys: [])) }
        #expect(unknown?.code == .hostKeyUnknown)
        #expect(daemon.logins == 1)
        #expect(try await client.statistics().open == 0, "the connection under the revoked key is gone")
        await client.shutdown()
    }

    @Test("a server that has got another host key between two cycles is refused", arguments: [true, false])
    func rekeyed(kept: Bool) async throws {
        let first = try await SSHDaemon()
        let client = SSHClient(SSHClient.Settings(idleTime: kept ? .seconds(300) : .zero))
        let session = try await client.open(first.target())
        #expect(try await session.run(RemoteCommand("true")).succeeded)
        await session.close()
        first.kill()
        let second = try await SSHDaemon(port: first.port)
        let error = await failure {
            let session = try await client.open(first.target())
            _ = try await session.run(RemoteCommand("true"))
        }
        #expect(error?.code == .hostKeyChanged)
        #expect(!second.sawAuthentication)
        await client.shutdown()
    }

    @Test("a kept connection that the server has closed is replaced unseen")
    func closedMeanwhile() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        for round in 0..<3 {
            let session = try await client.open(daemon.target())
            #expect(try await session.run(RemoteCommand("echo on")).text == "on\n")
            await session.close()
            #expect(daemon.logins == round + 1)
            daemon.process.killDescendants()
        }
        await client.shutdown()
    }

    @Test("a session that failed in the middle is not used again")
    func failed() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        let marker = daemon.folder.file("started")
        let task = Task { try await session.run(RemoteCommand("touch \(marker); exec sleep 60")) }
        try await daemon.process.wait(until: "runs the command", within: .seconds(20)) {
            FileManager.default.fileExists(atPath: marker)
        }
        daemon.process.killDescendants()
        #expect(await failure { _ = try await task.value }?.code == .closed)
        #expect(await failure { _ = try await session.run(RemoteCommand("true")) }?.code == .closed)
        let next = try await client.open(daemon.target())
        #expect(try await next.run(RemoteCommand("echo on")).text == "on\n")
        await client.shutdown()
    }

    @Test("sessions nobody uses are closed: when their time is over, and when there are too many")
    func bounded() async throws {
        let daemon = try await SSHDaemon(addresses: (1...6).map { "127.0.30.\($0)" })
        let few = SSHClient(SSHClient.Settings(maximumSessions: 2))
        for address in daemon.addresses { try await few.open(daemon.target(address: address)).close() }
        let statistics = try await few.statistics()
        #expect(statistics.open == 2 && statistics.evicted == 4)
        // The two used last are those that were kept.
        for address in daemon.addresses.suffix(2) { try await few.open(daemon.target(address: address)).close() }
        #expect(try await few.statistics().reused == 2)
        await few.shutdown()
        let brief = SSHClient(SSHClient.Settings(idleTime: .milliseconds(50)))
        try await brief.open(daemon.target()).close()
        try await daemon.process.wait(until: "sees the session end", within: .seconds(20)) {
            try await brief.statistics().open == 0
        }
        await brief.shutdown()
    }

    @Test("a session in use stays whatever the limits, and one that nobody refers to any more goes back")
    func inUse() async throws {
        let daemon = try await SSHDaemon(addresses: ["127.0.31.1", "127.0.31.2", "127.0.31.3"])
        let client = SSHClient(SSHClient.Settings(idleTime: .zero, maximumSessions: 1))
        var sessions: [any ShellSession] = []
        for address in daemon.addresses { sessions.append(try await client.open(daemon.target(address: address))) }
        for session in sessions { #expect(try await session.run(RemoteCommand("true")).succeeded) }
        #expect(try await client.statistics().open == 3)
        sessions.removeAll()
        try await daemon.process.wait(until: "sees the sessions end", within: .seconds(20)) {
            try await client.statistics().open == 0
        }
        await client.shutdown()
    }

    @Test("many addresses are opened within a window")
    func window() async throws {
        let daemon = try await SSHDaemon(addresses: (1...15).map { "127.0.32.\($0)" }, options: ["MaxStartups 4"])
        let client = SSHClient(SSHClient.Settings(handshakes: 3))
        let done = await withTaskGroup(of: Bool.self) { group in
            for address in daemon.addresses {
                group.addTask {
                    let session = try? await client.open(daemon.target(address: address))
                    return (try? await session?.run(RemoteCommand("true")).succeeded) ?? false
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        // sshd counts its unauthenticated connections over all addresses and would drop the fifth.
        #expect(done == 15)
        await client.shutdown()
    }
}
