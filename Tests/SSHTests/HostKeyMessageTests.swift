import Addressing
import Remote
import TestSupport
import Testing

@testable import SSH

@Suite("What is said about a host key that is not the recorded one", .tags(.small))
struct HostKeyMessageTests {
    private static let fingerprint = "SHA256:" + String(repeating: "aZ9+/", count: 8) + "abc"

    /// The words of the command a message ends with, as a shell splits them.
    private func command(in message: String) throws -> [String] {
        let start = try #require(message.firstRange(of: "hatang host-key record"))
        var words: [String] = [""]
        var quoted = false
        for character in message[start.lowerBound...] {
            switch character {
            case "\"": quoted.toggle()
            case " " where !quoted: words.append("")
            default: words[words.count - 1].append(character)
            }
        }
        #expect(!quoted)
        return words
    }

    /// The options behind `KIND/SLUG`, each with one value.
    private func options(_ words: [String]) throws -> [String: String] {
        let rest = Array(words.dropFirst(4))
        try #require(rest.count.isMultiple(of: 2), "\(rest)")
        return Dictionary(uniqueKeysWithValues: stride(from: 0, to: rest.count, by: 2).map { (rest[$0], rest[$0 + 1]) })
    }

    private func error(_ type: String, recorded: [HostKey]) throws -> RemoteError {
        let endpoint = try Endpoint(address: IPAddress("127.0.0.1"), port: 22)
        return try #require(
            hostKeyError(
                HostKey(type: type, fingerprint: Self.fingerprint), recorded: recorded, subject: "device/web-01",
                endpoint: endpoint))
    }

    @Test("the command runs as it is printed", arguments: ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
    func unknown(type: String) throws {
        let error = try error(type, recorded: [])
        #expect(error.code == .hostKeyUnknown)
        let words = try command(in: error.message)
        #expect(words.prefix(4) == ["hatang", "host-key", "record", "device/web-01"])
        var options = ["--fingerprint": Self.fingerprint, "--reason": "compared on the machine"]
        // The key type the command takes when none is named.
        if type != "ssh-ed25519" { options["--type"] = type }
        #expect(try self.options(words) == options)
    }

    @Test("for a changed key the command replaces, and comes behind finding out why")
    func changed() throws {
        let old = HostKey(type: "ssh-ed25519", fingerprint: "SHA256:" + String(repeating: "B", count: 43))
        let error = try error("ssh-ed25519", recorded: [old])
        #expect(error.code == .hostKeyChanged)
        let words = try command(in: error.message)
        #expect(words.contains("--replace"))
        #expect(
            try options(words.filter { $0 != "--replace" }) == [
                "--fingerprint": Self.fingerprint, "--reason": "compared on the machine",
            ])
        let why = try #require(error.message.firstRange(of: "find out"))
        let what = try #require(error.message.firstRange(of: "hatang host-key"))
        #expect(why.upperBound < what.lowerBound)
    }

    @Test("a recorded key is no error")
    func known() throws {
        let key = HostKey(type: "ssh-ed25519", fingerprint: Self.fingerprint)
        let endpoint = try Endpoint(address: IPAddress("127.0.0.1"), port: 22)
        #expect(hostKeyError(key, recorded: [key], subject: "device/web-01", endpoint: endpoint) == nil)
    }
}
