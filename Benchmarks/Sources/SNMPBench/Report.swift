import BenchSupport
import Foundation
import Synchronization

/// Pages that were not what they should be.
final class BadPages: Sendable {
    private let paths = Mutex<[String]>([])
    var first: String? { paths.withLock { $0.first } }
    func add(_ path: String) { paths.withLock { $0.append(path) } }
}

/// What was measured, the ratios, and whether the targets are met.
struct Report {
    private var ours: [(version: Version, devices: Int, cost: Cost)] = []

    /// Prints one size: ours, and each peer with the ratio peer / ours.
    mutating func add(_ version: Version, _ devices: Int, _ cost: Cost, _ peers: [Peer]) {
        ours.append((version, devices, cost))
        print("\(version.rawValue), \(devices) devices, \(bindings) bindings each: CPU (user + system) per device")
        func line(_ name: String, _ cost: Cost) {
            let figures = String(format: "%9.1f us  median %9.1f us", cost.best / 1_000, cost.median / 1_000)
            let ratio = cost.best / (ours.last?.cost.best ?? .nan)
            print(
                "  " + name.padding(toLength: 28, withPad: " ", startingAt: 0) + figures
                    + String(format: "  %8.1fx", ratio))
        }
        line("hatang", cost)
        for peer in peers {
            if let cost = peer.cost { line(peer.name, cost) } else { print("  \(peer.name): missing, \(peer.missing)") }
        }
    }

    /// Prints targets; throws when one is missed.
    func finish() throws {
        var missed = 0
        func judge(_ what: String, _ isMet: Bool) {
            print("  \(isMet ? "met   " : "MISSED")  \(what)")
            if !isMet { missed += 1 }
        }
        print("targets")
        for (version, devices, cost) in ours {
            judge(
                String(
                    format: "%@ at %d: %.1f us, at most %.0f us", version.rawValue, devices, cost.best / 1_000,
                    version.target / 1_000), cost.best <= version.target)
        }
        for version in Version.allCases {
            let costs = ours.filter { $0.version == version }.map(\.cost.best)
            guard costs.count > 1, let low = costs.min(), let high = costs.max() else { continue }
            judge(
                String(
                    format: "%@ flat: the dearest size costs %.2f of the cheapest, at most 1.30", version.rawValue,
                    high / low), high / low <= 1.3)
        }
        guard missed == 0 else { throw BenchFailure("\(missed) targets are missed") }
    }
}

/// Prints how many answers of 62 bindings the emulator gives in a second, by the clock and by its own CPU time.
func printFlood(_ emulator: Emulator, devices: Int) throws {
    let file = temporaryFile("flood")
    defer { unlink(file) }
    let before = try emulator.cpu()
    try cpuOfFinished(
        try start([sibling("snmp-flood"), "\(emulator.port)", "\(devices)", "4"], output: file), "snmp-flood")
    let spent = Double(try emulator.cpu() - before) / 1e9
    let said = try String(contentsOfFile: file, encoding: .utf8).split(whereSeparator: \.isWhitespace)
    guard said.count == 2, let answers = Double(said[0]), let seconds = Double(said[1]), spent > 0 else {
        throw BenchFailure("snmp-flood said nothing that can be read")
    }
    print(
        String(
            format:
                "the emulator gave %.0f answers of %d bindings: %.0f/s by the clock, %.0f per second of its own CPU",
            answers, bindings, answers / seconds, answers / spent))
    guard answers / spent >= 100_000 else { throw BenchFailure("the emulator serves fewer than 100,000 answers/s") }
}
