import BenchSupport
import Foundation

// Work per device: two scalars and six columns of ten rows, 62 variable bindings. The same from one SNMPEngine for all,
// from net-snmp's asynchronous sessions, from prometheus-snmp-exporter, and from one `snmpbulkget` process per device;
// the agents are `snmp-emulator` on loopback. `--flood` measures only how fast the emulator answers.

func run() async throws {
    let words = CommandLine.arguments.dropFirst()
    let sizes = words.compactMap { Int($0) }
    guard sizes.allSatisfy({ (1...60_000).contains($0) }) else { throw BenchFailure("DEVICES is 1 to 60000") }
    let emulator = try Emulator(port: 31_161)
    if words.contains("--flood") { return try printFlood(emulator, devices: sizes.first ?? 1_000) }
    var report = Report()
    for devices in sizes.isEmpty ? [1_000, 5_000] : sizes {
        for version in Version.allCases {
            let ours = try await measureOurs(version, port: emulator.port, devices: devices)
            report.add(version, devices, ours, try measurePeers(version, port: emulator.port, devices: devices))
        }
    }
    try printFlood(emulator, devices: 1_000)
    try report.finish()
}

do {
    try await run()
} catch {
    FileHandle.standardError.write(Data("snmp-bench: \(error)\n".utf8))
    exit(1)
}
