import Addressing
import Foundation
import Remote
import SSH
import TestSupport
import Testing

@Suite("Running commands on a real sshd", .tags(.large), .timeLimit(.minutes(3)))
struct CommandTests {
    @Test("outputs, status and input come through, several commands after one another")
    func basics() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        let both = try await session.run(RemoteCommand("echo out; echo err >&2; exit 42"))
        #expect(both.text == "out\n" && both.errorText == "err\n" && both.termination == .exit(42))
        #expect(both.duration > .zero)
        for status in [0, 1, 127, 255] {
            #expect(try await session.run(RemoteCommand("exit \(status)")).termination == .exit(status))
        }
        let input = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let echoed = try await session.run(RemoteCommand("cat", input: input, outputLimit: 4_000_000))
        #expect(echoed.stdout == input && echoed.succeeded)
        let unread = try await session.run(RemoteCommand("exec 0<&-; exit 3", input: input))
        #expect(unread.termination == .exit(3))
        // The output ends before the command does.
        let late = try await session.run(RemoteCommand("exec >&- 2>&-; sleep 0.3; exit 9"))
        #expect(late.termination == .exit(9))
        let quoted = "it's \"$HOME\" `x` \\ \n end"
        #expect(
            try await session.run(RemoteCommand("printf %s \(RemoteCommand.shellQuoted(quoted))")).text == quoted)
        await session.close()
        await session.close()
        let error = await failure { _ = try await session.run(RemoteCommand("true")) }
        #expect(error?.code == .closed)
        await client.shutdown()
    }

    @Test("input goes on when the server takes it in bursts, and no burst is missed")
    func slowReader() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        // More than a window (2 MiB in OpenSSH); the pauses let it run full and open again.
        let input = [UInt8](repeating: 7, count: 5_000_000)
        for pause in ["0", "0.01", "0.05"] {
            let line = "for i in 1 2 3 4 5 6 7 8 9; do head -c 300000; sleep \(pause); done | wc -c; wc -c"
            let result = try await session.run(RemoteCommand(line, input: input, timeout: .seconds(60)))
            let counts = result.text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
            // head may read ahead, so that what it dropped is in neither count; nothing comes twice.
            #expect(result.succeeded && counts.first == 2_700_000 && counts.reduce(0, +) <= input.count)
        }
        await client.shutdown()
    }

    @Test("death by signal is no exit status", arguments: ["TERM", "KILL", "SEGV"])
    func signals(name: String) async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        let result = try await session.run(RemoteCommand("echo before; kill -\(name) $$"))
        #expect(result.termination == .signal(name) && result.text == "before\n" && !result.succeeded)
        await client.shutdown()
    }

    @Test("20 sessions at once, each with its own answers")
    func many() async throws {
        let daemon = try await SSHDaemon(addresses: (1...10).map { "127.0.20.\($0)" })
        let client = SSHClient()
        let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<20 {
                group.addTask {
                    let session = try await client.open(daemon.target(address: daemon.addresses[number / 2]))
                    var text = ""
                    for round in 0..<3 { text += try await session.run(RemoteCommand("echo \(number).\(round)")).text }
                    await session.close()
                    return (number, text)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(answers.count == 20)
        for number in 0..<20 { #expect(answers[number] == "\(number).0\n\(number).1\n\(number).2\n") }
        await client.shutdown()
    }

    @Test("hundreds of exchanges of all sizes, side by side, lose nothing and miss no wake-up")
    func exchanges() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for session in 0..<6 {
                let open = try await client.open(daemon.target())
                group.addTask {
                    var done = 0
                    for round in 0..<60 {
                        let input = [UInt8](repeating: UInt8(session), count: [0, 1, 70_000, 3000][round % 4])
                        let result = try await open.run(RemoteCommand("cat", input: input))
                        if result.stdout == input, result.succeeded { done += 1 }
                    }
                    return done
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(done == 360)
        await client.shutdown()
    }

    @Test("commands given to one session at the same time run one after the other")
    func queued() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<15 { group.addTask { try await session.run(RemoteCommand("echo \(number)")).text } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts == Set((0..<15).map { "\($0)\n" }))
        await client.shutdown()
    }

    @Test("a command that hangs is stopped at its deadline, there too, and the session goes on")
    func hangs() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        let marker = daemon.folder.file("stopped")
        let error = await failure {
            // `wait` lets the trap run at once.
            let line = "trap 'touch \(marker); exit' TERM; sleep 60 & wait"
            _ = try await session.run(RemoteCommand(line, timeout: .milliseconds(600)))
        }
        #expect(error?.code == .timeout)
        #expect(try await session.run(RemoteCommand("echo still here")).text == "still here\n")
        // OpenSSH passes the signal on for ordinary users and says that it does not for root.
        try await daemon.process.wait(until: "gets the signal", within: .seconds(10)) {
            FileManager.default.fileExists(atPath: marker)
                || daemon.process.output.contains("session signalling requires privilege separation")
        }
        await client.shutdown()
    }

    @Test("a cancelled command ends at once and the session goes on")
    func cancelled() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        let marker = daemon.folder.file("started")
        let task = Task { try await session.run(RemoteCommand("touch \(marker); exec sleep 60")) }
        try await daemon.process.wait(until: "runs the command", within: .seconds(20)) {
            FileManager.default.fileExists(atPath: marker)
        }
        task.cancel()
        let error = await failure { _ = try await task.value }
        #expect(error?.code == .cancelled)
        #expect(try await session.run(RemoteCommand("echo on")).text == "on\n")
        await client.shutdown()
    }

    @Test("50 MB on either stream are refused long before they have come, and the session goes on", arguments: [1, 2])
    func floods(stream: Int) async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        // 500 pieces of 100 kB; how many were got rid of is written down.
        let (pieces, end) = (daemon.folder.file("pieces"), daemon.folder.file("end"))
        let line = """
            trap '' PIPE; i=0
            while [ $i -lt 500 ] && head -c 100000 /dev/zero >&\(stream); do i=$((i + 1)); done
            echo $i >\(pieces); touch \(end)
            """
        let error = await failure { _ = try await session.run(RemoteCommand(line)) }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains(stream == 1 ? "standard output" : "standard error") == true)
        #expect(try await session.run(RemoteCommand("echo on")).text == "on\n")
        try await daemon.process.wait(until: "lets the command end", within: .seconds(20)) {
            FileManager.default.fileExists(atPath: end)
        }
        // What never came was never held: the limit of 1 MiB, one window of libssh, and what was under way.
        let sent = try #require(Int(daemon.folder.read("pieces").trimmingCharacters(in: .newlines)))
        #expect((10..<80).contains(sent), "\(sent) pieces of 100 kB")
        await client.shutdown()
    }

    @Test("50 MB on both streams come whole when they are allowed")
    func largeOutputs() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        let line = "head -c 50000000 /dev/zero >&2; head -c 50000000 /dev/zero; exit 5"
        let result = try await session.run(RemoteCommand(line, timeout: .seconds(120), outputLimit: 50_000_000))
        #expect(result.stdout.count == 50_000_000 && result.stderr.count == 50_000_000)
        #expect(result.termination == .exit(5))
        await client.shutdown()
    }

    @Test("a server that dies while a command runs is reported as closed")
    func serverDies() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        let marker = daemon.folder.file("started")
        let task = Task { try await session.run(RemoteCommand("touch \(marker); exec sleep 60")) }
        try await daemon.process.wait(until: "runs the command", within: .seconds(20)) {
            FileManager.default.fileExists(atPath: marker)
        }
        daemon.kill()
        let error = await failure { _ = try await task.value }
        #expect(error?.code == .closed)
        let after = await failure { _ = try await session.run(RemoteCommand("true")) }
        #expect(after?.code == .closed)
        await client.shutdown()
    }

    @Test("shutting down ends what still runs")
    func shutdown() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        let marker = daemon.folder.file("started")
        let task = Task { try await session.run(RemoteCommand("touch \(marker); exec sleep 60")) }
        try await daemon.process.wait(until: "runs the command", within: .seconds(20)) {
            FileManager.default.fileExists(atPath: marker)
        }
        await client.shutdown()
        #expect(await failure { _ = try await task.value }?.code == .closed)
    }
}
