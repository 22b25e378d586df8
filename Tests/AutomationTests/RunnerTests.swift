import CMDB
import Evidence
import Notation
import Remote
import Synchronization
import TestSupport
import Testing

@testable import Automation

@Suite("Playbook runner", .tags(.medium))
struct RunnerTests {
    let shell = ScriptedShell()

    func playbook(_ extra: String = "") throws -> Playbook {
        try Playbook.parse(
            """
            name: three
            hosts: device
            tasks:
              - {name: One, command: one, register: one}
              - {name: Two, command: two, expect: {stdout_contains: good}\(extra)}
              - {name: Three, fetch: "/etc/it's"}
            """, file: "three.yaml")
    }

    func runner(forks: Int = 4, gate: any PlaybookGuard = ConsentGuard(consent: false)) -> PlaybookRunner {
        let clock = Mutex(Int64(1_000))
        return PlaybookRunner(shell: shell, gate: gate, forks: forks) {
            Timestamp(
                milliseconds: clock.withLock { value in
                    value += 1_000
                    return value
                })
        }
    }

    @Test("every task runs on every host in order, and the recap and the ledger say so")
    func allOK() async throws {
        for name in ["a", "b"] { shell.on(device(name)) { _ in answer("\u{1B}[1mgood\u{1B}[0m secret-output") } }
        let run = try await runner().run(playbook(), on: [host("a"), host("b")])
        #expect(run.outcome == .complete && run.hosts.map(\.host.key) == ["a", "b"])
        #expect(shell.commands(of: device("a")) == ["one", "two", "cat -- '/etc/it'\\''s'"])
        #expect(run.hosts[0].count(.ok) == 3 && shell.openNow == 0)
        #expect(run.json["hosts"]?.array?.first?["tasks"]?.array?.first?["stdout"]?.string == "good secret-output")
        let entry = run.ledgerEntry(actor: "ops", reason: "look")
        #expect(entry.action == "playbook.run" && entry.at == run.ended)
        #expect(entry.payload["counts"]?["hosts"]?["asked"]?.int == 2)
        #expect(entry.payload["counts"]?["tasks"]?["ok"]?.int == 6)
        #expect(!entry.payload.canonical.contains("secret-output"), "outputs must not stand in the ledger")
        #expect(entry.payload["playbook_sha256"]?.string == run.digest)
    }

    @Test("an unreachable host and a failing host are told apart; the others go on")
    func mixed() async throws {
        shell.on(device("ok")) { _ in answer("good") }
        shell.on(device("bad")) {
            $0 == "two" ? answer("bad\u{7}", exit: 3, errors: "no\u{1B}[2J way\nmore") : answer()
        }
        shell.on(device("breaks")) { line in
            if line == "two" { throw RemoteError(.closed, subject: "device/breaks", message: "the peer went away") }
            return answer()
        }
        let unusable = PlaybookHost(
            id: device("keyless"),
            target: .failure(RemoteError(.hostKeyUnknown, subject: "device/keyless", message: "record it first")))
        let run = try await runner().run(
            playbook(), on: [host("ok"), host("gone"), host("bad"), host("breaks"), unusable])
        #expect(run.hosts.map(\.status) == [.ok, .unreachable, .failed, .unreachable, .failed])
        #expect(run.outcome == .failed && shell.openNow == 0)
        let bad = run.hosts[2]
        #expect(bad.tasks.map(\.status) == [.ok, .failed, .skipped] && shell.commands(of: bad.host).count == 2)
        #expect(
            bad.message == "Two: exit 3, expected 0, no way; standard output does not contain \"good\"",
            "\(bad.message)")
        #expect(bad.recap == ["ok": 1, "changed": 0, "unreachable": 0, "failed": 1, "skipped": 1, "ignored": 0])
        #expect(run.hosts[1].message.contains("nobody listens (refused)"))
        #expect(run.hosts[3].tasks.map(\.status) == [.ok, .unreachable, .skipped])
        #expect(run.hosts[4].message.contains("host-key-unknown"))
        #expect(run.counts["hosts"]?["asked"]?.int == 5 && run.counts["hosts"]?["unreachable"]?.int == 2)
    }

    @Test("unreachable hosts alone make the run unreachable, never complete")
    func unreachable() async throws {
        shell.on(device("a")) { _ in answer("good") }
        let run = try await runner().run(playbook(), on: [host("a"), host("gone")])
        #expect(run.outcome == .unreachable)
    }

    @Test("a command out of time fails its host; ignore_errors lets it go on, and says so")
    func timeouts() async throws {
        for name in ["a", "b"] {
            shell.on(device(name)) { line in
                if line == "two" { throw RemoteError(.timeout, subject: name, message: "no end after 30 s") }
                return answer()
            }
        }
        let strict = try await runner().run(playbook(), on: [host("a")])
        #expect(strict.hosts[0].status == .failed && strict.hosts[0].message.contains("no end after 30 s (timeout)"))
        let lenient = try await runner().run(playbook(", ignore_errors: true"), on: [host("b")])
        #expect(lenient.outcome == .complete && lenient.hosts[0].tasks.map(\.status) == [.ok, .ignored, .ok])
        #expect(lenient.hosts[0].recap["ignored"] == 1 && lenient.hosts[0].recap["ok"] == 3)
    }

    @Test("no hosts is an error, not an empty success")
    func zeroHosts() async throws {
        let error = await #expect(throws: PlaybookError.self) { try await runner().run(playbook(), on: []) }
        #expect(error?.code == .nothingSelected)
    }

    @Test("a changing playbook needs consent, and nothing is sent without it")
    func consent() async throws {
        shell.on(device("a")) { _ in answer("good") }
        let changing = try playbook(", changes: true")
        let error = await #expect(throws: PlaybookError.self) { try await runner().run(changing, on: [host("a")]) }
        #expect(error?.code == .refused && error?.message.contains("\"Two\"") == true)
        #expect(shell.commands(of: device("a")).isEmpty && shell.mostOpen == 0)
        let run = try await runner(gate: ConsentGuard(consent: true)).run(changing, on: [host("a")])
        #expect(run.outcome == .complete && run.hosts[0].changed == 1)
    }

    @Test("not more hosts at once than forks, all of them in the end, and progress counts them")
    func forks() async throws {
        let names = (0..<20).map { "h\($0)" }
        let waiting = Meeting(of: 3)
        for name in names {
            shell.on(device(name)) { line in
                // The first three hosts meet here: so many really are open at the same time.
                if line == "one" { await waiting.arrive() }
                return answer("good")
            }
        }
        let seen = Mutex<[Int]>([])
        let run = try await runner(forks: 3).run(playbook(), on: names.map(host)) { progress in
            if case .hostEnded(_, let done, let all) = progress, all == 20 { seen.withLock { $0.append(done) } }
        }
        #expect(run.outcome == .complete && shell.mostOpen == 3)
        #expect(run.hosts.map(\.host.key) == names && seen.withLock(\.self) == Array(1...20))
    }

    @Test("cancelling ends the run; what had not ended is cancelled and nothing more is sent")
    func cancellation() async throws {
        let names = ["a", "b", "c"]
        let (began, signal) = AsyncStream.makeStream(of: Void.self)
        shell.on(device("a")) { _ in answer("good") }
        for name in names.dropFirst() {
            shell.on(device(name)) { _ in
                signal.yield()
                try await Task.sleep(for: .seconds(600))
                return answer()
            }
        }
        let (runner, book) = (runner(forks: 1), try playbook())
        let task = Task { try await runner.run(book, on: names.map(host)) }
        for await _ in began { break }
        task.cancel()
        let run = try await task.value
        #expect(run.outcome == .interrupted && run.hosts.map(\.status) == [.ok, .cancelled, .cancelled])
        #expect(shell.commands(of: device("b")) == ["one"] && shell.commands(of: device("c")).isEmpty)
        #expect(shell.openNow == 0)
    }
}

