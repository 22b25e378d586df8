import CMDB
import Evidence
import Notation
import Probing
import Remote
import Synchronization
import TestSupport
import Testing

@Suite(.tags(.medium)) struct RunnerTests {
    private func run(
        _ texts: String..., devices: [Object]? = nil, runner: ProbeRunner,
        progress: @escaping @Sendable (ProbeRunner.Progress) -> Void = { _ in }
    ) async throws -> ProbeRunReport {
        let library = try ProbeLibrary(files: texts.enumerated().map { (name: "\($0).yaml", text: $1) })
        let all = World.snmp.merging(World.ssh) { $1 }.merging(["tcp_ports": [22]]) { $1 }
        let plan = try ProbePlan(library, in: World.context(devices ?? [World.device("a", monitoring: all)]))
        return await runner.run(plan, progress: progress)
    }

    private let good: FakeShell.Answer = { script in
        if script.contains("ONE") { return FakeShell.result("7\n") }
        if script.contains("TWO") { return FakeShell.result("two\n") }
        return FakeShell.result("x=1\ny=2\n")
    }

    @Test("facts carry subject, source, time, validity and unit, in the order of the file") func facts() async throws {
        let report = try await run(sshProbe, runner: World.runner(shell: FakeShell(good)))
        #expect(report.facts.map(\.name) == ["a.one", "a.two", "a.x", "a.y"])
        let fact = try #require(report.facts.first)
        #expect(fact.subject == ObjectID(.device, "a"))
        #expect(fact.value == 7)
        #expect(fact.unit == "s")
        #expect(fact.source == "base@127.0.10.1:22")
        #expect(fact.observedAt == World.moment)
        #expect(fact.validFor == .seconds(300))
        #expect(report.samples.map(\.name) == ["m.one"])
        #expect(report.samples.first?.value == .gauge(7))
        #expect(report.verdict == .done)
        #expect(report.results.map(\.outcome) == [.ok])
    }

    @Test("one failed step makes a probe partial; what a machine cannot tell does not") func partial() async throws {
        let shell = FakeShell { [good] script in
            if script.contains("ONE") { return FakeShell.result("", status: 3) }
            if script.contains("TWO") { return FakeShell.result("", status: 69, errors: "no tool\n") }
            return try good(script)
        }
        let report = try await run(sshProbe, runner: World.runner(shell: shell))
        let result = try #require(report.results.first)
        #expect(result.outcome == .partial)
        #expect(result.failures.map(\.what) == ["a.one"])
        #expect(result.notObserved.map(\.reason) == ["no tool"])
        #expect(report.verdict == .partial)
        let quiet = FakeShell { [good] script in
            script.contains("TWO") ? FakeShell.result("", status: 69) : try good(script)
        }
        #expect(try await run(sshProbe, runner: World.runner(shell: quiet)).verdict == .done)
    }

    @Test("a hanging command costs its step, a lost session the rest") func broken() async throws {
        let subject = "device/a"
        let hang = FakeShell { [good] script in
            if script.contains("TWO") { throw RemoteError(.timeout, subject: subject, message: "30 s are over") }
            return try good(script)
        }
        let first = try await run(sshProbe, runner: World.runner(shell: hang))
        #expect(first.facts.map(\.name) == ["a.one", "a.x", "a.y"])
        #expect(first.results.first?.outcome == .partial)
        let lost = FakeShell { [good] script in
            if script.contains("TWO") { throw RemoteError(.closed, subject: subject, message: "gone") }
            return try good(script)
        }
        let second = try await run(sshProbe, runner: World.runner(shell: lost))
        #expect(second.facts.map(\.name) == ["a.one"])
        #expect(second.results.first?.outcome == .partial)
        #expect(second.results.first?.failures.last?.reason == "gone (closed)")
        #expect(lost.opened == lost.closed)
    }

    @Test("one session serves all probes of a target, and a refused login is tried once") func sessions() async throws {
        let second = sshProbe.replacing("name: base", with: "name: more")
        let shell = FakeShell(good)
        _ = try await run(sshProbe, second, runner: World.runner(shell: shell))
        #expect(shell.opened == 1 && shell.closed == 1 && shell.runs == 6)
        let refusal = RemoteError(.authentication, subject: "device/a", message: "key not accepted")
        let closed = FakeShell(openFailure: refusal)
        let report = try await run(sshProbe, second, runner: World.runner(shell: closed))
        #expect(closed.opened == 1)
        #expect(report.results.map(\.outcome) == [.failed(refusal), .failed(refusal)])
        #expect(report.verdict == .failed)
        #expect(report.counts.reached == 2 && report.counts.unreachable == 0)
    }

    @Test("unreachable and failed are told apart, a closed port is an observation") func verdicts() async throws {
        func failing(_ code: RemoteError.Code) -> FakeTCP {
            FakeTCP(result: .failure(RemoteError(code, subject: "device/a", message: "m")))
        }
        let silent = try await run(tcpProbe, runner: World.runner(tcp: failing(.timeout)))
        #expect(silent.verdict == .unreachable && silent.counts.unreachable == 1 && silent.facts.isEmpty)
        let refused = try await run(tcpProbe, runner: World.runner(tcp: failing(.refused)))
        #expect(refused.verdict == .done)
        #expect(refused.facts.map(\.value) == [["port": 22, "open": false, "family": "v4"]])
        let open = try await run(
            tcpProbe, runner: World.runner(tcp: FakeTCP(result: .success(.microseconds(1_500)))))
        #expect(open.facts.map(\.name) == ["tcp.port.22"])
        #expect(open.facts.first?.value == ["port": 22, "open": true, "ms": 1.5, "family": "v4"])
    }

    @Test("a machine that answers with nothing is a failure, not a success") func empty() async throws {
        let report = try await run(snmpProbe, runner: World.runner())
        guard case .failed(let error) = report.results.first?.outcome else { return #expect(Bool(false)) }
        #expect(error.code == .unsupported)
        #expect(report.verdict == .failed && report.counts.reached == 1)
    }

    @Test("denominators add up, skips that were wanted make a run partial, and the ledger gets them") func counts()
        async throws
    {
        let devices = [
            World.device("a", monitoring: ["tcp_ports": [1, 2]]),
            World.device("b", address: nil, monitoring: ["tcp_ports": [1]]),
            World.device("c"),
        ]
        let runner = World.runner(tcp: FakeTCP(result: .success(.milliseconds(1))))
        let report = try await run(tcpProbe, devices: devices, runner: runner)
        let counts = report.counts
        #expect(counts.asked == 4 && counts.ok == 2 && counts.skipped == 2 && counts.reached == 2)
        #expect(counts.asked == counts.ok + counts.partial + counts.failed + counts.skipped + counts.interrupted)
        #expect(report.verdict == .partial)
        let entry = report.ledgerEntry(actor: "anna", reason: "r")
        #expect(entry.action == "probe.run" && entry.actor == "anna" && entry.at == World.moment)
        #expect(entry.payload["asked"] == 4)
        #expect(entry.payload["skipped"] == 2)
        #expect(entry.payload["targets"] == ["device/a"])
        #expect(entry.payload["facts_sha256"]?.string?.utf8.count == 64)
        let again = try await run(tcpProbe, devices: devices, runner: runner)
        #expect(again.facts == report.facts)
        #expect(again.ledgerEntry(actor: "anna", reason: "r") == entry)
    }

    @Test("no more targets at once than asked, one request per target, progress rises by one") func limits()
        async throws
    {
        let agent = FakeAgent(["1.3.6.1.2.1.1.5.0": .octets(Array("x".utf8))])
        let devices = (0..<40).map { World.device("d\($0)", monitoring: World.snmp) }
        let second = snmpProbe.replacing("name: sys", with: "name: more")
        let seen = Mutex<[ProbeRunner.Progress]>([])
        let report = try await run(
            snmpProbe, second, devices: devices, runner: World.runner(snmp: agent, concurrency: 5),
            progress: { step in seen.withLock { $0.append(step) } })
        #expect(report.counts.ok == 80)
        #expect(agent.flight.most <= 5 && agent.flight.most > 1)
        #expect(agent.flight.mostPerSubject == 1)
        #expect(seen.withLock { $0.map(\.done) } == Array(1...80))
        #expect(seen.withLock { $0.allSatisfy { $0.total == 80 && $0.failures == 0 } })
        #expect(report.results.map(\.pair.target.id) == report.results.map(\.pair.target.id).sorted())
    }

    @Test("what was collected before an interruption is kept, and the run says that it was broken off") func cancelled()
        async throws
    {
        let devices = (0..<4).map { World.device("d\($0)", monitoring: World.ssh) }
        let plan = try ProbePlan(World.library(sshProbe), in: World.context(devices))
        let shell = FakeShell { [good] script in
            // The second target's second step interrupts the run.
            if script.contains("TWO"),
                Self.calls.withLock({
                    $0 += 1; return $0
                }) == 2
            {
                withUnsafeCurrentTask { $0?.cancel() }
                Self.cancelRun.withLock { $0?() }
            }
            return try good(script)
        }
        Self.calls.withLock { $0 = 0 }
        let runner = World.runner(shell: shell, concurrency: 1)
        let task = Task { await runner.run(plan) }
        Self.cancelRun.withLock { $0 = { task.cancel() } }
        let report = await task.value
        #expect(report.interrupted && report.verdict == .interrupted)
        #expect(report.results.map(\.outcome) == [.ok, .partial, .interrupted, .interrupted])
        #expect(report.facts.count == 6)
        #expect(report.counts.interrupted == 2)
        #expect(report.counts.asked == 4)
        #expect(shell.opened == shell.closed)
    }

    private static let calls = Mutex(0)
    private static let cancelRun = Mutex<(@Sendable () -> Void)?>(nil)
}
