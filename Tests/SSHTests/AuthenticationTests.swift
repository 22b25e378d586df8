import Addressing
import Foundation
import Remote
import SSH
import TestSupport
import Testing

/// A server of another make (AsyncSSH) that knows one user with a password: sshd would need an account for that.
private final class PasswordServer: Sendable {
    let port: UInt16
    let key: HostKey
    private let process: ChildProcess
    private let folder: TemporaryFolder

    /// - Parameter mode: `password`, or what the question-and-answer dialogue (RFC 4256) looks like.
    init(_ mode: String) async throws {
        folder = try TemporaryFolder("asyncssh")
        port = try freeTCPPort()
        _ = try await SSHDaemon.makeKey("ed25519", folder.file("host"))
        let shown = try await runProcess("ssh-keygen", ["-lf", folder.file("host.pub")]).text
        key = HostKey(type: "ssh-ed25519", fingerprint: String(shown.split(separator: " ")[1]))
        process = try ChildProcess("/usr/bin/python3", ["-c", Self.script, "\(port)", folder.file("host"), mode])
        try await process.waitForOutput("ready")
    }

    func target(_ password: String) throws -> ShellTarget {
        ShellTarget(
            subject: "device/web-01", endpoint: Endpoint(address: try IPAddress("127.0.0.1"), port: port),
            user: "tester", credential: .password(Secret(password)), hostKeys: [key], connectTimeout: .seconds(20))
    }

    private static let script = """
        import asyncio, asyncssh, sys
        port, key, mode = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        word = "geheim \\u1eaft"
        class Server(asyncssh.SSHServer):
            rounds = 0
            def begin_auth(self, username): return True
            def password_auth_supported(self): return mode == "password"
            def validate_password(self, username, password): return username == "tester" and password == word
            def kbdint_auth_supported(self): return mode != "password"
            def get_kbdint_challenge(self, username, lang, submethods):
                return ("", "", "", [("Code: ", True)] if mode == "visible" else [("Password: ", False)])
            def validate_kbdint_response(self, username, responses):
                self.rounds += 1
                if mode == "information" and self.rounds == 1: return ("", "Welcome", "", []) if responses == [word] else False
                if mode == "information": return True
                if mode == "endless": return ("", "", "", [("Password: ", False)])
                return responses == [word]
        async def run(process):
            process.stdout.write(process.command + "\\n")
            process.exit(3)
        async def main():
            await asyncssh.create_server(Server, "127.0.0.1", port, server_host_keys=[key], process_factory=run)
            print("ready", flush=True)
            await asyncio.Event().wait()
        asyncio.run(main())
        """
}

@Suite("Proving who we are", .tags(.large), .timeLimit(.minutes(3)))
struct AuthenticationTests {
    @Test(
        "the password opens, as such and as the answer to a hidden question",
        arguments: ["password", "question", "information"])
    func passwords(mode: String) async throws {
        let server = try await PasswordServer(mode)
        let client = SSHClient()
        let session = try await client.open(server.target("geheim \u{1eaf}t"))
        let result = try await session.run(RemoteCommand("show version"))
        #expect(result.text == "show version\n" && result.termination == .exit(3))
        await session.close()
        let wrong = await failure { _ = try await client.open(server.target("wrong")) }
        #expect(wrong?.code == .authentication && wrong?.message.contains("geheim") == false)
        await client.shutdown()
    }

    @Test("a visible question and endless ones are not answered with the password", arguments: ["visible", "endless"])
    func dialogues(mode: String) async throws {
        let server = try await PasswordServer(mode)
        let client = SSHClient()
        let error = await failure { _ = try await client.open(server.target("geheim \u{1eaf}t")) }
        #expect(error?.code == .authentication, "\(error as Any)")
        await client.shutdown()
    }

    @Test("private keys of every usual type open", arguments: ["ed25519", "ecdsa", "rsa"])
    func keyTypes(type: String) async throws {
        let daemon = try await SSHDaemon()
        let key = try await SSHDaemon.makeKey(type, daemon.folder.file("mine"))
        try daemon.folder.write(try daemon.folder.read("mine.pub"), to: "authorized_keys")
        let client = SSHClient()
        let session = try await client.open(daemon.target(credential: .privateKey(Secret(key), passphrase: nil)))
        #expect(try await session.run(RemoteCommand("echo in")).text == "in\n")
        await client.shutdown()
    }

    @Test("the agent's key opens; an agent without it does not, and without an agent the message says so")
    func agent() async throws {
        let daemon = try await SSHDaemon()
        let folder = try TemporaryFolder("agent")
        let socket = folder.file("socket")
        let agent = try ChildProcess("/usr/bin/ssh-agent", ["-D", "-a", socket])
        try await agent.wait(until: "listens", within: .seconds(15)) { FileManager.default.fileExists(atPath: socket) }
        let client = SSHClient(SSHClient.Settings(agentSocket: socket))
        let empty = await failure { _ = try await client.open(daemon.target(credential: .agent)) }
        #expect(empty?.code == .authentication && empty?.message.contains("ssh-add -l") == true)
        for name in ["stranger", "user"] {
            let added = try await runProcess(
                "/usr/bin/ssh-add", [daemon.folder.file(name)], env: ["SSH_AUTH_SOCK": socket])
            #expect(added.status == 0, "\(added.errorText)")
        }
        // The second of its keys is the right one.
        let session = try await client.open(daemon.target(credential: .agent))
        #expect(try await session.run(RemoteCommand("echo in")).text == "in\n")
        await client.shutdown()
        let without = SSHClient(SSHClient.Settings(agentSocket: folder.file("nobody")))
        let error = await failure { _ = try await without.open(daemon.target(credential: .agent)) }
        #expect(error?.code == .authentication, "\(error as Any)")
        await without.shutdown()
        withExtendedLifetime(agent) {}
    }
}
