import Foundation
import Glibc
import Synchronization

/// A child process could not be started or did not do what a test waited for.
public struct ProcessFailure: Error, CustomStringConvertible {
    /// What was waited for, and the output so far.
    public let description: String
}

/// What a finished program left behind.
public struct ProcessResult: Sendable {
    /// All of its standard output.
    public let stdout: [UInt8]
    /// All of its standard error.
    public let stderr: [UInt8]
    /// Exit status 0-255; 128 + signal number when a signal killed it.
    public let status: Int32
    /// Standard output as text.
    public var text: String { String(decoding: stdout, as: UTF8.self) }
    /// Standard error as text.
    public var errorText: String { String(decoding: stderr, as: UTF8.self) }
}

/// Where `name` is installed: `PATH` first, then the sbin folders that ordinary users lack; nil when nowhere.
public func findExecutable(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let folders = path.split(separator: ":").map(String.init) + ["/usr/local/sbin", "/usr/sbin", "/sbin"]
    return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
}

/// Runs a program to its end and collects both outputs; a non-zero status is a result, not an error.
///
/// Output goes through unlinked files, so no amount of it can block the program. It waits on a thread of its own.
/// - Parameters:
///   - path: absolute, or a name looked up in `PATH`.
///   - env: set on top of the inherited environment.
///   - timeout: the program is killed then, and ``ProcessFailure`` thrown.
public func runProcess(
    _ path: String, _ args: [String] = [], input: [UInt8] = [], env: [String: String] = [:],
    workingDirectory: String? = nil, timeout: Duration = .seconds(60)
) async throws -> ProcessResult {
    let files = try [scratchFile(input), scratchFile([]), scratchFile([])]
    defer { files.forEach { _ = close($0) } }
    let child = try spawn(path, args, env, workingDirectory, files[0], files[1], files[2])
    let deadline = ContinuousClock.now + timeout
    let status = await withCheckedContinuation { (done: CheckedContinuation<Int32?, Never>) in
        Thread.detachNewThread { done.resume(returning: reap(child, until: deadline)) }
    }
    let (stdout, stderr) = (contents(files[1]), contents(files[2]))
    guard let status else {
        throw ProcessFailure(
            description: "\(path) \(args.joined(separator: " ")) still ran after \(timeout) and was killed\n"
                + String(decoding: stdout + stderr, as: UTF8.self))
    }
    return ProcessResult(stdout: stdout, stderr: stderr, status: status)
}

/// A real server for a test: started at once, killed with its process tree on deinit and when the test program dies.
public final class ChildProcess: Sendable {
    /// Its process number.
    public let processID: Int32
    private let name: String
    private let log: Int32
    private let ended = Mutex<Int32?>(nil)

    /// Starts `path` with standard input from /dev/null; both outputs are captured together.
    public init(
        _ path: String, _ args: [String] = [], env: [String: String] = [:], workingDirectory: String? = nil
    ) throws {
        name = (path as NSString).lastPathComponent
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(null) }
        log = try scratchFile([], append: true)
        processID = try spawn(path, args, env, workingDirectory, null, log, log)
        Janitor.shared.watch(processID)
    }

    deinit {
        kill()
        close(log)
    }

    /// Everything it has written so far, both outputs in order of writing.
    public var output: String { String(decoding: contents(log), as: UTF8.self) }

    /// Whether it has not ended yet.
    public var isRunning: Bool { exitStatus == nil }

    /// Nil while it runs; then exit status, or 128 + signal number.
    public var exitStatus: Int32? {
        ended.withLock { ended in
            if ended == nil, let status = poll(processID) {
                ended = status
                Janitor.shared.forget(processID)
            }
            return ended
        }
    }

    /// Sends a signal to this process alone.
    public func signal(_ number: Int32) {
        // The lock keeps the number from being reaped, and reused, in between.
        ended.withLock { if $0 == nil { _ = Glibc.kill(processID, number) } }
    }

    /// Kills it and everything it has started, and reaps it; harmless when called twice.
    public func kill() {
        ended.withLock { ended in
            guard ended == nil else { return }
            // Found first, because orphans are not found any more; killed last, so that it cannot start new ones.
            let children = descendants(of: processID)
            _ = Glibc.kill(processID, SIGKILL)
            children.forEach { _ = Glibc.kill($0, SIGKILL) }
            ended = reap(processID, until: .now + .seconds(10)) ?? 128 + SIGKILL
            Janitor.shared.forget(processID)
        }
    }

    /// Kills what it has started, but not itself: sessions of a server, for instance.
    public func killDescendants() { descendants(of: processID).forEach { _ = Glibc.kill($0, SIGKILL) } }

    /// Waits until `text` has been written.
    public func waitForOutput(_ text: String, within limit: Duration = .seconds(15)) async throws {
        try await wait(until: "writes \"\(text)\"", within: limit) { self.output.contains(text) }
    }

    /// Waits until `address` accepts connections.
    public func waitForTCP(
        _ port: UInt16, on address: String = "127.0.0.1", within limit: Duration = .seconds(15)
    ) async throws {
        try await wait(until: "accepts on \(address) tcp \(port)", within: limit) { acceptsTCP(address, port) }
    }

    /// Waits until `request` is answered by a datagram.
    public func waitForUDP(
        _ port: UInt16, on address: String = "127.0.0.1", request: [UInt8], within limit: Duration = .seconds(15)
    ) async throws {
        try await wait(until: "answers on \(address) udp \(port)", within: limit) {
            answersUDP(address, port, request: request)
        }
    }

    /// Waits until it ends by itself; gives the exit status, or 128 + signal number.
    public func waitForExit(within limit: Duration = .seconds(15)) async throws -> Int32 {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let status = exitStatus { return status }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw ProcessFailure(description: "\(name) still runs after \(limit); output:\n\(output)")
    }

    /// Waits until `condition` holds; throws with the output when the process ends or the time is up before.
    public func wait(
        until what: String, within limit: Duration, condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while try await !condition() {
            if let status = exitStatus {
                throw ProcessFailure(description: "\(name) ended with \(status) before it \(what); output:\n\(output)")
            }
            if ContinuousClock.now >= deadline {
                throw ProcessFailure(description: "\(name): not within \(limit): \(what); output:\n\(output)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
