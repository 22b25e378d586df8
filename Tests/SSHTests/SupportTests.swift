import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Test support does what every other test relies on", .tags(.large))
struct SupportTests {
    @Test("a program's outputs, status, input, environment and folder come back exactly")
    func programs() async throws {
        let folder = try TemporaryFolder("support")
        let result = try await runProcess(
            "/bin/sh", ["-c", "cat; echo \"$WORD\" >&2; pwd >&2; exit 7"], input: Array("in put".utf8),
            env: ["WORD": "out put"], workingDirectory: folder.path)
        #expect(result.text == "in put")
        #expect(result.errorText == "out put\n\(folder.path)\n")
        #expect(result.status == 7)
        #expect(try await runProcess("/bin/sh", ["-c", "kill -TERM $$"]).status == 128 + SIGTERM)
        let large = try await runProcess("/bin/sh", ["-c", "head -c 3000000 /dev/zero; head -c 2000000 /dev/zero >&2"])
        #expect(large.stdout.count == 3_000_000 && large.stderr.count == 2_000_000)
        await #expect(throws: ProcessFailure.self) {
            try await runProcess("/bin/sh", ["-c", "sleep 60"], timeout: .milliseconds(100))
        }
        await #expect(throws: ProcessFailure.self) { try await runProcess("/does/not/exist") }
    }

    @Test("a server and its children are gone after kill")
    func trees() async throws {
        let server = try ChildProcess("/bin/sh", ["-c", "sleep 61 & echo child $!; wait"])
        try await server.waitForOutput("child ")
        let child = try #require(Int32(server.output.split(separator: " ")[1].trimmingCharacters(in: .newlines)))
        #expect(Glibc.kill(child, 0) == 0)
        server.kill()
        #expect(!server.isRunning && server.exitStatus == 128 + SIGKILL)
        // A killed orphan may stay as a zombie until init reaps it; it must not run.
        func isGone() -> Bool {
            let stat = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)) ?? ") Z"
            return stat.contains(") Z") || stat.contains(") X")
        }
        let deadline = ContinuousClock.now + .seconds(10)
        while !isGone(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        #expect(isGone())
    }

    @Test("a server that ends early is reported with its output, not waited for")
    func earlyEnd() async throws {
        let server = try ChildProcess("/bin/sh", ["-c", "echo no such luck; exit 3"])
        do {
            try await server.waitForTCP(try freeTCPPort())
            Issue.record("nothing listens, yet waitForTCP returned")
        } catch let failure as ProcessFailure {
            #expect(failure.description.contains("no such luck") && failure.description.contains("ended with 3"))
        }
    }

    @Test("servers die with a test program that is killed")
    func janitor() async throws {
        // The same shell the janitor runs, fed by a file that ends without any word of farewell.
        let victim = try ChildProcess("/bin/sleep", ["62"])
        let spared = try ChildProcess("/bin/sleep", ["63"])
        let lines = "+ \(victim.processID)\n+ \(spared.processID)\n+ 99999999\n- \(spared.processID)\n"
        _ = try await runProcess("/bin/sh", ["-c", janitorScript], input: Array(lines.utf8))
        #expect(try await victim.waitForExit() == 128 + SIGKILL)
        #expect(spared.isRunning)
    }

    @Test("ports are free and differ", arguments: ["127.0.0.1", "127.0.10.3", "::1"])
    func ports(address: String) throws {
        let ports = try (0..<20).map { _ in try freeTCPPort(on: address) }
        #expect(Set(ports).count == 20)
        #expect(!acceptsTCP(address, ports[0]))
        let silent = try SilentTCPServer(on: address)
        #expect(acceptsTCP(address, silent.port))
        #expect(try freeUDPPort(on: address) > 0)
        withExtendedLifetime(silent) {}
    }

    @Test("the generator gives SplitMix64's published numbers and folders vanish", .tags(.small))
    func generatorAndFolders() throws {
        var generator = SeededGenerator("support", seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
        var path = ""
        do {
            let folder = try TemporaryFolder("vanishing")
            path = try folder.write("x", to: "deep/er/file")
            #expect(try folder.read("deep/er/file") == "x")
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
