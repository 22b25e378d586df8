import Foundation
import Glibc
import Remote
import TestSupport
import Testing

@testable import SSH

@Suite("The system's ssh where the library cannot", .tags(.large), .timeLimit(.minutes(4)))
struct OpenSSHTests {
    private static let postQuantum = ["KexAlgorithms sntrup761x25519-sha512@openssh.com"]

    @Test("a server with nothing in common is entered by it, unless the record forbids that")
    func fallsBack() async throws {
        let daemon = try await SSHDaemon(options: Self.postQuantum)
        let client = SSHClient()
        let refused = await failure { _ = try await client.open(daemon.target(client: .libssh)) }
        #expect(refused?.code == .unsupported && refused?.message.contains("ssh_client to openssh") == true)
        for round in 0..<3 {
            let session = try await client.open(daemon.target())
            let result = try await session.run(RemoteCommand("echo out; echo err >&2; exit \(round)"))
            #expect(result.text == "out\n" && result.errorText == "err\n" && result.termination == .exit(round))
            await session.close()
        }
        // One login, and the library is not asked again.
        #expect(daemon.logins == 1)
        let statistics = try await client.statistics()
        #expect(statistics.fallbacks == 1 && statistics.connects == 3 && statistics.reused == 2)
        await client.shutdown()
    }

