import Evidence
import Foundation
import Notation
import Remote
import Synchronization
import TestSupport
import Testing

@testable import Probing

/// The very scripts of `ssh-linux-baseline`, run by this machine's own sh.
@Suite(.tags(.large)) struct BaselineScriptTests {
    /// Runs each script as the remote side would.
    private struct LocalShell: RemoteShell {
        func open(_ target: ShellTarget) async throws -> any ShellSession { Session() }
        func hostKey(of endpoint: Endpoint, subject: String, timeout: Duration) async throws -> HostKey {
            throw RemoteError(.unsupported, subject: subject, message: "not here")
        }
        struct Session: ShellSession {
            func run(_ command: RemoteCommand) async throws -> CommandResult {
                let result = try await runProcess("sh", ["-c", command.line], input: command.input)
                return CommandResult(
                    stdout: result.stdout, stderr: result.stderr, termination: .exit(Int(result.status)),
                    duration: .zero)
            }
            func close() async {}
        }
    }

    @Test("every step tells a fact or says why not, and the machine's own facts are right") func local() async throws {
        let context = World.context([World.device("here", monitoring: World.ssh)])
        let plan = try ProbePlan(World.shipped(), names: ["ssh-linux-baseline"], in: context)
        let runner = ProbeRunner(
            ProbeRunner.Adapters(snmp: FakeAgent(), shell: LocalShell(), tls: FakeTLS(), tcp: FakeTCP()),
            now: { World.moment })
        let result = try #require(await runner.run(plan).results.first)
        #expect(result.failures == [])
        let known = Set(result.facts.map(\.name))
        let absent = Set(result.notObserved.map(\.what))
        for name in plan.pairs[0].probe.factNames {
            #expect(known.contains(name) != absent.contains(name), "\(name)")
        }
        for fact in ["os.id", "os.kernel", "os.uptime", "accounts.login", "shell.tmout", "log.disk"] {
            #expect(known.contains(fact), "\(fact)")
        }
        let kernel = try await runProcess("uname", ["-r"]).text.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(result.facts.first { $0.name == "os.kernel" }?.value == .string(kernel))
    }

    @Test("with no tool installed the scripts still end cleanly and invent nothing") func bare() async throws {
        let folder = try TemporaryFolder("bare")
        for name in ["cat", "awk", "sort", "cut", "date", "id", "tail", "head", "grep", "tr", "sed"] {
            let path = try #require(findExecutable(name))
            try FileManager.default.createSymbolicLink(atPath: folder.file(name), withDestinationPath: path)
        }
        let probe = try #require(World.shipped()["ssh-linux-baseline"])
        guard case .ssh(let steps) = probe.collection else { return #expect(Bool(false)) }
        let sh = try #require(findExecutable("sh"))
        for step in steps
        where ["time.sync", "malware.agent", "updates.pending", "sockets.listening", "log.audit"]
            .contains(step.facts[0].name)
        {
            let script = Self.script(step).replacing(":/usr/local/sbin:/usr/sbin:/sbin", with: "")
            let result = try await runProcess(sh, ["-s"], input: Array(script.utf8), env: ["PATH": folder.path])
            if result.status == 0 {
                #expect(throws: ParseProblem.self, "\(step.facts[0].name)") { try step.parser.parse(result.text) }
            } else {
                #expect(result.status == 69, "\(step.facts[0].name): \(result.errorText)")
                #expect(!result.errorText.isEmpty)
            }
        }
    }

    @Test("a command that does not end in time makes its step a failure, not a fact that is not there")
    func overdue() async throws {
        let step = SSHStep(
            facts: [SSHStep.Target(name: "x.y", member: nil)],
            command: "a=$(limit sleep 600 2>/dev/null)\nunavailable \"nothing found\"", parser: .lines, optional: true,
            sudo: false, unit: nil, metrics: [])
        let text = ShellScript.text(step, timeout: .seconds(2))
        let result = try await runProcess("sh", ["-s"], input: Array(text.utf8))
        #expect(result.status == 69)
        let answer = CommandResult(
            stdout: result.stdout, stderr: result.stderr, termination: .exit(69), duration: .zero)
        #expect(ShellScript.overdueCommand(answer) == "sleep")
        let calm = CommandResult(stdout: [], stderr: Array("x".utf8), termination: .exit(69), duration: .zero)
        #expect(ShellScript.overdueCommand(calm) == nil)
    }

    /// The script as the runner sends it.
    private static func script(_ step: SSHStep) -> String { ShellScript.text(step, timeout: .seconds(90)) }
}
