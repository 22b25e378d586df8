import Foundation
import Glibc
import Synchronization

/// A loopback lab of its own for one test: `Scripts/lab` with a folder, ports and addresses that no other lab uses.
public final class Lab: Sendable {
    /// Keys, pass phrases, certificates, logs.
    public let folder: TemporaryFolder
    /// What `Scripts/lab` must have in its environment to mean this lab.
    public let environment: [String: String]
    /// `127.0.…​.1` to `.8`.
    public let addresses: [String]
    /// UDP.
    public let snmpPort: UInt16
    /// TCP.
    public let sshPort: UInt16
    /// TCP, on the first two addresses.
    public let httpsPort: UInt16
    private let mayRun = Mutex(false)

    /// Chooses folder, ports and addresses; nothing is started.
    public init() throws {
        folder = try TemporaryFolder("lab")
        // Free on every address of this process's own /24, so that parallel test programs do not meet.
        let process = Int(getpid())
        let base = "127.\(100 + process / 200 % 100).\(process % 200)"
        addresses = (1...8).map { "\(base).\($0)" }
        snmpPort = try freeTCPPort(on: addresses[0]) & 0xfff0
        sshPort = snmpPort + 1
        httpsPort = snmpPort + 2
        environment = [
            "HATANG_LAB_DIR": folder.file("lab"), "HATANG_LAB_PORT_BASE": "\(snmpPort)",
            "HATANG_LAB_ADDRESS_BASE": base,
        ]
    }

    /// Runs `Scripts/lab` with `verb`: `up`, `down` or `status`.
    @discardableResult
    public func run(_ verb: String, env: [String: String] = [:]) async throws -> ProcessResult {
        if verb == "up" { mayRun.withLock { $0 = true } }
        let result = try await runProcess(
            repositoryRoot + "/Scripts/lab", [verb], env: environment.merging(env) { $1 }, timeout: .seconds(90))
        if verb == "down", result.status == 0 { mayRun.withLock { $0 = false } }
        return result
    }

    /// Starts the lab, or throws with what `Scripts/lab` said.
    public func up() async throws {
        let result = try await run("up")
        guard result.status == 0 else {
            throw ProcessFailure(description: "Scripts/lab up ended with \(result.status): \(result.errorText)")
        }
    }

    /// The content of one file of the lab's folder, for instance `user_key` or `snmp_community`.
    public func read(_ name: String) throws -> String { try folder.read("lab/\(name)") }

    deinit {
        guard mayRun.withLock({ $0 }) else { return }
        // Synchronous on purpose: nothing of the lab may outlive its folder.
        let done = DispatchSemaphore(value: 0)
        let (script, environment) = (repositoryRoot + "/Scripts/lab", environment)
        Thread.detachNewThread {
            if let null = try? scratchFile([]),
                let child = try? spawn(script, ["down"], environment, nil, null, null, null)
            {
                _ = reap(child, until: .now + .seconds(30))
                close(null)
            }
            done.signal()
        }
        done.wait()
    }
}
