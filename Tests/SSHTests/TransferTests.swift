import Addressing
import Foundation
import Remote
import SSH
import TestSupport
import Testing

@Suite("Moving files over a real sshd", .tags(.large), .timeLimit(.minutes(3)))
struct TransferTests {
    @Test("what was uploaded comes back, whatever its bytes, its size and its name")
    func roundTrip() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        var generator = SeededGenerator("transfer")
        for (name, size) in [("plain", 0), ("-rf 'quoted' $HOME", 1), ("Hạ Tầng", 70_000), ("big", 2_500_000)] {
            let path = daemon.folder.file(name)
            let bytes = (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            try await client.upload(bytes, to: path, mode: 0o640, over: session)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o640)
            #expect(try await client.download(path, limit: size, over: session) == bytes)
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: daemon.folder.path)
        #expect(!left.contains { $0.contains("hatang-") }, "no temporary file may stay behind")
        await client.shutdown()
    }

    @Test("a file is replaced whole or not at all")
    func replaces() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        let path = try daemon.folder.write("old", to: "file")
        try await client.upload(Array("new".utf8), to: path, mode: 0o600, over: session)
        #expect(try daemon.folder.read("file") == "new")
        let folder = await failure {
            try await client.upload([1], to: daemon.folder.path, mode: 0o600, over: session)
        }
        #expect(folder?.code == .remote && folder?.message.contains("is a folder") == true)
        let nowhere = await failure {
            try await client.upload([1], to: daemon.folder.file("no/such/folder"), mode: 0o600, over: session)
        }
        #expect(nowhere?.code == .remote && nowhere?.subject == "device/web-01")
        await client.shutdown()
    }

    @Test("a missing file and one past the limit are errors")
    func downloads() async throws {
        let daemon = try await SSHDaemon()
        let client = SSHClient()
        let session = try await client.open(daemon.target())
        let missing = await failure {
            _ = try await client.download(daemon.folder.file("missing"), limit: 100, over: session)
        }
        #expect(missing?.code == .remote && missing?.message.contains("missing") == true)
        let path = try daemon.folder.write(String(repeating: "x", count: 101), to: "long")
        let long = await failure { _ = try await client.download(path, limit: 100, over: session) }
        #expect(long?.code == .tooLarge)
        await client.shutdown()
    }
}
