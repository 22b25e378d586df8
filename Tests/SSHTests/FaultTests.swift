import Foundation
import Remote
import SSH
import TestSupport
import Testing

/// Sockets and SSH threads of this process. Other suites have theirs as well, which come and go: what is compared with
/// the number before may have to wait for them, and is sharpest when the suite runs alone.
private func inventory() throws -> (files: Int, threads: Int) {
    let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
    }
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap {
        try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8)
    }
    return (
        files.count { $0.hasPrefix("socket:") || $0.contains("eventpoll") },
        threads.count { $0.hasPrefix("hatang-ssh") }
    )
}

@Suite("Faults in the middle", .tags(.large), .timeLimit(.minutes(5)), .serialized)
struct FaultTests {
    @Test("a server that hangs after the key exchange is given up at the deadline, and holds up nobody")
    func afterKeyExchange() async throws {
        let daemon = try await SSHDaemon()
        let proxy = try await FreezingProxy(to: daemon.port, freezing: .afterKeyExchange)
        let client = SSHClient(SSHClient.Settings(handshakes: 2))
        let task = Task {
            try await client.open(daemon.target(connectTimeout: .milliseconds(1500), port: proxy.port))
        }
        let other = try await client.open(daemon.target())
        #expect(try await other.run(RemoteCommand("echo on")).text == "on\n")
        let error = await failure { _ = try await task.value }
        #expect(error?.code == .timeout && error?.message.contains("login") == true, "\(error as Any)")
        await client.shutdown()
    }

