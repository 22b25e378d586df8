public import Foundation

/// CPU time of this process so far, in nanoseconds; what other programs do meanwhile does not count.
public func cpuNanoseconds() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

/// The best of several rounds, in nanoseconds for each of `count` pieces of work, and the result of the last round.
public func best<Result>(of rounds: Int = 5, count: Int, _ work: () throws -> Result) rethrows -> (Double, Result) {
    var result = try work()
    var fastest = UInt64.max
    for _ in 0..<rounds {
        let start = cpuNanoseconds()
        result = try work()
        fastest = min(fastest, cpuNanoseconds() - start)
    }
    return (Double(fastest) / Double(count), result)
}

/// One piece of work measured on both sides.
public struct BenchRow {
    let work: String
    let peer: String
    let ours: Double
    let theirs: Double?

    /// Nanoseconds for one piece of work; nil for a peer that is not installed.
    public init(_ work: String, peer: String, ours: Double, theirs: Double?) {
        (self.work, self.peer, self.ours, self.theirs) = (work, peer, ours, theirs)
    }
}

/// Prints the rows with the ratio peer / ours: how many times less CPU ours takes.
public func printTable(_ title: String, _ rows: [BenchRow]) {
    func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
    func number(_ value: Double?) -> String {
        guard let value else { return "         -" }
        return String(format: "%10.1f", value)
    }
    print(title)
    print(pad("work", 34) + "  hatang ns     peer ns     ratio  peer")
    for row in rows {
        let ratio = row.theirs.map { String(format: "%8.1fx", $0 / row.ours) } ?? "        -"
        print("\(pad(row.work, 34)) \(number(row.ours))  \(number(row.theirs)) \(ratio)  \(row.peer)")
    }
}

/// Why a benchmark cannot be believed.
public struct BenchFailure: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String

    /// A failure with this reason.
    public init(_ description: String) { self.description = description }
}

/// Runs `Peers/<script>` with the Python of `HATANG_PEER_PYTHON` (default `python3`) and returns its standard output.
/// The script gets the arguments; its standard error goes through.
public func runPythonPeer(_ script: String, _ arguments: [String]) throws -> Data {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let python = ProcessInfo.processInfo.environment["HATANG_PEER_PYTHON"] ?? "python3"
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python, package.appending(path: "Peers/\(script)").path] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw BenchFailure("\(python) \(script) ended with status \(process.terminationStatus)")
    }
    return data
}

/// SplitMix64: the same input on every machine.
public struct FixedGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// A generator that always gives the same numbers for the same seed.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