    @Test("commands, input, files, limits and deadlines are as with the library")
    func contract() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target(client: .openssh))
        for status in [0, 1, 127, 254, 255] {
            #expect(try await session.run(RemoteCommand("exit \(status)")).termination == .exit(status))
        }
        let killed = try await session.run(RemoteCommand("echo before; kill -TERM $$"))
        #expect(killed.text == "before\n" && killed.termination == .signal("unknown"))
        let input = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let echoed = try await session.run(RemoteCommand("cat", input: input, outputLimit: 4_000_000))
        #expect(echoed.stdout == input && echoed.succeeded)
        let quoted = "it's \"$HOME\" `x` \\ \n end"
        #expect(try await session.run(RemoteCommand("printf %s \(RemoteCommand.shellQuoted(quoted))")).text == quoted)
        // Not ssh's own option, which would print its version and succeed.
        #expect(try await !session.run(RemoteCommand("-V")).succeeded)
        let slow = await failure {
            _ = try await session.run(RemoteCommand("exec sleep 60", timeout: .milliseconds(500)))
        }
        #expect(slow?.code == .timeout)
        for stream in [1, 2] {
            let line = "head -c 64000000 /dev/zero >&\(stream)"
            let error = await failure { _ = try await session.run(RemoteCommand(line)) }
            #expect(error?.code == .tooLarge, "\(error as Any)")
        }
        let path = daemon.folder.file("uploaded")
        try await client.upload(input, to: path, mode: 0o640, over: session)
        #expect(try await client.download(path, limit: 4_000_000, over: session) == input)
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<12 {
                group.addTask {
                    let session = try await client.open(daemon.target(client: .openssh))
                    return try await session.run(RemoteCommand("echo \(number)")).text
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts.count == 12 && daemon.logins == 1)
        let marker = daemon.folder.file("started")
        let task = Task { try await session.run(RemoteCommand("touch \(marker); exec sleep 60")) }
        try await daemon.process.wait(until: "runs the command", within: .seconds(20)) {
            FileManager.default.fileExists(atPath: marker)
        }
        task.cancel()
        #expect(await failure { _ = try await task.value }?.code == .cancelled)
        #expect(try await session.run(RemoteCommand("echo on")).text == "on\n")
        daemon.kill()
        let after = await failure { _ = try await session.run(RemoteCommand("sleep 5; echo over")) }
        #expect(after?.code == .closed, "\(after as Any)")
        await client.shutdown()
    }

    @Test("host keys are strict before any login, at every hop")
    func strict() async throws {
        let daemon = try await SSHDaemon(options: Self.postQuantum)
        let jump = try await SSHDaemon(options: Self.postQuantum)
        let client = SSHClient()
        let wrong = [HostKey(type: "ssh-ed25519", fingerprint: "SHA256:" + String(repeating: "A", count: 43))]
        let changed = await failure { _ = try await client.open(daemon.target(hostKeys: wrong)) }
        #expect(changed?.code == .hostKeyChanged, "\(changed as Any)")
        #expect(changed?.message.contains(daemon.hostKeys[0].fingerprint) == true)
        let unknown = await failure { _ = try await client.open(daemon.target(hostKeys: [])) }
        #expect(unknown?.code == .hostKeyUnknown, "\(unknown as Any)")
        #expect(!daemon.sawAuthentication)
        let way = try jump.target(subject: "device/jump-1")
        let session = try await client.open(daemon.target(jumps: [way]))
        #expect(try await session.run(RemoteCommand("echo through")).text == "through\n")
        #expect(jump.logins == 1 && daemon.logins == 1)
        await session.close()
        // A revoked key of the jump host closes the kept way.
        let revoked = await failure {
            _ = try await client.open(
                daemon.target(jumps: [jump.target(subject: "device/jump-1", hostKeys: wrong)]))
        }
        #expect(revoked?.code == .hostKeyChanged && revoked?.message.hasPrefix("through device/jump-1") == true)
        #expect(daemon.logins == 1 && jump.logins == 1)
        let stranger = ShellCredential.privateKey(Secret(daemon.strangerKey), passphrase: nil)
        let noLogin = await failure { _ = try await client.open(daemon.target(credential: stranger)) }
        #expect(noLogin?.code == .authentication, "\(noLogin as Any)")
        daemon.kill()
        let down = await failure {
            _ = try await client.open(daemon.target(connectTimeout: .seconds(5), client: .openssh))
        }
        #expect(down?.code == .refused, "\(down as Any)")
        await client.shutdown()
    }

    @Test("a key with a pass phrase opens, and no secret stands in arguments, environments or files")
    func secrets() async throws {
        let daemon = try await SSHDaemon()
        let phrase = "open sesame \(UInt64.random(in: .min ... .max))"
        let key = try await SSHDaemon.makeKey("ed25519", daemon.folder.file("locked"), passphrase: phrase)
        try daemon.folder.write(try daemon.folder.read("locked.pub"), to: "authorized_keys")
        let client = SSHClient()
        let good = ShellCredential.privateKey(Secret(key), passphrase: Secret(phrase))
        let session = try await client.open(daemon.target(credential: good, client: .openssh))
        let shown = try await session.run(
            RemoteCommand(
                "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'", outputLimit: 64 << 20))
        #expect(shown.text.contains("hatang-ssh-") && !shown.text.contains(phrase))
        let folders = try Self.folders()
        #expect(!folders.isEmpty)
        for folder in folders {
            let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
            #expect(mode == 0o700)
            for name in try FileManager.default.contentsOfDirectory(atPath: folder)
            where !name.hasPrefix("answer") && name != "c" {
                let text = (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)) ?? ""
                #expect(!text.contains(phrase), "\(name)")
            }
        }
        let wrong = ShellCredential.privateKey(Secret(key), passphrase: Secret("wrong"))
        let error = await failure { _ = try await client.open(daemon.target(credential: wrong, client: .openssh)) }
        #expect(error?.code == .authentication, "\(error as Any)")
        await client.shutdown()
        #expect(folders.allSatisfy { !FileManager.default.fileExists(atPath: $0) || !Self.isOurs($0, daemon) })
    }

    /// Whether the folder belongs to a connection to this server; other tests have theirs.
    private static func isOurs(_ folder: String, _ daemon: SSHDaemon) -> Bool {
        ((try? String(contentsOfFile: folder + "/config", encoding: .utf8)) ?? "").contains("Port \(daemon.port)\n")
    }

    /// Our private folders in the temporary folder.
    static func folders() throws -> [String] {
        let base = NSTemporaryDirectory()
        return try FileManager.default.contentsOfDirectory(atPath: base).filter { $0.hasPrefix("hatang-ssh-") }
            .map { base + "/" + $0 }
    }

    @Test("when this program is killed, ssh and the private folder go with it")
    func killed() async throws {
        let daemon = try await SSHDaemon()
        let target = try daemon.target(client: .openssh)
        let folder: OpenSSHFolder
        switch OpenSSHFolder.make(for: target, agentSocket: nil) {
        case .success(let made): folder = made
        case .failure(let error): throw error
        }
        let words = [
            "/bin/sh", folder.path + "/watch", folder.path, "/usr/bin/ssh", "-F", folder.path + "/config", "-o",
            "PermitLocalCommand=yes", "-o", "LocalCommand=echo hatang-ready", "-N", folder.host,
        ]
        let child = try #require(Child(words, environment: ["PATH=/usr/bin:/bin"]))
        var said: [UInt8] = []
        try await daemon.process.wait(until: "lets ssh in", within: .seconds(20)) {
            child.readOutput { said += $0 }
            return String(decoding: said, as: UTF8.self).contains("hatang-ready")
        }
        // What the kernel does for a process that is killed.
        child.closeInput()
        try await daemon.process.wait(until: "loses ssh", within: .seconds(20)) {
            child.reap() != nil && !FileManager.default.fileExists(atPath: folder.path)
        }
    }
}
