import Addressing
import BenchSupport
import Foundation
import Remote
import SSH

// `uname -a` on a hundred hosts, cold, and a further command on sessions that are open: CPU of the client's process.
// Beside parallel-ssh, `ansible -m raw` and one `ssh` process per host, all with the same key and the same sshd.

/// Hosts worked on at once, here and in the peers.
let width = 20
let furtherCommands = 10

func run() async throws {
    let hosts = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100
    guard (1...1_000).contains(hosts) else { throw BenchFailure("HOSTS is 1 to 1000") }
    let server = try Server(hosts: hosts)
    let ours = try await measureOurs(server)
    print("SSH, \(hosts) hosts, \(width) at once: CPU (user + system) of the client per host and command")
    func line(_ name: String, _ nanoseconds: Double, _ base: Double) {
        print(
            "  " + name.padding(toLength: 44, withPad: " ", startingAt: 0)
                + String(format: "%9.3f ms  %8.1fx", nanoseconds / 1_000_000, nanoseconds / base))
    }
    line("hatang, cold", ours.cold, ours.cold)
    for peer in try measurePeers(server) {
        switch peer.result {
        case .success(let cost):
            line(peer.name + ", cold", cost.cold, ours.cold)
            if let further = cost.further { line(peer.name + ", further command", further, ours.further) }
        case .failure(let missing): print("  \(peer.name): missing, \(missing)")
        }
    }
    line("hatang, further command", ours.further, ours.further)
    print("targets")
    var missed = 0
    for (what, cost, limit) in [("cold", ours.cold, 1.3), ("further command", ours.further, 0.15)] {
        let isMet = cost / 1_000_000 <= limit
        if !isMet { missed += 1 }
        print(
            String(
                format: "  %@  %@: %.3f ms, at most %.2f ms", isMet ? "met   " : "MISSED", what, cost / 1_000_000, limit
            ))
    }
    guard missed == 0 else { throw BenchFailure("\(missed) targets are missed") }
}

/// CPU nanoseconds of the client per host (cold), and per further command on an open session.
func measureOurs(_ server: Server) async throws -> (cold: Double, further: Double) {
    let targets = try server.addresses.enumerated().map { number, address in
        ShellTarget(
            subject: "device/\(number)", endpoint: Endpoint(address: try IPAddress(address), port: server.port),
            user: NSUserName(), credential: .privateKey(server.privateKey, passphrase: nil),
            hostKeys: [server.hostKey], connectTimeout: .seconds(60))
    }
    var cold = UInt64.max
    var further = UInt64.max
    for round in 0..<4 {
        let client = SSHClient()
        let start = cpuNanoseconds()
        let sessions = try await each(targets) { target in
            let session = try await client.open(target)
            try await check(session)
            return session
        }
        let opened = cpuNanoseconds()
        // The first round also loads the library and its tables.
        if round > 0 { cold = min(cold, opened - start) }
        _ = try await each(sessions) { session in
            for _ in 0..<furtherCommands { try await check(session) }
        }
        if round > 0 { further = min(further, cpuNanoseconds() - opened) }
        for session in sessions { await session.close() }
        await client.shutdown()
    }
    return (
        Double(cold) / Double(targets.count), Double(further) / Double(targets.count * furtherCommands)
    )
}

/// Runs `uname -a` and looks at what it said.
func check(_ session: any ShellSession) async throws {
    let result = try await session.run(RemoteCommand("uname -a"))
    guard result.succeeded, result.text.hasPrefix("Linux") else { throw BenchFailure("uname said: \(result.text)") }
}

/// `work` on every item, at most ``width`` at once.
func each<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ work: @escaping @Sendable (Item) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: Value.self) { group in
        var values: [Value] = []
        var next = items.makeIterator()
        for _ in 0..<width { if let item = next.next() { group.addTask { try await work(item) } } }
        while let value = try await group.next() {
            values.append(value)
            if let item = next.next() { group.addTask { try await work(item) } }
        }
        return values
    }
}

do {
    try await run()
} catch {
    FileHandle.standardError.write(Data("ssh-bench: \(error)\n".utf8))
    exit(1)
}
