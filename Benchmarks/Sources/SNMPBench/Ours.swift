import Addressing
import BenchSupport
import Foundation
import Remote
import SNMP

/// What is asked of every device.
let columns: [OID] = [
    [1, 3, 6, 1, 2, 1, 1, 3], [1, 3, 6, 1, 2, 1, 1, 5], [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6],
    [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 10], [1, 3, 6, 1, 2, 1, 2, 2, 1, 8], [1, 3, 6, 1, 2, 1, 2, 2, 1, 14],
    [1, 3, 6, 1, 2, 1, 2, 2, 1, 20], [1, 3, 6, 1, 2, 1, 2, 2, 1, 13],
]
/// So many variable bindings answer it.
let bindings = 62
/// Cycles that count, after one that warms up (and discovers).
let cycles = 10

/// The security that is measured, and what it may cost.
enum Version: String, CaseIterable {
    case v2c = "SNMPv2c"
    case v3 = "SNMPv3 SHA-256/AES-128"

    /// CPU of one device at most, in nanoseconds.
    var target: Double { self == .v2c ? 12_000 : 20_000 }

    var credential: SNMPCredential {
        switch self {
        case .v2c: .v2c(community: Secret("public"))
        case .v3:
            .v3(
                USMCredential(
                    user: "monitor", auth: .init(proto: .sha256, passphrase: Secret("authpass12")),
                    priv: .init(proto: .aes128, passphrase: Secret("privpass12"))))
        }
    }
}

/// CPU nanoseconds per device over the cycles of one run.
struct Cost {
    let best: Double
    let median: Double

    init(_ cycles: [UInt64], devices: Int) {
        let sorted = cycles.sorted().map { Double($0) / Double(devices) }
        best = sorted.first ?? .nan
        median = sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }
}

/// One engine, one batch of all devices per cycle; every device must be read in every cycle.
func measureOurs(_ version: Version, port: UInt16, devices: Int) async throws -> Cost {
    let engine = try SNMPEngine()
    defer { engine.shutdown() }
    let requests = try (0..<devices).map { number in
        SNMPRequest(
            .getBulk(columns, nonRepeaters: 2, maxRepetitions: 10),
            from: SNMPTarget(
                subject: "device/\(number)",
                endpoint: Endpoint(address: try IPAddress(Emulator.address(number)), port: port),
                credential: version.credential, timeout: .seconds(2), retries: 2))
    }
    var spent: [UInt64] = []
    for cycle in 0...cycles {
        let start = cpuNanoseconds()
        let results = await engine.poll(requests)
        if cycle > 0 { spent.append(cpuNanoseconds() - start) }
        let complete = results.count { (try? $0.get().count) == bindings }
        guard complete == devices else {
            let reason = results.compactMap { if case .failure(let error) = $0 { error.description } else { nil } }
                .first
            throw BenchFailure("only \(complete) of \(devices) devices were read: \(reason ?? "bindings are missing")")
        }
    }
    let statistics = engine.statistics
    guard statistics.socketDrops == 0 else { throw BenchFailure("our socket dropped answers: \(statistics)") }
    return Cost(spent, devices: devices)
}