    @Test("a server that hangs after the login ends the command at its deadline; a kept session is replaced")
    func afterLogin() async throws {
        let daemon = try await SSHDaemon()
        let proxy = try await FreezingProxy(to: daemon.port)
        let client = SSHClient(SSHClient.Settings(checkTime: .milliseconds(400)))
        let fresh = try await client.open(daemon.target(port: proxy.port))
        try await proxy.freeze()
        let error = await failure {
            _ = try await fresh.run(RemoteCommand("echo never", timeout: .milliseconds(700)))
        }
        #expect(error?.code == .timeout)
        await fresh.close()
        // Its connection is still there; the next one finds out that nobody answers.
        let next = try await client.open(daemon.target(port: proxy.port))
        #expect(try await next.run(RemoteCommand("echo on")).text == "on\n")
        let statistics = try await client.statistics()
        #expect(statistics.moved == 1 && statistics.connects == 2 && proxy.connections == 2)
        await next.close()
        // Once more, with several sessions waiting on the dead connection.
        try await proxy.freeze()
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<5 {
                group.addTask {
                    let session = try await client.open(daemon.target(port: proxy.port))
                    return try await session.run(RemoteCommand("echo \(number)")).text
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts.count == 5 && proxy.connections == 3)
        await client.shutdown()
    }

    @Test("a server that hangs in the middle of its output, or stops taking our input")
    func inTheMiddle() async throws {
        let daemon = try await SSHDaemon()
        let output = try await FreezingProxy(to: daemon.port, freezing: .afterBytes(300_000))
        let client = SSHClient(SSHClient.Settings(checkTime: .milliseconds(400)))
        let session = try await client.open(daemon.target(port: output.port))
        let error = await failure {
            let line = "head -c 5000000 /dev/zero"
            _ = try await session.run(RemoteCommand(line, timeout: .milliseconds(1500), outputLimit: 10_000_000))
        }
        #expect(error?.code == .timeout)
        await session.close()
        let input = try await FreezingProxy(to: daemon.port)
        let stuck = try await client.open(daemon.target(port: input.port))
        try await input.freeze()
        let task = Task {
            let bytes = [UInt8](repeating: 7, count: 20_000_000)
            return try await stuck.run(RemoteCommand("cat >/dev/null", input: bytes, timeout: .seconds(2)))
        }
        // The same thread serves this one; it must not hang in a write to the other.
        let other = try await client.open(daemon.target())
        for _ in 0..<5 { #expect(try await other.run(RemoteCommand("echo on")).text == "on\n") }
        #expect(await failure { _ = try await task.value }?.code == .timeout)
        await client.shutdown()
    }

    @Test("input to a server that stops reading after it has begun holds up nobody")
    func stopsReading() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let stuck = try await client.open(daemon.target())
        let marker = daemon.folder.file("started")
        let task = Task {
            let bytes = [UInt8](repeating: 7, count: 20_000_000)
            let line = "touch \(marker); head -c 100 >/dev/null; exec sleep 60"
            return try await stuck.run(RemoteCommand(line, input: bytes, timeout: .seconds(3)))
        }
        try await daemon.process.wait(until: "runs the command", within: .seconds(20)) {
            FileManager.default.fileExists(atPath: marker)
        }
        let other = try await client.open(daemon.target())
        for _ in 0..<5 { #expect(try await other.run(RemoteCommand("echo on")).text == "on\n") }
        #expect(await failure { _ = try await task.value }?.code == .timeout)
        await client.shutdown()
    }

    @Test("Ctrl-C in every phase ends everything at once and leaves no thread and no descriptor")
    func cancelled() async throws {
        let daemon = try await SSHDaemon(addresses: (1...8).map { "127.0.34.\($0)" })
        let jump = try await SSHDaemon()
        let hanging = try await FreezingProxy(to: jump.port, freezing: .afterKeyExchange)
        let before = try inventory()
        let client = SSHClient(SSHClient.Settings(handshakes: 6))
        let way = try jump.target(subject: "device/jump-1")
        let marker = daemon.folder.file("started")
        let task = Task {
            await withTaskGroup(of: RemoteError?.self) { group in
                for number in 0..<48 {
                    group.addTask {
                        do {
                            // Running, waiting for its turn, behind a jump host, in the key exchange.
                            let target =
                                number % 6 == 5
                                ? try jump.target(connectTimeout: .seconds(60), port: hanging.port)
                                : try daemon.target(
                                    address: daemon.addresses[number % 8], jumps: number % 3 == 0 ? [way] : [])
                            let session = try await client.open(target)
                            _ = try await session.run(RemoteCommand("echo >>\(marker); exec sleep 60"))
                            return nil
                        } catch { return error as? RemoteError }
                    }
                }
                return await group.reduce(into: [RemoteError]()) { if let error = $1 { $0.append(error) } }
            }
        }
        try await daemon.process.wait(until: "runs some", within: .seconds(30)) {
            (try? daemon.folder.read("started").count) ?? 0 >= 8
        }
        let start = ContinuousClock.now
        task.cancel()
        let errors = await task.value
        #expect(errors.count == 48 && errors.allSatisfy { $0.code == .cancelled }, "\(errors)")
        // Far below the sixty seconds that everything would take otherwise.
        #expect(ContinuousClock.now - start < .seconds(20))
        await client.shutdown()
        try await daemon.process.wait(until: "leaves nothing", within: .seconds(120)) {
            let after = try inventory()
            return after.files <= before.files && after.threads <= before.threads
        }
    }

    @Test("every way in which a session can end leaves nothing open")
    func endings() async throws {
        let daemon = try await SSHDaemon()
        let jump = try await SSHDaemon()
        let before = try inventory()
        let client = SSHClient(SSHClient.Settings(idleTime: .zero))
        let way = try jump.target(subject: "device/jump-1")
        for round in 0..<5 {
            // Given back, refused, killed by the server, dropped by the caller; directly and through another machine.
            let jumps = round.isMultiple(of: 2) ? [] : [way]
            try await client.open(daemon.target(jumps: jumps)).close()
            _ = await failure { _ = try await client.open(daemon.target(hostKeys: [], jumps: jumps)) }
            let stranger = ShellCredential.privateKey(Secret(daemon.strangerKey), passphrase: nil)
            _ = await failure { _ = try await client.open(daemon.target(credential: stranger, jumps: jumps)) }
            let session = try await client.open(daemon.target(jumps: jumps))
            _ = await failure { _ = try await session.run(RemoteCommand("kill -9 $PPID; sleep 60")) }
            _ = try await client.hostKey(of: daemon.target().endpoint, subject: "x", timeout: .seconds(20))
        }
        try await daemon.process.wait(until: "leaves nothing", within: .seconds(120)) {
            // The client's own: its poller and the pair that wakes it.
            try await client.statistics().open == 0 && (try inventory().files) <= before.files + 3
        }
        await client.shutdown()
        try await daemon.process.wait(until: "leaves nothing", within: .seconds(120)) {
            let after = try inventory()
            return after.files <= before.files && after.threads <= before.threads
        }
    }

    @Test("64 MB on both streams against a limit, again and again, hold no memory and leave nothing open")
    func floods() async throws {
        let daemon = try await SSHDaemon()
        let before = try inventory()
        let client = SSHClient()
        for round in 0..<12 {
            let session = try await client.open(daemon.target())
            let line = "head -c 64000000 /dev/zero >&2 & head -c 64000000 /dev/zero; wait"
            let error = await failure { _ = try await session.run(RemoteCommand(line, outputLimit: 100_000)) }
            #expect(error?.code == .tooLarge, "round \(round)")
            await session.close()
        }
        let session = try await client.open(daemon.target())
        #expect(try await session.run(RemoteCommand("echo on")).text == "on\n")
        await client.shutdown()
        try await daemon.process.wait(until: "leaves nothing", within: .seconds(120)) {
            let after = try inventory()
            return after.files <= before.files && after.threads <= before.threads
        }
    }
}
