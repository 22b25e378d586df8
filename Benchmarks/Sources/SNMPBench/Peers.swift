import BenchSupport
import Foundation
import Remote

/// One other way to read the same devices.
struct Peer {
    let name: String
    /// Nil when it is not installed; then `missing` says what to install.
    let cost: Cost?
    let missing: String
}

/// Every peer, those that are not installed by name.
func measurePeers(_ version: Version, port: UInt16, devices: Int) throws -> [Peer] {
    [
        Peer(
            name: "net-snmp async", cost: try measureNetSNMP(version, port: port, devices: devices),
            missing: "netsnmp-peer is not built"),
        Peer(
            name: "prometheus-snmp-exporter",
            cost: try installed("prometheus-snmp-exporter").map {
                try measureExporter($0, version, port: port, devices: devices)
            }, missing: "package prometheus-snmp-exporter is not installed"),
        Peer(
            name: "snmpbulkget process",
            cost: try installed("snmpbulkget").map {
                try measureProcesses($0, version, port: port, devices: min(devices, version == .v2c ? 200 : 100))
            }, missing: "package snmp is not installed"),
    ]
}

/// A C program over net-snmp's single-session API, built with this package.
private func measureNetSNMP(_ version: Version, port: UInt16, devices: Int) throws -> Cost? {
    let program = sibling("netsnmp-peer")
    guard access(program, X_OK) == 0 else { return nil }
    let file = temporaryFile("netsnmp")
    defer { unlink(file) }
    let name = version == .v2c ? "v2c" : "v3"
    try cpuOfFinished(
        try start([program, name, "\(port)", "\(devices)", "\(cycles)"], output: file), "netsnmp-peer")
    let spent = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { UInt64($0) }
    guard spent.count == cycles else {
        throw BenchFailure("netsnmp-peer measured \(spent.count) cycles, not \(cycles)")
    }
    return Cost(spent, devices: devices)
}

/// One process per device, one after the other.
private func measureProcesses(_ program: String, _ version: Version, port: UInt16, devices: Int) throws -> Cost {
    let options =
        version == .v2c
        ? "-v2c -c public" : "-v3 -l authPriv -u monitor -a SHA-256 -A authpass12 -x AES -X privpass12"
    let file = temporaryFile("snmpbulkget")
    defer { unlink(file) }
    var total: UInt64 = 0
    for number in 0..<devices {
        let words =
            [program] + options.split(separator: " ").map(String.init)
            + ["-Cn2", "-Cr10", "-On", "\(Emulator.address(number)):\(port)"] + columns.map(\.description)
        total += try cpuOfFinished(try start(words, output: file), "snmpbulkget")
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").count
        guard lines == bindings else { throw BenchFailure("snmpbulkget read \(lines) bindings, not \(bindings)") }
    }
    return Cost([total], devices: devices)
}

/// snmp.yml for exactly the objects that we read; the columns' names are those of IF-MIB.
private func exporterModule(_ version: Version) -> String {
    let access =
        version == .v2c
        ? "  version: 2\n  auth: {community: public}"
        : """
          version: 3
          auth: {username: monitor, security_level: authPriv, password: authpass12, auth_protocol: SHA256, \
        priv_protocol: AES, priv_password: privpass12}
        """
    let names = [
        "sysUpTime", "sysName", "ifHCIn", "ifHCOut", "ifOperStatus", "ifInErrors", "ifOutErrors", "ifInDiscards",
    ]
    let index = ", indexes: [{labelname: ifIndex, type: gauge}]"
    let metrics = zip(names, columns).enumerated().map { number, pair in
        "  - {name: \(pair.0), oid: \(pair.1), type: \(number == 1 ? "DisplayString" : "gauge"), help: h"
            + (number < 2 ? "}" : index + "}")
    }
    return """
        bench:
          walk: [\(columns[2...].map(\.description).joined(separator: ", "))]
          get: [\(columns[..<2].map { "\($0).0" }.joined(separator: ", "))]
          metrics:
        \(metrics.joined(separator: "\n"))
          max_repetitions: 10
        \(access)

        """
}

/// The exporter as a server of its own, scraped by eight clients of ours; only its own process counts.
private func measureExporter(_ program: String, _ version: Version, port: UInt16, devices: Int) throws -> Cost {
    let configuration = temporaryFile("snmp.yml")
    let log = temporaryFile("exporter.log")
    defer { for file in [configuration, log] { unlink(file) } }
    try exporterModule(version).write(toFile: configuration, atomically: true, encoding: .utf8)
    let listen: UInt16 = 31_916
    let child = try start(
        [
            program, "--config.file=\(configuration)", "--web.listen-address=127.0.0.1:\(listen)", "--log.level=error",
        ], output: log)
    defer {
        kill(child, SIGKILL)
        _ = try? cpuOfFinished(child, "prometheus-snmp-exporter", status: nil)
    }
    let page = { (number: Int) in "/snmp?module=bench&target=\(Emulator.address(number)):\(port)" }
    var isUp = false
    for _ in 0..<500 where !isUp {
        guard waitpid(child, nil, WNOHANG) == 0 else { throw BenchFailure("prometheus-snmp-exporter did not start") }
        isUp = (try? HTTPPage.get(listen, page(0))) != nil
        if !isUp { usleep(10_000) }
    }
    guard isUp else { throw BenchFailure("prometheus-snmp-exporter does not answer at port \(listen)") }
    var spent: [UInt64] = []
    for cycle in 0...3 {
        let start = try cpuOfRunning(child)
        try HTTPPage.getAll(listen, (0..<devices).map(page), clients: 8) { body in
            body.contains("snmp_scrape_pdus_returned \(bindings)\n")
        }
        if cycle > 0 { spent.append(try cpuOfRunning(child) - start) }
    }
    return Cost(spent, devices: devices)
}