@Suite("Host limit", .tags(.small))
struct LimitTests {
    let hosts = ["web-01", "web-02", "db-01"].map(device)

    @Test("names, ids and comma lists narrow the hosts in their own order")
    func narrows() throws {
        #expect(try HostLimit.apply([], to: hosts) == hosts)
        #expect(try HostLimit.apply(["db-01, device/web-01"], to: hosts).map(\.key) == ["web-01", "db-01"])
    }

    @Test("a misspelt name is an error with the nearest name, an empty one too", arguments: ["web-1", "device/web-1"])
    func misspelt(name: String) throws {
        let error = try #require(throws: PlaybookError.self) { try HostLimit.apply(["web-02", name], to: hosts) }
        #expect(error.code == .unknownHost)
        #expect(error.message.contains("\"\(name)\"") && error.message.contains("web-01\"?"), "\(error.message)")
        #expect(throws: PlaybookError.self) { try HostLimit.apply([""], to: hosts) }
        #expect(throws: PlaybookError.self) { try HostLimit.apply(["web-02,"], to: hosts) }
    }

    @Test("a playbook chooses its machines; choosing none is an error with the misspelt names")
    func selects() throws {
        func object(_ id: ObjectID, _ fields: [String: JSONValue] = [:]) -> Object {
            Object(id: id, fields: fields.merging(["slug": .string(id.key), "status": "active"]) { $1 })
        }
        let snapshot = Snapshot([
            object(device("b"), ["monitoring": ["ssh_port": 22]]), object(device("a")), object(ObjectID(.site, "main")),
            object(ObjectID(.virtualMachine, "v"), ["monitoring": ["ssh_port": 22]]),
        ])
        func hosts(_ selector: String) throws -> [String] {
            let text = "name: a\nhosts: \(selector)\ntasks: [{name: a, command: ls}]"
            return try Playbook.parse(text, file: "a").hosts(in: snapshot).map(\.description)
        }
        #expect(try hosts("device") == ["device/a", "device/b"])
        #expect(
            try hosts("device,virtual-machine monitoring.ssh_port__empty=false") == ["device/b", "virtual-machine/v"])
        let error = try #require(throws: PlaybookError.self) { try hosts("device site=mian") }
        #expect(error.code == .nothingSelected && error.message.contains("main"), "\(error.message)")
    }

    @Test("a selector that matched nothing is an error even without a limit")
    func nothing() throws {
        let error = try #require(throws: PlaybookError.self) { try HostLimit.apply([], to: []) }
        #expect(error.code == .nothingSelected)
    }
}

/// Lets the first `count` callers go on together, and later ones at once.
actor Meeting {
    private let count: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var open = false
    init(of count: Int) { self.count = count }

    func arrive() async {
        if open { return }
        if waiting.count + 1 == count {
            open = true
            waiting.forEach { $0.resume() }
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}
