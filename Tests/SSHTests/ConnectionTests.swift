import Addressing
import Remote
import SSH
import TestSupport
import Testing

@Suite("Opening sessions on a real sshd", .tags(.large), .timeLimit(.minutes(3)))
struct ConnectionTests {
    @Test("an unknown host key is refused with the command that records it, before any login")
    func unknownHostKey() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let error = await failure { _ = try await client.open(daemon.target(hostKeys: [])) }
        #expect(error?.code == .hostKeyUnknown)
        let fingerprint = daemon.hostKeys[0].fingerprint
        #expect(
            error?.message.contains("hatang host-key record device/web-01 --fingerprint \(fingerprint)") == true)
        await client.shutdown()
        try await daemon.process.waitForOutput("Connection closed by")
        #expect(!daemon.sawAuthentication, "\(daemon.process.output)")
        #expect(!daemon.process.output.contains(" user "), "not even the user's name may leave us")
    }

    @Test("a changed host key is refused before any login")
    func changedHostKey() async throws {
        let daemon = try await SSHDaemon()
        let other = HostKey(type: "ssh-ed25519", fingerprint: "SHA256:" + String(repeating: "A", count: 43))
        let client = SSHClient()
        let error = await failure { _ = try await client.open(daemon.target(hostKeys: [other])) }
        #expect(error?.code == .hostKeyChanged)
        #expect(error?.message.contains(other.fingerprint) == true)
        #expect(error?.message.contains(" --replace --reason ") == true)
        #expect(error?.message.contains(daemon.hostKeys[0].fingerprint) == true)
        await client.shutdown()
        try await daemon.process.waitForOutput("Connection closed by")
        #expect(!daemon.sawAuthentication, "\(daemon.process.output)")
    }

    @Test("the recorded key is asked for, whatever the order of the server", arguments: ["ed25519", "ecdsa", "rsa"])
    func keyTypes(type: String) async throws {
        let daemon = try await SSHDaemon(hostKeyTypes: ["rsa", "ecdsa", "ed25519"])
        let recorded = try #require(daemon.recordedKeys.first { $0.type.contains(type) })
        let client = SSHClient()
        let session = try await client.open(daemon.target(hostKeys: [recorded]))
        #expect(try await session.run(RemoteCommand("true")).succeeded)
        await client.shutdown()
    }

    @Test("the host key is shown without a login")
    func showsHostKey() async throws {
        let daemon = try await SSHDaemon(addresses: ["::1"])
        let client = SSHClient()
        let endpoint = try daemon.target().endpoint
        let key = try await client.hostKey(of: endpoint, subject: "device/web-01", timeout: .seconds(20))
        #expect(key == daemon.recordedKeys[0])
        await client.shutdown()
        #expect(!daemon.sawAuthentication)
        // And over IPv6 a whole session works.
        let second = SSHClient()
        #expect(try await second.open(daemon.target()).run(RemoteCommand("echo six")).text == "six\n")
        await second.shutdown()
    }

    @Test("a refused key, a wrong password and an unreadable key are told apart")
    func credentials() async throws {
        let daemon = try await SSHDaemon(options: ["PasswordAuthentication yes"])
        let client = SSHClient()
        let refused = await failure {
            _ = try await client.open(
                daemon.target(credential: .privateKey(Secret(daemon.strangerKey), passphrase: nil)))
        }
        #expect(refused?.code == .authentication)
        #expect(refused?.message.contains("authorized_keys") == true)
        let password = await failure {
            _ = try await client.open(daemon.target(credential: .password(Secret("not-the-password"))))
        }
        #expect(password?.code == .authentication)
        #expect(password?.message.contains("not-the-password") == false)
        let garbage = await failure {
            _ = try await client.open(daemon.target(credential: .privateKey(Secret("no key"), passphrase: nil)))
        }
        #expect(garbage?.code == .local)
        await client.shutdown()
    }

    @Test("a key with a pass phrase opens with it and not without")
    func encryptedKey() async throws {
        let daemon = try await SSHDaemon()
        let key = try await SSHDaemon.makeKey("ed25519", daemon.folder.file("locked"), passphrase: "open sesame")
        try daemon.folder.write(try daemon.folder.read("locked.pub"), to: "authorized_keys")
        let client = SSHClient()
        let session = try await client.open(
            daemon.target(credential: .privateKey(Secret(key), passphrase: Secret("open sesame"))))
        #expect(try await session.run(RemoteCommand("echo in")).text == "in\n")
        for wrong in [nil, Secret("wrong")] {
            let error = await failure {
                _ = try await client.open(daemon.target(credential: .privateKey(Secret(key), passphrase: wrong)))
            }
            #expect(error?.code == .local)
        }
        await client.shutdown()
    }

    @Test("nobody listens, somebody is silent, somebody hangs up, somebody speaks nonsense")
    func brokenServers() async throws {
        let client = SSHClient()
        func open(_ port: UInt16, timeout: Duration) async -> RemoteError? {
            await failure {
                let endpoint = Endpoint(address: try IPAddress("127.0.0.1"), port: port)
                _ = try await client.open(
                    ShellTarget(
                        subject: "device/web-01", endpoint: endpoint, user: "root", credential: .password(Secret("x")),
                        hostKeys: [], connectTimeout: timeout))
            }
        }
        #expect(await open(try freeTCPPort(), timeout: .seconds(5))?.code == .refused)
        let silent = try SilentTCPServer()
        #expect(await open(silent.port, timeout: .milliseconds(300))?.code == .timeout)
        // One line of Python per misbehaviour: accept, say something, leave.
        for (words, code) in [("", RemoteError.Code.closed), ("HTTP/1.1 400 Bad Request\\r\\n\\r\\n", .timeout)] {
            let port = try freeTCPPort()
            let script = """
                import socket, time
                s = socket.create_server(("127.0.0.1", \(port))); print("ready", flush=True)
                c, _ = s.accept(); c.sendall(b"\(words)")
                c.close() if \(words.isEmpty ? "True" : "False") else time.sleep(60)
                """
            let server = try ChildProcess("/usr/bin/python3", ["-c", script])
            try await server.waitForOutput("ready")
            let error = await open(port, timeout: .seconds(1))
            #expect(error?.code == code || (!words.isEmpty && error?.code == .protocolViolation), "\(error as Any)")
        }
        await client.shutdown()
        let late = await open(silent.port, timeout: .seconds(1))
        #expect(late?.code == .closed)
    }

    @Test("opening can be cancelled and does not wait for the deadline")
    func cancelOpen() async throws {
        let silent = try SilentTCPServer()
        let client = SSHClient()
        let endpoint = Endpoint(address: try IPAddress("127.0.0.1"), port: silent.port)
        let task = Task {
            try await client.hostKey(of: endpoint, subject: "device/web-01", timeout: .seconds(60))
        }
        task.cancel()
        let error = await failure { _ = try await task.value }
        #expect(error?.code == .cancelled)
        await client.shutdown()
        await client.shutdown()
    }
}
