import Addressing
import Foundation
import Remote
import SSH
import TestSupport
import Testing

@Suite("Scripts/lab", .tags(.large), .timeLimit(.minutes(4)))
struct LabTests {
    @Test("up answers everywhere, twice is the same, down leaves nothing, twice too")
    func life() async throws {
        let lab = try Lab()
        #expect(try await lab.run("status").status == 2)
        #expect(try await lab.run("down").status == 0)
        try await lab.up()
        let first = try await lab.run("status")
        #expect(first.status == 0 && first.text.contains("8 of 8 answer"), "\(first.text)\(first.errorText)")
        let again = try await lab.run("up")
        #expect(again.status == 0 && again.text == first.text, "the same servers go on running")
        for secret in ["user_key", "snmp_community", "snmp_auth", "snmp_priv", "https.key", "ca.key"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: lab.folder.file("lab/\(secret)"))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(secret)")
        }
        try await loginEverywhere(lab)
        let other = try await lab.run("up", env: ["HATANG_LAB_PORT_BASE": "\(lab.snmpPort + 4)"])
        #expect(other.status == 2 && other.errorText.contains("stop it first"))
        let session = try await session(lab, lab.addresses[2])
        let marker = "601.\(lab.sshPort)"
        let started = lab.folder.file("started")
        let hanging = Task { try await session.run(RemoteCommand("touch \(started); sleep \(marker)")) }
        let deadline = ContinuousClock.now + .seconds(20)
        while !FileManager.default.fileExists(atPath: started), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(FileManager.default.fileExists(atPath: started))
        let community = try lab.read("snmp_community")
        #expect(community.count == 24)
        #expect(try await lab.run("down").status == 0)
        await #expect(throws: RemoteError.self) { try await hanging.value }
        #expect(try await lab.run("status").status == 2)
        #expect(try await lab.run("down").status == 0)
        for address in lab.addresses {
            #expect(!acceptsTCP(address, lab.sshPort) && !acceptsTCP(address, lab.httpsPort))
        }
        let running = try await runProcess("/bin/sh", ["-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"])
        #expect(!running.text.contains("sleep \(marker)"), "commands of sessions die with the lab")
        #expect(!running.text.contains(lab.folder.path), "servers die with the lab")
        #expect(try lab.read("snmp_community") == community, "pass phrases are kept")
        await shell.shutdown()
    }

    @Test(
        "bad settings are refused",
        arguments: [
            ["HATANG_LAB_PORT_BASE": "80"], ["HATANG_LAB_PORT_BASE": "x"], ["HATANG_LAB_PORT_BASE": "65534"],
            ["HATANG_LAB_ADDRESS_BASE": "10.0.0"], ["HATANG_LAB_ADDRESS_BASE": "127.0.300"],
        ])
    func badSettings(environment: [String: String]) async throws {
        let result = try await Lab().run("up", env: environment)
        #expect(result.status == 64 && result.errorText.contains(environment.keys.first ?? "?"))
    }

    @Test("a taken port is an error that names it, and nothing stays behind")
    func takenPort() async throws {
        let lab = try Lab()
        let script = """
            import socket
            s = socket.create_server(("\(lab.addresses[3])", \(lab.sshPort))); print("ready", flush=True); s.accept()
            """
        let squatter = try ChildProcess("/usr/bin/python3", ["-c", script])
        try await squatter.waitForOutput("ready")
        let result = try await lab.run("up")
        #expect(result.status == 74 && result.errorText.contains(lab.addresses[3]), "\(result.errorText)")
        #expect(try await lab.run("status").status == 2)
        #expect(!acceptsTCP(lab.addresses[0], lab.httpsPort) && !acceptsTCP(lab.addresses[0], lab.sshPort))
    }

    @Test("a missing program is named with its package")
    func missingPackage() async throws {
        let lab = try Lab()
        // Only what the script itself needs before it looks for the servers.
        for tool in ["dirname", "bash", "sort", "tr", "cat"] {
            let path = try #require(findExecutable(tool))
            try FileManager.default.createDirectory(atPath: lab.folder.file("bin"), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: lab.folder.file("bin/\(tool)"), withDestinationPath: path)
        }
        let script = try String(contentsOfFile: repositoryRoot + "/Scripts/lab", encoding: .utf8)
            .replacingOccurrences(of: "PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin\n", with: "")
        try lab.folder.write(script, to: "Scripts/lab", mode: 0o700)
        let result = try await runProcess(
            "/bin/bash", [lab.folder.file("Scripts/lab"), "up"],
            env: lab.environment.merging(["PATH": lab.folder.file("bin")]) { $1 })
        #expect(result.status == 69)
        #expect(result.errorText.contains("openssh-server") && result.errorText.contains("apt-get install"))
    }

    private let shell = SSHClient()

    private func session(_ lab: Lab, _ address: String) async throws -> any ShellSession {
        let fingerprint = try lab.read("lab.env").split(separator: "\n")
            .first { $0.hasPrefix("HATANG_LAB_HOST_KEY=") }?.split(separator: "\"").last
        let key = HostKey(type: "ssh-ed25519", fingerprint: String(try #require(fingerprint)))
        return try await shell.open(
            ShellTarget(
                subject: "device/lab", endpoint: Endpoint(address: try IPAddress(address), port: lab.sshPort),
                user: NSUserName(), credential: .privateKey(Secret(try lab.read("user_key")), passphrase: nil),
                hostKeys: [key], connectTimeout: .seconds(30)))
    }

    private func loginEverywhere(_ lab: Lab) async throws {
        for address in lab.addresses {
            let session = try await session(lab, address)
            #expect(try await session.run(RemoteCommand("echo $SSH_CONNECTION")).text.contains(address))
            await session.close()
        }
    }
}
