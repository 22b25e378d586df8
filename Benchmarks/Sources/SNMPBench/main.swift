import Addressing
import BenchSupport
import Foundation
import Remote
import SNMP

// Work per device: one GETBULK with two non-repeaters and six columns of ten rows, 62 variable bindings. The same from
// `snmpbulkget`, one process per device, and from one SNMPEngine for all; the agents are `snmp-emulator` on loopback.

let columns: [OID] = [
    [1, 3, 6, 1, 2, 1, 1, 3], [1, 3, 6, 1, 2, 1, 1, 5], [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6],
    [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 10], [1, 3, 6, 1, 2, 1, 2, 2, 1, 8], [1, 3, 6, 1, 2, 1, 2, 2, 1, 14],
    [1, 3, 6, 1, 2, 1, 2, 2, 1, 20], [1, 3, 6, 1, 2, 1, 2, 2, 1, 13],
]
let bindings = 62
let requiredRatio = 200.0

/// The address of device `number`: 127.1.0.1, 127.1.0.2 …
func address(_ number: Int) -> String { "127.1.\(number / 250).\(number % 250 + 1)" }

/// CPU nanoseconds per device of our client, the best of `rounds`, after one round that warms up (and discovers).
func measureOurs(_ credential: SNMPCredential, port: UInt16, devices: Int, rounds: Int) async throws -> Double {
    let engine = try SNMPEngine()
    let requests = try (0..<devices).map { number in
        SNMPRequest(
            .getBulk(columns, nonRepeaters: 2, maxRepetitions: 10),
            from: SNMPTarget(
                subject: "device/\(number)", endpoint: Endpoint(address: try IPAddress(address(number)), port: port),
                credential: credential, timeout: .seconds(2), retries: 2))
    }
    var fastest = UInt64.max
    for round in 0...rounds {
        let start = cpuNanoseconds()
        let results = await engine.poll(requests)
        let spent = cpuNanoseconds() - start
        let complete = results.filter { (try? $0.get().count) == bindings }.count
        guard complete == devices else { throw BenchFailure("only \(complete) of \(devices) devices were read") }
        if round > 0 { fastest = min(fastest, spent) }
    }
    let statistics = engine.statistics
    guard statistics.retried == 0, statistics.socketDrops == 0 else {
        throw BenchFailure("messages were lost: \(statistics)")
    }
    return Double(fastest) / Double(devices)
}

/// CPU nanoseconds per device of `snmpbulkget` processes.
func measurePeer(_ options: [String], port: UInt16, devices: Int) throws -> Double {
    let file = NSTemporaryDirectory() + "/snmp-bench-\(ProcessInfo.processInfo.processIdentifier)"
    defer { unlink(file) }
    var total: UInt64 = 0
    for number in 0..<devices {
        let words =
            ["snmpbulkget"] + options + ["-Cn2", "-Cr10", "-On", "\(address(number)):\(port)"]
            + columns.map(\.description)
        total += try cpuOfFinished(try start(words, input: nil, output: file), "snmpbulkget")
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").count
        guard lines == bindings else { throw BenchFailure("snmpbulkget read \(lines) bindings, not \(bindings)") }
    }
    return Double(total) / Double(devices)
}

func run() async throws {
    let devices = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000
    let port = UInt16(31_161)
    var pipe: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pipe) == 0 else {
        throw BenchFailure("no socket pair")
    }
    let emulator = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "snmp-emulator")
    let said = NSTemporaryDirectory() + "/snmp-emulator-\(ProcessInfo.processInfo.processIdentifier)"
    defer { unlink(said) }
    let child = try start([emulator.path, String(port)], input: pipe[0], output: said)
    close(pipe[0])
    defer {
        // The emulator ends with its standard input.
        close(pipe[1])
        _ = try? cpuOfFinished(child, "snmp-emulator")
    }
    while (try? String(contentsOfFile: said, encoding: .utf8)) != "ready\n" {
        guard kill(child, 0) == 0, waitpid(child, nil, WNOHANG) == 0 else {
            throw BenchFailure("snmp-emulator did not start; it needs CAP_NET_RAW and UDP port \(port)")
        }
        usleep(2_000)
    }
    let user = USMCredential(
        user: "monitor", auth: .init(proto: .sha256, passphrase: Secret("authpass12")),
        priv: .init(proto: .aes128, passphrase: Secret("privpass12")))
    let ours2 = try await measureOurs(.v2c(community: Secret("public")), port: port, devices: devices, rounds: 10)
    let ours3 = try await measureOurs(.v3(user), port: port, devices: devices, rounds: 10)
    let theirs2 = try measurePeer(["-v2c", "-c", "public"], port: port, devices: devices)
    let v3 = "-v3 -l authPriv -u monitor -a SHA-256 -A authpass12 -x AES -X privpass12"
    let theirs3 = try measurePeer(v3.split(separator: " ").map(String.init), port: port, devices: min(devices, 200))
    printTable(
        "SNMP: CPU (user + system) per device, \(bindings) bindings, \(devices) agents",
        [
            BenchRow("SNMPv2c", peer: "snmpbulkget process", ours: ours2, theirs: theirs2),
            BenchRow("SNMPv3 SHA-256/AES-128", peer: "snmpbulkget process", ours: ours3, theirs: theirs3),
        ])
    guard theirs2 / ours2 >= requiredRatio, theirs3 / ours3 >= requiredRatio else {
        throw BenchFailure("less than \(Int(requiredRatio)) times cheaper than a process per device")
    }
}

do {
    try await run()
} catch {
    FileHandle.standardError.write(Data("snmp-bench: \(error)\n".utf8))
    exit(1)
}
